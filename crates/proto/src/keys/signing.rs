//! Our own key.

use aws_lc_rs::{
    encoding::AsBigEndian,
    signature::{Ed25519KeyPair, KeyPair},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use secrecy::{ExposeSecret, SecretString, zeroize::Zeroizing};

use super::Jwk;

/// An Ed25519 key pair and its id. It has no `Debug`; the library wipes the private half when it is dropped.
pub struct SigningKey {
    pair: Ed25519KeyPair,
    key_id: sfv::String,
}

/// Why something is not a signing key. Says nothing about the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SigningKeyError {
    /// The key id is empty or has characters that cannot stand in `Signature-Input`.
    #[error("the key id must be printable ASCII")]
    KeyId,
    /// Not one PEM block `PRIVATE KEY`, the unencrypted PKCS#8 of RFC 5958.
    #[error("the key is not a PEM block \"PRIVATE KEY\" (unencrypted PKCS#8)")]
    Pem,
    /// Not 32 bytes in base64.
    #[error("the key is not 32 bytes in base64")]
    Seed,
    /// A key, but not of Ed25519.
    #[error("the key is not an Ed25519 key")]
    NotEd25519,
}

impl SigningKey {
    /// The key that grows from `seed`, 32 bytes of entropy. `key_id` is its public name: put the provider in front of a `#`,
    /// as opencloudmesh-go demands, and give every new key another name.
    pub fn generate(seed: [u8; 32], key_id: &str) -> Result<Self, SigningKeyError> {
        let seed = Zeroizing::new(seed);
        let pair = Ed25519KeyPair::from_seed_unchecked(seed.as_slice())
            .expect("every 32 bytes are a seed of Ed25519");
        Self::new(pair, key_id)
    }

    /// Reads what [`Self::to_pem`] or `openssl genpkey -algorithm ed25519` wrote.
    pub fn from_pem(pem: &SecretString, key_id: &str) -> Result<Self, SigningKeyError> {
        let encoded = pem
            .expose_secret()
            .trim()
            .strip_prefix(PEM_BEGIN)
            .and_then(|rest| rest.strip_suffix(PEM_END))
            .ok_or(SigningKeyError::Pem)?;
        let encoded = Zeroizing::new(encoded.split_ascii_whitespace().collect::<String>());
        let document = decode(&encoded).ok_or(SigningKeyError::Pem)?;
        let pair =
            Ed25519KeyPair::from_pkcs8(&document).map_err(|_| SigningKeyError::NotEd25519)?;
        Self::new(pair, key_id)
    }

    /// Reads what [`Self::to_seed_base64`] wrote: the 32 bytes of RFC 8032 §5.1.5.
    pub fn from_seed_base64(seed: &SecretString, key_id: &str) -> Result<Self, SigningKeyError> {
        let seed = decode(seed.expose_secret().trim()).ok_or(SigningKeyError::Seed)?;
        let seed = <[u8; 32]>::try_from(seed.as_slice()).map_err(|_| SigningKeyError::Seed)?;
        Self::generate(seed, key_id)
    }

    /// PKCS#8 (version 1, as OpenSSL writes it) in PEM, for a file that nobody else can read.
    pub fn to_pem(&self) -> SecretString {
        let document = self
            .pair
            .to_pkcs8v1()
            .expect("an Ed25519 key can be written as PKCS#8");
        let encoded = Zeroizing::new(BASE64_STANDARD.encode(document.as_ref()));
        SecretString::from(format!("{PEM_BEGIN}\n{}\n{PEM_END}\n", encoded.as_str()))
    }

    /// The seed in base64, for a column that is sealed.
    pub fn to_seed_base64(&self) -> SecretString {
        let seed = self.pair.seed().expect("an Ed25519 key has its seed");
        let bytes = seed.as_be_bytes().expect("a seed can be copied");
        SecretString::from(BASE64_STANDARD.encode(bytes.as_ref()))
    }

