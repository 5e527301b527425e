//! `symbolon peer list`.

use anyhow::Result;
use serde::Serialize;
use symbolon_store::trust::{ListRulings, Ruling};

use crate::output::{self, Format, Line, time};
use crate::settings::{Desk, Place};

/// Rows that are asked for at once.
const PAGE: u32 = 500;

#[derive(Serialize)]
struct Row {
    server: String,
    rule: &'static str,
    at: String,
    by: Option<String>,
    note: Option<String>,
}

impl Line for Row {
    const HEAD: &'static [&'static str] = &["server", "is", "since", "by", "why"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.server.clone(),
            self.rule.to_owned(),
            self.at.clone(),
            self.by.clone().unwrap_or_default(),
            self.note.clone().unwrap_or_default(),
        ]
    }
}

/// Lists what was decided.
pub(super) async fn run(format: Format, place: &Place) -> Result<()> {
    let desk = place.open().await?;
    let rows: Vec<Row> = all(&desk).await?.into_iter().map(row).collect();
    let none = "nothing has been decided about any server; `symbolon peer trust HOST` lets one in";
    output::list(format, &rows, none)
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
        at: time(ruling.at),
        by: ruling.by,
        note: ruling.note,
    }
}
