//! The oracles that look at every commit of every server, at the moment at which it is made.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::FutureExt;
use symbolon_core::acceptances::Outcome;
use symbolon_core::connections::{EndedBy, Phase};
use symbolon_store::acceptances::{Acceptance, ListAcceptances, State};
use symbolon_store::audit::{Filter, ListEvents, Page};
use symbolon_store::connections::listing::ListAllConnections;
use symbolon_store::connections::{Connection, Told};
use symbolon_store::events::{Actor, Kind as Event, LastEvent};
use symbolon_store::invites::ListInvites;
use symbolon_store::outbox::{Delivery, DeliveryState, Kind, ListDeliveries};
use symbolon_store::{Operation, Store};

use crate::message::{CAUSE, Message};
use crate::server::Server;
use crate::world::World;

/// The operations that change nothing of what is watched.
const UNWATCHED: [&str; 18] = [
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
];

/// How long a delivery to a living server may take in a world where only another one is dead.
const PROMPT_MS: i64 = 4_000;

/// Rows that are looked at, at most: more than a world ever has.
const ALL: u32 = 10_000;

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

/// Looks at a database beside its server.
pub fn look<O: Operation>(store: &Store, operation: O) -> O::Output {
    let read = tokio::task::unconstrained(store.read(operation)).now_or_never();
    let read = read.expect("a database in memory does not wait");
    read.expect("a database in memory can be read")
}

/// All halves of a server.
pub fn halves(server: &Server) -> Vec<Connection> {
    let list = ListAllConnections {
        before: None,
        limit: ALL,
    };
    look(&server.store(), list)
}

/// All acceptances of the people of a server.
pub fn acceptances(world: &World, server: usize) -> Vec<(usize, Acceptance)> {
    let people = world.people.iter().enumerate();
    let here = people.filter(|(_, person)| person.server == server);
    here.flat_map(|(number, person)| {
        let list = ListAcceptances {
            user: person.id.clone(),
            pending_only: false,
            limit: ALL,
        };
        let found = look(&world.servers[server].store(), list);
        found
            .into_iter()
            .map(move |acceptance| (number, acceptance))
    })
    .collect()
}

/// Deliveries of a server that are still to be made.
pub fn open_deliveries(server: &Server) -> Vec<Delivery> {
    [DeliveryState::Due, DeliveryState::Leased]
        .into_iter()
        .flat_map(|state| look(&server.store(), ListDeliveries { state, limit: ALL }))
        .collect()
}

/// In a world where only one server is dead, messages to the others are delivered at once.
pub fn nobody_waits_for_the_dead(world: &World) {
    let dead = world.servers.len() - 1;
    for server in world.servers.iter().take(dead) {
        let now = server.env().now();
        for delivery in open_deliveries(server) {
            let age = now.millis_since(delivery.created_at);
            if delivery.provider != world.servers[dead].host && age > PROMPT_MS {
                let host = &server.host;
                let peer = &delivery.provider;
                let kind = delivery.kind.as_str();
                world.story.violated(
                    "isolation",
                    format!("{kind} of {host} for {peer} has been waiting for {age} ms"),
                );
            }
        }
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
    events(world, watch, index, operation, expected);
    deliveries(world, index, operation, &now, &acceptances);
}

/// One half before and after a commit.
struct Change<'a> {
    world: &'a World,
    operation: &'static str,
    before: Option<&'a Connection>,
    after: &'a Connection,
    cause: Option<&'a Message>,
    accepter_here: Option<usize>,
    /// When somebody took back the acceptance that is undone by this, if one is.
    undone_at: Option<u64>,
}

