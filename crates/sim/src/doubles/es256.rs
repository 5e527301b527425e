//! How Nextcloud 35 signs its messages (RFC 9421 with ES256), as its source does it and not as this server does: the two
//! meet in tests.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use symbolon_proto::digest::content_digest;

use super::wire::Asked;

/// A key of one server.
pub(super) struct Key {
    id: String,
    pair: EcdsaKeyPair,
}

impl Key {
    /// A new one.
    pub(super) fn new(id: &str) -> Self {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING);
        Self {
            id: id.to_owned(),
            pair: pair.expect("the library makes keys"),
        }
    }

    /// As it is published.
    pub(super) fn jwk(&self) -> Value {
        let point = self.pair.public_key().as_ref();
        let [x, y] = [&point[1..33], &point[33..]].map(|half| URL_SAFE_NO_PAD.encode(half));
        json!({ "kty": "EC", "crv": "P-256", "x": x, "y": y, "kid": self.id, "alg": "ES256", "use": "sig" })
    }

    /// Signs a message to another server. It does not say by which algorithm: the key does.
    pub(super) fn sign(&self, asked: &mut Asked, now_secs: i64) {
        let length = asked.body.len().to_string();
        let digest = content_digest(&asked.body);
        let covered = r#"("@method" "@target-uri" "content-digest" "content-length")"#;
        let parameters = format!(
            r#"{covered};created={now_secs};keyid="{}";tag="ocm""#,
            self.id
        );
        let base = [
            format!(r#""@method": {}"#, asked.method),
            format!(r#""@target-uri": {}"#, asked.url),
            format!(r#""content-digest": {digest}"#),
            format!(r#""content-length": {length}"#),
            format!(r#""@signature-params": {parameters}"#),
        ];
        let signature = self
            .pair
            .sign(&SystemRandom::new(), base.join("\n").as_bytes())
            .expect("the library signs");
        for (name, value) in [
            ("content-length", length),
            ("content-digest", digest),
            ("signature-input", format!("ocm={parameters}")),
            (
                "signature",
                format!("ocm=:{}:", STANDARD.encode(signature.as_ref())),
            ),
        ] {
            asked.headers.push((name.to_owned(), value));
        }
    }
}
