//! Looking at connections, and ending them.

use std::time::Duration;

use symbolon_core::ConnectionId;
use symbolon_proto::address::Provider;
use symbolon_proto::identity::RemoteId;
use symbolon_proto::problem::Problem;
use symbolon_store::connections::{
    Connection, Cursor, FindByPerson, FindConnection, ListConnections, Told,
};
use symbolon_store::removal::Disconnect;
use symbolon_store::users::User;

use super::{not_found, storage_problem};
use crate::app::App;

/// How long a person who disconnects waits to hear whether the other server has been told. The telling goes on.
const WAIT: Duration = Duration::from_secs(1);

/// Which connections to list.
pub struct Query {
    /// Words to look for in name, e-mail and address.
    pub search: Option<String>,
    /// Those that are connected, or those that are not any more.
    pub connected: bool,
    /// Only those behind this place.
    pub after: Option<Cursor>,
    /// At most this many.
    pub limit: u32,
}

/// A person's connections, those connected last first.
pub async fn list(app: &App, user: &User, query: Query) -> Result<Vec<Connection>, Problem> {
    let list = ListConnections {
        user: user.id.clone(),
        connected: query.connected,
        search: query.search.filter(|words| !words.trim().is_empty()),
        after: query.after,
        limit: query.limit,
    };
    app.store
        .read(list)
        .await
        .map_err(|error| storage_problem(&error))
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
