//! Times on pages: readable in UTC, exact for programs, put into the reader's own zone by the script where there is one.

use std::fmt;

use askama::filters::HtmlSafe;
use symbolon_core::Timestamp;

/// A moment as a `<time>` element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct When(pub(super) Timestamp);

/// A moment that is near, as the time left until it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Soon {
    pub(super) at: Timestamp,
    pub(super) now: Timestamp,
}

impl HtmlSafe for When {}
impl HtmlSafe for Soon {}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = moment(self.0);
        let text = at.strftime("%-d %b %Y, %H:%M UTC");
        write!(f, "<time datetime=\"{at}\">{text}</time>")
    }
}

impl fmt::Display for Soon {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.at.millis_since(self.now).max(0).saturating_add(999) / 1_000;
        let at = moment(self.at);
        write!(f, "<time datetime=\"{at}\" data-soon>")?;
        match seconds {
            0 => f.write_str("now")?,
            1..100 => write!(f, "in {seconds} s")?,
            100..6_000 => write!(f, "in {} min", (seconds + 30) / 60)?,
            _ => write!(f, "in {} h", (seconds + 1_800) / 3_600)?,
        }
        f.write_str("</time>")
    }
}

/// The time of the day alone, in UTC.
pub(super) fn clock(at: Timestamp) -> String {
    moment(at).strftime("%H:%M:%S").to_string()
}

/// The day alone, for headings.
pub(super) fn day(at: Timestamp) -> String {
    moment(at).strftime("%-d %b %Y").to_string()
}

/// Whole seconds; a time outside of what calendars hold becomes the epoch.
fn moment(at: Timestamp) -> jiff::Timestamp {
    jiff::Timestamp::from_second(at.as_secs()).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: Timestamp = Timestamp::from_secs(1_795_521_600);

    #[test]
    fn a_moment_is_readable_and_exact() {
        assert_eq!(
            When(NOON).to_string(),
            "<time datetime=\"2026-11-24T12:00:00Z\">24 Nov 2026, 12:00 UTC</time>"
        );
    }

    #[test]
    fn time_left_is_said_in_the_unit_that_fits() {
        for (millis, words) in [
            (-5_000, "now"),
            (400, "in 1 s"),
            (40_000, "in 40 s"),
            (600_000, "in 10 min"),
            (7_200_000, "in 2 h"),
        ] {
            let soon = Soon {
                at: NOON.plus_millis(millis),
                now: NOON,
            }
            .to_string();
            assert!(soon.contains(&format!(">{words}<")), "{soon}");
        }
    }
}
