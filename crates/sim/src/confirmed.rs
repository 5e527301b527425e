//! The oracle for "nothing confirmed is lost": a yes to a person is held against the disk at the moment it is given.

use serde_json::Value;
use symbolon_core::acceptances::Outcome;
use symbolon_store::acceptances::State;
use symbolon_store::invites::ListInvites;

use crate::watch::{acceptances, halves, look};
use crate::world::World;

/// A server has answered a gesture of a person with a 2xx and this body.
pub fn check(world: &World, person: usize, method: &str, path: &str, body: &Value) {
    let server = &world.servers[world.people[person].server];
    let lost = |what: &str| {
        let name = &world.people[person].name;
        let seen = format!("{name} was told yes, and {what}");
        world.story.violated("confirmed", seen);
    };
    let id = body["id"].as_str().unwrap_or_default();
    if path.starts_with("/api/v1/invites") {
        let list = ListInvites {
            owner: None,
            before: None,
            limit: 10_000,
        };
        let invites = look(&server.store(), list);
        match invites.iter().find(|invite| invite.id.as_str() == id) {
            None => lost("the invite is not on disk"),
            Some(invite) if method == "DELETE" && invite.withdrawn_at.is_none() => {
                lost("the invite is not withdrawn");
            }
            Some(_) => {}
        }
    } else if path.starts_with("/api/v1/connections") {
        let found = halves(server);
        let generation = body["generation"].as_u64().unwrap_or_default();
        match found.iter().find(|half| half.id.as_str() == id) {
            None => lost("the half is not on disk"),
            Some(half)
                if method == "DELETE"
                    && body["state"] == "disconnected"
                    && half.half.is_connected()
                    && half.half.generation.0 <= generation =>
            {
                lost("the half is still connected");
            }
            Some(_) => {}
        }
    } else if method == "DELETE" {
        let found = acceptances(world, server.index);
        match found.iter().find(|(_, found)| found.id.as_str() == id) {
            None => lost("the acceptance is not on disk"),
            Some((_, found)) if found.state == State::Pending && found.cancelled.is_none() => {
                lost("the acceptance is not cancelled");
            }
            Some(_) => {}
        }
    } else {
        begun(world, person, body, &lost);
    }
}

fn begun(world: &World, person: usize, body: &Value, lost: &dyn Fn(&str)) {
    let server = &world.servers[world.people[person].server];
    if let Some(id) = body["acceptance"]["id"].as_str() {
        let found = acceptances(world, server.index);
        let Some((_, found)) = found.iter().find(|(_, found)| found.id.as_str() == id) else {
            return lost("the acceptance is not on disk");
        };
        let connected = body["connection"].is_object();
        if connected && found.state != State::Settled(Outcome::Connected) {
            lost("the acceptance is not settled");
        }
    }
    if let Some(id) = body["connection"]["id"].as_str()
        && !halves(server).iter().any(|half| half.id.as_str() == id)
    {
        lost("the half is not on disk");
    }
}
