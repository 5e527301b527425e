//! This server against the servers in use: doubles of them, and everything that people do with each other.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod habits;
mod identities;
mod ports;
mod promises;
mod wire;

use std::sync::LazyLock;

use symbolon_sim::doubles::document::{AGAIN, Tried, document};
use symbolon_sim::doubles::rows::{ALL, Row};
use symbolon_sim::doubles::scenarios::{Scenario, Seen};

/// Everything, once.
static TRIED: LazyLock<Vec<Tried>> = LazyLock::new(|| {
    let tried = ALL.iter().map(|row| Tried {
        row,
        seen: Scenario::ALL.map(|one| (one, one.play(row))).into(),
    });
    tried.collect()
});

/// What came of everything that could be done.
fn with_rows() -> impl Iterator<Item = (&'static Row, Scenario, &'static Seen)> {
    TRIED.iter().flat_map(|tried| {
        let seen = tried.seen.iter();
        seen.filter_map(|(scenario, seen)| Some((tried.row, *scenario, seen.as_ref()?)))
    })
}

/// The same with words for a test that fails.
fn everything() -> impl Iterator<Item = (String, Scenario, &'static Seen)> {
    with_rows().map(|(row, scenario, seen)| {
        let about = format!("{}: {}: {seen:?}", row.name, scenario.title());
        (about, scenario, seen)
    })
}

#[test]
fn docs_peers_md_is_current() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/peers.md");
    let current = document(&TRIED);
    if std::env::var_os("SYMBOLON_WRITE_DOCS").is_some() {
        std::fs::write(path, &current).unwrap();
    }
    let written = std::fs::read_to_string(path).unwrap_or_default();
    assert!(written == current, "docs/peers.md is old; run {AGAIN}");
}
