//! Lists of operations on `core`: people invite, accept, cancel and disconnect, messages are lost, doubled and reordered,
//! servers crash, are restored, compare and lie, in whatever order an input says. The world is that of the model check
//! ([`symbolon_sim::model`]), which tries every order within narrow bounds; here the ways are long and the orders chosen.
//!
//! The first byte chooses the world, each further one the next of the things that can happen.

use stateright::Model;
use symbolon_sim::model::moves::World;
use symbolon_sim::model::promises::{Promise, broken};
use symbolon_sim::model::scenarios;
use symbolon_sim::model::state::Budget;

/// Longest list that is played.
const MOVES: usize = 48;

const PROMISES: [Promise; 6] = [
    Promise::Consent,
    Promise::Agreement,
    Promise::NoZombie,
    Promise::Progress,
    Promise::Once,
    Promise::RollBack,
];

pub(crate) fn play(bytes: &[u8]) {
    let Some((first, choices)) = bytes.split_first() else {
        return;
    };
    let mut worlds = scenarios::all(0);
    let (name, world) = worlds.swap_remove(usize::from(*first) % worlds.len());
    let world = wider(world);
    let mut state = world.init_states().swap_remove(0);
    let mut story = Vec::new();
    for choice in choices.iter().take(MOVES) {
        let mut moves = Vec::new();
        world.actions(&state, &mut moves);
        if moves.is_empty() {
            break;
        }
        let next = moves.swap_remove(usize::from(*choice) % moves.len());
        world.happen(&mut state, &next);
        story.push(next);
        if state.broken.is_some() {
            break;
        }
    }
    // To judge the promises, everything is played to its end, which costs more than the moves; the shorter lists of the
    // corpus are those that end earlier.
    for promise in PROMISES {
        assert!(
            !broken(&world, &state, promise),
            "{name}: {} is broken by {story:#?}",
            promise.name()
        );
    }
}

/// Long lives, in which what may go wrong at all goes wrong more than once.
fn wider(world: World) -> World {
    let more = |most: u8| if most == 0 { 0 } else { most + 2 };
    let bounds = world.budget;
    let budget = Budget {
        gestures: 12,
        losses: more(bounds.losses),
        copies: more(bounds.copies),
        crashes: more(bounds.crashes),
        restores: bounds.restores,
        syncs: more(bounds.syncs),
        lies: more(bounds.lies),
    };
    World { budget, ..world }
}
