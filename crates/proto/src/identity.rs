//! Who somebody on another server is: their identifier exactly as that server sent it, and one form of it to recognise them by.
//!
//! One person may come under several spellings: servers have sent `uuid`, `uuid@server`, `uuid@https://issuer`, and
//! base64 of the latter, and have changed between them with an upgrade. The verbatim text goes back to the server
//! whenever we speak of the person; the subject decides who is who.

use base64::Engine;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};

use crate::address::Provider;
use crate::limits;

/// Why an identifier is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    /// Empty or blank.
    #[error("it is empty")]
    Empty,
    /// More than [`limits::IDENTIFIER_BYTES`].
    #[error("it is longer than 1024 bytes")]
    TooLong,
    /// Control characters, which no identifier has.
    #[error("it contains control characters")]
    Control,
}

/// A person's identifier on another server.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RemoteId {
    verbatim: String,
    subject: String,
}

const LENIENT: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&base64::alphabet::URL_SAFE, LENIENT);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&base64::alphabet::STANDARD, LENIENT);

const SCHEMES: [&str; 2] = ["https://", "http://"];

impl RemoteId {
    /// Takes what `provider` sent as `userID`.
    pub fn new(verbatim: &str, provider: &Provider) -> Result<Self, IdentityError> {
        if verbatim.trim().is_empty() {
            return Err(IdentityError::Empty);
        }
        if verbatim.len() > limits::IDENTIFIER_BYTES {
            return Err(IdentityError::TooLong);
        }
        if verbatim.contains(char::is_control) {
            return Err(IdentityError::Control);
        }
        Ok(Self {
            verbatim: verbatim.to_owned(),
            subject: subject(verbatim, provider),
        })
    }

    /// Exactly what the server sent.
    pub fn verbatim(&self) -> &str {
        &self.verbatim
    }

    /// What the person is recognised by, together with the server.
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// Whether an e-mail address is none of theirs, but was made of their identifier: by [`stand_in`], or as other servers do it.
    pub fn made(&self, email: &str, provider: &Provider) -> bool {
        let made_of = |identifier| {
            [provider.as_str(), provider.host()]
                .iter()
                .any(|server| email.eq_ignore_ascii_case(&address(identifier, server)))
        };
        made_of(&self.subject) || made_of(&self.verbatim)
    }
}

/// What goes from server to server in place of an e-mail address that is not known or not to be told: it belongs to nobody.
pub fn stand_in(identifier: &str, provider: &Provider) -> String {
    address(identifier, provider.as_str())
}

fn address(identifier: &str, server: &str) -> String {
    format!("{identifier}@{server}")
}

/// Strips the server's own name behind the identifier, however often and in whatever spelling, also within base64, and
/// brings the name of another issuer into one spelling. Subjects are stored: a change here needs a migration.
fn subject(text: &str, provider: &Provider) -> String {
    let mut text = text.to_owned();
    while let Some(shorter) = without_server(&text, provider).or_else(|| decode(&text, provider)) {
        text = shorter;
    }
    match text.rsplit_once('@') {
        Some((somebody, issuer)) if !somebody.is_empty() && has_scheme(issuer) => {
            match Provider::parse(issuer) {
                Ok(host) => format!("{somebody}@{host}{}", path(issuer)),
                Err(_) => text,
            }
        }
        _ => text,
    }
}

fn without_server(text: &str, provider: &Provider) -> Option<String> {
    let (somebody, issuer) = text.rsplit_once('@')?;
    (!somebody.is_empty() && names(issuer, provider)).then(|| somebody.to_owned())
}

/// The text behind base64, if the identifier is base64 of `somebody@issuer`. Anything less certain is left alone: an
/// ordinary name may be valid base64 by accident, but does not decode to that.
fn decode(text: &str, provider: &Provider) -> Option<String> {
    let bytes = URL_SAFE
        .decode(text)
        .or_else(|_| STANDARD.decode(text))
        .ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let (somebody, issuer) = text.rsplit_once('@')?;
    let printable = !text.contains(|c: char| c.is_control() || c.is_whitespace());
    let named = has_scheme(issuer) || names(issuer, provider);
    (printable && named && !somebody.is_empty()).then_some(text)
}

