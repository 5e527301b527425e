//! `/api/v1/invites`

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Deserializer};
use symbolon_core::connections::Gesture;
use symbolon_core::invites::Uses;
use symbolon_proto::language::Language;
use symbolon_proto::problem::{Code, Problem};
use utoipa::{IntoParams, ToSchema};

use super::shapes::{Invite, LIMIT, LIMIT_MAX, Page};
use crate::accounts::Account;
use crate::actions::{invites, mails, trust};
use crate::app::App;
use crate::http::body::JsonBody;
use crate::http::language::Wish;
use crate::http::problem::ApiProblem;
use crate::http::query::Params;
use crate::http::reference::Reference;

/// A new invitation; every member may be left out.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewInvite {
    /// Words for oneself, up to 1000 characters.
    note: Option<String>,
    /// Whom it is meant for. If this server sends mail, the invitation is sent there; if not, `not_mailed` in the answer
    /// says so.
    email: Option<String>,
    /// In which language the mail speaks, `en`, `zh-CN` or `de`; that of one's own settings if absent.
    mail_language: Option<String>,
    /// Its life in seconds, 60 to 31536000; a week if absent.
    expires_in: Option<i64>,
    /// How many people it is for, or `"anyone"`; 1 if absent.
    #[serde(default, deserialize_with = "uses")]
    #[schema(value_type = Option<Object>)]
    uses: Option<Uses>,
}

fn uses<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Uses>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged, expecting = "expected a number of people or \"anyone\"")]
    enum Written {
        People(u32),
        Word(Anyone),
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Anyone {
        Anyone,
    }
    let written = Option::<Written>::deserialize(deserializer)?;
    Ok(written.map(|written| match written {
        Written::People(people) => Uses::People(people),
        Written::Word(Anyone::Anyone) => Uses::Anyone,
    }))
}

/// A new end for an invitation.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Renewal {
    /// Its life in seconds from now; a week if absent.
    expires_in: Option<i64>,
}

/// A mail that carries an invitation.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Mailing {
    /// To whom; the address of the invitation if absent, which this one replaces.
    email: Option<String>,
    /// In which language, `en`, `zh-CN` or `de`; that of one's own settings if absent.
    mail_language: Option<String>,
}

/// Which page of the list.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ListQuery {
    /// At most this many, up to 200.
    limit: Option<u32>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// Invite somebody.
#[utoipa::path(post, path = "/api/v1/invites", tag = "invites", request_body = NewInvite,
    responses((status = 201, body = Invite)))]
pub(super) async fn create(
    State(app): State<App>,
    Account(user): Account,
    reference: Reference,
    Wish(language): Wish,
    JsonBody(body): JsonBody<NewInvite>,
) -> Result<Response, ApiProblem> {
    let made = async {
        let new = invites::NewInvite {
            note: body.note,
            email: body.email,
            mail_language: spoken(body.mail_language.as_deref())?,
            expires_in_secs: body.expires_in,
            uses: body.uses.unwrap_or(Uses::People(1)),
        };
        let closed = trust::keeps_everybody_out(&app).await?;
        let made = invites::issue(&app, &user, new, reference.as_str()).await?;
        Ok((made, closed))
    };
    let (invitation, closed) = made
        .await
        .map_err(|problem| ApiProblem::api(problem, &reference))?;
    let location = format!("/api/v1/invites/{}", invitation.invite.id);
    let body = Json(Invite::made(
        &invitation,
        closed.as_ref(),
        language,
        app.now(),
    ));
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], body).into_response())
}

/// My invitations, newest first, ended ones included.
#[utoipa::path(get, path = "/api/v1/invites", tag = "invites", params(ListQuery),
    responses((status = 200, body = Page<Invite>)))]
