//! Numbers and times in words.

use symbolon_core::Timestamp;

/// `1 message`, `2 messages`.
pub(super) fn count(number: u64, what: &str) -> String {
    let ending = if number == 1 { "" } else { "s" };
    format!("{number} {what}{ending}")
}

/// A point in time, to the minute, in UTC.
pub(super) fn when(at: Timestamp) -> String {
    let at = jiff::Timestamp::from_second(at.as_secs()).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

/// A stretch of time, in the unit that fits.
pub(super) fn lasting(millis: i64) -> String {
    let seconds = millis.unsigned_abs() / 1_000;
    match seconds {
        0..120 => count(seconds, "second"),
        120..7_200 => count(seconds / 60, "minute"),
        7_200..172_800 => count(seconds / 3_600, "hour"),
        _ => count(seconds / 86_400, "day"),
    }
}

/// Bytes, in the unit that fits.
pub(super) fn size(bytes: u64) -> String {
    const MIB: u64 = 1 << 20;
    match bytes / MIB {
        0..10_240 => format!("{} MiB", bytes / MIB),
        _ => format!("{} GiB", bytes / MIB / 1_024),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_fit_their_numbers() {
        assert_eq!(count(1, "message"), "1 message");
        assert_eq!(count(0, "message"), "0 messages");
        assert_eq!(lasting(-1_500), "1 second");
        assert_eq!(lasting(3 * 3_600 * 1_000), "3 hours");
        assert_eq!(lasting(80 * 3_600 * 1_000), "3 days");
        assert_eq!(
            when(Timestamp::from_secs(1_795_478_400)),
            "2026-11-24 00:00 UTC"
        );
        assert_eq!(size(500 << 20), "500 MiB");
        assert_eq!(size(50 << 30), "50 GiB");
    }
}
