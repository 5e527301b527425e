//! Every order of everything within bounds, and every promise kept; and every wrong rule found.
//!
//! `SYMBOLON_MODEL=1` (or more) widens the bounds: each step takes some ten times as long.

use symbolon_sim::model::rules::{Mutation, Rules};
use symbolon_sim::model::scenarios::{self, check};

/// How much wider than usual.
fn wider() -> u8 {
    let wider = std::env::var("SYMBOLON_MODEL").ok();
    wider.map_or(0, |wider| {
        wider.parse().expect("SYMBOLON_MODEL is a number")
    })
}

#[test]
fn every_promise_holds_in_every_order_of_everything() {
    for (name, world) in scenarios::all(wider()) {
        let bounds = world.budget;
        let seen = check(world);
        println!(
            "{name}: {} states ({} reached), {} steps deep; {bounds:?}",
            seen.states, seen.reached, seen.depth
        );
        if let Some((promise, story)) = seen.broken {
            panic!("{name}: {promise} is broken by\n{story}");
        }
        assert!(seen.states > 1_000, "{name}: that was not everything");
    }
}

/// Which promise notices a wrong rule first.
const NOTICED_BY: [(Mutation, &str); 20] = [
    (Mutation::NoFloor, "no zombie"),
    (Mutation::OldInviteRuleDropped, "consent"),
    (Mutation::AlreadyAtTheFloor, "progress"),
    (Mutation::StaleAdmitted, "no zombie"),
    (Mutation::StaleRefuses, "progress"),
    (Mutation::AnswerAlwaysConnects, "agreement"),
    (Mutation::OvertakenIgnored, "consent"),
    (Mutation::CancelIgnored, "roll-back"),
    (Mutation::UndoneWithoutTelling, "agreement"),
    (Mutation::OldRemovalBelieved, "no zombie"),
    (Mutation::RemovalAtTheGenerationIgnored, "agreement"),
    (Mutation::EarlyRemovalForgotten, "agreement"),
    (Mutation::UsesNotCounted, "once"),
    (Mutation::RepeatTurnedAway, "progress"),
    (Mutation::NoSync, "agreement"),
    (Mutation::GiveBelieved, "consent"),
    (Mutation::ClaimAtTheGenerationIgnored, "agreement"),
    (Mutation::ForgottenGestureIgnored, "consent"),
    (Mutation::OldAcceptanceSentBeforeSync, "consent"),
    (Mutation::OldInviteOpenBeforeSync, "consent"),
];

#[test]
fn every_wrong_rule_is_noticed_by_the_promise_that_it_breaks() {
    let mut wrong = Vec::new();
    for mutation in Mutation::ALL {
        let caught = scenarios::all(0).into_iter().find_map(|(name, mut world)| {
            world.rules = Rules {
                wrong: Some(mutation),
            };
            let (promise, story) = check(world).broken?;
            Some((promise, name, story))
        });
        let noticed = caught.as_ref().map_or("nobody", |(promise, ..)| promise);
        let (name, story) = caught
            .as_ref()
            .map_or(("", ""), |(_, name, story)| (*name, story));
        println!("{mutation:?}: {noticed} ({name})");
        let expected = NOTICED_BY.iter().find(|(one, _)| *one == mutation);
        if expected.is_none_or(|(_, promise)| *promise != noticed) {
            wrong.push(format!(
                "{mutation:?} is noticed by {noticed}, in {name}:\n{story}"
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
