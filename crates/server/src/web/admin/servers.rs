//! `/admin/servers`: the servers that are known, and the way to any other.

use askama::Template;
use axum::response::Response;
use symbolon_proto::address::Provider;

use super::overview::Row;
use super::{Administrator, Tone, address, cut};
use crate::actions::servers;
use crate::http::problem::ApiProblem;
use crate::web::fields::Fields;
use crate::web::frame::{Frame, page};

/// Servers on one page.
const PAGE: u32 = 50;

/// What `templates/admin_servers.html` needs.
#[derive(Template)]
#[template(path = "admin_servers.html")]
pub(in crate::web) struct ServersPage {
    frame: Frame,
    search: String,
    /// A server that is not on the page and that could be decided about.
    other: Option<String>,
    rows: Vec<Row>,
    more: Option<String>,
}

/// `GET /admin/servers`
pub(super) async fn list(
    administrator: Administrator,
    fields: Fields,
) -> Result<Response, ApiProblem> {
    let visitor = &administrator.0;
    let words = visitor.words;
    let search = fields.text("q").to_lowercase();
    let found = servers::list(&visitor.app, &search, fields.text("after"), PAGE + 1).await;
    let mut found = found.map_err(|problem| visitor.fails(problem))?;
    let more = cut(&mut found, PAGE);
    let last = found.last().map(|one| one.server.provider.as_str());
    let more = last.filter(|_| more);
    let more = more.map(|after| address("/admin/servers", &[("q", &search), ("after", after)]));
    let asked = Provider::parse(&search).ok();
    let there = |asked: &Provider| found.iter().any(|one| one.server.provider == *asked);
    let own = visitor.app.provider();
    let shown = ServersPage {
        frame: administrator.frame(),
        other: asked
            .filter(|asked| !there(asked) && asked != own)
            .map(|asked| asked.to_string()),
        rows: found.iter().map(|one| Row::new(words, one)).collect(),
        search,
        more,
    };
    Ok(page(words, &shown))
}

#[cfg(test)]
impl ServersPage {
    pub(in crate::web) fn sample(words: crate::web::words::Words, text: &str) -> Self {
        use super::overview::{SAMPLES, sample_link};

        let rows = if text.is_empty() {
            Vec::new()
        } else {
            SAMPLES
                .map(|link| Row::new(words, &sample_link(link)))
                .into_iter()
                .collect()
        };
        Self {
            frame: Frame::sample(words, text, crate::web::frame::Section::Admin),
            search: text.to_owned(),
            other: Some("dog.example.org".to_owned()),
            rows,
            more: Some("/admin/servers?after=x".to_owned()),
        }
    }
}
