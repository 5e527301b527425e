//! Points in time, as plain numbers that both databases and every test can hold.

use serde::{Deserialize, Serialize};

/// Milliseconds since the Unix epoch. Never read from a clock in this crate: always handed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

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

    /// Whether this was less than `millis` milliseconds before `now`. What is yet to come was not: it was noted by a clock that
    /// was ahead and has been set back, and nobody knows how old it is.
    pub const fn is_recent(self, now: Self, millis: i64) -> bool {
        let age = now.millis_since(self);
        0 <= age && age < millis
    }
}

#[cfg(test)]
mod tests {
    use super::Timestamp;

    #[test]
    fn seconds_round_down_even_before_the_epoch() {
        assert_eq!(Timestamp::from_millis(1_999).as_secs(), 1);
        assert_eq!(Timestamp::from_millis(-1).as_secs(), -1);
    }

    #[test]
    fn what_is_yet_to_come_is_never_recent() {
        let now = Timestamp::from_secs(10);
        for (ago_ms, recent) in [(0, true), (999, true), (1_000, false), (-1, false)] {
            assert_eq!(
                now.plus_millis(-ago_ms).is_recent(now, 1_000),
                recent,
                "{ago_ms}"
            );
        }
    }
}
