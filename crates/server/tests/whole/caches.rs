//! What lies between a client and this server keeps no answer.

use axum::body::Body;
use http::Request;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::support::{Key, Net, Person, TestServer};

/// The id of the first of a list.
async fn first(person: &Person<'_>, list: &str) -> String {
    let listed = person.call("GET", list, Value::Null).await.assert(200);
    let id = &listed.json()["items"][0]["id"];
    id.as_str().unwrap().to_owned()
}

/// The `Cache-Control` of what a person gets at a path. A stream does not end, so that its body is not read.
async fn kept(person: &Person<'_>, path: &str) -> String {
    let request = Request::get(path).header("authorization", &person.authorization);
    let request = request.body(Body::empty()).unwrap();
    let router = person.server.router.clone();
    let response = router.oneshot(request).await.unwrap();
    assert_eq!(response.status(), 200, "{path}");
    let header = response.headers().get("cache-control");
    header.map_or("", |it| it.to_str().unwrap()).to_owned()
}

#[tokio::test]
async fn no_answer_of_the_doors_for_clients_may_be_kept_by_a_cache() {
    let net = Net::default();
    let mail = [
        (Key::MailServer, "smtps://mail.example.org"),
        (Key::MailFrom, "cat@example.org"),
    ];
    let cat = TestServer::with(&net, "cat.example.org", &mail).await;
    let dog = TestServer::new(&net, "dog.example.org").await;
    let (_cat, _dog) = (cat.run_outbox(), dog.run_outbox());
    let (bob, carol) = (cat.person("bob").await, dog.person("carol").await);
    bob.accepts(&carol.invites().await).await.assert(200);
    bob.invites().await;
    let document = bob.call("GET", "/api/v1/openapi.json", Value::Null).await;
    assert_eq!(document.headers["cache-control"], "no-store");
    let document = document.json();
    let paths = document["paths"].as_object().unwrap();
    let read = paths.iter().filter(|(_, path)| path.get("get").is_some());
    let mut seen = 0;
    for (path, _) in read {
        let path = match path.split_once("/{id}") {
            Some((list, rest)) => format!("{list}/{}{rest}", first(&bob, list).await),
            None => path.clone(),
        };
        let expected = match path.as_str() {
            "/api/v1/events" => "no-cache",
            _ => "no-store",
        };
        assert_eq!(kept(&bob, &path).await, expected, "{path}");
        seen += 1;
    }
    assert!(seen >= 16, "{seen}");
    // What is told once in the answer to a change.
    for (path, status) in [
        ("/api/v1/invites", 201),
        ("/sciencemesh/generate-invite", 200),
    ] {
        let made = bob.call("POST", path, json!({})).await.assert(status);
        assert_eq!(made.headers["cache-control"], "no-store", "{path}");
    }
    let stream = bob.stream("/api/v1/events", "0").await.frame().await;
    assert!(stream.is_some(), "the stream goes on as before");
}
