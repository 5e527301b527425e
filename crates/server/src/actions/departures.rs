//! Leaving: the account is closed at once, and everybody is disconnected by [`crate::departures`].

use symbolon_core::Timestamp;
use symbolon_proto::problem::{Code, Problem};
use symbolon_store::connections::listing::{CountByServer, ListConnections};
use symbolon_store::departures::BeginDeparture;
use symbolon_store::invites::ListOpenInvites;
use symbolon_store::users::User;

use super::{acceptances, storage_problem};
use crate::accounts::{self, Typed};
use crate::app::App;

/// Most of each thing that is counted before somebody leaves.
const COUNTED_MAX: u32 = 10_000;

/// What leaving would end.
pub struct Ends {
    /// How many people they are connected with.
    pub people: u64,
    /// On how many servers, with this one.
    pub servers: u64,
    /// On how many others, which are to be told.
    pub elsewhere: u64,
    /// How many invitations of theirs are open; at most [`COUNTED_MAX`] are counted.
    pub invitations: usize,
    /// How many acceptances of theirs are under way.
    pub acceptances: usize,
}

/// What leaving would end, to be said before.
pub async fn ends(app: &App, user: &User) -> Result<Ends, Problem> {
    let count = CountByServer {
        user: user.id.clone(),
        connected: true,
        limit: 1,
    };
    let counted = app.store.read(count).await;
    let counted = counted.map_err(|error| storage_problem(&error))?;
    let here = ListConnections {
        user: user.id.clone(),
        connected: true,
        search: None,
        server: Some(app.provider().clone()),
        after: None,
        limit: 1,
    };
    let here = app.store.read(here).await;
    let here = here.map_err(|error| storage_problem(&error))?;
    let open = ListOpenInvites {
        owner: user.id.clone(),
        now: app.now(),
        limit: COUNTED_MAX,
    };
    let open = app.store.read(open).await;
    Ok(Ends {
        people: counted.people,
        servers: counted.servers,
        elsewhere: counted.servers.saturating_sub(u64::from(!here.is_empty())),
        invitations: open.map_err(|error| storage_problem(&error))?.len(),
        acceptances: acceptances::list(app, user, true, COUNTED_MAX).await?.len(),
    })
}

/// A person leaves, which they confirm by the password of their account. Whoever has none, since they came by the log-in
/// service, does so by its name, and only where they are logged in (`in_session`): apps know the name, and an app password
/// alone must not close an account for good. There is no way back; tells since when.
pub(crate) async fn leave(
    app: &App,
    user: &User,
    in_session: bool,
    typed: Typed<'_>,
    reference: &str,
) -> Result<Timestamp, Problem> {
    if accounts::has_password(app, user).await? {
        accounts::confirm(app, user, typed, reference).await?;
    } else if !in_session || typed.password.trim() != user.name {
        return Err(Problem::new(Code::PasswordWrong));
    }
    let moment = app.moment(reference);
    let since = moment.now;
    let begin = BeginDeparture {
        user: user.id.clone(),
        moment,
    };
    let begun = app.store.write(begin).await;
    if !begun.map_err(|error| storage_problem(&error))? {
        return Err(Problem::new(Code::AccountDisabled));
    }
    app.departures.wake();
    Ok(since)
}
