//! Where a person is logged in.

use symbolon_core::Id;
use symbolon_proto::problem::Problem;
use symbolon_store::sessions::{EndOtherSessions, EndSession, ListSessions, Session};
use symbolon_store::users::User;

use super::{not_found, storage_problem};
use crate::app::App;

/// Most sessions that are listed.
const LIMIT: u32 = 100;

/// A person's sessions, the one used last first.
pub async fn list(app: &App, user: &User) -> Result<Vec<Session>, Problem> {
    let list = ListSessions {
        user: user.id.clone(),
        now: app.now(),
        limit: LIMIT,
    };
    app.store
        .read(list)
        .await
        .map_err(|error| storage_problem(&error))
}

/// Ends one of them.
pub async fn end(app: &App, user: &User, id: &str, reference: &str) -> Result<(), Problem> {
    let none = || not_found("session");
    let end = EndSession {
        user: user.id.clone(),
        id: Id::parse(id).ok_or_else(none)?,
        moment: app.moment(reference),
    };
    let ended = app.store.write(end).await;
    match ended.map_err(|error| storage_problem(&error))? {
        true => Ok(()),
        false => Err(none()),
    }
}

/// Ends all but one, or all; tells how many.
pub async fn end_others(
    app: &App,
    user: &User,
    keep: Option<Id>,
    reference: &str,
) -> Result<u64, Problem> {
    let end = EndOtherSessions {
        user: user.id.clone(),
        keep,
        moment: app.moment(reference),
    };
    app.store
        .write(end)
        .await
        .map_err(|error| storage_problem(&error))
}
