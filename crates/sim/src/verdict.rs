//! The oracles of the end: nobody acts, everything has arrived, and the halves must fit.

use symbolon_core::acceptances::Outcome;
use symbolon_store::acceptances::State;
use symbolon_store::connections::Connection;

use crate::watch::{acceptances, halves, open_deliveries};
use crate::world::World;

/// Looks at the whole world.
pub fn check(world: &World) {
    let all: Vec<Vec<Connection>> = world.servers.iter().map(halves).collect();
    let half = |of: usize, with: usize| {
        let of = &world.people[of];
        let with = &world.people[with].id;
        all[of.server]
            .iter()
            .find(|half| half.user == of.id && half.contact.remote.subject() == with.as_str())
    };
    for one in 0..world.people.len() {
        for other in one + 1..world.people.len() {
            agreement(world, one, other, half(one, other), half(other, one));
        }
    }
    for server in &world.servers {
        if !open_deliveries(server).is_empty() {
            let seen = format!("{} has deliveries that nobody makes", server.host);
            world.story.violated("deliveries", seen);
        }
        for (person, acceptance) in acceptances(world, server.index) {
            let name = &world.people[person].name;
            match acceptance.state {
                State::Pending => {
                    let seen = format!("an acceptance of {name} is never settled");
                    world.story.violated("confirmed", seen);
                }
                State::Settled(outcome) => {
                    if acceptance.cancelled.is_some() && outcome == Outcome::Connected {
                        let seen = format!("a cancelled acceptance of {name} ended as connected");
                        world.story.violated("roll-back", seen);
                    }
                }
            }
        }
    }
}

fn agreement(
    world: &World,
    one: usize,
    other: usize,
    mine: Option<&Connection>,
    theirs: Option<&Connection>,
) {
    let shown = |half: Option<&Connection>| match half {
        None => "nothing".to_owned(),
        Some(half) if half.half.is_connected() => format!("{}+", half.half.generation.0),
        Some(half) => format!("{}-", half.half.generation.0),
    };
    let is = |half: Option<&Connection>| half.is_some_and(|half| half.half.is_connected());
    let names = (&world.people[one].name, &world.people[other].name);
    let seen = format!(
        "{} has {} and {} has {}",
        names.0,
        shown(mine),
        names.1,
        shown(theirs)
    );
    world.story.tell(&seen);
    if is(mine) && is(theirs) {
        world.watching().tally.agreed += 1;
        if mine.map(|half| half.half.generation) != theirs.map(|half| half.half.generation) {
            world.story.violated("agreement", seen);
        }
    } else if is(mine) || is(theirs) {
        world.story.violated("agreement", seen);
    }
}
