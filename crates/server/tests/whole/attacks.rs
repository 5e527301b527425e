//! What has brought down or fooled other servers, tried on this one; `docs/known-attacks.md` names these tests.

mod another;
mod inside;

use axum::body::Body;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::Request;
use serde_json::{Value, json};
use symbolon_core::trust::Rule;
use symbolon_proto::address::Provider;
use symbolon_store::trust::Decide;

use crate::inviter::{ACCEPTED, CAT, DOG, Message, NOTIFICATIONS, Peer, invited};
use crate::support::{Answer, Key, Net, TestServer, answer, discovery, fingerprint};

/// What somebody may put before or into a request to seem somebody else.
const DISGUISES: [(&str, &str); 7] = [
    ("x-forwarded-for", "203.0.113.7"),
    ("x-real-ip", "203.0.113.7"),
    (
        "forwarded",
        "for=203.0.113.7;host=dog.example.org;proto=https",
    ),
    ("x-forwarded-host", DOG),
    ("x-forwarded-server", DOG),
    ("x-original-url", "/api/v1/connections"),
    ("host", DOG),
];

async fn trusts(server: &TestServer, host: &str) {
    let decide = Decide {
        provider: Provider::parse(host).unwrap(),
        rule: Rule::Trusted,
        note: None,
        by: None,
        moment: server.app.moment("a decision"),
    };
    server.app.store.write(decide).await.unwrap();
}

