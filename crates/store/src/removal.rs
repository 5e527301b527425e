//! Disconnecting: by our own person, by the other side, and telling the other side (rule 4).

use symbolon_core::connections::{
    EndedBy, Generation, Half, Phase, Removal, Repeated, removed_by_peer,
};
use symbolon_core::deliveries::{Retry, after_failure};
use symbolon_core::trust::Proof;
use symbolon_core::{ConnectionId, DeliveryId, Timestamp, UserId};
use symbolon_proto::address::Provider;
use symbolon_proto::identity::RemoteId;
use symbolon_proto::problem::Code;

use crate::attempts::{self, Attempt};
use crate::connections::{self, Connection, Contact, Told};
use crate::events::{Actor, Moment};
use crate::outbox::{self, DeliveryState, Kind, Lease};
use crate::seen::{self, Signature};
use crate::{Error, Operation, Tx, acceptances, gestures};

/// How many people here one message about one person elsewhere may disconnect, when it does not say whom it means.
const UNADDRESSED_MAX: u32 = 100;

/// A person disconnects: final here at once, and on its way to the other server.
pub struct Disconnect {
    /// Whose half it must be; `None` when an administrator does it for them.
    pub user: Option<UserId>,
    /// Which half.
    pub connection: ConnectionId,
    /// The id of the delivery that tells the other server.
    pub delivery: DeliveryId,
    /// This server: a connection between two people here has both halves at hand.
    pub here: Provider,
    /// When and under which reference.
    pub moment: Moment,
}

impl Operation for Disconnect {
    /// `None`: there is no such half. Disconnecting twice is no error and changes nothing.
    type Output = Option<Connection>;
    const NAME: &'static str = "disconnect";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<Connection>, Error> {
        let found = connections::find(tx, self.user.as_ref(), &self.connection).await?;
        let Some(mut connection) = found else {
            return Ok(None);
        };
        if !connection.half.is_connected() {
            return Ok(Some(connection));
        }
        let local = connection.contact.provider == self.here;
        connection.half.phase = Phase::Disconnected(EndedBy::Us);
        connection.half.barrier = gestures::next(tx).await?;
        connection.told = Some(if local {
            Told::Confirmed
        } else {
            Told::Telling
        });
        connection.ended_at = Some(self.moment.now);
        connections::save(tx, &connection, None).await?;
        let (by, actor) = (EndedBy::Us, Actor::Person);
        connections::record_disconnected(tx, &connection, by, actor, &self.moment).await?;
        if local {
            self.other_half(tx, &connection).await?;
        } else {
            let kind = Kind::UserRemoved(connection.id.clone(), connection.half.generation);
            let provider = &connection.contact.provider;
            outbox::withdraw_removals(tx, &connection.id, self.moment.now).await?;
            outbox::add(tx, &self.delivery, provider, &kind, &self.moment).await?;
        }
        Ok(Some(connection))
    }
}

impl Disconnect {
    async fn other_half(&self, tx: &mut Tx<'_>, ours: &Connection) -> Result<(), Error> {
        let Some(other) = UserId::parse(ours.contact.remote.subject()) else {
            return Ok(());
        };
        let theirs = connections::by_person(tx, &other, &self.here, ours.user.as_str()).await?;
        if let Some(theirs) = theirs {
            let generation = Some(ours.half.generation);
            let _repeated = apply(tx, theirs, generation, false, &self.moment).await?;
        }
        Ok(())
    }
}

/// Another server says that a person there disconnected.
pub struct ReceiveRemoval {
    /// Who says it: the server that signed the message.
    pub provider: Provider,
    /// Who disconnected there.
    pub remote: RemoteId,
    /// From whom here; `None` if the message does not say.
    pub user: Option<UserId>,
    /// At which generation; `None` from servers that do not speak of them.
    pub generation: Option<Generation>,
    /// The signature of the message, if it is to be remembered.
    pub signature: Option<Signature>,
    /// The id of a half, should one have to be written.
    pub connection: ConnectionId,
    /// When and under which reference.
    pub moment: Moment,
}

impl Operation for ReceiveRemoval {
    /// The generation of our half after the message, if we have one.
    type Output = Result<Option<Generation>, Repeated>;
    const NAME: &'static str = "receive_removal";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Output, Error> {
        let again = seen::before(tx, self.signature.as_ref()).await?;
        outbox::peer_is_back(tx, &self.provider, self.moment.now).await?;
        let subject = self.remote.subject();
        let halves = match &self.user {
            Some(user) => {
                let half = connections::by_person(tx, user, &self.provider, subject).await?;
                if half.is_none() {
                    let known = self.before_the_answer(tx, user, again).await?;
                    return Ok(Ok(known));
                }
                half.into_iter().collect()
            }
            None => connections::by_subject(tx, &self.provider, subject, UNADDRESSED_MAX).await?,
        };
        let mut known = None;
        for half in halves {
            match apply(tx, half, self.generation, again, &self.moment).await? {
                Ok(generation) => known = known.max(Some(generation)),
                Err(repeated) => return Ok(Err(repeated)),
            }
        }
        Ok(Ok(known))
    }
}

