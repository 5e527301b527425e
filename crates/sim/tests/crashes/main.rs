//! Two real server processes, killed with `kill -9` at every step of every exchange and at random moments under load. After the restart
//! both list the same, every confirmed gesture is there, and nobody but the people has done anything.
//!
//! `docs/proof.md` says how to make it longer, and how to arm a failpoint by hand.
#![expect(
    clippy::disallowed_methods,
    reason = "these are real processes, which take real time, and a test that cannot go on has failed"
)]

/// So many steps may be missed, of more than five hundred.
const MISSED_MAX: usize = 10;

mod couple;
mod gestures;
mod load;
mod pair;
mod people;
mod planted;
mod process;
mod steps;
mod stories;

use std::io::Write;

use pair::Template;

/// Past the capture of test output: how much was done is part of the result.
fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").expect("somebody reads the result");
}

#[test]
fn both_sides_agree_and_keep_what_was_confirmed_wherever_a_server_is_killed() {
    let report = steps::kill_at_each();
    for (story, cat, dog) in &report.by_story {
        say(&format!("{cat:>3} + {dog:>3} steps: {story}"));
    }
    let (slowest, place) = &report.slowest;
    say(&format!(
        "{} kills at {} steps; slowest {slowest:?} ({place})",
        report.kills, report.steps
    ));
    // What two servers do at the same time has no order, so that a busy machine passes some places by chance.
    let missed = report.missed.len();
    assert!(
        missed <= MISSED_MAX,
        "never met again: {:#?}",
        report.missed
    );
    say(&format!(
        "{missed} steps were not met again: {:?}",
        report.missed
    ));
    let findings = report.findings.len();
    let shown = report.findings.iter().take(3).cloned().collect::<Vec<_>>();
    assert!(
        findings == 0,
        "{findings} findings:\n{}",
        shown.join("\n\n")
    );
}

#[test]
fn both_sides_agree_and_keep_what_was_confirmed_though_servers_are_killed_under_load() {
    let kills = number("SYMBOLON_KILLS").unwrap_or(200);
    let seed = number("SYMBOLON_SEED").unwrap_or(1);
    let report = load::kill_at_random(kills, u64::from(seed));
    say(&format!(
        "{} kills at random moments (seed {seed}), {} gestures, {} of them answered; slowest {:?}",
        report.kills, report.gestures, report.answered, report.slowest
    ));
    assert!(
        report.findings.is_empty(),
        "{}",
        report.findings.join("\n\n")
    );
    assert_eq!(report.kills, kills);
}

#[test]
fn what_is_looked_for_is_found_where_it_is_planted_and_only_there() {
    let template = Template::new(1);
    std::thread::scope(|scope| {
        for fault in planted::PLANTED {
            let template = &template;
            scope.spawn(move || {
                let found = fault.find(template, true);
                assert!(found.is_some(), "{} is not found", fault.name);
                assert_eq!(fault.find(template, false), None, "{}", fault.name);
            });
        }
    });
}

#[test]
fn failpoint_kills_the_test_program_as_kill_9_does_and_no_other_place_does() {
    let mut pair = Template::new(1).pair();
    let cat = &mut pair.servers[stories::CAT];
    cat.arm("after:set_our_name:9").unwrap();
    assert!(cat.start().unwrap(), "nine times it does not come");
    cat.stop().unwrap();
    cat.arm("after:set_our_name").unwrap();
    assert!(!cat.start().unwrap());
    assert!(cat.has_died().unwrap());
    assert!(cat.start().unwrap(), "it is armed for one start");
}

fn number(variable: &str) -> Option<u32> {
    let text = std::env::var(variable).ok()?;
    Some(
        text.parse()
            .unwrap_or_else(|_| panic!("{variable} is no number: {text}")),
    )
}