/// No server of these names is let in with an invitation of cat's.
async fn are_not_let_in(net: &Net, cat: &TestServer, token: &str, hosts: &[&'static str]) {
    for &host in hosts {
        let peer = Peer::signing(net, host);
        let message = Message::json(ACCEPTED, &peer.acceptance(token)).signed(net, &peer.key);
        let refused = message.to(cat).await.assert(403);
        assert_eq!(refused.problem(), "not_trusted_here", "{host}");
    }
}

async fn get(server: &TestServer, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = Request::get(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    server.request(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn a_server_whose_name_only_looks_like_a_trusted_one_is_not_let_in() {
    let net = Net::default();
    let cat = TestServer::with(&net, CAT, &[(Key::InvitationsOut, "allowlist")]).await;
    let bob = cat.person("bob").await;
    let (token, _) = invited(&bob, json!({})).await;
    trusts(&cat, DOG).await;
    let alike = [
        "dog.example.org.evil.example.net",
        "evildog.example.org",
        "evil-dog.example.org",
        "x.dog.example.org",
        "dogxexample.org",
        "dog.example.or",
        "dog.example.org:8443",
    ];
    are_not_let_in(&net, &cat, &token, &alike).await;
    assert!(bob.lists().await.is_empty());
    let dog = Peer::signing(&net, DOG);
    let mut spelled = dog.acceptance(&token);
    spelled["recipientProvider"] = json!("https://DOG.example.org:443/");
    let message = Message::json(ACCEPTED, &spelled).signed(&net, &dog.key);
    message.to(&cat).await.assert(200);
}

#[tokio::test]
async fn asking_about_one_server_changes_nothing_about_another() {
    let net = Net::default();
    let dog = TestServer::with(&net, DOG, &[(Key::InvitationsIn, "allowlist")]).await;
    let cat = TestServer::new(&net, CAT).await;
    let _outbox = dog.run_outbox();
    trusts(&dog, CAT).await;
    trusts(&dog, "cat.example.org.evil.example.net").await;
    let (bob, carol) = (cat.person("bob").await, dog.person("carol").await);
    // It calls itself like the other one, and claims its address.
    for claimed in [CAT, "cat.example.org.evil.example.net"] {
        net.script("cat.example.org.evil.example.net", move |request| {
            if request.url.ends_with("/.well-known/ocm") {
                answer(200, "application/json", discovery(claimed, &["invites"]))
            } else {
                answer(200, "application/json", "{\"userID\":\"mallory\"}")
            }
        });
        let invite = format!("token-of-{claimed}@cat.example.org.evil.example.net");
        carol.accepts(&invite).await;
    }
    let before = net.posted("/ocm/invite-accepted").len();
    carol.accepts(&bob.invites().await).await.assert(200);
    let posted = net.posted("/ocm/invite-accepted").split_off(before);
    let urls: Vec<&str> = posted.iter().map(|request| request.url.as_str()).collect();
    assert_eq!(urls, ["https://cat.example.org/ocm/invite-accepted"]);
    assert_eq!(bob.lists().await, ["Carol"]);
}

#[tokio::test]
async fn what_a_proxy_header_claims_changes_no_decision_and_no_address() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let bob = cat.person("bob").await;
    let (token, _) = invited(&bob, json!({})).await;
    let dog = Peer::signing(&net, DOG);
    let before = fingerprint(&cat).await;
    for (name, value) in DISGUISES {
        // Dog must sign, and nothing in a header stands for that.
        let unsigned = Message::json(ACCEPTED, &dog.acceptance(&token)).header(name, value);
        let refused = unsigned.to(&cat).await.assert(401);
        assert_eq!(refused.problem(), "signature_missing", "{name}");
        // Nobody is let in by it, either.
        get(&cat, "/api/v1/connections", &[(name, value)])
            .await
            .assert(401);
        // What is said of this server is what its administrator has set.
        let described = get(&cat, "/.well-known/ocm", &[(name, value)])
            .await
            .assert(200);
        let end_point = &described.json()["endPoint"];
        assert_eq!(end_point, "https://cat.example.org/ocm", "{name}");
        assert!(!described.text.contains(DOG), "{name}");
    }
    assert_eq!(fingerprint(&cat).await, before);
    // A message was signed for the public address, whatever a proxy makes of it on the way.
    let mut signed = Message::json(ACCEPTED, &dog.acceptance(&token)).signed(&net, &dog.key);
    for (name, value) in DISGUISES {
        signed = signed.header(name, value);
    }
    signed.to(&cat).await.assert(200);
}

#[tokio::test]
async fn an_account_proves_nothing_at_the_doors_for_servers() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let (bob, mallory) = (cat.person("bob").await, cat.person("mallory").await);
    let dog = Peer::signing(&net, DOG);
    let (token, _) = invited(&bob, json!({})).await;
    let accepted = Message::json(ACCEPTED, &dog.acceptance(&token)).signed(&net, &dog.key);
    accepted.to(&cat).await.assert(200);
    let before = fingerprint(&cat).await;
    let removal = json!({ "notificationType": "USER_REMOVED", "resourceType": "user", "providerId": "carol",
        "notification": { "grantee": bob.id } });
    let mut others = dog.acceptance(&token);
    others["userID"] = json!("mallory");
    for (path, body) in [(NOTIFICATIONS, removal), (ACCEPTED, others)] {
        let encoded = mallory.secrets().pop().unwrap();
        let message = Message::json(path, &body);
        let message = message.header("authorization", &format!("Basic {encoded}"));
        message.to(&cat).await.assert(401);
    }
    assert_eq!(fingerprint(&cat).await, before);
    assert_eq!(bob.lists().await, ["Carol"]);
}

#[tokio::test]
async fn an_invitation_under_another_name_of_this_server_connects_nobody_with_this_server() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    net.also("alias.example.org", &cat);
    let _outbox = cat.run_outbox();
    let (bob, ann) = (cat.person("bob").await, cat.person("ann").await);
    let (token, _) = invited(&bob, json!({})).await;
    for person in [&bob, &ann] {
        let refused = person.accepts(&format!("{token}@alias.example.org")).await;
        assert!(refused.status >= 400, "{}", refused.text);
        assert_eq!(refused.problem(), "peer_misnamed");
        assert!(person.lists().await.is_empty());
    }
    // In its own name, the two are people of one server.
    ann.accepts(&format!("{token}@{CAT}")).await.assert(200);
    assert_eq!(ann.lists().await, ["Bob"]);
}

#[tokio::test]
async fn somebody_from_another_server_has_no_account_here() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let bob = cat.person("bob").await;
    let dog = Peer::signing(&net, DOG);
    let (token, _) = invited(&bob, json!({})).await;
    let accepted = Message::json(ACCEPTED, &dog.acceptance(&token)).signed(&net, &dog.key);
    accepted.to(&cat).await.assert(200);
    for name in ["carol", "carol@dog.example.org", "Carol"] {
        for secret in ["", token.as_str()] {
            let basic = format!("Basic {}", STANDARD.encode(format!("{name}:{secret}")));
            let headers = [("authorization", basic.as_str())];
            for path in ["/api/v1/me", "/sciencemesh/find-accepted-users"] {
                get(&cat, path, &headers).await.assert(401);
            }
        }
    }
    // Nor can they be named where a person of this server is meant.
    let listed = bob.call("GET", "/api/v1/connections", Value::Null).await;
    let contact = &listed.json()["items"][0];
    assert_eq!(contact["address"], "carol@dog.example.org");
}
