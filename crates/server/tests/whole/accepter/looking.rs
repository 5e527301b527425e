//! What the other server is, is found out before anything about the person who accepts is written or sent.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};
use symbolon_proto::language::Language;
use symbolon_server::actions::trace::{Step, Story};
use symbolon_server::departures;
use symbolon_store::departures::BeginDeparture;
use symbolon_store::trace::{LoadTrace, Thread};

use super::{BOB, CAT, acceptances, accepts, accepts_once};
use crate::support::{
    Net, OutboundResponse, Person, Stage, TestServer, TlsFault, TransportError, answer, audit,
    discovery, fingerprint,
};

/// Accepting fails with this problem, and nothing but the trail knows of it.
async fn refused_without_a_trace(net: &Net, carol: &Person<'_>, code: &str) -> Value {
    let before = fingerprint(carol.server).await;
    let told = accepts(carol).await;
    assert_eq!(told.problem(), code, "{}", told.text);
    assert!(told.json()["detail"].as_str().unwrap().contains(CAT));
    assert_eq!(fingerprint(carol.server).await, before);
    assert_eq!(acceptances(carol).await, json!([]));
    assert!(net.posted("").is_empty(), "nothing about carol was sent");
    let reference = told.headers["x-request-id"].to_str().unwrap();
    let mut trail = audit(carol.server).await;
    trail.retain(|event| event.reference.as_deref() == Some(reference));
    assert_eq!(trail.len(), 1, "{trail:?}");
    assert_eq!(trail[0].kind, "acceptance.refused");
    assert_eq!(trail[0].result.as_deref(), Some(code));
    assert_eq!(trail[0].peer.as_deref(), Some(CAT));
    told.json()
}

