//! Two servers whose halves have come apart find together again, and nobody is connected by it.

use std::path::Path;

use serde_json::{Value, json};
use symbolon_proto::problem::Code;
use symbolon_server::sync;
use symbolon_store::Database;
use symbolon_store::sync::schedule::{FindSync, STRANGER_MS, Sync};

use crate::support::{Net, Person, TestServer, answer, discovery};

const CAT: &str = "cat.example.org";
const DOG: &str = "dog.example.org";

fn database(path: &Path) -> Database {
    Database::parse(&format!("sqlite:{}", path.display())).unwrap()
}

/// Stops a server, and keeps its database as it was at this moment under another name.
async fn back_up(net: &Net, server: TestServer, folder: &Path) -> TestServer {
    net.down(&server);
    server.app.store.close().await;
    std::fs::copy(folder.join("now.db"), folder.join("backup.db")).unwrap();
    TestServer::on(net, CAT, &database(&folder.join("now.db"))).await
}

/// Stops a server, and starts it with what was kept.
async fn restore(net: &Net, server: TestServer, folder: &Path) -> TestServer {
    net.down(&server);
    server.app.store.close().await;
    net.pass_ms(1_000);
    TestServer::on(net, CAT, &database(&folder.join("backup.db"))).await
}

async fn accepts(person: &Person<'_>, invite: &str) {
    let _outbox = person.server.run_outbox();
    person.accepts(invite).await.assert(200);
}

async fn disconnects(person: &Person<'_>, id: &str) {
    let _outbox = person.server.run_outbox();
    let path = format!("/api/v1/connections/{id}");
    person.call("DELETE", &path, Value::Null).await.assert(200);
}

/// What an administrator sees of a person's ended connections.
async fn ended(person: &Person<'_>) -> Vec<Value> {
    let path = "/api/v1/connections?state=disconnected";
    let listed = person.call("GET", path, Value::Null).await.assert(200);
    listed.json()["items"].as_array().unwrap().clone()
}

async fn of(server: &TestServer, provider: &str) -> Sync {
    let provider = symbolon_proto::address::Provider::parse(provider).unwrap();
    let find = FindSync { provider };
    server.app.store.read(find).await.unwrap().unwrap()
}

#[tokio::test]
async fn server_restored_from_an_older_backup_converges_and_reconnects_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let net = Net::default();
    let cat = TestServer::on(&net, CAT, &database(&folder.path().join("now.db"))).await;
    let dog = TestServer::new(&net, DOG).await;
    let bob = cat.person("bob").await;
    let (carol, dave, erin) = (
        dog.person("carol").await,
        dog.person("dave").await,
        dog.person("erin").await,
    );
    let for_carol = bob.invites().await;
    accepts(&carol, &for_carol).await;
    accepts(&erin, &bob.invites().await).await;
    let (id, authorized) = (bob.id.clone(), bob.at(&dog));
    let cat = back_up(&net, cat, folder.path()).await;
    let bob = authorized.at(&cat);
    assert_eq!(bob.id, id);

    // After the backup: bob disconnects from carol, and connects with dave.
    let listed = bob.call("GET", "/api/v1/connections", Value::Null).await;
    let items = listed.json()["items"].clone();
    let of_carol = items
        .as_array()
        .unwrap()
        .iter()
        .find(|item| item["name"] == "Carol")
        .unwrap()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    disconnects(&bob, &of_carol).await;
    accepts(&dave, &bob.invites().await).await;
    assert_eq!(dave.lists().await, ["Bob"]);
    assert!(carol.lists().await.is_empty());

    let cat = restore(&net, cat, folder.path()).await;
    let bob = authorized.at(&cat);
    assert_eq!(
        bob.lists().await.len(),
        2,
        "the backup knows Carol and Erin"
    );
    cat.syncs().await;
    assert_eq!(bob.lists().await, ["Erin"]);
    assert_eq!(erin.lists().await, ["Bob"]);
    assert!(
        dave.lists().await.is_empty(),
        "what bob's server forgot is not silently reconnected"
    );
    assert!(carol.lists().await.is_empty());
    for (server, provider) in [(&cat, DOG), (&dog, CAT)] {
        let sync = of(server, provider).await;
        assert_eq!(sync.found, 2, "{provider}");
    }
    assert_eq!(of(&cat, DOG).await.changed, 2);
    assert_eq!(of(&dog, CAT).await.changed, 1);

    // Bob had disconnected from carol, though his server forgot: his old invitation does not let her in.
    let refused = carol.accepts(&for_carol).await;
    dog.drive().await;
    let acceptances = carol.call("GET", "/api/v1/acceptances", Value::Null).await;
    assert!(
        bob.lists().await == ["Erin"],
        "{} {}",
        refused.text,
        acceptances.text
    );
    let fresh = bob.invites().await;
    accepts(&carol, &fresh).await;
    accepts(&dave, &bob.invites().await).await;
    assert_eq!(
        (carol.lists().await.len(), dave.lists().await.len()),
        (1, 1)
    );
    assert_eq!(bob.lists().await.len(), 3);

    // And the next comparison finds nothing.
    let before = net.posted("/ocm/notifications").len();
    cat.syncs().await;
    assert_eq!(net.posted("/ocm/notifications").len(), before + 1);
    assert_eq!(of(&cat, DOG).await.found, 2);
}

