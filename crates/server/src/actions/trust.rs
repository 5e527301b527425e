//! Whether people may connect with a server.

use symbolon_core::trust::{Decision, Direction};
use symbolon_proto::address::Provider;
use symbolon_proto::problem::{Code, Problem};
use symbolon_store::trust::{Judge, LetsInAny};

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

/// Why nobody on another server can accept an invitation from here, however good it is; `None` if somebody can.
pub async fn keeps_everybody_out(app: &App) -> Result<Option<Problem>, Problem> {
    let any = LetsInAny {
        mode: app.config.trust.mode(Direction::Out),
        ours: app.provider().clone(),
    };
    let any = app.store.read(any).await;
    let any = any.map_err(|error| storage_problem(&error))?;
    Ok((!any).then(|| Problem::new(Code::NobodyTrustedHere)))
}

/// An error in the catalogue's words unless the server is let in. For what is asked before anybody is contacted; what is
/// written is judged once more in its own transaction.
pub async fn let_in(app: &App, direction: Direction, provider: &Provider) -> Result<(), Problem> {
    match decision(app, direction, provider).await?.refusal() {
        Some(code) => Err(Problem::new(code).with("peer", provider.as_str())),
        None => Ok(()),
    }
}
