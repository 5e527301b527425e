//! Finding and verifying the OCM signature of a request (draft-05, Verification Requirements).

use std::fmt;

use sfv::{BareItem, InnerList, ListEntry, Parameters};

use super::{
    authority::key_authority,
    base::signature_base,
    components::NAME_SHOWN_CHARS,
    error::{AVAILABLE_SHOWN, SignatureError},
    freshness,
    message::MessageParts,
    sign::COMPONENTS,
    structured::{self, Members},
};
use crate::{
    digest,
    keys::{Algorithm, Jwks, Lookup, Verifier},
};

/// The longest `Signature-Input` and `Signature` that are read, in bytes and each; several times what an OCM signature and
/// those of a few proxies need.
pub(super) const FIELD_BYTES_MAX: usize = 16 * 1024;

/// The one signature of a message that is tagged `ocm`; nothing about it is known to be true before [`Self::verify`].
pub struct OcmSignature {
    covered: InnerList,
    signature: Vec<u8>,
    key_id: String,
    created: Option<i64>,
    expires: Option<i64>,
    algorithm: Option<String>,
}

/// Proof that a message was signed, freshly and completely, with a key that its peer publishes; only
/// [`OcmSignature::verify`] and [`CavageSignature::verify`](super::cavage::CavageSignature::verify) make one. Which peer the keys were fetched from is for the caller to compare with the body.
#[derive(Debug)]
pub struct VerifiedSignature {
    key_id: String,
    created: i64,
    algorithm: Algorithm,
    digest: [u8; 32],
}

/// Finds the signature tagged `ocm`, by its tag and never by its label; `None` if there is none, which the draft wants
/// refused where a signature is due. Other members are not looked at, whatever they hold.
pub fn find_ocm(message: &MessageParts<'_>) -> Result<Option<OcmSignature>, SignatureError> {
    let Some(inputs) = field(message, "Signature-Input")? else {
        return Ok(None);
    };
    let mut tagged = inputs.iter().filter_map(|(label, entry)| match entry {
        ListEntry::InnerList(covered) if is_tagged(covered) => Some((label, covered)),
        _ => None,
    });
    let Some((label, covered)) = tagged.next() else {
        return Ok(None);
    };
    let values = field(message, "Signature")?.unwrap_or_default();
    let more = tagged.count();
    if more > 0 || inputs.is_repeated(label) || values.is_repeated(label) {
        return Err(SignatureError::Duplicated {
            count: more.max(1) + 1,
        });
    }
    OcmSignature::read(covered, label, &values).map(Some)
}

impl OcmSignature {
    /// The key id, unverified, character for character; at most 1,024 characters of printable ASCII.
    pub fn key_id(&self) -> &str {
        &self.key_id
    }

    /// The creation time in Unix seconds, unverified.
    pub fn created(&self) -> Option<i64> {
        self.created
    }

    /// The parameter `alg` as received, unverified.
    pub fn alg(&self) -> Option<&str> {
        self.algorithm.as_deref()
    }

    /// The host and port that the key id names, if it names one: see [`key_authority`].
    pub fn authority(&self) -> Option<String> {
        key_authority(&self.key_id)
    }

    /// Verifies the signature of `message` and that `body` is the one that was signed. `keys` are those that the peer
    /// publishes, `now` is in Unix seconds. Cheap checks come first, the body last: only what a key vouches for is hashed.
    pub fn verify(
        &self,
        message: &MessageParts<'_>,
        body: &[u8],
        keys: &Jwks,
        now: i64,
    ) -> Result<VerifiedSignature, SignatureError> {
        for component in COMPONENTS {
            if !self.covers(component) {
                return Err(SignatureError::NotCovered { component });
            }
        }
        let created = freshness::check(self.created, self.expires, now)?;
        let verifiers = self.verifiers(keys)?;
        let base = signature_base(message, &self.covered)?;
        let algorithm = fitting(&verifiers, &base, &self.signature, &self.key_id)?;
        check_length(message, body)?;
        let digests = message.header_lines("content-digest").collect::<Vec<_>>();
        let digests = digests.iter().map(AsRef::as_ref).collect::<Vec<_>>();
        digest::check(&digests, body)?;
        Ok(VerifiedSignature {
            key_id: self.key_id.clone(),
            created,
            algorithm,
            digest: digest::sha256(base.as_bytes()),
        })
    }

    fn read(covered: &InnerList, label: &str, values: &Members) -> Result<Self, SignatureError> {
        let signature = match values.get(label) {
            Some(ListEntry::Item(item)) => match &item.bare_item {
                BareItem::ByteSequence(bytes) => bytes.clone(),
                _ => return Err(malformed("Signature", "the value is not a byte sequence")),
            },
            Some(ListEntry::InnerList(_)) => {
                return Err(malformed("Signature", "the value is not a byte sequence"));
            }
            None => return Err(SignatureError::NoValue { label: cut(label) }),
        };
        let key_id = text(&covered.params, "keyid")?.ok_or(SignatureError::NoKeyId)?;
        if key_id.len() > KEY_ID_BYTES_MAX {
            return Err(malformed("keyid", "it is longer than 1,024 characters"));
        }
        Ok(Self {
            covered: covered.clone(),
            signature,
            key_id,
            created: seconds(&covered.params, "created")?,
            expires: seconds(&covered.params, "expires")?,
            algorithm: text(&covered.params, "alg")?,
        })
    }

