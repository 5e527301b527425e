//! One whole server of a world: its database, its keys, and its lives between two crashes.

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use axum::Router;
use symbolon_core::Timestamp;
use symbolon_proto::address::Provider;
use symbolon_server::app::App;
use symbolon_server::config::{Config, Key, RawConfig};
use symbolon_server::env::{Clock, Entropy, Env};
use symbolon_server::keys::ServerKeys;
use symbolon_server::{housekeeping, outbox, sync};
use symbolon_store::Store;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::chance::Chance;
use crate::database;
use crate::disk::SimDisk;
use crate::faults::Fault;
use crate::meddle::Meddler;
use crate::net::Wire;
use crate::watch::Remembered;
use crate::world::World;

/// 2026-11-24T00:00:00Z.
const START: i64 = 1_795_478_400_000;

/// What is left of a server when its process is gone, and the process while there is one.
pub struct Server {
    /// Its place in the world.
    pub index: usize,
    /// Its name in the federation.
    pub host: Provider,
    /// How the disk behaves.
    pub disk: DiskState,
    store: Mutex<Store>,
    backup: Mutex<Option<Backup>>,
    lost: Mutex<Option<Store>>,
    config: Config,
    env: Env,
    seeds: Mutex<[[u8; 32]; 2]>,
    life: Mutex<Option<Arc<Life>>>,
    lives: AtomicU32,
}

/// What the disk of a server does at present.
#[derive(Default)]
pub struct DiskState {
    /// Every write fails at its commit.
    pub full: AtomicBool,
    /// One write in so many fails at its commit; 0 for none.
    pub fails_one_in: AtomicU32,
    /// One write in so many is slow; 0 for none.
    pub slow_one_in: AtomicU32,
    /// One write in so many is answered and then lost in a crash, which is a fault; 0 for none.
    pub lies_one_in: AtomicU32,
    /// The server crashes at this many moments before or after writes from now; negative for never.
    pub crash_in: AtomicI64,
}

/// A database as it was at some time.
pub struct Backup {
    /// The copy.
    pub store: Store,
    /// What the oracles knew of it.
    pub seen: Remembered,
}

/// One run of the server's process.
pub struct Life {
    /// The running server.
    pub app: App,
    /// Its doors.
    pub router: Router,
    /// Cancelled by a crash. Whatever still holds a part of this life then waits for its disk or the network for ever,
    /// which nobody can tell from having ended.
    pub over: CancellationToken,
}

/// The virtual time, as a server's clock shows it.
pub struct SkewedClock {
    /// When time began.
    pub began: Instant,
    /// How far it is ahead, in milliseconds.
    pub skew_ms: i64,
}

impl Clock for SkewedClock {
    fn now(&self) -> Timestamp {
        let passed = i64::try_from(self.began.elapsed().as_millis()).unwrap_or(i64::MAX);
        Timestamp::from_millis(START + passed + self.skew_ms)
    }
}

/// Entropy that hands out the same keys after every start.
struct Seeds(Mutex<Vec<[u8; 32]>>);

impl Entropy for Seeds {
    fn fill(&self, buf: &mut [u8]) {
        let mut seeds = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let seed = seeds
            .pop()
            .expect("a server asks for two seeds of 32 bytes");
        buf.copy_from_slice(&seed);
    }
}

impl Server {
    /// A server that has never run, with an empty database.
    pub async fn new(seed: u64, index: usize, skew_ms: i64) -> Self {
        let host = ["cat", "dog", "owl", "fox", "bee"][index];
        let host = format!("{host}.example.org");
        let flags = RawConfig::flags([(Key::PublicUrl, Some(format!("https://{host}")))]);
        let config = Config::resolve(flags).expect("the settings of a simulated server are valid");
        let chance = Chance::of(seed, &host);
        let env = Env {
            clock: Arc::new(SkewedClock {
                began: Instant::now(),
                skew_ms,
            }),
            entropy: Arc::new(chance),
        };
        Self {
            index,
            host: config.provider(),
            store: Mutex::new(database::empty().await),
            disk: DiskState {
                crash_in: AtomicI64::new(-1),
                ..DiskState::default()
            },
            seeds: Mutex::new([env.random(), env.random()]),
            backup: Mutex::default(),
            lost: Mutex::default(),
            config,
            env,
            life: Mutex::default(),
            lives: AtomicU32::new(0),
        }
    }

