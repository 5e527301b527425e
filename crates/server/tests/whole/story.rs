//! The story of the report, on two whole servers in one process.

use crate::support::{Net, TestServer};
use serde_json::json;

#[tokio::test]
async fn a_deletion_reaches_the_other_side_and_the_same_invitation_works_again() {
    let net = Net::default();
    let cat = TestServer::new(&net, "cat.example.org").await;
    let dog = TestServer::new(&net, "dog.example.org").await;
    let (_cat, _dog) = (cat.run_outbox(), dog.run_outbox());
    let (bob, carol) = (cat.person("bob").await, dog.person("carol").await);
    let invite = bob.invites().await;
    for _ in 0..3 {
        carol.accepts(&invite).await.assert(200);
        assert_eq!(
            (bob.lists().await, carol.lists().await),
            (vec!["Carol".to_owned()], vec!["Bob".to_owned()])
        );
        let done = carol.disconnects().await.assert(200).json();
        assert_eq!(
            (done["state"].as_str(), done["told"].as_str()),
            (Some("disconnected"), Some("confirmed"))
        );
        assert!(bob.lists().await.is_empty() && carol.lists().await.is_empty());
    }
}

#[tokio::test]
async fn after_the_inviter_disconnects_only_a_fresh_invitation_lets_the_same_person_in() {
    let net = Net::default();
    let cat = TestServer::new(&net, "cat.example.org").await;
    let dog = TestServer::new(&net, "dog.example.org").await;
    let (_cat, _dog) = (cat.run_outbox(), dog.run_outbox());
    let (bob, carol) = (cat.person("bob").await, dog.person("carol").await);
    let old = bob.invites().await;
    carol.accepts(&old).await.assert(200);
    bob.disconnects().await.assert(200);
    assert!(carol.lists().await.is_empty());
    let refused = carol.accepts(&old).await.assert(400);
    assert_eq!(refused.problem(), "invitation_closed_to_you");
    assert!(
        refused.json()["remedy"]
            .as_str()
            .unwrap()
            .contains("send you a new one")
    );
    assert!(bob.lists().await.is_empty() && carol.lists().await.is_empty());
    let fresh = bob.invites().await;
    carol.accepts(&fresh).await.assert(200);
    assert_eq!(bob.lists().await, ["Carol"]);
}

#[tokio::test]
async fn accepting_twice_at_the_same_moment_makes_one_connection_and_no_error() {
    let net = Net::default();
    let cat = TestServer::new(&net, "cat.example.org").await;
    let dog = TestServer::new(&net, "dog.example.org").await;
    let (_cat, _dog) = (cat.run_outbox(), dog.run_outbox());
    let (bob, carol) = (cat.person("bob").await, dog.person("carol").await);
    let invite = bob.invites().await;
    let (first, second) = tokio::join!(carol.accepts(&invite), carol.accepts(&invite));
    first.assert(200);
    second.assert(200);
    assert_eq!((bob.lists().await.len(), carol.lists().await.len()), (1, 1));
}

#[tokio::test]
async fn an_invitation_for_one_person_connects_one_person() {
    let net = Net::default();
    let cat = TestServer::new(&net, "cat.example.org").await;
    let dog = TestServer::new(&net, "dog.example.org").await;
    let (_cat, _dog) = (cat.run_outbox(), dog.run_outbox());
    let (bob, carol, dave) = (
        cat.person("bob").await,
        dog.person("carol").await,
        dog.person("dave").await,
    );
    let invite = bob.invites().await;
    carol.accepts(&invite).await.assert(200);
    assert_eq!(
        dave.accepts(&invite).await.assert(409).problem(),
        "invitation_used_up"
    );
    assert_eq!(bob.lists().await, ["Carol"]);
    assert!(dave.lists().await.is_empty());
}

