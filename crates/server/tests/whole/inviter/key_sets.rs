//! Where the keys of other servers are, and what it means when they are gone.

use super::*;

/// A server whose two places for keys answer as they are told; beside it, how often each was asked.
struct Places {
    key: SigningKey,
    said: Arc<Mutex<u16>>,
    fixed: Arc<Mutex<u16>>,
}

impl Places {
    fn new(net: &Net, announces: bool) -> Self {
        let key = key(DOG, 1);
        let (said, fixed) = (Arc::new(Mutex::new(404)), Arc::new(Mutex::new(404)));
        let set = Jwks::from_iter([key.public_jwk()]);
        let set = serde_json::to_string(&set).unwrap();
        let (says, fixes) = (said.clone(), fixed.clone());
        net.script(DOG, move |request| {
            let status = match request.url.rsplit('/').next().unwrap() {
                "ocm" => {
                    let document = discovery(DOG, &["http-sig", "invites"]);
                    let mut document: Value = serde_json::from_str(&document).unwrap();
                    if announces {
                        document["jwksUri"] = json!(format!("https://{DOG}/keys"));
                    }
                    return answer(200, "application/json", document.to_string());
                }
                "keys" => *says.lock().unwrap(),
                "jwks.json" => *fixes.lock().unwrap(),
                _ => 404,
            };
            match status {
                0 => Err(TransportError::ConnectionRefused),
                200 => answer(200, "application/json", set.clone()),
                // A page of a proxy, and nothing about keys.
                1 => answer(200, "text/html", "<h1>Back soon</h1>"),
                status => answer(status, "text/plain", ""),
            }
        });
        Self { key, said, fixed }
    }

    /// A server that names one place for its keys and keeps the one that it signs with in the other.
    fn split(net: &Net) -> SigningKey {
        let (old, new) = (key(DOG, 1), key(DOG, 2));
        let set =
            |key: &SigningKey| serde_json::to_string(&Jwks::from_iter([key.public_jwk()])).unwrap();
        let (old, fixed) = (set(&old), set(&new));
        net.script(DOG, move |request| {
            match request.url.rsplit('/').next().unwrap() {
                "ocm" => {
                    let document = discovery(DOG, &["http-sig", "invites"]);
                    let mut document: Value = serde_json::from_str(&document).unwrap();
                    document["jwksUri"] = json!(format!("https://{DOG}/keys"));
                    answer(200, "application/json", document.to_string())
                }
                "keys" => answer(200, "application/json", old.clone()),
                "jwks.json" => answer(200, "application/json", fixed.clone()),
                _ => answer(404, "text/plain", ""),
            }
        });
        new
    }

    fn answer(&self, said: u16, fixed: u16) {
        *self.said.lock().unwrap() = said;
        *self.fixed.lock().unwrap() = fixed;
    }
}

async fn accepted(net: &Net, cat: &TestServer, token: &str, key: &SigningKey) -> Answer {
    let carol = json!({ "recipientProvider": DOG, "token": token, "userID": "carol",
        "email": "carol@example.org", "name": "Carol" });
    Message::json(ACCEPTED, &carol)
        .signed(net, key)
        .to(cat)
        .await
}

#[tokio::test]
async fn keys_are_found_where_the_server_says_or_at_the_fixed_path() {
    for (announces, said, fixed) in [
        (true, 200, 404),
        (true, 404, 200),
        (true, 500, 200),
        (true, 1, 200),
        (false, 404, 200),
    ] {
        let net = Net::default();
        let cat = TestServer::new(&net, CAT).await;
        let bob = cat.person("bob").await;
        let (token, _) = invited(&bob, json!({})).await;
        let places = Places::new(&net, announces);
        places.answer(said, fixed);
        let answer = accepted(&net, &cat, &token, &places.key).await;
        assert_eq!(
            answer.status, 200,
            "{announces} {said} {fixed}: {}",
            answer.text
        );
    }
}

