//! 409: said by some servers to a repeat, by some to a stranger, and by ours to a request from before a disconnect.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};

use super::{BOB, CAT, acceptance, acceptances, accepts, accepts_once, answers, bodies};
use crate::support::{Net, OutboundResponse, Stage, TestServer, TransportError, answer, discovery};

const BARE: &str = r#"{"message":"Invite already accepted","error":true}"#;

fn stale(generation: impl Into<Value>) -> String {
    json!({ "problem": "connection_stale", "connection": { "generation": generation.into() } })
        .to_string()
}

fn floors(net: &Net) -> Vec<Value> {
    let sent = bodies(net, "/invite-accepted");
    sent.iter()
        .map(|body| body["connection"]["floor"].clone())
        .collect()
}

#[tokio::test]
async fn a_bare_409_to_a_first_acceptance_means_that_somebody_else_was_faster() {
    for body in [
        BARE,
        "",
        "<html>",
        "null",
        r#"{"connection":{}}"#,
        r#"{"connection":"4"}"#,
        r#"{"userID":""}"#,
    ] {
        let net = Net::default();
        let dog = TestServer::new(&net, "dog.example.org").await;
        let carol = dog.person("carol").await;
        answers(&net, 409, "application/json", body);
        let told = accepts_once(&carol).await.assert(409);
        assert_eq!(told.problem(), "invitation_used_up", "{body}");
        assert!(carol.lists().await.is_empty());
    }
}

const NAMES_BOB: [&str; 3] = [
    BOB,
    r#"{"userID":"bob","email":"","name":""}"#,
    r#"{"userID":"bob","connection":{"generation":4}}"#,
];

#[tokio::test]
async fn a_409_that_says_who_invited_is_a_yes_to_a_repeat() {
    for body in NAMES_BOB {
        let net = Net::default();
        let dog = TestServer::new(&net, "dog.example.org").await;
        let carol = dog.person("carol").await;
        answers(&net, 502, "text/html", "");
        accepts_once(&carol).await.assert(202);
        answers(&net, 409, "application/json", body);
        net.pass_ms(20 * 60_000);
        dog.drive().await;
        let one = &acceptances(&carol).await[0];
        assert_eq!(one["state"], "connected", "{one}");
        assert_eq!(carol.lists().await.len(), 1);
    }
}

/// A server in the field names the inviter to everybody with the token, and keeps the connection for the first one only.
#[tokio::test]
async fn a_409_that_says_who_invited_to_a_first_acceptance_means_that_somebody_else_was_faster() {
    for body in NAMES_BOB {
        let net = Net::default();
        let dog = TestServer::new(&net, "dog.example.org").await;
        let carol = dog.person("carol").await;
        answers(&net, 409, "application/json", body);
        let told = accepts_once(&carol).await.assert(409);
        assert_eq!(told.problem(), "invitation_used_up", "{body}");
        assert!(carol.lists().await.is_empty());
    }
}

#[tokio::test]
async fn a_bare_409_after_a_disconnect_restores_who_was_connected_by_the_same_invitation() {
    let net = Net::default();
    let dog = TestServer::new(&net, "dog.example.org").await;
    let (_dog, carol) = (dog.run_outbox(), dog.person("carol").await);
    answers(&net, 200, "application/json", BOB);
    let first = accepts(&carol).await.assert(200).json();
    carol.disconnects().await.assert(200);
    answers(&net, 409, "application/json", BARE);
    let again = accepts(&carol).await.assert(200).json();
    let told = |connected: &Value, member: &str| connected["connection"][member].clone();
    for member in ["id", "address", "name", "email"] {
        assert_eq!(told(&first, member), told(&again, member));
    }
    assert_eq!(
        (told(&first, "generation"), told(&again, "generation")),
        (json!(1), json!(2))
    );
    assert_eq!(told(&again, "told"), Value::Null);
}

#[tokio::test]
async fn a_bare_409_restores_nothing_for_another_invitation_or_another_person() {
    let net = Net::default();
    let dog = TestServer::new(&net, "dog.example.org").await;
    let (_dog, carol) = (dog.run_outbox(), dog.person("carol").await);
    let dave = dog.person("dave").await;
    answers(&net, 200, "application/json", BOB);
    accepts(&carol).await.assert(200);
    carol.disconnects().await.assert(200);
    answers(&net, 409, "application/json", BARE);
    let other = carol.accepts(&format!("another-token@{CAT}")).await;
    assert_eq!(other.problem(), "invitation_used_up");
    assert_eq!(accepts(&dave).await.problem(), "invitation_used_up");
    assert!(dave.lists().await.is_empty() && carol.lists().await.is_empty());
}

