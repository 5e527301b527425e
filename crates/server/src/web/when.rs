//! Times on pages: readable in UTC, exact for programs, put into the reader's own zone by the script where there is one.

use std::fmt;

use askama::filters::HtmlSafe;
use symbolon_core::Timestamp;

use super::words::{Saying, Words};

/// A moment as a `<time>` element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct When {
    pub(super) at: Timestamp,
    pub(super) words: Words,
}

/// A moment to the second, for those who compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Exact {
    pub(super) at: Timestamp,
    pub(super) words: Words,
}

/// A moment that names something, and is told whole on whichever day it is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Dated {
    pub(super) at: Timestamp,
    pub(super) words: Words,
}

/// A moment that is near, as the time left until it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Soon {
    pub(super) at: Timestamp,
    pub(super) now: Timestamp,
    pub(super) words: Words,
}

/// A moment that is over and matters now: the time of the day alone, while it is the same day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Since {
    pub(super) at: Timestamp,
    pub(super) now: Timestamp,
    pub(super) words: Words,
}

impl HtmlSafe for Dated {}
impl HtmlSafe for Exact {}
impl HtmlSafe for Since {}
impl HtmlSafe for When {}
impl HtmlSafe for Soon {}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (at, text) = (moment(self.at), self.text());
        write!(f, "<time datetime=\"{at}\">{text}</time>")
    }
}

impl When {
    /// The same where no element may stand, in UTC for everybody.
    pub(super) fn text(self) -> Saying {
        let at = moment(self.at);
        let clock = at.strftime("%H:%M").to_string();
        date(self.words.say("moment"), at).with("clock", clock)
    }
}

impl fmt::Display for Dated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (at, words) = (self.at, self.words);
        let text = When { at, words }.text();
        write!(
            f,
            "<time datetime=\"{}\" data-dated>{text}</time>",
            moment(at)
        )
    }
}

impl fmt::Display for Exact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = moment(self.at);
        let text = date(self.words.say("moment"), at).with("clock", clock(self.at));
        write!(f, "<time datetime=\"{at}\" data-exact>{text}</time>")
    }
}

impl fmt::Display for Since {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (at, words) = (self.at, self.words);
        let day = |at| moment(at).strftime("%F").to_string();
        if day(at) != day(self.now) {
            return When { at, words }.fmt(f);
        }
        let clock = moment(at).strftime("%H:%M").to_string();
        let text = words.say("clock").with("clock", clock);
        write!(f, "<time datetime=\"{}\">{text}</time>", moment(at))
    }
}

impl fmt::Display for Soon {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.at.millis_since(self.now).max(0).saturating_add(999) / 1_000;
        let at = moment(self.at);
        let (id, n) = match seconds {
            0 => ("soon-now", None),
            1..100 => ("soon-seconds", Some(seconds)),
            100..6_000 => ("soon-minutes", Some((seconds + 30) / 60)),
            _ => ("soon-hours", Some((seconds + 1_800) / 3_600)),
        };
        let text = self.words.say(id);
        let text = match n {
            Some(n) => text.with("n", n),
            None => text,
        };
        write!(f, "<time datetime=\"{at}\" data-soon>{text}</time>")
    }
}

/// The time of the day alone, in UTC.
pub(super) fn clock(at: Timestamp) -> String {
    moment(at).strftime("%H:%M:%S").to_string()
}

/// A moment for programs.
pub(super) fn exactly(at: Timestamp) -> String {
    moment(at).to_string()
}

/// The day alone, in UTC.
pub(super) fn day(at: Timestamp, words: Words) -> Saying {
    date(words.say("day"), moment(at))
}

/// Fills in a date. The month is a number, by which the text chooses its name; a year is not grouped like one.
fn date(text: Saying, at: jiff::Timestamp) -> Saying {
    let part = |format| at.strftime(format).to_string();
    let month = part("%-m").parse::<i64>().unwrap_or(1);
    text.with("day", part("%-d"))
        .with("month", month)
        .with("year", part("%Y"))
}

/// Whole seconds; a time outside of what calendars hold becomes the epoch.
fn moment(at: Timestamp) -> jiff::Timestamp {
    jiff::Timestamp::from_second(at.as_secs()).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use symbolon_proto::language::Language;

    use super::*;

    const NOON: Timestamp = Timestamp::from_secs(1_795_521_600);

    #[test]
    fn a_moment_is_readable_in_every_language_and_exact() {
        for (language, words) in [
            (Language::En, "24 Nov 2026, 12:00 UTC"),
            (Language::ZhCn, "2026年11月24日 12:00 UTC"),
            (Language::De, "24. Nov. 2026, 12:00 UTC"),
        ] {
            let when = When {
                at: NOON,
                words: Words(language),
            };
            assert_eq!(
                when.to_string(),
                format!("<time datetime=\"2026-11-24T12:00:00Z\">{words}</time>")
            );
        }
    }

    #[test]
    fn what_is_compared_is_told_to_the_second() {
        let exact = Exact {
            at: NOON.plus_millis(7_000),
            words: Words(Language::De),
        };
        let told =
            "<time datetime=\"2026-11-24T12:00:07Z\" data-exact>24. Nov. 2026, 12:00:07 UTC</time>";
        assert_eq!(exact.to_string(), told);
    }

    #[test]
    fn what_began_today_is_said_by_the_clock() {
        let since = |hours: i64| {
            let words = Words(Language::En);
            let (at, now) = (NOON.plus_millis(-hours * 3_600_000), NOON);
            Since { at, now, words }.to_string()
        };
        assert!(since(1).ends_with(">11:00 UTC</time>"), "{}", since(1));
        assert!(
            since(13).ends_with(">23 Nov 2026, 23:00 UTC</time>"),
            "{}",
            since(13)
        );
    }

    #[test]
    fn time_left_is_said_in_the_unit_that_fits() {
        for (millis, english, chinese) in [
            (-5_000, "now", "现在"),
            (400, "in 1 s", "1 秒后"),
            (40_000, "in 40 s", "40 秒后"),
            (600_000, "in 10 min", "10 分钟后"),
            (7_200_000, "in 2 h", "2 小时后"),
        ] {
            for (language, words) in [(Language::En, english), (Language::ZhCn, chinese)] {
                let soon = Soon {
                    at: NOON.plus_millis(millis),
                    now: NOON,
                    words: Words(language),
                }
                .to_string();
                assert!(soon.contains(&format!(">{words}<")), "{soon}");
            }
        }
    }
}
