//! The other server answered an acceptance: the accepter's side of rule 3, in one transaction.

use symbolon_core::acceptances::{Answer, Next, Outcome, after, floor};
use symbolon_core::connections::{Conclusion, EndedBy, Generation, Half, Phase, conclude};
use symbolon_core::deliveries::{Retry, after_failure};
use symbolon_core::trust::{Decision, Mode, Proof};
use symbolon_core::{AcceptanceId, ConnectionId, DeliveryId, Timestamp};
use symbolon_proto::identity::RemoteId;
use symbolon_proto::problem::Code;

use crate::acceptances::{self, Acceptance, Said, State};
use crate::attempts::{self, Attempt};
use crate::connections::{self, Connection, Contact, Told};
use crate::events::{Actor, Moment};
use crate::outbox::{self, DeliveryState, Kind, Lease};
use crate::stop::stop;
use crate::users::{self, User};
use crate::{Error, Operation, Tx, mails, trust};

/// What has to be sent for one acceptance.
pub struct AcceptanceToSend {
    /// The acceptance; its token is sealed.
    pub acceptance: Acceptance,
    /// Who accepts.
    pub user: User,
    /// The floor to send, from all that is on record with anybody of that server.
    pub floor: Generation,
    /// Whether the server is let in now.
    pub decision: Decision,
}

impl AcceptanceToSend {
    /// Whether it has to be stopped and must not be sent as it is.
    pub fn is_to_stop(&self) -> bool {
        !self.decision.allows() && self.acceptance.cancelled.is_none()
    }
}

/// Loads what has to be sent for an acceptance; `None` if it is settled and nothing is to be sent.
pub struct LoadAcceptance {
    /// Which.
    pub id: AcceptanceId,
    /// Which servers people may connect with that have not been named, for invitations from others.
    pub mode: Mode,
}

impl Operation for LoadAcceptance {
    type Output = Option<AcceptanceToSend>;
    const NAME: &'static str = "load_acceptance";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Output, Error> {
        let Some(acceptance) = acceptances::find(tx, None, &self.id).await? else {
            return Ok(None);
        };
        if acceptance.state != State::Pending {
            return Ok(None);
        }
        let Some(user) = users::by_id(tx, &acceptance.user).await? else {
            return Ok(None);
        };
        let (provider, gesture) = (&acceptance.provider, acceptance.gesture);
        let on_record = connections::on_record(tx, &user.id, provider, gesture, None).await?;
        let cancelled = acceptance.cancelled.is_some();
        let floor = floor(on_record.floor, acceptance.floor, cancelled);
        let decision = trust::judge(tx, provider, self.mode).await?;
        Ok(Some(AcceptanceToSend {
            acceptance,
            user,
            floor,
            decision,
        }))
    }
}

/// Records what the other server answered to an acceptance, and everything that follows from it.
pub struct RecordAnswer {
    /// The delivery that was sent.
    pub delivery: DeliveryId,
    /// The proof that it was ours to send.
    pub lease: Lease,
    /// How often it has been sent.
    pub attempts: u32,
    /// What there is to remember of this attempt.
    pub attempt: Attempt,
    /// Whether it is known that this attempt was not acted on.
    pub accounted: bool,
    /// When patience is over.
    pub gives_up_at: Timestamp,
    /// The acceptance.
    pub acceptance: AcceptanceId,
    /// Which servers people may connect with that have not been named, for invitations from others.
    pub mode: Mode,
    /// The answer.
    pub answer: Answer<Contact>,
    /// Whose disconnect a stale answer speaks of, if it says so.
    pub inviter: Option<RemoteId>,
    /// What the other server said in its own words, cleaned and bounded.
    pub detail: Option<String>,
    /// When the other server wishes to be asked again.
    pub retry_after: Option<Timestamp>,
    /// The id of our half, should it be new.
    pub connection: ConnectionId,
    /// The id of the delivery that undoes a cancelled acceptance, should one be needed.
    pub undo: DeliveryId,
    /// Any random number, to spread retries.
    pub jitter: u32,
    /// When and under which reference.
    pub moment: Moment,
}

