//! Whether what is said of somebody was said by the provider, to us, now (OpenID Connect Core §3.1.3.7).

use aws_lc_rs::constant_time::verify_slices_are_equal;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::Claims;
use crate::keys::{Algorithm, Jwks, Lookup};

/// The largest ID token that is read, in bytes. Those with hundreds of groups have some ten thousand.
pub const ID_TOKEN_BYTES_MAX: usize = 128 * 1024;

/// By how many seconds the clocks may differ.
const LEEWAY_SECS: i64 = 60;

/// The algorithms that are accepted (RFC 7518 §3.1, RFC 8037), by the names that they have there alone. None is symmetric:
/// with those, who knows a public key could sign.
const ALGORITHMS: [&str; 10] = [
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA", "Ed25519",
];

/// What an ID token must say.
#[derive(Clone, Copy)]
pub struct Expected<'a> {
    /// Who has said it.
    pub issuer: &'a str,
    /// To whom.
    pub client_id: &'a str,
    /// In which log-in.
    pub nonce: &'a str,
    /// The time, in seconds.
    pub now: i64,
}

/// Why an ID token is not believed. Nothing of it is repeated here but short names.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdTokenError {
    /// More than [`ID_TOKEN_BYTES_MAX`].
    #[error("the ID token is too large")]
    TooLarge,
    /// Not three parts of base64url with JSON in them.
    #[error("the ID token cannot be read: {0}")]
    Malformed(&'static str),
    /// The algorithm is none that is accepted.
    #[error("the ID token is signed with {alg:?}, which is not accepted")]
    Algorithm {
        /// What it says, shortened.
        alg: String,
    },
    /// None of the provider's keys can have made it.
    #[error("the ID token is signed with a key that the provider does not publish")]
    UnknownKey,
    /// The signature is wrong.
    #[error("the signature of the ID token is wrong")]
    Signature,
    /// Somebody else has said it.
    #[error("the ID token is from another issuer")]
    Issuer,
    /// It was said to somebody else.
    #[error("the ID token is for another client")]
    Audience,
    /// It does not say from when until when.
    #[error("the ID token does not say from when until when it is valid")]
    NoTime,
    /// It is over, by more than clocks may differ.
    #[error(
        "the ID token was over {0} s ago by the clock of this machine: compare it with that of the log-in service"
    )]
    Over(i64),
    /// It is from the future, by more than clocks may differ.
    #[error(
        "the ID token is {0} s ahead of the clock of this machine: compare it with that of the log-in service"
    )]
    Future(i64),
    /// It is of another log-in.
    #[error("the ID token is of another log-in (nonce)")]
    Nonce,
    /// It does not say of whom.
    #[error("the ID token names nobody (sub)")]
    Subject,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    crit: Option<Value>,
}

/// The key that an ID token says it is signed with, to find out whether the keys have to be fetched again.
pub fn key_id(token: &str) -> Option<String> {
    let (header, _) = token.split_once('.')?;
    header_of(header).ok()?.kid
}

/// What an ID token says of somebody, if all of it is to be believed.
pub fn verify(token: &str, keys: &Jwks, expected: Expected<'_>) -> Result<Claims, IdTokenError> {
    if token.len() > ID_TOKEN_BYTES_MAX {
        return Err(IdTokenError::TooLarge);
    }
    let mut parts = token.split('.');
    let (Some(header), Some(payload), Some(signature), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(IdTokenError::Malformed("it is not three parts"));
    };
    let signed = &token[..header.len() + 1 + payload.len()];
    signed_by_one_of(keys, &header_of(header)?, signed, signature)?;
    let payload = decode(payload, "its payload is not base64url")?;
    let members: Map<String, Value> = serde_json::from_slice(&payload)
        .map_err(|_| IdTokenError::Malformed("its payload is not an object"))?;
    check(&members, expected)?;
    let claims = Claims::new(members);
    match claims.subject() {
        Some(_) => Ok(claims),
        None => Err(IdTokenError::Subject),
    }
}

