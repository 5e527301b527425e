//! What the page before did, said once at the top of the connections.

use symbolon_store::connections::{Connection, Told};

use super::fields::Fields;
use super::people::Who;
use super::visitor::Visitor;
use crate::actions::connections;

/// What has just been done.
pub(super) struct Notice {
    pub(super) said: String,
    pub(super) name: String,
    pub(super) back: Back,
}

/// How to undo it.
pub(super) enum Back {
    Nothing,
    /// The invitation of this acceptance may still be valid.
    Again(String),
    NewInvitation,
}

impl Notice {
    /// By what the redirect names, which can be nothing that is not the visitor's.
    pub(super) async fn of(visitor: &Visitor, fields: &Fields) -> Option<Self> {
        let (already, ended) = (fields.filled("already"), fields.filled("disconnected"));
        let id = already.or(ended)?;
        let connection = connections::find(&visitor.app, &visitor.user, id)
            .await
            .ok()?;
        match (already, connection.half.is_connected()) {
            (Some(_), true) => Some(Self::already(&connection)),
            (None, false) => {
                let here = connection.contact.provider == *visitor.app.provider();
                Some(Self::ended(&connection, here))
            }
            _ => None,
        }
    }

    fn already(connection: &Connection) -> Self {
        let Who { name, server, .. } = Who::new(&connection.contact);
        Self {
            said: format!("{name} ({server}) and you were connected already. Nothing has changed."),
            name,
            back: Back::Nothing,
        }
    }

    fn ended(connection: &Connection, here: bool) -> Self {
        let Who { name, server, .. } = Who::new(&connection.contact);
        let words = match connection.told {
            Some(Told::Confirmed) if here => "Both lists show it.",
            Some(Told::Confirmed) => "Their server has been told and has confirmed it.",
            Some(Told::Telling) => "Their server is being told; until then it may still list you.",
            Some(Told::Unconfirmed) => {
                "Their server has been told, but does not say whether it understood. It may still list you."
            }
            Some(Told::NotUnderstood) => {
                "Their server does not understand such messages and may still list you."
            }
            Some(Told::CouldNot) => "Their server could not be told and may still list you.",
            None => "It was they who disconnected.",
        };
        let back = match (&connection.acceptance, connection.told) {
            (_, None) => Back::Nothing,
            (Some(acceptance), _) if came_by_theirs(connection) => {
                Back::Again(acceptance.to_string())
            }
            _ => Back::NewInvitation,
        };
        let said = format!("You and {name} ({server}) are no longer connected. {words}");
        Self { said, name, back }
    }

    #[cfg(test)]
    pub(super) fn sample(text: &str) -> Self {
        Self {
            said: format!(
                "You and {text} are no longer connected. Their server has been told and has confirmed it."
            ),
            name: text.to_owned(),
            back: Back::Again("01kk7v3q9d8zx5y2n4b6m8r0ta".to_owned()),
        }
    }
}

/// Whether the two came together by an invitation of the other person, which then lets us in again while it is valid.
/// Where both have invited each other, a fresh invitation is the safe advice.
pub(super) fn came_by_theirs(connection: &Connection) -> bool {
    connection.acceptance.is_some() && connection.invite.is_none()
}
