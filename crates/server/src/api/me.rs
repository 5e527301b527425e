//! `/api/v1/me`

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_TYPE, SET_COOKIE};
use http::{HeaderMap, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer, Serialize};
use symbolon_proto::language::Language;
use symbolon_proto::problem::{Code, Problem};
use symbolon_store::users::User;
use utoipa::{IntoParams, ToSchema};

use super::sessions;
use super::shapes::{Me, rfc3339};
use crate::accounts::{Account, Proved, Typed, session};
use crate::actions::{departures, emails, exports, profile};
use crate::app::App;
use crate::export::Format;
use crate::http::body::JsonBody;
use crate::http::language::Wish;
use crate::http::problem::ApiProblem;
use crate::http::query::Params;
use crate::http::reference::Reference;
use crate::pace::Client;

/// What to change about oneself; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AccountChange {
    /// The language of pages, problems and texts: `en`, `zh-CN` or `de`. It goes before `Accept-Language`, which counts again
    /// with null.
    #[serde(default, deserialize_with = "said")]
    #[schema(value_type = Option<String>)]
    language: Option<Option<String>>,
    /// What others see, from the next connection on.
    display_name: Option<String>,
    /// Sent to the servers of the people one connects with, and where news by mail go; null or blank: none. A server that
    /// sends mail sends a link there first: until it is opened and confirmed the address is `email_waiting`, and the one
    /// before counts. Where no mail is sent nobody checks it.
    #[serde(default, deserialize_with = "said")]
    #[schema(value_type = Option<String>)]
    email: Option<Option<String>>,
}

/// A new password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewPassword {
    /// The password of the account, not an app password.
    #[schema(value_type = String)]
    current_password: SecretString,
    /// At least 8 characters.
    #[schema(value_type = String)]
    new_password: SecretString,
}

/// The confirmation of something that cannot be undone.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Confirmation {
    /// The password of the account, not an app password. For an account that has none its log-in name, in a request with the
    /// cookie of a session: an app password does not close it.
    #[schema(value_type = String)]
    current_password: SecretString,
}

/// Since when an account is being deleted.
#[derive(Serialize, ToSchema)]
pub(super) struct Leaving {
    leaving_since: String,
}

/// In which format.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct CopyQuery {
    /// `json` (if absent): everything; `vcard` or `jscontact`: the people one is connected with.
    format: Option<String>,
}

/// A member that is there, be it null.
fn said<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(from).map(Some)
}

/// Who is asking.
#[utoipa::path(get, path = "/api/v1/me", tag = "me", responses((status = 200, body = Me)))]
pub(super) async fn get(
    State(app): State<App>,
    Account(user): Account,
    reference: Reference,
) -> Result<Json<Me>, ApiProblem> {
    let me = me(&app, user).await;
    me.map(Json)
        .map_err(|problem| ApiProblem::api(problem, &reference))
}

/// Change name, e-mail address or language.
#[utoipa::path(patch, path = "/api/v1/me", tag = "me", request_body = AccountChange,
    responses((status = 200, body = Me)))]
pub(super) async fn change(
    State(app): State<App>,
    Account(user): Account,
    reference: Reference,
    Wish(reads): Wish,
    JsonBody(body): JsonBody<AccountChange>,
) -> Result<Json<Me>, ApiProblem> {
    let fails = |problem| ApiProblem::api(problem, &reference);
    let language = match &body.language {
        Some(Some(tag)) => Some(Some(
            Language::parse(tag).ok_or_else(unknown).map_err(fails)?,
        )),
        Some(None) => Some(None),
        None => None,
    };
    let change = profile::Change {
        display_name: body.display_name,
        email: body.email.map(Option::unwrap_or_default),
    };
    let reads = language.flatten().unwrap_or(reads);
    let changed = profile::change(&app, &user, change, reads, reference.as_str()).await;
    let mut changed = changed.map_err(fails)?;
    if let Some(language) = language {
        let spoken = profile::set_language(&app, &changed, language, reference.as_str()).await;
        changed = spoken.map_err(fails)?;
    }
    me(&app, changed).await.map(Json).map_err(fails)
}

/// Choose a new password. Other sessions end, and the one of this request gets a new cookie; app passwords stay.
#[utoipa::path(put, path = "/api/v1/me/password", tag = "me", request_body = NewPassword,
    responses((status = 204)))]
pub(super) async fn change_password(
    State(app): State<App>,
    Account(user): Account,
    client: Client,
    reference: Reference,
    headers: HeaderMap,
    JsonBody(body): JsonBody<NewPassword>,
) -> Result<Response, ApiProblem> {
    let password = body.current_password.expose_secret();
    let current = Typed { password, client };
    let new = body.new_password.expose_secret();
    let here = sessions::current(&app, &headers).await;
    let (keep, cookie) = here.map(|id| session::replaced(&app, id)).unzip();
    let changed =
        profile::change_password(&app, &user, current, new, keep, reference.as_str()).await;
    changed.map_err(|problem| ApiProblem::api(problem, &reference))?;
    let mut response = StatusCode::NO_CONTENT.into_response();
    if let Some(cookie) = cookie {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    Ok(response)
}

/// A copy of what is kept about oneself.
#[utoipa::path(get, path = "/api/v1/me/copy", tag = "me", params(CopyQuery),
    responses((status = 200, content((serde_json::Value = "application/json"), (String = "text/vcard")))))]
pub(super) async fn copy(
    State(app): State<App>,
    Account(user): Account,
    reference: Reference,
    Params(query): Params<CopyQuery>,
) -> Result<Response, ApiProblem> {
    let fails = |problem| ApiProblem::api(problem, &reference);
    let format = Format::parse(query.format.as_deref().unwrap_or("json"));
    let format = format.ok_or_else(|| {
        let problem = Problem::new(Code::MemberInvalid).with("member", "format");
        let problem = problem.with("reason", "choices");
        fails(problem.with("choices", "json, vcard, jscontact"))
    })?;
    let copy = exports::copy(&app, &user, format, reference.as_str()).await;
    let copy = copy.map_err(fails)?;
    Ok(([(CONTENT_TYPE, format.media_type())], copy).into_response())
}

/// Delete my account: everybody is disconnected and told, and there is no way back.
#[utoipa::path(delete, path = "/api/v1/me", tag = "me", request_body = Confirmation,
    responses((status = 202, body = Leaving)))]
pub(super) async fn leave(
    State(app): State<App>,
    proved: Proved,
    client: Client,
    reference: Reference,
    JsonBody(body): JsonBody<Confirmation>,
) -> Result<(StatusCode, Json<Leaving>), ApiProblem> {
    let password = body.current_password.expose_secret();
    let typed = Typed { password, client };
    let (user, in_session) = (&proved.user, proved.in_session());
    let since = departures::leave(&app, user, in_session, typed, reference.as_str()).await;
    let since = since.map_err(|problem| ApiProblem::api(problem, &reference))?;
    let leaving = Leaving {
        leaving_since: rfc3339(since),
    };
    Ok((StatusCode::ACCEPTED, Json(leaving)))
}

async fn me(app: &App, user: User) -> Result<Me, Problem> {
    let waiting = emails::waiting(app, &user).await?;
    Ok(Me {
        email_waiting: waiting.map(|(change, _)| change.email),
        id: user.id.to_string(),
        address: format!("{}@{}", user.id, app.provider()),
        name: user.name,
        display_name: user.display_name,
        email: user.email,
        language: user.language.map(Language::tag),
    })
}

fn unknown() -> Problem {
    Problem::new(Code::MemberInvalid)
        .with("member", "language")
        .with("reason", "languages")
}
