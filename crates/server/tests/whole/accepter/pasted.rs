//! What people paste, what clients send beside it, and what they are told when it cannot be used.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::{BOB, CAT, acceptances, answers, bodies};
use crate::support::{Answer, Net, Person, TestServer, audit, fingerprint};

async fn posts(carol: &Person<'_>, body: Value) -> Answer {
    carol.call("POST", "/api/v1/acceptances", body).await
}

#[tokio::test]
async fn every_form_of_an_invitation_reaches_the_server_that_it_names() {
    let plain = format!("some-token@{CAT}");
    let encoded = STANDARD.encode(&plain);
    let wrapped = format!(" {}\r\n\t{} \n", &encoded[..12], &encoded[12..]);
    let forms = [
        plain.clone(),
        "some-token@CAT.Example.ORG".to_owned(),
        "some-token@https://cat.example.org/".to_owned(),
        "some-token@cat.example.org:443".to_owned(),
        format!("“{plain}”."),
        encoded,
        wrapped,
        STANDARD_NO_PAD.encode(&plain),
        URL_SAFE_NO_PAD.encode(&plain),
        "https://wayf.example.org/?token=some-token&providerDomain=cat.example.org".to_owned(),
        "https://wayf.example.org/?token=some-token&provider=https%3A%2F%2Fcat.example.org"
            .to_owned(),
        "https://cat.example.org/accept?token=some-token".to_owned(),
        "<https://cat.example.org/accept?token=some-token&amp;providerDomain=cat.example.org>"
            .to_owned(),
        "cat.example.org/accept?token=some-token".to_owned(),
    ];
    for form in forms {
        let net = Net::default();
        let dog = TestServer::new(&net, "dog.example.org").await;
        let (_dog, carol) = (dog.run_outbox(), dog.person("carol").await);
        answers(&net, 200, "application/json", BOB);
        let told = carol.accepts(&form).await;
        assert_eq!(told.status, 200, "{form}: {}", told.text);
        let sent = bodies(&net, "/invite-accepted");
        assert_eq!(sent[0]["token"], "some-token", "{form}");
        assert!(
            net.posted("")[0]
                .url
                .starts_with("https://cat.example.org/")
        );
    }
}

#[tokio::test]
async fn all_forms_of_one_invitation_are_one_acceptance() {
    let net = Net::default();
    let dog = TestServer::new(&net, "dog.example.org").await;
    let carol = dog.person("carol").await;
    let _running = dog.run_outbox();
    answers(&net, 500, "text/html", "");
    let mut ids = Vec::new();
    for form in [
        "some-token@cat.example.org",
        "https://cat.example.org/?token=some-token",
        "c29tZS10b2tlbkBjYXQuZXhhbXBsZS5vcmc=",
    ] {
        let pending = carol.accepts(form).await.assert(202).json();
        ids.push(pending["acceptance"]["id"].clone());
    }
    assert!(ids.windows(2).all(|pair| pair[0] == pair[1]), "{ids:?}");
}

#[tokio::test]
async fn a_bare_token_needs_the_server_beside_it() {
    let net = Net::default();
    let dog = TestServer::new(&net, "dog.example.org").await;
    let (_dog, carol) = (dog.run_outbox(), dog.person("carol").await);
    answers(&net, 200, "application/json", BOB);
    for provider in [Value::Null, json!(""), json!("  ")] {
        let alone = posts(
            &carol,
            json!({ "invite": "some-token", "provider": provider }),
        )
        .await;
        assert_eq!(alone.assert(400).problem(), "invitation_without_provider");
    }
    assert!(net.sent.lock().unwrap().is_empty());
    for (token, provider) in [
        ("one", "cat.example.org"),
        ("two", " https://CAT.example.org/ "),
    ] {
        let beside = json!({ "invite": token, "provider": provider });
        posts(&carol, beside).await.assert(200);
    }
}

#[tokio::test]
async fn an_invitation_of_another_server_than_the_chosen_one_goes_nowhere() {
    let net = Net::default();
    let dog = TestServer::new(&net, "dog.example.org").await;
    let carol = dog.person("carol").await;
    let told = posts(
        &carol,
        json!({ "invite": format!("t@{CAT}"), "provider": "evil.example.org" }),
    )
    .await;
    assert_eq!(told.problem(), "provider_mismatch");
    let detail = told.json()["detail"].as_str().unwrap().to_owned();
    assert!(
        detail.contains(CAT) && detail.contains("evil.example.org"),
        "{detail}"
    );
    assert!(net.sent.lock().unwrap().is_empty());
    assert_eq!(acceptances(&carol).await, json!([]));
}

