//! Claims of another server, applied.

use symbolon_core::connections::{EndedBy, Generation, Half, Phase};
use symbolon_core::invites::Uses;
use symbolon_core::sync::{ClaimedEnd, ClaimedPhase, Found};
use symbolon_core::{Id, UserId};
use symbolon_proto::address::Provider;
use symbolon_proto::identity::RemoteId;
use symbolon_store::connections::{FindByPerson, Told};
use symbolon_store::events::{EventsAfter, LastEvent};
use symbolon_store::outbox::{DeliveryState, ListDeliveries};
use symbolon_store::sync::claims::{ApplyClaims, ConfirmTold};

use super::{about, claim, disconnect, named};
use crate::kit::{Fixture, claims};
use crate::rooms::{World, at, contact, moment, there};

claims! {
    on_memory:
        a_claim_takes_away_and_never_gives,
        a_half_that_comparing_ended_says_what_was_found,
        a_server_that_changes_its_mind_all_the_time_leaves_no_trail_of_events,
        liars_with_any_number_of_servers_fill_a_thousand_rows_of_a_person,
        a_removal_that_was_never_answered_is_confirmed_by_sync,
        a_removal_that_a_comparison_withdraws_is_no_longer_being_told;
    on_postgres:
        a_claim_takes_away_and_never_gives,
        a_half_that_comparing_ended_says_what_was_found,
        a_server_that_changes_its_mind_all_the_time_leaves_no_trail_of_events,
        liars_with_any_number_of_servers_fill_a_thousand_rows_of_a_person,
        a_removal_that_was_never_answered_is_confirmed_by_sync,
        a_removal_that_a_comparison_withdraws_is_no_longer_being_told;
}

async fn half(world: &World, user: &UserId, name: &str) -> Option<Half> {
    let find = FindByPerson {
        user: user.clone(),
        provider: there(),
        subject: contact(name).remote.subject().to_owned(),
    };
    world.store.read(find).await.unwrap().map(|one| one.half)
}

async fn a_claim_takes_away_and_never_gives(fixture: Fixture) {
    let mut world = named(&fixture).await;
    let bob = world.user("bob").await;
    world.invite(&bob, 1, Uses::Anyone).await;
    world.redeem(1, "Carol", 0).await.unwrap();
    let up = ClaimedPhase::Connected;
    let down = ClaimedPhase::Disconnected(ClaimedEnd::Ours);

    let same = claim(&mut world, &bob, "Carol", 1, up).await;
    assert!(!same.changed);
    let stranger = claim(&mut world, &bob, "Dora", 3, up).await;
    assert!(stranger.changed);
    let dora = half(&world, &bob, "Dora").await.unwrap();
    assert_eq!(dora.phase, Phase::Disconnected(EndedBy::Neither));
    assert_eq!(
        world.connected(&bob).await.len(),
        1,
        "nobody has been connected"
    );

    // Bob disconnected, says the other server, and bob's server has forgotten.
    let forgotten = claim(&mut world, &bob, "Carol", 1, down).await;
    assert!(forgotten.changed);
    assert!(world.connected(&bob).await.is_empty());
    assert!(
        world.redeem(1, "Carol", 1).await.is_err(),
        "his old invitation is closed to her again"
    );
    let nobody = UserId::parse("00000000000000000000000000").unwrap();
    let unknown = claim(&mut world, &nobody, "Carol", 1, up).await;
    assert_eq!((unknown.half, unknown.changed), (None, false));
}

async fn a_half_that_comparing_ended_says_what_was_found(fixture: Fixture) {
    let mut world = named(&fixture).await;
    let bob = world.user("bob").await;
    world.invite(&bob, 1, Uses::Anyone).await;
    let down = ClaimedPhase::Disconnected;
    for (name, generation, phase, found) in [
        ("Carol", 1, down(ClaimedEnd::Theirs), Found::EndedThere),
        ("Dora", 1, down(ClaimedEnd::Ours), Found::EndedHere),
        ("Erin", 1, down(ClaimedEnd::Neither), Found::NotThere),
        ("Frank", 2, ClaimedPhase::Connected, Found::NotHere),
    ] {
        let before = world.redeem(1, name, 0).await.unwrap();
        assert_eq!(before.found, None);
        let last = world.store.read(LastEvent).await.unwrap();
        claim(&mut world, &bob, name, generation, phase).await;
        let find = || FindByPerson {
            user: bob.clone(),
            provider: there(),
            subject: contact(name).remote.subject().to_owned(),
        };
        let ended = world.store.read(find()).await.unwrap().unwrap();
        assert_eq!((ended.found, ended.ended_at), (Some(found), Some(at(50))));
        let events = EventsAfter {
            user: bob.clone(),
            after: last,
            limit: 10,
        };
        let events = world.store.read(events).await.unwrap();
        assert_eq!(events.len(), 1, "{name}");
        assert_eq!(events[0].kind, "connection.disconnected");
        assert_eq!(events[0].data["found"], found.as_str());
    }
    world.invite(&bob, 2, Uses::Anyone).await;
    let again = world.redeem(2, "Carol", 1).await.unwrap();
    assert_eq!(again.found, None, "it was about the connection before");
}

