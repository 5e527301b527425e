//! `POST /invite-accepted`: a person accepts an invite of somebody on the other server (draft, "Invite Acceptance").

use serde_json::{Value, json};

use super::{
    MessageError, claimed_number, connection_number, connection_text, object, optional, required,
    spare,
};
use crate::address::Provider;
use crate::invite::InviteToken;
use crate::limits;
use crate::problem::Code;

/// Names and e-mail addresses beyond this many bytes are refused; four bytes a character.
const NAME_BYTES: usize = 4 * limits::NAME_CHARS;
const EMAIL_BYTES: usize = 4 * limits::EMAIL_CHARS;

/// The request, as the accepter's server sends it.
#[derive(Clone)]
pub struct InviteAcceptedRequest {
    /// The accepter's server as it calls itself.
    pub recipient_provider: String,
    /// The secret of the invite.
    pub token: InviteToken,
    /// The accepter's identifier.
    pub user_id: String,
    /// The accepter's e-mail address; empty from servers that send none.
    pub email: String,
    /// The accepter's name; empty from servers that send none.
    pub name: String,
    /// What servers that keep generations add; `None` from all others.
    pub connection: Option<ConnectionFloor>,
}

/// The `connection` member of the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConnectionFloor {
    /// The highest generation on record between the accepter and anybody of the inviter's server.
    pub floor: Option<u64>,
}

impl InviteAcceptedRequest {
    /// The JSON body, with exactly the members of the draft and `connection`, which others ignore.
    pub fn to_json(&self) -> String {
        let mut body = json!({
            "recipientProvider": self.recipient_provider,
            "token": self.token.expose(),
            "userID": self.user_id,
            "email": self.email,
            "name": self.name,
        });
        if let Some(floor) = self.connection.and_then(|connection| connection.floor) {
            body["connection"] = json!({ "floor": floor });
        }
        body.to_string()
    }

    /// Reads a JSON body; unknown members are ignored.
    pub fn parse_json(bytes: &[u8]) -> Result<Self, MessageError> {
        Self::from_object(&object(bytes)?)
    }

    /// Reads a form body, which some scripts send.
    pub fn parse_form(bytes: &[u8]) -> Result<Self, MessageError> {
        let mut fields = serde_json::Map::new();
        for (name, value) in url::form_urlencoded::parse(bytes) {
            fields.insert(name.into_owned(), Value::String(value.into_owned()));
        }
        Self::from_object(&Value::Object(fields))
    }

    fn from_object(body: &Value) -> Result<Self, MessageError> {
        let token = required(body, "token", 4 * limits::TOKEN_BYTES)?;
        let token = InviteToken::parse(&token).map_err(|error| MessageError::Invalid {
            member: "token",
            reason: error.to_string(),
        })?;
        let floor = claimed_number(body, "floor", "connection.floor")?;
        Ok(Self {
            recipient_provider: required(body, "recipientProvider", 2 * limits::PROVIDER_BYTES)?,
            token,
            user_id: required(body, "userID", limits::IDENTIFIER_BYTES)?,
            email: optional(body, "email", EMAIL_BYTES)?.unwrap_or_default(),
            name: optional(body, "name", NAME_BYTES)?.unwrap_or_default(),
            connection: body
                .get("connection")
                .filter(|c| c.is_object())
                .map(|_| ConnectionFloor { floor }),
        })
    }
}

/// A yes: who invited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InviteAcceptedAnswer {
    /// The inviter's identifier.
    pub user_id: String,
    /// The inviter's e-mail address; one made from the identifier if the server sends none, or a whole book.
    pub email: String,
    /// The inviter's name; the identifier if the server sends none, or a whole book.
    pub name: String,
    /// The generation of the inviter's half, from servers that keep generations.
    pub generation: Option<u64>,
}

impl InviteAcceptedAnswer {
    /// The JSON body.
    pub fn to_json(&self) -> Value {
        let mut body = json!({ "userID": self.user_id, "email": self.email, "name": self.name });
        if let Some(generation) = self.generation {
            body["connection"] = json!({ "generation": generation });
        }
        body
    }

    /// Reads the answer of `provider`. An answer without an identifier is none, whatever its status says.
    pub fn parse(bytes: &[u8], provider: &Provider) -> Result<Self, MessageError> {
        Self::from_object(&object(bytes)?, provider)
    }

