//! Section 4.5: what another server's claim does to a half.

use symbolon_core::connections::{EndedBy, Generation, Half, Phase};
use symbolon_core::sync::{Claim, ClaimedEnd, ClaimedPhase, Verdict, compare};

use super::connections::in_order;
use super::{Table, connected, generation, halves, unknown};

const CLAIMED: [ClaimedPhase; 4] = [
    ClaimedPhase::Connected,
    ClaimedPhase::Disconnected(ClaimedEnd::Theirs),
    ClaimedPhase::Disconnected(ClaimedEnd::Ours),
    ClaimedPhase::Disconnected(ClaimedEnd::Neither),
];

#[test]
fn every_line_on_a_claim_is_what_compare_decides() {
    let table = Table::behind("### 4.5.", &["half", "claim", "acceptance", "verdict"]);
    let head = ["half before", "claim", "ended by", "new barrier"];
    let ended = Table::behind("### 4.5.", &head);
    for half in halves() {
        let half = half.as_ref();
        let g = generation(half);
        for c in 1..=4 {
            for phase in CLAIMED {
                for open in [false, true] {
                    let claim = Claim {
                        generation: Generation(c),
                        phase,
                    };
                    let row = table.only(|row| {
                        before(&row[0], half)
                            && claimed(&row[1], &claim, g)
                            && match &*row[2] {
                                "open" => open,
                                "none open" => !open,
                                "any" => true,
                                other => unknown(other),
                            }
                    });
                    let expected = match &*row[3] {
                        "keep" => Verdict::Keep,
                        "later" => Verdict::Later,
                        "disconnected at c" => {
                            let (by, renew_barrier) = whose(&ended, half, phase);
                            Verdict::Disconnect {
                                generation: Generation(c),
                                by,
                                renew_barrier,
                            }
                        }
                        other => unknown(other),
                    };
                    assert_eq!(
                        compare(half, &claim, open),
                        expected,
                        "{half:?}, {claim:?}, open {open}"
                    );
                }
            }
        }
    }
    table.all_needed();
    ended.all_needed();
}

fn before(cell: &str, half: Option<&Half>) -> bool {
    cell.split(" or ").any(|one| match one {
        "none" => half.is_none(),
        "connected" => connected(half),
        "disconnected" => half.is_some() && !connected(half),
        other => unknown(other),
    })
}

/// A cell such as `connected, c > g`.
fn claimed(cell: &str, claim: &Claim, g: u64) -> bool {
    let (phase, order) = cell.split_once(", ").unwrap_or((cell, "any"));
    let phase = match phase {
        "connected" => claim.phase == ClaimedPhase::Connected,
        "disconnected" => claim.phase != ClaimedPhase::Connected,
        other => unknown(other),
    };
    phase && in_order(order, "c", claim.generation.0, g)
}

/// Who has ended it afterwards, and whether that is a new gesture.
fn whose(table: &Table, half: Option<&Half>, phase: ClaimedPhase) -> (EndedBy, bool) {
    let row = table.only(|row| {
        let said = match &*row[1] {
            "connected" => ClaimedPhase::Connected,
            "disconnected by its own person" => ClaimedPhase::Disconnected(ClaimedEnd::Theirs),
            "disconnected by the person here" => ClaimedPhase::Disconnected(ClaimedEnd::Ours),
            "disconnected by neither" => ClaimedPhase::Disconnected(ClaimedEnd::Neither),
            other => unknown(other),
        };
        before(&row[0], half) && said == phase
    });
    let by = match (&*row[2], half.map(|half| half.phase)) {
        ("neither", _) => EndedBy::Neither,
        ("the other side", _) => EndedBy::Them,
        ("as before", Some(Phase::Disconnected(by))) => by,
        (other, _) => unknown(other),
    };
    match &*row[3] {
        "yes" => (by, true),
        "no" => (by, false),
        other => unknown(other),
    }
}
