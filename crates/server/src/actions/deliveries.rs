//! Messages that have not arrived, as administrators see to them.

use symbolon_core::DeliveryId;
use symbolon_proto::problem::Problem;
use symbolon_store::giving_up::{GiveUp, GivenUp};
use symbolon_store::outbox::{
    Delivery, DeliveryState, ListDeliveries, NameDeliveries, RetryDelivery,
};
use symbolon_store::users::User;

use super::{by_administrator, not_found, storage_problem};
use crate::app::App;

/// Deliveries in one state, those due first, with the log-in name of whoever each is for.
pub async fn list(
    app: &App,
    state: DeliveryState,
    limit: u32,
) -> Result<Vec<(Delivery, Option<String>)>, Problem> {
    let failed = |error| storage_problem(&error);
    let deliveries = app.store.read(ListDeliveries { state, limit }).await;
    let deliveries = deliveries.map_err(failed)?;
    let names = app.store.read(NameDeliveries { state, limit }).await;
    let mut names = names.map_err(failed)?;
    let named = deliveries.into_iter().map(|one| {
        let name = names.remove(&one.id);
        (one, name)
    });
    Ok(named.collect())
}

/// Sends one again now; one that was given up gets its full patience back.
pub async fn retry(app: &App, by: &User, id: &str, reference: &str) -> Result<Delivery, Problem> {
    let none = || not_found("message");
    let retry = RetryDelivery {
        id: DeliveryId::parse(id).ok_or_else(none)?,
        moment: by_administrator(app, by, reference),
    };
    let retried = app.store.write(retry).await;
    let retried = retried.map_err(|error| storage_problem(&error))?;
    app.outbox.wake();
    retried.ok_or_else(none)
}

/// Gives one up that waits.
pub async fn give_up(app: &App, by: &User, id: &str, reference: &str) -> Result<GivenUp, Problem> {
    let none = || not_found("message");
    let give_up = GiveUp {
        id: DeliveryId::parse(id).ok_or_else(none)?,
        moment: by_administrator(app, by, reference),
    };
    let given_up = app.store.write(give_up).await;
    let given_up = given_up.map_err(|error| storage_problem(&error))?;
    app.outbox.wake();
    given_up.ok_or_else(none)
}
