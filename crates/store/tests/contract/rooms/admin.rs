//! What administrators look at: people, servers, and the trail under their own account.

use symbolon_core::invites::Uses;
use symbolon_core::trust::Rule;
use symbolon_proto::address::Provider;
use symbolon_proto::problem::Code;
use symbolon_store::audit::{Filter, ListEvents, Page};
use symbolon_store::events::{Actor, Moment};
use symbolon_store::peers::NoteHealth;
use symbolon_store::people::{CountPeople, Counted, ListPeople};
use symbolon_store::servers::{FindServer, LinkedServers, ListServers};
use symbolon_store::trust::Decide;
use symbolon_store::users::{FindUser, SetAdmin, SetDisabled};

use super::{World, at, moment, there};
use crate::kit::{Fixture, claims};

claims! {
    on_memory:
        nobody_is_an_administrator_who_was_not_made_one,
        what_an_administrator_does_is_in_the_trail_under_their_account,
        people_are_listed_and_counted_with_their_connections,
        servers_are_listed_with_what_was_decided_and_how_many_people_they_link;
    on_disk:
        nobody_is_an_administrator_who_was_not_made_one,
        people_are_listed_and_counted_with_their_connections,
        servers_are_listed_with_what_was_decided_and_how_many_people_they_link;
    on_postgres:
        nobody_is_an_administrator_who_was_not_made_one,
        what_an_administrator_does_is_in_the_trail_under_their_account,
        people_are_listed_and_counted_with_their_connections,
        servers_are_listed_with_what_was_decided_and_how_many_people_they_link;
}

async fn nobody_is_an_administrator_who_was_not_made_one(fixture: Fixture) {
    let mut world = World::new(&fixture).await;
    let (bob, carol) = (world.user("bob").await, world.user("carol").await);
    let is = async |id: &symbolon_core::UserId| {
        let found = world.store.read(FindUser { id: id.clone() }).await;
        found.unwrap().unwrap().admin
    };
    assert!(!is(&bob).await, "the first is none by coming first");
    let set = |admin| SetAdmin {
        id: bob.clone(),
        admin,
        moment: moment(1),
    };
    assert_eq!(world.store.write(set(true)).await, Ok(true));
    assert_eq!(world.store.write(set(true)).await, Ok(false), "already");
    assert!(is(&bob).await && !is(&carol).await);
    assert_eq!(world.store.write(set(false)).await, Ok(true));
    assert!(!is(&bob).await);
    let list = ListEvents {
        filter: Filter {
            user: Some(bob),
            ..Filter::default()
        },
        page: Page::After(0),
        limit: 10,
    };
    let trail = world.store.read(list).await.unwrap();
    let kinds: Vec<_> = trail.iter().map(|event| event.kind.as_str()).collect();
    assert_eq!(
        kinds,
        ["user.added", "user.admin_granted", "user.admin_revoked"]
    );
}

async fn what_an_administrator_does_is_in_the_trail_under_their_account(fixture: Fixture) {
    let mut world = World::new(&fixture).await;
    let (bob, carol) = (world.user("bob").await, world.user("carol").await);
    let by_bob = || Moment {
        administrator: true,
        by: Some(bob.clone()),
        ..moment(2)
    };
    let disable = SetDisabled {
        id: carol,
        disabled: true,
        moment: by_bob(),
    };
    assert_eq!(world.store.write(disable).await, Ok(true));
    let block = Decide {
        provider: there(),
        rule: Rule::Blocked,
        note: None,
        by: Some("bob".to_owned()),
        moment: by_bob(),
    };
    world.store.write(block).await.unwrap();
    let newest = ListEvents {
        filter: Filter::default(),
        page: Page::Within(i64::MAX, 0),
        limit: 2,
    };
    let trail = world.store.read(newest).await.unwrap();
    for event in &trail {
        assert_eq!(event.actor, Actor::Administrator);
        assert_eq!(event.data["by_user"], bob.as_str());
    }
    let kinds: Vec<_> = trail.iter().map(|event| event.kind.as_str()).collect();
    assert_eq!(kinds, ["peer.blocked", "user.disabled"]);
    let behind = ListEvents {
        filter: Filter::default(),
        page: Page::Within(i64::MAX, trail[1].seq),
        limit: 10,
    };
    let behind = world.store.read(behind).await.unwrap();
    assert_eq!(behind.len(), 1, "nothing from behind the window");
}

