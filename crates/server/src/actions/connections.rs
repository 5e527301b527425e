//! Looking at connections, and ending them.

use std::collections::HashSet;
use std::time::Duration;

use symbolon_core::connections::{EndedBy, Phase};
use symbolon_core::{AcceptanceId, ConnectionId, Timestamp};
use symbolon_proto::address::Provider;
use symbolon_proto::identity::RemoteId;
use symbolon_proto::limits;
use symbolon_proto::problem::Problem;
use symbolon_proto::text::check_text;
use symbolon_store::connections::called::Namesakes;
use symbolon_store::connections::listing::{ByServer, CountByServer, Cursor, ListConnections};
use symbolon_store::connections::{Connection, FindByPerson, FindConnection, SetNickname, Told};
use symbolon_store::invites::NotesOfInvites;
use symbolon_store::peers::FailingPeers;
use symbolon_store::removal::Disconnect;
use symbolon_store::users::User;

use super::{not_found, storage_problem};
use crate::app::App;

/// How long a person who disconnects waits to hear whether the other server has been told. The telling goes on.
const WAIT: Duration = Duration::from_secs(1);

/// Most servers that are offered for narrowing a list. People of all others are found by the server's name.
const SERVERS_MAX: u32 = 100;

/// Which connections to list.
pub struct Query {
    /// Words to look for in nickname, name, e-mail and address.
    pub search: Option<String>,
    /// Only people of this server.
    pub server: Option<Provider>,
    /// Those that are connected, or those that are not any more.
    pub connected: bool,
    /// Only those behind this place.
    pub after: Option<Cursor>,
    /// At most this many.
    pub limit: u32,
}

/// A person's connections, those connected last first; of those that have ended, the ones that did so last first.
pub async fn list(app: &App, user: &User, query: Query) -> Result<Vec<Connection>, Problem> {
    let list = ListConnections {
        user: user.id.clone(),
        connected: query.connected,
        search: query.search.filter(|words| !words.trim().is_empty()),
        server: query.server,
        after: query.after,
        limit: query.limit,
    };
    app.store
        .read(list)
        .await
        .map_err(|error| storage_problem(&error))
}

/// How many people a person is connected with, on how many servers, and at most [`SERVERS_MAX`] of these.
pub async fn by_server(app: &App, user: &User) -> Result<ByServer, Problem> {
    let count = CountByServer {
        user: user.id.clone(),
        connected: true,
        limit: SERVERS_MAX,
    };
    app.store
        .read(count)
        .await
        .map_err(|error| storage_problem(&error))
}

/// By which invitation two people came together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Way {
    /// One of this person, with the note that they put on it.
    Ours(String, Option<String>),
    /// One of the other person.
    Theirs,
    /// Each has accepted one of the other.
    Both(String, Option<String>),
    /// It is not on record.
    Unknown,
}

/// By which invitations a person came together with these people, in the same order.
pub async fn ways(app: &App, user: &User, those: &[Connection]) -> Result<Vec<Way>, Problem> {
    let notes = NotesOfInvites {
        owner: user.id.clone(),
        ids: those.iter().filter_map(|one| one.invite.clone()).collect(),
    };
    let notes = app.store.read(notes).await;
    let notes = notes.map_err(|error| storage_problem(&error))?;
    let way = |one: &Connection| {
        let note = |id| notes.get(id).cloned().flatten();
        match (&one.invite, &one.acceptance) {
            (Some(id), None) => Way::Ours(id.to_string(), note(id)),
            (Some(id), Some(_)) => Way::Both(id.to_string(), note(id)),
            (None, Some(_)) => Way::Theirs,
            (None, None) => Way::Unknown,
        }
    };
    Ok(those.iter().map(way).collect())
}

/// Since when the servers of these people do not answer, in the same order, where their word is awaited: people are connected
/// there, or it is still to be told that they are not.
pub async fn silent_since<'a>(
    app: &App,
    those: impl IntoIterator<Item = &'a Connection>,
) -> Result<Vec<Option<Timestamp>>, Problem> {
    let awaited = |one: &&Connection| one.half.is_connected() || one.told == Some(Told::Telling);
    let those: Vec<_> = those.into_iter().collect();
    let servers = those.iter().filter(|one| awaited(one));
    let find = FailingPeers {
        providers: servers.map(|one| one.contact.provider.clone()).collect(),
    };
    let failing = app.store.read(find).await;
    let failing = failing.map_err(|error| storage_problem(&error))?;
    let since = |one: &&Connection| failing.get(&one.contact.provider).copied();
    Ok(those
        .iter()
        .map(|one| since(one).filter(|_| awaited(one)))
        .collect())
}

