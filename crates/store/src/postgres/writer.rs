//! The writer: one connection, many operations per COMMIT, like its twin for SQLite.
//!
//! Writers of several processes and nodes take turns by an advisory lock. So the order of commits is the order in
//! which rows were numbered, and operations may look before they write.

use std::time::Duration;

use tokio::sync::mpsc::UnboundedReceiver;
use tokio::sync::{oneshot, watch};
use tokio::time::timeout;

use super::connection::{Connection, Server};
use crate::operation::{Job, unwinding};
use crate::{Error, Tx};

/// Operations per commit at most: the first in line waits for the last, and other nodes for all of them.
const GROUP_MAX: usize = 256;

/// How often an idle writer looks for what other processes have committed, and for a server that was away.
const LOOK: Duration = Duration::from_millis(500);

/// How often a group is begun again on a new connection, after the old one broke before COMMIT.
const RUNS_MAX: u32 = 3;

/// One lock per schema. The number is `symbolon` in ASCII.
const BEGIN: &str = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
    SELECT pg_advisory_xact_lock(hashtextextended(current_schema(), 8321386744543670126))";
const SAVE: &str = "; SAVEPOINT operation";
const KEEP: &str = "; RELEASE operation";
const UNDO: &str = "; ROLLBACK TO operation; RELEASE operation";

/// Counts the commits of all processes, for [`Writer::look`].
const COUNT: &str = "; INSERT INTO counters (name, value) VALUES ('commits', 1)
    ON CONFLICT (name) DO UPDATE SET value = counters.value + 1 RETURNING value";
const COUNTED: &str = "SELECT value FROM counters WHERE name = 'commits'";

/// What the writer is told to do.
pub(super) enum Order {
    Write(Box<dyn Job>),
    Close(oneshot::Sender<()>),
}

pub(super) struct Writer {
    server: Server,
    connection: Option<Connection>,
    committed: watch::Sender<u64>,
    /// The count of commits as last seen.
    counted: Option<i64>,
}

/// Why a group of operations did not get through as a whole.
enum Broken {
    /// Certainly nothing was committed.
    Before(Error),
    /// The answer to COMMIT did not come.
    AtCommit(Error),
}

/// What became of the operations of a group, and whether any of them wrote.
struct Outcome {
    results: Vec<Result<(), Error>>,
    wrote: bool,
}

impl Writer {
    pub(super) fn new(
        server: Server,
        connection: Connection,
        committed: watch::Sender<u64>,
    ) -> Self {
        Self {
            server,
            connection: Some(connection),
            committed,
            counted: None,
        }
    }

    /// Works until it is told to stop, or nobody can tell it anything any more.
    pub(super) async fn obey(mut self, mut orders: UnboundedReceiver<Order>) {
        loop {
            let mut next = match timeout(LOOK, orders.recv()).await {
                Ok(Some(order)) => Some(order),
                Ok(None) => break,
                Err(_) => {
                    self.look().await;
                    continue;
                }
            };
            let mut group = Vec::new();
            while let Some(Order::Write(job)) = next {
                group.push(job);
                let room = group.len() < GROUP_MAX;
                next = room.then(|| orders.try_recv().ok()).flatten();
            }
            if !group.is_empty() {
                self.commit(group).await;
            }
            if let Some(Order::Close(done)) = next {
                if let Some(connection) = self.connection.take() {
                    connection.close().await;
                }
                // Dropped, it tells the caller that all is closed.
                drop(done);
                return;
            }
        }
    }

    /// Runs all jobs, commits, and answers their callers.
    async fn commit(&mut self, mut jobs: Vec<Box<dyn Job>>) {
        let mut runs = 0;
        let outcome = loop {
            runs += 1;
            match self.run(&mut jobs).await {
                Err(Broken::Before(Error::Unavailable(_))) if runs < RUNS_MAX => {}
                Err(Broken::Before(error)) => break Err(error),
                Err(Broken::AtCommit(error)) => {
                    let text = format!("{error}; it is not known whether the change was saved");
                    break Err(Error::Unavailable(text));
                }
                Ok(outcome) => break Ok(outcome),
            }
        };
        match outcome {
            Ok(Outcome { results, wrote }) => {
                if wrote {
                    self.committed.send_modify(|count| *count += 1);
                }
                for (job, result) in jobs.into_iter().zip(results) {
                    job.answer(result);
                }
            }
            Err(error) => jobs
                .into_iter()
                .for_each(|job| job.answer(Err(error.clone()))),
        }
    }

    /// Runs all jobs in one transaction. The connection is given up after any trouble of its own.
    async fn run(&mut self, jobs: &mut [Box<dyn Job>]) -> Result<Outcome, Broken> {
        let mut connection = self.connected().await.map_err(Broken::Before)?;
        let outcome = run_on(&mut connection, jobs).await;
        match outcome {
            Ok((outcome, counted)) => {
                self.connection = Some(connection);
                self.counted = counted.or(self.counted);
                Ok(outcome)
            }
            Err(broken) => Err(broken),
        }
    }

    async fn connected(&mut self) -> Result<Connection, Error> {
        match self
            .connection
            .take()
            .filter(|connection| !connection.is_broken())
        {
            Some(connection) => Ok(connection),
            None => self.server.connect().await,
        }
    }

    /// Wakes those who wait for commits, if another process has committed.
    async fn look(&mut self) {
        let Ok(mut connection) = self.connected().await else {
            return;
        };
        if let Ok(counted) = connection.number(COUNTED).await {
            self.connection = Some(connection);
            if counted != self.counted {
                self.counted = counted;
                self.committed.send_modify(|count| *count += 1);
            }
        }
    }
}

async fn run_on(
    connection: &mut Connection,
    jobs: &mut [Box<dyn Job>],
) -> Result<(Outcome, Option<i64>), Broken> {
    let mut results = Vec::with_capacity(jobs.len());
    let mut wrote = false;
    // Each message ends one operation and begins the next, which saves a round trip.
    let mut before = BEGIN.to_owned();
    for job in jobs {
        before.push_str(SAVE);
        connection.batch(&before).await.map_err(Broken::Before)?;
        let mut tx = Tx::on_postgres(connection);
        let result = unwinding(job.name(), job.run(&mut tx)).await;
        let result = tx.conclude(result);
        if connection.is_broken() {
            let lost = || Error::Unavailable("the connection broke".to_owned());
            return Err(Broken::Before(result.err().unwrap_or_else(lost)));
        }
        before = (if result.is_ok() { KEEP } else { UNDO })
            .trim_start_matches("; ")
            .to_owned();
        wrote |= result == Ok(true);
        results.push(result.map(drop));
    }
    if wrote {
        before.push_str(COUNT);
    }
    before.push_str("; COMMIT");
    let counted = connection
        .number(&before)
        .await
        .map_err(|error| match error {
            Error::Unavailable(_) => Broken::AtCommit(error),
            refused => Broken::Before(refused),
        })?;
    Ok((Outcome { results, wrote }, counted))
}