    fn from_object(body: &Value, provider: &Provider) -> Result<Self, MessageError> {
        // Who they are is kept byte for byte, and a number has no bytes of its own: 7, 7.0 and 70e-1 are one.
        if body.get("userID").is_some_and(Value::is_number) {
            return Err(MessageError::Invalid {
                member: "userID",
                reason: "it must be a string".to_owned(),
            });
        }
        let user_id = required(body, "userID", limits::IDENTIFIER_BYTES)?;
        let email = spare(body, "email", EMAIL_BYTES);
        let name = spare(body, "name", NAME_BYTES);
        Ok(Self {
            email: email.unwrap_or_else(|| format!("{user_id}@{provider}")),
            name: name.unwrap_or_else(|| user_id.clone()),
            generation: connection_number(body, "generation"),
            user_id,
        })
    }
}

/// What a 409 says, if it says anything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConflictBody {
    /// The generation of a disconnect that our floor is below.
    pub generation: Option<u64>,
    /// Whose disconnect that was: the inviter, by the identifier that their server gives out.
    pub inviter: Option<String>,
    /// Who invited, from servers that repeat their yes in this way.
    pub identity: Option<InviteAcceptedAnswer>,
    /// The reason, from servers that share our catalogue.
    pub problem: Option<Code>,
}

