//! Tables of `docs/protocol/connection-lifecycle.md`, for the tests that compare them with what this server does.

use std::cell::RefCell;
use std::collections::BTreeSet;

const TEXT: &str = include_str!("../../../docs/protocol/connection-lifecycle.md");

/// One table.
pub(crate) struct Table {
    pub(crate) rows: Vec<Vec<String>>,
    needed: RefCell<BTreeSet<usize>>,
}

impl Table {
    /// The first one behind `marker` that begins with these cells. Code marks are taken off the cells.
    pub(crate) fn behind(marker: &str, head: &[&str]) -> Self {
        let (_, text) = TEXT.split_once(marker).expect("the marker is in the text");
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
    pub(crate) fn first(&self, fits: impl Fn(&[String]) -> bool) -> &str {
        let place = self.rows.iter().position(|row| fits(row));
        let place = place.expect("a line fits");
        self.needed.borrow_mut().insert(place);
        self.rows[place].last().expect("a line has cells")
    }

    /// Every line must have decided something, but those about no answer at all.
    pub(crate) fn all_needed(&self) {
        for (place, row) in self.rows.iter().enumerate() {
            let decided = self.needed.borrow().contains(&place) || row[0] == "none";
            assert!(decided, "never fits: {row:?}");
        }
    }
}

/// A cell that was written without a thought of the tests.
pub(crate) fn unknown(cell: &str) -> ! {
    panic!("a cell with unknown words: {cell:?}")
}

/// Whether a cell such as `400, 401 or another 5xx` names this status; `another` is whatever no line before it named.
pub(crate) fn names(cell: &str, status: u16) -> bool {
    let words = cell.replace(", or ", ", ").replace(" or ", ", ");
    words.split(", ").any(|word| {
        let word = word.trim_start_matches("another ");
        match word.strip_suffix("xx") {
            Some(hundred) => hundred.parse() == Ok(status / 100),
            None if word == "none" => false,
            None => word.parse() == Ok(status) || word.parse::<u16>().is_err() && unknown(cell),
        }
    })
}

/// Every status that anybody has been seen to answer, and some that nobody should.
pub(crate) const STATUSES: [u16; 29] = [
    200, 201, 202, 204, 299, 300, 301, 302, 307, 399, 400, 401, 403, 404, 405, 408, 409, 410, 413,
    422, 425, 429, 451, 499, 500, 501, 502, 503, 599,
];
