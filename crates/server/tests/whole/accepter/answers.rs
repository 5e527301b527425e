//! What the other server may answer to an acceptance, and what is made of it.

use serde_json::{Value, json};

use super::{BOB, CAT, acceptance, acceptances, accepts, accepts_once, bodies};
use crate::support::{Net, TestServer, TlsFault, TransportError, answer, discovery, fingerprint};

/// A yes of this body: the connection as the API shows it.
async fn connected_by(status: u16, body: &str) -> Value {
    let net = Net::default();
    let dog = TestServer::new(&net, "dog.example.org").await;
    let (_dog, carol) = (dog.run_outbox(), dog.person("carol").await);
    super::answers(&net, status, "text/plain; charset=utf-8", body);
    let told = accepts(&carol).await.assert(200).json();
    assert_eq!(told["acceptance"]["state"], "connected");
    told["connection"].clone()
}

#[tokio::test]
async fn a_yes_with_200_or_201_connects_whatever_its_content_type() {
    for status in [200, 201] {
        let connection = connected_by(status, BOB).await;
        assert_eq!(connection["address"], "bob@cat.example.org");
        assert_eq!(
            (&connection["name"], &connection["email"]),
            (&json!("Bob"), &json!("bob@example.org"))
        );
        assert_eq!(
            (&connection["state"], &connection["generation"]),
            (&json!("connected"), &json!(1))
        );
    }
}

#[tokio::test]
async fn name_and_address_that_are_missing_are_made_from_the_identifier() {
    for body in [
        r#"{"userID":"bob"}"#,
        r#"{"userID":"bob","name":"","email":""}"#,
        r#"{"userID":"bob","name":" \n","email":null}"#,
        r#"{"userID":"bob","name":["Bob"],"email":{}}"#,
    ] {
        let connection = connected_by(200, body).await;
        let shown = (&connection["name"], &connection["email"]);
        assert_eq!(
            shown,
            (&json!("bob"), &json!("bob@cat.example.org")),
            "{body}"
        );
    }
}

#[tokio::test]
async fn identifiers_are_kept_as_they_came() {
    for (user_id, address) in [
        (
            "Ym9iQGNhdC5leGFtcGxlLm9yZw==",
            "Ym9iQGNhdC5leGFtcGxlLm9yZw==@cat.example.org",
        ),
        ("bob@cat.example.org", "bob@cat.example.org@cat.example.org"),
        (
            "bob@elsewhere.example.org",
            "bob@elsewhere.example.org@cat.example.org",
        ),
        ("BOB", "BOB@cat.example.org"),
    ] {
        let body = json!({ "userID": user_id, "email": "b@example.org", "name": "Bob" });
        let connection = connected_by(200, &body.to_string()).await;
        assert_eq!(connection["address"], address);
    }
}

#[tokio::test]
async fn names_that_would_deceive_are_cleaned() {
    let body = json!({
        "userID": "bob", "email": "bob\u{0}@exam\u{200b}ple.org",
        "name": "  Bob\u{202e}gpj.exe\u{2066}\r\n\u{7}Builder\u{feff} ",
    });
    let connection = connected_by(200, &body.to_string()).await;
    assert_eq!(connection["name"], "Bobgpj.exe Builder");
    assert_eq!(connection["email"], "bob@example.org");
    let unseen = json!({ "userID": "bob", "email": "b@example.org", "name": "\u{202e}\u{200b}" });
    let connection = connected_by(200, &unseen.to_string()).await;
    assert_eq!(
        connection["name"], "bob",
        "somebody without a name is listed by the identifier"
    );
}

#[tokio::test]
async fn a_name_like_a_book_is_replaced_by_the_identifier() {
    let body = json!({ "userID": "bob", "email": "e".repeat(20_000), "name": "n".repeat(40_000) });
    let connection = connected_by(200, &body.to_string()).await;
    let shown = (&connection["name"], &connection["email"]);
    assert_eq!(shown, (&json!("bob"), &json!("bob@cat.example.org")));
    let long = json!({ "userID": "bob", "email": "", "name": "ö".repeat(400) });
    let name = connected_by(200, &long.to_string()).await["name"].clone();
    assert_eq!(name.as_str().unwrap().chars().count(), 255);
}

