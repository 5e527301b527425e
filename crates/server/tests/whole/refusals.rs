//! Two Symbolons, one of which turns a message of the other away: what was found there is told to the person and the
//! administrators here, in the words for this side.

use std::sync::Arc;

use serde_json::{Value, json};
use symbolon_core::trust::Rule;
use symbolon_proto::keys::Jwks;
use symbolon_proto::language::Language;
use symbolon_server::actions::trace::Story;
use symbolon_store::trace::{LoadTrace, Thread};
use symbolon_store::trust::Decide;

use crate::inviter::{CAT, DOG, key};
use crate::support::{
    Net, OutboundRequest, OutboundResponse, Person, TestServer, answer, audit, logged,
};

async fn story(server: &TestServer, reference: &str) -> Story {
    let load = LoadTrace {
        thread: Thread::Reference(reference.to_owned()),
        only: None,
    };
    Story::of(&server.app.store.read(load).await.unwrap(), Language::En)
}

/// Carol accepts; the acceptance as she sees it then.
async fn accepts(carol: &Person<'_>, invite: &str) -> Value {
    let running = carol.server.run_outbox();
    carol.accepts(invite).await;
    drop(running);
    newest(carol).await
}

async fn newest(carol: &Person<'_>) -> Value {
    let all = carol.call("GET", "/api/v1/acceptances", Value::Null).await;
    all.assert(200).json()["items"][0].clone()
}

fn reason(acceptance: &Value) -> &Value {
    match &acceptance["reason"] {
        Value::Null => &acceptance["waits_for"],
        reason => reason,
    }
}

#[tokio::test]
async fn by_how_many_seconds_the_clocks_differ_is_said_on_both_sides() {
    let net = Net::default();
    let ahead = net.with_a_clock_of_its_own();
    ahead.pass_ms(412_000);
    let cat = TestServer::new(&ahead, CAT).await;
    let dog = TestServer::new(&net, DOG).await;
    let (bob, carol) = (cat.person("bob").await, dog.person("carol").await);
    let one = accepts(&carol, &bob.invites().await).await;
    assert_eq!(one["state"], "refused");
    assert_eq!(one["reason"]["code"], "signature_clock_there");
    assert_eq!(
        one["reason"]["title"],
        "The clocks here and at cat.example.org are 412 seconds apart"
    );
    assert_eq!(one["heard"]["stage"], "signature");
    let said = one["heard"]["message"].as_str().unwrap();
    assert!(said.starts_with("401 signature_clock: "), "{said}");
    let path = format!("/acceptances/{}", one["id"].as_str().unwrap());
    for (language, words) in [("de", "412 Sekunden"), ("zh-CN", "412 秒")] {
        let page = carol.page(&path, language).await.assert(200).text;
        assert!(page.contains(words), "{page}");
    }
    let reference = one["reference"].as_str().unwrap();
    for server in [&dog, &cat] {
        let story = story(server, reference).await;
        let told = story.lines.iter().find_map(|line| {
            let reason = line.reason(Language::En)?;
            (line.clocks_differ_secs == Some(412)).then_some(reason)
        });
        let told = told.unwrap_or_else(|| panic!("{story:?}"));
        assert!(told.contains("412 seconds apart"), "{told}");
    }
    let events = audit(&cat).await;
    let refused = events.iter().find(|event| event.kind == "peer.refused");
    assert_eq!(refused.unwrap().data, json!({ "seconds": 412 }));
}

type Change = fn(&OutboundRequest) -> OutboundRequest;

fn without_signature(request: &OutboundRequest) -> OutboundRequest {
    let mut request = request.clone();
    let is_of_it = |name: &str| name.starts_with("signature");
    request.headers.retain(|(name, _)| !is_of_it(name));
    request
}

fn with_another_date(request: &OutboundRequest) -> OutboundRequest {
    let mut request = request.clone();
    for (name, value) in &mut request.headers {
        if name == "date" {
            *value = "Tue, 24 Nov 2026 00:00:01 GMT".to_owned();
        }
    }
    request
}

