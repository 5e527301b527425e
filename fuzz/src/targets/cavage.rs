//! Signatures of requests as they were before RFC 9421: the field, the signing string, verification, signing.
//!
//! The lines of an input: method, target, `Signature`, then `name: value` for each other header, an empty line, and the body.

use std::sync::OnceLock;

use symbolon_proto::digest::legacy_digest;
use symbolon_proto::keys::{PublicPem, RsaKey};
use symbolon_proto::signature::MessageParts;
use symbolon_proto::signature::cavage::{find_cavage, sign, sign_over};

use super::split;

/// When everything happens, in Unix seconds, and as a date.
const NOW: i64 = 1_795_464_900;
const DATE: &str = "Mon, 23 Nov 2026 20:15:00 GMT";

/// The one message that was signed; it is in the corpus. The secret half of its key is nowhere.
const METHOD: &str = "POST";
const TARGET: &str = "https://dog.example.org/ocm/invite-accepted";
const BODY: &[u8] = b"{\"token\":\"t\"}";
const KEY_ID: &str = "https://cat.example.org/ocm#signature";
const PUBLIC: &str = "-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAh0FH2qYQQcmbikudULVF
t19/2QWk2nY7jU3KzJNpZtuVod+z9CS3wlqOKNZYTep/olADpMq6TDuhN0A+cwt3
jUTXLVnGOXnxomeYYMzp8/xtxxDWIbDL79Qv4KT3P+qbx6fKP8ZdEZFRnkjvFVpk
dtJ8MxDz4uVEpCckup6TtXRB7sCM898gDuRxxSjFe+cbOut30P7iPLAfLnwqhZLO
LslBc1dkZMbrFZL3htvNg1zayQgAnlPU95sEkLZSw5/QexBF4B0cQL4yx0f4u3CY
vaVT9E5krql1QOk+7VGmHxthg4OoYIUT3fr/8in5vdp9hU123jXNpvg/HCobHLgb
yQIDAQAB
-----END PUBLIC KEY-----";

pub(crate) fn play(bytes: &[u8]) {
    believed(bytes);
    let (head, body) = split(bytes);
    let mut lines = head.split('\n');
    let (method, target) = (lines.next(), lines.next());
    signed_is_verified(method.unwrap_or_default(), target.unwrap_or_default(), body);
}

/// Whether the message is believed. The key has signed nothing but the one message: whatever else it seems to have signed
/// is forged.
fn believed(bytes: &[u8]) -> bool {
    static KEY: OnceLock<PublicPem> = OnceLock::new();
    let key = KEY.get_or_init(|| PublicPem::parse(PUBLIC).expect("it is a key"));
    let (head, body) = split(bytes);
    let mut lines = head.split('\n');
    let mut line = || lines.next().unwrap_or_default();
    let (method, target, signature) = (line(), line(), line());
    let mut headers = vec![("signature", signature)];
    headers.extend(lines.filter_map(|line| line.split_once(": ")));
    let message = MessageParts::request(method, target, &headers);
    let Ok(Some(found)) = find_cavage(&message) else {
        return false;
    };
    let _: Option<String> = found.authority();
    let Ok(verified) = found.verify(&message, body, key, NOW) else {
        return false;
    };
    // Case does not count in a method and a host; nor does a default port, or what never goes over the wire.
    assert!(method.eq_ignore_ascii_case(METHOD), "a forged method");
    assert_eq!(wire(target), wire(TARGET), "a forged target");
    assert_eq!(body, BODY, "a forged body");
    assert_eq!(verified.key_id(), found.key_id());
    assert_eq!(verified.created(), NOW);
    true
}

/// What of a target goes over the wire: host and port in one spelling, path and query.
fn wire(target: &str) -> (String, &str) {
    let target = target.split('#').next().unwrap_or_default();
    let (scheme, rest) = target.split_once("://").unwrap_or(("", target));
    let (host, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    let host = host.to_ascii_lowercase();
    let port = match scheme.to_ascii_lowercase().as_str() {
        "https" => ":443",
        "http" => ":80",
        _ => "",
    };
    let host = host.strip_suffix(port).unwrap_or(&host).to_owned();
    (host, path)
}

/// Whatever can be signed is verified, and with any other body it is not.
fn signed_is_verified(method: &str, target: &str, body: &[u8]) {
    static KEY: OnceLock<(RsaKey, PublicPem)> = OnceLock::new();
    let (key, published) = KEY.get_or_init(|| {
        let made = RsaKey::generate().expect("the library makes keys");
        let key = RsaKey::from_pem(&made, KEY_ID).expect("it reads what it has made");
        let published = PublicPem::parse(&key.public_pem());
        (key, published.expect("what is published can be read"))
    });
    let (digest, length) = (legacy_digest(body), body.len().to_string());
    let plain = [
        ("digest", digest.as_str()),
        ("content-length", length.as_str()),
        ("date", DATE),
    ];
    let unsigned = MessageParts::request(method, target, &plain);
    let Ok(signed) = sign(&unsigned, key) else {
        return;
    };
    let [digest, length, date] = plain;
    let headers = [digest, length, date, ("signature", signed.as_str())];
    let message = MessageParts::request(method, target, &headers);
    let found = find_cavage(&message).expect("what was signed can be read");
    let found = found.expect("what was signed has a signature");
    let verified = found.verify(&message, body, published, NOW);
    assert!(verified.is_ok(), "{verified:?}");
    let other = [body, b"!"].concat();
    assert!(found.verify(&message, &other, published, NOW).is_err());
    // A header that is not there is an error, never a signature over less.
    assert!(sign_over(&unsigned, key, &["x-absent"]).is_err());
}

#[cfg(test)]
#[test]
fn the_search_begins_at_a_message_that_is_verified() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/corpus/cavage/genuine");
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    assert!(believed(kept.as_bytes()));
    let forged = kept.replace("\"t\"", "\"u\"");
    assert!(!believed(forged.as_bytes()));
}
