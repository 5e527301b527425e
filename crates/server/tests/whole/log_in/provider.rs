//! What is known of the service, and what becomes of a log-in while it is away.

use std::time::Duration;

use serde_json::json;

use super::double::{Away, DESCRIPTION, Double, KEYS, Says};
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
    assert_eq!(double.asked(KEYS), 1);
    double.changes_its_key();
    net.pass_ms(30_000);
    double.logs_in(&mut Browser::new(&cat)).await.assert(303);
    double.logs_in(&mut Browser::new(&cat)).await.assert(303);
    assert_eq!(double.asked(KEYS), 2);
    // A key that it does not publish, in the name of which anybody can sign.
    net.pass_ms(30_000);
    double.names_its_key("nobody's");
    for _ in 0..4 {
        let answer = double.logs_in(&mut Browser::new(&cat)).await.assert(502);
        assert_eq!(problem(&answer), "log_in_answer_invalid");
    }
    assert_eq!(double.asked(KEYS), 3);
    net.pass_ms(29_999);
    double.logs_in(&mut Browser::new(&cat)).await.assert(502);
    assert_eq!(double.asked(KEYS), 3);
    net.pass_ms(1);
    double.logs_in(&mut Browser::new(&cat)).await.assert(502);
    assert_eq!(double.asked(KEYS), 4);
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
            "log_in_set_up_wrong",
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

/// What somebody does a moment later than somebody else, whose answer is not there by then.
async fn later<T>(then: impl Future<Output = T>) -> T {
    tokio::time::sleep(Duration::from_millis(50)).await;
    let soon = tokio::time::timeout(Duration::from_secs(2), then);
    soon.await.expect("it waits for somebody else")
}

#[tokio::test]
async fn a_service_that_does_not_answer_is_waited_for_once_by_all() {
    for away in [DESCRIPTION, KEYS] {
        let net = Net::default();
        let double = Double::start().await;
        let cat = double.server(&net, &[]).await;
        let (mut first, mut second) = (Browser::new(&cat), Browser::new(&cat));
        let wanted = match away {
            KEYS => [
                double.sends_back(&mut first).await,
                double.sends_back(&mut second).await,
            ]
            .map(|back| back[url::Position::BeforePath..].to_owned()),
            _ => ["/login/oidc".to_owned(), "/login/oidc".to_owned()],
        };
        let (before, begun) = (double.asked(away), second.here.clone());
        double.is_away(away, Away::Slowly(net.clone()));
        let both = tokio::join!(first.get(&wanted[0]), later(second.get(&wanted[1])));
        for answer in [both.0, both.1] {
            assert_eq!(problem(&answer.assert(502)), "log_in_service_unreachable");
        }
        assert_eq!(double.asked(away), before + 1, "{away}");
        // It is asked again soon.
        net.pass_ms(5_000);
        second.here = begun;
        second.get(&wanted[1]).await.assert(502);
        assert_eq!(double.asked(away), before + 2, "{away}");
    }
}

#[tokio::test]
async fn nobody_waits_for_what_somebody_else_asks_who_can_go_on_without() {
    let net = Net::default();
    let double = Double::start().await;
    let cat = double.server(&net, &[]).await;
    let (mut first, mut second) = (Browser::new(&cat), Browser::new(&cat));
    // Somebody waits for keys, and others begin to log in.
    let back = double.sends_back(&mut first).await;
    double.is_away(KEYS, Away::Silently);
    let begun = tokio::select! {
        _ = first.comes_back(&back) => panic!("there are no keys"),
        begun = later(second.get("/login/oidc")) => begun,
    };
    begun.assert(303);
    // Somebody asks how it describes itself now, and others go on with what is known.
    net.pass_ms(3_600_000);
    double.is_away(DESCRIPTION, Away::Silently);
    let begun = tokio::select! {
        _ = first.get("/login/oidc") => panic!("there is no description"),
        begun = later(second.get("/login/oidc")) => begun,
    };
    begun.assert(303);
}