#[tokio::test]
async fn while_they_are_connected_the_same_invitation_is_sent_again_only_to_a_server_that_tells_of_no_disconnects()
 {
    let keeps = r#"{"userID":"bob","email":"","name":"Bob","connection":{"generation":1}}"#;
    for (yes, sent) in [(keeps, 1), (BOB, 2)] {
        let net = Net::default();
        let dog = TestServer::new(&net, "dog.example.org").await;
        let (_dog, carol) = (dog.run_outbox(), dog.person("carol").await);
        answers(&net, 200, "application/json", yes);
        accepts(&carol).await.assert(200);
        answers(&net, 409, "application/json", BARE);
        let again = accepts(&carol).await.assert(200).json();
        assert_eq!(bodies(&net, "/invite-accepted").len(), sent);
        assert_eq!(carol.lists().await, ["Bob"]);
        let tells = &again["connection"]["tells_of_disconnects"];
        assert_eq!(*tells, json!(sent == 1));
    }
}

#[tokio::test]
async fn a_stale_answer_is_asked_again_at_once_with_the_floor_that_it_names() {
    let net = Net::default();
    let dog = TestServer::new(&net, "dog.example.org").await;
    let (_dog, carol) = (dog.run_outbox(), dog.person("carol").await);
    net.script(CAT, |request| {
        if request.method == http::Method::GET {
            return answer(200, "application/json", discovery(CAT, &["invites"]));
        }
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        if body["connection"]["floor"].as_u64() < Some(12) {
            return answer(409, "application/problem+json", stale(12));
        }
        let yes = json!({ "userID": "bob", "email": "", "name": "Bob", "connection": { "generation": 13 } });
        answer(200, "application/json", yes.to_string())
    });
    let told = accepts(&carol).await.assert(200).json();
    assert_eq!(told["connection"]["generation"], 13);
    assert_eq!(floors(&net), [json!(0), json!(12)]);
}

#[tokio::test]
async fn a_server_that_is_stale_for_ever_gets_four_requests_and_then_four_more_later() {
    let net = Net::default();
    let dog = TestServer::new(&net, "dog.example.org").await;
    let carol = dog.person("carol").await;
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    net.script(CAT, move |request| {
        if request.method == http::Method::GET {
            return answer(200, "application/json", discovery(CAT, &["invites"]));
        }
        let before = count.fetch_add(1, Ordering::SeqCst);
        answer(409, "application/json", stale(10 + before))
    });
    let pending = accepts_once(&carol).await.assert(202).json();
    assert_eq!(
        pending["acceptance"]["waits_for"]["code"],
        "connection_stale"
    );
    assert_eq!(asked.load(Ordering::SeqCst), 4);
    dog.drive().await;
    assert_eq!(asked.load(Ordering::SeqCst), 4, "not before its time");
    net.pass_ms(60_000);
    dog.drive().await;
    assert_eq!(asked.load(Ordering::SeqCst), 8);
    let floors = floors(&net);
    assert!(
        floors
            .windows(2)
            .all(|pair| pair[0].as_u64() <= pair[1].as_u64()),
        "{floors:?}"
    );
    net.pass_ms(73 * 3_600 * 1_000);
    dog.drive().await;
    let over = &acceptances(&carol).await[0];
    assert_eq!(
        (&over["state"], &over["reason"]["code"]),
        (&json!("out_of_time"), &json!("acceptance_out_of_time"))
    );
    assert!(asked.load(Ordering::SeqCst) <= 12);
}

#[tokio::test]
async fn a_generation_out_of_bounds_is_not_believed_whatever_the_status() {
    for generation in [0, (1_u64 << 53) + 1, u64::MAX] {
        let yes = json!({ "userID": "bob", "email": "", "name": "Bob", "connection": { "generation": generation } });
        for (status, body) in [
            (409, stale(generation)),
            (409, yes.to_string()),
            (200, yes.to_string()),
        ] {
            let net = Net::default();
            let dog = TestServer::new(&net, "dog.example.org").await;
            let carol = dog.person("carol").await;
            answers(&net, status, "application/json", body);
            let pending = accepts_once(&carol).await.assert(202).json();
            assert_eq!(
                pending["acceptance"]["waits_for"]["code"],
                "peer_answer_invalid"
            );
            assert_eq!(bodies(&net, "/invite-accepted").len(), 1);
            answers(&net, 200, "application/json", BOB);
            net.pass_ms(1_000);
            dog.drive().await;
            assert_eq!(carol.lists().await, ["Bob"]);
            assert_eq!(floors(&net), [json!(0), json!(0)]);
        }
    }
}

