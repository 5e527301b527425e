//! One of two servers gets a new key while the two have business with each other.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::json;
use symbolon_proto::keys::PublicPem;
use symbolon_proto::signature::MessageParts;
use symbolon_proto::signature::cavage::find_cavage;
use symbolon_server::env::{Env, SystemEntropy};
use symbolon_server::keys::rotation::{OVERLAP_LEAST_MS, retire, rotate, rotate_rsa};
use symbolon_server::keys::{FOLDER, LOOK_MS};
use symbolon_store::events::Kind;

use crate::support::{Net, OutboundRequest, Person, TestServer, TransportError, answer, audit};

const HOUR_MS: i64 = 3_600_000;

const MONTH_MS: i64 = 30 * 24 * HOUR_MS;

/// What an administrator does at the command line, beside the running server.
fn env(net: &Net) -> Env {
    Env {
        clock: net.clock.clone(),
        entropy: std::sync::Arc::new(SystemEntropy),
    }
}

fn rotates(net: &Net, server: &TestServer, data: &Path, lead_ms: i64, at_once: bool) -> String {
    let made = rotate(
        &data.join(FOLDER),
        &env(net),
        server.app.provider(),
        lead_ms,
        at_once,
    );
    made.unwrap().key_id
}

fn retires(net: &Net, server: &TestServer, data: &Path, key: &str) {
    let gone = retire(
        &data.join(FOLDER),
        &env(net),
        server.app.provider(),
        key,
        false,
    );
    assert!(gone.unwrap().is_some());
}

fn signs(server: &TestServer) -> String {
    server
        .app
        .keys
        .signing(server.app.now())
        .key_id()
        .to_owned()
}

/// The ids of the keys with which messages to a path were signed, in their order.
fn signed_with(net: &Net, path: &str) -> Vec<String> {
    let key_id = |sent: &OutboundRequest| {
        let header = sent
            .headers
            .iter()
            .find(|(name, _)| name == "signature-input");
        let (_, value) = header.unwrap();
        let rest = value.split("keyid=\"").nth(1).unwrap();
        rest.split('"').next().unwrap().to_owned()
    };
    net.posted(path).iter().map(key_id).collect()
}

/// How often the keys of a server were fetched.
fn fetched(net: &Net, server: &TestServer) -> usize {
    let url = format!("{}/.well-known/jwks.json", server.app.base_url());
    let sent = net.sent.lock().unwrap();
    sent.iter().filter(|request| request.url == url).count()
}

async fn refusals(server: &TestServer) -> usize {
    let events = audit(server).await;
    let refused = events
        .iter()
        .filter(|event| event.kind == Kind::PeerRefused.as_str());
    refused.count()
}

/// Two servers with their folders, and two people who are connected.
macro_rules! connected {
    ($net:ident, $cat:ident $bob:ident, $dog:ident $carol:ident $data:ident) => {
        let $net = Net::default();
        let cats = tempfile::tempdir().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let $data = folder.path();
        let $cat = TestServer::in_folder(&$net, "cat.example.org", cats.path()).await;
        let $dog = TestServer::in_folder(&$net, "dog.example.org", $data).await;
        let ($bob, $carol) = ($cat.person("bob").await, $dog.person("carol").await);
        let invite = $bob.invites().await;
        {
            let _running = $dog.run_outbox();
            $carol.accepts(&invite).await.assert(200);
        }
    };
}

/// Disconnects while the other server is away: a message that must reach it waits.
async fn leaves_a_message(net: &Net, away: &TestServer, person: &Person<'_>) {
    net.down(away);
    let disconnected = person.disconnects().await;
    assert!(
        disconnected.status == 200 || disconnected.status == 202,
        "{}",
        disconnected.text
    );
    person.server.drive().await;
}

#[tokio::test]
async fn messages_that_wait_while_a_key_is_replaced_arrive_and_none_is_refused() {
    connected!(net, cat bob, dog carol data);
    let old = signs(&dog);
    leaves_a_message(&net, &cat, &carol).await;
    let new = rotates(&net, &dog, data, HOUR_MS, false);
    // Several attempts fail under the old key, and then under the new one, and the old one is gone before cat is back.
    for _ in 0..4 {
        net.pass_ms(HOUR_MS / 2);
        dog.drive().await;
    }
    assert_eq!(signs(&dog), new);
    net.pass_ms(OVERLAP_LEAST_MS);
    retires(&net, &dog, data, &old);
    net.pass_ms(LOOK_MS);
    net.up(&cat);
    assert_eq!(bob.lists().await, ["Carol"]);
    net.pass_ms(HOUR_MS);
    dog.drive().await;
    assert!(bob.lists().await.is_empty() && carol.lists().await.is_empty());
    let used = signed_with(&net, "/ocm/notifications");
    assert!(
        used.first() == Some(&old) && used.last() == Some(&new),
        "{used:?}"
    );
    let changes = used.windows(2).filter(|two| two[0] != two[1]).count();
    assert_eq!(changes, 1, "{used:?}");
    assert_eq!(refusals(&cat).await, 0);
}

