//! The numbers inside a JWK: base64url members to what the library takes.

use aws_lc_rs::signature::{
    ParsedPublicKey, RsaParameters, RsaPublicKeyComponents, VerificationAlgorithm,
};
use base64::{
    Engine,
    alphabet::URL_SAFE,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};

use super::KeyFault;

/// RFC 7517 omits the padding; some writers do not.
pub(super) const BASE64URL: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The shortest RSA modulus, in bits: NIST SP 800-131A, and what opencloudmesh-go asks for.
pub(super) const RSA_BITS_MIN: usize = 2048;

/// The longest RSA modulus, in bits: verifying gets slower with its square.
pub(super) const RSA_BITS_MAX: usize = 8192;

pub(super) fn okp(
    x: Option<&str>,
    verification: &'static dyn VerificationAlgorithm,
) -> Result<ParsedPublicKey, KeyFault> {
    let x = decode("x", x)?;
    if x.len() != 32 {
        return Err(KeyFault::Member { member: "x" });
    }
    ParsedPublicKey::new(verification, x).map_err(|_| KeyFault::Rejected)
}

/// Coordinates that lost their leading zeros on the sender's side (RFC 7518 §6.2.1.2 forbids it, big-number libraries do
/// it) get them back.
pub(super) fn ec(
    x: Option<&str>,
    y: Option<&str>,
    coordinate_bytes: usize,
    verification: &'static dyn VerificationAlgorithm,
) -> Result<ParsedPublicKey, KeyFault> {
    let mut point = vec![UNCOMPRESSED];
    for (member, value) in [("x", x), ("y", y)] {
        let coordinate = decode(member, value)?;
        let missing = coordinate_bytes
            .checked_sub(coordinate.len())
            .ok_or(KeyFault::Member { member })?;
        point.resize(point.len() + missing, 0);
        point.extend(coordinate);
    }
    ParsedPublicKey::new(verification, point).map_err(|_| KeyFault::Rejected)
}

pub(super) fn rsa(
    n: Option<&str>,
    e: Option<&str>,
    parameters: &'static RsaParameters,
) -> Result<ParsedPublicKey, KeyFault> {
    let n = decode("n", n)?;
    let e = decode("e", e)?;
    let n = without_leading_zeros(&n);
    let bits = n.len() * 8 - n.first().map_or(0, |first| first.leading_zeros() as usize);
    if !(RSA_BITS_MIN..=RSA_BITS_MAX).contains(&bits) {
        return Err(KeyFault::RsaSize { bits });
    }
    RsaPublicKeyComponents {
        n,
        e: without_leading_zeros(&e),
    }
    .to_parsed_public_key(parameters)
    .map_err(|_| KeyFault::Rejected)
}

fn decode(member: &'static str, value: Option<&str>) -> Result<Vec<u8>, KeyFault> {
    value
        .and_then(|value| BASE64URL.decode(value).ok())
        .filter(|bytes| !bytes.is_empty())
        .ok_or(KeyFault::Member { member })
}

fn without_leading_zeros(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    &number[zeros..]
}

/// SEC 1 §2.3.3: the first byte of a point that is written as x‖y.
const UNCOMPRESSED: u8 = 4;
