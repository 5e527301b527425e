//! Who watches what the store does: for figures and log lines, which are made elsewhere.

use std::sync::Arc;
use std::time::Duration;

use symbolon_core::UserId;
use symbolon_proto::address::Provider;

use crate::Error;
use crate::events::{Actor, Kind};

/// Hears of every operation once it is over, in the task that waited for it; if that has gone away, wherever the answer
/// was dropped.
pub trait Observer: Send + Sync {
    /// The time since some moment, by which operations are measured.
    fn elapsed(&self) -> Duration;

    /// An operation is over: on disk, or rolled back.
    fn done(&self, done: &Done<'_>);
}

/// What became of one operation.
pub struct Done<'a> {
    /// Its name.
    pub operation: &'static str,
    /// Whether it could write.
    pub access: Access,
    /// From when it was handed over until it was over: waiting for its turn, working, and the disk.
    pub took: Duration,
    /// Why it failed.
    pub error: Option<&'a Error>,
    /// What it wrote into the audit trail; nothing if it failed.
    pub happened: &'a [Happened],
}

/// Which of the two ways an operation went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// [`Store::read`](crate::Store::read).
    Read,
    /// [`Store::write`](crate::Store::write).
    Write,
}

impl Access {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
        }
    }
}

/// An event of the audit trail, as far as it may be logged and counted: without its data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happened {
    /// What happened.
    pub kind: Kind,
    /// Who did it.
    pub actor: Actor,
    /// Whose page shows it.
    pub user: Option<UserId>,
    /// The id of what it is about.
    pub object: Option<String>,
    /// The id of a second thing that it is about.
    pub beside: Option<String>,
    /// The other server that has a part in it.
    pub peer: Option<Provider>,
    /// How it went.
    pub result: String,
    /// How long after its cause, in milliseconds, where that is known.
    pub after_ms: Option<i64>,
    /// The exchange that it belongs to.
    pub reference: String,
    /// The name that the other side gave to the exchange, if it is another one.
    pub their_reference: Option<String>,
}

/// An operation that somebody watches.
pub(crate) struct Watched {
    pub(crate) observer: Arc<dyn Observer>,
    pub(crate) access: Access,
    pub(crate) began: Duration,
}

/// Tells the observer when it is dropped, which somebody does in any case.
pub(crate) struct Report {
    watched: Watched,
    operation: &'static str,
    took: Duration,
    error: Option<Error>,
    happened: Vec<Happened>,
}

impl Report {
    pub(crate) fn new(
        watched: Watched,
        operation: &'static str,
        error: Option<Error>,
        happened: Vec<Happened>,
    ) -> Self {
        let took = watched.observer.elapsed().saturating_sub(watched.began);
        Self {
            watched,
            operation,
            took,
            error,
            happened,
        }
    }
}

impl Drop for Report {
    fn drop(&mut self) {
        self.watched.observer.done(&Done {
            operation: self.operation,
            access: self.watched.access,
            took: self.took,
            error: self.error.as_ref(),
            happened: &self.happened,
        });
    }
}
