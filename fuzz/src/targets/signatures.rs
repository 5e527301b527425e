//! Signatures of requests: fields, signature base, verification, signing.
//!
//! The lines of an input: method, target, `Signature-Input`, `Signature`, then `name: value` for each other header, an
//! empty line, and the body.

use std::sync::OnceLock;

use symbolon_proto::digest::content_digest;
use symbolon_proto::keys::{Jwks, SigningKey};
use symbolon_proto::signature::{MessageParts, find_ocm, sign, sign_with};

use super::split;

/// When everything happens, in Unix seconds.
const NOW: i64 = 1_795_464_900;

/// The one message that was signed; it is in the corpus.
const METHOD: &str = "POST";
const TARGET: &str = "https://dog.example.org/ocm/invite-accepted";
const BODY: &[u8] = b"{\"token\":\"t\"}";

fn key() -> &'static SigningKey {
    static KEY: OnceLock<SigningKey> = OnceLock::new();
    let made = || SigningKey::generate([7; 32], "cat.example.org#key1");
    KEY.get_or_init(|| made().expect("the id is printable"))
}

pub(crate) fn play(bytes: &[u8]) {
    believed(bytes);
    let (head, body) = split(bytes);
    let mut lines = head.split('\n');
    let (method, target) = (lines.next(), lines.next());
    signed_is_verified(method.unwrap_or_default(), target.unwrap_or_default(), body);
}

/// Whether the message is believed. The key signs nothing but the one message: whatever else it seems to have signed is
/// forged.
fn believed(bytes: &[u8]) -> bool {
    let (head, body) = split(bytes);
    let mut lines = head.split('\n');
    let mut line = || lines.next().unwrap_or_default();
    let (method, target, input, signature) = (line(), line(), line(), line());
    let mut headers = vec![("signature-input", input), ("signature", signature)];
    headers.extend(lines.filter_map(|line| line.split_once(": ")));
    let message = MessageParts::request(method, target, &headers);
    let Ok(Some(found)) = find_ocm(&message) else {
        return false;
    };
    let _: Option<String> = found.authority();
    let keys: Jwks = [key().public_jwk()].into_iter().collect();
    let Ok(verified) = found.verify(&message, body, &keys, NOW) else {
        return false;
    };
    assert_eq!(
        (method, target, body),
        (METHOD, TARGET, BODY),
        "a forged message"
    );
    assert_eq!(verified.key_id(), key().key_id());
    assert_eq!(verified.created(), NOW);
    true
}

/// Whatever can be signed is verified, and with any other body it is not.
fn signed_is_verified(method: &str, target: &str, body: &[u8]) {
    let (digest, length) = (content_digest(body), body.len().to_string());
    let plain = [
        ("content-digest", digest.as_str()),
        ("content-length", length.as_str()),
    ];
    let unsigned = MessageParts::request(method, target, &plain);
    let Ok(signed) = sign(&unsigned, key(), NOW) else {
        return;
    };
    let [digest, length] = plain;
    let headers = [
        digest,
        length,
        ("signature-input", signed.signature_input.as_str()),
        ("signature", signed.signature.as_str()),
    ];
    let message = MessageParts::request(method, target, &headers);
    let keys: Jwks = [key().public_jwk()].into_iter().collect();
    let found = find_ocm(&message).expect("what was signed can be read");
    let found = found.expect("what was signed has a signature");
    let verified = found.verify(&message, body, &keys, NOW);
    assert!(verified.is_ok(), "{verified:?}");
    let other = [body, b"!"].concat();
    assert!(found.verify(&message, &other, &keys, NOW).is_err());
    // A component that is not there is an error, never a signature over less.
    assert!(sign_with(&unsigned, key(), NOW, &["date"]).is_err());
}

/// The input with the one signed message, from which the search for forged ones begins.
#[cfg(test)]
fn genuine() -> String {
    let (digest, length) = (content_digest(BODY), BODY.len().to_string());
    let headers = [
        ("content-digest", digest.as_str()),
        ("content-length", length.as_str()),
    ];
    let message = MessageParts::request(METHOD, TARGET, &headers);
    let signed = sign(&message, key(), NOW).expect("it can be signed");
    let (input, signature) = (signed.signature_input, signed.signature);
    let body = String::from_utf8_lossy(BODY);
    format!(
        "{METHOD}\n{TARGET}\n{input}\n{signature}\ncontent-digest: {digest}\ncontent-length: {length}\n\n{body}"
    )
}

#[cfg(test)]
#[test]
fn the_search_begins_at_a_message_that_is_verified() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/corpus/signatures/genuine");
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    assert_eq!(kept, genuine());
    assert!(believed(kept.as_bytes()));
}
