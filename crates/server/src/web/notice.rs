//! What the page before did, said once at the top of the connections.

use symbolon_core::connections::{EndedBy, Phase};
use symbolon_store::connections::{Connection, Told};

use super::fields::Fields;
use super::people::Who;
use super::visitor::Visitor;
use super::words::{Saying, Words};
use crate::actions::connections;

/// What has just been done.
pub(super) struct Notice {
    pub(super) said: Saying,
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
        let who = Who::of(&visitor.app, &connection).await.ok()?;
        match (already, connection.half.is_connected()) {
            (Some(_), true) => Some(Self::already(visitor.words, &connection, &who)),
            (None, false) => {
                let here = connection.contact.provider == *visitor.app.provider();
                Some(Self::ended(visitor.words, &connection, &who, here))
            }
            _ => None,
        }
    }

    fn already(words: Words, connection: &Connection, who: &Who) -> Self {
        let (name, server) = (who.called().to_owned(), who.place());
        // A server that tells of no disconnects cannot be taken at its silence.
        let said = match connection.keeps_generations {
            true => "already-connected",
            false => "already-connected-here",
        };
        Self {
            said: words.say(said).with("name", &name).with("server", server),
            name,
            back: Back::Nothing,
        }
    }

    fn ended(words: Words, connection: &Connection, who: &Who, here: bool) -> Self {
        let (name, server) = (who.called().to_owned(), who.place());
        let more = match connection.told {
            Some(Told::Confirmed) if here => "told-here",
            Some(Told::Confirmed) => "told-confirmed",
            Some(Told::Telling) => "told-telling",
            Some(Told::Unconfirmed) => "told-unconfirmed",
            Some(Told::NotUnderstood) => "told-not-understood",
            Some(Told::CouldNot) => "told-could-not",
            None if connection.half.phase == Phase::Disconnected(EndedBy::Them) => "told-by-them",
            None => "told-by-nobody",
        };
        let back = match (connections::again(connection), connection.told) {
            (_, None) => Back::Nothing,
            (Some(acceptance), _) => Back::Again(acceptance.to_string()),
            (None, _) => Back::NewInvitation,
        };
        let said = words.say("no-longer-connected").with("name", &name);
        let said = said.with("server", server).with("more", words.say(more));
        Self { said, name, back }
    }

    #[cfg(test)]
    pub(super) fn sample(words: Words, text: &str) -> Self {
        Self {
            said: words
                .say("no-longer-connected")
                .with("name", text)
                .with("server", "cat.example.org")
                .with("more", words.say("told-confirmed")),
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

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn whoever_disconnects_is_told_what_that_has_done_on_the_other_side() {
        let mut carol = crate::export::carol(None);
        let who = Who::new(&carol, &HashSet::new());
        let mut told = |by, told, here| {
            carol.half.phase = Phase::Disconnected(by);
            carol.told = told;
            Notice::ended(Words::default(), &carol, &who, here)
                .said
                .to_string()
        };
        for (by, outcome, here, words) in [
            (
                EndedBy::Us,
                Some(Told::Confirmed),
                true,
                "Both lists show it.",
            ),
            (
                EndedBy::Us,
                Some(Told::Confirmed),
                false,
                "has been told and has confirmed it.",
            ),
            (
                EndedBy::Us,
                Some(Told::Telling),
                false,
                "is being told; until then it may still list you.",
            ),
            (
                EndedBy::Us,
                Some(Told::Unconfirmed),
                false,
                "does not say whether it understood. It may still list you.",
            ),
            (
                EndedBy::Us,
                Some(Told::NotUnderstood),
                false,
                "does not understand such messages and may still list you.",
            ),
            (
                EndedBy::Us,
                Some(Told::CouldNot),
                false,
                "could not be told and may still list you.",
            ),
            (EndedBy::Them, None, false, "It was they who disconnected."),
            (EndedBy::Neither, None, false, "Your list says why."),
        ] {
            let said = told(by, outcome, here);
            assert!(
                said.contains("are no longer connected") && said.ends_with(words),
                "{said}"
            );
        }
    }
}