/// An answer that settles nothing: pending for this reason, in nobody's list, and connected when the server is mended.
async fn pends(status: u16, kind: &'static str, body: &str, code: &str) {
    let net = Net::default();
    let dog = TestServer::new(&net, "dog.example.org").await;
    let carol = dog.person("carol").await;
    super::answers(&net, status, kind, body);
    let pending = accepts_once(&carol).await.assert(202).json();
    assert!(pending["connection"].is_null());
    let waits_for = &pending["acceptance"]["waits_for"];
    assert_eq!(
        waits_for["code"],
        code,
        "{status} {}",
        &body[..body.len().min(99)]
    );
    assert!(waits_for["detail"].as_str().unwrap().contains(CAT));
    assert!(pending["acceptance"]["next_try_at"].is_string());
    assert!(carol.lists().await.is_empty());
    super::answers(&net, 200, "application/json", BOB);
    net.pass_ms(1_000);
    dog.drive().await;
    assert_eq!(carol.lists().await, ["Bob"]);
    let id = pending["acceptance"]["id"].as_str().unwrap();
    let settled = acceptance(&carol, id).await;
    assert_eq!(settled["state"], "connected");
    assert!(settled["waits_for"].is_null() && settled["next_try_at"].is_null());
}

#[tokio::test]
async fn a_yes_that_names_nobody_is_none() {
    let long = json!({ "userID": "u".repeat(2_000), "email": "", "name": "Bob" }).to_string();
    for body in [
        "",
        "{}",
        "null",
        "[]",
        "\"bob\"",
        "OK",
        "<html><body>Welcome</body></html>",
        "{\"userID\":",
        r#"{"userID":"","email":"b@example.org","name":"Bob"}"#,
        r#"{"userID":"  \n","email":"b@example.org","name":"Bob"}"#,
        r#"{"userID":null,"email":"b@example.org","name":"Bob"}"#,
        r#"{"userID":42,"email":"b@example.org","name":"Bob"}"#,
        r#"{"userID":["bob"],"email":"b@example.org","name":"Bob"}"#,
        r#"{"userId":"bob","email":"b@example.org","name":"Bob"}"#,
        r#"{"userID":"bo\u0000b","email":"b@example.org","name":"Bob"}"#,
        &long,
    ] {
        pends(200, "application/json", body, "peer_answer_invalid").await;
    }
}

#[tokio::test]
async fn an_answer_larger_than_any_answer_is_none() {
    let book = json!({ "userID": "bob", "email": "", "name": "n".repeat(100_000) });
    pends(
        200,
        "application/json",
        &book.to_string(),
        "peer_answer_invalid",
    )
    .await;
}

#[tokio::test]
async fn a_server_in_trouble_is_waited_for() {
    for (status, kind, code) in [
        (404, "text/html", "peer_answer_invalid"),
        (408, "text/html", "peer_failed"),
        (425, "text/html", "peer_failed"),
        (429, "text/html", "peer_busy"),
        (500, "application/json", "peer_failed"),
        (501, "text/plain", "peer_failed"),
        (502, "text/html", "peer_failed"),
        (503, "text/html", "peer_failed"),
        (504, "text/html", "peer_failed"),
        (599, "text/html", "peer_failed"),
        (101, "text/html", "peer_answer_invalid"),
        (206, "text/html", "peer_answer_invalid"),
    ] {
        pends(status, kind, "<html>", code).await;
    }
}

