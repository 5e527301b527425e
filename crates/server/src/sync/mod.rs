//! Sync: comparing our halves with those of another server (rule 5), for what no message has put right.
//!
//! After a start, when a server is back from an outage, and every few hours. [`ask`] is the side that begins, [`mod@answer`] the
//! other; both apply what they learn by the same rule, and neither keeps anything between two messages.

mod answer;
mod ask;
mod first;
mod pace;
mod words;

use std::sync::Arc;
use std::time::Duration;

use symbolon_core::Timestamp;
use symbolon_core::connections::Gesture;
use symbolon_core::deliveries::{Retry, after_failure};
use symbolon_proto::address::Provider;
use symbolon_proto::problem::Code;
use symbolon_store::Error;
use symbolon_store::sync::claims::{Applied, ClaimAbout};
use symbolon_store::sync::digests::{CountIn, SetOurName};
use symbolon_store::sync::schedule::{
    ClaimSyncs, FindSync, NextSync, NoteFound, NoteLedger, OurLedger, PlanAll, RecordSync,
};
use tokio::sync::{OnceCell, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub(crate) use answer::answer;
use first::First;
pub(crate) use first::{comes_first, compare_first, is_older_than_the_start};

use crate::app::App;
use crate::http::reference::within;
use crate::pace::Allowance;
use crate::telemetry::Trouble;

/// How often two servers compare if nothing calls for it, in milliseconds; a quarter more or less, so that not everybody
/// does it at once.
const EVERY_MS: i64 = 6 * 3_600 * 1_000;

/// After a start, all servers are asked within this time, in milliseconds.
const AFTER_START_MS: i64 = 60_000;

/// What waited for an acceptance under way is compared again after this time, in milliseconds.
const SOON_MS: i64 = 15 * 60 * 1_000;

/// How many servers are compared with at once.
const AT_ONCE: u32 = 4;

/// How many halves are counted in by one transaction, after an upgrade.
const COUNT_IN: u32 = 1_000;

/// The loop looks by itself this often.
const LOOK: Duration = Duration::from_secs(5);

/// What sync remembers while the server runs.
pub struct Sync {
    prepared: OnceCell<Prepared>,
    first: First,
    pace: Allowance<Provider>,
}

impl Default for Sync {
    fn default() -> Self {
        Self {
            prepared: OnceCell::default(),
            first: First::default(),
            pace: pace::allowance(),
        }
    }
}

#[derive(Clone)]
struct Prepared {
    ledger: String,
    started_at: Gesture,
}

/// What came of comparing with one server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// How many halves differed, as far as this side has learned: the one who asks hears of those where the other
    /// side knows better.
    pub found: u64,
    /// How many of ours have changed for it.
    pub changed: u64,
    /// How many wait for an acceptance that is under way.
    pub waiting: u64,
    /// Whether there was more than fits into one comparison.
    pub unfinished: bool,
}

/// Makes ready, before the first request is taken: tells the database which server it belongs to, and notes which gestures
/// are older than this process.
pub async fn prepare(app: &App) -> Result<(), Error> {
    let here = app.provider().clone();
    app.store.write(SetOurName { here }).await?;
    prepared(app).await.map(drop)
}

