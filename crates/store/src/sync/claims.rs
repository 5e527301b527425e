//! What another server says of its halves, applied to ours (rule 5), in one transaction for each message.

use symbolon_core::connections::{EndedBy, Generation, Half, Phase};
use symbolon_core::sync::{Claim, ClaimedPhase, Verdict, compare};
use symbolon_core::{ConnectionId, Timestamp, UserId};
use symbolon_proto::address::Provider;
use symbolon_proto::identity::RemoteId;

use crate::connections::{self, Connection, Contact, Told};
use crate::events::{Actor, Moment};
use crate::{Error, Operation, Statement, Tx, acceptances, gestures, outbox, users};

/// How many halves of one server are kept that were only ever known from it: a server that lies can name any number of
/// people of its own.
const NEVER_CONNECTED_MAX: i64 = 100_000;

static NEVER_CONNECTED: Statement = Statement::new(
    "sync.never_connected",
    "SELECT COUNT(*) FROM (SELECT 1 FROM connections WHERE provider = $1 AND connected_at = 0 LIMIT $2) AS rows",
);

/// Every statement of this room.
pub const STATEMENTS: &[&Statement] = &[&NEVER_CONNECTED];

/// A claim, and the two people that it is about.
#[derive(Clone, Debug)]
pub struct ClaimAbout {
    /// Our person.
    pub user: UserId,
    /// Theirs.
    pub remote: RemoteId,
    /// What their server says.
    pub claim: Claim,
    /// The id of our half, should one have to be written.
    pub connection: ConnectionId,
}

/// Applies claims of one server.
pub struct ApplyClaims {
    /// Who says it: the server that signed the message, or answered ours.
    pub provider: Provider,
    /// What it says.
    pub claims: Vec<ClaimAbout>,
    /// When and under which reference.
    pub moment: Moment,
}

/// What became of one claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// Our half afterwards; `None` if there is none and none was written, since the person does not exist here.
    pub half: Option<Half>,
    /// Whether our half is another one than before.
    pub changed: bool,
    /// Whether it waits for an acceptance that is under way, and has to be compared again.
    pub later: bool,
}

impl Operation for ApplyClaims {
    /// For each claim.
    type Output = Vec<Applied>;
    const NAME: &'static str = "apply_claims";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<Applied>, Error> {
        let mut applied = Vec::with_capacity(self.claims.len());
        let mut room = None;
        for about in &self.claims {
            applied.push(self.apply(tx, about, &mut room).await?);
        }
        Ok(applied)
    }
}

