//! `/sciencemesh`: the API of ownCloud Web, OpenCloud Web and scripts written for oCIS, served as those expect it: exact paths,
//! 200 with an empty body where theirs has one, members left out rather than null, lists never null.

mod accept;
mod answers;
mod connections;
mod invites;

use std::sync::LazyLock;

use axum::Router;
use tower_http::csrf::CsrfLayer;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;

/// Every path below `/sciencemesh`.
pub fn routes(app: &App) -> Router<App> {
    static ROUTES: LazyLock<Router<App>> = LazyLock::new(|| documented().split_for_parts().0);
    let trusted = CsrfLayer::new().add_trusted_origin(app.base_url());
    ROUTES
        .clone()
        .layer(
            trusted
                .expect("the public URL is an origin")
                .with_rejection_response(|_| {
                    crate::http::problem::cross_origin(symbolon_proto::problem::Surface::Api)
                }),
        )
        .layer(crate::http::kept_by_no_cache())
}

/// The same paths with their description.
pub(crate) fn documented() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(invites::generate))
        .routes(routes!(invites::list))
        .routes(routes!(accept::accept))
        .routes(routes!(connections::find_accepted))
        .routes(routes!(connections::delete_accepted))
        .routes(routes!(connections::list_providers))
}
