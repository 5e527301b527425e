//! What a body of `POST /ocm/invite-accepted` may look like.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE;

use super::*;

/// Bob's server, an open invitation of his with its id, and a server without keys.
macro_rules! stage {
    ($net:ident, $cat:ident, $bob:ident, $token:ident, $id:ident, $dog:ident) => {
        let $net = Net::default();
        let $cat = TestServer::new(&$net, CAT).await;
        let $bob = $cat.person("bob").await;
        let ($token, $id) = invited(&$bob, json!({})).await;
        let $dog = Peer::plain(&$net, DOG);
    };
}

/// The acceptance with one member replaced.
fn with(dog: &Peer, token: &str, member: &str, value: Value) -> Message {
    let mut body = dog.acceptance(token);
    body[member] = value;
    Message::json(ACCEPTED, &body)
}

#[tokio::test]
async fn body_that_is_no_json_object_is_refused() {
    stage!(_net, cat, _bob, _token, _id, _dog);
    for body in [
        "",
        "{",
        "null",
        "[]",
        "\"token\"",
        "7",
        "{} {}",
        "[[\"token\",\"x\"]]",
        "<html></html>",
        "\u{FEFF}",
    ] {
        Message::new(ACCEPTED, "application/json", body)
            .refused(&cat, 400, "malformed_body", "cannot be read")
            .await;
    }
    Message::new(ACCEPTED, "application/json", b"{\"token\":\"\xff\"}")
        .refused(&cat, 400, "malformed_body", "cannot be read")
        .await;
}

#[tokio::test]
async fn json_that_goes_too_deep_is_refused_wherever_it_does() {
    stage!(_net, cat, _bob, token, _id, dog);
    let deep = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    for body in [
        "[".repeat(60_000),
        deep(30_000),
        format!("{{\"token\":{}", "{\"a\":".repeat(10_000)),
        format!("{{\"token\":\"t\",\"unknown\":{}}}", deep(200)),
    ] {
        Message::new(ACCEPTED, "application/json", body)
            .refused(&cat, 400, "malformed_body", "cannot be read")
            .await;
    }
    // What somebody may add one day is no deeper than that, and is read past.
    let unknown: Value = serde_json::from_str(&deep(100)).unwrap();
    let message = with(&dog, &token, "unknown", unknown);
    message.to(&cat).await.assert(200);
}

#[tokio::test]
async fn missing_and_blank_members_are_named() {
    stage!(_net, cat, _bob, token, _id, dog);
    for member in ["recipientProvider", "token", "userID"] {
        for value in [Value::Null, json!(""), json!(" \n ")] {
            with(&dog, &token, member, value)
                .refused(&cat, 400, "member_missing", member)
                .await;
        }
        let mut body = dog.acceptance(&token);
        body.as_object_mut().unwrap().remove(member);
        let refused = Message::json(ACCEPTED, &body)
            .refused(&cat, 400, "member_missing", member)
            .await;
        assert_eq!(refused.json()["message"], "MISSING_REQUIRED_FIELDS");
    }
}

#[tokio::test]
async fn members_of_a_wrong_type_are_named() {
    stage!(_net, cat, _bob, token, _id, dog);
    for member in ["recipientProvider", "token", "userID", "email", "name"] {
        for value in [json!({}), json!(["x"]), json!(true)] {
            with(&dog, &token, member, value)
                .refused(&cat, 400, "member_invalid", member)
                .await;
        }
    }
}

#[tokio::test]
async fn floor_that_no_generation_can_be_above_is_refused() {
    stage!(_net, cat, _bob, token, _id, dog);
    for floor in [
        json!(1_u64 << 53),
        json!(u64::MAX),
        json!(1e300),
        json!(-1),
        json!(0.5),
        json!("3"),
        json!([3]),
    ] {
        with(&dog, &token, "connection", json!({ "floor": floor }))
            .refused(&cat, 400, "member_invalid", "connection.floor")
            .await;
    }
    let highest = json!({ "floor": (1_u64 << 53) - 1 });
    let yes = with(&dog, &token, "connection", highest).to(&cat).await;
    assert_eq!(
        yes.assert(200).json()["connection"]["generation"],
        1_u64 << 53
    );
}

