//! One moment of the model: what every server has on disk, and what is on its way.

use std::collections::{BTreeMap, BTreeSet};

use symbolon_core::connections::{self, Generation, Gesture, Half};
use symbolon_core::sync::Claim;

use super::promises::Promise;

/// A person; two to a server.
pub type Person = u8;

/// Everything at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct State {
    /// The servers.
    pub servers: Vec<Server>,
    /// What is on its way, in no order.
    pub net: BTreeSet<Message>,
    /// What may still happen.
    pub left: Budget,
    /// How many invites have ever been issued.
    pub invites: u8,
    /// How many acceptances have ever been begun.
    pub acceptances: u8,
    /// A promise that a step has broken.
    pub broken: Option<Promise>,
}

/// How much may still happen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Budget {
    /// Gestures of people.
    pub gestures: u8,
    /// Answers that are not waited for. The message may arrive later all the same.
    pub losses: u8,
    /// Messages that arrive once more.
    pub copies: u8,
    /// Crashes and restarts.
    pub crashes: u8,
    /// Restores of the first server from a backup.
    pub restores: u8,
    /// Comparisons while people act.
    pub syncs: u8,
    /// Messages that the last server makes up.
    pub lies: u8,
}

/// What one server has on disk, and what its process knows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Server {
    /// Its count of gestures.
    pub gestures: i64,
    /// Its halves, by its own person and the other.
    pub halves: BTreeMap<(Person, Person), Kept>,
    /// The invites of its people.
    pub invites: BTreeMap<u8, Invite>,
    /// The acceptances of its people.
    pub acceptances: BTreeMap<u8, Acceptance>,
    /// Disconnects that the other server has to be told of.
    pub removals: BTreeSet<(Person, Person, Generation)>,
    /// For the promises: the gesture by which a person last disconnected from another.
    pub ended: BTreeMap<(Person, Person), Gesture>,
    /// For the promises: the gesture that was counted for a person whose server had forgotten what they did.
    pub forgotten: BTreeMap<(Person, Person), Gesture>,
    /// The last gesture before its process started. Gone in a crash.
    pub started: Gesture,
    /// The servers with which it has compared since. Gone in a crash.
    pub synced: BTreeSet<u8>,
    /// An older copy of it.
    pub backup: Option<Box<Self>>,
    /// Whether it has ever been restored.
    pub restored: bool,
}

/// A half, with what the store keeps beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Kept {
    /// The half.
    pub half: Half,
    /// The invite by whose acceptance it was last connected here, if it was the accepter's.
    pub token: Option<u8>,
    /// For the promises: the gesture of its own person that connected it.
    pub by: Gesture,
}

/// An invite.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Invite {
    /// Whose.
    pub owner: Person,
    /// Its place among the gestures of that server.
    pub issued: Gesture,
    /// How many it may connect.
    pub uses: Option<u8>,
    /// How many are counted.
    pub counted: u8,
    /// Who has come by it.
    pub came: BTreeSet<Person>,
    /// For the promises: whom it has connected.
    pub connected: BTreeSet<Person>,
}

/// An acceptance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Acceptance {
    /// Who accepts.
    pub user: Person,
    /// Which invite.
    pub invite: u8,
    /// At which server.
    pub at: u8,
    /// Its place among the gestures.
    pub gesture: Gesture,
    /// The gesture by which its person has taken it back.
    pub cancelled: Option<Gesture>,
    /// Whether a request has ever left.
    pub sent: bool,
    /// The floor that the other server demanded.
    pub floor: Generation,
    /// The attempt whose answer is waited for. Gone in a crash.
    pub waiting: Option<u8>,
    /// How many attempts there were.
    pub attempts: u8,
    /// How it ended.
    pub ended: Option<Ended>,
}

/// How an acceptance ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ended {
    /// The two are connected.
    Connected,
    /// The other server said no.
    Refused,
    /// Its person took it back.
    Cancelled,
}

/// Something on its way.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Message {
    /// A person accepts.
    Request {
        /// Which acceptance.
        acceptance: u8,
        /// Which attempt.
        attempt: u8,
        /// Who.
        user: Person,
        /// Which invite.
        invite: u8,
        /// At which server.
        to: u8,
        /// What that person's server has on record.
        floor: Option<Generation>,
    },
    /// The answer.
    Answer {
        /// To which acceptance.
        acceptance: u8,
        /// To which attempt.
        attempt: u8,
        /// At which server.
        to: u8,
        /// What it says.
        reply: Reply,
    },
    /// A person has disconnected.
    Removed {
        /// Who.
        from: Person,
        /// From whom.
        to: Person,
        /// At which generation.
        generation: Generation,
    },
    /// What a server says of its halves, by its person and the receiver's.
    Claims {
        /// Which server.
        from: u8,
        /// To which.
        to: u8,
        /// What.
        claims: Vec<(Person, Person, Said)>,
    },
}

/// A claim that can be put in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Said(pub Claim);

impl PartialOrd for Said {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Said {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        format!("{self:?}").cmp(&format!("{other:?}"))
    }
}

/// The answer to an acceptance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reply {
    /// Yes, at this generation; this is who invited.
    Yes(Person, Generation),
    /// No.
    No,
    /// The floor is below this disconnect of the inviter.
    Stale(Person, Generation),
}

/// On which server a person is.
pub fn home(person: Person) -> u8 {
    person / 2
}

impl State {
    /// The server of a person.
    pub fn of(&self, person: Person) -> &Server {
        &self.servers[usize::from(home(person))]
    }

    /// The same, to be changed.
    pub fn of_mut(&mut self, person: Person) -> &mut Server {
        &mut self.servers[usize::from(home(person))]
    }

    /// A server.
    pub fn at(&mut self, server: u8) -> &mut Server {
        &mut self.servers[usize::from(server)]
    }

    /// Notes that a promise is broken; the first one counts.
    pub fn breaks(&mut self, promise: Promise) {
        self.broken.get_or_insert(promise);
    }
}

impl Server {
    /// The next gesture.
    pub fn gesture(&mut self) -> Gesture {
        self.gestures += 1;
        Gesture(self.gestures)
    }

    /// Whether an acceptance of a person towards a server may have been sent and is not settled.
    pub fn any_open(&self, user: Person, at: u8) -> bool {
        self.acceptances
            .values()
            .any(|one| one.user == user && one.at == at && one.ended.is_none() && one.sent)
    }

    /// What an acceptance states: no answer at or below it connects the person with anybody of a server.
    pub fn floor(&self, user: Person, at: u8, acceptance: Gesture) -> Generation {
        let halves = self.halves_with(user, at);
        let floors = halves.map(|half| connections::floor(half, acceptance));
        floors.max().unwrap_or(Generation::NONE)
    }

    /// The generation at which a person has disconnected from another since a gesture.
    pub fn disconnected_since(&self, us: Person, them: Person, gesture: Gesture) -> Generation {
        let half = self.halves.get(&(us, them)).map(|kept| kept.half);
        let ended = half.filter(|half| !half.is_connected() && half.barrier >= gesture);
        ended.map_or(Generation::NONE, |half| half.generation)
    }

    fn halves_with(&self, user: Person, at: u8) -> impl Iterator<Item = &Half> {
        let halves = self.halves.iter();
        halves
            .filter(move |((us, them), _)| *us == user && home(*them) == at)
            .map(|(_, kept)| &kept.half)
    }

    /// Whether the two are connected here.
    pub fn connects(&self, us: Person, them: Person) -> bool {
        let kept = self.halves.get(&(us, them));
        kept.is_some_and(|kept| kept.half.is_connected())
    }
}
