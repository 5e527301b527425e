//! What has to wait until the halves have been compared once since the start, and those who wait for it together.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use symbolon_core::connections::Gesture;
use symbolon_proto::address::Provider;
use symbolon_proto::problem::Code;
use symbolon_store::Error;

use super::{compare, prepared};
use crate::app::App;
use crate::bounded::Bounded;

/// How many servers are remembered to have been compared with; beyond that some are compared with once more than they
/// need to be.
const REMEMBERED_MAX: usize = 10_000;

/// With whom one has compared since the start, and with whom one is about to.
pub(super) struct First {
    done: Mutex<Bounded<Provider, ()>>,
    /// Only as long as somebody waits.
    turns: Mutex<HashMap<Provider, Arc<Turn>>>,
}

impl Default for First {
    fn default() -> Self {
        Self {
            done: Mutex::new(Bounded::new(REMEMBERED_MAX)),
            turns: Mutex::default(),
        }
    }
}

/// One comparison for all who wait for it.
struct Turn {
    /// How many have ended.
    ended: AtomicU64,
    /// What came of the last one; held while one is under way.
    last: tokio::sync::Mutex<Result<(), Code>>,
}

/// Somebody waits; the last one to leave takes the turn away.
struct Waiting<'a> {
    first: &'a First,
    provider: &'a Provider,
    turn: Arc<Turn>,
}

/// Whether the halves have to be compared with a server before something is done that began with `gesture`: an acceptance is
/// sent there, or an invite lets somebody in from there. What a person did before this process started may have been
/// taken back since, if the database is an older backup.
pub(crate) async fn comes_first(
    app: &App,
    provider: &Provider,
    gesture: Gesture,
) -> Result<bool, Error> {
    Ok(is_older_than_the_start(app, gesture).await? && !app.sync.first.has(provider))
}

/// Whether a gesture was made before this process started.
pub(crate) async fn is_older_than_the_start(app: &App, gesture: Gesture) -> Result<bool, Error> {
    Ok(gesture <= prepared(app).await?.started_at)
}

/// Compares with one server unless that has been done since the start. Those who wait for it at the same time share one
/// comparison and its outcome.
pub(crate) async fn compare_first(app: &App, provider: &Provider) -> Result<(), Code> {
    let waiting = app.sync.first.wait(provider);
    let turn = &waiting.turn;
    let seen = turn.ended.load(Ordering::Acquire);
    let mut last = turn.last.lock().await;
    if app.sync.first.has(provider) {
        return Ok(());
    }
    if turn.ended.load(Ordering::Acquire) == seen {
        *last = compare(app, provider).await.map(drop);
        turn.ended.fetch_add(1, Ordering::Release);
    }
    *last
}

impl First {
    /// Notes that a comparison has come to its end.
    pub(super) fn note(&self, provider: &Provider) {
        let mut done = self.done.lock().expect("no holder of this lock panics");
        done.insert(provider, ());
    }

    fn has(&self, provider: &Provider) -> bool {
        let mut done = self.done.lock().expect("no holder of this lock panics");
        done.get(provider).is_some()
    }

    fn wait<'a>(&'a self, provider: &'a Provider) -> Waiting<'a> {
        let new = || Turn {
            ended: AtomicU64::new(0),
            last: tokio::sync::Mutex::new(Ok(())),
        };
        let mut turns = self.turns();
        let turn = turns.entry(provider.clone());
        let turn = turn.or_insert_with(|| Arc::new(new())).clone();
        Waiting {
            first: self,
            provider,
            turn,
        }
    }

    fn turns(&self) -> MutexGuard<'_, HashMap<Provider, Arc<Turn>>> {
        self.turns.lock().expect("no holder of this lock panics")
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let mut turns = self.first.turns();
        // Ours and the one in the map.
        if Arc::strong_count(&self.turn) == 2 {
            turns.remove(self.provider);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn provider(number: usize) -> Provider {
        Provider::parse(&format!("s{number}.example.org")).unwrap()
    }

    #[test]
    fn nothing_is_kept_of_those_who_no_longer_wait() {
        let first = First::default();
        let dog = provider(1);
        let one = first.wait(&dog);
        let other = first.wait(&dog);
        assert!(Arc::ptr_eq(&one.turn, &other.turn));
        drop(one);
        assert_eq!(first.turns().len(), 1);
        drop(other);
        assert!(first.turns().is_empty());
    }

    #[test]
    fn any_number_of_servers_fills_a_bounded_memory() {
        let first = First::default();
        for number in 0..3 * REMEMBERED_MAX {
            first.note(&provider(number));
            assert!(first.has(&provider(number)));
        }
        assert!(first.done.lock().unwrap().len() <= REMEMBERED_MAX);
    }
}
