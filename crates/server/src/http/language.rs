//! In which language a client reads. What the person has set comes first, then `Accept-Language`, then English; out goes
//! `Content-Language`.
//!
//! A setting outweighs the header because every browser sends one, wished for or not: a script on a page could not be
//! told from a client that means it. Whoever wants the header to count sets nothing.

use std::convert::Infallible;
use std::sync::{Arc, OnceLock};

use axum::extract::{FromRequestParts, Request};
use axum::middleware::Next;
use axum::response::Response;
use http::header::{ACCEPT_LANGUAGE, CONTENT_LANGUAGE, VARY};
use http::request::Parts;
use http::{HeaderMap, HeaderValue};
use symbolon_proto::language::Language;
use symbolon_proto::problem::Surface;
use symbolon_store::users::User;

use super::problem;

/// The language of whoever asks. An extractor; it knows the person only behind [`crate::accounts::Account`].
#[derive(Clone, Copy, Debug)]
pub struct Wish(pub Language);

/// What the person behind a request has set, once it is known who that is. The layer puts it on the request empty, since
/// it speaks last and never learns who asked.
#[derive(Clone, Default)]
struct Setting(Arc<OnceLock<Language>>);

impl<S: Sync> FromRequestParts<S> for Wish {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let set = parts.extensions.get::<Setting>();
        let set = set.and_then(|setting| setting.0.get().copied());
        Ok(Self(set.unwrap_or_else(|| wished(&parts.headers))))
    }
}

/// Takes note of who asks.
pub(crate) fn known(parts: &Parts, user: &User) {
    if let (Some(setting), Some(language)) = (parts.extensions.get::<Setting>(), user.language) {
        // Whoever asks does not change within a request.
        let _ = setting.0.set(language);
    }
}

/// The language that the headers of a request wish for; English if it is none of ours.
pub fn wished(headers: &HeaderMap) -> Language {
    let texts = headers.get_all(ACCEPT_LANGUAGE).iter();
    let mut wishes = texts.filter_map(|value| value.to_str().ok().and_then(Language::wished));
    wishes.next().unwrap_or_default()
}

/// Puts problems into the language of whoever asked, and says that the answer depends on it. Other servers get English:
/// they log what they are told.
pub(super) async fn layer(mut request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let spoken = problem::surface(path) != Surface::Ocm && !path.starts_with("/assets/");
    if !spoken {
        return next.run(request).await;
    }
    let wished = wished(request.headers());
    let setting = Setting::default();
    request.extensions_mut().insert(setting.clone());
    let response = next.run(request).await;
    let language = setting.0.get().copied().unwrap_or(wished);
    let failed = problem::is_problem(&response);
    let mut response = problem::in_language(response, language);
    let headers = response.headers_mut();
    // It may depend on more: a layer further inside has its own word in there.
    headers.append(VARY, HeaderValue::from_static("Accept-Language"));
    if failed {
        headers.insert(CONTENT_LANGUAGE, HeaderValue::from_static(language.tag()));
    }
    response
}