impl Operation for RecordAnswer {
    /// `false`: the claim was lost or the acceptance settled meanwhile, and the answer was not used.
    type Output = bool;
    const NAME: &'static str = "record_answer";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<bool, Error> {
        if !outbox::holds(tx, &self.delivery, &self.lease).await? {
            return Ok(false);
        }
        attempts::record(tx, &self.delivery, self.attempts, &self.attempt).await?;
        let found = acceptances::find(tx, None, &self.acceptance).await?;
        let Some(mut acceptance) = found.filter(|found| found.state == State::Pending) else {
            self.done(tx).await?;
            return Ok(false);
        };
        // The administrators may have decided while the request was on its way.
        let decision = trust::judge(tx, &acceptance.provider, self.mode).await?;
        if stop(tx, &acceptance, decision, true, &self.moment).await? {
            acceptance = acceptances::existing(tx, &self.acceptance).await?;
        }
        match &self.answer {
            Answer::Yes {
                contact,
                generation,
            } => {
                self.yes(tx, &acceptance, contact, *generation).await?;
            }
            Answer::AlreadyTaken(_) => {
                let (user, provider) = (&acceptance.user, &acceptance.provider);
                let remembered =
                    connections::by_token(tx, user, provider, &acceptance.token_hash).await?;
                match remembered {
                    Some(half) => self.yes(tx, &acceptance, &half.contact, None).await?,
                    None => self.otherwise(tx, &acceptance).await?,
                }
            }
            Answer::Stale(_) | Answer::No(_) | Answer::Unsettled(_) => {
                self.otherwise(tx, &acceptance).await?;
            }
        }
        Ok(true)
    }
}

impl RecordAnswer {
    async fn yes(
        &self,
        tx: &mut Tx<'_>,
        acceptance: &Acceptance,
        contact: &Contact,
        answered: Option<Generation>,
    ) -> Result<(), Error> {
        let (user, provider) = (&acceptance.user, &contact.provider);
        let current = connections::by_person(tx, user, provider, contact.remote.subject()).await?;
        let half = current.as_ref().map(|connection| &connection.half);
        let gesture = acceptance.gesture;
        match conclude(half, answered, gesture, acceptance.cancelled.is_some()) {
            Conclusion::Connect(generation) => {
                let connected =
                    self.connected(acceptance, contact, current.as_ref(), answered, generation);
                connections::save(tx, &connected, Some(&acceptance.token_hash)).await?;
                outbox::withdraw_removals(tx, &connected.id, self.moment.now).await?;
                if !half.is_some_and(Half::is_connected) {
                    let actor = Actor::Peer;
                    connections::record_connected(tx, &connected, actor, &self.moment).await?;
                    if acceptance.cancelled.is_none() {
                        let asked = acceptance.asked_at;
                        mails::tell_connected(tx, &connected, asked, &self.moment).await?;
                    }
                }
                self.settle_as_connected(tx, acceptance, &connected).await
            }
            Conclusion::Already(generation) => {
                let connected =
                    self.connected(acceptance, contact, current.as_ref(), answered, generation);
                connections::save(tx, &connected, Some(&acceptance.token_hash)).await?;
                self.settle_as_connected(tx, acceptance, &connected).await
            }
            Conclusion::Over => self.settle(tx, acceptance, Outcome::Cancelled, None).await,
            Conclusion::AskAgain(floor) => self.ask_again(tx, acceptance, floor).await,
            Conclusion::Undo(generation) => {
                let mut undone =
                    self.connected(acceptance, contact, current.as_ref(), answered, generation);
                undone.half.phase = Phase::Disconnected(EndedBy::Us);
                let taken_back = acceptance.cancelled.unwrap_or(gesture);
                undone.half.barrier = undone.half.barrier.max(taken_back);
                undone.told = Some(Told::Telling);
                undone.ended_at = Some(self.moment.now);
                connections::save(tx, &undone, Some(&acceptance.token_hash)).await?;
                outbox::withdraw_removals(tx, &undone.id, self.moment.now).await?;
                let kind = Kind::UserRemoved(undone.id.clone(), generation);
                outbox::add(tx, &self.undo, provider, &kind, &self.moment).await?;
                self.settle(tx, acceptance, Outcome::Cancelled, Some(&undone.id))
                    .await
            }
        }
    }

    async fn otherwise(&self, tx: &mut Tx<'_>, acceptance: &Acceptance) -> Result<(), Error> {
        let last_chance = self.moment.now >= self.gives_up_at;
        let (user, provider) = (&acceptance.user, &acceptance.provider);
        let on_record = connections::on_record(
            tx,
            user,
            provider,
            acceptance.gesture,
            self.inviter.as_ref(),
        )
        .await?;
        let again = acceptance.asked_again;
        match after(
            &self.answer,
            acceptance.cancelled.is_some(),
            on_record.disconnected_since,
            again,
            last_chance,
        ) {
            Next::Settle(outcome) => self.settle(tx, acceptance, outcome, None).await,
            Next::AskAgain(floor) => self.ask_again(tx, acceptance, floor).await,
            Next::Wait(code) => {
                let detail = self.detail.as_deref();
                let moment = &self.moment;
                acceptances::wait(
                    tx,
                    acceptance,
                    Some(code),
                    self.said(),
                    acceptance.floor,
                    0,
                    moment,
                )
                .await?;
                let retry = after_failure(
                    self.attempts,
                    self.gives_up_at,
                    moment.now,
                    self.jitter,
                    self.retry_after,
                );
                self.put_back(tx, retry, code, detail).await
            }
        }
    }

