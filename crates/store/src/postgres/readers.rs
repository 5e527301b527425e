//! Readers: a few connections that take turns, made when they are first needed.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Semaphore;
use tokio_util::task::TaskTracker;

use super::connection::{Connection, Server};
use crate::operation::{Job, unwinding};
use crate::{Error, Tx};

const BEGIN: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

/// The connections of readers.
pub(super) struct Readers {
    shared: Arc<Shared>,
    reading: TaskTracker,
}

struct Shared {
    server: Server,
    turns: Semaphore,
    idle: Mutex<Vec<Connection>>,
}

impl Readers {
    pub(super) fn new(server: Server, count: usize) -> Self {
        let shared = Shared {
            server,
            turns: Semaphore::new(count.max(1)),
            idle: Mutex::default(),
        };
        Self {
            shared: Arc::new(shared),
            reading: TaskTracker::new(),
        }
    }

    /// Runs a job in a task of its own, so that a caller who goes away leaves no half-read connection behind.
    pub(super) fn read(&self, mut job: Box<dyn Job>) {
        let shared = Arc::clone(&self.shared);
        self.reading.spawn(async move {
            let result = shared.read(job.as_mut()).await;
            job.answer(result);
        });
    }

    pub(super) async fn close(&self) {
        self.reading.close();
        self.reading.wait().await;
        let idle = std::mem::take(&mut *self.shared.idle());
        for connection in idle {
            connection.close().await;
        }
    }
}

impl Shared {
    async fn read(&self, job: &mut dyn Job) -> Result<(), Error> {
        let turn = self.turns.acquire().await;
        let _turn = turn.map_err(|_| Error::Closed)?;
        // A connection that lay idle may have died meanwhile; a new one has no such excuse.
        if let Some(connection) = self.take_idle() {
            match self.read_on(connection, job).await {
                Err(Error::Unavailable(_)) => {}
                result => return result,
            }
        }
        let connection = self.server.connect().await?;
        self.read_on(connection, job).await
    }

    async fn read_on(&self, mut connection: Connection, job: &mut dyn Job) -> Result<(), Error> {
        connection.batch(BEGIN).await?;
        let mut tx = Tx::on_postgres(&mut connection);
        let result = unwinding(job.name(), job.run(&mut tx)).await;
        let result = tx.conclude(result).map(drop);
        connection.batch("ROLLBACK").await?;
        self.idle().push(connection);
        result
    }

    fn take_idle(&self) -> Option<Connection> {
        let mut idle = self.idle();
        idle.retain(|connection| !connection.is_broken());
        idle.pop()
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
