//! `/api/v1/connections`

use axum::Json;
use axum::extract::{Path, State};
use serde::Deserialize;
use symbolon_core::{ConnectionId, Timestamp};
use symbolon_proto::address::Provider;
use symbolon_proto::problem::{Code, Problem};
use symbolon_store::connections::listing::Cursor;
use utoipa::{IntoParams, ToSchema};

use super::shapes::{Connection, LIMIT, LIMIT_MAX, Page};
use crate::accounts::Account;
use crate::actions::trace::Story;
use crate::actions::{connections, trace};
use crate::app::App;
use crate::http::body::JsonBody;
use crate::http::language::Wish;
use crate::http::problem::ApiProblem;
use crate::http::query::Params;
use crate::http::reference::Reference;

/// Which connections.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ListQuery {
    /// Words to look for in nickname, name, e-mail and address.
    q: Option<String>,
    /// Only people of this server.
    server: Option<String>,
    /// At most this many, up to 200.
    limit: Option<u32>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// `connected` if absent.
    state: Option<Wanted>,
}

/// Connected or not any more.
#[derive(Clone, Copy, Deserialize, PartialEq, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Wanted {
    Connected,
    Disconnected,
}

/// My connections, those connected last first; of those that have ended, the ones that did so last first.
#[utoipa::path(get, path = "/api/v1/connections", tag = "connections", params(ListQuery),
    responses((status = 200, body = Page<Connection>)))]
pub(super) async fn list(
    State(app): State<App>,
    Account(user): Account,
    reference: Reference,
    Wish(language): Wish,
    Params(query): Params<ListQuery>,
) -> Result<Json<Page<Connection>>, ApiProblem> {
    let limit = query.limit.unwrap_or(LIMIT).clamp(1, LIMIT_MAX);
    let after = query.cursor.as_deref().map(read_cursor).transpose();
    let after = after.map_err(|problem| ApiProblem::api(problem, &reference))?;
    let server = query.server.as_deref().map(Provider::parse).transpose();
    let server = server.map_err(|error| ApiProblem::api(error.problem(), &reference))?;
    let wanted = connections::Query {
        search: query.q,
        server,
        connected: query.state != Some(Wanted::Disconnected),
        after,
        limit: limit + 1,
    };
    let listed = connections::list(&app, &user, wanted).await;
    let mut found = listed.map_err(|problem| ApiProblem::api(problem, &reference))?;
    let more = found.len() > limit as usize;
    found.truncate(limit as usize);
    let last = found.last().filter(|_| more);
    Ok(Json(Page {
        next_cursor: last
            .map(Cursor::behind)
            .map(|last| format!("{}-{}", last.at.as_millis(), last.id)),
        items: found
            .iter()
            .map(|one| Connection::new(one, language))
            .collect(),
    }))
}

/// One connection, also after it ended.
#[utoipa::path(get, path = "/api/v1/connections/{id}", tag = "connections", params(("id" = String, Path)),
    responses((status = 200, body = Connection)))]
pub(super) async fn get(
    State(app): State<App>,
    Account(user): Account,
    reference: Reference,
    Wish(language): Wish,
    Path(id): Path<String>,
) -> Result<Json<Connection>, ApiProblem> {
    let found = connections::find(&app, &user, &id).await;
    let found = found.map_err(|problem| ApiProblem::api(problem, &reference))?;
    Ok(Json(Connection::new(&found, language)))
}

/// What to change about a connection.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ConnectionChange {
    /// What I call this person; nobody else sees it. A blank one, or null, takes it away.
    nickname: Option<String>,
}

/// Give somebody a name of my own.
#[utoipa::path(patch, path = "/api/v1/connections/{id}", tag = "connections", params(("id" = String, Path)),
    request_body = ConnectionChange, responses((status = 200, body = Connection)))]
pub(super) async fn change(
    State(app): State<App>,
    Account(user): Account,
    reference: Reference,
    Wish(language): Wish,
    Path(id): Path<String>,
    JsonBody(body): JsonBody<ConnectionChange>,
) -> Result<Json<Connection>, ApiProblem> {
    let nickname = body.nickname.unwrap_or_default();
    let done = connections::set_nickname(&app, &user, &id, &nickname, reference.as_str()).await;
    let done = done.map_err(|problem| ApiProblem::api(problem, &reference))?;
    Ok(Json(Connection::new(&done, language)))
}

/// Disconnect: final here at once. `told` says whether the other server knows.
#[utoipa::path(delete, path = "/api/v1/connections/{id}", tag = "connections", params(("id" = String, Path)),
    responses((status = 200, body = Connection)))]
pub(super) async fn disconnect(
    State(app): State<App>,
    Account(user): Account,
    reference: Reference,
    Wish(language): Wish,
    Path(id): Path<String>,
) -> Result<Json<Connection>, ApiProblem> {
    let done = connections::disconnect(&app, &user, &id, reference.as_str()).await;
    let done = done.map_err(|problem| ApiProblem::api(problem, &reference))?;
    Ok(Json(Connection::new(&done, language)))
}

/// What happened to a connection, in order: gestures, messages with every attempt, and what the other server answered.
#[utoipa::path(get, path = "/api/v1/connections/{id}/trace", tag = "connections", params(("id" = String, Path)),
    responses((status = 200, body = Story)))]
pub(super) async fn trace(
    State(app): State<App>,
    Account(user): Account,
    reference: Reference,
    Wish(language): Wish,
    Path(id): Path<String>,
) -> Result<Json<Story>, ApiProblem> {
    let fails = |problem| ApiProblem::api(problem, &reference);
    connections::find(&app, &user, &id).await.map_err(fails)?;
    let story = trace::of_connection(&app, &user, &id, language).await;
    Ok(Json(story.map_err(fails)?))
}

fn read_cursor(text: &str) -> Result<Cursor, Problem> {
    let invalid = || {
        let problem = Problem::new(Code::MemberInvalid).with("member", "cursor");
        problem.with("reason", "not-ours")
    };
    let (at, id) = text.rsplit_once('-').ok_or_else(invalid)?;
    let at: i64 = at.parse().map_err(|_| invalid())?;
    let id = ConnectionId::parse(id).ok_or_else(invalid)?;
    Ok(Cursor {
        at: Timestamp::from_millis(at),
        id,
    })
}
