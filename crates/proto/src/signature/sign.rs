//! Signing a request as OCM wants it.

use base64::{Engine, prelude::BASE64_STANDARD};
use sfv::{BareItem, InnerList, Integer, Item, Parameters, key_ref, string_ref};

use super::{
    base::{signature_base, signature_params},
    error::SignatureError,
    message::MessageParts,
};
use crate::keys::SigningKey;

/// The values of the two headers of a signature.
#[derive(Clone, PartialEq, Eq)]
pub struct SignatureHeaders {
    /// For `Signature-Input`.
    pub signature_input: String,
    /// For `Signature`. Not for logs.
    pub signature: String,
}

/// Signs a request that has its `Content-Digest` and `Content-Length` already; `created` is in Unix seconds.
///
/// Covered is what draft-05 demands, and `date` if there is a `Date`. The label is `ocm`, since development versions of
/// Nextcloud looked for the label and not for the tag. The parameter `alg` is sent although RFC 9421 leaves it out where
/// the key says it: draft-05 Appendix B shows it, opencloudmesh-go sends it, and Nextcloud, which derives it from the key,
/// accepts it when both agree.
pub fn sign(
    message: &MessageParts<'_>,
    key: &SigningKey,
    created: i64,
) -> Result<SignatureHeaders, SignatureError> {
    sign_with(message, key, created, &[])
}

/// The same, covering more headers, which the message must have.
pub fn sign_with(
    message: &MessageParts<'_>,
    key: &SigningKey,
    created: i64,
    more: &[&str],
) -> Result<SignatureHeaders, SignatureError> {
    let date = message.has_header("date").then_some("date");
    let names = COMPONENTS.iter().copied().chain(date);
    let names: Vec<&str> = names.chain(more.iter().copied()).collect();
    sign_over(message, key, created, &names, Some("ocm"))
}

/// A correct signature over these components, under this tag: for trying whether others refuse what is not enough.
pub fn sign_over(
    message: &MessageParts<'_>,
    key: &SigningKey,
    created: i64,
    components: &[&str],
    tag: Option<&str>,
) -> Result<SignatureHeaders, SignatureError> {
    let malformed = |error: sfv::Error| SignatureError::Malformed {
        field: "Signature-Input",
        reason: error.to_string(),
    };
    let mut covered = InnerList::new(Vec::new());
    for name in components {
        let name = sfv::StringRef::from_str(name).map_err(malformed)?;
        covered.items.push(Item::new(name));
    }
    covered.params = parameters(key, created)?;
    if let Some(tag) = tag {
        let tag = sfv::StringRef::from_str(tag).map_err(malformed)?;
        let name = key_ref("tag").to_owned();
        covered.params.insert(name, BareItem::from(tag));
    }
    let base = signature_base(message, &covered)?;
    let signature = key.sign(base.as_bytes());
    Ok(SignatureHeaders {
        signature_input: format!("{LABEL}={}", signature_params(&covered)),
        signature: format!("{LABEL}=:{}:", BASE64_STANDARD.encode(signature)),
    })
}

fn parameters(key: &SigningKey, created: i64) -> Result<Parameters, SignatureError> {
    let created = Integer::try_from(created).map_err(|error| SignatureError::Malformed {
        field: "created",
        reason: error.to_string(),
    })?;
    let mut parameters = Parameters::new();
    for (name, value) in [
        (key_ref("created"), BareItem::from(created)),
        (key_ref("keyid"), BareItem::from(key.key_id_field())),
        (key_ref("alg"), BareItem::from(string_ref("ed25519"))),
    ] {
        parameters.insert(name.to_owned(), value);
    }
    Ok(parameters)
}

/// What every OCM signature covers (draft-05, Signing Requirements).
pub(super) const COMPONENTS: [&str; 4] =
    ["@method", "@target-uri", "content-digest", "content-length"];

const LABEL: &str = "ocm";
