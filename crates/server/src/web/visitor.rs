//! Who looks at a page: somebody who is logged in, or anybody.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Redirect, Response};
use http::request::Parts;
use http::{HeaderMap, Method};
use symbolon_core::Id;
use symbolon_proto::problem::{Problem, Surface};
use symbolon_store::events::LastEvent;
use symbolon_store::users::User;

use super::frame::{Frame, Section};
use super::told::Told;
use super::words::Words;
use crate::accounts::session::{self, Fresh};
use crate::app::App;
use crate::http::language;
use crate::http::problem::ApiProblem;
use crate::http::reference::Reference;

/// Anybody, logged in or not.
pub(super) struct Guest {
    pub(super) app: App,
    pub(super) words: Words,
    pub(super) user: Option<User>,
    session: Option<Id>,
    pub(super) reference: Reference,
}

/// Somebody who is logged in. Whoever is not gets the log-in page, and comes back from there.
pub(super) struct Visitor {
    pub(super) app: App,
    pub(super) words: Words,
    pub(super) user: User,
    /// The session in which they are.
    pub(super) session: Option<Id>,
    pub(super) reference: Reference,
    /// The last event when the request came: whatever is read later is at least as new.
    after: Option<i64>,
}

impl Guest {
    pub(super) fn frame(&self, here: Section) -> Frame {
        Frame::new(&self.app, self.words, self.user.as_ref(), here)
    }

    pub(super) fn told(&self, problem: &Problem) -> Told {
        Told::new(self.words, problem, self.reference.as_str())
    }

    pub(super) fn fails(&self, problem: Problem) -> ApiProblem {
        ApiProblem::new(problem, Surface::Page, &self.reference)
    }
}

impl Visitor {
    pub(super) fn frame(&self, here: Section) -> Frame {
        Frame {
            after: self.after,
            ..Frame::new(&self.app, self.words, Some(&self.user), here)
        }
    }

    pub(super) fn told(&self, problem: &Problem) -> Told {
        Told::new(self.words, problem, self.reference.as_str())
    }

    /// A problem that leaves no page to show but its own.
    pub(super) fn fails(&self, problem: Problem) -> ApiProblem {
        ApiProblem::new(problem, Surface::Page, &self.reference)
    }
}

impl FromRequestParts<App> for Guest {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        let reference = Reference::from_request_parts(parts, app).await?;
        let found = session::current(app, &parts.headers).await;
        if let (Some(found), Some(fresh)) = (&found, parts.extensions.get::<Fresh>()) {
            session::refresh(app, found, &parts.headers, fresh).await;
        }
        let (user, session) = found.map(|found| (found.user, found.id)).unzip();
        Ok(Self {
            app: app.clone(),
            words: spoken(&parts.headers, user.as_ref()),
            user,
            session,
            reference,
        })
    }
}

impl FromRequestParts<App> for Visitor {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let Ok(Guest {
            app,
            words,
            user,
            session,
            reference,
        }) = Guest::from_request_parts(parts, app).await;
        let Some(user) = user else {
            return Err(Redirect::to(&log_in_path(parts)).into_response());
        };
        let after = app.store.read(LastEvent).await.ok();
        Ok(Self {
            app,
            words,
            user,
            session,
            reference,
            after,
        })
    }
}

/// The language that a person has set; failing that, the one that their browser wishes for.
pub(super) fn spoken(headers: &HeaderMap, user: Option<&User>) -> Words {
    let set = user.and_then(|user| user.language);
    Words(set.unwrap_or_else(|| language::wished(headers)))
}

/// The log-in page, with the way back. After the log-in a page is opened, never a form sent again: for a form, it
/// is the page that the form was on.
fn log_in_path(parts: &Parts) -> String {
    let path = parts.uri.path();
    let back = if parts.method == Method::GET {
        parts
            .uri
            .path_and_query()
            .map_or(path, |whole| whole.as_str())
    } else if path.starts_with("/admin/deliveries/") {
        "/admin/deliveries"
    } else if path.starts_with("/admin/people/") {
        "/admin/people"
    } else if path.starts_with("/settings/second-factor") {
        "/settings/second-factor"
    } else if path.starts_with("/settings/") && path != "/settings/leave" {
        "/settings"
    } else {
        [
            "/withdraw",
            "/renew",
            "/mail",
            "/retry",
            "/cancel",
            "/again",
            "/nickname",
            "/forget",
            "/notes",
        ]
        .iter()
        .find_map(|gesture| path.strip_suffix(gesture))
        .unwrap_or(path)
    };
    let next: String = url::form_urlencoded::byte_serialize(back.as_bytes()).collect();
    format!("/login?next={next}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent_to(method: Method, uri: &str) -> String {
        let request = http::Request::builder()
            .method(method)
            .uri(uri)
            .body(())
            .unwrap();
        log_in_path(&request.into_parts().0)
    }

    #[test]
    fn a_deep_link_survives_the_log_in() {
        assert_eq!(
            sent_to(
                Method::GET,
                "/accept?token=a%2Bb&providerDomain=cat.example.org"
            ),
            "/login?next=%2Faccept%3Ftoken%3Da%252Bb%26providerDomain%3Dcat.example.org"
        );
    }

    #[test]
    fn a_form_comes_back_as_the_page_it_was_on() {
        assert_eq!(
            sent_to(Method::POST, "/invitations/1/withdraw"),
            "/login?next=%2Finvitations%2F1"
        );
        assert_eq!(sent_to(Method::POST, "/accept"), "/login?next=%2Faccept");
        assert_eq!(
            sent_to(Method::POST, "/settings/sessions/1/end"),
            "/login?next=%2Fsettings"
        );
        assert_eq!(
            sent_to(Method::POST, "/admin/servers/dog.example.org/notes"),
            "/login?next=%2Fadmin%2Fservers%2Fdog.example.org"
        );
        assert_eq!(
            sent_to(Method::POST, "/admin/servers/dog.example.org/forget"),
            "/login?next=%2Fadmin%2Fservers%2Fdog.example.org"
        );
        assert_eq!(
            sent_to(Method::POST, "/admin/people/1/disable"),
            "/login?next=%2Fadmin%2Fpeople"
        );
        assert_eq!(
            sent_to(Method::POST, "/settings/second-factor/off"),
            "/login?next=%2Fsettings%2Fsecond-factor"
        );
        assert_eq!(
            sent_to(Method::POST, "/settings/leave"),
            "/login?next=%2Fsettings%2Fleave"
        );
    }
}
