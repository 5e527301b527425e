//! What is done by itself, in bounded steps, whatever people and other servers do: old rows are removed, invites that have
//! come to their end are noted, what a clock that was ahead put off is due again, and what a version before has not written
//! is filled in.

use std::time::Duration;

use symbolon_store::ahead::CallBack;
use symbolon_store::audit::PruneEvents;
use symbolon_store::connections::called::CallThem;
use symbolon_store::invites::NoteExpired;
use symbolon_store::outbox::PruneDeliveries;
use symbolon_store::peers::PrunePeers;
use symbolon_store::seen::PruneSeen;
use symbolon_store::sessions::PruneSessions;
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::http::reference::Reference;
use crate::telemetry::Trouble;

/// Settled deliveries are kept this long for people to look at, in milliseconds.
const KEEP_SETTLED_MS: i64 = 30 * 24 * 3_600 * 1_000;

/// Old rows are removed this often.
const SELDOM: Duration = Duration::from_secs(3_600);

/// Most events that one step of pruning removes, so that nobody waits for the writer.
const PRUNE_EVENTS: u32 = 2_000;

/// Most signatures that one step forgets.
const PRUNE_SEEN: u32 = 2_000;

/// How many servers are kept on record with which nobody here has anything to do. Each may have described itself at length.
const KEEP_STRANGERS: u32 = 500;

/// Most of them that one step forgets.
const PRUNE_STRANGERS: u32 = 500;

/// Most steps of one kind at a time.
const PRUNES_AT_ONCE: u32 = 50;

/// Invites that have come to their end are noted this often, what strangers leave is forgotten, and what was put off by a
/// clock that was ahead is called back.
const OFTEN: Duration = Duration::from_secs(60);

/// Most of them in one transaction.
const EXPIRED_AT_ONCE: u32 = 500;

const MINUTE_MS: i64 = 60 * 1_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;

/// A clock that is right puts nothing off for longer than this, in milliseconds: messages for 12.5 minutes, mails and
/// directories for 75, comparisons for 7.5 hours, people who leave for one minute. The rest is room for other processes on
/// the same database, whose clocks may differ a little.
const LATEST_MESSAGE_MS: i64 = 30 * MINUTE_MS;
const LATEST_MAIL_MS: i64 = 2 * HOUR_MS;
const LATEST_COMPARISON_MS: i64 = 8 * HOUR_MS;
const LATEST_DIRECTORY_MS: i64 = 2 * HOUR_MS;
const LATEST_DEPARTURE_MS: i64 = 30 * MINUTE_MS;

/// Between two steps of something long, so that people get their turn.
const BREATH: Duration = Duration::from_millis(20);

/// Runs until `stop`.
pub async fn run(app: App, stop: CancellationToken) {
    tokio::select! {
        // In this order and not by chance, so that a simulated world can be repeated.
        biased;
        () = stop.cancelled() => {}
        _ = async { tokio::join!(seldom(&app), often(&app), call_them(&app)) } => {}
    }
}

async fn seldom(app: &App) {
    loop {
        prune(app).await;
        tokio::time::sleep(SELDOM).await;
    }
}

async fn often(app: &App) {
    let mut expiring = Trouble::default();
    let mut forgetting = Trouble::default();
    loop {
        if let Err(error) = call_back(app).await {
            tracing::debug!(%error, "could not look for what a clock that was ahead put off");
        }
        match note_expired(app).await {
            Err(error) if expiring.begins() => {
                tracing::warn!(%error, "could not note which invitations have expired");
            }
            Err(_) => {}
            Ok(()) => drop(expiring.ends()),
        }
        match forget_seen(app).await {
            Err(error) if forgetting.begins() => {
                tracing::warn!(%error, "could not forget old signatures");
            }
            Err(_) => {}
            Ok(()) => drop(forgetting.ends()),
        }
        if let Err(error) = forget_strangers(app).await {
            tracing::debug!(%error, "could not forget servers that nobody knows");
        }
        tokio::time::sleep(OFTEN).await;
    }
}

