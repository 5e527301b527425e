//! Who may speak for a server (draft, "Verification Requirements").

use symbolon_core::trust::Proof;

use super::*;
use crate::support::{OutboundResponse, Stage, TlsFault, TransportError, audit, logged};

/// Bob's server, an open invitation of his, and a server that signs.
macro_rules! stage {
    ($net:ident, $cat:ident, $bob:ident, $token:ident, $dog:ident) => {
        let $net = Net::default();
        let $cat = TestServer::new(&$net, CAT).await;
        let $bob = $cat.person("bob").await;
        let ($token, _id) = invited(&$bob, json!({})).await;
        let $dog = Peer::signing(&$net, DOG);
    };
}

#[tokio::test]
async fn signed_acceptance_connects_and_is_recorded_as_signed() {
    stage!(net, cat, bob, token, dog);
    let message = Message::json(ACCEPTED, &dog.acceptance(&token)).signed(&net, &dog.key);
    let yes = message.to(&cat).await.assert(200);
    assert_eq!(yes.headers["content-type"], "application/json");
    assert_eq!(
        yes.json(),
        json!({ "userID": bob.id, "email": "bob@example.org", "name": "Bob", "connection": { "generation": 1 } })
    );
    let halves = halves(&cat).await;
    assert_eq!(halves.len(), 1);
    assert!(halves[0].proof == Proof::Signature && halves[0].half.is_connected());
    assert_eq!(halves[0].address().to_string(), "carol@dog.example.org");
}

#[tokio::test]
async fn stale_and_future_signatures_are_refused_with_the_difference_of_the_clocks() {
    stage!(net, cat, _bob, token, dog);
    let message = Message::json(ACCEPTED, &dog.acceptance(&token));
    for (seconds, said) in [(-301, "301"), (61, "61"), (3_600, "3,600")] {
        let wrong = message.clone().signed_after(&net, &dog.key, seconds);
        let words = format!("made {said} seconds away");
        wrong.refused(&cat, 401, "signature_clock", &words).await;
    }
    let edge = message.signed_after(&net, &dog.key, -300);
    edge.to(&cat).await.assert(200);
}

#[tokio::test]
async fn signature_of_another_server_speaks_for_nobody_but_that_server() {
    stage!(net, cat, _bob, token, dog);
    let evil = Peer::signing(&net, "evil.example.org");
    let message = Message::json(ACCEPTED, &dog.acceptance(&token)).signed(&net, &evil.key);
    let refused = message
        .refused(&cat, 401, "signature_wrong_host", DOG)
        .await;
    assert_eq!(refused.json()["message"], "SIGNATURE_INVALID");
    assert_eq!(dog.asked_for_keys() + evil.asked_for_keys(), 0);
}

#[tokio::test]
async fn key_of_another_server_under_the_name_of_this_one_does_not_fit() {
    stage!(net, cat, _bob, token, dog);
    let forged = SigningKey::generate([9; 32], dog.key.key_id()).unwrap();
    let message = Message::json(ACCEPTED, &dog.acceptance(&token)).signed(&net, &forged);
    message
        .refused(&cat, 401, "signature_invalid", "does not fit the message")
        .await;
}

#[tokio::test]
async fn two_signatures_tagged_ocm_are_refused() {
    stage!(net, cat, _bob, token, dog);
    let twice = |value: &str| format!("{value}, {}", value.replacen("ocm=", "other=", 1));
    let message = Message::json(ACCEPTED, &dog.acceptance(&token))
        .signed(&net, &dog.key)
        .rewritten("signature-input", twice)
        .rewritten("signature", twice);
    message
        .refused(&cat, 401, "signature_invalid", "one is allowed")
        .await;
}

#[tokio::test]
async fn signature_of_a_proxy_beside_the_tagged_one_is_no_harm() {
    stage!(net, cat, _bob, token, dog);
    let message = Message::json(ACCEPTED, &dog.acceptance(&token))
        .signed(&net, &dog.key)
        .rewritten("signature-input", |value| {
            format!("proxy=(\"@method\");keyid=\"p\", {value}")
        })
        .rewritten("signature", |value| format!("proxy=:AAAA:, {value}"));
    message.to(&cat).await.assert(200);
}

#[tokio::test]
async fn signature_without_created_is_refused() {
    stage!(net, cat, _bob, token, dog);
    let created = format!(";created={}", net.seconds());
    let message = Message::json(ACCEPTED, &dog.acceptance(&token))
        .signed(&net, &dog.key)
        .rewritten("signature-input", |value| {
            assert!(value.contains(&created));
            value.replace(&created, "")
        });
    message
        .refused(&cat, 401, "signature_invalid", "no created time")
        .await;
}

