//! One reference for every exchange: the thread that leads through both servers' logs, the events and the page.

use std::convert::Infallible;
use std::fmt;
use std::panic::AssertUnwindSafe;

use axum::extract::{FromRequestParts, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use futures_util::FutureExt;
use http::request::Parts;
use http::{Extensions, HeaderMap, HeaderName, HeaderValue};
use tracing::Instrument;

use super::problem;
use crate::env::Env;

/// Where a reference travels, in requests and in answers.
pub const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// Longest reference that is taken over from somebody else, in bytes: enough for a UUID or a `traceparent`.
const FOREIGN_BYTES: usize = 64;

/// Longest path that a log line repeats, in bytes.
const LOGGED_PATH_BYTES: usize = 200;

/// The reference of the request at hand. An extractor: routes behind [`super::around`] always have one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference(String);

impl Reference {
    /// Takes over a reference that a client or another server sent, if it is 1 to 64 letters, digits, dots, hyphens and
    /// underscores; anything else could forge log lines and is dropped.
    pub fn foreign(text: &str) -> Option<Self> {
        let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
        let fits = (1..=FOREIGN_BYTES).contains(&text.len()) && text.bytes().all(plain);
        fits.then(|| Self(text.to_owned()))
    }

    /// A reference of our own.
    pub fn fresh(env: &Env) -> Self {
        Self(env.id().to_string())
    }

    /// As it is sent and logged.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The reference that [`super::around`] put into a request.
    pub(super) fn carried(extensions: &Extensions) -> Self {
        let known = extensions.get::<Self>().cloned();
        known.expect("every route is behind the layer of this file")
    }

    fn of(headers: &HeaderMap) -> Option<Self> {
        Self::foreign(headers.get(HEADER)?.to_str().ok()?)
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<S: Sync> FromRequestParts<S> for Reference {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::carried(&parts.extensions))
    }
}

/// Gives the request its reference, runs it in a span of its own, turns a panic into a problem, and logs one line: at
/// `debug` for the probes of an orchestrator, at `info` for everything else. Queries are not logged, since invite
/// tokens travel in them.
pub(super) async fn layer(State(env): State<Env>, mut request: Request, next: Next) -> Response {
    let began = env.now();
    let reference = Reference::of(request.headers()).unwrap_or_else(|| Reference::fresh(&env));
    request.extensions_mut().insert(reference.clone());
    let path = request.uri().path();
    let surface = problem::surface(path);
    let probe = matches!(path, "/healthz" | "/readyz");
    let shown = &path[..path.floor_char_boundary(LOGGED_PATH_BYTES)];
    let span = tracing::info_span!("request", method = %request.method(), path = shown, %reference);
    let answering = async {
        let answer = AssertUnwindSafe(next.run(request)).catch_unwind().await;
        let mut response = answer.unwrap_or_else(|_| problem::panicked(surface, &reference));
        let value = HeaderValue::try_from(reference.as_str());
        response
            .headers_mut()
            .insert(HEADER, value.expect("a reference is plain ASCII"));
        let status = response.status().as_u16();
        let code = response
            .extensions()
            .get::<problem::Failed>()
            .map(|failed| failed.0.code().as_str());
        let ms = env.now().millis_since(began);
        if probe {
            tracing::debug!(status, ms, code, "answered");
        } else {
            tracing::info!(status, ms, code, "answered");
        }
        response
    };
    answering.instrument(span).await
}
