//! `/login` and `/logout`.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use http::HeaderMap;
use http::header::SET_COOKIE;

use super::fields::Fields;
use super::frame::{Frame, Section, page, page_telling};
use super::told::Told;
use super::visitor::Guest;
use crate::accounts::{self, session};
use crate::app::App;
use crate::http::problem::ApiProblem;
use crate::http::reference::Reference;
use crate::pace::Client;

/// Where people arrive who came from nowhere in particular.
const HOME: &str = "/connections";

/// What `templates/log_in.html` needs.
#[derive(Template)]
#[template(path = "log_in.html")]
pub(super) struct LogInPage {
    frame: Frame,
    told: Option<Told>,
    name: String,
    next: String,
    invited: bool,
}

impl LogInPage {
    fn new(guest: &Guest, fields: &Fields, told: Option<Told>) -> Self {
        let next = local(fields.text("next")).unwrap_or_default();
        Self {
            frame: Frame::new(&guest.app, guest.words, None, Section::Elsewhere),
            told,
            name: fields.text("name").to_owned(),
            next: next.to_owned(),
            invited: next.starts_with("/accept?"),
        }
    }

    #[cfg(test)]
    pub(super) fn sample(words: super::words::Words, text: &str) -> Self {
        Self {
            frame: Frame::sample(words, "", Section::Elsewhere),
            told: Some(Told::sample(words, text)),
            name: format!("carol{text}"),
            next: format!("/accept?token={text}"),
            invited: true,
        }
    }
}

/// `GET /login`
pub(super) async fn form(guest: Guest, fields: Fields) -> Response {
    if guest.user.is_some() {
        return Redirect::to(local(fields.text("next")).unwrap_or(HOME)).into_response();
    }
    page(guest.words, &LogInPage::new(&guest, &fields, None))
}

/// `POST /login`
pub(super) async fn log_in(
    guest: Guest,
    client: Client,
    headers: HeaderMap,
    fields: Fields,
) -> Result<Response, ApiProblem> {
    let (app, reference) = (&guest.app, guest.reference.as_str());
    let (name, password) = (fields.text("name"), fields.exact("password"));
    let user = match accounts::log_in(app, name, password, client, reference).await {
        Ok(user) => user,
        Err(problem) => {
            let told = Some(guest.told(&problem));
            let shown = LogInPage::new(&guest, &fields, told);
            return Ok(page_telling(guest.words, Some(&problem), &shown));
        }
    };
    let cookie = session::open(app, &user, &headers, reference)
        .await
        .map_err(|problem| guest.fails(problem))?;
    let next = local(fields.text("next")).unwrap_or(HOME);
    Ok(([(SET_COOKIE, cookie)], Redirect::to(next)).into_response())
}

/// `POST /logout`
pub(super) async fn log_out(
    State(app): State<App>,
    reference: Reference,
    headers: HeaderMap,
) -> Response {
    let cookie = session::close(&app, &headers, reference.as_str()).await;
    ([(SET_COOKIE, cookie)], Redirect::to("/login")).into_response()
}

/// A path on this server, to go on to after the log-in; `None` for everything that a browser might take for another
/// server, such as `//example.org` and `/\example.org`.
fn local(next: &str) -> Option<&str> {
    let below = next.strip_prefix('/')?;
    let foreign =
        below.starts_with(['/', '\\']) || !next.bytes().all(|byte| byte.is_ascii_graphic());
    (!foreign).then_some(next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_server_are_gone_on_to() {
        for next in [
            "/",
            "/accept?token=a&providerDomain=b",
            "/invitations/1#link",
        ] {
            assert_eq!(local(next), Some(next));
        }
        for next in [
            "",
            "connections",
            "//example.org",
            "/\\example.org",
            "https://example.org/",
            "/\t/example.org",
            "/a\r\nSet-Cookie: b",
            "javascript:alert(1)",
            "/ü",
        ] {
            assert_eq!(local(next), None, "{next:?}");
        }
    }
}