#[tokio::test]
async fn large_bodies_are_refused_with_the_limit_whether_announced_or_not() {
    stage!(_net, cat, _bob, token, _id, dog);
    let ten = vec![b' '; 10 * 1024 * 1024];
    for message in [
        Message::new(ACCEPTED, "application/json", ten.clone()),
        Message::new(ACCEPTED, "application/json", ten.clone())
            .header("content-length", &ten.len().to_string()),
        Message::new(NOTIFICATIONS, "application/json", ten),
        with(&dog, &token, "name", json!("x".repeat(100_000))),
    ] {
        message
            .refused(&cat, 413, "body_too_large", "65,536 bytes")
            .await;
    }
}

#[tokio::test]
async fn name_of_absurd_length_in_a_small_body_is_refused_by_its_name() {
    stage!(_net, cat, _bob, token, _id, dog);
    with(&dog, &token, "name", json!("x".repeat(20_000)))
        .refused(&cat, 400, "member_invalid", "name")
        .await;
    with(&dog, &token, "email", json!("x".repeat(20_000)))
        .refused(&cat, 400, "member_invalid", "email")
        .await;
}

#[tokio::test]
async fn control_characters_and_direction_overrides_in_a_name_are_cleaned_and_the_two_connected() {
    stage!(_net, cat, bob, token, _id, dog);
    for (sent, shown) in [
        ("Ca\u{0}rol\u{7}", "Carol"),
        ("\u{202E}loraC\u{202C}", "loraC"),
        ("Carol\r\n\tof  Dog ", "Carol of Dog"),
        ("\u{200B}\u{FEFF}", "carol"),
        ("", "carol"),
        ("卡罗尔", "卡罗尔"),
    ] {
        let message = with(&dog, &token, "name", json!(sent));
        message.to(&cat).await.assert(200);
        assert_eq!(bob.lists().await, [shown], "{sent:?}");
    }
}

#[tokio::test]
async fn impossible_identifiers_are_refused_with_the_reason() {
    stage!(_net, cat, _bob, token, _id, dog);
    for (id, words) in [
        ("a".repeat(2_000), "longer than 1024 bytes"),
        ("ca\u{0}rol".to_owned(), "control characters"),
        ("carol\n".to_owned(), "control characters"),
    ] {
        let message = with(&dog, &token, "userID", json!(id));
        let refused = message.refused(&cat, 400, "member_invalid", words).await;
        assert!(
            refused.json()["detail"]
                .as_str()
                .unwrap()
                .contains("userID")
        );
    }
}

#[tokio::test]
async fn names_of_no_server_are_refused_with_the_reason() {
    stage!(net, cat, _bob, token, _id, dog);
    for (name, words) in [
        ("https://", "missing"),
        ("https:///ocm", "missing"),
        ("carol@dog.example.org", "not the name of a server"),
        ("a@b@dog.example.org", "not the name of a server"),
        ("https://dog.example.org@evil.example.org", "not the name"),
        ("dog.example.org:0", "port"),
        ("dog.example.org:65536", "port"),
        ("dog.example.org:https", "port"),
        ("dog example.org", "not the name of a server"),
        ("dog..example.org", "not the name of a server"),
        ("[2001:db8::1", "not the name of a server"),
        ("dog.example.org\\evil", "not the name of a server"),
        ("dog%2eexample.org", "not the name of a server"),
        ("ftp://dog.example.org", "not the name of a server"),
        (&"a".repeat(600), "longer than"),
    ] {
        let message = with(&dog, &token, "recipientProvider", json!(name));
        let refused = message.refused(&cat, 400, "member_invalid", words).await;
        let detail = refused.json()["detail"].to_string();
        assert!(detail.contains("recipientProvider"), "{detail}");
    }
    assert!(
        net.sent.lock().unwrap().is_empty(),
        "nobody was asked anything"
    );
}

