//! `/login` and `/logout`.

use askama::Template;
use axum::extract::State;
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use http::HeaderMap;
use http::header::SET_COOKIE;
use symbolon_proto::problem::{Code, Problem};
use symbolon_store::sessions::By;

use super::fields::Fields;
use super::frame::{Frame, Section, page, page_telling};
use super::second_step;
use super::told::Told;
use super::visitor::Guest;
use super::words::Saying;
use crate::accounts::{self, Entered, Typed, known, session};
use crate::app::App;
use crate::http::reference::Reference;
use crate::oidc;
use crate::pace::Client;

/// Where people arrive who came from nowhere in particular.
pub(super) const HOME: &str = "/connections";

/// What a redirect says of somebody who has logged out here alone.
const LEFT_HERE: &str = "left-here";

/// What `templates/log_in.html` needs.
#[derive(Template)]
#[template(path = "log_in.html")]
pub(super) struct LogInPage {
    frame: Frame,
    told: Option<Told>,
    /// Somebody has just logged out, and may not be logged out at the service.
    left: Option<Saying>,
    name: String,
    next: String,
    invited: bool,
    /// Passwords are for here.
    passwords: bool,
    /// The service by which people log in.
    service: Option<Service>,
}

/// The way to the service.
struct Service {
    name: String,
    link: String,
}

impl LogInPage {
    fn new(guest: &Guest, name: &str, next: &str, told: Option<Told>) -> Self {
        let app = &guest.app;
        let next = local(next).unwrap_or_default();
        Self {
            frame: Frame::new(app, guest.words, None, Section::Elsewhere),
            told,
            left: None,
            name: name.to_owned(),
            next: next.to_owned(),
            invited: next.starts_with("/accept?"),
            passwords: app.config.password_login,
            service: app.oidc.as_ref().map(|oidc| Service {
                name: oidc.name().to_owned(),
                link: link("/login/oidc", next),
            }),
        }
    }

    /// For whoever came back from the service and is not logged in.
    pub(super) fn telling(guest: &Guest, next: &str, problem: &Problem) -> Self {
        Self::new(guest, "", next, Some(guest.told(problem)))
    }

    #[cfg(test)]
    pub(super) fn sample(words: super::words::Words, text: &str) -> Self {
        Self {
            frame: Frame::sample(words, "", Section::Elsewhere),
            told: Some(Told::sample(words, text)),
            left: Some(words.say("logged-out-here").with("service", text)),
            name: format!("carol{text}"),
            next: format!("/accept?token={text}"),
            invited: true,
            passwords: true,
            service: Some(Service {
                name: format!("Cat University {text}"),
                link: link("/login/oidc", &format!("/accept?token={text}")),
            }),
        }
    }
}

/// To another step of the log-in, and from there to a page of this server.
pub(super) fn link(step: &str, next: &str) -> String {
    if next.is_empty() {
        return step.to_owned();
    }
    let next: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
    format!("{step}?next={next}")
}

/// `GET /login`
pub(super) async fn form(guest: Guest, fields: Fields) -> Response {
    if guest.user.is_some() {
        return Redirect::to(local(fields.text("next")).unwrap_or(HOME)).into_response();
    }
    let (name, next) = (fields.text("name"), fields.text("next"));
    let service = guest.app.oidc.as_ref();
    let service = service.filter(|_| fields.text("done") == LEFT_HERE);
    let shown = LogInPage {
        left: service.map(|oidc| {
            guest
                .words
                .say("logged-out-here")
                .with("service", oidc.name())
        }),
        ..LogInPage::new(&guest, name, next, None)
    };
    page(guest.words, &shown)
}

/// `POST /login`
pub(super) async fn log_in(
    guest: Guest,
    client: Client,
    headers: HeaderMap,
    fields: Fields,
) -> Response {
    let (app, reference) = (&guest.app, guest.reference.as_str());
    let (name, password) = (fields.text("name"), fields.exact("password"));
    let entered = match app.config.password_login {
        true => {
            let typed = Typed { password, client };
            accounts::log_in(app, name, typed, &headers, reference).await
        }
        false => Err(Problem::new(Code::PasswordLogInOff)),
    };
    let next = fields.text("next");
    let opened = match entered {
        Ok(Entered::In(user, hash)) => {
            let known = known::cookie(app, &user.id, &hash);
            let by = By::Password(hash);
            let opened = session::open(app, &user, by, &headers, reference).await;
            opened.map(|session| [session, known])
        }
        Ok(Entered::HalfWay(half)) => return second_step::begin(&guest, &half, next),
        Err(problem) => Err(problem),
    };
    match opened {
        Ok(cookies) => {
            let cookies = AppendHeaders(cookies.map(|cookie| (SET_COOKIE, cookie)));
            let next = local(next).unwrap_or(HOME);
            (cookies, Redirect::to(next)).into_response()
        }
        Err(problem) => {
            let told = Some(guest.told(&problem));
            let shown = LogInPage::new(&guest, name, next, told);
            page_telling(guest.words, Some(&problem), &shown)
        }
    }
}

/// `POST /logout`. Whoever logs in by the service is told afterwards that it goes on there.
pub(super) async fn log_out(
    State(app): State<App>,
    reference: Reference,
    headers: HeaderMap,
) -> Response {
    let linked = match session::current(&app, &headers).await {
        Some(found) => oidc::link_of(&app, &found.user)
            .await
            .ok()
            .flatten()
            .is_some(),
        None => false,
    };
    let cookie = session::close(&app, &headers, reference.as_str()).await;
    let page = match linked {
        true => format!("/login?done={LEFT_HERE}"),
        false => "/login".to_owned(),
    };
    ([(SET_COOKIE, cookie)], Redirect::to(&page)).into_response()
}

/// A path on this server, to go on to after the log-in; `None` for everything that a browser might take for another
/// server, such as `//example.org` and `/\example.org`.
pub(super) fn local(next: &str) -> Option<&str> {
    let below = next.strip_prefix('/')?;
    let foreign =
        below.starts_with(['/', '\\']) || !next.bytes().all(|byte| byte.is_ascii_graphic());
    (!foreign).then_some(next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_server_are_gone_on_to() {
        for next in [
            "/",
            "/accept?token=a&providerDomain=b",
            "/invitations/1#link",
        ] {
            assert_eq!(local(next), Some(next));
        }
        for next in [
            "",
            "connections",
            "//example.org",
            "/\\example.org",
            "https://example.org/",
            "/\t/example.org",
            "/a\r\nSet-Cookie: b",
            "javascript:alert(1)",
            "/ü",
        ] {
            assert_eq!(local(next), None, "{next:?}");
        }
    }
}
