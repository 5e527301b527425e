//! `/sciencemesh`: the API of ownCloud Web, OpenCloud Web and scripts written for oCIS, served as those expect it: exact paths,
//! 200 with an empty body where theirs has one, members left out rather than null, lists never null.

mod accept;
mod answers;
mod connections;
mod invites;

use std::sync::LazyLock;

use axum::Router;
use symbolon_proto::problem::Surface;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::http::same_origin::same_origin;

/// Every path below `/sciencemesh`.
pub fn routes(app: &App) -> Router<App> {
    static ROUTES: LazyLock<Router<App>> = LazyLock::new(|| documented().split_for_parts().0);
    ROUTES
        .clone()
        .layer(same_origin(app.base_url(), Surface::Api))
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
