//! Stretches of time and sizes in words.

use crate::said::Said;

/// A stretch of time, in the unit that fits.
pub(super) fn lasting(millis: i64) -> Said {
    let seconds = millis.unsigned_abs() / 1_000;
    let (unit, n) = match seconds {
        0..120 => (Said::new("doctor-seconds"), seconds),
        120..7_200 => (Said::new("doctor-minutes"), seconds / 60),
        7_200..172_800 => (Said::new("doctor-hours"), seconds / 3_600),
        _ => (Said::new("doctor-days"), seconds / 86_400),
    };
    unit.with("n", n)
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
    use symbolon_proto::language::Language;

    use super::*;

    #[test]
    fn words_fit_their_numbers() {
        let said = |millis, language| lasting(millis).say(language);
        assert_eq!(said(-1_500, Language::En), "1 second");
        assert_eq!(said(3 * 3_600 * 1_000, Language::En), "3 hours");
        assert_eq!(said(80 * 3_600 * 1_000, Language::De), "3 Tage");
        assert_eq!(said(600_000, Language::ZhCn), "10 分钟");
        assert_eq!(size(500 << 20), "500 MiB");
        assert_eq!(size(50 << 30), "50 GiB");
    }
}
