//! What other servers may send to the inviter's side, and what they get for it.

mod bodies;
mod discovery;
mod invites;
mod key_sets;
mod limits;
mod looks;
mod places;
mod removals;
mod replays;
mod signatures;
mod strangers;
mod syncs;
mod unverified;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use axum::body::Body;
use http::{Method, Request};
use serde_json::{Value, json};
use symbolon_proto::digest::{content_digest, legacy_digest};
use symbolon_proto::keys::{Jwks, RsaKey, SigningKey};
use symbolon_proto::signature::{MessageParts, cavage, sign};
use symbolon_server::transport::TransportError;
use symbolon_store::connections::Connection;
use symbolon_store::connections::listing::ListAllConnections;

use crate::support::{Answer, Net, Person, TestServer, answer, discovery, fingerprint};

pub(crate) const CAT: &str = "cat.example.org";
pub(crate) const DOG: &str = "dog.example.org";
pub(crate) const ACCEPTED: &str = "/ocm/invite-accepted";
pub(crate) const NOTIFICATIONS: &str = "/ocm/notifications";

/// A server of another make that we hold the strings of.
pub(crate) struct Peer {
    host: &'static str,
    net: Net,
    pub(crate) key: SigningKey,
    published: Arc<Mutex<Jwks>>,
    pub(crate) announces: Arc<AtomicBool>,
    pub(crate) reachable: Arc<AtomicBool>,
}

impl Peer {
    /// Publishes a key and says so.
    pub(crate) fn signing(net: &Net, host: &'static str) -> Self {
        let key = key(host, 1);
        let peer = Self {
            host,
            net: net.clone(),
            published: Arc::new(Mutex::new(Jwks::from_iter([key.public_jwk()]))),
            key,
            announces: Arc::new(AtomicBool::new(true)),
            reachable: Arc::new(AtomicBool::new(true)),
        };
        let (keys, announces, reachable) = (
            peer.published.clone(),
            peer.announces.clone(),
            peer.reachable.clone(),
        );
        net.script(host, move |request| {
            if !reachable.load(Ordering::SeqCst) {
                return Err(TransportError::ConnectionRefused);
            }
            let announces = announces.load(Ordering::SeqCst);
            if request.url.ends_with("/.well-known/ocm") {
                let capabilities: &[&str] = if announces {
                    &["http-sig", "invites"]
                } else {
                    &["invites"]
                };
                answer(200, "application/json", discovery(host, capabilities))
            } else if request.url.ends_with("/jwks.json") && announces {
                let keys = serde_json::to_string(&*keys.lock().unwrap()).unwrap();
                answer(200, "application/json", keys)
            } else {
                answer(404, "text/plain", "")
            }
        });
        peer
    }

    /// Takes part, but has no keys.
    pub(crate) fn plain(net: &Net, host: &'static str) -> Self {
        let peer = Self::signing(net, host);
        peer.announces.store(false, Ordering::SeqCst);
        peer
    }

    fn publishes(&self, keys: &[&SigningKey]) {
        *self.published.lock().unwrap() = keys.iter().map(|key| key.public_jwk()).collect();
    }

    /// How often its keys were fetched.
    fn asked_for_keys(&self) -> usize {
        let url = format!("https://{}/.well-known/jwks.json", self.host);
        let sent = self.net.sent.lock().unwrap();
        sent.iter().filter(|r| r.url == url).count()
    }

    /// Its carol accepts.
    pub(crate) fn acceptance(&self, token: &str) -> Value {
        json!({ "recipientProvider": self.host, "token": token, "userID": "carol", "email": "carol@example.org",
            "name": "Carol" })
    }
}

pub(crate) fn key(host: &str, seed: u8) -> SigningKey {
    SigningKey::generate([seed; 32], &format!("{host}#{seed}")).unwrap()
}

