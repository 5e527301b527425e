//! The bodies of messages between servers.

mod connection_sync;
mod invite_accepted;
mod notification;

use serde_json::Value;

pub use connection_sync::{
    ConnectionSync, EndedBySide, PairClaim, PairPhase, SyncAnswer, SyncFound, SyncStep,
};
pub use invite_accepted::{
    ConflictBody, ConnectionFloor, InviteAcceptedAnswer, InviteAcceptedRequest,
};
pub use notification::{Notification, RemovalAnswer, UserRemoved};

use crate::problem::{Code, Problem};

/// Why a body cannot be read; names the member.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MessageError {
    /// No JSON object, or no form.
    #[error("the body cannot be read: {0}")]
    Malformed(String),
    /// A required member is missing or empty.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// A member has the wrong type or is too long.
    #[error("{member}: {reason}")]
    Invalid {
        /// Which.
        member: &'static str,
        /// What is wrong with it.
        reason: String,
    },
}

impl MessageError {
    /// What the other server is told.
    pub fn problem(&self) -> Problem {
        match self {
            Self::Malformed(reason) => Problem::new(Code::MalformedBody).with("reason", reason),
            Self::Missing(member) => Problem::new(Code::MemberMissing).with("member", member),
            Self::Invalid { member, reason } => Problem::new(Code::MemberInvalid)
                .with("member", member)
                .with("reason", reason),
        }
    }
}

/// A member that must be a string with something in it.
fn required(object: &Value, member: &'static str, bytes: usize) -> Result<String, MessageError> {
    let text = optional(object, member, bytes)?;
    text.filter(|text| !text.trim().is_empty())
        .ok_or(MessageError::Missing(member))
}

/// A member that may be absent or `null`; numbers are taken as text, since some servers write ids so.
fn optional(
    object: &Value,
    member: &'static str,
    bytes: usize,
) -> Result<Option<String>, MessageError> {
    let invalid = |reason: &str| MessageError::Invalid {
        member,
        reason: reason.to_owned(),
    };
    let text = match object.get(member) {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        Some(_) => return Err(invalid("it must be a string")),
    };
    if text.len() > bytes {
        return Err(invalid(&format!("it is longer than {bytes} bytes")));
    }
    Ok(Some(text))
}

/// A member of an answer that we can do without: what is no string in bounds counts as absent. The other server has acted
/// already and would answer the same again.
fn spare(object: &Value, member: &'static str, bytes: usize) -> Option<String> {
    let text = optional(object, member, bytes).ok().flatten();
    text.filter(|text| !text.trim().is_empty())
}

fn object(bytes: &[u8]) -> Result<Value, MessageError> {
    let value: Value = serde_json::from_slice(bytes)
        .map_err(|error| MessageError::Malformed(error.to_string()))?;
    if value.is_object() {
        Ok(value)
    } else {
        Err(MessageError::Malformed(
            "it is not a JSON object".to_owned(),
        ))
    }
}

/// `connection.<member>` of a message that asks us for something. Whatever is there and is no generation is refused: taken for
/// absent, it would pass for a message of a server that keeps none, which is believed more.
fn claimed_number(
    object: &Value,
    member: &str,
    full_name: &'static str,
) -> Result<Option<u64>, MessageError> {
    let invalid = |member, reason: &str| MessageError::Invalid {
        member,
        reason: reason.to_owned(),
    };
    let value = match object.get("connection") {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Object(connection)) => connection.get(member),
        Some(_) => {
            let connection = full_name.rsplit_once('.').map_or(full_name, |(all, _)| all);
            return Err(invalid(connection, "it must be an object"));
        }
    };
    match value.filter(|value| !value.is_null()) {
        None => Ok(None),
        Some(value) => value
            .as_u64()
            .map(Some)
            .ok_or_else(|| invalid(full_name, "it must be a whole number between 0 and 2^53")),
    }
}

/// `connection.<member>` as a number, wherever an object may carry it.
fn connection_number(object: &Value, member: &str) -> Option<u64> {
    object.get("connection")?.get(member)?.as_u64()
}

/// `connection.<member>` as a text, wherever an object may carry it.
fn connection_text(object: &Value, member: &str) -> Option<String> {
    Some(object.get("connection")?.get(member)?.as_str()?.to_owned())
}
