//! Section 4.1: whether an invite lets somebody in.

use symbolon_core::Timestamp;
use symbolon_core::connections::{Admission, Generation, Half, admit};
use symbolon_core::invites::{Redeemed, Refusal, Terms, Uses, redeem};

use super::{GESTURES, Table, connected, generation, halves, unknown};

const NOW: Timestamp = Timestamp::from_secs(100);

/// Invites of every kind: open and used up, for some and for all, withdrawn and expired.
fn terms() -> impl Iterator<Item = Terms> {
    let uses = [
        (Uses::Anyone, 9),
        (Uses::People(2), 1),
        (Uses::People(2), 2),
    ];
    uses.into_iter().flat_map(|(uses, people)| {
        [99, 100, 101].into_iter().flat_map(move |end| {
            [false, true].into_iter().flat_map(move |withdrawn| {
                GESTURES.into_iter().map(move |issued| Terms {
                    issued,
                    uses,
                    people,
                    expires_at: Timestamp::from_secs(end),
                    withdrawn,
                })
            })
        })
    })
}

struct Case<'a> {
    terms: &'a Terms,
    came_by_it: bool,
    half: Option<&'a Half>,
    admission: Admission,
}

impl Case<'_> {
    fn is(&self, case: &str) -> bool {
        match case {
            "over, and the half is connected" => {
                let over = ["withdrawn", "expired", "closed", "used up by others"];
                over.iter().any(|case| self.is(case)) && connected(self.half)
            }
            "withdrawn" => self.terms.withdrawn,
            "expired" => NOW >= self.terms.expires_at,
            "closed" => self.admission == Admission::Closed,
            "used up by others" => {
                let used_up = matches!(self.terms.uses, Uses::People(n) if self.terms.people >= n);
                used_up && !self.came_by_it
            }
            "stale" => matches!(self.admission, Admission::Stale(_)),
            "already" => matches!(self.admission, Admission::Already(_)),
            "connect, by an invitation that they came by before" => {
                self.is("connect") && self.came_by_it
            }
            "connect" => matches!(self.admission, Admission::Connect(_)),
            other => unknown(other),
        }
    }
}

#[test]
fn every_line_on_an_invitation_is_what_redeem_decides() {
    let table = Table::behind("### 4.1.", &["case", "answer", "counted"]);
    for terms in terms() {
        for half in halves() {
            for came_by_it in [false, true] {
                for floor in [None, Some(0), Some(1), Some(2), Some(3), Some(4)] {
                    let floor = floor.map(Generation);
                    let half = half.as_ref();
                    let case = Case {
                        terms: &terms,
                        came_by_it,
                        half,
                        admission: admit(half, floor, terms.issued),
                    };
                    let row = table.first(|row| case.is(&row[0]));
                    let decided = redeem(&terms, came_by_it, half, floor, NOW);
                    let counts = match &*row[2] {
                        "yes" => true,
                        "no" => false,
                        other => unknown(other),
                    };
                    let expected = expected(&row[1], &case, counts);
                    assert_eq!(
                        decided, expected,
                        "{terms:?}, {half:?}, floor {floor:?}, {came_by_it}"
                    );
                }
            }
        }
    }
    table.all_needed();
}

fn expected(answer: &str, case: &Case<'_>, counts: bool) -> Result<Redeemed, Refusal> {
    let g = Generation(generation(case.half));
    let yes = |generation, connects| Redeemed {
        generation,
        connects,
        counts,
    };
    match (answer, case.admission) {
        ("200 with g; nothing changes", _) => return Ok(yes(g, false)),
        ("200 with the new generation", Admission::Connect(new)) => return Ok(yes(new, true)),
        _ => assert!(!counts),
    }
    Err(match answer {
        "connection_stale with g" => Refusal::Stale(g),
        word => {
            let refusals = [
                Refusal::Expired,
                Refusal::Withdrawn,
                Refusal::UsedUp,
                Refusal::ClosedToYou,
            ];
            let said = refusals.into_iter().find(|one| one.code().as_str() == word);
            said.unwrap_or_else(|| unknown(word))
        }
    })
}
