//! The delivery loop: claim what is due, send it with no transaction open, record what came of it.
//!
//! Every delivery is a task of its own, and one server never has more than four at a time, so a slow or dead server delays
//! nobody else's messages. Delivery is at least once; receivers compare generations, so twice is harmless.

mod dialects;
mod invite_accepted;
mod mail;
pub(crate) mod post;
pub(crate) mod refusal;
mod trying;
mod user_removed;

use std::sync::Arc;
use std::time::Duration;

use symbolon_core::Timestamp;
use symbolon_store::outbox::{ClaimDue, Delivery, Kind, Lease, NextDue, ReleaseLeases};
use tokio::sync::{Notify, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::Instrument;

use crate::app::App;
use crate::http::reference::within;
use crate::telemetry::Trouble;

/// How many deliveries are under way at once.
const AT_ONCE: u32 = 64;

/// How long a claim holds, in milliseconds: longer than the longest a delivery can take (comparing first, a description,
/// two answers), so that it is taken over only from a process that died.
const LEASE_MS: i64 = 120_000;

/// The loop looks by itself this often, for what another process wrote.
const LOOK: Duration = Duration::from_secs(1);

/// Wakes the loop.
#[derive(Clone, Default)]
pub struct Outbox {
    wake: Arc<Notify>,
}

impl Outbox {
    /// Something has become due.
    pub fn wake(&self) {
        self.wake.notify_one();
    }
}

/// Runs until `stop`; deliveries under way at that moment are finished as part of `tasks`.
pub async fn run(app: App, tasks: TaskTracker, stop: CancellationToken) {
    if let Err(error) = resume(&app).await {
        tracing::error!(%error, "could not take up the deliveries of the last run");
    }
    let places = Arc::new(Semaphore::new(AT_ONCE as usize));
    let mut trouble = Trouble::default();
    while !stop.is_cancelled() {
        let looked_at = app.now();
        match claim(
            &app,
            u32::try_from(places.available_permits()).unwrap_or(AT_ONCE),
        )
        .await
        {
            Ok((deliveries, lease)) if !deliveries.is_empty() => {
                looked(&mut trouble);
                for delivery in deliveries {
                    let place = places.clone().acquire_owned().await;
                    let (app, lease) = (app.clone(), lease.clone());
                    tasks.spawn(async move {
                        deliver(&app, delivery, &lease).await;
                        drop(place);
                        app.outbox.wake();
                    });
                }
            }
            Ok(_) => {
                looked(&mut trouble);
                idle(&app, looked_at, &stop).await;
            }
            Err(error) => {
                if trouble.begins() {
                    tracing::error!(%error, "could not look for deliveries");
                }
                tokio::time::sleep(LOOK).await;
            }
        }
    }
}

/// The database answers: if it had not, that is over.
fn looked(trouble: &mut Trouble) {
    if trouble.ends() {
        tracing::info!("looking for deliveries again");
    }
}

/// Sends everything that is due until nothing is: for tests and the simulator, which own the clock.
pub async fn drive(app: &App) -> Result<(), symbolon_store::Error> {
    loop {
        let (deliveries, lease) = claim(app, AT_ONCE).await?;
        if deliveries.is_empty() {
            return Ok(());
        }
        for delivery in deliveries {
            deliver(app, delivery, &lease).await;
        }
    }
}

/// After a crash: what was being sent is due again.
pub async fn resume(app: &App) -> Result<(), symbolon_store::Error> {
    let released = app.store.write(ReleaseLeases { now: app.now() }).await?;
    if released > 0 {
        tracing::info!(released, "took up deliveries that the last run had begun");
    }
    Ok(())
}

async fn claim(app: &App, limit: u32) -> Result<(Vec<Delivery>, Lease), symbolon_store::Error> {
    let lease = app.env.id().to_string();
    let now = app.now();
    if limit == 0 || app.store.read(NextDue).await?.is_none_or(|due| due > now) {
        return Ok((Vec::new(), lease));
    }
    let lease_until = now.plus_millis(LEASE_MS);
    let claim = ClaimDue {
        now,
        lease_until,
        lease: lease.clone(),
        limit,
    };
    Ok((app.store.write(claim).await?, lease))
}

async fn deliver(app: &App, delivery: Delivery, lease: &Lease) {
    let attempt = async {
        match &delivery.kind {
            Kind::InviteAccepted(acceptance) => {
                invite_accepted::deliver(app, &delivery, acceptance, lease).await
            }
            Kind::UserRemoved(connection, generation) => {
                user_removed::deliver(app, &delivery, connection, *generation, lease).await
            }
            Kind::Mail(letter) => mail::deliver(app, &delivery, letter, lease).await,
        }
    };
    let span = tracing::info_span!("delivery", kind = delivery.kind.as_str(), peer = %delivery.provider,
        attempt = delivery.attempts, reference = delivery.reference.as_str());
    let recorded = within(&delivery.reference, attempt.instrument(span)).await;
    if let Err(error) = recorded {
        // The lease runs out and the message is sent again.
        let (id, peer) = (&delivery.id, &delivery.provider);
        tracing::error!(delivery = %id, %peer, %error, "could not record what came of a delivery");
    }
}

/// Waits until something is due, the loop is woken, or it is time to look anyway. What was due when the loop looked
/// and could not be claimed waits for a place, and whoever leaves one wakes the loop.
async fn idle(app: &App, looked_at: Timestamp, stop: &CancellationToken) {
    let until_due = match app.store.read(NextDue).await {
        Ok(Some(due)) if due > looked_at => {
            Duration::from_millis(due.millis_since(app.now()).max(1).cast_unsigned())
        }
        _ => LOOK,
    };
    tokio::select! {
        // In this order and not by chance, so that a simulated world can be repeated.
        biased;
        () = app.outbox.wake.notified() => {}
        () = stop.cancelled() => {}
        () = tokio::time::sleep(until_due.min(LOOK)) => {}
    }
}