fn signed_by_one_of(
    keys: &Jwks,
    header: &Header,
    signed: &str,
    signature: &str,
) -> Result<(), IdTokenError> {
    if header.crit.is_some() {
        return Err(IdTokenError::Malformed("it has a critical extension"));
    }
    let known = ALGORITHMS.contains(&header.alg.as_str());
    let algorithm = Algorithm::from_name(&header.alg).filter(|_| known);
    let algorithm = algorithm.ok_or_else(|| IdTokenError::Algorithm {
        alg: header.alg.chars().take(20).collect(),
    })?;
    let signature = decode(signature, "its signature is not base64url")?;
    let named: Vec<_> = match &header.kid {
        Some(kid) => match keys.find(kid) {
            Lookup::Found(key) => vec![key],
            Lookup::Absent | Lookup::Ambiguous => Vec::new(),
        },
        // A provider with one key may leave the name out (Core §10.1).
        None => keys.iter().collect(),
    };
    let mut fits = false;
    for key in named {
        let Ok(verifier) = key.verifier_for(algorithm) else {
            continue;
        };
        fits = true;
        if verifier.verify(signed.as_bytes(), &signature) {
            return Ok(());
        }
    }
    Err(match fits {
        true => IdTokenError::Signature,
        false => IdTokenError::UnknownKey,
    })
}

fn check(members: &Map<String, Value>, expected: Expected<'_>) -> Result<(), IdTokenError> {
    let text = |name: &str| members.get(name).and_then(Value::as_str);
    if text("iss") != Some(expected.issuer) {
        return Err(IdTokenError::Issuer);
    }
    let client = expected.client_id;
    let (ours, others) = match members.get("aud") {
        Some(Value::String(one)) => (one == client, false),
        Some(Value::Array(all)) => (all.iter().any(|one| one == client), all.len() > 1),
        _ => (false, false),
    };
    // With several audiences it has to say for which of them it was made.
    let party = match members.get("azp") {
        None => !others,
        Some(party) => party == client,
    };
    if !ours || !party {
        return Err(IdTokenError::Audience);
    }
    let seconds = |name: &str| members.get(name).and_then(as_seconds);
    let (Some(expires), Some(issued)) = (seconds("exp"), seconds("iat")) else {
        return Err(IdTokenError::NoTime);
    };
    let over_for = expected.now.saturating_sub(expires);
    if over_for >= LEEWAY_SECS {
        return Err(IdTokenError::Over(over_for));
    }
    let from = seconds("nbf").unwrap_or(issued).max(issued);
    let ahead = from.saturating_sub(expected.now);
    if ahead > LEEWAY_SECS {
        return Err(IdTokenError::Future(ahead));
    }
    let nonce = text("nonce").unwrap_or_default();
    verify_slices_are_equal(nonce.as_bytes(), expected.nonce.as_bytes())
        .map_err(|_| IdTokenError::Nonce)
}

/// A NumericDate (RFC 7519 §2), cut to whole seconds.
#[expect(clippy::cast_possible_truncation, reason = "casts of floats saturate")]
fn as_seconds(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| Some(value.as_f64()? as i64))
}

fn header_of(text: &str) -> Result<Header, IdTokenError> {
    let header = decode(text, "its header is not base64url")?;
    let header: Result<Header, _> = serde_json::from_slice(&header);
    header.map_err(|_| IdTokenError::Malformed("its header names no algorithm"))
}

