//! The oracles that look at every commit of every server, at the moment at which it is made.

mod deliveries;
mod events;
mod eyes;
mod half;

use std::collections::{BTreeMap, BTreeSet};

use symbolon_core::acceptances::Outcome;
use symbolon_store::acceptances::{Acceptance, State};
use symbolon_store::connections::Connection;
use symbolon_store::events::LastEvent;
use symbolon_store::invites::ListInvites;

use crate::message::CAUSE;
use crate::server::Server;
use crate::world::World;
use eyes::ALL;
use half::Change;

pub use deliveries::nobody_waits_for_the_dead;
pub use eyes::{acceptances, halves, look, open_deliveries};

/// The operations that change nothing of what is watched.
const UNWATCHED: [&str; 19] = [
    "claim_due",
    "release_leases",
    "note_health",
    "note_signs",
    "save_discovery",
    "save_keys",
    "app_password_used",
    "prune_deliveries",
    "prune_sessions",
    "set_our_name",
    "our_ledger",
    "count_in",
    "plan_all_syncs",
    "claim_syncs",
    "record_sync",
    "note_ledger",
    "note_found",
    "note_back",
    "call_back",
];

/// What has been seen so far, for all servers. Places in [`Watch::seq`] order everything.
pub struct Watch {
    /// Counts what happened.
    seq: u64,
    servers: Vec<Seen>,
    /// When each invite was issued, whose it is, and how many it may connect.
    invites: BTreeMap<String, Issued>,
    /// Acceptances by id.
    accepted: BTreeMap<String, Accepted>,
    /// Who has ever accepted by which token. A restore does not call back what has left before it.
    asked: BTreeSet<(usize, [u8; 32])>,
    /// When a person last disconnected from somebody.
    disconnected: BTreeMap<(usize, String), u64>,
    /// The statuses with which acceptances were answered, by their exchange.
    answers: BTreeMap<String, BTreeSet<u16>>,
    /// What there was to see.
    pub tally: Tally,
}

/// How much of each kind has been seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Halves that became connected.
    pub connected: u64,
    /// Halves that became disconnected.
    pub disconnected: u64,
    /// Acceptances that ended as cancelled.
    pub cancelled: u64,
    /// Late and doubled messages that arrived.
    pub copies: u64,
    /// Pairs that were connected in the end.
    pub agreed: u64,
    /// Servers that were taken back to a backup.
    pub restored: u64,
    /// Halves that a comparison has changed.
    pub synced: u64,
}

impl Tally {
    /// What several worlds have seen together.
    pub fn add(&mut self, other: &Self) {
        self.connected += other.connected;
        self.disconnected += other.disconnected;
        self.cancelled += other.cancelled;
        self.copies += other.copies;
        self.agreed += other.agreed;
        self.restored += other.restored;
        self.synced += other.synced;
    }
}

#[derive(Clone, Default)]
struct Seen {
    halves: BTreeMap<String, Connection>,
    events: i64,
    /// Whether it has ever been taken back to a backup.
    restored: bool,
}

#[derive(Clone)]
struct Issued {
    at: u64,
    owner: usize,
    limit: Option<u32>,
    people: BTreeSet<String>,
}

#[derive(Clone)]
struct Accepted {
    /// When the person last accepted by it.
    at: u64,
    person: usize,
    gesture: i64,
    /// When it was cancelled.
    cancelled: Option<u64>,
    state: State,
    reference: String,
    token: [u8; 32],
}

/// What the oracles knew of one server at some time. A restore takes the server back to it, gestures included: a
/// gesture that the backup does not know has never been made, except as far as another server knows of it.
pub struct Remembered {
    seen: Seen,
    invites: BTreeMap<String, Issued>,
    accepted: BTreeMap<String, Accepted>,
    disconnected: BTreeMap<(usize, String), u64>,
}

impl Watch {
    /// What is known of one server, for a backup.
    pub fn back_up(&self, world: &World, server: usize) -> Remembered {
        let here = |person: usize| {
            world
                .people
                .get(person)
                .is_some_and(|person| person.server == server)
        };
        let mut remembered = Remembered {
            seen: self.servers[server].clone(),
            invites: self.invites.clone(),
            accepted: self.accepted.clone(),
            disconnected: self.disconnected.clone(),
        };
        remembered.invites.retain(|_, issued| here(issued.owner));
        remembered
            .accepted
            .retain(|_, accepted| here(accepted.person));
        remembered.disconnected.retain(|(us, _), _| here(*us));
        remembered
    }

    /// Takes a server back.
    pub fn restore(&mut self, world: &World, server: usize, to: Remembered) {
        let now = self.back_up(world, server);
        self.invites.retain(|id, _| !now.invites.contains_key(id));
        self.accepted.retain(|id, _| !now.accepted.contains_key(id));
        self.disconnected
            .retain(|pair, _| !now.disconnected.contains_key(pair));
        self.invites.extend(to.invites);
        self.accepted.extend(to.accepted);
        self.disconnected.extend(to.disconnected);
        self.servers[server] = to.seen;
        self.servers[server].restored = true;
        self.tally.restored += 1;
    }

    /// Nothing seen yet but what every server begins with.
    pub fn new(servers: &[Server]) -> Self {
        let seen = servers.iter().map(|server| Seen {
            halves: BTreeMap::new(),
            events: look(&server.store(), LastEvent),
            restored: false,
        });
        Self {
            seq: 0,
            servers: seen.collect(),
            invites: BTreeMap::new(),
            accepted: BTreeMap::new(),
            asked: BTreeSet::new(),
            disconnected: BTreeMap::new(),
            answers: BTreeMap::new(),
            tally: Tally::default(),
        }
    }