    /// The name under which the public half is published.
    pub fn key_id(&self) -> &str {
        self.key_id.as_str()
    }

    /// The public half as it is published.
    pub fn public_jwk(&self) -> Jwk {
        Jwk::ed25519(self.pair.public_key().as_ref(), self.key_id())
    }

    /// The key id as a value of a structured field.
    pub(crate) fn key_id_field(&self) -> sfv::String {
        self.key_id.clone()
    }

    /// The 64 bytes of RFC 8032 §5.1.6.
    pub(crate) fn sign(&self, message: &[u8]) -> impl AsRef<[u8]> + use<> {
        self.pair.sign(message)
    }

    fn new(pair: Ed25519KeyPair, key_id: &str) -> Result<Self, SigningKeyError> {
        let key_id = sfv::String::from_string(key_id.to_owned())
            .ok()
            .filter(|key_id| !key_id.as_str().is_empty())
            .ok_or(SigningKeyError::KeyId)?;
        Ok(Self { pair, key_id })
    }
}

fn decode(base64: &str) -> Option<Zeroizing<Vec<u8>>> {
    BASE64_STANDARD.decode(base64).ok().map(Zeroizing::new)
}

const PEM_BEGIN: &str = "-----BEGIN PRIVATE KEY-----";
const PEM_END: &str = "-----END PRIVATE KEY-----";

#[cfg(test)]
mod tests {
    use secrecy::{ExposeSecret, SecretString};

    use super::{SigningKey, SigningKeyError};

    /// The key of RFC 9421 Appendix B.1.4.
    const RFC_9421_PEM: &str = "-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF
-----END PRIVATE KEY-----
";

    fn rfc_9421_key() -> SigningKey {
        SigningKey::from_pem(&SecretString::from(RFC_9421_PEM), "example.org#key1").unwrap()
    }

    #[test]
    fn a_key_survives_writing_and_reading() {
        let key = rfc_9421_key();
        assert_eq!(key.to_pem().expose_secret(), RFC_9421_PEM);
        let seed = key.to_seed_base64();
        assert_eq!(
            seed.expose_secret(),
            "n4Ni+HpISpVObnQMW0wOhCKROaIKqKtW/2ZYb2p9KcU="
        );
        let again = SigningKey::from_seed_base64(&seed, key.key_id()).unwrap();
        assert_eq!(again.public_jwk(), key.public_jwk());
    }

    #[test]
    fn the_public_half_is_published_for_nextcloud_and_opencloudmesh_go() {
        assert_eq!(
            serde_json::to_string(&rfc_9421_key().public_jwk()).unwrap(),
            r#"{"kty":"OKP","crv":"Ed25519","x":"JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs","kid":"example.org#key1","alg":"EdDSA","use":"sig"}"#
        );
    }

    #[test]
    fn a_key_id_must_fit_into_a_header() {
        for key_id in ["", "k\u{e9}y", "key\n1"] {
            assert_eq!(
                SigningKey::generate([1; 32], key_id).err(),
                Some(SigningKeyError::KeyId)
            );
        }
        SigningKey::generate([1; 32], r#"a "quoted\" key"#).unwrap();
    }

    #[test]
    fn other_keys_are_refused_without_repeating_them() {
        let pem = |text: &str| SigningKey::from_pem(&SecretString::from(text), "k").err();
        for text in [
            "",
            "-----BEGIN PRIVATE KEY-----\n%\n-----END PRIVATE KEY-----",
            "-----BEGIN PRIVATE KEY-----",
        ] {
            assert_eq!(pem(text), Some(SigningKeyError::Pem));
        }
        let truncated = RFC_9421_PEM.replace("MC4C", "MC4D");
        assert_eq!(pem(&truncated), Some(SigningKeyError::NotEd25519));
        for seed in ["", "AAAA", "%"] {
            assert_eq!(
                SigningKey::from_seed_base64(&SecretString::from(seed), "k").err(),
                Some(SigningKeyError::Seed)
            );
        }
    }
}