/// Writes how people are called in halves of a version that did not. Until then namesakes among them look the same.
async fn call_them(app: &App) {
    let mut trouble = Trouble::default();
    loop {
        match app.store.write(CallThem).await {
            Ok(true) => tokio::time::sleep(BREATH).await,
            Ok(false) => return,
            Err(error) => {
                if trouble.begins() {
                    tracing::warn!(%error, "could not note how people are called");
                }
                tokio::time::sleep(OFTEN).await;
            }
        }
    }
}

/// Removes what is old: rows that people could look at for long enough.
async fn prune(app: &App) {
    let now = app.now();
    let before = now.plus_millis(-KEEP_SETTLED_MS);
    let deliveries = app.store.write(PruneDeliveries { before }).await;
    let sessions = app.store.write(PruneSessions { now }).await;
    let events = prune_events(app).await;
    if let Err(error) = deliveries.and(sessions).and(events) {
        tracing::warn!(%error, "could not remove old rows");
    }
}

/// What was put off while the clock was ahead is due now. Otherwise nobody would be told, compared with or fetched for as
/// long as the clock was wrong.
pub async fn call_back(app: &App) -> Result<(), symbolon_store::Error> {
    let now = app.now();
    let call = CallBack {
        now,
        messages: now.plus_millis(LATEST_MESSAGE_MS),
        mails: now.plus_millis(LATEST_MAIL_MS),
        comparisons: now.plus_millis(LATEST_COMPARISON_MS),
        directories: now.plus_millis(LATEST_DIRECTORY_MS),
        departures: now.plus_millis(LATEST_DEPARTURE_MS),
    };
    let called = app.store.write(call).await?;
    if called > 0 {
        tracing::warn!(
            called,
            "the clock was ahead: what it had put off is due now"
        );
        app.outbox.wake();
        app.departures.wake();
    }
    Ok(())
}

/// Forgets signatures that could not be accepted any more, in bounded steps.
async fn forget_seen(app: &App) -> Result<(), symbolon_store::Error> {
    for _ in 0..PRUNES_AT_ONCE {
        let prune = PruneSeen {
            now: app.now(),
            limit: PRUNE_SEEN,
        };
        if app.store.write(prune).await? < u64::from(PRUNE_SEEN) {
            break;
        }
    }
    Ok(())
}

/// Forgets servers with which nobody has anything to do, in bounded steps.
async fn forget_strangers(app: &App) -> Result<(), symbolon_store::Error> {
    for _ in 0..PRUNES_AT_ONCE {
        let prune = PrunePeers {
            keep: KEEP_STRANGERS,
            limit: PRUNE_STRANGERS,
        };
        if app.store.write(prune).await? < u64::from(PRUNE_STRANGERS) {
            break;
        }
    }
    Ok(())
}

/// Removes what is older than the settings want it kept, in bounded steps.
async fn prune_events(app: &App) -> Result<u64, symbolon_store::Error> {
    let Some(kept_ms) = app.config.audit_retention_ms else {
        return Ok(0);
    };
    let mut removed = 0;
    for _ in 0..PRUNES_AT_ONCE {
        let reference = Reference::fresh(&app.env);
        let prune = PruneEvents {
            before: app.now().plus_millis(-kept_ms),
            limit: PRUNE_EVENTS,
            moment: app.moment(reference.as_str()),
        };
        let step = app.store.write(prune).await?;
        removed += step;
        if step < u64::from(PRUNE_EVENTS) {
            break;
        }
    }
    Ok(removed)
}

/// Notes which invites have come to their end since somebody last looked.
pub async fn note_expired(app: &App) -> Result<(), symbolon_store::Error> {
    let reference = Reference::fresh(&app.env);
    let note = || NoteExpired {
        limit: EXPIRED_AT_ONCE,
        moment: app.moment(reference.as_str()),
    };
    while app.store.write(note()).await? == EXPIRED_AT_ONCE {}
    Ok(())
}
