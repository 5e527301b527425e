//! A public key as older servers publish it: one RSA key in PEM, in the discovery document.

use aws_lc_rs::{
    rsa::PublicKey,
    signature::{ParsedPublicKey, RsaParameters},
};
use base64::{Engine, prelude::BASE64_STANDARD};

use super::{
    Algorithm, KeyFault, Verifier,
    algorithm::Scheme,
    material::{RSA_BITS_MAX, RSA_BITS_MIN},
};

/// The longest text that is read, in bytes: a key of 8192 bits takes 1,450.
const PEM_BYTES_MAX: usize = 4096;

/// The labels of a key with its algorithm (RFC 7468 §13), and of the bare numbers of an RSA key (RFC 8017 A.1.1).
const LABELS: [&str; 2] = ["PUBLIC KEY", "RSA PUBLIC KEY"];

/// A public RSA key of 2048 to 8192 bits. It says nothing about what its signatures look like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicPem {
    /// The bare numbers (RFC 8017 A.1.1).
    der: Vec<u8>,
}

impl PublicPem {
    /// Reads one PEM block; any other key, or more than one, is a [`KeyFault`].
    pub fn parse(text: &str) -> Result<Self, KeyFault> {
        let text = text.trim();
        if text.len() > PEM_BYTES_MAX {
            return Err(KeyFault::Pem);
        }
        let block = LABELS.iter().find_map(|label| {
            let rest = text.strip_prefix(&format!("-----BEGIN {label}-----"))?;
            rest.strip_suffix(&format!("-----END {label}-----"))
        });
        let encoded: String = block
            .ok_or(KeyFault::Pem)?
            .split_ascii_whitespace()
            .collect();
        let document = BASE64_STANDARD.decode(encoded);
        let document = document.map_err(|_| KeyFault::Pem)?;
        let key = PublicKey::from_der(&document).map_err(|_| KeyFault::Rejected)?;
        let bits = RsaParameters::public_modulus_len(key.as_ref());
        let bits = usize::try_from(bits.map_err(|_| KeyFault::Rejected)?);
        let bits = bits.unwrap_or(usize::MAX);
        if !(RSA_BITS_MIN..=RSA_BITS_MAX).contains(&bits) {
            return Err(KeyFault::RsaSize { bits });
        }
        let der = key.as_ref().to_vec();
        Ok(Self { der })
    }

    /// The bare numbers (RFC 8017 A.1.1), by which a key is told from others.
    pub(crate) fn numbers(&self) -> &[u8] {
        &self.der
    }

    /// Makes it ready to verify with one algorithm of RSA.
    pub fn verifier(&self, algorithm: Algorithm) -> Result<Verifier, KeyFault> {
        let Scheme::Rsa(parameters) = algorithm.scheme() else {
            let kty = "RSA".to_owned();
            return Err(KeyFault::Type {
                algorithm,
                kty,
                crv: None,
            });
        };
        let key = ParsedPublicKey::new(parameters, &self.der).map_err(|_| KeyFault::Rejected)?;
        Ok(Verifier::new(algorithm, key))
    }
}

#[cfg(test)]
mod tests {
    use super::{Algorithm, KeyFault, PublicPem};

    /// draft-cavage-http-signatures-12, Appendix C: 1024 bits.
    const SHORT: &str = "-----BEGIN PUBLIC KEY-----
MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDCFENGw33yGihy92pDjZQhl0C3
6rPJj+CvfSC8+q28hxA161QFNUd13wuCTUcq0Qd2qsBe/2hFyc2DCJJg0h1L78+6
Z4UMR7EOcpfdUE9Hf3m/hs+FUR45uBJeDK1HSFHD8bHKD6kv8FPGfJTotc+2xjJw
oYi+1hqp1fIekaxsyQIDAQAB
-----END PUBLIC KEY-----";
    /// RFC 9421 Appendix B.1.4: an Ed25519 key.
    const OTHER: &str = "-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=
-----END PUBLIC KEY-----";
    /// RFC 9421 Appendix B.1.1.
    const PKCS1: &str = "-----BEGIN RSA PUBLIC KEY-----
MIIBCgKCAQEAhAKYdtoeoy8zcAcR874L8cnZxKzAGwd7v36APp7Pv6Q2jdsPBRrw
WEBnez6d0UDKDwGbc6nxfEXAy5mbhgajzrw3MOEt8uA5txSKobBpKDeBLOsdJKFq
MGmXCQvEG7YemcxDTRPxAleIAgYYRjTSd/QBwVW9OwNFhekro3RtlinV0a75jfZg
kne/YiktSvLG34lw2zqXBDTC5NHROUqGTlML4PlNZS5Ri2U4aCNx2rUPRcKIlE0P
uKxI4T+HIaFpv8+rdV6eUgOrB2xeI1dSFFn/nnv5OoZJEIB+VmuKn3DCUcCZSFlQ
PSXSfBDiUGhwOw76WuSSsf1D4b/vLoJ10wIDAQAB
-----END RSA PUBLIC KEY-----
";

    #[test]
    fn an_rsa_key_is_read_in_both_spellings_and_serves_no_other_algorithm() {
        let key = PublicPem::parse(PKCS1).unwrap();
        for algorithm in [Algorithm::RsaPkcs1Sha256, Algorithm::RsaPkcs1Sha512] {
            assert_eq!(key.verifier(algorithm).unwrap().algorithm(), algorithm);
        }
        let other = key.verifier(Algorithm::Ed25519);
        assert!(matches!(other, Err(KeyFault::Type { .. })));
    }

    #[test]
    fn short_keys_other_keys_and_no_keys_are_refused() {
        assert_eq!(
            PublicPem::parse(SHORT),
            Err(KeyFault::RsaSize { bits: 1024 })
        );
        assert_eq!(PublicPem::parse(OTHER), Err(KeyFault::Rejected));
        let twice = format!("{PKCS1}{PKCS1}");
        let long = format!(
            "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----",
            "A".repeat(4096)
        );
        for text in [
            "",
            "-----BEGIN PUBLIC KEY-----",
            &PKCS1[..200],
            &twice,
            &long,
            &PKCS1.replace("RSA PUBLIC", "PRIVATE"),
        ] {
            assert_eq!(PublicPem::parse(text), Err(KeyFault::Pem), "{text}");
        }
    }
}
