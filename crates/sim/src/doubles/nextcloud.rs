//! Nextcloud: releases whose server has a bare receiver of acceptances, and releases with the contacts app, which invites and
//! accepts.

use std::sync::{Mutex, MutexGuard, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures_util::future::BoxFuture;
use http::Method;
use serde_json::{Value, json};
use symbolon_proto::keys::RsaKey;

use super::cavage::{self, Origin, Signatories};
use super::es256;
use super::issued::Issued;
use super::net::{Host, Net};
use super::ocm_go::{self, Signer};
use super::wire::{Asked, Said, text};
use super::{Product, Shown, Who};

/// What one release says and does.
#[derive(Clone, Copy)]
pub struct Release {
    /// In the discovery document.
    pub provider: &'static str,
    /// In the discovery document; a list with holes leaves PHP as an object.
    pub capabilities: fn() -> Value,
    /// Whether it publishes a key set and signs shares with it.
    pub publishes_keys: bool,
    /// Who answers an acceptance.
    pub receiver: Receiver,
    /// Whether its contacts app signs acceptances where it can: some builds did.
    pub signs_acceptances: bool,
    /// Where it looks for how others describe themselves.
    pub looks_at: &'static str,
    /// Whether its administrators demand signatures (`ocm_signed_request_enforced`).
    pub enforces: bool,
}

/// Who answers an acceptance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Receiver {
    /// The server, which keeps a note and makes no contact. People have no page to invite or to accept.
    Server,
    /// The contacts app.
    Contacts,
}

/// One server.
pub struct Nextcloud {
    host: String,
    release: Release,
    key: es256::Key,
    rsa: RsaKey,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    invites: Issued,
    /// The `CLOUD` of each card.
    cards: [Vec<String>; 2],
    signatories: Signatories,
}

