//! Signatures that are true and still not accepted.

use serde_json::json;

use super::{COVERED, KEY_ID, NOW, Request, bad_signature, key, keys};
use crate::{
    keys::{Jwks, KeyFault, SigningKey},
    signature::{ComponentError, SignatureError},
};

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
