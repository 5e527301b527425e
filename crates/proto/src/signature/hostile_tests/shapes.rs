//! What we send, and what others may send instead.

use super::{COVERED, KEY_ID, NOW, Request, key};
use crate::{
    keys::SigningKey,
    signature::{ComponentError, SignatureError, find_ocm, sign},
};

#[test]
fn what_we_sign_has_the_shape_of_draft_05_and_verifies() {
    let request = Request::signed();
    let input = &request.headers[4].1;
    assert_eq!(
        input,
        r#"ocm=("@method" "@target-uri" "content-digest" "content-length" "date");created=1795464900;keyid="cat.example.org#key1";alg="ed25519";tag="ocm""#
    );
    let verified = request.verify().unwrap();
    assert_eq!((verified.key_id(), verified.created()), (KEY_ID, NOW));
    let undated = Request::unsigned()
        .without("Date")
        .with_parts(|message| sign(message, &key(), NOW).unwrap());
    assert!(
        undated
            .signature_input
            .starts_with(&format!("ocm={COVERED};created="))
    );
}

#[test]
fn nothing_is_signed_that_lacks_a_mandatory_header() {
    for name in ["Content-Digest", "Content-Length"] {
        let result = Request::unsigned()
            .without(name)
            .with_parts(|message| sign(message, &key(), NOW).err());
        let component = format!("\"{}\"", name.to_ascii_lowercase());
        assert_eq!(
            result,
            Some(SignatureError::Component(ComponentError::Absent {
                component
            }))
        );
    }
    let result = Request::unsigned().with_parts(|message| sign(message, &key(), i64::MAX).err());
    assert!(matches!(
        result,
        Some(SignatureError::Malformed {
            field: "created",
            ..
        })
    ));
}

#[test]
fn any_order_and_any_parameters_verify() {
    for input in [
        r#";keyid="cat.example.org#key1";created=1795464900;tag="ocm""#,
        r#";tag="ocm";created=1795464900;keyid="cat.example.org#key1""#,
        r#";created=1795464900;keyid="cat.example.org#key1";nonce="n";tag="ocm";extension=?0;x-y=:AAA=:;z"#,
        r#";created=1795464900;expires=1795464960;keyid="cat.example.org#key1";alg="ed25519";tag="ocm""#,
        r#";created=1795464900;keyid="cat.example.org#key1";alg="EdDSA";tag="ocm""#,
    ] {
        Request::unsigned()
            .signed_with("proxy-1", &format!("{COVERED}{input}"))
            .verify()
            .unwrap();
    }
    let more = r#"("content-digest";key="sha-256" "@authority" "date" "@target-uri" "content-length" "@method" "content-digest" "@query");created=1795464900;keyid="cat.example.org#key1";tag="ocm""#;
    Request::unsigned().signed_with("a", more).verify().unwrap();
}

#[test]
fn a_key_id_may_have_quotes_in_it() {
    let key = SigningKey::generate([7; 32], r#"a "quoted\" key"#).unwrap();
    let mut request = Request::unsigned();
    let signed = request.with_parts(|message| sign(message, &key, NOW).unwrap());
    request.add("Signature-Input", &signed.signature_input);
    request.add("Signature", &signed.signature);
    let verified = request
        .verify_with(&[key.public_jwk()].into_iter().collect(), NOW)
        .unwrap();
    assert_eq!(verified.key_id(), r#"a "quoted\" key"#);
}

#[test]
fn debug_output_has_no_signature_in_it() {
    let request = Request::signed();
    let found = request.with_parts(|message| find_ocm(message).unwrap().unwrap());
    assert_eq!(
        format!("{found:?}"),
        format!("OcmSignature {{ key_id: {KEY_ID:?}, created: Some({NOW}), .. }}")
    );
    assert_eq!(
        (found.key_id(), found.created(), found.alg()),
        (KEY_ID, Some(NOW), Some("ed25519"))
    );
}
