//! Changing one's mind while an acceptance is pending, trying again, and the end of patience.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};

use super::{BOB, CAT, acceptance, acceptances, accepts_once, answers, begins, bodies};
use crate::support::{Answer, Net, Person, TestServer};

const THREE_DAYS_MS: i64 = 72 * 3_600 * 1_000;

async fn cancels(carol: &Person<'_>, id: &str) -> Value {
    let path = format!("/api/v1/acceptances/{id}");
    let cancelled = carol.call("DELETE", &path, Value::Null).await;
    cancelled.assert(200).json()
}

async fn retries(carol: &Person<'_>, id: &str) -> Answer {
    let path = format!("/api/v1/acceptances/{id}/retry");
    carol.call("POST", &path, Value::Null).await
}

/// Pending after a request that may have arrived.
async fn pending(net: &Net, carol: &Person<'_>) -> String {
    answers(net, 502, "text/html", "");
    let pending = accepts_once(carol).await.assert(202).json();
    pending["acceptance"]["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn what_was_never_sent_is_cancelled_at_once_and_never_sent() {
    let net = Net::default();
    let dog = TestServer::new(&net, "dog.example.org").await;
    let carol = dog.person("carol").await;
    let id = begins(&carol, &format!("some-token@{CAT}")).await;
    assert_eq!(cancels(&carol, &id).await["state"], "cancelled");
    answers(&net, 200, "application/json", BOB);
    net.pass_ms(3_600 * 1_000);
    dog.drive().await;
    assert!(net.posted("").is_empty());
    assert!(carol.lists().await.is_empty());
    assert_eq!(acceptance(&carol, &id).await["state"], "cancelled");
}

#[tokio::test]
async fn a_cancelled_acceptance_is_undone_when_its_outcome_is_learnt() {
    let net = Net::default();
    let dog = TestServer::new(&net, "dog.example.org").await;
    let carol = dog.person("carol").await;
    let id = pending(&net, &carol).await;
    let cancelling = cancels(&carol, &id).await;
    assert_eq!(cancelling["state"], "cancelling");
    let yes =
        json!({ "userID": "bob", "email": "", "name": "Bob", "connection": { "generation": 3 } });
    answers(&net, 200, "application/json", yes.to_string());
    dog.drive().await;
    let ended = acceptance(&carol, &id).await;
    assert_eq!(ended["state"], "cancelled");
    assert!(carol.lists().await.is_empty());
    // Nobody is told that nothing came of it: the other server may list her until it is told.
    assert!(ended["connection"].is_string(), "{ended}");
    let page = carol.page(&format!("/acceptances/{id}"), "en").await;
    let page = page.assert(200).text;
    assert!(page.contains("had connected you with"), "{page}");
    assert!(
        page.contains("disconnected, the other side has been told"),
        "{page}"
    );
    let told = &bodies(&net, "/notifications")[0];
    assert_eq!(told["providerId"], json!(carol.id.to_string()));
    assert_eq!(told["notification"]["grantee"], "bob");
    assert_eq!(told["notification"]["connection"]["generation"], 3);
}

#[tokio::test]
async fn a_no_to_a_cancelled_acceptance_leaves_nothing_to_undo() {
    for (status, body) in [
        (400, r#"{"problem":"invitation_expired"}"#),
        (
            409,
            r#"{"problem":"connection_stale","connection":{"generation":4}}"#,
        ),
    ] {
        let net = Net::default();
        let dog = TestServer::new(&net, "dog.example.org").await;
        let carol = dog.person("carol").await;
        let id = pending(&net, &carol).await;
        cancels(&carol, &id).await;
        answers(&net, status, "application/json", body);
        dog.drive().await;
        assert_eq!(
            acceptance(&carol, &id).await["state"],
            "cancelled",
            "{status}"
        );
        assert_eq!(bodies(&net, "/invite-accepted").len(), 2);
        assert!(bodies(&net, "/notifications").is_empty());
    }
}

#[tokio::test]
async fn whoever_cancels_is_told_that_the_other_side_may_list_them_where_it_does_not_say_for_whom_it_was_used()
 {
    for (status, body, code) in [
        (409, "", "perhaps_listed_there"),
        (409, r#"{"message":"user already known"}"#, "listed_there"),
        (400, r#"{"message":"no"}"#, "perhaps_listed_there"),
    ] {
        let net = Net::default();
        let dog = TestServer::new(&net, "dog.example.org").await;
        let carol = dog.person("carol").await;
        let id = pending(&net, &carol).await;
        cancels(&carol, &id).await;
        answers(&net, status, "application/json", body);
        dog.drive().await;
        let settled = acceptance(&carol, &id).await;
        assert_eq!(
            (&settled["state"], &settled["reason"]["code"]),
            (&json!("refused"), &json!(code))
        );
        let page = carol.page(&format!("/acceptances/{id}"), "en").await.text;
        assert!(page.contains("on its list"), "{page}");
        let list = carol.page("/connections", "en").await.text;
        assert!(
            list.contains("not connected: "),
            "it is on the list, too: {list}"
        );
        assert!(bodies(&net, "/notifications").is_empty());
    }
}

#[tokio::test]
async fn refusal_of_the_messenger_settles_nothing_when_an_earlier_request_may_have_arrived() {
    for status in [401, 403] {
        let net = Net::default();
        let dog = TestServer::new(&net, "dog.example.org").await;
        let carol = dog.person("carol").await;
        let id = pending(&net, &carol).await;
        cancels(&carol, &id).await;
        answers(&net, status, "application/json", "no");
        dog.drive().await;
        let state = acceptance(&carol, &id).await["state"].clone();
        assert_eq!(state, "cancelling", "{status}");
    }
}

#[tokio::test]
async fn cancelling_twice_or_too_late_changes_nothing() {
    let net = Net::default();
    let dog = TestServer::new(&net, "dog.example.org").await;
    let carol = dog.person("carol").await;
    let id = pending(&net, &carol).await;
    assert_eq!(
        cancels(&carol, &id).await["state"],
        cancels(&carol, &id).await["state"]
    );
    let unknown = r#"{"problem":"invitation_unknown"}"#;
    answers(&net, 400, "application/json", unknown);
    dog.drive().await;
    assert_eq!(cancels(&carol, &id).await["state"], "cancelled");
    answers(&net, 200, "application/json", BOB);
    let connected = accepts_once(&carol).await.assert(200).json();
    let id = connected["acceptance"]["id"].as_str().unwrap();
    assert_eq!(cancels(&carol, id).await["state"], "connected");
    assert_eq!(carol.lists().await, ["Bob"]);
}

#[tokio::test]
async fn accepting_again_while_it_is_being_cancelled_counts() {
    let net = Net::default();
    let dog = TestServer::new(&net, "dog.example.org").await;
    let carol = dog.person("carol").await;
    let id = pending(&net, &carol).await;
    cancels(&carol, &id).await;
    answers(&net, 200, "application/json", BOB);
    let connected = accepts_once(&carol).await.assert(200).json();
    assert_eq!(connected["acceptance"]["id"], id.as_str());
    assert_eq!(carol.lists().await, ["Bob"]);
    assert!(bodies(&net, "/notifications").is_empty());
}

#[tokio::test]
async fn a_second_click_joins_the_first_and_hurries_it() {
    let net = Net::default();
    let dog = TestServer::new(&net, "dog.example.org").await;
    let carol = dog.person("carol").await;
    let id = pending(&net, &carol).await;
    answers(&net, 200, "application/json", BOB);
    let connected = accepts_once(&carol).await.assert(200).json();
    assert_eq!(connected["acceptance"]["id"], id.as_str());
    assert_eq!(acceptances(&carol).await.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn trying_again_sends_at_once_what_would_have_waited() {
    let net = Net::default();
    let dog = TestServer::new(&net, "dog.example.org").await;
    let carol = dog.person("carol").await;
    let id = pending(&net, &carol).await;
    let running = dog.run_outbox();
    let still = retries(&carol, &id).await.assert(202).json();
    assert_eq!(still["acceptance"]["state"], "pending");
    assert_eq!(bodies(&net, "/invite-accepted").len(), 2);
    answers(&net, 200, "application/json", BOB);
    retries(&carol, &id).await.assert(200);
    assert_eq!(carol.lists().await, ["Bob"]);
    retries(&carol, &id).await.assert(200);
    drop(running);
    assert_eq!(
        bodies(&net, "/invite-accepted").len(),
        3,
        "what is settled is not sent again"
    );
}

#[tokio::test]
async fn the_acceptances_of_others_can_be_neither_seen_nor_touched() {
    let net = Net::default();
    let dog = TestServer::new(&net, "dog.example.org").await;
    let (carol, dave) = (dog.person("carol").await, dog.person("dave").await);
    let id = pending(&net, &carol).await;
    for (method, path) in [
        ("GET", format!("/api/v1/acceptances/{id}")),
        ("DELETE", format!("/api/v1/acceptances/{id}")),
        ("POST", format!("/api/v1/acceptances/{id}/retry")),
        ("DELETE", "/api/v1/acceptances/nonsense".to_owned()),
    ] {
        let told = dave.call(method, &path, Value::Null).await;
        assert_eq!(told.assert(404).problem(), "not_found", "{method} {path}");
    }
    assert_eq!(acceptances(&dave).await, json!([]));
    assert_eq!(acceptance(&carol, &id).await["state"], "pending");
}

#[tokio::test]
async fn patience_lasts_three_days_and_the_last_reason_is_kept() {
    let net = Net::default();
    let dog = TestServer::new(&net, "dog.example.org").await;
    let carol = dog.person("carol").await;
    let id = pending(&net, &carol).await;
    net.pass_ms(THREE_DAYS_MS - 1_000);
    dog.drive().await;
    assert_eq!(acceptance(&carol, &id).await["state"], "pending");
    net.pass_ms(1_000);
    dog.drive().await;
    let over = acceptance(&carol, &id).await;
    assert_eq!(
        (&over["state"], &over["reason"]["code"]),
        (&json!("out_of_time"), &json!("acceptance_out_of_time"))
    );
    assert!(over["reason"]["detail"].as_str().unwrap().contains(CAT));
    let asked = bodies(&net, "/invite-accepted").len();
    answers(&net, 200, "application/json", BOB);
    net.pass_ms(THREE_DAYS_MS);
    dog.drive().await;
    assert_eq!(
        bodies(&net, "/invite-accepted").len(),
        asked,
        "what was given up is not sent"
    );
    accepts_once(&carol).await.assert(200);
    assert_eq!(
        carol.lists().await,
        ["Bob"],
        "a new gesture has patience of its own"
    );
}

#[tokio::test]
async fn a_cancelled_acceptance_whose_outcome_cannot_be_learnt_says_so_in_the_end() {
    let net = Net::default();
    let dog = TestServer::new(&net, "dog.example.org").await;
    let carol = dog.person("carol").await;
    let id = pending(&net, &carol).await;
    cancels(&carol, &id).await;
    net.pass_ms(THREE_DAYS_MS);
    dog.drive().await;
    assert_eq!(acceptance(&carol, &id).await["state"], "out_of_time");
    assert!(carol.lists().await.is_empty());
}

#[tokio::test]
async fn a_no_on_the_last_attempt_is_still_a_no_and_a_yes_a_yes() {
    for (status, body, state) in [(400, "{}", "refused"), (200, BOB, "connected")] {
        let net = Net::default();
        let dog = TestServer::new(&net, "dog.example.org").await;
        let carol = dog.person("carol").await;
        let id = pending(&net, &carol).await;
        net.pass_ms(10 * THREE_DAYS_MS);
        answers(&net, status, "application/json", body);
        dog.drive().await;
        assert_eq!(acceptance(&carol, &id).await["state"], state);
    }
}

#[tokio::test]
async fn disconnecting_while_a_fresh_invitation_is_pending_leaves_nobody_connected() {
    let net = Net::default();
    let dog = TestServer::new(&net, "dog.example.org").await;
    let carol = dog.person("carol").await;
    let (bob, id) = connected_with_another_pending(&net, &carol).await;
    carol.disconnects().await.assert(200);
    answers(&net, 200, "application/json", bob);
    net.pass_ms(60_000);
    dog.drive().await;
    assert!(carol.lists().await.is_empty());
    assert_eq!(acceptance(&carol, &id).await["state"], "cancelled");
    let page = carol.page(&format!("/acceptances/{id}"), "en").await.text;
    assert!(page.contains("You disconnected from"), "{page}");
    assert!(page.contains("It had connected you once more"), "{page}");
    assert!(!page.contains("You cancelled"), "{page}");
    let last = bodies(&net, "/notifications").pop().unwrap();
    assert_eq!(
        last["notification"]["connection"]["generation"], 2,
        "what came of it is undone there, too"
    );
}

#[tokio::test]
async fn accepting_it_once_more_after_that_disconnect_connects() {
    let net = Net::default();
    let dog = TestServer::new(&net, "dog.example.org").await;
    let carol = dog.person("carol").await;
    let (bob, id) = connected_with_another_pending(&net, &carol).await;
    carol.disconnects().await.assert(200);
    answers(&net, 200, "application/json", bob);
    let _running = dog.run_outbox();
    let connected = carol
        .accepts(&format!("fresh@{CAT}"))
        .await
        .assert(200)
        .json();
    assert_eq!(connected["acceptance"]["id"], id.as_str());
    assert_eq!(carol.lists().await, ["Bob"], "the last gesture counts");
}

/// Bob and carol are connected at generation 1, and an acceptance of another invitation of his is pending; returns the
/// yes to that one, and its id.
async fn connected_with_another_pending(net: &Net, carol: &Person<'_>) -> (String, String) {
    let yes = |generation: u64| {
        json!({ "userID": "bob", "email": "", "name": "Bob", "connection": { "generation": generation } }).to_string()
    };
    answers(net, 200, "application/json", yes(1));
    accepts_once(carol).await.assert(200);
    answers(net, 502, "text/html", "");
    let running = carol.server.run_outbox();
    let pending = carol
        .accepts(&format!("fresh@{CAT}"))
        .await
        .assert(202)
        .json();
    drop(running);
    let id = pending["acceptance"]["id"].as_str().unwrap().to_owned();
    (yes(2), id)
}

#[tokio::test]
async fn an_answer_that_comes_while_carol_cancels_is_undone() {
    let net = Net::default();
    let dog = TestServer::new(&net, "dog.example.org").await;
    let carol = dog.person("carol").await;
    let (arrived, go) = (
        Arc::new(AtomicBool::new(false)),
        Arc::new(AtomicBool::new(false)),
    );
    let id = begins(&carol, &format!("some-token@{CAT}")).await;
    let (there, answer_now) = (arrived.clone(), go.clone());
    net.script(CAT, move |request| {
        if request.method == http::Method::GET {
            let document = crate::support::discovery(CAT, &["invites"]);
            return crate::support::answer(200, "application/json", document);
        }
        there.store(true, Ordering::SeqCst);
        while !answer_now.load(Ordering::SeqCst) {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        crate::support::answer(200, "application/json", BOB)
    });
    let app = dog.app.clone();
    let driving = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime
            .block_on(symbolon_server::outbox::drive(&app))
            .unwrap();
    });
    while !arrived.load(Ordering::SeqCst) {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    assert_eq!(cancels(&carol, &id).await["state"], "cancelling");
    go.store(true, Ordering::SeqCst);
    driving.join().unwrap();
    dog.drive().await;
    assert_eq!(acceptance(&carol, &id).await["state"], "cancelled");
    assert!(carol.lists().await.is_empty());
    assert_eq!(bodies(&net, "/notifications").len(), 1);
}

/// Carol has cancelled while cat was away, and cat is back: bob's second invitation, and whether it is too late.
async fn cancelled_while_cat_was_away<'a>(
    net: &Net,
    cat: &TestServer,
    bob: &Person<'_>,
    carol: &Person<'a>,
) -> String {
    let (first, second) = (bob.invites().await, bob.invites().await);
    net.down(cat);
    let id = begins(carol, &first).await;
    carol.server.drive().await;
    assert_eq!(cancels(carol, &id).await["state"], "cancelling");
    second
}

#[tokio::test]
async fn invitation_that_was_given_out_after_cancelling_works() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let dog = TestServer::new(&net, "dog.example.org").await;
    let (bob, carol) = (cat.person("bob").await, dog.person("carol").await);
    cancelled_while_cat_was_away(&net, &cat, &bob, &carol).await;
    let invite = carol.invites().await;
    net.up(&cat);
    net.pass_ms(60_000);
    dog.drive().await;
    assert!(bob.lists().await.is_empty(), "what came of it is undone");
    let _running = (cat.run_outbox(), dog.run_outbox());
    bob.accepts(&invite).await.assert(200);
    assert_eq!(carol.lists().await, ["Bob"]);
}

#[tokio::test]
async fn another_invitation_that_is_accepted_after_cancelling_connects() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let dog = TestServer::new(&net, "dog.example.org").await;
    let (bob, carol) = (cat.person("bob").await, dog.person("carol").await);
    let second = cancelled_while_cat_was_away(&net, &cat, &bob, &carol).await;
    let id = begins(&carol, &second).await;
    net.up(&cat);
    net.pass_ms(60_000);
    dog.drive().await;
    assert_eq!(acceptance(&carol, &id).await["state"], "connected");
    assert_eq!(
        (carol.lists().await, bob.lists().await),
        (vec!["Bob".to_owned()], vec!["Carol".to_owned()])
    );
}

#[tokio::test]
async fn cancelling_leaves_an_older_connection_alone_and_never_speaks_of_it_as_undone() {
    let net = Net::default();
    let dog = TestServer::new(&net, "dog.example.org").await;
    let carol = dog.person("carol").await;
    let (_, id) = connected_with_another_pending(&net, &carol).await;
    cancels(&carol, &id).await;
    // They answer that the two are connected as before.
    let yes =
        json!({ "userID": "bob", "email": "", "name": "Bob", "connection": { "generation": 1 } });
    answers(&net, 200, "application/json", yes.to_string());
    net.pass_ms(60_000);
    dog.drive().await;
    assert_eq!(carol.lists().await, ["Bob"]);
    carol.disconnects().await.assert(200);
    let ended = acceptance(&carol, &id).await;
    assert_eq!(ended["state"], "cancelled");
    assert!(ended["connection"].is_null(), "{ended}");
    let page = carol.page(&format!("/acceptances/{id}"), "en").await.text;
    assert!(page.contains("nobody is connected by it"), "{page}");
}
