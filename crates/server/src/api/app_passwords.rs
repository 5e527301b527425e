//! `/api/v1/me/app-passwords`

use axum::Json;
use axum::extract::{Path, State};
use http::StatusCode;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::shapes::{Page, rfc3339};
use crate::accounts::{self, Account, Typed};
use crate::actions::app_passwords;
use crate::app::App;
use crate::http::body::JsonBody;
use crate::http::problem::ApiProblem;
use crate::http::reference::Reference;
use crate::pace::Client;

/// A password for an app or a script; its text is kept nowhere.
#[derive(Serialize, ToSchema)]
pub(super) struct AppPassword {
    id: String,
    /// What it is for.
    label: String,
    created_at: String,
    /// To the minute; absent: never.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_used_at: Option<String>,
}

/// What the new one is for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewAppPassword {
    label: String,
    /// The password of the account: whoever has found an app password cannot make another one with it.
    #[schema(value_type = String)]
    current_password: SecretString,
}

/// A new app password.
#[derive(Serialize, ToSchema)]
pub(super) struct FreshAppPassword {
    id: String,
    label: String,
    /// Shown only now.
    password: String,
}

/// My app passwords, oldest first; at most 100.
#[utoipa::path(get, path = "/api/v1/me/app-passwords", tag = "me",
    responses((status = 200, body = Page<AppPassword>)))]
pub(super) async fn list(
    State(app): State<App>,
    Account(user): Account,
    reference: Reference,
) -> Result<Json<Page<AppPassword>>, ApiProblem> {
    let listed = app_passwords::list(&app, &user).await;
    let listed = listed.map_err(|problem| ApiProblem::api(problem, &reference))?;
    Ok(Json(Page {
        items: listed.into_iter().map(AppPassword::new).collect(),
        next_cursor: None,
    }))
}

/// Make an app password, which is shown this once.
#[utoipa::path(post, path = "/api/v1/me/app-passwords", tag = "me", request_body = NewAppPassword,
    responses((status = 201, body = FreshAppPassword)))]
pub(super) async fn create(
    State(app): State<App>,
    Account(user): Account,
    client: Client,
    reference: Reference,
    JsonBody(body): JsonBody<NewAppPassword>,
) -> Result<(StatusCode, Json<FreshAppPassword>), ApiProblem> {
    let fails = |problem| ApiProblem::api(problem, &reference);
    let password = body.current_password.expose_secret();
    accounts::confirm(&app, &user, Typed { password, client }, reference.as_str())
        .await
        .map_err(fails)?;
    let made = app_passwords::add(&app, &user, &body.label, reference.as_str()).await;
    let made = made.map_err(fails)?;
    let fresh = FreshAppPassword {
        id: made.id.to_string(),
        label: made.label,
        password: made.password.to_string(),
    };
    Ok((StatusCode::CREATED, Json(fresh)))
}

/// Take an app password away.
#[utoipa::path(delete, path = "/api/v1/me/app-passwords/{id}", tag = "me", params(("id" = String, Path)),
    responses((status = 204)))]
pub(super) async fn remove(
    State(app): State<App>,
    Account(user): Account,
    reference: Reference,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiProblem> {
    let removed = app_passwords::remove(&app, &user, &id, reference.as_str()).await;
    removed.map_err(|problem| ApiProblem::api(problem, &reference))?;
    Ok(StatusCode::NO_CONTENT)
}

impl AppPassword {
    fn new(one: symbolon_store::app_passwords::AppPassword) -> Self {
        Self {
            id: one.id.to_string(),
            label: one.label,
            created_at: rfc3339(one.created_at),
            last_used_at: one.last_used_at.map(rfc3339),
        }
    }
}
