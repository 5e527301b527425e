//! `Content-Digest` (RFC 9530 §2): the field that ties a body to the signature over its headers.

use aws_lc_rs::digest::{Algorithm, SHA256, SHA512, digest};
use base64::{Engine, prelude::BASE64_STANDARD};
use sfv::{BareItem, ListEntry};

use crate::signature::structured;

/// Proof that a body has every recognised digest that its message states; only [`check`] makes one.
#[derive(Debug)]
pub struct VerifiedDigest(());

/// Why a body is not the one that its `Content-Digest` describes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DigestError {
    /// There is no `Content-Digest` field.
    #[error("the message has no Content-Digest")]
    Absent,
    /// The field is not a dictionary of byte sequences (RFC 9530 §2); the reason is for logs.
    #[error("Content-Digest cannot be read: {reason}")]
    Malformed {
        /// What is wrong, in English.
        reason: String,
    },
    /// One algorithm is named twice. Structured fields would let the last one win; a digest that is checked by some
    /// readers and not by others is not worth accepting.
    #[error("Content-Digest names {algorithm} twice")]
    Repeated {
        /// The registered name of the algorithm.
        algorithm: &'static str,
    },
    /// None of the digests is `sha-256` or `sha-512`, the two that RFC 9530 §5 calls active.
    #[error("Content-Digest has neither sha-256 nor sha-512")]
    NothingRecognised,
    /// The body is not the one that was signed: it was altered on its way, or the sender signed other bytes than it sent.
    #[error("the body does not have the {algorithm} digest that Content-Digest states")]
    Mismatch {
        /// The registered name of the first algorithm that disagrees.
        algorithm: &'static str,
    },
}

/// The value of `Content-Digest` for `body`. `sha-256`, since every OCM server must know it (draft-05, Signing
/// Requirements).
pub fn content_digest(body: &[u8]) -> String {
    format!(
        "sha-256=:{}:",
        BASE64_STANDARD.encode(digest(&SHA256, body))
    )
}

/// SHA-256 of some bytes.
pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    let hash = digest(&SHA256, bytes);
    hash.as_ref().try_into().expect("SHA-256 has 32 bytes")
}

/// Compares `body` with all lines of the `Content-Digest` field. Every digest that we can compute must match and there
/// must be at least one (draft-05, Verification Requirements); digests of other algorithms are ignored (RFC 9530 §2).
pub fn check(header_values: &[&str], body: &[u8]) -> Result<VerifiedDigest, DigestError> {
    if header_values.is_empty() {
        return Err(DigestError::Absent);
    }
    let members = structured::parse_dictionary(&header_values.join(", "))
        .map_err(|reason| DigestError::Malformed { reason })?;
    let mut recognised = 0;
    for (name, algorithm) in RECOGNISED {
        let Some(member) = members.get(name) else {
            continue;
        };
        if members.is_repeated(name) {
            return Err(DigestError::Repeated { algorithm: name });
        }
        let ListEntry::Item(item) = member else {
            return Err(not_bytes(name));
        };
        let BareItem::ByteSequence(stated) = &item.bare_item else {
            return Err(not_bytes(name));
        };
        if digest(algorithm, body).as_ref() != stated.as_slice() {
            return Err(DigestError::Mismatch { algorithm: name });
        }
        recognised += 1;
    }
    if recognised == 0 {
        return Err(DigestError::NothingRecognised);
    }
    Ok(VerifiedDigest(()))
}

fn not_bytes(name: &str) -> DigestError {
    DigestError::Malformed {
        reason: format!("{name} is not a byte sequence"),
    }
}

/// The active algorithms of the IANA registry "Hash Algorithms for HTTP Digest Fields".
static RECOGNISED: [(&str, &Algorithm); 2] = [("sha-256", &SHA256), ("sha-512", &SHA512)];

#[cfg(test)]
mod tests {
    use super::{DigestError, check, content_digest};

    /// RFC 9530 Appendix D: the content of its examples, with the line feed at the end.
    const HELLO: &[u8] = b"{\"hello\": \"world\"}\n";
    const HELLO_SHA256: &str = "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:";
    const HELLO_SHA512: &str = "sha-512=:YMAam51Jz/jOATT6/zvHrLVgOYTGFy1d6GJiOHTohq4yP+pgk4vf2aCsyRZOtw8MjkM7iw7yZ/WkppmM44T3qg==:";
    const OTHER_SHA256: &str = "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:";

    #[test]
    fn examples_of_rfc_9530_are_reproduced() {
        assert_eq!(content_digest(HELLO), HELLO_SHA256);
        assert_eq!(content_digest(b""), OTHER_SHA256);
        check(&[HELLO_SHA256], HELLO).unwrap();
        check(&[HELLO_SHA512], HELLO).unwrap();
        check(&[OTHER_SHA256], b"").unwrap();
        // RFC 9421 Appendix B.2: the same object without the line feed.
        check(
            &["sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:"],
            b"{\"hello\": \"world\"}",
        )
        .unwrap();
    }

    #[test]
    fn two_digests_in_one_line_or_two_must_both_match() {
        check(&[HELLO_SHA256, HELLO_SHA512], HELLO).unwrap();
        check(&[&format!("{HELLO_SHA512},  {HELLO_SHA256}")], HELLO).unwrap();
        assert_eq!(
            check(&[OTHER_SHA256, HELLO_SHA512], HELLO).unwrap_err(),
            DigestError::Mismatch {
                algorithm: "sha-256"
            }
        );
    }

    #[test]
    fn unknown_algorithms_are_ignored_but_not_enough() {
        check(&["crc32c=:AAAAAA==:", HELLO_SHA256, "md5=token"], HELLO).unwrap();
        assert_eq!(
            check(&["md5=:AAAAAAAAAAAAAAAAAAAAAA==:"], HELLO).unwrap_err(),
            DigestError::NothingRecognised
        );
        assert_eq!(
            check(&[""], HELLO).unwrap_err(),
            DigestError::NothingRecognised
        );
        assert_eq!(check(&[], HELLO).unwrap_err(), DigestError::Absent);
    }

    #[test]
    fn a_repeated_algorithm_is_refused() {
        assert_eq!(
            check(&[OTHER_SHA256, HELLO_SHA256], HELLO).unwrap_err(),
            DigestError::Repeated {
                algorithm: "sha-256"
            }
        );
    }

    #[test]
    fn values_that_are_not_byte_sequences_are_malformed() {
        for value in [
            "sha-256=abc",
            "sha-256=(:AAAA:)",
            "sha-256",
            "SHA-256=:AAAA:",
            "sha-256=:AA",
        ] {
            assert!(
                matches!(check(&[value], HELLO), Err(DigestError::Malformed { .. })),
                "{value}"
            );
        }
        assert_eq!(
            check(&["sha-256=:AAAA:"], HELLO).unwrap_err(),
            DigestError::Mismatch {
                algorithm: "sha-256"
            }
        );
    }
}
