//! One public key as an OCM server publishes it (RFC 7517).

use std::fmt;

use aws_lc_rs::signature::ParsedPublicKey;
use base64::Engine;
use serde::Serialize;
use serde_json::{Map, Value};

use super::{
    algorithm::{Algorithm, Scheme},
    material,
};

/// A public key with an id. It keeps the members that OCM needs and has been checked for nothing but their size:
/// [`Self::verifier`] tells whether it is any good.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Jwk {
    kty: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    crv: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    x: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    y: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    n: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    e: Option<String>,
    kid: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    alg: Option<String>,
    #[serde(rename = "use", skip_serializing_if = "Option::is_none")]
    usage: Option<String>,
}

/// Why a published key cannot verify signatures. Names in here come from the peer, at most [`MEMBER_BYTES_MAX`] bytes each.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyFault {
    /// The key is published for something else than signatures.
    #[error("its use is {usage:?}, not \"sig\"")]
    Use {
        /// The member `use`.
        usage: String,
    },
    /// The key does not say its algorithm and its type leaves a choice, as RSA keys do.
    #[error("it does not say its algorithm (alg)")]
    NoAlgorithm,
    /// The algorithm of the key is symmetric or unknown to us.
    #[error("its algorithm {alg:?} is not accepted")]
    Algorithm {
        /// The member `alg`.
        alg: String,
    },
    /// The algorithm needs a key of another type or curve.
    #[error("its algorithm {} does not go with a key of type {kty:?} and curve {crv:?}", algorithm.name())]
    Type {
        /// What `alg` says.
        algorithm: Algorithm,
        /// The member `kty`.
        kty: String,
        /// The member `crv`.
        crv: Option<String>,
    },
    /// A number of the key is absent, is not base64url, or has a wrong length.
    #[error("its member {member} is absent or cannot be read")]
    Member {
        /// The member.
        member: &'static str,
    },
    /// An RSA key that is too short to be safe or too long to be checked in time.
    #[error("it has {bits} bits; 2048 to 8192 are accepted")]
    RsaSize {
        /// The length of the modulus.
        bits: usize,
    },
    /// A key of an older server that is not one PEM block.
    #[error("it is not one PEM block \"PUBLIC KEY\"")]
    Pem,
    /// The numbers are no key, such as a point that is not on the curve.
    #[error("its numbers are not a key")]
    Rejected,
}

/// A key that is ready to verify, with the one algorithm that it is for.
pub struct Verifier {
    algorithm: Algorithm,
    key: ParsedPublicKey,
}

/// The longest member of a key that is kept, in bytes: an RSA modulus of 8192 bits takes 1,366.
pub const MEMBER_BYTES_MAX: usize = 1400;

impl Jwk {
    /// The public half of an Ed25519 key of ours. `alg` is spelled `EdDSA`: Nextcloud and opencloudmesh-go accept that and
    /// `Ed25519` (RFC 9864), and libraries for PHP have known it for longer.
    pub(super) fn ed25519(public_key: &[u8], key_id: &str) -> Self {
        Self {
            kty: "OKP".to_owned(),
            crv: Some("Ed25519".to_owned()),
            x: Some(material::BASE64URL.encode(public_key)),
            y: None,
            n: None,
            e: None,
            kid: key_id.to_owned(),
            alg: Some("EdDSA".to_owned()),
            usage: Some("sig".to_owned()),
        }
    }

    /// Reads one element of `keys`. `None` for what no signature can refer to: something without id or type, with members
    /// of a wrong type, oversized, or with its private half (`d`, or `k` of a shared secret), with which everybody could sign.
    pub(super) fn from_value(value: &Value) -> Option<Self> {
        let object = value.as_object()?;
        if object.contains_key("d") || object.contains_key("k") {
            return None;
        }
        Some(Self {
            kty: text(object, "kty")??,
            crv: text(object, "crv")?,
            x: text(object, "x")?,
            y: text(object, "y")?,
            n: text(object, "n")?,
            e: text(object, "e")?,
            kid: text(object, "kid")??,
            alg: text(object, "alg")?,
            usage: text(object, "use")?,
        })
    }

