//! Invite tokens, and every form in which people hand them over.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::address::Provider;
use crate::limits;
use crate::problem::{Code, Problem};

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
        Problem::new(Code::InvitationMalformed).with("reason", &self.to_string())
    }
}

/// Letters of our tokens: 32, without those that are mistaken for others. None of them makes base64 of `token@host`
/// differ between the two alphabets more than the host itself does.
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
        if text.contains(|c: char| c.is_whitespace() || c.is_control()) {
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
    /// white space and line breaks anywhere that a mail program puts them.
    pub fn parse(text: &str) -> Result<Self, InviteError> {
        if text.len() > limits::PASTED_BYTES {
            return Err(InviteError::TooLong);
        }
        let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let text = text.trim_matches(|c| matches!(c, '<' | '>' | '"' | '\'' | '\u{FEFF}'));
        if text.is_empty() {
            return Err(InviteError::Empty);
        }
        let lower = text.get(..8).unwrap_or(text).to_ascii_lowercase();
        if lower.starts_with("https://") || lower.starts_with("http://") {
            return from_link(text);
        }
        if let Some(parts) = split(text) {
            return parts;
        }
        if let Some(decoded) = decode(text)
            && let Some(Ok(parts)) = split(&decoded)
        {
            return Ok(parts);
        }
        Ok(Self {
            token: InviteToken::parse(text)?,
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

/// A link to a WAYF or accept page. Without a server in its query, it is the link's own.
fn from_link(text: &str) -> Result<PastedInvite, InviteError> {
    let url = Url::parse(text).map_err(|_| InviteError::BadProvider)?;
    let value = |name: &str| {
        let found = url.query_pairs().find(|(key, _)| key == name);
        found
            .map(|(_, value)| value.into_owned())
            .filter(|value| !value.is_empty())
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

fn decode(text: &str) -> Option<String> {
    let lenient =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let url_safe = GeneralPurpose::new(&base64::alphabet::URL_SAFE, lenient);
    let standard = GeneralPurpose::new(&base64::alphabet::STANDARD, lenient);
    let bytes = url_safe
        .decode(text)
        .or_else(|_| standard.decode(text))
        .ok()?;
    String::from_utf8(bytes).ok()
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
        assert_eq!(error("token@..."), Some(InviteError::BadProvider));
        assert_eq!(error(&"x".repeat(300)), Some(InviteError::TooLong));
        assert_eq!(error(&"x".repeat(10_000)), Some(InviteError::TooLong));
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
