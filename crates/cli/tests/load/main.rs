//! A server that strangers send garbage to, beside those who have business with it: what that costs the others, in time,
//! memory and rows. A test program of its own, so that no other test runs beside it.
//!
//! A minute of them, or as many seconds as `SYMBOLON_LOAD_SECS` says, and as long without them in turn:
//! `SYMBOLON_LOAD_SECS=3600 cargo test -p symbolon-cli --test load -- --nocapture`.

mod bad;
#[expect(dead_code, reason = "the tests of the commands use all of it")]
#[path = "../cli/binary.rs"]
mod binary;
mod dog;
#[expect(dead_code, reason = "the tests of the commands use all of it")]
#[path = "../cli/web.rs"]
mod web;
mod wire;
mod world;
mod written;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use symbolon_store::{Database, Options, Store};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use crate::bad::{Bad, Kind, bad};
use crate::wire::{exchange, status};
use crate::world::World;
use crate::written::{Counts, about_the_same, counters, grown, resident_kib, rows};

/// How long strangers send if nothing else is said, in seconds.
const SECS: u64 = 60;

/// Strangers pause and send in turn, so that whatever else the machine does hits both alike.
const WINDOW: Duration = Duration::from_secs(3);

/// Good requests in a window: a hundred a second.
const GOOD: u64 = 300;

/// Bad ones: two hundred a second.
const BAD: u64 = 600;

/// A p99 below this is as good as this: what a timer, a thread that waits for its turn and a flush of a disk are good for on
/// a machine with two cores, whether strangers send or not.
const FLOOR: Duration = Duration::from_millis(5);

/// A p99 may be so many times as long beside strangers.
const RATIO: f64 = 2.0;

/// If it looks like more, the machine may be busy with something else: it goes on for up to so many turns.
const LONGEST: usize = 30;

/// How much memory may be added after the first window with strangers. What is remembered of them is bounded by numbers
/// (ten thousand servers, addresses and accounts), and fills up to these first.
const MEMORY_KIB: u64 = 32 * 1_024;

/// How much may be added in the second half of a run that is long enough for all of these to be full.
const LATER_MEMORY_KIB: u64 = 4 * 1_024;

/// A run is that long with so many turns: half an hour.
const LONG: usize = 300;

/// Rows of one kind of refusal that ten minutes may leave (`docs/audit.md`).
const REFUSALS: i64 = 100;

/// The same of those about one object, account and server.
const REFUSALS_OF_ONE: i64 = 10;

/// What happened to the good ones within a window.
struct Window {
    took: Vec<Duration>,
    remembered: i64,
}

impl Window {
    fn p99(&self) -> Duration {
        p99(self.took.clone())
    }
}

fn p99(mut took: Vec<Duration>) -> Duration {
    took.sort();
    took[took.len() * 99 / 100]
}

/// What the bad ones were answered, and how often.
type Answers = BTreeMap<(Kind, Option<u16>), i64>;

/// Sends good requests at their times, whatever has become of those before. How long one took counts from when it was due.
async fn good_ones(world: Arc<World>, first: u64, begin: Instant) -> Window {
    let mut under_way = JoinSet::new();
    let mut remembered = 0;
    for number in 0..GOOD {
        let good = world.good(first + number);
        remembered += i64::from(good.remembered);
        let due = begin + WINDOW * u32::try_from(number).expect("it is small") / GOOD as u32;
        let to = world.server.address;
        sleep_until(due).await;
        under_way.spawn(async move {
            let answer = exchange(good.from, to, &good.bytes).await;
            let took = due.elapsed();
            let said = answer.as_deref().map(String::from_utf8_lossy);
            let answered = answer.as_deref().ok().and_then(status);
            assert_eq!(answered, Some(good.wanted), "{}: {said:?}", good.what);
            took
        });
    }
    let took = under_way.join_all().await;
    Window { took, remembered }
}

async fn bad_ones(world: Arc<World>, first: u64, begin: Instant) -> Answers {
    let mut under_way = JoinSet::new();
    for number in 0..BAD {
        let Bad { kind, from, bytes } = bad(&world, first + number);
        let due = begin + WINDOW * u32::try_from(number).expect("it is small") / BAD as u32;
        let to = world.server.address;
        sleep_until(due).await;
        under_way.spawn(async move {
            let answer = exchange(from, to, &bytes).await;
            (kind, answer.as_deref().ok().and_then(status))
        });
    }
    let mut answers = Answers::new();
    while let Some(answer) = under_way.join_next().await {
        *answers.entry(answer.expect("it ends")).or_default() += 1;
    }
    answers
}

