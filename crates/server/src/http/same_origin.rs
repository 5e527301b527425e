//! What a page of another site sends with our visitor's cookie.

use axum::response::Response;
use symbolon_proto::problem::Surface;
use tower_http::csrf::{CsrfLayer, ProtectionError};

use super::problem::cross_origin;

/// Refuses it, in the words of the door that it came to. `base_url` is the public URL of this server.
pub(crate) fn same_origin(
    base_url: &str,
    surface: Surface,
) -> CsrfLayer<impl FnMut(ProtectionError) -> Response + Clone + Send + Sync + 'static> {
    let trusted = CsrfLayer::new().add_trusted_origin(base_url);
    trusted
        .expect("the public URL is an origin")
        .with_rejection_response(move |_| cross_origin(surface))
}
