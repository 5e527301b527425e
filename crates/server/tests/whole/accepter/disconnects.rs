//! Disconnecting from somebody whose server is of any kind: final here at once, told there as well as can be.

use serde_json::{Value, json};
use symbolon_store::outbox::{DeliveryState, ListDeliveries};

use super::{BOB, CAT, acceptance, accepts, accepts_once, answers, begins, bodies};
use crate::support::{Net, Person, TestServer, TransportError};

const THREE_DAYS_MS: i64 = 72 * 3_600 * 1_000;

async fn connected(net: &Net, carol: &Person<'_>, generation: Option<u64>) {
    let mut yes: Value = serde_json::from_str(BOB).unwrap();
    if let Some(generation) = generation {
        yes["connection"] = json!({ "generation": generation });
    }
    answers(net, 200, "application/json", yes.to_string());
    accepts_once(carol).await.assert(200);
}

/// Disconnects while the outbox runs; the half afterwards.
async fn ends(carol: &Person<'_>) -> Value {
    let _running = carol.server.run_outbox();
    let ended = carol.disconnects().await.assert(200).json();
    assert!(carol.lists().await.is_empty(), "gone at once");
    ended
}

/// The half as it is now.
async fn half(carol: &Person<'_>, ended: &Value) -> Value {
    let path = format!("/api/v1/connections/{}", ended["id"].as_str().unwrap());
    let half = carol.call("GET", &path, Value::Null).await;
    half.assert(200).json()
}

async fn told(carol: &Person<'_>, ended: &Value) -> Value {
    half(carol, ended).await["told"].clone()
}

async fn deliveries(server: &TestServer, state: DeliveryState) -> usize {
    let list = ListDeliveries { state, limit: 100 };
    server.app.store.read(list).await.unwrap().len()
}

#[tokio::test]
async fn the_message_names_both_people_and_the_generation_and_is_signed() {
    let net = Net::default();
    let dog = TestServer::new(&net, "dog.example.org").await;
    let carol = dog.person("carol").await;
    connected(&net, &carol, Some(4)).await;
    ends(&carol).await;
    let sent = net.posted("");
    let message = sent.last().unwrap();
    assert_eq!(message.url, "https://cat.example.org/ocm/notifications");
    super::sent::assert_signed(&dog, message).await;
    assert!(matches!(
        message.redirects,
        symbolon_server::transport::Redirects::None
    ));
    let body: Value = serde_json::from_slice(&message.body).unwrap();
    let expected = json!({
        "notificationType": "USER_REMOVED", "resourceType": "user", "providerId": carol.id.to_string(),
        "notification": {
            "message": "The connection has been removed", "grantee": "bob", "connection": { "generation": 4 },
        },
    });
    assert_eq!(body, expected);
}

#[tokio::test]
async fn whom_they_mean_is_said_in_their_own_spelling() {
    let net = Net::default();
    let dog = TestServer::new(&net, "dog.example.org").await;
    let carol = dog.person("carol").await;
    answers(
        &net,
        200,
        "application/json",
        r#"{"userID":"Ym9iQGNhdC5leGFtcGxlLm9yZw=="}"#,
    );
    accepts_once(&carol).await.assert(200);
    ends(&carol).await;
    let body = bodies(&net, "/notifications").pop().unwrap();
    assert_eq!(
        body["notification"]["grantee"],
        "Ym9iQGNhdC5leGFtcGxlLm9yZw=="
    );
}

