//! What clients written for oCIS rely on: paths, statuses, member names, the envelope.

use serde_json::{Value, json};

use crate::support::{Net, TestServer};

#[tokio::test]
async fn ocis_clients_find_the_members_and_statuses_that_they_check() {
    let net = Net::default();
    let cat = TestServer::new(&net, "cat.example.org").await;
    let dog = TestServer::new(&net, "dog.example.org").await;
    let (_cat, _dog) = (cat.run_outbox(), dog.run_outbox());
    let (bob, carol) = (cat.person("bob").await, dog.person("carol").await);
    let made = bob
        .call(
            "POST",
            "/sciencemesh/generate-invite",
            json!({ "description": null }),
        )
        .await
        .assert(200);
    assert_eq!(made.headers["content-type"], "application/json");
    let made = made.json();
    assert!(
        made["token"].is_string() && made["expiration"].is_i64() && made["invite_link"].is_string()
    );
    assert!(
        made.get("description").is_none(),
        "absent members are left out: {made}"
    );
    let listed = bob
        .call("GET", "/sciencemesh/list-invite", Value::Null)
        .await
        .assert(200)
        .json();
    assert_eq!(listed[0]["token"], made["token"]);
    assert_eq!(
        carol
            .call("GET", "/sciencemesh/list-invite", Value::Null)
            .await
            .text,
        "[]"
    );

    let accept = json!({ "token": made["token"], "providerDomain": "https://Cat.example.org" });
    let accepted = carol
        .call("POST", "/sciencemesh/accept-invite", accept.clone())
        .await
        .assert(200);
    assert_eq!(accepted.text, "");
    let users = carol
        .call("GET", "/sciencemesh/find-accepted-users", Value::Null)
        .await
        .assert(200)
        .json();
    assert_eq!(
        users,
        json!([{ "display_name": "Bob", "idp": "cat.example.org", "user_id": bob.id, "mail": "bob@example.org" }])
    );
    let again = carol
        .call("POST", "/sciencemesh/accept-invite", accept.clone())
        .await
        .assert(409)
        .json();
    assert_eq!(
        (&again["code"], &again["message"]),
        (&json!("ALREADY_EXIST"), &json!("user already known"))
    );
    let fresh = bob
        .call("POST", "/sciencemesh/generate-invite", Value::Null)
        .await
        .assert(200)
        .json();
    let fresh = json!({ "token": fresh["token"], "providerDomain": "cat.example.org" });
    carol
        .call("POST", "/sciencemesh/accept-invite", fresh)
        .await
        .assert(409);
    assert_eq!((bob.lists().await.len(), carol.lists().await.len()), (1, 1));

    let spelled = json!({ "user_id": format!("{}@https://cat.example.org", bob.id), "idp": "https://cat.example.org" });
    let gone = carol
        .call(
            "DELETE",
            "/sciencemesh/delete-accepted-user",
            spelled.clone(),
        )
        .await
        .assert(200);
    assert_eq!(gone.text, "");
    assert!(bob.lists().await.is_empty() && carol.lists().await.is_empty());
    carol
        .call("DELETE", "/sciencemesh/delete-accepted-user", spelled)
        .await
        .assert(200);
    assert_eq!(
        carol
            .call("GET", "/sciencemesh/find-accepted-users", Value::Null)
            .await
            .text,
        "[]"
    );
    carol
        .call("POST", "/sciencemesh/accept-invite", accept)
        .await
        .assert(200);
}

#[tokio::test]
async fn ocis_clients_get_their_envelope_for_every_failure() {
    let net = Net::default();
    let cat = TestServer::new(&net, "cat.example.org").await;
    let dog = TestServer::new(&net, "dog.example.org").await;
    let _dog = dog.run_outbox();
    let (bob, carol) = (cat.person("bob").await, dog.person("carol").await);
    let accept =
        |token: &str, provider: &str| json!({ "token": token, "providerDomain": provider });
    let path = "/sciencemesh/accept-invite";
    for (body, status, code, message) in [
        (json!({}), 400, "INVALID_PARAMETER", "token is missing"),
        (
            json!({ "token": "x", "providerDomain": null }),
            400,
            "INVALID_PARAMETER",
            "providerDomain is missing",
        ),
        (
            accept("nobody-knows-this", "cat.example.org"),
            404,
            "RESOURCE_NOT_FOUND",
            "token not found",
        ),
    ] {
        let answer = carol.call("POST", path, body).await.assert(status);
        assert!(answer.headers.contains_key("x-request-id"));
        let answer = answer.json();
        assert_eq!(
            (answer["code"].as_str(), answer["message"].as_str()),
            (Some(code), Some(message))
        );
    }
    let made = bob
        .call("POST", "/sciencemesh/generate-invite", Value::Null)
        .await
        .json();
    let token = made["token"].as_str().unwrap();
    net.pass_ms(25 * 3_600 * 1_000);
    let late = carol
        .call("POST", path, accept(token, "cat.example.org"))
        .await
        .assert(400)
        .json();
    assert_eq!(late["message"], "token has expired");
    net.down(&cat);
    let made = bob
        .call("POST", "/sciencemesh/generate-invite", Value::Null)
        .await
        .json();
    let token = made["token"].as_str().unwrap();
    let pending = carol
        .call("POST", path, accept(token, "cat.example.org"))
        .await
        .assert(202)
        .json();
    assert_eq!(pending["problem"], "acceptance_pending");
    carol
        .call("GET", "/sciencemesh/generate-invite", Value::Null)
        .await
        .assert(405);
    carol
        .call("GET", "/sciencemesh/list-invite/", Value::Null)
        .await
        .assert(404);
    let bad = json!({ "recipient": "nobody" });
    carol
        .call("POST", "/sciencemesh/generate-invite", bad)
        .await
        .assert(400);
    let stranger = http::Request::get("/sciencemesh/list-invite")
        .body(axum::body::Body::empty())
        .unwrap();
    assert_eq!(
        dog.request(stranger).await.assert(401).json()["code"],
        "UNAUTHENTICATED"
    );
}

