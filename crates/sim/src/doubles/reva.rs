//! Servers on Reva: ownCloud Infinite Scale, OpenCloud and CERNBox. They share most code and differ in how they write
//! identifiers, in what they do with somebody whom they list already, and in a few words.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE;
use futures_util::future::BoxFuture;
use http::Method;
use serde_json::{Value, json};

use super::net::{Host, Net};
use super::wire::{Asked, Said, text};
use super::{Product, Shown, Who};

/// What one version says and does.
#[derive(Clone, Copy)]
pub struct Dialect {
    /// In the discovery document.
    pub provider: &'static str,
    /// In the discovery document.
    pub api_version: &'static str,
    /// In the discovery document.
    pub capabilities: &'static [&'static str],
    /// How it writes its people's identifiers.
    pub identifiers: Identifiers,
    /// Whether it puts `https://` before its own name where it says who accepts.
    pub names_itself_with_scheme: bool,
    /// What the inviter's side answers to somebody whom it lists already: 200, or 409.
    pub repeat: u16,
    /// Whether somebody who accepts is told 409 if their own list has the inviter already, after the other side said yes.
    pub complains_of_its_own_list: bool,
    /// What a server that is not on its list is answered.
    pub stranger: Refusal,
    /// What a token that it does not know is answered.
    pub unknown: Refusal,
    /// What a token that has expired is answered.
    pub expired: Refusal,
    /// What its own person is told for a status of the other side; any other is 500.
    pub told: &'static [(u16, &'static str)],
    /// Which notifications it takes.
    pub notifications: Notifications,
    /// The content type of its yes.
    pub yes_is: &'static str,
    /// Where it finds the address to send an acceptance to.
    pub finds: Finds,
}

/// Status, code and message.
pub type Refusal = (u16, &'static str, &'static str);

/// How identifiers are written; `issuer` is where its people log in, as a rule its own address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Identifiers {
    /// base64 of `uuid@https://issuer`.
    Encoded,
    /// `uuid@issuer`.
    WithIssuer,
    /// `uuid@https://issuer`.
    WithIssuerAddress,
    /// `uuid`.
    Bare,
}

/// Which notifications are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notifications {
    /// All are answered 201, and nothing is done.
    Anything,
    /// Those about shares.
    AboutShares,
}

/// Where the address for an acceptance comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finds {
    /// The list of providers that its administrator keeps; nobody is asked.
    InItsList,
    /// The discovery document.
    ByDiscovery,
}

/// The identifier of somebody in Reva's own sense.
pub const UUIDS: [&str; 2] = [
    "4c510ada-c86b-4815-8820-42cdf82c3d51",
    "f7fbf8c8-139b-4376-b307-cf0a8c2d0d9c",
];

impl Identifiers {
    /// The identifier of a person whose log-in is at `issuer`.
    pub fn write(self, uuid: &str, issuer: &str) -> String {
        match self {
            Self::Encoded => URL_SAFE.encode(format!("{uuid}@https://{issuer}")),
            Self::WithIssuer => format!("{uuid}@{issuer}"),
            Self::WithIssuerAddress => format!("{uuid}@https://{issuer}"),
            Self::Bare => uuid.to_owned(),
        }
    }
}

/// One server.
pub struct Reva {
    host: String,
    issuer: String,
    dialect: Dialect,
    providers: Vec<String>,
    state: Mutex<State>,
}

#[derive(Clone, Default)]
struct State {
    made: usize,
    /// Whether each token has expired.
    tokens: HashMap<String, bool>,
    lists: [Vec<Row>; 2],
    misused: Option<String>,
}

#[derive(Clone, PartialEq)]
struct Row {
    id: String,
    provider: String,
}

impl Reva {
    /// A server at `host` whose people log in at `issuer`, and whose administrator lists `providers`.
    pub fn new(host: &str, issuer: &str, dialect: Dialect, providers: &[&str]) -> Self {
        Self {
            host: host.to_owned(),
            issuer: issuer.to_owned(),
            dialect,
            providers: providers.iter().map(|&name| name.to_owned()).collect(),
            state: Mutex::default(),
        }
    }

