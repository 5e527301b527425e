//! One world: servers, people, a network, and everything that goes wrong, from one seed.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use symbolon_server::app::App;
use symbolon_server::{outbox, sync};
use symbolon_store::outbox::NextDue;
use tokio::time::sleep;

use crate::chance::Chance;
use crate::faults::Fault;
use crate::net::{Link, Mode};
use crate::people::{self, Person, Posted};
use crate::plan::{Plan, Weather};
use crate::server::Server;
use crate::story::{Story, Violation};
use crate::watch::{self, Watch};
use crate::{chaos, verdict};

/// How long the loops run on after everything has been healed, before the time is only moved where something is due.
const SETTLING: Duration = Duration::from_secs(8);

/// How long a healed world may take until nothing is due any more: the patience of every delivery, and some more.
const QUIET_MS: u64 = 90 * 3_600 * 1_000;

/// All comparisons that follow a start are due within this time.
const SYNC_WITHIN: Duration = Duration::from_secs(61);

/// Everything in one world.
pub struct World {
    /// Where all its luck comes from.
    pub seed: u64,
    /// The fault in every server, if there is one.
    pub fault: Option<Fault>,
    /// What kind of world it is.
    pub plan: Plan,
    /// What happened so far.
    pub story: Story,
    /// The servers.
    pub servers: Vec<Server>,
    /// Everybody with an account somewhere.
    pub people: Vec<Person>,
    /// Invitations that have been handed to somebody.
    pub board: Mutex<Vec<Posted>>,
    /// What the oracles have seen so far.
    pub watch: Mutex<Watch>,
    links: Vec<Link>,
    steps: AtomicU64,
    under_way: AtomicUsize,
}

/// What became of a world.
#[derive(Debug)]
pub struct Outcome {
    /// Its seed.
    pub seed: u64,
    /// How many gestures, messages and writes there were.
    pub steps: u64,
    /// Two runs of one seed have the same.
    pub hash: u64,
    /// The promise that was not kept, if there is one.
    pub violation: Option<Violation>,
    /// All that happened.
    pub story: Vec<String>,
    /// What the world has seen of what there is to see, so that a run can tell that it looked.
    pub seen: watch::Tally,
}

/// Lives through the world of a seed, on this thread.
pub fn run(seed: u64) -> Outcome {
    run_with(seed, None)
}

/// The same with a fault in every server.
pub fn run_with(seed: u64, fault: Option<Fault>) -> Outcome {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build();
    let runtime = runtime.expect("a runtime without a network needs nothing but memory");
    runtime.block_on(live(seed, fault))
}

async fn live(seed: u64, fault: Option<Fault>) -> Outcome {
    let plan = Plan::of(seed);
    let story = Story::new();
    let mut servers = Vec::new();
    let mut persons = Vec::new();
    for (index, count) in plan.people.iter().enumerate() {
        let server = Server::new(seed, index, plan.skews_ms[index]).await;
        for _ in 0..*count {
            persons.push(people::register(&server, persons.len()).await);
        }
        if let Some(fault) = fault {
            let planted = fault.plant(&server.store()).await;
            planted.expect("memory takes a trigger");
            if fault == Fault::AnswerBeforeCommit {
                server.disk.lies_one_in.store(20, Ordering::Relaxed);
            }
        }
        servers.push(server);
    }
    let count = servers.len();
    let links = (0..count * count).map(|place| Link::new(seed, place / count, place % count));
    let world = Arc::new(World {
        seed,
        fault,
        watch: Mutex::new(Watch::new(&servers)),
        links: links.collect(),
        plan,
        story,
        servers,
        people: persons,
        board: Mutex::default(),
        steps: AtomicU64::new(0),
        under_way: AtomicUsize::new(0),
    });
    act(&world).await;
    if world.story.violation().is_none() {
        settle(&world).await;
        verdict::check(&world);
    }
    Outcome {
        seed,
        steps: world.steps.load(Ordering::Relaxed),
        hash: world.story.hash(),
        violation: world.story.violation(),
        story: world.story.lines(),
        seen: world.watching().tally.clone(),
    }
}

/// People act and things go wrong.
async fn act(world: &Arc<World>) {
    for server in &world.servers {
        server.boot(world);
    }
    if world.plan.weather == Weather::DeadPeer {
        chaos::dead_peer(world);
    }
    let until = world.plan.acting_ms;
    let mut tasks = tokio::task::JoinSet::new();
    for person in 0..world.people.len() {
        tasks.spawn(people::live(world.clone(), person, until));
    }
    tasks.spawn(chaos::run(world.clone(), until));
    while tasks.join_next().await.is_some() {}
}

