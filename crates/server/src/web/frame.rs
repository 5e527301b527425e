//! What every page shares: the head, the navigation, and how a template becomes an answer.

use askama::Template;
use axum::response::{Html, IntoResponse, Response};
use http::StatusCode;
use http::header::CONTENT_LANGUAGE;
use symbolon_proto::problem::{Problem, Surface};
use symbolon_store::users::User;

use super::assets::{ASSETS, Assets};
use super::words::{Saying, Words};
use crate::app::App;
use crate::http::problem::{note, status};

/// The entry of the navigation that a page belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Section {
    Connections,
    Invitations,
    Accept,
    Admin,
    Settings,
    Elsewhere,
}

/// What the script of the pages says: the names of its `data-` attributes, and the texts. A number, a name or a part of a
/// time goes in where a text has `{n}`, `{name}` or the like.
const SCRIPT: [(&str, &str); 14] = [
    ("clock", "clock-here"),
    ("moment", "moment-here"),
    ("day", "day"),
    ("day-of-year", "day-of-year"),
    ("now", "soon-now"),
    ("seconds", "soon-seconds"),
    ("minutes", "soon-minutes"),
    ("hours", "soon-hours"),
    ("connected", "now-connected-toast"),
    ("disconnected", "now-disconnected-toast"),
    ("told", "now-told-toast"),
    ("untold", "now-untold-toast"),
    ("refused", "now-refused-toast"),
    ("unsent", "now-unsent-toast"),
];

/// The navigation: where, and under which words.
const ENTRIES: [(Section, &str, &str); 4] = [
    (Section::Connections, "/connections", "connections"),
    (Section::Invitations, "/invitations", "invitations"),
    (Section::Accept, "/accept", "tab-accept"),
    (Section::Admin, "/admin", "admin"),
];

/// The pages below `/admin`.
const ADMIN: [(&str, &str); 6] = [
    ("/admin", "admin-overview"),
    ("/admin/servers", "admin-servers"),
    ("/admin/deliveries", "admin-deliveries"),
    ("/admin/people", "admin-people"),
    ("/admin/audit", "admin-audit"),
    ("/admin/doctor", "admin-doctor"),
];

/// One link of the navigation.
pub(super) struct Entry {
    pub(super) path: &'static str,
    pub(super) words: Saying,
    pub(super) here: bool,
}

/// What `templates/frame.html` needs.
pub(super) struct Frame {
    pub(super) server: String,
    pub(super) words: Words,
    pub(super) person: Option<String>,
    /// Their account, so that pages of one browser tell each other what happens, and never somebody else's.
    pub(super) who: Option<String>,
    pub(super) here: Section,
    /// They may manage this server.
    pub(super) admin: bool,
    /// The last event before the page was put together; the script listens for those behind it.
    pub(super) after: Option<i64>,
    pub(super) assets: &'static Assets,
}

impl Frame {
    /// For somebody who is logged in, or for anybody.
    pub(super) fn new(app: &App, words: Words, user: Option<&User>, here: Section) -> Self {
        Self {
            server: app.config.name.clone(),
            words,
            person: user.map(|user| user.display_name.clone()),
            who: user.map(|user| user.id.to_string()),
            here,
            admin: user.is_some_and(|user| user.admin),
            after: None,
            assets: &ASSETS,
        }
    }

    /// A text of `texts/`, for templates.
    pub(super) fn say(&self, id: &'static str) -> Saying {
        self.words.say(id)
    }

    /// The page is about the reader's own account.
    pub(super) fn is_settings(&self) -> bool {
        self.here == Section::Settings
    }

    /// The language of the page, for its root element.
    pub(super) fn lang(&self) -> &'static str {
        self.words.0.tag()
    }

    /// What the script says.
    pub(super) fn script_words(&self) -> impl Iterator<Item = (&'static str, Saying)> {
        SCRIPT.into_iter().map(|(name, id)| {
            let text = self.say(id).with("n", "{n}").with("name", "{name}");
            let text = text.with("day", "{day}").with("month", "{month}");
            let text = text.with("year", "{year}").with("clock", "{clock}");
            (name, text.with("server", "{server}"))
        })
    }

    /// What the script calls the months.
    pub(super) fn months(&self) -> impl Iterator<Item = Saying> {
        (1..=12_u32).map(|month| self.say("month").with("month", month))
    }

    pub(super) fn entries(&self) -> impl Iterator<Item = Entry> {
        let seen = |section| self.admin || section != Section::Admin;
        let entries = ENTRIES.iter().filter(move |entry| seen(entry.0));
        entries.map(|&(section, path, words)| Entry {
            path,
            words: self.say(words),
            here: section == self.here,
        })
    }

    /// The pages for administrators.
    pub(super) fn admin_entries(&self, here: &str) -> impl Iterator<Item = Entry> {
        ADMIN.iter().map(move |&(path, words)| Entry {
            path,
            words: self.say(words),
            here: path == here,
        })
    }

    #[cfg(test)]
    pub(super) fn sample(words: Words, person: &str, here: Section) -> Self {
        Self {
            server: "Dog University".to_owned(),
            words,
            person: Some(person.to_owned()).filter(|person| !person.is_empty()),
            who: None,
            here,
            admin: here == Section::Admin,
            after: None,
            assets: &ASSETS,
        }
    }
}

/// A page as an answer.
pub(super) fn page(words: Words, template: &impl Template) -> Response {
    page_with(words, StatusCode::OK, template)
}

/// A page that tells a problem among other things, which the log and the figures hear of too.
pub(super) fn page_telling(
    words: Words,
    problem: Option<&Problem>,
    template: &impl Template,
) -> Response {
    let Some(problem) = problem else {
        return page(words, template);
    };
    let status = status(problem, Surface::Page);
    let mut response = page_with(words, status, template);
    note(&mut response, problem);
    response
}

/// A page with a status of its own.
pub(super) fn page_with(words: Words, status: StatusCode, template: &impl Template) -> Response {
    let text = template
        .render()
        .expect("templates write to memory and call nothing that fails");
    let headers = [(CONTENT_LANGUAGE, words.0.tag())];
    (status, headers, Html(text)).into_response()
}
