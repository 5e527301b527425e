//! How much somebody may ask for: so much at once, and after that one in a while.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard};

use symbolon_core::Timestamp;

/// How many are remembered. Who has all of their allowance need not be; if that is not enough, the tenth that has used
/// least of it is forgotten, so that nobody frees themselves from waiting by inventing others.
const REMEMBERED_MAX: usize = 10_000;

/// The allowances of many, kept by the time at which each is full again (the generic cell rate algorithm).
///
/// `governor` does the same, and its map of keys grows with whoever asks: it can only be emptied of those who have
/// waited long enough. This one is bounded at every moment.
pub(crate) struct Allowance<K> {
    full_at: Mutex<HashMap<K, Timestamp>>,
    at_once: i64,
    each_ms: i64,
}

/// There is nothing left; in so many seconds there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Wait(pub(crate) i64);

impl<K: Hash + Eq + Clone> Allowance<K> {
    /// So many at once, and then one in so many milliseconds.
    pub(crate) fn new(at_once: i64, each_ms: i64) -> Self {
        Self {
            full_at: Mutex::default(),
            at_once,
            each_ms,
        }
    }

    /// Takes one from somebody's allowance, if there is one left.
    pub(crate) fn take(&self, key: &K, now: Timestamp) -> Result<(), Wait> {
        let mut full_at = self.locked();
        let ahead = self.ahead(full_at.get_mut(key), now) + self.each_ms;
        self.left(ahead)?;
        make_room(&mut full_at, key, now);
        full_at.insert(key.clone(), now.plus_millis(ahead));
        Ok(())
    }

    /// Takes one whether there is one left or not: what is counted has happened already.
    pub(crate) fn spend(&self, key: &K, now: Timestamp) {
        let mut full_at = self.locked();
        let most = self.at_once * self.each_ms;
        let ahead = (self.ahead(full_at.get_mut(key), now) + self.each_ms).min(most);
        make_room(&mut full_at, key, now);
        full_at.insert(key.clone(), now.plus_millis(ahead));
    }

    /// Gives one back: it turned out to be for something that is not counted.
    pub(crate) fn give_back(&self, key: &K) {
        if let Some(full) = self.locked().get_mut(key) {
            *full = full.plus_millis(-self.each_ms);
        }
    }

    /// Gives everything back.
    pub(crate) fn forgive(&self, key: &K) {
        self.locked().remove(key);
    }

    fn left(&self, ahead: i64) -> Result<(), Wait> {
        let most = self.at_once * self.each_ms;
        if ahead > most {
            Err(Wait((ahead - most + 999) / 1_000))
        } else {
            Ok(())
        }
    }

    /// In how many milliseconds somebody has all of their allowance. More than it takes to fill it was noted by a clock that has
    /// been set back: it is taken for used up from now on, so that nobody is freed by that, nor locked out until that time
    /// comes again.
    fn ahead(&self, full: Option<&mut Timestamp>, now: Timestamp) -> i64 {
        let most = self.at_once * self.each_ms;
        full.map_or(0, |full| {
            *full = (*full).min(now.plus_millis(most));
            full.millis_since(now).max(0)
        })
    }

    fn locked(&self) -> MutexGuard<'_, HashMap<K, Timestamp>> {
        self.full_at.lock().expect("no holder of this lock panics")
    }
}

fn make_room<K: Hash + Eq>(full_at: &mut HashMap<K, Timestamp>, key: &K, now: Timestamp) {
    if full_at.len() < REMEMBERED_MAX || full_at.contains_key(key) {
        return;
    }
    full_at.retain(|_, full| *full > now);
    if full_at.len() >= REMEMBERED_MAX {
        let mut order: Vec<Timestamp> = full_at.values().copied().collect();
        let (_, last, _) = order.select_nth_unstable(REMEMBERED_MAX / 10);
        let last = *last;
        full_at.retain(|_, full| *full > last);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT_ONCE: i64 = 300;

    const EACH_MS: i64 = 500;

    fn allowance<K: Hash + Eq + Clone>() -> Allowance<K> {
        Allowance::new(AT_ONCE, EACH_MS)
    }

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_millis(ms)
    }

    #[test]
    fn any_number_of_names_fills_a_bounded_memory_and_frees_nobody_of_waiting() {
        let allowance = allowance();
        while allowance.take(&usize::MAX, at(0)).is_ok() {}
        for name in 0..10 * REMEMBERED_MAX {
            // All at once: none of them has its allowance back.
            assert_eq!(allowance.take(&name, at(0)), Ok(()));
            assert!(allowance.locked().len() <= REMEMBERED_MAX);
        }
        assert_eq!(allowance.take(&usize::MAX, at(0)), Err(Wait(1)));
        let later = at(100_000);
        let again = std::iter::from_fn(|| allowance.take(&usize::MAX, later).ok()).count();
        assert_eq!(again, 200, "a hundred seconds have passed");
    }

    #[test]
    fn who_asks_too_often_waits_as_long_as_it_says_and_others_do_not() {
        let allowance = allowance();
        for _ in 0..AT_ONCE {
            assert_eq!(allowance.take(&"dog", at(0)), Ok(()));
        }
        assert_eq!(allowance.take(&"dog", at(0)), Err(Wait(1)));
        assert_eq!(allowance.take(&"emu", at(0)), Ok(()));
        assert_eq!(allowance.take(&"dog", at(EACH_MS)), Ok(()));
        assert!(allowance.take(&"dog", at(EACH_MS)).is_err());
        let back = allowance.take(&"dog", at(-1_000_000));
        assert!(back.is_err(), "the clock was set back");
        assert_eq!(allowance.take(&"dog", at(10 * AT_ONCE * EACH_MS)), Ok(()));
    }

    #[test]
    fn a_clock_that_is_set_back_frees_nobody_and_locks_nobody_out_until_it_is_as_late_again() {
        let allowance = allowance();
        allowance.take(&"dog", at(1_000_000_000)).unwrap();
        assert_eq!(allowance.take(&"dog", at(0)), Err(Wait(1)));
        for number in 1..=10 {
            assert_eq!(allowance.take(&"dog", at(number * EACH_MS)), Ok(()));
        }
        assert!(allowance.take(&"dog", at(10 * EACH_MS)).is_err());
        let full = at(10 * EACH_MS + AT_ONCE * EACH_MS);
        let again = std::iter::from_fn(|| allowance.take(&"dog", full).ok()).count();
        assert_eq!(again, usize::try_from(AT_ONCE).unwrap());
    }

    #[test]
    fn a_slow_allowance_says_how_many_seconds_there_are_to_wait() {
        let allowance = Allowance::new(1, 60_000);
        assert_eq!(allowance.take(&(), at(0)), Ok(()));
        assert_eq!(allowance.take(&(), at(20_000)), Err(Wait(40)));
        assert_eq!(allowance.take(&(), at(61_000)), Ok(()));
    }

    #[test]
    fn what_is_given_back_can_be_taken_again() {
        let allowance = Allowance::new(1, 60_000);
        for _ in 0..3 {
            assert_eq!(allowance.take(&(), at(0)), Ok(()));
            allowance.give_back(&());
        }
        assert_eq!(allowance.take(&(), at(0)), Ok(()));
        allowance.forgive(&());
        assert_eq!(allowance.take(&(), at(0)), Ok(()));
    }
}
