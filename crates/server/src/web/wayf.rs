//! `/wayf`, "where are you from": what a link leads to. The person who got it has an account somewhere else; this page
//! finds out where, and points there. It knows nobody, accepts nothing, and sends nobody anywhere without a click.

use askama::Template;
use axum::Extension;
use axum::response::Response;
use http::header::SET_COOKIE;
use http::{HeaderMap, HeaderValue};
use symbolon_core::invites::InviteState;
use symbolon_proto::address::{AddressError, Provider};
use symbolon_proto::invite::{InviteError, InviteToken, invite_string};
use symbolon_proto::problem::{Code, Problem};
use symbolon_store::directories::SearchServers;
use symbolon_store::invites::FindState;
use url::Url;

use super::at_field::AtField;
use super::fields::Fields;
use super::frame::{Frame, Section, page_telling};
use super::look::{By, Looks};
use super::told::{Field, Told};
use super::visitor::Guest;
use crate::accounts::session;
use crate::actions::storage_problem;
use crate::app::App;
use crate::http::problem::ApiProblem;
use crate::keys::token_hash;
use crate::pace::Client;

/// How many servers of the directories are shown at once; more are found by a part of their name.
const SHOWN_MAX: u32 = 20;

/// Characters of what is searched for.
const WORDS_CHARS: usize = 100;

/// The server that was chosen last in this browser, for this page alone.
const COOKIE_NAME: &str = "symbolon_wayf";

/// How long it is remembered, in seconds: a year.
const COOKIE_SECS: u32 = 365 * 24 * 3_600;

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
    /// The server that was chosen last.
    last: Option<Choice>,
    /// What the directories offer; `None` if none is followed.
    directory: Option<Offer>,
    /// This page without a server chosen.
    again: String,
}

/// Servers out of the directories.
struct Offer {
    /// What was searched for.
    words: String,
    found: Vec<Choice>,
    /// Whether there are more than are shown.
    more: bool,
}

/// One server that can be chosen.
struct Choice {
    name: String,
    server: String,
    href: String,
}

/// Where the person goes on.
struct There {
    server: String,
    href: String,
}

/// `GET /wayf?token=…&providerDomain=…`, then with `&server=…`
pub(super) async fn show(
    guest: Guest,
    Extension(looks): Extension<Looks>,
    client: Client,
    headers: HeaderMap,
    fields: Fields,
) -> Result<Response, ApiProblem> {
    let (token, inviter) =
        invitation(&guest.app, &fields).map_err(|problem| guest.fails(problem))?;
    let over = over(&guest.app, &token, &inviter).await;
    let over = over.map_err(|problem| guest.fails(problem))?;
    let (mut there, mut refused) = (None, None);
    if let Some(server) = fields.filled("server") {
        match accept_page(&guest, &looks, client, server, &token, &inviter).await {
            Ok(found) => there = Some(found),
            Err(found) => refused = Some(found),
        }
    }
    let chosen = there
        .as_ref()
        .and_then(|_| provider(fields.text("server")).ok());
    let chosen = chosen.filter(|server| server != guest.app.provider());
    let offer = match there {
        Some(_) => None,
        None => offer(&guest.app, &fields, &token, &inviter)
            .await
            .map_err(|problem| guest.fails(problem))?,
    };
    let query = query(&token, &inviter);
    let shown = WayfPage {
        frame: Frame::new(&guest.app, guest.words, None, Section::Elsewhere),
        told: match (&over, &refused) {
            (Some(over), _) => Some(guest.told(over)),
            (None, Some(refused)) => Some(told(&guest, refused)),
            (None, None) => None,
        },
        code: invite_string(&token, &inviter),
        token: token.expose().to_owned(),
        inviter: inviter.to_string(),
        server: fields.text("server").to_owned(),
        last: last(&guest.app, &headers).map(|server| choice(None, &server, &token, &inviter)),
        directory: offer,
        there,
        again: format!("/wayf?{query}"),
    };
    let mut page = page_telling(guest.words, over.or(refused).as_ref(), &shown);
    if let Some(cookie) = chosen.and_then(|server| remembered(&guest.app, &server)) {
        page.headers_mut().insert(SET_COOKIE, cookie);
    }
    Ok(page)
}

/// Why an invitation of ours connects nobody new any more; one of another server is that server's business. Whoever it has
/// connected before may go on.
async fn over(
    app: &App,
    token: &InviteToken,
    inviter: &Provider,
) -> Result<Option<Problem>, Problem> {
    if inviter != app.provider() {
        return Ok(None);
    }
    let find = FindState {
        token_hash: token_hash(token),
        now: app.now(),
    };
    let state = app.store.read(find).await;
    let code = match state.map_err(|error| storage_problem(&error))? {
        None | Some(InviteState::Open) => return Ok(None),
        Some(InviteState::Expired) => Code::InvitationExpired,
        Some(InviteState::Withdrawn) => Code::InvitationWithdrawn,
        Some(InviteState::UsedUp) => Code::InvitationUsedUp,
    };
    Ok(Some(Problem::new(code)))
}

