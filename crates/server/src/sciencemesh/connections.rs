//! `find-accepted-users`, `delete-accepted-user` and `list-providers`.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::{Request, State};
use serde::Serialize;
use symbolon_proto::problem::Problem;
use symbolon_store::connections::Connection;
use symbolon_store::connections::listing::Cursor;
use symbolon_store::users::User;
use utoipa::ToSchema;

use super::answers::{fields, optional, required};
use crate::accounts::Account;
use crate::actions::connections::{self, Query};
use crate::app::App;
use crate::http::problem::ApiProblem;
use crate::http::reference::Reference;

/// Connections fetched at once.
const BATCH: u32 = 1_000;

/// Most connections in an answer; these clients know no pages.
const LIST_MAX: usize = 20_000;

/// A connection as oCIS shows it; all four members are always there.
#[derive(Serialize, ToSchema)]
pub(super) struct AcceptedUser {
    display_name: String,
    /// The other server, without a scheme.
    idp: String,
    /// The identifier exactly as the other server gave it.
    user_id: String,
    mail: String,
}

/// A server as oCIS shows it.
#[derive(Serialize, ToSchema)]
pub(super) struct Provider {
    full_name: String,
    domain: String,
}

/// My connections.
#[utoipa::path(get, path = "/sciencemesh/find-accepted-users", tag = "sciencemesh",
    responses((status = 200, body = Vec<AcceptedUser>)))]
pub(super) async fn find_accepted(
    State(app): State<App>,
    Account(user): Account,
    reference: Reference,
) -> Result<Json<Vec<AcceptedUser>>, ApiProblem> {
    let listed = all(&app, &user).await;
    let found = listed.map_err(|problem| ApiProblem::sciencemesh(problem, &reference))?;
    let users = found.into_iter().map(|connection| AcceptedUser {
        idp: connection.contact.provider.to_string(),
        user_id: connection.contact.remote.verbatim().to_owned(),
        display_name: connection.contact.name,
        mail: connection.contact.email,
    });
    Ok(Json(users.collect()))
}

/// Disconnect: `{user_id, idp}` in any spelling of the same person. 200 without a body, also if there is nobody of that
/// name: the client wants them gone, and they are.
#[utoipa::path(delete, path = "/sciencemesh/delete-accepted-user", tag = "sciencemesh", responses((status = 200)))]
pub(super) async fn delete_accepted(
    State(app): State<App>,
    Account(user): Account,
    reference: Reference,
    request: Request,
) -> Result<(), ApiProblem> {
    let deleted = async {
        let fields = fields(request).await?;
        let (user_id, idp) = (required(&fields, "user_id")?, required(&fields, "idp")?);
        let found = connections::find_by_identity(&app, &user, &user_id, &idp).await?;
        if let Some(connection) = found.filter(|connection| connection.half.is_connected()) {
            let id = connection.id.as_str();
            connections::disconnect(&app, &user, id, reference.as_str()).await?;
        }
        Ok::<_, Problem>(())
    };
    deleted
        .await
        .map_err(|problem| ApiProblem::sciencemesh(problem, &reference))
}

/// The servers of my connections; `search` looks for a part of the name.
#[utoipa::path(get, path = "/sciencemesh/list-providers", tag = "sciencemesh",
    params(("search" = Option<String>, Query)),
    responses((status = 200, body = Vec<Provider>)))]
pub(super) async fn list_providers(
    State(app): State<App>,
    Account(user): Account,
    reference: Reference,
    request: Request,
) -> Result<Json<Vec<Provider>>, ApiProblem> {
    let listed = async {
        let search = optional(&fields(request).await?, "search")?.unwrap_or_default();
        let search = search.to_lowercase();
        let connections = all(&app, &user).await?;
        let names: BTreeSet<String> = connections
            .iter()
            .map(|connection| connection.contact.provider.to_string())
            .filter(|name| name.contains(&search))
            .collect();
        let providers = names.into_iter();
        Ok::<_, Problem>(
            providers
                .map(|name| Provider {
                    full_name: name.clone(),
                    domain: name,
                })
                .collect(),
        )
    };
    listed
        .await
        .map(Json)
        .map_err(|problem| ApiProblem::sciencemesh(problem, &reference))
}

async fn all(app: &App, user: &User) -> Result<Vec<Connection>, Problem> {
    let mut found: Vec<Connection> = Vec::new();
    loop {
        let after = found.last().map(Cursor::behind);
        let query = Query {
            server: None,
            search: None,
            connected: true,
            after,
            limit: BATCH,
        };
        let page = connections::list(app, user, query).await?;
        let last_page = page.len() < BATCH as usize;
        found.extend(page);
        if last_page || found.len() >= LIST_MAX {
            return Ok(found);
        }
    }
}