#[tokio::test]
async fn a_new_key_that_was_published_before_it_signs_is_believed_without_another_look() {
    connected!(net, cat bob, dog carol data);
    let new = rotates(&net, &dog, data, HOUR_MS, false);
    net.pass_ms(HOUR_MS - 1_000);
    // Cat looks at dog's keys for a message of the old key, a moment before the new one begins.
    leaves_a_message(&net, &cat, &carol).await;
    net.up(&cat);
    net.pass_ms(999);
    assert_ne!(signs(&dog), new);
    let invite = bob.invites().await;
    {
        let _running = dog.run_outbox();
        carol.accepts(&invite).await.assert(200);
    }
    let looks = fetched(&net, &dog);
    net.pass_ms(2_000);
    assert_eq!(signs(&dog), new);
    {
        let _running = dog.run_outbox();
        carol.disconnects().await.assert(200);
    }
    assert_eq!(signed_with(&net, "/ocm/notifications").last(), Some(&new));
    assert!(bob.lists().await.is_empty());
    assert_eq!(
        fetched(&net, &dog),
        looks,
        "the new key came with the old one"
    );
    assert_eq!(refusals(&cat).await, 0);
}

#[tokio::test]
async fn a_key_that_signs_at_once_costs_the_other_server_one_look_and_nobody_a_message() {
    connected!(net, cat bob, dog carol data);
    let looks = fetched(&net, &dog);
    let old = signs(&dog);
    let new = rotates(&net, &dog, data, HOUR_MS, true);
    net.pass_ms(20_000);
    assert_eq!(signs(&dog), new);
    {
        let _running = dog.run_outbox();
        carol.disconnects().await.assert(200);
    }
    assert!(bob.lists().await.is_empty());
    assert_eq!(fetched(&net, &dog), looks + 1);
    assert_eq!(refusals(&cat).await, 0);
    assert_ne!(old, new);
}

#[tokio::test]
async fn keys_that_were_fetched_while_the_clock_was_ahead_are_fetched_again_once_it_is_set_back() {
    connected!(net, cat bob, dog carol data);
    net.pass_ms(MONTH_MS);
    let invite = bob.invites().await;
    {
        let _running = dog.run_outbox();
        carol.disconnects().await.assert(200);
        carol.accepts(&invite).await.assert(200);
    }
    net.pass_ms(-MONTH_MS);
    let looks = fetched(&net, &dog);
    let new = rotates(&net, &dog, data, HOUR_MS, true);
    net.pass_ms(20_000);
    carol.disconnects().await;
    // What it had asked for by then counts as its whole allowance, so that it may be put off once.
    for _ in 0..2 {
        dog.drive().await;
        net.pass_ms(10_000);
    }
    assert_eq!(signed_with(&net, "/ocm/notifications").last(), Some(&new));
    assert_eq!(refusals(&cat).await, 0);
    assert!(bob.lists().await.is_empty());
    assert_eq!(fetched(&net, &dog), looks + 1);
}

#[tokio::test]
async fn a_restarted_server_signs_with_the_key_whose_turn_it_is_and_publishes_the_others() {
    connected!(net, _cat _bob, dog _carol data);
    let old = signs(&dog);
    let new = rotates(&net, &dog, data, HOUR_MS, false);
    net.pass_ms(HOUR_MS + 1_000);
    drop(dog);
    let dog = TestServer::in_folder(&net, "dog.example.org", data).await;
    assert_eq!(signs(&dog), new);
    let published = dog.app.keys.published(dog.app.now());
    assert_eq!(published.key_ids().collect::<Vec<_>>(), [&*new, &*old]);
}

/// A Nextcloud of before 35: it keeps the one key that a server describes until it looks again, and refuses every other one.
struct Keeps {
    key: Arc<Mutex<Option<(String, PublicPem)>>>,
    /// What it answers to a message that it takes is lost.
    loses: Arc<AtomicBool>,
}

