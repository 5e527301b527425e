//! Units of work, and how they travel to whoever carries them out.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, Waker};

use tokio::sync::oneshot;

use crate::observer::{Happened, Report, Watched};
use crate::{Error, Tx};

/// One unit of work. Its fields are its inputs; the store runs it in one transaction.
///
/// It must have no side effects and must not wait for anything but its [`Tx`]: after a rollback it is run again, and
/// on SQLite it runs on a thread of its own. `Err` rolls back everything it did; a refusal that is an ordinary
/// outcome belongs into `Output`.
pub trait Operation: Send + Sync + 'static {
    /// What the caller gets once the work is on disk.
    type Output: Send + 'static;

    /// Its name in errors and traces.
    const NAME: &'static str;

    /// Does the work.
    fn run(&self, tx: &mut Tx<'_>) -> impl Future<Output = Result<Self::Output, Error>> + Send;
}

/// An operation and its waiting caller, without their types.
pub(crate) trait Job: Send {
    fn name(&self) -> &'static str;

    /// Runs the operation and keeps its output.
    fn run<'a>(&'a mut self, tx: &'a mut Tx<'_>) -> JobFuture<'a>;

    /// Answers the caller: with the kept output, or with an error.
    fn answer(self: Box<Self>, outcome: Result<(), Error>);
}

pub(crate) type JobFuture<'a> = Pin<Box<dyn Future<Output = Result<(), Error>> + Send + 'a>>;

/// What the caller of an operation waits for.
pub(crate) type Answer<O> = oneshot::Receiver<Answered<<O as Operation>::Output>>;

/// What came of an operation, and the report of it, which is made where this ends.
pub(crate) struct Answered<T> {
    pub(crate) result: Result<T, Error>,
    pub(crate) report: Option<Report>,
}

/// Packs an operation up; `rows` counts what it touches. The receiver gets nothing but an error of the channel when the job is dropped unanswered.
pub(crate) fn job<O: Operation>(
    operation: O,
    rows: &Arc<AtomicU64>,
    watched: Option<Watched>,
) -> (Box<dyn Job>, Answer<O>) {
    let (caller, answer) = oneshot::channel();
    let packed = Packed {
        operation,
        output: None,
        happened: Vec::new(),
        caller,
        rows: Arc::clone(rows),
        watched,
    };
    (Box::new(packed), answer)
}

struct Packed<O: Operation> {
    operation: O,
    output: Option<O::Output>,
    happened: Vec<Happened>,
    caller: oneshot::Sender<Answered<O::Output>>,
    rows: Arc<AtomicU64>,
    watched: Option<Watched>,
}

impl<O: Operation> Job for Packed<O> {
    fn name(&self) -> &'static str {
        O::NAME
    }

    fn run<'a>(&'a mut self, tx: &'a mut Tx<'_>) -> JobFuture<'a> {
        Box::pin(async {
            let output = self.operation.run(tx).await;
            self.rows.fetch_add(tx.rows_touched(), Ordering::Relaxed);
            self.happened = tx.take_happened();
            self.output = Some(output?);
            Ok(())
        })
    }

    fn answer(self: Box<Self>, outcome: Result<(), Error>) {
        let lost = || Err(Error::Panicked { operation: O::NAME });
        let result = match outcome {
            Ok(()) => self.output.map_or_else(lost, Ok),
            Err(error) => Err(error),
        };
        let error = result.as_ref().err().cloned();
        let happened = if error.is_none() {
            self.happened
        } else {
            Vec::new()
        };
        let report = self
            .watched
            .map(|watched| Report::new(watched, O::NAME, error, happened));
        // A caller that has gone away does not want to know.
        drop(self.caller.send(Answered { result, report }));
    }
}

/// Runs a job that never waits, as every job on SQLite, to its end.
pub(crate) fn run_at_once(job: &mut dyn Job, tx: &mut Tx<'_>) -> Result<(), Error> {
    let name = job.name();
    let mut context = Context::from_waker(Waker::noop());
    let mut work = pin!(unwinding(name, job.run(tx)));
    match work.as_mut().poll(&mut context) {
        Poll::Ready(result) => result,
        Poll::Pending => Err(Error::Database(format!(
            "the operation {name} waits for something other than its transaction"
        ))),
    }
}

/// Turns a panic of a job into an error.
pub(crate) async fn unwinding(name: &'static str, mut work: JobFuture<'_>) -> Result<(), Error> {
    std::future::poll_fn(move |context| {
        // The connection is rolled back to where the operation began, and nothing else of it survives.
        let polled = catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context)));
        polled.unwrap_or(Poll::Ready(Err(Error::Panicked { operation: name })))
    })
    .await
}