async fn a_server_that_changes_its_mind_all_the_time_leaves_no_trail_of_events(fixture: Fixture) {
    let mut world = named(&fixture).await;
    let bob = world.user("bob").await;
    world.invite(&bob, 1, Uses::Anyone).await;
    world.redeem(1, "Carol", 0).await.unwrap();
    disconnect(&mut world, &bob, "Carol").await;
    let down = ClaimedPhase::Disconnected(ClaimedEnd::Theirs);
    for name in ["Carol", "Stranger"] {
        claim(&mut world, &bob, name, 2, down).await;
    }
    let last = world.store.read(LastEvent).await.unwrap();
    for generation in 3..20 {
        for name in ["Carol", "Stranger"] {
            claim(&mut world, &bob, name, generation, ClaimedPhase::Connected).await;
            claim(&mut world, &bob, name, generation, down).await;
        }
    }
    assert_eq!(world.store.read(LastEvent).await, Ok(last));
}

async fn liars_with_any_number_of_servers_fill_a_thousand_rows_of_a_person(fixture: Fixture) {
    let mut world = named(&fixture).await;
    let (bob, zoe) = (world.user("bob").await, world.user("zoe").await);
    let mut written = 0;
    for server in 0..3_u8 {
        let provider = Provider::parse(&format!("s{server}.example.org")).unwrap();
        let claims = (0..400_u16).map(|number| {
            let remote = RemoteId::new(&format!("person-{number}"), &provider).unwrap();
            let [high, low] = number.to_be_bytes();
            let id = Id::from_parts(1, [server, high, low, 0, 0, 0, 0, 0, 0, 0]);
            about(&bob, remote, 1, ClaimedPhase::Connected, id.into())
        });
        let apply = ApplyClaims {
            provider: provider.clone(),
            claims: claims.collect(),
            moment: moment(50),
        };
        let applied = world.store.write(apply).await.unwrap();
        written += applied.iter().filter(|one| one.changed).count();
    }
    assert_eq!(written, 1_000);
    let other = claim(&mut world, &zoe, "Carol", 1, ClaimedPhase::Connected).await;
    assert!(other.changed, "that is his own limit");
}

async fn a_removal_that_was_never_answered_is_confirmed_by_sync(fixture: Fixture) {
    let mut world = named(&fixture).await;
    let bob = world.user("bob").await;
    world.invite(&bob, 1, Uses::Anyone).await;
    for name in ["Carol", "Dora"] {
        world.redeem(1, name, 0).await.unwrap();
        disconnect(&mut world, &bob, name).await;
    }
    let down = ClaimedPhase::Disconnected(ClaimedEnd::Ours);
    claim(&mut world, &bob, "Carol", 1, down).await;
    let confirm = |generation| ConfirmTold {
        provider: there(),
        agreed: vec![(
            bob.clone(),
            contact("Dora").remote.subject().to_owned(),
            Generation(generation),
        )],
        moment: moment(50),
    };
    let due = || ListDeliveries {
        state: DeliveryState::Due,
        limit: 10,
    };
    world.store.write(confirm(7)).await.unwrap();
    assert_eq!(
        world.store.read(due()).await.unwrap().len(),
        1,
        "only Dora's is left"
    );
    world.store.write(confirm(1)).await.unwrap();
    assert!(world.store.read(due()).await.unwrap().is_empty());
    for name in ["Carol", "Dora"] {
        let find = FindByPerson {
            user: bob.clone(),
            provider: there(),
            subject: contact(name).remote.subject().to_owned(),
        };
        let connection = world.store.read(find).await.unwrap().unwrap();
        assert_eq!(connection.told, Some(Told::Confirmed), "{name}");
    }
}

async fn a_removal_that_a_comparison_withdraws_is_no_longer_being_told(fixture: Fixture) {
    let mut world = named(&fixture).await;
    let bob = world.user("bob").await;
    world.invite(&bob, 1, Uses::Anyone).await;
    world.redeem(1, "Carol", 0).await.unwrap();
    disconnect(&mut world, &bob, "Carol").await;
    // They speak of a later time than ours: the removal under way would be refused as old.
    claim(&mut world, &bob, "Carol", 4, ClaimedPhase::Connected).await;
    let due = ListDeliveries {
        state: DeliveryState::Due,
        limit: 10,
    };
    assert!(world.store.read(due).await.unwrap().is_empty());
    let find = FindByPerson {
        user: bob,
        provider: there(),
        subject: contact("Carol").remote.subject().to_owned(),
    };
    let carol = world.store.read(find).await.unwrap().unwrap();
    assert_eq!(carol.told, Some(Told::Unconfirmed));
    let phase = Phase::Disconnected(EndedBy::Us);
    assert_eq!(
        (carol.half.generation, carol.half.phase),
        (Generation(4), phase)
    );
}