#[tokio::test]
async fn only_words_about_the_connection_confirm() {
    let answers = [
        (200, r#"{"connection":{"generation":1}}"#, "confirmed"),
        (201, r#"{"connection":{"generation":null}}"#, "confirmed"),
        (201, r#"{"connection":true}"#, "unconfirmed"),
        (204, "", "unconfirmed"),
        (202, "<html>", "unconfirmed"),
        (
            400,
            r#"{"message":"INVALID_NOTIFICATION_REQUEST"}"#,
            "not_understood",
        ),
        (404, r#"{"message":"RESOURCE_NOT_FOUND"}"#, "not_understood"),
        (404, "<html>", "telling"),
        (413, "<html>", "telling"),
        (405, "", "not_understood"),
        (415, "", "not_understood"),
        (501, "", "not_understood"),
        (401, "signature required", "telling"),
        (403, "", "telling"),
        (302, "", "telling"),
        (408, "", "telling"),
        (429, "", "telling"),
        (503, "", "telling"),
    ];
    let all = answers.map(|(status, body, told)| Box::pin(answered(status, body, told)));
    futures_util::future::join_all(all).await;
}

async fn answered(status: u16, body: &str, told: &str) {
    let net = Net::default();
    let dog = TestServer::new(&net, "dog.example.org").await;
    let carol = dog.person("carol").await;
    connected(&net, &carol, Some(1)).await;
    answers(&net, status, "application/json", body);
    // Nobody waits for the answer here: with so many servers at once it can take longer than a page does.
    let ended = carol.disconnects().await.assert(200).json();
    dog.drive().await;
    let half = half(&carol, &ended).await;
    assert_eq!(half["told"], told, "{status} {body}");
    assert!(half["told_text"].as_str().unwrap().contains(CAT));
    assert_eq!(bodies(&net, "/notifications").len(), 1);
}

#[tokio::test]
async fn a_server_that_is_down_is_told_when_it_is_back() {
    let net = Net::default();
    let dog = TestServer::new(&net, "dog.example.org").await;
    let carol = dog.person("carol").await;
    connected(&net, &carol, Some(1)).await;
    net.script(CAT, |_| Err(TransportError::ConnectionRefused));
    let ended = ends(&carol).await;
    assert_eq!(ended["told"], "telling");
    for _ in 0..20 {
        net.pass_ms(13 * 60_000);
        dog.drive().await;
    }
    assert_eq!(told(&carol, &ended).await, "telling");
    answers(
        &net,
        201,
        "application/json",
        r#"{"connection":{"generation":1}}"#,
    );
    net.pass_ms(13 * 60_000);
    dog.drive().await;
    assert_eq!(told(&carol, &ended).await, "confirmed");
    let sent = bodies(&net, "/notifications").len();
    net.pass_ms(THREE_DAYS_MS);
    dog.drive().await;
    assert_eq!(
        bodies(&net, "/notifications").len(),
        sent,
        "told once is enough"
    );
}

#[tokio::test]
async fn after_three_days_it_could_not_be_told_and_an_administrator_can_try_again() {
    let net = Net::default();
    let dog = TestServer::new(&net, "dog.example.org").await;
    let carol = dog.person("carol").await;
    connected(&net, &carol, Some(1)).await;
    net.script(CAT, |_| Err(TransportError::ConnectionRefused));
    let ended = ends(&carol).await;
    net.pass_ms(THREE_DAYS_MS - 1);
    dog.drive().await;
    assert_eq!(told(&carol, &ended).await, "telling");
    net.pass_ms(1);
    dog.drive().await;
    assert_eq!(told(&carol, &ended).await, "could_not");
    assert_eq!(deliveries(&dog, DeliveryState::Dead).await, 1);
    let list = ListDeliveries {
        state: DeliveryState::Dead,
        limit: 1,
    };
    let dead = dog.app.store.read(list).await.unwrap().remove(0);
    let retry = symbolon_store::outbox::RetryDelivery {
        id: dead.id,
        moment: dog.app.moment("retry"),
    };
    dog.app.store.write(retry).await.unwrap().unwrap();
    answers(
        &net,
        201,
        "application/json",
        r#"{"connection":{"generation":1}}"#,
    );
    dog.drive().await;
    assert_eq!(told(&carol, &ended).await, "confirmed");
    assert_eq!(deliveries(&dog, DeliveryState::Dead).await, 0);
}

#[tokio::test]
async fn connecting_again_withdraws_the_removal_that_was_never_told() {
    let net = Net::default();
    let dog = TestServer::new(&net, "dog.example.org").await;
    let carol = dog.person("carol").await;
    connected(&net, &carol, Some(1)).await;
    net.script(CAT, |_| Err(TransportError::ConnectionRefused));
    ends(&carol).await;
    let told_before = bodies(&net, "/notifications").len();
    connected(&net, &carol, Some(2)).await;
    net.pass_ms(THREE_DAYS_MS / 2);
    dog.drive().await;
    assert_eq!(
        bodies(&net, "/notifications").len(),
        told_before,
        "it is not true any more"
    );
    assert_eq!(carol.lists().await, ["Bob"]);
    assert_eq!(deliveries(&dog, DeliveryState::Due).await, 0);
    assert_eq!(deliveries(&dog, DeliveryState::Withdrawn).await, 1);
}

#[tokio::test]
async fn connecting_again_buries_the_dead_removal_too() {
    let net = Net::default();
    let dog = TestServer::new(&net, "dog.example.org").await;
    let carol = dog.person("carol").await;
    connected(&net, &carol, Some(1)).await;
    net.script(CAT, |_| Err(TransportError::ConnectionRefused));
    ends(&carol).await;
    net.pass_ms(THREE_DAYS_MS);
    dog.drive().await;
    assert_eq!(deliveries(&dog, DeliveryState::Dead).await, 1);
    connected(&net, &carol, Some(2)).await;
    assert_eq!(deliveries(&dog, DeliveryState::Dead).await, 0);
}

#[tokio::test]
async fn disconnecting_twice_tells_once() {
    let net = Net::default();
    let dog = TestServer::new(&net, "dog.example.org").await;
    let carol = dog.person("carol").await;
    connected(&net, &carol, None).await;
    let _running = dog.run_outbox();
    answers(&net, 201, "application/json", "");
    let ended = carol.disconnects().await.assert(200).json();
    let path = format!("/api/v1/connections/{}", ended["id"].as_str().unwrap());
    let again = carol
        .call("DELETE", &path, Value::Null)
        .await
        .assert(200)
        .json();
    assert_eq!(
        (again["state"].as_str(), &again["told"]),
        (Some("disconnected"), &json!("unconfirmed"))
    );
    assert_eq!(bodies(&net, "/notifications").len(), 1);
}

#[tokio::test]
async fn the_connections_of_others_cannot_be_ended() {
    let net = Net::default();
    let dog = TestServer::new(&net, "dog.example.org").await;
    let (carol, dave) = (dog.person("carol").await, dog.person("dave").await);
    connected(&net, &carol, None).await;
    let id = carol
        .call("GET", "/api/v1/connections", Value::Null)
        .await
        .json()["items"][0]["id"]
        .clone();
    let path = format!("/api/v1/connections/{}", id.as_str().unwrap());
    assert_eq!(
        dave.call("DELETE", &path, Value::Null)
            .await
            .assert(404)
            .problem(),
        "not_found"
    );
    assert_eq!(carol.lists().await, ["Bob"]);
    assert!(bodies(&net, "/notifications").is_empty());
}

#[tokio::test]
async fn a_server_that_is_gone_altogether_keeps_nobody_on_the_list() {
    for gone in ["<html>parked</html>", r#"{"enabled":false}"#] {
        let net = Net::default();
        let dog = TestServer::new(&net, "dog.example.org").await;
        let carol = dog.person("carol").await;
        connected(&net, &carol, Some(1)).await;
        net.pass_ms(8 * 24 * 3_600 * 1_000);
        net.script(CAT, move |_| crate::support::answer(200, "text/html", gone));
        let ended = ends(&carol).await;
        assert_eq!(ended["told"], "telling");
        net.pass_ms(THREE_DAYS_MS);
        dog.drive().await;
        assert_eq!(told(&carol, &ended).await, "could_not");
    }
}

#[tokio::test]
async fn after_any_of_it_the_same_invitation_connects_again() {
    for (status, body) in [
        (201, r#"{"connection":{"generation":1}}"#),
        (400, ""),
        (501, ""),
        (503, ""),
    ] {
        let net = Net::default();
        let dog = TestServer::new(&net, "dog.example.org").await;
        let carol = dog.person("carol").await;
        connected(&net, &carol, None).await;
        answers(&net, status, "application/json", body);
        ends(&carol).await;
        answers(&net, 200, "application/json", BOB);
        let _running = dog.run_outbox();
        let again = accepts(&carol).await.assert(200).json();
        assert_eq!(again["connection"]["state"], "connected");
        assert_eq!(carol.lists().await, ["Bob"]);
    }
}

/// Found by killing servers under load: whom an acceptance was for was not known, and it was taken for one of somebody who
/// had been disconnected since.
#[tokio::test]
async fn disconnecting_from_somebody_else_meanwhile_leaves_an_acceptance_alone() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let dog = TestServer::new(&net, "dog.example.org").await;
    let (bob, carol) = (dog.person("bob").await, cat.person("carol").await);
    let dave = cat.person("dave").await;
    accepts_at_once(&bob, &carol.invites().await).await;
    net.pass_ms(1_000);
    accepts_at_once(&bob, &dave.invites().await).await;
    net.pass_ms(1_000);
    // Nobody has told dog yet.
    carol.disconnects().await.assert(200);
    let id = begins(&bob, &carol.invites().await).await;
    assert_eq!(bob.lists().await, ["Dave", "Carol"]);
    bob.disconnects().await.assert(200);
    dog.drive().await;
    assert_eq!(acceptance(&bob, &id).await["state"], "connected");
    assert_eq!(
        (bob.lists().await, carol.lists().await),
        (vec!["Carol".to_owned()], vec!["Bob".to_owned()])
    );
}

async fn accepts_at_once(person: &Person<'_>, invite: &str) {
    let _running = person.server.run_outbox();
    person.accepts(invite).await.assert(200);
}