#[tokio::test]
async fn a_redirect_is_never_followed() {
    for status in [300, 301, 302, 303, 307, 308] {
        pends(status, "text/html", "", "peer_redirected").await;
    }
    let net = Net::default();
    let dog = TestServer::new(&net, "dog.example.org").await;
    let carol = dog.person("carol").await;
    net.script("evil.example.org", |_| answer(200, "application/json", BOB));
    net.script(CAT, |request| match request.method {
        http::Method::GET => answer(200, "application/json", discovery(CAT, &["invites"])),
        _ => answer(302, "text/html", "").map(|mut answer| {
            let location = (
                "location".to_owned(),
                "https://evil.example.org/ocm/invite-accepted".to_owned(),
            );
            answer.headers.push(location);
            answer
        }),
    });
    accepts_once(&carol).await.assert(202);
    assert_eq!(net.posted("").len(), 1);
    assert!(carol.lists().await.is_empty());
}

fn tls(fault: TlsFault) -> TransportError {
    let reason = "what the library said".to_owned();
    TransportError::Tls { fault, reason }
}

#[tokio::test]
async fn silence_broken_lines_and_bad_certificates_are_told_apart_and_waited_for() {
    let stage = crate::support::Stage::Answer;
    for (error, code) in [
        (TransportError::Timeout { stage }, "timeout"),
        (
            TransportError::Io {
                reason: "reset".to_owned(),
            },
            "network_failed",
        ),
        (tls(TlsFault::Expired), "tls_expired"),
        (tls(TlsFault::WrongName), "tls_wrong_name"),
        (tls(TlsFault::UnknownIssuer), "tls_unknown_issuer"),
        (tls(TlsFault::Other), "tls_failed"),
        (
            TransportError::NotHttp {
                reason: "garbage".to_owned(),
            },
            "peer_answer_invalid",
        ),
        (TransportError::ConnectionRefused, "connection_refused"),
    ] {
        let net = Net::default();
        let dog = TestServer::new(&net, "dog.example.org").await;
        let carol = dog.person("carol").await;
        net.script(CAT, move |request| match request.method {
            http::Method::GET => answer(200, "application/json", discovery(CAT, &["invites"])),
            _ => Err(error.clone()),
        });
        let pending = accepts_once(&carol).await.assert(202).json();
        assert_eq!(pending["acceptance"]["waits_for"]["code"], code);
        super::answers(&net, 200, "application/json", BOB);
        net.pass_ms(1_000);
        dog.drive().await;
        assert_eq!(carol.lists().await, ["Bob"]);
    }
}

#[tokio::test]
async fn a_server_that_names_a_time_is_left_alone_until_then() {
    for (status, wish, wait) in [
        (503, "120", 120),
        (429, "30", 30),
        (503, "999999999", 1),
        (503, "soon", 1),
        (503, "-5", 1),
    ] {
        let net = Net::default();
        let dog = TestServer::new(&net, "dog.example.org").await;
        let carol = dog.person("carol").await;
        net.script(CAT, move |request| match request.method {
            http::Method::GET => answer(200, "application/json", discovery(CAT, &["invites"])),
            _ => answer(status, "text/html", "").map(|mut answer| {
                answer
                    .headers
                    .push(("retry-after".to_owned(), wish.to_owned()));
                answer
            }),
        });
        accepts_once(&carol).await.assert(202);
        super::answers(&net, 200, "application/json", BOB);
        if wait > 1 {
            net.pass_ms(wait * 1_000 - 1);
            dog.drive().await;
            assert_eq!(
                bodies(&net, "/invite-accepted").len(),
                1,
                "{wish}: too early"
            );
            net.pass_ms(1);
        } else {
            net.pass_ms(1_000);
        }
        dog.drive().await;
        assert_eq!(carol.lists().await, ["Bob"], "{wish}");
    }
}