impl ReceiveRemoval {
    /// A removal that overtakes the answer to an acceptance of ours is remembered, so that the answer, when it comes at last,
    /// does not connect our half alone. Only while such an acceptance is open: strangers leave no rows behind.
    async fn before_the_answer(
        &self,
        tx: &mut Tx<'_>,
        user: &UserId,
        again: bool,
    ) -> Result<Option<Generation>, Error> {
        let Some(generation) = self.generation else {
            return Ok(None);
        };
        if again || !acceptances::any_open(tx, user, &self.provider).await? {
            return Ok(None);
        }
        let tombstone = Connection {
            id: self.connection.clone(),
            user: user.clone(),
            contact: Contact {
                provider: self.provider.clone(),
                remote: self.remote.clone(),
                name: String::new(),
                email: String::new(),
            },
            half: Half {
                generation,
                phase: Phase::Disconnected(EndedBy::Them),
                barrier: Default::default(),
            },
            told: None,
            proof: Proof::Signature,
            keeps_generations: true,
            invite: None,
            acceptance: None,
            connected_at: Timestamp::from_millis(0),
            ended_at: Some(self.moment.now),
            found: None,
            nickname: None,
        };
        connections::save(tx, &tombstone, None).await?;
        Ok(Some(generation))
    }
}

/// How telling the other server went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Telling {
    /// They answered; this is what their answer is worth.
    Answered(Told),
    /// They could not be reached, or are in trouble.
    Failed(Code),
}

/// Records how telling the other server went.
pub struct RecordTelling {
    /// The delivery that was sent.
    pub delivery: DeliveryId,
    /// The proof that it was ours to send.
    pub lease: Lease,
    /// How often it has been sent.
    pub attempts: u32,
    /// What there is to remember of this attempt.
    pub attempt: Attempt,
    /// When patience is over.
    pub gives_up_at: Timestamp,
    /// The half that it tells of.
    pub connection: ConnectionId,
    /// At which generation.
    pub generation: Generation,
    /// How it went.
    pub telling: Telling,
    /// What the other server said in its own words, cleaned and bounded.
    pub detail: Option<String>,
    /// When the other server wishes to be asked again.
    pub retry_after: Option<Timestamp>,
    /// Any random number, to spread retries.
    pub jitter: u32,
    /// When and under which reference.
    pub moment: Moment,
}

impl Operation for RecordTelling {
    /// `false`: the claim was lost, or the half has moved on.
    type Output = bool;
    const NAME: &'static str = "record_telling";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<bool, Error> {
        let now = self.moment.now;
        let detail = self.detail.as_deref();
        let (held, told) = match self.telling {
            Telling::Answered(told) => {
                let done = DeliveryState::Done;
                let held = outbox::settle(tx, &self.delivery, &self.lease, done, None, detail, now);
                (held.await?, Some(told))
            }
            Telling::Failed(code) => {
                let (attempts, end) = (self.attempts, self.gives_up_at);
                let retry = after_failure(attempts, end, now, self.jitter, self.retry_after);
                let (id, lease) = (&self.delivery, &self.lease);
                let held = outbox::retry(tx, id, lease, retry, code, detail, now).await?;
                (held, (retry == Retry::GiveUp).then_some(Told::CouldNot))
            }
        };
        if !held {
            return Ok(false);
        }
        attempts::record(tx, &self.delivery, self.attempts, &self.attempt).await?;
        let Some(told) = told else {
            return Ok(true);
        };
        if !connections::set_told(tx, &self.connection, self.generation, told).await? {
            return Ok(false);
        }
        if let Some(connection) = connections::find(tx, None, &self.connection).await? {
            connections::record_told(tx, &connection, told, &self.moment).await?;
        }
        Ok(true)
    }
}

/// Applies a removal to one half and returns its generation afterwards. `again` tells whether this very message has come
/// before.
async fn apply(
    tx: &mut Tx<'_>,
    mut half: Connection,
    generation: Option<Generation>,
    again: bool,
    moment: &Moment,
) -> Result<Result<Generation, Repeated>, Error> {
    if generation.is_some() {
        connections::count_from_now_on(tx, &mut half).await?;
    }
    let removal = match removed_by_peer(&half.half, generation).once(again) {
        Ok(removal) => removal,
        Err(repeated) => return Ok(Err(repeated)),
    };
    match removal {
        Removal::Known(generation) | Removal::OldNews(generation) => Ok(Ok(generation)),
        Removal::Disconnect(generation) => {
            let was_connected = half.half.is_connected();
            half.half.generation = generation;
            if was_connected {
                half.half.phase = Phase::Disconnected(EndedBy::Them);
                half.ended_at = Some(moment.now);
                half.told = None;
            }
            // Both people disconnected at once: what we were about to tell them they know.
            let knew = half.told == Some(Told::Telling);
            if knew {
                half.told = Some(Told::Confirmed);
                outbox::withdraw_removals(tx, &half.id, moment.now).await?;
            }
            connections::save(tx, &half, None).await?;
            if was_connected {
                let (by, actor) = (EndedBy::Them, Actor::Peer);
                connections::record_disconnected(tx, &half, by, actor, moment).await?;
            }
            if knew {
                connections::record_told(tx, &half, Told::Confirmed, moment).await?;
            }
            Ok(Ok(generation))
        }
    }
}