fn decode(text: &str, what: &'static str) -> Result<Vec<u8>, IdTokenError> {
    let decoded = BASE64_URL_SAFE_NO_PAD.decode(text);
    decoded.map_err(|_| IdTokenError::Malformed(what))
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::hmac;
    use aws_lc_rs::rand::SystemRandom;
    use aws_lc_rs::rsa::KeySize;
    use aws_lc_rs::signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair,
    };
    use serde_json::json;

    use super::*;

    const NOW: i64 = 1_795_478_400;

    struct Signer(EcdsaKeyPair);

    impl Signer {
        fn new() -> Self {
            Self(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap())
        }

        fn keys(&self) -> Jwks {
            let point = self.0.public_key().as_ref();
            let (x, y) = (encode(&point[1..33]), encode(&point[33..]));
            jwks(&json!({ "kty": "EC", "crv": "P-256", "kid": "k", "x": x, "y": y }))
        }

        fn signs(&self, header: &Value, payload: &Value) -> String {
            let signed = format!("{}.{}", encode_json(header), encode_json(payload));
            let signature = self.0.sign(&SystemRandom::new(), signed.as_bytes());
            format!("{signed}.{}", encode(signature.unwrap().as_ref()))
        }
    }

    fn jwks(key: &Value) -> Jwks {
        Jwks::parse(json!({ "keys": [key] }).to_string().as_bytes()).unwrap()
    }

    fn encode(bytes: &[u8]) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(bytes)
    }

    fn encode_json(value: &Value) -> String {
        encode(value.to_string().as_bytes())
    }

    fn header() -> Value {
        json!({ "alg": "ES256", "kid": "k", "typ": "JWT" })
    }

    fn payload() -> Value {
        json!({ "iss": "https://login.example.org", "aud": "symbolon", "sub": "bob", "nonce": "n-1",
                "iat": NOW - 5, "exp": NOW + 300 })
    }

    fn expected() -> Expected<'static> {
        Expected {
            issuer: "https://login.example.org",
            client_id: "symbolon",
            nonce: "n-1",
            now: NOW,
        }
    }

    /// With one claim changed.
    fn said(name: &str, value: Value) -> Result<Claims, IdTokenError> {
        let signer = Signer::new();
        let mut payload = payload();
        payload[name] = value;
        verify(
            &signer.signs(&header(), &payload),
            &signer.keys(),
            expected(),
        )
    }

    #[test]
    fn what_the_provider_says_to_us_now_in_this_log_in_is_believed() {
        let claims = said("groups", json!(["it"])).unwrap();
        assert_eq!(claims.subject(), Some("bob"));
        assert_eq!(claims.groups("groups"), ["it"]);
        let both = json!(["symbolon"]);
        assert!(said("aud", both).is_ok());
    }

    #[test]
    fn what_was_said_by_or_to_somebody_else_is_not() {
        for other in [
            json!("https://login.example.org/"),
            json!("https://evil.example.org"),
            json!(null),
        ] {
            assert_eq!(said("iss", other), Err(IdTokenError::Issuer));
        }
        for other in [
            json!("nextcloud"),
            json!(["nextcloud"]),
            json!(["symbolon", "nextcloud"]),
            json!([]),
            json!(null),
            json!({ "symbolon": true }),
        ] {
            assert_eq!(
                said("aud", other.clone()),
                Err(IdTokenError::Audience),
                "{other}"
            );
        }
        assert_eq!(said("azp", json!("nextcloud")), Err(IdTokenError::Audience));
        assert!(said("azp", json!("symbolon")).is_ok());
    }

    #[test]
    fn what_was_said_in_another_log_in_or_at_another_time_is_not() {
        for other in [json!("n-2"), json!(""), json!(null)] {
            assert_eq!(said("nonce", other), Err(IdTokenError::Nonce));
        }
        for (name, value, error) in [
            ("exp", json!(NOW - 60), IdTokenError::Over(60)),
            ("exp", json!(null), IdTokenError::NoTime),
            ("exp", json!("never"), IdTokenError::NoTime),
            ("iat", json!(NOW + 61), IdTokenError::Future(61)),
            ("iat", json!(null), IdTokenError::NoTime),
            ("nbf", json!(NOW + 61), IdTokenError::Future(61)),
        ] {
            assert_eq!(said(name, value.clone()), Err(error), "{name} {value}");
        }
        assert!(
            said("exp", json!(NOW - 59)).is_ok(),
            "clocks differ a little"
        );
        assert!(said("exp", json!(1e300)).is_ok());
        for nobody in [json!(null), json!(""), json!(7)] {
            assert_eq!(said("sub", nobody), Err(IdTokenError::Subject));
        }
    }

    #[test]
    fn a_token_does_not_choose_how_it_is_verified() {
        let signer = Signer::new();
        let keys = signer.keys();
        for alg in [
            "none",
            "None",
            "HS256",
            "RS1",
            "ecdsa-p256-sha256",
            "ES256K",
            "",
        ] {
            let token = signer.signs(&json!({ "alg": alg, "kid": "k" }), &payload());
            let error = verify(&token, &keys, expected()).unwrap_err();
            assert!(
                matches!(error, IdTokenError::Algorithm { .. }),
                "{alg}: {error}"
            );
        }
        let bare = format!(
            "{}.{}.",
            encode_json(&json!({ "alg": "none" })),
            encode_json(&payload())
        );
        assert!(verify(&bare, &keys, expected()).is_err());
        // The public key as the secret of an HMAC, with every name that might get it past.
        let point = signer.0.public_key().as_ref();
        for alg in ["HS256", "ES256", "EdDSA"] {
            let head = encode_json(&json!({ "alg": alg, "kid": "k" }));
            let signed = format!("{head}.{}", encode_json(&payload()));
            let key = hmac::Key::new(hmac::HMAC_SHA256, point);
            let tag = hmac::sign(&key, signed.as_bytes());
            let token = format!("{signed}.{}", encode(tag.as_ref()));
            assert!(verify(&token, &keys, expected()).is_err(), "{alg}");
        }
        let critical = json!({ "alg": "ES256", "kid": "k", "crit": ["b64"], "b64": false });
        let token = signer.signs(&critical, &payload());
        assert!(matches!(
            verify(&token, &keys, expected()),
            Err(IdTokenError::Malformed(_))
        ));
    }

    #[test]
    fn a_signature_by_a_key_that_is_not_published_is_worth_nothing() {
        let (signer, other) = (Signer::new(), Signer::new());
        let token = other.signs(&header(), &payload());
        let refused = verify(&token, &signer.keys(), expected());
        assert_eq!(refused, Err(IdTokenError::Signature));
        let token = signer.signs(&json!({ "alg": "ES256", "kid": "new" }), &payload());
        assert_eq!(key_id(&token).as_deref(), Some("new"));
        let refused = verify(&token, &signer.keys(), expected());
        assert_eq!(refused, Err(IdTokenError::UnknownKey));
        let nameless = signer.signs(&json!({ "alg": "ES256" }), &payload());
        assert!(verify(&nameless, &signer.keys(), expected()).is_ok());
        let mut parts: Vec<String> = nameless.split('.').map(str::to_owned).collect();
        let mut changed = payload();
        changed["sub"] = json!("eve");
        parts[1] = encode_json(&changed);
        let refused = verify(&parts.join("."), &signer.keys(), expected());
        assert_eq!(refused, Err(IdTokenError::Signature));
    }

    #[test]
    fn an_rsa_key_that_names_no_algorithm_verifies_what_rsa_signs() {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
        // RSAPublicKey (RFC 8017, A.1.1) of 2048 bits: the modulus begins after a head of nine bytes.
        let (n, e) = (encode(&pair.public_key().as_ref()[9..265]), "AQAB");
        let keys = jwks(&json!({ "kty": "RSA", "kid": "k", "n": n, "e": e, "use": "sig" }));
        let head = json!({ "alg": "RS256", "kid": "k" });
        let signed = format!("{}.{}", encode_json(&head), encode_json(&payload()));
        let mut signature = vec![0; pair.public_modulus_len()];
        pair.sign(
            &RSA_PKCS1_SHA256,
            &SystemRandom::new(),
            signed.as_bytes(),
            &mut signature,
        )
        .unwrap();
        let token = format!("{signed}.{}", encode(&signature));
        assert!(verify(&token, &keys, expected()).is_ok());
        // Said to be an elliptic curve's: no such key, and no panic.
        let head = json!({ "alg": "ES256", "kid": "k" });
        let other = format!(
            "{}.{}.{}",
            encode_json(&head),
            encode_json(&payload()),
            encode(&signature)
        );
        assert_eq!(
            verify(&other, &keys, expected()),
            Err(IdTokenError::UnknownKey)
        );
    }

    #[test]
    fn what_is_no_token_is_refused() {
        let keys = Signer::new().keys();
        for text in [
            "",
            ".",
            "..",
            "a.b.c",
            "e30.e30.e30",
            "a.b.c.d",
            "\u{fc}.a.b",
        ] {
            assert!(verify(text, &keys, expected()).is_err(), "{text:?}");
        }
        let large = "a".repeat(ID_TOKEN_BYTES_MAX + 1);
        assert_eq!(
            verify(&large, &keys, expected()),
            Err(IdTokenError::TooLarge)
        );
    }
}
