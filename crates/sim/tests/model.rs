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

const CALM: &str = "nothing goes wrong";
const ROUGH: &str = "messages are lost, doubled, reordered and delayed past later gestures";
const COMPARING: &str = "servers compare in the middle of it";
const CROWD: &str = "two people on each server, one invite for one and one for two";
const INVITER: &str = "the inviter's server is restored from an older backup";
const ACCEPTER: &str = "the accepter's server is restored from an older backup";
const MUTUAL: &str = "one of two that invite each other is restored from an older backup";

/// Which promise notices a wrong rule first, and where.
const NOTICED_BY: [(Mutation, &str, &str); 24] = [
    (Mutation::NoFloor, "no zombie", ROUGH),
    (Mutation::OldInviteRuleDropped, "consent", CALM),
    (Mutation::AlreadyAtTheFloor, "progress", INVITER),
    (Mutation::StaleAdmitted, "no zombie", ROUGH),
    (Mutation::StaleRefuses, "progress", CALM),
    (Mutation::AnswerAlwaysConnects, "agreement", CALM),
    (Mutation::OvertakenIgnored, "consent", CALM),
    (Mutation::OvertakenAsksAgain, "consent", MUTUAL),
    (Mutation::OvertakenSpeaksOfIt, "consent", MUTUAL),
    (Mutation::CancelIgnored, "roll-back", CALM),
    (Mutation::UndoneWithoutTelling, "agreement", CALM),
    (Mutation::UndoIsAGesture, "progress", CALM),
    (Mutation::OldRemovalBelieved, "no zombie", CALM),
    (Mutation::RemovalAtTheGenerationIgnored, "agreement", CALM),
    (Mutation::EarlyRemovalForgotten, "agreement", CALM),
    (Mutation::UsesNotCounted, "once", CROWD),
    (Mutation::RepeatTurnedAway, "progress", CALM),
    (Mutation::NoSync, "agreement", INVITER),
    (Mutation::GiveBelieved, "consent", COMPARING),
    (Mutation::ClaimAtTheGenerationIgnored, "agreement", INVITER),
    (Mutation::ForgottenGestureIgnored, "consent", INVITER),
    (Mutation::ForgottenTimeIgnored, "consent", INVITER),
    (Mutation::OldAcceptanceSentBeforeSync, "consent", ACCEPTER),
    (Mutation::OldInviteOpenBeforeSync, "consent", INVITER),
];

#[test]
fn every_wrong_rule_is_noticed_by_the_promise_that_it_breaks() {
    let mut wrong = Vec::new();
    for mutation in Mutation::ALL {
        let expected = NOTICED_BY.iter().find(|(one, ..)| *one == mutation);
        let (_, promise, place) = expected.expect("every mutation is on the list");
        let (name, mut world) = scenarios::all(0)
            .into_iter()
            .find(|(name, _)| name == place)
            .expect("there is such a scenario");
        world.rules = Rules {
            wrong: Some(mutation),
        };
        let (noticed, story) = check(world).broken.unwrap_or(("nobody", String::new()));
        println!("{mutation:?} is noticed by {noticed}: {name}");
        if noticed != *promise {
            wrong.push(format!(
                "{mutation:?} is noticed by {noticed}, {name}:\n{story}"
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
