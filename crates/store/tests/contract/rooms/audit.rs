//! The audit trail: what is in it, how it is looked through, and that it does not grow without end.

use symbolon_core::invites::{Refusal, Uses};
use symbolon_core::{Timestamp, UserId};
use symbolon_proto::address::Provider;
use symbolon_proto::problem::Code;
use symbolon_store::Store;
use symbolon_store::accept::NoteRefused;
use symbolon_store::audit::{Filter, ListEvents, Page, PruneEvents};
use symbolon_store::events::{Actor, Event, EventsAfter, Kind};
use symbolon_store::invites::{ListInvites, NoteExpired, RenewInvite};
use symbolon_store::sessions::NoteFailedLogIn;
use symbolon_store::users::SetDisabled;

use super::{World, at, moment, there};
use crate::kit::{Fixture, claims};

claims! {
    on_memory:
        every_event_says_who_what_with_whom_and_how_it_went,
        trail_is_filtered_by_each_of_its_columns,
        flood_of_failures_writes_a_bounded_number_of_events,
        flood_of_failures_of_many_people_is_bounded_too,
        expired_invite_is_noted_once_until_it_is_renewed,
        pruning_is_bounded_and_itself_an_event;
    on_disk:
        trail_is_filtered_by_each_of_its_columns;
    on_postgres:
        every_event_says_who_what_with_whom_and_how_it_went,
        trail_is_filtered_by_each_of_its_columns,
        flood_of_failures_writes_a_bounded_number_of_events,
        flood_of_failures_of_many_people_is_bounded_too,
        expired_invite_is_noted_once_until_it_is_renewed,
        pruning_is_bounded_and_itself_an_event;
}

async fn trail(store: &Store, filter: Filter) -> Vec<Event> {
    let list = ListEvents {
        filter,
        page: Page::After(0),
        limit: 10_000,
    };
    store.read(list).await.unwrap()
}

async fn kinds(store: &Store, filter: Filter) -> Vec<String> {
    let found = trail(store, filter).await;
    found.into_iter().map(|event| event.kind).collect()
}

/// Bob invites, carol comes by it, dave is turned away.
async fn story(fixture: &Fixture) -> (World, UserId) {
    let mut world = World::new(fixture).await;
    let bob = world.user("bob").await;
    world.invite(&bob, 1, Uses::People(1)).await;
    world.redeem(1, "Carol", 0).await.unwrap();
    assert_eq!(world.redeem(1, "Dave", 0).await, Err(Refusal::UsedUp));
    (world, bob)
}

async fn every_event_says_who_what_with_whom_and_how_it_went(fixture: Fixture) {
    let (world, bob) = story(&fixture).await;
    let disable = SetDisabled {
        id: bob.clone(),
        disabled: true,
        moment: symbolon_store::events::Moment {
            administrator: true,
            their_reference: Some("web1/1".to_owned()),
            ..moment(9)
        },
    };
    world.store.write(disable).await.unwrap();
    let all = trail(&world.store, Filter::default()).await;
    let told: Vec<_> = all
        .iter()
        .map(|event| {
            let result = event.result.as_deref().unwrap_or("none");
            (
                event.kind.as_str(),
                event.actor,
                event.peer.is_some(),
                result,
            )
        })
        .collect();
    let used_up = Refusal::UsedUp.code().as_str();
    let expected = [
        ("user.added", Actor::Person, false, "done"),
        ("invite.issued", Actor::Person, false, "done"),
        ("invite.accepted", Actor::Peer, true, "done"),
        ("connection.connected", Actor::Peer, true, "done"),
        ("invite.refused", Actor::Peer, true, used_up),
        ("user.disabled", Actor::Administrator, false, "done"),
    ];
    assert_eq!(told, expected);
    assert!(all.iter().all(|event| event.user.as_ref() == Some(&bob)));
    assert!(
        all.iter()
            .all(|event| event.object.is_some() && event.reference.is_some())
    );
    let invite = all[1].object.clone();
    assert_eq!((&all[2].beside, &all[4].object), (&invite, &invite));
    assert_eq!(all[5].their_reference.as_deref(), Some("web1/1"));
    // A stream does not show what is for the trail alone.
    let after = EventsAfter {
        user: bob,
        after: 0,
        limit: 100,
    };
    let streamed = world.store.read(after).await.unwrap();
    assert_eq!(streamed.len(), 5);
    assert!(
        streamed
            .iter()
            .all(|event| event.kind != Kind::InviteRefused.as_str())
    );
}

async fn trail_is_filtered_by_each_of_its_columns(fixture: Fixture) {
    let (mut world, bob) = story(&fixture).await;
    let other = world.user("eve").await;
    let of = |filter| kinds(&world.store, filter);
    assert_eq!(of(Filter::default()).await.len(), 6);
    let by_user = Filter {
        user: Some(other),
        ..Filter::default()
    };
    assert_eq!(of(by_user).await, ["user.added"]);
    let by_peer = Filter {
        peer: Some(there().to_string()),
        kind: Some("invite".to_owned()),
        ..Filter::default()
    };
    assert_eq!(of(by_peer).await, ["invite.accepted", "invite.refused"]);
    let by_kind = Filter {
        kind: Some("invite.issued".to_owned()),
        user: Some(bob.clone()),
        ..Filter::default()
    };
    assert_eq!(of(by_kind).await, ["invite.issued"]);
    let by_kind_alone = Filter {
        kind: Some("user.added".to_owned()),
        ..Filter::default()
    };
    assert_eq!(of(by_kind_alone).await.len(), 2);
    let by_time = Filter {
        since: Some(at(1)),
        until: Some(at(2)),
        ..Filter::default()
    };
    assert_eq!(of(by_time).await, ["invite.issued"]);
    let by_reference = Filter {
        reference: Some("reference 1".to_owned()),
        ..Filter::default()
    };
    assert_eq!(of(by_reference).await, ["invite.issued"]);
    let newest = ListEvents {
        filter: Filter {
            user: Some(bob),
            ..Filter::default()
        },
        page: Page::Before(i64::MAX),
        limit: 1,
    };
    let newest = world.store.read(newest).await.unwrap();
    assert_eq!(newest[0].kind, "invite.refused");
}