#[tokio::test]
async fn two_people_of_one_server_connect_and_disconnect_without_any_network() {
    let net = Net::default();
    let cat = TestServer::new(&net, "cat.example.org").await;
    let (bob, eve) = (cat.person("bob").await, cat.person("eve").await);
    let invite = bob.invites().await;
    assert_eq!(
        bob.accepts(&invite).await.assert(400).problem(),
        "invitation_your_own"
    );
    eve.accepts(&invite).await.assert(200);
    assert_eq!(
        (bob.lists().await, eve.lists().await),
        (vec!["Eve".to_owned()], vec!["Bob".to_owned()])
    );
    eve.disconnects().await.assert(200);
    assert!(bob.lists().await.is_empty() && eve.lists().await.is_empty());
    eve.accepts(&invite).await.assert(200);
    bob.disconnects().await.assert(200);
    assert_eq!(
        eve.accepts(&invite).await.assert(400).problem(),
        "invitation_closed_to_you"
    );
    assert!(net.sent.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_server_that_is_down_leaves_the_acceptance_pending_and_it_settles_by_itself() {
    let net = Net::default();
    let cat = TestServer::new(&net, "cat.example.org").await;
    let dog = TestServer::new(&net, "dog.example.org").await;
    let (bob, carol) = (cat.person("bob").await, dog.person("carol").await);
    let invite = bob.invites().await;
    net.down(&cat);
    let running = dog.run_outbox();
    let pending = carol.accepts(&invite).await.assert(202).json();
    drop(running);
    assert_eq!(pending["acceptance"]["state"], "pending");
    assert_eq!(
        pending["acceptance"]["waits_for"]["code"],
        "connection_refused"
    );
    assert!(carol.lists().await.is_empty());
    net.up(&cat);
    net.pass_ms(5_000);
    dog.drive().await;
    assert_eq!(
        (bob.lists().await, carol.lists().await),
        (vec!["Carol".to_owned()], vec!["Bob".to_owned()])
    );
    let id = pending["acceptance"]["id"].as_str().unwrap();
    let settled = carol
        .call("GET", &format!("/api/v1/acceptances/{id}"), json!(null))
        .await
        .assert(200);
    assert_eq!(settled.json()["state"], "connected");
}

#[tokio::test]
async fn a_cancelled_acceptance_leaves_nobody_connected_even_if_the_answer_was_lost() {
    let net = Net::default();
    let cat = TestServer::new(&net, "cat.example.org").await;
    let dog = TestServer::new(&net, "dog.example.org").await;
    let (bob, carol) = (cat.person("bob").await, dog.person("carol").await);
    let invite = bob.invites().await;
    net.loses_answers(&cat, async || {});
    let running = dog.run_outbox();
    let pending = carol.accepts(&invite).await.assert(202).json();
    drop(running);
    assert_eq!(
        bob.lists().await,
        ["Carol"],
        "the other half exists, and she does not know"
    );
    let id = pending["acceptance"]["id"].as_str().unwrap();
    let cancelling = carol
        .call("DELETE", &format!("/api/v1/acceptances/{id}"), json!(null))
        .await
        .assert(200);
    assert_eq!(cancelling.json()["state"], "cancelling");
    net.up(&cat);
    net.pass_ms(60_000);
    dog.drive().await;
    assert!(bob.lists().await.is_empty() && carol.lists().await.is_empty());
    let over = carol
        .call("GET", &format!("/api/v1/acceptances/{id}"), json!(null))
        .await
        .assert(200);
    assert_eq!(over.json()["state"], "cancelled");
}

#[tokio::test]
async fn a_lost_answer_is_asked_for_again_until_both_are_connected() {
    let net = Net::default();
    let cat = TestServer::new(&net, "cat.example.org").await;
    let dog = TestServer::new(&net, "dog.example.org").await;
    let (bob, carol) = (cat.person("bob").await, dog.person("carol").await);
    let invite = bob.invites().await;
    net.loses_answers(&cat, async || {});
    let running = dog.run_outbox();
    let pending = carol.accepts(&invite).await.assert(202).json();
    drop(running);
    assert_eq!(pending["acceptance"]["waits_for"]["code"], "peer_failed");
    assert_eq!(bob.lists().await, ["Carol"]);
    assert!(carol.lists().await.is_empty());
    net.up(&cat);
    net.pass_ms(60_000);
    dog.drive().await;
    assert_eq!(
        (bob.lists().await, carol.lists().await),
        (vec!["Carol".to_owned()], vec!["Bob".to_owned()])
    );
    let sent = net.posted("/invite-accepted");
    let tokens: Vec<serde_json::Value> = sent
        .iter()
        .map(|request| serde_json::from_slice::<serde_json::Value>(&request.body).unwrap())
        .map(|body| body["token"].clone())
        .collect();
    assert!(tokens.len() > 1 && tokens.iter().all(|token| *token == tokens[0]));
}

#[tokio::test]
async fn an_acceptance_that_was_answered_before_a_crash_ends_connected_after_it() {
    let folder = tempfile::tempdir().unwrap();
    let database = format!("sqlite:{}", folder.path().join("dog.db").display());
    let database = symbolon_store::Database::parse(&database).unwrap();
    let net = Net::default();
    let cat = TestServer::new(&net, "cat.example.org").await;
    let dog = TestServer::on(&net, "dog.example.org", &database).await;
    let (bob, carol) = (cat.person("bob").await, dog.person("carol").await);
    let invite = bob.invites().await;
    // The answer is on its way, and the process is gone.
    let store = dog.app.store.clone();
    net.loses_answers(&cat, async move || store.close().await);
    let running = dog.run_outbox();
    let told = carol.accepts(&invite).await;
    drop(running);
    assert!(told.status >= 500, "{}", told.text);
    assert_eq!(bob.lists().await, ["Carol"], "the other half exists");
    net.up(&cat);
    let again = TestServer::on(&net, "dog.example.org", &database).await;
    let carol = carol.at(&again);
    assert!(carol.lists().await.is_empty());
    symbolon_server::outbox::resume(&again.app).await.unwrap();
    again.drive().await;
    assert_eq!(
        (bob.lists().await, carol.lists().await),
        (vec!["Carol".to_owned()], vec!["Bob".to_owned()])
    );
}

#[tokio::test]
async fn an_acceptance_that_ends_connected_is_no_error_though_one_side_had_deleted() {
    let net = Net::default();
    let cat = TestServer::new(&net, "cat.example.org").await;
    let dog = TestServer::new(&net, "dog.example.org").await;
    let (bob, carol) = (cat.person("bob").await, dog.person("carol").await);
    let invite = bob.invites().await;
    let running = dog.run_outbox();
    carol.accepts(&invite).await.assert(200);
    net.down(&dog);
    bob.disconnects().await.assert(200);
    net.up(&dog);
    assert_eq!(carol.lists().await, ["Bob"], "she has not heard of it yet");
    let fresh = bob.invites().await;
    let accepted = carol.accepts(&fresh).await.assert(200).json();
    drop(running);
    assert_eq!(accepted["acceptance"]["state"], "connected");
    assert_eq!(
        (bob.lists().await, carol.lists().await),
        (vec!["Carol".to_owned()], vec!["Bob".to_owned()])
    );
    net.pass_ms(600_000);
    cat.drive().await;
    assert_eq!(carol.lists().await, ["Bob"], "the old removal is withdrawn");
}