    /// The id of the key, to be compared character for character.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The algorithm that the key is for: its `alg`, which must go with its type. A key without `alg`, like the one in
    /// draft-05 Appendix B, is taken where its curve leaves one algorithm only.
    pub fn algorithm(&self) -> Result<Algorithm, KeyFault> {
        let curve = self.crv.as_deref();
        let algorithm = match (&self.alg, self.kty.as_str(), curve) {
            (Some(alg), _, _) => {
                Algorithm::from_name(alg).ok_or_else(|| KeyFault::Algorithm { alg: alg.clone() })?
            }
            (None, "OKP", Some("Ed25519")) => Algorithm::Ed25519,
            (None, "EC", Some("P-256")) => Algorithm::EcdsaP256Sha256,
            (None, "EC", Some("P-384")) => Algorithm::EcdsaP384Sha384,
            (None, _, _) => return Err(KeyFault::NoAlgorithm),
        };
        let fits = match algorithm.scheme() {
            Scheme::Okp(_) => self.kty == "OKP" && curve == Some("Ed25519"),
            Scheme::Ec { curve: needed, .. } => self.kty == "EC" && curve == Some(needed),
            Scheme::Rsa(_) => self.kty == "RSA",
        };
        if fits {
            Ok(algorithm)
        } else {
            Err(self.misfit(algorithm))
        }
    }

    fn misfit(&self, algorithm: Algorithm) -> KeyFault {
        KeyFault::Type {
            algorithm,
            kty: self.kty.clone(),
            crv: self.crv.clone(),
        }
    }

    /// What a signature by this key is tried with: one algorithm, except for an RSA key that does not say its own. That one
    /// follows the signature's parameter `alg`, and if that says nothing either, it is tried with both algorithms that
    /// RFC 9421 registers for RSA. No signature of the one is ever one of the other, so nothing is won by leaving it open.
    pub fn verifiers(&self, stated: Option<Algorithm>) -> Result<Vec<Verifier>, KeyFault> {
        self.check_use()?;
        let open = match self.algorithm() {
            Err(KeyFault::NoAlgorithm) if self.kty == "RSA" => match stated {
                Some(stated) => vec![stated],
                None => vec![Algorithm::RsaPssSha512, Algorithm::RsaPkcs1Sha256],
            },
            Err(fault) => return Err(fault),
            Ok(algorithm) => vec![algorithm],
        };
        open.into_iter().map(|one| self.ready(one)).collect()
    }

    /// The same for one algorithm, which a key that names another one is not for. RSA keys of providers of identities often
    /// name none (RFC 7517 §4.4: optional).
    pub fn verifier_for(&self, algorithm: Algorithm) -> Result<Verifier, KeyFault> {
        let verifiers = self.verifiers(Some(algorithm))?;
        let fits = verifiers.into_iter().find(|one| one.algorithm == algorithm);
        fits.ok_or_else(|| self.misfit(algorithm))
    }

    /// Checks the key and makes it ready to verify; its `use` must be absent or `sig`.
    pub fn verifier(&self) -> Result<Verifier, KeyFault> {
        self.check_use()?;
        self.ready(self.algorithm()?)
    }

    fn check_use(&self) -> Result<(), KeyFault> {
        if let Some(usage) = self.usage.as_ref().filter(|usage| *usage != "sig") {
            return Err(KeyFault::Use {
                usage: usage.clone(),
            });
        }
        Ok(())
    }

    fn ready(&self, algorithm: Algorithm) -> Result<Verifier, KeyFault> {
        let key = match algorithm.scheme() {
            Scheme::Okp(verification) => material::okp(self.x.as_deref(), verification)?,
            Scheme::Ec {
                coordinate_bytes,
                verification,
                ..
            } => material::ec(
                self.x.as_deref(),
                self.y.as_deref(),
                coordinate_bytes,
                verification,
            )?,
            Scheme::Rsa(parameters) if self.kty == "RSA" => {
                material::rsa(self.n.as_deref(), self.e.as_deref(), parameters)?
            }
            Scheme::Rsa(_) => return Err(self.misfit(algorithm)),
        };
        Ok(Verifier { algorithm, key })
    }
}

impl Verifier {
    pub(super) fn new(algorithm: Algorithm, key: ParsedPublicKey) -> Self {
        Self { algorithm, key }
    }

    /// The algorithm of the key.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Whether `signature` (r‖s for ECDSA) is one of `message` by this key.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        self.key.verify_sig(message, signature).is_ok()
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_tuple("Verifier")
            .field(&self.algorithm)
            .finish()
    }
}

