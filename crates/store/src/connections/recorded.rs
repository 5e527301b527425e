//! What the trail says of connections, and who gets a mail of it.

use serde_json::{Value as Json, json};
use symbolon_core::connections::EndedBy;
use symbolon_core::{AcceptanceId, InviteId};

use super::{Connection, Told};
use crate::events::{Actor, Entry, Kind, Moment};
use crate::{Error, Tx, mails};

impl Connection {
    /// How events and answers name it.
    pub(crate) fn summary(&self) -> Json {
        json!({
            "connection": self.id,
            "address": self.address().to_string(),
            "name": self.contact.name,
            "generation": self.half.generation,
        })
    }
}

/// Appends the event that a half became connected.
pub(crate) async fn record_connected(
    tx: &mut Tx<'_>,
    connection: &Connection,
    actor: Actor,
    moment: &Moment,
) -> Result<(), Error> {
    let invite = connection.invite.as_ref().map(InviteId::as_str);
    let acceptance = connection.acceptance.as_ref().map(AcceptanceId::as_str);
    event(Kind::ConnectionConnected, actor, connection)
        .beside(acceptance.or(invite))
        .record(tx, moment)
        .await
}

/// Appends the event that a half became disconnected: who ended it, who brought the news, and what comparing found, if it
/// was found out by that.
pub(crate) async fn record_disconnected(
    tx: &mut Tx<'_>,
    connection: &Connection,
    by: EndedBy,
    actor: Actor,
    moment: &Moment,
) -> Result<(), Error> {
    let mut data = connection.summary();
    data["by"] = json!(by);
    if let Some(found) = connection.found {
        data["found"] = json!(found.as_str());
    }
    event(Kind::ConnectionDisconnected, actor, connection)
        .saying(data)
        .record(tx, moment)
        .await?;
    // Whoever did it themselves knows.
    if by != EndedBy::Us || moment.administrator {
        mails::tell_disconnected(tx, connection, moment).await?;
    }
    Ok(())
}

/// Appends the event that it is known what became of telling the other server.
pub(crate) async fn record_told(
    tx: &mut Tx<'_>,
    connection: &Connection,
    told: Told,
    moment: &Moment,
) -> Result<(), Error> {
    let mut data = connection.summary();
    data["told"] = json!(told.as_str());
    let actor = match told {
        Told::CouldNot | Told::Telling => Actor::Server,
        Told::Confirmed | Told::Unconfirmed | Told::NotUnderstood => Actor::Peer,
    };
    event(Kind::ConnectionTold, actor, connection)
        .went(told.as_str())
        .after(connection.ended_at)
        .saying(data)
        .record(tx, moment)
        .await
}

pub(super) fn event(kind: Kind, actor: Actor, connection: &Connection) -> Entry<'_> {
    Entry::new(kind, actor)
        .of(&connection.user)
        .about(connection.id.as_str())
        .with(&connection.contact.provider)
        .saying(connection.summary())
}
