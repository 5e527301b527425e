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
    let ended = Table::behind("### 4.5.", &["half before", "claim", "ended by"]);
    let barrier = Table::behind("### 4.5.", &["claim", "acceptance", "new barrier"]);
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
                        before(&row[0], half) && claimed(&row[1], &claim, g) && waits(&row[2], open)
                    });
                    let expected = match &*row[3] {
                        "keep" => Verdict::Keep,
                        "later" => Verdict::Later,
                        "disconnected at c" => Verdict::Disconnect {
                            generation: Generation(c),
                            by: whose(&ended, half, phase),
                            renew_barrier: is_new(&barrier, &claim, g, open),
                        },
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
    barrier.all_needed();
}

fn waits(cell: &str, open: bool) -> bool {
    match cell {
        "open" => open,
        "none open" => !open,
        "any" => true,
        other => unknown(other),
    }
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

/// Who has ended it afterwards.
fn whose(table: &Table, half: Option<&Half>, phase: ClaimedPhase) -> EndedBy {
    let row = table.only(|row| {
        let said = match &*row[1] {
            "connected" => ClaimedPhase::Connected,
            "disconnected by its own person" => ClaimedPhase::Disconnected(ClaimedEnd::Theirs),
            "disconnected by the person here" => ClaimedPhase::Disconnected(ClaimedEnd::Ours),
            "disconnected by neither" => ClaimedPhase::Disconnected(ClaimedEnd::Neither),
            "any" => phase,
            other => unknown(other),
        };
        before(&row[0], half) && said == phase
    });
    match (&*row[2], half.map(|half| half.phase)) {
        ("neither", _) => EndedBy::Neither,
        ("the other side", _) => EndedBy::Them,
        ("as before", Some(Phase::Disconnected(by))) => by,
        (other, _) => unknown(other),
    }
}

/// Whether the barrier becomes a new gesture; no half counts as one at 0.
fn is_new(table: &Table, claim: &Claim, g: u64, open: bool) -> bool {
    let row = table.first(|row| {
        let said = match &*row[0] {
            "disconnected by the person here" => {
                claim.phase == ClaimedPhase::Disconnected(ClaimedEnd::Ours)
            }
            "c > g, or there is no half" => claim.generation.0 > g,
            "any" => true,
            other => unknown(other),
        };
        said && waits(&row[1], open)
    });
    match &*row[2] {
        "yes" => true,
        "no" => false,
        other => unknown(other),
    }
}