#[tokio::test]
async fn unknown_and_wrong_members_of_our_own_api_are_named() {
    let net = Net::default();
    let cat = TestServer::new(&net, "cat.example.org").await;
    let (bob, eve) = (cat.person("bob").await, cat.person("eve").await);
    for (body, code, member) in [
        (json!({ "colour": "red" }), "member_unknown", "colour"),
        (
            json!({ "expires_in": "soon" }),
            "member_invalid",
            "expires_in",
        ),
        (json!({ "expires_in": 1 }), "member_invalid", "expires_in"),
        (json!({ "uses": 0 }), "member_invalid", "uses"),
        (json!({ "uses": "nobody" }), "member_invalid", "uses"),
        (json!({ "note": "a\u{202e}b" }), "member_invalid", "note"),
        (
            json!({ "note": "x".repeat(1_001) }),
            "member_invalid",
            "note",
        ),
        (json!({ "email": "nobody" }), "member_invalid", "email"),
    ] {
        let answer = bob.call("POST", "/api/v1/invites", body).await.assert(400);
        assert_eq!(answer.problem(), code, "{}", answer.text);
        assert!(
            answer.json()["title"].as_str().unwrap().contains(member),
            "{}",
            answer.text
        );
    }
    bob.call("GET", "/api/v1/connections?colour=red", Value::Null)
        .await
        .assert(400);
    let made = bob
        .call(
            "POST",
            "/api/v1/invites",
            json!({ "uses": "anyone", "note": "for all" }),
        )
        .await
        .assert(201);
    assert!(made.headers.contains_key("location"));
    let path = format!("/api/v1/invites/{}", made.json()["id"].as_str().unwrap());
    eve.call("GET", &path, Value::Null).await.assert(404);
    eve.call("DELETE", &path, Value::Null).await.assert(404);
    assert_eq!(
        bob.call("DELETE", &path, Value::Null)
            .await
            .assert(200)
            .json()["state"],
        "withdrawn"
    );
    bob.call("DELETE", &path, Value::Null).await.assert(200);
    let renewed = bob
        .call("POST", &format!("{path}/renew"), json!({}))
        .await
        .assert(400);
    assert_eq!(renewed.problem(), "invitation_withdrawn");
}

#[tokio::test]
async fn a_list_of_many_is_paged_without_loss() {
    let net = Net::default();
    let cat = TestServer::new(&net, "cat.example.org").await;
    let bob = cat.person("bob").await;
    let made = bob
        .call("POST", "/api/v1/invites", json!({ "uses": "anyone" }))
        .await
        .json();
    for n in 0..25 {
        net.pass_ms(if n % 3 == 0 { 1 } else { 0 });
        let somebody = cat.person(&format!("person{n:02}")).await;
        somebody
            .accepts(made["string"].as_str().unwrap())
            .await
            .assert(200);
    }
    let mut seen = Vec::new();
    let mut path = "/api/v1/connections?limit=10".to_owned();
    loop {
        let page = bob.call("GET", &path, Value::Null).await.assert(200).json();
        seen.extend(
            page["items"]
                .as_array()
                .unwrap()
                .iter()
                .map(|item| item["name"].to_string()),
        );
        let Some(cursor) = page["next_cursor"].as_str() else {
            break;
        };
        path = format!("/api/v1/connections?limit=10&cursor={cursor}");
    }
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 25);
    let found = bob
        .call("GET", "/api/v1/connections?q=SON07", Value::Null)
        .await
        .json();
    assert_eq!(found["items"].as_array().unwrap().len(), 1);
    let none = bob
        .call("GET", "/api/v1/connections?q=%25_", Value::Null)
        .await
        .json();
    assert_eq!(none["items"], json!([]));
}

