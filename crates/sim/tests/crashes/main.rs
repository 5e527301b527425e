//! Two real server processes, killed with `kill -9` at every step of every exchange and at random moments under load. After the restart
//! both list the same, every confirmed gesture is there, and nobody but the people has done anything.
//!
//! `docs/testing.md` says how to make it longer, how to repeat a finding, and how to arm a failpoint by hand.
#![expect(
    clippy::disallowed_methods,
    reason = "these are real processes, which take real time"
)]

mod couple;
mod load;
mod pair;
mod people;
mod process;
mod steps;
mod stories;

use std::io::Write;

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

fn number(variable: &str) -> Option<u32> {
    let text = std::env::var(variable).ok()?;
    Some(
        text.parse()
            .unwrap_or_else(|_| panic!("{variable} is no number: {text}")),
    )
}
