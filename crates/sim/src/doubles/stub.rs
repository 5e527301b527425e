//! The stub of the OCM test suite: one person, one token for everybody, and a memory of one acceptance for each server.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use futures_util::future::BoxFuture;
use http::Method;
use serde_json::{Value, json};

use super::net::{Host, Net};
use super::wire::{Asked, Said, text};
use super::{Product, Shown, Who};

/// One server.
pub struct Stub {
    host: String,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Servers, in whichever direction, and who is there.
    accepted: BTreeMap<String, String>,
    misused: Option<String>,
}

const TOKEN: &str = "stub-invite-token-123456";

impl Stub {
    /// A server at `host`.
    pub fn new(host: &str) -> Self {
        Self {
            host: host.to_owned(),
            state: Mutex::default(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn person(&self) -> Value {
        let email = format!("einstein@{}", self.host);
        json!({ "userID": "einstein", "email": email, "name": "Albert Einstein" })
    }

    fn discovery(&self) -> Said {
        let document = json!({
            "enabled": true,
            "apiVersion": "1.2.0",
            "endPoint": format!("https://{}/ocm", self.host),
            "resourceTypes": [{"name": "file", "shareTypes": ["user", "group"], "protocols": {"webdav": "/webdav-api/"}}],
            "capabilities": ["invites", "exchange-token"],
            "tokenEndPoint": "/ocm/token",
            "inviteAcceptDialog": "/accept-invite",
            "publicKey": "-----BEGIN RSA PUBLIC KEY-----",
        });
        Said::json(200, &document)
    }

    fn accepted(&self, asked: &Asked) -> Said {
        let body = asked.json();
        if !body.is_object() {
            return refuse(400, "Cannot parse JSON body");
        }
        let names = ["recipientProvider", "token", "userID"];
        let [provider, token, id] = names.map(|name| text(&body, name));
        if [provider, token, id].contains(&"") {
            let message = "Missing required fields: recipientProvider, token, userID";
            return refuse(400, message);
        }
        if token != TOKEN {
            return refuse(400, "Invalid or expired invite token");
        }
        let mut state = self.state();
        if state.accepted.contains_key(provider) {
            return refuse(409, "Invite already accepted from this provider");
        }
        state.accepted.insert(provider.to_owned(), id.to_owned());
        Said::json(200, &self.person())
    }

    fn exchanged(&self, asked: &Asked) -> Said {
        if asked.header("signature").is_none() {
            self.state().misused = Some("an unsigned request for an access token".to_owned());
        }
        refuse(403, "No grants found for client")
    }

    async fn accept(&self, net: &Net, token: &str, provider: &str) -> Shown {
        let url = format!("https://{provider}/.well-known/ocm");
        let Some(description) = net.send(Asked::get(&url)).await else {
            return Shown("500 Failed to forward invite".to_owned());
        };
        let mut body = self.person();
        body["recipientProvider"] = json!(self.host);
        body["token"] = json!(token);
        let end_point = text(&description.value(), "endPoint").to_owned();
        let url = format!("{end_point}/invite-accepted");
        let Some(said) = net.send(Asked::post(&url, body.to_string())).await else {
            return Shown("500 Failed to forward invite".to_owned());
        };
        if matches!(said.status, 200..=299) {
            let id = text(&said.value(), "userID").to_owned();
            self.state().accepted.insert(provider.to_owned(), id);
            return Shown("200 Invite Accepted".to_owned());
        }
        if said.status == 409 {
            // A success on the page, without anybody to remember.
            return Shown("200 Invite Accepted (already accepted earlier)".to_owned());
        }
        Shown(format!("Invite Failed: {}", said.status))
    }
}

impl Host for Stub {
    fn serve<'a>(&'a self, _net: &'a Net, asked: Asked) -> BoxFuture<'a, Said> {
        let said = match (&asked.method, asked.path()) {
            (&Method::GET, "/.well-known/ocm" | "/ocm-provider") => self.discovery(),
            (&Method::POST, "/ocm/invite-accepted" | "/invite-accepted") => self.accepted(&asked),
            (&Method::POST, "/ocm/token") => self.exchanged(&asked),
            // Whatever it does not know.
            (_, path) => {
                let page =
                    format!("<!DOCTYPE html><html><head></head><body>OK {path}</body></html>");
                Said {
                    status: 200,
                    headers: Vec::new(),
                    body: page.into(),
                }
            }
        };
        Box::pin(async move { said })
    }
}

impl Product for Stub {
    fn invites<'a>(&'a self) -> BoxFuture<'a, Option<String>> {
        Box::pin(async move { Some(format!("{TOKEN}@{}", self.host)) })
    }

    fn time_passes<'a>(&'a self) -> BoxFuture<'a, bool> {
        Box::pin(async { false })
    }

    fn accepts<'a>(
        &'a self,
        net: &'a Net,
        who: Who,
        token: &'a str,
        provider: &'a str,
    ) -> BoxFuture<'a, Option<Shown>> {
        Box::pin(async move {
            match who {
                Who::Bob => Some(self.accept(net, token, provider).await),
                // It has one person.
                Who::Eve => None,
            }
        })
    }

    fn removes<'a>(&'a self) -> BoxFuture<'a, bool> {
        Box::pin(async { false })
    }

    fn started_anew(&self) -> bool {
        // It has no other memory.
        self.state().accepted.clear();
        true
    }

    fn lists<'a>(&'a self, who: Who) -> BoxFuture<'a, Vec<String>> {
        let listed = match who {
            Who::Bob => self.state().accepted.clone(),
            Who::Eve => BTreeMap::new(),
        };
        let addresses = listed.iter().map(|(server, id)| format!("{id}@{server}"));
        let addresses = addresses.collect();
        Box::pin(async move { addresses })
    }

    fn misused(&self) -> Option<String> {
        self.state().misused.clone()
    }
}

fn refuse(status: u16, message: &str) -> Said {
    Said::json(status, &json!({ "message": message }))
}
