//! Whatever another server answers, the person who accepted knows where they stand, and so does the database.

mod answers;
mod cancelling;
mod conflicts;
mod deliveries;
mod disconnects;
mod looking;
mod pasted;
mod sent;

use serde_json::{Value, json};

use crate::support::{Answer, Net, Person, TestServer, answer, discovery};

const CAT: &str = "cat.example.org";

/// A yes as servers without generations give it.
const BOB: &str = r#"{"userID":"bob","email":"bob@example.org","name":"Bob"}"#;

/// A server of another make that answers every acceptance alike.
fn answers(net: &Net, status: u16, kind: &'static str, body: impl Into<String>) {
    let body = body.into();
    net.script(CAT, move |request| {
        if request.url.ends_with("/.well-known/ocm") {
            return answer(
                200,
                "application/json",
                discovery(CAT, &["/invite-accepted"]),
            );
        }
        answer(status, kind, body.clone())
    });
}

async fn accepts(carol: &Person<'_>) -> Answer {
    carol.accepts(&format!("some-token@{CAT}")).await
}

/// Accepts while the outbox runs, and stops it again, so that whatever is left to do waits for the test.
async fn accepts_once(carol: &Person<'_>) -> Answer {
    let _running = carol.server.run_outbox();
    accepts(carol).await
}

/// Accepts while no outbox runs, by a client that hangs up: the acceptance is kept, and nothing is sent.
async fn begins(carol: &Person<'_>, invite: &str) -> String {
    let hurried = std::time::Duration::from_millis(200);
    let gone = tokio::time::timeout(hurried, carol.accepts(invite)).await;
    assert!(gone.is_err(), "there was something to wait for");
    let newest = &acceptances(carol).await[0];
    assert_eq!(newest["state"], "pending");
    newest["id"].as_str().unwrap().to_owned()
}

/// One acceptance as its owner sees it.
async fn acceptance(carol: &Person<'_>, id: &str) -> Value {
    let path = format!("/api/v1/acceptances/{id}");
    let found = carol.call("GET", &path, Value::Null).await;
    found.assert(200).json()
}

/// The bodies that were posted to a path so far.
fn bodies(net: &Net, path: &str) -> Vec<Value> {
    let sent = net.posted(path);
    let body = |request: &crate::support::OutboundRequest| serde_json::from_slice(&request.body);
    sent.iter().map(|request| body(request).unwrap()).collect()
}

async fn acceptances(carol: &Person<'_>) -> Value {
    carol
        .call("GET", "/api/v1/acceptances", Value::Null)
        .await
        .assert(200)
        .json()["items"]
        .clone()
}

#[tokio::test]
async fn what_is_no_server_of_ours_kind_is_refused_before_anything_is_written() {
    let net = Net::default();
    let dog = TestServer::new(&net, "dog.example.org").await;
    let carol = dog.person("carol").await;
    let elsewhere = discovery("evil.example.org", &["invites"]);
    let off = json!({ "enabled": false }).to_string();
    for (body, code) in [
        ("<html>a web site</html>".to_owned(), "not_an_ocm_server"),
        (String::new(), "not_an_ocm_server"),
        (elsewhere, "not_an_ocm_server"),
        (off, "ocm_disabled_there"),
        (discovery(CAT, &["shares"]), "no_invitations_there"),
    ] {
        net.script(CAT, move |_| answer(200, "text/html", body.clone()));
        assert_eq!(accepts(&carol).await.problem(), code);
        assert_eq!(acceptances(&carol).await, json!([]));
    }
    assert!(
        net.posted("/invite-accepted").is_empty(),
        "nothing about carol was sent"
    );
}

#[tokio::test]
async fn a_clear_no_is_told_with_the_words_of_the_other_server() {
    for (status, body, code) in [
        (
            400,
            r#"{"message":"Invite not found","error":true}"#,
            "invitation_unknown",
        ),
        (
            404,
            r#"{"code":"RESOURCE_NOT_FOUND","message":"token not found"}"#,
            "invitation_unknown",
        ),
        (
            403,
            r#"{"code":"UNTRUSTED_SERVICE","message":"provider not trusted"}"#,
            "not_trusted_there",
        ),
        (401, "signature required", "not_trusted_there"),
        (
            409,
            r#"{"message":"Invite already accepted","error":true}"#,
            "invitation_used_up",
        ),
        (418, "", "peer_refused"),
    ] {
        let net = Net::default();
        let dog = TestServer::new(&net, "dog.example.org").await;
        let (_dog, carol) = (dog.run_outbox(), dog.person("carol").await);
        answers(&net, status, "application/json", body);
        let told = accepts(&carol).await;
        assert_eq!(told.problem(), code, "{status} {body}");
        assert!(
            told.json()["detail"]
                .as_str()
                .unwrap()
                .contains(&status.to_string()),
            "{}",
            told.text
        );
        assert!(carol.lists().await.is_empty());
    }
}