async fn people_are_listed_and_counted_with_their_connections(fixture: Fixture) {
    let mut world = World::new(&fixture).await;
    let bob = world.user("bob").await;
    let boris = world.user("boris").await;
    world.user("carol").await;
    world.invite(&bob, 1, Uses::Anyone).await;
    for name in ["Dave", "Eve"] {
        world.redeem(1, name, 0).await.unwrap();
    }
    let disable = SetDisabled {
        id: boris,
        disabled: true,
        moment: moment(2),
    };
    world.store.write(disable).await.unwrap();
    let list = async |begins: &str, after: &str, limit| {
        let list = ListPeople {
            begins: begins.to_owned(),
            after: after.to_owned(),
            limit,
        };
        let people = world.store.read(list).await.unwrap();
        let told = people.into_iter();
        told.map(|one| (one.user.name, one.connections))
            .collect::<Vec<_>>()
    };
    let (bob, boris, carol) = (
        ("bob".to_owned(), 2),
        ("boris".to_owned(), 0),
        ("carol".to_owned(), 0),
    );
    let all = [bob.clone(), boris.clone(), carol];
    assert_eq!(list("", "", 10).await, all);
    assert_eq!(list("", "", 2).await, all[..2]);
    assert_eq!(list("bo", "bob", 10).await, [boris]);
    assert_eq!(list("bob", "", 10).await, [bob]);
    let counted = Counted {
        all: 3,
        disabled: 1,
        admins: 0,
    };
    assert_eq!(world.store.read(CountPeople).await, Ok(counted));
}

async fn servers_are_listed_with_what_was_decided_and_how_many_people_they_link(fixture: Fixture) {
    let mut world = World::new(&fixture).await;
    let bob = world.user("bob").await;
    world.invite(&bob, 1, Uses::Anyone).await;
    for name in ["Dave", "Eve"] {
        world.redeem(1, name, 0).await.unwrap();
    }
    let elsewhere = Provider::parse("zebra.example.org").unwrap();
    let decide = Decide {
        provider: elsewhere.clone(),
        rule: Rule::Trusted,
        note: None,
        by: None,
        moment: moment(3),
    };
    world.store.write(decide).await.unwrap();
    let failing = NoteHealth {
        provider: there(),
        failure: Some(Code::Timeout),
        now: at(4),
    };
    world.store.write(failing).await.unwrap();
    let linked = world.store.read(LinkedServers { limit: 10 }).await.unwrap();
    assert_eq!(linked.len(), 1);
    assert_eq!((&linked[0].provider, linked[0].connections), (&there(), 2));
    assert_eq!(linked[0].failing_since, Some(at(4)));
    assert_eq!(linked[0].last_code, Some(Code::Timeout));
    let names = async |begins: &str, after: &str, limit| {
        let list = ListServers {
            begins: begins.to_owned(),
            after: after.to_owned(),
            limit,
        };
        let servers = world.store.read(list).await.unwrap();
        let names = servers.into_iter().map(|one| one.provider);
        names.collect::<Vec<_>>()
    };
    assert_eq!(names("", "", 10).await, [there(), elsewhere.clone()]);
    assert_eq!(names("", "", 1).await, [there()]);
    assert_eq!(
        names("", there().as_str(), 10).await,
        std::slice::from_ref(&elsewhere)
    );
    assert_eq!(names("zeb", "", 10).await, std::slice::from_ref(&elsewhere));
    assert_eq!(names("zebu", "", 10).await, []);
    let find = FindServer {
        provider: elsewhere,
    };
    let found = world.store.read(find).await.unwrap();
    assert_eq!((found.rule, found.connections), (Some(Rule::Trusted), 0));
    assert_eq!(found.last_ok_at, None);
}