/// What all windows came to.
#[derive(Default)]
struct Seen {
    /// The p99 of the good ones in each window, without bad ones.
    alone: Vec<Duration>,
    /// The same beside bad ones.
    beside: Vec<Duration>,
    /// How long each good one took, without bad ones and beside them.
    all: [Vec<Duration>; 2],
    answers: Answers,
    remembered: i64,
    removals: i64,
}

impl Seen {
    /// How many times as long it takes beside strangers, in the middle of all turns.
    fn ratio(&self) -> f64 {
        let turns = self.alone.iter().zip(&self.beside);
        let ratios = turns.map(|(alone, beside)| beside.div_duration_f64(*alone.max(&FLOOR)));
        middle(ratios.collect())
    }

    /// The p99 of all good ones, without bad ones and beside them.
    fn whole(&self) -> [Duration; 2] {
        self.all.clone().map(p99)
    }

    /// Whether the good ones take more than twice as long beside strangers, in the middle of all turns or taken together.
    fn is_slowed(&self) -> bool {
        let [alone, beside] = self.whole();
        self.ratio() > RATIO || beside > alone.max(FLOOR).mul_f64(RATIO)
    }

    fn print(&self) {
        let of = |all: &[Duration]| {
            let ms = all.iter().map(|took| took.as_secs_f64() * 1_000.0);
            (
                middle(ms.clone().collect()),
                ms.map(f64::round).collect::<Vec<_>>(),
            )
        };
        let ((alone, each_alone), (beside, each_beside)) = (of(&self.alone), of(&self.beside));
        println!("p99 alone: {alone:.1} ms in the middle of {each_alone:?}");
        println!("p99 beside strangers: {beside:.1} ms in the middle of {each_beside:?}");
        println!("ratio in the middle of all turns: {:.2}", self.ratio());
        let [alone, beside] = self.whole().map(|p99| p99.as_secs_f64() * 1_000.0);
        println!("p99 of all: {alone:.1} ms alone, {beside:.1} ms beside strangers");
        let sent: i64 = self.answers.values().sum();
        println!(
            "{} good and {sent} bad requests",
            2 * GOOD * self.alone.len() as u64
        );
        println!("answers to the bad ones: {:?}", self.answers);
    }
}

fn middle(mut all: Vec<f64>) -> f64 {
    all.sort_by(f64::total_cmp);
    let (low, high) = (all[(all.len() - 1) / 2], all[all.len() / 2]);
    f64::midpoint(low, high)
}

