//! How many messages of a sync one server may send: enough to compare a million halves, too few to keep us busy.

use std::collections::HashMap;
use std::sync::Mutex;

use symbolon_core::Timestamp;
use symbolon_proto::address::Provider;

/// Messages that may come at once.
pub(super) const AT_ONCE: i64 = 300;

/// After that, one in this time, in milliseconds.
pub(super) const EACH_MS: i64 = 500;

/// How many servers are remembered. Who has all of its allowance need not be; if that is not enough, the memory starts anew.
const REMEMBERED_MAX: usize = 10_000;

/// When each server's allowance is full again.
#[derive(Default)]
pub(super) struct Pace(Mutex<HashMap<Provider, Timestamp>>);

impl Pace {
    /// Takes one message from a server's allowance; if there is none left, says in how many seconds to come again.
    pub(super) fn take(&self, provider: &Provider, now: Timestamp) -> Result<(), i64> {
        let mut full_at = self.0.lock().expect("no holder of this lock panics");
        if full_at.len() >= REMEMBERED_MAX && !full_at.contains_key(provider) {
            full_at.retain(|_, full| *full > now);
            if full_at.len() >= REMEMBERED_MAX {
                full_at.clear();
            }
        }
        let full = full_at.entry(provider.clone()).or_insert(now);
        // A clock that was set back must not lock anybody out.
        let ahead = full.millis_since(now).clamp(0, AT_ONCE * EACH_MS) + EACH_MS;
        if ahead > AT_ONCE * EACH_MS {
            return Err(1 + (ahead - AT_ONCE * EACH_MS) / 1_000);
        }
        *full = now.plus_millis(ahead);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_number_of_servers_fills_a_bounded_memory_and_frees_nobody_of_waiting() {
        let pace = Pace::default();
        let dog = Provider::parse("dog.example.org").unwrap();
        let at = Timestamp::from_millis;
        while pace.take(&dog, at(0)).is_ok() {}
        let mut now = at(0);
        for number in 0..REMEMBERED_MAX + 10 {
            let one = Provider::parse(&format!("s{number}.example.org")).unwrap();
            // The first have all of their allowance back when the memory is full.
            now = at(i64::try_from(number).unwrap() * 10);
            assert_eq!(pace.take(&one, now), Ok(()));
            assert!(pace.0.lock().unwrap().len() <= REMEMBERED_MAX);
        }
        let again = std::iter::from_fn(|| pace.take(&dog, now).ok()).count();
        assert_eq!(again, 200, "a hundred seconds have passed");
    }

    #[test]
    fn a_server_that_asks_too_often_waits_and_others_do_not() {
        let pace = Pace::default();
        let dog = Provider::parse("dog.example.org").unwrap();
        let emu = Provider::parse("emu.example.org").unwrap();
        let at = Timestamp::from_millis;
        for _ in 0..AT_ONCE {
            assert_eq!(pace.take(&dog, at(0)), Ok(()));
        }
        assert_eq!(pace.take(&dog, at(0)), Err(1));
        assert_eq!(pace.take(&emu, at(0)), Ok(()));
        assert_eq!(pace.take(&dog, at(EACH_MS)), Ok(()));
        assert!(pace.take(&dog, at(EACH_MS)).is_err());
        assert!(
            pace.take(&dog, at(-1_000_000)).is_err(),
            "the clock was set back"
        );
        assert_eq!(pace.take(&dog, at(10 * AT_ONCE * EACH_MS)), Ok(()));
    }
}
