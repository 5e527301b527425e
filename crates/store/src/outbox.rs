//! The outbox: every message that must reach another server, written in the transaction that causes it.
//!
//! Delivery is at least once, and every receiver compares generations, so a doubled message changes nothing. Claim, send, record are
//! three steps: the claim commits a lease, the send happens with no transaction open, the record checks that the
//! lease is still its own.

mod delivery;
pub(crate) mod leases;
pub(crate) mod listing;

use symbolon_core::connections::Generation;
use symbolon_core::deliveries::gives_up_at;
use symbolon_core::{AcceptanceId, ConnectionId, DeliveryId, InviteId, Timestamp};
use symbolon_proto::address::Provider;

use crate::events::{Actor, Entry, Kind as Happened, Moment};
use crate::mails::Mail;
use crate::sync::schedule;
use crate::{Error, Operation, Statement, Tx, Value, attempts};

pub use delivery::{Delivery, DeliveryState, Kind};
pub use leases::{ClaimDue, Lease, NextDue, ReleaseLeases};
pub(crate) use leases::{account, holds, retry, settle};
pub use listing::{ListDeliveries, NameDeliveries};
pub(crate) use listing::{
    find, of_acceptance, of_confirmation, of_connection, of_invite, of_provider, of_reference,
};

static INSERT: Statement = Statement::new(
    "outbox.insert",
    "INSERT INTO deliveries (id, provider, kind, connection_id, acceptance_id, generation, state, attempts, due_at,
         created_at, gives_up_at, reference, user_id, invite_id, recipient, recipient_key, language)
     VALUES ($1, $2, $3, $4, $5, $6, 'due', 0, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
);
static WITHDRAW_REMOVALS: Statement = Statement::new(
    "outbox.withdraw_removals",
    "UPDATE deliveries SET state = 'withdrawn', settled_at = $2, lease_token = NULL, lease_until = NULL
     WHERE connection_id = $1 AND kind = 'user_removed' AND state IN ('due', 'leased', 'dead')",
);
static WITHDRAW_ACCEPTANCE: Statement = Statement::new(
    "outbox.withdraw_acceptance",
    "UPDATE deliveries SET state = 'withdrawn', settled_at = $2, lease_token = NULL, lease_until = NULL
     WHERE acceptance_id = $1 AND state IN ('due', 'dead')",
);
static HURRY_ACCEPTANCE: Statement = Statement::new(
    "outbox.hurry_acceptance",
    "UPDATE deliveries SET due_at = $2 WHERE acceptance_id = $1 AND state = 'due' AND due_at > $2",
);
static PEER_IS_BACK: Statement = Statement::new(
    "outbox.peer_is_back",
    "UPDATE deliveries SET due_at = $2 WHERE provider = $1 AND state = 'due' AND due_at > $2",
);
static RETRY: Statement = Statement::new(
    "outbox.retry",
    "UPDATE deliveries SET state = 'due', due_at = $2, gives_up_at = CASE WHEN state = 'dead' THEN $3 ELSE gives_up_at END,
         settled_at = NULL
     WHERE id = $1 AND state IN ('due', 'dead')",
);
/// What nobody decides about any more: a mail that was given up is as much of the past as one that was taken.
macro_rules! over {
    () => {
        "state IN ('done', 'withdrawn', 'dead') AND settled_at < $1 AND (state <> 'dead' OR user_id IS NOT NULL)"
    };
}
pub(crate) use over;

static PRUNE: Statement = Statement::new(
    "outbox.prune",
    concat!("DELETE FROM deliveries WHERE ", over!()),
);

/// Every statement of this room.
pub(crate) const STATEMENTS: &[&Statement] = &[
    &INSERT,
    &WITHDRAW_REMOVALS,
    &WITHDRAW_ACCEPTANCE,
    &HURRY_ACCEPTANCE,
    &PEER_IS_BACK,
    &RETRY,
    &PRUNE,
];

/// Sends a waiting or dead delivery again now; a dead one gets its full patience back. One that is being sent stays as it
/// is. `None` if there is none to send.
pub struct RetryDelivery {
    /// Which.
    pub id: DeliveryId,
    /// The time it becomes due, and under which reference somebody asked for it.
    pub moment: Moment,
}