#[tokio::test]
async fn what_is_no_invitation_is_refused_with_a_reason_before_anybody_is_asked() {
    let net = Net::default();
    let dog = TestServer::new(&net, "dog.example.org").await;
    let carol = dog.person("carol").await;
    let before = fingerprint(&dog).await;
    let too_long = "t".repeat(10_000);
    let long_token = format!("{}@{CAT}", "t".repeat(300));
    for (pasted, code) in [
        ("", "invitation_malformed"),
        (" \n ", "invitation_malformed"),
        ("\u{200b}", "invitation_malformed"),
        ("@cat.example.org", "invitation_malformed"),
        ("token@", "invitation_malformed"),
        ("token@not,a,server", "invitation_malformed"),
        ("token@cat..example.org", "invitation_malformed"),
        ("token@cat.example.org:99999", "invitation_malformed"),
        ("https://cat.example.org/accept", "invitation_malformed"),
        (
            "https://cat.example.org/accept?token=",
            "invitation_malformed",
        ),
        ("Hello Carol, here is my invitation", "invitation_malformed"),
        (&long_token, "invitation_malformed"),
        (&too_long, "invitation_malformed"),
    ] {
        let told = carol.accepts(pasted).await;
        assert_eq!(told.problem(), code, "{pasted:.60}: {}", told.text);
        assert_eq!(told.status, 400);
        assert!(told.text.len() < 2_000, "nothing is repeated at length");
    }
    let bad = json!({ "invite": "token", "provider": "not a server" });
    assert_eq!(
        posts(&carol, bad).await.assert(400).problem(),
        "bad_address"
    );
    assert_eq!(fingerprint(&dog).await, before);
    assert!(net.sent.lock().unwrap().is_empty());
}

#[tokio::test]
async fn ones_own_invitation_is_refused_and_nothing_is_sent_or_written() {
    let net = Net::default();
    let dog = TestServer::new(&net, "dog.example.org").await;
    let carol = dog.person("carol").await;
    let invite = carol.invites().await;
    let before = fingerprint(&dog).await;
    assert_eq!(
        carol.accepts(&invite).await.assert(400).problem(),
        "invitation_your_own"
    );
    assert_eq!(
        carol
            .accepts("no-such-token@dog.example.org")
            .await
            .problem(),
        "invitation_unknown"
    );
    assert_eq!(fingerprint(&dog).await, before);
    assert_eq!(acceptances(&carol).await, json!([]));
    assert!(net.sent.lock().unwrap().is_empty());
    let mut trail = audit(&dog).await;
    trail.retain(|event| event.kind == "acceptance.refused");
    let why: Vec<_> = trail.iter().map(|event| event.result.as_deref()).collect();
    assert_eq!(
        why,
        [Some("invitation_your_own"), Some("invitation_unknown")]
    );
}

#[tokio::test]
async fn members_that_are_unknown_missing_or_of_the_wrong_kind_are_named() {
    let net = Net::default();
    let dog = TestServer::new(&net, "dog.example.org").await;
    let carol = dog.person("carol").await;
    let invite = format!("t@{CAT}");
    for (body, code, member) in [
        (
            json!({ "invite": invite, "providr": CAT }),
            "member_unknown",
            "providr",
        ),
        (
            json!({ "invite": invite, "token": "t" }),
            "member_unknown",
            "token",
        ),
        (json!({ "provider": CAT }), "member_missing", "invite"),
        (json!({ "invite": 5 }), "member_invalid", "invite"),
        (json!({ "invite": [invite] }), "member_invalid", "invite"),
        (
            json!({ "invite": invite, "provider": {} }),
            "member_invalid",
            "provider",
        ),
    ] {
        let told = posts(&carol, body.clone()).await.assert(400);
        assert_eq!(told.problem(), code, "{body}");
        let words = told.json();
        let words = format!("{} {}", words["title"], words["detail"]);
        assert!(words.contains(member), "{body}: {words}");
    }
    let list = posts(&carol, json!([invite])).await;
    assert_eq!(list.status, 400, "{}", list.text);
    let huge = posts(&carol, json!({ "invite": "t".repeat(100_000) })).await;
    assert_eq!(
        (huge.status, huge.problem().as_str()),
        (413, "body_too_large")
    );
    assert!(net.sent.lock().unwrap().is_empty());
}

#[tokio::test]
async fn somebody_who_is_not_logged_in_accepts_nothing() {
    let net = Net::default();
    let dog = TestServer::new(&net, "dog.example.org").await;
    let body = json!({ "invite": format!("t@{CAT}") }).to_string();
    let request =
        http::Request::post("/api/v1/acceptances").header("content-type", "application/json");
    let told = dog
        .request(request.body(axum::body::Body::from(body)).unwrap())
        .await;
    assert_eq!(told.assert(401).problem(), "not_authenticated");
    assert!(net.sent.lock().unwrap().is_empty());
}