#[tokio::test]
async fn a_409_in_words_of_the_catalogue_is_told_if_an_inviter_can_mean_it() {
    for (problem, code) in [
        ("invitation_used_up", "invitation_used_up"),
        ("invitation_withdrawn", "invitation_withdrawn"),
        ("invitation_closed_to_you", "invitation_closed_to_you"),
        ("acceptance_pending", "invitation_used_up"),
        ("already_connected", "invitation_used_up"),
        ("internal", "invitation_used_up"),
        ("no_such_problem", "invitation_used_up"),
    ] {
        let net = Net::default();
        let dog = TestServer::new(&net, "dog.example.org").await;
        let carol = dog.person("carol").await;
        answers(
            &net,
            409,
            "application/json",
            json!({ "problem": problem }).to_string(),
        );
        let told = accepts_once(&carol).await;
        assert_eq!(
            (told.problem().as_str(), told.status >= 400),
            (code, true),
            "{problem}"
        );
    }
}

#[tokio::test]
async fn a_stale_answer_that_names_no_generation_settles_nothing() {
    for body in [
        r#"{"problem":"connection_stale"}"#.to_owned(),
        stale("9"),
        stale(-1),
        stale(1.5),
    ] {
        let net = Net::default();
        let dog = TestServer::new(&net, "dog.example.org").await;
        let carol = dog.person("carol").await;
        answers(&net, 409, "application/json", body);
        let pending = accepts_once(&carol).await.assert(202).json();
        assert_eq!(
            pending["acceptance"]["waits_for"]["code"],
            "peer_answer_invalid"
        );
        assert_eq!(bodies(&net, "/invite-accepted").len(), 1);
    }
}

#[tokio::test]
async fn an_answer_below_what_we_know_is_asked_again_and_never_lowers_a_generation() {
    let net = Net::default();
    let dog = TestServer::new(&net, "dog.example.org").await;
    let carol = dog.person("carol").await;
    let yes = |generation: u64| {
        json!({ "userID": "bob", "email": "", "name": "Bob", "connection": { "generation": generation } }).to_string()
    };
    answers(&net, 200, "application/json", yes(5));
    let running = dog.run_outbox();
    accepts(&carol).await.assert(200);
    carol.disconnects().await.assert(200);
    answers(&net, 200, "application/json", yes(5));
    let pending = accepts(&carol).await.assert(202).json();
    drop(running);
    assert_eq!(
        pending["acceptance"]["waits_for"]["code"],
        "connection_stale"
    );
    assert!(
        carol.lists().await.is_empty(),
        "they answered with the connection that she ended"
    );
    assert_eq!(bodies(&net, "/invite-accepted").len(), 1 + 4);
    answers(&net, 200, "application/json", yes(6));
    net.pass_ms(60_000);
    dog.drive().await;
    assert_eq!(carol.lists().await, ["Bob"]);
}

type Answered = fn() -> Result<OutboundResponse, TransportError>;

/// What became of a request, and whether it may have been acted on.
const BEFORE: [(Answered, bool); 11] = [
    (|| Err(TransportError::ConnectionRefused), false),
    (|| timeout(Stage::Connect), false),
    (|| answer(429, "text/plain", ""), false),
    (maintenance, false),
    (busy, false),
    (guru_meditation, true),
    (|| timeout(Stage::Answer), true),
    (|| timeout(Stage::Body), true),
    (|| answer(502, "text/html", ""), true),
    (|| answer(500, "application/json", "{}"), true),
    (|| answer(200, "application/json", "[]"), true),
];

