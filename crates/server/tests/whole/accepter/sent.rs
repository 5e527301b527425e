//! What leaves this server when somebody accepts: the members of the draft, a floor, and a signature that holds.

use serde_json::{Value, json};
use symbolon_proto::keys::Jwks;
use symbolon_proto::signature::{MessageParts, find_ocm};

use super::{BOB, CAT, accepts, accepts_once, answers, bodies};
use crate::support::{Net, OutboundRequest, START, TestServer};

/// Checks a message as its receiver would: with the keys that the sender publishes, and our own verifier.
pub(super) async fn assert_signed(server: &TestServer, message: &OutboundRequest) {
    let published = http::Request::get("/.well-known/jwks.json");
    let published = server.request(published.body(axum::body::Body::empty()).unwrap());
    let keys = Jwks::parse(published.await.assert(200).text.as_bytes()).unwrap();
    let headers: Vec<(&str, &str)> = message
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let parts = MessageParts::request(message.method.as_str(), &message.url, &headers);
    let signature = find_ocm(&parts).unwrap().unwrap();
    assert_eq!(signature.authority().as_deref(), Some("dog.example.org"));
    let now = server.app.now().as_secs();
    signature.verify(&parts, &message.body, &keys, now).unwrap();
    let mut forged = message.body.to_vec();
    forged[0] ^= 1;
    assert!(signature.verify(&parts, &forged, &keys, now).is_err());
}

fn header<'a>(message: &'a OutboundRequest, name: &str) -> Option<&'a str> {
    let mut named = message
        .headers
        .iter()
        .filter(|(other, _)| other.eq_ignore_ascii_case(name));
    let found = named.next().map(|(_, value)| value.as_str());
    assert!(named.next().is_none(), "{name} twice");
    found
}

#[tokio::test]
async fn exactly_the_members_of_the_draft_and_a_floor_are_sent() {
    let net = Net::default();
    let dog = TestServer::new(&net, "dog.example.org").await;
    let carol = dog.person("carol").await;
    answers(&net, 200, "application/json", BOB);
    accepts_once(&carol).await.assert(200);
    let expected = json!({
        "recipientProvider": "dog.example.org", "token": "some-token", "userID": carol.id.to_string(),
        "email": "carol@example.org", "name": "Carol", "connection": { "floor": 0 },
    });
    assert_eq!(bodies(&net, "/invite-accepted"), [expected]);
}

#[tokio::test]
async fn an_email_that_is_kept_is_never_sent_and_a_stand_in_goes_instead() {
    let net = Net::default();
    let dog = TestServer::new(&net, "dog.example.org").await;
    let carol = dog.person("carol").await;
    answers(&net, 200, "application/json", BOB);
    let _running = dog.run_outbox();
    let body = json!({ "invite": format!("some-token@{CAT}"), "keeps_email": true });
    let accepted = carol.call("POST", "/api/v1/acceptances", body).await;
    accepted.assert(200);
    let sent = bodies(&net, "/invite-accepted");
    let stand_in = format!("{}@dog.example.org", carol.id);
    assert_eq!(sent[0]["email"], stand_in);
    assert!(!sent[0].to_string().contains("carol@example.org"));
}

#[tokio::test]
async fn the_message_is_json_signed_for_the_draft_and_follows_no_redirect() {
    let net = Net::default();
    let dog = TestServer::new(&net, "dog.example.org").await;
    let carol = dog.person("carol").await;
    answers(&net, 200, "application/json", BOB);
    accepts_once(&carol).await.assert(200);
    let sent = net.posted("");
    let [message] = &sent[..] else {
        panic!("one message is enough")
    };
    assert_eq!(message.url, "https://cat.example.org/ocm/invite-accepted");
    assert_eq!(header(message, "content-type"), Some("application/json"));
    assert_eq!(
        header(message, "content-length"),
        Some(message.body.len().to_string().as_str())
    );
    assert!(matches!(
        message.redirects,
        symbolon_server::transport::Redirects::None
    ));
    assert!(message.limits.total.as_secs() <= 30 && message.limits.response_bytes <= 64 * 1024);
    assert_signed(&dog, message).await;
}

