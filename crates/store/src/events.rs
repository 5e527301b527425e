//! The audit trail: one append-only row for every gesture and decision, written in the transaction that it describes.
//!
//! The same rows feed the event stream of the API: `seq` is the position a client resumes from. The single writer makes
//! the order of `seq` the order of commits, so a reader that has seen `n` has seen everything up to `n`. Looking through
//! the trail, and what keeps it from growing without end, is in [`crate::audit`].

mod kind;

use serde_json::{Value as Json, json};
use symbolon_core::{Timestamp, UserId};
use symbolon_proto::address::Provider;

pub use kind::Kind;

use crate::{Error, Happened, Operation, Row, Statement, Tx};

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
    /// Who did it.
    pub actor: Actor,
    /// The id of what it is about.
    pub object: Option<String>,
    /// The id of a second thing that it is about: the invite that connected, the connection that came of an acceptance.
    pub beside: Option<String>,
    /// The other server that has a part in it.
    pub peer: Option<String>,
    /// How it went: `done`, or the code of the reason; `None` for events from before this was noted.
    pub result: Option<String>,
    /// Who and what, as a JSON object; never a secret.
    pub data: Json,
    /// The exchange that it belongs to.
    pub reference: Option<String>,
    /// The name that the other side gave to the exchange, if it is another one than ours.
    pub their_reference: Option<String>,
}

/// Who did something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    /// The user of the event, by page or API.
    Person,
    /// The other server of the event, which proved who it is.
    Peer,
    /// An administrator: at the command line, or the account in `by_user` of the data, on a page.
    Administrator,
    /// This server by itself.
    Server,
    /// Somebody who proved nothing: whatever the event says of them is what they said.
    Stranger,
    /// Nobody took note.
    Unrecorded,
}

impl Actor {
    const ALL: [Self; 6] = [
        Self::Person,
        Self::Peer,
        Self::Administrator,
        Self::Server,
        Self::Stranger,
        Self::Unrecorded,
    ];

    /// The word for it in listings and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Peer => "peer",
            Self::Administrator => "administrator",
            Self::Server => "server",
            Self::Stranger => "stranger",
            Self::Unrecorded => "unrecorded",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|actor| actor.as_str() == text)
    }
}

/// What most statements need to know of the gesture they carry out: when, under which reference, and by whose hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The time, from the injected clock.
    pub now: Timestamp,
    /// The reference of the exchange, in both servers' logs.
    pub reference: String,
    /// The name that whoever asked gave to the exchange, if it is another one.
    pub their_reference: Option<String>,
    /// Whether an administrator does it, and not the person themselves.
    pub administrator: bool,
    /// Whether this server sends mail: those who want it are then told of what others did.
    pub mail: bool,
    /// The account of that administrator, if they do it on a page and not at the command line.
    pub by: Option<UserId>,
}

impl Moment {
    /// Under a reference, by the person or server that the statement speaks of.
    pub fn new(now: Timestamp, reference: impl Into<String>) -> Self {
        Self {
            now,
            reference: reference.into(),
            their_reference: None,
            administrator: false,
            mail: false,
            by: None,
        }
    }
}

macro_rules! columns {
    () => {
        "seq, at, user_id, kind, data, reference, actor, object, beside, peer, result, their_reference"
    };
}
pub(crate) use columns;

static RECORD: Statement = Statement::new(
    "events.record",
    "INSERT INTO events (at, user_id, kind, data, reference, actor, object, beside, peer, result, quiet,
         their_reference)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
);
static AFTER: Statement = Statement::new(
    "events.after",
    concat!(
        "SELECT ",
        columns!(),
        " FROM events WHERE user_id = $1 AND seq > $2 AND quiet = 0 ORDER BY seq LIMIT $3"
    ),
);
static LAST: Statement = Statement::new("events.last", "SELECT COALESCE(MAX(seq), 0) FROM events");
static RECENT: Statement = Statement::new(
    "events.recent",
    "SELECT COUNT(*), COALESCE(SUM(CASE WHEN COALESCE(object, '') = $3 AND COALESCE(user_id, '') = $4
                                             AND COALESCE(peer, '') = $5 THEN 1 ELSE 0 END), 0),
            COALESCE(SUM(CASE WHEN COALESCE(user_id, '') = $4 THEN 1 ELSE 0 END), 0)
     FROM (SELECT at, object, user_id, peer FROM events WHERE kind = $1 ORDER BY seq DESC LIMIT $6) AS rows
     WHERE at > $2",
);

