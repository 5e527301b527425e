//! What every page shares: the head, the navigation, and how a template becomes an answer.

use askama::Template;
use axum::response::{Html, IntoResponse, Response};
use http::StatusCode;
use symbolon_store::users::User;

use super::assets::{ASSETS, Assets};
use crate::app::App;

/// The entry of the navigation that a page belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Section {
    Connections,
    Invitations,
    Accept,
    Elsewhere,
}

/// The navigation: where, and under which words.
const ENTRIES: [(Section, &str, &str); 3] = [
    (Section::Connections, "/connections", "Connections"),
    (Section::Invitations, "/invitations", "Invitations"),
    (Section::Accept, "/accept", "Accept an invitation"),
];

/// One link of the navigation.
pub(super) struct Entry {
    pub(super) path: &'static str,
    pub(super) words: &'static str,
    pub(super) here: bool,
}

/// What `templates/frame.html` needs.
pub(super) struct Frame {
    pub(super) server: String,
    pub(super) person: Option<String>,
    pub(super) here: Section,
    /// The last event before the page was put together; the script listens for those behind it.
    pub(super) after: Option<i64>,
    pub(super) assets: &'static Assets,
}

impl Frame {
    /// For somebody who is logged in, or for anybody.
    pub(super) fn new(app: &App, user: Option<&User>, here: Section) -> Self {
        Self {
            server: app.config.name.clone(),
            person: user.map(|user| user.display_name.clone()),
            here,
            after: None,
            assets: &ASSETS,
        }
    }

    pub(super) fn entries(&self) -> impl Iterator<Item = Entry> {
        ENTRIES.iter().map(|&(section, path, words)| Entry {
            path,
            words,
            here: section == self.here,
        })
    }

    #[cfg(test)]
    pub(super) fn sample(person: &str, here: Section) -> Self {
        Self {
            server: "Dog University".to_owned(),
            person: Some(person.to_owned()).filter(|person| !person.is_empty()),
            here,
            after: None,
            assets: &ASSETS,
        }
    }
}

/// A page as an answer.
pub(super) fn page(template: &impl Template) -> Response {
    page_with(StatusCode::OK, template)
}

/// A page with a status of its own.
pub(super) fn page_with(status: StatusCode, template: &impl Template) -> Response {
    let text = template
        .render()
        .expect("templates write to memory and call nothing that fails");
    (status, Html(text)).into_response()
}