impl ApplyClaims {
    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        about: &ClaimAbout,
        room: &mut Option<i64>,
    ) -> Result<Applied, Error> {
        let subject = about.remote.subject();
        let ours = connections::by_person(tx, &about.user, &self.provider, subject).await?;
        let half = ours.as_ref().map(|ours| ours.half);
        let open = acceptances::any_open(tx, &about.user, &self.provider).await?;
        let kept = |later| Applied {
            half,
            changed: false,
            later,
        };
        let Verdict::Disconnect {
            generation,
            by,
            renew_barrier,
        } = compare(half.as_ref(), &about.claim, open)
        else {
            let later = compare(half.as_ref(), &about.claim, open) == Verdict::Later;
            if let Some(ours) = ours.filter(|_| !later) {
                self.hear(tx, &ours, &about.claim).await?;
            }
            return Ok(kept(later));
        };
        let known = ours.is_some();
        if !known && !self.has_room(tx, about, room).await? {
            return Ok(kept(false));
        }
        let mut ours = ours.unwrap_or_else(|| self.never_connected(about));
        let was_connected = ours.half.is_connected();
        ours.half.generation = generation;
        ours.half.phase = Phase::Disconnected(by);
        if renew_barrier {
            ours.half.barrier = gestures::next(tx).await?;
        }
        // Who still says "connected" has to be told, which the answer does.
        let before = ours.told;
        ours.told = match about.claim.phase {
            ClaimedPhase::Connected => Some(Told::Unconfirmed),
            ClaimedPhase::Disconnected(_) => (by == EndedBy::Us).then_some(Told::Confirmed),
        };
        if was_connected {
            ours.ended_at = Some(self.moment.now);
        }
        connections::save(tx, &ours, None).await?;
        outbox::withdraw_removals(tx, &ours.id, self.moment.now).await?;
        if was_connected {
            let actor = Actor::Peer;
            connections::record_disconnected(tx, &ours, by, actor, &self.moment).await?;
        } else if let Some(told) = ours
            .told
            .filter(|_| before.is_some() && before != ours.told)
        {
            connections::record_told(tx, &ours, told, &self.moment).await?;
        }
        Ok(Applied {
            half: Some(ours.half),
            changed: true,
            later: false,
        })
    }

    /// A claim that they are disconnected as well confirms what we may be trying to tell them.
    async fn hear(&self, tx: &mut Tx<'_>, ours: &Connection, claim: &Claim) -> Result<(), Error> {
        let ended = matches!(claim.phase, ClaimedPhase::Disconnected(_));
        if ended && claim.generation == ours.half.generation {
            confirm(tx, ours, &self.moment).await?;
        }
        Ok(())
    }

    /// Whether a half may be written that we know from the other server alone.
    async fn has_room(
        &self,
        tx: &mut Tx<'_>,
        about: &ClaimAbout,
        room: &mut Option<i64>,
    ) -> Result<bool, Error> {
        if users::by_id(tx, &about.user).await?.is_none() {
            return Ok(false);
        }
        let mut left = match *room {
            Some(left) => left,
            None => {
                let parameters = [self.provider.as_str().into(), NEVER_CONNECTED_MAX.into()];
                let row = tx.row(&NEVER_CONNECTED, &parameters).await?;
                NEVER_CONNECTED_MAX - row.map_or(Ok(0), |row| row.int(0))?
            }
        };
        let fits = left > 0;
        left -= i64::from(fits);
        *room = Some(left);
        Ok(fits)
    }

    fn never_connected(&self, about: &ClaimAbout) -> Connection {
        Connection {
            id: about.connection.clone(),
            user: about.user.clone(),
            contact: Contact {
                provider: self.provider.clone(),
                remote: about.remote.clone(),
                name: String::new(),
                email: String::new(),
            },
            half: Half {
                generation: Generation::NONE,
                phase: Phase::Disconnected(EndedBy::Neither),
                barrier: Default::default(),
            },
            told: None,
            signed: true,
            keeps_generations: true,
            invite: None,
            acceptance: None,
            connected_at: Timestamp::from_millis(0),
            ended_at: Some(self.moment.now),
        }
    }
}

/// The other server has been told of these halves, which are disconnected, and did not contradict.
pub struct ConfirmTold {
    /// Which server.
    pub provider: Provider,
    /// Our person, the other's canonical identifier, and the generation that was told.
    pub agreed: Vec<(UserId, String, Generation)>,
    /// When and under which reference.
    pub moment: Moment,
}

impl Operation for ConfirmTold {
    type Output = ();
    const NAME: &'static str = "confirm_told";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        for (user, subject, generation) in &self.agreed {
            let ours = connections::by_person(tx, user, &self.provider, subject).await?;
            if let Some(ours) = ours.filter(|ours| ours.half.generation == *generation) {
                confirm(tx, &ours, &self.moment).await?;
            }
        }
        Ok(())
    }
}

async fn confirm(tx: &mut Tx<'_>, ours: &Connection, moment: &Moment) -> Result<(), Error> {
    let open = ours.told.is_some_and(|told| told != Told::Confirmed);
    if !open || ours.half.is_connected() {
        return Ok(());
    }
    outbox::withdraw_removals(tx, &ours.id, moment.now).await?;
    connections::set_told(tx, &ours.id, ours.half.generation, Told::Confirmed).await?;
    connections::record_told(tx, ours, Told::Confirmed, moment).await
}