impl Change<'_> {
    fn check(&self, watch: &mut Watch, expected: &mut Vec<String>) {
        let (world, after) = (self.world, self.after);
        let id = after.id.to_string();
        let us = world.person(after.user.as_str()).unwrap_or(usize::MAX);
        let them = after.contact.remote.subject().to_owned();
        let other = world.person(&them).unwrap_or(usize::MAX);
        let key = (us, them);
        let was = self.before.is_some_and(|half| half.half.is_connected());
        let is = after.half.is_connected();
        let fell = self
            .before
            .is_some_and(|half| half.half.generation > after.half.generation);
        if fell {
            self.violated("no zombie", "the generation of a half fell");
        }
        let bumped = self.before.map(|half| half.half.generation) != Some(after.half.generation);
        let by_invite = self.operation == "redeem"
            || (self.operation == "accept_here" && self.accepter_here != Some(us));
        if by_invite && is && (bumped || !was) {
            expected.push(format!("invite.accepted {id}"));
        }
        if self.operation == "apply_claims" {
            watch.tally.synced += u64::from(was != is || bumped);
            if is && (bumped || !was) {
                self.violated("consent", "a comparison connected a half");
            }
        }
        if is && !was {
            watch.tally.connected += 1;
            expected.push(format!("connection.connected {id}"));
            self.consent(watch, &key, us, other);
            if by_invite {
                self.once(watch, &key.1);
            }
            self.no_zombie(watch);
            self.rolled_back(watch);
        }
        if was && !is {
            watch.tally.disconnected += 1;
            expected.push(format!("connection.disconnected {id}"));
            let old = self.cause.and_then(|message| message.generation);
            let before = self.before.map_or(0, |half| half.half.generation.0);
            if self.operation == "receive_removal" && old.is_some_and(|old| old < before) {
                self.violated("no zombie", "an old removal ended a newer connection");
            }
        }
        let by_us = |half: &Connection| half.half.phase == Phase::Disconnected(EndedBy::Us);
        if by_us(after) && !self.before.is_some_and(by_us) {
            // What is undone was taken back before, and nothing that the person has done since.
            let at = self.undone_at.unwrap_or(watch.seq);
            let last = watch.disconnected.entry(key).or_default();
            *last = at.max(*last);
        }
        let before = self.before.filter(|half| !half.half.is_connected());
        let told = before.and_then(|half| half.told);
        let news = after.told.filter(|told| *told != Told::Telling);
        if told.is_some() && news.is_some() && told != news {
            expected.push(format!("connection.told {id}"));
        }
    }

    fn consent(&self, watch: &Watch, key: &(usize, String), us: usize, other: usize) {
        let since = watch.disconnected.get(key).copied().unwrap_or(0);
        let accepted = watch.newest_acceptance(self.world, us, other, true);
        if accepted.is_some_and(|at| at > since) {
            return;
        }
        let board = self.world.posted();
        let invited = board.iter().any(|posted| {
            let issued = watch.invites.get(&posted.id);
            watch.asked.contains(&(other, posted.hash))
                && issued.is_some_and(|issued| issued.owner == us && issued.at > since)
        });
        drop(board);
        if !invited {
            self.violated(
                "consent",
                "a half became connected without a gesture of its person",
            );
        }
    }

    fn once(&self, watch: &mut Watch, them: &str) {
        let Some(invite) = &self.after.invite else {
            return self.violated(
                "once",
                "an invite was redeemed, and the half does not name it",
            );
        };
        let Some(issued) = watch.invites.get_mut(invite.as_str()) else {
            return self.violated("once", "a half names an invite that nobody issued");
        };
        issued.people.insert(them.to_owned());
        if issued
            .limit
            .is_some_and(|limit| issued.people.len() > limit as usize)
        {
            self.violated("once", "an invite connected more people than it is for");
        }
    }

    /// A late copy of an acceptance that has long connected the two connects nobody.
    fn no_zombie(&self, watch: &Watch) {
        let Some(message) = self.cause.filter(|message| message.copy && message.accepts) else {
            return;
        };
        let settled = watch.accepted.values().any(|accepted| {
            accepted.reference == message.reference
                && accepted.state == State::Settled(Outcome::Connected)
        });
        if settled && !watch.restored_any() {
            self.violated("no zombie", "a late copy of an acceptance connected a half");
        }
    }

    /// An acceptance that ends as cancelled connects nobody.
    fn rolled_back(&self, watch: &Watch) {
        let by = self.after.acceptance.as_ref().map(ToString::to_string);
        let by = by.and_then(|id| watch.accepted.get(&id));
        let cancelled = State::Settled(Outcome::Cancelled);
        if self.operation == "record_answer" && by.is_some_and(|by| by.state == cancelled) {
            self.violated("roll-back", "a cancelled acceptance connected a half");
        }
    }

    fn violated(&self, oracle: &'static str, seen: &str) {
        let (us, them) = (
            self.world.name_of(self.after.user.as_str()),
            self.world.name_of(self.after.contact.remote.subject()),
        );
        let seen = format!("{seen}: {us} with {them}, by {}", self.operation);
        self.world.story.violated(oracle, seen);
    }
}

