//! Browser sessions: opaque random cookies, stored as hashes.

use serde_json::json;
use symbolon_core::sessions::{OVERLAP_MS, Secret, over_at};
use symbolon_core::{Id, Timestamp, UserId};
use symbolon_proto::problem::Code;

use crate::events::{Actor, Entry, Kind, Moment};
use crate::identities::Identity;
use crate::users::{self, User};
use crate::{Error, Operation, Statement, Tx};

/// A session as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// What it is ended by; no secret.
    pub id: Id,
    /// The browser that logged in, as far as it says so.
    pub browser: Option<String>,
    /// The system that the browser runs on, as far as it says so.
    pub system: Option<String>,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last used, to the minute; `None`: not since it was opened.
    pub seen_at: Option<Timestamp>,
}

/// Whose session a cookie belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The session.
    pub id: Id,
    /// Whose it is.
    pub user: User,
    /// Which of its secrets the cookie holds.
    pub secret: Secret,
    /// Since when it has been so: when the session was opened, or a secret offered or confirmed.
    pub renewed_at: Timestamp,
    /// When it is over, however much it is used.
    pub ends_at: Timestamp,
}

static OPEN: Statement = Statement::new(
    "sessions.open",
    "INSERT INTO sessions (token_hash, user_id, created_at, renewed_at, expires_at, ends_at, id, browser, system)
     VALUES ($1, $2, $3, $3, $4, $5, $6, $7, $8)",
);
static PASSWORD_IS: Statement = Statement::new(
    "sessions.password_is",
    "SELECT f.enabled_at FROM users u LEFT JOIN second_factors f ON f.user_id = u.id
     WHERE u.id = $1 AND u.password_hash = $2 AND u.disabled_at IS NULL",
);
static IDENTITY_IS: Statement = Statement::new(
    "sessions.identity_is",
    "SELECT i.user_id FROM identities i JOIN users u ON u.id = i.user_id
     WHERE u.id = $1 AND i.issuer = $2 AND i.subject = $3 AND u.disabled_at IS NULL",
);
static FIND: Statement = Statement::new(
    "sessions.find",
    "SELECT u.id, u.name, u.display_name, u.email, u.disabled_at, u.created_at, u.language, u.admin,
         s.id, s.token_hash, s.other_hash, s.other_until, s.renewed_at, s.ends_at, s.created_at
     FROM sessions s JOIN users u ON u.id = s.user_id
     WHERE (s.token_hash = $1 OR (s.other_hash = $1 AND (s.other_until IS NULL OR s.other_until > $2)))
       AND s.expires_at > $2 AND u.disabled_at IS NULL",
);
static SEEN: Statement = Statement::new(
    "sessions.seen",
    "UPDATE sessions SET seen_at = $2, expires_at = $3 WHERE id = $1",
);
static OFFER: Statement = Statement::new(
    "sessions.offer",
    "UPDATE sessions SET other_hash = $3, other_until = NULL, renewed_at = $4
     WHERE id = $1 AND token_hash = $2 AND renewed_at = $5",
);
static CONFIRM: Statement = Statement::new(
    "sessions.confirm",
    "UPDATE sessions SET token_hash = other_hash, other_hash = token_hash, other_until = $3, renewed_at = $4
     WHERE id = $1 AND other_hash = $2 AND other_until IS NULL RETURNING user_id",
);
static REPLACE: Statement = Statement::new(
    "sessions.replace_secret",
    "UPDATE sessions SET token_hash = $3, other_hash = NULL, other_until = NULL, renewed_at = $4
     WHERE id = $1 AND user_id = $2",
);
static LIST: Statement = Statement::new(
    "sessions.list",
    "SELECT id, browser, system, created_at, seen_at FROM sessions WHERE user_id = $1 AND expires_at > $2
     ORDER BY COALESCE(seen_at, created_at) DESC, id DESC LIMIT $3",
);
static END: Statement = Statement::new(
    "sessions.end",
    "DELETE FROM sessions WHERE id = $1 AND user_id = $2",
);
static END_OTHERS: Statement = Statement::new(
    "sessions.end_others",
    "DELETE FROM sessions WHERE user_id = $1 AND id <> $2",
);
static FORGET_BROWSERS: Statement = Statement::new(
    "sessions.forget_browsers",
    "UPDATE users SET browsers_since = $2 WHERE id = $1",
);
static CLOSE: Statement = Statement::new(
    "sessions.close",
    "DELETE FROM sessions WHERE token_hash = $1 OR other_hash = $1 RETURNING user_id, id",
);
static PRUNE: Statement = Statement::new(
    "sessions.prune",
    "DELETE FROM sessions WHERE expires_at <= $1",
);

