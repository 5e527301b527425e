//! `GET /metrics`: all figures, for Prometheus.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use symbolon_store::Error;
use symbolon_store::peers::CountPeers;
use symbolon_store::piles::CountDeliveries;

use crate::app::App;
use crate::config::MetricsDoor;
use crate::http as doors;

/// Where the figures are.
pub(crate) const PATH: &str = "/metrics";

/// What has to be counted in the database is counted this often at most, however often somebody asks.
const COUNT_EVERY: Duration = Duration::from_secs(5);

/// How long counting may take. Prometheus waits ten seconds, and the other figures matter most when the database is in
/// trouble.
const COUNT_TIME: Duration = Duration::from_secs(3);

/// The figures beside everything else, if the settings want them there.
pub fn routes(app: &App) -> Router<App> {
    match app.config.metrics {
        MetricsDoor::Public => Router::new().route(PATH, get(metrics)),
        MetricsDoor::Off | MetricsDoor::Own(_) => Router::new(),
    }
}

/// The figures at an address of their own, and nothing else.
pub fn own_router(app: &App) -> Router {
    let routes = Router::new()
        .route(PATH, get(metrics))
        .with_state(app.clone());
    doors::around(routes, &app.env, &app.metrics)
}

async fn metrics(State(app): State<App>) -> Response {
    let mut counted_at = app.counted_at.lock().await;
    let now = app.env.clock.elapsed();
    if counted_at.is_none_or(|at| now.saturating_sub(at) >= COUNT_EVERY) {
        let counted = tokio::time::timeout(COUNT_TIME, count(&app)).await;
        if !matches!(counted, Ok(Ok(()))) {
            app.metrics.unknown();
            tracing::debug!("the database could not be counted in for the figures");
        }
        *counted_at = Some(now);
    }
    drop(counted_at);
    let headers = [
        (
            CONTENT_TYPE,
            "application/openmetrics-text; version=1.0.0; charset=utf-8",
        ),
        (CACHE_CONTROL, "no-store"),
    ];
    (headers, app.metrics.text()).into_response()
}

async fn count(app: &App) -> Result<(), Error> {
    let depths = app.store.read(CountDeliveries).await?;
    let peers = app.store.read(CountPeers).await?;
    let now = app.now();
    app.metrics.waits(&depths, |depth| {
        let ms = now.millis_since(depth.since).max(0).cast_unsigned();
        Duration::from_millis(ms).as_secs_f64()
    });
    app.metrics.peers(&peers);
    Ok(())
}

/// When the database was last counted in, by [`crate::env::Clock::elapsed`].
pub(crate) type CountedAt = Arc<tokio::sync::Mutex<Option<Duration>>>;
