//! This server against the servers in use: doubles of them, and everything that people do with each other.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::sync::LazyLock;

use symbolon_sim::doubles::document::{AGAIN, Tried, document};
use symbolon_sim::doubles::rows::ALL;
use symbolon_sim::doubles::scenarios::Scenario;

/// Everything, once.
static TRIED: LazyLock<Vec<Tried>> = LazyLock::new(|| {
    let tried = ALL.iter().map(|row| Tried {
        row,
        seen: Scenario::ALL.map(|one| (one, one.play(row))).into(),
    });
    tried.collect()
});

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
