//! Kills at random moments, while many people act all the time.
//!
//! Everybody on one server has to do with everybody on the other. Each two of them act one after the other, or both at once; all
//! couples act beside each other. Nobody waits for a server that is down, and nobody repeats what got no answer.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{scope, sleep};
use std::time::{Duration, Instant};

use symbolon_sim::chance::Chance;

use crate::couple::{Couple, Did};
use crate::pair::{Pair, Template};

/// Pairs of servers at the same time.
const WORLDS: u64 = 2;

/// People on each server.
const PEOPLE: usize = 3;

/// After so many kills everybody rests, and what is there is held against what was confirmed.
const KILLS_AT_A_STRETCH: u32 = 20;

/// What came of it.
#[derive(Default)]
pub(crate) struct Report {
    /// Kills.
    pub(crate) kills: u32,
    /// Gestures, and how many of them were answered.
    pub(crate) gestures: u64,
    pub(crate) answered: u64,
    /// Longest time from the last restart until all servers listed the same for everybody.
    pub(crate) slowest: Duration,
    /// What was wrong.
    pub(crate) findings: Vec<String>,
}

/// Kills so many times; everything that is left to chance comes from the seed, except what the machine does with it.
pub(crate) fn kill_at_random(kills: u32, seed: u64) -> Report {
    let template = Template::new(PEOPLE);
    let mut whole = Report::default();
    let worlds = scope(|scope| {
        let worlds: Vec<_> = (0..WORLDS)
            .map(|number| {
                let share = kills / WORLDS as u32 + u32::from(u64::from(kills) % WORLDS > number);
                let template = &template;
                scope.spawn(move || world(template, share, seed + number))
            })
            .collect();
        let ended = worlds.into_iter().map(std::thread::ScopedJoinHandle::join);
        ended.collect::<Vec<_>>()
    });
    for world in worlds {
        let world = world.expect("a world does not panic");
        whole.kills += world.kills;
        whole.gestures += world.gestures;
        whole.answered += world.answered;
        whole.slowest = whole.slowest.max(world.slowest);
        whole.findings.extend(world.findings);
    }
    whole
}

fn world(template: &Template, kills: u32, seed: u64) -> Report {
    let mut pair = template.pair();
    let mut report = Report::default();
    let people = pair.people.clone();
    let couples = people[0].iter().flat_map(|bob| {
        let with = people[1].iter();
        with.map(|carol| Couple::new([bob.clone(), carol.clone()]))
    });
    let mut couples: Vec<Couple> = couples.collect();
    let lived = live(&mut pair, &mut couples, kills, seed, &mut report);
    if let Err(wrong) = lived.and_then(|()| pair.close()) {
        let finding = format!("=== seed {seed}: {wrong}\n--- logs\n{}", pair.logs());
        report.findings.push(finding);
    }
    report
}

fn live(
    pair: &mut Pair,
    couples: &mut [Couple],
    kills: u32,
    seed: u64,
    report: &mut Report,
) -> Result<(), String> {
    let chance = Chance::of(seed, "kills");
    pair.start()?;
    while report.kills < kills {
        let until = kills.min(report.kills + KILLS_AT_A_STRETCH);
        let stop = AtomicBool::new(false);
        let (killed, acted) = scope(|scope| {
            let acting: Vec<_> = (0_u64..)
                .zip(couples.iter_mut())
                .map(|(number, couple)| {
                    let chance = Chance::of(seed, &format!("couple {number} {}", report.kills));
                    let stop = &stop;
                    scope.spawn(move || act(couple, &chance, stop))
                })
                .collect();
            let killed = kill(pair, &chance, until, &mut report.kills, &stop);
            stop.store(true, Ordering::Relaxed);
            let acted = acting.into_iter().map(std::thread::ScopedJoinHandle::join);
            let acted = acted.map(|one| one.expect("people do not panic"));
            (killed, acted.collect::<Vec<_>>())
        });
        killed?;
        for (couple, acted) in couples.iter().zip(acted) {
            let (gestures, answered) = acted.map_err(|wrong| told(couple, &wrong))?;
            report.gestures += gestures;
            report.answered += answered;
        }
        pair.start()?;
        let began = Instant::now();
        for couple in couples.iter_mut() {
            couple.agree().map_err(|wrong| told(couple, &wrong))?;
        }
        report.slowest = report.slowest.max(began.elapsed());
    }
    Ok(())
}

/// Kills one or both, now and then while they start, until there have been so many kills, or somebody has found
/// something.
fn kill(
    pair: &mut Pair,
    chance: &Chance,
    until: u32,
    kills: &mut u32,
    stop: &AtomicBool,
) -> Result<(), String> {
    let pause = |from, to| sleep(Duration::from_millis(chance.between(from, to)));
    while *kills < until && !stop.load(Ordering::Relaxed) {
        pause(5, 150);
        let first = usize::from(chance.one_in(2));
        let both = chance.one_in(6) && *kills + 1 < until;
        for server in if both {
            vec![first, 1 - first]
        } else {
            vec![first]
        } {
            pair.servers[server].kill()?;
            *kills += 1;
        }
        // Mostly it is back at once; sometimes others notice that it is away.
        if chance.one_in(4) {
            pause(50, 700);
        }
        if chance.one_in(5) && *kills < until {
            pair.servers[first].spawn()?;
            pause(1, 120);
            pair.servers[first].kill()?;
            *kills += 1;
        }
        pair.start()?;
    }
    Ok(())
}

/// Two people's life until they are to rest. Gives how many gestures there were and how many were answered.
fn act(couple: &mut Couple, chance: &Chance, stop: &AtomicBool) -> Result<(u64, u64), String> {
    let (mut gestures, mut answered) = (0, 0);
    let act = |couple: &mut Couple| {
        let one = usize::from(chance.one_in(2));
        match chance.below(14) {
            0..5 if couple.has_invited(one) => couple.accepts_from(one),
            0..6 => couple.invites(one),
            // An invitation that may have been closed by a disconnect since.
            6 => couple.accepts_from(one),
            7 | 8 if couple.has_pending() => couple.cancels(),
            7..11 => couple.disconnects(one),
            11 | 12 => couple.disconnect_and_accept(one),
            _ => couple.both_disconnect(),
        }
    };
    while !stop.load(Ordering::Relaxed) {
        match act(couple) {
            Ok(did) => {
                gestures += u64::from(did != Did::Nothing);
                answered += u64::from(did == Did::Answered);
            }
            Err(wrong) => {
                stop.store(true, Ordering::Relaxed);
                return Err(wrong);
            }
        }
        sleep(Duration::from_millis(chance.below(40)));
    }
    Ok((gestures, answered))
}

fn told(couple: &Couple, wrong: &str) -> String {
    let from = couple.story.len().saturating_sub(40);
    let (story, lists) = (couple.story[from..].join("\n"), couple.lists());
    format!("{wrong}\n{story}\n--- lists\n{lists}")
}
