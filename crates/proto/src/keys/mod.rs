//! Keys of OCM servers: our own, which signs, and those that peers publish as a JWKS (RFC 7517), which verify.

mod algorithm;
mod jwk;
mod jwks;
mod material;
mod pem;
mod pin;
mod rsa;
mod signing;

pub use algorithm::Algorithm;
pub use jwk::{Jwk, KeyFault, MEMBER_BYTES_MAX, Verifier};
pub use jwks::{JWKS_BYTES_MAX, Jwks, JwksError, KEYS_MAX, Lookup};
pub use pem::PublicPem;
pub use pin::{NotAPin, Pin};
pub use rsa::{RsaKey, RsaKeyError};
pub use signing::{SigningKey, SigningKeyError};