#[tokio::test]
async fn signature_that_leaves_out_a_component_is_refused_with_its_name() {
    stage!(net, cat, _bob, token, dog);
    for name in ["@method", "@target-uri", "content-digest", "content-length"] {
        let message = Message::json(ACCEPTED, &dog.acceptance(&token))
            .signed(&net, &dog.key)
            .rewritten("signature-input", |value| {
                value.replace(&format!("\"{name}\""), "\"content-type\"")
            });
        let words = format!("does not cover {name}");
        message
            .refused(&cat, 401, "signature_invalid", &words)
            .await;
    }
}

#[tokio::test]
async fn wrong_digest_and_changed_body_are_refused_as_changed_on_the_way() {
    stage!(net, cat, _bob, token, dog);
    let message = Message::json(ACCEPTED, &dog.acceptance(&token));
    let other = content_digest(b"something else");
    let wrong = message.clone().signed_over(&net, &dog.key, 0, &other);
    wrong
        .refused(&cat, 401, "signature_digest", "changed on its way")
        .await;
    let mut tampered = message.signed(&net, &dog.key);
    let text = String::from_utf8(tampered.body).unwrap();
    tampered.body = text.replace("\"carol\"", "\"devil\"").into_bytes();
    tampered
        .refused(&cat, 401, "signature_digest", "Look for a proxy")
        .await;
}

#[tokio::test]
async fn message_that_was_signed_for_another_path_is_refused() {
    stage!(net, cat, _bob, token, dog);
    let mut message = Message::json(NOTIFICATIONS, &dog.acceptance(&token)).signed(&net, &dog.key);
    message.path = ACCEPTED.to_owned();
    message
        .refused(&cat, 401, "signature_invalid", "does not fit the message")
        .await;
}

#[tokio::test]
async fn unreadable_signature_is_refused_and_never_taken_for_none() {
    stage!(net, cat, _bob, token, _signing);
    let dog = Peer::plain(&net, DOG);
    for (input, value) in [
        ("ocm=(", "ocm=:AAAA:"),
        ("ocm=();tag=\"ocm\"", "ocm=:AAAA:"),
        ("ocm=();keyid=\"k\";tag=\"ocm\"", "other=:AAAA:"),
    ] {
        Message::json(ACCEPTED, &dog.acceptance(&token))
            .header("signature-input", input)
            .header("signature", value)
            .refused(&cat, 401, "signature_invalid", "")
            .await;
    }
    // Bytes that are no ASCII, in either field or in a second line of one.
    for fields in [
        &[("signature", "ocm=:\u{e9}:")][..],
        &[("signature-input", "ocm=();tag=\"\u{e9}\"")],
        &[("signature-input", "\u{e9}"), ("signature", "\u{e9}")],
        &[("signature", "keyId=\"\u{e9}\"")],
    ] {
        let message = Message::json(ACCEPTED, &dog.acceptance(&token));
        let message = fields.iter().fold(message, |message, (name, value)| {
            message.header(name, value)
        });
        message
            .refused(&cat, 401, "signature_invalid", "ASCII")
            .await;
    }
}

#[tokio::test]
async fn unknown_key_is_looked_for_exactly_once_more() {
    stage!(net, cat, _bob, token, dog);
    let message = Message::json(ACCEPTED, &dog.acceptance(&token));
    message
        .clone()
        .signed(&net, &dog.key)
        .to(&cat)
        .await
        .assert(200);
    assert_eq!(dog.asked_for_keys(), 1);
    net.pass_ms(60_000);
    let new = key(DOG, 2);
    let signed = message.clone().signed(&net, &new);
    signed
        .refused(&cat, 401, "signature_unknown_key", "dog.example.org#2")
        .await;
    assert_eq!(dog.asked_for_keys(), 2);
    signed
        .refused(&cat, 401, "signature_unknown_key", "Publish the key")
        .await;
    assert_eq!(
        dog.asked_for_keys(),
        2,
        "not again within seconds: a stranger must not make us hammer it"
    );
}

#[tokio::test]
async fn new_key_is_found_without_waiting_for_the_remembered_ones_to_age() {
    stage!(net, cat, _bob, token, dog);
    let message = Message::json(ACCEPTED, &dog.acceptance(&token));
    message
        .clone()
        .signed(&net, &dog.key)
        .to(&cat)
        .await
        .assert(200);
    net.pass_ms(60_000);
    let new = key(DOG, 2);
    dog.publishes(&[&dog.key, &new]);
    message.signed(&net, &new).to(&cat).await.assert(200);
    assert_eq!(dog.asked_for_keys(), 2);
}

