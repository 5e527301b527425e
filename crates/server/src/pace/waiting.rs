//! How many messages wait at a time for what another server says of itself.
//!
//! Such a message holds one of the places in which messages are worked on for as long as that server likes, up to the limits
//! of a look. All who may wait together are fewer than the places, so that some are always left for those who wait for
//! nobody; and of those, servers that nobody here has to do with have their own few.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};

use symbolon_proto::address::Provider;
use symbolon_proto::problem::Problem;

use super::{Limit, Wait, refuse};
use crate::telemetry::Metrics;

/// Messages in the names of servers that nobody here has to do with.
const STRANGERS: usize = 96;

/// Of these, in the name of one: as many as may accept an invitation at once in a room full of people.
const OF_ONE_STRANGER: usize = 24;

/// Messages in the names of servers that somebody here has to do with. Who they are anybody may guess and write above
/// garbage, so that these do not fill all places either.
const ACQUAINTED: usize = 96;

/// Of these, in the name of one.
const OF_ONE_ACQUAINTED: usize = 32;

/// The messages that wait at one server.
pub(crate) struct Waiting {
    metrics: Arc<Metrics>,
    counts: Arc<Mutex<Counts>>,
}

#[derive(Default)]
struct Counts {
    strangers: usize,
    acquainted: usize,
    of: HashMap<Provider, usize>,
}

/// A message that may have to wait.
pub(crate) struct Waits {
    counts: Arc<Mutex<Counts>>,
    provider: Provider,
    acquainted: bool,
}

impl Counts {
    fn all(&mut self, acquainted: bool) -> &mut usize {
        match acquainted {
            true => &mut self.acquainted,
            false => &mut self.strangers,
        }
    }
}

impl Waiting {
    pub(crate) fn new(metrics: Arc<Metrics>) -> Self {
        Self {
            metrics,
            counts: Arc::default(),
        }
    }

    /// A place among those that wait for a server, which may be one that somebody here has to do with.
    pub(crate) fn take(&self, provider: &Provider, acquainted: bool) -> Result<Waits, Problem> {
        let (most, most_of_one, limit) = match acquainted {
            true => (ACQUAINTED, OF_ONE_ACQUAINTED, Limit::UnderWay),
            false => (STRANGERS, OF_ONE_STRANGER, Limit::Strangers),
        };
        let mut counts = locked(&self.counts);
        let of_one = counts.of.get(provider).copied().unwrap_or(0);
        if of_one >= most_of_one || *counts.all(acquainted) >= most {
            return Err(refuse(&self.metrics, limit, Wait(1)));
        }
        *counts.all(acquainted) += 1;
        counts.of.insert(provider.clone(), of_one + 1);
        Ok(Waits {
            counts: self.counts.clone(),
            provider: provider.clone(),
            acquainted,
        })
    }
}

impl Drop for Waits {
    fn drop(&mut self) {
        let mut counts = locked(&self.counts);
        *counts.all(self.acquainted) -= 1;
        if let Some(of_one) = counts.of.get_mut(&self.provider) {
            *of_one -= 1;
            if *of_one == 0 {
                counts.of.remove(&self.provider);
            }
        }
    }
}

fn locked(counts: &Mutex<Counts>) -> MutexGuard<'_, Counts> {
    counts.lock().expect("no holder of this lock panics")
}

#[cfg(test)]
mod tests {
    use super::super::places::ALL;
    use super::*;

    fn named(number: usize) -> Provider {
        Provider::parse(&format!("s{number}.example.org")).unwrap()
    }

    #[test]
    fn whoever_waits_leaves_places_to_those_who_do_not_and_strangers_none_to_fewer_than_four() {
        let waiting = Waiting::new(Arc::new(Metrics::new()));
        let mut held = Vec::new();
        for acquainted in [false, true] {
            let before = held.len();
            for number in 0..300 {
                let name = named(if acquainted { 1_000 } else { 0 } + number / 40);
                held.extend(waiting.take(&name, acquainted).ok());
            }
            let expected = if acquainted { ACQUAINTED } else { STRANGERS };
            assert_eq!(held.len() - before, expected);
        }
        assert!(held.len() + 64 <= ALL);
        drop(held);
        let one: Vec<_> = (0..30).map(|_| waiting.take(&named(1), false)).collect();
        assert_eq!(one.iter().filter(|it| it.is_ok()).count(), OF_ONE_STRANGER);
        drop(one);
        assert!(locked(&waiting.counts).of.is_empty());
    }
}
