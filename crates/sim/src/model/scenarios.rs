//! The bounds within which every order of everything is tried.

use stateright::{Checker, HasDiscoveries, Model};

use super::moves::World;
use super::rules::Rules;
use super::state::Budget;

/// What a check has seen.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Different states.
    pub states: usize,
    /// States, counted as often as they were reached.
    pub reached: usize,
    /// The longest way.
    pub depth: usize,
    /// The promise that was broken, and the way there.
    pub broken: Option<(&'static str, String)>,
}

/// A scenario: its name and its world.
pub type Scenario = (&'static str, World);

/// Two people on two servers, no mishap at all.
fn calm() -> World {
    World {
        rules: Rules::default(),
        servers: 2,
        people: vec![0, 2],
        uses: vec![],
        issued: vec![(0, Some(1))],
        budget: Budget {
            gestures: 4,
            ..Budget::default()
        },
        liar: false,
        calm: true,
    }
}

/// The bounds of the normal run; `more` widens each of them.
pub fn all(more: u8) -> Vec<Scenario> {
    let storm = World {
        calm: false,
        budget: Budget {
            gestures: 4 + more,
            losses: 1,
            copies: 1,
            syncs: 1,
            ..Budget::default()
        },
        ..calm()
    };
    vec![
        (
            "two people, calm: accept, cancel, disconnect from both sides, fresh and old invites",
            World {
                uses: vec![Some(1)],
                budget: Budget {
                    gestures: 5 + more,
                    ..Budget::default()
                },
                ..calm()
            },
        ),
        (
            "two people, messages lost, doubled, reordered and delayed past later gestures",
            storm.clone(),
        ),
        (
            "two people who invite each other",
            World {
                issued: vec![(0, Some(1)), (2, Some(1))],
                budget: Budget {
                    gestures: 3 + more,
                    losses: 1,
                    copies: 1,
                    ..Budget::default()
                },
                ..storm.clone()
            },
        ),
        (
            "two people on each server, one invite for one and one for two",
            World {
                people: vec![0, 2, 3],
                issued: vec![(0, Some(1)), (0, Some(2))],
                budget: Budget {
                    gestures: 3 + more,
                    copies: 1,
                    ..Budget::default()
                },
                ..storm.clone()
            },
        ),
        (
            "crash and restart between every two steps",
            World {
                budget: Budget {
                    gestures: 4 + more,
                    crashes: 1 + more,
                    copies: 1,
                    ..Budget::default()
                },
                ..storm.clone()
            },
        ),
        (
            "the inviter's server is restored from an older backup",
            World {
                budget: Budget {
                    gestures: 4 + more,
                    restores: 1,
                    copies: 1,
                    ..Budget::default()
                },
                ..storm.clone()
            },
        ),
        (
            "the accepter's server is restored from an older backup",
            World {
                issued: vec![(2, Some(1))],
                budget: Budget {
                    gestures: 4 + more,
                    restores: 1,
                    copies: 1,
                    ..Budget::default()
                },
                ..storm.clone()
            },
        ),
        (
            "three servers",
            World {
                servers: 3,
                people: vec![0, 2, 4],
                issued: vec![(0, Some(2)), (2, Some(1))],
                budget: Budget {
                    gestures: 3 + more,
                    copies: 1,
                    ..Budget::default()
                },
                ..storm.clone()
            },
        ),
        (
            "a third server that lies",
            World {
                servers: 3,
                people: vec![0, 2, 4],
                issued: vec![(0, Some(1)), (4, Some(1))],
                liar: true,
                budget: Budget {
                    gestures: 3 + more,
                    lies: 2,
                    ..Budget::default()
                },
                ..storm
            },
        ),
    ]
}

/// Tries everything within the bounds of one world.
pub fn check(world: World) -> Seen {
    // With a wrong rule there are often several promises to break, and one thread finds the same one first every time.
    let threads = match world.rules.wrong {
        Some(_) => 1,
        None => std::thread::available_parallelism().map_or(1, usize::from),
    };
    let checker = world
        .checker()
        .threads(threads)
        .finish_when(HasDiscoveries::Any)
        .spawn_bfs()
        .join();
    // The checker looks at many states before it stops: what is shortest to tell is told.
    let broken = checker
        .discoveries()
        .into_iter()
        .min_by_key(|(promise, path)| (path.clone().into_actions().len(), *promise));
    Seen {
        states: checker.unique_state_count(),
        reached: checker.state_count(),
        depth: checker.max_depth(),
        broken: broken.map(|(promise, path)| {
            let moves: Vec<String> = path
                .into_actions()
                .iter()
                .map(|action| format!("{action:?}"))
                .collect();
            (promise, moves.join("\n"))
        }),
    }
}