#[tokio::test]
async fn every_spelling_of_a_server_is_one_server() {
    stage!(net, cat, bob, token, id, dog);
    for name in [
        "https://dog.example.org",
        "DOG.Example.ORG",
        "https://dog.example.org:443/",
        "dog.example.org:443",
        "dog.example.org/index.php/ocm",
        " dog.example.org. ",
    ] {
        let message = with(&dog, &token, "recipientProvider", json!(name));
        message.to(&cat).await.assert(200);
    }
    assert_eq!((bob.lists().await.len(), used(&bob, &id).await), (1, 1));
    assert_eq!(halves(&cat).await[0].contact.provider.as_str(), DOG);
    drop(net);
}

#[tokio::test]
async fn ports_addresses_and_international_names_are_servers_of_their_own() {
    stage!(net, cat, bob, _token, _id, dog);
    for (sent, canonical) in [
        ("dog.example.org:8443", "dog.example.org:8443"),
        ("https://[2001:DB8::1]:9200/", "[2001:db8::1]:9200"),
        ("192.0.2.7", "192.0.2.7"),
        ("https://Bücher.example.org", "xn--bcher-kva.example.org"),
    ] {
        let _server = Peer::plain(&net, canonical);
        let (token, _) = invited(&bob, json!({})).await;
        let message = with(&dog, &token, "recipientProvider", json!(sent));
        message.to(&cat).await.assert(200);
        let halves = halves(&cat).await;
        let found = halves
            .iter()
            .any(|half| half.contact.provider.as_str() == canonical);
        assert!(found, "{sent}");
    }
    assert_eq!(bob.lists().await.len(), 4);
}

#[tokio::test]
async fn forms_charsets_and_trailing_slashes_are_taken() {
    stage!(_net, cat, bob, token, id, _dog);
    let form =
        format!("recipientProvider=dog.example.org&token={token}&userID=carol&name=Carol+of%20Dog");
    let json =
        json!({ "recipientProvider": DOG, "token": token, "userID": "carol", "name": "Carol" })
            .to_string();
    for (path, kind, body) in [
        (ACCEPTED, "application/x-www-form-urlencoded", form.as_str()),
        (
            ACCEPTED,
            "Application/X-WWW-Form-Urlencoded; charset=UTF-8",
            &form,
        ),
        (ACCEPTED, "application/json; charset=utf-8", &json),
        (ACCEPTED, "application/ocm+json", &json),
        ("/ocm/invite-accepted/", "application/json", &json),
    ] {
        let answer = Message::new(path, kind, body).to(&cat).await;
        assert_eq!(answer.status, 200, "{kind}: {}", answer.text);
    }
    assert_eq!((bob.lists().await.len(), used(&bob, &id).await), (1, 1));
}

#[tokio::test]
async fn form_without_a_token_is_refused_by_the_name_of_the_member() {
    stage!(_net, cat, _bob, _token, _id, _dog);
    let kind = "application/x-www-form-urlencoded";
    for body in [
        "",
        "recipientProvider=dog.example.org&userID=carol",
        "token",
    ] {
        Message::new(ACCEPTED, kind, body)
            .refused(&cat, 400, "member_missing", "token")
            .await;
    }
}

#[tokio::test]
async fn other_types_are_refused_with_the_one_to_send() {
    stage!(_net, cat, _bob, token, _id, dog);
    let body = dog.acceptance(&token).to_string();
    for kind in ["text/plain", "", "multipart/form-data; boundary=x", "json"] {
        for path in [ACCEPTED, NOTIFICATIONS] {
            Message::new(path, kind, body.clone())
                .refused(&cat, 415, "unsupported_media_type", "application/json")
                .await;
        }
    }
}

#[tokio::test]
async fn other_methods_are_refused_as_such() {
    stage!(_net, cat, _bob, _token, _id, _dog);
    for path in [ACCEPTED, NOTIFICATIONS] {
        let request = Request::get(path).body(Body::empty()).unwrap();
        let answer = cat.request(request).await.assert(405);
        assert_eq!(answer.problem(), "method_not_allowed");
        assert_eq!(answer.headers["allow"], "POST");
    }
}

