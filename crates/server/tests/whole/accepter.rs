//! Whatever another server answers, the person who accepted knows where they stand, and so does the database.

mod answers;
mod cancelling;
mod conflicts;
mod deliveries;
mod dialects;
mod disconnects;
mod looking;
mod pasted;
mod sent;

use serde_json::Value;

use crate::support::{Answer, Net, Person, answer, discovery};

const CAT: &str = "cat.example.org";

/// A yes as servers without generations give it.
const BOB: &str = r#"{"userID":"bob","email":"bob@example.org","name":"Bob"}"#;

/// A server of another make that answers every acceptance alike.
fn answers(net: &Net, status: u16, kind: &'static str, body: impl Into<String>) {
    let body = body.into();
    net.script(CAT, move |request| {
        if request.url.ends_with("/.well-known/ocm") {
            return answer(
                200,
                "application/json",
                discovery(CAT, &["/invite-accepted"]),
            );
        }
        answer(status, kind, body.clone())
    });
}

async fn accepts(carol: &Person<'_>) -> Answer {
    carol.accepts(&format!("some-token@{CAT}")).await
}

/// Accepts while the outbox runs, and stops it again, so that whatever is left to do waits for the test.
async fn accepts_once(carol: &Person<'_>) -> Answer {
    let _running = carol.server.run_outbox();
    accepts(carol).await
}

/// Accepts while no outbox runs, by a client that hangs up: the acceptance is kept, and nothing is sent.
async fn begins(carol: &Person<'_>, invite: &str) -> String {
    let before = acceptances(carol).await.as_array().unwrap().len();
    let accepting = carol.accepts(invite);
    tokio::pin!(accepting);
    let newest = loop {
        tokio::select! {
            told = &mut accepting => panic!("there was nothing to wait for: {}", told.text),
            () = tokio::time::sleep(std::time::Duration::from_millis(10)) => {}
        }
        let kept = acceptances(carol).await;
        if kept.as_array().unwrap().len() > before {
            break kept[0].clone();
        }
    };
    assert_eq!(newest["state"], "pending");
    newest["id"].as_str().unwrap().to_owned()
}

/// One acceptance as its owner sees it.
async fn acceptance(carol: &Person<'_>, id: &str) -> Value {
    let path = format!("/api/v1/acceptances/{id}");
    let found = carol.call("GET", &path, Value::Null).await;
    found.assert(200).json()
}

/// The bodies that were posted to a path so far.
fn bodies(net: &Net, path: &str) -> Vec<Value> {
    let sent = net.posted(path);
    let body = |request: &crate::support::OutboundRequest| serde_json::from_slice(&request.body);
    sent.iter().map(|request| body(request).unwrap()).collect()
}

async fn acceptances(carol: &Person<'_>) -> Value {
    carol
        .call("GET", "/api/v1/acceptances", Value::Null)
        .await
        .assert(200)
        .json()["items"]
        .clone()
}
