//! `/metrics`.

use std::collections::BTreeSet;
use std::time::Duration;

use axum::body::Body;
use http::Request;
use serde_json::{Value, json};
use symbolon_server::config::Key;
use symbolon_server::telemetry;
use tower::ServiceExt;

use super::{figure, figures, shows_figures, whole_story};
use crate::support::{Net, TestServer, answer};

fn get(path: &str) -> Request<Body> {
    Request::get(path).body(Body::empty()).unwrap()
}

#[tokio::test]
async fn the_public_address_tells_nobody_its_figures_unless_the_settings_say_so() {
    let net = Net::default();
    let quiet = TestServer::new(&net, "cat.example.org").await;
    quiet.request(get("/metrics")).await.assert(404);
    let own = [(Key::Metrics, "127.0.0.1:0")];
    let elsewhere = TestServer::with(&net, "dog.example.org", &own).await;
    elsewhere.request(get("/metrics")).await.assert(404);
    let public = shows_figures(&net, "fox.example.org").await;
    let shown = public.request(get("/metrics")).await.assert(200);
    let kind = shown.headers["content-type"].to_str().unwrap();
    assert!(kind.starts_with("application/openmetrics-text; version=1.0.0"));
    assert!(shown.text.ends_with("# EOF\n"));
}

#[tokio::test]
async fn an_address_of_their_own_has_the_figures_and_nothing_else() {
    let net = Net::default();
    let own = [(Key::Metrics, "127.0.0.1:0")];
    let cat = TestServer::with(&net, "cat.example.org", &own).await;
    let router = telemetry::own_router(&cat.app);
    for (path, status) in [("/metrics", 200), ("/healthz", 404), ("/api/v1/me", 404)] {
        let answered = router.clone().oneshot(get(path)).await.unwrap();
        assert_eq!(answered.status(), status, "{path}");
    }
}

#[tokio::test]
async fn figures_tell_what_happened_on_both_sides() {
    let net = Net::default();
    let cat = shows_figures(&net, "cat.example.org").await;
    let dog = shows_figures(&net, "dog.example.org").await;
    whole_story(&net, &cat, &dog).await;
    net.pass_ms(600_000);
    let (at_cat, at_dog) = (figures(&cat).await, figures(&dog).await);
    for (series, value) in [
        (
            "symbolon_acceptances_total{side=\"accepter\",result=\"connected\"}",
            2.0,
        ),
        ("symbolon_disconnects_told_total{result=\"confirmed\"}", 1.0),
        ("symbolon_disconnect_confirmation_seconds_count", 1.0),
        (
            "symbolon_outbox_deliveries{peer_state=\"failing\",state=\"due\"}",
            2.0,
        ),
        (
            "symbolon_outbox_deliveries{peer_state=\"answers\",state=\"due\"}",
            0.0,
        ),
        (
            "symbolon_outbox_oldest_seconds{peer_state=\"failing\"}",
            600.0,
        ),
        (
            "symbolon_outbox_oldest_seconds{peer_state=\"answers\"}",
            0.0,
        ),
        ("symbolon_peers{peer_state=\"failing\"}", 1.0),
        ("symbolon_peers{peer_state=\"answers\"}", 0.0),
        (
            "symbolon_requests_total{surface=\"api\",outcome=\"refused\"}",
            1.0,
        ),
        (
            "symbolon_problems_total{surface=\"api\",code=\"not_authenticated\"}",
            1.0,
        ),
        (
            "symbolon_delivery_attempts_total{kind=\"invite_accepted\",code=\"none\"}",
            2.0,
        ),
        (
            "symbolon_delivery_attempts_total{kind=\"user_removed\",code=\"connection_refused\"}",
            1.0,
        ),
        (
            "symbolon_events_total{kind=\"connection.disconnected\"}",
            2.0,
        ),
        (
            "symbolon_store_seconds_count{access=\"write\",operation=\"disconnect\"}",
            2.0,
        ),
    ] {
        assert_eq!(figure(&at_dog, series), value, "{series}");
    }
    for (series, value) in [
        (
            "symbolon_acceptances_total{side=\"inviter\",result=\"connected\"}",
            2.0,
        ),
        (
            "symbolon_acceptances_total{side=\"inviter\",result=\"refused\"}",
            1.0,
        ),
        ("symbolon_signature_failures_total{reason=\"missing\"}", 1.0),
        ("symbolon_signature_failures_total{reason=\"clock\"}", 0.0),
        (
            "symbolon_requests_total{surface=\"ocm\",outcome=\"refused\"}",
            1.0,
        ),
        // Its description once, two acceptances, one removal.
        (
            "symbolon_requests_total{surface=\"ocm\",outcome=\"ok\"}",
            4.0,
        ),
    ] {
        assert_eq!(figure(&at_cat, series), value, "{series}");
    }
}

#[tokio::test]
async fn a_disconnect_that_waited_for_a_server_that_was_away_is_measured_to_its_confirmation() {
    let net = Net::default();
    let cat = shows_figures(&net, "cat.example.org").await;
    let dog = shows_figures(&net, "dog.example.org").await;
    let (bob, carol) = (cat.person("bob").await, dog.person("carol").await);
    let running = dog.run_outbox();
    carol.accepts(&bob.invites().await).await.assert(200);
    net.down(&cat);
    carol.disconnects().await.assert(200);
    drop(running);
    net.pass_ms(2 * 3_600_000);
    net.up(&cat);
    dog.drive().await;
    let figures = figures(&dog).await;
    let bucket = |le: &str| {
        let series = format!("symbolon_disconnect_confirmation_seconds_bucket{{le=\"{le}\"}}");
        figure(&figures, &series)
    };
    assert_eq!((bucket("3600.0"), bucket("21600.0")), (0.0, 1.0));
    let sum = figure(&figures, "symbolon_disconnect_confirmation_seconds_sum");
    assert_eq!(sum, 7_200.0);
}