/// Every statement of this room.
pub const STATEMENTS: &[&Statement] = &[
    &OPEN,
    &PASSWORD_IS,
    &IDENTITY_IS,
    &FIND,
    &SEEN,
    &OFFER,
    &CONFIRM,
    &REPLACE,
    &LIST,
    &END,
    &END_OTHERS,
    &FORGET_BROWSERS,
    &CLOSE,
    &PRUNE,
];

/// What let somebody in. It was right when it was looked at, which takes time; whether it still is, is looked at once more in
/// the transaction that opens the session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum By {
    /// The password of the account, which has this hash.
    Password(String),
    /// Who they are to a provider of identities, which has vouched for them.
    Identity(Identity),
    /// Whoever opens the session answers for it: only the account has to be open.
    Trust,
}

impl By {
    /// Whether it lets them in now. A password alone does not if there is a second factor, unless `shown` says that this is
    /// shown, too.
    pub(crate) async fn holds(
        &self,
        tx: &mut Tx<'_>,
        user: &UserId,
        shown: bool,
    ) -> Result<bool, Error> {
        let id = user.as_str();
        Ok(match self {
            Self::Password(hash) => {
                let parameters = [id.into(), hash.as_str().into()];
                match tx.row(&PASSWORD_IS, &parameters).await? {
                    Some(row) => shown || row.opt_int(0)?.is_none(),
                    None => false,
                }
            }
            Self::Identity(Identity { issuer, subject }) => {
                let parameters = [id.into(), issuer.as_str().into(), subject.as_str().into()];
                tx.row(&IDENTITY_IS, &parameters).await?.is_some()
            }
            Self::Trust => users::is_open(tx, user).await?,
        })
    }
}

/// Opens a session after a log-in.
pub struct OpenSession {
    /// Its id.
    pub id: Id,
    /// SHA-256 of the cookie.
    pub token_hash: [u8; 32],
    /// Whose.
    pub user: UserId,
    /// What let them in.
    pub by: By,
    /// The browser, as far as it says so.
    pub browser: Option<String>,
    /// The system that the browser runs on.
    pub system: Option<String>,
    /// When it is over unless it is used.
    pub expires_at: Timestamp,
    /// When it is over, however much it is used.
    pub ends_at: Timestamp,
    /// When it begins, and under which reference.
    pub moment: Moment,
}

impl Operation for OpenSession {
    /// `false`: what let them in does so no more. No session is open.
    type Output = bool;
    const NAME: &'static str = "open_session";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<bool, Error> {
        let holds = self.by.holds(tx, &self.user, false).await?;
        if holds {
            self.open(tx).await?;
        }
        Ok(holds)
    }
}

impl OpenSession {
    /// For whoever has looked at what lets them in.
    pub(crate) async fn open(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let parameters = [
            self.token_hash.as_slice().into(),
            self.user.as_str().into(),
            self.moment.now.as_millis().into(),
            self.expires_at.as_millis().into(),
            self.ends_at.as_millis().into(),
            self.id.as_str().into(),
            self.browser.as_deref().into(),
            self.system.as_deref().into(),
        ];
        tx.execute_one(&OPEN, &parameters).await?;
        session(Kind::SessionOpened, &self.user)
            .beside(self.id.as_str())
            .record(tx, &self.moment)
            .await
    }
}

/// Whose session a cookie belongs to; `None` if it is unknown or over, or the account is disabled.
pub struct FindSession {
    /// SHA-256 of the cookie.
    pub token_hash: [u8; 32],
    /// How long a session lasts at most, in milliseconds; one that was opened when it was longer lasts no longer, either.
    pub life_ms: i64,
    /// The time to compare with.
    pub now: Timestamp,
}

