//! Invite tokens, and every form in which people hand them over.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use secrecy::{ExposeSecret, SecretString};
use url::{Url, form_urlencoded};

use crate::address::Provider;
use crate::limits;
use crate::problem::{Code, Problem};
use crate::text::is_hidden;

/// The secret of an invite: who has it may accept. Never printed.
#[derive(Clone)]
pub struct InviteToken(SecretString);

/// Why a text is no token, or no invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InviteError {
    /// Nothing is there.
    #[error("it is empty")]
    Empty,
    /// More than [`limits::PASTED_BYTES`] or [`limits::TOKEN_BYTES`].
    #[error("it is too long")]
    TooLong,
    /// Spaces or control characters inside.
    #[error("it contains spaces or unprintable characters")]
    Unprintable,
    /// A link without a `token` in it.
    #[error("the link contains no invitation")]
    NoToken,
    /// What stands for the server is none.
    #[error("the server that it names is not the name of a server")]
    BadProvider,
}

impl InviteError {
    /// What the person who pasted it is told.
    pub fn problem(self) -> Problem {
        let reason = match self {
            Self::Empty => "empty",
            Self::TooLong => "too-long",
            Self::Unprintable => "unprintable",
            Self::NoToken => "no-invitation",
            Self::BadProvider => "bad-server",
        };
        Problem::new(Code::InvitationMalformed).with("reason", reason)
    }
}

/// Letters of our tokens: 32, without those that are mistaken for others. They stand for 26 and more in base64, so a token
/// that is taken for base64 never decodes to anything with an `@`; and no `token@host` encodes to one of the two
/// characters in which the alphabets differ. The tests go through all of them.
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

impl InviteToken {
    /// A new token from 160 random bits: 32 letters and digits that survive every mail program.
    pub fn from_random(random: [u8; 20]) -> Self {
        let mut text = String::with_capacity(32);
        for five in random.chunks_exact(5) {
            let bits = five
                .iter()
                .fold(0_u64, |all, byte| (all << 8) | u64::from(*byte));
            for place in (0..8).rev() {
                let digit = usize::try_from((bits >> (place * 5)) & 31).expect("five bits fit");
                text.push(char::from(LETTERS[digit]));
            }
        }
        Self(text.into())
    }

    /// Reads a token of any server. Surrounding white space is dropped: line breaks come along when people copy.
    pub fn parse(text: &str) -> Result<Self, InviteError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(InviteError::Empty);
        }
        if text.len() > limits::TOKEN_BYTES {
            return Err(InviteError::TooLong);
        }
        if text.contains(|c: char| c.is_whitespace() || c.is_control() || is_hidden(c)) {
            return Err(InviteError::Unprintable);
        }
        Ok(Self(text.to_owned().into()))
    }

    /// The secret itself. Called only where it is hashed, sealed, sent, or shown to its owner.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

/// The invite string of the draft: base64url of `token@provider`, without padding.
pub fn invite_string(token: &InviteToken, provider: &Provider) -> String {
    URL_SAFE_NO_PAD.encode(format!("{}@{provider}", token.expose()))
}

/// The same in standard base64 with padding, which is all that some web clients decode.
pub fn invite_string_std(token: &InviteToken, provider: &Provider) -> String {
    STANDARD.encode(format!("{}@{provider}", token.expose()))
}

/// What a person pasted to accept an invitation.
pub struct PastedInvite {
    /// The secret.
    pub token: InviteToken,
    /// The inviter's server, if what was pasted names it.
    pub provider: Option<Provider>,
}

impl PastedInvite {
    /// Reads an invite string in either alphabet and with or without padding, `token@server`, a link, or a bare token; with
    /// white space, line breaks, quotes and invisible characters wherever mail programs put them.
    pub fn parse(pasted: &str) -> Result<Self, InviteError> {
        if pasted.len() > limits::PASTED_BYTES {
            return Err(InviteError::TooLong);
        }
        let around = |c: char| c.is_whitespace() || is_hidden(c) || "<>\"'`“”„«»‘’".contains(c);
        let behind = |c: char| around(c) || matches!(c, '.' | ',' | ';');
        let pasted = pasted.trim_start_matches(around).trim_end_matches(behind);
        let text: String = pasted
            .chars()
            .filter(|c| !c.is_whitespace() && !is_hidden(*c))
            .collect();
        if text.is_empty() {
            return Err(InviteError::Empty);
        }
        if let Some(link) = link(&text) {
            return from_link(&link);
        }
        if let Some(parts) = split(&text) {
            return parts;
        }
        if let Some(decoded) = decode(&text)
            && let Some(parts) = split(decoded.trim())
        {
            return parts;
        }
        // Only what is encoded or long gets broken into lines: a bare token with spaces in it is a sentence.
        Ok(Self {
            token: InviteToken::parse(&pasted.replace(is_hidden, ""))?,
            provider: None,
        })
    }
}