    /// The same installation after an upgrade: all that it has stored stays as it was written.
    pub fn upgraded(&self, dialect: Dialect) -> Self {
        Self {
            host: self.host.clone(),
            issuer: self.issuer.clone(),
            dialect,
            providers: self.providers.clone(),
            state: Mutex::new(self.state().clone()),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn person(&self, who: Who) -> Value {
        let (uuid, name) = match who {
            Who::Bob => (UUIDS[0], "Bob"),
            Who::Eve => (UUIDS[1], "Eve"),
        };
        let id = self.dialect.identifiers.write(uuid, &self.issuer);
        json!({ "userID": id, "email": format!("{}@example.org", name.to_lowercase()), "name": name })
    }

    fn discovery(&self) -> Said {
        let dialect = &self.dialect;
        let document = json!({
            "enabled": true,
            "apiVersion": dialect.api_version,
            "endPoint": format!("https://{}/ocm", self.host),
            "provider": dialect.provider,
            "resourceTypes": [{"name": "file", "shareTypes": ["user"], "protocols": {"webdav": "/dav/ocm"}}],
            "capabilities": dialect.capabilities,
        });
        Said::json(200, &document)
    }

    fn accepted(&self, asked: &Asked) -> Said {
        let body = asked.json();
        let names = ["token", "userID", "recipientProvider"];
        let [token, id, provider] = names.map(|name| text(&body, name));
        if !asked.brings_json() {
            return refuse((400, "INVALID_PARAMETER", "missing parameters in request"));
        }
        if token.is_empty() || id.is_empty() || provider.is_empty() {
            let missing = "token, userID and recipientProvider must not be null";
            return refuse((400, "INVALID_PARAMETER", missing));
        }
        let provider = without_scheme(provider);
        if self.dialect.finds == Finds::InItsList && !self.knows(provider) {
            return refuse(self.dialect.stranger);
        }
        let mut state = self.state();
        match state.tokens.get(token) {
            None => return refuse(self.dialect.unknown),
            Some(true) => return refuse(self.dialect.expired),
            Some(false) => {}
        }
        let row = Row {
            id: id.to_owned(),
            provider: provider.to_owned(),
        };
        if !state.lists[0].contains(&row) {
            state.lists[0].push(row);
        } else if self.dialect.repeat == 409 {
            return refuse((409, "ALREADY_EXIST", "user already known"));
        }
        let yes = format!("{}\n", self.person(Who::Bob));
        Said::new(200, self.dialect.yes_is, yes)
    }

    fn notified(&self, asked: &Asked) -> Said {
        if self.dialect.notifications == Notifications::Anything {
            return Said::new(201, "text/plain", "");
        }
        let body = asked.json();
        // Whatever we send is whole, also where it is refused: no server has to bear less.
        if text(&body["notification"], "grantee").is_empty() || !asked.brings_json() {
            let misused = "a notification that is not whole";
            self.state().misused = Some(misused.to_owned());
        }
        let why = "notification type not supported";
        let body = json!({
            "message": "BAD_REQUEST",
            "validationErrors": [{ "name": "notification", "message": why }],
        });
        Said::json(400, &body)
    }

    fn knows(&self, provider: &str) -> bool {
        self.providers.iter().any(|known| known == provider)
    }

    /// Where an acceptance for a provider goes.
    async fn end_point(&self, net: &Net, provider: &str) -> Option<String> {
        match self.dialect.finds {
            Finds::InItsList => self
                .knows(provider)
                .then(|| format!("https://{provider}/ocm/")),
            Finds::ByDiscovery => {
                let url = format!("https://{provider}/.well-known/ocm");
                let said = net.send(Asked::get(&url)).await?.value();
                Some(text(&said, "endPoint").to_owned()).filter(|url| !url.is_empty())
            }
        }
    }

    async fn forward(&self, net: &Net, who: Who, token: &str, provider: &str) -> Shown {
        let shown = |status: u16, words: &str| Shown(format!("{status} {words}").trim().to_owned());
        let Some(end_point) = self.end_point(net, provider).await else {
            return shown(500, "grpc forward invite request failed");
        };
        let url = format!("{}/invite-accepted", end_point.trim_end_matches('/'));
        let mut body = self.person(who);
        let scheme = match self.dialect.names_itself_with_scheme {
            true => "https://",
            false => "",
        };
        body["recipientProvider"] = json!(format!("{scheme}{}", self.host));
        body["token"] = json!(token);
        let Some(said) = net.send(Asked::post(&url, format!("{body}\n"))).await else {
            return shown(500, "unexpected error");
        };
        if said.status != 200 {
            let told = self.dialect.told.iter();
            let mut told = told.filter(|(theirs, _)| *theirs == said.status);
            return match told.next() {
                Some((_, words)) => Shown((*words).to_owned()),
                None => shown(500, "unexpected error"),
            };
        }
        let row = Row {
            id: text(&said.value(), "userID").to_owned(),
            provider: provider.to_owned(),
        };
        let mut state = self.state();
        let list = &mut state.lists[who as usize];
        if !list.contains(&row) {
            list.push(row);
        } else if self.dialect.complains_of_its_own_list {
            return shown(409, "user already known");
        }
        shown(200, "")
    }
}

impl Host for Reva {
    fn serve<'a>(&'a self, _net: &'a Net, asked: Asked) -> BoxFuture<'a, Said> {
        let said = match (&asked.method, asked.path()) {
            (&Method::GET, "/.well-known/ocm") => self.discovery(),
            // What the proxy in front does not know is the web client.
            (&Method::GET, _) => Said::new(200, "text/html", "<!DOCTYPE html><html></html>"),
            (_, "/ocm/invite-accepted") => self.accepted(&asked),
            (_, "/ocm/notifications") => self.notified(&asked),
            _ => Said::new(404, "text/plain", "404 page not found\n"),
        };
        Box::pin(async move { said })
    }
}

impl Product for Reva {
    fn invites<'a>(&'a self) -> BoxFuture<'a, Option<String>> {
        let mut state = self.state();
        state.made += 1;
        let token = format!("c81a281d-6a00-4a96-9b42-{:012}", state.made);
        state.tokens.insert(token.clone(), false);
        // What the web client puts on the clipboard.
        let string =
            base64::engine::general_purpose::STANDARD.encode(format!("{token}@{}", self.host));
        Box::pin(async move { Some(string) })
    }