#[tokio::test]
async fn token_with_a_line_break_around_it_still_works() {
    stage!(_net, cat, bob, token, id, dog);
    for token in [format!("{token}\n"), format!(" {token}\r\n")] {
        let message = Message::json(ACCEPTED, &dog.acceptance(&token));
        message.to(&cat).await.assert(200);
    }
    assert_eq!(used(&bob, &id).await, 1);
}

#[tokio::test]
async fn impossible_tokens_are_refused_without_being_repeated() {
    stage!(_net, cat, _bob, token, _id, dog);
    for sent in [
        format!("{token} x"),
        format!("{token}\u{0}"),
        token.repeat(12),
    ] {
        let message = with(&dog, &sent, "token", json!(sent));
        let refused = message.refused(&cat, 400, "member_invalid", "token").await;
        assert!(!refused.text.contains(&token));
    }
}

#[tokio::test]
async fn one_person_in_every_spelling_of_real_servers_is_one_connection_and_one_use() {
    let uuid = "4c510ada-c86b-4815-8820-42cdf82c3d51";
    let at = |issuer: &str| format!("{uuid}@{issuer}");
    let old = |issuer: &str| URL_SAFE.encode(at(&format!("https://{issuer}")));
    let own = [
        uuid.to_owned(),
        at(DOG),
        at("https://dog.example.org"),
        at("https://dog.example.org:443"),
        at("dog.example.org@dog.example.org"),
        old(DOG),
        old(DOG).trim_end_matches('=').to_owned(),
    ];
    let issuer = "idp.example.org:8443";
    let foreign = [
        at(issuer),
        at(&format!("https://{issuer}")),
        old(issuer),
        at(&format!("{issuer}@dog.example.org")),
    ];
    let realm = "idp.example.org/realms/dog";
    let with_path = [at(realm), at(&format!("https://{realm}")), old(realm)];
    for shapes in [&own[..], &foreign[..], &with_path[..]] {
        stage!(_net, cat, bob, token, id, dog);
        for shape in shapes {
            let message = with(&dog, &token, "userID", json!(shape));
            let yes = message.to(&cat).await.assert(200).json();
            assert_eq!(yes["connection"]["generation"], 1, "{shape}");
            let half = &halves(&cat).await[0];
            assert_eq!(half.contact.remote.verbatim(), shape, "the latest is kept");
        }
        assert_eq!(
            (bob.lists().await.len(), used(&bob, &id).await),
            (1, 1),
            "{shapes:?}"
        );
    }
}

#[tokio::test]
async fn people_of_two_realms_of_one_issuer_are_two_people() {
    stage!(_net, cat, _bob, token, _id, dog);
    let carol = |realm: &str| json!(format!("carol@https://idp.example.org/realms/{realm}"));
    let first = with(&dog, &token, "userID", carol("one"));
    first.to(&cat).await.assert(200);
    with(&dog, &token, "userID", carol("two"))
        .refused(&cat, 409, "invitation_used_up", "as many have accepted")
        .await;
}

#[tokio::test]
async fn capitals_make_another_person() {
    stage!(_net, cat, _bob, token, _id, dog);
    with(&dog, &token, "userID", json!("carol"))
        .to(&cat)
        .await
        .assert(200);
    with(&dog, &token, "userID", json!("Carol"))
        .refused(&cat, 409, "invitation_used_up", "as many have accepted")
        .await;
}

#[tokio::test]
async fn missing_email_becomes_the_address() {
    stage!(_net, cat, _bob, token, _id, dog);
    for email in [Value::Null, json!(""), json!(" \u{7}")] {
        let message = with(&dog, &token, "email", email);
        message.to(&cat).await.assert(200);
        assert_eq!(halves(&cat).await[0].contact.email, "carol@dog.example.org");
    }
}

#[tokio::test]
async fn numbers_for_identifiers_are_taken_as_text() {
    stage!(_net, cat, _bob, token, _id, dog);
    let message = with(&dog, &token, "userID", json!(42));
    message.to(&cat).await.assert(200);
    assert_eq!(halves(&cat).await[0].contact.remote.verbatim(), "42");
}