impl ConflictBody {
    /// Reads whatever is there.
    pub fn parse(bytes: &[u8], provider: &Provider) -> Self {
        let Ok(body) = object(bytes) else {
            return Self::default();
        };
        Self {
            generation: connection_number(&body, "generation"),
            inviter: connection_text(&body, "userID"),
            identity: InviteAcceptedAnswer::from_object(&body, provider).ok(),
            problem: body
                .get("problem")
                .and_then(Value::as_str)
                .and_then(Code::parse),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cat() -> Provider {
        Provider::parse("cat.example.org").unwrap()
    }

    fn error(body: &str) -> MessageError {
        InviteAcceptedRequest::parse_json(body.as_bytes())
            .err()
            .unwrap()
    }

    #[test]
    fn request_that_a_real_server_sent_is_understood() {
        let body = b"{\"userID\":\"NjA3MDhkZGEtZTg5Ny0xMWVmLTkxOWYtYmJiNzQzN2Q2ZWMyQGh0dHBzOi8vb2MtYi50ZXN0\",\
            \"email\":\"lynn@example.org\",\"name\":\"Lynn Conway\",\"recipientProvider\":\"oc-b.test\",\
            \"token\":\"ac68999d-ae83-4a1b-915b-d9348a9db686\"}\n";
        let request = InviteAcceptedRequest::parse_json(body).unwrap();
        assert_eq!(request.name, "Lynn Conway");
        assert_eq!(request.recipient_provider, "oc-b.test");
        assert!(request.connection.is_none());
    }

    #[test]
    fn what_we_send_reads_back_with_its_floor() {
        let sent = InviteAcceptedRequest {
            recipient_provider: "dog.example.org".to_owned(),
            token: InviteToken::parse("secret").unwrap(),
            user_id: "carol".to_owned(),
            email: "carol@example.org".to_owned(),
            name: "Carol".to_owned(),
            connection: Some(ConnectionFloor { floor: Some(3) }),
        };
        let read = InviteAcceptedRequest::parse_json(sent.to_json().as_bytes()).unwrap();
        assert_eq!(read.connection, Some(ConnectionFloor { floor: Some(3) }));
        assert_eq!(read.token.expose(), "secret");
        let value: Value = serde_json::from_str(&sent.to_json()).unwrap();
        let members: Vec<&String> = value.as_object().unwrap().keys().collect();
        assert_eq!(
            members,
            [
                "connection",
                "email",
                "name",
                "recipientProvider",
                "token",
                "userID"
            ]
        );
    }

    #[test]
    fn form_body_and_absent_name_and_mail_are_taken() {
        let form = b"token=secret&userID=carol&recipientProvider=dog.example.org";
        let request = InviteAcceptedRequest::parse_form(form).unwrap();
        assert_eq!(
            (request.user_id.as_str(), request.name.as_str()),
            ("carol", "")
        );
        let null =
            br#"{"token":"t","userID":"c","recipientProvider":"d.example.org","email":null}"#;
        assert_eq!(InviteAcceptedRequest::parse_json(null).unwrap().email, "");
    }

    #[test]
    fn what_is_missing_or_wrong_is_named() {
        assert!(matches!(error("{"), MessageError::Malformed(_)));
        assert!(matches!(error("[]"), MessageError::Malformed(_)));
        assert_eq!(error("{}"), MessageError::Missing("token"));
        assert_eq!(
            error(r#"{"token":"t"}"#),
            MessageError::Missing("recipientProvider")
        );
        let blank = r#"{"token":"t","recipientProvider":"d.example.org","userID":" "}"#;
        assert_eq!(error(blank), MessageError::Missing("userID"));
        let list = r#"{"token":["t"]}"#;
        assert!(matches!(
            error(list),
            MessageError::Invalid {
                member: "token",
                ..
            }
        ));
        let long = format!(
            r#"{{"token":"t","recipientProvider":"d.example.org","userID":"c","name":"{}"}}"#,
            "x".repeat(100_000)
        );
        assert!(matches!(
            error(&long),
            MessageError::Invalid { member: "name", .. }
        ));
    }

    #[test]
    fn answer_without_identifier_is_none_and_blank_rest_is_filled() {
        let parse = |body: &str| InviteAcceptedAnswer::parse(body.as_bytes(), &cat());
        assert!(parse("{}").is_err());
        assert!(parse(r#"{"userID":"","name":"x"}"#).is_err());
        assert!(parse("<html>").is_err());
        assert!(parse(r#"{"userID":7,"name":"x"}"#).is_err());
        let answer = parse(r#"{"userID":"bob","email":"","name":null}"#).unwrap();
        assert_eq!(
            (answer.email.as_str(), answer.name.as_str()),
            ("bob@cat.example.org", "bob")
        );
        let ours = parse(
            r#"{"userID":"bob","email":"b@example.org","name":"Bob","connection":{"generation":4}}"#,
        );
        assert_eq!(ours.unwrap().generation, Some(4));
    }

    #[test]
    fn absurd_name_in_an_answer_does_not_undo_the_yes() {
        for absurd in [
            format!("\"{}\"", "x".repeat(2_000)),
            "{}".to_owned(),
            "[1]".to_owned(),
        ] {
            let body = format!(r#"{{"userID":"bob","name":{absurd},"email":{absurd}}}"#);
            let answer = InviteAcceptedAnswer::parse(body.as_bytes(), &cat()).unwrap();
            assert_eq!(
                (answer.name.as_str(), answer.email.as_str()),
                ("bob", "bob@cat.example.org")
            );
        }
    }

    #[test]
    fn connection_that_is_no_object_is_not_taken_for_absent() {
        let body = |connection: &str| {
            format!(
                r#"{{"token":"t","recipientProvider":"d.example.org","userID":"c","connection":{connection}}}"#
            )
        };
        for connection in ["5", "\"3\"", "[]", "true"] {
            assert!(
                matches!(
                    error(&body(connection)),
                    MessageError::Invalid {
                        member: "connection",
                        ..
                    }
                ),
                "{connection}"
            );
        }
        let absent = InviteAcceptedRequest::parse_json(body("null").as_bytes()).unwrap();
        assert_eq!(absent.connection, None);
        let unknown = InviteAcceptedRequest::parse_json(body("{}").as_bytes()).unwrap();
        assert_eq!(unknown.connection, Some(ConnectionFloor { floor: None }));
    }

    #[test]
    fn conflicts_of_known_servers_are_told_apart() {
        let parse = |body: &str| ConflictBody::parse(body.as_bytes(), &cat());
        assert_eq!(parse("<html>"), ConflictBody::default());
        assert_eq!(
            parse(r#"{"message":"Invite already accepted","error":true}"#),
            ConflictBody::default()
        );
        let healed = parse(r#"{"userID":"Ym9i","email":"b@example.org","name":"Bob"}"#);
        assert_eq!(healed.identity.unwrap().user_id, "Ym9i");
        let stale = parse(r#"{"problem":"connection_stale","connection":{"generation":7}}"#);
        assert_eq!(
            (stale.generation, stale.problem, stale.inviter),
            (Some(7), Some(Code::ConnectionStale), None)
        );
        let named = parse(r#"{"connection":{"generation":7,"userID":"bob"}}"#);
        assert_eq!(named.inviter.as_deref(), Some("bob"));
    }
}
