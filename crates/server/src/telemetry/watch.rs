//! What the store did, as figures and log lines: one line for each change, whatever it took to bring it about.

use std::sync::Arc;
use std::time::Duration;

use symbolon_core::UserId;
use symbolon_proto::address::Provider;
use symbolon_store::events::Kind;
use symbolon_store::{Done, Happened, Observer};

use super::Metrics;
use crate::env::Env;

/// The observer of a server's store.
pub struct Watch {
    env: Env,
    metrics: Arc<Metrics>,
}

impl Watch {
    /// One that counts here.
    pub fn new(env: Env, metrics: Arc<Metrics>) -> Self {
        Self { env, metrics }
    }
}

impl Observer for Watch {
    fn elapsed(&self) -> Duration {
        self.env.clock.elapsed()
    }

    fn done(&self, done: &Done<'_>) {
        self.metrics.worked(done);
        if let Some(error) = done.error {
            let (operation, access) = (done.operation, done.access.as_str());
            tracing::debug!(operation, access, %error, "an operation of the store failed");
        }
        for happened in done.happened {
            self.metrics.happened(happened);
            log(happened);
        }
    }
}

/// The events of the audit trail as lines. Their data stays in the trail, since it is for people and holds names.
fn log(happened: &Happened) {
    let event = happened.kind.as_str();
    let actor = happened.actor.as_str();
    let user = happened.user.as_ref().map(UserId::as_str);
    let object = happened.object.as_deref();
    let beside = happened.beside.as_deref();
    let peer = happened.peer.as_ref().map(Provider::as_str);
    let result = happened.result.as_str();
    let reference = happened.reference.as_str();
    let their_reference = happened.their_reference.as_deref();
    let after_ms = happened.after_ms;
    match happened.kind {
        Kind::SyncDoubted => tracing::warn!(
            event,
            actor,
            peer,
            result,
            reference,
            their_reference,
            "this server comes without its memory; nothing is changed for three days"
        ),
        // Looking changes nothing, and the others have a line of their own that says more.
        Kind::InviteShown
        | Kind::InvitesListed
        | Kind::AcceptanceSent
        | Kind::SessionRefused
        | Kind::SyncFound => tracing::debug!(
            event,
            actor,
            user,
            object,
            beside,
            peer,
            result,
            reference,
            their_reference,
            "recorded"
        ),
        _ => tracing::info!(
            event,
            actor,
            user,
            object,
            beside,
            peer,
            result,
            reference,
            their_reference,
            after_ms,
            "recorded"
        ),
    }
}