fn with_another_body(
    request: &OutboundRequest,
    change: impl Fn(&str) -> String,
) -> OutboundRequest {
    let body = change(std::str::from_utf8(&request.body).unwrap());
    OutboundRequest {
        body: body.into(),
        ..request.clone()
    }
}

fn by_another_name(request: &OutboundRequest) -> OutboundRequest {
    let name = |body: &str| body.replace("\"Carol\"", "\"Caroline\"");
    with_another_body(request, name)
}

fn for_another_server(request: &OutboundRequest) -> OutboundRequest {
    with_another_body(request, |body| body.replace(DOG, "cow.example.org"))
}

fn without_a_person(request: &OutboundRequest) -> OutboundRequest {
    with_another_body(request, |body| body.replace("\"userID\"", "\"user\""))
}

#[tokio::test]
async fn whatever_happens_to_a_message_on_its_way_its_sender_is_told_what_arrived() {
    let changes: [(Change, &str, &str, &str); 5] = [
        (
            without_signature,
            "signature_missing_there",
            "signature",
            "401 signature_missing: ",
        ),
        (
            with_another_date,
            "signature_refused_there",
            "signature",
            "401 signature_invalid: ",
        ),
        (
            by_another_name,
            "signature_digest_there",
            "signature",
            "401 signature_digest: ",
        ),
        (
            for_another_server,
            "signature_wrong_host_there",
            "signature",
            "401 signature_wrong_host: ",
        ),
        (
            without_a_person,
            "peer_refused",
            "answer",
            "400 member_missing: The request must contain userID.",
        ),
    ];
    for (change, code, stage, said) in changes {
        let net = Net::default();
        let cat = TestServer::new(&net, CAT).await;
        let dog = TestServer::new(&net, DOG).await;
        let (bob, carol) = (cat.person("bob").await, dog.person("carol").await);
        let invite = bob.invites().await;
        net.behind(
            &cat,
            Arc::new(move |request| match request.method {
                http::Method::POST => Ok(change(&request)),
                _ => Ok(request),
            }),
        );
        let one = accepts(&carol, &invite).await;
        assert_eq!(one["state"], "refused", "{one}");
        assert_eq!(one["reason"]["code"], code, "{one}");
        assert_eq!(one["heard"]["stage"], stage, "{one}");
        let heard = one["heard"]["message"].as_str().unwrap();
        assert!(heard.starts_with(said), "{heard}");
        let quoted = one["reason"]["detail"].as_str().unwrap().contains(said);
        assert_eq!(quoted, code == "peer_refused", "{one}");
    }
}

/// Dog, as seen by those who ask it for its keys.
fn answers_for_keys(
    net: &Net,
    dog: &TestServer,
    said: impl Fn() -> OutboundResponse + Send + Sync + 'static,
) {
    net.behind(
        dog,
        Arc::new(move |request| match request.url.ends_with("/jwks.json") {
            true => Err(said()),
            false => Ok(request),
        }),
    );
}

#[tokio::test]
async fn a_server_that_others_cannot_ask_for_its_keys_is_told_so_and_goes_on_when_they_can() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let dog = TestServer::new(&net, DOG).await;
    let (bob, carol) = (cat.person("bob").await, dog.person("carol").await);
    answers_for_keys(&net, &dog, || answer(503, "text/html", "").unwrap());
    let one = accepts(&carol, &bob.invites().await).await;
    assert_eq!(one["state"], "pending");
    assert_eq!(one["waits_for"]["code"], "unreachable_from_there");
    assert_eq!(one["heard"]["stage"], "signature");
    assert_eq!(one["heard"]["status"], 503);
    let remedy = one["waits_for"]["remedy"].as_str().unwrap();
    assert!(remedy.contains("your administrator"), "{remedy}");
    net.up(&dog);
    net.pass_ms(60_000);
    dog.drive().await;
    assert_eq!(newest(&carol).await["state"], "connected");
    assert_eq!(bob.lists().await, ["Carol"]);
}

