//! `/admin`: the pages of those who manage this server, one file per page. To everybody else there are no such pages.
//!
//! Whatever they do here is done by the functions that the command line uses too, and is in the audit trail under their
//! account.

mod audit;
mod delete;
mod deliveries;
mod doctor;
mod map;
mod notes;
mod overview;
mod people;
mod person;
mod server;
mod servers;

#[cfg(test)]
pub(super) use self::{
    audit::AuditPage, delete::DeletePage, deliveries::DeliveriesPage, doctor::DoctorPage,
    overview::OverviewPage, people::PeoplePage, person::AddPage, person::PersonPage,
    server::ServerPage, servers::ServersPage,
};

use axum::Router;
use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use http::request::Parts;

use super::fields::Fields;
use super::frame::{Frame, Section};
use super::gzip::small;
use super::visitor::Visitor;
use super::words::{Saying, Words};
use crate::actions::not_found;
use crate::actions::servers::Link;
use crate::app::App;

/// Every page for administrators.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/admin", small(get(overview::show)))
        .route("/admin/servers", small(get(servers::list)))
        .route(
            "/admin/servers/{server}",
            small(get(server::show)).post(server::decide),
        )
        .route("/admin/servers/{server}/forget", post(server::forget))
        .route("/admin/servers/{server}/notes", post(notes::change))
        .route("/admin/deliveries", small(get(deliveries::list)))
        .route("/admin/deliveries/{id}/retry", post(deliveries::retry))
        .route("/admin/deliveries/{id}/give-up", post(deliveries::give_up))
        .route("/admin/people", small(get(people::list)))
        .route("/admin/people/new", get(person::ask).post(person::add))
        .route("/admin/people/{id}", get(person::show))
        .route("/admin/people/{id}/profile", post(person::profile))
        .route("/admin/people/{id}/password", post(person::password))
        .route(
            "/admin/people/{id}/delete",
            get(delete::ask).post(delete::delete),
        )
        .route("/admin/people/{id}/{gesture}", post(person::gesture))
        .route("/admin/audit", small(get(audit::show)))
        .route("/admin/doctor", get(doctor::ask).post(doctor::run))
        .layer(doctor::limit())
}

/// Somebody who may manage this server. Whoever may not gets the answer for a page that does not exist.
pub(super) struct Administrator(Visitor);

impl Administrator {
    fn frame(&self) -> Frame {
        self.0.frame(Section::Admin)
    }

    /// What the page before did.
    fn done(&self, fields: &Fields) -> Option<Saying> {
        let words = self.0.words;
        let done = match fields.text("done") {
            "trusted" => "admin-done-trusted",
            "blocked" => "admin-done-blocked",
            "forgotten" => "admin-done-forgotten",
            "noted" => "admin-done-noted",
            "noted-weaker" => "admin-done-noted-weaker",
            "note-removed" => "admin-done-note-removed",
            "retried" => "admin-done-retried",
            "given-up" => "admin-done-given-up",
            "taken-back" => "admin-done-taken-back",
            "disabled" => "admin-done-disabled",
            "enabled" => "admin-done-enabled",
            "saved" => "settings-saved",
            "factor-off" => "admin-done-factor-off",
            "logged-out" => "admin-done-logged-out",
            "admin" => "admin-done-admin",
            "no-admin" => "admin-done-no-admin",
            "linked" => "admin-done-linked",
            "unlinked" => "admin-done-unlinked",
            "deleted" => "admin-done-deleted",
            _ => return None,
        };
        Some(words.say(done))
    }
}

impl FromRequestParts<App> for Administrator {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let visitor = Visitor::from_request_parts(parts, app).await?;
        if visitor.user.admin {
            return Ok(Self(visitor));
        }
        Err(visitor.fails(not_found("page")).into_response())
    }
}

/// The page again, after something was done.
fn back(page: &str, done: &str) -> Response {
    Redirect::to(&format!("{page}?done={done}")).into_response()
}

/// An address with a query of what is not empty.
fn address(page: &str, query: &[(&str, &str)]) -> String {
    let mut text = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in query.iter().filter(|(_, value)| !value.is_empty()) {
        text.append_pair(name, value);
    }
    format!("{page}?{}", text.finish())
}

/// Cuts a list that was asked for with one more than the page holds; tells whether there was more.
fn cut<T>(list: &mut Vec<T>, page: u32) -> bool {
    let page = usize::try_from(page).unwrap_or(usize::MAX);
    let more = list.len() > page;
    list.truncate(page);
    more
}

/// A number that was counted up to a bound.
fn counted(words: Words, number: u64, bound: u64) -> Saying {
    let id = if number >= bound {
        "admin-or-more"
    } else {
        "number"
    };
    words.say(id).with("n", number)
}

/// How a state looks: the class of its colour, which never stands alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tone {
    Good,
    Wait,
    Bad,
    Off,
}

impl Tone {
    fn of(link: Link) -> Self {
        match link {
            Link::Well => Self::Good,
            Link::Waiting => Self::Wait,
            Link::Stuck | Link::Silent => Self::Bad,
            Link::Blocked | Link::Unknown => Self::Off,
        }
    }

    fn class(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Wait => "wait",
            Self::Bad => "bad",
            Self::Off => "off",
        }
    }
}

/// The link in a few words.
fn link_words(words: Words, link: Link) -> Saying {
    words.say(match link {
        Link::Well => "admin-link-well",
        Link::Waiting => "admin-link-waiting",
        Link::Stuck => "admin-link-stuck",
        Link::Silent => "admin-link-silent",
        Link::Blocked => "admin-link-blocked",
        Link::Unknown => "admin-link-unknown",
    })
}