async fn flood_of_failures_writes_a_bounded_number_of_events(fixture: Fixture) {
    let mut world = World::new(&fixture).await;
    let bob = world.user("bob").await;
    let fails = |user, secs| NoteFailedLogIn {
        identity: None,
        user,
        code: Code::NotAuthenticated,
        moment: moment(secs),
    };
    for _ in 0..300 {
        world
            .store
            .write(fails(Some(bob.clone()), 10))
            .await
            .unwrap();
        world.store.write(fails(None, 10)).await.unwrap();
    }
    let noted = trail(&world.store, Filter::default()).await;
    let noted: Vec<_> = noted
        .iter()
        .filter(|event| event.kind == "session.refused")
        .collect();
    assert_eq!(noted.len(), 20, "ten for bob, ten for nobody");
    assert_eq!(noted[19].data["more_not_recorded"], true);
    world.store.write(fails(None, 10 + 601)).await.unwrap();
    assert_eq!(trail(&world.store, Filter::default()).await.len(), 22);
}

async fn flood_of_failures_of_many_people_is_bounded_too(fixture: Fixture) {
    let mut world = World::new(&fixture).await;
    for number in 0..55 {
        let user = world.user(&format!("person-{number}")).await;
        for secs in 0..21 {
            let refused = NoteRefused {
                user: user.clone(),
                provider: Provider::parse(&format!("s{secs}.example.org")).ok(),
                code: Code::ProviderMismatch,
                said: None,
                status: None,
                chosen: None,
                moment: moment(secs),
            };
            world.store.write(refused).await.unwrap();
        }
    }
    let noted = trail(&world.store, Filter::default()).await;
    let noted = noted
        .iter()
        .filter(|event| event.kind == "acceptance.refused");
    assert_eq!(noted.count(), 1_000);
}

async fn expired_invite_is_noted_once_until_it_is_renewed(fixture: Fixture) {
    let mut world = World::new(&fixture).await;
    let bob = world.user("bob").await;
    world.invite(&bob, 1, Uses::Anyone).await;
    world.invite(&bob, 2, Uses::Anyone).await;
    let note = |secs| NoteExpired {
        limit: 10,
        moment: moment(secs),
    };
    assert_eq!(world.store.write(note(999)).await, Ok(0));
    // Somebody who comes too late is told so, and the trail says first that the time was over.
    let redeem = {
        let mut redeem = world.redeeming(1, super::contact("Carol"), 0);
        redeem.moment = moment(1_000);
        redeem
    };
    assert!(world.store.write(redeem).await.unwrap().is_err());
    assert_eq!(world.store.write(note(1_000)).await, Ok(1));
    assert_eq!(world.store.write(note(1_001)).await, Ok(0));
    let invites = ListInvites {
        owner: Some(bob.clone()),
        before: None,
        limit: 10,
    };
    let newest = world.store.read(invites).await.unwrap().remove(0);
    let renew = RenewInvite {
        owner: bob,
        id: newest.id,
        expires_at: at(2_000),
        moment: moment(1_100),
    };
    assert!(matches!(world.store.write(renew).await, Ok(Some(Ok(_)))));
    assert_eq!(world.store.write(note(2_000)).await, Ok(1));
    let said = kinds(&world.store, Filter::default()).await;
    let expected = [
        "user.added",
        "invite.issued",
        "invite.issued",
        "invite.expired",
        "invite.refused",
        "invite.expired",
        "invite.renewed",
        "invite.expired",
    ];
    assert_eq!(said, expected);
}

async fn pruning_is_bounded_and_itself_an_event(fixture: Fixture) {
    let (world, _) = story(&fixture).await;
    let before = trail(&world.store, Filter::default()).await.len();
    let prune = |limit| PruneEvents {
        before: Timestamp::from_secs(1),
        limit,
        moment: moment(100),
    };
    assert_eq!(world.store.write(prune(10)).await, Ok(1));
    assert_eq!(world.store.write(prune(10)).await, Ok(0));
    let left = trail(&world.store, Filter::default()).await;
    assert_eq!(left.len(), before, "one removed, one added");
    let last = left.last().unwrap();
    assert_eq!(
        (last.kind.as_str(), last.actor),
        ("audit.pruned", Actor::Server)
    );
    assert_eq!(last.data["removed"], 1);
    let all = PruneEvents {
        before: Timestamp::from_secs(99),
        limit: 2,
        moment: moment(100),
    };
    assert_eq!(
        world.store.write(all).await,
        Ok(2),
        "no more than asked for"
    );
}
