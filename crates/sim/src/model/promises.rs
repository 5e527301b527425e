//! The six promises, judged in every state.

use std::cell::RefCell;

use std::collections::BTreeMap;

use symbolon_core::connections::Gesture;

use super::moves::World;
use super::quiet;
use super::state::{Person, State, home};
use super::steps;

/// What must never be broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Promise {
    /// No half is connected without a gesture of its own person since that person's last disconnect.
    Consent,
    /// Once messages flow and nobody acts, halves are equal.
    Agreement,
    /// No old message undoes a disconnect, or ends a newer connection.
    NoZombie,
    /// A valid invite can always be accepted, and a fresh one too.
    Progress,
    /// An invite for one never connects two.
    Once,
    /// A cancelled acceptance leaves nobody connected.
    RollBack,
}

impl Promise {
    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            Self::Consent => "consent",
            Self::Agreement => "agreement",
            Self::NoZombie => "no zombie",
            Self::Progress => "progress",
            Self::Once => "once",
            Self::RollBack => "roll-back",
        }
    }
}

thread_local! {
    /// The checker asks for one promise after another about the same state.
    static LAST: RefCell<Option<(State, Option<Promise>)>> = const { RefCell::new(None) };
}

/// Whether a promise is broken in this state, or would be once everything has arrived. If several are, it is the first of
/// them.
pub fn broken(world: &World, state: &State, promise: Promise) -> bool {
    LAST.with_borrow_mut(|last| match last {
        Some((judged, broken)) if judged == state => *broken == Some(promise),
        _ => {
            let broken = judge(world, state);
            *last = Some((state.clone(), broken));
            broken == Some(promise)
        }
    })
}

fn judge(world: &World, state: &State) -> Option<Promise> {
    if state.broken.is_some() {
        return state.broken;
    }
    if !once(world, state) {
        return Some(Promise::Once);
    }
    // A server that has forgotten is judged when it has compared.
    let restored = state.servers.iter().any(|server| server.restored);
    if !restored && !consents(world, state) {
        return Some(Promise::Consent);
    }
    let Some(settled) = quiet::settle(world, state) else {
        return Some(Promise::Progress);
    };
    if settled.broken.is_some() {
        return settled.broken;
    }
    if !consents(world, &settled) {
        return Some(Promise::Consent);
    }
    if !agrees(world, &settled) {
        return Some(Promise::Agreement);
    }
    (!progresses(world, &settled)).then_some(Promise::Progress)
}

fn consents(world: &World, state: &State) -> bool {
    state.servers.iter().all(|server| {
        server.halves.iter().all(|((us, them), kept)| {
            let ended = server.ended.get(&(*us, *them)).copied().unwrap_or_default();
            world.lies_for(*us) || !kept.half.is_connected() || kept.by > ended
        })
    })
}

fn agrees(world: &World, state: &State) -> bool {
    let people = 0..world.servers * 2;
    people.clone().all(|one| {
        people.clone().all(|other| {
            if home(one) == home(other) || world.lies_for(one) || world.lies_for(other) {
                return true;
            }
            let half = |us: Person, them: Person| state.of(us).halves.get(&(us, them));
            let connected = |us, them| half(us, them).filter(|kept| kept.half.is_connected());
            let generation = |us, them| connected(us, them).map(|kept| kept.half.generation);
            generation(one, other) == generation(other, one)
        })
    })
}

fn once(world: &World, state: &State) -> bool {
    state.servers.iter().all(|server| {
        server.invites.values().all(|invite| {
            let limit = invite.uses.map_or(usize::MAX, usize::from);
            world.lies_for(invite.owner) || invite.connected.len() <= limit
        })
    })
}

/// Whether everybody can still connect: by a fresh invite, and by those that are there.
fn progresses(world: &World, settled: &State) -> bool {
    for owner in &world.people {
        for guest in &world.people {
            let (owner, guest) = (*owner, *guest);
            if home(owner) == home(guest) || world.lies_for(owner) || world.lies_for(guest) {
                continue;
            }
            let mut fresh = settled.clone();
            steps::issue(&mut fresh, owner, Some(1));
            let id = fresh.invites - 1;
            if !connects(world, fresh, owner, guest, id) {
                return false;
            }
            for (id, invite) in &settled.of(owner).invites {
                let room = invite.uses.is_none_or(|most| invite.counted < most);
                let valid = invite.owner == owner
                    && invite.issued > taken_back(settled, owner, guest)
                    && (room || invite.came.contains(&guest));
                if valid && !connects(world, settled.clone(), owner, guest, *id) {
                    return false;
                }
            }
        }
    }
    true
}

/// The last gesture by which a person took back what they had done to connect with another: a disconnect, cancelling
/// an acceptance there, or what may have been one.
fn taken_back(state: &State, us: Person, them: Person) -> Gesture {
    let server = state.of(us);
    let of = |known: &BTreeMap<_, Gesture>| known.get(&(us, them)).copied().unwrap_or_default();
    let ended = of(&server.ended).max(of(&server.forgotten));
    let there = server.acceptances.values();
    let there = there.filter(|one| one.user == us && one.at == home(them));
    let last = there.filter_map(|one| one.cancelled).max();
    ended.max(last.unwrap_or_default())
}

fn connects(world: &World, mut state: State, owner: Person, guest: Person, invite: u8) -> bool {
    steps::accept(&mut state, guest, invite, home(owner));
    quiet::settle(world, &state).is_some_and(|state| {
        state.of(owner).connects(owner, guest) && state.of(guest).connects(guest, owner)
    })
}
