//! Points in time, as plain numbers that both databases and every test can hold.

use serde::{Deserialize, Serialize};

/// Milliseconds since the Unix epoch. Never read from a clock in this crate: always handed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

/// How far ahead what is noted may be of whoever looks at it: somebody else may have noted it since they looked at the time,
/// and the clocks of several processes on one database differ a little.
pub const AT_ODDS_MS: i64 = 60 * 1_000;

impl Timestamp {
    /// A point `millis` milliseconds after the Unix epoch.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// A point `secs` seconds after the Unix epoch.
    pub const fn from_secs(secs: i64) -> Self {
        Self(secs.saturating_mul(1000))
    }

    /// Milliseconds since the Unix epoch.
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// Whole seconds since the Unix epoch, rounded down; the unit of `created` in RFC 9421 and of
    /// `expiration` in the oCIS API.
    pub const fn as_secs(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// This point moved by `millis`, which may be negative; saturates at the ends of time.
    #[must_use]
    pub const fn plus_millis(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// Milliseconds from `earlier` to here; negative if `earlier` is later.
    pub const fn millis_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// Whether this was less than `millis` milliseconds before `now`, or at most [`AT_ODDS_MS`] after it. What is further
    /// ahead was not: it was noted by a clock that was ahead and has been set back, and nobody knows how old it is.
    pub const fn is_recent(self, now: Self, millis: i64) -> bool {
        let age = now.millis_since(self);
        -AT_ODDS_MS <= age && age < millis
    }
}

#[cfg(test)]
mod tests {
    use super::{AT_ODDS_MS, Timestamp};

    #[test]
    fn seconds_round_down_even_before_the_epoch() {
        assert_eq!(Timestamp::from_millis(1_999).as_secs(), 1);
        assert_eq!(Timestamp::from_millis(-1).as_secs(), -1);
    }

    #[test]
    fn what_is_yet_to_come_is_recent_only_as_far_as_those_who_look_at_the_time_differ() {
        let now = Timestamp::from_secs(100);
        let odds = [(-1, true), (-AT_ODDS_MS, true), (-AT_ODDS_MS - 1, false)];
        for (ago_ms, recent) in [(0, true), (999, true), (1_000, false)]
            .into_iter()
            .chain(odds)
        {
            assert_eq!(
                now.plus_millis(-ago_ms).is_recent(now, 1_000),
                recent,
                "{ago_ms}"
            );
        }
    }
}
