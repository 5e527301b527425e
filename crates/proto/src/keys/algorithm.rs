//! Signature algorithms and the two vocabularies that name them.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256,
    RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512, RSA_PSS_2048_8192_SHA256,
    RSA_PSS_2048_8192_SHA384, RSA_PSS_2048_8192_SHA512, RsaParameters, VerificationAlgorithm,
};

/// An asymmetric signature algorithm. There is no HMAC here: draft-05 forbids it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// RFC 8032, what draft-05 recommends and what we sign with.
    Ed25519,
    /// Nextcloud's.
    EcdsaP256Sha256,
    /// ECDSA on the curve P-384.
    EcdsaP384Sha384,
    /// PKCS#1 v1.5, the only RSA padding that Nextcloud knows.
    RsaPkcs1Sha256,
    /// PKCS#1 v1.5; JOSE knows it, the registry of RFC 9421 does not.
    RsaPkcs1Sha384,
    /// PKCS#1 v1.5; JOSE knows it, the registry of RFC 9421 does not.
    RsaPkcs1Sha512,
    /// PSS with a salt of 32 bytes; JOSE knows it, the registry of RFC 9421 does not.
    RsaPssSha256,
    /// PSS with a salt of 48 bytes; JOSE knows it, the registry of RFC 9421 does not.
    RsaPssSha384,
    /// PSS with a salt of 64 bytes.
    RsaPssSha512,
}

impl Algorithm {
    /// Reads a name of the JOSE registry (as in a JWK) or of the registry of RFC 9421 (as in the parameter `alg`). Both are
    /// accepted in both places, because peers mix them; a name means the same in either. Case matters. `None` for unknown
    /// and for symmetric algorithms.
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "Ed25519" | "EdDSA" | "ed25519" => Self::Ed25519,
            "ES256" | "ecdsa-p256-sha256" => Self::EcdsaP256Sha256,
            "ES384" | "ecdsa-p384-sha384" => Self::EcdsaP384Sha384,
            "RS256" | "rsa-v1_5-sha256" => Self::RsaPkcs1Sha256,
            "RS384" => Self::RsaPkcs1Sha384,
            "RS512" => Self::RsaPkcs1Sha512,
            "PS256" => Self::RsaPssSha256,
            "PS384" => Self::RsaPssSha384,
            "PS512" | "rsa-pss-sha512" => Self::RsaPssSha512,
            _ => return None,
        })
    }

    /// The name in the registry of RFC 9421, or the JOSE one where that registry has none.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ed25519 => "ed25519",
            Self::EcdsaP256Sha256 => "ecdsa-p256-sha256",
            Self::EcdsaP384Sha384 => "ecdsa-p384-sha384",
            Self::RsaPkcs1Sha256 => "rsa-v1_5-sha256",
            Self::RsaPkcs1Sha384 => "RS384",
            Self::RsaPkcs1Sha512 => "RS512",
            Self::RsaPssSha256 => "PS256",
            Self::RsaPssSha384 => "PS384",
            Self::RsaPssSha512 => "rsa-pss-sha512",
        }
    }

    /// What kind of key the algorithm needs and how the library verifies it. ECDSA signatures are r‖s as in JOSE and
    /// RFC 9421, never DER.
    pub(super) fn scheme(self) -> Scheme {
        match self {
            Self::Ed25519 => Scheme::Okp(&ED25519),
            Self::EcdsaP256Sha256 => Scheme::Ec {
                curve: "P-256",
                coordinate_bytes: 32,
                verification: &ECDSA_P256_SHA256_FIXED,
            },
            Self::EcdsaP384Sha384 => Scheme::Ec {
                curve: "P-384",
                coordinate_bytes: 48,
                verification: &ECDSA_P384_SHA384_FIXED,
            },
            Self::RsaPkcs1Sha256 => Scheme::Rsa(&RSA_PKCS1_2048_8192_SHA256),
            Self::RsaPkcs1Sha384 => Scheme::Rsa(&RSA_PKCS1_2048_8192_SHA384),
            Self::RsaPkcs1Sha512 => Scheme::Rsa(&RSA_PKCS1_2048_8192_SHA512),
            Self::RsaPssSha256 => Scheme::Rsa(&RSA_PSS_2048_8192_SHA256),
            Self::RsaPssSha384 => Scheme::Rsa(&RSA_PSS_2048_8192_SHA384),
            Self::RsaPssSha512 => Scheme::Rsa(&RSA_PSS_2048_8192_SHA512),
        }
    }
}

/// The key family of an algorithm.
pub(super) enum Scheme {
    Okp(&'static dyn VerificationAlgorithm),
    Ec {
        curve: &'static str,
        coordinate_bytes: usize,
        verification: &'static dyn VerificationAlgorithm,
    },
    Rsa(&'static RsaParameters),
}
