//! What has not arrived, added up: by server for administrators, by the health of servers for figures.

use symbolon_core::Timestamp;
use symbolon_proto::address::Provider;
use symbolon_proto::problem::Code;

use crate::outbox::DeliveryState;
use crate::peers::{Health, health};
use crate::{Error, Operation, Row, Statement, Tx};

static SUMMARY: Statement = Statement::new(
    "piles.summary",
    "SELECT provider, state, COUNT(*), MIN(created_at), MIN(CASE WHEN state = 'leased' THEN lease_until ELSE due_at END),
            MAX(last_code)
     FROM deliveries WHERE state IN ('due', 'leased', 'dead')
     GROUP BY provider, state ORDER BY MIN(created_at), provider, state LIMIT $1",
);
/// By server first: there are far fewer of them than messages that may wait.
static COUNT: Statement = Statement::new(
    "piles.count",
    concat!(
        "SELECT ",
        health!(),
        " AS health, rows.state, CAST(SUM(rows.count) AS BIGINT), MIN(rows.since)
         FROM (SELECT provider, state, COUNT(*) AS count, MIN(created_at) AS since FROM deliveries
               WHERE state IN ('due', 'leased', 'dead') GROUP BY provider, state) AS rows
         LEFT JOIN peers p ON p.provider = rows.provider GROUP BY 1, 2"
    ),
);

/// Every statement of this room.
pub const STATEMENTS: &[&Statement] = &[&SUMMARY, &COUNT];

/// What waits for one server, or was given up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pile {
    /// For which server.
    pub provider: Provider,
    /// Waiting, being sent, or given up.
    pub state: DeliveryState,
    /// How many.
    pub count: u64,
    /// When the oldest was written.
    pub since: Timestamp,
    /// When the first is sent, or is taken over from a process that died.
    pub next_at: Timestamp,
    /// Why one of them has not arrived yet.
    pub last_code: Option<Code>,
}

/// What has not arrived, server by server, the oldest first.
pub struct SummariseDeliveries {
    /// At most this many piles.
    pub limit: u32,
}

impl Operation for SummariseDeliveries {
    type Output = Vec<Pile>;
    const NAME: &'static str = "summarise_deliveries";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<Pile>, Error> {
        let rows = tx.rows(&SUMMARY, &[self.limit.into()]).await?;
        let pile = |row: &Row| {
            Ok(Pile {
                provider: row.parsed(0, |text| Provider::parse(text).ok())?,
                state: row.parsed(1, DeliveryState::parse)?,
                count: row.number(2)?,
                since: Timestamp::from_millis(row.int(3)?),
                next_at: Timestamp::from_millis(row.int(4)?),
                last_code: row.opt_parsed(5, Code::parse)?,
            })
        };
        rows.iter().map(pile).collect()
    }
}

/// What waits or was given up, by how the servers are that it must reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Depth {
    /// How those servers are.
    pub health: Health,
    /// Waiting, being sent, or given up.
    pub state: DeliveryState,
    /// How many.
    pub count: u64,
    /// When the oldest was written.
    pub since: Timestamp,
}

/// How much has not arrived, for figures.
pub struct CountDeliveries;

impl Operation for CountDeliveries {
    type Output = Vec<Depth>;
    const NAME: &'static str = "count_deliveries";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<Depth>, Error> {
        let rows = tx.rows(&COUNT, &[]).await?;
        let depth = |row: &Row| {
            Ok(Depth {
                health: row.parsed(0, Health::parse)?,
                state: row.parsed(1, DeliveryState::parse)?,
                count: row.number(2)?,
                since: Timestamp::from_millis(row.int(3)?),
            })
        };
        rows.iter().map(depth).collect()
    }
}
