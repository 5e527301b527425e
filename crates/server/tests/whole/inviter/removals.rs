//! `USER_REMOVED` and everything that resembles it.

use super::*;

/// Bob at cat and carol at dog, connected at generation 1 by signed messages.
macro_rules! stage {
    ($net:ident, $cat:ident, $bob:ident, $dog:ident) => {
        let $net = Net::default();
        let $cat = TestServer::new(&$net, CAT).await;
        let $bob = $cat.person("bob").await;
        let $dog = Peer::signing(&$net, DOG);
        let (token, _) = invited(&$bob, json!({})).await;
        let message = Message::json(ACCEPTED, &$dog.acceptance(&token));
        message.signed(&$net, &$dog.key).to(&$cat).await.assert(200);
    };
}

fn removal(who: &str, grantee: &str, generation: u64) -> Value {
    json!({
        "notificationType": "USER_REMOVED", "resourceType": "user", "providerId": who,
        "notification": { "grantee": grantee, "connection": { "generation": generation } },
    })
}

/// Answered like any removal, and nothing came of it.
async fn changes_nothing(cat: &TestServer, message: &Message) -> Value {
    let before = fingerprint(cat).await;
    let answer = message.to(cat).await.assert(201).json();
    assert_eq!(fingerprint(cat).await, before);
    answer
}

#[tokio::test]
async fn signed_removal_takes_the_connection_away_and_answers_with_its_generation() {
    stage!(net, cat, bob, dog);
    let message =
        Message::json(NOTIFICATIONS, &removal("carol", bob.id.as_str(), 1)).signed(&net, &dog.key);
    let answer = message.to(&cat).await.assert(201);
    assert_eq!(answer.json(), json!({ "connection": { "generation": 1 } }));
    assert!(bob.lists().await.is_empty());
    let again = changes_nothing(&cat, &message).await;
    assert_eq!(again["connection"]["generation"], 1);
}

#[tokio::test]
async fn unsigned_removal_changes_nothing_whether_the_server_signs_or_not() {
    stage!(net, cat, bob, dog);
    let message = Message::json(NOTIFICATIONS, &removal("carol", bob.id.as_str(), 1));
    message
        .refused(&cat, 401, "signature_missing", "Sign the request")
        .await;
    dog.announces.store(false, Ordering::SeqCst);
    net.pass_ms(600_000);
    message
        .refused(&cat, 401, "signature_missing", "Sign the request")
        .await;
    assert_eq!(bob.lists().await, ["Carol"]);
}

#[tokio::test]
async fn removal_by_another_server_changes_nothing() {
    stage!(net, cat, bob, _dog);
    let evil = Peer::signing(&net, "evil.example.org");
    for who in [
        "carol",
        "carol@dog.example.org",
        "carol@https://dog.example.org",
    ] {
        let message = Message::json(NOTIFICATIONS, &removal(who, bob.id.as_str(), 9));
        changes_nothing(&cat, &message.signed(&net, &evil.key)).await;
    }
    assert_eq!(bob.lists().await, ["Carol"]);
}

#[tokio::test]
async fn removal_in_our_own_name_is_refused() {
    stage!(net, cat, bob, _dog);
    let forged = key(CAT, 7);
    Message::json(NOTIFICATIONS, &removal("carol", bob.id.as_str(), 1))
        .signed(&net, &forged)
        .refused(&cat, 401, "signature_unknown_key", "cat.example.org#7")
        .await;
    assert_eq!(bob.lists().await, ["Carol"]);
}

#[tokio::test]
async fn removal_with_a_bad_signature_changes_nothing() {
    stage!(net, cat, bob, dog);
    let message = Message::json(NOTIFICATIONS, &removal("carol", bob.id.as_str(), 1));
    let old = message.clone().signed_after(&net, &dog.key, -400);
    old.refused(&cat, 401, "signature_clock", "400 seconds")
        .await;
    let other = message.clone().signed(&net, &key(DOG, 3));
    other
        .refused(&cat, 401, "signature_unknown_key", "dog.example.org#3")
        .await;
    let nameless = SigningKey::generate([1; 32], "key1").unwrap();
    message
        .signed(&net, &nameless)
        .refused(&cat, 401, "signature_unknown_key", "key1")
        .await;
}

#[tokio::test]
async fn removal_below_our_generation_is_old_news() {
    stage!(net, cat, bob, dog);
    let (token, _) = invited(&bob, json!({})).await;
    let mut body = dog.acceptance(&token);
    body["connection"] = json!({ "floor": 4 });
    let message = Message::json(ACCEPTED, &body).signed(&net, &dog.key);
    message.to(&cat).await.assert(200);
    let old =
        Message::json(NOTIFICATIONS, &removal("carol", bob.id.as_str(), 4)).signed(&net, &dog.key);
    let answer = changes_nothing(&cat, &old).await;
    assert_eq!(answer["connection"]["generation"], 5);
    assert_eq!(bob.lists().await, ["Carol"]);
}

#[tokio::test]
async fn removal_above_our_generation_disconnects_at_theirs() {
    stage!(net, cat, bob, dog);
    let message = Message::json(NOTIFICATIONS, &removal("carol", bob.id.as_str(), 7));
    let answer = message.signed(&net, &dog.key).to(&cat).await.assert(201);
    assert_eq!(answer.json()["connection"]["generation"], 7);
    assert!(bob.lists().await.is_empty());
}

