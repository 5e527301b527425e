//! Stories: nothing of an exchange is left out without saying so.

use symbolon_core::UserId;
use symbolon_store::trace::{LoadTrace, Thread, Trace};
use symbolon_store::users::SetDisabled;

use super::{World, moment, there};
use crate::kit::{Fixture, claims};

claims! {
    on_memory:
        a_story_with_more_deliveries_than_it_tells_says_so,
        a_story_follows_each_of_many_exchanges;
    on_postgres:
        a_story_with_more_deliveries_than_it_tells_says_so,
        a_story_follows_each_of_many_exchanges;
}

async fn load(world: &World, thread: Thread, only: Option<&UserId>) -> Trace {
    let only = only.cloned();
    let load = LoadTrace { thread, only };
    world.store.read(load).await.unwrap()
}

async fn a_story_with_more_deliveries_than_it_tells_says_so(fixture: Fixture) {
    let mut world = World::new(&fixture).await;
    let bob = world.user("bob").await;
    for number in 0..=100_u8 {
        let mut accepting = world.accepting(&bob, there(), 1);
        accepting.token_hash = [number; 32];
        accepting.token_sealed = vec![number];
        world.store.write(accepting).await.unwrap();
        let trace = load(&world, Thread::Peer(there()), None).await;
        assert_eq!(trace.deliveries.len(), usize::from(number + 1).min(100));
        assert_eq!(trace.more, number == 100, "with {number}");
    }
}

async fn a_story_follows_each_of_many_exchanges(fixture: Fixture) {
    let mut world = World::new(&fixture).await;
    let (bob, carol) = (world.user("bob").await, world.user("carol").await);
    for secs in 1..=60 {
        for id in [&bob, &carol] {
            let disable = SetDisabled {
                id: id.clone(),
                disabled: secs % 2 == 1,
                moment: moment(secs),
            };
            world.store.write(disable).await.unwrap();
        }
    }
    let thread = || Thread::User(bob.clone());
    let of_carol = |trace: Trace| {
        let events = trace.events.into_iter();
        events
            .filter(|event| event.user.as_ref() == Some(&carol))
            .count()
    };
    // What happened to carol is under the references of what happened to bob.
    assert_eq!(of_carol(load(&world, thread(), None).await), 61);
    assert_eq!(of_carol(load(&world, thread(), Some(&bob)).await), 0);
}
