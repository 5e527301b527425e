//! Deliveries to many servers at once: those that do not answer wait for themselves alone.

use std::sync::atomic::Ordering;
use std::time::Duration;

use serde_json::Value;
use tokio::time::sleep;

use super::{BOB, CAT, acceptance, accepts, answers, begins, bodies};
use crate::support::{Net, TestServer};

#[tokio::test]
async fn a_server_that_never_answers_delays_nobody_elses_messages() {
    let net = Net::default();
    let dog = TestServer::new(&net, "dog.example.org").await;
    let carol = dog.person("carol").await;
    net.hang("dead.example.org");
    for n in 0..6 {
        begins(&carol, &format!("token-{n}@dead.example.org")).await;
    }
    answers(&net, 200, "application/json", BOB);
    let _running = dog.run_outbox();
    accepts(&carol).await.assert(200);
    carol.disconnects().await.assert(200);
    let waiting = net.posted("/invite-accepted");
    let waiting = waiting
        .iter()
        .filter(|sent| sent.url.contains("dead.example.org"));
    assert_eq!(
        waiting.count(),
        4,
        "a dead server holds four places, and no more"
    );
}

#[tokio::test]
async fn what_waits_for_a_place_does_not_keep_the_loop_busy() {
    let net = Net::default();
    let dog = TestServer::new(&net, "dog.example.org").await;
    let carol = dog.person("carol").await;
    net.hang("dead.example.org");
    for n in 0..6 {
        begins(&carol, &format!("token-{n}@dead.example.org")).await;
    }
    let _running = dog.run_outbox();
    while net.posted("/invite-accepted").len() < 4 {
        sleep(Duration::from_millis(10)).await;
    }
    let before = net.clock.looks.load(Ordering::Relaxed);
    sleep(Duration::from_millis(500)).await;
    let looks = net.clock.looks.load(Ordering::Relaxed) - before;
    assert!(looks < 50, "the loop looked {looks} times in half a second");
}

#[tokio::test]
async fn a_server_that_refuses_connections_holds_up_nothing() {
    let net = Net::default();
    let dog = TestServer::new(&net, "dog.example.org").await;
    let carol = dog.person("carol").await;
    let _running = dog.run_outbox();
    for n in 0..20 {
        let pending = carol
            .accepts(&format!("token-{n}@down-{n}.example.org"))
            .await;
        let pending = pending.assert(202).json();
        assert_eq!(
            pending["acceptance"]["waits_for"]["code"],
            "connection_refused"
        );
    }
    answers(&net, 200, "application/json", BOB);
    accepts(&carol).await.assert(200);
    let path = "/api/v1/acceptances?pending=true";
    let listed = carol.call("GET", path, Value::Null).await.json();
    assert_eq!(listed["items"].as_array().unwrap().len(), 20);
}

#[tokio::test]
async fn one_person_after_another_each_gets_an_answer_of_their_own() {
    let net = Net::default();
    let dog = TestServer::new(&net, "dog.example.org").await;
    let _running = dog.run_outbox();
    net.script(CAT, |request| {
        if request.method == http::Method::GET {
            let document = crate::support::discovery(CAT, &["invites"]);
            return crate::support::answer(200, "application/json", document);
        }
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        match body["token"].as_str().unwrap() {
            "good" => crate::support::answer(200, "application/json", BOB),
            "bad" => crate::support::answer(400, "application/json", "{}"),
            _ => crate::support::answer(503, "application/json", ""),
        }
    });
    let people = [
        dog.person("carol").await,
        dog.person("dave").await,
        dog.person("erin").await,
    ];
    let (good, bad, unknown) = tokio::join!(
        people[0].accepts("good@cat.example.org"),
        people[1].accepts("bad@cat.example.org"),
        people[2].accepts("other@cat.example.org"),
    );
    good.assert(200);
    assert_eq!(bad.problem(), "invitation_unknown");
    unknown.assert(202);
    assert_eq!(people[0].lists().await, ["Bob"]);
    assert!(people[1].lists().await.is_empty() && people[2].lists().await.is_empty());
    assert_eq!(bodies(&net, "/invite-accepted").len(), 3);
}

#[tokio::test]
async fn an_acceptance_goes_on_when_the_client_hangs_up() {
    let net = Net::default();
    let dog = TestServer::new(&net, "dog.example.org").await;
    let carol = dog.person("carol").await;
    answers(&net, 200, "application/json", BOB);
    // The client was gone before anything had been sent.
    let id = begins(&carol, &format!("some-token@{CAT}")).await;
    assert!(net.posted("/invite-accepted").is_empty());
    dog.drive().await;
    assert_eq!(acceptance(&carol, &id).await["state"], "connected");
    assert_eq!(carol.lists().await, ["Bob"]);
}