#[tokio::test]
async fn removal_that_nobody_could_be_told_of_arrives_by_sync_when_the_server_is_back() {
    let net = Net::default();
    let (cat, dog) = (
        TestServer::new(&net, CAT).await,
        TestServer::new(&net, DOG).await,
    );
    let (bob, carol) = (cat.person("bob").await, dog.person("carol").await);
    accepts(&carol, &bob.invites().await).await;
    cat.syncs().await;
    net.down(&dog);
    bob.disconnects().await;
    cat.drive().await;
    net.pass_ms(73 * 3_600 * 1_000);
    cat.drive().await;
    assert_eq!(ended(&bob).await[0]["told"], "could_not");
    assert_eq!(carol.lists().await, ["Bob"]);

    net.up(&dog);
    sync::drive(&cat.app).await.unwrap();
    assert!(carol.lists().await.is_empty());
    assert_eq!(ended(&bob).await[0]["told"], "confirmed");
}

#[tokio::test]
async fn server_that_is_back_after_an_outage_is_compared_with_at_once() {
    let net = Net::default();
    let (cat, dog) = (
        TestServer::new(&net, CAT).await,
        TestServer::new(&net, DOG).await,
    );
    let (bob, carol) = (cat.person("bob").await, dog.person("carol").await);
    accepts(&carol, &bob.invites().await).await;
    cat.syncs().await;
    net.down(&dog);
    net.pass_ms(600_000);
    bob.disconnects().await;
    cat.drive().await;
    net.up(&dog);
    net.pass_ms(600_000);
    cat.drive().await;
    assert!(carol.lists().await.is_empty());
    let synced_at = of(&cat, DOG).await.synced_at;
    sync::drive(&cat.app).await.unwrap();
    assert!(of(&cat, DOG).await.synced_at > synced_at);
}

#[tokio::test]
async fn server_that_cannot_be_compared_with_is_asked_again_by_itself_until_it_answers() {
    let net = Net::default();
    let (cat, dog) = (
        TestServer::new(&net, CAT).await,
        TestServer::new(&net, DOG).await,
    );
    let (bob, carol) = (cat.person("bob").await, dog.person("carol").await);
    accepts(&carol, &bob.invites().await).await;
    net.down(&dog);
    cat.syncs().await;
    let mut pauses = Vec::new();
    for failures in 1..=20 {
        let sync = of(&cat, DOG).await;
        assert_eq!((sync.failures, sync.synced_at), (failures, None));
        assert_eq!(sync.last_code.map(Code::as_str), Some("connection_refused"));
        let due = sync.due_at.unwrap();
        let pause = due.millis_since(cat.app.now());
        pauses.push(pause);
        net.pass_ms(pause - 1);
        sync::drive(&cat.app).await.unwrap();
        assert_eq!(
            of(&cat, DOG).await.failures,
            failures,
            "not before its time"
        );
        net.pass_ms(1);
        if failures < 20 {
            sync::drive(&cat.app).await.unwrap();
        }
    }
    assert!(pauses[0] < 1_000 && pauses[4] > pauses[0], "{pauses:?}");
    assert!(
        pauses.iter().all(|pause| *pause <= 15 * 60_000),
        "{pauses:?}"
    );
    net.up(&dog);
    sync::drive(&cat.app).await.unwrap();
    let sync = of(&cat, DOG).await;
    assert_eq!((sync.failures, sync.synced_at), (0, Some(cat.app.now())));
}