/// A server of our kind that has too much to do.
fn busy() -> Result<OutboundResponse, TransportError> {
    answer(503, "application/json", r#"{"problem":"peer_busy"}"#)
}

/// Nextcloud, while it is upgraded.
fn maintenance() -> Result<OutboundResponse, TransportError> {
    with_header("x-nextcloud-maintenance-mode", "1")
}

/// Varnish, of whatever became of the server behind it.
fn guru_meditation() -> Result<OutboundResponse, TransportError> {
    with_header("retry-after", "5")
}

fn with_header(name: &str, value: &str) -> Result<OutboundResponse, TransportError> {
    let mut said = answer(503, "text/html", "")?;
    said.headers.push((name.to_owned(), value.to_owned()));
    Ok(said)
}

fn timeout(stage: Stage) -> Result<OutboundResponse, TransportError> {
    Err(TransportError::Timeout { stage })
}

/// Messages are not answered as they should be; the server describes itself.
fn fails(net: &Net, what: Answered) {
    net.script(CAT, move |request| match request.method.as_str() {
        "GET" => answer(
            200,
            "application/json",
            discovery(CAT, &["/invite-accepted"]),
        ),
        _ => what(),
    });
}

#[tokio::test]
async fn a_no_after_an_outage_means_what_it_says_unless_an_earlier_request_may_have_been_acted_on()
{
    let used = r#"{"message":"used","userID":"bob"}"#;
    for (what, acted) in BEFORE {
        for (status, body, alone, after) in [
            (
                400,
                r#"{"message":"no"}"#,
                "invitation_unknown",
                "perhaps_listed_there",
            ),
            (
                404,
                r#"{"message":"no"}"#,
                "invitation_unknown",
                "perhaps_listed_there",
            ),
            (
                409,
                r#"{"message":"used"}"#,
                "invitation_used_up",
                "perhaps_listed_there",
            ),
            (409, used, "invitation_used_up", "connected"),
            (403, r#"{"message":"no"}"#, "not_trusted_there", "pending"),
        ] {
            let net = Net::default();
            let dog = TestServer::new(&net, "dog.example.org").await;
            let carol = dog.person("carol").await;
            fails(&net, what);
            let begun = accepts_once(&carol).await.assert(202).json();
            let id = begun["acceptance"]["id"].as_str().unwrap().to_owned();
            super::answers(&net, status, "application/json", body);
            net.pass_ms(3_600_000);
            dog.drive().await;
            let told = acceptance(&carol, &id).await;
            let came = match &told["state"] {
                state if state == "refused" => told["reason"]["code"].clone(),
                state => state.clone(),
            };
            let expected = if acted { after } else { alone };
            assert_eq!(came, expected, "{status} {body} {acted}: {told}");
        }
    }
}

#[tokio::test]
async fn an_outage_of_a_day_is_as_good_as_none_and_one_lost_answer_in_it_is_not_forgotten() {
    for lost in [false, true] {
        let net = Net::default();
        let dog = TestServer::new(&net, "dog.example.org").await;
        let carol = dog.person("carol").await;
        net.script(CAT, |_| Err(TransportError::ConnectionRefused));
        let begun = accepts_once(&carol).await.assert(202).json();
        let id = begun["acceptance"]["id"].as_str().unwrap().to_owned();
        for attempt in 0..80 {
            if lost && attempt == 20 {
                fails(&net, || timeout(Stage::Answer));
            } else {
                net.script(CAT, |_| Err(TransportError::ConnectionRefused));
            }
            net.pass_ms(900_000);
            dog.drive().await;
        }
        super::answers(&net, 400, "application/json", r#"{"message":"no"}"#);
        net.pass_ms(900_000);
        dog.drive().await;
        let told = acceptance(&carol, &id).await;
        let expected = match lost {
            false => "invitation_unknown",
            true => "perhaps_listed_there",
        };
        assert_eq!(told["reason"]["code"], expected, "{told}");
    }
}

#[tokio::test]
async fn of_what_an_earlier_process_sent_nothing_is_known() {
    let net = Net::default();
    let folder = tempfile::tempdir().unwrap();
    let dog = TestServer::in_folder(&net, "dog.example.org", folder.path()).await;
    let carol = dog.person("carol").await;
    fails(&net, || Err(TransportError::ConnectionRefused));
    let begun = accepts_once(&carol).await.assert(202).json();
    let id = begun["acceptance"]["id"].as_str().unwrap().to_owned();
    let carol = carol.credentials();
    drop(dog);
    let dog = TestServer::in_folder(&net, "dog.example.org", folder.path()).await;
    super::answers(&net, 400, "application/json", r#"{"message":"no"}"#);
    net.pass_ms(3_600_000);
    dog.drive().await;
    let told = acceptance(&carol.at(&dog), &id).await;
    assert_eq!(told["reason"]["code"], "perhaps_listed_there", "{told}");
}