pub(super) async fn list(
    State(app): State<App>,
    Account(user): Account,
    reference: Reference,
    Wish(language): Wish,
    Params(query): Params<ListQuery>,
) -> Result<Json<Page<Invite>>, ApiProblem> {
    let limit = query.limit.unwrap_or(LIMIT).clamp(1, LIMIT_MAX);
    let before = query.cursor.as_deref().map(cursor).transpose();
    let listed = match before {
        Ok(before) => invites::list(&app, &user, before, limit + 1).await,
        Err(problem) => Err(problem),
    };
    let mut found = listed.map_err(|problem| ApiProblem::api(problem, &reference))?;
    let more = found.len() > limit as usize;
    found.truncate(limit as usize);
    let last = found.last().filter(|_| more);
    let now = app.now();
    Ok(Json(Page {
        next_cursor: last.map(|invitation| invitation.invite.issued.0.to_string()),
        items: found
            .iter()
            .map(|invitation| Invite::new(invitation, None, language, now))
            .collect(),
    }))
}

/// One invitation, and who has come by it.
#[utoipa::path(get, path = "/api/v1/invites/{id}", tag = "invites", params(("id" = String, Path)),
    responses((status = 200, body = Invite)))]
pub(super) async fn get(
    State(app): State<App>,
    Account(user): Account,
    reference: Reference,
    Wish(language): Wish,
    Path(id): Path<String>,
) -> Result<Json<Invite>, ApiProblem> {
    let found = invites::find(&app, &user, &id).await;
    let (invitation, people) = found.map_err(|problem| ApiProblem::api(problem, &reference))?;
    Ok(Json(Invite::new(
        &invitation,
        Some(people),
        language,
        app.now(),
    )))
}

/// Take an invitation back; whoever has connected by it stays connected.
#[utoipa::path(delete, path = "/api/v1/invites/{id}", tag = "invites", params(("id" = String, Path)),
    responses((status = 200, body = Invite)))]
pub(super) async fn withdraw(
    State(app): State<App>,
    Account(user): Account,
    reference: Reference,
    Wish(language): Wish,
    Path(id): Path<String>,
) -> Result<Json<Invite>, ApiProblem> {
    let withdrawn = invites::withdraw(&app, &user, &id, reference.as_str()).await;
    let invitation = withdrawn.map_err(|problem| ApiProblem::api(problem, &reference))?;
    Ok(Json(Invite::new(&invitation, None, language, app.now())))
}

/// Give an open or expired invitation a new end.
#[utoipa::path(post, path = "/api/v1/invites/{id}/renew", tag = "invites", params(("id" = String, Path)),
    request_body = Renewal, responses((status = 200, body = Invite)))]
pub(super) async fn renew(
    State(app): State<App>,
    Account(user): Account,
    reference: Reference,
    Wish(language): Wish,
    Path(id): Path<String>,
    JsonBody(body): JsonBody<Renewal>,
) -> Result<Json<Invite>, ApiProblem> {
    let renewed = invites::renew(&app, &user, &id, body.expires_in, reference.as_str()).await;
    let invitation = renewed.map_err(|problem| ApiProblem::api(problem, &reference))?;
    Ok(Json(Invite::new(&invitation, None, language, app.now())))
}

/// Send an open invitation by mail, for the first time or again.
#[utoipa::path(post, path = "/api/v1/invites/{id}/mail", tag = "invites", params(("id" = String, Path)),
    request_body = Mailing, responses((status = 200, body = Invite)))]
pub(super) async fn mail(
    State(app): State<App>,
    Account(user): Account,
    reference: Reference,
    Wish(language): Wish,
    Path(id): Path<String>,
    JsonBody(body): JsonBody<Mailing>,
) -> Result<Json<Invite>, ApiProblem> {
    let sent = async {
        let spoken = spoken(body.mail_language.as_deref())?;
        mails::send(&app, &user, &id, body.email, spoken, reference.as_str()).await
    };
    let invitation = sent
        .await
        .map_err(|problem| ApiProblem::api(problem, &reference))?;
    Ok(Json(Invite::new(&invitation, None, language, app.now())))
}

/// The language of a mail.
fn spoken(tag: Option<&str>) -> Result<Option<Language>, Problem> {
    let unknown = || {
        Problem::new(Code::MemberInvalid)
            .with("member", "mail_language")
            .with("reason", "languages")
    };
    tag.map(|tag| Language::parse(tag).ok_or_else(unknown))
        .transpose()
}

fn cursor(text: &str) -> Result<Gesture, Problem> {
    let invalid = || Problem::new(Code::MemberInvalid).with("member", "cursor");
    text.parse()
        .map(Gesture)
        .map_err(|_| invalid().with("reason", "not-ours"))
}
