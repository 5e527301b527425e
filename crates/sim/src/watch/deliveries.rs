//! What waits in the outbox after a commit, and for how long.

use symbolon_store::acceptances::{Acceptance, State};
use symbolon_store::connections::{Connection, Told};
use symbolon_store::outbox::{DeliveryState, Kind};

use super::open_deliveries;
use crate::world::World;

/// How long a delivery to a living server may take in a world where only another one is dead.
const PROMPT_MS: i64 = 4_000;

/// In a world where only one server is dead, messages to the others are delivered at once.
pub fn nobody_waits_for_the_dead(world: &World) {
    let dead = world.servers.len() - 1;
    for server in world.servers.iter().take(dead) {
        let now = server.env().now();
        for delivery in open_deliveries(server) {
            let age = now.millis_since(delivery.created_at);
            if delivery.provider != world.servers[dead].host && age > PROMPT_MS {
                let host = &server.host;
                let peer = &delivery.provider;
                let kind = delivery.kind.as_str();
                world.story.violated(
                    "isolation",
                    format!("{kind} of {host} for {peer} has been waiting for {age} ms"),
                );
            }
        }
    }
}

/// Every open gesture has one delivery, and every delivery has its object.
pub(super) fn check(
    world: &World,
    index: usize,
    operation: &str,
    halves: &[Connection],
    acceptances: &[(usize, Acceptance)],
) {
    let server = &world.servers[index];
    let open = open_deliveries(server);
    let violated = |seen: &str| {
        let seen = format!("{seen}, after {operation} of {}", server.host);
        world.story.violated("deliveries", seen);
    };
    for (_, acceptance) in acceptances {
        let about = open
            .iter()
            .filter(|delivery| delivery.kind == Kind::InviteAccepted(acceptance.id.clone()));
        match (acceptance.state, about.count()) {
            (State::Pending, 1) | (State::Settled(_), 0) => {}
            (State::Pending, 0) => violated("nobody delivers an acceptance that is open"),
            (State::Pending, _) => violated("an acceptance is delivered twice"),
            (State::Settled(_), _) => violated("a settled acceptance is still delivered"),
        }
    }
    for half in halves {
        let (mut fitting, mut stale) = (0, 0);
        for delivery in &open {
            let Kind::UserRemoved(connection, generation) = &delivery.kind else {
                continue;
            };
            if *connection != half.id {
                continue;
            }
            if half.half.is_connected() {
                // One that is on its way cannot be called back.
                stale += u32::from(delivery.state == DeliveryState::Due);
            } else {
                fitting += u32::from(*generation == half.half.generation);
            }
        }
        if stale > 0 {
            violated("a removal is still delivered after the two are connected again");
        }
        if half.told == Some(Told::Telling) && fitting != 1 {
            violated(&format!("a disconnect has {fitting} deliveries"));
        }
    }
}