/// Runs until `stop`.
pub async fn run(app: App, tasks: TaskTracker, stop: CancellationToken) {
    let mut begun = false;
    let mut trouble = Trouble::default();
    let places = Arc::new(Semaphore::new(AT_ONCE as usize));
    while !stop.is_cancelled() {
        if !begun {
            match begin(&app).await {
                Ok(()) => begun = true,
                Err(error) if trouble.begins() => {
                    tracing::error!(%error, "could not plan the comparisons with other servers");
                }
                Err(_) => {}
            }
        }
        let free = u32::try_from(places.available_permits()).unwrap_or(AT_ONCE);
        match claim(&app, free).await {
            Ok(providers) => {
                if begun && trouble.ends() {
                    tracing::info!("looking for due comparisons again");
                }
                for provider in providers {
                    let place = places.clone().acquire_owned().await;
                    let app = app.clone();
                    tasks.spawn(async move {
                        // Whatever came of it is recorded and logged.
                        let _: Result<Report, Code> = compare(&app, &provider).await;
                        drop(place);
                    });
                }
            }
            Err(error) if trouble.begins() => {
                tracing::error!(%error, "could not look for due comparisons with other servers");
            }
            Err(_) => {}
        }
        tokio::select! {
            biased;
            () = stop.cancelled() => {}
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

/// Plans what follows a start: everybody is asked, and halves from before an upgrade are counted in.
pub async fn begin(app: &App) -> Result<(), Error> {
    prepare(app).await?;
    while app.store.write(CountIn { limit: COUNT_IN }).await? == COUNT_IN {}
    let (now, within_ms) = (app.now(), AFTER_START_MS);
    app.store.write(PlanAll { now, within_ms }).await
}

/// Compares with everybody with whom it is due: for tests and the simulator, which own the clock.
pub async fn drive(app: &App) -> Result<(), Error> {
    for provider in claim(app, u32::MAX).await? {
        // Whatever came of it is recorded and logged.
        let _: Result<Report, Code> = compare(app, &provider).await;
    }
    Ok(())
}

/// Compares with one server now, and records how it went.
pub async fn compare(app: &App, provider: &Provider) -> Result<Report, Code> {
    let reference = app.env.id().to_string();
    let result = within(&reference, ask::ask(app, provider, &reference)).await;
    let now = app.now();
    let failure = result.as_ref().err().map(|failure| failure.code);
    let said = result
        .as_ref()
        .err()
        .and_then(|failure| failure.said.clone());
    let waiting = result.as_ref().map_or(0, |report| report.waiting);
    let mut news = true;
    let due_at = match &result {
        Ok(report) if report.unfinished || report.waiting > 0 => now.plus_millis(SOON_MS),
        Ok(_) => now.plus_millis(around(app, EVERY_MS)),
        Err(failure) => {
            let known = known(app, provider).await;
            news = known.as_ref().and_then(|sync| sync.last_code) != Some(failure.code);
            let failures = known.map_or(1, |sync| sync.failures + 1);
            again_at(app, failures, failure.retry_after, now)
        }
    };
    let record = RecordSync {
        provider: provider.clone(),
        failure,
        said,
        waiting,
        due_at,
        now,
    };
    if let Err(error) = app.store.write(record).await {
        tracing::error!(peer = %provider, %error, "could not record a comparison");
    }
    match result {
        Ok(report) => {
            app.sync.first.note(provider);
            Ok(report)
        }
        Err(failure) => {
            let code = failure.code.as_str();
            if news {
                tracing::info!(peer = %provider, %reference, code, "the halves could not be compared");
            } else {
                tracing::debug!(peer = %provider, %reference, code, "the halves could not be compared again");
            }
            Err(failure.code)
        }
    }
}

/// Writes down what two servers found, by whichever of them began.
async fn note(
    app: &App,
    provider: &Provider,
    report: Report,
    reference: &str,
) -> Result<(), Error> {
    let Report {
        found,
        changed,
        waiting,
        ..
    } = report;
    if found == 0 && changed == 0 {
        return Ok(());
    }
    tracing::info!(
        peer = %provider, reference, found, changed, waiting, "halves differed from the other server's"
    );
    let note = NoteFound {
        provider: provider.clone(),
        found,
        changed,
        moment: app.moment(reference),
    };
    app.store.write(note).await
}

/// Tells of one pair what became of it; `info` has only the numbers.
fn tell(provider: &Provider, reference: &str, about: &ClaimAbout, applied: &Applied) {
    let Some(connection) = &applied.connection else {
        return;
    };
    let (user, generation) = (&about.user, about.claim.generation.0);
    let found = about.claim.finding().as_str();
    if applied.changed {
        tracing::debug!(
            peer = %provider, reference, %connection, %user, generation, found, "a half was taken down by comparing"
        );
    } else if applied.later {
        tracing::debug!(
            peer = %provider, reference, %connection, %user, generation, found,
            "a half differs and waits for an acceptance under way"
        );
    }
}

/// Whether to act on what a server says: it remembers us, or has forgotten for long enough.
async fn recognises(
    app: &App,
    provider: &Provider,
    ledger: &str,
    reference: &str,
) -> Result<bool, Error> {
    let find = FindSync {
        provider: provider.clone(),
    };
    let known = app.store.read(find).await?;
    if known.is_none_or(|sync| sync.recognises(ledger)) {
        return Ok(true);
    }
    let note = NoteLedger {
        provider: provider.clone(),
        ledger: ledger.to_owned(),
        moment: app.moment(reference),
    };
    app.store.write(note).await
}

async fn prepared(app: &App) -> Result<Prepared, Error> {
    let prepare = async || {
        let new = app.env.id().to_string();
        Ok(Prepared {
            ledger: app.store.write(OurLedger { new }).await?,
            started_at: app
                .store
                .read(symbolon_store::gestures::LastGesture)
                .await?,
        })
    };
    app.sync.prepared.get_or_try_init(prepare).await.cloned()
}

async fn claim(app: &App, limit: u32) -> Result<Vec<Provider>, Error> {
    let now = app.now();
    if limit == 0 || app.store.read(NextSync).await?.is_none_or(|due| due > now) {
        return Ok(Vec::new());
    }
    let claim = ClaimSyncs {
        now,
        again_at: now.plus_millis(SOON_MS),
        new_at: now.plus_millis(around(app, EVERY_MS)),
        limit,
    };
    app.store.write(claim).await
}

/// A quarter more or less.
fn around(app: &App, millis: i64) -> i64 {
    let chance = i64::from(u16::from_ne_bytes(app.env.random()));
    millis * 3 / 4 + millis / 2 * chance / i64::from(u16::MAX)
}

/// How comparing with a server has gone so far, if the database says.
async fn known(app: &App, provider: &Provider) -> Option<symbolon_store::sync::schedule::Sync> {
    let find = FindSync {
        provider: provider.clone(),
    };
    app.store.read(find).await.ok().flatten()
}

fn again_at(app: &App, failures: u32, retry_after: Option<Timestamp>, now: Timestamp) -> Timestamp {
    let jitter = u32::from_ne_bytes(app.env.random());
    let never = now.plus_millis(10 * EVERY_MS);
    match after_failure(failures, never, now, jitter, retry_after) {
        Retry::At(at) => at,
        Retry::GiveUp => now.plus_millis(EVERY_MS),
    }
}

#[cfg(test)]
#[path = "specification_tests.rs"]
mod tests;
