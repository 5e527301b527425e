//! `/api/v1`: the API of our own page and of everybody's scripts. Described by itself at `/api/v1/openapi.json`.

mod acceptances;
mod app_passwords;
mod connections;
mod events;
mod invites;
mod me;
mod notifications;
pub mod openapi;
mod sessions;
mod shapes;

use std::sync::LazyLock;

use axum::Router;
use symbolon_proto::problem::Surface;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::http::same_origin::same_origin;

pub use events::Streams;
#[cfg(test)]
pub(crate) use events::WRITTEN;

/// Every path below `/api/v1`. A request that a page of another site sends with our visitor's session is refused.
pub fn routes(app: &App) -> Router<App> {
    /// Without the description, which takes longer to put together than all the rest of a start.
    static ROUTES: LazyLock<Router<App>> = LazyLock::new(|| documented().split_for_parts().0);
    ROUTES
        .clone()
        .route("/api/v1/openapi.json", axum::routing::get(openapi::serve))
        .layer(same_origin(app.base_url(), Surface::Api))
        .layer(crate::http::kept_by_no_cache())
}

/// The same paths with their description.
fn documented() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(me::get, me::change, me::leave))
        .routes(routes!(me::copy))
        .routes(routes!(me::change_password))
        .routes(routes!(app_passwords::list, app_passwords::create))
        .routes(routes!(app_passwords::remove))
        .routes(routes!(sessions::list, sessions::end_others))
        .routes(routes!(sessions::end))
        .routes(routes!(notifications::get, notifications::change))
        .routes(routes!(invites::list, invites::create))
        .routes(routes!(invites::get, invites::withdraw))
        .routes(routes!(invites::renew))
        .routes(routes!(invites::mail))
        .routes(routes!(acceptances::list, acceptances::create))
        .routes(routes!(acceptances::get, acceptances::cancel))
        .routes(routes!(acceptances::retry))
        .routes(routes!(acceptances::again))
        .routes(routes!(acceptances::trace))
        .routes(routes!(connections::list))
        .routes(routes!(
            connections::get,
            connections::change,
            connections::disconnect
        ))
        .routes(routes!(connections::trace))
        .routes(routes!(events::stream))
}
