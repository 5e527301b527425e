//! What servers in the field answer, and what the person who accepted or disconnected ends with.

mod known;

use serde_json::{Value, json};
use symbolon_proto::language::Language;
use symbolon_proto::problem::{Problem, Surface};

use self::known::{DOCUMENTS, OURS, REMOVALS, ROWS, YES, description};
use super::{CAT, acceptances, accepts_once};
use crate::support::{Net, TestServer, answer, discovery};

#[tokio::test]
async fn what_a_known_server_means_as_a_yes_connects() {
    for (products, status, kind, body) in YES {
        for product in products {
            let net = Net::default();
            let dog = TestServer::new(&net, "dog.example.org").await;
            let carol = dog.person("carol").await;
            is(&net, product, status, kind, body);
            let told = accepts_once(&carol).await;
            assert_eq!(told.status, 200, "{product}: {}", told.text);
            assert_eq!(carol.lists().await, ["Albert"], "{product}");
        }
    }
}

/// Cat is of this make, and answers every acceptance alike.
fn is(net: &Net, product: &'static str, status: u16, kind: &'static str, body: impl Into<String>) {
    let body = body.into();
    net.script(CAT, move |request| match request.method {
        http::Method::GET => answer(200, "application/json", description(product)),
        _ => answer(status, kind, body.clone()),
    });
}

#[tokio::test]
async fn however_a_known_server_describes_itself_the_person_ends_with_a_reason_that_fits() {
    for (products, about, status, document, ends_with) in DOCUMENTS {
        let net = Net::default();
        let dog = TestServer::new(&net, "dog.example.org").await;
        let carol = dog.person("carol").await;
        net.script(CAT, move |request| match request.method {
            http::Method::GET => answer(status, "application/json", document),
            _ => answer(200, "application/json", super::BOB),
        });
        let told = accepts_once(&carol).await;
        let body = told.json();
        let code = match told.status {
            200 => Some("connected"),
            202 => body["acceptance"]["waits_for"]["code"].as_str(),
            _ => body["problem"].as_str(),
        };
        assert_eq!(
            code,
            Some(ends_with),
            "{products:?}: {about}: {}",
            told.text
        );
    }
}

#[tokio::test]
async fn whatever_a_known_server_answers_to_a_disconnect_person_and_story_see_what_it_is_worth() {
    for (products, status, body, told) in REMOVALS {
        let net = Net::default();
        let dog = TestServer::new(&net, "dog.example.org").await;
        let carol = dog.person("carol").await;
        super::answers(&net, 200, "application/json", super::BOB);
        accepts_once(&carol).await.assert(200);
        super::answers(&net, status, "application/json", body);
        let ended = carol.disconnects().await.assert(200).json();
        dog.drive().await;
        let path = format!("/api/v1/connections/{}", ended["id"].as_str().unwrap());
        let now = carol.call("GET", &path, Value::Null).await.json();
        assert_eq!(now["told"], told, "{products:?}: {now}");
        let story = carol
            .call("GET", &format!("{path}/trace"), Value::Null)
            .await;
        let story = story.assert(200).json();
        let lines = story["lines"].as_array().unwrap().iter();
        let answered = lines.rev().find(|line| line["step"] == "answered").unwrap();
        // A yes that proves nothing is a yes; what is not understood is refused.
        let yes = matches!(told, "confirmed" | "unconfirmed");
        assert_eq!(
            answered["result"] == "done",
            yes,
            "{products:?}: {answered}"
        );
    }
}

