//! `generate-invite` and `list-invite`.

use axum::Json;
use axum::extract::{Request, State};
use serde::Serialize;
use symbolon_core::invites::Uses;
use symbolon_proto::problem::Problem;
use utoipa::ToSchema;

use super::answers::{fields, optional};
use crate::accounts::Account;
use crate::actions::invites::{self, Invitation, NewInvite};
use crate::app::App;
use crate::http::problem::ApiProblem;
use crate::http::reference::Reference;

/// How long an invitation made here is valid, in seconds: a day, which is what these clients expect.
const LIFE_SECS: i64 = 86_400;

/// Most invitations in a list; these clients know no pages.
const LIST_MAX: u32 = 10_000;

/// An invitation as oCIS shows it. Clients check it strictly: absent members must be left out, `expiration` is an integer.
#[derive(Serialize, ToSchema)]
pub(super) struct InviteToken {
    token: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    /// Unix seconds.
    expiration: i64,
    invite_link: String,
}

impl InviteToken {
    fn new(invitation: &Invitation) -> Self {
        Self {
            token: invitation.token.expose().to_owned(),
            description: invitation.invite.note.clone(),
            expiration: invitation.invite.expires_at.as_secs(),
            invite_link: invitation.link(),
        }
    }
}

/// Invite: `{description?, recipient?}` or no body at all. Valid for a day, for anyone with the code. If this
/// server sends mail, it goes to `recipient`.
#[utoipa::path(post, path = "/sciencemesh/generate-invite", tag = "sciencemesh",
    responses((status = 200, body = InviteToken)))]
pub(super) async fn generate(
    State(app): State<App>,
    Account(user): Account,
    reference: Reference,
    request: Request,
) -> Result<Json<InviteToken>, ApiProblem> {
    let made = async {
        let fields = fields(request).await?;
        let new = NewInvite {
            note: optional(&fields, "description")?,
            email: optional(&fields, "recipient")?,
            mail_language: None,
            expires_in_secs: Some(LIFE_SECS),
            uses: Uses::Anyone,
        };
        let invitation = invites::issue(&app, &user, new, reference.as_str()).await?;
        Ok::<_, Problem>(Json(InviteToken::new(&invitation)))
    };
    made.await
        .map_err(|problem| ApiProblem::sciencemesh(problem, &reference))
}

/// My invitations that are still valid.
#[utoipa::path(get, path = "/sciencemesh/list-invite", tag = "sciencemesh",
    responses((status = 200, body = Vec<InviteToken>)))]
pub(super) async fn list(
    State(app): State<App>,
    Account(user): Account,
    reference: Reference,
) -> Result<Json<Vec<InviteToken>>, ApiProblem> {
    let listed = invites::list_open(&app, &user, LIST_MAX).await;
    let found = listed.map_err(|problem| ApiProblem::sciencemesh(problem, &reference))?;
    Ok(Json(found.iter().map(InviteToken::new).collect()))
}
