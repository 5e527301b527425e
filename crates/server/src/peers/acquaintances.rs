//! With which servers somebody here has to do: by a connection, an acceptance that is under way, a message that waits, a rule
//! or a note. It decides how much they may cost, and nothing else; a server that is blocked is none by that.

use std::sync::{Mutex, MutexGuard};

use symbolon_core::Timestamp;
use symbolon_proto::address::Provider;
use symbolon_proto::problem::Problem;
use symbolon_store::Store;
use symbolon_store::peers::IsAcquainted;

use super::internal;
use crate::bounded::Bounded;

/// How long it is remembered that a server is one, in milliseconds. That it is none is not: it may become one at any moment.
const REMEMBERED_MS: i64 = 30_000;

/// How many are remembered.
const REMEMBERED_MAX: usize = 10_000;

/// What is remembered of that.
pub(super) struct Acquaintances {
    store: Store,
    since: Mutex<Bounded<Provider, Timestamp>>,
}

impl Acquaintances {
    pub(super) fn new(store: Store) -> Self {
        Self {
            store,
            since: Mutex::new(Bounded::new(REMEMBERED_MAX)),
        }
    }

    /// Whether somebody here has to do with a server.
    pub(super) async fn have(&self, provider: &Provider, now: Timestamp) -> Result<bool, Problem> {
        if self.remember(provider, now) {
            return Ok(true);
        }
        let is = IsAcquainted {
            provider: provider.clone(),
        };
        let is = self
            .store
            .read(is)
            .await
            .map_err(|error| internal(&error))?;
        if is {
            self.locked().insert(provider, now);
        }
        Ok(is)
    }

    fn remember(&self, provider: &Provider, now: Timestamp) -> bool {
        let mut since = self.locked();
        let since = since.get(provider);
        since.is_some_and(|since| (0..REMEMBERED_MS).contains(&now.millis_since(*since)))
    }

    fn locked(&self) -> MutexGuard<'_, Bounded<Provider, Timestamp>> {
        self.since.lock().expect("no holder of this lock panics")
    }
}
