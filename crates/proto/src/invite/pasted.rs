//! What people paste to accept an invitation, in whichever form they have it.

use base64::Engine;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use url::{Url, form_urlencoded};

use super::{InviteError, InviteToken};
use crate::address::Provider;
use crate::limits;
use crate::text::is_hidden;

/// What a person pasted to accept an invitation.
pub struct PastedInvite {
    /// The secret.
    pub token: InviteToken,
    /// The inviter's server, if what was pasted names it.
    pub provider: Option<Provider>,
}

impl PastedInvite {
    /// Reads an invite string in either alphabet and with or without padding, `token@server`, a link, or a bare token; with
    /// white space, line breaks, quotes and invisible characters wherever mail programs put them; or a text with one of
    /// these in it.
    pub fn parse(pasted: &str) -> Result<Self, InviteError> {
        if pasted.len() > limits::PASTED_BYTES {
            return Err(InviteError::TooLong);
        }
        let pasted = bare(pasted);
        match in_text(pasted) {
            Some(found) => found,
            None => Self::alone(pasted),
        }
    }

    /// Reads what is an invitation and nothing else.
    fn alone(pasted: &str) -> Result<Self, InviteError> {
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
        let words = pasted.split_whitespace().count();
        if words <= SPELT_WORDS
            && let Some(parts) = split(&text)
        {
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

/// Without what stands around a quoted or listed thing.
fn bare(text: &str) -> &str {
    let around =
        |c: char| c.is_whitespace() || is_hidden(c) || "<>\"'`“”„«»‘’()（）「」".contains(c);
    let behind = |c: char| around(c) || matches!(c, '.' | ',' | ';' | '。' | '，' | '；');
    text.trim_start_matches(around).trim_end_matches(behind)
}

/// The invitation in the middle of a text, such as a whole mail; `None` if there is none, or nothing else. A link goes
/// before a code, and that before `token@server`: a mail often has the same invitation in several forms.
fn in_text(text: &str) -> Option<Result<PastedInvite, InviteError>> {
    let lines: Vec<_> = text.lines().map(str::trim).collect();
    let words: Vec<_> = (0..lines.len())
        .flat_map(|at| lines[at].split_whitespace().map(move |word| (at, word)))
        .collect();
    let joined: String = words.iter().map(|(_, word)| *word).collect();
    let alone = words.len() < 2 && !text.contains("://");
    // A code that is broken into pieces and has nothing around it is put together.
    if alone || decode(&joined).is_some() {
        return None;
    }
    let linked = words.iter().filter_map(|(at, word)| {
        let whole = unbroken(&lines, *at, word);
        let scheme = whole.find("https://").or_else(|| whole.find("http://"));
        // What stands before a scheme is no part of the link, unless the scheme is a part of its query.
        let start = scheme.filter(|at| !whole[..*at].contains('?')).unwrap_or(0);
        from_link(&link(bare(&whole[start..]))?).ok()
    });
    let coded = words
        .iter()
        .filter_map(|(_, word)| split(decode(bare(word))?.trim())?.ok());
    let spelt = words.iter().filter_map(|(_, word)| {
        let found = split(bare(word))?.ok()?;
        let token = found.token.expose();
        let looks_random =
            token.len() >= TOKEN_IN_TEXT_BYTES && token.contains(|c: char| c.is_ascii_digit());
        looks_random.then_some(found)
    });
    only(linked).or_else(|| only(coded)).or_else(|| only(spelt))
}

/// A word with its rest from the lines below, if the line was broken behind it. A greeting in a line of its own is none.
fn unbroken(lines: &[&str], at: usize, word: &str) -> String {
    let mut whole = word.to_owned();
    let ends_there = lines[at].ends_with(word);
    for pair in lines[at..].windows(2).take_while(|_| ends_there) {
        let (last, next) = (pair[0], pair[1]);
        let in_a_link = |c: char| c.is_ascii_digit() || "&=%.-_".contains(c);
        let goes_on =
            !next.contains(char::is_whitespace) && next.contains(in_a_link) && link(next).is_none();
        if !BROKEN_AT.contains(&last.chars().count()) || !goes_on {
            break;
        }
        whole.push_str(next);
    }
    whole
}

/// The one invitation among those found, however often it is there.
fn only(
    mut found: impl Iterator<Item = PastedInvite>,
) -> Option<Result<PastedInvite, InviteError>> {
    let first = found.next()?;
    let same = |other: PastedInvite| {
        other.token.expose() == first.token.expose() && other.provider == first.provider
    };
    Some(if found.all(same) {
        Ok(first)
    } else {
        Err(InviteError::Several)
    })
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

/// Columns at which mail programs break lines: RFC 5322 §2.1.1 asks for 78, some stop earlier. What ends a line outside of
/// this was not broken there.
const BROKEN_AT: std::ops::RangeInclusive<usize> = 60..=80;

/// Most pieces of `token @ server`; more are a sentence with an e-mail address in it.
const SPELT_WORDS: usize = 3;

/// Shortest token that is recognised in the middle of a text as `token@server`. An e-mail address looks the same; what
/// tells them apart is the length, and a digit.
const TOKEN_IN_TEXT_BYTES: usize = 16;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use base64::engine::general_purpose::STANDARD;

    use super::super::{invite_string, invite_string_std};
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
    fn an_invitation_is_found_in_the_text_around_it() {
        let token = InviteToken::from_random(std::array::from_fn(|at| [53, 190, 7][at % 3]));
        let provider = Provider::parse("cat.example.org:8443").unwrap();
        let plain = token.expose().to_owned();
        let code = invite_string(&token, &provider);
        let link =
            format!("https://cat.example.org:8443/wayf?token={plain}&providerDomain={provider}");
        let (head, tail) = link.split_at(72);
        for text in [
            format!("Hi Carol, here it is: {link} Greetings, Bob"),
            format!("Hi Carol,\n\n{link}\nGreetings\nBob (bob@cat.example.org)"),
            format!("Hi Carol,\n\n{head}\n{tail}\n\nGreetings\nBob"),
            format!("Invitation:{link}"),
            format!("请点击链接（{link}）。 谢谢"),
            format!("link: <{link}>\ncode: {code}\n-- \nbob@cat.example.org"),
            format!("Paste this code there: {code}."),
            format!("Mein Code ist \"{code}\", viele Grüße"),
            format!(
                "It is {plain}@cat.example.org:8443, ask bob.the.builder@cat.example.org if not"
            ),
            format!("Or https://dog.example.org/help if {link} fails"),
        ] {
            assert_eq!(read(&text), cat(&plain), "{text}");
        }
    }

    #[test]
    fn a_text_with_two_invitations_is_not_guessed_at() {
        let provider = Provider::parse("cat.example.org").unwrap();
        let code = |byte| invite_string(&InviteToken::from_random([byte; 20]), &provider);
        let error = |text: String| PastedInvite::parse(&text).err();
        assert_eq!(
            error(format!("for you {} and for him {}", code(1), code(2))),
            Some(InviteError::Several)
        );
        assert_eq!(
            error("write to carol@dog.example.org please, all of you".to_owned()),
            Some(InviteError::Unprintable)
        );
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
