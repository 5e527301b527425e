//! In which language a client reads: `Accept-Language` in, `Content-Language` out.

use std::convert::Infallible;

use axum::extract::{FromRequestParts, Request};
use axum::middleware::Next;
use axum::response::Response;
use http::header::{ACCEPT_LANGUAGE, CONTENT_LANGUAGE, VARY};
use http::request::Parts;
use http::{HeaderMap, HeaderValue};
use symbolon_proto::language::Language;
use symbolon_proto::problem::Surface;

use super::problem;

/// The language that a request wishes for; English if it wishes for none of ours. An extractor.
#[derive(Clone, Copy, Debug)]
pub struct Wish(pub Language);

impl<S: Sync> FromRequestParts<S> for Wish {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(wished(&parts.headers)))
    }
}

/// The language that the headers of a request wish for.
pub fn wished(headers: &HeaderMap) -> Language {
    let texts = headers.get_all(ACCEPT_LANGUAGE).iter();
    let mut wishes = texts.filter_map(|value| value.to_str().ok().and_then(Language::wished));
    wishes.next().unwrap_or_default()
}

/// Puts problems into the language of whoever asked, and says that the answer depends on it. Other servers get English:
/// they log what they are told.
pub(super) async fn layer(request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let spoken = problem::surface(path) != Surface::Ocm && !path.starts_with("/assets/");
    if !spoken {
        return next.run(request).await;
    }
    let language = wished(request.headers());
    let response = next.run(request).await;
    let failed = problem::is_problem(&response);
    let mut response = problem::in_language(response, language);
    let headers = response.headers_mut();
    headers.insert(VARY, HeaderValue::from_static("Accept-Language"));
    if failed {
        headers.insert(CONTENT_LANGUAGE, HeaderValue::from_static(language.tag()));
    }
    response
}