/// `token@server`; the token may contain `@` itself.
fn split(text: &str) -> Option<Result<PastedInvite, InviteError>> {
    let (token, provider) = text.rsplit_once('@')?;
    let provider = provider.trim_end_matches('/');
    Some(
        match (InviteToken::parse(token), Provider::parse(provider)) {
            (Ok(token), Ok(provider)) => Ok(PastedInvite {
                token,
                provider: Some(provider),
            }),
            (Err(error), _) => Err(error),
            (_, Err(_)) => Err(InviteError::BadProvider),
        },
    )
}

/// The text as an address, if it is one: with a scheme, or without it where a `token` shows what is meant. Pages that are
/// shown as their source have `&amp;` between the parts.
fn link(text: &str) -> Option<String> {
    let lower = text.get(..8).unwrap_or(text).to_ascii_lowercase();
    if lower.starts_with("https://") || lower.starts_with("http://") {
        Some(text.replace("&amp;", "&"))
    } else if text.contains("?token=") || text.contains("&token=") || text.contains(";token=") {
        Some(format!("https://{}", text.replace("&amp;", "&")))
    } else {
        None
    }
}

/// A link to a WAYF or accept page. Without a server in its query, it is the link's own (draft, "Invite Link"). Pages that
/// find their way by what follows the `#` have the query there.
fn from_link(text: &str) -> Result<PastedInvite, InviteError> {
    let url = Url::parse(text).map_err(|_| InviteError::BadProvider)?;
    let fragment = url.fragment().unwrap_or_default();
    let fragment = fragment.split_once('?').map_or("", |(_, query)| query);
    let value = |name: &str| {
        let behind = form_urlencoded::parse(fragment.as_bytes());
        let mut found = url.query_pairs().chain(behind);
        found
            .find(|(key, value)| key == name && !value.is_empty())
            .map(|(_, value)| value.into_owned())
    };
    let token = value("token").ok_or(InviteError::NoToken)?;
    let named = value("providerDomain").or_else(|| value("provider"));
    let origin = || url.origin().ascii_serialization();
    let provider = Provider::parse(&named.unwrap_or_else(origin));
    Ok(PastedInvite {
        token: InviteToken::parse(&token)?,
        provider: Some(provider.map_err(|_| InviteError::BadProvider)?),
    })
}

