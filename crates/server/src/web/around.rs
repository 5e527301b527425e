//! What stands around the pages: the headers that keep them safe, and problems shown as pages.

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, RETRY_AFTER, SET_COOKIE, VARY,
    X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderName, HeaderValue};
use symbolon_proto::problem::Surface;

use super::frame::{Frame, Section, page_with};
use super::told::{ProblemPage, Told};
use super::visitor::spoken;
use crate::accounts::session::{self, Fresh};
use crate::app::App;
use crate::http::problem::{Failed, is_page, surface};
use crate::http::reference::HEADER as REFERENCE;

/// Nothing from anywhere but this server, and nothing inline. Forms lead to this server only, which in Chromium holds for
/// the redirects after them too; that is why the way to another server is a link.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; \
     form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
);

/// Invitations travel in addresses, so no other site may learn the address of a page. Not `no-referrer`: with that,
/// browsers say `Origin: null` even to us, and those without `Sec-Fetch-Site` could send no form.
const REFERRER: HeaderValue = HeaderValue::from_static("same-origin");

const OPENER: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const RESOURCE: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// Puts the headers of pages on every answer to a browser, and shows problems as pages. It belongs outside of
/// [`crate::http::around`], so that it sees the problems that come from there.
pub fn around(app: &App, routes: Router) -> Router {
    routes.layer(from_fn_with_state(app.clone(), layer))
}

async fn layer(State(app): State<App>, mut request: Request, next: Next) -> Response {
    if surface(request.uri().path()) != Surface::Page {
        return next.run(request).await;
    }
    let asked = request.headers().clone();
    let fresh = Fresh::default();
    request.extensions_mut().insert(fresh.clone());
    let mut response = next.run(request).await;
    let failed = response.extensions().get::<Failed>().cloned();
    if let Some(Failed(problem)) = failed.filter(|_| !is_page(&response)) {
        let session = session::current(&app, &asked).await;
        let user = session.map(|session| session.user);
        let reference = response.headers().get(REFERENCE).cloned();
        let words = spoken(&asked, user.as_ref());
        let told = Told::new(
            words,
            &problem,
            reference
                .as_ref()
                .and_then(|it| it.to_str().ok())
                .unwrap_or_default(),
        );
        let frame = Frame::new(&app, words, user.as_ref(), Section::Elsewhere);
        let shown = page_with(words, response.status(), &ProblemPage { frame, told });
        let keep = [REFERENCE, ALLOW, RETRY_AFTER];
        let kept = keep.map(|name| (response.headers().get(&name).cloned(), name));
        response = shown;
        // It is put together outside of the layer that says so of all others.
        let language = HeaderValue::from_static("Accept-Language");
        response.headers_mut().insert(VARY, language);
        for (value, name) in kept {
            if let Some(value) = value {
                response.headers_mut().insert(name, value);
            }
        }
    }
    let headers = response.headers_mut();
    // An answer that begins or ends a session knows better.
    let settled = |value: &HeaderValue| {
        let name = session::name(&app).as_bytes();
        let behind = value.as_bytes().strip_prefix(name);
        behind.is_some_and(|rest| rest.starts_with(b"="))
    };
    if let Some(cookie) = fresh.cookie()
        && !headers.get_all(SET_COOKIE).iter().any(settled)
    {
        headers.append(SET_COOKIE, cookie.clone());
    }
    headers.insert(CONTENT_SECURITY_POLICY, POLICY);
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, REFERRER);
    headers.insert(OPENER, HeaderValue::from_static("same-origin"));
    headers.insert(RESOURCE, HeaderValue::from_static("same-origin"));
    headers
        .entry(CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}
