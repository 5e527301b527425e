//! PostgreSQL: one writer with a connection of its own that commits in groups, and a few connections for readers.

mod connection;
mod error;
mod readers;
mod tls;
mod types;
mod writer;

use std::sync::Mutex;

use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;

pub(crate) use connection::Connection;
use connection::Server;
use readers::Readers;
use writer::{Order, Writer};

use crate::database::PostgresUrl;
use crate::operation::Job;
use crate::{Error, Options};

/// A PostgreSQL database in use.
pub(crate) struct Postgres {
    orders: mpsc::UnboundedSender<Order>,
    writer: Mutex<Option<JoinHandle<()>>>,
    readers: Readers,
}

impl Postgres {
    /// Connects once, so that a wrong URL is known at start; later the server may come and go.
    pub(crate) async fn open(
        url: &PostgresUrl,
        options: &Options,
        committed: watch::Sender<u64>,
    ) -> Result<Self, Error> {
        let server = Server::parse(url)?;
        let connection = server.connect().await?;
        let writer = Writer::new(server.clone(), connection, committed);
        // Callers wait for the answer to each of their orders: there are never more than requests being served.
        let (orders, queue) = mpsc::unbounded_channel();
        let task = tokio::spawn(writer.obey(queue));
        Ok(Self {
            orders,
            writer: Mutex::new(Some(task)),
            readers: Readers::new(server, options.readers),
        })
    }

    /// Hands a job to the writer.
    pub(crate) fn write(&self, job: Box<dyn Job>) {
        if let Err(mpsc::error::SendError(Order::Write(job))) = self.orders.send(Order::Write(job))
        {
            job.answer(Err(Error::Closed));
        }
    }

    /// Hands a job to a reader.
    pub(crate) fn read(&self, job: Box<dyn Job>) {
        self.readers.read(job);
    }

    /// Finishes what was handed over before, and hangs up.
    pub(crate) async fn close(&self) {
        self.readers.close().await;
        let (done, closed) = oneshot::channel();
        drop(self.orders.send(Order::Close(done)));
        // An error means that the writer has ended before.
        drop(closed.await);
        let task = self.writer.lock().ok().and_then(|mut task| task.take());
        if let Some(task) = task {
            drop(task.await);
        }
    }
}
