//! HTTP message signatures (RFC 9421) as OCM uses them (draft-05, "HTTP Message Signatures").
//!
//! Sans I/O: a request is handed in as [`MessageParts`], the time as Unix seconds, the peer's keys as a
//! [`Jwks`](crate::keys::Jwks). Signing is [`sign()`]; verifying is [`find_ocm`], then a look-up of the keys by whoever may
//! use the network, then [`OcmSignature::verify`]. What older servers send instead is in [`cavage`].

mod authority;
mod base;
pub mod cavage;
mod components;
mod error;
mod fields;
mod freshness;
mod message;
mod sign;
pub(crate) mod structured;
mod verify;

pub use authority::key_authority;
pub use components::{ComponentError, NAME_SHOWN_CHARS};
pub use error::{AVAILABLE_SHOWN, SignatureError};
pub use freshness::{AGE_MAX_SECS, AHEAD_MAX_SECS};
pub use message::MessageParts;
pub use sign::{SignatureHeaders, sign, sign_over, sign_with};
pub use verify::{OcmSignature, VerifiedSignature, find_ocm};

#[cfg(test)]
mod hostile_tests;
#[cfg(test)]
mod interoperability_tests;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod rfc9421_tests;
