//! The fields that tie a body to the signature over its headers: `Content-Digest` (RFC 9530 §2), and `Digest` (RFC 3230)
//! of older servers.

use aws_lc_rs::digest::{Algorithm, SHA256, SHA512, digest};
use base64::{Engine, prelude::BASE64_STANDARD};
use sfv::{BareItem, ListEntry};

use crate::signature::structured;

/// Proof that a body has every recognised digest that its message states; only [`check`] makes one.
#[derive(Debug)]
pub struct VerifiedDigest(());

/// Why a body is not the one that its `Content-Digest`, or `Digest`, describes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DigestError {
    /// There is no such field.
    #[error("the message has no digest of its body")]
    Absent,
    /// The field is not a dictionary of byte sequences (RFC 9530 §2); the reason is for logs.
    #[error("the digest of the body cannot be read: {reason}")]
    Malformed {
        /// What is wrong, in English.
        reason: String,
    },
    /// One algorithm is named twice. Structured fields would let the last one win; a digest that is checked by some
    /// readers and not by others is not worth accepting.
    #[error("{algorithm} digests of the body are stated twice")]
    Repeated {
        /// The registered name of the algorithm.
        algorithm: &'static str,
    },
    /// None of the digests is `sha-256` or `sha-512`, the two that RFC 9530 §5 calls active.
    #[error("the body has neither a sha-256 nor a sha-512 digest")]
    NothingRecognised,
    /// The body is not the one that was signed: it was altered on its way, or the sender signed other bytes than it sent.
    #[error("the body does not have the {algorithm} digest that is stated")]
    Mismatch {
        /// The registered name of the first algorithm that disagrees.
        algorithm: &'static str,
    },
}

/// The value of `Digest` (RFC 3230) for `body`, in the spelling that Nextcloud up to 34 reads.
pub fn legacy_digest(body: &[u8]) -> String {
    format!("SHA-512={}", BASE64_STANDARD.encode(digest(&SHA512, body)))
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

/// Compares `body` with the `Digest` field, a list of `name=base64` (RFC 3230 §4.3.2). As strict as [`check`]: every digest
/// that we can compute must match, none may be stated twice, and there must be one.
pub fn check_legacy(header_values: &[&str], body: &[u8]) -> Result<VerifiedDigest, DigestError> {
    if header_values.is_empty() {
        return Err(DigestError::Absent);
    }
    let mut recognised = [false; RECOGNISED.len()];
    let instances = header_values.iter().flat_map(|line| line.split(','));
    for instance in instances {
        let Some((name, stated)) = instance.trim_matches([' ', '\t']).split_once('=') else {
            let reason = "it is not a list of name=value".to_owned();
            return Err(DigestError::Malformed { reason });
        };
        // Names are compared without regard to case (RFC 3230 §4.1.1).
        let mut all = RECOGNISED.iter().zip(&mut recognised);
        let Some(((name, algorithm), seen)) =
            all.find(|((known, _), _)| known.eq_ignore_ascii_case(name))
        else {
            continue;
        };
        if std::mem::replace(seen, true) {
            return Err(DigestError::Repeated { algorithm: name });
        }
        let stated = BASE64_STANDARD.decode(stated).map_err(|_| {
            let reason = format!("{name} is not base64");
            DigestError::Malformed { reason }
        })?;
        if digest(algorithm, body).as_ref() != stated.as_slice() {
            return Err(DigestError::Mismatch { algorithm: name });
        }
    }
    if recognised.contains(&true) {
        Ok(VerifiedDigest(()))
    } else {
        Err(DigestError::NothingRecognised)
    }
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
    use super::{DigestError, check, check_legacy, content_digest, legacy_digest};

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

    /// draft-cavage-http-signatures-12, Appendix C.
    const LEGACY: &str = "SHA-256=X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=";
    const CAVAGE_BODY: &[u8] = b"{\"hello\": \"world\"}";

    #[test]
    fn digests_of_older_servers_are_read_in_either_case_and_all_of_them_must_match() {
        let both = format!("{}, sha-256={}", legacy_digest(CAVAGE_BODY), &LEGACY[8..]);
        for value in [
            LEGACY,
            &legacy_digest(CAVAGE_BODY),
            &both,
            &format!("md5=x,{LEGACY}"),
        ] {
            check_legacy(&[value], CAVAGE_BODY).unwrap();
        }
        let wrong = format!("{LEGACY},{}", legacy_digest(b"other"));
        for (value, error) in [
            (
                wrong.as_str(),
                DigestError::Mismatch {
                    algorithm: "sha-512",
                },
            ),
            ("md5=AAAA", DigestError::NothingRecognised),
            (
                &format!("{LEGACY},{LEGACY}"),
                DigestError::Repeated {
                    algorithm: "sha-256",
                },
            ),
        ] {
            assert_eq!(
                check_legacy(&[value], CAVAGE_BODY).unwrap_err(),
                error,
                "{value}"
            );
        }
        assert_eq!(
            check_legacy(&[], CAVAGE_BODY).unwrap_err(),
            DigestError::Absent
        );
        for value in ["", "SHA-256", "SHA-256=:AAAA:", &format!("{LEGACY},")] {
            let malformed = check_legacy(&[value], CAVAGE_BODY);
            assert!(
                matches!(malformed, Err(DigestError::Malformed { .. })),
                "{value}"
            );
        }
    }
}