#[tokio::test]
async fn a_clear_no_ends_the_acceptance_and_is_quoted_without_tricks() {
    for (status, kind, body, code, quoted) in [
        (
            400,
            "application/json",
            r#"{"message":"Invitation expired","error":true}"#,
            "invitation_expired",
            "Invitation expired",
        ),
        (
            400,
            "text/plain",
            "Invalid or expired invite token",
            "invitation_unknown",
            "Invalid or expired invite token",
        ),
        (
            400,
            "text/html",
            "<html>Bad Request</html>",
            "invitation_unknown",
            "400",
        ),
        (
            404,
            "application/json",
            r#"{"code":"RESOURCE_NOT_FOUND","message":"token not found"}"#,
            "invitation_unknown",
            "token not found",
        ),
        (
            401,
            "text/plain",
            "signature required",
            "signature_missing_there",
            "signature required",
        ),
        (
            403,
            "text/plain",
            "peer identity mismatch",
            "signature_wrong_host_there",
            "peer identity mismatch",
        ),
        (
            400,
            "application/json",
            "{\"message\":\"no\\u202e\\u0007pe\"}",
            "invitation_unknown",
            "nope",
        ),
        (
            415,
            "application/json",
            r#"{"message":"UNSUPPORTED_MEDIA_TYPE"}"#,
            "peer_refused",
            "UNSUPPORTED_MEDIA_TYPE",
        ),
        (405, "text/html", "", "peer_refused", "405"),
        (
            400,
            "application/json",
            r#"{"problem":"invitation_expired"}"#,
            "invitation_expired",
            "",
        ),
        (
            403,
            "application/json",
            r#"{"problem":"signature_clock"}"#,
            "signature_clock_there",
            "",
        ),
        (
            400,
            "application/json",
            r#"{"problem":"already_connected"}"#,
            "peer_refused",
            "400 already_connected",
        ),
        (
            400,
            "application/json",
            r#"{"problem":"internal"}"#,
            "peer_refused",
            "400 internal",
        ),
    ] {
        let net = Net::default();
        let dog = TestServer::new(&net, "dog.example.org").await;
        let carol = dog.person("carol").await;
        super::answers(&net, status, kind, body);
        let told = accepts_once(&carol).await;
        assert_eq!(told.problem(), code, "{status} {body}");
        assert!((400..600).contains(&told.status), "{}", told.status);
        let words = told.json();
        let words = format!("{} {} {}", words["title"], words["detail"], words["remedy"]);
        assert!(words.contains(quoted), "{body}: {words}");
        assert!(carol.lists().await.is_empty());
        let over = &acceptances(&carol).await[0];
        assert_eq!(
            (&over["state"], &over["reason"]["code"]),
            (&json!("refused"), &json!(code))
        );
        let before = fingerprint(&dog).await;
        net.pass_ms(3_600 * 1_000);
        dog.drive().await;
        assert_eq!(fingerprint(&dog).await, before);
        assert_eq!(
            bodies(&net, "/invite-accepted").len(),
            1,
            "a no is not asked again"
        );
    }
}

