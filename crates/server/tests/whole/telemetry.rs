//! What an operator sees of a running server: figures, log lines and traces.

mod figures;
mod lines;
mod queries;
mod traces;

use http::Request;
use serde_json::json;
use symbolon_server::config::Key;

use crate::support::{Net, TestServer};

/// A server that shows its figures beside everything else.
async fn shows_figures(net: &Net, host: &str) -> TestServer {
    TestServer::with(net, host, &[(Key::Metrics, "public")]).await
}

/// The figures, as Prometheus reads them.
async fn figures(server: &TestServer) -> String {
    // They are counted anew only every few seconds.
    let request = Request::get("/metrics").body(axum::body::Body::empty());
    server.request(request.unwrap()).await.assert(200).text
}

/// The value of the line that begins with this.
#[track_caller]
fn figure(figures: &str, series: &str) -> f64 {
    let found = figures
        .lines()
        .find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
    let found = found.unwrap_or_else(|| panic!("no {series} in {figures}"));
    found.parse().unwrap()
}

/// Two servers live through what there is to count: an acceptance, a disconnect that is confirmed, one that waits for a
/// server that is away, refusals, forged requests.
async fn whole_story(net: &Net, cat: &TestServer, dog: &TestServer) {
    let (bob, carol) = (cat.person("bob").await, dog.person("carol").await);
    let running = (cat.run_outbox(), dog.run_outbox());
    let invite = bob.invites().await;
    carol.accepts(&invite).await.assert(200);
    carol.disconnects().await.assert(200);
    carol.accepts(&invite).await.assert(200);
    drop(running);
    net.down(cat);
    let running = dog.run_outbox();
    carol.disconnects().await.assert(200);
    let begun = "token@cat.example.org";
    carol.accepts(begun).await.assert(202);
    drop(running);
    let forged = json!({
        "recipientProvider": "dog.example.org", "token": "x", "userID": "carol", "email": "", "name": "",
    });
    let forged = Request::post("/ocm/invite-accepted")
        .header("content-type", "application/json")
        .body(axum::body::Body::from(forged.to_string()));
    cat.request(forged.unwrap()).await.assert(401);
    dog.request(
        Request::get("/api/v1/me")
            .body(axum::body::Body::empty())
            .unwrap(),
    )
    .await
    .assert(401);
}
