//! Why a signed message is not believed, with the facts that its sender needs to mend it.

use super::components::ComponentError;
use crate::{digest::DigestError, keys::KeyFault};

/// Why a signature was not made, found or believed. Texts of the peer in here are cut to a length that fits a log line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// `Signature-Input`, `Signature` or a parameter of the OCM signature cannot be read.
    #[error("{field} cannot be read: {reason}")]
    Malformed {
        /// The header or parameter.
        field: &'static str,
        /// What is wrong, in English.
        reason: String,
    },
    /// More than one signature is tagged `ocm`, or the label of the tagged one is used twice.
    #[error("{count} signatures are tagged \"ocm\", one is allowed")]
    Duplicated {
        /// How many there are.
        count: usize,
    },
    /// `Signature-Input` announces the OCM signature, `Signature` does not have it.
    #[error("Signature has no member {label}, which Signature-Input announces")]
    NoValue {
        /// The label of the announced signature.
        label: String,
    },
    /// The signature does not say which key it was made with.
    #[error("the signature has no keyid")]
    NoKeyId,
    /// The signature does not say when it was made.
    #[error("the signature has no created time")]
    NoCreated,
    /// The signature does not cover a component that draft-05 demands.
    #[error("the signature does not cover {component}")]
    NotCovered {
        /// The name of the component.
        component: &'static str,
    },
    /// A covered component has no value in this message.
    #[error(transparent)]
    Component(#[from] ComponentError),
    /// The clocks of the two servers differ, or the message was under way for too long.
    #[error("the signature was created {} seconds {} by our clock", difference_secs.unsigned_abs(), if *difference_secs < 0 { "ago" } else { "in the future" })]
    NotFresh {
        /// Creation time minus our time, in seconds: negative for an old signature.
        difference_secs: i64,
    },
    /// The signer limited the signature to a time that has passed.
    #[error("the signature expired {since_secs} seconds ago by our clock")]
    Expired {
        /// For how long it has been expired, in seconds.
        since_secs: i64,
    },
    /// The peer publishes no usable key of this id. After a key change it helps to fetch its keys again, once.
    #[error("no published key is called {key_id:?}; there is {available:?}")]
    UnknownKey {
        /// The key id that the signature names.
        key_id: String,
        /// Ids of the keys that are published, at most [`AVAILABLE_SHOWN`].
        available: Vec<String>,
    },
    /// The peer publishes several keys of this id, so the id names none.
    #[error("several published keys are called {key_id:?}")]
    AmbiguousKey {
        /// The key id that the signature names.
        key_id: String,
    },
    /// The peer publishes the key, but it cannot verify signatures.
    #[error("the published key {key_id:?} cannot be used: {fault}")]
    UnusableKey {
        /// The key id that the signature names.
        key_id: String,
        /// What is wrong with the key.
        fault: KeyFault,
    },
    /// The parameter `alg` names an algorithm that OCM forbids (HMAC) or that we do not know.
    #[error("the algorithm {algorithm:?} is not accepted")]
    Algorithm {
        /// The name as received.
        algorithm: String,
    },
    /// The parameter `alg` says something else than the published key; whichever is wrong, the signature is refused.
    #[error("the signature says it is {stated}, the published key is for {published}")]
    AlgorithmDisagrees {
        /// The registered name of what the signature states.
        stated: &'static str,
        /// The registered name of what the key is for.
        published: &'static str,
    },
    /// The signature does not fit message and key: one of the covered components was changed on its way, the two servers
    /// see different target URIs (a proxy), or it was made with another key.
    #[error("the signature by {key_id:?} ({algorithm}) does not fit the message")]
    BadSignature {
        /// The key id that the signature names.
        key_id: String,
        /// The algorithm that was tried.
        algorithm: &'static str,
    },
    /// The body is not the one whose digest was signed.
    #[error(transparent)]
    Digest(#[from] DigestError),
    /// The body is longer or shorter than the signed Content-Length.
    #[error("Content-Length is {stated:?}, the body has {actual} bytes")]
    ContentLength {
        /// The value of the header as received.
        stated: String,
        /// The length of the body in bytes.
        actual: usize,
    },
}

/// How many key ids an error lists.
pub const AVAILABLE_SHOWN: usize = 8;