/// For the page: what is said under "details" is one line, in the reader's language, with what the other server said.
#[tokio::test]
async fn a_page_shows_in_one_line_what_the_other_server_said_and_an_administrator_sees_all_of_it() {
    let net = Net::default();
    let dog = TestServer::new(&net, "dog.example.org").await;
    let carol = dog.person("carol").await;
    net.script(CAT, |request| {
        if request.method == http::Method::GET {
            return answer(200, "application/json", discovery(CAT, &["invites"]));
        }
        let said = format!(r#"{{"message":"no\r\nsuch\u001b[2J {}"}}"#, "x".repeat(900));
        let mut answer = answer(403, "application/json", said)?;
        answer
            .headers
            .push(("x-request-id".to_owned(), "cat-0815".to_owned()));
        Ok(answer)
    });
    accepts_once(&carol).await.assert(403);
    let one = &acceptances(&carol).await[0];
    let heard = &one["heard"];
    let message = heard["message"].as_str().unwrap();
    assert!(message.starts_with("403: no such"), "{message}");
    assert_eq!(message.chars().count(), 200, "{message}");
    assert!(message.ends_with("x…"), "{message}");
    assert!(!message.contains(char::is_control), "{message:?}");
    let path = format!("/acceptances/{}", one["id"].as_str().unwrap());
    for (language, stage, named) in [
        ("en", "trust each other", "named there"),
        ("de", "einander vertrauen", "heißt dort"),
        ("zh-CN", "信任问题", "在那里的编号"),
    ] {
        let page = carol.page(&path, language).await.assert(200).text;
        let details = page.split("<details").nth(1).unwrap();
        let line = details.split("</details>").next().unwrap();
        for part in [stage, "403: no such", named, "cat-0815"] {
            assert!(line.contains(part), "{part}: {line}");
        }
        assert_eq!(line.matches("<p>").count(), 1, "{line}");
    }
    let load = symbolon_store::trace::LoadTrace {
        thread: symbolon_store::trace::Thread::Reference(
            one["reference"].as_str().unwrap().to_owned(),
        ),
        only: None,
    };
    let trace = dog.app.store.read(load).await.unwrap();
    let story = symbolon_server::actions::trace::Story::of(&trace, Language::En);
    let answered = story.lines.iter().find(|line| line.status == Some(403));
    let answered = answered.expect("the attempt is told of");
    assert_eq!(answered.stage, Some("trust"));
    assert_eq!(answered.their_reference.as_deref(), Some("cat-0815"));
    let said = answered.said.as_ref().unwrap();
    assert!(said.starts_with("403: no such"));
    assert!(said.ends_with(&"x".repeat(900)), "all of it: {said}");
    assert_eq!(answered.result.as_deref(), Some("not_trusted_there"));
}

#[tokio::test]
async fn whatever_a_known_server_answers_the_person_ends_with_a_reason_that_fits() {
    for row in &ROWS {
        for product in row.products {
            let about = format!("{product}: {}", row.failure);
            let heard = ends(
                product,
                row.status,
                row.body.to_owned(),
                &about,
                row.ends_with,
            )
            .await;
            assert_eq!(heard["stage"], row.stage, "{about}");
            assert_eq!(heard["status"], row.status, "{about}");
            let body: Value = serde_json::from_str(row.body).unwrap_or_default();
            let said = ["detail", "message"].map(|name| body[name].as_str());
            if let Some(said) = said.into_iter().flatten().next() {
                let kept = heard["message"].as_str().unwrap();
                let begins = kept.starts_with(&row.status.to_string());
                assert!(
                    begins && kept.ends_with(&format!(": {said}")),
                    "{about}: {kept}"
                );
            }
        }
    }
}

#[tokio::test]
async fn whatever_another_symbolon_refuses_with_is_turned_around_for_the_person_it_is_said_to() {
    for (code, (ends_with, stage)) in OURS {
        let about = code.as_str();
        let problem = Problem::new(code)
            .with("seconds", "412")
            .with("member", "userID");
        let body = problem
            .body(Surface::Ocm, Language::En, "ref-1")
            .to_string();
        let status = problem.status(Surface::Ocm);
        let heard = ends("Symbolon", status, body, about, ends_with).await;
        assert_eq!(heard["stage"], stage, "{about}");
        let kept = heard["message"].as_str().unwrap();
        assert!(
            kept.starts_with(&format!("{status} {about}: ")),
            "{about}: {kept}"
        );
    }
}

/// Carol accepts an invitation of a server that answers so, and ends with this code; what was heard is returned.
async fn ends(
    product: &'static str,
    status: u16,
    body: String,
    about: &str,
    ends_with: &str,
) -> Value {
    let net = Net::default();
    let dog = TestServer::new(&net, "dog.example.org").await;
    let carol = dog.person("carol").await;
    is(&net, product, status, "application/json", body);
    accepts_once(&carol).await;
    let one = &acceptances(&carol).await[0];
    let reason = [&one["reason"], &one["waits_for"]];
    let code = reason.iter().find_map(|reason| reason["code"].as_str());
    assert_eq!(code, Some(ends_with), "{about}: {one}");
    one["heard"].clone()
}

#[tokio::test]
async fn the_name_that_the_other_server_gives_to_the_exchange_is_kept_unless_it_could_forge_lines()
{
    for (theirs, kept) in [("cat-0815", json!("cat-0815")), ("a b\u{7}", json!(null))] {
        let net = Net::default();
        let dog = TestServer::new(&net, "dog.example.org").await;
        let carol = dog.person("carol").await;
        net.script(CAT, move |request| {
            if request.method == http::Method::GET {
                return answer(200, "application/json", discovery(CAT, &["invites"]));
            }
            let mut answer = answer(500, "text/plain", "boom")?;
            answer
                .headers
                .push(("x-request-id".to_owned(), theirs.to_owned()));
            Ok(answer)
        });
        accepts_once(&carol).await.assert(202);
        let heard = &acceptances(&carol).await[0]["heard"];
        assert_eq!(heard["reference"], kept);
        assert_eq!(heard["message"], "500: boom");
    }
}

#[tokio::test]
async fn a_server_that_cannot_be_asked_what_it_is_failed_at_discovery() {
    let net = Net::default();
    let dog = TestServer::new(&net, "dog.example.org").await;
    let carol = dog.person("carol").await;
    net.script(CAT, |_| answer(503, "text/plain", "back on Monday"));
    accepts_once(&carol).await.assert(202);
    let heard = &acceptances(&carol).await[0]["heard"];
    let said = "503: back on Monday";
    assert_eq!(
        *heard,
        json!({ "stage": "discovery", "status": 503, "message": said })
    );
}
