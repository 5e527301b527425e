//! A kill at every step of every exchange, on both sides.
//!
//! The steps are not listed anywhere: each exchange is played once and watched, and every place that a server passes
//! meanwhile is a step. Then it is played once for each step, and the server is killed exactly there.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{scope, sleep};
use std::time::{Duration, Instant};

use crate::pair::{Pair, Template};
use crate::process::Server;
use crate::stories::{CAT, DOG, STORIES, Scene, Story};

/// Pairs of servers at the same time: most of what they do is to wait.
const PAIRS: usize = 6;

/// People on each server of a pair; when all have met, the next pair follows.
const PEOPLE: usize = 80;

/// How long no place may be passed until nothing is under way.
const SILENCE: Duration = Duration::from_millis(40);

/// How long an armed server may take to die.
const DEATH_WITHIN: Duration = Duration::from_secs(10);

/// What two servers do at the same time has no order, so a step can be missed by a play. It must be met in one of so many.
const PLAYS: u32 = 8;

/// What a server does whenever it starts, whatever was going on. One story on each side watches that, too.
const STARTING: [&str; 5] = [
    "set_our_name",
    "our_ledger",
    "count_in",
    "prune_deliveries",
    "prune_sessions",
];

/// One kill of the test.
struct Step {
    story: &'static Story,
    server: usize,
    failpoint: String,
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
    /// Steps that the watched play passed by chance, and none of many plays after it.
    pub(crate) missed: Vec<String>,
    /// What was wrong.
    pub(crate) findings: Vec<String>,
}

/// Plays every story and kills at every step.
pub(crate) fn kill_at_each() -> Report {
    let template = Template::new(PEOPLE);
    let report = Mutex::new(Report::default());
    let steps = Mutex::new(VecDeque::new());
    let hands = in_parallel(STORIES.iter().collect(), Vec::new(), |hand, story| {
        let watched = watch(hand, &template, story);
        let mut report = locked(&report);
        match watched {
            Err(finding) => report.findings.push(finding),
            Ok(found) => {
                let on = |server| found.iter().filter(|step| step.server == server).count();
                report.by_story.push((story.name, on(CAT), on(DOG)));
                locked(&steps).extend(found);
            }
        }
    });
    let steps = std::mem::take(&mut *locked(&steps));
    let hands = in_parallel(steps, hands, |hand, step| {
        let told = kill_once(hand, &template, &step, &report);
        let mut report = locked(&report);
        match told {
            Ok(took) => {
                report.steps += u32::from(!took.is_zero());
                if took > report.slowest.0 {
                    report.slowest = (took, step.describe());
                }
            }
            Err(finding) => report.findings.push(finding),
        }
    });
    for mut pair in hands {
        if let Err(finding) = pair.close() {
            locked(&report).findings.push(finding);
        }
    }
    std::mem::take(&mut *locked(&report))
}

impl Step {
    fn describe(&self) -> String {
        let (server, failpoint) = (["cat", "dog"][self.server], &self.failpoint);
        format!("{}: {server} killed at {failpoint}", self.story.name)
    }
}

/// Plays a story undisturbed until all of its own steps are met, and lists every place that each server passes.
fn watch(
    hand: &mut Option<Pair>,
    template: &Template,
    story: &'static Story,
) -> Result<Vec<Step>, String> {
    let mut missed = String::new();
    for _ in 0..PLAYS {
        match watch_once(hand, template, story)? {
            Ok(steps) => return Ok(steps),
            Err(step) => missed = step,
        }
    }
    Err(format!("{}: {missed} in {PLAYS} plays", story.name))
}

