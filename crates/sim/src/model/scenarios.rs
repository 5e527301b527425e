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

/// The bounds of the normal run; `more` widens each of them.
pub fn all(more: u8) -> Vec<Scenario> {
    let nothing = Budget::default();
    let gestures = |most: u8| Budget {
        gestures: most + more,
        ..nothing
    };
    let (one, two) = (Some(1), Some(2));
    // Bob on the first server, carol on the second, and an invite of bob's for one person.
    let world = World {
        rules: Rules::default(),
        servers: 2,
        people: vec![0, 2],
        uses: vec![],
        issued: vec![(0, one)],
        budget: nothing,
        liar: false,
        calm: false,
    };
    let restored = |most: u8| Budget {
        restores: 1,
        syncs: 1,
        ..gestures(most)
    };
    vec![
        (
            "nothing goes wrong",
            World {
                uses: vec![one],
                budget: gestures(5),
                calm: true,
                ..world.clone()
            },
        ),
        (
            "messages are lost, doubled, reordered and delayed past later gestures",
            World {
                uses: vec![one],
                budget: Budget {
                    losses: 1,
                    copies: 1,
                    ..gestures(4)
                },
                ..world.clone()
            },
        ),
        (
            "servers compare in the middle of it",
            World {
                budget: Budget {
                    losses: 1,
                    copies: 1,
                    syncs: 1,
                    ..gestures(4)
                },
                ..world.clone()
            },
        ),
        (
            "the two invite each other",
            World {
                issued: vec![(0, one), (2, one)],
                budget: Budget {
                    losses: 1,
                    copies: 1,
                    ..gestures(3)
                },
                ..world.clone()
            },
        ),
        (
            "two people on each server, one invite for one and one for two",
            World {
                people: vec![0, 1, 2, 3],
                issued: vec![(0, one), (1, two)],
                budget: Budget {
                    copies: 1,
                    ..gestures(3)
                },
                ..world.clone()
            },
        ),
        (
            "a server crashes and restarts between any two steps",
            World {
                budget: Budget {
                    crashes: 1 + more,
                    copies: 1,
                    ..gestures(4)
                },
                ..world.clone()
            },
        ),
        (
            "the inviter's server is restored from an older backup",
            World {
                budget: Budget {
                    copies: 1,
                    losses: more.min(1),
                    ..restored(4)
                },
                ..world.clone()
            },
        ),
        (
            "the accepter's server is restored from an older backup",
            World {
                issued: vec![(2, one)],
                budget: Budget {
                    copies: 1,
                    ..restored(3)
                },
                ..world.clone()
            },
        ),
        (
            "one of two that invite each other is restored from an older backup",
            World {
                issued: vec![(0, one), (2, one)],
                budget: Budget {
                    losses: 1,
                    ..restored(3)
                },
                ..world.clone()
            },
        ),
        (
            "fresh invites after a restore from an older backup",
            World {
                uses: vec![one],
                budget: Budget {
                    restores: 1,
                    ..gestures(4)
                },
                ..world.clone()
            },
        ),
        (
            "three servers with two people each",
            World {
                servers: 3,
                people: vec![0, 1, 2, 3, 4, 5],
                issued: vec![(0, two), (3, one)],
                budget: gestures(3),
                ..world.clone()
            },
        ),
        (
            "a third server lies",
            World {
                servers: 3,
                people: vec![0, 2, 4],
                issued: vec![(0, one), (4, one)],
                liar: true,
                budget: Budget {
                    lies: 2,
                    ..gestures(3)
                },
                ..world
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
