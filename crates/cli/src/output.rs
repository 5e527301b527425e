//! What commands print: aligned tables for people, JSON for scripts.

use std::io::{self, Write};
use std::sync::LazyLock;

use anyhow::Result;
use comfy_table::{ContentArrangement, Table, presets};
use jiff::tz::TimeZone;
use serde::{Serialize, Serializer};
use symbolon_core::Timestamp;

/// Columns of a line, where it can be broken.
pub(crate) const WIDTH: usize = 100;

/// How a listing is printed.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(crate) struct Format {
    /// Print JSON instead of a table.
    #[arg(long)]
    pub(crate) json: bool,
}

/// One line of a listing. Its JSON form is its serialisation.
pub(crate) trait Line: Serialize {
    /// The table's head, in the reader's language.
    fn head() -> Vec<String>;

    /// The table's cells, one for each of the head.
    fn cells(&self) -> Vec<String>;
}

/// Prints a listing; `none` is what an empty one says to people, on stderr.
pub(crate) fn list<L: Line>(format: Format, lines: &[L], none: &str) -> Result<()> {
    if format.json {
        return json(lines);
    }
    if lines.is_empty() {
        eprintln!("{none}");
        return Ok(());
    }
    let rows = lines.iter().map(Line::cells).collect::<Vec<_>>();
    say(&table(&L::head(), &rows))
}

/// Prints one JSON document on a line of its own.
pub(crate) fn json<T: Serialize + ?Sized>(value: &T) -> Result<()> {
    say(&serde_json::to_string(value)?)
}

/// Prints a line, or several, on stdout at once.
pub(crate) fn say(text: &str) -> Result<()> {
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{text}")?;
    Ok(stdout.flush()?)
}

/// Rows in aligned columns, without lines around them, as wide as they need to be.
pub(crate) fn table(head: &[String], rows: &[Vec<String>]) -> String {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(head.iter().map(|word| word.to_uppercase()));
    for row in rows {
        table.add_row(row.iter().map(|cell| printable(cell)));
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    let lines = table.lines().map(|line| line.trim_end().to_owned());
    lines.collect::<Vec<_>>().join("\n")
}

/// A point in time of a listing: in JSON as RFC 3339 in UTC, for people as RFC 3339 in their own zone, to the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct At(pub(crate) Timestamp);

impl At {
    /// For programs.
    pub(crate) fn utc(self) -> String {
        let at = jiff::Timestamp::from_second(self.0.as_secs());
        at.map_or_else(|_| self.0.as_millis().to_string(), |at| at.to_string())
    }

    fn shown(self, zone: &TimeZone) -> String {
        let at = jiff::Timestamp::from_millisecond(self.0.as_millis());
        at.map_or_else(|_| self.utc(), |at| written(at, zone, "%Y-%m-%dT%H:%M:%S"))
    }
}

impl Serialize for At {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.utc())
    }
}

/// A point in time for people, to the second.
pub(crate) fn time(at: Timestamp) -> String {
    At(at).shown(zone())
}

/// The same to the millisecond, for what follows closely on something else.
pub(crate) fn precise_time(at: Timestamp) -> String {
    let at = jiff::Timestamp::from_millisecond(at.as_millis()).unwrap_or_default();
    written(at, zone(), "%Y-%m-%dT%H:%M:%S%.3f")
}

fn written(at: jiff::Timestamp, zone: &TimeZone, format: &str) -> String {
    let at = at.to_zoned_datetime(zone.clone());
    let offset = if at.offset().is_zero() { "Z" } else { "%:z" };
    at.strftime(&format!("{format}{offset}")).to_string()
}

/// The zone of whoever reads: as the variable `TZ` says, or this machine; UTC if neither says anything.
pub(crate) fn zone() -> &'static TimeZone {
    static ZONE: LazyLock<TimeZone> =
        LazyLock::new(|| TimeZone::try_system().unwrap_or(TimeZone::UTC));
    &ZONE
}

/// Names come from other servers: nothing in them may steer a terminal.
pub(crate) fn printable(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .collect()
}

/// Breaks a text between words. Other servers choose some of the words, so nothing in them may steer a terminal.
pub(crate) fn wrap(text: &str, first: &str, others: &str, lines: &mut Vec<String>) {
    let mut line = first.to_owned();
    let mut empty = true;
    for word in printable(text).split(' ') {
        if !empty && line.chars().count() + 1 + word.chars().count() > WIDTH {
            lines.push(std::mem::replace(&mut line, others.to_owned()));
            empty = true;
        }
        if !empty {
            line.push(' ');
        }
        line.push_str(word);
        empty = false;
    }
    lines.push(line);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_and_lines_have_no_tail() {
        let rows = [
            vec!["bob".to_owned(), "Bob".to_owned()],
            vec!["carol".to_owned(), "Carol".to_owned()],
        ];
        assert_eq!(
            table(&["name".to_owned(), "shown as".to_owned()], &rows),
            "NAME   SHOWN AS\nbob    Bob\ncarol  Carol"
        );
    }

    #[test]
    fn a_name_cannot_steer_the_terminal() {
        let rows = [vec!["\u{1b}[2Jbob\nroot".to_owned()]];
        assert_eq!(
            table(&["name".to_owned()], &rows),
            "NAME\n\u{fffd}[2Jbob\u{fffd}root"
        );
    }

    #[test]
    fn times_are_rfc_3339_for_programs_in_utc_and_for_people_in_their_zone() {
        let at = At(Timestamp::from_millis(1_795_478_400_250));
        assert_eq!(at.utc(), "2026-11-24T00:00:00Z");
        assert_eq!(at.shown(&TimeZone::UTC), "2026-11-24T00:00:00Z");
        let ahead = TimeZone::fixed(jiff::tz::offset(8));
        assert_eq!(at.shown(&ahead), "2026-11-24T08:00:00+08:00");
        assert_eq!(
            serde_json::to_string(&at).unwrap(),
            "\"2026-11-24T00:00:00Z\""
        );
    }
}