#[tokio::test]
async fn strangers_are_answered_like_everybody_and_leave_nothing_behind() {
    stage!(net, cat, bob, dog);
    let nobody = "01m85dmb000000000000000000";
    for (who, grantee) in [
        ("mallory", bob.id.to_string()),
        ("carol", nobody.to_owned()),
        ("carol", "bob".to_owned()),
        ("carol", format!("{}@evil.example.org", bob.id)),
    ] {
        let message = Message::json(NOTIFICATIONS, &removal(who, &grantee, 3));
        changes_nothing(&cat, &message.signed(&net, &dog.key)).await;
    }
    assert_eq!(bob.lists().await, ["Carol"]);
}

#[tokio::test]
async fn both_people_are_recognised_in_every_spelling() {
    for who in [
        "carol",
        "carol@dog.example.org",
        "carol@https://dog.example.org",
    ] {
        for form in [
            "{}",
            "{}@cat.example.org",
            "{}@https://CAT.example.org",
            "{}@cat.example.org@cat.example.org",
        ] {
            stage!(net, cat, bob, dog);
            let grantee = form.replace("{}", bob.id.as_str());
            let message = Message::json(NOTIFICATIONS, &removal(who, &grantee, 1));
            message.signed(&net, &dog.key).to(&cat).await.assert(201);
            assert!(bob.lists().await.is_empty(), "{who} {grantee}");
        }
    }
}

#[tokio::test]
async fn removal_of_a_server_without_generations_or_details_still_disconnects() {
    for details in [
        json!({ "notificationType": "USER_REMOVED", "providerId": "carol" }),
        json!({ "notificationType": "USER_REMOVED", "providerId": "carol", "notification": null }),
        json!({ "notificationType": "USER_REMOVED", "providerId": "carol", "notification": { "grantee": "" } }),
        json!({ "notificationType": "USER_REMOVED", "notification": { "providerId": "carol" } }),
    ] {
        stage!(net, cat, bob, dog);
        let message = Message::json(NOTIFICATIONS, &details).signed(&net, &dog.key);
        let answer = message.to(&cat).await.assert(201).json();
        assert_eq!(answer["connection"]["generation"], 1, "{details}");
        assert!(bob.lists().await.is_empty(), "{details}");
    }
}

#[tokio::test]
async fn unreadable_notifications_are_refused_by_what_is_wrong() {
    stage!(net, cat, bob, dog);
    let mut huge = removal("carol", bob.id.as_str(), 1);
    huge["notification"]["connection"]["generation"] = json!((1_u64 << 53) + 1);
    let mut text = huge.clone();
    text["notification"]["connection"]["generation"] = json!("1");
    for (body, code, words) in [
        (json!([]), "malformed_body", "not a JSON object"),
        (json!({}), "member_missing", "notificationType"),
        (
            json!({ "notificationType": {} }),
            "member_invalid",
            "notificationType",
        ),
        (
            json!({ "notificationType": "USER_REMOVED" }),
            "member_missing",
            "providerId",
        ),
        (removal(" ", "x", 1), "member_missing", "providerId"),
        (
            removal(&"c".repeat(2_000), "x", 1),
            "member_invalid",
            "providerId",
        ),
        (removal("ca\nrol", "x", 1), "member_invalid", "providerId"),
        (
            json!({ "notificationType": "SHARE_FRIED" }),
            "notification_unknown",
            "SHARE_FRIED",
        ),
        (huge, "member_invalid", "generation"),
        (text, "member_invalid", "generation"),
    ] {
        Message::json(NOTIFICATIONS, &body)
            .signed(&net, &dog.key)
            .refused(&cat, 400, code, words)
            .await;
    }
}

#[tokio::test]
async fn removal_that_overtakes_the_answer_to_our_acceptance_is_not_undone_by_it() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let bob = cat.person("bob").await;
    let dog = Peer::signing(&net, DOG);
    // From now on dog is a server that loses its first answer, and lets nobody in again.
    let keys = serde_json::to_string(&*dog.published.lock().unwrap()).unwrap();
    let lost = Arc::new(AtomicBool::new(true));
    let loses = lost.clone();
    net.script(DOG, move |request| {
        if request.url.ends_with("/.well-known/ocm") {
            let described = discovery(DOG, &["http-sig", "invites", "notifications"]);
            return answer(200, "application/json", described);
        } else if request.url.ends_with("/jwks.json") {
            return answer(200, "application/json", keys.clone());
        } else if loses.load(Ordering::SeqCst) {
            return answer(502, "text/plain", "");
        }
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        if body["connection"]["floor"].as_u64() >= Some(1) {
            let closed =
                json!({ "message": "TOKEN_INVALID", "problem": "invitation_closed_to_you" });
            answer(400, "application/json", closed.to_string())
        } else {
            let yes = json!({ "userID": "carol", "email": "c@example.org", "name": "Carol",
                "connection": { "generation": 1 } });
            answer(200, "application/json", yes.to_string())
        }
    });
    let running = cat.run_outbox();
    let pending = bob.accepts("sometoken@dog.example.org").await.assert(202);
    drop(running);
    let id = pending.json()["acceptance"]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let message = Message::json(NOTIFICATIONS, &removal("carol", bob.id.as_str(), 1));
    message.signed(&net, &dog.key).to(&cat).await.assert(201);
    lost.store(false, Ordering::SeqCst);
    for _ in 0..4 {
        net.pass_ms(600_000);
        cat.drive().await;
        assert!(
            bob.lists().await.is_empty(),
            "our half alone would be connected"
        );
    }
    let path = format!("/api/v1/acceptances/{id}");
    let over = bob.call("GET", &path, Value::Null).await.assert(200).json();
    assert_eq!(over["state"], "refused", "{over}");
}
