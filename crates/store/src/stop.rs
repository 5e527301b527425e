//! Acceptances that go no further, since the administrators do not let the other server in: judged when one is about to be
//! sent and when its answer is recorded, each time in the transaction that acts on it.

use symbolon_core::AcceptanceId;
use symbolon_core::acceptances::Outcome;
use symbolon_core::trust::{Decision, Mode};
use symbolon_proto::address::Provider;

use crate::acceptances::{self, Acceptance, Said, State};
use crate::events::{Kind as Happened, Moment};
use crate::{Error, Operation, Statement, Tx, gestures, outbox, trust};

/// The column holds the gesture of cancelling: a decision of the administrators has its place among the gestures too.
static REQUEST_STOP: Statement = Statement::new(
    "stop.request",
    "UPDATE acceptances SET cancel_requested = $2, stop_code = $3
     WHERE id = $1 AND settled_at IS NULL AND cancel_requested = 0",
);

/// Every statement of this room.
pub const STATEMENTS: &[&Statement] = &[&REQUEST_STOP];

/// Stops an acceptance that is about to be sent to a server that is not let in.
pub struct StopAcceptance {
    /// Which.
    pub id: AcceptanceId,
    /// Which servers people may connect with that have not been named, for invitations from others.
    pub mode: Mode,
    /// Whether a request may have reached the other server in an earlier attempt.
    pub sent: bool,
    /// When and under which reference.
    pub moment: Moment,
}

impl Operation for StopAcceptance {
    /// `false`: it may go on, or it is over already.
    type Output = bool;
    const NAME: &'static str = "stop_acceptance";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<bool, Error> {
        let found = acceptances::find(tx, None, &self.id).await?;
        let Some(found) = found.filter(|found| found.state == State::Pending) else {
            return Ok(false);
        };
        let decision = trust::judge(tx, &found.provider, self.mode).await?;
        stop(tx, &found, decision, self.sent, &self.moment).await
    }
}

/// Stops one unless the decision lets it go on or its person has cancelled it. What was never sent ends at once; otherwise
/// what came of it is learnt first, and undone. Whether it was stopped.
pub(crate) async fn stop(
    tx: &mut Tx<'_>,
    acceptance: &Acceptance,
    decision: Decision,
    sent: bool,
    moment: &Moment,
) -> Result<bool, Error> {
    let Some(code) = decision
        .refusal()
        .filter(|_| acceptance.cancelled.is_none())
    else {
        return Ok(false);
    };
    let id = &acceptance.id;
    let gesture = gestures::next(tx).await?;
    let parameters = [id.as_str().into(), gesture.0.into(), code.as_str().into()];
    tx.execute_one(&REQUEST_STOP, &parameters).await?;
    if sent {
        outbox::hurry_acceptance(tx, id, moment.now).await?;
        let actor = acceptances::stopper(moment);
        acceptances::about(Happened::AcceptanceStopping, actor, acceptance)
            .went(code.as_str())
            .record(tx, moment)
            .await?;
    } else {
        outbox::withdraw_acceptance(tx, id, moment.now).await?;
        let stopped = acceptances::existing(tx, id).await?;
        let said = Said::default();
        acceptances::settle(tx, &stopped, Outcome::Cancelled, said, None, moment).await?;
    }
    Ok(true)
}

/// Stops every acceptance that is on its way to a server which has just been blocked; how many there were.
pub(crate) async fn stop_all(
    tx: &mut Tx<'_>,
    provider: &Provider,
    moment: &Moment,
) -> Result<u64, Error> {
    let mut stopped = 0;
    for open in acceptances::open_with(tx, provider).await? {
        if stop(tx, &open, Decision::Blocked, open.sent, moment).await? {
            stopped += 1;
        }
    }
    Ok(stopped)
}

/// Lets every acceptance that is on its way to a server be judged anew now; how many there are.
pub(crate) async fn judge_anew(
    tx: &mut Tx<'_>,
    provider: &Provider,
    moment: &Moment,
) -> Result<u64, Error> {
    let mut judged = 0;
    for open in acceptances::open_with(tx, provider).await? {
        outbox::hurry_acceptance(tx, &open.id, moment.now).await?;
        judged += 1;
    }
    Ok(judged)
}
