//! One exchange, one reference: in the events and the logs of both servers, on the way between them, and in the story that
//! is told of it.

use http::Request;
use serde_json::{Value, json};
use symbolon_core::InviteId;
use symbolon_proto::language::Language;
use symbolon_server::actions::trace::{Step, Story};
use symbolon_server::http::reference::Reference;
use symbolon_store::trace::{LoadTrace, Thread};

use crate::support::{
    Net, OutboundRequest, TestServer, TransportError, answer, audit, discovery, logged,
};

fn header<'a>(request: &'a OutboundRequest, name: &str) -> Option<&'a str> {
    let mut headers = request.headers.iter();
    headers
        .find(|(known, _)| known == name)
        .map(|(_, value)| value.as_str())
}

async fn story(server: &TestServer, reference: &str) -> Story {
    let load = LoadTrace {
        thread: Thread::Reference(reference.to_owned()),
        only: None,
    };
    Story::of(&server.app.store.read(load).await.unwrap(), Language::En)
}

#[tokio::test]
async fn an_exchange_has_one_reference_in_the_events_and_logs_of_both_servers() {
    let (logs, _guard) = logged();
    let net = Net::default();
    let cat = TestServer::new(&net, "cat.example.org").await;
    let dog = TestServer::new(&net, "dog.example.org").await;
    let (bob, carol) = (cat.person("bob").await, dog.person("carol").await);
    let invite = bob.invites().await;
    net.sent.lock().unwrap().clear();
    let running = dog.run_outbox();
    let accepted = carol.accepts(&invite).await.assert(200);
    drop(running);

    let reference = accepted.headers["x-request-id"]
        .to_str()
        .unwrap()
        .to_owned();
    assert_eq!(
        accepted.json()["acceptance"]["reference"],
        reference.as_str()
    );
    let kinds = |events: Vec<symbolon_store::events::Event>| {
        let of = events.into_iter();
        let of = of.filter(|event| event.reference.as_ref() == Some(&reference));
        of.map(|event| event.kind).collect::<Vec<_>>()
    };
    let there = kinds(audit(&dog).await);
    let expected = [
        "acceptance.started",
        "acceptance.sent",
        "connection.connected",
        "acceptance.settled",
    ];
    assert_eq!(there, expected);
    let here = kinds(audit(&cat).await);
    assert_eq!(
        here,
        ["peer.signs", "invite.accepted", "connection.connected"]
    );

    let lines = logs.lines();
    let of_path = |path: &str| {
        let mut lines = lines.iter();
        let line =
            lines.find(|line| line["span"]["path"] == path && line["fields"]["status"] == 200);
        line.unwrap_or_else(|| panic!("nothing was logged of {path}"))
    };
    for path in [
        "/api/v1/acceptances",
        "/ocm/invite-accepted",
        "/.well-known/ocm",
        "/.well-known/jwks.json",
    ] {
        assert_eq!(
            of_path(path)["span"]["reference"],
            reference.as_str(),
            "{path}"
        );
    }
}

#[tokio::test]
async fn every_request_to_another_server_carries_the_reference_of_its_exchange() {
    let net = Net::default();
    let cat = TestServer::new(&net, "cat.example.org").await;
    let dog = TestServer::new(&net, "dog.example.org").await;
    let (bob, carol) = (cat.person("bob").await, dog.person("carol").await);
    let invite = bob.invites().await;
    let running = dog.run_outbox();
    carol.accepts(&invite).await.assert(200);
    carol.disconnects().await.assert(200);
    drop(running);
    dog.syncs().await;
    let sent = net.sent.lock().unwrap().clone();
    assert!(sent.len() >= 5, "{}", sent.len());
    let mut spans = Vec::new();
    for request in sent {
        let name = header(&request, "x-request-id").unwrap_or_else(|| panic!("{}", request.url));
        let reference = Reference::parse(name).unwrap();
        let traceparent = header(&request, "traceparent").unwrap();
        let parts: Vec<&str> = traceparent.split('-').collect();
        assert_eq!(Reference::parse(parts[1]), Some(reference), "{traceparent}");
        spans.push(parts[2].to_owned());
    }
    let count = spans.len();
    spans.sort();
    spans.dedup();
    assert_eq!(spans.len(), count, "each request is a span of its own");
}

#[tokio::test]
async fn the_story_of_an_invitation_says_why_it_connects_no_more() {
    let net = Net::default();
    let cat = TestServer::new(&net, "cat.example.org").await;
    let dog = TestServer::new(&net, "dog.example.org").await;
    let (bob, carol) = (cat.person("bob").await, dog.person("carol").await);
    let running = (cat.run_outbox(), dog.run_outbox());
    let made = bob.call("POST", "/api/v1/invites", json!({})).await.json();
    let invite = made["string"].as_str().unwrap();
    carol.accepts(invite).await.assert(200);
    net.pass_ms(1_000);
    bob.disconnects().await.assert(200);
    net.pass_ms(1_000);
    let again = carol.accepts(invite).await;
    assert_eq!(again.problem(), "invitation_closed_to_you");
    drop(running);
    let id = InviteId::parse(made["id"].as_str().unwrap()).unwrap();
    let thread = Thread::Invite(id);
    let trace = cat.app.store.read(LoadTrace { thread, only: None }).await;
    let told = Story::of(&trace.unwrap(), Language::En);
    let kinds: Vec<&str> = told.lines.iter().map(|line| line.what.as_str()).collect();
    let place = |kind: &str| kinds.iter().position(|it| *it == kind);
    let (came, left) = (place("invite.accepted"), place("connection.disconnected"));
    assert!(came.is_some() && came < left, "{kinds:?}");
    assert!(left < place("invite.refused"), "{kinds:?}");
}

