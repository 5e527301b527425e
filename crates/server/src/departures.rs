//! People who leave: a step at a time until everybody is disconnected, also after a restart. What a step is, and what keeps
//! it whole, is in [`symbolon_store::departures`].

use std::sync::Arc;
use std::time::Duration;

use symbolon_store::Error;
use symbolon_store::departures::{ContinueDeparture, NextDeparture};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::telemetry::Trouble;

/// How many connections one transaction ends, so that nobody waits for the writer.
const STEP: usize = 100;

/// The loop looks this often for somebody whom the command line has sent away, or whose rest is over.
const LOOK: Duration = Duration::from_secs(5);

/// Wakes the loop.
#[derive(Clone, Default)]
pub struct Departures {
    wake: Arc<Notify>,
}

impl Departures {
    /// Somebody leaves.
    pub fn wake(&self) {
        self.wake.notify_one();
    }
}

/// Runs until `stop`. What is left then goes on after the next start.
pub async fn run(app: App, stop: CancellationToken) {
    let mut trouble = Trouble::default();
    loop {
        let driven = tokio::select! {
            () = stop.cancelled() => return,
            driven = drive(&app) => driven,
        };
        match driven {
            Err(error) if trouble.begins() => {
                tracing::error!(%error, "could not go on with people who leave");
            }
            Err(_) => {}
            Ok(()) => drop(trouble.ends()),
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = app.departures.wake.notified() => {}
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

/// Takes every departure as far as it goes now.
pub async fn drive(app: &App) -> Result<(), Error> {
    while step(app).await? {}
    Ok(())
}

/// Takes one step; `false` if there is none to take now.
pub async fn step(app: &App) -> Result<bool, Error> {
    let now = app.now();
    let next = app.store.read(NextDeparture).await?;
    let Some((user, due)) = next else {
        return Ok(false);
    };
    if due > now {
        return Ok(false);
    }
    let step = ContinueDeparture {
        user,
        deliveries: (0..STEP).map(|_| app.env.id().into()).collect(),
        here: app.provider().clone(),
        mail: app.config.mail.is_some(),
        now,
    };
    app.store.write(step).await?;
    app.outbox.wake();
    Ok(true)
}
