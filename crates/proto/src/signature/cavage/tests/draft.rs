//! The vectors of draft-cavage-http-signatures-12, Appendix C.
//!
//! Its key has 1024 bits, which is refused everywhere else, and its signatures cover less than is asked for here: so the
//! signing strings are checked, and that the signatures fit them.

use aws_lc_rs::signature::{RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY, UnparsedPublicKey};
use base64::{Engine, prelude::BASE64_STANDARD};

use super::super::{
    base::{Times, signing_string},
    header::Parameters,
    verify::find_cavage,
};
use crate::{
    keys::{KeyFault, PublicPem},
    signature::{MessageParts, SignatureError},
};

const PUBLIC: &str = "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDCFENGw33yGihy92pDjZQhl0C3\
                      6rPJj+CvfSC8+q28hxA161QFNUd13wuCTUcq0Qd2qsBe/2hFyc2DCJJg0h1L78+6\
                      Z4UMR7EOcpfdUE9Hf3m/hs+FUR45uBJeDK1HSFHD8bHKD6kv8FPGfJTotc+2xjJw\
                      oYi+1hqp1fIekaxsyQIDAQAB";

const URI: &str = "https://example.com/foo?param=value&pet=dog";
const HEADERS: [(&str, &str); 5] = [
    ("Host", "example.com"),
    ("Date", "Sun, 05 Jan 2014 21:31:40 GMT"),
    ("Content-Type", "application/json"),
    (
        "Digest",
        "SHA-256=X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=",
    ),
    ("Content-Length", "18"),
];

/// C.1, C.2 and C.3. The third names `(created)` and `(expires)`, which rsa algorithms must not cover (§2.3) and which its
/// signature was in fact not made over.
const C1: &str = r#"keyId="Test",algorithm="rsa-sha256",headers="date",signature="SjWJWbWN7i0wzBvtPl8rbASWz5xQW6mcJmn+ibttBqtifLN7Sazz6m79cNfwwb8DMJ5cou1s7uEGKKCs+FLEEaDV5lp7q25WqS+lavg7T8hc0GppauB6hbgEKTwblDHYGEtbGmtdHgVCk9SuS13F0hZ8FD0k/5OxEPXe5WozsbM=""#;
const C2: &str = r#"keyId="Test",algorithm="rsa-sha256",headers="(request-target) host date", signature="qdx+H7PHHDZgy4y/Ahn9Tny9V3GP6YgBPyUXMmoxWtLbHpUnXS2mg2+SbrQDMCJypxBLSPQR2aAjn7ndmw2iicw3HMbe8VfEdKFYRqzic+efkb3nndiv/x1xSHDJWeSWkx3ButlYSuBskLu6kd9Fswtemr3lgdDEmn04swr2Os0=""#;
const C3: &str = r#"keyId="Test",algorithm="rsa-sha256",created=1402170695, expires=1402170699,headers="(request-target) host date content-type digest content-length",signature="vSdrb+dS3EceC9bcwHSo4MlyKS59iFIrhgYkz8+oVLEEzmYZZvRs8rgOp+63LEM3v+MFHB32NfpB2bEKBIvB1q52LaEUHFv120V01IL+TAD48XaERZFukWgHoBTLMhYS2Gb51gWxpeIq8knRmPnYePbF5MOkR0Zkly4zKH7s1dE=""#;

const STRING_C3: &str = "(request-target): post /foo?param=value&pet=dog
host: example.com
date: Sun, 05 Jan 2014 21:31:40 GMT
content-type: application/json
digest: SHA-256=X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=
content-length: 18";

#[test]
fn signatures_of_the_draft_fit_the_strings_that_are_made_for_them() {
    let key = BASE64_STANDARD.decode(PUBLIC).unwrap();
    let key = UnparsedPublicKey::new(&RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY, key);
    let message = MessageParts::request("POST", URI, &HEADERS);
    for field in [C1, C2, C3] {
        let read = Parameters::parse(field).unwrap();
        let names = read.headers.iter().map(String::as_str);
        let text = signing_string(&message, names, Times::default()).unwrap();
        key.verify(text.as_bytes(), &read.signature).unwrap();
        assert_eq!(read.key_id, "Test");
    }
    let read = Parameters::parse(C3).unwrap();
    assert_eq!(
        (read.created, read.expires),
        (Some(1_402_170_695), Some(1_402_170_699))
    );
    let names = read.headers.iter().map(String::as_str);
    assert_eq!(
        signing_string(&message, names, Times::default()).unwrap(),
        STRING_C3
    );
}

#[test]
fn strings_are_those_of_the_draft_section_2_3() {
    // The example of §2.3, with a field of several lines and an empty one.
    let headers = [
        ("Host", "example.org"),
        ("Date", "Tue, 07 Jun 2014 20:51:35 GMT"),
        ("Cache-Control", "max-age=60"),
        ("X-EmptyHeader", ""),
        ("cache-control", "must-revalidate"),
    ];
    let message = MessageParts::request("GET", "https://example.org/foo", &headers);
    let names = [
        "(request-target)",
        "(created)",
        "host",
        "date",
        "cache-control",
        "x-emptyheader",
    ];
    let times = Times {
        created: Some(1_402_170_695),
        expires: None,
    };
    assert_eq!(
        signing_string(&message, names, times).unwrap(),
        "(request-target): get /foo\n(created): 1402170695\nhost: example.org\n\
         date: Tue, 07 Jun 2014 20:51:35 GMT\ncache-control: max-age=60, must-revalidate\nx-emptyheader: "
    );
    assert!(signing_string(&message, ["(expires)"], times).is_err());
    assert!(signing_string(&message, ["x-absent"], times).is_err());
}

#[test]
fn the_key_and_the_coverage_of_the_draft_are_not_enough_here() {
    let pem = format!("-----BEGIN PUBLIC KEY-----\n{PUBLIC}\n-----END PUBLIC KEY-----");
    assert_eq!(
        PublicPem::parse(&pem),
        Err(KeyFault::RsaSize { bits: 1024 })
    );
    let key = super::hostile::published();
    for (field, component) in [
        (C1, "(request-target)"),
        (C2, "content-length"),
        (r#"keyId="Test",signature="AAAA""#, "(request-target)"),
    ] {
        let headers = [HEADERS.as_slice(), &[("Signature", field)]].concat();
        let message = MessageParts::request("POST", URI, &headers);
        let found = find_cavage(&message).unwrap().unwrap();
        let refused = found
            .verify(&message, b"", &key, 1_388_957_500)
            .unwrap_err();
        assert_eq!(refused, SignatureError::NotCovered { component });
    }
}
