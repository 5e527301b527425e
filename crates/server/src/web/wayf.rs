//! `/wayf`, "where are you from": what a link leads to. The person who got it has an account somewhere else; this page
//! finds out where, and points there. It knows nobody, accepts nothing, and sends nobody anywhere without a click.

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::response::Response;
use http::StatusCode;
use symbolon_proto::address::{AddressError, Provider};
use symbolon_proto::invite::{InviteError, InviteToken, invite_string};
use symbolon_proto::problem::{Code, Problem, Surface};
use tokio::sync::Semaphore;
use url::Url;

use super::fields::Fields;
use super::frame::{Frame, Section, page_with};
use super::told::Told;
use super::visitor::Guest;
use crate::app::App;
use crate::http::problem::ApiProblem;

/// How many servers are asked at a time on behalf of people who are not logged in; more are told to come back. Anybody can
/// make this page ask a server, so it must not become a tool.
const ASKED_AT_A_TIME: usize = 8;

/// What `templates/wayf.html` needs.
#[derive(Template)]
#[template(path = "wayf.html")]
pub(super) struct WayfPage {
    frame: Frame,
    told: Option<Told>,
    inviter: String,
    token: String,
    code: String,
    server: String,
    there: Option<There>,
    /// This page without a server chosen.
    again: String,
}

/// Where the person goes on.
struct There {
    server: String,
    href: String,
}

/// Slots for asking servers.
#[derive(Clone)]
pub(super) struct Slots(Arc<Semaphore>);

/// The bound on asking servers, as a layer.
pub(super) fn limit() -> Extension<Slots> {
    Extension(Slots(Arc::new(Semaphore::new(ASKED_AT_A_TIME))))
}

/// `GET /wayf?token=…&providerDomain=…`, then with `&server=…`
pub(super) async fn show(
    guest: Guest,
    Extension(slots): Extension<Slots>,
    fields: Fields,
) -> Result<Response, ApiProblem> {
    let (token, inviter) =
        invitation(&guest.app, &fields).map_err(|problem| guest.fails(problem))?;
    let (mut there, mut problem) = (None, None);
    if let Some(server) = fields.filled("server") {
        match accept_page(&guest.app, &slots, server, &token, &inviter).await {
            Ok(found) => there = Some(found),
            Err(found) => problem = Some(found),
        }
    }
    let status = problem
        .as_ref()
        .map_or(200, |problem| problem.status(Surface::Page));
    let query = query(&token, &inviter);
    let shown = WayfPage {
        frame: Frame::new(&guest.app, guest.words, None, Section::Elsewhere),
        told: problem.map(|problem| told(&guest, &problem)),
        code: invite_string(&token, &inviter),
        token: token.expose().to_owned(),
        inviter: inviter.to_string(),
        server: fields.text("server").to_owned(),
        there,
        again: format!("/wayf?{query}"),
    };
    Ok(page_with(
        guest.words,
        StatusCode::from_u16(status).unwrap_or_default(),
        &shown,
    ))
}

/// The invitation that the link names; without a server it is one of ours.
fn invitation(app: &App, fields: &Fields) -> Result<(InviteToken, Provider), Problem> {
    let token = InviteToken::parse(fields.text("token")).map_err(InviteError::problem)?;
    let named = fields
        .filled("providerDomain")
        .and_then(|text| Provider::parse(text).ok());
    Ok((token, named.unwrap_or_else(|| app.provider().clone())))
}

/// Asks a server for its page where invitations are accepted.
async fn accept_page(
    app: &App,
    slots: &Slots,
    server: &str,
    token: &InviteToken,
    inviter: &Provider,
) -> Result<There, Problem> {
    let provider = provider(server)?;
    let mut page = if provider == *app.provider() {
        let own = Url::parse(app.base_url()).and_then(|base| base.join("/accept"));
        own.expect("the public URL is one")
    } else {
        let slot = slots
            .0
            .try_acquire()
            .map_err(|_| Problem::new(Code::TooManyRequests))?;
        let discovery = app.peers.discover(&provider).await?;
        drop(slot);
        let nowhere = || Problem::new(Code::NoInvitationsThere).with("peer", provider.as_str());
        discovery
            .invite_accept_dialog()
            .ok_or_else(nowhere)?
            .clone()
    };
    // What another server says becomes a link here, so it must be one to a page and nothing else.
    let safe = page.scheme() == "https" || (page.scheme() == "http" && app.config.dev);
    let invalid = || Problem::new(Code::PeerAnswerInvalid).with("peer", provider.as_str());
    let host = page.host_str().filter(|_| safe).ok_or_else(invalid)?;
    let server = page
        .port()
        .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
    let pairs = [
        ("token", token.expose()),
        ("providerDomain", inviter.as_str()),
    ];
    page.query_pairs_mut().extend_pairs(pairs);
    Ok(There {
        server,
        href: page.into(),
    })
}

/// The catalogue's words, with a remedy for somebody who has accepted nothing yet.
fn told(guest: &Guest, problem: &Problem) -> Told {
    let mut told = guest.told(problem);
    if !matches!(problem.code(), Code::BadAddress | Code::TooManyRequests) {
        told.remedy = guest.words.say("wayf-remedy").to_string();
    }
    told
}

/// The server in what a person wrote: its name, an address from a browser, or their own address there.
fn provider(text: &str) -> Result<Provider, Problem> {
    let own_address = text.rsplit_once('@').filter(|_| !text.contains("://"));
    let server = own_address.map_or(text, |(_, server)| server);
    Provider::parse(server).map_err(AddressError::problem)
}

fn query(token: &InviteToken, inviter: &Provider) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("token", token.expose());
    query
        .append_pair("providerDomain", inviter.as_str())
        .finish()
}

#[cfg(test)]
impl WayfPage {
    pub(super) fn sample(words: super::words::Words, text: &str, found: bool) -> Self {
        Self {
            frame: Frame::sample(words, "", Section::Elsewhere),
            told: (!found).then(|| Told::sample(words, text)),
            inviter: format!("cat.example.org{text}"),
            token: format!("Zx81kd0aPq7Rt2uVw9bN4g{text}"),
            code: format!("Wng4MWtkMGFQcTdSdDJ1Vnc5Yk40Z0BjYXQuZXhhbXBsZS5vcmc{text}"),
            server: format!("dog.example.org{text}"),
            there: found.then(|| There {
                server: format!("dog.example.org{text}"),
                href: format!("https://dog.example.org/accept?token=Zx81{text}"),
            }),
            again: format!("/wayf?token={text}"),
        }
    }

    pub(super) fn empty(words: super::words::Words) -> Self {
        Self {
            told: None,
            server: String::new(),
            ..Self::sample(words, "", false)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_found_in_whatever_people_write() {
        for text in [
            "dog.example.org",
            "DOG.example.org",
            "https://dog.example.org",
            "https://dog.example.org/files/spaces?a=b#c",
            "dog.example.org/",
            "carol@dog.example.org",
            "carol@example.org@dog.example.org",
        ] {
            assert_eq!(
                provider(text).unwrap().as_str(),
                "dog.example.org",
                "{text}"
            );
        }
        assert_eq!(
            provider("http://dog.localhost:8080/x").unwrap().as_str(),
            "dog.localhost:8080"
        );
    }

    #[test]
    fn what_names_no_server_is_told_so() {
        for text in ["", "carol@", "https://", "dog example", &"a".repeat(301)] {
            assert_eq!(
                provider(text).unwrap_err().code(),
                Code::BadAddress,
                "{text}"
            );
        }
    }
}
