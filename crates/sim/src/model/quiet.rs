//! The world when nobody acts any more: everything arrives, and then the servers compare.

use super::moves::World;
use super::state::{Message, State};
use super::steps;

/// More rounds than honest servers need.
const ROUNDS: u32 = 30;

/// Lets everything arrive. `None` if it never ends.
pub fn settle(world: &World, state: &State) -> Option<State> {
    let mut state = state.clone();
    let pairs: Vec<(u8, u8)> = (0..world.servers)
        .flat_map(|one| (0..world.servers).map(move |other| (one, other)))
        .filter(|(one, other)| one != other)
        .filter(|(one, other)| {
            let liar = world.servers - 1;
            !world.liar || (*one != liar && *other != liar)
        })
        .collect();
    arrive(world, &mut state, &pairs)?;
    if !world.calm {
        for _ in 0..2 {
            for (one, other) in &pairs {
                steps::sync(world.rules, &mut state, *one, *other);
            }
            arrive(world, &mut state, &pairs)?;
        }
    }
    Some(state)
}

fn arrive(world: &World, state: &mut State, pairs: &[(u8, u8)]) -> Option<()> {
    let rules = world.rules;
    for _ in 0..ROUNDS {
        while let Some(message) = state.net.pop_first() {
            let late = matches!(message, Message::Request { .. });
            let waited = !late || is_waited_for(state, &message);
            steps::deliver(rules, state, &message, !waited);
        }
        let mut nothing = true;
        for at in 0..world.servers {
            let server = &state.servers[usize::from(at)];
            let lies = |other: u8| world.liar && other + 1 == world.servers;
            let waiting: Vec<u8> = server
                .acceptances
                .iter()
                .filter(|(_, one)| one.ended.is_none() && !lies(one.at))
                .map(|(id, _)| *id)
                .collect();
            let removals: Vec<_> = server.removals.iter().copied().collect();
            for id in waiting {
                nothing = false;
                // An answer that was on its way when this began has arrived; what is waited for still was lost.
                if let Some(one) = state.at(at).acceptances.get_mut(&id) {
                    one.waiting = None;
                }
                if !steps::may_ask(rules, state, at, id) {
                    for (asks, answers) in pairs.iter().filter(|(asks, _)| *asks == at) {
                        steps::sync(rules, state, *asks, *answers);
                    }
                }
                steps::ask(rules, state, at, id);
            }
            for (us, them, generation) in removals {
                nothing = false;
                let server = state.at(at);
                server.removals.remove(&(us, them, generation));
                if !world.lies_for(them) {
                    let message = Message::Removed {
                        from: us,
                        to: them,
                        generation,
                    };
                    state.net.insert(message);
                }
            }
        }
        if nothing && state.net.is_empty() {
            return Some(());
        }
    }
    None
}

fn is_waited_for(state: &State, message: &Message) -> bool {
    match message {
        Message::Request {
            acceptance,
            attempt,
            user,
            ..
        } => {
            let one = state.of(*user).acceptances.get(acceptance);
            one.is_some_and(|one| one.waiting == Some(*attempt))
        }
        _ => true,
    }
}