#[tokio::test]
async fn a_no_names_the_server_that_said_it() {
    for (status, code) in [(400, "invitation_unknown"), (403, "not_trusted_there")] {
        let net = Net::default();
        let dog = TestServer::new(&net, "dog.example.org").await;
        let carol = dog.person("carol").await;
        super::answers(&net, status, "application/json", r#"{"message":"no"}"#);
        let told = accepts_once(&carol).await;
        assert_eq!(told.problem(), code);
        let title = told.json()["title"].as_str().unwrap().to_owned();
        let detail = told.json()["detail"].as_str().unwrap().to_owned();
        assert!(
            title.contains(CAT) || detail.contains(CAT),
            "{title} {detail}"
        );
    }
}

#[tokio::test]
async fn an_endless_error_message_is_quoted_in_part() {
    let net = Net::default();
    let dog = TestServer::new(&net, "dog.example.org").await;
    let carol = dog.person("carol").await;
    super::answers(
        &net,
        400,
        "application/json",
        json!({ "message": "x".repeat(50_000) }).to_string(),
    );
    let told = accepts_once(&carol).await;
    assert_eq!(told.problem(), "invitation_unknown");
    assert!(told.text.len() < 3_000, "{}", told.text.len());
}

#[tokio::test]
async fn after_a_no_the_same_invitation_can_be_tried_anew() {
    let net = Net::default();
    let dog = TestServer::new(&net, "dog.example.org").await;
    let carol = dog.person("carol").await;
    super::answers(&net, 403, "text/plain", "provider not trusted");
    assert_eq!(accepts_once(&carol).await.problem(), "not_trusted_there");
    super::answers(&net, 200, "application/json", BOB);
    accepts_once(&carol).await.assert(200);
    assert_eq!(carol.lists().await, ["Bob"]);
    assert_eq!(acceptances(&carol).await.as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_later_yes_brings_the_present_name_and_address_of_the_inviter() {
    let net = Net::default();
    let dog = TestServer::new(&net, "dog.example.org").await;
    let carol = dog.person("carol").await;
    super::answers(&net, 200, "application/json", BOB);
    accepts_once(&carol).await.assert(200);
    let robert = BOB.replace("\"Bob\"", "\"Robert\"");
    super::answers(&net, 200, "application/json", robert);
    let running = dog.run_outbox();
    let another = carol.accepts(&format!("another-token@{CAT}")).await;
    another.assert(200);
    drop(running);
    assert_eq!(carol.lists().await, ["Robert"]);
}

#[tokio::test]
async fn an_address_that_begins_like_the_account_is_somebodys_own_unless_it_ends_like_their_server()
{
    let net = Net::default();
    let dog = TestServer::new(&net, "dog.example.org").await;
    let (_dog, carol) = (dog.run_outbox(), dog.person("carol").await);
    for (number, (id, email, own)) in [
        ("bob", "bob@example.org", true),
        ("dan", "dan.brown@cat.example.org", true),
        ("eve", "eve@cat.example.org", false),
        (
            "4c51@https://cat.example.org",
            "4c51@cat.example.org",
            false,
        ),
        (
            "4c52@https://cat.example.org",
            "4c52@https://cat.example.org@cat.example.org",
            false,
        ),
        ("mallory", "", false),
    ]
    .into_iter()
    .enumerate()
    {
        let body = json!({ "userID": id, "email": email, "name": format!("Person {number}") });
        super::answers(&net, 200, "application/json", body.to_string());
        carol
            .accepts(&format!("token-{number}@{CAT}"))
            .await
            .assert(200);
        let copy = carol
            .call("GET", "/api/v1/me/copy?format=vcard", Value::Null)
            .await;
        let cards = copy.assert(200).text.replace("\r\n ", "");
        let card = cards
            .split("BEGIN:VCARD")
            .find(|card| card.contains(&format!("FN:Person {number}")));
        let card = card.unwrap_or_else(|| panic!("{cards}"));
        assert_eq!(
            card.contains(&format!("EMAIL:{email}")) && !email.is_empty(),
            own,
            "{card}"
        );
        assert_eq!(card.contains("EMAIL"), own, "{card}");
    }
}

#[tokio::test]
async fn a_copy_of_everything_has_what_is_still_under_way_and_no_token() {
    let net = Net::default();
    let dog = TestServer::new(&net, "dog.example.org").await;
    let _running = dog.run_outbox();
    let carol = dog.person("carol").await;
    let token = "a-secret-for-two";
    let accepted = carol.accepts(&format!("{token}@{CAT}")).await;
    accepted.assert(202);
    let copy = carol.call("GET", "/api/v1/me/copy", Value::Null).await;
    let text = copy.assert(200).text;
    assert!(!text.contains(token), "{text}");
    let copy: Value = serde_json::from_str(&text).unwrap();
    let acceptance = &copy["acceptances"][0];
    assert_eq!(acceptance["server"], CAT, "{copy:#}");
    assert_eq!(acceptance["state"], "pending", "{copy:#}");
    let trail = copy["trail"].as_array().unwrap();
    let started = trail
        .iter()
        .find(|event| event["kind"] == "acceptance.started");
    assert_eq!(started.unwrap()["server"], CAT, "{copy:#}");
}