/// The string member `name`: `Some(None)` if it is absent or null, `None` if it is of another type or too long.
fn text(object: &Map<String, Value>, name: &str) -> Option<Option<String>> {
    match object.get(name) {
        None | Some(Value::Null) => Some(None),
        Some(Value::String(text)) if text.len() <= MEMBER_BYTES_MAX => Some(Some(text.clone())),
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use serde_json::{Value, json};

    use super::{Algorithm, Jwk, KeyFault, material::BASE64URL};

    /// The key of RFC 9421 Appendix B.1.3.
    const X: &str = "qIVYZVLCrPZHGHjP17CTW0_-D9Lfw0EkjqF7xB4FivA";
    const Y: &str = "Mc4nN9LTDOBhfoUeg8Ye9WedFRhnZXZJA12Qp0zZ6F0";
    /// The key of RFC 9421 Appendix B.1.4.
    const ED25519_X: &str = "JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs";

    fn fault(value: &Value) -> KeyFault {
        Jwk::from_value(value).unwrap().verifier().unwrap_err()
    }

    #[test]
    fn a_key_that_says_its_algorithm_is_accepted() {
        for (key, algorithm) in [
            (
                json!({"kty": "OKP", "crv": "Ed25519", "kid": "a", "x": ED25519_X, "alg": "EdDSA"}),
                Algorithm::Ed25519,
            ),
            (
                json!({"kty": "OKP", "crv": "Ed25519", "kid": "a", "x": ED25519_X, "alg": "Ed25519", "use": "sig"}),
                Algorithm::Ed25519,
            ),
            (
                json!({"kty": "EC", "crv": "P-256", "kid": "a", "x": X, "y": Y, "alg": "ES256", "ext": [true]}),
                Algorithm::EcdsaP256Sha256,
            ),
            (
                json!({"kty": "EC", "crv": "P-256", "kid": "a", "x": X, "y": format!("{Y}="), "alg": "ecdsa-p256-sha256"}),
                Algorithm::EcdsaP256Sha256,
            ),
        ] {
            assert_eq!(
                Jwk::from_value(&key)
                    .unwrap()
                    .verifier()
                    .unwrap()
                    .algorithm(),
                algorithm
            );
        }
    }

    #[test]
    fn a_key_without_algorithm_is_accepted_where_its_curve_leaves_no_choice() {
        let draft_05_appendix_b = json!({"kty": "OKP", "crv": "Ed25519", "kid": "sender.example.org#key1",
            "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"});
        let key = Jwk::from_value(&draft_05_appendix_b).unwrap();
        assert_eq!(key.verifier().unwrap().algorithm(), Algorithm::Ed25519);
        assert_eq!(
            fault(&json!({"kty": "RSA", "kid": "a", "n": "AQAB", "e": "AQAB"})),
            KeyFault::NoAlgorithm
        );
        assert_eq!(
            fault(&json!({"kty": "EC", "crv": "secp256k1", "kid": "a", "x": X, "y": Y})),
            KeyFault::NoAlgorithm
        );
    }

    #[test]
    fn an_rsa_key_without_algorithm_follows_the_signature_or_is_tried_with_both_of_rfc_9421() {
        let rsa = |more: Value| {
            let mut key =
                json!({"kty": "RSA", "kid": "a", "n": BASE64URL.encode([0xff; 256]), "e": "AQAB"});
            key.as_object_mut()
                .unwrap()
                .extend(more.as_object().unwrap().clone());
            Jwk::from_value(&key).unwrap()
        };
        let tried = |key: &Jwk, stated| {
            let all = key.verifiers(stated);
            all.map(|all| {
                all.iter()
                    .map(super::Verifier::algorithm)
                    .collect::<Vec<_>>()
            })
        };
        let open = rsa(json!({}));
        let both = [Algorithm::RsaPssSha512, Algorithm::RsaPkcs1Sha256];
        assert_eq!(tried(&open, None), Ok(both.to_vec()));
        let stated = Some(Algorithm::RsaPkcs1Sha512);
        assert_eq!(tried(&open, stated), Ok(vec![Algorithm::RsaPkcs1Sha512]));
        // A key of RSA signs nothing else, whatever a signature says of itself.
        let other = tried(&open, Some(Algorithm::Ed25519)).unwrap_err();
        assert!(matches!(other, KeyFault::Member { .. }), "{other}");
        // What the key says, counts.
        let said = rsa(json!({"alg": "RS256"}));
        assert_eq!(tried(&said, stated), Ok(vec![Algorithm::RsaPkcs1Sha256]));
        let enc = rsa(json!({"use": "enc"}));
        assert!(matches!(tried(&enc, None), Err(KeyFault::Use { .. })));
    }

    #[test]
    fn algorithm_and_type_must_agree() {
        for key in [
            json!({"kty": "EC", "crv": "P-256", "kid": "a", "x": X, "y": Y, "alg": "ES384"}),
            json!({"kty": "EC", "crv": "P-256", "kid": "a", "x": X, "y": Y, "alg": "EdDSA"}),
            json!({"kty": "OKP", "crv": "X25519", "kid": "a", "x": ED25519_X, "alg": "EdDSA"}),
            json!({"kty": "OKP", "crv": "Ed25519", "kid": "a", "x": ED25519_X, "alg": "RS256"}),
            json!({"kty": "okp", "crv": "Ed25519", "kid": "a", "x": ED25519_X, "alg": "EdDSA"}),
        ] {
            assert!(matches!(fault(&key), KeyFault::Type { .. }), "{key}");
        }
        for alg in ["HS256", "hmac-sha256", "none", "ES256K", "eddsa", ""] {
            let key =
                json!({"kty": "OKP", "crv": "Ed25519", "kid": "a", "x": ED25519_X, "alg": alg});
            assert_eq!(
                fault(&key),
                KeyFault::Algorithm {
                    alg: alg.to_owned()
                }
            );
        }
    }

    #[test]
    fn keys_for_encryption_are_refused() {
        let key = json!({"kty": "OKP", "crv": "Ed25519", "kid": "a", "x": ED25519_X, "use": "enc"});
        assert_eq!(
            fault(&key),
            KeyFault::Use {
                usage: "enc".to_owned()
            }
        );
    }

    #[test]
    fn unusable_numbers_are_named() {
        let okp = |x: Value| json!({"kty": "OKP", "crv": "Ed25519", "kid": "a", "x": x});
        for x in [json!(null), json!(""), json!("%"), json!("AAAA")] {
            assert_eq!(fault(&okp(x)), KeyFault::Member { member: "x" });
        }
        let ec = |y: &str| json!({"kty": "EC", "crv": "P-256", "kid": "a", "x": X, "y": y});
        assert_eq!(fault(&ec(X)), KeyFault::Rejected);
        assert_eq!(
            fault(&ec(&format!("AAAA{Y}"))),
            KeyFault::Member { member: "y" }
        );
        let rsa = |n: &[u8]| json!({"kty": "RSA", "kid": "a", "alg": "RS256", "e": "AQAB", "n": BASE64URL.encode(n)});
        for (bytes, bits) in [(128, 1024), (1025, 8200)] {
            assert_eq!(fault(&rsa(&vec![0xff; bytes])), KeyFault::RsaSize { bits });
        }
        let mut nearly = [0xff; 257];
        nearly[..2].copy_from_slice(&[0, 0x7f]);
        assert_eq!(fault(&rsa(&nearly)), KeyFault::RsaSize { bits: 2047 });
        nearly[1] = 0x80;
        Jwk::from_value(&rsa(&nearly)).unwrap().verifier().unwrap();
    }

    #[test]
    fn what_no_signature_can_refer_to_is_left_out() {
        for key in [
            json!({"kty": "OKP", "crv": "Ed25519", "x": ED25519_X}),
            json!({"kid": "a", "x": ED25519_X}),
            json!({"kty": "OKP", "crv": "Ed25519", "kid": 1, "x": ED25519_X}),
            json!({"kty": "OKP", "crv": "Ed25519", "kid": "a", "x": "A".repeat(1401)}),
            json!({"kty": "OKP", "crv": "Ed25519", "kid": "a", "x": ED25519_X, "d": ED25519_X}),
            json!({"kty": "oct", "kid": "a", "k": ED25519_X, "alg": "HS256"}),
            json!("a"),
        ] {
            assert_eq!(Jwk::from_value(&key), None, "{key}");
        }
    }
}