/// One play; the inner error names a step that was not met.
fn watch_once(
    hand: &mut Option<Pair>,
    template: &Template,
    story: &'static Story,
) -> Result<Result<Vec<Step>, String>, String> {
    play(hand, template, story, |scene| {
        for server in &mut scene.pair.servers {
            server.arm("")?;
        }
        story.play(scene)?;
        scene.agree()?;
        scene.pair.be_silent(4 * SILENCE);
        // What a server does last, both lists may be equal before it.
        let began = Instant::now();
        while began.elapsed() < DEATH_WITHIN && !story.steps.iter().all(|step| has_met(scene, step))
        {
            sleep(SILENCE);
        }
        let mut steps = Vec::new();
        for server in [CAT, DOG] {
            let mut times: HashMap<String, u32> = HashMap::new();
            let passed = scene.pair.servers[server].passed().into_iter();
            for place in passed.filter(|place| story.watches_starting || !is_starting(place)) {
                let time = times.entry(place.clone()).or_default();
                *time += 1;
                let failpoint = format!("{place}:{time}");
                steps.push(Step {
                    story,
                    server,
                    failpoint,
                });
            }
        }
        for (server, name) in story.steps {
            if !has_met(scene, &(*server, name)) {
                return Ok(Err(format!("{name} is no step of server {server}")));
            }
        }
        Ok(Ok(steps))
    })
}

/// Plays a story until the server has been killed at the step. Gives the time from the restart until both servers listed
/// the same.
fn kill_once(
    hand: &mut Option<Pair>,
    template: &Template,
    step: &Step,
    report: &Mutex<Report>,
) -> Result<Duration, String> {
    for _ in 0..PLAYS {
        let played = play(hand, template, step.story, |scene| {
            scene.pair.servers[step.server].arm(&step.failpoint)?;
            step.story.play(scene)?;
            let met = dies(scene, step.server)?;
            locked(report).kills += scene.kills + u32::from(met);
            if !met {
                scene.pair.servers[step.server].arm("")?;
                return Ok(None);
            }
            scene.couple.note(step.describe());
            scene.pair.start()?;
            let began = Instant::now();
            scene.agree()?;
            let took = began.elapsed();
            scene.couple.note("and once more");
            step.story.again(scene)?;
            scene.agree()?;
            Ok(Some(took))
        });
        match played {
            Ok(Some(took)) => return Ok(took),
            Ok(None) => {}
            Err(finding) => return Err(format!("=== {}\n{finding}", step.describe())),
        }
    }
    locked(report).missed.push(step.describe());
    Ok(Duration::ZERO)
}

/// Whether a server has passed a named step: a place, or both sides of an operation.
fn has_met(scene: &Scene<'_>, (server, name): &(usize, &str)) -> bool {
    let passed = scene.pair.servers[*server].passed();
    let met = |place: &str| passed.iter().any(|one| one == place);
    met(name) || (met(&format!("before:{name}")) && met(&format!("after:{name}")))
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
pub(crate) fn play<T>(
    hand: &mut Option<Pair>,
    template: &Template,
    story: &'static Story,
    act: impl FnOnce(&mut Scene<'_>) -> Result<T, String>,
) -> Result<T, String> {
    let kept = hand.take().filter(|_| !story.first_contact);
    let mut pair = kept.unwrap_or_else(|| template.pair());
    let mut scene = Scene::new(&mut pair, story)?;
    let acted = || {
        story.set_up(&mut scene)?;
        scene.pair.be_silent(SILENCE);
        act(&mut scene)
    };
    let played = acted().map_err(|wrong| format!("{wrong}\n{}", scene.tell()))?;
    // Two for a sync, and two to get to know each other.
    if story.first_contact || pair.people[0].len() < 3 {
        let closed = pair.close();
        closed.map_err(|wrong| format!("{}: {wrong}\n{}", story.name, pair.logs()))?;
    } else {
        *hand = Some(pair);
    }
    Ok(played)
}

/// Each job by one of several hands, which keep a pair of servers from one job to the next. Gives back the pairs.
fn in_parallel<T: Send>(
    jobs: VecDeque<T>,
    hands: Vec<Pair>,
    work: impl Fn(&mut Option<Pair>, T) + Sync,
) -> Vec<Pair> {
    let jobs = Mutex::new(jobs);
    let next = || locked(&jobs).pop_front();
    let mut hands: Vec<Option<Pair>> = hands.into_iter().map(Some).collect();
    hands.resize_with(PAIRS, || None);
    scope(|scope| {
        for hand in &mut hands {
            let (next, work) = (&next, &work);
            scope.spawn(move || {
                while let Some(job) = next() {
                    work(hand, job);
                }
            });
        }
    });
    hands.into_iter().flatten().collect()
}

fn is_starting(place: &str) -> bool {
    let name = place.split_once(':').map(|(_, name)| name);
    name.is_some_and(|name| STARTING.contains(&name))
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
