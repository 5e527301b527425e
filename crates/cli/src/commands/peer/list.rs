//! `symbolon peer list`.

use anyhow::Result;
use serde::Serialize;
use symbolon_store::trust::{ListRulings, Ruling};

use crate::language::say;
use crate::output::{self, At, Format, Line, time};
use crate::settings::{Desk, Place};

/// Rows that are asked for at once.
const PAGE: u32 = 500;

#[derive(Serialize)]
struct Row {
    server: String,
    rule: &'static str,
    at: At,
    by: Option<String>,
    note: Option<String>,
}

impl Line for Row {
    fn head() -> Vec<String> {
        vec![
            say!("head-server"),
            say!("head-is"),
            say!("head-since"),
            say!("head-by"),
            say!("head-why"),
        ]
    }

    fn cells(&self) -> Vec<String> {
        vec![
            self.server.clone(),
            say!("peer-rule", rule = self.rule),
            time(self.at.0),
            self.by.clone().unwrap_or_default(),
            self.note.clone().unwrap_or_default(),
        ]
    }
}

/// Lists what was decided.
pub(super) async fn run(format: Format, place: &Place) -> Result<()> {
    let desk = place.open().await?;
    let rows: Vec<Row> = all(&desk).await?.into_iter().map(row).collect();
    output::list(format, &rows, &say!("peer-none"))
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

fn row(ruling: Ruling) -> Row {
    Row {
        server: ruling.provider.to_string(),
        rule: ruling.rule.as_str(),
        at: At(ruling.at),
        by: ruling.by,
        note: ruling.note,
    }
}
