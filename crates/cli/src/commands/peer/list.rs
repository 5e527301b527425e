//! `symbolon peer list`.

use std::collections::BTreeMap;

use anyhow::Result;
use serde::Serialize;
use symbolon_proto::address::Provider;
use symbolon_store::notes::{ListNotes, Notes};
use symbolon_store::trust::{ListRulings, Ruling};

use super::notes;
use crate::language::say;
use crate::output::{self, At, Format, Line, time};
use crate::settings::{Desk, Place};

/// Rows that are asked for at once.
const PAGE: u32 = 500;

/// Servers with their notes that are asked for at once: certificates are long.
const NOTES_PAGE: u32 = 50;

#[derive(Serialize)]
struct Row {
    server: String,
    rule: Option<&'static str>,
    at: Option<At>,
    by: Option<String>,
    note: Option<String>,
    notes: Vec<notes::Row>,
}

impl Line for Row {
    fn head() -> Vec<String> {
        vec![
            say!("head-server"),
            say!("head-is"),
            say!("head-since"),
            say!("head-by"),
            say!("head-why"),
            say!("head-noted"),
        ]
    }

    fn cells(&self) -> Vec<String> {
        vec![
            self.server.clone(),
            self.rule
                .map_or_else(String::new, |rule| say!("peer-rule", rule = rule)),
            self.at.as_ref().map_or_else(String::new, |at| time(at.0)),
            self.by.clone().unwrap_or_default(),
            self.note.clone().unwrap_or_default(),
            self.notes
                .iter()
                .map(notes::Row::aspect)
                .collect::<Vec<_>>()
                .join(", "),
        ]
    }
}

/// Lists what was decided, and about whom something is noted.
pub(super) async fn run(format: Format, place: &Place) -> Result<()> {
    let desk = place.open().await?;
    let mut rows: BTreeMap<Provider, Row> = BTreeMap::new();
    for ruling in all(&desk).await? {
        rows.insert(ruling.provider.clone(), decided(ruling));
    }
    for (provider, notes) in noted(&desk).await? {
        let row = rows.entry(provider).or_insert_with_key(undecided);
        row.notes = notes::rows(&notes);
    }
    let rows: Vec<Row> = rows.into_values().collect();
    output::list(format, &rows, &say!("peer-none"))
}

async fn noted(desk: &Desk) -> Result<Vec<(Provider, Notes)>> {
    let mut all: Vec<(Provider, Notes)> = Vec::new();
    loop {
        let after = all.last().map(|(provider, _)| provider.to_string());
        let after = after.unwrap_or_default();
        let limit = NOTES_PAGE;
        let page = desk.read(ListNotes { after, limit }).await?;
        if page.is_empty() {
            return Ok(all);
        }
        all.extend(page);
    }
}

async fn all(desk: &Desk) -> Result<Vec<Ruling>> {
    let mut rulings: Vec<Ruling> = Vec::new();
    loop {
        let last = rulings.last().map(|ruling| ruling.provider.to_string());
        let after = last.unwrap_or_default();
        let page = desk.read(ListRulings { after, limit: PAGE }).await?;
        if page.is_empty() {
            return Ok(rulings);
        }
        rulings.extend(page);
    }
}

fn decided(ruling: Ruling) -> Row {
    Row {
        rule: Some(ruling.rule.as_str()),
        at: Some(At(ruling.at)),
        by: ruling.by,
        note: ruling.note,
        ..undecided(&ruling.provider)
    }
}

fn undecided(provider: &Provider) -> Row {
    Row {
        server: provider.to_string(),
        rule: None,
        at: None,
        by: None,
        note: None,
        notes: Vec::new(),
    }
}
