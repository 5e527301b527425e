//! The headers by which a person is recognised, and those that name an exchange.

use http::header::{ACCEPT_LANGUAGE, AUTHORIZATION, COOKIE};
use http::{HeaderMap, HeaderValue};
use symbolon_server::accounts::{basic_credentials, session};
use symbolon_server::http::language;
use symbolon_server::http::reference::Reference;

const NAME: &str = "__Host-symbolon";

pub(crate) fn play(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Some((name, _)) = basic_credentials(&text) {
        assert!(!name.contains(':'), "{name}");
    }
    if let Some(reference) = Reference::parse(&text) {
        assert_eq!(
            Reference::parse(reference.as_str()),
            Some(reference.clone())
        );
        let name = reference.as_str();
        assert!(name.bytes().all(|b| b.is_ascii_alphanumeric()), "{name}");
    }
    let mut headers = HeaderMap::new();
    // Several lines are several headers.
    for line in bytes.split(|byte| *byte == b'\n') {
        if let Ok(value) = HeaderValue::from_bytes(line) {
            for name in [COOKIE, ACCEPT_LANGUAGE, AUTHORIZATION] {
                headers.append(name, value.clone());
            }
        }
    }
    let _: symbolon_proto::language::Language = language::wished(&headers);
    let Some(secret) = session::cookie_named(NAME, &headers) else {
        return;
    };
    assert!(
        !secret.contains(';') && secret.trim() == secret,
        "{secret:?}"
    );
    // The same alone is the same, and a name that only begins or ends alike is another.
    let alone = |name: &str| {
        let mut headers = HeaderMap::new();
        let value = HeaderValue::from_str(&format!("{name}={secret}"));
        headers.insert(COOKIE, value.expect("it came in a header"));
        session::cookie_named(NAME, &headers).map(str::to_owned)
    };
    assert_eq!(alone(NAME).as_deref(), Some(secret));
    assert_eq!(alone("__Host-symbolon2"), None);
    assert_eq!(alone("x__Host-symbolon"), None);
}
