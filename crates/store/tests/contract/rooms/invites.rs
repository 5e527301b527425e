//! Invites, issued and redeemed.

use symbolon_core::invites::{InviteState, Refusal, Uses};
use symbolon_store::invites::{
    FindInvite, InviteAcceptedBy, ListInvites, ListOpenInvites, RenewInvite, WithdrawInvite,
};

use super::{World, at, moment};
use crate::kit::{Fixture, claims};

claims! {
    on_memory:
        an_invite_connects_as_many_people_as_it_allows;
    on_disk:
        an_invite_connects_as_many_people_as_it_allows;
    on_postgres:
        an_invite_connects_as_many_people_as_it_allows;
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
    let came = store
        .read(InviteAcceptedBy {
            id: invite.id.clone(),
            limit: 10,
        })
        .await
        .unwrap();
    assert_eq!(came[0].name, "Carol");

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