#[tokio::test]
async fn documents_of_other_kinds_are_refused_whatever_their_status() {
    let http = discovery(CAT, &["invites"]).replace("https://", "ftp://");
    for (status, body, code) in [
        (404, String::new(), "not_an_ocm_server"),
        (404, discovery(CAT, &["invites"]), "not_an_ocm_server"),
        (403, "<html>".to_owned(), "not_an_ocm_server"),
        (204, String::new(), "not_an_ocm_server"),
        (200, "null".to_owned(), "not_an_ocm_server"),
        (200, "[]".to_owned(), "not_an_ocm_server"),
        (200, "{}".to_owned(), "not_an_ocm_server"),
        (200, r#"{"enabled":"yes"}"#.to_owned(), "not_an_ocm_server"),
        (200, r#"{"enabled":true}"#.to_owned(), "not_an_ocm_server"),
        (200, http, "not_an_ocm_server"),
        (
            200,
            discovery("cat.example.org:8443", &["invites"]),
            "peer_misnamed",
        ),
        (
            200,
            discovery("cat.example.org.evil.example.org", &["invites"]),
            "peer_misnamed",
        ),
        (200, r#"{"enabled":false}"#.to_owned(), "ocm_disabled_there"),
        (200, discovery(CAT, &[]), "no_invitations_there"),
        (
            200,
            discovery(CAT, &["notifications", "http-sig"]),
            "no_invitations_there",
        ),
    ] {
        let net = Net::default();
        let dog = TestServer::new(&net, "dog.example.org").await;
        let carol = dog.person("carol").await;
        net.script(CAT, move |_| {
            answer(status, "application/json", body.clone())
        });
        refused_without_a_trace(&net, &carol, code).await;
    }
}

#[tokio::test]
async fn a_document_of_ten_megabytes_is_an_answer_that_makes_no_sense() {
    let net = Net::default();
    let dog = TestServer::new(&net, "dog.example.org").await;
    let carol = dog.person("carol").await;
    net.script(CAT, |_| {
        answer(200, "application/json", vec![b' '; 10_000_000])
    });
    refused_without_a_trace(&net, &carol, "peer_answer_invalid").await;
}

#[tokio::test]
async fn a_server_that_sends_us_elsewhere_is_named_and_not_followed() {
    let net = Net::default();
    let dog = TestServer::new(&net, "dog.example.org").await;
    let carol = dog.person("carol").await;
    net.script(CAT, |_| {
        let to = "https://evil.example.org/".to_owned();
        Err(TransportError::Redirected { to })
    });
    refused_without_a_trace(&net, &carol, "peer_redirected").await;
    let sent = net.sent.lock().unwrap();
    assert!(
        sent.iter()
            .all(|request| request.url.starts_with("https://cat.example.org/"))
    );
}

#[tokio::test]
async fn a_private_address_behind_the_name_is_refused_for_good() {
    let net = Net::default();
    let dog = TestServer::new(&net, "dog.example.org").await;
    let carol = dog.person("carol").await;
    net.script(CAT, |_| {
        Err(TransportError::AddressNotAllowed(
            "10.0.0.1".parse().unwrap(),
        ))
    });
    refused_without_a_trace(&net, &carol, "address_not_allowed").await;
}

#[tokio::test]
async fn a_server_that_cannot_be_asked_just_now_gets_the_benefit_of_the_doubt() {
    let failed: [(fn() -> _, &str); 7] = [
        (|| answer(500, "text/html", "<html>"), "peer_failed"),
        (|| answer(503, "text/html", ""), "peer_failed"),
        (|| answer(429, "text/html", ""), "peer_busy"),
        (
            || {
                Err(TransportError::NameNotFound {
                    host: CAT.to_owned(),
                    reason: "no such name".to_owned(),
                })
            },
            "name_not_found",
        ),
        (
            || Err(TransportError::ConnectionRefused),
            "connection_refused",
        ),
        (
            || {
                Err(TransportError::Timeout {
                    stage: crate::support::Stage::Connect,
                })
            },
            "timeout",
        ),
        (
            || {
                Err(TransportError::Tls {
                    fault: TlsFault::Expired,
                    reason: "expired".to_owned(),
                })
            },
            "tls_expired",
        ),
    ];
    for (failure, code) in failed {
        let net = Net::default();
        let dog = TestServer::new(&net, "dog.example.org").await;
        let carol = dog.person("carol").await;
        net.script(CAT, move |_| failure());
        let pending = accepts_once(&carol).await.assert(202).json();
        let waits_for = &pending["acceptance"]["waits_for"];
        assert_eq!(waits_for["code"], code);
        assert!(waits_for["detail"].as_str().unwrap().contains(CAT));
        assert!(net.posted("").is_empty());
        super::answers(&net, 200, "application/json", BOB);
        net.pass_ms(5_000);
        dog.drive().await;
        assert_eq!(carol.lists().await, ["Bob"]);
    }
}

#[tokio::test]
async fn a_server_that_describes_itself_at_the_old_path_only_is_found_there() {
    let first: [fn() -> _; 4] = [
        || answer(404, "text/html", "<html>"),
        || answer(200, "text/html", "<html>"),
        || {
            Err(TransportError::Redirected {
                to: "https://www.example.org/".to_owned(),
            })
        },
        || Err(TransportError::TooLarge { limit: 1 }),
    ];
    for well_known in first {
        let net = Net::default();
        let dog = TestServer::new(&net, "dog.example.org").await;
        let (_dog, carol) = (dog.run_outbox(), dog.person("carol").await);
        net.script(CAT, move |request| match request.url.as_str() {
            "https://cat.example.org/.well-known/ocm" => well_known(),
            "https://cat.example.org/ocm-provider" => {
                answer(200, "application/json", discovery(CAT, &["invites"]))
            }
            _ => answer(200, "application/json", BOB),
        });
        accepts(&carol).await.assert(200);
        assert_eq!(carol.lists().await, ["Bob"]);
    }
}

#[tokio::test]
async fn a_server_that_is_being_moved_is_waited_for_once_somebody_has_accepted() {
    for (body, code) in [
        ("<html>", "not_an_ocm_server"),
        (r#"{"enabled":false}"#, "ocm_disabled_there"),
    ] {
        let net = Net::default();
        let dog = TestServer::new(&net, "dog.example.org").await;
        let carol = dog.person("carol").await;
        super::answers(&net, 502, "text/html", "");
        accepts_once(&carol).await.assert(202);
        net.script(CAT, move |_| answer(200, "text/html", body));
        net.pass_ms(10 * 60_000);
        dog.drive().await;
        assert_eq!(acceptances(&carol).await[0]["waits_for"]["code"], code);
        super::answers(&net, 200, "application/json", BOB);
        net.pass_ms(10 * 60_000);
        dog.drive().await;
        assert_eq!(carol.lists().await, ["Bob"]);
    }
}

#[tokio::test]
async fn every_way_of_naming_the_capability_counts() {
    for capability in ["invites", "/invites", "invite-accepted", "/invite-accepted"] {
        let net = Net::default();
        let dog = TestServer::new(&net, "dog.example.org").await;
        let (_dog, carol) = (dog.run_outbox(), dog.person("carol").await);
        net.script(CAT, move |request| {
            let asked = request.method == http::Method::GET;
            let document = discovery(CAT, &[capability]);
            answer(
                200,
                "text/plain",
                if asked { document } else { BOB.to_owned() },
            )
        });
        accepts(&carol).await.assert(200);
    }
}

#[tokio::test]
async fn a_remembered_document_serves_while_the_server_cannot_describe_itself() {
    let net = Net::default();
    let dog = TestServer::new(&net, "dog.example.org").await;
    let (_dog, carol) = (dog.run_outbox(), dog.person("carol").await);
    super::answers(&net, 200, "application/json", BOB);
    accepts(&carol).await.assert(200);
    net.script(CAT, |request| match request.method {
        http::Method::GET => answer(500, "text/html", ""),
        _ => answer(
            200,
            "application/json",
            r#"{"userID":"eve","email":"","name":"Eve"}"#,
        ),
    });
    net.pass_ms(3_600 * 1_000);
    carol.accepts(&format!("another@{CAT}")).await.assert(200);
    assert_eq!(carol.lists().await, ["Eve", "Bob"]);
}

#[tokio::test]
async fn a_server_that_joins_later_is_found_without_a_restart_here() {
    let net = Net::default();
    let dog = TestServer::new(&net, "dog.example.org").await;
    let carol = dog.person("carol").await;
    net.script(CAT, |_| answer(404, "text/html", "<html>"));
    refused_without_a_trace(&net, &carol, "not_an_ocm_server").await;
    super::answers(&net, 200, "application/json", BOB);
    accepts_once(&carol).await.assert(200);
    assert_eq!(carol.lists().await, ["Bob"]);
}

#[tokio::test]
async fn a_gesture_that_is_refused_at_once_has_a_story_with_all_that_the_other_server_said() {
    let net = Net::default();
    let dog = TestServer::new(&net, "dog.example.org").await;
    let carol = dog.person("carol").await;
    let long = format!("closed for {}the summer", "a long part of ".repeat(40));
    let said = json!({ "message": long }).to_string();
    net.script(CAT, move |_| answer(403, "application/json", said.clone()));
    let told = refused_without_a_trace(&net, &carol, "not_an_ocm_server").await;
    let detail = told["detail"].as_str().unwrap();
    assert!(detail.contains("403: closed for") && !detail.contains("summer"));
    let thread = Thread::Reference(told["reference"].as_str().unwrap().to_owned());
    let trace = dog.app.store.read(LoadTrace { thread, only: None }).await;
    let story = Story::of(&trace.unwrap(), Language::En);
    assert_eq!(story.lines.len(), 1);
    let line = &story.lines[0];
    assert_eq!(
        (line.step, line.who, line.status),
        (Step::Gesture, "person", Some(403))
    );
    assert_eq!(line.said.as_ref(), Some(&format!("403: {long}")));
    assert!(!line.went_well());
}

#[tokio::test]
async fn nobody_fills_the_trail_with_gestures_that_come_to_nothing() {
    let net = Net::default();
    let dog = TestServer::new(&net, "dog.example.org").await;
    let carol = dog.person("carol").await;
    for _ in 0..15 {
        carol.accepts("no invitation").await.assert(400);
    }
    for number in 0..120 {
        let invite = format!("some-token@s{number}.example.org");
        let body = json!({ "invite": invite, "provider": "another.example.org" });
        let told = carol.call("POST", "/api/v1/acceptances", body).await;
        assert_eq!(told.problem(), "provider_mismatch");
    }
    let mut trail = audit(&dog).await;
    trail.retain(|event| event.kind == "acceptance.refused");
    let (alike, others): (Vec<_>, Vec<_>) = trail.iter().partition(|event| event.peer.is_none());
    assert_eq!((alike.len(), others.len()), (10, 10));
    assert_eq!(others[0].data["chosen"], "another.example.org");
    assert_eq!(others[9].data["more_not_recorded"], true);
}

#[tokio::test]
async fn one_persons_refused_acceptances_do_not_keep_those_of_others_out_of_the_trail() {
    let net = Net::default();
    let dog = TestServer::new(&net, "dog.example.org").await;
    let (eve, carol) = (dog.person("eve").await, dog.person("carol").await);
    let refused = async |person: &Person<'_>, number: u32| {
        let invite = format!("some-token@s{number}.example.org");
        let body = json!({ "invite": invite, "provider": "another.example.org" });
        let told = person.call("POST", "/api/v1/acceptances", body).await;
        assert_eq!(told.problem(), "provider_mismatch");
    };
    for number in 0..120 {
        refused(&eve, number).await;
    }
    refused(&carol, 7).await;
    let mut trail = audit(&dog).await;
    trail.retain(|event| event.kind == "acceptance.refused");
    let of = |person: &Person<'_>| {
        let of_them = trail
            .iter()
            .filter(|event| event.user.as_ref() == Some(&person.id));
        of_them.count()
    };
    assert_eq!((of(&eve), of(&carol)), (20, 1));
}

/// What a server answers at its two paths.
type Answered = fn() -> Result<OutboundResponse, TransportError>;

#[tokio::test]
async fn of_the_answers_at_two_paths_the_one_that_says_most_is_told_whole() {
    let misnamed: Answered = || {
        answer(
            200,
            "application/json",
            discovery("emu.example.org", &["invites"]),
        )
    };
    let elsewhere: Answered = || {
        let to = "https://evil.example.org/".to_owned();
        Err(TransportError::Redirected { to })
    };
    let missing: Answered = || answer(404, "text/plain", "nothing here");
    let silent: Answered = || {
        let stage = Stage::Answer;
        Err(TransportError::Timeout { stage })
    };
    for (first, second, code, said) in [
        (misnamed, elsewhere, "peer_misnamed", None),
        (misnamed, missing, "peer_misnamed", None),
        (missing, misnamed, "peer_misnamed", None),
        (elsewhere, missing, "peer_redirected", None),
        (missing, elsewhere, "peer_redirected", None),
        (misnamed, silent, "peer_misnamed", None),
        (elsewhere, silent, "peer_redirected", None),
        (
            missing,
            missing,
            "not_an_ocm_server",
            Some("404: nothing here"),
        ),
    ] {
        let net = Net::default();
        let dog = TestServer::new(&net, "dog.example.org").await;
        let carol = dog.person("carol").await;
        net.script(CAT, move |request| {
            match request.url.ends_with("/ocm-provider") {
                false => first(),
                true => second(),
            }
        });
        refused_without_a_trace(&net, &carol, code).await;
        let trail = audit(&dog).await;
        let data = &trail.last().unwrap().data;
        assert_eq!(data["said"].as_str(), said, "{code}");
    }
}

#[tokio::test]
async fn whoever_left_while_their_acceptance_looked_at_the_other_server_connects_nobody() {
    let net = Net::default();
    let dog = TestServer::new(&net, "dog.example.org").await;
    let carol = dog.person("carol").await;
    let (app, id) = (dog.app.clone(), carol.id.clone());
    let leaves = Arc::new(AtomicBool::new(true));
    net.script(CAT, move |request| {
        if !request.url.ends_with("/.well-known/ocm") {
            return answer(200, "application/json", BOB);
        }
        if leaves.swap(false, Ordering::SeqCst) {
            let begin = BeginDeparture {
                user: id.clone(),
                moment: app.moment("carol leaves"),
            };
            let app = app.clone();
            let left = std::thread::spawn(move || {
                let mut runtime = tokio::runtime::Builder::new_current_thread();
                runtime.enable_all().build().unwrap().block_on(async {
                    assert!(app.store.write(begin).await.unwrap());
                    departures::drive(&app).await.unwrap();
                });
            });
            left.join().unwrap();
        }
        answer(200, "application/json", discovery(CAT, &["invites"]))
    });
    let refused = accepts_once(&carol).await;
    assert_eq!(refused.problem(), "account_disabled", "{}", refused.text);
    dog.drive().await;
    assert!(
        net.posted("").is_empty(),
        "nothing was sent in nobody's name"
    );
    let events = audit(&dog).await;
    let has = |kind: &str| events.iter().any(|event| event.kind == kind);
    assert!(has("user.left") && !has("acceptance.started") && !has("connection.connected"));
}
