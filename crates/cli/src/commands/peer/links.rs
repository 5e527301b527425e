//! `symbolon peer links`: how the way to each server is.

use anyhow::Result;
use serde::Serialize;
use symbolon_proto::problem::Code;
use symbolon_server::actions::servers::{self, Linked, PILES_MAX};
use symbolon_store::piles::SummariseDeliveries;
use symbolon_store::servers::{COUNT_MAX, ListServers, Server};

use crate::language::say;
use crate::output::{self, At, Format, Line, time};
use crate::settings::{Desk, Place};

/// Servers that are asked for at once.
const PAGE: u32 = 500;

#[derive(Serialize)]
struct Row {
    server: String,
    /// People here times people there, counted up to a bound.
    connections: u64,
    link: &'static str,
    last_heard_at: Option<At>,
    silent_since: Option<At>,
    why: Option<&'static str>,
    waiting: u64,
    given_up: u64,
    /// Since when the oldest of both has not arrived.
    undelivered_since: Option<At>,
}

impl Line for Row {
    fn head() -> Vec<String> {
        vec![
            say!("head-server"),
            say!("head-connections"),
            say!("head-link"),
            say!("head-heard"),
            say!("head-silent"),
            say!("head-why"),
            say!("head-waiting"),
            say!("head-given-up"),
        ]
    }

    fn cells(&self) -> Vec<String> {
        let at = |at: &Option<At>| at.as_ref().map_or_else(String::new, |at| time(at.0));
        vec![
            self.server.clone(),
            match self.connections >= COUNT_MAX {
                true => format!("{COUNT_MAX}+"),
                false => self.connections.to_string(),
            },
            say!("peer-link", link = self.link),
            at(&self.last_heard_at),
            at(&self.silent_since),
            self.why.unwrap_or_default().to_owned(),
            self.waiting.to_string(),
            self.given_up.to_string(),
        ]
    }
}

/// Lists every server that is known or waited for, what needs somebody first.
pub(super) async fn run(format: Format, place: &Place) -> Result<()> {
    let desk = place.open().await?;
    let summary = desk.read(SummariseDeliveries { limit: PILES_MAX }).await?;
    let piles = servers::pile_up(summary);
    let mut links = servers::link(known(&desk).await?, &piles);
    servers::most_urgent_first(&mut links);
    let rows: Vec<Row> = links.into_iter().map(Row::from).collect();
    output::list(format, &rows, &say!("peer-no-links"))
}

async fn known(desk: &Desk) -> Result<Vec<Server>> {
    let mut all: Vec<Server> = Vec::new();
    loop {
        let last = all.last().map(|server| server.provider.to_string());
        let page = ListServers {
            begins: String::new(),
            after: last.unwrap_or_default(),
            limit: PAGE,
        };
        let page = desk.read(page).await?;
        if page.is_empty() {
            return Ok(all);
        }
        all.extend(page);
    }
}

impl From<Linked> for Row {
    fn from(one: Linked) -> Self {
        let (server, piled) = (one.server, one.piled);
        Self {
            server: server.provider.to_string(),
            connections: server.connections,
            link: one.link.as_str(),
            last_heard_at: server.last_ok_at.map(At),
            silent_since: server.failing_since.map(At),
            why: server.last_code.map(Code::as_str),
            waiting: piled.waiting,
            given_up: piled.given_up,
            undelivered_since: piled.since.map(At),
        }
    }
}
