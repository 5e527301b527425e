//! Invites, issued and redeemed.

use symbolon_core::UserId;
use symbolon_core::connections::Gesture;
use symbolon_core::invites::{InviteState, Refusal, Uses};
use symbolon_store::connections::listing::InviteAcceptedBy;
use symbolon_store::events::{Event, EventsAfter};
use symbolon_store::invites::{
    FindInvite, Invite, ListInvites, ListInvitesByLife, ListOpenInvites, RenewInvite,
    WithdrawInvite,
};
use symbolon_store::users::SetDisabled;

use super::{World, at, contact, moment};
use crate::kit::{Fixture, claims};

claims! {
    on_memory:
        those_who_came_by_an_invite_are_listed_page_by_page_and_nobody_else,
        an_invite_is_listed_among_the_open_or_the_past_ones_as_its_state_says,
        an_invite_connects_as_many_people_as_it_allows,
        an_inviter_who_cannot_be_named_is_connected_with_nobody,
        an_invite_that_is_withdrawn_at_the_same_moment_connects_those_before_and_nobody_after;
    on_disk:
        those_who_came_by_an_invite_are_listed_page_by_page_and_nobody_else,
        an_invite_is_listed_among_the_open_or_the_past_ones_as_its_state_says,
        an_invite_connects_as_many_people_as_it_allows,
        an_inviter_who_cannot_be_named_is_connected_with_nobody,
        an_invite_that_is_withdrawn_at_the_same_moment_connects_those_before_and_nobody_after;
    on_postgres:
        those_who_came_by_an_invite_are_listed_page_by_page_and_nobody_else,
        an_invite_is_listed_among_the_open_or_the_past_ones_as_its_state_says,
        an_invite_connects_as_many_people_as_it_allows,
        an_inviter_who_cannot_be_named_is_connected_with_nobody,
        an_invite_that_is_withdrawn_at_the_same_moment_connects_those_before_and_nobody_after;
}

async fn an_invite_connects_as_many_people_as_it_allows(fixture: Fixture) {
    let mut world = World::new(&fixture).await;
    let bob = world.user("bob").await;
    world.invite(&bob, 1, Uses::People(1)).await;
    let store = world.store.clone();
    let first = world.redeem(1, "Carol", 0).await.unwrap();
    let again = world.redeem(1, "Carol", 0).await.unwrap();
    assert_eq!((first.half, first.id), (again.half, again.id));
    assert!(matches!(
        world.redeem(1, "Mallory", 0).await,
        Err(Refusal::UsedUp)
    ));
    assert!(matches!(
        world.redeem(2, "Carol", 0).await,
        Err(Refusal::Unknown)
    ));
    assert_eq!(world.connected(&bob).await.len(), 1);

    let all = ListInvites {
        owner: Some(bob.clone()),
        before: None,
        limit: 10,
    };
    let invite = store.read(all).await.unwrap().remove(0);
    assert_eq!(
        (invite.people, invite.state(at(2))),
        (1, InviteState::UsedUp)
    );
    let came = InviteAcceptedBy {
        id: invite.id.clone(),
        skip: 0,
        limit: 10,
    };
    let came = store.read(came).await.unwrap().remove(0);
    assert_eq!(came.connection.unwrap().contact.name, "Carol");

    world.invite(&bob, 2, Uses::Anyone).await;
    let open = |now| {
        store.read(ListOpenInvites {
            owner: bob.clone(),
            now: at(now),
            limit: 10,
        })
    };
    let fresh = open(2).await.unwrap().remove(0);
    assert_eq!(open(1_000).await.map(|invites| invites.len()), Ok(0));
    let renew = || RenewInvite {
        owner: bob.clone(),
        id: fresh.id.clone(),
        expires_at: at(2_000),
        moment: moment(1_500),
    };
    assert!(matches!(store.write(renew()).await, Ok(Some(Ok(_)))));
    let withdraw = WithdrawInvite {
        owner: None,
        id: fresh.id.clone(),
        moment: moment(3),
    };
    let withdrawn = store.write(withdraw).await.unwrap().unwrap();
    assert_eq!(withdrawn.withdrawn_at, Some(at(3)));
    assert!(matches!(
        store.write(renew()).await,
        Ok(Some(Err(InviteState::Withdrawn)))
    ));
    assert!(matches!(
        world.redeem(2, "Dave", 0).await,
        Err(Refusal::Withdrawn)
    ));
    let mallory = world.user("mallory").await;
    let foreign = FindInvite {
        owner: Some(mallory),
        id: fresh.id.clone(),
    };
    assert!(store.read(foreign).await.unwrap().is_none());
    let everybody = ListInvites {
        owner: None,
        before: Some(fresh.issued),
        limit: 10,
    };
    assert_eq!(store.read(everybody).await.unwrap().len(), 1);
}

