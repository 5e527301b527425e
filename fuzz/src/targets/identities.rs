//! What a provider of identities says of itself and of people, and the log-in names that are made of it.

use std::sync::OnceLock;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use serde_json::{Value, json};
use symbolon_core::identities::{LOGIN_CHARS, login_name, login_names};
use symbolon_proto::keys::Jwks;
use symbolon_proto::oidc::{Claims, Expected, Metadata, key_id, verify};

const ISSUER: &str = "https://login.example.org";

const EXPECTED: Expected<'_> = Expected {
    issuer: ISSUER,
    client_id: "symbolon",
    nonce: "nonce",
    now: 1_795_478_400,
};

/// A provider that can sign.
struct Provider {
    pair: Ed25519KeyPair,
    keys: Jwks,
}

fn provider() -> &'static Provider {
    static PROVIDER: OnceLock<Provider> = OnceLock::new();
    PROVIDER.get_or_init(|| {
        let pair = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).expect("32 bytes are a seed");
        let x = BASE64.encode(pair.public_key().as_ref());
        let key = json!({ "kty": "OKP", "crv": "Ed25519", "kid": "k", "x": x });
        let keys = json!({ "keys": [key] }).to_string();
        let keys = Jwks::parse(keys.as_bytes()).expect("it is a set of keys");
        Provider { pair, keys }
    })
}

impl Provider {
    fn signs(&self, payload: &[u8]) -> String {
        let input = format!(
            "{}.{}",
            BASE64.encode(b"{\"alg\":\"EdDSA\",\"kid\":\"k\"}"),
            BASE64.encode(payload)
        );
        let signature = BASE64.encode(self.pair.sign(input.as_bytes()).as_ref());
        format!("{input}.{signature}")
    }
}

pub(crate) fn play(bytes: &[u8]) {
    let provider = provider();
    // As the payload of a token that is signed: what a provider could do to us.
    if let Ok(claims) = verify(&provider.signs(bytes), &provider.keys, EXPECTED) {
        let said: Value = serde_json::from_slice(bytes).expect("what was believed is JSON");
        assert_eq!(said["iss"], ISSUER);
        assert_eq!(said["nonce"], "nonce");
        assert!(claims.subject().is_some());
        are_sound(&claims);
    }
    // As the token itself: what anybody could. The provider has signed nothing that could be found here.
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = key_id(text);
        assert!(
            verify(text, &provider.keys, EXPECTED).is_err(),
            "a forged token"
        );
        name_is_sound(text);
    }
    // As what it tells beside the token, and as what it says of itself.
    if let Ok(Value::Object(members)) = serde_json::from_slice(bytes) {
        are_sound(&Claims::new(members));
    }
    if let Ok(metadata) = Metadata::read(bytes, ISSUER) {
        assert_eq!(metadata.issuer, ISSUER);
        assert_eq!(metadata.token_endpoint.scheme(), "https");
        assert_eq!(metadata.jwks_uri.scheme(), "https");
    }
}

fn are_sound(claims: &Claims) {
    for name in ["sub", "name", "email", "groups", "realm_access.roles"] {
        let _ = (claims.has(name), claims.groups(name), claims.email(name));
        if let Some(shown) = claims.display_name(name) {
            assert!(!shown.is_empty() && !shown.chars().any(char::is_control));
        }
        if let Some(text) = claims.text(name) {
            name_is_sound(text);
        }
    }
}

fn name_is_sound(text: &str) {
    let Some(name) = login_name(text) else {
        return;
    };
    assert_eq!(
        login_name(&name).as_ref(),
        Some(&name),
        "it is its own clean form"
    );
    for name in login_names(&name) {
        assert!((1..=LOGIN_CHARS).contains(&name.len()));
        assert!(name.starts_with(|c: char| c.is_ascii_alphanumeric()));
    }
}