/// Whether an issuer is the server itself and no more: one with a path may be one of several realms on the same host.
fn names(issuer: &str, provider: &Provider) -> bool {
    path(issuer).is_empty() && Provider::parse(issuer).as_ref() == Ok(provider)
}

/// What follows the host of an issuer. It stays: one host may serve several realms, each with a carol of its own.
fn path(issuer: &str) -> &str {
    let scheme = SCHEMES.iter().find(|scheme| starts_with(issuer, scheme));
    let behind = &issuer[scheme.map_or(0, |scheme| scheme.len())..];
    let start = behind.find(['/', '?', '#']).unwrap_or(behind.len());
    behind[start..].trim_end_matches('/')
}

fn has_scheme(text: &str) -> bool {
    SCHEMES.iter().any(|scheme| starts_with(text, scheme))
}

fn starts_with(text: &str, scheme: &str) -> bool {
    let head = text.as_bytes().get(..scheme.len());
    head.is_some_and(|head| head.eq_ignore_ascii_case(scheme.as_bytes()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cat() -> Provider {
        Provider::parse("cat.example.org").unwrap()
    }

    fn subject_of(text: &str) -> String {
        RemoteId::new(text, &cat()).unwrap().subject().to_owned()
    }

    #[test]
    fn one_person_is_one_subject_in_all_five_spellings() {
        let uuid = "4c510ada-c86b-4815-8820-42cdf82c3d51";
        let encoded = |text: &str| base64::engine::general_purpose::URL_SAFE.encode(text);
        for text in [
            uuid.to_owned(),
            format!("{uuid}@cat.example.org"),
            format!("{uuid}@https://Cat.example.org"),
            format!("{uuid}@cat.example.org@cat.example.org"),
            encoded(&format!("{uuid}@https://cat.example.org")),
            encoded(&format!("{uuid}@cat.example.org"))
                .trim_end_matches('=')
                .to_owned(),
            // As the sender of a share, and as its recipient.
            format!(
                "{}@cat.example.org",
                encoded(&format!("{uuid}@https://cat.example.org"))
            ),
            format!("{uuid}@https://cat.example.org@cat.example.org"),
        ] {
            assert_eq!(subject_of(&text), uuid, "{text}");
        }
    }

    #[test]
    fn realm_whose_path_names_a_server_stays_a_realm() {
        let subject = subject_of("carol@https://cat.example.org/realms/https://cat.example.org");
        assert_eq!(
            subject,
            "carol@cat.example.org/realms/https://cat.example.org"
        );
        assert_eq!(subject_of(&subject), subject);
    }

    #[test]
    fn issuer_of_another_name_stays_and_loses_only_its_scheme() {
        assert_eq!(
            subject_of("einstein@https://IdP.example.org/realm/"),
            "einstein@idp.example.org/realm"
        );
        assert_eq!(
            subject_of("einstein@idp.example.org"),
            "einstein@idp.example.org"
        );
        assert_eq!(
            subject_of("einstein@idp.example.org@cat.example.org"),
            "einstein@idp.example.org"
        );
    }

    #[test]
    fn realms_on_the_host_of_the_server_are_kept_apart() {
        let realm =
            |name: &str| subject_of(&format!("carol@https://Cat.example.org/realms/{name}/"));
        assert_eq!(realm("a"), "carol@cat.example.org/realms/a");
        assert_ne!(realm("a"), realm("b"));
        assert_ne!(realm("a"), subject_of("carol"));
        let encoded = base64::engine::general_purpose::URL_SAFE
            .encode("carol@https://cat.example.org/realms/a");
        assert_eq!(subject_of(&encoded), realm("a"));
    }

    #[test]
    fn identifier_that_a_real_server_sent_is_recognised() {
        let sent = "NjA3MDhkZGEtZTg5Ny0xMWVmLTkxOWYtYmJiNzQzN2Q2ZWMyQGh0dHBzOi8vb2MtYi50ZXN0";
        let provider = Provider::parse("oc-b.test").unwrap();
        let id = RemoteId::new(sent, &provider).unwrap();
        assert_eq!(id.subject(), "60708dda-e897-11ef-919f-bbb7437d6ec2");
        assert_eq!(id.verbatim(), sent);
    }

    #[test]
    fn ordinary_names_are_taken_as_they_are() {
        for text in [
            "marie",
            "carolina",
            "Marie",
            "max.mustermann",
            "ümläut",
            "a b",
        ] {
            assert_eq!(subject_of(text), text);
        }
    }

    #[test]
    fn address_is_made_of_an_identifier_only_if_it_is_all_of_it_and_their_server() {
        let provider = Provider::parse("cat.example.org:8443").unwrap();
        let id = RemoteId::new("bob@https://cat.example.org:8443", &provider).unwrap();
        for made in [
            stand_in(id.subject(), &provider),
            stand_in(id.verbatim(), &provider),
            "bob@cat.example.org".to_owned(),
            "bob@Cat.example.org:8443".to_owned(),
        ] {
            assert!(id.made(&made, &provider), "{made}");
        }
        for own in [
            "bob@example.org",
            "bobby@cat.example.org",
            "bob@",
            "bob",
            "",
        ] {
            assert!(!id.made(own, &provider), "{own}");
        }
    }

    #[test]
    fn impossible_identifiers_are_refused() {
        assert_eq!(RemoteId::new(" ", &cat()), Err(IdentityError::Empty));
        assert_eq!(RemoteId::new("a\u{7}", &cat()), Err(IdentityError::Control));
        assert_eq!(
            RemoteId::new(&"a".repeat(2_000), &cat()),
            Err(IdentityError::TooLong)
        );
    }

    /// An identifier in the spellings that servers use, one around the other.
    fn spelling() -> impl Strategy<Value = String> {
        "[a-zA-Z0-9@:/._-]{1,30}".prop_recursive(4, 8, 1, |inner| {
            let behind = "(@cat\\.example\\.org|@https://CAT\\.example\\.org/?|@https://idp\\.example\\.org(/a|/b/)?)";
            let encoded = (inner.clone(), any::<bool>()).prop_map(|(text, padded)| {
                if padded {
                    base64::engine::general_purpose::URL_SAFE.encode(text)
                } else {
                    base64::engine::general_purpose::STANDARD_NO_PAD.encode(text)
                }
            });
            prop_oneof![(inner, behind).prop_map(|(text, behind)| text + &behind), encoded]
        })
    }

    proptest! {
        #[test]
        fn two_bare_identifiers_never_fall_together(a in "[a-zA-Z0-9._ -]{1,40}", b in "[a-zA-Z0-9._ -]{1,40}") {
            prop_assume!(a != b && !a.trim().is_empty() && !b.trim().is_empty());
            prop_assert_ne!(subject_of(&a), subject_of(&b));
        }

        #[test]
        fn subject_of_a_subject_is_itself(text in spelling()) {
            if let Ok(id) = RemoteId::new(&text, &cat()) {
                prop_assert_eq!(subject_of(id.subject()), id.subject());
                prop_assert_eq!(id.verbatim(), text);
            }
        }

        #[test]
        fn servers_own_name_behind_an_identifier_changes_nothing(text in spelling()) {
            let named = format!("{text}@https://cat.example.org@CAT.example.org:443");
            if let (Ok(id), Ok(named)) = (RemoteId::new(&text, &cat()), RemoteId::new(&named, &cat())) {
                prop_assert_eq!(named.subject(), id.subject());
            }
        }
    }
}