    fn time_passes<'a>(&'a self) -> BoxFuture<'a, bool> {
        self.state()
            .tokens
            .values_mut()
            .for_each(|ended| *ended = true);
        Box::pin(async { true })
    }

    fn accepts<'a>(
        &'a self,
        net: &'a Net,
        who: Who,
        token: &'a str,
        provider: &'a str,
    ) -> BoxFuture<'a, Option<Shown>> {
        Box::pin(async move { Some(self.forward(net, who, token, provider).await) })
    }

    fn removes<'a>(&'a self) -> BoxFuture<'a, bool> {
        // Nobody else is told.
        self.state().lists[0].clear();
        Box::pin(async { true })
    }

    fn lists<'a>(&'a self, who: Who) -> BoxFuture<'a, Vec<String>> {
        let rows = self.state().lists[who as usize].clone();
        let addresses = rows
            .iter()
            .map(|row| format!("{}@{}", row.id, row.provider));
        let addresses = addresses.collect();
        Box::pin(async move { addresses })
    }

    fn misused(&self) -> Option<String> {
        self.state().misused.clone()
    }
}

fn refuse((status, code, message): Refusal) -> Said {
    Said::json(status, &json!({ "code": code, "message": message }))
}

fn without_scheme(provider: &str) -> &str {
    provider.strip_prefix("https://").unwrap_or(provider)
}
