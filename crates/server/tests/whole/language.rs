//! In which language programs are answered.

use axum::http::Request;

use crate::support::{Net, TestServer};

async fn asked(server: &TestServer, method: &str, path: &str, language: &str) -> (String, String) {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("accept-language", language)
        .body(axum::body::Body::empty())
        .unwrap();
    let answer = server.request(request).await;
    let tag = answer.headers.get("content-language");
    let tag = tag.map(|value| value.to_str().unwrap().to_owned());
    let title = answer.json()["title"].as_str().unwrap().to_owned();
    (tag.unwrap_or_default(), title)
}

#[tokio::test]
async fn problems_of_the_api_are_told_in_the_language_that_the_client_accepts() {
    let net = Net::default();
    let cat = TestServer::new(&net, "cat.example.org").await;
    for (wish, tag, title) in [
        ("de", "de", "Bitte anmelden"),
        ("zh-CN, en;q=0.5", "zh-CN", "请登录"),
        ("fr", "en", "Please log in"),
    ] {
        for path in ["/api/v1/me", "/sciencemesh/find-accepted-users"] {
            let told = asked(&cat, "GET", path, wish).await;
            assert_eq!(told, (tag.to_owned(), title.to_owned()), "{path}");
        }
    }
}

#[tokio::test]
async fn other_servers_are_answered_in_english_whatever_they_say() {
    let net = Net::default();
    let cat = TestServer::new(&net, "cat.example.org").await;
    let (tag, title) = asked(&cat, "POST", "/ocm/invite-accepted", "de").await;
    assert_eq!(tag, "");
    assert_eq!(title, "The request has an unknown type");
}