/// Bob at cat, connected with one person at each of some other servers.
async fn with_peers(net: &Net, cat: &TestServer, hosts: &[&'static str]) -> Vec<TestServer> {
    let bob = cat.person("bob").await;
    let mut peers = Vec::new();
    for host in hosts {
        let peer = TestServer::new(net, host).await;
        let person = peer.person("carol").await;
        accepts(&person, &bob.invites().await).await;
        peers.push(peer);
    }
    assert_eq!(bob.lists().await.len(), hosts.len());
    peers
}

/// When each server was asked to compare, in milliseconds since the test began.
fn asked(net: &Net, since: i64) -> Vec<(String, i64)> {
    let sent = net.posted("/ocm/notifications");
    let host = |url: &str| url.split('/').nth(2).unwrap().to_owned();
    sent.iter()
        .map(|request| (host(&request.url), since))
        .collect()
}

const PEERS: [&str; 5] = [
    DOG,
    "emu.example.org",
    "fox.example.org",
    "gnu.example.org",
    "owl.example.org",
];

#[tokio::test]
async fn after_a_start_every_server_is_compared_with_within_a_minute_one_after_another() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let _peers = with_peers(&net, &cat, &PEERS).await;
    let mut seen: Vec<(String, i64)> = Vec::new();
    sync::begin(&cat.app).await.unwrap();
    for second in 0..60 {
        sync::drive(&cat.app).await.unwrap();
        let all = asked(&net, second);
        seen.extend_from_slice(&all[seen.len()..]);
        net.pass_ms(1_000);
    }
    let mut hosts: Vec<_> = seen.iter().map(|(host, _)| host.as_str()).collect();
    hosts.sort_unstable();
    assert_eq!(hosts, PEERS, "each once");
    let gaps = seen.windows(2).map(|two| two[1].1 - two[0].1);
    assert!(
        gaps.into_iter().all(|gap| (11..=13).contains(&gap)),
        "{seen:?}"
    );
}

#[tokio::test]
async fn when_nothing_calls_for_it_servers_are_compared_with_every_few_hours_and_not_all_at_once() {
    const MINUTE: i64 = 60_000;
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let _peers = with_peers(&net, &cat, &PEERS).await;
    cat.syncs().await;
    for _ in 0..60 {
        net.pass_ms(1_000);
        sync::drive(&cat.app).await.unwrap();
    }
    let mut seen = asked(&net, 0);
    assert_eq!(seen.len(), PEERS.len());
    for minute in 1..=24 * 60 {
        net.pass_ms(MINUTE);
        sync::drive(&cat.app).await.unwrap();
        let all = asked(&net, minute);
        seen.extend_from_slice(&all[seen.len()..]);
    }
    let mut pauses = Vec::new();
    for host in PEERS {
        let times: Vec<i64> = seen
            .iter()
            .filter(|one| one.0 == host)
            .map(|one| one.1)
            .collect();
        pauses.extend(times.windows(2).map(|two| two[1] - two[0]));
        assert!((4..=7).contains(&times.len()), "{host} {times:?}");
    }
    assert!(
        pauses
            .iter()
            .all(|pause| (4 * 60 + 28..=7 * 60 + 31).contains(pause)),
        "{pauses:?}"
    );
    pauses.sort_unstable();
    pauses.dedup();
    assert!(pauses.len() > 10, "they differ: {pauses:?}");
}

#[tokio::test]
async fn running_server_compares_by_itself_after_its_start() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let _peers = with_peers(&net, &cat, &[DOG]).await;
    let stop = tokio_util::sync::CancellationToken::new();
    let tasks = tokio_util::task::TaskTracker::new();
    tokio::spawn(sync::run(cat.app.clone(), tasks.clone(), stop.clone()));
    let mut committed = cat.app.store.committed();
    while of(&cat, DOG).await.synced_at.is_none() {
        committed.changed().await.unwrap();
    }
    stop.cancel();
    assert_eq!(asked(&net, 0), [(DOG.to_owned(), 0)]);
}

#[tokio::test]
async fn restored_server_converges_with_every_peer_without_an_administrator() {
    let folder = tempfile::tempdir().unwrap();
    let net = Net::default();
    let cat = TestServer::on(&net, CAT, &database(&folder.path().join("now.db"))).await;
    let bob = cat.person("bob").await;
    let mut peers = Vec::new();
    for host in PEERS {
        let peer = TestServer::new(&net, host).await;
        let (kept, made, ended) = (
            peer.person("kim").await,
            peer.person("mia").await,
            peer.person("ned").await,
        );
        for person in [&kept, &ended] {
            accepts(person, &bob.invites().await).await;
        }
        let at = [&kept, &made, &ended].map(Person::credentials);
        peers.push((peer, at));
    }
    let authorized = bob.credentials();
    let cat = back_up(&net, cat, folder.path()).await;
    let bob = authorized.at(&cat);
    for (peer, [_, made, ended]) in &peers {
        accepts(&made.at(peer), &bob.invites().await).await;
        let _outbox = peer.run_outbox();
        ended.at(peer).disconnects().await.assert(200);
    }
    assert_eq!(bob.lists().await.len(), 2 * PEERS.len());

    let cat = restore(&net, cat, folder.path()).await;
    let bob = authorized.at(&cat);
    sync::begin(&cat.app).await.unwrap();
    for _ in 0..60 {
        sync::drive(&cat.app).await.unwrap();
        net.pass_ms(1_000);
    }
    assert_eq!(bob.lists().await.len(), PEERS.len());
    for (peer, [kept, made, ended]) in &peers {
        assert_eq!(kept.at(peer).lists().await, ["Bob"]);
        assert!(
            made.at(peer).lists().await.is_empty(),
            "not silently reconnected"
        );
        assert!(ended.at(peer).lists().await.is_empty());
        let host = peer.app.provider().as_str();
        assert_eq!(of(&cat, host).await.halves, of(peer, CAT).await.halves);
        assert_eq!(of(&cat, host).await.changed, 2, "{host}");
    }
}

