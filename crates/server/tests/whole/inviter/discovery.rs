//! How a server describes itself to others.

use symbolon_proto::signature::find_ocm;

use super::*;

async fn get(server: &TestServer, path: &str) -> Answer {
    let request = Request::get(path).body(Body::empty()).unwrap();
    server.request(request).await
}

#[tokio::test]
async fn description_is_served_at_all_four_paths_without_a_redirect() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    for (path, version) in [
        ("/.well-known/ocm", "1.4.0"),
        ("/.well-known/ocm/", "1.4.0"),
        ("/ocm-provider", "1.1.0"),
        ("/ocm-provider/", "1.1.0"),
    ] {
        let answer = get(&cat, path).await.assert(200);
        assert_eq!(answer.headers["content-type"], "application/json");
        let document = answer.json();
        assert_eq!(document["apiVersion"], version, "{path}");
        assert_eq!(document["enabled"], true);
        assert_eq!(document["endPoint"], "https://cat.example.org/ocm");
        for capability in ["http-sig", "invites", "invite-accepted", "notifications"] {
            let announced = document["capabilities"].as_array().unwrap();
            assert!(announced.contains(&json!(capability)), "{capability}");
        }
    }
}

#[tokio::test]
async fn every_address_in_the_description_is_ours_and_answers() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let document = get(&cat, "/.well-known/ocm").await.json();
    let path = |member: &str| {
        let url = document[member].as_str().unwrap();
        url.strip_prefix("https://cat.example.org")
            .unwrap()
            .to_owned()
    };
    get(&cat, &path("jwksUri")).await.assert(200);
    let dialog = format!(
        "{}?token=x&providerDomain=dog.example.org",
        path("inviteAcceptDialog")
    );
    let page = get(&cat, &dialog).await;
    assert!(matches!(page.status, 200 | 302 | 303), "{}", page.status);
    for below in ["invite-accepted", "notifications"] {
        let end = format!("{}/{below}", path("endPoint"));
        let empty = Message::new(&end, "application/json", "{}");
        assert_eq!(empty.to(&cat).await.assert(400).problem(), "member_missing");
    }
}

#[tokio::test]
async fn key_that_signs_our_requests_is_published() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let bob = cat.person("bob").await;
    let _dog = Peer::plain(&net, DOG);
    let running = cat.run_outbox();
    bob.accepts("sometoken@dog.example.org").await;
    drop(running);
    let sent = net.posted("/invite-accepted");
    assert!(!sent.is_empty());
    let published = get(&cat, "/.well-known/jwks.json").await.assert(200);
    let keys = Jwks::parse(published.text.as_bytes()).unwrap();
    assert!(!published.text.contains("\"d\""), "the private half");
    for request in sent {
        let view: Vec<_> = request
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let parts = MessageParts::request("POST", &request.url, &view);
        let signature = find_ocm(&parts).unwrap().expect("it is signed");
        assert_eq!(signature.authority().as_deref(), Some(CAT));
        signature
            .verify(&parts, &request.body, &keys, net.seconds())
            .unwrap();
    }
}

#[tokio::test]
async fn nothing_else_below_ocm_is_there_and_says_so_as_a_problem() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    for path in [
        "/ocm/nothing",
        "/.well-known/nothing",
        "/ocm/invite-accepted/x",
    ] {
        let answer = get(&cat, path).await.assert(404);
        assert_eq!(answer.problem(), "not_found");
    }
}
