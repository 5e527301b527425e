//! When to try again to reach another server, and when to stop.

use crate::acceptances::PATIENCE_MS;
use crate::time::Timestamp;

/// Pause before the second attempt, in milliseconds. Doubles with every further one.
const FIRST_PAUSE_MS: i64 = 500;

/// Longest pause between two attempts, in milliseconds: a server that comes back after a night is reached within
/// ten minutes even if it says nothing to us first.
const LONGEST_PAUSE_MS: i64 = 10 * 60 * 1_000;

/// What follows a failed attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// Try again at this moment.
    At(Timestamp),
    /// Patience is over: the delivery is kept among the dead ones, where an administrator can send it again.
    GiveUp,
}

/// When a delivery that is first due at `created_at` is given up.
pub fn gives_up_at(created_at: Timestamp) -> Timestamp {
    created_at.plus_millis(PATIENCE_MS)
}

/// Decides after `attempts` failed attempts (1 after the first). `jitter` is any random number: pauses are spread over
/// three to five quarters of their nominal length, so that servers do not come back in step after an outage. `asked_for`
/// is the peer's own wish (`Retry-After`), honoured up to the longest pause.
pub fn after_failure(
    attempts: u32,
    gives_up_at: Timestamp,
    now: Timestamp,
    jitter: u32,
    asked_for: Option<Timestamp>,
) -> Retry {
    if now >= gives_up_at {
        return Retry::GiveUp;
    }
    let doublings = attempts.saturating_sub(1).min(20);
    let nominal = (FIRST_PAUSE_MS << doublings).min(LONGEST_PAUSE_MS);
    let spread = nominal / 2;
    let pause = nominal - nominal / 4 + i64::from(jitter) % (spread + 1);
    let wish = asked_for.map_or(0, |at| at.millis_since(now).clamp(0, LONGEST_PAUSE_MS));
    Retry::At(now.plus_millis(pause.max(wish)).min(gives_up_at))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_secs(1_000_000);

    fn pause(attempts: u32, jitter: u32) -> i64 {
        match after_failure(attempts, gives_up_at(NOW), NOW, jitter, None) {
            Retry::At(at) => at.millis_since(NOW),
            Retry::GiveUp => panic!("patience is not over"),
        }
    }

    #[test]
    fn pauses_double_within_their_spread_and_stop_growing() {
        for (attempts, nominal) in [(1, 500), (2, 1_000), (5, 8_000), (40, LONGEST_PAUSE_MS)] {
            for jitter in [0, 1, 77, u32::MAX] {
                let pause = pause(attempts, jitter);
                assert!(
                    pause >= nominal * 3 / 4 && pause <= nominal * 5 / 4,
                    "{attempts} {pause}"
                );
            }
        }
    }

    #[test]
    fn wish_of_the_peer_is_honoured_within_bounds() {
        let wish = |ms| after_failure(1, gives_up_at(NOW), NOW, 0, Some(NOW.plus_millis(ms)));
        assert_eq!(wish(30_000), Retry::At(NOW.plus_millis(30_000)));
        assert_eq!(
            wish(i64::MAX / 2),
            Retry::At(NOW.plus_millis(LONGEST_PAUSE_MS))
        );
    }

    #[test]
    fn last_attempt_is_made_when_patience_ends_and_none_after_it() {
        let end = NOW.plus_millis(100);
        assert_eq!(after_failure(30, end, NOW, 0, None), Retry::At(end));
        assert_eq!(after_failure(31, end, end, 0, None), Retry::GiveUp);
    }
}
