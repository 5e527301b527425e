//! Changes on the way, and lies of the signer about the body.

use base64::{Engine, prelude::BASE64_STANDARD};

use super::{BODY, COVERED, Request, bad_signature};
use crate::{
    digest::{DigestError, content_digest},
    signature::{ComponentError, SignatureError},
};

#[test]
fn every_covered_part_is_protected() {
    let good = Request::signed();
    let mut other_method = good.clone();
    other_method.method = "PUT".to_owned();
    let mut other_uri = good.clone();
    other_uri.uri = "http://dog.example.org/ocm/invite-accepted".to_owned();
    let mut other_host = good.clone();
    other_host.uri = "https://cow.example.org/ocm/invite-accepted".to_owned();
    let mut query = good.clone();
    query.uri.push('?');
    for request in [
        other_method,
        other_uri,
        other_host,
        query,
        good.clone()
            .set("Content-Digest", &content_digest(b"other")),
        good.clone().set("Content-Length", "52"),
        good.clone().set("Date", "Mon, 23 Nov 2026 20:15:01 GMT"),
        good.clone().set(
            "Signature",
            &format!("ocm=:{}:", BASE64_STANDARD.encode([0; 64])),
        ),
        good.clone().set("Signature", "ocm=::"),
    ] {
        assert_eq!(request.refusal(), bad_signature());
    }
    for header in ["Date", "Content-Length", "Content-Digest"] {
        let component = format!("\"{}\"", header.to_ascii_lowercase());
        assert_eq!(
            good.clone().without(header).refusal(),
            SignatureError::Component(ComponentError::Absent { component })
        );
    }
    let mut twice = good.clone();
    twice.add("content-length", &BODY.len().to_string());
    assert_eq!(twice.refusal(), bad_signature());
    good.set("Content-Type", "text/plain").verify().unwrap();
}

#[test]
fn another_body_is_refused_by_its_digest_or_length() {
    let mut request = Request::signed();
    request.body[3] ^= 1;
    assert_eq!(
        request.refusal(),
        SignatureError::Digest(DigestError::Mismatch {
            algorithm: "sha-256"
        })
    );
    request.body.push(b' ');
    assert_eq!(
        request.refusal(),
        SignatureError::ContentLength {
            stated: BODY.len().to_string(),
            actual: BODY.len() + 1
        }
    );
}

#[test]
fn a_signed_lie_about_the_body_is_found() {
    let input = format!(r#"{COVERED};created=1795464900;keyid="cat.example.org#key1";tag="ocm""#);
    let with = |name: &str, value: &str| {
        Request::unsigned()
            .set(name, value)
            .signed_with("ocm", &input)
            .refusal()
    };
    let both = format!(
        "{}, sha-512=:{}:",
        content_digest(BODY),
        BASE64_STANDARD.encode([0; 64])
    );
    assert_eq!(
        with("Content-Digest", &both),
        SignatureError::Digest(DigestError::Mismatch {
            algorithm: "sha-512"
        })
    );
    assert_eq!(
        with("Content-Digest", &content_digest(b"other")),
        SignatureError::Digest(DigestError::Mismatch {
            algorithm: "sha-256"
        })
    );
    assert_eq!(
        with("Content-Digest", "md5=:AAAA:"),
        SignatureError::Digest(DigestError::NothingRecognised)
    );
    for length in ["50", "", "+51", "51.0", "0x33"] {
        assert!(
            matches!(
                with("Content-Length", length),
                SignatureError::ContentLength { .. }
            ),
            "{length}"
        );
    }
}
