//! `/api/v1/me`

use axum::Json;
use axum::extract::State;

use super::shapes::Me;
use crate::accounts::Account;
use crate::app::App;

/// Who is asking.
#[utoipa::path(get, path = "/api/v1/me", tag = "me", responses((status = 200, body = Me)))]
pub(super) async fn get(State(app): State<App>, Account(user): Account) -> Json<Me> {
    Json(Me {
        id: user.id.to_string(),
        address: format!("{}@{}", user.id, app.provider()),
        name: user.name,
        display_name: user.display_name,
        email: user.email,
    })
}
