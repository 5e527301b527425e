//! How many messages of other servers are worked on at a time.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard};

/// Messages that are worked on at a time.
pub(super) const ALL: usize = 256;

/// Of these, from one address.
pub(super) const OF_ONE_ADDRESS: usize = 32;

/// Of these, signed by one server, from however many addresses.
pub(super) const OF_ONE_SERVER: usize = 64;

/// The places of one server, counted by whose the messages are.
pub(super) struct Places<K> {
    of_one: usize,
    under_way: Arc<Mutex<UnderWay<K>>>,
}

struct UnderWay<K> {
    all: usize,
    of: HashMap<K, usize>,
}

/// A message that is being worked on.
pub(crate) struct Place<K: Eq + Hash> {
    under_way: Arc<Mutex<UnderWay<K>>>,
    whose: Option<K>,
}

impl<K: Clone + Eq + Hash> Places<K> {
    /// So many at most for each.
    pub(super) fn new(of_one: usize) -> Self {
        let under_way = UnderWay {
            all: 0,
            of: HashMap::new(),
        };
        Self {
            of_one,
            under_way: Arc::new(Mutex::new(under_way)),
        }
    }

    /// A place among those that are worked on, if there is one. Whose message it is may not be known.
    pub(super) fn take(&self, whose: Option<&K>) -> Option<Place<K>> {
        let mut under_way = locked(&self.under_way);
        let of_one = whose.and_then(|whose| under_way.of.get(whose));
        if under_way.all >= ALL || of_one.is_some_and(|number| *number >= self.of_one) {
            return None;
        }
        under_way.all += 1;
        if let Some(whose) = whose {
            *under_way.of.entry(whose.clone()).or_default() += 1;
        }
        Some(Place {
            under_way: self.under_way.clone(),
            whose: whose.cloned(),
        })
    }
}

impl<K: Eq + Hash> Drop for Place<K> {
    fn drop(&mut self) {
        let mut under_way = locked(&self.under_way);
        under_way.all -= 1;
        if let Some(whose) = &self.whose
            && let Some(number) = under_way.of.get_mut(whose)
        {
            *number -= 1;
            if *number == 0 {
                under_way.of.remove(whose);
            }
        }
    }
}

fn locked<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().expect("no holder of this lock panics")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_takes_all_places_alone_and_what_was_taken_is_left_again() {
        let places = Places::new(OF_ONE_ADDRESS);
        let one: Vec<_> = std::iter::from_fn(|| places.take(Some(&1))).collect();
        assert_eq!(one.len(), OF_ONE_ADDRESS);
        let another = places.take(Some(&2));
        assert!(another.is_some());
        drop((one, another));
        assert!(places.under_way.lock().unwrap().of.is_empty());
        let unknown = std::iter::from_fn(|| places.take(None));
        assert_eq!(unknown.collect::<Vec<_>>().len(), ALL);
    }
}