impl Operation for RetryDelivery {
    type Output = Option<Delivery>;
    const NAME: &'static str = "retry_delivery";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<Delivery>, Error> {
        let parameters = [
            self.id.as_str().into(),
            self.moment.now.as_millis().into(),
            gives_up_at(self.moment.now).as_millis().into(),
        ];
        if tx.execute(&RETRY, &parameters).await? == 0 {
            let found = find(tx, &self.id).await?;
            // It is on its way at this moment: what was asked for is being done.
            return Ok(found.filter(|found| found.state == DeliveryState::Leased));
        }
        let found = find(tx, &self.id).await?;
        if let Some(found) = &found {
            Entry::new(Happened::DeliveryRetried, Actor::Person)
                .about(found.id.as_str())
                .beside(found.kind.object())
                .with(found.peer())
                .record(tx, &self.moment)
                .await?;
        }
        Ok(found)
    }
}

/// Removes settled deliveries and mails that were given up, from before a moment; messages to other servers that were given up
/// stay until somebody decides about them.
pub struct PruneDeliveries {
    /// Those settled before this.
    pub before: Timestamp,
}

impl Operation for PruneDeliveries {
    type Output = u64;
    const NAME: &'static str = "prune_deliveries";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<u64, Error> {
        attempts::prune(tx, self.before).await?;
        tx.execute(&PRUNE, &[self.before.as_millis().into()]).await
    }
}

/// Writes a delivery that is due at once.
pub(crate) async fn add(
    tx: &mut Tx<'_>,
    id: &DeliveryId,
    provider: &Provider,
    kind: &Kind,
    moment: &Moment,
) -> Result<(), Error> {
    let (connection, acceptance, generation) = match kind {
        Kind::InviteAccepted(acceptance) => (None, Some(acceptance.as_str()), Value::Null),
        Kind::UserRemoved(connection, generation) => {
            (Some(connection.as_str()), None, number(*generation))
        }
        Kind::Mail(mail) => {
            let about = mail.letter.connection();
            let connection = about.map(|(id, _)| id.as_str());
            let generation = about.map_or(Value::Null, |(_, generation)| number(generation));
            (connection, None, generation)
        }
    };
    let mail = match kind {
        Kind::Mail(mail) => Some(mail),
        Kind::InviteAccepted(_) | Kind::UserRemoved(..) => None,
    };
    tx.execute_one(
        &INSERT,
        &[
            id.as_str().into(),
            provider.as_str().into(),
            kind.as_str().into(),
            connection.into(),
            acceptance.into(),
            generation,
            moment.now.as_millis().into(),
            moment.now.as_millis().into(),
            gives_up_at(moment.now).as_millis().into(),
            moment.reference.as_str().into(),
            mail.map(|mail| mail.user.as_str()).into(),
            mail.and_then(|mail| mail.letter.invite())
                .map(InviteId::as_str)
                .into(),
            mail.map(|mail| mail.recipient.as_str()).into(),
            mail.map(Mail::recipient_key).into(),
            mail.map(|mail| mail.language.tag()).into(),
        ],
    )
    .await
}

fn number(generation: Generation) -> Value {
    i64::try_from(generation.0).unwrap_or(i64::MAX).into()
}

/// Withdraws what would tell of a disconnect that a newer connection has overtaken.
pub(crate) async fn withdraw_removals(
    tx: &mut Tx<'_>,
    connection: &ConnectionId,
    now: Timestamp,
) -> Result<u64, Error> {
    let parameters = [connection.as_str().into(), now.as_millis().into()];
    tx.execute(&WITHDRAW_REMOVALS, &parameters).await
}

/// Withdraws the delivery of an acceptance that was never sent.
pub(crate) async fn withdraw_acceptance(
    tx: &mut Tx<'_>,
    acceptance: &AcceptanceId,
    now: Timestamp,
) -> Result<u64, Error> {
    let parameters = [acceptance.as_str().into(), now.as_millis().into()];
    tx.execute(&WITHDRAW_ACCEPTANCE, &parameters).await
}

/// Makes the delivery of an acceptance due now.
pub(crate) async fn hurry_acceptance(
    tx: &mut Tx<'_>,
    acceptance: &AcceptanceId,
    now: Timestamp,
) -> Result<u64, Error> {
    let parameters = [acceptance.as_str().into(), now.as_millis().into()];
    tx.execute(&HURRY_ACCEPTANCE, &parameters).await
}

/// A server that we wait for has just spoken to us: what waits for it is due now, and if it was away, sync too.
pub(crate) async fn peer_is_back(
    tx: &mut Tx<'_>,
    provider: &Provider,
    now: Timestamp,
) -> Result<u64, Error> {
    schedule::hurry_if_it_was_away(tx, provider, now).await?;
    let parameters = [provider.as_str().into(), now.as_millis().into()];
    tx.execute(&PEER_IS_BACK, &parameters).await
}
