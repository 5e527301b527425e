//! Looking through the audit trail, and keeping it from growing without end. What it consists of is in
//! [`crate::events`].

use serde_json::json;
use symbolon_core::{Timestamp, UserId};

use crate::events::{Actor, Entry, Event, Kind, Moment, columns, event};
use crate::{Error, Operation, Statement, Tx, Value};

/// By the column that finds the fewest rows, then by all the others; an empty text asks for nothing.
macro_rules! filtered {
    ($first:literal, $order:literal) => {
        concat!(
            "SELECT ",
            columns!(),
            " FROM events WHERE ",
            $first,
            " AND seq > $2 AND seq < $3 AND at >= $4 AND at < $5 AND ($6 = '' OR user_id = $6)
               AND ($7 = '' OR peer = $7) AND ($8 = '' OR kind = $8 OR kind LIKE $9) ORDER BY seq ",
            $order,
            " LIMIT $10"
        )
    };
}

macro_rules! both_ways {
    ($($name:ident $back:ident $word:literal $first:literal;)+) => {
        $(
            static $name: Statement = Statement::new(concat!("audit.", $word), filtered!($first, "ASC"));
            static $back: Statement =
                Statement::new(concat!("audit.", $word, "_newest"), filtered!($first, "DESC"));
        )+
    };
}

both_ways! {
    BY_REFERENCE BY_REFERENCE_BACK "by_reference" "reference = $1";
    BY_USER BY_USER_BACK "by_user" "user_id = $1";
    BY_PEER BY_PEER_BACK "by_peer" "peer = $1";
    BY_KIND BY_KIND_BACK "by_kind" "kind = $1";
    ANY ANY_BACK "any" "$1 = ''";
}

static PRUNE: Statement = Statement::new(
    "audit.prune",
    "DELETE FROM events WHERE seq IN (SELECT seq FROM events WHERE at < $1 ORDER BY at, seq LIMIT $2)",
);

/// Every statement of this room.
pub const STATEMENTS: &[&Statement] = &[
    &BY_REFERENCE,
    &BY_REFERENCE_BACK,
    &BY_USER,
    &BY_USER_BACK,
    &BY_PEER,
    &BY_PEER_BACK,
    &BY_KIND,
    &BY_KIND_BACK,
    &ANY,
    &ANY_BACK,
    &PRUNE,
];

/// Which events.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Those on this person's page.
    pub user: Option<UserId>,
    /// Those in which this server has a part.
    pub peer: Option<String>,
    /// Those of this kind, or with a kind of this noun: `invite` is all of `invite.…`.
    pub kind: Option<String>,
    /// Those of this exchange.
    pub reference: Option<String>,
    /// From here on.
    pub since: Option<Timestamp>,
    /// Before this.
    pub until: Option<Timestamp>,
}

/// Which end of the trail a page of it begins at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    /// The oldest first, those behind this position.
    After(i64),
    /// The newest first, those before this position.
    Before(i64),
    /// The same, and no further back than behind the second position: what is looked for may be far away, or nowhere.
    Within(i64, i64),
}

/// Events of everybody, for administrators.
pub struct ListEvents {
    /// Which.
    pub filter: Filter,
    /// Where the page begins.
    pub page: Page,
    /// At most this many.
    pub limit: u32,
}

impl Operation for ListEvents {
    type Output = Vec<Event>;
    const NAME: &'static str = "list_events";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<Event>, Error> {
        let filter = &self.filter;
        let (user, peer) = (
            filter.user.as_ref().map(UserId::as_str),
            filter.peer.as_deref(),
        );
        let kind = filter.kind.as_deref();
        let exact = kind.filter(|kind| kind.contains('.'));
        let reference = filter.reference.as_deref();
        let (first, forth, back) = match (reference, user, peer, exact) {
            (Some(it), ..) => (it, &BY_REFERENCE, &BY_REFERENCE_BACK),
            (_, Some(it), ..) => (it, &BY_USER, &BY_USER_BACK),
            (.., Some(it), _) => (it, &BY_PEER, &BY_PEER_BACK),
            (.., Some(it)) => (it, &BY_KIND, &BY_KIND_BACK),
            (None, None, None, None) => ("", &ANY, &ANY_BACK),
        };
        let (statement, after, before) = match self.page {
            Page::After(seq) => (forth, seq, i64::MAX),
            Page::Before(seq) => (back, 0, seq),
            Page::Within(seq, behind) => (back, behind, seq),
        };
        let parameters = [
            first.into(),
            after.into(),
            before.into(),
            filter.since.map_or(i64::MIN, Timestamp::as_millis).into(),
            filter.until.map_or(i64::MAX, Timestamp::as_millis).into(),
            user.unwrap_or_default().into(),
            peer.unwrap_or_default().into(),
            kind.unwrap_or_default().into(),
            Value::from(format!("{}.%", kind.unwrap_or_default())),
            i64::from(self.limit).into(),
        ];
        let rows = tx.rows(statement, &parameters).await?;
        rows.iter().map(event).collect()
    }
}

/// Removes events from before a moment, the oldest first, and notes in the trail that it did.
pub struct PruneEvents {
    /// Those from before this.
    pub before: Timestamp,
    /// At most this many.
    pub limit: u32,
    /// When and under which reference.
    pub moment: Moment,
}

impl Operation for PruneEvents {
    /// How many.
    type Output = u64;
    const NAME: &'static str = "prune_events";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<u64, Error> {
        let before = self.before.as_millis();
        let parameters = [before.into(), i64::from(self.limit).into()];
        let removed = tx.execute(&PRUNE, &parameters).await?;
        if removed > 0 {
            Entry::new(Kind::AuditPruned, Actor::Server)
                .saying(json!({ "removed": removed, "before_ms": before }))
                .record(tx, &self.moment)
                .await?;
        }
        Ok(removed)
    }
}
