//! Claims on what is due: taken for a time, ended by whoever still holds them.

use symbolon_core::deliveries::Retry;
use symbolon_core::{DeliveryId, Timestamp};
use symbolon_proto::problem::Code;

use super::delivery::{columns, delivery};
use super::{Delivery, DeliveryState, Kind};
use crate::{Error, Operation, Statement, Tx};

/// Proof that a claim is still one's own: random, new for every claim.
pub type Lease = String;

/// At most four at once to one server, so that a slow one never takes all places; among its own the oldest first.
static CLAIM: Statement = Statement::new(
    "outbox.claim",
    concat!(
        "UPDATE deliveries SET state = 'leased', lease_until = $2, lease_token = $3, attempts = attempts + 1
         WHERE id IN (
             SELECT id FROM (
                 SELECT d.id AS id, d.due_at AS due_at,
                        ROW_NUMBER() OVER (PARTITION BY d.provider ORDER BY d.due_at, d.id)
                        + (SELECT COUNT(*) FROM deliveries l
                           WHERE l.provider = d.provider AND l.state = 'leased' AND l.lease_until >= $1) AS place
                 FROM deliveries d
                 WHERE (d.state = 'due' AND d.due_at <= $1) OR (d.state = 'leased' AND d.lease_until < $1)
             ) AS ready
             WHERE place <= 4 ORDER BY due_at LIMIT $4)
         RETURNING ", columns!()
    ),
);
static NEXT_DUE: Statement = Statement::new(
    "outbox.next_due",
    "SELECT MIN(at) FROM (
         SELECT MIN(due_at) AS at FROM deliveries WHERE state = 'due'
         UNION ALL SELECT MIN(lease_until) AS at FROM deliveries WHERE state = 'leased') AS times",
);
static RELEASE_ALL: Statement = Statement::new(
    "outbox.release_all",
    "UPDATE deliveries SET state = 'due', due_at = $1, lease_token = NULL, lease_until = NULL WHERE state = 'leased'",
);
static SETTLE: Statement = Statement::new(
    "outbox.settle",
    "UPDATE deliveries SET state = $3, settled_at = $4, last_code = $5, last_detail = $6, lease_token = NULL,
         lease_until = NULL
     WHERE id = $1 AND state = 'leased' AND lease_token = $2",
);
static POSTPONE: Statement = Statement::new(
    "outbox.postpone",
    "UPDATE deliveries SET state = 'due', due_at = $3, last_code = $4, last_detail = $5, lease_token = NULL,
         lease_until = NULL
     WHERE id = $1 AND state = 'leased' AND lease_token = $2",
);
static ACCOUNT: Statement = Statement::new(
    "outbox.account",
    "UPDATE deliveries SET accounted = accounted + 1 WHERE id = $1",
);
static HOLDS: Statement = Statement::new(
    "outbox.holds",
    "SELECT 1 FROM deliveries WHERE id = $1 AND state = 'leased' AND lease_token = $2",
);
/// Every statement of this room.
pub(crate) const STATEMENTS: &[&Statement] = &[
    &CLAIM,
    &NEXT_DUE,
    &RELEASE_ALL,
    &SETTLE,
    &POSTPONE,
    &ACCOUNT,
    &HOLDS,
];

/// Takes what is due now, under a lease. A lease that ran out (its holder died) is taken over.
pub struct ClaimDue {
    /// The time to compare with.
    pub now: Timestamp,
    /// How long the claim holds.
    pub lease_until: Timestamp,
    /// The proof of this claim.
    pub lease: Lease,
    /// At most this many.
    pub limit: u32,
}

impl Operation for ClaimDue {
    type Output = Vec<Delivery>;
    const NAME: &'static str = "claim_due";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<Delivery>, Error> {
        let parameters = [
            self.now.as_millis().into(),
            self.lease_until.as_millis().into(),
            self.lease.as_str().into(),
            i64::from(self.limit).into(),
        ];
        let rows = tx.rows(&CLAIM, &parameters).await?;
        let claimed: Vec<Delivery> = rows.iter().map(delivery).collect::<Result<_, _>>()?;
        for one in &claimed {
            if let Kind::InviteAccepted(acceptance) = &one.kind {
                crate::acceptances::mark_sent(tx, acceptance, self.now).await?;
            }
        }
        Ok(claimed)
    }
}

/// When something is due next; `None` if nothing is.
pub struct NextDue;

impl Operation for NextDue {
    type Output = Option<Timestamp>;
    const NAME: &'static str = "next_due";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<Timestamp>, Error> {
        let row = tx.row(&NEXT_DUE, &[]).await?;
        Ok(row
            .map(|row| row.opt_int(0))
            .transpose()?
            .flatten()
            .map(Timestamp::from_millis))
    }
}

/// At start-up of a server that owns the database alone: what was being sent when the last process ended is due again.
pub struct ReleaseLeases {
    /// The time it becomes due.
    pub now: Timestamp,
}

impl Operation for ReleaseLeases {
    type Output = u64;
    const NAME: &'static str = "release_leases";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<u64, Error> {
        tx.execute(&RELEASE_ALL, &[self.now.as_millis().into()])
            .await
    }
}

/// Whether a claim is still its holder's.
pub(crate) async fn holds(tx: &mut Tx<'_>, id: &DeliveryId, lease: &Lease) -> Result<bool, Error> {
    let parameters = [id.as_str().into(), lease.as_str().into()];
    Ok(tx.row(&HOLDS, &parameters).await?.is_some())
}

/// It is known that an attempt was not acted on.
pub(crate) async fn account(tx: &mut Tx<'_>, id: &DeliveryId) -> Result<(), Error> {
    tx.execute_one(&ACCOUNT, &[id.as_str().into()]).await
}

/// Ends a claimed delivery; `false` if the claim was lost.
pub(crate) async fn settle(
    tx: &mut Tx<'_>,
    id: &DeliveryId,
    lease: &Lease,
    state: DeliveryState,
    code: Option<Code>,
    detail: Option<&str>,
    now: Timestamp,
) -> Result<bool, Error> {
    let parameters = [
        id.as_str().into(),
        lease.as_str().into(),
        state.as_str().into(),
        now.as_millis().into(),
        code.map(Code::as_str).into(),
        detail.into(),
    ];
    Ok(tx.execute(&SETTLE, &parameters).await? == 1)
}

/// Puts a claimed delivery back, or among the dead; `false` if the claim was lost.
pub(crate) async fn retry(
    tx: &mut Tx<'_>,
    id: &DeliveryId,
    lease: &Lease,
    retry: Retry,
    code: Code,
    detail: Option<&str>,
    now: Timestamp,
) -> Result<bool, Error> {
    match retry {
        Retry::GiveUp => settle(tx, id, lease, DeliveryState::Dead, Some(code), detail, now).await,
        Retry::At(at) => {
            let parameters = [
                id.as_str().into(),
                lease.as_str().into(),
                at.as_millis().into(),
                code.as_str().into(),
                detail.into(),
            ];
            Ok(tx.execute(&POSTPONE, &parameters).await? == 1)
        }
    }
}
