//! Directories: which servers a federation has, where people find theirs, and whom it lets in.

use std::sync::{Arc, Mutex};

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use axum::body::Body;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::Request;
use serde_json::{Value, json};
use symbolon_server::directories;
use symbolon_store::directories::{AddDirectory, ListDirectories};

use crate::support::{Answer, Key, Net, TestServer, answer};

const CAT: &str = "cat.example.org";

const DOG: &str = "dog.example.org";

const URL: &str = "https://mesh.example.org/servers";

/// Somebody who keeps a directory, at `mesh.example.org`.
struct Mesh {
    key: Ed25519KeyPair,
    served: Arc<Mutex<(u16, String)>>,
}

impl Mesh {
    fn new(net: &Net) -> Self {
        let served = Arc::new(Mutex::new((404, String::new())));
        let serves = served.clone();
        net.script("mesh.example.org", move |_| {
            let (status, body) = serves.lock().unwrap().clone();
            answer(status, "application/json", body)
        });
        let key = Ed25519KeyPair::generate().unwrap();
        Self { key, served }
    }

    fn keys(&self) -> String {
        let x = URL_SAFE_NO_PAD.encode(self.key.public_key().as_ref());
        let key = json!({ "kty": "OKP", "crv": "Ed25519", "kid": "mesh", "x": x });
        json!({ "keys": [key] }).to_string()
    }

    fn lists(&self, servers: &[(&str, &str)]) {
        let servers: Vec<Value> = servers
            .iter()
            .map(|(host, name)| json!({ "url": format!("https://{host}"), "displayName": name }))
            .collect();
        let payload = json!({ "federation": "The Mesh", "servers": servers }).to_string();
        let payload = URL_SAFE_NO_PAD.encode(payload);
        let protected = URL_SAFE_NO_PAD.encode(r#"{"alg":"EdDSA"}"#);
        let signature = self.key.sign(format!("{protected}.{payload}").as_bytes());
        let signature = URL_SAFE_NO_PAD.encode(signature.as_ref());
        let document =
            json!({ "protected": protected, "payload": payload, "signature": signature });
        *self.served.lock().unwrap() = (200, document.to_string());
    }

    async fn followed_by(&self, server: &TestServer) {
        let add = AddDirectory {
            url: URL.to_owned(),
            keys: self.keys(),
            by: None,
            moment: server.app.moment("an administrator"),
        };
        assert!(server.app.store.write(add).await.unwrap());
        directories::drive(&server.app).await.unwrap();
    }
}

async fn page(server: &TestServer, path: &str, cookie: &str) -> Answer {
    let request = Request::get(path)
        .header("cookie", cookie)
        .body(Body::empty());
    server.request(request.unwrap()).await
}

#[tokio::test]
async fn people_find_their_server_by_its_name_and_are_offered_it_first_the_next_time() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let _dog = TestServer::new(&net, DOG).await;
    let mesh = Mesh::new(&net);
    mesh.lists(&[
        (CAT, "Cat University"),
        (DOG, "Dog Institute"),
        ("emu.example.org:8443", "Emu Laboratory"),
    ]);
    let wayf = "/wayf?token=abcdefghijklmnopqrstuvwx";
    let nothing = page(&cat, wayf, "").await.assert(200).text;
    assert!(!nothing.contains("Find your server"), "{nothing}");
    mesh.followed_by(&cat).await;
    let all = page(&cat, wayf, "").await.assert(200).text;
    assert!(
        all.contains("Dog Institute") && all.contains("Emu Laboratory"),
        "{all}"
    );
    assert!(
        all.contains("server=emu.example.org%3A8443"),
        "ports survive: {all}"
    );
    assert!(
        !all.contains("Cat University"),
        "the own server is no answer: {all}"
    );
    let found = page(&cat, &format!("{wayf}&q=institute"), "")
        .await
        .assert(200)
        .text;
    assert!(
        found.contains("Dog Institute") && !found.contains("Emu"),
        "{found}"
    );
    let none = page(&cat, &format!("{wayf}&q=gnu"), "")
        .await
        .assert(200)
        .text;
    assert!(none.contains("No server in the list"), "{none}");