/// Every event belongs to exactly one change, and every change has its event.
fn events(
    world: &World,
    watch: &mut Watch,
    index: usize,
    operation: &str,
    mut expected: Vec<String>,
) {
    let server = &world.servers[index];
    let last = look(&server.store(), LastEvent);
    let seen = &mut watch.servers[index];
    let mut found = Vec::new();
    if last != seen.events {
        let list = ListEvents {
            filter: Filter::default(),
            page: Page::After(seen.events),
            limit: ALL,
        };
        for event in look(&server.store(), list) {
            complete(world, &event);
            if EXACT.iter().any(|kind| kind.as_str() == event.kind) {
                let object = event.object.as_deref().unwrap_or_default();
                found.push(format!("{} {object}", event.kind));
            }
        }
        seen.events = last;
    }
    expected.sort_unstable();
    found.sort_unstable();
    if expected != found {
        let seen = format!("{operation} changed {expected:?} and noted {found:?}");
        world.story.violated("events", seen);
    }
}

/// The events that belong to exactly one change of what is watched. The others tell of a look, a refusal, a wait or a
/// comparison, which leave halves, invites and acceptances as they are.
const EXACT: [Event; 9] = [
    Event::InviteIssued,
    Event::InviteAccepted,
    Event::AcceptanceStarted,
    Event::AcceptanceRepeated,
    Event::AcceptanceCancelling,
    Event::AcceptanceSettled,
    Event::ConnectionConnected,
    Event::ConnectionDisconnected,
    Event::ConnectionTold,
];

/// Every event is of a kind that there is, and says who, how it went, and in which exchange.
fn complete(world: &World, event: &symbolon_store::events::Event) {
    let known = Event::parse(&event.kind).is_some();
    let whose = event.actor != Actor::Person || event.user.is_some();
    let with = event.actor != Actor::Peer || event.peer.is_some();
    let named = event.reference.as_ref().is_some_and(|it| !it.is_empty());
    if !(known && whose && with && named && event.result.is_some()) {
        let seen = format!("an event is not complete: {event:?}");
        world.story.violated("events", seen);
    }
}

/// Every open gesture has one delivery, and every delivery has its object.
fn deliveries(
    world: &World,
    index: usize,
    operation: &str,
    halves: &[Connection],
    acceptances: &[(usize, Acceptance)],
) {
    let server = &world.servers[index];
    let open = open_deliveries(server);
    let violated = |seen: &str| {
        let seen = format!("{seen}, after {operation} of {}", server.host);
        world.story.violated("deliveries", seen);
    };
    for (_, acceptance) in acceptances {
        let about = open
            .iter()
            .filter(|delivery| delivery.kind == Kind::InviteAccepted(acceptance.id.clone()));
        match (acceptance.state, about.count()) {
            (State::Pending, 1) | (State::Settled(_), 0) => {}
            (State::Pending, 0) => violated("nobody delivers an acceptance that is open"),
            (State::Pending, _) => violated("an acceptance is delivered twice"),
            (State::Settled(_), _) => violated("a settled acceptance is still delivered"),
        }
    }
    for half in halves {
        let (mut fitting, mut stale) = (0, 0);
        for delivery in &open {
            let Kind::UserRemoved(connection, generation) = &delivery.kind else {
                continue;
            };
            if *connection != half.id {
                continue;
            }
            if half.half.is_connected() {
                // One that is on its way cannot be called back.
                stale += u32::from(delivery.state == DeliveryState::Due);
            } else {
                fitting += u32::from(*generation == half.half.generation);
            }
        }
        if stale > 0 {
            violated("a removal is still delivered after the two are connected again");
        }
        if half.told == Some(Told::Telling) && fitting != 1 {
            violated(&format!("a disconnect has {fitting} deliveries"));
        }
    }
}
