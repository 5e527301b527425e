//! How this server describes itself (draft, "OCM API Discovery"), and its public keys (RFC 7517).

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use symbolon_proto::discovery::Discovery;

use crate::app::App;

/// How long others may keep these documents. Short: a key that is gone must not be believed for long.
const CACHE: &str = "public, max-age=300";

/// `GET /.well-known/ocm`
pub(super) async fn current(State(app): State<App>) -> Response {
    cached(&described(&app))
}

/// `GET /ocm-provider`: the same document with a version that old Nextcloud releases, which read nothing else, accept.
pub(super) async fn legacy(State(app): State<App>) -> Response {
    cached(&described(&app).legacy())
}

/// `GET /.well-known/jwks.json`
pub(super) async fn keys(State(app): State<App>) -> Response {
    cached(&app.keys.published(app.now()))
}

fn described(app: &App) -> Discovery {
    let document = Discovery::new(app.base_url(), &app.config.name);
    match app.keys.rsa(app.now()) {
        Some(key) => document.with_public_key(&key),
        None => document,
    }
}

fn cached(document: &impl Serialize) -> Response {
    let body = serde_json::to_string(document).expect("plain documents are always JSON");
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CACHE_CONTROL, CACHE),
    ];
    (headers, body).into_response()
}
