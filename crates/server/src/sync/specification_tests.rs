use symbolon_store::sync::schedule::STRANGER_MS;

use super::*;
use crate::specification::Table;

const HOUR_MS: i64 = 3_600 * 1_000;

#[test]
fn comparisons_are_made_when_the_specification_says() {
    let table = Table::behind("### 5.1.", &["occasion", "when"]);
    let when = |occasion: &str| table.first(|row| row[0].starts_with(occasion)).to_owned();
    let seconds = AFTER_START_MS / 1_000;
    assert_eq!(
        when("after a start"),
        format!("within {seconds} seconds, one server after another")
    );
    let hours = EVERY_MS / HOUR_MS;
    assert_eq!(
        when("nothing calls for it"),
        format!("every {hours} hours, a quarter more or less")
    );
    let minutes = SOON_MS / 60_000;
    assert_eq!(
        when("something was left"),
        format!("after {minutes} minutes")
    );
    // Without jitter a pause is three quarters of its nominal length.
    let now = Timestamp::from_secs(1_000);
    let pause = |failures| match after_failure(failures, now.plus_millis(EVERY_MS), now, 0, None) {
        Retry::At(at) => at.millis_since(now) * 4 / 3,
        Retry::GiveUp => panic!("time is not over"),
    };
    assert_eq!((pause(1), pause(2), pause(30)), (500, 1_000, 600_000));
    assert_eq!(
        when("it failed"),
        "after half a second, then twice the pause each time up to 10 minutes, with jitter"
    );
}

#[test]
fn pace_and_bounds_of_a_comparison_are_those_of_the_specification() {
    let table = Table::behind("### 5.9.", &["what", "limit"]);
    for (what, limit) in [
        ("messages from one server at once", pace::AT_ONCE),
        (
            "milliseconds between its messages after that",
            pace::EACH_MS,
        ),
        ("messages in one comparison", i64::from(ask::MESSAGES_MAX)),
        (
            "servers that are compared with at a time",
            i64::from(AT_ONCE),
        ),
    ] {
        let written = table.first(|row| row[0] == what).replace(',', "");
        assert_eq!(written, limit.to_string(), "{what}");
    }
    let doubted = Table::behind("### 5.7.", &["the other server comes with", "then"]);
    let hours = format!("{} hours", STRANGER_MS / HOUR_MS);
    let rows = doubted.rows.iter();
    assert_eq!(rows.filter(|row| row[0].contains(&hours)).count(), 2);
}
