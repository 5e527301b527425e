//! The writer: one thread, one connection, many operations per COMMIT.
//!
//! A commit waits for the disk. While it waits, operations queue up, and the next commit takes them all: the more
//! there is to do, the cheaper each becomes. Each has a savepoint, so that one that fails takes nothing of its
//! neighbours with it.

use std::collections::VecDeque;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use tokio::sync::{oneshot, watch};

use super::Connection;
use crate::operation::{Job, run_at_once};
use crate::{Error, Tx};

/// Operations per commit at most: beyond, the gain is small and the first in line waits for the last.
const GROUP_MAX: usize = 256;

/// How often an idle writer looks for what other processes have committed.
const LOOK: Duration = Duration::from_millis(500);

/// What the writer thread is told to do.
pub(super) enum Order {
    Write(Box<dyn Job>),
    /// In memory only, where there is no other connection.
    Read(Box<dyn Job>),
    Close(oneshot::Sender<()>),
}

/// Starts the thread. It ends when told to, or when nobody can tell it anything any more.
pub(super) fn start(writer: Writer) -> Result<Sender<Order>, Error> {
    let (sender, orders) = mpsc::channel();
    thread::Builder::new()
        .name("symbolon-write".to_owned())
        .spawn(move || obey(writer, &orders))
        .map_err(|error| Error::Unavailable(format!("no thread for the writer: {error}")))?;
    Ok(sender)
}

fn obey(mut writer: Writer, orders: &Receiver<Order>) {
    loop {
        let mut next = match orders.recv_timeout(LOOK) {
            Ok(order) => Some(order),
            Err(RecvTimeoutError::Timeout) => {
                writer.look();
                continue;
            }
            Err(RecvTimeoutError::Disconnected) => return,
        };
        let mut group = Vec::new();
        while let Some(Order::Write(job)) = next {
            group.push(job);
            let room = group.len() < GROUP_MAX;
            next = room.then(|| orders.try_recv().ok()).flatten();
        }
        if !group.is_empty() {
            writer.commit(group);
        }
        match next {
            Some(Order::Read(job)) => writer.read(job),
            Some(Order::Close(done)) => {
                writer.checkpoint();
                drop(writer);
                // Dropped, it tells the caller that all is closed.
                drop(done);
                return;
            }
            Some(Order::Write(_)) | None => {}
        }
    }
}

/// The writer's connection, and what it knows of other processes.
pub(super) struct Writer {
    connection: Connection,
    committed: watch::Sender<u64>,
    data_version: i64,
}

/// An operation that has run in the open transaction: what became of it, and whether it wrote.
struct Ran {
    job: Box<dyn Job>,
    result: Result<bool, Error>,
}

impl Writer {
    pub(super) fn new(
        connection: Connection,
        committed: watch::Sender<u64>,
    ) -> Result<Self, Error> {
        let data_version = connection.data_version()?;
        Ok(Self {
            connection,
            committed,
            data_version,
        })
    }

    /// A database in memory with the same content.
    pub(super) fn copy(&self) -> Result<Connection, Error> {
        self.connection.copy()
    }

    /// Runs all jobs, commits, and answers their callers. When the commit fails, nothing has happened and all are
    /// told so.
    pub(super) fn commit(&mut self, jobs: Vec<Box<dyn Job>>) {
        let mut waiting = VecDeque::from(jobs);
        // SQLite may end the whole transaction when one operation meets a full disk. That one fails, the others run
        // again.
        while !waiting.is_empty() {
            if let Err(error) = self.begin() {
                waiting
                    .drain(..)
                    .for_each(|job| job.answer(Err(error.clone())));
                return;
            }
            let Some(ran) = self.run_all(&mut waiting) else {
                continue;
            };
            let wrote = ran.iter().any(|ran| ran.result == Ok(true));
            let outcome = self.end();
            let elsewhere = self.changed_elsewhere();
            if elsewhere || (wrote && outcome.is_ok()) {
                self.committed.send_modify(|count| *count += 1);
            }
            for Ran { job, result } in ran {
                job.answer(result.and_then(|_| outcome.clone()));
            }
        }
    }

    /// Runs a job that only reads; its changes are refused, as they are on the connections of readers.
    pub(super) fn read(&mut self, mut job: Box<dyn Job>) {
        self.connection.refuse_changes(true);
        let result = read(&mut self.connection, job.as_mut());
        self.connection.refuse_changes(false);
        job.answer(result);
    }

    /// Wakes those who wait for commits, if another process has committed.
    pub(super) fn look(&mut self) {
        if self.changed_elsewhere() {
            self.committed.send_modify(|count| *count += 1);
        }
    }

    fn checkpoint(&self) {
        if let Err(error) = self.connection.checkpoint() {
            // Nothing is lost: the log is read when the file is opened next.
            tracing::warn!(%error, "the log was not written back into the database file");
        }
    }

    /// Takes jobs from the front until none is left. `None`: the transaction is gone, `waiting` holds who must run
    /// again.
    fn run_all(&mut self, waiting: &mut VecDeque<Box<dyn Job>>) -> Option<Vec<Ran>> {
        let mut ran: Vec<Ran> = Vec::with_capacity(waiting.len());
        while let Some(mut job) = waiting.pop_front() {
            let result = self.run(job.as_mut());
            if self.connection.in_transaction() {
                ran.push(Ran { job, result });
                continue;
            }
            let gone = || Error::Unavailable("the database gave up the transaction".to_owned());
            job.answer(Err(result.err().unwrap_or_else(gone)));
            for Ran { job, result } in ran.into_iter().rev() {
                match result {
                    Ok(_) => waiting.push_front(job),
                    Err(error) => job.answer(Err(error)),
                }
            }
            return None;
        }
        Some(ran)
    }

    fn run(&mut self, job: &mut dyn Job) -> Result<bool, Error> {
        self.connection.command("SAVEPOINT operation")?;
        let mut tx = Tx::on_sqlite(&mut self.connection);
        let result = run_at_once(job, &mut tx);
        let result = tx.conclude(result);
        if !self.connection.in_transaction() {
            return result;
        }
        let undone = match &result {
            Ok(_) => Ok(()),
            Err(_) => self.connection.command("ROLLBACK TO operation"),
        };
        if let Err(error) = undone.and_then(|()| self.connection.command("RELEASE operation")) {
            // Neither kept nor undone: the whole transaction goes, and the others run again.
            self.connection.command("ROLLBACK")?;
            return result.and(Err(error));
        }
        result
    }

    fn begin(&self) -> Result<(), Error> {
        self.connection.command("BEGIN IMMEDIATE")
    }

    fn end(&self) -> Result<(), Error> {
        let outcome = self.connection.command("COMMIT");
        if outcome.is_err() && self.connection.in_transaction() {
            // If even this fails, the next BEGIN does too, and says so to its callers.
            drop(self.connection.command("ROLLBACK"));
        }
        outcome
    }

    fn changed_elsewhere(&mut self) -> bool {
        let Ok(version) = self.connection.data_version() else {
            return false;
        };
        std::mem::replace(&mut self.data_version, version) != version
    }
}

/// Runs a job on one state of the database.
pub(super) fn read(connection: &mut Connection, job: &mut dyn Job) -> Result<(), Error> {
    connection.command("BEGIN")?;
    let mut tx = Tx::on_sqlite(connection);
    let result = run_at_once(job, &mut tx);
    let result = tx.conclude(result).map(drop);
    let ended = if connection.in_transaction() {
        connection.command("ROLLBACK")
    } else {
        Ok(())
    };
    result.and(ended)
}