#[tokio::test]
async fn what_fails_because_another_server_is_away_is_counted_elsewhere_and_what_breaks_here_as_ours()
 {
    let net = Net::default();
    let cat = shows_figures(&net, "cat.example.org").await;
    let bob = cat.person("bob").await;
    // A stranger knocks, and their server is away: nobody can ask it whether it signs, nor for its keys.
    let body = json!({
        "recipientProvider": "dog.example.org", "token": "x", "userID": "carol", "email": "", "name": "",
    });
    let knocks = Request::post("/ocm/invite-accepted")
        .header("content-type", "application/json")
        .body(Body::from(body.to_string()));
    let refused = cat.request(knocks.unwrap()).await.assert(503);
    assert_eq!(refused.json()["problem"], "peer_unreachable_for_keys");
    // A person asks for a server that is away.
    cat.request(get("/wayf?token=abcdefgh&server=dog.example.org"))
        .await
        .assert(504);
    let outcomes = async |surface: &str| {
        let figures = figures(&cat).await;
        ["elsewhere", "failed"].map(|outcome| {
            let series =
                format!("symbolon_requests_total{{surface=\"{surface}\",outcome=\"{outcome}\"}}");
            figure(&figures, &series)
        })
    };
    assert_eq!(outcomes("ocm").await, [1.0, 0.0]);
    assert_eq!(outcomes("page").await, [1.0, 0.0]);
    assert_eq!(outcomes("api").await, [0.0, 0.0]);
    cat.meddle("DROP TABLE invites").await;
    let asks = bob.call("GET", "/api/v1/invites", Value::Null).await;
    asks.assert(500);
    assert_eq!(outcomes("api").await, [0.0, 1.0]);
}

#[tokio::test]
async fn strangers_cannot_add_to_the_number_of_series() {
    let net = Net::default();
    let cat = shows_figures(&net, "cat.example.org").await;
    let bob = cat.person("bob").await;
    let strange = async |n: u32| {
        let host = format!("stranger-{n}.example.org");
        net.script(&host, |_| answer(404, "text/plain", ""));
        let body = json!({
            "recipientProvider": host, "token": format!("t{n}"), "userID": format!("u{n}"), "email": "", "name": "",
        });
        let knocks = Request::post("/ocm/invite-accepted")
            .header("content-type", "application/json")
            .header("x-request-id", format!("theirs-{n}"))
            .body(Body::from(body.to_string()));
        cat.request(knocks.unwrap()).await;
        cat.request(get(&format!("/page-{n}"))).await;
        cat.request(get(&format!("/ocm/{n}?x={n}"))).await;
        let method = Request::builder().method(format!("M{n}").as_str());
        let method = method.uri("/api/v1/me").body(Body::empty()).unwrap();
        cat.request(method).await;
        bob.accepts(&format!("token-{n}@{host}")).await;
    };
    let series = |figures: &str| -> BTreeSet<String> {
        let lines = figures.lines().filter_map(|line| line.rsplit_once(' '));
        lines.map(|(series, _)| series.to_owned()).collect()
    };
    strange(0).await;
    net.pass_ms(10_000);
    figures(&cat).await;
    strange(1).await;
    // Noted beside the answers to requests.
    while !figures(&cat)
        .await
        .contains("operation=\"app_password_used\"")
    {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let before = series(&figures(&cat).await);
    for n in 2..40 {
        strange(n).await;
    }
    net.pass_ms(10_000);
    let after = figures(&cat).await;
    let new: Vec<String> = series(&after).difference(&before).cloned().collect();
    assert!(new.is_empty(), "{new:#?}");
    assert!(!after.contains("stranger") && !after.contains("example.org"));
}

#[tokio::test]
async fn a_database_in_trouble_leaves_the_other_figures_and_takes_away_what_it_cannot_count() {
    let net = Net::default();
    let cat = shows_figures(&net, "cat.example.org").await;
    assert!(figures(&cat).await.contains("symbolon_peers{"));
    cat.meddle("DROP TABLE peers").await;
    net.pass_ms(10_000);
    figures(&cat).await;
    let shown = figures(&cat).await;
    assert!(!shown.contains("symbolon_peers{"), "{shown}");
    assert!(!shown.contains("symbolon_outbox_deliveries{"), "{shown}");
    let failures = "symbolon_store_failures_total{access=\"read\"}";
    assert_eq!(figure(&shown, failures), 1.0);
    assert!(shown.contains("symbolon_requests_total{"));
}

#[tokio::test]
async fn however_often_figures_are_asked_for_the_database_is_counted_in_every_few_seconds() {
    let net = Net::default();
    let cat = shows_figures(&net, "cat.example.org").await;
    for _ in 0..20 {
        figures(&cat).await;
    }
    let counted = "symbolon_store_seconds_count{access=\"read\",operation=\"count_peers\"}";
    assert_eq!(figure(&figures(&cat).await, counted), 1.0);
    net.pass_ms(5_000);
    figures(&cat).await;
    assert_eq!(figure(&figures(&cat).await, counted), 2.0);
}
