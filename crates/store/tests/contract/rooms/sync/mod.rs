//! Comparing halves: digests that fit the rows, claims applied, servers that have lost their memory.

mod claims;
mod digests;
mod schedule;

use symbolon_core::connections::Generation;
use symbolon_core::sync::{Claim, ClaimedPhase};
use symbolon_core::{ConnectionId, UserId};
use symbolon_proto::identity::RemoteId;
use symbolon_store::connections::FindByPerson;
use symbolon_store::removal::Disconnect;
use symbolon_store::sync::claims::{Applied, ApplyClaims, ClaimAbout};
use symbolon_store::sync::digests::SetOurName;

use super::{World, contact, here, moment, there};
use crate::kit::Fixture;

async fn named(fixture: &Fixture) -> World {
    let world = World::new(fixture).await;
    let name = SetOurName { here: here() };
    world.store.write(name).await.unwrap();
    world
}

async fn claim(
    world: &mut World,
    user: &UserId,
    name: &str,
    generation: u64,
    phase: ClaimedPhase,
) -> Applied {
    let about = about(user, contact(name).remote, generation, phase, world.id());
    let apply = ApplyClaims {
        provider: there(),
        claims: vec![about],
        moment: moment(50),
    };
    world.store.write(apply).await.unwrap().remove(0)
}

fn about(
    user: &UserId,
    remote: RemoteId,
    generation: u64,
    phase: ClaimedPhase,
    connection: ConnectionId,
) -> ClaimAbout {
    let generation = Generation(generation);
    ClaimAbout {
        user: user.clone(),
        remote,
        claim: Claim { generation, phase },
        connection,
    }
}

async fn disconnect(world: &mut World, user: &UserId, name: &str) {
    let find = FindByPerson {
        user: user.clone(),
        provider: there(),
        subject: contact(name).remote.subject().to_owned(),
    };
    let connection = world.store.read(find).await.unwrap().unwrap();
    let disconnect = Disconnect {
        user: Some(user.clone()),
        connection: connection.id,
        delivery: world.id(),
        here: here(),
        moment: moment(20),
    };
    world.store.write(disconnect).await.unwrap().unwrap();
}