/// Every statement of this room, for the test that prepares them on both databases.
pub const STATEMENTS: &[&Statement] = &[&RECORD, &AFTER, &LAST, &RECENT];

/// What strangers can cause is recorded so often within [`WINDOW_MS`] for one object, account and server together.
const EACH_MAX: i64 = 10;

/// The same for everything of one kind together.
const ALL_MAX: i64 = 100;

/// The same for what only people with an account here can cause: each has a share, and so all of them have more.
const ALL_OF_PEOPLE_MAX: i64 = 1_000;

/// What one person can cause is recorded so often for each kind.
const OF_PERSON_MAX: i64 = 20;

/// Ten minutes, in milliseconds.
const WINDOW_MS: i64 = 600_000;

/// One event on its way into the trail.
pub(crate) struct Entry<'a> {
    kind: Kind,
    actor: Actor,
    user: Option<&'a UserId>,
    object: Option<&'a str>,
    beside: Option<&'a str>,
    peer: Option<&'a Provider>,
    result: &'a str,
    after: Option<Timestamp>,
    data: Json,
}

impl<'a> Entry<'a> {
    /// Something that somebody did, and that was done.
    pub(crate) fn new(kind: Kind, actor: Actor) -> Self {
        Self {
            kind,
            actor,
            user: None,
            object: None,
            beside: None,
            peer: None,
            result: "done",
            after: None,
            data: json!({}),
        }
    }

    /// Whoever did it, if it is somebody else than usual.
    pub(crate) fn by(mut self, actor: Actor) -> Self {
        self.actor = actor;
        self
    }

    /// Whose page shows it.
    pub(crate) fn of(mut self, user: impl Into<Option<&'a UserId>>) -> Self {
        self.user = user.into();
        self
    }

    /// What it is about.
    pub(crate) fn about(mut self, object: impl Into<Option<&'a str>>) -> Self {
        self.object = object.into();
        self
    }

    /// What else it is about.
    pub(crate) fn beside(mut self, beside: impl Into<Option<&'a str>>) -> Self {
        self.beside = beside.into();
        self
    }

    /// The other server that has a part in it.
    pub(crate) fn with(mut self, peer: impl Into<Option<&'a Provider>>) -> Self {
        self.peer = peer.into();
        self
    }

    /// How it went, if not simply `done`.
    pub(crate) fn went(mut self, result: &'a str) -> Self {
        self.result = result;
        self
    }

    /// When its cause was, for those who measure how long it took.
    pub(crate) fn after(mut self, cause: Option<Timestamp>) -> Self {
        self.after = cause;
        self
    }

    /// Who and what, as a JSON object.
    pub(crate) fn saying(mut self, data: Json) -> Self {
        self.data = data;
        self
    }

    /// Appends it to the trail, in the caller's transaction.
    pub(crate) async fn record(mut self, tx: &mut Tx<'_>, moment: &Moment) -> Result<(), Error> {
        let actor = match self.actor {
            Actor::Person if moment.administrator => Actor::Administrator,
            actor => actor,
        };
        if let (Actor::Administrator, Some(by)) = (actor, &moment.by) {
            self.data["by_user"] = by.as_str().into();
        }
        let parameters = [
            moment.now.as_millis().into(),
            self.user.map(UserId::as_str).into(),
            self.kind.as_str().into(),
            self.data.to_string().into(),
            moment.reference.as_str().into(),
            actor.as_str().into(),
            self.object.into(),
            self.beside.into(),
            self.peer.map(Provider::as_str).into(),
            self.result.into(),
            self.kind.is_quiet().into(),
            moment.their_reference.as_deref().into(),
        ];
        tx.execute_one(&RECORD, &parameters).await?;
        tx.note_happened(Happened {
            kind: self.kind,
            actor,
            user: self.user.cloned(),
            object: self.object.map(str::to_owned),
            beside: self.beside.map(str::to_owned),
            peer: self.peer.cloned(),
            result: self.result.to_owned(),
            after_ms: self.after.map(|cause| moment.now.millis_since(cause)),
            reference: moment.reference.clone(),
            their_reference: moment.their_reference.clone(),
        });
        Ok(())
    }