    /// Clock and entropy of this server.
    pub fn env(&self) -> &Env {
        &self.env
    }

    /// The database without a disk in between: for those who look, not for the server.
    pub fn store(&self) -> Store {
        let store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        store.clone()
    }

    /// Puts another database in place of this one, while the process is down.
    pub fn replace_store(&self, store: Store) {
        *self.store.lock().unwrap_or_else(PoisonError::into_inner) = store;
    }

    /// Keeps a copy of the database, and what the oracles knew of it.
    pub fn back_up(&self, seen: Remembered) {
        let store = self.store().copy();
        let store = store.expect("a database in memory can be copied");
        *self.backup.lock().unwrap_or_else(PoisonError::into_inner) = Some(Backup { store, seen });
    }

    /// The copy that was kept, once.
    pub fn take_backup(&self) -> Option<Backup> {
        self.backup
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }

    /// The write that comes now is answered and lost: this is the database without it.
    pub fn will_lose(&self, without: Store) {
        *self.lost.lock().unwrap_or_else(PoisonError::into_inner) = Some(without);
    }

    /// The database without the write that has just been answered, if that is to be lost.
    pub fn loses(&self) -> Option<Store> {
        self.lost
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }

    /// The process, if there is one.
    pub fn life(&self) -> Option<Arc<Life>> {
        self.lock().clone()
    }

    /// Starts the process, with its background tasks.
    pub fn boot(&self, world: &Arc<World>) {
        let app = self.start(world);
        let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
        let syncs = world.fault != Some(Fault::NoSync);
        tokio::spawn(async move {
            // As the program does: ready first, and only then the loops. A disk that fails here is tried again later.
            drop(sync::prepare(&app).await);
            if syncs {
                tokio::spawn(sync::run(app.clone(), tasks.clone(), stop.clone()));
            }
            tokio::spawn(housekeeping::run(app.clone(), stop.clone()));
            outbox::run(app, tasks, stop).await;
        });
    }

    /// Starts the process without its loops: the caller owns the time.
    pub fn start(&self, world: &Arc<World>) -> App {
        let over = CancellationToken::new();
        let life = self.lives.fetch_add(1, Ordering::Relaxed);
        let disk = SimDisk {
            world: Arc::downgrade(world),
            server: self.index,
            over: over.clone(),
            chance: Chance::of(world.seed, &format!("{} disk {life}", self.host)),
        };
        let wire = Wire {
            world: Arc::downgrade(world),
            from: self.index,
            over: over.clone(),
            meddler: Meddler::default(),
        };
        let seeds = self
            .seeds
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .to_vec();
        let for_keys = Env {
            entropy: Arc::new(Seeds(Mutex::new(seeds))),
            ..self.env.clone()
        };
        let keys = ServerKeys::ephemeral(&for_keys, &self.host);
        let store = self.store().behind(Arc::new(disk));
        let app = App::new(
            self.config.clone(),
            self.env.clone(),
            store,
            Arc::new(wire),
            keys,
        );
        let router = symbolon_server::router::router(&app);
        let life = Life {
            app: app.clone(),
            router,
            over,
        };
        *self.lock() = Some(Arc::new(life));
        app
    }

    /// Ends the process wherever it is. What was committed stays.
    pub fn crash(&self) {
        self.disk.crash_in.store(-1, Ordering::Relaxed);
        if let Some(life) = self.lock().take() {
            life.over.cancel();
        }
    }

    /// A new signing key, used from the next start on. The sealing key stays.
    pub fn rotate_key(&self) {
        let mut seeds = self.seeds.lock().unwrap_or_else(PoisonError::into_inner);
        // The signing seed is asked for first, that is, taken from the end.
        seeds[1] = self.env.random();
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Arc<Life>>> {
        self.life.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The world, for those whom it holds itself.
pub type WorldRef = Weak<World>;
