//! Browser sessions: opaque random cookies, stored as hashes.

use symbolon_core::{Timestamp, UserId};
use symbolon_proto::problem::Code;

use crate::events::{Actor, Entry, Kind, Moment};
use crate::users::{self, User};
use crate::{Error, Operation, Statement, Tx};

static OPEN: Statement = Statement::new(
    "sessions.open",
    "INSERT INTO sessions (token_hash, user_id, created_at, expires_at) VALUES ($1, $2, $3, $4)",
);
static FIND: Statement = Statement::new(
    "sessions.find",
    "SELECT u.id, u.name, u.display_name, u.email, u.disabled_at, u.created_at, u.language
     FROM sessions s JOIN users u ON u.id = s.user_id
     WHERE s.token_hash = $1 AND s.expires_at > $2 AND u.disabled_at IS NULL",
);
static CLOSE: Statement = Statement::new(
    "sessions.close",
    "DELETE FROM sessions WHERE token_hash = $1 RETURNING user_id",
);
static PRUNE: Statement = Statement::new(
    "sessions.prune",
    "DELETE FROM sessions WHERE expires_at <= $1",
);

/// Every statement of this room.
pub const STATEMENTS: &[&Statement] = &[&OPEN, &FIND, &CLOSE, &PRUNE];

/// Opens a session after a log-in.
pub struct OpenSession {
    /// SHA-256 of the cookie.
    pub token_hash: [u8; 32],
    /// Whose.
    pub user: UserId,
    /// When it ends.
    pub expires_at: Timestamp,
    /// When it begins, and under which reference.
    pub moment: Moment,
}

impl Operation for OpenSession {
    type Output = ();
    const NAME: &'static str = "open_session";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let parameters = [
            self.token_hash.as_slice().into(),
            self.user.as_str().into(),
            self.moment.now.as_millis().into(),
            self.expires_at.as_millis().into(),
        ];
        tx.execute_one(&OPEN, &parameters).await?;
        session(Kind::SessionOpened, &self.user)
            .record(tx, &self.moment)
            .await
    }
}

/// Whose session a cookie belongs to; `None` if it is unknown or over, or the account is disabled.
pub struct FindSession {
    /// SHA-256 of the cookie.
    pub token_hash: [u8; 32],
    /// The time to compare with.
    pub now: Timestamp,
}

impl Operation for FindSession {
    type Output = Option<User>;
    const NAME: &'static str = "find_session";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<User>, Error> {
        let parameters = [
            self.token_hash.as_slice().into(),
            self.now.as_millis().into(),
        ];
        let row = tx.row(&FIND, &parameters).await?;
        row.as_ref().map(users::user).transpose()
    }
}

/// Ends a session.
pub struct CloseSession {
    /// SHA-256 of the cookie.
    pub token_hash: [u8; 32],
    /// When and under which reference.
    pub moment: Moment,
}

impl Operation for CloseSession {
    type Output = ();
    const NAME: &'static str = "close_session";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let closed = tx.row(&CLOSE, &[self.token_hash.as_slice().into()]).await?;
        if let Some(row) = closed {
            let user = row.parsed(0, UserId::parse)?;
            let entry = session(Kind::SessionClosed, &user);
            entry.record(tx, &self.moment).await?;
        }
        Ok(())
    }
}

/// Notes a log-in that failed. The name that was typed is not kept: people type passwords into the wrong field.
pub struct NoteFailedLogIn {
    /// The account that was meant; `None` if there is none of that name.
    pub user: Option<UserId>,
    /// Why: the code that was answered.
    pub code: Code,
    /// When and under which reference.
    pub moment: Moment,
}

impl Operation for NoteFailedLogIn {
    type Output = ();
    const NAME: &'static str = "note_failed_log_in";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        Entry::new(Kind::SessionRefused, Actor::Stranger)
            .of(self.user.as_ref())
            .about(self.user.as_ref().map(UserId::as_str))
            .went(self.code.as_str())
            .record_within_bounds(tx, &self.moment)
            .await
    }
}

fn session(kind: Kind, user: &UserId) -> Entry<'_> {
    Entry::new(kind, Actor::Person)
        .of(user)
        .about(user.as_str())
}

/// Removes the sessions that are over.
pub struct PruneSessions {
    /// The time to compare with.
    pub now: Timestamp,
}

impl Operation for PruneSessions {
    type Output = u64;
    const NAME: &'static str = "prune_sessions";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<u64, Error> {
        tx.execute(&PRUNE, &[self.now.as_millis().into()]).await
    }
}
