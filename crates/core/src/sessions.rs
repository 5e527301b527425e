//! When a browser gets a new secret for its session, and when a session is over.
//!
//! A cookie that was copied somewhere is worth nothing soon after its owner's next visit. The new secret counts beside the
//! old one until the browser has shown it, since an answer may be lost on its way; then the old one goes on for a moment,
//! for the requests that were sent with it.

use crate::Timestamp;

/// How long a secret is used before there is a new one, in milliseconds: a day.
pub const RENEW_MS: i64 = 86_400_000;

/// How soon a secret that was not shown is replaced by another, in milliseconds. Requests that are sent together get one
/// new secret for all.
pub const OFFER_AGAIN_MS: i64 = 60_000;

/// How long the old secret goes on once the new one was shown, in milliseconds.
pub const OVERLAP_MS: i64 = 60_000;

/// Which secret of a session a request shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Secret {
    /// The one in use, while none has been offered.
    Current,
    /// The one in use, while another has been offered that nobody has shown yet.
    Outgoing,
    /// The one that was offered.
    Offered,
    /// The one before the one in use.
    Last,
}

/// What is done about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Renewal {
    /// Nothing.
    Leave,
    /// The answer brings a new secret.
    Offer,
    /// The offered secret is the one in use from now on.
    Confirm,
}

/// What is done about the secret of a session that was made, offered or confirmed at `since`.
pub fn renewal(shown: Secret, since: Timestamp, now: Timestamp) -> Renewal {
    // A clock that was set back makes nothing due.
    let old = now.millis_since(since);
    match shown {
        Secret::Offered => Renewal::Confirm,
        Secret::Current if old >= RENEW_MS => Renewal::Offer,
        Secret::Outgoing if old >= OFFER_AGAIN_MS => Renewal::Offer,
        Secret::Current | Secret::Outgoing | Secret::Last => Renewal::Leave,
    }
}

/// When a session is over that is used now, unless it is used again: `idle_ms` later, but no later than at `ends`.
pub fn over_at(now: Timestamp, idle_ms: i64, ends: Timestamp) -> Timestamp {
    now.plus_millis(idle_ms).min(ends)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SINCE: Timestamp = Timestamp::from_secs(1_000);

    fn after(shown: Secret, ms: i64) -> Renewal {
        renewal(shown, SINCE, SINCE.plus_millis(ms))
    }

    #[test]
    fn a_secret_is_renewed_after_a_day_and_counts_when_it_was_shown() {
        assert_eq!(after(Secret::Current, RENEW_MS - 1), Renewal::Leave);
        assert_eq!(after(Secret::Current, RENEW_MS), Renewal::Offer);
        assert_eq!(after(Secret::Offered, 0), Renewal::Confirm);
        assert_eq!(after(Secret::Last, RENEW_MS), Renewal::Leave);
        assert_eq!(after(Secret::Current, -RENEW_MS), Renewal::Leave);
    }

    #[test]
    fn an_offer_that_was_lost_is_made_again_and_one_under_way_is_not() {
        assert_eq!(after(Secret::Outgoing, OFFER_AGAIN_MS - 1), Renewal::Leave);
        assert_eq!(after(Secret::Outgoing, OFFER_AGAIN_MS), Renewal::Offer);
    }

    #[test]
    fn use_moves_the_end_of_a_session_up_to_its_last_day() {
        let ends = SINCE.plus_millis(10);
        assert_eq!(over_at(SINCE, 4, ends), SINCE.plus_millis(4));
        assert_eq!(over_at(SINCE.plus_millis(8), 4, ends), ends);
    }
}
