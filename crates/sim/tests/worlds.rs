//! Thousands of worlds of whole servers in which everything goes wrong that can, and nothing that was promised breaks.

use std::collections::HashMap;
use std::thread;

use symbolon_sim::faults::Fault;
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

/// Which oracles may notice a fault first.
fn noticed_by(fault: Fault) -> &'static [&'static str] {
    match fault {
        Fault::OutboxRowOutsideTheTransaction => &["deliveries"],
        // What was not stopped may arrive, and then it is noted that somebody was told whom nobody had to tell.
        Fault::DeliveryNotStopped => &["deliveries", "events"],
        Fault::AnswerBeforeCommit => &["confirmed", "consent", "events", "no zombie"],
        Fault::RetryWithAnotherToken | Fault::BarrierDropped => &["consent"],
        Fault::ComparisonBelieved => &["consent", "events"],
        Fault::LateAnswerForANewerAcceptance => &["answers"],
        Fault::NoFloor => &["agreement", "no zombie"],
        Fault::GenerationForgotten => &["no zombie"],
        Fault::EventForgotten => &["events"],
        Fault::CancelForgotten => &["confirmed", "events"],
        Fault::UsesNotCounted => &["once"],
        Fault::OneQueueForAll => &["isolation"],
        Fault::NoSync => &["agreement"],
    }
}

#[test]
fn every_planted_fault_is_found_within_those_worlds() {
    for fault in Fault::ALL {
        let mut found: Option<Outcome> = None;
        runner::run_with(1, WORLDS, Some(fault), |outcome| {
            if outcome.violation.is_some() && found.as_ref().is_none_or(|f| outcome.seed < f.seed) {
                found = Some(outcome);
            }
            found.is_none()
        });
        let found = found.unwrap_or_else(|| panic!("{fault:?} is not found"));
        let oracle = found.violation.as_ref().map_or("", |v| v.oracle);
        println!("{fault:?}: {oracle}, in world {}", found.seed);
        assert!(
            noticed_by(fault).contains(&oracle),
            "{fault:?} is found by {oracle}: {}",
            told(&found)
        );
    }
}
