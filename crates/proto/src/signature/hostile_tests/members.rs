//! Which member of `Signature-Input` and `Signature` is looked at.

use super::{COVERED, Request};
use crate::signature::{SignatureError, find_ocm};

#[test]
fn the_signature_is_found_by_its_tag_alone() {
    let found = |request: &Request| {
        request.with_parts(|message| find_ocm(message).map(|found| found.is_some()))
    };
    assert_eq!(found(&Request::unsigned()), Ok(false));
    for input in [
        r#"ocm=("@method");created=1;keyid="k""#,
        r#"ocm=("@method");created=1;keyid="k";tag="OCM""#,
        r#"ocm=("@method");created=1;keyid="k";tag=ocm"#,
        r#"ocm="not a list";tag="ocm""#,
        "",
    ] {
        let mut request = Request::unsigned();
        request.add("Signature-Input", input);
        request.add("Signature", "ocm=:AAAA:");
        assert_eq!(found(&request), Ok(false), "{input}");
    }
    let input = format!(r#"{COVERED};created=1795464900;keyid="cat.example.org#key1";tag="ocm""#);
    Request::unsigned()
        .signed_with("any-label.1", &input)
        .verify()
        .unwrap();
}

#[test]
fn foreign_signatures_beside_ours_are_not_looked_at() {
    for (input, signature) in [
        (
            r#"proxy=("@authority");created=1;keyid="p";tag="proxy""#,
            "proxy=:AAAA:",
        ),
        (
            r#"a=("@unknown" "x-absent" "@status" "b" "b");created="x";tag=7"#,
            "a=:AAAA:",
        ),
        (
            r#"stray=1;tag="ocm", other, third=("x" 7 tok);tag="x""#,
            "unannounced=:AAAA:",
        ),
        (r#"p=("@method");keyid="p""#, "p=tok, p=(1 2)"),
        (r#"p=("@method"), p=("@path")"#, "p=:AA==:, p=:AA==:"),
    ] {
        let good = Request::signed();
        let mut before = Request::unsigned();
        before.add("signature-input", input);
        before.add("SIGNATURE", signature);
        before.headers.extend_from_slice(&good.headers[4..]);
        before.verify().unwrap();
        let mut after = good;
        after.add("Signature-Input", input);
        after.add("Signature", signature);
        after.verify().unwrap();
    }
}

#[test]
fn two_signatures_tagged_ocm_are_refused() {
    let mut request = Request::signed();
    let second = request.headers[4].1.replace("ocm=(", "ocm2=(");
    request.add("Signature-Input", &second);
    assert_eq!(request.refusal(), SignatureError::Duplicated { count: 2 });
    let mut third = request;
    third.add("Signature-Input", &second.replace("ocm2", "ocm3"));
    assert_eq!(third.refusal(), SignatureError::Duplicated { count: 3 });
}

#[test]
fn the_label_of_the_signature_may_not_be_used_twice() {
    for header in ["Signature-Input", "Signature"] {
        let mut request = Request::signed();
        let again = request
            .headers
            .iter()
            .find(|(name, _)| name == header)
            .unwrap()
            .1
            .clone();
        request.add(header, &again);
        assert_eq!(request.refusal(), SignatureError::Duplicated { count: 2 });
    }
}

#[test]
fn headers_that_cannot_be_read_are_malformed() {
    for (header, value) in [
        ("Signature-Input", r#"ocm=("@method""#),
        ("Signature-Input", r#"ocm=("@method");tag="ocm"; "#),
        ("Signature-Input", "@"),
        ("Signature", "ocm=:not base64!:"),
        ("Signature", "ocm=abc"),
        ("Signature", "ocm=(:AAAA:)"),
        (
            "Signature",
            r#"keyId="https://cat.example.org/ocm#signature",algorithm="rsa-sha512""#,
        ),
    ] {
        let refusal = Request::signed().set(header, value).refusal();
        assert!(
            matches!(refusal, SignatureError::Malformed { field, .. } if field == header),
            "{value}: {refusal}"
        );
    }
    let long = format!("x=:{}:", "A".repeat(16 * 1024));
    assert!(matches!(
        Request::signed().set("Signature", &long).refusal(),
        SignatureError::Malformed {
            field: "Signature",
            ..
        }
    ));
    for request in [
        Request::signed().without("Signature"),
        Request::signed().set("Signature", "other=:AAAA:"),
    ] {
        assert_eq!(
            request.refusal(),
            SignatureError::NoValue {
                label: "ocm".to_owned()
            }
        );
    }
}