#[tokio::test]
async fn server_that_publishes_keys_must_sign() {
    stage!(_net, cat, _bob, token, dog);
    let message = Message::json(ACCEPTED, &dog.acceptance(&token));
    let refused = message.refused(&cat, 401, "signature_missing", DOG).await;
    assert!(
        refused.headers["www-authenticate"]
            .to_str()
            .unwrap()
            .starts_with("Signature")
    );
}

#[tokio::test]
async fn server_that_has_ever_signed_must_go_on_signing() {
    stage!(net, cat, _bob, token, dog);
    let message = Message::json(ACCEPTED, &dog.acceptance(&token));
    message
        .clone()
        .signed(&net, &dog.key)
        .to(&cat)
        .await
        .assert(200);
    dog.announces.store(false, Ordering::SeqCst);
    net.pass_ms(10 * 60_000);
    message
        .refused(&cat, 401, "signature_missing", "Sign the request")
        .await;
}

#[tokio::test]
async fn server_without_keys_may_redeem_unsigned_and_is_recorded_so() {
    stage!(net, cat, bob, token, _signing);
    let dog = Peer::plain(&net, DOG);
    let message = Message::json(ACCEPTED, &dog.acceptance(&token));
    message.to(&cat).await.assert(200);
    assert_eq!(halves(&cat).await[0].proof, Proof::Discovery);
    let listed = bob.call("GET", "/api/v1/connections", Value::Null).await;
    assert_eq!(listed.json()["items"][0]["signed"], false);
}

#[tokio::test]
async fn server_that_cannot_be_asked_is_told_to_come_back() {
    stage!(net, cat, _bob, token, dog);
    dog.reachable.store(false, Ordering::SeqCst);
    let message = Message::json(ACCEPTED, &dog.acceptance(&token));
    for message in [message.clone(), message.clone().signed(&net, &dog.key)] {
        message
            .refused(&cat, 503, "peer_unreachable_for_keys", DOG)
            .await;
    }
    dog.reachable.store(true, Ordering::SeqCst);
    net.pass_ms(10_000);
    message.signed(&net, &dog.key).to(&cat).await.assert(200);
}

/// Every request to a server, of whatever kind.
fn asked(net: &Net, host: &str) -> usize {
    let origin = format!("https://{host}/");
    let sent = net.sent.lock().unwrap();
    sent.iter().filter(|r| r.url.starts_with(&origin)).count()
}

#[tokio::test]
async fn server_that_gives_no_keys_is_not_asked_again_for_every_message_in_its_name() {
    stage!(net, cat, bob, token, dog);
    let message = Message::json(ACCEPTED, &dog.acceptance(&token));
    let send = async |count: usize| {
        for n in 0..count {
            let key = key(DOG, u8::try_from(n + 2).unwrap());
            let signed = message.clone().signed(&net, &key).to(&cat).await;
            assert!(matches!(signed.status, 401 | 503), "{}", signed.text);
            let plain = message.to(&cat).await;
            assert!(matches!(plain.status, 401 | 503), "{}", plain.text);
        }
    };
    // Nobody answers.
    dog.reachable.store(false, Ordering::SeqCst);
    send(20).await;
    assert_eq!(asked(&net, DOG), 1);
    net.pass_ms(10_000);
    send(20).await;
    assert_eq!(asked(&net, DOG), 2);
    // It describes itself, and its keys cannot be had.
    let described = discovery(DOG, &["http-sig", "invites"]);
    net.script(DOG, move |request| {
        match request.url.ends_with("/.well-known/ocm") {
            true => answer(200, "application/json", described.clone()),
            false => answer(500, "text/plain", ""),
        }
    });
    net.pass_ms(10_000);
    send(20).await;
    assert_eq!(asked(&net, DOG), 4, "once how it is, once for its keys");
    // Our own person is not kept waiting by what strangers have tried.
    let again = Peer::signing(&net, DOG);
    let _running = cat.run_outbox();
    let accepted = bob.accepts(&format!("some-token@{DOG}")).await;
    assert!(asked(&net, DOG) > 4, "{}", accepted.text);
    drop(again);
}

#[tokio::test]
async fn server_that_lets_every_look_run_out_of_time_is_not_asked_by_one_message_after_another() {
    stage!(net, cat, _bob, token, dog);
    let message = Message::json(ACCEPTED, &dog.acceptance(&token)).signed(&net, &dog.key);
    let clock = net.clone();
    net.script(DOG, move |_| {
        clock.pass_ms(5_000);
        let stage = Stage::Answer;
        Err(TransportError::Timeout { stage })
    });
    for _ in 0..10 {
        message.to(&cat).await.assert(503);
    }
    assert_eq!(asked(&net, DOG), 1);
}

