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
    let what = Said::new("check-clock-off").with("seconds", ahead.abs() / 1_000);
    let mend = Said::new("check-mend-clock");
    if ahead.abs() < REFUSED_MS {
        Step::attention(Stage::Clock, what, mend)
    } else {
        Step::problem(Stage::Clock, what, mend)
    }
}