    /// Whether a component is covered as it is: a part of a field, or another spelling of it, does not count.
    fn covers(&self, component: &str) -> bool {
        self.covered.items.iter().any(|item| {
            item.params.is_empty()
                && matches!(&item.bare_item, BareItem::String(name) if name.as_str() == component)
        })
    }

    /// The published key, after the algorithm of the key and the one that the signature states were found to agree.
    fn verifiers(&self, keys: &Jwks) -> Result<Vec<Verifier>, SignatureError> {
        let stated = match &self.algorithm {
            None => None,
            Some(name) => {
                Some(
                    Algorithm::from_name(name).ok_or_else(|| SignatureError::Algorithm {
                        algorithm: cut(name),
                    })?,
                )
            }
        };
        let key = match keys.find(&self.key_id) {
            Lookup::Found(key) => key,
            Lookup::Ambiguous => {
                return Err(SignatureError::AmbiguousKey {
                    key_id: cut(&self.key_id),
                });
            }
            Lookup::Absent => {
                return Err(SignatureError::UnknownKey {
                    key_id: cut(&self.key_id),
                    available: keys.key_ids().take(AVAILABLE_SHOWN).map(cut).collect(),
                });
            }
        };
        let verifiers = key
            .verifiers(stated)
            .map_err(|fault| SignatureError::UnusableKey {
                key_id: cut(&self.key_id),
                fault,
            })?;
        match (stated, verifiers.first()) {
            (Some(stated), Some(key)) if stated != key.algorithm() => {
                Err(SignatureError::AlgorithmDisagrees {
                    stated: stated.name(),
                    published: key.algorithm().name(),
                })
            }
            _ => Ok(verifiers),
        }
    }
}

/// The algorithm of the first key under which a signature fits.
pub(super) fn fitting(
    verifiers: &[Verifier],
    base: &str,
    signature: &[u8],
    key_id: &str,
) -> Result<Algorithm, SignatureError> {
    let mut all = verifiers.iter();
    match all.find(|key| key.verify(base.as_bytes(), signature)) {
        Some(key) => Ok(key.algorithm()),
        None => Err(SignatureError::BadSignature {
            key_id: cut(key_id),
            algorithm: verifiers.first().map_or("", |key| key.algorithm().name()),
        }),
    }
}

impl fmt::Debug for OcmSignature {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("OcmSignature")
            .field("key_id", &self.key_id)
            .field("created", &self.created)
            .finish_non_exhaustive()
    }
}

impl VerifiedSignature {
    /// For the dialects beside this module.
    pub(super) fn new(
        key_id: String,
        created: i64,
        algorithm: Algorithm,
        digest: [u8; 32],
    ) -> Self {
        Self {
            key_id,
            created,
            algorithm,
            digest,
        }
    }

    /// The id of the key that made the signature, character for character.
    pub fn key_id(&self) -> &str {
        &self.key_id
    }

    /// When it was made, in Unix seconds; within the window at the time of verification.
    pub fn created(&self) -> i64 {
        self.created
    }

    /// The algorithm of the published key.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// SHA-256 of what was signed, and of the key where its id is not part of that: the same for the same message, key and
    /// moment, and for nothing else.
    /// The signature itself is no such name, since of an ECDSA signature anybody can make another valid one.
    pub fn digest(&self) -> [u8; 32] {
        self.digest
    }
}

fn field(
    message: &MessageParts<'_>,
    name: &'static str,
) -> Result<Option<Members>, SignatureError> {
    let Some(value) = message.header(name) else {
        return Ok(None);
    };
    if value.len() > FIELD_BYTES_MAX {
        return Err(malformed(name, "it is longer than 16 KiB"));
    }
    match structured::parse_dictionary(&value) {
        Ok(members) => Ok(Some(members)),
        Err(reason) => Err(SignatureError::Malformed {
            field: name,
            reason,
        }),
    }
}

fn is_tagged(covered: &InnerList) -> bool {
    matches!(covered.params.get("tag"), Some(BareItem::String(tag)) if tag.as_str() == "ocm")
}

fn text(parameters: &Parameters, name: &'static str) -> Result<Option<String>, SignatureError> {
    match parameters.get(name) {
        None => Ok(None),
        Some(BareItem::String(value)) => Ok(Some(value.as_str().to_owned())),
        Some(_) => Err(malformed(name, "it is not a string")),
    }
}

fn seconds(parameters: &Parameters, name: &'static str) -> Result<Option<i64>, SignatureError> {
    match parameters.get(name) {
        None => Ok(None),
        Some(BareItem::Integer(value)) => Ok(Some(i64::from(*value))),
        Some(_) => Err(malformed(name, "it is not an integer")),
    }
}

pub(super) fn check_length(message: &MessageParts<'_>, body: &[u8]) -> Result<(), SignatureError> {
    let stated = message.header("content-length").unwrap_or_default();
    if stated.parse() == Ok(body.len()) && stated.bytes().all(|byte| byte.is_ascii_digit()) {
        Ok(())
    } else {
        Err(SignatureError::ContentLength {
            stated: cut(&stated),
            actual: body.len(),
        })
    }
}

pub(super) fn malformed(field: &'static str, reason: &str) -> SignatureError {
    SignatureError::Malformed {
        field,
        reason: reason.to_owned(),
    }
}

pub(super) fn cut(text: &str) -> String {
    text.chars().take(NAME_SHOWN_CHARS).collect()
}

pub(super) const KEY_ID_BYTES_MAX: usize = 1024;