#[tokio::test]
async fn new_key_that_cannot_be_fetched_is_asked_for_once_in_ten_seconds() {
    stage!(net, cat, _bob, token, dog);
    let message = Message::json(ACCEPTED, &dog.acceptance(&token));
    let known = message.clone().signed(&net, &dog.key);
    known.to(&cat).await.assert(200);
    net.pass_ms(60_000);
    dog.reachable.store(false, Ordering::SeqCst);
    let asked_before = asked(&net, DOG);
    for _ in 0..20 {
        let signed = message.clone().signed(&net, &key(DOG, 2));
        signed.to(&cat).await.assert(401);
    }
    assert_eq!(asked(&net, DOG), asked_before + 1);
    let known = message.signed(&net, &dog.key);
    known.to(&cat).await.assert(200);
    // What is remembered of it has aged, and serves on.
    net.pass_ms(600_000);
    let asked_before = asked(&net, DOG);
    for _ in 0..20 {
        let known = Message::json(ACCEPTED, &dog.acceptance(&token));
        let known = known.signed(&net, &dog.key);
        known.to(&cat).await.assert(200);
    }
    assert_eq!(asked(&net, DOG), asked_before + 2);
}

#[tokio::test]
async fn signature_of_a_server_that_publishes_nothing_is_no_reason_to_blame_the_reader() {
    stage!(net, cat, _bob, token, dog);
    net.script(DOG, |_| answer(404, "text/html", "<h1>Not here</h1>"));
    Message::json(ACCEPTED, &dog.acceptance(&token))
        .signed(&net, &dog.key)
        .refused(&cat, 401, "signature_unknown_key", "dog.example.org#1")
        .await;
}

#[tokio::test]
async fn nobody_speaks_in_our_own_name() {
    stage!(net, cat, _bob, token, dog);
    let mut body = dog.acceptance(&token);
    for name in [CAT, "https://CAT.example.org:443/"] {
        body["recipientProvider"] = json!(name);
        let message = Message::json(ACCEPTED, &body);
        message
            .refused(&cat, 401, "signature_wrong_host", CAT)
            .await;
        message
            .signed(&net, &dog.key)
            .refused(&cat, 401, "signature_wrong_host", CAT)
            .await;
    }
}

#[tokio::test]
async fn why_keys_cannot_be_had_is_in_the_trail_and_one_line_for_each_change() {
    let (logs, _guard) = logged();
    stage!(net, cat, _bob, token, dog);
    let message = Message::json(ACCEPTED, &dog.acceptance(&token));
    type Keys = fn() -> Result<OutboundResponse, TransportError>;
    let answers: [(Keys, Value, &str); 3] = [
        (
            || answer(500, "application/json", r#"{"message":"no room left"}"#),
            json!(500),
            "500: no room left",
        ),
        (
            || answer(200, "application/json", "{"),
            json!(200),
            "no key set",
        ),
        (
            || {
                Err(TransportError::Tls {
                    fault: TlsFault::Expired,
                    reason: "certificate expired".to_owned(),
                })
            },
            Value::Null,
            "expired",
        ),
    ];
    for (keys, status, cause) in answers {
        let described = discovery(DOG, &["http-sig", "invites"]);
        net.script(DOG, move |request| {
            match request.url.ends_with("/.well-known/ocm") {
                true => answer(200, "application/json", described.clone()),
                false => keys(),
            }
        });
        for _ in 0..2 {
            net.pass_ms(11_000);
            let signed = message.clone().signed(&net, &dog.key).to(&cat).await;
            assert_eq!(signed.assert(503).problem(), "peer_unreachable_for_keys");
        }
        let trail = audit(&cat).await;
        let refused = trail.iter().rfind(|event| event.kind == "peer.refused");
        let data = &refused.unwrap().data;
        assert_eq!(data["status"], status, "{data}");
        assert!(data["cause"].as_str().unwrap().contains(cause), "{data}");
        assert!(
            data["url"]
                .as_str()
                .unwrap()
                .starts_with("https://dog.example.org/")
        );
    }
    let lines = logs.lines();
    let told = lines.iter().filter(|line| {
        line["fields"]["message"] == "the keys of a server cannot be had" && line["level"] == "WARN"
    });
    assert_eq!(told.count(), 3);
}