impl Nextcloud {
    /// A server at `host`.
    pub fn new(host: &str, release: Release) -> Self {
        let id = format!("https://{host}/ocm#ecdsa-p256-sha256-1");
        Self {
            host: host.to_owned(),
            release,
            rsa: cavage::rsa(false).named(&format!("https://{host}/ocm#signature")),
            key: es256::Key::new(&id),
            state: Mutex::default(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn discovery(&self) -> Said {
        let at = |path: &str| format!("https://{}{path}", self.host);
        let mut document = json!({
            "enabled": true,
            "apiVersion": "1.0-proposal1",
            "version": "1.1.0",
            "endPoint": at("/ocm"),
            "provider": self.release.provider,
            "resourceTypes": [{"name": "file", "shareTypes": ["user", "group"], "protocols": {"webdav": "/public.php/webdav/"}}],
            "capabilities": (self.release.capabilities)(),
            "publicKey": { "keyId": self.rsa.key_id(), "publicKeyPem": self.rsa.public_pem() },
        });
        if self.release.receiver == Receiver::Contacts {
            let dialog = at("/apps/contacts/ocm/invite-accept-dialog");
            document["inviteAcceptDialog"] = json!(dialog);
        }
        if self.release.publishes_keys {
            document["version"] = json!("1.1.2");
            let api = "/apps/cloud_federation_api/api/v1";
            document["tokenEndPoint"] = json!(at(&format!("{api}/access-token")));
            document["jwksUri"] = json!(at(&format!("{api}/jwks")));
        }
        Said::json(200, &document)
    }

    fn accepted(&self, asked: &Asked) -> Said {
        let body = asked.json();
        let names = ["recipientProvider", "token", "userID", "email", "name"];
        let [provider, token, id, email, name] = names.map(|name| text(&body, name));
        let missing = [provider, token, id, email, name].contains(&"");
        let contacts = self.release.receiver == Receiver::Contacts;
        if missing && contacts {
            let message = "Could not accept invite, user data is incomplete.";
            return Said::json(404, &json!({ "message": message }));
        }
        if missing {
            return Said::new(500, "text/html", "<html>Internal Server Error</html>");
        }
        let mut state = self.state();
        let Some(invite) = state.invites.find(token) else {
            return refuse(400, "Invalid or non existing token");
        };
        if invite.ended {
            return refuse(400, "Invitation expired");
        }
        if invite.accepted {
            return refuse(409, "Invite already accepted");
        }
        invite.accepted = true;
        let card = format!("{id}@{provider}");
        if !state.cards[0].contains(&card) {
            state.cards[0].push(card);
        }
        let yes = json!({ "userID": "bob", "email": "bob@example.org", "name": "Bob" });
        Said::json(200, &yes)
    }

    /// What comes of a notification. There is none about people, and each has to bring the secret of a share.
    fn notified(asked: &Asked) -> Said {
        let object = &asked.json()["notification"];
        let message = if !object.is_object() {
            "Missing arguments"
        } else if text(object, "sharedSecret").is_empty() {
            "Missing sharedSecret in notification"
        } else {
            "Unknown resource type"
        };
        Said::json(400, &json!({ "message": message, "validationErrors": [] }))
    }

    async fn accept(&self, net: &Net, who: Who, token: &str, provider: &str) -> Shown {
        let shown = |text: &str| Shown(text.to_owned());
        let mut description = Value::Null;
        for path in ["/.well-known/ocm", "/ocm-provider"] {
            let url = format!("https://{provider}{path}");
            if let Some(said) = net.send(Asked::get(&url)).await {
                description = said.value();
                break;
            }
        }
        let capabilities = description["capabilities"].as_array();
        let takes = ["invites", "invite-accepted", "/invite-accepted"].map(Value::from);
        if !capabilities.is_some_and(|all| all.iter().any(|one| takes.contains(one))) {
            return shown("400 does not support invites");
        }
        let name = ["bob", "eve"][who as usize];
        // Without its port, wherever it is.
        let host = self.host.split(':').next().unwrap_or_default();
        let body = json!({
            "recipientProvider": host, "token": token, "userID": name,
            "email": format!("{name}@example.org"), "name": name,
        });
        let url = format!("{}/invite-accepted", text(&description, "endPoint"));
        let mut request = Asked::post(&url, body.to_string());
        let newer = Value::from("http-sig");
        let newer = capabilities.is_some_and(|all| all.contains(&newer));
        match (self.release.signs_acceptances, newer) {
            (false, _) => {}
            (true, true) if self.release.publishes_keys => {
                self.key.sign(&mut request, net.now_secs());
            }
            (true, _) => cavage::sign(&mut request, &self.rsa, net.now_secs()),
        }
        let Some(said) = net.send(request).await else {
            return shown("500 An error occurred");
        };
        match said.status {
            200..=299 => {}
            400 => return shown("400 Invalid, non-existing, or expired"),
            409 => return shown("409 Invite already accepted"),
            _ => return shown("500 An error occurred"),
        }
        let yes = said.value();
        let members = ["userID", "email", "name"].map(|name| text(&yes, name));
        if members.iter().any(|member| member.trim().is_empty()) {
            return shown("502 invalid response");
        }
        let card = format!("{}@{provider}", members[0]);
        let mut state = self.state();
        let cards = &mut state.cards[who as usize];
        if cards.contains(&card) {
            return shown("409 contact already exists");
        }
        cards.push(card);
        shown("200")
    }

    /// What its server says before it hands a message on; `None` if that may go on. The receiver of the first releases with
    /// invitations looks at no signature. Whoever has ever signed must go on signing.
    async fn stops(&self, net: &Net, asked: &Asked) -> Option<Said> {
        let blind =
            asked.path() == "/ocm/invite-accepted" && self.release.receiver == Receiver::Server;
        let newer = asked.header("signature-input").is_some();
        if asked.method != Method::POST || blind {
            return None;
        }
        let refused = if newer && self.release.publishes_keys {
            match ocm_go::signer(net, asked).await {
                Signer::This(_) => return None,
                Signer::Nobody | Signer::Wrong | Signer::NoKeys => "Invalid signature",
            }
        } else {
            let known = self.state().signatories.clone();
            let (origin, known) = cavage::origin(net, asked, self.release.looks_at, known).await;
            let body = asked.json();
            let has_signed = known.contains_key(text(&body, "recipientProvider"));
            self.state().signatories = known;
            match origin {
                Origin::Signed(_) => return None,
                Origin::Unsigned if self.release.enforces => "Unsigned request",
                Origin::Unsigned if has_signed => "instance is supposed to sign its request",
                Origin::Unsigned => return None,
                Origin::Invalid(_) => "Invalid signature",
            }
        };
        let body = json!({ "message": refused, "validationErrors": [] });
        Some(Said::json(400, &body))
    }

    fn answers(&self, asked: &Asked) -> Said {
        match (&asked.method, asked.path()) {
            (&Method::GET, "/.well-known/ocm" | "/ocm-provider") => self.discovery(),
            (&Method::GET, path) if path.ends_with("/jwks") && self.release.publishes_keys => {
                Said::json(200, &json!({ "keys": [self.key.jwk()] }))
            }
            (_, "/ocm/invite-accepted") => self.accepted(asked),
            (_, "/ocm/notifications") => Self::notified(asked),
            _ => Said::new(404, "text/html", "<html>Page not found</html>"),
        }
    }

    /// Whose signature it has ever believed.
    pub fn believes(&self) -> Vec<String> {
        self.state().signatories.keys().cloned().collect()
    }
}

impl Host for Nextcloud {
    fn serve<'a>(&'a self, net: &'a Net, asked: Asked) -> BoxFuture<'a, Said> {
        Box::pin(async move {
            match self.stops(net, &asked).await {
                Some(refused) => refused,
                None => self.answers(&asked),
            }
        })
    }
}

impl Product for Nextcloud {
    fn invites<'a>(&'a self) -> BoxFuture<'a, Option<String>> {
        let mut state = self.state();
        let token = state
            .invites
            .make(|number| format!("6f1c2a52-97ca-4c20-9ccf-{number:012}"));
        let host = self.host.split(':').next().unwrap_or_default();
        let string = STANDARD.encode(format!("{token}@{host}"));
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
        Box::pin(async move {
            match self.release.receiver {
                Receiver::Server => None,
                Receiver::Contacts => Some(self.accept(net, who, token, provider).await),
            }
        })
    }

    fn removes<'a>(&'a self) -> BoxFuture<'a, bool> {
        let has_list = self.release.receiver == Receiver::Contacts;
        if has_list {
            // An ordinary deletion in an address book: nobody else is told.
            self.state().cards[0].clear();
        }
        Box::pin(async move { has_list })
    }

    fn lists<'a>(&'a self, who: Who) -> BoxFuture<'a, Vec<String>> {
        let cards = self.state().cards[who as usize].clone();
        Box::pin(async move { cards })
    }
}

fn refuse(status: u16, message: &str) -> Said {
    Said::json(status, &json!({ "message": message, "error": true }))
}
