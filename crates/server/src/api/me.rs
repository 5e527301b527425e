//! `/api/v1/me`

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use symbolon_proto::language::Language;
use symbolon_proto::problem::{Code, Problem};
use symbolon_store::users::User;
use utoipa::ToSchema;

use super::shapes::Me;
use crate::accounts::Account;
use crate::actions::profile;
use crate::app::App;
use crate::http::body::JsonBody;
use crate::http::problem::ApiProblem;
use crate::http::reference::Reference;

/// What to change about oneself.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Change {
    /// The language of pages, problems and texts: `en`, `zh-CN` or `de`. It goes before `Accept-Language`, which counts again
    /// with null.
    language: Option<String>,
}

/// Who is asking.
#[utoipa::path(get, path = "/api/v1/me", tag = "me", responses((status = 200, body = Me)))]
pub(super) async fn get(State(app): State<App>, Account(user): Account) -> Json<Me> {
    Json(me(&app, user))
}

/// Choose the language in which this server speaks to oneself.
#[utoipa::path(patch, path = "/api/v1/me", tag = "me", request_body = Change,
    responses((status = 200, body = Me)))]
pub(super) async fn change(
    State(app): State<App>,
    Account(user): Account,
    reference: Reference,
    JsonBody(body): JsonBody<Change>,
) -> Result<Json<Me>, ApiProblem> {
    let fails = |problem| ApiProblem::api(problem, &reference);
    let language = match body.language.as_deref() {
        Some(tag) => Some(Language::parse(tag).ok_or_else(unknown).map_err(fails)?),
        None => None,
    };
    let changed = profile::set_language(&app, &user, language, reference.as_str()).await;
    Ok(Json(me(&app, changed.map_err(fails)?)))
}

fn me(app: &App, user: User) -> Me {
    Me {
        id: user.id.to_string(),
        address: format!("{}@{}", user.id, app.provider()),
        name: user.name,
        display_name: user.display_name,
        email: user.email,
        language: user.language.map(Language::tag),
    }
}

fn unknown() -> Problem {
    Problem::new(Code::MemberInvalid)
        .with("member", "language")
        .with("reason", "languages")
}
