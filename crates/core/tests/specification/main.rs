//! The tables of `docs/protocol/connection-lifecycle.md` against the functions that decide.
//!
//! Every case within small bounds is looked up in its table and decided by the function; every line of a table must have
//! been needed. A cell whose words are not known here fails the test.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod acceptances;
mod connections;
mod examples;
mod invites;
mod sync;

use std::cell::RefCell;
use std::collections::BTreeSet;

use symbolon_core::connections::{EndedBy, Generation, Gesture, Half, Phase};

/// The text, as it is in the repository.
const TEXT: &str = include_str!("../../../../docs/protocol/connection-lifecycle.md");

/// One table of the text.
struct Table {
    rows: Vec<Vec<String>>,
    needed: RefCell<BTreeSet<usize>>,
}

impl Table {
    /// The first table behind `marker` that begins with these cells. Code marks are taken off the cells.
    fn behind(marker: &str, head: &[&str]) -> Self {
        let (_, text) = TEXT
            .split_once(marker)
            .unwrap_or_else(|| panic!("no {marker:?}"));
        let mut lines = text.lines().map(|line| {
            let cells = line.strip_prefix("| ")?.strip_suffix(" |")?.split(" | ");
            Some(cells.map(|cell| cell.replace('`', "")).collect::<Vec<_>>())
        });
        let found = lines.any(|cells| cells.is_some_and(|cells| cells == head));
        assert!(found, "there is no table {head:?}");
        Self {
            rows: lines.skip(1).map_while(|cells| cells).collect(),
            needed: RefCell::default(),
        }
    }

    /// The last cell of the first line that fits.
    fn first(&self, fits: impl Fn(&[String]) -> bool) -> &[String] {
        let place = self.rows.iter().position(|row| fits(row));
        let place = place.expect("no line fits");
        self.needed.borrow_mut().insert(place);
        &self.rows[place]
    }

    /// The same where no two lines may fit.
    fn only(&self, fits: impl Fn(&[String]) -> bool) -> &[String] {
        let count = self.rows.iter().filter(|row| fits(row)).count();
        assert_eq!(count, 1, "lines that fit");
        self.first(fits)
    }

    /// Every line must have decided something.
    fn all_needed(&self) {
        for (place, row) in self.rows.iter().enumerate() {
            assert!(self.needed.borrow().contains(&place), "never fits: {row:?}");
        }
    }
}

/// A cell that was written without a thought of this test.
fn unknown(cell: &str) -> ! {
    panic!("a cell with unknown words: {cell:?}")
}

/// Every half within bounds: none, and three generations in every phase, with and without a barrier.
fn halves() -> impl Iterator<Item = Option<Half>> {
    let phases = [
        Phase::Connected,
        Phase::Disconnected(EndedBy::Us),
        Phase::Disconnected(EndedBy::Them),
        Phase::Disconnected(EndedBy::Neither),
    ];
    let some = (1..=3).flat_map(move |generation| {
        phases.into_iter().flat_map(move |phase| {
            [0, BARRIER].map(|barrier| Half {
                generation: Generation(generation),
                phase,
                barrier: Gesture(barrier),
            })
        })
    });
    std::iter::once(None).chain(some.map(Some))
}

/// The barrier of halves that have one, and gestures before, at and after it.
const BARRIER: i64 = 5;
const GESTURES: [Gesture; 3] = [Gesture(BARRIER - 1), Gesture(BARRIER), Gesture(BARRIER + 1)];

fn generation(half: Option<&Half>) -> u64 {
    half.map_or(0, |half| half.generation.0)
}

fn connected(half: Option<&Half>) -> bool {
    half.is_some_and(Half::is_connected)
}

fn barrier(half: Option<&Half>) -> Gesture {
    half.map(|half| half.barrier).unwrap_or_default()
}
