//! How old a signature may be.

use super::error::SignatureError;

/// How far the signer's clock may be ahead of ours, in seconds. Servers with NTP differ by less than one; a minute is
/// what Nextcloud and opencloudmesh-go allow as well, so a clock that is wrong fails everywhere alike.
pub const AHEAD_MAX_SECS: i64 = 60;

/// How old a signature may be, in seconds: the time in which it can be replayed. Five minutes cover a slow proxy and
/// the clock difference, and are what Nextcloud and opencloudmesh-go allow as well.
pub const AGE_MAX_SECS: i64 = 300;

/// Checks `created` and `expires` (Unix seconds) against `now` (draft-05, Verification Requirements).
pub(super) fn check(
    created: Option<i64>,
    expires: Option<i64>,
    now: i64,
) -> Result<i64, SignatureError> {
    let created = created.ok_or(SignatureError::NoCreated)?;
    let difference_secs = created.saturating_sub(now);
    if !(-AGE_MAX_SECS..=AHEAD_MAX_SECS).contains(&difference_secs) {
        return Err(SignatureError::NotFresh { difference_secs });
    }
    match expires {
        Some(expires) if expires < now => Err(SignatureError::Expired {
            since_secs: now.saturating_sub(expires),
        }),
        _ => Ok(created),
    }
}

#[cfg(test)]
mod tests {
    use super::{SignatureError, check};

    const NOW: i64 = 1_795_464_900;

    #[test]
    fn the_window_is_closed_at_both_ends() {
        for difference in [-300, -1, 0, 60] {
            assert_eq!(
                check(Some(NOW + difference), None, NOW),
                Ok(NOW + difference)
            );
        }
        for difference_secs in [-301, 61, -NOW] {
            assert_eq!(
                check(Some(NOW + difference_secs), None, NOW),
                Err(SignatureError::NotFresh { difference_secs })
            );
        }
    }

    #[test]
    fn expires_is_honoured_even_inside_the_window() {
        assert_eq!(check(Some(NOW - 10), Some(NOW), NOW), Ok(NOW - 10));
        assert_eq!(
            check(Some(NOW - 10), Some(NOW - 3), NOW),
            Err(SignatureError::Expired { since_secs: 3 })
        );
    }

    #[test]
    fn created_must_be_there() {
        assert_eq!(check(None, Some(NOW), NOW), Err(SignatureError::NoCreated));
    }
}