/// The text behind base64, if it is one that somebody could have written: a token of another server may be valid base64 by
/// accident, but does not decode to plain characters.
fn decode(text: &str) -> Option<String> {
    let lenient =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let url_safe = GeneralPurpose::new(&base64::alphabet::URL_SAFE, lenient);
    let standard = GeneralPurpose::new(&base64::alphabet::STANDARD, lenient);
    let bytes = url_safe
        .decode(text)
        .or_else(|_| standard.decode(text))
        .ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let plain = |c: char| c.is_ascii_graphic() || c.is_whitespace() || !c.is_ascii();
    text.chars().all(plain).then_some(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> (String, Option<String>) {
        let pasted = PastedInvite::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        (
            pasted.token.expose().to_owned(),
            pasted.provider.map(|p| p.to_string()),
        )
    }

    fn cat(token: &str) -> (String, Option<String>) {
        (token.to_owned(), Some("cat.example.org:8443".to_owned()))
    }

    #[test]
    fn every_form_that_people_hand_over_is_understood() {
        let token = InviteToken::from_random([9; 20]);
        let provider = Provider::parse("cat.example.org:8443").unwrap();
        let plain = token.expose().to_owned();
        let string = invite_string(&token, &provider);
        for text in [
            string.clone(),
            format!("  {}\r\n {} ", &string[..20], &string[20..]),
            invite_string_std(&token, &provider),
            format!("{plain}@cat.example.org:8443"),
            format!("{plain}@https://Cat.example.org:8443/"),
            format!(
                "https://dog.example.org/accept?token={plain}&providerDomain=cat.example.org:8443"
            ),
            format!("https://dog.example.org/a?provider=cat.example.org%3A8443&token={plain}"),
            format!("<https://cat.example.org:8443/wayf?token={plain}>"),
            format!("cat.example.org:8443/wayf?token={plain}"),
            format!("dog.example.org/accept?providerDomain=cat.example.org:8443&token={plain}"),
            format!(
                "https://dog.example.org/a?token={plain}&amp;providerDomain=cat.example.org:8443"
            ),
            format!(
                "https://dog.example.org/#/accept?token={plain}&providerDomain=cat.example.org:8443"
            ),
            format!(
                "https://dog.example.org/a?providerDomain=&provider=cat.example.org:8443&token={plain}%0A"
            ),
            format!("\u{201C}{plain}@cat.example.org:8443\u{201D}."),
            format!("\u{FEFF}{plain}\u{200B} @\n cat.example.org:8443,"),
            STANDARD.encode(format!("{plain}@cat.example.org:8443\n")),
        ] {
            assert_eq!(read(&text), cat(&plain), "{text}");
        }
    }

    #[test]
    fn bare_tokens_of_known_servers_stay_bare() {
        for token in [
            "c81a281d-6a00-4a96-9b42-67718f932592",
            "stub-invite-token-123456",
            "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            InviteToken::from_random([200; 20]).expose(),
        ] {
            assert_eq!(read(token), (token.to_owned(), None));
        }
    }

    #[test]
    fn token_may_contain_an_at_and_loses_a_trailing_line_break() {
        assert_eq!(read("a@b@cat.example.org:8443"), cat("a@b"));
        assert_eq!(InviteToken::parse("secret\n").unwrap().expose(), "secret");
    }

    #[test]
    fn what_is_no_invitation_is_refused_with_the_reason() {
        let error = |text: &str| PastedInvite::parse(text).err();
        assert_eq!(error("  "), Some(InviteError::Empty));
        assert_eq!(
            error("https://cat.example.org/wayf"),
            Some(InviteError::NoToken)
        );
        assert_eq!(
            error("https://cat.example.org/wayf#token"),
            Some(InviteError::NoToken)
        );
        assert_eq!(
            error("token@cat..example.org"),
            Some(InviteError::BadProvider)
        );
        assert_eq!(
            error(&STANDARD.encode("token@not a server")),
            Some(InviteError::BadProvider)
        );
        assert_eq!(
            error("https://cat.example.org/wayf?token=t&providerDomain=a..b"),
            Some(InviteError::BadProvider)
        );
        assert_eq!(
            error("the invitation from bob"),
            Some(InviteError::Unprintable)
        );
        assert_eq!(
            error("https://cat.example.org/wayf?token=a%20b"),
            Some(InviteError::Unprintable)
        );
        assert_eq!(error(&"x".repeat(300)), Some(InviteError::TooLong));
        assert_eq!(error(&"x".repeat(10_000)), Some(InviteError::TooLong));
    }

    #[test]
    fn token_with_anything_unseen_in_it_is_refused() {
        for text in ["a b", "a\nb", "a\u{0}b", "a\u{200B}b", "a\u{202E}b"] {
            assert_eq!(
                InviteToken::parse(text).err(),
                Some(InviteError::Unprintable),
                "{text:?}"
            );
        }
        assert_eq!(InviteToken::parse("\n").err(), Some(InviteError::Empty));
    }

    #[test]
    fn no_two_letters_of_a_token_decode_to_an_at() {
        for (first, second) in LETTERS.iter().flat_map(|a| LETTERS.map(|b| (*a, b))) {
            for place in 0..4 {
                let mut text = [b'a'; 8];
                text[place] = first;
                text[place + 1] = second;
                let bytes = STANDARD.decode(text).unwrap();
                assert!(!bytes.contains(&b'@'), "{text:?}");
            }
        }
    }

    proptest! {
        #[test]
        fn invite_string_reads_back(random in any::<[u8; 20]>(), host in "[a-z]{1,10}\\.example\\.org(:[1-9][0-9]{3})?") {
            let token = InviteToken::from_random(random);
            let provider = Provider::parse(&host).unwrap();
            let read = read(&invite_string(&token, &provider));
            prop_assert_eq!(read, (token.expose().to_owned(), Some(provider.to_string())));
        }

        #[test]
        fn two_alphabets_differ_in_padding_alone(random in any::<[u8; 20]>(), host in "[a-z0-9.-]{1,20}org(:[1-9][0-9]{3})?") {
            let token = InviteToken::from_random(random);
            if let Ok(provider) = Provider::parse(&host) {
                let standard = invite_string_std(&token, &provider);
                prop_assert_eq!(standard.trim_end_matches('='), invite_string(&token, &provider));
            }
        }

        #[test]
        fn our_tokens_are_never_taken_for_something_encoded(random in any::<[u8; 20]>()) {
            let token = InviteToken::from_random(random);
            prop_assert_eq!(read(token.expose()).1, None);
        }

        #[test]
        fn reading_never_panics(text in ".{0,200}") {
            let _ = PastedInvite::parse(&text);
        }
    }
}
