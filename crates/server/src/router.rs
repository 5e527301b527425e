//! Every path of this server on one page.

use axum::Router;
use axum::extract::State;
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use symbolon_proto::problem::{Code, Problem};

use crate::app::App;
use crate::http::problem::ApiProblem;
use crate::http::reference::Reference;
use crate::{api, http, ocm, pace, sciencemesh, telemetry, web};

/// All routes with their state, and what every answer needs around them.
pub fn router(app: &App) -> Router {
    let routes = Router::new()
        .route("/healthz", get(alive))
        .route("/readyz", get(ready))
        .merge(ocm::routes(app))
        .merge(api::routes(app))
        .merge(sciencemesh::routes(app))
        .merge(web::routes(app))
        .merge(telemetry::routes(app))
        .layer(from_fn_with_state(app.clone(), pace::find_client))
        .with_state(app.clone());
    web::around(app, http::around(routes, &app.env, &app.metrics))
}

/// `GET /healthz`: the process answers.
async fn alive() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: it can do its work, that is, write to its database and not about to stop.
async fn ready(State(app): State<App>, reference: Reference) -> Result<&'static str, ApiProblem> {
    if app.shutdown.is_cancelled() {
        return Err(ApiProblem::api(
            Problem::new(Code::ShuttingDown),
            &reference,
        ));
    }
    match app.store.check().await {
        Ok(()) => Ok("ready\n"),
        Err(error) => {
            let problem = crate::actions::storage_problem(&error);
            Err(ApiProblem::api(problem, &reference))
        }
    }
}
