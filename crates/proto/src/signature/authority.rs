//! Which server a key id speaks of.

use url::{Position, Url};

/// The host and port that a key id names, canonical: lower case, IDNA, without the default port. The spellings in use
/// are `https://host/path#name` (Nextcloud), `host#name` (opencloudmesh-go, draft-05 Appendix B) and a bare `host`. `None`
/// for anything else: the draft gives a key id no structure, and a peer's key may be called `key1`.
pub fn key_authority(key_id: &str) -> Option<String> {
    let (scheme, rest) = match key_id.split_once("://") {
        Some((scheme, rest)) => (scheme, rest),
        None => ("https", key_id),
    };
    if !scheme.eq_ignore_ascii_case("https") && !scheme.eq_ignore_ascii_case("http") {
        return None;
    }
    let authority = &rest[..rest.find(['/', '?', '#']).unwrap_or(rest.len())];
    let is_structured = authority.len() != key_id.len();
    if authority.contains(['@', '\\', ' ', '%', '_'])
        || (!is_structured && !looks_like_a_domain(authority))
    {
        return None;
    }
    let url = Url::parse(&format!("{scheme}://{authority}/")).ok()?;
    Some(url[Position::BeforeHost..Position::AfterPort].to_owned())
}

/// Whether a key id that is one word is a domain rather than a name: it has a dot or a port and does not end in a number.
fn looks_like_a_domain(word: &str) -> bool {
    let (host, has_port) = match word.rsplit_once(':') {
        Some((host, port)) => (
            host,
            !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()),
        ),
        None => (word, false),
    };
    let last_label = host.rsplit('.').next().unwrap_or_default();
    (host.contains('.') || has_port) && last_label.bytes().any(|byte| byte.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::key_authority;

    #[test]
    fn the_spellings_in_use_name_their_server() {
        for (key_id, authority) in [
            ("https://example.org/ocm#ecdsa-p256-sha256-1", "example.org"),
            ("https://Example.org:443/ocm#signature", "example.org"),
            ("https://example.org:8443#key1", "example.org:8443"),
            ("http://cat.localhost:80/#key1", "cat.localhost"),
            ("http://cat.localhost:443/#key1", "cat.localhost:443"),
            ("sender.example.org#key1", "sender.example.org"),
            ("cat.localhost:8080#key1", "cat.localhost:8080"),
            ("intranet#key1", "intranet"),
            ("example.org", "example.org"),
            ("cat.localhost:8080", "cat.localhost:8080"),
            ("[2001:DB8::1]:8443#key1", "[2001:db8::1]:8443"),
        ] {
            assert_eq!(
                key_authority(key_id).as_deref(),
                Some(authority),
                "{key_id}"
            );
        }
    }

    #[test]
    fn other_key_ids_name_nobody() {
        for key_id in [
            "",
            "#key1",
            "key1",
            "test-key-ed25519",
            "2026.11",
            "urn:uuid:6e1f#1",
            "did://example.org#key",
            "https://user@example.org/#key1",
            "example.org@evil.example.org#key1",
            "https:///path#key",
            "example.org:port#key1",
            "ex ample.org#key1",
            "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs",
        ] {
            assert_eq!(key_authority(key_id), None, "{key_id}");
        }
    }
}