#[tokio::test]
async fn a_story_says_that_a_message_was_sent_only_where_one_left() {
    for (refused, asked) in [
        (http::Method::GET, "peer.asked"),
        (http::Method::POST, "peer.tried"),
    ] {
        let net = Net::default();
        let dog = TestServer::new(&net, "dog.example.org").await;
        let carol = dog.person("carol").await;
        net.script("cat.example.org", move |request| {
            if request.method == refused {
                return Err(TransportError::ConnectionRefused);
            }
            answer(
                200,
                "application/json",
                discovery("cat.example.org", &["invites"]),
            )
        });
        let running = dog.run_outbox();
        let invite = "bm9ib2R5LWtub3dzLXRoaXM@cat.example.org";
        let pending = carol.accepts(invite).await.assert(202).json();
        drop(running);
        let reference = pending["acceptance"]["reference"].as_str().unwrap();
        let told = story(&dog, reference).await;
        let out = told.lines.iter().filter(|line| line.step == Step::Sent);
        let out: Vec<_> = out.map(|line| line.what.as_str()).collect();
        assert_eq!(out, [asked]);
    }
}

#[tokio::test]
async fn a_story_tells_of_every_attempt_and_of_what_the_other_server_answered() {
    let net = Net::default();
    let dog = TestServer::new(&net, "dog.example.org").await;
    let carol = dog.person("carol").await;
    let tries = std::sync::atomic::AtomicU32::new(0);
    net.script("cat.example.org", move |request| {
        if request.method == http::Method::GET {
            let document = discovery("cat.example.org", &["invites"]);
            return answer(200, "application/json", document);
        }
        match tries.fetch_add(1, std::sync::atomic::Ordering::Relaxed) {
            0 => Err(TransportError::ConnectionRefused),
            1 => {
                let sent: Value = serde_json::from_slice(&request.body).unwrap();
                let said = json!({ "message": format!("no time for {}", sent["token"]) });
                let mut busy = answer(503, "application/json", said.to_string())?;
                busy.headers
                    .push(("x-request-id".to_owned(), "web1/k3J-000042".to_owned()));
                Ok(busy)
            }
            _ => answer(
                200,
                "application/json",
                r#"{"userID":"bob","email":"bob@example.org","name":"Bob"}"#,
            ),
        }
    });
    let running = dog.run_outbox();
    let invite = "bm9ib2R5LWtub3dzLXRoaXM@cat.example.org";
    let pending = carol.accepts(invite).await.assert(202).json();
    drop(running);
    for _ in 0..2 {
        net.pass_ms(60_000);
        dog.drive().await;
    }
    let reference = pending["acceptance"]["reference"].as_str().unwrap();
    let told = story(&dog, reference).await;
    let steps: Vec<_> = told
        .lines
        .iter()
        .map(|line| {
            (
                line.step,
                line.what.as_str(),
                line.result.as_deref(),
                line.attempt,
            )
        })
        .collect();
    let message = "message.invite_accepted";
    let expected = [
        (Step::Gesture, "acceptance.started", Some("done"), None),
        (Step::Gesture, "acceptance.sent", Some("done"), None),
        (Step::Sent, "peer.tried", None, Some(1)),
        (Step::Answered, message, Some("connection_refused"), Some(1)),
        (
            Step::Decided,
            "acceptance.waiting",
            Some("connection_refused"),
            None,
        ),
        (Step::Sent, message, None, Some(2)),
        (Step::Answered, message, Some("peer_failed"), Some(2)),
        (
            Step::Decided,
            "acceptance.waiting",
            Some("peer_failed"),
            None,
        ),
        (Step::Sent, message, None, Some(3)),
        (Step::Answered, message, Some("done"), Some(3)),
        (Step::Decided, "connection.connected", Some("done"), None),
        (Step::Decided, "acceptance.settled", Some("connected"), None),
    ];
    assert_eq!(steps, expected);
    let refused = &told.lines[3];
    assert_eq!(
        (refused.status, &refused.said),
        (None, &None),
        "nobody said it"
    );
    assert!(
        refused
            .fault
            .as_deref()
            .is_some_and(|fault| fault.contains("refused"))
    );
    let busy = &told.lines[6];
    assert_eq!((busy.status, busy.stage), (Some(503), Some("answer")));
    assert_eq!(busy.their_reference.as_deref(), Some("web1/k3J-000042"));
    let said = busy.said.as_deref().unwrap();
    assert!(said.contains("***") && !said.contains("bm9ib2R5"), "{said}");

    // The person sees the same, by the acceptance and by the connection that came of it.
    let id = pending["acceptance"]["id"].as_str().unwrap();
    let path = format!("/api/v1/acceptances/{id}/trace");
    let seen = carol
        .call("GET", &path, Value::Null)
        .await
        .assert(200)
        .json();
    assert_eq!(seen["lines"].as_array().unwrap().len(), expected.len());
    let listed = carol
        .call("GET", "/api/v1/connections", Value::Null)
        .await
        .json();
    let id = listed["items"][0]["id"].as_str().unwrap();
    let path = format!("/api/v1/connections/{id}/trace");
    let seen = carol
        .call("GET", &path, Value::Null)
        .await
        .assert(200)
        .json();
    assert_eq!(seen["lines"].as_array().unwrap().len(), expected.len());
    // Somebody else does not.
    let dave = dog.person("dave").await;
    dave.call("GET", &path, Value::Null).await.assert(404);
}

