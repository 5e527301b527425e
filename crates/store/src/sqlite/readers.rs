//! Readers: a few threads, each with a connection of its own. In WAL mode they neither wait for the writer nor stop
//! it.

use std::path::Path;
use std::sync::mpsc::{self, Receiver, SendError, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use tokio::sync::oneshot;

use super::connection::{Connection, Place};
use super::writer;
use crate::Error;
use crate::operation::Job;

/// The reader threads and the queue before them.
pub(super) struct Readers {
    orders: Sender<Order>,
    count: usize,
}

enum Order {
    Read(Box<dyn Job>),
    Close(oneshot::Sender<()>),
}

impl Readers {
    /// Opens the connections and starts the threads; at least one.
    pub(super) fn start(path: &Path, count: usize) -> Result<Self, Error> {
        let count = count.max(1);
        let (sender, orders) = mpsc::channel();
        let orders = Arc::new(Mutex::new(orders));
        for _ in 0..count {
            let connection = Connection::open(Place::FileReadOnly(path))?;
            let orders = Arc::clone(&orders);
            thread::Builder::new()
                .name("symbolon-read".to_owned())
                .spawn(move || obey(connection, &orders))
                .map_err(|error| Error::Unavailable(format!("no thread for a reader: {error}")))?;
        }
        Ok(Self {
            orders: sender,
            count,
        })
    }

    pub(super) fn read(&self, job: Box<dyn Job>) {
        if let Err(SendError(Order::Read(job))) = self.orders.send(Order::Read(job)) {
            job.answer(Err(Error::Closed));
        }
    }

    /// Returns when all threads have closed their connections.
    pub(super) async fn close(&self) {
        for _ in 0..self.count {
            let (done, closed) = oneshot::channel();
            drop(self.orders.send(Order::Close(done)));
            // An error means that no thread is left.
            drop(closed.await);
        }
    }
}

fn obey(mut connection: Connection, orders: &Mutex<Receiver<Order>>) {
    loop {
        // One thread waits at the queue, the others at the lock. The guard falls before the work begins.
        let order = orders.lock().unwrap_or_else(PoisonError::into_inner).recv();
        match order {
            Ok(Order::Read(mut job)) => {
                let result = writer::read(&mut connection, job.as_mut());
                job.answer(result);
            }
            Ok(Order::Close(done)) => {
                drop(connection);
                // Dropped, it tells the caller that all is closed.
                drop(done);
                return;
            }
            Err(_) => return,
        }
    }
}
