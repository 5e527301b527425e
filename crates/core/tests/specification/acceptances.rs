//! Section 4.2: what follows from an answer that is no yes.

use symbolon_core::acceptances::{
    ASK_AGAIN_AT_ONCE_MAX, Answer, Next, Outcome, PATIENCE_MS, after,
};
use symbolon_core::connections::Generation;
use symbolon_proto::problem::Code;

use super::{TEXT, Table, unknown};

const S: Generation = Generation(7);

#[test]
fn every_line_on_an_answer_that_is_no_yes_is_what_after_decides() {
    let head = [
        "read as",
        "cancelled",
        "asked again at once before",
        "time",
        "then",
    ];
    let table = Table::behind("**What follows**", &head);
    let answers: [(&str, Answer<()>); 6] = [
        ("stale", Answer::Stale(S)),
        ("refused", Answer::No(Code::InvitationExpired)),
        ("taken", Answer::AlreadyTaken(Code::InvitationUsedUp)),
        (
            "perhaps ours",
            Answer::AlreadyTaken(Code::PerhapsListedThere),
        ),
        ("perhaps ours", Answer::No(Code::PerhapsListedThere)),
        ("unknown", Answer::Unsettled(Code::Timeout)),
    ];
    let since = [Generation::NONE, Generation(6), S, Generation(8)];
    for (word, answer) in answers {
        for (cancelled, since) in [false, true]
            .into_iter()
            .flat_map(|one| since.map(|s| (one, s)))
        {
            for in_a_row in 0..=2 * ASK_AGAIN_AT_ONCE_MAX {
                for over in [false, true] {
                    let row = table.first(|row| {
                        read_as(&row[0], word, S <= since)
                            && yes_or_no(&row[1], cancelled)
                            && again(&row[2], in_a_row)
                            && match &*row[3] {
                                "left" => !over,
                                "over" => over,
                                "any" => true,
                                other => unknown(other),
                            }
                    });
                    let reason = match answer {
                        Answer::No(code) | Answer::Unsettled(code) => code,
                        _ => Code::ConnectionStale,
                    };
                    let expected = match &*row[4] {
                        "ends as cancelled" => Next::Settle(Outcome::Cancelled),
                        "asks again at once, with a floor of at least s" => Next::AskAgain(S),
                        "asks again later" => Next::Wait(reason),
                        "ends as out of time" => Next::Settle(Outcome::OutOfTime(reason)),
                        "ends as refused, with the reason" => {
                            Next::Settle(Outcome::Refused(reason))
                        }
                        "ends as refused: used up" => {
                            Next::Settle(Outcome::Refused(Code::InvitationUsedUp))
                        }
                        "ends as refused: the other side may list this person" => {
                            Next::Settle(Outcome::Refused(Code::PerhapsListedThere))
                        }
                        other => unknown(other),
                    };
                    assert_eq!(
                        after(&answer, cancelled, since, in_a_row, over),
                        expected,
                        "{word}, cancelled {cancelled}, {since:?}, {in_a_row} times, time over {over}"
                    );
                }
            }
        }
    }
    table.all_needed();
}

fn read_as(cell: &str, word: &str, disconnected_since: bool) -> bool {
    let (cell, since) = match cell.strip_suffix(", and s is not above a disconnect since") {
        Some(cell) => (cell, true),
        None => (cell, false),
    };
    let mut words = cell.split(", ").flat_map(|part| part.split(" or "));
    words.any(|one| one == word) && (!since || disconnected_since)
}

fn yes_or_no(cell: &str, is: bool) -> bool {
    match cell {
        "yes" => is,
        "no" => !is,
        "any" => true,
        other => unknown(other),
    }
}

fn again(cell: &str, in_a_row: u32) -> bool {
    let most = ASK_AGAIN_AT_ONCE_MAX;
    if cell == "any" {
        true
    } else if cell == format!("fewer than {most} times in a row") {
        in_a_row < most
    } else if cell == format!("{most} times or more") {
        in_a_row >= most
    } else {
        unknown(cell)
    }
}

#[test]
fn patience_lasts_as_long_as_the_specification_says() {
    let hours = PATIENCE_MS / 3_600_000;
    for sentence in ["Symbolon tries for", "Delivery is at least once, for"] {
        assert!(TEXT.contains(&format!("{sentence} {hours} hours")));
    }
}
