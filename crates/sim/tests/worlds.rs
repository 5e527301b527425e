//! Thousands of worlds of whole servers in which everything goes wrong that can, and nothing that was promised breaks.

use std::collections::HashMap;
use std::thread;

use symbolon_sim::runner;
use symbolon_sim::watch::Tally;
use symbolon_sim::world::{self, Outcome};

/// Worlds of the normal run.
const WORLDS: u64 = 2_000;

/// Worlds that are lived through three times.
const REPEATED: u64 = 40;

fn told(outcome: &Outcome) -> String {
    let from = outcome.story.len().saturating_sub(60);
    let violation = outcome.violation.as_ref();
    let seen = violation.map_or("", |violation| violation.seen.as_str());
    let tail = outcome.story[from..].join("\n");
    format!("seed {}: {seen}\n{tail}", outcome.seed)
}

#[test]
fn every_promise_holds_in_every_world() {
    let mut seen = Tally::default();
    let mut failed = Vec::new();
    runner::run(1, WORLDS, |outcome| {
        seen.add(&outcome.seen);
        if outcome.violation.is_some() {
            failed.push(told(&outcome));
        }
        failed.len() < 3
    });
    assert!(failed.is_empty(), "{}", failed.join("\n\n"));
    // Worlds in which nothing happens prove nothing.
    for (what, count) in [
        ("connected", seen.connected),
        ("disconnected", seen.disconnected),
        ("cancelled", seen.cancelled),
        ("copies", seen.copies),
        ("agreed", seen.agreed),
        ("restored", 10 * seen.restored),
        ("synced", 10 * seen.synced),
    ] {
        assert!(count >= WORLDS / 2, "{what}: {seen:?}");
    }
}

#[test]
fn the_same_seed_is_the_same_world_also_beside_others() {
    let alone: HashMap<u64, u64> = (1..=REPEATED)
        .map(|seed| (seed, world::run(seed).hash))
        .collect();
    let backwards = thread::spawn(|| {
        let hashes = (1..=REPEATED)
            .rev()
            .map(|seed| (seed, world::run(seed).hash));
        hashes.collect::<HashMap<u64, u64>>()
    });
    runner::run(1, REPEATED, |outcome| {
        let seed = outcome.seed;
        assert_eq!(alone.get(&seed), Some(&outcome.hash), "seed {seed}");
        true
    });
    assert_eq!(alone, backwards.join().unwrap());
}