    async fn put_back(
        &self,
        tx: &mut Tx<'_>,
        retry: Retry,
        code: Code,
        detail: Option<&str>,
    ) -> Result<(), Error> {
        if self.accounted {
            outbox::account(tx, &self.delivery).await?;
        }
        let (id, lease, now) = (&self.delivery, &self.lease, self.moment.now);
        outbox::retry(tx, id, lease, retry, code, detail, now)
            .await
            .map(drop)
    }

    /// The halves did not fit: again with a higher floor, at once the first few times.
    async fn ask_again(
        &self,
        tx: &mut Tx<'_>,
        acceptance: &Acceptance,
        floor: Generation,
    ) -> Result<(), Error> {
        let code = Code::ConnectionStale;
        let now = self.moment.now;
        let in_a_row = acceptance.asked_again + 1;
        let at_once = in_a_row <= symbolon_core::acceptances::ASK_AGAIN_AT_ONCE_MAX;
        let again = if at_once { in_a_row } else { 0 };
        let reason = (!at_once).then_some(code);
        let said = Said::default();
        acceptances::wait(tx, acceptance, reason, said, floor, again, &self.moment).await?;
        let retry = if at_once {
            Retry::At(now)
        } else {
            after_failure(self.attempts, self.gives_up_at, now, self.jitter, None)
        };
        if retry == Retry::GiveUp {
            let outcome = Outcome::OutOfTime(code);
            return self.settle(tx, acceptance, outcome, None).await;
        }
        self.put_back(tx, retry, code, None).await
    }

    /// The two are connected. That came of this acceptance, unless it was cancelled: then it came of something else.
    async fn settle_as_connected(
        &self,
        tx: &mut Tx<'_>,
        acceptance: &Acceptance,
        connected: &Connection,
    ) -> Result<(), Error> {
        let (outcome, came_of_it) = match acceptance.cancelled {
            Some(_) => (Outcome::Cancelled, None),
            None => (Outcome::Connected, Some(&connected.id)),
        };
        self.settle(tx, acceptance, outcome, came_of_it).await
    }

    async fn settle(
        &self,
        tx: &mut Tx<'_>,
        acceptance: &Acceptance,
        outcome: Outcome,
        connection: Option<&ConnectionId>,
    ) -> Result<(), Error> {
        let said = Said {
            // What connected somebody needs no explanation.
            attempt: Some(&self.attempt).filter(|_| outcome != Outcome::Connected),
            ..self.said()
        };
        acceptances::settle(tx, acceptance, outcome, said, connection, &self.moment).await?;
        self.done(tx).await
    }

    fn said(&self) -> Said<'_> {
        Said {
            detail: self.detail.as_deref(),
            attempt: Some(&self.attempt),
        }
    }

    async fn done(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let now = self.moment.now;
        outbox::settle(
            tx,
            &self.delivery,
            &self.lease,
            DeliveryState::Done,
            None,
            None,
            now,
        )
        .await
        .map(drop)
    }

    fn connected(
        &self,
        acceptance: &Acceptance,
        contact: &Contact,
        current: Option<&Connection>,
        answered: Option<Generation>,
        generation: Generation,
    ) -> Connection {
        Connection {
            id: current.map_or_else(|| self.connection.clone(), |c| c.id.clone()),
            user: acceptance.user.clone(),
            contact: contact.clone(),
            half: Half {
                generation,
                phase: Phase::Connected,
                barrier: current.map(|c| c.half.barrier).unwrap_or_default(),
            },
            told: None,
            // The yes came over a connection that we opened to their address.
            proof: Proof::Signature,
            keeps_generations: answered.is_some(),
            invite: current.and_then(|c| c.invite.clone()),
            // The gesture that connected the two stays on record while they are connected.
            acceptance: match current {
                Some(c) if c.half.is_connected() => c.acceptance.clone(),
                _ => Some(acceptance.id.clone()),
            },
            connected_at: current
                .filter(|c| c.half.is_connected())
                .map_or(self.moment.now, |c| c.connected_at),
            ended_at: None,
            found: None,
            nickname: current.and_then(|c| c.nickname.clone()),
        }
    }
}
