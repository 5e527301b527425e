//! The doctor, called from within the server that is examined.

use std::sync::Arc;
use std::time::Duration;

use symbolon_proto::problem::{Code, Problem};

use crate::app::App;
use crate::doctor::{Finding, Network, Patient, examine as look};
use crate::transport::{AddressPolicy, HttpTransport};

/// Each check has a limit of its own; this one is for all of them together.
const PATIENCE: Duration = Duration::from_secs(120);

/// Looks at everything, as `symbolon doctor` does beside the server.
pub async fn examine(app: &App) -> Result<Vec<Finding>, Problem> {
    let patient = Patient {
        config: app.config.clone(),
        env: app.env.clone(),
        store: Ok(app.store.clone()),
        network: Some(Network {
            world: app.transport.clone(),
            machine: Arc::new(HttpTransport::new(AddressPolicy::DevLoopback)),
        }),
    };
    let found = tokio::time::timeout(PATIENCE, look(&patient)).await;
    found.map_err(|_| Problem::new(Code::Timeout).with("peer", app.provider().as_str()))
}