impl Operation for FindSession {
    type Output = Option<Found>;
    const NAME: &'static str = "find_session";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<Found>, Error> {
        let parameters = [
            self.token_hash.as_slice().into(),
            self.now.as_millis().into(),
        ];
        let Some(row) = tx.row(&FIND, &parameters).await? else {
            return Ok(None);
        };
        let begun = Timestamp::from_millis(row.int(14)?);
        let ends_at = Timestamp::from_millis(row.int(13)?).min(begun.plus_millis(self.life_ms));
        if ends_at <= self.now {
            return Ok(None);
        }
        let offered = row.opt_blob(10)?.is_some() && row.opt_int(11)?.is_none();
        let secret = match (row.blob(9)? == self.token_hash, offered) {
            (true, false) => Secret::Current,
            (true, true) => Secret::Outgoing,
            (false, true) => Secret::Offered,
            (false, false) => Secret::Last,
        };
        Ok(Some(Found {
            id: row.parsed(8, Id::parse)?,
            user: users::user(&row)?,
            secret,
            renewed_at: Timestamp::from_millis(row.int(12)?),
            ends_at,
        }))
    }
}

/// Notes that a session was used; callers do so at most once a minute for each.
pub struct SessionSeen {
    /// Which.
    pub id: Id,
    /// When.
    pub now: Timestamp,
    /// How long it lasts from then on without being used, in milliseconds.
    pub idle_ms: i64,
    /// See [`Found::ends_at`].
    pub ends_at: Timestamp,
}

impl Operation for SessionSeen {
    type Output = ();
    const NAME: &'static str = "session_seen";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let over = over_at(self.now, self.idle_ms, self.ends_at);
        let parameters = [
            self.id.as_str().into(),
            self.now.as_millis().into(),
            over.as_millis().into(),
        ];
        tx.execute(&SEEN, &parameters).await.map(drop)
    }
}

/// Lets a new secret count beside the one in use.
pub struct OfferSecret {
    /// Of which session.
    pub id: Id,
    /// SHA-256 of the secret in use.
    pub token_hash: [u8; 32],
    /// SHA-256 of the new one.
    pub offered: [u8; 32],
    /// See [`Found::renewed_at`]. Of requests that were sent together one makes an offer; the browser may keep the cookie of
    /// any of their answers.
    pub since: Timestamp,
    /// When.
    pub now: Timestamp,
}

impl Operation for OfferSecret {
    /// `false`: another one is in use or was offered by now, or the session is over.
    type Output = bool;
    const NAME: &'static str = "offer_secret";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<bool, Error> {
        let parameters = [
            self.id.as_str().into(),
            self.token_hash.as_slice().into(),
            self.offered.as_slice().into(),
            self.now.as_millis().into(),
            self.since.as_millis().into(),
        ];
        Ok(tx.execute(&OFFER, &parameters).await? > 0)
    }
}

/// The secret that was offered has been shown: it is the one in use, and the one before goes on for a moment.
pub struct ConfirmSecret {
    /// Of which session.
    pub id: Id,
    /// SHA-256 of the secret that was offered.
    pub offered: [u8; 32],
    /// When and under which reference.
    pub moment: Moment,
}

impl Operation for ConfirmSecret {
    type Output = ();
    const NAME: &'static str = "confirm_secret";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let now = self.moment.now;
        let parameters = [
            self.id.as_str().into(),
            self.offered.as_slice().into(),
            now.plus_millis(OVERLAP_MS).as_millis().into(),
            now.as_millis().into(),
        ];
        if let Some(row) = tx.row(&CONFIRM, &parameters).await? {
            let user = row.parsed(0, UserId::parse)?;
            session(Kind::SessionRenewed, &user)
                .beside(self.id.as_str())
                .record(tx, &self.moment)
                .await?;
        }
        Ok(())
    }
}

/// A person's sessions that are not over, the one used last first.
pub struct ListSessions {
    /// Whose.
    pub user: UserId,
    /// The time to compare with.
    pub now: Timestamp,
    /// At most this many.
    pub limit: u32,
}

impl Operation for ListSessions {
    type Output = Vec<Session>;
    const NAME: &'static str = "list_sessions";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<Session>, Error> {
        let parameters = [
            self.user.as_str().into(),
            self.now.as_millis().into(),
            i64::from(self.limit).into(),
        ];
        let rows = tx.rows(&LIST, &parameters).await?;
        rows.iter()
            .map(|row| {
                Ok(Session {
                    id: row.parsed(0, Id::parse)?,
                    browser: row.opt_text(1)?.map(str::to_owned),
                    system: row.opt_text(2)?.map(str::to_owned),
                    created_at: Timestamp::from_millis(row.int(3)?),
                    seen_at: row.opt_int(4)?.map(Timestamp::from_millis),
                })
            })
            .collect()
    }
}

