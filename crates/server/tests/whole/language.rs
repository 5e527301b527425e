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

#[tokio::test]
async fn what_is_wrong_with_a_body_is_told_in_the_language_of_the_client() {
    let net = Net::default();
    let cat = TestServer::new(&net, "cat.example.org").await;
    let bob = cat.person("bob").await;
    let ask = async |method: &str, path: &str, body: &'static str, language: &str| {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("accept-language", language)
            .header("authorization", &bob.authorization);
        let request = match method {
            "GET" => request,
            _ => request.header("content-type", "application/json"),
        };
        let answer = cat.request(request.body(body.into()).unwrap()).await;
        assert_eq!(answer.status, 400, "{}", answer.text);
        answer.json()
    };
    let english = [
        "the", "body", "expected", "invalid", "eof", "string", "struct", "line", "column",
    ];
    for (method, path, body, german) in [
        (
            "POST",
            "/api/v1/acceptances",
            "[]",
            "erwartet wird ein Objekt",
        ),
        (
            "POST",
            "/api/v1/acceptances",
            "7",
            "erwartet wird ein Objekt",
        ),
        (
            "POST",
            "/api/v1/acceptances",
            "{",
            "hört es auf, in Zeile 1, Spalte 1.",
        ),
        (
            "POST",
            "/api/v1/acceptances",
            "{]",
            "kein JSON, in Zeile 1, Spalte 2.",
        ),
        ("POST", "/api/v1/acceptances", "", "es steht nichts da."),
        (
            "POST",
            "/api/v1/acceptances",
            r#"{"invite": 1}"#,
            "invite geht so nicht: erwartet wird ein Text.",
        ),
        (
            "POST",
            "/api/v1/acceptances",
            r#"{"invite": "a", "keeps_email": 1}"#,
            "erwartet wird true oder false.",
        ),
        (
            "POST",
            "/api/v1/acceptances",
            r#"{"invitation": 1}"#,
            "kennt: invite, provider, keeps_email.",
        ),
        (
            "POST",
            "/api/v1/invites",
            r#"{"uses": "many"}"#,
            "erlaubt sind 1 bis 10000 oder anyone.",
        ),
        (
            "POST",
            "/api/v1/invites",
            r#"{"expires_in": "x"}"#,
            "erwartet wird eine ganze Zahl.",
        ),
        (
            "GET",
            "/api/v1/acceptances?limit=x",
            "",
            "erwartet wird eine ganze Zahl.",
        ),
        (
            "GET",
            "/api/v1/acceptances?pending=x",
            "",
            "erwartet wird true oder false.",
        ),
        (
            "GET",
            "/api/v1/connections?state=x",
            "",
            "erlaubt ist eines von ",
        ),
        (
            "GET",
            "/api/v1/me/copy?format=x",
            "",
            "erlaubt ist eines von json, vcard, jscontact.",
        ),
        (
            "POST",
            "/sciencemesh/accept-invite",
            "{",
            "hört es auf, in Zeile 1, Spalte 1.",
        ),
    ] {
        let told = ask(method, path, body, "de").await;
        let detail = told["detail"].as_str().unwrap();
        assert!(detail.contains(german), "{body}: {detail}");
        for language in ["de", "zh-CN"] {
            let told = ask(method, path, body, language).await;
            for part in ["title", "detail", "remedy"] {
                let text = told[part].as_str().unwrap().to_lowercase();
                let mut words = text.split(|c: char| !c.is_ascii_alphanumeric());
                let met = words.find(|word| english.contains(word));
                assert_eq!(met, None, "{path} {body} in {language}: {text}");
            }
        }
    }
}

#[tokio::test]
async fn a_member_that_is_not_known_or_not_right_is_named_with_what_would_be() {
    let net = Net::default();
    let cat = TestServer::new(&net, "cat.example.org").await;
    let bob = cat.person("bob").await;
    let wrong = json!({ "invitation": "abcdefgh" });
    let told = bob
        .call("POST", "/api/v1/acceptances", wrong)
        .await
        .assert(400)
        .json();
    assert_eq!(told["member"], "invitation");
    assert_eq!(
        told["choices"],
        json!(["invite", "provider", "keeps_email"])
    );
    assert!(
        told["detail"]
            .as_str()
            .unwrap()
            .contains("invite, provider, keeps_email"),
        "{told}"
    );
    for uses in [json!(0), json!("many")] {
        let told = bob
            .call("POST", "/api/v1/invites", json!({ "uses": uses }))
            .await
            .assert(400)
            .json();
        assert_eq!(told["member"], "uses", "{told}");
    }
}

#[tokio::test]
async fn programs_that_ask_for_what_is_not_there_are_not_sent_to_a_list() {
    let net = Net::default();
    let cat = TestServer::new(&net, "cat.example.org").await;
    for (method, path) in [
        ("POST", "/ocm/shares"),
        ("GET", "/api/v1/nothing"),
        ("GET", "/sciencemesh/nothing"),
    ] {
        let request = Request::builder().method(method).uri(path);
        let request = request.body(axum::body::Body::empty()).unwrap();
        let told = cat.request(request).await.assert(404).json();
        assert_eq!(told["title"], "There is nothing at this address");
        assert_eq!(told["detail"], "This server offers nothing there.");
        assert!(!told["remedy"].as_str().unwrap().contains("list"), "{told}");
    }
}

#[tokio::test]
async fn invitation_for_an_address_says_that_no_mail_carries_it_where_none_is_sent() {
    let net = Net::default();
    let cat = TestServer::new(&net, "cat.example.org").await;
    let bob = cat.person("bob").await;
    let made = async |body| {
        let made = bob.call("POST", "/api/v1/invites", body).await;
        made.assert(201).json()
    };
    let silent = made(json!({ "email": "carol@example.org" })).await;
    assert_eq!(silent["not_mailed"]["code"], "mail_off", "{silent}");
    assert_eq!(silent["not_mailed"]["title"], "This server sends no mail");
    assert!(made(json!({})).await.get("not_mailed").is_none());
}
