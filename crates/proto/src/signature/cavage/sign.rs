//! Signing a request for a server that knows nothing newer.

use base64::{Engine, prelude::BASE64_STANDARD};

use super::{
    COVERED,
    base::{Times, signing_string},
};
use crate::{
    keys::RsaKey,
    signature::{MessageParts, SignatureError},
};

/// The value of `Signature` for a request that has its `Content-Length`, `Date` and `Digest` already. `Host` is the authority
/// of the target. Written as Nextcloud writes it: its reader knows no space behind a comma and nothing that is not quoted,
/// and of the algorithms it knows `rsa-sha256` and `rsa-sha512`. Not for logs.
pub fn sign(message: &MessageParts<'_>, key: &RsaKey) -> Result<String, SignatureError> {
    sign_over(message, key, &COVERED)
}

/// A correct signature over these headers: for trying whether others refuse what is not enough.
pub fn sign_over(
    message: &MessageParts<'_>,
    key: &RsaKey,
    names: &[&str],
) -> Result<String, SignatureError> {
    let text = signing_string(message, names.iter().copied(), Times::default())?;
    let signature = BASE64_STANDARD.encode(key.sign(text.as_bytes()));
    Ok(format!(
        r#"keyId="{}",algorithm="rsa-sha512",headers="{}",signature="{signature}""#,
        key.key_id(),
        names.join(" "),
    ))
}
