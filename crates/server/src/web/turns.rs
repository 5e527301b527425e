//! Whose turn it is to check another server: checks ask others in this server's name, so they must not become a tool.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard};

use axum::Extension;
use symbolon_core::{Timestamp, UserId};
use symbolon_proto::problem::Problem;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::words::{Saying, Words};
use crate::app::App;
use crate::pace::{self, Allowance, Wait};

/// How many checks run at a time; more are told to come back.
const AT_A_TIME: usize = 4;

/// How long one check takes at most, in seconds.
const CHECK_SECS: i64 = 30;

/// How many checks one person has in a minute.
const EACH_MAX: i64 = 6;

const MINUTE_MS: i64 = 60_000;

/// The bounds on checks.
#[derive(Clone)]
pub(super) struct Limit {
    places: Arc<Semaphore>,
    /// Who checks at this moment, at most [`AT_A_TIME`] people.
    checking: Arc<Mutex<HashSet<UserId>>>,
    lately: Arc<Allowance<UserId>>,
}

/// The place of one check, free again when this is dropped, however the check ends.
pub(super) struct Place {
    limit: Limit,
    user: UserId,
    _permit: OwnedSemaphorePermit,
}

/// Why somebody has to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Busy {
    /// Their last check is under way: nobody takes every place.
    Yours,
    /// All places are taken by others.
    Others,
    /// They have had their share of this minute.
    Often(Wait),
}

/// The same, as a layer.
pub(super) fn limit() -> Extension<Limit> {
    Extension(Limit {
        places: Arc::new(Semaphore::new(AT_A_TIME)),
        checking: Arc::default(),
        lately: Arc::new(Allowance::new(EACH_MAX, MINUTE_MS / EACH_MAX)),
    })
}

impl Drop for Place {
    fn drop(&mut self) {
        self.limit.checking().remove(&self.user);
    }
}

impl Busy {
    pub(super) fn words(self, words: Words) -> Saying {
        match self {
            Self::Yours => words.say("check-busy-yours"),
            Self::Others => words.say("check-busy-others"),
            Self::Often(_) => words.say("check-busy-often").with("count", EACH_MAX),
        }
    }

    /// The same for whoever reads no words, which is counted.
    pub(super) fn refuse(self, app: &App) -> Problem {
        let wait = match self {
            Self::Yours | Self::Others => Wait(CHECK_SECS),
            Self::Often(wait) => wait,
        };
        app.pace.refuse(pace::Limit::Checks, wait)
    }
}

impl Limit {
    /// A place for this person's check, if they may have one now.
    pub(super) fn begin(&self, user: &UserId, now: Timestamp) -> Result<Place, Busy> {
        let mut checking = self.checking();
        if checking.contains(user) {
            return Err(Busy::Yours);
        }
        let places = self.places.clone();
        let permit = places.try_acquire_owned().map_err(|_| Busy::Others)?;
        self.lately.take(user, now).map_err(Busy::Often)?;
        checking.insert(user.clone());
        Ok(Place {
            limit: self.clone(),
            user: user.clone(),
            _permit: permit,
        })
    }

    fn checking(&self) -> MutexGuard<'_, HashSet<UserId>> {
        self.checking.lock().expect("no holder of this lock panics")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: i64) -> UserId {
        UserId::from(symbolon_core::Id::from_parts(n, [0; 10]))
    }

    #[test]
    fn the_seventh_check_within_a_minute_must_wait_and_other_people_need_not() {
        let Extension(limit) = limit();
        let now = Timestamp::from_secs(1_000);
        for _ in 0..EACH_MAX {
            assert!(limit.begin(&id(1), now).is_ok());
        }
        assert_eq!(limit.begin(&id(1), now).err(), Some(Busy::Often(Wait(10))));
        assert!(limit.begin(&id(2), now).is_ok());
        let later = now.plus_millis(MINUTE_MS);
        assert!(limit.begin(&id(1), later).is_ok());
    }

    #[test]
    fn nobody_has_two_checks_at_a_time_and_nobody_keeps_the_place_of_one_that_is_over() {
        let Extension(limit) = limit();
        let now = Timestamp::from_secs(1_000);
        let first = limit.begin(&id(1), now).unwrap();
        assert_eq!(limit.begin(&id(1), now).err(), Some(Busy::Yours));
        let others: Vec<Place> = (2..=4).map(|n| limit.begin(&id(n), now).unwrap()).collect();
        assert_eq!(limit.begin(&id(5), now).err(), Some(Busy::Others));
        drop(first);
        assert!(limit.begin(&id(5), now).is_ok());
        drop(others);
        assert!(limit.begin(&id(1), now).is_ok());
    }
}
