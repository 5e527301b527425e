//! In which language programs are answered.

use axum::http::Request;
use serde_json::json;

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
        ("de", "de", "Melden Sie sich an"),
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
async fn a_persons_own_setting_outweighs_what_the_client_accepts_for_problems_and_texts() {
    let net = Net::default();
    let cat = TestServer::new(&net, "cat.example.org").await;
    let dog = TestServer::new(&net, "dog.example.org").await;
    let (bob, carol) = (cat.person("bob").await, dog.person("carol").await);
    let running = dog.run_outbox();
    carol.accepts(&bob.invites().await).await.assert(200);
    drop(running);
    net.down(&dog);
    bob.disconnects().await.assert(200);
    for (setting, wish, tag, title, told) in [
        (
            Some("de"),
            "zh-CN",
            "de",
            "Diese Verbindung gibt es nicht",
            "Hier getrennt.",
        ),
        (None, "zh-CN", "zh-CN", "没有这个连接", "本服务器已断开"),
        (
            Some("en"),
            "de",
            "en",
            "There is no such connection",
            "Disconnected here.",
        ),
    ] {
        let set = json!({ "language": setting });
        bob.call("PATCH", "/api/v1/me", set).await.assert(200);
        let list = bob
            .page("/api/v1/connections?state=disconnected", wish)
            .await
            .assert(200);
        let said = list.json()["items"][0]["told_text"]
            .as_str()
            .unwrap()
            .to_owned();
        assert!(said.starts_with(told), "{said}");
        let lost = bob
            .page("/api/v1/connections/nothing", wish)
            .await
            .assert(404);
        assert_eq!(lost.headers["content-language"], tag);
        assert_eq!(lost.json()["title"], title);
        let lost = bob
            .call("POST", "/sciencemesh/accept-invite", json!({}))
            .await;
        assert!(lost.status >= 400, "{}", lost.text);
        assert_eq!(
            lost.headers["content-language"],
            setting.unwrap_or("en"),
            "{}",
            lost.text
        );
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