#[tokio::test]
async fn keys_that_were_taken_back_are_believed_no_more_and_those_that_cannot_be_had_serve_on() {
    for (said, fixed, status) in [
        (404, 404, 401),
        (410, 410, 401),
        (410, 404, 401),
        // Nothing is known of one of the two places.
        (404, 0, 200),
        (0, 404, 200),
        (0, 0, 200),
        (503, 503, 200),
        (429, 404, 200),
        (1, 404, 200),
    ] {
        let net = Net::default();
        let cat = TestServer::new(&net, CAT).await;
        let bob = cat.person("bob").await;
        let (token, _) = invited(&bob, json!({})).await;
        let places = Places::new(&net, true);
        places.answer(200, 404);
        accepted(&net, &cat, &token, &places.key).await.assert(200);
        places.answer(said, fixed);
        // Until the next look they are fresh.
        net.pass_ms(4 * 60_000);
        accepted(&net, &cat, &token, &places.key).await.assert(200);
        net.pass_ms(2 * 60_000);
        let then = accepted(&net, &cat, &token, &places.key).await;
        assert_eq!(then.status, status, "{said} {fixed}: {}", then.text);
        if status == 401 {
            assert_eq!(then.problem(), "signature_unknown_key");
        }
    }
}

#[tokio::test]
async fn a_key_that_is_missing_where_the_server_says_is_looked_for_at_the_fixed_path_too() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let bob = cat.person("bob").await;
    let (token, _) = invited(&bob, json!({})).await;
    let new = Places::split(&net);
    let asked = |end: &str| {
        let sent = net.sent.lock().unwrap();
        sent.iter()
            .filter(|request| request.url.ends_with(end))
            .count()
    };
    for round in 1..4 {
        accepted(&net, &cat, &token, &new).await.assert(200);
        accepted(&net, &cat, &token, &key(DOG, 1)).await.assert(200);
        assert_eq!((asked("/keys"), asked("/jwks.json")), (round, round));
        net.pass_ms(6 * 60_000);
    }
    // A key id that is nowhere makes us ask no more often than every ten seconds, whoever invents it.
    accepted(&net, &cat, &token, &new).await.assert(200);
    let before = (asked("/keys"), asked("/jwks.json"));
    for number in 3..20 {
        accepted(&net, &cat, &token, &key(DOG, number))
            .await
            .assert(401);
    }
    assert_eq!((asked("/keys"), asked("/jwks.json")), before);
    net.pass_ms(10_000);
    for number in 3..20 {
        accepted(&net, &cat, &token, &key(DOG, number))
            .await
            .assert(401);
    }
    assert_eq!(
        (asked("/keys"), asked("/jwks.json")),
        (before.0 + 1, before.1 + 1)
    );
}

#[tokio::test]
async fn a_server_without_keys_is_not_unsigned_and_comes_back_with_new_ones() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let bob = cat.person("bob").await;
    let (token, _) = invited(&bob, json!({})).await;
    let places = Places::new(&net, true);
    places.answer(200, 404);
    accepted(&net, &cat, &token, &places.key).await.assert(200);
    places.answer(404, 404);
    net.pass_ms(6 * 60_000);
    let sent = || net.sent.lock().unwrap().len();
    let before = sent();
    for _ in 0..20 {
        accepted(&net, &cat, &token, &places.key).await.assert(401);
    }
    assert_eq!(sent(), before + 3, "once how it is, once each place");
    let carol = json!({ "recipientProvider": DOG, "token": token, "userID": "carol",
        "email": "carol@example.org", "name": "Carol" });
    let unsigned = Message::json(ACCEPTED, &carol);
    unsigned.refused(&cat, 401, "signature_missing", DOG).await;
    places.answer(200, 404);
    net.pass_ms(10_000);
    accepted(&net, &cat, &token, &places.key).await.assert(200);
}
