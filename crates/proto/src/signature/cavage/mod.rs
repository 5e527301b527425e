//! Signatures as servers made them before there was RFC 9421: draft-cavage-http-signatures-12 with RSA, which is what
//! Nextcloud 31 to 34 sign with and look for.
//!
//! It is the same idea with fewer promises: the signature says neither what it is for nor, under its own name, who made it.
//! So more is asked of it here than the draft asks, namely all that Nextcloud asks for: the request target, the host, the date,
//! the length and the digest of the body. A host is always the one of this server, whatever the field says that a proxy in
//! between has left ([`base`]).

mod base;
mod header;
mod sign;
mod verify;

pub use sign::{sign, sign_over};
pub use verify::{CavageSignature, find_cavage};

/// What every signature must cover. The order is the one in which Nextcloud signs.
pub(super) const COVERED: [&str; 5] = [
    "(request-target)",
    "content-length",
    "date",
    "digest",
    "host",
];

#[cfg(test)]
mod tests;
