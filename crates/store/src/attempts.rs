//! What came of each attempt of a delivery: written with the outcome, in the same transaction.

use symbolon_core::{DeliveryId, Timestamp};
use symbolon_proto::problem::Code;

use crate::outbox::over;
use crate::{Error, Row, Statement, Tx};

/// So many of the first attempts of a delivery are kept.
const FIRST_KEPT: i64 = 10;

/// And so many of the last.
const LAST_KEPT: i64 = 40;

/// How far an attempt came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Nothing was sent: what was to be sent is over, or our own halves had to be compared first.
    Here,
    /// Asking the other server to describe itself.
    Discovery,
    /// Name, connection, secure channel, waiting for the answer.
    Network,
    /// The other server did not believe our signature, or could not check it.
    Signature,
    /// The other server does not trust ours.
    Trust,
    /// The other server looked at the invitation, and turned it away.
    Invitation,
    /// The other server could not write down what it was to do.
    Storage,
    /// The other server answered.
    Answer,
}

impl Stage {
    const ALL: [Self; 8] = [
        Self::Here,
        Self::Discovery,
        Self::Network,
        Self::Signature,
        Self::Trust,
        Self::Invitation,
        Self::Storage,
        Self::Answer,
    ];

    /// The word for it in listings and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Here => "here",
            Self::Discovery => "discovery",
            Self::Network => "network",
            Self::Signature => "signature",
            Self::Trust => "trust",
            Self::Invitation => "invitation",
            Self::Storage => "storage",
            Self::Answer => "answer",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.as_str() == text)
    }
}

/// One attempt of a delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// When it began.
    pub at: Timestamp,
    /// How long it took, in milliseconds.
    pub duration_ms: i64,
    /// How far it came.
    pub stage: Stage,
    /// The HTTP status of the answer, if there was one.
    pub status: Option<u16>,
    /// Why it settled nothing, or what was refused.
    pub code: Option<Code>,
    /// What the other server said in its own words, cleaned and bounded.
    pub said: Option<String>,
    /// What went wrong on the way, or with an answer that makes no sense, in our words: for administrators.
    pub fault: Option<String>,
    /// By how many seconds the clocks of the two servers differ, if that is why, and the other server says so.
    pub clocks_differ_secs: Option<u32>,
    /// The name that the other server gave to the exchange, if it is another one than ours.
    pub their_reference: Option<String>,
}

static RECORD: Statement = Statement::new(
    "attempts.record",
    "INSERT INTO delivery_attempts (delivery_id, attempt, at, duration_ms, stage, status, code, said, their_reference,
         clocks_differ, fault)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (delivery_id, attempt) DO NOTHING",
);
static THIN_OUT: Statement = Statement::new(
    "attempts.thin_out",
    "DELETE FROM delivery_attempts WHERE delivery_id = $1 AND attempt > $2 AND attempt <= $3",
);
static OF_DELIVERY: Statement = Statement::new(
    "attempts.of_delivery",
    "SELECT attempt, at, duration_ms, stage, status, code, said, their_reference, clocks_differ, fault
     FROM delivery_attempts WHERE delivery_id = $1 ORDER BY attempt LIMIT $2",
);
static PRUNE: Statement = Statement::new(
    "attempts.prune",
    concat!(
        "DELETE FROM delivery_attempts WHERE delivery_id IN (SELECT id FROM deliveries WHERE ",
        over!(),
        ")"
    ),
);

/// Every statement of this room.
pub const STATEMENTS: &[&Statement] = &[&RECORD, &THIN_OUT, &OF_DELIVERY, &PRUNE];

/// Notes an attempt, by its number among those of its delivery. Of many, the first and the last are kept.
pub(crate) async fn record(
    tx: &mut Tx<'_>,
    delivery: &DeliveryId,
    number: u32,
    attempt: &Attempt,
) -> Result<(), Error> {
    let parameters = [
        delivery.as_str().into(),
        number.into(),
        attempt.at.as_millis().into(),
        attempt.duration_ms.into(),
        attempt.stage.as_str().into(),
        attempt.status.map(i64::from).into(),
        attempt.code.map(Code::as_str).into(),
        attempt.said.as_deref().into(),
        attempt.their_reference.as_deref().into(),
        attempt.clocks_differ_secs.map(i64::from).into(),
        attempt.fault.as_deref().into(),
    ];
    tx.execute(&RECORD, &parameters).await?;
    let last_gone = i64::from(number) - LAST_KEPT;
    if last_gone > FIRST_KEPT {
        let parameters = [
            delivery.as_str().into(),
            FIRST_KEPT.into(),
            last_gone.into(),
        ];
        tx.execute(&THIN_OUT, &parameters).await?;
    }
    Ok(())
}

/// The attempts of a delivery that are kept, with their numbers, in order.
pub(crate) async fn of_delivery(
    tx: &mut Tx<'_>,
    delivery: &DeliveryId,
) -> Result<Vec<(u32, Attempt)>, Error> {
    let parameters = [delivery.as_str().into(), (FIRST_KEPT + LAST_KEPT).into()];
    let rows = tx.rows(&OF_DELIVERY, &parameters).await?;
    rows.iter().map(attempt).collect()
}

/// Removes the attempts of deliveries that are removed.
pub(crate) async fn prune(tx: &mut Tx<'_>, before: Timestamp) -> Result<(), Error> {
    tx.execute(&PRUNE, &[before.as_millis().into()])
        .await
        .map(drop)
}

fn attempt(row: &Row) -> Result<(u32, Attempt), Error> {
    let status = row.opt_int(4)?.map(u16::try_from).transpose();
    let attempt = Attempt {
        at: Timestamp::from_millis(row.int(1)?),
        duration_ms: row.int(2)?,
        stage: row.parsed(3, Stage::parse)?,
        status: status.map_err(|_| row.inconsistent(4, "no status of HTTP"))?,
        code: row.opt_parsed(5, Code::parse)?,
        said: row.opt_text(6)?.map(str::to_owned),
        clocks_differ_secs: row.opt_int(8)?.and_then(|secs| secs.try_into().ok()),
        their_reference: row.opt_text(7)?.map(str::to_owned),
        fault: row.opt_text(9)?.map(str::to_owned),
    };
    Ok((row.number(0)?, attempt))
}
