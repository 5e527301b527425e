//! Requests that must be refused, each with the reason that its sender gets, and odd ones that must not.

use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::json;
use sfv::ListEntry;

use super::{
    ComponentError, MessageParts, SignatureError, VerifiedSignature, base::signature_base,
    find_ocm, sign, structured,
};
use crate::{
    digest::{DigestError, content_digest},
    keys::{Jwks, KeyFault, SigningKey},
};

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

#[test]
fn stale_and_future_signatures_are_refused_with_the_difference() {
    let request = Request::signed();
    for (now, difference_secs) in [(NOW + 301, -301), (NOW + 86_400, -86_400), (NOW - 61, 61)] {
        assert_eq!(
            request.verify_with(&keys(), now).unwrap_err(),
            SignatureError::NotFresh { difference_secs }
        );
    }
    for now in [NOW - 60, NOW + 300] {
        request.verify_with(&keys(), now).unwrap();
    }
    let late = SignatureError::NotFresh {
        difference_secs: -301,
    };
    assert_eq!(
        late.to_string(),
        "the signature was created 301 seconds ago by our clock"
    );
    let early = SignatureError::NotFresh {
        difference_secs: 61,
    };
    assert_eq!(
        early.to_string(),
        "the signature was created 61 seconds in the future by our clock"
    );
}

#[test]
fn created_and_keyid_must_be_there_and_well_typed() {
    let refusal = |parameters: &str| {
        Request::unsigned()
            .claiming(&format!("{COVERED}{parameters}"))
            .refusal()
    };
    assert_eq!(
        refusal(r#";keyid="k";tag="ocm""#),
        SignatureError::NoCreated
    );
    assert_eq!(
        refusal(r#";created=1795464900;tag="ocm""#),
        SignatureError::NoKeyId
    );
    for (field, parameters) in [
        ("created", r#";created="1795464900";keyid="k";tag="ocm""#),
        ("created", r#";created=1795464900.5;keyid="k";tag="ocm""#),
        ("created", r#";created=@1795464900;keyid="k";tag="ocm""#),
        ("created", r#";created;keyid="k";tag="ocm""#),
        (
            "expires",
            r#";created=1795464900;expires="soon";keyid="k";tag="ocm""#,
        ),
        ("keyid", r#";created=1795464900;keyid=k;tag="ocm""#),
        (
            "alg",
            r#";created=1795464900;keyid="k";alg=ed25519;tag="ocm""#,
        ),
    ] {
        assert!(
            matches!(refusal(parameters), SignatureError::Malformed { field: f, .. } if f == field),
            "{parameters}"
        );
    }
    let long = "k".repeat(1025);
    assert!(matches!(
        refusal(&format!(r#";created=1795464900;keyid="{long}";tag="ocm""#)),
        SignatureError::Malformed { field: "keyid", .. }
    ));
}

#[test]
fn every_mandatory_component_must_be_covered_as_it_is() {
    for component in ["@method", "@target-uri", "content-digest", "content-length"] {
        for replacement in [
            String::new(),
            format!("\"{component}\";x"),
            component.trim_matches('@').to_owned(),
        ] {
            let covered = COVERED.replace(&format!("\"{component}\""), &replacement);
            let input =
                format!(r#"{covered};created=1795464900;keyid="cat.example.org#key1";tag="ocm""#);
            assert_eq!(
                Request::unsigned().claiming(&input).refusal(),
                SignatureError::NotCovered { component }
            );
        }
    }
}

#[test]
fn components_that_cannot_be_resolved_are_refused() {
    for (extra, absent) in [
        (r#" "x-absent""#, true),
        (r#" "@status""#, false),
        (r#" "@unknown""#, false),
        (r#" "date" "date""#, false),
        (r#" "content-digest";key="md5""#, true),
    ] {
        let covered = COVERED.replace(')', &format!("{extra})"));
        let input =
            format!(r#"{covered};created=1795464900;keyid="cat.example.org#key1";tag="ocm""#);
        let refusal = Request::unsigned().claiming(&input).refusal();
        let SignatureError::Component(error) = refusal else {
            panic!("{refusal}");
        };
        assert_eq!(
            matches!(error, ComponentError::Absent { .. }),
            absent,
            "{error}"
        );
    }
}

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

#[test]
fn an_unknown_key_is_answered_with_the_known_ones() {
    let other = SigningKey::generate([8; 32], "cat.example.org#key2").unwrap();
    let keys = [other.public_jwk()].into_iter().collect::<Jwks>();
    assert_eq!(
        Request::signed().verify_with(&keys, NOW).unwrap_err(),
        SignatureError::UnknownKey {
            key_id: KEY_ID.to_owned(),
            available: vec!["cat.example.org#key2".to_owned()]
        }
    );
    let twice = [key().public_jwk(), key().public_jwk()]
        .into_iter()
        .collect::<Jwks>();
    assert_eq!(
        Request::signed().verify_with(&twice, NOW).unwrap_err(),
        SignatureError::AmbiguousKey {
            key_id: KEY_ID.to_owned()
        }
    );
    let stolen_name = SigningKey::generate([8; 32], KEY_ID).unwrap();
    let keys = [stolen_name.public_jwk()].into_iter().collect::<Jwks>();
    assert_eq!(
        Request::signed().verify_with(&keys, NOW).unwrap_err(),
        bad_signature()
    );
}

#[test]
fn the_algorithm_is_that_of_the_published_key() {
    let refusal = |alg: &str| {
        let input = format!(
            r#"{COVERED};created=1795464900;keyid="cat.example.org#key1";alg="{alg}";tag="ocm""#
        );
        Request::unsigned().claiming(&input).refusal()
    };
    assert_eq!(
        refusal("ecdsa-p256-sha256"),
        SignatureError::AlgorithmDisagrees {
            stated: "ecdsa-p256-sha256",
            published: "ed25519"
        }
    );
    for alg in ["hmac-sha256", "HS256", "none", ""] {
        assert_eq!(
            refusal(alg),
            SignatureError::Algorithm {
                algorithm: alg.to_owned()
            }
        );
    }
    let mut document = serde_json::to_value(keys()).unwrap();
    document["keys"][0]["alg"] = json!("HS256");
    let keys = Jwks::parse(document.to_string().as_bytes()).unwrap();
    assert_eq!(
        Request::signed().verify_with(&keys, NOW).unwrap_err(),
        SignatureError::UnusableKey {
            key_id: KEY_ID.to_owned(),
            fault: KeyFault::Algorithm {
                alg: "HS256".to_owned()
            }
        }
    );
}

#[test]
fn expired_signatures_are_refused_inside_the_window() {
    let input = format!(
        r#"{COVERED};created=1795464900;expires=1795464905;keyid="cat.example.org#key1";tag="ocm""#
    );
    let request = Request::unsigned().signed_with("ocm", &input);
    request.verify_with(&keys(), NOW + 5).unwrap();
    assert_eq!(
        request.verify_with(&keys(), NOW + 6).unwrap_err(),
        SignatureError::Expired { since_secs: 1 }
    );
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
