//! Our own RSA key, for servers that know nothing newer.

use std::sync::Arc;

use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der},
    rand::SystemRandom,
    rsa::{KeyPair, KeySize},
    signature::{KeyPair as _, RSA_PKCS1_SHA512},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use secrecy::{ExposeSecret, SecretString, zeroize::Zeroizing};

/// The length of a new key, in bits: what Nextcloud makes and demands, and safe until 2030 (NIST SP 800-57, table 2).
const SIZE: KeySize = KeySize::Rsa2048;

/// Characters in a line of PEM (RFC 7468 §2).
const LINE_CHARS: usize = 64;

/// An RSA key pair and its id. It has no `Debug`; the library wipes the private half when it is dropped.
#[derive(Clone)]
pub struct RsaKey {
    pair: Arc<KeyPair>,
    key_id: String,
}

/// Why there is no RSA key. Says nothing about the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RsaKeyError {
    /// The key id is empty or has characters that cannot stand in a quoted parameter.
    #[error("the key id must be printable ASCII without quotes")]
    KeyId,
    /// Not one PEM block `PRIVATE KEY`, the unencrypted PKCS#8 of RFC 5958.
    #[error("the key is not a PEM block \"PRIVATE KEY\" (unencrypted PKCS#8)")]
    Pem,
    /// A key, but not of RSA with 2048 to 8192 bits.
    #[error("the key is not an RSA key of 2048 to 8192 bits")]
    NotRsa,
    /// The library could not make one.
    #[error("no key could be made")]
    NotMade,
}

impl RsaKey {
    /// A new key, as PEM for a file that nobody else can read. The library draws from the system: primes cannot be made of
    /// entropy that is handed in. Takes a tenth of a second and more.
    pub fn generate() -> Result<SecretString, RsaKeyError> {
        let pair = KeyPair::generate(SIZE).map_err(|_| RsaKeyError::NotMade)?;
        let document: Pkcs8V1Der<'_> = pair.as_der().map_err(|_| RsaKeyError::NotMade)?;
        Ok(SecretString::from(
            block("PRIVATE KEY", document.as_ref()).as_str(),
        ))
    }

    /// Reads what [`Self::generate`] or `openssl genpkey -algorithm rsa` wrote.
    pub fn from_pem(pem: &SecretString, key_id: &str) -> Result<Self, RsaKeyError> {
        let printable = |byte: u8| matches!(byte, b'!'..=b'~') && !matches!(byte, b'"' | b'\\');
        if key_id.is_empty() || !key_id.bytes().all(printable) {
            return Err(RsaKeyError::KeyId);
        }
        let text = pem.expose_secret().trim();
        let encoded = text
            .strip_prefix("-----BEGIN PRIVATE KEY-----")
            .and_then(|rest| rest.strip_suffix("-----END PRIVATE KEY-----"));
        let encoded = encoded.ok_or(RsaKeyError::Pem)?;
        let encoded = Zeroizing::new(encoded.split_ascii_whitespace().collect::<String>());
        let document = BASE64_STANDARD.decode(encoded.as_bytes());
        let document = document.map(Zeroizing::new).map_err(|_| RsaKeyError::Pem)?;
        let pair = KeyPair::from_pkcs8(&document).map_err(|_| RsaKeyError::NotRsa)?;
        Ok(Self {
            pair: Arc::new(pair),
            key_id: key_id.to_owned(),
        })
    }

    /// The same key under another name, which must be one.
    pub fn named(&self, key_id: &str) -> Self {
        Self {
            pair: self.pair.clone(),
            key_id: key_id.to_owned(),
        }
    }

    /// The name under which the public half is published.
    pub fn key_id(&self) -> &str {
        &self.key_id
    }

    /// The public half with its algorithm (SubjectPublicKeyInfo), DER.
    pub fn public_der(&self) -> Vec<u8> {
        let public: Result<PublicKeyX509Der<'_>, _> = self.pair.public_key().as_der();
        let public = public.expect("the public half of a key can be written");
        public.as_ref().to_vec()
    }

    /// The same in PEM, as OpenSSL, PHP and Nextcloud write it.
    pub fn public_pem(&self) -> String {
        block("PUBLIC KEY", &self.public_der()).to_string()
    }

    /// PKCS#1 v1.5 with SHA-512: what Nextcloud signs with itself.
    pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
        let mut signature = vec![0; self.pair.public_modulus_len()];
        // The padding is a fixed one; the library does not look at the generator.
        let signed = self.pair.sign(
            &RSA_PKCS1_SHA512,
            &SystemRandom::new(),
            message,
            &mut signature,
        );
        signed.expect("a whole RSA key signs whatever it is given");
        signature
    }
}

fn block(label: &str, document: &[u8]) -> Zeroizing<String> {
    let encoded = Zeroizing::new(BASE64_STANDARD.encode(document));
    let mut text = Zeroizing::new(format!("-----BEGIN {label}-----\n"));
    text.reserve(encoded.len() + encoded.len() / LINE_CHARS + LINE_CHARS);
    let mut rest = encoded.as_str();
    while !rest.is_empty() {
        let (line, behind) = rest.split_at(rest.len().min(LINE_CHARS));
        text.push_str(line);
        text.push('\n');
        rest = behind;
    }
    text.push_str(&format!("-----END {label}-----\n"));
    text
}

#[cfg(test)]
mod tests {
    use secrecy::{ExposeSecret, SecretString};

    use super::{RsaKey, RsaKeyError};
    use crate::keys::{Algorithm, PublicPem};

    #[test]
    fn a_new_key_can_be_read_and_what_it_signs_is_verified_with_what_it_publishes() {
        let pem = RsaKey::generate().unwrap();
        let key = RsaKey::from_pem(&pem, "https://cat.example.org/ocm#rsa").unwrap();
        let published = PublicPem::parse(&key.public_pem()).unwrap();
        let verifier = published.verifier(Algorithm::RsaPkcs1Sha512).unwrap();
        assert!(verifier.verify(b"message", &key.sign(b"message")));
        assert!(!verifier.verify(b"massage", &key.sign(b"message")));
        assert!(key.public_pem().lines().all(|line| line.len() <= 64));
        assert!(pem.expose_secret().ends_with("-----END PRIVATE KEY-----\n"));
    }

    #[test]
    fn other_keys_and_names_are_refused_without_repeating_them() {
        let read = |text: &str, id: &str| RsaKey::from_pem(&SecretString::from(text), id).err();
        // RFC 9421 Appendix B.1.4.
        let ed25519 = "-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF
-----END PRIVATE KEY-----";
        assert_eq!(read(ed25519, "a"), Some(RsaKeyError::NotRsa));
        assert_eq!(read("", "a"), Some(RsaKeyError::Pem));
        assert_eq!(
            read(&ed25519.replace("MC4C", "%%%%"), "a"),
            Some(RsaKeyError::Pem)
        );
        for id in ["", "a b", "a\"b", "a\\b", "k\u{e9}y"] {
            assert_eq!(read(ed25519, id), Some(RsaKeyError::KeyId), "{id}");
        }
    }
}
