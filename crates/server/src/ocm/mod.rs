//! The doors for other OCM servers.

mod discovery;
mod doors;
mod invite_accepted;
mod notifications;
mod verify;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};

use crate::app::App;

/// Paths that other servers use; none of them ever redirects, and each answers with and without a trailing slash, since
/// some servers join paths one way and some the other.
pub fn routes(app: &App) -> Router<App> {
    Router::new()
        .route("/.well-known/ocm", get(discovery::current))
        .route("/.well-known/ocm/", get(discovery::current))
        .route("/ocm-provider", get(discovery::legacy))
        .route("/ocm-provider/", get(discovery::legacy))
        .route("/.well-known/jwks.json", get(discovery::keys))
        .route("/ocm/invite-accepted", post(invite_accepted::post))
        .route("/ocm/invite-accepted/", post(invite_accepted::post))
        .route("/ocm/notifications", post(notifications::post))
        .route("/ocm/notifications/", post(notifications::post))
        .layer(from_fn_with_state(app.clone(), doors::layer))
}
