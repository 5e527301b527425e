//! Sections 4.1, 4.2 and 4.4: what happens to a half.

use symbolon_core::connections::{
    Admission, Conclusion, EndedBy, Generation, Half, Phase, Removal, admit, conclude, floor,
    removed_by_peer,
};

use super::{GESTURES, Table, barrier, connected, generation, halves, unknown};

#[test]
fn every_line_on_admission_is_what_admit_decides() {
    let table = Table::behind("### 4.1.", &["half", "floor", "invitation", "admission"]);
    for half in halves() {
        let half = half.as_ref();
        let g = generation(half);
        for floor in [None, Some(0), Some(1), Some(2), Some(3), Some(4)] {
            for invite in GESTURES {
                let outdated = half.is_some() && invite <= barrier(half);
                let row = table.only(|row| {
                    in_phase(&row[0], half, floor)
                        && match &*row[1] {
                            "f" => floor.is_some(),
                            "not sent" => floor.is_none(),
                            "any" => true,
                            other => unknown(other),
                        }
                        && match &*row[2] {
                            "outdated" => outdated,
                            "not outdated" => !outdated,
                            "any" => true,
                            other => unknown(other),
                        }
                });
                let f = floor.unwrap_or_default();
                let expected = match &*row[3] {
                    "connect at f + 1" => Admission::Connect(Generation(f + 1)),
                    "connect at 1" => Admission::Connect(Generation(1)),
                    "connect at g + 1" => Admission::Connect(Generation(g + 1)),
                    "already at g" => Admission::Already(Generation(g)),
                    "stale at g" => Admission::Stale(Generation(g)),
                    "closed" => Admission::Closed,
                    other => unknown(other),
                };
                let decided = admit(half, floor.map(Generation), invite);
                assert_eq!(
                    decided, expected,
                    "{half:?}, floor {floor:?}, invite {invite:?}"
                );
            }
        }
    }
    table.all_needed();
}

/// A cell such as `connected, g > f`.
fn in_phase(cell: &str, half: Option<&Half>, floor: Option<u64>) -> bool {
    let (phase, order) = cell.split_once(", ").unwrap_or((cell, ""));
    let phase = match phase {
        "none" => half.is_none(),
        "connected" => connected(half),
        "disconnected" => half.is_some() && !connected(half),
        other => unknown(other),
    };
    let g = generation(half);
    let order = match order {
        "" => true,
        "g > f" => floor.is_some_and(|f| g > f),
        "g ≤ f" => floor.is_some_and(|f| g <= f),
        other => unknown(other),
    };
    phase && order
}

#[test]
fn every_line_on_the_floor_is_what_floor_counts() {
    let table = Table::behind("**The floor**", &["half at g", "counts"]);
    for half in halves().flatten() {
        for acceptance in GESTURES {
            let row = table.only(|row| {
                let (phase, barrier) = row[0].split_once(", ").unwrap_or((&row[0], ""));
                in_phase(phase, Some(&half), None)
                    && match barrier {
                        "" => true,
                        "the barrier is below the acceptance" => half.barrier < acceptance,
                        "the barrier is not below the acceptance" => half.barrier >= acceptance,
                        other => unknown(other),
                    }
            });
            let expected = match &*row[1] {
                "g" => half.generation,
                "g - 1" => Generation(half.generation.0 - 1),
                "0" => Generation::NONE,
                other => unknown(other),
            };
            assert_eq!(
                floor(&half, acceptance),
                expected,
                "{half:?}, {acceptance:?}"
            );
        }
    }
    table.all_needed();
}

#[test]
fn every_line_on_a_yes_is_what_conclude_decides() {
    let head = ["half", "acceptance", "answer", "conclusion"];
    let table = Table::behind("**A yes.**", &head);
    for half in halves() {
        let half = half.as_ref();
        let g = generation(half);
        for answered in [None, Some(1), Some(2), Some(3), Some(4)] {
            // As the text says.
            let without = if connected(half) { g } else { g + 1 };
            let a = answered.unwrap_or(without);
            for acceptance in GESTURES {
                for cancelled in [false, true] {
                    let overtaken = half.is_some() && acceptance <= barrier(half);
                    let row = table.first(|row| {
                        concluding(&row[0], half)
                            && match &*row[1] {
                                "cancelled or overtaken" => cancelled || overtaken,
                                "any" => true,
                                other => unknown(other),
                            }
                            && in_order(&row[2], "a", a, g)
                    });
                    let expected = match &*row[3] {
                        "over" => Conclusion::Over,
                        "undo at the greater of a and g" => Conclusion::Undo(Generation(a.max(g))),
                        "ask again with a floor of at least g" => {
                            Conclusion::AskAgain(Generation(g))
                        }
                        "already at g" => Conclusion::Already(Generation(g)),
                        "connect at a" => Conclusion::Connect(Generation(a)),
                        other => unknown(other),
                    };
                    let decided = conclude(half, answered.map(Generation), acceptance, cancelled);
                    assert_eq!(
                        decided, expected,
                        "{half:?}, answer {answered:?}, {acceptance:?}, cancelled {cancelled}"
                    );
                }
            }
        }
    }
    table.all_needed();
}

fn concluding(cell: &str, half: Option<&Half>) -> bool {
    match cell {
        "disconnected by the other side" => {
            half.is_some_and(|half| half.phase == Phase::Disconnected(EndedBy::Them))
        }
        "not connected" => !connected(half),
        "connected" => connected(half),
        "any" => true,
        other => unknown(other),
    }
}

/// A cell such as `a ≤ g`.
pub(crate) fn in_order(cell: &str, name: &str, value: u64, g: u64) -> bool {
    let sign = match cell {
        "any" => return true,
        cell => cell
            .strip_prefix(name)
            .and_then(|rest| rest.strip_suffix("g")),
    };
    match sign.map_or_else(|| unknown(cell), str::trim) {
        "<" => value < g,
        "≤" => value <= g,
        "=" => value == g,
        "≥" => value >= g,
        ">" => value > g,
        other => unknown(other),
    }
}

#[test]
fn every_line_on_a_removal_is_what_removed_by_peer_decides() {
    let table = Table::behind("### 4.4.", &["half", "message", "removal"]);
    for half in halves().flatten() {
        let g = half.generation.0;
        for removed in [None, Some(1), Some(2), Some(3), Some(4)] {
            let r = removed.unwrap_or(g);
            let row = table
                .only(|row| in_phase(&row[0], Some(&half), None) && in_order(&row[1], "r", r, g));
            let expected = match &*row[2] {
                "old news: nothing changes" => Removal::OldNews(Generation(g)),
                "known: nothing changes" => Removal::Known(Generation(g)),
                "disconnected at r, by the other side" => {
                    assert!(half.is_connected());
                    Removal::Disconnect(Generation(r))
                }
                "disconnected at r; who had disconnected stays on record" => {
                    assert!(!half.is_connected());
                    Removal::Disconnect(Generation(r))
                }
                other => unknown(other),
            };
            assert_eq!(
                removed_by_peer(&half, removed.map(Generation)),
                expected,
                "{half:?}, message {removed:?}"
            );
        }
    }
    table.all_needed();
}
