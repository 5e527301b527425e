//! Its clock, against this machine's: signatures with a wrong time are refused.

use super::{Said, Stage, Step};
use crate::probe::Seen;
use crate::transport::ask::date_of;

/// Differences that whole seconds and slow answers explain, in milliseconds.
const SLACK_MS: i64 = 5_000;

/// From here on messages of one of the two are refused, in milliseconds: a clock may be that much ahead.
const REFUSED_MS: i64 = 60_000;

/// Tells how far the clocks are apart. A proxy may have given the time; it is on the way of every message all the same.
pub(super) fn tell(seen: &Seen) -> Step {
    let asked = seen.described();
    let there = asked.answer.as_ref().ok().and_then(date_of);
    let Some(there) = there else {
        return Step::unseen(Stage::Clock, Said::new("check-clock-unseen"));
    };
    // The answer was made somewhere in between, and its time is cut to whole seconds.
    let ahead = asked.sent_at.millis_since(there) + asked.took_ms / 2 - 500;
    judge(ahead).fact("our clock minus its clock", format!("{ahead} ms"))
}

fn judge(ahead: i64) -> Step {
    if ahead.abs() <= SLACK_MS {
        return Step::ok(Stage::Clock, Said::new("check-clock-ok"));
    }
    // Those who mend it have to know which of the two is wrong.
    let what = Said::new(if ahead > 0 {
        "check-clock-behind"
    } else {
        "check-clock-ahead"
    });
    let what = what.with("seconds", ahead.abs() / 1_000);
    let mend = Said::new("check-mend-clock");
    if ahead.abs() < REFUSED_MS {
        Step::attention(Stage::Clock, what, mend)
    } else {
        Step::problem(Stage::Clock, what, mend)
    }
}

#[cfg(test)]
mod tests {
    use symbolon_proto::language::Language;

    use super::*;
    use crate::doctor::Level;

    #[test]
    fn a_clock_that_is_off_is_said_to_be_ahead_or_behind() {
        let told = |ahead, language| {
            let step = judge(ahead);
            (step.level, step.what.say(language))
        };
        for (ahead, english, german, chinese) in [
            (
                20_000,
                "20 seconds behind ours",
                "geht 20 Sekunden nach",
                "慢 20 秒",
            ),
            (
                -90_000,
                "90 seconds ahead of ours",
                "geht 90 Sekunden vor",
                "快 90 秒",
            ),
        ] {
            for (language, words) in [
                (Language::En, english),
                (Language::De, german),
                (Language::ZhCn, chinese),
            ] {
                let (level, said) = told(ahead, language);
                assert!(level >= Level::Attention && said.contains(words), "{said}");
            }
        }
        assert_eq!(told(-4_000, Language::En).0, Level::Ok);
    }
}
