//! The audit trail: one append-only row for every gesture and decision, written in the transaction that it describes.
//!
//! The same rows feed the event stream of the API: `seq` is the position a client resumes from. The single writer makes
//! the order of `seq` the order of commits, so a reader that has seen `n` has seen everything up to `n`.

use serde_json::Value as Json;
use symbolon_core::{Timestamp, UserId};

use crate::{Error, Operation, Row, Statement, Tx};

/// One line of the audit trail.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Position in the trail; grows with every event, with gaps.
    pub seq: i64,
    /// When it happened.
    pub at: Timestamp,
    /// Whose page shows it; `None` for events of the server itself.
    pub user: Option<UserId>,
    /// What happened, for example `connection.connected`.
    pub kind: String,
    /// Who and what, as a JSON object; never a secret.
    pub data: Json,
    /// The exchange that it belongs to.
    pub reference: Option<String>,
}

/// What most statements need to know of the gesture they carry out: when, and under which reference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The time, from the injected clock.
    pub now: Timestamp,
    /// The reference of the exchange, in both servers' logs.
    pub reference: String,
}

static RECORD: Statement = Statement::new(
    "events.record",
    "INSERT INTO events (at, user_id, kind, data, reference) VALUES ($1, $2, $3, $4, $5)",
);
static AFTER: Statement = Statement::new(
    "events.after",
    "SELECT seq, at, user_id, kind, data, reference FROM events
     WHERE user_id = $1 AND seq > $2 ORDER BY seq LIMIT $3",
);
static LAST: Statement = Statement::new("events.last", "SELECT COALESCE(MAX(seq), 0) FROM events");

/// Every statement of this room, for the test that prepares them on both databases.
pub const STATEMENTS: &[&Statement] = &[&RECORD, &AFTER, &LAST];

/// Appends one event to the trail, in the caller's transaction.
pub(crate) async fn record(
    tx: &mut Tx<'_>,
    user: Option<&UserId>,
    kind: &str,
    data: Json,
    moment: &Moment,
) -> Result<(), Error> {
    tx.execute_one(
        &RECORD,
        &[
            moment.now.as_millis().into(),
            user.map(UserId::as_str).into(),
            kind.into(),
            data.to_string().into(),
            moment.reference.as_str().into(),
        ],
    )
    .await
}

/// The events of one user after a position, oldest first; at most `limit`.
pub struct EventsAfter {
    /// Whose events.
    pub user: UserId,
    /// The last position already seen.
    pub after: i64,
    /// At most this many.
    pub limit: u32,
}

impl Operation for EventsAfter {
    type Output = Vec<Event>;
    const NAME: &'static str = "events_after";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<Event>, Error> {
        let parameters = [
            self.user.as_str().into(),
            self.after.into(),
            i64::from(self.limit).into(),
        ];
        let rows = tx.rows(&AFTER, &parameters).await?;
        rows.iter().map(event).collect()
    }
}

/// The position of the newest event; 0 in an empty trail.
pub struct LastEvent;

impl Operation for LastEvent {
    type Output = i64;
    const NAME: &'static str = "last_event";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<i64, Error> {
        match tx.row(&LAST, &[]).await? {
            Some(row) => row.int(0),
            None => Ok(0),
        }
    }
}

fn event(row: &Row) -> Result<Event, Error> {
    Ok(Event {
        seq: row.int(0)?,
        at: Timestamp::from_millis(row.int(1)?),
        user: row.opt_parsed(2, UserId::parse)?,
        kind: row.text(3)?.to_owned(),
        data: row.parsed(4, |text| serde_json::from_str(text).ok())?,
        reference: row.opt_text(5)?.map(str::to_owned),
    })
}