/// What the directories have for the words that a person wrote, without this server.
async fn offer(
    app: &App,
    fields: &Fields,
    token: &InviteToken,
    inviter: &Provider,
) -> Result<Option<Offer>, Problem> {
    let words = fields
        .text("q")
        .chars()
        .take(WORDS_CHARS)
        .collect::<String>();
    let search = SearchServers {
        words: words.clone(),
        except: app.provider().clone(),
        limit: SHOWN_MAX + 1,
    };
    let found = app.store.read(search).await;
    let found = found.map_err(|error| storage_problem(&error))?;
    if found.is_empty() && words.is_empty() {
        return Ok(None);
    }
    let shown = SHOWN_MAX as usize;
    let more = found.len() > shown;
    let choices = found.into_iter().take(shown);
    let choices = choices.map(|one| choice(Some(one.name), &one.provider, token, inviter));
    Ok(Some(Offer {
        words,
        found: choices.collect(),
        more,
    }))
}

fn choice(
    name: Option<String>,
    server: &Provider,
    token: &InviteToken,
    inviter: &Provider,
) -> Choice {
    let chosen = [("server", server.as_str())];
    let mut query = url::form_urlencoded::Serializer::new(query(token, inviter));
    let query = query.extend_pairs(chosen).finish();
    Choice {
        name: name.unwrap_or_else(|| server.to_string()),
        server: server.to_string(),
        href: format!("/wayf?{query}"),
    }
}

/// The server that was chosen last in this browser.
fn last(app: &App, headers: &HeaderMap) -> Option<Provider> {
    let server = session::cookie_named(COOKIE_NAME, headers)?;
    let server = Provider::parse(server).ok()?;
    (server != *app.provider()).then_some(server)
}

fn remembered(app: &App, server: &Provider) -> Option<HeaderValue> {
    let secure = session::secure(app);
    let cookie = format!(
        "{COOKIE_NAME}={server}; Path=/wayf; Max-Age={COOKIE_SECS}; HttpOnly; SameSite=Lax{secure}"
    );
    HeaderValue::from_str(&cookie).ok()
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
    guest: &Guest,
    looks: &Looks,
    client: Client,
    server: &str,
    token: &InviteToken,
    inviter: &Provider,
) -> Result<There, Problem> {
    let app = &guest.app;
    let provider = provider(server)?;
    let mut page = if provider == *app.provider() {
        let own = Url::parse(app.base_url()).and_then(|base| base.join("/accept"));
        own.expect("the public URL is one")
    } else {
        let by = match &guest.user {
            Some(user) => By::Person(&user.id),
            None => By::Guest(client),
        };
        let discovery = looks.at(app, &provider, by).await?;
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

/// Why the way leads to no such server: the catalogue's words, with a remedy for somebody who has accepted nothing yet.
fn told(guest: &Guest, problem: &Problem) -> Told {
    let told = guest.told(problem);
    match problem.code() {
        Code::TooManyRequests | Code::Internal | Code::StorageFull | Code::ShuttingDown => told,
        Code::BadAddress => told.about(Field("server")),
        _ => Told {
            remedy: guest.words.say("wayf-remedy").to_string(),
            ..told.about(Field("server"))
        },
    }
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

impl WayfPage {
    /// For the template: nothing that may be chosen comes before, and the field does not ask for the focus anyway.
    fn begins_at_the_server(&self) -> bool {
        let refused = self.told.refusal("server").is_some();
        self.last.is_none() && self.directory.is_none() && !refused
    }
}

#[cfg(test)]
impl Choice {
    fn sample(name: &str, text: &str) -> Self {
        Self {
            name: format!("{name}{text}"),
            server: format!("dog.example.org{text}"),
            href: format!("/wayf?token=Zx81&server=dog.example.org{text}"),
        }
    }
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
            last: (!found).then(|| Choice::sample("emu.example.org", text)),
            directory: (!found).then(|| Offer {
                words: format!("institute{text}"),
                found: vec![Choice::sample("Dog Institute", text)],
                more: true,
            }),
            again: format!("/wayf?token={text}"),
        }
    }

    pub(super) fn empty(words: super::words::Words) -> Self {
        Self {
            told: None,
            server: String::new(),
            last: None,
            directory: None,
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