/// Everything is healed, nobody acts, and what is under way comes to its end.
async fn settle(world: &Arc<World>) {
    world
        .story
        .tell("--- all is healed, and nobody acts any more");
    chaos::heal(world);
    for server in &world.servers {
        if server.life().is_none() {
            server.boot(world);
        }
    }
    sleep(SETTLING).await;
    let healed = world.story.millis();
    while world.under_way.load(Ordering::Relaxed) > 0 {
        if world.story.millis() - healed > QUIET_MS {
            let seen = "something is under way for ever";
            world.story.violated("quiet", seen);
            return;
        }
        sleep(Duration::from_secs(1)).await;
    }
    // From here on the loops stand still, and time passes only towards what is due.
    let mut apps = Vec::new();
    for server in &world.servers {
        server.crash();
        let app = server.start(world);
        let ready = sync::prepare(&app).await;
        if ready.is_err() || outbox::resume(&app).await.is_err() {
            world
                .story
                .violated("quiet", "a healed server cannot resume");
        }
        apps.push(app);
    }
    quiet(world, &apps).await;
    if world.fault == Some(Fault::NoSync) {
        return;
    }
    // What no message has put right is found by comparing.
    for _ in 0..2 {
        for app in &apps {
            if sync::begin(app).await.is_err() {
                world.story.violated("quiet", "a healed server cannot plan");
            }
        }
        sleep(SYNC_WITHIN).await;
        for app in &apps {
            if sync::drive(app).await.is_err() {
                world
                    .story
                    .violated("quiet", "a healed server cannot compare");
            }
        }
        quiet(world, &apps).await;
    }
}

/// Delivers until nothing is due any more.
async fn quiet(world: &Arc<World>, apps: &[App]) {
    let began = world.story.millis();
    while world.story.violation().is_none() {
        let mut wait: Option<i64> = None;
        for (app, server) in apps.iter().zip(&world.servers) {
            if outbox::drive(app).await.is_err() {
                world
                    .story
                    .violated("quiet", "a healed server cannot deliver");
            }
            if let Some(due) = watch::look(&server.store(), NextDue) {
                let pause = due.millis_since(app.now()).max(1);
                wait = Some(wait.map_or(pause, |least| least.min(pause)));
            }
        }
        let Some(pause) = wait else { return };
        if world.story.millis() - began > QUIET_MS {
            world.story.violated("quiet", "deliveries never end");
        }
        sleep(Duration::from_millis(pause.cast_unsigned())).await;
    }
}

impl World {
    /// Counts one step.
    pub fn step(&self) {
        self.steps.fetch_add(1, Ordering::Relaxed);
    }

    /// The way from one server to another.
    pub fn link(&self, from: usize, to: usize) -> &Link {
        &self.links[from * self.servers.len() + to]
    }

    /// Changes the ways between two servers, in both directions.
    pub fn set_links(&self, one: usize, other: usize, mode: Mode) {
        self.link(one, other).set(mode);
        self.link(other, one).set(mode);
    }

    /// Which server an address leads to.
    pub fn server_of(&self, url: &str) -> Option<usize> {
        let rest = url.strip_prefix("https://")?;
        let host = rest.split(['/', '?']).next()?;
        self.servers
            .iter()
            .position(|server| server.host.as_str() == host)
    }

    /// Whose identifier it is.
    pub fn person(&self, id: &str) -> Option<usize> {
        self.people
            .iter()
            .position(|person| person.id.as_str() == id)
    }

    /// A name for the story.
    pub fn name_of(&self, id: &str) -> String {
        self.person(id)
            .map_or_else(|| "somebody".to_owned(), |p| self.people[p].name.clone())
    }

    /// Ends a server's process.
    pub fn crash(&self, server: usize) {
        self.story
            .tell(format!("{} crashes", self.servers[server].host));
        self.servers[server].crash();
    }

    /// Lets something happen beside everything else; a world does not end before it.
    pub fn later(self: Arc<Self>, what: impl Future<Output = ()> + Send + 'static) {
        self.under_way.fetch_add(1, Ordering::Relaxed);
        tokio::spawn(async move {
            what.await;
            self.under_way.fetch_sub(1, Ordering::Relaxed);
        });
    }

    /// What the oracles have seen.
    pub fn watching(&self) -> std::sync::MutexGuard<'_, Watch> {
        self.watch.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The invitations that have been handed over.
    pub fn posted(&self) -> std::sync::MutexGuard<'_, Vec<Posted>> {
        self.board.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A stream of luck of this world.
    pub fn chance(&self, name: &str) -> Chance {
        Chance::of(self.seed, name)
    }
}