/// Which of a person's connections have a namesake among all of them, on whatever page that one is: somebody on the same server
/// whom they call the same.
pub async fn namesakes<'a>(
    app: &App,
    those: impl IntoIterator<Item = &'a Connection>,
) -> Result<HashSet<ConnectionId>, Problem> {
    let ids: Vec<_> = those.into_iter().map(|one| one.id.clone()).collect();
    if ids.is_empty() {
        return Ok(HashSet::new());
    }
    let found = app.store.read(Namesakes { ids }).await;
    found.map_err(|error| storage_problem(&error))
}

/// The acceptance whose invitation lets a person in again after they have disconnected by accident: that of the other
/// person, while it is valid, which only their server knows. Where both have invited each other, or the other person has
/// disconnected, it takes a fresh invitation.
pub fn again(connection: &Connection) -> Option<&AcceptanceId> {
    let by_us = connection.half.phase == Phase::Disconnected(EndedBy::Us);
    let acceptance = connection.acceptance.as_ref();
    acceptance.filter(|_| by_us && connection.invite.is_none())
}

/// Gives somebody a name that only this person sees; a blank one takes it away.
pub async fn set_nickname(
    app: &App,
    user: &User,
    id: &str,
    nickname: &str,
    reference: &str,
) -> Result<Connection, Problem> {
    let nickname = nickname.trim();
    check_text(nickname, limits::NAME_CHARS).map_err(|error| error.problem("nickname"))?;
    let set = SetNickname {
        user: user.id.clone(),
        connection: parse(id)?,
        nickname: Some(nickname.to_owned()).filter(|name| !name.is_empty()),
        moment: app.moment(reference),
    };
    let set = app.store.write(set).await;
    let set = set.map_err(|error| storage_problem(&error))?;
    set.ok_or_else(|| not_found("connection"))
}

/// One connection, ended ones included.
pub async fn find(app: &App, user: &User, id: &str) -> Result<Connection, Problem> {
    load(app, user, &parse(id)?).await
}

/// The connection with somebody, by the identifier and server that a client was shown; in any of the forms that
/// servers write them. `None` if there is none.
pub async fn find_by_identity(
    app: &App,
    user: &User,
    user_id: &str,
    idp: &str,
) -> Result<Option<Connection>, Problem> {
    let Ok(provider) = Provider::parse(idp) else {
        return Ok(None);
    };
    let Ok(remote) = RemoteId::new(user_id, &provider) else {
        return Ok(None);
    };
    let find = FindByPerson {
        user: user.id.clone(),
        provider,
        subject: remote.subject().to_owned(),
    };
    app.store
        .read(find)
        .await
        .map_err(|error| storage_problem(&error))
}

/// Disconnects: final here at once. Waits a moment to hear whether the other server has been told; `told` says what is
/// known.
pub async fn disconnect(
    app: &App,
    user: &User,
    id: &str,
    reference: &str,
) -> Result<Connection, Problem> {
    let id = parse(id)?;
    let disconnect = Disconnect {
        user: Some(user.id.clone()),
        connection: id.clone(),
        delivery: app.env.id().into(),
        here: app.provider().clone(),
        moment: app.moment(reference),
    };
    let mut committed = app.store.committed();
    let done = app
        .store
        .write(disconnect)
        .await
        .map_err(|error| storage_problem(&error))?;
    let mut connection = done.ok_or_else(|| not_found("connection"))?;
    app.outbox.wake();
    let deadline = tokio::time::Instant::now() + WAIT;
    while connection.told == Some(Told::Telling) {
        tokio::select! {
            changed = committed.changed() => if changed.is_err() { break },
            () = tokio::time::sleep_until(deadline) => break,
        }
        committed.borrow_and_update();
        connection = load(app, user, &id).await?;
    }
    Ok(connection)
}

async fn load(app: &App, user: &User, id: &ConnectionId) -> Result<Connection, Problem> {
    let find = FindConnection {
        user: Some(user.id.clone()),
        id: id.clone(),
    };
    let found = app
        .store
        .read(find)
        .await
        .map_err(|error| storage_problem(&error))?;
    found.ok_or_else(|| not_found("connection"))
}

fn parse(id: &str) -> Result<ConnectionId, Problem> {
    ConnectionId::parse(id).ok_or_else(|| not_found("connection"))
}
