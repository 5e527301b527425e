//! Requests that must be refused, each with the reason that its sender gets, and odd ones that must not.

use base64::{Engine, prelude::BASE64_STANDARD};
use sfv::ListEntry;

use super::{
    MessageParts, SignatureError, VerifiedSignature, base::signature_base, find_ocm, sign,
    structured,
};
use crate::{
    digest::content_digest,
    keys::{Jwks, SigningKey},
};

mod members;
mod rules;
mod shapes;
mod tampering;

const NOW: i64 = 1_795_464_900;
const URI: &str = "https://dog.example.org/ocm/invite-accepted";
const KEY_ID: &str = "cat.example.org#key1";
const BODY: &[u8] = br#"{"recipientProvider":"cat.example.org","token":"t"}"#;

fn key() -> SigningKey {
    SigningKey::generate([7; 32], KEY_ID).unwrap()
}

fn keys() -> Jwks {
    [key().public_jwk()].into_iter().collect()
}

/// A request under construction; every test spoils it in its own way.
#[derive(Clone)]
struct Request {
    method: String,
    uri: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Request {
    fn unsigned() -> Self {
        let headers = [
            ("Content-Type", "application/json".to_owned()),
            ("Content-Length", BODY.len().to_string()),
            ("Content-Digest", content_digest(BODY)),
            ("Date", "Mon, 23 Nov 2026 20:15:00 GMT".to_owned()),
        ];
        Self {
            method: "POST".to_owned(),
            uri: URI.to_owned(),
            headers: headers
                .map(|(name, value)| (name.to_owned(), value))
                .to_vec(),
            body: BODY.to_vec(),
        }
    }

    /// As we sign ourselves.
    fn signed() -> Self {
        let mut request = Self::unsigned();
        let signed = request.with_parts(|message| sign(message, &key(), NOW).unwrap());
        request.add("Signature-Input", &signed.signature_input);
        request.add("Signature", &signed.signature);
        request
    }

    /// With a true signature of `input`, the value of one member of `Signature-Input`.
    fn signed_with(mut self, label: &str, input: &str) -> Self {
        let members = structured::parse_dictionary(&format!("{label}={input}")).unwrap();
        let Some(ListEntry::InnerList(covered)) = members.get(label) else {
            panic!("not an inner list");
        };
        let base = self.with_parts(|message| signature_base(message, covered).unwrap());
        let signature = BASE64_STANDARD.encode(key().sign(base.as_bytes()));
        self.add("Signature-Input", &format!("{label}={input}"));
        self.add("Signature", &format!("{label}=:{signature}:"));
        self
    }

    /// With a signature of `input` that is not true: for refusals that come before the key is tried.
    fn claiming(mut self, input: &str) -> Self {
        self.add("Signature-Input", &format!("x={input}"));
        self.add("Signature", "x=:AAAA:");
        self
    }

    fn add(&mut self, name: &str, value: &str) {
        self.headers.push((name.to_owned(), value.to_owned()));
    }

    fn set(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(other, _)| other != name);
        self.add(name, value);
        self
    }

    fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(other, _)| other != name);
        self
    }

    fn with_parts<T>(&self, act: impl FnOnce(&MessageParts<'_>) -> T) -> T {
        let headers = self
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect::<Vec<_>>();
        act(&MessageParts::request(&self.method, &self.uri, &headers))
    }

    fn verify_with(&self, keys: &Jwks, now: i64) -> Result<VerifiedSignature, SignatureError> {
        self.with_parts(|message| {
            let found = find_ocm(message)?.expect("there is a signature tagged ocm");
            found.verify(message, &self.body, keys, now)
        })
    }

    fn verify(&self) -> Result<VerifiedSignature, SignatureError> {
        self.verify_with(&keys(), NOW)
    }

    fn refusal(&self) -> SignatureError {
        self.verify().unwrap_err()
    }
}

const COVERED: &str = r#"("@method" "@target-uri" "content-digest" "content-length")"#;

fn bad_signature() -> SignatureError {
    SignatureError::BadSignature {
        key_id: KEY_ID.to_owned(),
        algorithm: "ed25519",
    }
}
