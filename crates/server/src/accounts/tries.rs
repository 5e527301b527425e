//! How often a log-in may fail, and when an app password was last used.

use std::collections::HashMap;
use std::sync::Mutex;

use symbolon_core::{Id, Timestamp};
use symbolon_proto::problem::{Code, Problem};

/// Failures of one name within [`WINDOW_MS`] before it must wait.
const FAILURES_MAX: u32 = 10;

/// The window in milliseconds.
const WINDOW_MS: i64 = 60_000;

/// How many names are remembered; beyond that those whose window is over are forgotten, and if none is, all.
const NAMES_MAX: usize = 10_000;

/// Failed log-ins of the last minute, by name.
#[derive(Default)]
pub struct Tries(Mutex<HashMap<String, Failures>>);

struct Failures {
    since: Timestamp,
    count: u32,
}

impl Tries {
    /// Whether a log-in with this name may be tried now.
    pub fn allowed(&self, name: &str, now: Timestamp) -> Result<(), Problem> {
        let tries = self.0.lock().expect("no holder of this lock panics");
        match tries.get(name) {
            Some(failures) if failures.is_current(now) && failures.count >= FAILURES_MAX => {
                Err(Problem::new(Code::TooManyTries))
            }
            _ => Ok(()),
        }
    }

    pub(super) fn failed(&self, name: &str, now: Timestamp) {
        let mut tries = self.0.lock().expect("no holder of this lock panics");
        if tries.len() >= NAMES_MAX {
            tries.retain(|_, failures| failures.is_current(now));
            if tries.len() >= NAMES_MAX {
                tries.clear();
            }
        }
        let failures = tries.entry(name.to_owned()).or_insert(Failures {
            since: now,
            count: 0,
        });
        if !failures.is_current(now) {
            *failures = Failures {
                since: now,
                count: 0,
            };
        }
        failures.count += 1;
    }

    pub(super) fn succeeded(&self, name: &str) {
        self.0
            .lock()
            .expect("no holder of this lock panics")
            .remove(name);
    }
}

/// When each app password was last noted as used, so that a busy script does not write a row per request.
#[derive(Default)]
pub struct Uses(Mutex<HashMap<Id, Timestamp>>);

impl Uses {
    pub(super) fn is_news(&self, id: &Id, now: Timestamp) -> bool {
        let mut uses = self.0.lock().expect("no holder of this lock panics");
        let noted = uses
            .get(id)
            .is_some_and(|at| (0..WINDOW_MS).contains(&now.millis_since(*at)));
        if noted {
            return false;
        }
        if uses.len() >= NAMES_MAX {
            uses.clear();
        }
        uses.insert(id.clone(), now);
        true
    }
}

impl Failures {
    fn is_current(&self, now: Timestamp) -> bool {
        (0..WINDOW_MS).contains(&now.millis_since(self.since))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_eleventh_try_within_a_minute_must_wait_and_others_need_not() {
        let tries = Tries::default();
        let now = Timestamp::from_secs(1_000);
        for _ in 0..FAILURES_MAX {
            assert!(tries.allowed("bob", now).is_ok());
            tries.failed("bob", now);
        }
        assert_eq!(
            tries.allowed("bob", now).unwrap_err().code(),
            Code::TooManyTries
        );
        assert!(tries.allowed("carol", now).is_ok());
        assert!(tries.allowed("bob", now.plus_millis(WINDOW_MS)).is_ok());
    }

    #[test]
    fn success_forgets_the_failures() {
        let tries = Tries::default();
        let now = Timestamp::from_secs(1_000);
        for _ in 0..FAILURES_MAX {
            tries.failed("bob", now);
        }
        tries.succeeded("bob");
        assert!(tries.allowed("bob", now).is_ok());
    }
}
