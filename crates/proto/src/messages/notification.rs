//! `POST /notifications` (draft, "Share and Contact Notifications"), of which this server speaks `USER_REMOVED`.

use serde_json::{Value, json};

use super::{MessageError, claimed_number, object, optional, required};
use crate::limits;

/// The name under which earlier texts of the specification list a removal; the draft describes it in prose.
const USER_REMOVED: &str = "USER_REMOVED";

/// Any notification, read leniently: ids as strings or numbers, `notification` absent.
#[derive(Clone, Debug, PartialEq)]
pub struct Notification {
    /// What happened.
    pub notification_type: String,
    /// The object that it happened to; newer texts put it inside `notification`.
    pub provider_id: Option<String>,
    /// Everything else about it.
    pub details: Value,
}

impl Notification {
    /// Reads a JSON body.
    pub fn parse(bytes: &[u8]) -> Result<Self, MessageError> {
        let body = object(bytes)?;
        let details = body.get("notification").cloned().unwrap_or(Value::Null);
        let outside = optional(&body, "providerId", limits::IDENTIFIER_BYTES)?;
        let inside = match outside {
            None => optional(&details, "providerId", limits::IDENTIFIER_BYTES)?,
            outside => outside,
        };
        Ok(Self {
            notification_type: required(&body, "notificationType", 100)?,
            provider_id: inside,
            details,
        })
    }
}

/// A person on the sending server has disconnected from a person on the receiving one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserRemoved {
    /// Who disconnected: the identifier that the sender gave out for them.
    pub provider_id: String,
    /// From whom: the identifier that the receiver gave out.
    pub grantee: Option<String>,
    /// At which generation; absent from servers that do not keep them.
    pub generation: Option<u64>,
}

impl UserRemoved {
    /// The JSON body: more than we read ourselves, since one server in the field crashes without a `grantee` and another
    /// demands that `notification` be an object.
    pub fn to_json(&self) -> String {
        let mut notification = json!({ "message": "The connection has been removed" });
        if let Some(grantee) = &self.grantee {
            notification["grantee"] = json!(grantee);
        }
        if let Some(generation) = self.generation {
            notification["connection"] = json!({ "generation": generation });
        }
        json!({
            "notificationType": USER_REMOVED,
            "resourceType": "user",
            "providerId": self.provider_id,
            "notification": notification,
        })
        .to_string()
    }

    /// Reads it from a notification; `Ok(None)` if that is about something else.
    pub fn from_notification(notification: &Notification) -> Result<Option<Self>, MessageError> {
        if notification.notification_type != USER_REMOVED {
            return Ok(None);
        }
        let provider_id = notification
            .provider_id
            .clone()
            .filter(|id| !id.trim().is_empty());
        Ok(Some(Self {
            provider_id: provider_id.ok_or(MessageError::Missing("providerId"))?,
            grantee: optional(&notification.details, "grantee", limits::IDENTIFIER_BYTES)?
                .filter(|grantee| !grantee.trim().is_empty()),
            generation: claimed_number(
                &notification.details,
                "generation",
                "notification.connection.generation",
            )?,
        }))
    }
}

/// What a server that keeps generations answers to `USER_REMOVED`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RemovalAnswer {
    /// The generation of its half afterwards; absent if it has none.
    pub generation: Option<u64>,
}

impl RemovalAnswer {
    /// The JSON body.
    pub fn to_json(self) -> Value {
        json!({ "connection": { "generation": self.generation } })
    }

    /// Reads it; `None` from servers that answer yes to anything.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let body = object(bytes).ok()?;
        let connection = body.get("connection")?.as_object()?;
        Some(Self {
            generation: connection.get("generation").and_then(Value::as_u64),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn removal_reads_back_and_carries_what_fragile_servers_need() {
        let sent = UserRemoved {
            provider_id: "carol".to_owned(),
            grantee: Some("bob".to_owned()),
            generation: Some(4),
        };
        let body = sent.to_json();
        let value: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(value["notificationType"], "USER_REMOVED");
        assert_eq!(value["resourceType"], "user");
        assert_eq!(value["notification"]["grantee"], "bob");
        let notification = Notification::parse(body.as_bytes()).unwrap();
        assert_eq!(
            UserRemoved::from_notification(&notification),
            Ok(Some(sent))
        );
    }

    #[test]
    fn notifications_of_other_kinds_and_shapes_are_read_without_harm() {
        let share = br#"{"notificationType":"SHARE_UNSHARED","providerId":42}"#;
        let share = Notification::parse(share).unwrap();
        assert_eq!(share.provider_id.as_deref(), Some("42"));
        assert_eq!(UserRemoved::from_notification(&share), Ok(None));
        let inside =
            br#"{"notificationType":"USER_REMOVED","notification":{"providerId":"carol"}}"#;
        let inside = Notification::parse(inside).unwrap();
        let removed = UserRemoved::from_notification(&inside).unwrap().unwrap();
        assert_eq!(
            (removed.provider_id.as_str(), removed.generation),
            ("carol", None)
        );
        let nobody = Notification::parse(br#"{"notificationType":"USER_REMOVED"}"#).unwrap();
        assert_eq!(
            UserRemoved::from_notification(&nobody),
            Err(MessageError::Missing("providerId"))
        );
        assert!(Notification::parse(b"garbage").is_err());
        assert!(Notification::parse(b"{\"type\":\"SHARE_ACCEPTED\"}").is_err());
    }

    #[test]
    fn generation_that_is_none_is_refused_by_its_name() {
        for (connection, member) in [
            ("[]", "notification.connection"),
            ("4", "notification.connection"),
            (
                r#"{"generation":"4"}"#,
                "notification.connection.generation",
            ),
            (r#"{"generation":-1}"#, "notification.connection.generation"),
        ] {
            let body = format!(
                r#"{{"notificationType":"USER_REMOVED","providerId":"c","notification":{{"connection":{connection}}}}}"#
            );
            let notification = Notification::parse(body.as_bytes()).unwrap();
            let error = UserRemoved::from_notification(&notification).unwrap_err();
            assert!(
                matches!(error, MessageError::Invalid { member: named, .. } if named == member),
                "{connection}: {error}"
            );
        }
    }

    #[test]
    fn only_an_answer_about_the_connection_confirms() {
        assert_eq!(RemovalAnswer::parse(b""), None);
        assert_eq!(RemovalAnswer::parse(b"{}"), None);
        let ours = RemovalAnswer::parse(br#"{"connection":{"generation":4}}"#).unwrap();
        assert_eq!(ours.generation, Some(4));
        assert!(RemovalAnswer::parse(br#"{"connection":{"generation":null}}"#).is_some());
    }
}
