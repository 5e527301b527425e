//! Whether people may connect with a server.

use symbolon_core::trust::{Decision, Direction};
use symbolon_proto::address::Provider;
use symbolon_proto::problem::Problem;
use symbolon_store::trust::Judge;

use super::storage_problem;
use crate::app::App;

/// What holds for a server now.
pub async fn decision(
    app: &App,
    direction: Direction,
    provider: &Provider,
) -> Result<Decision, Problem> {
    let judge = Judge {
        provider: provider.clone(),
        mode: app.config.trust.mode(direction),
    };
    let decision = app.store.read(judge).await;
    decision.map_err(|error| storage_problem(&error))
}

/// An error in the catalogue's words unless the server is let in. For what is asked before anybody is contacted; what is
/// written is judged once more in its own transaction.
pub async fn let_in(app: &App, direction: Direction, provider: &Provider) -> Result<(), Problem> {
    match decision(app, direction, provider).await?.refusal() {
        Some(code) => Err(Problem::new(code).with("peer", provider.as_str())),
        None => Ok(()),
    }
}
