//! The key by which a server is recognised when a secure connection is made: a digest of it, as administrators compare it.

use std::fmt;

use aws_lc_rs::digest::{SHA256, SHA256_OUTPUT_LEN, digest};
use base64::{Engine, prelude::BASE64_STANDARD};

/// What stands before the digest, as in `curl --pinnedpubkey` with one slash more.
const ALGORITHM: &str = "sha256/";

/// The SHA-256 of a key with its algorithm (SubjectPublicKeyInfo), as in RFC 7469 §2.4 and RFC 6698 §2.1.2. It stays when
/// the certificate around the key is renewed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pin([u8; SHA256_OUTPUT_LEN]);

/// Why a text is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "it is not the SHA-256 of a key in base64, such as sha256/47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
)]
pub struct NotAPin;

impl Pin {
    /// Of a SubjectPublicKeyInfo in DER.
    pub fn of(public_key_info: &[u8]) -> Self {
        let mut bytes = [0; SHA256_OUTPUT_LEN];
        bytes.copy_from_slice(digest(&SHA256, public_key_info).as_ref());
        Self(bytes)
    }

    /// Reads it as it is written here, as curl writes it (`sha256//…`), or the base64 alone.
    pub fn parse(text: &str) -> Result<Self, NotAPin> {
        let text = text.trim();
        let rest = text.strip_prefix(ALGORITHM).unwrap_or(text);
        // Base64 may begin with a slash: then it is the length that tells it from curl's.
        let without = rest.strip_prefix('/').unwrap_or(rest);
        let read = |encoded: &str| BASE64_STANDARD.decode(encoded).ok()?.try_into().ok();
        let bytes = read(rest).or_else(|| read(without));
        bytes.map(Self).ok_or(NotAPin)
    }
}

impl fmt::Display for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{ALGORITHM}{}", BASE64_STANDARD.encode(self.0))
    }
}

impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The digest of nothing, as every implementation of SHA-256 has it.
    const NOTHING: &str = "sha256/47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

    #[test]
    fn a_pin_is_written_in_one_way_and_read_in_three() {
        let pin = Pin::of(b"");
        assert_eq!(pin.to_string(), NOTHING);
        let bare = &NOTHING["sha256/".len()..];
        for text in [NOTHING, bare, &format!(" sha256//{bare}\n")] {
            assert_eq!(Pin::parse(text), Ok(pin), "{text}");
        }
        // Whose base64 begins with a slash.
        let slash = Pin([0xff; SHA256_OUTPUT_LEN]);
        let text = slash.to_string();
        assert!(text.starts_with("sha256//"), "{text}");
        assert_eq!(Pin::parse(&text), Ok(slash));
        assert_eq!(
            Pin::parse(&text.replacen("sha256/", "sha256//", 1)),
            Ok(slash)
        );
    }

    #[test]
    fn what_is_no_digest_of_a_key_is_refused() {
        let short = BASE64_STANDARD.encode([0; 20]);
        let hex = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        for text in ["", "sha256/", &short, hex, "sha1/AAAA", &NOTHING[..20]] {
            assert_eq!(Pin::parse(text), Err(NotAPin), "{text}");
        }
    }
}
