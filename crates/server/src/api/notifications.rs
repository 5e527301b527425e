//! `/api/v1/me/notifications`

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use symbolon_proto::problem::{Code, Problem};
use symbolon_store::notifications::Notifications as Wishes;
use utoipa::ToSchema;

use crate::accounts::Account;
use crate::actions::notifications;
use crate::app::App;
use crate::http::body::JsonBody;
use crate::http::problem::ApiProblem;
use crate::http::reference::Reference;

/// What one is told by mail.
#[derive(Serialize, ToSchema)]
pub(super) struct Notifications {
    /// That somebody has accepted an invitation of one's own.
    accepted: bool,
    /// That an acceptance of one's own, which had to wait for the other server, has connected one.
    connected: bool,
    /// That a connection has ended, and not by one's own hand.
    disconnected: bool,
    /// Whoever gets an invitation by mail may answer to one's own address, which stands in the mail then.
    replies: bool,
}

/// What to change; what is absent stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NotificationsChange {
    accepted: Option<bool>,
    connected: Option<bool>,
    disconnected: Option<bool>,
    replies: Option<bool>,
}

impl From<Wishes> for Notifications {
    fn from(wishes: Wishes) -> Self {
        Self {
            accepted: wishes.accepted,
            connected: wishes.connected,
            disconnected: wishes.disconnected,
            replies: wishes.replies,
        }
    }
}

/// What I am told by mail. A server that sends none answers `mail_off`.
#[utoipa::path(get, path = "/api/v1/me/notifications", tag = "me", responses((status = 200, body = Notifications)))]
pub(super) async fn get(
    State(app): State<App>,
    Account(user): Account,
    reference: Reference,
) -> Result<Json<Notifications>, ApiProblem> {
    let found = notifications::find(&app, &user).await.and_then(wishes);
    let found = found.map_err(|problem| ApiProblem::api(problem, &reference))?;
    Ok(Json(found.into()))
}

/// Choose what to be told by mail.
#[utoipa::path(patch, path = "/api/v1/me/notifications", tag = "me", request_body = NotificationsChange,
    responses((status = 200, body = Notifications)))]
pub(super) async fn change(
    State(app): State<App>,
    Account(user): Account,
    reference: Reference,
    JsonBody(body): JsonBody<NotificationsChange>,
) -> Result<Json<Notifications>, ApiProblem> {
    let changed = async {
        let now = wishes(notifications::find(&app, &user).await?)?;
        let wishes = Wishes {
            accepted: body.accepted.unwrap_or(now.accepted),
            connected: body.connected.unwrap_or(now.connected),
            disconnected: body.disconnected.unwrap_or(now.disconnected),
            replies: body.replies.unwrap_or(now.replies),
        };
        notifications::set(&app, &user, wishes, reference.as_str()).await?;
        Ok::<_, Problem>(Json(wishes.into()))
    };
    changed
        .await
        .map_err(|problem| ApiProblem::api(problem, &reference))
}

fn wishes(found: Option<Wishes>) -> Result<Wishes, Problem> {
    found.ok_or_else(|| Problem::new(Code::MailOff))
}
