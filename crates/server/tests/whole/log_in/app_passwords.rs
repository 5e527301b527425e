//! What the trail says of apps that log in.

use std::time::Duration;

use serde_json::Value;
use symbolon_store::events::Event;

use crate::support::{Net, TestServer, whole_audit};

async fn uses(server: &TestServer) -> Vec<Event> {
    let mut events = whole_audit(server).await;
    events.retain(|event| event.kind == "user.app_password_used");
    events
}

/// The same once there are so many: they are written beside the answers to requests.
async fn uses_at_last(server: &TestServer, count: usize) -> Vec<Event> {
    loop {
        let uses = uses(server).await;
        if uses.len() >= count {
            return uses;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn log_ins_by_an_app_password_are_in_the_trail_once_an_hour_under_the_reference_of_the_request()
 {
    let net = Net::default();
    let cat = TestServer::new(&net, "cat.example.org").await;
    let bob = cat.person("bob").await;
    let asks = async || bob.call("GET", "/api/v1/me", Value::Null).await.assert(200);
    let first = asks().await;
    for _ in 0..3 {
        net.pass_ms(15 * 60_000);
        asks().await;
    }
    let told = uses_at_last(&cat, 1).await;
    assert_eq!(told[0].user.as_ref(), Some(&bob.id));
    assert_eq!(
        told[0].reference.as_deref(),
        first.headers["x-request-id"].to_str().ok()
    );
    net.pass_ms(16 * 60_000);
    asks().await;
    assert_eq!(uses_at_last(&cat, 2).await.len(), 2);
}

#[tokio::test]
async fn whoever_came_by_the_log_in_service_has_no_password_to_be_asked_for_and_makes_app_passwords_on_the_page()
 {
    let net = Net::default();
    let cat = TestServer::new(&net, "cat.example.org").await;
    let bob = cat.person("bob").await;
    let page = bob.page("/settings", "en").await.assert(200).text;
    assert!(!page.contains("id=\"confirm\""));
    let made = bob.posts("/settings/app-passwords", "label=phone").await;
    assert!(made.assert(200).text.contains("id=\"fresh\""));
}
