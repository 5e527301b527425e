//! `/api/v1/me/sessions`

use axum::Json;
use axum::extract::{Path, State};
use http::header::AUTHORIZATION;
use http::{HeaderMap, StatusCode};
use serde::Serialize;
use symbolon_core::Id;
use utoipa::ToSchema;

use super::shapes::{Page, rfc3339};
use crate::accounts::{Account, session};
use crate::actions::sessions;
use crate::app::App;
use crate::http::problem::ApiProblem;
use crate::http::reference::Reference;

/// A browser in which somebody is logged in.
#[derive(Serialize, ToSchema)]
pub(super) struct Session {
    id: String,
    /// For example `Firefox`; absent where the browser does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    browser: Option<String>,
    /// For example `Linux`.
    #[serde(skip_serializing_if = "Option::is_none")]
    system: Option<String>,
    created_at: String,
    /// To the minute.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_used_at: Option<String>,
    /// The one in which this request was sent.
    current: bool,
}

/// How many have ended.
#[derive(Serialize, ToSchema)]
pub(super) struct Ended {
    ended: u64,
}

/// Where I am logged in, the session used last first; at most 100.
#[utoipa::path(get, path = "/api/v1/me/sessions", tag = "me", responses((status = 200, body = Page<Session>)))]
pub(super) async fn list(
    State(app): State<App>,
    Account(user): Account,
    reference: Reference,
    headers: HeaderMap,
) -> Result<Json<Page<Session>>, ApiProblem> {
    let listed = sessions::list(&app, &user).await;
    let listed = listed.map_err(|problem| ApiProblem::api(problem, &reference))?;
    let here = current(&app, &headers).await;
    let session = |one: symbolon_store::sessions::Session| Session {
        current: Some(&one.id) == here.as_ref(),
        id: one.id.to_string(),
        browser: one.browser,
        system: one.system,
        created_at: rfc3339(one.created_at),
        last_used_at: one.seen_at.map(rfc3339),
    };
    Ok(Json(Page {
        items: listed.into_iter().map(session).collect(),
        next_cursor: None,
    }))
}

/// Log out in one browser.
#[utoipa::path(delete, path = "/api/v1/me/sessions/{id}", tag = "me", params(("id" = String, Path)),
    responses((status = 204)))]
pub(super) async fn end(
    State(app): State<App>,
    Account(user): Account,
    reference: Reference,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiProblem> {
    let ended = sessions::end(&app, &user, &id, reference.as_str()).await;
    ended.map_err(|problem| ApiProblem::api(problem, &reference))?;
    Ok(StatusCode::NO_CONTENT)
}

/// Log out everywhere else. A request with an app password is in no session, so it ends them all.
#[utoipa::path(delete, path = "/api/v1/me/sessions", tag = "me", responses((status = 200, body = Ended)))]
pub(super) async fn end_others(
    State(app): State<App>,
    Account(user): Account,
    reference: Reference,
    headers: HeaderMap,
) -> Result<Json<Ended>, ApiProblem> {
    let keep = current(&app, &headers).await;
    let ended = sessions::end_others(&app, &user, keep, reference.as_str()).await;
    let ended = ended.map_err(|problem| ApiProblem::api(problem, &reference))?;
    Ok(Json(Ended { ended }))
}

/// The session of a request that is let in by one. One with an `Authorization` is let in by that, whatever else it carries.
pub(super) async fn current(app: &App, headers: &HeaderMap) -> Option<Id> {
    if headers.contains_key(AUTHORIZATION) {
        return None;
    }
    session::current(app, headers).await.map(|found| found.id)
}
