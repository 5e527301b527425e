//! Digests that fit the rows, and which halves they count.

use symbolon_core::UserId;
use symbolon_core::connections::{EndedBy, Generation, Phase};
use symbolon_core::invites::Uses;
use symbolon_core::sync::ClaimedPhase;
use symbolon_proto::pairs::{self, Pair};
use symbolon_store::redeem::Redeem;
use symbolon_store::removal::ReceiveRemoval;
use symbolon_store::sync::digests::{
    CountIn, LoadBuckets, LoadGroups, LoadLeaves, LoadRoot, Root, SetOurName,
};

use super::{claim, disconnect, named};
use crate::kit::{Fixture, claims};
use crate::rooms::{World, contact, here, moment, there};

claims! {
    on_memory:
        digests_always_fit_the_halves,
        halves_from_before_sync_are_counted_in_once,
        a_half_is_compared_once_the_other_server_speaks_of_generations;
    on_postgres:
        digests_always_fit_the_halves,
        halves_from_before_sync_are_counted_in_once,
        a_half_is_compared_once_the_other_server_speaks_of_generations;
}

fn pair(user: &UserId, name: &str) -> Pair {
    Pair::new(
        (&here(), user.as_str()),
        (&there(), contact(name).remote.subject()),
    )
}

async fn root(world: &World) -> Root {
    let provider = there();
    world.store.read(LoadRoot { provider }).await.unwrap()
}

async fn digests_always_fit_the_halves(fixture: Fixture) {
    let mut world = named(&fixture).await;
    let bob = world.user("bob").await;
    assert_eq!(root(&world).await, Root::default());
    world.invite(&bob, 1, Uses::Anyone).await;
    world.redeem(1, "Carol", 0).await.unwrap();
    world.redeem(1, "Dora", 4).await.unwrap();
    let (carol, dora) = (pair(&bob, "Carol"), pair(&bob, "Dora"));
    let expected = |digest| Root { digest, halves: 2 };
    assert_eq!(
        root(&world).await,
        expected(carol.item(1, true) ^ dora.item(5, true))
    );
    disconnect(&mut world, &bob, "Carol").await;
    let digest = carol.item(1, false) ^ dora.item(5, true);
    assert_eq!(root(&world).await, expected(digest));

    let provider = there();
    let groups = LoadGroups { provider };
    let groups = world.store.read(groups).await.unwrap();
    assert_eq!(groups.iter().fold(0, |all, one| all ^ one), digest);
    let group = pairs::group(carol.bucket());
    let leaves = LoadLeaves {
        provider: there(),
        groups: vec![group],
    };
    let leaves = world.store.read(leaves).await.unwrap().remove(0).1;
    assert_eq!(
        leaves[usize::from(carol.bucket() & 0xff)],
        carol.item(1, false)
    );
    let buckets = LoadBuckets {
        provider: there(),
        buckets: vec![dora.bucket(), carol.bucket()],
    };
    let buckets = world.store.read(buckets).await.unwrap();
    assert_eq!(buckets[0][0].half.generation, Generation(5));
    assert_eq!(buckets[1][0].half.phase, Phase::Disconnected(EndedBy::Us));
    assert!(buckets[1][0].unconfirmed);
}

async fn halves_from_before_sync_are_counted_in_once(fixture: Fixture) {
    let mut world = World::new(&fixture).await;
    let bob = world.user("bob").await;
    world.invite(&bob, 1, Uses::Anyone).await;
    world.redeem(1, "Carol", 0).await.unwrap();
    world.redeem(1, "Dora", 0).await.unwrap();
    assert_eq!(root(&world).await, Root::default());
    world
        .store
        .write(SetOurName { here: here() })
        .await
        .unwrap();
    disconnect(&mut world, &bob, "Dora").await;
    assert_eq!(root(&world).await.halves, 1);
    assert_eq!(world.store.write(CountIn { limit: 10 }).await, Ok(1));
    assert_eq!(world.store.write(CountIn { limit: 10 }).await, Ok(0));
    let digest = pair(&bob, "Carol").item(1, true) ^ pair(&bob, "Dora").item(1, false);
    assert_eq!(root(&world).await, Root { digest, halves: 2 });

    // Under another name of this server every pair is another one.
    let moved = SetOurName { here: there() };
    world.store.write(moved).await.unwrap();
    assert_eq!(root(&world).await, Root::default());
    world
        .store
        .write(SetOurName { here: here() })
        .await
        .unwrap();
    assert_eq!(world.store.write(CountIn { limit: 10 }).await, Ok(2));
    assert_eq!(root(&world).await, Root { digest, halves: 2 });
}

async fn a_half_is_compared_once_the_other_server_speaks_of_generations(fixture: Fixture) {
    let mut world = named(&fixture).await;
    let bob = world.user("bob").await;
    world.invite(&bob, 1, Uses::Anyone).await;
    let mut halves = 0;
    for (name, by_claim) in [("Carol", true), ("Dora", false)] {
        let redeem = Redeem {
            floor: None,
            ..world.redeeming(1, contact(name), 0)
        };
        world.store.write(redeem).await.unwrap().ok().unwrap();
        assert_eq!(root(&world).await.halves, halves, "{name}");
        if by_claim {
            let same = claim(&mut world, &bob, name, 1, ClaimedPhase::Connected).await;
            assert!(!same.changed);
        } else {
            let removal = ReceiveRemoval {
                provider: there(),
                remote: contact(name).remote,
                user: Some(bob.clone()),
                generation: Some(Generation(1)),
                signature: None,
                connection: world.id(),
                moment: moment(30),
            };
            world.store.write(removal).await.unwrap().unwrap();
        }
        halves += 1;
        assert_eq!(root(&world).await.halves, halves, "{name}");
    }
    let digest = pair(&bob, "Carol").item(1, true) ^ pair(&bob, "Dora").item(1, false);
    assert_eq!(root(&world).await, Root { digest, halves });
}
