//! What another server says of its halves, applied to ours (rule 5), in one transaction for each message.

use std::collections::HashMap;

use symbolon_core::connections::{EndedBy, Generation, Half, Phase};
use symbolon_core::sync::{Claim, ClaimedPhase, Verdict, compare};
use symbolon_core::trust::Proof;
use symbolon_core::{ConnectionId, Timestamp, UserId};
use symbolon_proto::address::Provider;
use symbolon_proto::identity::RemoteId;

use crate::connections::{self, Connection, Contact, Told};
use crate::events::{Actor, Moment};
use crate::{Error, Operation, Statement, Tx, acceptances, gestures, outbox, users};

/// How many halves of one server are kept that were only ever known from it: a server that lies can name any number of
/// people of its own.
const NEVER_CONNECTED_MAX: i64 = 100_000;

/// How many such halves one person here has, with whatever servers: one liar can have any number of servers.
const NEVER_CONNECTED_EACH_MAX: i64 = 1_000;

static NEVER_CONNECTED: Statement = Statement::new(
    "sync.never_connected",
    "SELECT COUNT(*) FROM (SELECT 1 FROM connections WHERE provider = $1 AND connected_at = 0 LIMIT $2) AS rows",
);
static NEVER_CONNECTED_EACH: Statement = Statement::new(
    "sync.never_connected_each",
    "SELECT COUNT(*) FROM (SELECT 1 FROM connections
                           WHERE user_id = $1 AND phase = 'disconnected' AND connected_at = 0 LIMIT $2) AS rows",
);

/// Every statement of this room.
pub const STATEMENTS: &[&Statement] = &[&NEVER_CONNECTED, &NEVER_CONNECTED_EACH];

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
    /// Our half's id, if there is one.
    pub connection: Option<ConnectionId>,
}

/// How many more halves may be written that we know from the other server alone.
#[derive(Default)]
struct Room {
    there: Option<i64>,
    here: HashMap<UserId, i64>,
}

impl Operation for ApplyClaims {
    /// For each claim.
    type Output = Vec<Applied>;
    const NAME: &'static str = "apply_claims";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<Applied>, Error> {
        let mut applied = Vec::with_capacity(self.claims.len());
        let mut room = Room::default();
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
        room: &mut Room,
    ) -> Result<Applied, Error> {
        let subject = about.remote.subject();
        let mut ours = connections::by_person(tx, &about.user, &self.provider, subject).await?;
        if let Some(ours) = ours.as_mut() {
            connections::count_from_now_on(tx, ours).await?;
        }
        let half = ours.as_ref().map(|ours| ours.half);
        let open = acceptances::any_open(tx, &about.user, &self.provider).await?;
        let verdict = compare(half.as_ref(), &about.claim, open);
        let Verdict::Disconnect {
            generation,
            by,
            renew_barrier,
        } = verdict
        else {
            if let Some(ours) = ours.as_ref().filter(|_| verdict == Verdict::Keep) {
                self.hear(tx, ours, &about.claim).await?;
            }
            return Ok(Applied {
                half,
                changed: false,
                later: verdict == Verdict::Later,
                connection: ours.map(|ours| ours.id),
            });
        };
        if ours.is_none() && !self.has_room(tx, about, room).await? {
            return Ok(Applied {
                half: None,
                changed: false,
                later: false,
                connection: None,
            });
        }
        let mut ours = ours.unwrap_or_else(|| self.never_connected(about));
        let was_connected = ours.half.is_connected();
        ours.half.generation = generation;
        ours.half.phase = Phase::Disconnected(by);
        if renew_barrier {
            ours.half.barrier = gestures::next(tx).await?;
        }
        if was_connected {
            ours.ended_at = Some(self.moment.now);
            ours.found = Some(about.claim.finding());
        }
        // Only ever towards "confirmed", so that a server that changes its mind all the time leaves no trail of events.
        let ended = matches!(about.claim.phase, ClaimedPhase::Disconnected(_));
        let confirmed = ended && by == EndedBy::Us && ours.told != Some(Told::Confirmed);
        let before = ours.told;
        if confirmed {
            ours.told = Some(Told::Confirmed);
        } else if before == Some(Told::Telling) {
            // What would tell them is withdrawn below: they are told by the answer.
            ours.told = Some(Told::Unconfirmed);
        }
        connections::save(tx, &ours, None).await?;
        outbox::withdraw_removals(tx, &ours.id, self.moment.now).await?;
        if was_connected {
            let actor = Actor::Peer;
            connections::record_disconnected(tx, &ours, by, actor, &self.moment).await?;
        } else if let Some(told) = ours.told.filter(|_| ours.told != before) {
            connections::record_told(tx, &ours, told, &self.moment).await?;
        }
        Ok(Applied {
            half: Some(ours.half),
            changed: true,
            later: false,
            connection: Some(ours.id),
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
        room: &mut Room,
    ) -> Result<bool, Error> {
        let user = &about.user;
        if !room.here.contains_key(user) {
            let left = if users::by_id(tx, user).await?.is_none() {
                0
            } else {
                let max = NEVER_CONNECTED_EACH_MAX;
                max - count(tx, &NEVER_CONNECTED_EACH, user.as_str(), max).await?
            };
            room.here.insert(user.clone(), left);
        }
        let there = match room.there {
            Some(left) => left,
            None => {
                let (provider, max) = (self.provider.as_str(), NEVER_CONNECTED_MAX);
                max - count(tx, &NEVER_CONNECTED, provider, max).await?
            }
        };
        let here = room.here.entry(user.clone()).or_default();
        let fits = there > 0 && *here > 0;
        *here -= i64::from(fits);
        room.there = Some(there - i64::from(fits));
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
            proof: Proof::Signature,
            keeps_generations: true,
            invite: None,
            acceptance: None,
            connected_at: Timestamp::from_millis(0),
            ended_at: Some(self.moment.now),
            found: Some(about.claim.finding()),
            nickname: None,
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

async fn count(
    tx: &mut Tx<'_>,
    statement: &'static Statement,
    of: &str,
    max: i64,
) -> Result<i64, Error> {
    let row = tx.row(statement, &[of.into(), max.into()]).await?;
    row.map_or(Ok(0), |row| row.int(0))
}