fn seconds() -> u64 {
    let text = std::env::var("SYMBOLON_LOAD_SECS");
    text.map_or(SECS, |text| {
        text.parse()
            .expect("SYMBOLON_LOAD_SECS is a number of seconds")
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn strangers_who_send_two_hundred_requests_a_second_cost_the_others_nothing() {
    let mut world = Arc::new(World::new().await);
    let process = world.server.process.id();
    let path = world.folder.path().join("symbolon.db");
    let store = Store::open(&Database::Sqlite { path }, Options::default()).await;
    let store = store.expect("the database is there");
    let before = rows(&store).await;
    let memory_alone = resident_kib(process);
    let counted = counters(&world.figures().await);

    let mut seen = Seen::default();
    let (mut memory, mut good) = (Vec::new(), 1_000);
    let turns = usize::try_from(seconds() / WINDOW.as_secs());
    let turns = turns.expect("it is small").max(2);
    let began = Instant::now();
    while seen.alone.len() < turns || (seen.is_slowed() && seen.alone.len() < LONGEST) {
        if world.replay_is_old() {
            let world = Arc::get_mut(&mut world).expect("nothing is under way");
            world.sign_a_removal_for_replays().await;
            seen.removals += 1;
        }
        // Each comes first as often as the other.
        let beside_first = seen.alone.len() % 2 == 1;
        for with_strangers in [beside_first, !beside_first] {
            let begin = Instant::now();
            let strangers = with_strangers.then(|| {
                let first = BAD * seen.beside.len() as u64;
                tokio::spawn(bad_ones(world.clone(), first, begin))
            });
            let window = good_ones(world.clone(), good, begin).await;
            good += GOOD;
            seen.remembered += window.remembered;
            seen.all[usize::from(with_strangers)].extend(&window.took);
            match strangers {
                None => seen.alone.push(window.p99()),
                Some(strangers) => {
                    seen.beside.push(window.p99());
                    for (answer, count) in strangers.await.expect("it ends") {
                        *seen.answers.entry(answer).or_default() += count;
                    }
                    memory.push(resident_kib(process));
                }
            }
        }
    }
    let lasted = began.elapsed();
    let (first, half, last) = (memory[0], memory[memory.len() / 2], resident_kib(process));
    let counted = grown(&counted, &counters(&world.figures().await));
    let added = grown(&before, &rows(&store).await);
    let repeated = about_the_same(&store).await;
    let log = world.log();

    seen.print();
    println!(
        "memory: {memory_alone} KiB alone, {first} KiB after the first window, {half} KiB after half of them, {last} KiB at the end"
    );
    println!("refusals about the same: {repeated:?}");
    println!("rows added: {added:?}\ncounted: {counted:?}\nlog: {log:?}");
    assert!(!seen.is_slowed(), "strangers cost the others too much time");
    assert!(last <= first + MEMORY_KIB, "strangers cost memory");
    let is_flat = memory.len() < LONG || last <= half + LATER_MEMORY_KIB;
    assert!(is_flat, "strangers go on to cost memory: {memory:?}");
    everything_bad_is_refused_and_counted(&seen.answers, &counted);
    nothing_but_what_is_bounded_is_written(&added, seen.remembered, seen.removals, lasted);
    refusals_are_written_up_to_their_bounds(&added, &repeated, lasted);
    assert_eq!(
        log.get("INFO 429"),
        None,
        "what a limit refuses is in no log"
    );
    assert!(log.keys().all(|line| !line.starts_with("ERROR")), "{log:?}");
    // A line for each request that no limit met, and hardly any beside these.
    let lines: u64 = log.values().sum();
    let requests =
        2 * GOOD * seen.alone.len() as u64 + seen.answers.values().sum::<i64>().cast_unsigned();
    assert!(lines <= requests + requests / 10, "{lines} lines: {log:?}");
}

/// By the door it went to, or by a limit.
fn everything_bad_is_refused_and_counted(answers: &Answers, counted: &Counts) {
    let mut refused = 0;
    for ((kind, status), count) in answers {
        match status {
            None => assert!(kind.may_be_cut(), "{kind:?} got no answer"),
            Some(429) => refused += count,
            Some(status) => {
                assert!(kind.refused_with().contains(status), "{kind:?}: {status}");
                // No request that a handler could see.
                refused += if *kind == Kind::Bytes { 0 } else { *count };
            }
        }
    }
    let problems = counted
        .iter()
        .filter(|(name, _)| name.starts_with("symbolon_problems_total"));
    let problems: i64 = problems.map(|(_, count)| count).sum();
    let cut = answers.iter().filter(|((_, status), _)| status.is_none());
    let cut: i64 = cut.map(|(_, count)| count).sum();
    assert!(
        (refused..=refused + cut).contains(&problems),
        "{refused} were told, {problems} counted"
    );
}

/// How many stretches of ten minutes have begun within this time.
fn tens_of_minutes(lasted: Duration) -> i64 {
    i64::try_from(lasted.as_secs() / 600).expect("it is small") + 1
}

#[test]
fn an_hour_of_strangers_and_as_long_without_them_is_twelve_stretches_of_ten_minutes() {
    for (seconds, stretches) in [(122, 1), (599, 1), (600, 2), (7_199, 12)] {
        assert_eq!(tens_of_minutes(Duration::from_secs(seconds)), stretches);
    }
}

fn nothing_but_what_is_bounded_is_written(
    added: &Counts,
    remembered: i64,
    removals: i64,
    lasted: Duration,
) {
    let tens_of_minutes = tens_of_minutes(lasted);
    for (what, rows) in added {
        let most = match what.as_str() {
            // By the good ones.
            "seen_signatures" => remembered + 2 * removals,
            "events: connection.disconnected"
            | "events: connection.connected"
            | "events: invite.accepted" => removals,
            // Once an hour, however often.
            "events: user.app_password_used" | "events: invite.listed" => tens_of_minutes / 6 + 1,
            "events: peer.refused" | "events: invite.refused" | "events: session.refused" => {
                REFUSALS * tens_of_minutes
            }
            _ => 0,
        };
        assert!(*rows <= most, "{what}: {rows} rows");
    }
}

/// There are far more bad ones than may be written, so that the bounds are reached, and nothing goes beyond them.
fn refusals_are_written_up_to_their_bounds(added: &Counts, repeated: &Counts, lasted: Duration) {
    let begun = tens_of_minutes(lasted);
    let whole = (begun - 1).max(1);
    let refused = added.get("events: peer.refused").copied();
    let refused = refused.unwrap_or_default();
    let bounds = REFUSALS * whole..=REFUSALS * begun;
    assert!(bounds.contains(&refused), "{refused}");
    let most = repeated.values().max().copied().unwrap_or_default();
    let bounds = REFUSALS_OF_ONE * whole..=REFUSALS_OF_ONE * begun;
    assert!(bounds.contains(&most), "{repeated:?}");
}
