//! A kill at every step of every exchange, on both sides.
//!
//! The steps are not listed anywhere: each exchange is played once and watched, and every place that a server passes
//! meanwhile is a step. Then it is played once for each step, and the server is killed exactly there.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{scope, sleep};
use std::time::{Duration, Instant};

use crate::pair::{Pair, Template};
use crate::process::Server;
use crate::stories::{CAT, DOG, STORIES, Scene, Story};

/// Pairs of servers at the same time: most of what they do is to wait.
const PAIRS: usize = 8;

/// People on each server of a pair; when all have met, the next pair follows.
const PEOPLE: usize = 60;

/// How long no place may be passed until nothing is under way.
const SILENCE: Duration = Duration::from_millis(40);

/// How long an armed server may take to die.
const DEATH_WITHIN: Duration = Duration::from_secs(10);

/// What two servers do at the same time has no order, so a step can be missed by a play. It must be met in one of so many.
const PLAYS: u32 = 8;

/// One kill of the test.
struct Step {
    story: &'static Story,
    server: usize,
    failpoint: String,
    plays: u32,
}

/// What the kills showed.
#[derive(Default)]
pub(crate) struct Report {
    /// At steps, and to set exchanges up.
    pub(crate) kills: u32,
    /// Steps.
    pub(crate) steps: u32,
    /// How many steps each story has on each server.
    pub(crate) by_story: Vec<(&'static str, usize, usize)>,
    /// Longest time from the restart until both servers listed the same, and where.
    pub(crate) slowest: (Duration, String),
    /// What was wrong.
    pub(crate) findings: Vec<String>,
}

/// Plays every story and kills at every step.
pub(crate) fn kill_at_each() -> Report {
    let template = Template::new(PEOPLE);
    let report = Mutex::new(Report::default());
    let steps = Mutex::new(VecDeque::new());
    in_parallel(STORIES.iter().collect(), |hand, story| {
        let mut watched = watch(hand, &template, story);
        let mut report = report.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut watched {
            Err(finding) => report.findings.push(finding.clone()),
            Ok(found) => {
                let on = |server| found.iter().filter(|step| step.server == server).count();
                report.by_story.push((story.name, on(CAT), on(DOG)));
                let mut steps = steps.lock().unwrap_or_else(PoisonError::into_inner);
                steps.extend(std::mem::take(found));
            }
        }
    });
    let steps = steps.into_inner().unwrap_or_else(PoisonError::into_inner);
    in_parallel(steps, |hand, mut step| {
        let told = loop {
            step.plays += 1;
            let kills = AtomicU32::new(0);
            let told = kill(hand, &template, &step, &kills);
            let mut report = report.lock().unwrap_or_else(PoisonError::into_inner);
            report.kills += kills.into_inner();
            match told {
                Ok(None) if step.plays < PLAYS => {}
                told => break told,
            }
        };
        let mut report = report.lock().unwrap_or_else(PoisonError::into_inner);
        match told {
            Ok(Some(took)) => {
                report.steps += 1;
                if took > report.slowest.0 {
                    report.slowest = (took, step.describe());
                }
            }
            Ok(None) => {
                let finding = format!("{} is not met again in {PLAYS} plays", step.describe());
                report.findings.push(finding);
            }
            Err(finding) => report.findings.push(finding),
        }
    });
    report.into_inner().unwrap_or_else(PoisonError::into_inner)
}

impl Step {
    fn describe(&self) -> String {
        let (server, failpoint) = (["cat", "dog"][self.server], &self.failpoint);
        format!("{}: {server} killed at {failpoint}", self.story.name)
    }
}

/// Plays a story undisturbed, and lists every place that each server passes.
fn watch(
    hand: &mut Option<Pair>,
    template: &Arc<Template>,
    story: &'static Story,
) -> Result<Vec<Step>, String> {
    play(hand, template, story, |scene| {
        for server in &mut scene.pair.servers {
            server.arm("")?;
        }
        story.play(scene)?;
        scene.agree()?;
        scene.pair.be_silent(4 * SILENCE);
        let mut steps = Vec::new();
        for server in [CAT, DOG] {
            let mut times: HashMap<String, u32> = HashMap::new();
            let passed = scene.pair.servers[server].passed();
            for place in passed {
                let time = times.entry(place.clone()).or_default();
                *time += 1;
                steps.push(Step {
                    story,
                    server,
                    failpoint: format!("{place}:{time}"),
                    plays: 0,
                });
            }
        }
        let met = |server: usize, place: &str| {
            let failpoint = format!("{place}:1");
            let mut steps = steps.iter();
            steps.any(|step| step.server == server && step.failpoint == failpoint)
        };
        for (server, name) in story.steps {
            let both = [format!("before:{name}"), format!("after:{name}")];
            let is_met = met(*server, name) || both.iter().all(|place| met(*server, place));
            if !is_met {
                return Err(format!("{name} is no step of server {server}"));
            }
        }
        Ok(steps)
    })
}

/// Plays a story and kills at a step. Gives the time from the restart until both servers listed the same; `None` if the step was
/// not met.
fn kill(
    hand: &mut Option<Pair>,
    template: &Arc<Template>,
    step: &Step,
    kills: &AtomicU32,
) -> Result<Option<Duration>, String> {
    let played = play(hand, template, step.story, |scene| {
        scene.pair.servers[step.server].arm(&step.failpoint)?;
        step.story.play(scene)?;
        let met = dies(scene, step.server)?;
        kills.fetch_add(scene.kills, Ordering::Relaxed);
        if !met {
            scene.pair.servers[step.server].arm("")?;
            return Ok(None);
        }
        kills.fetch_add(1, Ordering::Relaxed);
        scene.couple.note(step.describe());
        scene.pair.start()?;
        let began = Instant::now();
        scene.agree()?;
        let took = began.elapsed();
        scene.couple.note(format!("agreed after {took:?}"));
        step.story.again(scene)?;
        scene.agree()?;
        Ok(Some(took))
    });
    played.map_err(|finding| format!("=== {}\n{finding}", step.describe()))
}

/// Whether an armed server meets its step.
fn dies(scene: &mut Scene<'_>, server: usize) -> Result<bool, String> {
    let began = Instant::now();
    loop {
        if scene.pair.servers[server].has_died()? {
            return Ok(true);
        }
        let silent = scene.pair.servers.iter().map(Server::silence).min();
        let over = silent > Some(8 * SILENCE) && scene.is_over();
        if over || began.elapsed() > DEATH_WITHIN {
            return Ok(false);
        }
        sleep(Duration::from_millis(2));
    }
}

/// Sets a scene and plays it; what goes wrong is told with everything that one needs to understand it.
fn play<T>(
    hand: &mut Option<Pair>,
    template: &Arc<Template>,
    story: &'static Story,
    act: impl FnOnce(&mut Scene<'_>) -> Result<T, String>,
) -> Result<T, String> {
    let kept = hand.take().filter(|_| !story.first_contact);
    let mut pair = match kept {
        Some(pair) => pair,
        None => template.pair(),
    };
    pair.start()?;
    if !story.first_contact {
        pair.meet()?;
    }
    let couple = pair.couple().expect("there are enough people");
    let others = pair.couple().expect("there are enough people");
    let mut scene = Scene {
        pair: &mut pair,
        couple,
        others,
        kills: 0,
    };
    let acted = || {
        story.set_up(&mut scene)?;
        scene.pair.be_silent(SILENCE);
        act(&mut scene)
    };
    let played = acted().map_err(|wrong| {
        let (told, lists) = (scene.couple.story.join("\n"), scene.couple.lists());
        let others = scene.others.story.join("\n");
        format!(
            "{wrong}\n{told}\n--- the others\n{others}\n--- lists\n{lists}\n--- logs\n{}",
            scene.pair.logs()
        )
    })?;
    if story.first_contact || pair.people[0].len() < 2 {
        pair.close()
            .map_err(|wrong| format!("{}: {wrong}\n{}", story.name, pair.logs()))?;
    } else {
        *hand = Some(pair);
    }
    Ok(played)
}

/// Each job by one of several hands, which keep a pair of servers from one job to the next.
fn in_parallel<T: Send>(jobs: VecDeque<T>, work: impl Fn(&mut Option<Pair>, T) + Sync) {
    let jobs = Mutex::new(jobs);
    let next = || {
        jobs.lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop_front()
    };
    scope(|scope| {
        for _ in 0..PAIRS {
            scope.spawn(|| {
                let mut hand = None;
                while let Some(job) = next() {
                    work(&mut hand, job);
                }
                drop(hand);
            });
        }
    });
}