/// Ends one session of a person, from another one or at the command line.
pub struct EndSession {
    /// Whose it must be.
    pub user: UserId,
    /// Which.
    pub id: Id,
    /// When and under which reference.
    pub moment: Moment,
}

impl Operation for EndSession {
    /// `false`: there is none.
    type Output = bool;
    const NAME: &'static str = "end_session";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<bool, Error> {
        let parameters = [self.id.as_str().into(), self.user.as_str().into()];
        if tx.execute(&END, &parameters).await? == 0 {
            return Ok(false);
        }
        session(Kind::SessionEnded, &self.user)
            .beside(self.id.as_str())
            .record(tx, &self.moment)
            .await?;
        Ok(true)
    }
}

/// Ends all sessions of a person but one.
pub struct EndOtherSessions {
    /// Whose.
    pub user: UserId,
    /// The one that goes on; `None` ends them all.
    pub keep: Option<Id>,
    /// When and under which reference.
    pub moment: Moment,
}

impl Operation for EndOtherSessions {
    /// How many.
    type Output = u64;
    const NAME: &'static str = "end_other_sessions";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<u64, Error> {
        let ended = match &self.keep {
            Some(keep) => end_others(tx, &self.user, Some(keep)).await?,
            None => end_all(tx, &self.user, self.moment.now).await?,
        };
        if ended > 0 {
            session(Kind::SessionEnded, &self.user)
                .saying(json!({ "user": self.user, "sessions": ended }))
                .record(tx, &self.moment)
                .await?;
        }
        Ok(ended)
    }
}

/// Ends the sessions of somebody whose trail says so by itself, and forgets the browsers in which they have logged in.
pub(crate) async fn end_all(tx: &mut Tx<'_>, user: &UserId, now: Timestamp) -> Result<u64, Error> {
    let parameters = [user.as_str().into(), now.as_millis().into()];
    tx.execute(&FORGET_BROWSERS, &parameters).await?;
    end_others(tx, user, None).await
}

async fn end_others(tx: &mut Tx<'_>, user: &UserId, keep: Option<&Id>) -> Result<u64, Error> {
    let keep = keep.map_or("", Id::as_str);
    tx.execute(&END_OTHERS, &[user.as_str().into(), keep.into()])
        .await
}

/// A session that goes on when all others of its owner end, under another secret: whoever has a copy of the cookie is out,
/// too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Which.
    pub id: Id,
    /// SHA-256 of its new secret. Both secrets that it had count no more.
    pub token_hash: [u8; 32],
}

/// Ends all sessions of somebody but the one in which they say so. Browsers in which somebody has logged in before are strange
/// ones again: it may have been whoever is being kept out now.
pub(crate) async fn end_all_but(
    tx: &mut Tx<'_>,
    user: &UserId,
    keep: Option<&Kept>,
    now: Timestamp,
) -> Result<(), Error> {
    let parameters = [user.as_str().into(), now.as_millis().into()];
    tx.execute(&FORGET_BROWSERS, &parameters).await?;
    end_others(tx, user, keep.map(|kept| &kept.id)).await?;
    if let Some(kept) = keep {
        let parameters = [
            kept.id.as_str().into(),
            user.as_str().into(),
            kept.token_hash.as_slice().into(),
            now.as_millis().into(),
        ];
        tx.execute(&REPLACE, &parameters).await?;
    }
    Ok(())
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
            session(Kind::SessionClosed, &user)
                .beside(row.text(1)?)
                .record(tx, &self.moment)
                .await?;
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
    /// Who it was to a provider of identities that has vouched for them, so that an administrator can link an account.
    pub identity: Option<Identity>,
    /// When and under which reference.
    pub moment: Moment,
}

impl Operation for NoteFailedLogIn {
    type Output = ();
    const NAME: &'static str = "note_failed_log_in";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        // What is recorded of those whom nobody vouches for leaves room for each of the others.
        let account = self.user.as_ref().map(UserId::as_str);
        let subject = self.identity.as_ref().map(|it| it.subject.as_str());
        Entry::new(Kind::SessionRefused, Actor::Stranger)
            .of(self.user.as_ref())
            .about(account.or(subject))
            .went(self.code.as_str())
            .saying(
                self.identity
                    .as_ref()
                    .map_or_else(|| json!({}), Identity::said),
            )
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
