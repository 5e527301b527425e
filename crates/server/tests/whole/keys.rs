//! One of two servers gets a new key while the two have business with each other.

use std::path::Path;

use symbolon_server::env::{Env, SystemEntropy};
use symbolon_server::keys::rotation::{OVERLAP_LEAST_MS, retire, rotate};
use symbolon_server::keys::{FOLDER, LOOK_MS};
use symbolon_store::events::Kind;

use crate::support::{Net, OutboundRequest, Person, TestServer, audit};

const HOUR_MS: i64 = 3_600_000;

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