    /// A server has answered an acceptance.
    pub fn answered(&mut self, reference: &str, status: u16) {
        let answers = self.answers.entry(reference.to_owned()).or_default();
        answers.insert(status);
    }

    /// Whether an acceptance may end as refused: somebody must have refused it, or it was never sent.
    fn was_refused(&self, acceptance: &Acceptance) -> bool {
        let answers = self.answers.get(&acceptance.reference);
        !acceptance.sent || answers.is_none_or(|all| all.iter().any(|status| *status >= 400))
    }

    /// Whether a server has forgotten something. A late copy can then connect a half anew, until the halves are compared.
    fn restored_any(&self) -> bool {
        self.servers.iter().any(|server| server.restored)
    }

    /// The acceptance that the person at the other end of a half made last of an invite of the half's person.
    fn newest_acceptance(
        &self,
        world: &World,
        by: usize,
        of: usize,
        live_only: bool,
    ) -> Option<u64> {
        let board = world.posted();
        let mut newest = None;
        for accepted in self.accepted.values() {
            let owner = board.iter().find(|posted| posted.hash == accepted.token);
            if accepted.person == by
                && owner.is_some_and(|posted| posted.owner == of)
                && !(live_only && accepted.cancelled.is_some())
            {
                newest = newest.max(Some(accepted.at));
            }
        }
        newest
    }
}

/// A write of a server is over: compares what is there now with what was there before.
pub fn committed(world: &World, index: usize, operation: &'static str) {
    if UNWATCHED.contains(&operation) {
        return;
    }
    let cause = CAUSE.try_with(Clone::clone).ok().flatten();
    let server = &world.servers[index];
    let mut watch = world.watching();
    let watch = &mut *watch;
    watch.seq += 1;
    let mut expected: Vec<String> = Vec::new();

    // Invites first and acceptances next: halves refer to them.
    if operation == "issue_invite" {
        let list = ListInvites {
            owner: None,
            before: None,
            limit: ALL,
        };
        for invite in look(&server.store(), list) {
            let id = invite.id.to_string();
            if watch.invites.contains_key(&id) {
                continue;
            }
            expected.push(format!("invite.issued {id}"));
            let limit = match invite.uses {
                symbolon_core::invites::Uses::People(limit) => Some(limit),
                symbolon_core::invites::Uses::Anyone => None,
            };
            let issued = Issued {
                at: watch.seq,
                owner: world.person(invite.owner.as_str()).unwrap_or(usize::MAX),
                limit,
                people: BTreeSet::new(),
            };
            watch.invites.insert(id, issued);
        }
    }
    let acceptances = acceptances(world, index);
    let mut accepter_here = None;
    let mut undone_at = None;
    for (person, acceptance) in &acceptances {
        let id = acceptance.id.to_string();
        let at = watch.seq;
        let known = watch.accepted.entry(id.clone()).or_insert_with(|| {
            if operation == "begin_acceptance" {
                expected.push(format!("acceptance.started {id}"));
            }
            accepter_here = Some(*person);
            watch.asked.insert((*person, acceptance.token_hash));
            Accepted {
                at,
                person: *person,
                gesture: acceptance.gesture.0,
                cancelled: None,
                state: State::Pending,
                reference: acceptance.reference.clone(),
                token: acceptance.token_hash,
            }
        });
        if acceptance.gesture.0 != known.gesture {
            known.gesture = acceptance.gesture.0;
            known.at = at;
            expected.push(format!("acceptance.repeated {id}"));
        }
        // What was never sent ends at once.
        let open = acceptance.state == State::Pending;
        if open && acceptance.cancelled.is_some() && known.cancelled.is_none() {
            expected.push(format!("acceptance.cancelling {id}"));
        }
        let cancelled = || known.cancelled.unwrap_or(at);
        known.cancelled = acceptance.cancelled.map(|_| cancelled());
        let since = known.cancelled.unwrap_or(known.at);
        if known.state != acceptance.state {
            if known.state != State::Pending {
                let seen = format!("a settled acceptance changed by {operation}");
                world.story.violated("confirmed", seen);
            }
            known.state = acceptance.state;
            let refused = matches!(acceptance.state, State::Settled(Outcome::Refused(_)));
            if refused && !watch.was_refused(acceptance) {
                let seen = "an acceptance was refused by an answer that was not its own";
                world.story.violated("answers", seen);
            }
            expected.push(format!("acceptance.settled {id}"));
            if acceptance.state == State::Settled(Outcome::Cancelled) {
                undone_at = Some(since);
                watch.tally.cancelled += 1;
            }
        }
    }

    let now = halves(server);
    for half in &now {
        let id = half.id.to_string();
        let before = watch.servers[index].halves.get(&id).cloned();
        if before.as_ref() == Some(half) {
            continue;
        }
        let change = Change {
            world,
            operation,
            before: before.as_ref(),
            after: half,
            cause: cause.as_ref(),
            accepter_here,
            undone_at,
        };
        change.check(watch, &mut expected);
        watch.servers[index].halves.insert(id, half.clone());
    }
    if now.len() < watch.servers[index].halves.len() {
        world
            .story
            .violated("confirmed", format!("a half vanished by {operation}"));
    }
    events::check(world, watch, index, operation, expected);
    deliveries::check(world, index, operation, &now, &acceptances);
}