/// The first bytes of an event stream, until `until` is among them.
async fn events(person: &crate::support::Person<'_>, last: &str, until: &str) -> String {
    use http_body_util::BodyExt;
    let mut body = person.stream("/api/v1/events", last).await;
    let mut seen = String::new();
    while !seen.contains(until) {
        let frame = tokio::time::timeout(std::time::Duration::from_secs(5), body.frame()).await;
        let frame = frame.unwrap_or_else(|_| panic!("no more events than {seen}"));
        seen.push_str(&String::from_utf8_lossy(
            frame.unwrap().unwrap().data_ref().unwrap(),
        ));
    }
    seen
}

#[tokio::test]
async fn events_arrive_with_their_reference_and_resume_where_a_client_left_off() {
    let net = Net::default();
    let cat = TestServer::new(&net, "cat.example.org").await;
    let (bob, eve) = (cat.person("bob").await, cat.person("eve").await);
    let invite = bob.invites().await;
    let first = events(&bob, "0", "event: invite.issued").await;
    assert!(first.contains("\"reference\":"), "{first}");
    let last = first
        .rsplit("id: ")
        .next()
        .unwrap()
        .lines()
        .next()
        .unwrap()
        .to_owned();
    eve.accepts(&invite).await.assert(200);
    let missed = events(&bob, &last, "event: connection.connected").await;
    assert!(
        !missed.contains("invite.issued"),
        "what was seen does not come again: {missed}"
    );
    let hers = events(&eve, "0", "event: acceptance.settled").await;
    assert!(
        !hers.contains("invite.issued"),
        "nobody sees what happens to others: {hers}"
    );
}

#[tokio::test]
async fn the_inviter_hears_at_once_who_accepted() {
    let net = Net::default();
    let cat = TestServer::new(&net, "cat.example.org").await;
    let dog = TestServer::new(&net, "dog.example.org").await;
    let _dog = dog.run_outbox();
    let (bob, carol) = (cat.person("bob").await, dog.person("carol").await);
    let invite = bob.invites().await;
    let (heard, accepted) = tokio::join!(
        events(&bob, "0", "event: invite.accepted"),
        carol.accepts(&invite)
    );
    accepted.assert(200);
    let news = heard.split("event: invite.accepted").nth(1).unwrap();
    assert!(news.contains("\"name\":\"Carol\""), "{heard}");
    assert!(news.contains("dog.example.org"), "{heard}");
}

#[tokio::test]
async fn a_disconnect_that_cannot_be_written_is_an_error_and_changes_nothing() {
    let net = Net::default();
    let cat = TestServer::new(&net, "cat.example.org").await;
    let (bob, eve) = (cat.person("bob").await, cat.person("eve").await);
    eve.accepts(&bob.invites().await).await.assert(200);
    let contact = json!({ "user_id": eve.id, "idp": "cat.example.org" });
    cat.meddle(
        "CREATE TRIGGER broken BEFORE UPDATE ON connections BEGIN SELECT RAISE(ABORT, 'broken'); END",
    )
    .await;
    bob.disconnects().await.assert(500);
    bob.call(
        "DELETE",
        "/sciencemesh/delete-accepted-user",
        contact.clone(),
    )
    .await
    .assert(500);
    assert_eq!((bob.lists().await.len(), eve.lists().await.len()), (1, 1));
    cat.meddle("DROP TRIGGER broken").await;
    bob.call("DELETE", "/sciencemesh/delete-accepted-user", contact)
        .await
        .assert(200);
    assert!(bob.lists().await.is_empty() && eve.lists().await.is_empty());
}

#[tokio::test]
async fn an_invitation_that_could_not_be_stored_is_never_shown() {
    let net = Net::default();
    let cat = TestServer::new(&net, "cat.example.org").await;
    let bob = cat.person("bob").await;
    cat.meddle(
        "CREATE TRIGGER broken BEFORE INSERT ON invites BEGIN SELECT RAISE(ABORT, 'broken'); END",
    )
    .await;
    for path in ["/api/v1/invites", "/sciencemesh/generate-invite"] {
        let failed = bob.call("POST", path, json!({})).await.assert(500).json();
        assert!(failed.get("token").is_none(), "{failed}");
    }
    cat.meddle("DROP TRIGGER broken").await;
    let listed = bob.call("GET", "/api/v1/invites", Value::Null).await;
    assert_eq!(listed.assert(200).json()["items"], json!([]));
}

#[tokio::test]
async fn a_list_that_cannot_be_read_is_an_error_and_never_empty() {
    let net = Net::default();
    let cat = TestServer::new(&net, "cat.example.org").await;
    let (bob, eve) = (cat.person("bob").await, cat.person("eve").await);
    eve.accepts(&bob.invites().await).await.assert(200);
    cat.meddle("ALTER TABLE connections RENAME TO gone").await;
    for path in [
        "/api/v1/connections",
        "/sciencemesh/find-accepted-users",
        "/sciencemesh/list-providers",
    ] {
        let failed = bob.call("GET", path, Value::Null).await.assert(500);
        assert!(failed.json().is_object(), "{}", failed.text);
    }
    cat.meddle("ALTER TABLE gone RENAME TO connections").await;
    assert_eq!(bob.lists().await, ["Eve"]);
}
