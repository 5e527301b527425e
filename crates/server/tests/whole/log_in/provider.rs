//! What is known of the service, and what becomes of a log-in while it is away.

use serde_json::json;

use super::double::{Double, Says};
use super::kit::Browser;
use super::problem;
use crate::support::Net;

#[tokio::test]
async fn a_key_that_is_new_is_fetched_once_and_one_that_nobody_publishes_not_all_the_time() {
    let net = Net::default();
    let double = Double::start().await;
    let cat = double.server(&net, &[]).await;
    double.logs_in(&mut Browser::new(&cat)).await.assert(303);
    double.logs_in(&mut Browser::new(&cat)).await.assert(303);
    assert_eq!(double.key_fetches(), 1);
    double.changes_its_key();
    net.pass_ms(30_000);
    double.logs_in(&mut Browser::new(&cat)).await.assert(303);
    double.logs_in(&mut Browser::new(&cat)).await.assert(303);
    assert_eq!(double.key_fetches(), 2);
}

#[tokio::test]
async fn a_service_that_is_away_is_told_as_that_and_passwords_go_on() {
    let net = Net::default();
    let double = Double::start().await;
    let cat = double.server(&net, &[]).await;
    double.describes("issuer", json!("https://evil.example.org"));
    let answer = Browser::new(&cat)
        .get("/login/oidc?next=%2Finvitations")
        .await
        .assert(502);
    assert_eq!(problem(&answer), "log_in_answer_invalid");
    assert!(answer.text.contains("name=\"password\""));
    for (status, body, code) in [
        (503, json!({}), "log_in_service_unreachable"),
        (
            401,
            json!({ "error": "invalid_client" }),
            "log_in_answer_invalid",
        ),
        (200, json!({}), "log_in_answer_invalid"),
        (
            400,
            json!({ "error": "invalid_grant" }),
            "log_in_service_refused",
        ),
    ] {
        let double = Double::start().await;
        let cat = double.server(&net, &[]).await;
        double.says(Says {
            instead: Some((status, body)),
            ..Says::default()
        });
        let answer = double.logs_in(&mut Browser::new(&cat)).await;
        assert_eq!(problem(&answer), code);
    }
}