#[tokio::test]
async fn the_reference_of_an_exchange_travels_to_the_other_server() {
    let net = Net::default();
    let dog = TestServer::new(&net, "dog.example.org").await;
    let (_dog, carol) = (dog.run_outbox(), dog.person("carol").await);
    answers(&net, 200, "application/json", BOB);
    let told = accepts(&carol).await.assert(200).json();
    let reference = told["acceptance"]["reference"].as_str();
    assert_eq!(
        header(&net.posted("/invite-accepted")[0], "x-request-id"),
        reference
    );
}

#[tokio::test]
async fn an_end_point_with_a_path_and_a_slash_is_extended_and_not_replaced() {
    for (end_point, url) in [
        (
            "https://cat.example.org/index.php/ocm/",
            "https://cat.example.org/index.php/ocm/invite-accepted",
        ),
        (
            "https://cat.example.org",
            "https://cat.example.org/invite-accepted",
        ),
        (
            "https://CAT.example.org:443/ocm",
            "https://cat.example.org/ocm/invite-accepted",
        ),
        (
            "http://cat.example.org/ocm",
            "https://cat.example.org/ocm/invite-accepted",
        ),
    ] {
        let net = Net::default();
        let dog = TestServer::new(&net, "dog.example.org").await;
        let carol = dog.person("carol").await;
        net.script(CAT, move |request| {
            let body = match request.method {
                http::Method::GET => {
                    json!({ "enabled": true, "endPoint": end_point, "capabilities": ["invites"] })
                        .to_string()
                }
                _ => BOB.to_owned(),
            };
            crate::support::answer(200, "application/json", body)
        });
        accepts_once(&carol).await.assert(200);
        assert_eq!(net.posted("")[0].url, url);
    }
}

#[tokio::test]
async fn every_attempt_carries_the_same_token_and_a_signature_of_its_own_time() {
    let net = Net::default();
    let dog = TestServer::new(&net, "dog.example.org").await;
    let carol = dog.person("carol").await;
    answers(&net, 502, "text/html", "");
    accepts_once(&carol).await.assert(202);
    for minutes in 1..5 {
        net.pass_ms(minutes * 20 * 60_000);
        dog.drive().await;
        assert_signed(&dog, net.posted("/invite-accepted").last().unwrap()).await;
    }
    let sent = bodies(&net, "/invite-accepted");
    assert_eq!(sent.len(), 5);
    assert!(sent.windows(2).all(|pair| pair[0] == pair[1]));
    assert_ne!(START, dog.app.now().as_millis());
}

#[tokio::test]
async fn the_floor_is_below_the_highest_connection_with_anybody_of_that_server() {
    let net = Net::default();
    let dog = TestServer::new(&net, "dog.example.org").await;
    let (carol, dave) = (dog.person("carol").await, dog.person("dave").await);
    let yes = |who: &str, generation: u64| {
        json!({ "userID": who, "email": "", "name": who, "connection": { "generation": generation } }).to_string()
    };
    let running = dog.run_outbox();
    for (token, who, generation) in [
        ("one", "bob", 7),
        ("two", "eve", 3),
        ("three", "mallory", 1),
    ] {
        answers(&net, 200, "application/json", yes(who, generation));
        carol.accepts(&format!("{token}@{CAT}")).await.assert(200);
    }
    answers(&net, 200, "application/json", yes("bob", 1));
    dave.accepts(&format!("four@{CAT}")).await.assert(200);
    drop(running);
    let floors: Vec<Value> = bodies(&net, "/invite-accepted")
        .iter()
        .map(|body| body["connection"]["floor"].clone())
        .collect();
    assert_eq!(floors, [json!(0), json!(6), json!(6), json!(0)]);
}
