//! With which servers somebody here has to do: by a connection, an acceptance that is under way, a message that waits, a rule
//! or a note. It decides how much they may cost, and nothing else; a server that is blocked is none by that.

use std::sync::{Mutex, MutexGuard};

use symbolon_core::Timestamp;
use symbolon_proto::address::Provider;
use symbolon_proto::problem::Problem;
use symbolon_store::Store;
use symbolon_store::peers::{IsAcquainted, ListAcquainted};

use super::internal;
use crate::bounded::Bounded;
use crate::pace::Allowance;

/// How long it is remembered that a server is one, in milliseconds. That it is none is not: it may become one at any moment.
const REMEMBERED_MS: i64 = 30_000;

/// How many are remembered.
const REMEMBERED_MAX: usize = 10_000;

/// Names that are not remembered are looked up all the same while strangers are too many, at once: an administrator may have
/// named one of them a moment ago, in another process.
const LOOKED_UP_AT_ONCE: i64 = 20;

/// After that one in so many milliseconds; whoever makes up more names than that has those of this moment wait until all are
/// read again.
const LOOKED_UP_EACH_MS: i64 = 50;

/// What is remembered of that.
pub(super) struct Acquaintances {
    store: Store,
    since: Mutex<Bounded<Provider, Timestamp>>,
    looked_up: Allowance<()>,
    /// When all of them were read.
    filled: tokio::sync::Mutex<Option<Timestamp>>,
}

impl Acquaintances {
    pub(super) fn new(store: Store) -> Self {
        Self {
            store,
            since: Mutex::new(Bounded::new(REMEMBERED_MAX)),
            looked_up: Allowance::new(LOOKED_UP_AT_ONCE, LOOKED_UP_EACH_MS),
            filled: tokio::sync::Mutex::default(),
        }
    }

    /// Whether somebody here has to do with a server.
    pub(super) async fn have(&self, provider: &Provider, now: Timestamp) -> Result<bool, Problem> {
        if self.knows(provider, now) {
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

    /// The same from memory, which is filled for it now and then: any number may ask.
    pub(super) async fn remember(&self, provider: &Provider, now: Timestamp) -> bool {
        // Whoever comes while it is being filled is not waited for.
        if let Ok(mut filled) = self.filled.try_lock() {
            // In time for those whose mark runs out: nobody is unknown while it is being filled.
            let recent = filled.is_some_and(|at| at.is_recent(now, REMEMBERED_MS / 2));
            if !recent {
                // Whoever hangs up in the middle has filled nothing. A database that cannot be read is not asked by each of
                // them either.
                self.fill(now).await;
                *filled = Some(now);
            }
        }
        if self.knows(provider, now) {
            return true;
        }
        self.looked_up.take(&(), now).is_ok() && self.have(provider, now).await.unwrap_or(false)
    }

    async fn fill(&self, now: Timestamp) {
        let list = ListAcquainted {
            limit: u32::try_from(REMEMBERED_MAX).unwrap_or(u32::MAX),
        };
        match self.store.read(list).await {
            Ok(all) => {
                let mut since = self.locked();
                for provider in all {
                    since.insert(&provider, now);
                }
            }
            Err(error) => {
                internal(&error);
            }
        }
    }

    fn knows(&self, provider: &Provider, now: Timestamp) -> bool {
        let mut since = self.locked();
        let since = since.get(provider);
        since.is_some_and(|since| since.is_recent(now, REMEMBERED_MS))
    }

    fn locked(&self) -> MutexGuard<'_, Bounded<Provider, Timestamp>> {
        self.since.lock().expect("no holder of this lock panics")
    }
}
