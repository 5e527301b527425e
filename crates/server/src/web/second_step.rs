//! `/login/code`: the second step of a log-in with a password, for those who have a second factor.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use http::HeaderMap;
use http::header::SET_COOKIE;
use symbolon_proto::problem::{Code, Problem};

use super::at_field::AtField;
use super::fields::Fields;
use super::frame::{Frame, Section, page, page_telling};
use super::log_in::{HOME, LogInPage, link, local};
use super::told::Told;
use super::visitor::Guest;
use crate::accounts::second_step::{self, HalfWay};
use crate::pace::Client;

/// The field for a recovery code, and what its form says of itself.
const RECOVERY: &str = "recovery";

/// What `templates/second_step.html` needs.
#[derive(Template)]
#[template(path = "second_step.html")]
pub(super) struct SecondStepPage {
    frame: Frame,
    told: Option<Told>,
    /// It is tried with a recovery code.
    recovers: bool,
    name: String,
    next: String,
    /// The first step, for somebody else.
    anew: String,
}

impl SecondStepPage {
    fn new(guest: &Guest, name: &str, next: &str) -> Self {
        Self {
            frame: Frame::new(&guest.app, guest.words, None, Section::Elsewhere),
            told: None,
            recovers: false,
            name: name.to_owned(),
            next: local(next).unwrap_or_default().to_owned(),
            anew: link("/login", local(next).unwrap_or_default()),
        }
    }

    #[cfg(test)]
    pub(super) fn sample(words: super::words::Words, text: &str) -> Self {
        Self {
            frame: Frame::sample(words, "", Section::Elsewhere),
            told: Some(Told::sample(words, text)),
            recovers: true,
            name: format!("carol{text}"),
            next: format!("/accept?token={text}"),
            anew: link("/login", &format!("/accept?token={text}")),
        }
    }
}

/// From the log-in page to this one.
pub(super) fn begin(guest: &Guest, half: &HalfWay, next: &str) -> Response {
    let cookie = half.cookie(&guest.app);
    let path = link("/login/code", local(next).unwrap_or_default());
    ([(SET_COOKIE, cookie)], Redirect::to(&path)).into_response()
}

/// `GET /login/code`
pub(super) async fn form(guest: Guest, headers: HeaderMap, fields: Fields) -> Response {
    let next = fields.text("next");
    match HalfWay::carried(&guest.app, &headers) {
        Some(half) => {
            let shown = SecondStepPage::new(&guest, &half.name, next);
            page(guest.words, &shown)
        }
        // Finished in another tab.
        None if guest.user.is_some() => Redirect::to(local(next).unwrap_or(HOME)).into_response(),
        None => begun_nowhere(&guest, next),
    }
}

/// `POST /login/code`
pub(super) async fn finish(
    guest: Guest,
    client: Client,
    headers: HeaderMap,
    fields: Fields,
) -> Response {
    let (name, next) = (fields.text("name"), fields.text("next"));
    let (app, reference) = (&guest.app, guest.reference.as_str());
    let code = fields.text("code");
    match second_step::finish(app, &headers, name, (code, client), reference).await {
        Ok([session, known]) => {
            let mut response = Redirect::to(local(next).unwrap_or(HOME)).into_response();
            for cookie in [session, known, second_step::over(app)] {
                response.headers_mut().append(SET_COOKIE, cookie);
            }
            response
        }
        Err(problem) if problem.code() != Code::LogInNotBegunHere => {
            let recovers = fields.text("by") == RECOVERY;
            let wrong = Code::SecondFactorWrong;
            let (problem, field) = match recovers {
                true if problem.code() == wrong => (problem.with("reason", RECOVERY), RECOVERY),
                true => (problem, RECOVERY),
                false => (problem, "code"),
            };
            let told = guest.told(&problem).at_what_was_typed(wrong, field);
            let shown = SecondStepPage {
                told: Some(told),
                recovers,
                ..SecondStepPage::new(&guest, name, next)
            };
            page_telling(guest.words, Some(&problem), &shown)
        }
        Err(_) if guest.user.as_ref().is_some_and(|user| user.name == name) => {
            Redirect::to(local(next).unwrap_or(HOME)).into_response()
        }
        Err(_) => begun_nowhere(&guest, next),
    }
}

fn begun_nowhere(guest: &Guest, next: &str) -> Response {
    let problem = Problem::new(Code::LogInNotBegunHere);
    let shown = LogInPage::telling(guest, next, &problem);
    page_telling(guest.words, Some(&problem), &shown)
}