#[tokio::test]
async fn acceptance_from_a_backup_waits_until_the_halves_have_been_compared() {
    let folder = tempfile::tempdir().unwrap();
    let net = Net::default();
    let cat = TestServer::on(&net, CAT, &database(&folder.path().join("now.db"))).await;
    let dog = TestServer::new(&net, DOG).await;
    let (bob, carol) = (cat.person("bob").await, dog.person("carol").await);
    let invite = carol.invites().await;
    net.down(&dog);
    bob.accepts(&invite).await.assert(202);
    let authorized = bob.at(&dog);
    let cat = back_up(&net, cat, folder.path()).await;
    let bob = authorized.at(&cat);
    net.up(&dog);
    net.pass_ms(600_000);
    cat.drive().await;
    assert_eq!(bob.lists().await, ["Carol"]);
    bob.disconnects().await;
    cat.drive().await;
    assert!(carol.lists().await.is_empty());

    let cat = restore(&net, cat, folder.path()).await;
    let bob = authorized.at(&cat);
    let before = net.posted("/ocm/invite-accepted").len();
    cat.drive().await;
    assert_eq!(net.posted("/ocm/invite-accepted").len(), before + 1);
    cat.drive().await;
    assert!(
        bob.lists().await.is_empty() && carol.lists().await.is_empty(),
        "bob has taken it back, though his server had forgotten"
    );
}

#[tokio::test]
async fn server_without_its_memory_takes_nothing_away_for_three_days() {
    let net = Net::default();
    let (cat, dog) = (
        TestServer::new(&net, CAT).await,
        TestServer::new(&net, DOG).await,
    );
    let (bob, carol) = (cat.person("bob").await, dog.person("carol").await);
    accepts(&carol, &bob.invites().await).await;
    dog.syncs().await;
    cat.syncs().await;
    net.down(&dog);
    net.pass_ms(600_000);
    let empty = TestServer::new(&net, DOG).await;
    empty.person("zoe").await;
    cat.syncs().await;
    assert_eq!(bob.lists().await, ["Carol"]);
    assert!(of(&cat, DOG).await.other_ledger.is_some());
    net.pass_ms(STRANGER_MS);
    cat.syncs().await;
    assert!(bob.lists().await.is_empty());
}

#[tokio::test]
async fn server_that_does_not_announce_sync_is_left_alone() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let bob = cat.person("bob").await;
    net.script(DOG, |request| {
        if request.url.ends_with("/.well-known/ocm") {
            return answer(200, "application/json", discovery(DOG, &["invites"]));
        }
        let body = json!({ "userID": "carol", "email": "carol@example.org", "name": "Carol",
            "connection": { "generation": 1 } });
        answer(200, "application/json", body.to_string())
    });
    accepts(&bob, "token@dog.example.org").await;
    assert_eq!(bob.lists().await, ["Carol"]);
    cat.syncs().await;
    assert!(net.posted("/ocm/notifications").is_empty());
    assert_eq!(of(&cat, DOG).await.failures, 0);
}

#[tokio::test]
async fn what_a_server_says_to_a_comparison_that_fails_is_kept_until_one_succeeds() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let dog = TestServer::new(&net, DOG).await;
    let (bob, carol) = (cat.person("bob").await, dog.person("carol").await);
    accepts(&carol, &bob.invites().await).await;
    net.script(CAT, |_| {
        answer(503, "application/json", r#"{"message":"no room left"}"#)
    });
    dog.syncs().await;
    net.pass_ms(9 * 3_600_000);
    dog.syncs().await;
    let failed = of(&dog, CAT).await;
    assert_eq!(failed.last_said.as_deref(), Some("503: no room left"));
    net.up(&cat);
    net.pass_ms(9 * 3_600_000);
    dog.syncs().await;
    assert_eq!(of(&dog, CAT).await.last_said, None);
}
