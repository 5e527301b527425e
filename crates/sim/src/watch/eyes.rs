//! What the oracles see of a server: its database, beside it.

use futures_util::FutureExt;
use symbolon_store::acceptances::{Acceptance, ListAcceptances};
use symbolon_store::connections::Connection;
use symbolon_store::connections::listing::ListAllConnections;
use symbolon_store::outbox::{Delivery, DeliveryState, ListDeliveries};
use symbolon_store::{Operation, Store};

use crate::server::Server;
use crate::world::World;

/// Rows that are looked at, at most: more than a world ever has.
pub(super) const ALL: u32 = 10_000;

/// Looks at a database beside its server.
pub fn look<O: Operation>(store: &Store, operation: O) -> O::Output {
    let read = tokio::task::unconstrained(store.read(operation)).now_or_never();
    let read = read.expect("a database in memory does not wait");
    read.expect("a database in memory can be read")
}

/// All halves of a server.
pub fn halves(server: &Server) -> Vec<Connection> {
    let list = ListAllConnections {
        before: None,
        limit: ALL,
    };
    look(&server.store(), list)
}

/// All acceptances of the people of a server.
pub fn acceptances(world: &World, server: usize) -> Vec<(usize, Acceptance)> {
    let people = world.people.iter().enumerate();
    let here = people.filter(|(_, person)| person.server == server);
    here.flat_map(|(number, person)| {
        let list = ListAcceptances {
            user: person.id.clone(),
            pending_only: false,
            limit: ALL,
        };
        let found = look(&world.servers[server].store(), list);
        found
            .into_iter()
            .map(move |acceptance| (number, acceptance))
    })
    .collect()
}

/// Deliveries of a server that are still to be made.
pub fn open_deliveries(server: &Server) -> Vec<Delivery> {
    [DeliveryState::Due, DeliveryState::Leased]
        .into_iter()
        .flat_map(|state| look(&server.store(), ListDeliveries { state, limit: ALL }))
        .collect()
}