#[tokio::test]
async fn a_refusal_is_in_the_trail_of_both_servers_under_the_same_reference() {
    let net = Net::default();
    let cat = TestServer::new(&net, "cat.example.org").await;
    let dog = TestServer::new(&net, "dog.example.org").await;
    let (bob, carol) = (cat.person("bob").await, dog.person("carol").await);
    let invite = bob.invites().await;
    net.pass_ms(8 * 86_400_000);
    let running = dog.run_outbox();
    let refused = carol.accepts(&invite).await;
    drop(running);
    assert_eq!(refused.problem(), "invitation_expired");
    let reference = refused.headers["x-request-id"].to_str().unwrap();
    for (server, kind) in [(&cat, "invite.refused"), (&dog, "acceptance.settled")] {
        let found = audit(server).await;
        let found = found
            .iter()
            .find(|event| event.kind == kind && event.reference.as_deref() == Some(reference));
        let found = found.unwrap_or_else(|| panic!("no {kind}"));
        assert_eq!(
            found.result.as_deref(),
            Some("invitation_expired"),
            "{kind}"
        );
    }
}

#[tokio::test]
async fn a_stranger_cannot_write_into_somebody_elses_story_in_their_name() {
    let net = Net::default();
    let cat = TestServer::new(&net, "cat.example.org").await;
    let bob = cat.person("bob").await;
    let made = bob
        .call("POST", "/api/v1/invites", json!({}))
        .await
        .assert(201);
    let reference = made.headers["x-request-id"].to_str().unwrap().to_owned();
    let body = json!({
        "recipientProvider": "cat.example.org", "token": "x", "userID": "bob", "email": "", "name": "Bob",
    });
    let forged = Request::post("/ocm/invite-accepted")
        .header("content-type", "application/json")
        .header("x-request-id", &reference)
        .body(axum::body::Body::from(body.to_string()))
        .unwrap();
    cat.request(forged).await;
    let told = story(&cat, &reference).await;
    let whose: Vec<_> = told
        .lines
        .iter()
        .map(|line| (line.who, line.user.is_some()))
        .collect();
    assert_eq!(whose, [("person", true), ("stranger", false)]);
}

#[tokio::test]
async fn what_a_yes_that_makes_no_sense_said_is_kept_for_administrators_alone() {
    let net = Net::default();
    let dog = TestServer::new(&net, "dog.example.org").await;
    let carol = dog.person("carol").await;
    net.script("cat.example.org", |request| {
        if request.method == http::Method::GET {
            return answer(
                200,
                "application/json",
                discovery("cat.example.org", &["invites"]),
            );
        }
        let sent: Value = serde_json::from_slice(&request.body).unwrap();
        let said = format!("done {} for bob@example.org", sent["token"]);
        answer(200, "text/plain", said)
    });
    let running = dog.run_outbox();
    let invite = "bm9ib2R5LWtub3dzLXRoaXM@cat.example.org";
    let pending = carol.accepts(invite).await.assert(202).json();
    drop(running);
    let reference = pending["acceptance"]["reference"].as_str().unwrap();
    let told = story(&dog, reference).await;
    let answered = told
        .lines
        .iter()
        .find(|line| line.step == Step::Answered)
        .unwrap();
    assert_eq!((answered.status, &answered.said), (Some(200), &None));
    let fault = answered.fault.as_deref().unwrap();
    assert!(
        fault.contains("200: done") && fault.contains("bob@example.org"),
        "{fault}"
    );
    assert!(!fault.contains("bm9ib2R5"), "{fault}");
    let id = pending["acceptance"]["id"].as_str().unwrap();
    for path in [
        format!("/api/v1/acceptances/{id}"),
        format!("/api/v1/acceptances/{id}/trace"),
    ] {
        let seen = carol.call("GET", &path, Value::Null).await.assert(200);
        assert!(!seen.text.contains("bob@example.org"), "{}", seen.text);
    }
}
