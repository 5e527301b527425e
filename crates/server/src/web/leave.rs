//! `/settings/leave`: first what it would do, then the deed, which the password confirms; and `/left`, the page after it.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use http::HeaderMap;
use http::header::SET_COOKIE;
use symbolon_proto::problem::{Code, Problem};

use super::at_field::AtField;
use super::fields::Fields;
use super::frame::{Frame, Section, page, page_telling};
use super::told::{Field, Told};
use super::visitor::{Guest, Visitor};
use crate::accounts::{self, Typed, session};
use crate::actions::departures;
use crate::http::problem::ApiProblem;
use crate::pace::Client;

/// What `templates/leave.html` needs.
#[derive(Template)]
#[template(path = "leave.html")]
pub(super) struct LeavePage {
    frame: Frame,
    told: Option<Told>,
    name: String,
    /// There is a password to confirm with.
    by_password: bool,
    people: u64,
    servers: u64,
    elsewhere: u64,
    invitations: u64,
    acceptances: u64,
}

/// What `templates/left.html` needs.
#[derive(Template)]
#[template(path = "left.html")]
pub(super) struct LeftPage {
    frame: Frame,
}

/// `GET /settings/leave`
pub(super) async fn ask(visitor: Visitor) -> Result<Response, ApiProblem> {
    let shown = load(&visitor).await;
    shown
        .map(|it| page(visitor.words, &it))
        .map_err(|problem| visitor.fails(problem))
}

/// `POST /settings/leave`
pub(super) async fn leave(
    visitor: Visitor,
    client: Client,
    headers: HeaderMap,
    fields: Fields,
) -> Result<Response, ApiProblem> {
    let (app, user, reference) = (&visitor.app, &visitor.user, visitor.reference.as_str());
    let password = fields.exact("password");
    let typed = Typed { password, client };
    match departures::leave(app, user, true, typed, reference).await {
        Ok(_) => {
            // The session is over already; its cookie goes too.
            let cookie = session::close(app, &headers, reference).await;
            Ok(([(SET_COOKIE, cookie)], Redirect::to("/left")).into_response())
        }
        Err(problem) => {
            let shown = load(&visitor).await;
            let shown = shown.map_err(|problem| visitor.fails(problem))?;
            let (problem, told) = match problem.code() {
                Code::PasswordWrong if !shown.by_password => wrong_name(&visitor),
                _ => {
                    let told = visitor.told(&problem);
                    let told = told.at_what_was_typed(Code::PasswordWrong, "password");
                    (problem, told)
                }
            };
            let told = Some(told);
            let shown = LeavePage { told, ..shown };
            Ok(page_telling(visitor.words, Some(&problem), &shown))
        }
    }
}

/// Whoever has no password has been asked for their user name, and for nothing else.
fn wrong_name(visitor: &Visitor) -> (Problem, Told) {
    let problem = Problem::new(Code::MemberInvalid)
        .with("member", "user_name")
        .with("reason", "other-name");
    let label = visitor.words.say("your-user-name");
    let told = visitor.told(&problem);
    let told = told.at(visitor.words, &label, Field("password"));
    (problem, told)
}

/// `GET /left`
pub(super) async fn left(guest: Guest) -> Response {
    let frame = guest.frame(Section::Elsewhere);
    page(guest.words, &LeftPage { frame })
}

async fn load(visitor: &Visitor) -> Result<LeavePage, Problem> {
    let ends = departures::ends(&visitor.app, &visitor.user).await?;
    let count = |number| u64::try_from(number).unwrap_or(u64::MAX);
    Ok(LeavePage {
        frame: visitor.frame(Section::Settings),
        told: None,
        name: visitor.user.name.clone(),
        by_password: accounts::has_password(&visitor.app, &visitor.user).await?,
        people: ends.people,
        servers: ends.servers,
        elsewhere: ends.elsewhere,
        invitations: count(ends.invitations),
        acceptances: count(ends.acceptances),
    })
}

#[cfg(test)]
impl LeavePage {
    pub(super) fn sample(words: super::words::Words, text: &str) -> Self {
        Self {
            frame: Frame::sample(words, text, Section::Settings),
            told: Some(Told::sample(words, text)),
            name: format!("carol{text}"),
            by_password: true,
            people: 3,
            servers: 2,
            elsewhere: 2,
            invitations: 1,
            acceptances: 1,
        }
    }

    pub(super) fn empty(words: super::words::Words) -> Self {
        Self {
            told: None,
            by_password: false,
            people: 0,
            servers: 0,
            elsewhere: 0,
            invitations: 0,
            acceptances: 0,
            ..Self::sample(words, "")
        }
    }
}

#[cfg(test)]
impl LeftPage {
    pub(super) fn sample(words: super::words::Words) -> Self {
        Self {
            frame: Frame::sample(words, "", Section::Elsewhere),
        }
    }
}