#[tokio::test]
async fn what_settles_nothing_stays_pending_and_is_settled_when_the_server_is_well_again() {
    for (status, body, code) in [
        (200, "{}", "peer_answer_invalid"),
        (200, r#"{"userID":"","name":"Bob"}"#, "peer_answer_invalid"),
        (200, "<html>", "peer_answer_invalid"),
        (200, "", "peer_answer_invalid"),
        (204, "", "peer_answer_invalid"),
        (404, "<html>", "peer_answer_invalid"),
        (302, "", "peer_redirected"),
        (429, "", "peer_busy"),
        (500, "oops", "peer_failed"),
        (503, "", "peer_failed"),
    ] {
        let net = Net::default();
        let dog = TestServer::new(&net, "dog.example.org").await;
        let carol = dog.person("carol").await;
        answers(&net, status, "text/html", body);
        let running = dog.run_outbox();
        let pending = accepts(&carol).await.assert(202).json();
        drop(running);
        assert_eq!(
            pending["acceptance"]["waits_for"]["code"], code,
            "{status} {body}"
        );
        answers(
            &net,
            200,
            "text/plain",
            r#"{"userID":"Ym9i","email":null,"name":"Bob"}"#,
        );
        net.pass_ms(5_000);
        dog.drive().await;
        assert_eq!(carol.lists().await, ["Bob"]);
        let sent = net.posted("/invite-accepted");
        let tokens: Vec<Value> = sent
            .iter()
            .map(|request| serde_json::from_slice::<Value>(&request.body).unwrap()["token"].clone())
            .collect();
        assert!(
            tokens.iter().all(|token| token == "some-token"),
            "the same token every time"
        );
    }
}

#[tokio::test]
async fn a_bare_409_restores_only_what_the_same_invitation_connected_before() {
    let net = Net::default();
    let dog = TestServer::new(&net, "dog.example.org").await;
    let (_dog, carol) = (dog.run_outbox(), dog.person("carol").await);
    answers(
        &net,
        200,
        "application/json",
        r#"{"userID":"bob","email":"bob@example.org","name":"Bob"}"#,
    );
    accepts(&carol).await.assert(200);
    carol.disconnects().await.assert(200);
    answers(
        &net,
        409,
        "application/json",
        r#"{"message":"user already known"}"#,
    );
    accepts(&carol).await.assert(200);
    assert_eq!(carol.lists().await, ["Bob"]);
    let other = carol
        .accepts(&format!("another-token@{CAT}"))
        .await
        .assert(409);
    assert_eq!(other.problem(), "invitation_used_up");
}

#[tokio::test]
async fn a_server_that_always_says_stale_is_asked_four_times_and_then_waits() {
    let net = Net::default();
    let dog = TestServer::new(&net, "dog.example.org").await;
    let carol = dog.person("carol").await;
    answers(
        &net,
        409,
        "application/json",
        r#"{"problem":"connection_stale","connection":{"generation":9}}"#,
    );
    let running = dog.run_outbox();
    let pending = accepts(&carol).await.assert(202).json();
    drop(running);
    assert_eq!(
        pending["acceptance"]["waits_for"]["code"],
        "connection_stale"
    );
    let sent = net.posted("/invite-accepted");
    assert_eq!(sent.len(), 4);
    let floor = |n: usize| {
        serde_json::from_slice::<Value>(&sent[n].body).unwrap()["connection"]["floor"].clone()
    };
    assert_eq!((floor(0), floor(3)), (json!(0), json!(9)));
}

#[tokio::test]
async fn what_a_deletion_was_worth_is_said_as_it_is() {
    for (status, body, told) in [
        (201, r#"{"connection":{"generation":1}}"#, "confirmed"),
        (201, "", "unconfirmed"),
        (200, "OK /ocm/notifications", "unconfirmed"),
        (400, r#"{"message":"BAD_REQUEST"}"#, "not_understood"),
        (501, "", "not_understood"),
        (500, "", "telling"),
    ] {
        let net = Net::default();
        let dog = TestServer::new(&net, "dog.example.org").await;
        let (_dog, carol) = (dog.run_outbox(), dog.person("carol").await);
        answers(
            &net,
            200,
            "application/json",
            r#"{"userID":"bob","email":"b@example.org","name":"Bob"}"#,
        );
        accepts(&carol).await.assert(200);
        answers(&net, status, "application/json", body);
        let done = carol.disconnects().await.assert(200).json();
        assert_eq!(done["told"], told, "{status} {body}");
        assert!(carol.lists().await.is_empty());
        let sent: Value = serde_json::from_slice(&net.posted("/notifications")[0].body).unwrap();
        assert_eq!(sent["notification"]["grantee"], "bob");
    }
}

#[tokio::test]
async fn patience_ends_after_three_days_and_says_so() {
    let net = Net::default();
    let dog = TestServer::new(&net, "dog.example.org").await;
    let carol = dog.person("carol").await;
    answers(&net, 500, "text/plain", "");
    let running = dog.run_outbox();
    accepts(&carol).await.assert(202);
    drop(running);
    net.pass_ms(73 * 3_600 * 1_000);
    dog.drive().await;
    let over = &acceptances(&carol).await[0];
    assert_eq!(
        (&over["state"], &over["reason"]["code"]),
        (&json!("out_of_time"), &json!("acceptance_out_of_time"))
    );
}
