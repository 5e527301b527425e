//! `docs/protocol/connection-lifecycle.md` against the types of this crate: what the text shows is what goes over the wire.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod digests;
mod figures;
mod messages;
mod values;

/// The text, as it is in the repository.
const TEXT: &str = include_str!("../../../../docs/protocol/connection-lifecycle.md");

/// The rows of the table that begins with these cells, without its head. Code marks are taken off the cells.
fn table(head: &[&str]) -> Vec<Vec<String>> {
    let mut lines = TEXT.lines().map(|line| {
        let cells = line.strip_prefix("| ")?.strip_suffix(" |")?.split(" | ");
        Some(cells.map(|cell| cell.replace('`', "")).collect::<Vec<_>>())
    });
    let found = lines.any(|cells| cells.is_some_and(|cells| cells == head));
    assert!(found, "there is no table {head:?}");
    lines.skip(1).map_while(|cells| cells).collect()
}
