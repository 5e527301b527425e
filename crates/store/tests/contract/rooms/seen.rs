//! A signed message acts once, however often it comes.

use symbolon_core::connections::{Generation, Repeated};
use symbolon_core::invites::{Refusal, Uses};
use symbolon_store::redeem::Redeem;
use symbolon_store::removal::ReceiveRemoval;
use symbolon_store::seen::{PruneSeen, Signature};
use symbolon_store::{Error, Operation, Tx};

use super::{World, at, contact, moment, there};
use crate::kit::{Fixture, claims};

claims! {
    on_memory:
        a_repeated_acceptance_is_answered_and_connects_nobody,
        a_repeated_removal_is_answered_and_ends_nothing,
        what_was_rolled_back_was_not_seen,
        signatures_are_forgotten_when_they_are_too_old;
    on_disk:
        a_repeated_acceptance_is_answered_and_connects_nobody,
        a_repeated_removal_is_answered_and_ends_nothing,
        what_was_rolled_back_was_not_seen,
        signatures_are_forgotten_when_they_are_too_old;
    on_postgres:
        a_repeated_acceptance_is_answered_and_connects_nobody,
        a_repeated_removal_is_answered_and_ends_nothing,
        what_was_rolled_back_was_not_seen,
        signatures_are_forgotten_when_they_are_too_old;
}

fn signature(of: u8) -> Option<Signature> {
    Some(Signature {
        digest: [of; 32],
        until: at(1_000),
    })
}

/// From a server that does not speak of generations, which is the only one that could reconnect by a replay.
fn acceptance(world: &mut World, token: u8, of: u8) -> Redeem {
    Redeem {
        floor: None,
        signature: signature(of),
        ..world.redeeming(token, contact("Carol"), 0)
    }
}

fn removal(world: &mut World, of: u8) -> ReceiveRemoval {
    ReceiveRemoval {
        provider: there(),
        remote: contact("Carol").remote,
        user: None,
        generation: None,
        signature: signature(of),
        connection: world.id(),
        moment: moment(50),
    }
}

async fn a_repeated_acceptance_is_answered_and_connects_nobody(fixture: Fixture) {
    let mut world = World::new(&fixture).await;
    let bob = world.user("bob").await;
    let store = world.store.clone();
    world.invite(&bob, 1, Uses::Anyone).await;
    for _ in 0..3 {
        let accepted = store.write(acceptance(&mut world, 1, 1)).await.unwrap();
        assert!(accepted.is_ok());
    }
    let gone = store.write(removal(&mut world, 2)).await.unwrap();
    assert_eq!(gone, Ok(Some(Generation(1))));
    let repeated = store.write(acceptance(&mut world, 1, 1)).await.unwrap();
    assert_eq!(repeated.err(), Some(Refusal::Repeated));
    assert!(world.connected(&bob).await.is_empty());
    let anew = store.write(acceptance(&mut world, 1, 3)).await.unwrap();
    assert!(anew.is_ok(), "signed anew, it is another message");
    assert_eq!(world.connected(&bob).await.len(), 1);
    // One that was refused does not connect when it comes again and could.
    world.invite(&bob, 2, Uses::Anyone).await;
    let early = store.write(acceptance(&mut world, 3, 4)).await.unwrap();
    assert_eq!(early.err(), Some(Refusal::Unknown));
    store.write(removal(&mut world, 5)).await.unwrap().unwrap();
    world.invite(&bob, 3, Uses::Anyone).await;
    let late = store.write(acceptance(&mut world, 3, 4)).await.unwrap();
    assert_eq!(late.err(), Some(Refusal::Repeated));
}

async fn a_repeated_removal_is_answered_and_ends_nothing(fixture: Fixture) {
    let mut world = World::new(&fixture).await;
    let bob = world.user("bob").await;
    let store = world.store.clone();
    world.invite(&bob, 1, Uses::Anyone).await;
    store
        .write(acceptance(&mut world, 1, 1))
        .await
        .unwrap()
        .ok()
        .unwrap();
    for known in [Some(Generation(1)), None] {
        let gone = store.write(removal(&mut world, 2)).await.unwrap();
        assert_eq!(gone, Ok(known));
        assert!(world.connected(&bob).await.is_empty());
    }
    store
        .write(acceptance(&mut world, 1, 3))
        .await
        .unwrap()
        .ok()
        .unwrap();
    let repeated = store.write(removal(&mut world, 2)).await.unwrap();
    assert_eq!(repeated, Err(Repeated));
    assert_eq!(world.connected(&bob).await.len(), 1);
    let anew = store.write(removal(&mut world, 4)).await.unwrap();
    assert_eq!(anew, Ok(Some(Generation(2))));
    assert!(world.connected(&bob).await.is_empty());
}

/// A message that could not be acted on is sent again, perhaps in the same second.
async fn what_was_rolled_back_was_not_seen(fixture: Fixture) {
    let mut world = World::new(&fixture).await;
    let bob = world.user("bob").await;
    world.invite(&bob, 1, Uses::Anyone).await;
    let failing = Failing(acceptance(&mut world, 1, 1));
    assert!(world.store.write(failing).await.is_err());
    let anew = acceptance(&mut world, 1, 1);
    let accepted = world.store.write(anew).await.unwrap();
    assert!(accepted.is_ok());
    assert_eq!(world.connected(&bob).await.len(), 1);
}

/// Fails when everything else has been done.
struct Failing(Redeem);

impl Operation for Failing {
    type Output = ();
    const NAME: &'static str = "failing";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        drop(self.0.run(tx).await?);
        Err(Error::Database("planted".to_owned()))
    }
}

async fn signatures_are_forgotten_when_they_are_too_old(fixture: Fixture) {
    let mut world = World::new(&fixture).await;
    let store = world.store.clone();
    for of in 1..=3 {
        store.write(removal(&mut world, of)).await.unwrap().unwrap();
    }
    let prune = |now: i64, limit| PruneSeen {
        now: at(now),
        limit,
    };
    assert_eq!(
        store.write(prune(1_000, 10)).await,
        Ok(0),
        "the last moment counts"
    );
    assert_eq!(store.write(prune(1_001, 2)).await, Ok(2));
    assert_eq!(store.write(prune(1_001, 2)).await, Ok(1));
    assert_eq!(store.write(prune(1_001, 2)).await, Ok(0));
}
