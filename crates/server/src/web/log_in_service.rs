//! `/login/oidc`: to the service by which people log in, and back.

use axum::response::{IntoResponse, Redirect, Response};
use http::header::SET_COOKIE;
use http::{HeaderMap, HeaderValue};
use symbolon_proto::problem::{Code, Problem};

use super::fields::Fields;
use super::frame::page_telling;
use super::log_in::{HOME, LogInPage, local};
use super::visitor::Guest;
use crate::accounts::session;
use crate::http::problem::ApiProblem;
use crate::oidc::{Back, From, Oidc};
use crate::pace::Client;

/// `GET /login/oidc`: a link and no form, since Chromium lets no form lead to another server.
pub(super) async fn begin(guest: Guest, fields: Fields) -> Result<Response, ApiProblem> {
    let next = local(fields.text("next"));
    if guest.user.is_some() {
        return Ok(Redirect::to(next.unwrap_or(HOME)).into_response());
    }
    let oidc = service(&guest)?;
    let next = next.unwrap_or_default();
    match oidc.begin(&guest.app, next).await {
        Ok((url, cookie)) => Ok(([(SET_COOKIE, cookie)], Redirect::to(&url)).into_response()),
        Err(problem) => Ok(told(&guest, next, &problem)),
    }
}

/// `GET /login/oidc/callback`
pub(super) async fn back(
    guest: Guest,
    client: Client,
    headers: HeaderMap,
    fields: Fields,
) -> Result<Response, ApiProblem> {
    let oidc = service(&guest)?;
    let (app, reference) = (&guest.app, guest.reference.as_str());
    let back = Back {
        code: fields.exact("code"),
        state: fields.exact("state"),
        error: fields.exact("error"),
        issuer: fields.exact("iss"),
    };
    let from = From {
        client,
        headers: &headers,
        reference,
    };
    let finished = oidc.finish(app, back, from).await;
    let next = local(&finished.next).unwrap_or_default();
    let opened = match finished.user {
        Ok((user, by)) => session::open(app, &user, by, &headers, reference).await,
        Err(problem) => Err(problem),
    };
    let cookie = match opened {
        Ok(cookie) => cookie,
        Err(problem) => {
            let mut response = told(&guest, next, &problem);
            // Only a log-in that came back is over; one that a link of elsewhere pretends to end goes on.
            if problem.code() != Code::LogInNotBegunHere {
                response.headers_mut().append(SET_COOKIE, Oidc::over(app));
            }
            return Ok(response);
        }
    };
    let next = if next.is_empty() { HOME } else { next };
    let mut response = Redirect::to(next).into_response();
    let cookies: [HeaderValue; 2] = [cookie, Oidc::over(app)];
    for cookie in cookies {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    Ok(response)
}

/// The log-in page with what went wrong, and the way back to where somebody wanted to go.
fn told(guest: &Guest, next: &str, problem: &Problem) -> Response {
    let shown = LogInPage::telling(guest, next, problem);
    page_telling(guest.words, Some(problem), &shown)
}

fn service(guest: &Guest) -> Result<&Oidc, ApiProblem> {
    let service = guest.app.oidc.as_ref();
    service.ok_or_else(|| guest.fails(Problem::new(Code::NotFound)))
}
