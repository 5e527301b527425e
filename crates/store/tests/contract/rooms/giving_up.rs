//! Messages that an administrator gives up.

use symbolon_core::acceptances::Outcome;
use symbolon_core::invites::Uses;
use symbolon_store::accept::Begun;
use symbolon_store::acceptances::{FindAcceptance, State};
use symbolon_store::connections::{FindConnection, Told};
use symbolon_store::giving_up::{GiveUp, GivenUp};
use symbolon_store::outbox::{Delivery, DeliveryState, ListDeliveries};
use symbolon_store::removal::Disconnect;

use super::{World, here, moment, there};
use crate::kit::{Fixture, claims};

claims! {
    on_memory:
        a_given_up_disconnect_stays_one_and_nobody_is_said_to_have_been_told,
        a_given_up_acceptance_is_over_unless_it_may_have_arrived;
    on_disk:
        a_given_up_disconnect_stays_one_and_nobody_is_said_to_have_been_told,
        a_given_up_acceptance_is_over_unless_it_may_have_arrived;
    on_postgres:
        a_given_up_disconnect_stays_one_and_nobody_is_said_to_have_been_told,
        a_given_up_acceptance_is_over_unless_it_may_have_arrived;
}

impl World {
    async fn waiting(&self, state: DeliveryState) -> Vec<Delivery> {
        let list = ListDeliveries { state, limit: 10 };
        self.store.read(list).await.unwrap()
    }

    async fn gives_up(&self, delivery: &Delivery) -> Option<GivenUp> {
        let give_up = GiveUp {
            id: delivery.id.clone(),
            moment: moment(20),
        };
        self.store.write(give_up).await.unwrap()
    }
}

async fn a_given_up_disconnect_stays_one_and_nobody_is_said_to_have_been_told(fixture: Fixture) {
    let mut world = World::new(&fixture).await;
    let bob = world.user("bob").await;
    world.invite(&bob, 1, Uses::Anyone).await;
    let connection = world.redeem(1, "Carol", 0).await.unwrap();
    let disconnect = Disconnect {
        user: Some(bob.clone()),
        connection: connection.id.clone(),
        delivery: world.id(),
        here: here(),
        moment: moment(10),
    };
    world.store.write(disconnect).await.unwrap().unwrap();
    // It is under way just then: what comes of that attempt counts no more.
    let delivery = world.claim(10, "under way").await.remove(0);
    let given_up = world.gives_up(&delivery).await;
    assert!(matches!(given_up, Some(GivenUp::Ended(_))), "{given_up:?}");
    assert_eq!(world.gives_up(&delivery).await, None);
    assert!(world.claim(1_000, "later").await.is_empty());
    let ended = FindConnection {
        user: Some(bob.clone()),
        id: connection.id.clone(),
    };
    let ended = world.store.read(ended).await.unwrap().unwrap();
    assert!(!ended.half.is_connected());
    assert_eq!(ended.told, Some(Told::CouldNot));
}

async fn a_given_up_acceptance_is_over_unless_it_may_have_arrived(fixture: Fixture) {
    let mut world = World::new(&fixture).await;
    let bob = world.user("bob").await;
    let begin = world.accepting(&bob, there(), 1);
    let Begun::Pending(new) = world.store.write(begin).await.unwrap() else {
        panic!("it is new");
    };
    let waits = world.waiting(DeliveryState::Due).await.remove(0);
    let given_up = world.gives_up(&waits).await;
    assert!(matches!(given_up, Some(GivenUp::Ended(_))), "{given_up:?}");
    let find = |id| FindAcceptance {
        user: bob.clone(),
        id,
    };
    let over = world.store.read(find(new.id)).await.unwrap().unwrap();
    assert_eq!(over.state, State::Settled(Outcome::Cancelled));

    let begin = world.accepting(&bob, there(), 2);
    let Begun::Pending(sent) = world.store.write(begin).await.unwrap() else {
        panic!("it is new");
    };
    let delivery = world.claim(2, "under way").await.remove(0);
    let given_up = world.gives_up(&delivery).await;
    assert!(
        matches!(given_up, Some(GivenUp::TakenBack(_))),
        "{given_up:?}"
    );
    let pending = world.store.read(find(sent.id)).await.unwrap().unwrap();
    assert_eq!(pending.state, State::Pending);
    assert!(pending.cancelled.is_some());
    assert_eq!(
        world.gives_up(&delivery).await,
        None,
        "it is taken back already"
    );
}
