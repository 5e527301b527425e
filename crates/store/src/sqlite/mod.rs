//! SQLite: one writer thread that commits in groups, a few reader threads, and an inline mode for simulations.

mod backup;
mod connection;
mod error;
mod examine;
mod readers;
mod writer;

use std::path::Path;
use std::sync::Mutex;
use std::sync::mpsc;

use tokio::sync::{oneshot, watch};

pub(crate) use backup::back_up;
pub(crate) use connection::Connection;
use connection::Place;
pub(crate) use examine::examine;
use readers::Readers;
use writer::{Order, Writer};

use crate::operation::Job;
use crate::{Error, Options};

/// A SQLite database in use.
pub(crate) struct Sqlite {
    mode: Mode,
}

enum Mode {
    /// Everything on the caller's thread.
    Inline(Mutex<Option<Writer>>),
    Threads {
        orders: mpsc::Sender<Order>,
        /// `None` in memory, where there is only one connection.
        readers: Option<Readers>,
    },
}

impl Sqlite {
    /// Opens a file, or memory without a path. Blocks for as long as the disk needs.
    pub(crate) fn open(
        path: Option<&Path>,
        options: &Options,
        committed: watch::Sender<u64>,
    ) -> Result<Self, Error> {
        let place = path.map_or(Place::Memory, Place::File);
        let connection = Connection::open(place)?;
        let writer = Writer::new(connection, committed)?;
        if options.inline {
            let mode = Mode::Inline(Mutex::new(Some(writer)));
            return Ok(Self { mode });
        }
        let readers = path
            .map(|path| Readers::start(path, options.readers))
            .transpose()?;
        let orders = writer::start(writer)?;
        Ok(Self {
            mode: Mode::Threads { orders, readers },
        })
    }

    /// Another one with the same content, in memory; `None` for all but inline ones.
    pub(crate) fn copy(&self, committed: watch::Sender<u64>) -> Result<Option<Self>, Error> {
        let Mode::Inline(writer) = &self.mode else {
            return Ok(None);
        };
        let Some(copy) = lock(writer).as_ref().map(Writer::copy).transpose()? else {
            return Err(Error::Closed);
        };
        let writer = Writer::new(copy, committed)?;
        let mode = Mode::Inline(Mutex::new(Some(writer)));
        Ok(Some(Self { mode }))
    }

    /// Hands a job to the writer.
    pub(crate) fn write(&self, job: Box<dyn Job>) {
        match &self.mode {
            Mode::Inline(writer) => on_this_thread(writer, job, Writer::commit),
            Mode::Threads { orders, .. } => send(orders, Order::Write(job)),
        }
    }

    /// Hands a job to a reader.
    pub(crate) fn read(&self, job: Box<dyn Job>) {
        match &self.mode {
            Mode::Inline(writer) => on_this_thread(writer, job, |writer, mut jobs| {
                jobs.drain(..).for_each(|job| writer.read(job));
            }),
            Mode::Threads { orders, readers } => match readers {
                Some(readers) => readers.read(job),
                None => send(orders, Order::Read(job)),
            },
        }
    }

    /// Finishes what was handed over before, and closes the file.
    pub(crate) async fn close(&self) {
        match &self.mode {
            Mode::Inline(writer) => drop(lock(writer).take()),
            Mode::Threads { orders, readers } => {
                if let Some(readers) = readers {
                    readers.close().await;
                }
                let (done, closed) = oneshot::channel();
                send_close(orders, done);
                // An error means that the thread has ended before, which is what we want.
                drop(closed.await);
            }
        }
    }
}

fn on_this_thread(
    writer: &Mutex<Option<Writer>>,
    job: Box<dyn Job>,
    run: impl FnOnce(&mut Writer, Vec<Box<dyn Job>>),
) {
    match lock(writer).as_mut() {
        Some(writer) => run(writer, vec![job]),
        None => job.answer(Err(Error::Closed)),
    }
}

fn lock(writer: &Mutex<Option<Writer>>) -> std::sync::MutexGuard<'_, Option<Writer>> {
    // Jobs that panic are caught below, so a poisoned lock guards nothing half done.
    writer
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn send(orders: &mpsc::Sender<Order>, order: Order) {
    if let Err(mpsc::SendError(Order::Write(job) | Order::Read(job))) = orders.send(order) {
        job.answer(Err(Error::Closed));
    }
}

fn send_close(orders: &mpsc::Sender<Order>, done: oneshot::Sender<()>) {
    // A thread that has ended drops `done`, which the caller notices.
    drop(orders.send(Order::Close(done)));
}
