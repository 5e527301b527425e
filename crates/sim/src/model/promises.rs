//! The six promises, judged in every state.

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

/// Whether a promise is broken in this state, or would be once everything has arrived.
pub fn broken(world: &World, state: &State, promise: Promise) -> bool {
    if let Some(broken) = state.broken {
        return broken == promise;
    }
    match promise {
        // A server that has forgotten is judged when it has compared.
        Promise::Consent if state.servers.iter().any(|server| server.restored) => {
            let settled = quiet::settle(world, state);
            settled.is_some_and(|settled| !consents(world, &settled))
        }
        Promise::Consent => !consents(world, state),
        Promise::Agreement => match quiet::settle(world, state) {
            None => false,
            Some(settled) => settled.broken.is_none() && !agrees(world, &settled),
        },
        Promise::Progress => !progresses(world, state),
        Promise::Once => !once(world, state),
        Promise::NoZombie | Promise::RollBack => {
            let settled = quiet::settle(world, state);
            settled.is_some_and(|settled| settled.broken == Some(promise))
        }
    }
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
fn progresses(world: &World, state: &State) -> bool {
    let Some(settled) = quiet::settle(world, state) else {
        return false;
    };
    if settled.broken.is_some() {
        return true;
    }
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
                let barrier = settled.of(owner).halves.get(&(owner, guest));
                let barrier = barrier.map(|kept| kept.half.barrier).unwrap_or_default();
                let room = invite.uses.is_none_or(|most| invite.counted < most);
                let valid = invite.owner == owner
                    && invite.issued > barrier
                    && (room || invite.came.contains(&guest));
                if valid && !connects(world, settled.clone(), owner, guest, *id) {
                    return false;
                }
            }
        }
    }
    true
}

fn connects(world: &World, mut state: State, owner: Person, guest: Person, invite: u8) -> bool {
    steps::accept(&mut state, guest, invite, home(owner));
    quiet::settle(world, &state).is_some_and(|state| {
        state.of(owner).connects(owner, guest) && state.of(guest).connects(guest, owner)
    })
}