async fn an_invite_is_listed_among_the_open_or_the_past_ones_as_its_state_says(fixture: Fixture) {
    let mut world = World::new(&fixture).await;
    let (bob, eve) = (world.user("bob").await, world.user("eve").await);
    world.invite(&eve, 9, Uses::Anyone).await;
    for (token, uses) in [
        (1, Uses::Anyone),
        (2, Uses::People(2)),
        (3, Uses::People(1)),
        (4, Uses::Anyone),
    ] {
        world.invite(&bob, token, uses).await;
    }
    for (token, name) in [(1, "Carol"), (2, "Dave"), (3, "Erin")] {
        world.redeem(token, name, 0).await.unwrap();
    }
    let store = &world.store;
    let all = ListInvites {
        owner: Some(bob.clone()),
        before: None,
        limit: 10,
    };
    let newest = store.read(all).await.unwrap().remove(0);
    let withdraw = WithdrawInvite {
        owner: None,
        id: newest.id,
        moment: moment(3),
    };
    store.write(withdraw).await.unwrap();
    // All of them end at 1000.
    for (now, open_then) in [(2, 2), (999, 2), (1_000, 0)] {
        for (open, count) in [(true, open_then), (false, 4 - open_then)] {
            let mut before = None;
            for _ in 0..count {
                let one = by_life(&world, &bob, now, open, before).await.unwrap();
                assert_eq!(one.state(at(now)) == InviteState::Open, open, "at {now}");
                assert!(before.is_none_or(|before| one.issued < before));
                before = Some(one.issued);
            }
            let further = by_life(&world, &bob, now, open, before).await;
            assert!(further.is_none(), "at {now}");
        }
    }
}

/// The next of the open or of the past invites.
async fn by_life(
    world: &World,
    owner: &UserId,
    now: i64,
    open: bool,
    before: Option<Gesture>,
) -> Option<Invite> {
    let page = ListInvitesByLife {
        owner: owner.clone(),
        open,
        now: at(now),
        before,
        limit: 1,
    };
    world.store.read(page).await.unwrap().pop()
}

async fn those_who_came_by_an_invite_are_listed_page_by_page_and_nobody_else(fixture: Fixture) {
    let mut world = World::new(&fixture).await;
    let (bob, eve) = (world.user("bob").await, world.user("eve").await);
    world.invite(&eve, 2, Uses::Anyone).await;
    world.invite(&bob, 1, Uses::Anyone).await;
    let all = ListInvites {
        owner: Some(bob.clone()),
        before: None,
        limit: 1,
    };
    let invite = world.store.read(all).await.unwrap().remove(0);
    for name in ["Carol", "Dave", "Erin"] {
        world.redeem(2, name, 0).await.unwrap();
        world.redeem(1, name, 0).await.unwrap();
    }
    world.redeem(2, "Frank", 0).await.unwrap();
    let page = async |skip| {
        let page = InviteAcceptedBy {
            id: invite.id.clone(),
            skip,
            limit: 2,
        };
        let page = world.store.read(page).await.unwrap().into_iter();
        let own = page.map(|one| one.connection.filter(|it| it.user == bob).unwrap());
        own.map(|one| one.contact.name).collect::<Vec<_>>()
    };
    assert_eq!(page(0).await, ["Carol", "Dave"]);
    assert_eq!(page(2).await, ["Erin"]);
    assert!(page(3).await.is_empty());
}

async fn an_inviter_who_cannot_be_named_is_connected_with_nobody(fixture: Fixture) {
    let mut world = World::new(&fixture).await;
    let bob = world.user("bob").await;
    world.invite(&bob, 1, Uses::People(1)).await;
    let disabled = |disabled| SetDisabled {
        id: bob.clone(),
        disabled,
        moment: moment(2),
    };
    world.store.write(disabled(true)).await.unwrap();
    let refused = world.redeem(1, "Carol", 0).await;
    assert!(matches!(refused, Err(Refusal::Unknown)));
    world.store.write(disabled(false)).await.unwrap();
    assert!(world.connected(&bob).await.is_empty());
    // Nobody has used it up either.
    assert!(world.redeem(1, "Dave", 0).await.is_ok());
}

async fn an_invite_that_is_withdrawn_at_the_same_moment_connects_those_before_and_nobody_after(
    fixture: Fixture,
) {
    let mut world = World::new(&fixture).await;
    let bob = world.user("bob").await;
    let store = world.store.clone();
    for round in 1..=8 {
        world.invite(&bob, round, Uses::Anyone).await;
        let all = ListInvites {
            owner: Some(bob.clone()),
            before: None,
            limit: 1,
        };
        let invite = store.read(all).await.unwrap().remove(0);
        let withdraw = WithdrawInvite {
            owner: Some(bob.clone()),
            id: invite.id.clone(),
            moment: moment(3),
        };
        let mut redeem = |n: u8| {
            let name = format!("Carol {round} {n}");
            let redeem = world.redeeming(round, contact(&name), 0);
            let store = store.clone();
            async move { store.write(redeem).await.unwrap().is_ok() }
        };
        let (one, two, three) = (redeem(1), redeem(2), redeem(3));
        let (one, two, _, three) = tokio::join!(one, two, store.write(withdraw), three);
        let connected = [one, two, three].into_iter().filter(|yes| *yes).count();

        let trail = EventsAfter {
            user: bob.clone(),
            after: 0,
            limit: 1_000,
        };
        let trail = store.read(trail).await.unwrap();
        let about = |event: &&Event| event.data["invite"] == invite.id.as_str();
        let kinds: Vec<&str> = trail.iter().filter(about).map(|e| &*e.kind).collect();
        let end = kinds.iter().position(|kind| *kind == "invite.withdrawn");
        let accepted = kinds.iter().filter(|kind| **kind == "invite.accepted");
        assert_eq!(accepted.count(), connected);
        assert_eq!(end, Some(kinds.len() - 1), "{kinds:?}");
        assert!(!redeem(4).await);
    }
}