impl Keeps {
    fn at(net: &Net, host: &'static str) -> Self {
        let kept: Arc<Mutex<Option<(String, PublicPem)>>> = Arc::default();
        let key = crate::cavage::rsa(0, host);
        let document = json!({
            "enabled": true, "apiVersion": "1.0-proposal1", "endPoint": format!("https://{host}/ocm"),
            "resourceTypes": [], "capabilities": ["invite-accepted", "notifications"],
            "publicKey": { "keyId": key.key_id(), "publicKeyPem": key.public_pem() },
        });
        let loses: Arc<AtomicBool> = Arc::default();
        let (known, clock, lost) = (kept.clone(), net.clock.clone(), loses.clone());
        net.script(host, move |request| {
            if request.url.ends_with("/.well-known/ocm") {
                return answer(200, "application/json", document.to_string());
            }
            let headers = request.headers.iter();
            let headers: Vec<_> = headers
                .map(|(name, value)| (name.as_str(), value.as_str()))
                .collect();
            let parts = MessageParts::request("POST", &request.url, &headers);
            let signature = find_cavage(&parts).unwrap().unwrap();
            let known = known.lock().unwrap();
            let (key_id, pem) = known.as_ref().unwrap();
            let now = symbolon_server::env::Clock::now(&*clock).as_secs();
            let holds = signature.key_id() == key_id
                && signature.verify(&parts, &request.body, pem, now).is_ok();
            match holds {
                true if lost.load(Ordering::Relaxed) => {
                    let stage = crate::support::Stage::Answer;
                    Err(TransportError::Timeout { stage })
                }
                true => {
                    let bob = json!({ "userID": "bob", "email": "b@example.org", "name": "Bob" });
                    answer(200, "application/json", bob.to_string())
                }
                false => {
                    let no = json!({ "message": "Invalid signature", "validationErrors": [] });
                    answer(400, "application/json", no.to_string())
                }
            }
        });
        Self { key: kept, loses }
    }

    async fn looks_at(&self, server: &TestServer) {
        let get = http::Request::get("/.well-known/ocm").body(axum::body::Body::empty());
        let document = server.request(get.unwrap()).await.assert(200).json();
        let text = |name: &str| document["publicKey"][name].as_str().unwrap().to_owned();
        let pem = PublicPem::parse(&text("publicKeyPem")).unwrap();
        *self.key.lock().unwrap() = Some((text("keyId"), pem));
    }
}

#[tokio::test]
async fn a_server_that_keeps_the_rsa_key_of_before_for_a_day_refuses_nobody_when_it_is_replaced() {
    let net = Net::default();
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let dog = TestServer::in_folder(&net, "dog.example.org", data).await;
    let cat = Keeps::at(&net, "cat.example.org");
    cat.looks_at(&dog).await;
    let _running = dog.run_outbox();
    // How accepting goes for somebody, and how many messages it takes.
    let accepts = async |name: &str| {
        let before = net.posted("/invite-accepted").len();
        let person = dog.person(name).await;
        let status = person.accepts("some-token@cat.example.org").await.status;
        (status, net.posted("/invite-accepted").len() - before)
    };
    let replaces = |at_once| {
        let folder = data.join(FOLDER);
        let made = rotate_rsa(&folder, &env(&net), dog.app.provider(), at_once);
        net.pass_ms(LOOK_MS);
        made.unwrap()
    };
    assert_eq!(accepts("carol").await, (200, 1));
    replaces(false);
    assert_eq!(
        accepts("dave").await,
        (200, 2),
        "signed with the one before"
    );
    net.pass_ms(24 * HOUR_MS - LOOK_MS);
    assert_eq!(accepts("erin").await, (200, 2));
    cat.looks_at(&dog).await;
    assert_eq!(accepts("frank").await, (200, 1));
    // Whoever may have got hold of a key does not go on with it.
    replaces(true);
    let (status, messages) = accepts("grace").await;
    assert_eq!((status == 200, messages), (false, 1));
    cat.looks_at(&dog).await;
    assert_eq!(accepts("heidi").await, (200, 1));
    // Of two messages the second may have been acted on: what was said to the first is no end then.
    replaces(false);
    cat.loses.store(true, Ordering::Relaxed);
    assert_eq!(accepts("ivan").await, (202, 2));
}
