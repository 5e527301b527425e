//! The store: the one way to the database.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use tokio::sync::watch;
use tokio::task::unconstrained;

use crate::migrate::{ApplyNext, MIGRATIONS, Migration};
use crate::observer::{Access, Observer, Watched};
use crate::operation::{Answered, Job, job};
use crate::postgres::Postgres;
use crate::sqlite::Sqlite;
use crate::{Database, Error, Operation, Statement, Tx};

/// How a store works; the default is right for a server.
#[derive(Clone, Debug)]
pub struct Options {
    /// Reader threads on SQLite, connections for readers on PostgreSQL.
    pub readers: usize,
    /// SQLite only: no threads, every call does its work before it returns. For simulations, which must be
    /// repeatable.
    pub inline: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            readers: 4,
            inline: false,
        }
    }
}

/// What stands between a server and its disk in a simulation: it delays operations, lets them fail and ends the life of
/// the server between two of them. A server in use has none.
pub trait Disk: Send + Sync {
    /// Asked before an operation that may write. An error makes it fail at its end, with everything rolled back.
    fn before(&self, operation: &'static str) -> Wait<'_, Result<(), Error>>;

    /// Asked when a write is over and before its caller learns of it.
    fn after(&self, operation: &'static str) -> Wait<'_, ()>;

    /// Asked before an operation that only reads.
    fn reading(&self) -> Wait<'_, ()>;
}

/// A pause of a [`Disk`].
pub type Wait<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A database in use. Clones share it.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
    disk: Option<Arc<dyn Disk>>,
    observer: Option<Arc<dyn Observer>>,
}

struct Inner {
    engine: Engine,
    committed: watch::Receiver<u64>,
    closed: AtomicBool,
    rows: Arc<AtomicU64>,
}

enum Engine {
    Sqlite(Sqlite),
    Postgres(Postgres),
}

impl Store {
    /// Opens a database and brings its schema up to date. Refuses a schema that is newer than this program, or whose
    /// migrations are not the ones this program knows. Several processes may open one database at once.
    pub async fn open(database: &Database, options: Options) -> Result<Self, Error> {
        Self::open_with(database, options, MIGRATIONS).await
    }

    /// Opens a database without bringing it up to date: a server of an earlier version may run on it. Only what has been in
    /// every version can be read and written.
    pub async fn open_as_it_is(database: &Database, options: Options) -> Result<Self, Error> {
        Self::open_engine(database, &options).await
    }

    async fn open_with(
        database: &Database,
        options: Options,
        known: &'static [Migration],
    ) -> Result<Self, Error> {
        let store = Self::open_engine(database, &options).await?;
        while store.write(ApplyNext { known }).await? {}
        Ok(store)
    }

    async fn open_engine(database: &Database, options: &Options) -> Result<Self, Error> {
        let (sender, committed) = watch::channel(0);
        let engine = match database {
            Database::Memory => Engine::Sqlite(Sqlite::open(None, options, sender)?),
            Database::Sqlite { path } => Engine::Sqlite(Sqlite::open(Some(path), options, sender)?),
            Database::Postgres { url } => {
                Engine::Postgres(Postgres::open(url, options, sender).await?)
            }
        };
        let inner = Inner {
            engine,
            committed,
            closed: AtomicBool::new(false),
            rows: Arc::default(),
        };
        Ok(Self {
            inner: Arc::new(inner),
            disk: None,
            observer: None,
        })
    }

    /// Another database with the same content, as a backup of this moment. Only of an inline one, for simulations.
    pub fn copy(&self) -> Result<Self, Error> {
        let (sender, committed) = watch::channel(0);
        let copy = match &self.inner.engine {
            Engine::Sqlite(sqlite) => sqlite.copy(sender)?,
            Engine::Postgres(_) => None,
        };
        let not_inline = || Error::Unavailable("only an inline database can be copied".to_owned());
        let inner = Inner {
            engine: Engine::Sqlite(copy.ok_or_else(not_inline)?),
            committed,
            closed: AtomicBool::new(false),
            rows: Arc::default(),
        };
        Ok(Self {
            inner: Arc::new(inner),
            disk: None,
            observer: None,
        })
    }

    /// The same database behind a simulated disk.
    #[must_use]
    pub fn behind(&self, disk: Arc<dyn Disk>) -> Self {
        Self {
            inner: self.inner.clone(),
            disk: Some(disk),
            observer: self.observer.clone(),
        }
    }

    /// The same database, with somebody who hears of every operation that goes this way.
    #[must_use]
    pub fn observed(self, observer: Arc<dyn Observer>) -> Self {
        Self {
            observer: Some(observer),
            ..self
        }
    }