/// A request to one server, as it goes over the wire.
#[derive(Clone)]
pub(crate) struct Message {
    path: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Message {
    pub(crate) fn new(path: &str, kind: &str, body: impl Into<Vec<u8>>) -> Self {
        Self {
            path: path.to_owned(),
            headers: vec![("content-type".to_owned(), kind.to_owned())],
            body: body.into(),
        }
    }

    pub(crate) fn json(path: &str, body: &Value) -> Self {
        Self::new(path, "application/json", body.to_string())
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_string()));
        self
    }

    /// The same with something else in its headers.
    pub(crate) fn with(mut self, from: &str, to: &str) -> Self {
        for (_, value) in &mut self.headers {
            *value = value.replacen(from, to, 1);
        }
        self
    }

    /// Signs as an honest server does, now.
    pub(crate) fn signed(self, net: &Net, key: &SigningKey) -> Self {
        self.signed_after(net, key, 0)
    }

    /// Signs with a clock that is wrong by some seconds.
    pub(crate) fn signed_after(self, net: &Net, key: &SigningKey, seconds: i64) -> Self {
        let digest = content_digest(&self.body);
        self.signed_over(net, key, seconds, &digest)
    }

    /// Signs as servers did before RFC 9421, now.
    pub(crate) fn cavage(self, net: &Net, key: &RsaKey) -> Self {
        self.cavage_after(net, key, 0)
    }

    /// The same with a clock that is wrong by some seconds.
    pub(crate) fn cavage_after(self, net: &Net, key: &RsaKey, seconds: i64) -> Self {
        self.cavage_for(net, key, CAT, seconds)
    }

    /// The same for another server than the one that it will come to.
    pub(crate) fn cavage_to(self, net: &Net, key: &RsaKey, host: &str) -> Self {
        self.cavage_for(net, key, host, 0)
    }

    fn cavage_for(self, net: &Net, key: &RsaKey, host: &str, seconds: i64) -> Self {
        let since = Duration::from_secs((net.seconds() + seconds).cast_unsigned());
        let date = httpdate::fmt_http_date(SystemTime::UNIX_EPOCH + since);
        let (length, digest) = (self.body.len().to_string(), legacy_digest(&self.body));
        let message = self
            .header("host", host)
            .header("date", &date)
            .header("digest", &digest)
            .header("content-length", &length);
        let url = format!("https://{host}{}", message.path);
        let view: Vec<_> = message
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let made = cavage::sign(&MessageParts::request("POST", &url, &view), key).unwrap();
        message.header("signature", &made)
    }

    /// With another body under the same headers.
    pub(crate) fn with_body(mut self, body: &Value) -> Self {
        self.body = body.to_string().into_bytes();
        self
    }

    pub(crate) fn signed_over(
        self,
        net: &Net,
        key: &SigningKey,
        seconds: i64,
        digest: &str,
    ) -> Self {
        let length = self.body.len();
        let message = self
            .header("content-digest", digest)
            .header("content-length", &length.to_string());
        let url = format!("https://{CAT}{}", message.path);
        let view: Vec<_> = message
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let now = net.seconds() + seconds;
        let made = sign(&MessageParts::request("POST", &url, &view), key, now).unwrap();
        message
            .header("signature-input", &made.signature_input)
            .header("signature", &made.signature)
    }

    /// Changes one header after it was signed.
    fn rewritten(mut self, name: &str, change: impl Fn(&str) -> String) -> Self {
        let header = self.headers.iter_mut().find(|(other, _)| other == name);
        let (_, value) = header.expect("the header is there");
        *value = change(value);
        self
    }

    pub(crate) async fn to(&self, server: &TestServer) -> Answer {
        let mut request = Request::builder().method(Method::POST).uri(&self.path);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let body = Body::from(self.body.clone());
        server.request(request.body(body).unwrap()).await
    }

    /// Sends what must be refused, and checks that nothing came of it.
    #[track_caller]
    pub(crate) fn refused<'a>(
        &'a self,
        server: &'a TestServer,
        status: u16,
        code: &'a str,
        words: &'a str,
    ) -> impl Future<Output = Answer> + 'a {
        let caller = std::panic::Location::caller();
        async move {
            let before = fingerprint(server).await;
            let answer = self.to(server).await;
            assert_eq!(answer.status, status, "{caller}: {}", answer.text);
            assert_eq!(answer.problem(), code, "{caller}: {}", answer.text);
            assert_eq!(answer.headers["content-type"], "application/problem+json");
            let body = answer.json();
            let said = ["title", "detail", "remedy"].map(|name| body[name].as_str().unwrap());
            let said = said.join(" ");
            assert!(said.contains(words), "{caller}: no {words:?} in {said:?}");
            assert!(!said.contains(['{', '}']), "{caller}: {said:?}");
            assert_eq!(fingerprint(server).await, before, "{caller}: it wrote");
            answer
        }
    }
}

impl Net {
    /// The time in Unix seconds.
    fn seconds(&self) -> i64 {
        use symbolon_server::env::Clock;
        self.clock.now().as_secs()
    }
}

/// A new invitation: its token and its id.
pub(crate) async fn invited(person: &Person<'_>, terms: Value) -> (String, String) {
    let made = person.call("POST", "/api/v1/invites", terms).await;
    let made = made.assert(201).json();
    let text = |name: &str| made[name].as_str().unwrap().to_owned();
    (text("token"), text("id"))
}

/// How many people an invitation has connected.
async fn used(person: &Person<'_>, id: &str) -> u64 {
    let path = format!("/api/v1/invites/{id}");
    let shown = person.call("GET", &path, Value::Null).await.assert(200);
    shown.json()["uses"]["used"].as_u64().unwrap()
}

/// All halves on a server, connected or not.
async fn halves(server: &TestServer) -> Vec<Connection> {
    let all = ListAllConnections {
        before: None,
        limit: 100,
    };
    server.app.store.read(all).await.unwrap()
}