    let chosen = page(&cat, &format!("{wayf}&server=dog.example.org"), "")
        .await
        .assert(200);
    assert!(
        chosen
            .text
            .contains("https://dog.example.org/accept?token="),
        "{}",
        chosen.text
    );
    let cookie = chosen.headers["set-cookie"].to_str().unwrap();
    assert_eq!(
        cookie,
        "symbolon_wayf=dog.example.org; Path=/wayf; Max-Age=31536000; HttpOnly; SameSite=Lax; Secure"
    );
    let again = page(&cat, wayf, "a=b; symbolon_wayf=dog.example.org")
        .await
        .assert(200)
        .text;
    assert!(
        again.contains("Continue where you were last time"),
        "{again}"
    );
    // A server that has no page for it is told, and not remembered.
    let dead = page(&cat, &format!("{wayf}&server=emu.example.org:8443"), "").await;
    assert!(!dead.headers.contains_key("set-cookie"), "{}", dead.text);
}

#[tokio::test]
async fn with_a_directory_as_policy_people_connect_with_its_servers_and_no_others() {
    let net = Net::default();
    let settings = [
        (Key::InvitationsIn, "directory"),
        (Key::InvitationsOut, "directory"),
    ];
    let cat = TestServer::with(&net, CAT, &settings).await;
    let dog = TestServer::new(&net, DOG).await;
    let (_cat, _dog) = (cat.run_outbox(), dog.run_outbox());
    let (bob, carol) = (cat.person("bob").await, dog.person("carol").await);
    let mesh = Mesh::new(&net);
    mesh.lists(&[("emu.example.org", "Emu")]);
    mesh.followed_by(&cat).await;
    let (from_cat, from_dog) = (bob.invites().await, carol.invites().await);
    assert_eq!(
        bob.accepts(&from_dog).await.assert(403).problem(),
        "not_trusted_here"
    );
    assert_eq!(
        carol.accepts(&from_cat).await.problem(),
        "not_trusted_there"
    );
    mesh.lists(&[(DOG, "Dog")]);
    net.pass_ms(2 * 3_600 * 1_000);
    directories::drive(&cat.app).await.unwrap();
    bob.accepts(&from_dog).await.assert(200);
    bob.disconnects().await.assert(200);
    carol.accepts(&bob.invites().await).await.assert(200);
}

#[tokio::test]
async fn a_pending_acceptance_is_stopped_when_its_server_is_in_the_directory_no_more() {
    let net = Net::default();
    let dog = TestServer::with(&net, DOG, &[(Key::InvitationsIn, "directory")]).await;
    let cat = TestServer::new(&net, CAT).await;
    let (bob, carol) = (cat.person("bob").await, dog.person("carol").await);
    let mesh = Mesh::new(&net);
    mesh.lists(&[(CAT, "Cat")]);
    mesh.followed_by(&dog).await;
    let invite = bob.invites().await;
    net.loses_answers(&cat, async || {});
    {
        let _running = dog.run_outbox();
        carol.accepts(&invite).await.assert(202);
    }
    net.up(&cat);
    mesh.lists(&[("emu.example.org", "Emu")]);
    net.pass_ms(2 * 3_600 * 1_000);
    directories::drive(&dog.app).await.unwrap();
    dog.drive().await;
    dog.drive().await;
    assert!(bob.lists().await.is_empty() && carol.lists().await.is_empty());
    let listed = carol.call("GET", "/api/v1/acceptances", Value::Null).await;
    let listed = listed.assert(200).json();
    assert_eq!(listed["items"][0]["reason"]["code"], "not_trusted_here");
}

#[tokio::test]
async fn a_copy_that_is_not_believed_changes_nothing() {
    let net = Net::default();
    let settings = [(Key::InvitationsIn, "directory")];
    let cat = TestServer::with(&net, CAT, &settings).await;
    let dog = TestServer::new(&net, DOG).await;
    let _cat = cat.run_outbox();
    let (bob, carol) = (cat.person("bob").await, dog.person("carol").await);
    let mesh = Mesh::new(&net);
    mesh.lists(&[(DOG, "Dog")]);
    mesh.followed_by(&cat).await;
    let another = Mesh::new(&Net::default());
    another.lists(&[("emu.example.org", "Emu")]);
    let forged = another.served.lock().unwrap().clone();
    for (served, fault) in [
        (forged, "signature"),
        ((200, "<html>".to_owned()), "not-signed "),
        ((503, String::new()), "status 503"),
    ] {
        *mesh.served.lock().unwrap() = served;
        net.pass_ms(2 * 3_600 * 1_000);
        directories::drive(&cat.app).await.unwrap();
        let known = cat.app.store.read(ListDirectories).await.unwrap().remove(0);
        assert!(known.fault.unwrap().contains(fault), "{fault}");
        assert_eq!(known.servers, 1);
    }
    bob.accepts(&carol.invites().await).await.assert(200);
}