    /// Carries out an operation; resolves only when its changes are on disk. Dropping the future does not stop the
    /// operation.
    pub async fn write<O: Operation>(&self, operation: O) -> Result<O::Output, Error> {
        let Some(disk) = &self.disk else {
            return self.carry_out(operation).await;
        };
        // Nothing may come between a commit and the look that a simulation takes at it.
        let done = match disk.before(O::NAME).await {
            Ok(()) => unconstrained(self.carry_out(operation)).await,
            Err(error) => unconstrained(self.carry_out(RolledBack { operation, error })).await,
        };
        disk.after(O::NAME).await;
        done
    }

    async fn carry_out<O: Operation>(&self, operation: O) -> Result<O::Output, Error> {
        let watched = self.watched(Access::Write);
        let (job, answer) = job(operation, &self.inner.rows, watched);
        self.hand_over(job, |engine, job| match engine {
            Engine::Sqlite(sqlite) => sqlite.write(job),
            Engine::Postgres(postgres) => postgres.write(job),
        })?;
        answer.await.map_or(Err(Error::Closed), told)
    }

    /// Carries out an operation that only reads, on one state of the database: at least everything that was
    /// acknowledged before. Changes are refused.
    pub async fn read<O: Operation>(&self, operation: O) -> Result<O::Output, Error> {
        if let Some(disk) = &self.disk {
            disk.reading().await;
        }
        let watched = self.watched(Access::Read);
        let (job, answer) = job(operation, &self.inner.rows, watched);
        self.hand_over(job, |engine, job| match engine {
            Engine::Sqlite(sqlite) => sqlite.read(job),
            Engine::Postgres(postgres) => postgres.read(job),
        })?;
        answer.await.map_or(Err(Error::Closed), told)
    }

    /// Counts commits that changed something, so that waiting loops can look again. Commits of other processes are
    /// noticed within a second or so. It may also count where nothing changed; it never fails to count a change.
    /// Waiting ends in an error when the store is closed.
    pub fn committed(&self) -> watch::Receiver<u64> {
        self.inner.committed.clone()
    }

    /// How many rows the statements of all operations so far have brought or changed, for measurements of what something
    /// costs: unlike time, it is the same on every machine.
    pub fn rows_touched(&self) -> u64 {
        self.inner.rows.load(Ordering::Relaxed)
    }

    /// Whether the database can be written to, right now. Changes nothing and costs no disk write.
    pub async fn check(&self) -> Result<(), Error> {
        self.write(Check).await
    }

    /// Finishes what has been handed over, refuses what comes later with [`Error::Closed`], and closes the database.
    pub async fn close(&self) {
        self.inner.closed.store(true, Ordering::Relaxed);
        match &self.inner.engine {
            Engine::Sqlite(sqlite) => sqlite.close().await,
            Engine::Postgres(postgres) => postgres.close().await,
        }
    }

    fn watched(&self, access: Access) -> Option<Watched> {
        let observer = self.observer.clone()?;
        let began = observer.elapsed();
        Some(Watched {
            observer,
            access,
            began,
        })
    }

    fn hand_over(
        &self,
        job: Box<dyn Job>,
        way: impl FnOnce(&Engine, Box<dyn Job>),
    ) -> Result<(), Error> {
        if self.inner.closed.load(Ordering::Relaxed) {
            return Err(Error::Closed);
        }
        way(&self.inner.engine, job);
        Ok(())
    }
}

/// What the caller gets; the report is made here, in its task.
fn told<T>(answered: Answered<T>) -> Result<T, Error> {
    let Answered { result, report } = answered;
    drop(report);
    result
}

/// An operation on a simulated disk that takes everything but the commit.
struct RolledBack<O> {
    operation: O,
    error: Error,
}

impl<O: Operation> Operation for RolledBack<O> {
    type Output = O::Output;
    const NAME: &'static str = O::NAME;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<O::Output, Error> {
        self.operation.run(tx).await?;
        Err(self.error.clone())
    }
}

/// Matches no row, and yet needs everything that a change needs.
static CHECK: Statement = Statement::new(
    "store.check",
    "UPDATE counters SET value = value WHERE name = 'no such counter'",
);

/// Every statement of this room.
pub(crate) const STATEMENTS: &[&Statement] = &[&CHECK];

struct Check;

impl Operation for Check {
    type Output = ();
    const NAME: &'static str = "check";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        tx.execute(&CHECK, &[]).await.map(drop)
    }
}