    /// The same for what somebody can cause as often as they like: within ten minutes ten about the same, and a hundred of a
    /// kind; of what people here do, twenty of one person, and a thousand of a kind. The last one before a pause says so.
    pub(crate) async fn record_within_bounds(
        mut self,
        tx: &mut Tx<'_>,
        moment: &Moment,
    ) -> Result<(), Error> {
        let (all_max, person_max) = match self.actor {
            Actor::Person => (ALL_OF_PEOPLE_MAX, OF_PERSON_MAX),
            _ => (ALL_MAX, ALL_MAX),
        };
        let parameters = [
            self.kind.as_str().into(),
            moment.now.plus_millis(-WINDOW_MS).as_millis().into(),
            self.object.unwrap_or_default().into(),
            self.user.map_or("", UserId::as_str).into(),
            self.peer.map_or("", Provider::as_str).into(),
            all_max.into(),
        ];
        let row = tx.row(&RECENT, &parameters).await?;
        let row = row.ok_or_else(|| Error::inconsistent(&RECENT, "no row"))?;
        let counts = [
            (row.int(0)?, all_max),
            (row.int(1)?, EACH_MAX),
            (row.int(2)?, person_max),
        ];
        if counts.iter().any(|(count, max)| count >= max) {
            return Ok(());
        }
        if counts.iter().any(|(count, max)| count + 1 == *max) {
            self.data["more_not_recorded"] = true.into();
        }
        self.record(tx, moment).await
    }
}

/// The events of one user after a position, oldest first; at most `limit`. Those that are for the trail alone are left
/// out.
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

/// Reads a row of [`columns!`].
pub(crate) fn event(row: &Row) -> Result<Event, Error> {
    let text = |column| Ok::<_, Error>(row.opt_text(column)?.map(str::to_owned));
    Ok(Event {
        seq: row.int(0)?,
        at: Timestamp::from_millis(row.int(1)?),
        user: row.opt_parsed(2, UserId::parse)?,
        kind: row.text(3)?.to_owned(),
        data: row.parsed(4, |text| serde_json::from_str(text).ok())?,
        reference: text(5)?,
        actor: row.parsed(6, Actor::parse)?,
        object: text(7)?,
        beside: text(8)?,
        peer: text(9)?,
        result: text(10)?,
        their_reference: text(11)?,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const PAGE: &str = include_str!("../../../docs/audit.md");

    /// What stands between backticks.
    fn quoted(text: &str) -> impl Iterator<Item = &str> {
        text.split('`').skip(1).step_by(2)
    }

    #[test]
    fn the_page_about_the_trail_lists_every_kind_that_there_is_and_no_other() {
        let (_, list) = PAGE.split_once("\nKinds are ").unwrap();
        let (list, _) = list.split_once("\n\n").unwrap();
        let mut listed = Vec::new();
        for group in quoted(list) {
            let (noun, verbs) = group.split_once('.').unwrap();
            listed.extend(verbs.split('|').map(|verb| format!("{noun}.{verb}")));
        }
        let once: BTreeSet<&str> = listed.iter().map(String::as_str).collect();
        assert_eq!(once.len(), listed.len(), "a kind is listed twice");
        let known: BTreeSet<&str> = Kind::ALL.iter().map(|kind| kind.as_str()).collect();
        assert_eq!(once, known);
    }

    #[test]
    fn the_page_about_the_trail_lists_everybody_who_can_have_done_something() {
        let (_, row) = PAGE.split_once("\n| `actor` |").unwrap();
        let (row, _) = row.split_once('\n').unwrap();
        let listed: Vec<&str> = quoted(row).collect();
        assert_eq!(listed, Actor::ALL.map(Actor::as_str));
    }

    #[test]
    fn every_kind_that_the_page_explains_is_one_that_there_is() {
        let named = quoted(PAGE).filter(|text| {
            let noun = text.split('.').next().unwrap_or_default();
            let plain = text
                .chars()
                .all(|c| c.is_ascii_lowercase() || "._".contains(c));
            let nouns = Kind::ALL
                .iter()
                .filter_map(|kind| kind.as_str().split('.').next());
            plain && text.contains('.') && nouns.into_iter().any(|known| known == noun)
        });
        for kind in named {
            assert!(Kind::parse(kind).is_some(), "{kind}");
        }
    }
}
