//! opencloudmesh-go: signs and wants signatures, reads descriptions strictly, and repeats its yes in a 409. Signatures are made
//! and checked by this project's own code.

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures_util::future::BoxFuture;
use http::Method;
use serde_json::{Value, json};
use symbolon_proto::address::Provider;
use symbolon_proto::keys::{Jwks, SigningKey};
use symbolon_proto::signature::{MessageParts, find_ocm};
use url::{Position, Url};

use super::issued::Issued;
use super::net::{Host, Net};
use super::reva::UUIDS;
use super::wire::{Asked, Said, text};
use super::{Product, Shown, Who};

/// One server.
pub struct OcmGo {
    host: String,
    key: SigningKey,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    invites: Issued,
    known: [Vec<String>; 2],
    /// The invitations that somebody here has accepted: they are not sent again.
    accepted: [HashSet<String>; 2],
}

impl OcmGo {
    /// A server at `host`.
    pub fn new(host: &str) -> Self {
        let key = SigningKey::generate([60; 32], &format!("{host}#key1"));
        Self {
            host: host.to_owned(),
            key: key.expect("it is a key id"),
            state: Mutex::default(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn person(&self, who: Who) -> Value {
        let (uuid, name) = (UUIDS[who as usize], ["Bob", "Eve"][who as usize]);
        let id = URL_SAFE_NO_PAD.encode(format!("{uuid}@{}", self.host));
        json!({ "userID": id, "email": format!("{}@example.org", name.to_lowercase()), "name": name })
    }

    fn discovery(&self) -> Said {
        let at = |path: &str| format!("https://{}{path}", self.host);
        let document = json!({
            "enabled": true,
            "apiVersion": "1.4.0",
            "endPoint": at("/ocm"),
            "provider": "OpenCloudMesh",
            "resourceTypes": [{"name": "file", "shareTypes": ["user"],
                "protocols": {"webdav": "/webdav/ocm/", "webdav-receive": {"uri": "relative"}}}],
            // And `invite-wayf` with a dialog where its pages are switched on, which they are not at first.
            "capabilities": ["http-sig", "exchange-token", "invites", "notifications"],
            "criteria": ["must-use-http-sig", "must-exchange-token", "must-invite"],
            "tokenEndPoint": at("/ocm/token"),
            "jwksUri": at("/ocm/jwks"),
        });
        Said::json(200, &document)
    }

    async fn accepted(&self, net: &Net, asked: &Asked) -> Said {
        let plain =
            |status, words: &str| Said::new(status, "text/plain; charset=utf-8", words.to_owned());
        let body = asked.json();
        let provider = text(&body, "recipientProvider");
        match signer(net, asked).await {
            Signer::Nobody => return plain(401, "signature required\n"),
            Signer::Wrong => return plain(401, "signature verification failed\n"),
            Signer::NoKeys => return plain(502, "key fetch failed\n"),
            Signer::This(host) if host != provider => {
                return plain(403, "peer identity mismatch\n");
            }
            Signer::This(_) => {}
        }
        if !asked.brings_json() {
            return refuse(415, "UNSUPPORTED_MEDIA_TYPE");
        }
        for (member, word) in [("email", "EMAIL_REQUIRED"), ("name", "NAME_REQUIRED")] {
            if body.get(member).is_none() {
                return refuse(400, word);
            }
        }
        if provider.contains("://") {
            return refuse(400, "INVALID_RECIPIENT_PROVIDER");
        }
        let (token, id) = (text(&body, "token"), text(&body, "userID"));
        for (value, word) in [
            (provider, "RECIPIENT_PROVIDER_REQUIRED"),
            (token, "TOKEN_REQUIRED"),
            (id, "USERID_REQUIRED"),
        ] {
            if value.is_empty() {
                return refuse(400, word);
            }
        }
        let mut state = self.state();
        let Some(invite) = state.invites.find(token) else {
            return refuse(400, "TOKEN_INVALID");
        };
        if invite.ended {
            return refuse(400, "TOKEN_EXPIRED");
        }
        if invite.accepted {
            // Whoever asks; it is kept for the one who came first.
            return Said::json(409, &self.person(Who::Bob));
        }
        invite.accepted = true;
        state.known[0].push(format!("{id}@{provider}"));
        Said::json(200, &self.person(Who::Bob))
    }

    async fn notified(&self, net: &Net, asked: &Asked) -> Said {
        match signer(net, asked).await {
            Signer::Nobody => Said::new(403, "text/plain", "signature required\n"),
            Signer::Wrong => Said::new(401, "text/plain", "signature verification failed\n"),
            Signer::NoKeys => Said::new(502, "text/plain", "key fetch failed\n"),
            Signer::This(_) => {
                let unsupported = json!([{ "name": "notificationType", "message": "UNSUPPORTED" }]);
                let body = json!({ "message": "INVALID_NOTIFICATION_REQUEST", "validationErrors": unsupported });
                Said::json(400, &body)
            }
        }
    }

    async fn accept(&self, net: &Net, who: Who, token: &str, provider: &str) -> Shown {
        let failed = |why: &str| Shown(format!("502 {why}"));
        let invite = format!("{token}@{provider}");
        if self.state().accepted[who as usize].contains(&invite) {
            return Shown("200 accepted".to_owned());
        }
        let Some(description) = discover(net, provider).await else {
            return failed("peer_discovery_failed");
        };
        let mut body = self.person(who);
        body["recipientProvider"] = json!(self.host);
        body["token"] = json!(token);
        let url = format!("{}/invite-accepted", text(&description, "endPoint"));
        let mut request = Asked::post(&url, body.to_string());
        let signs = Value::from("http-sig");
        let capabilities = description["capabilities"].as_array();
        if capabilities.is_some_and(|all| all.contains(&signs)) {
            request.sign(&self.key, net.now_secs());
        }
        let Some(said) = net.send(request).await else {
            return failed("failed to notify sender");
        };
        let yes = said.value();
        let id = text(&yes, "userID");
        if !matches!(said.status, 200 | 201 | 409) || id.is_empty() {
            return failed("failed to notify sender");
        }
        let known = format!("{id}@{provider}");
        let mut state = self.state();
        state.accepted[who as usize].insert(invite);
        let list = &mut state.known[who as usize];
        if !list.contains(&known) {
            list.push(known);
        }
        Shown("200 accepted".to_owned())
    }
}

/// Who signed a request.
pub(super) enum Signer {
    Nobody,
    This(String),
    Wrong,
    /// The server that the signature names has no keys to be had just now.
    NoKeys,
}

pub(super) async fn signer(net: &Net, asked: &Asked) -> Signer {
    let view = asked.view();
    let message = MessageParts::request(asked.method.as_str(), asked.url.as_str(), &view);
    let signature = match find_ocm(&message) {
        Ok(Some(signature)) => signature,
        Ok(None) => return Signer::Nobody,
        Err(_) => return Signer::Wrong,
    };
    let named = signature.authority();
    let named = named.and_then(|name| Provider::parse(&name).ok());
    // The name of the server in front of a `#`, always.
    let Some(host) = named.filter(|_| signature.key_id().contains('#')) else {
        return Signer::Wrong;
    };
    let Some(description) = discover(net, host.as_str()).await else {
        return Signer::NoKeys;
    };
    let published = net.send(Asked::get(text(&description, "jwksUri"))).await;
    let Some(keys) = published.and_then(|said| Jwks::parse(&said.body).ok()) else {
        return Signer::NoKeys;
    };
    match signature.verify(&message, &asked.body, &keys, net.now_secs()) {
        Ok(_) => Signer::This(host.to_string()),
        Err(_) => Signer::Wrong,
    }
}

/// A server's description, if it is one that this product can use.
pub(super) async fn discover(net: &Net, provider: &str) -> Option<Value> {
    let url = format!("https://{provider}/.well-known/ocm");
    let said = net.send(Asked::get(&url)).await?;
    let document = said.value();
    let here = |member: &str| {
        let url = Url::parse(text(&document, member)).ok();
        url.is_some_and(|url| &url[Position::BeforeHost..Position::AfterPort] == provider)
    };
    let absent = |member: &str| document.get(member).is_none();
    let listed = |member: &str| {
        let list = document[member].as_array();
        list.is_some_and(|list| list.iter().all(Value::is_string))
    };
    let exchanges = document["capabilities"]
        .as_array()
        .is_some_and(|all| all.contains(&Value::from("exchange-token")));
    let fits = said.status == 200
        && document["enabled"] == true
        && !text(&document, "apiVersion").is_empty()
        && here("endPoint")
        && exchanges == here("tokenEndPoint")
        && (absent("jwksUri") || here("jwksUri"))
        && (absent("inviteAcceptDialog") || here("inviteAcceptDialog"))
        && listed("capabilities")
        && (absent("criteria") || listed("criteria"));
    fits.then_some(document)
}

impl Host for OcmGo {
    fn serve<'a>(&'a self, net: &'a Net, asked: Asked) -> BoxFuture<'a, Said> {
        Box::pin(async move {
            match (&asked.method, asked.path()) {
                (&Method::GET, "/.well-known/ocm") => self.discovery(),
                (&Method::GET, "/ocm/jwks") => {
                    Said::json(200, &json!({ "keys": [self.key.public_jwk()] }))
                }
                (_, "/ocm/invite-accepted") => self.accepted(net, &asked).await,
                (_, "/ocm/notifications") => self.notified(net, &asked).await,
                _ => Said::new(404, "text/plain", "404 page not found\n"),
            }
        })
    }
}

impl Product for OcmGo {
    fn invites<'a>(&'a self) -> BoxFuture<'a, Option<String>> {
        let mut state = self.state();
        let token = state
            .invites
            .make(|number| format!("{:064x}", 0x9f86_d081_0000 + number));
        let string = URL_SAFE_NO_PAD.encode(format!("{token}@{}", self.host));
        Box::pin(async move { Some(string) })
    }

    fn time_passes<'a>(&'a self) -> BoxFuture<'a, bool> {
        self.state().invites.end();
        Box::pin(async { true })
    }

    fn accepts<'a>(
        &'a self,
        net: &'a Net,
        who: Who,
        token: &'a str,
        provider: &'a str,
    ) -> BoxFuture<'a, Option<Shown>> {
        Box::pin(async move { Some(self.accept(net, who, token, provider).await) })
    }

    fn removes<'a>(&'a self) -> BoxFuture<'a, bool> {
        Box::pin(async { false })
    }

    fn lists<'a>(&'a self, who: Who) -> BoxFuture<'a, Vec<String>> {
        let known = self.state().known[who as usize].clone();
        Box::pin(async move { known })
    }
}

fn refuse(status: u16, message: &str) -> Said {
    Said::json(status, &json!({ "message": message }))
}