#[tokio::test]
async fn whoever_answered_for_three_days_is_not_said_to_have_been_silent() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let dog = TestServer::new(&net, DOG).await;
    let (bob, carol) = (cat.person("bob").await, dog.person("carol").await);
    answers_for_keys(&net, &dog, || {
        let others = Jwks::from_iter([key("cow.example.org", 1).public_jwk()]);
        answer(
            200,
            "application/json",
            serde_json::to_string(&others).unwrap(),
        )
        .unwrap()
    });
    let one = accepts(&carol, &bob.invites().await).await;
    assert_eq!(one["state"], "pending");
    assert_eq!(one["waits_for"]["code"], "signature_unknown_key_there");
    net.pass_ms(73 * 3_600_000);
    dog.drive().await;
    let one = newest(&carol).await;
    assert_eq!(one["state"], "out_of_time");
    assert_eq!(one["reason"]["code"], "signature_unknown_key_there");
}

#[tokio::test]
async fn a_server_that_is_not_let_in_hears_that_it_is_not_trusted_there() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let dog = TestServer::new(&net, DOG).await;
    let (bob, carol) = (cat.person("bob").await, dog.person("carol").await);
    let invite = bob.invites().await;
    let block = Decide {
        provider: dog.app.provider().clone(),
        rule: Rule::Blocked,
        note: None,
        by: None,
        moment: cat.app.moment("a decision"),
    };
    cat.app.store.write(block).await.unwrap();
    let one = accepts(&carol, &invite).await;
    assert_eq!(reason(&one)["code"], "not_trusted_there");
    assert_eq!(one["heard"]["stage"], "trust");
    let said = one["heard"]["message"].as_str().unwrap();
    assert!(said.starts_with("403 not_trusted_here: "), "{said}");
}

#[tokio::test]
async fn a_refusal_names_its_acceptance_and_holds_what_the_other_server_said() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let dog = TestServer::new(&net, DOG).await;
    let (bob, carol) = (cat.person("bob").await, dog.person("carol").await);
    let made = bob.call("POST", "/api/v1/invites", json!({})).await.json();
    let path = format!("/api/v1/invites/{}", made["id"].as_str().unwrap());
    bob.call("DELETE", &path, Value::Null).await.assert(200);
    let invite = made["string"].as_str().unwrap();
    let _running = dog.run_outbox();
    let told = carol.accepts(invite).await;
    assert_eq!(told.problem(), "invitation_withdrawn");
    let told = told.json();
    let one = newest(&carol).await;
    assert_eq!(told["acceptance"], one["id"]);
    assert_eq!(told["heard"], one["heard"]);
    assert_eq!(told["heard"]["stage"], "invitation");
}

#[tokio::test]
async fn a_disconnect_or_comparison_that_is_refused_for_the_clock_is_not_told_as_distrust() {
    let (logs, _guard) = logged();
    let net = Net::default();
    let ahead = net.with_a_clock_of_its_own();
    let cat = TestServer::new(&ahead, CAT).await;
    let dog = TestServer::new(&net, DOG).await;
    let (bob, carol) = (cat.person("bob").await, dog.person("carol").await);
    assert_eq!(
        accepts(&carol, &bob.invites().await).await["state"],
        "connected"
    );
    ahead.pass_ms(412_000);

    dog.syncs().await;
    let lines = logs.lines();
    let said = |line: &&Value| line["fields"]["message"] == "the halves could not be compared";
    let line = lines.iter().find(said).expect("that is worth a line");
    assert_eq!(line["fields"]["code"], "signature_clock_there");

    let ended = carol.disconnects().await.assert(200).json();
    dog.drive().await;
    let path = format!("/api/v1/connections/{}", ended["id"].as_str().unwrap());
    let now = carol
        .call("GET", &path, Value::Null)
        .await
        .assert(200)
        .json();
    assert_eq!(now["told"], "telling");
    let story = carol
        .call("GET", &format!("{path}/trace"), Value::Null)
        .await;
    let story = story.assert(200).json();
    let lines = story["lines"].as_array().unwrap();
    let answered = lines
        .iter()
        .find(|line| line["what"] == "message.user_removed" && line["status"] == 401);
    let answered = answered.unwrap_or_else(|| panic!("{story}"));
    assert_eq!(answered["result"], "signature_clock_there");
    assert_eq!(answered["stage"], "signature");
    assert_eq!(answered["clocks_differ_secs"], 412);
}
