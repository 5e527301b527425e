//! `/api/v1/acceptances`

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use symbolon_proto::language::Language;
use symbolon_proto::problem::Problem;
use utoipa::{IntoParams, ToSchema};

use super::shapes::{Acceptance, Accepted, Connection, LIMIT, LIMIT_MAX, Page};
use crate::accounts::Account;
use crate::actions::trace::Story;
use crate::actions::{acceptances, trace};
use crate::app::App;
use crate::http::body::JsonBody;
use crate::http::language::Wish;
use crate::http::problem::ApiProblem;
use crate::http::query::Params;
use crate::http::reference::Reference;

/// What to accept.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewAcceptance {
    /// Whatever was handed over: a code, a link, `token@server`, or a bare token with `provider` beside it.
    invite: String,
    /// The inviter's server, if `invite` does not name it.
    provider: Option<String>,
    /// Whether to keep my e-mail address to myself; the other server then gets a stand-in. Absent: it gets mine.
    #[serde(default)]
    keeps_email: bool,
}

/// Which of them.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ListQuery {
    /// Only those whose outcome is not known yet.
    pending: Option<bool>,
    /// At most this many, up to 200.
    limit: Option<u32>,
}

/// Accept an invitation. 200: connected. 202: the outcome is not known yet and will be settled without your help.
#[utoipa::path(post, path = "/api/v1/acceptances", tag = "acceptances", request_body = NewAcceptance,
    responses((status = 200, body = Accepted), (status = 202, body = Accepted)))]
pub(super) async fn create(
    State(app): State<App>,
    Account(user): Account,
    reference: Reference,
    Wish(language): Wish,
    JsonBody(body): JsonBody<NewAcceptance>,
) -> Result<Response, ApiProblem> {
    let new = acceptances::NewAcceptance {
        pasted: &body.invite,
        provider: body.provider.as_deref(),
        keeps_email: body.keeps_email,
    };
    let accepted = acceptances::accept(&app, &user, new, reference.as_str()).await;
    answer(accepted, language, &reference)
}

/// My acceptances, newest first.
#[utoipa::path(get, path = "/api/v1/acceptances", tag = "acceptances", params(ListQuery),
    responses((status = 200, body = Page<Acceptance>)))]
pub(super) async fn list(
    State(app): State<App>,
    Account(user): Account,
    reference: Reference,
    Wish(language): Wish,
    Params(query): Params<ListQuery>,
) -> Result<Json<Page<Acceptance>>, ApiProblem> {
    let limit = query.limit.unwrap_or(LIMIT).clamp(1, LIMIT_MAX);
    let listed = acceptances::list(&app, &user, query.pending.unwrap_or(false), limit).await;
    let found = listed.map_err(|problem| ApiProblem::api(problem, &reference))?;
    Ok(Json(Page {
        items: found
            .iter()
            .map(|one| Acceptance::new(one, language))
            .collect(),
        next_cursor: None,
    }))
}

/// One acceptance.
#[utoipa::path(get, path = "/api/v1/acceptances/{id}", tag = "acceptances", params(("id" = String, Path)),
    responses((status = 200, body = Acceptance)))]
pub(super) async fn get(
    State(app): State<App>,
    Account(user): Account,
    reference: Reference,
    Wish(language): Wish,
    Path(id): Path<String>,
) -> Result<Json<Acceptance>, ApiProblem> {
    let found = acceptances::find(&app, &user, &id).await;
    let found = found.map_err(|problem| ApiProblem::api(problem, &reference))?;
    Ok(Json(Acceptance::new(&found, language)))
}

/// Cancel a pending acceptance. If a request may have reached the other server, its outcome is learnt first, and what came
/// of it is undone.
#[utoipa::path(delete, path = "/api/v1/acceptances/{id}", tag = "acceptances", params(("id" = String, Path)),
    responses((status = 200, body = Acceptance)))]
pub(super) async fn cancel(
    State(app): State<App>,
    Account(user): Account,
    reference: Reference,
    Wish(language): Wish,
    Path(id): Path<String>,
) -> Result<Json<Acceptance>, ApiProblem> {
    let cancelled = acceptances::cancel(&app, &user, &id, reference.as_str()).await;
    let cancelled = cancelled.map_err(|problem| ApiProblem::api(problem, &reference))?;
    Ok(Json(Acceptance::new(&cancelled, language)))
}

/// Try a pending acceptance again now.
#[utoipa::path(post, path = "/api/v1/acceptances/{id}/retry", tag = "acceptances", params(("id" = String, Path)),
    responses((status = 200, body = Accepted), (status = 202, body = Accepted)))]
pub(super) async fn retry(
    State(app): State<App>,
    Account(user): Account,
    reference: Reference,
    Wish(language): Wish,
    Path(id): Path<String>,
) -> Result<Response, ApiProblem> {
    let retried = acceptances::retry(&app, &user, &id, reference.as_str()).await;
    answer(retried, language, &reference)
}

/// Accept the invitation of an earlier acceptance once more, as after an accidental disconnect.
#[utoipa::path(post, path = "/api/v1/acceptances/{id}/again", tag = "acceptances", params(("id" = String, Path)),
    responses((status = 200, body = Accepted), (status = 202, body = Accepted)))]
pub(super) async fn again(
    State(app): State<App>,
    Account(user): Account,
    reference: Reference,
    Wish(language): Wish,
    Path(id): Path<String>,
) -> Result<Response, ApiProblem> {
    let accepted = acceptances::again(&app, &user, &id, reference.as_str()).await;
    answer(accepted, language, &reference)
}

/// What happened to an acceptance, in order: gestures, messages with every attempt, and what the other server answered.
#[utoipa::path(get, path = "/api/v1/acceptances/{id}/trace", tag = "acceptances", params(("id" = String, Path)),
    responses((status = 200, body = Story)))]
pub(super) async fn trace(
    State(app): State<App>,
    Account(user): Account,
    reference: Reference,
    Wish(language): Wish,
    Path(id): Path<String>,
) -> Result<Json<Story>, ApiProblem> {
    let fails = |problem| ApiProblem::api(problem, &reference);
    acceptances::find(&app, &user, &id).await.map_err(fails)?;
    let story = trace::of_acceptance(&app, &user, &id, language).await;
    Ok(Json(story.map_err(fails)?))
}

fn answer(
    accepted: Result<acceptances::Accepted, Problem>,
    language: Language,
    reference: &Reference,
) -> Result<Response, ApiProblem> {
    let accepted = accepted.map_err(|problem| ApiProblem::api(problem, reference))?;
    Ok(match accepted {
        acceptances::Accepted::Connected {
            acceptance,
            connection,
            ..
        } => Json(Accepted {
            acceptance: acceptance
                .as_ref()
                .map(|one| Acceptance::new(one, language)),
            connection: Some(Connection::new(&connection, language)),
        })
        .into_response(),
        acceptances::Accepted::Pending(acceptance) => {
            let acceptance = Some(Acceptance::new(&acceptance, language));
            (
                StatusCode::ACCEPTED,
                Json(Accepted {
                    acceptance,
                    connection: None,
                }),
            )
                .into_response()
        }
    })
}
