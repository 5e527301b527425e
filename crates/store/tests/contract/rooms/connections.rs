//! Connections, ended and found.

use symbolon_core::UserId;
use symbolon_core::connections::Generation;
use symbolon_core::invites::{Refusal, Uses};
use symbolon_proto::address::Provider;
use symbolon_proto::identity::RemoteId;
use symbolon_proto::problem::Code;
use symbolon_store::connections::called::{CallThem, Namesakes};
use symbolon_store::connections::listing::{
    CountByServer, Cursor, ListAllConnections, ListConnections,
};
use symbolon_store::connections::{Connection, Contact, FindByPerson, SetNickname, Told};
use symbolon_store::outbox::{DeliveryState, ListDeliveries, ReleaseLeases, RetryDelivery};
use symbolon_store::piles::SummariseDeliveries;
use symbolon_store::removal::{Disconnect, ReceiveRemoval, RecordTelling, Telling};
use symbolon_store::{Statement, Store};

use super::{World, at, attempt, contact, here, list, moment, there};
use crate::kit::{Fixture, Run, claims};

claims! {
    on_memory:
        ended_connections_are_listed_by_when_they_ended_page_by_page,
        a_disconnect_is_told_until_the_other_server_answers,
        two_who_disconnect_at_once_owe_each_other_no_word,
        connections_are_found_page_by_page_and_by_words,
        the_order_of_a_list_survives_a_disconnect_in_it,
        two_people_here_share_no_list_though_they_share_a_contact,
        a_nickname_stays_with_the_person_and_finds_them,
        two_who_are_called_the_same_are_found_though_one_of_them_alone_is_asked_for,
        a_person_is_found_by_several_words_in_any_order_and_alphabet,
        a_list_of_one_server_holds_its_people_alone;
    on_disk:
        halves_from_before_names_were_compared_are_compared_with_the_others,
        ended_connections_are_listed_by_when_they_ended_page_by_page,
        a_disconnect_is_told_until_the_other_server_answers,
        two_who_disconnect_at_once_owe_each_other_no_word,
        connections_are_found_page_by_page_and_by_words,
        the_order_of_a_list_survives_a_disconnect_in_it,
        two_people_here_share_no_list_though_they_share_a_contact,
        a_nickname_stays_with_the_person_and_finds_them,
        two_who_are_called_the_same_are_found_though_one_of_them_alone_is_asked_for,
        a_person_is_found_by_several_words_in_any_order_and_alphabet,
        a_list_of_one_server_holds_its_people_alone;
    on_postgres:
        halves_from_before_names_were_compared_are_compared_with_the_others,
        ended_connections_are_listed_by_when_they_ended_page_by_page,
        a_disconnect_is_told_until_the_other_server_answers,
        two_who_disconnect_at_once_owe_each_other_no_word,
        connections_are_found_page_by_page_and_by_words,
        the_order_of_a_list_survives_a_disconnect_in_it,
        two_people_here_share_no_list_though_they_share_a_contact,
        a_nickname_stays_with_the_person_and_finds_them,
        two_who_are_called_the_same_are_found_though_one_of_them_alone_is_asked_for,
        a_person_is_found_by_several_words_in_any_order_and_alphabet,
        a_list_of_one_server_holds_its_people_alone;
}

async fn a_disconnect_is_told_until_the_other_server_answers(fixture: Fixture) {
    let mut world = World::new(&fixture).await;
    let bob = world.user("bob").await;
    let store = world.store.clone();
    world.invite(&bob, 1, Uses::Anyone).await;
    let connection = world.redeem(1, "Carol", 0).await.unwrap();
    let disconnect = Disconnect {
        user: Some(bob.clone()),
        connection: connection.id.clone(),
        delivery: world.id(),
        here: here(),
        moment: moment(10),
    };
    let ended = store.write(disconnect).await.unwrap().unwrap();
    assert_eq!(ended.told, Some(Told::Telling));
    assert!(world.connected(&bob).await.is_empty());
    assert!(matches!(
        world.redeem(1, "Carol", 1).await,
        Err(Refusal::ClosedToYou)
    ));

    let claimed = world.claim(10, "lost").await.remove(0);
    assert_eq!(store.write(ReleaseLeases { now: at(11) }).await, Ok(1));
    let claimed_again = world.claim(11, "kept").await.remove(0);
    assert_eq!(
        (claimed.id, claimed_again.attempts),
        (claimed_again.id.clone(), 2)
    );
    let telling = |telling, lease: &str| RecordTelling {
        delivery: claimed_again.id.clone(),
        lease: lease.to_owned(),
        attempts: 2,
        attempt: attempt(11),
        gives_up_at: claimed_again.gives_up_at,
        connection: connection.id.clone(),
        generation: ended.half.generation,
        telling,
        detail: None,
        retry_after: None,
        jitter: 0,
        moment: moment(12),
    };
    let answered = Telling::Answered(Told::Confirmed);
    assert_eq!(store.write(telling(answered, "lost")).await, Ok(false));
    assert_eq!(
        store
            .write(telling(Telling::Failed(Code::Timeout), "kept"))
            .await,
        Ok(true)
    );
    let due = ListDeliveries {
        state: DeliveryState::Due,
        limit: 10,
    };
    assert_eq!(
        store.read(due).await.unwrap()[0].last_code,
        Some(Code::Timeout)
    );
    let piles = store.read(SummariseDeliveries { limit: 10 }).await.unwrap();
    assert_eq!(
        (piles.len(), &piles[0].provider, piles[0].state),
        (1, &there(), DeliveryState::Due)
    );
    assert_eq!(
        (piles[0].count, piles[0].since, piles[0].last_code),
        (1, at(10), Some(Code::Timeout))
    );
    assert!(piles[0].next_at > at(12));
    let retry = || RetryDelivery {
        id: claimed_again.id.clone(),
        moment: moment(13),
    };
    assert!(store.write(retry()).await.unwrap().is_some());
    world.claim(13, "last").await.remove(0);
    // Whoever asks while it is being sent gets what they ask for, and does not disturb it.
    let being_sent = store.write(retry()).await.unwrap().unwrap();
    assert_eq!(being_sent.state, DeliveryState::Leased);
    assert_eq!(store.write(telling(answered, "last")).await, Ok(true));
    assert_eq!(store.write(retry()).await, Ok(None));
    let person = || FindByPerson {
        user: bob.clone(),
        provider: there(),
        subject: connection.contact.remote.subject().to_owned(),
    };
    let half = store.read(person()).await.unwrap().unwrap();
    assert_eq!(half.told, Some(Told::Confirmed));

    world.invite(&bob, 2, Uses::Anyone).await;
    let back = world.redeem(2, "Carol", 1).await.unwrap();
    assert_eq!(back.half.generation, Generation(2));
    for (generation, connected) in [(1, 1), (2, 0)] {
        let removal = ReceiveRemoval {
            provider: there(),
            remote: connection.contact.remote.clone(),
            user: Some(bob.clone()),
            generation: Some(Generation(generation)),
            signature: None,
            connection: world.id(),
            moment: moment(20),
        };
        assert_eq!(store.write(removal).await, Ok(Ok(Some(Generation(2)))));
        assert_eq!(
            world.connected(&bob).await.len(),
            connected,
            "generation {generation}"
        );
    }
}

async fn two_who_disconnect_at_once_owe_each_other_no_word(fixture: Fixture) {
    let mut world = World::new(&fixture).await;
    let bob = world.user("bob").await;
    let store = world.store.clone();
    world.invite(&bob, 1, Uses::Anyone).await;
    let connection = world.redeem(1, "Carol", 0).await.unwrap();
    let disconnect = Disconnect {
        user: Some(bob.clone()),
        connection: connection.id.clone(),
        delivery: world.id(),
        here: here(),
        moment: moment(10),
    };
    let ended = store.write(disconnect).await.unwrap().unwrap();
    // Carol was connected once more meanwhile, and has disconnected that connection.
    let removal = ReceiveRemoval {
        provider: there(),
        remote: connection.contact.remote.clone(),
        user: Some(bob.clone()),
        generation: Some(Generation(ended.half.generation.0 + 1)),
        signature: None,
        connection: world.id(),
        moment: moment(11),
    };
    store.write(removal).await.unwrap().unwrap();
    let person = FindByPerson {
        user: bob,
        provider: there(),
        subject: connection.contact.remote.subject().to_owned(),
    };
    let half = store.read(person).await.unwrap().unwrap();
    assert_eq!(half.told, Some(Told::Confirmed));
    assert!(world.claim(12, "nothing").await.is_empty());
}

async fn connections_are_found_page_by_page_and_by_words(fixture: Fixture) {
    let mut world = World::new(&fixture).await;
    let bob = world.user("bob").await;
    world.invite(&bob, 1, Uses::Anyone).await;
    for name in ["Carol", "Dave", "Erin_100%"] {
        world.redeem(1, name, 0).await.unwrap();
    }
    let store = world.store.clone();
    let mut names = Vec::new();
    let mut after = None;
    loop {
        let page = ListConnections {
            limit: 2,
            after: after.take(),
            ..list(&bob)
        };
        let page = store.read(page).await.unwrap();
        let Some(last) = page.last() else {
            break;
        };
        after = Some(Cursor::behind(last));
        names.extend(page.into_iter().map(|connection| connection.contact.name));
    }
    assert_eq!(names, ["Erin_100%", "Dave", "Carol"]);
    let found = async |words: &str| {
        let search = ListConnections {
            search: Some(words.to_owned()),
            ..list(&bob)
        };
        store.read(search).await.unwrap().len()
    };
    for (words, count) in [
        ("CAR", 1),
        ("dog.example", 3),
        ("n_1", 1),
        ("0%", 1),
        ("_", 1),
        ("nobody", 0),
    ] {
        assert_eq!(found(words).await, count, "{words}");
    }
    let all = store
        .read(ListAllConnections {
            before: None,
            limit: 10,
        })
        .await
        .unwrap();
    assert_eq!(all.len(), 3);
    let rest = ListAllConnections {
        before: Some(all[0].id.clone()),
        limit: 10,
    };
    assert_eq!(store.read(rest).await.unwrap().len(), 2);
}

/// Bob ends one of his connections.
async fn ends(world: &mut World, user: &UserId, connection: &Connection) {
    ends_at(world, user, connection, 10).await;
}

async fn ends_at(world: &mut World, user: &UserId, connection: &Connection, now: i64) {
    let disconnect = Disconnect {
        user: Some(user.clone()),
        connection: connection.id.clone(),
        delivery: world.id(),
        here: here(),
        moment: moment(now),
    };
    world.store.write(disconnect).await.unwrap().unwrap();
}

async fn names(world: &World, user: &UserId) -> Vec<String> {
    let listed = world.connected(user).await;
    listed.into_iter().map(|one| one.contact.name).collect()
}

async fn the_order_of_a_list_survives_a_disconnect_in_it(fixture: Fixture) {
    let mut world = World::new(&fixture).await;
    let bob = world.user("bob").await;
    world.invite(&bob, 1, Uses::Anyone).await;
    for name in ["Carol", "Dave", "Erin", "Frank"] {
        world.redeem(1, name, 0).await.unwrap();
    }
    let before = names(&world, &bob).await;
    assert_eq!(before, ["Frank", "Erin", "Dave", "Carol"]);
    let second = world.connected(&bob).await.remove(1);
    ends(&mut world, &bob, &second).await;
    assert_eq!(names(&world, &bob).await, ["Frank", "Dave", "Carol"]);
    // Neither does a repeat move anybody.
    world.redeem(1, "Carol", 0).await.unwrap();
    assert_eq!(names(&world, &bob).await, ["Frank", "Dave", "Carol"]);
}

async fn ended_connections_are_listed_by_when_they_ended_page_by_page(fixture: Fixture) {
    let mut world = World::new(&fixture).await;
    let bob = world.user("bob").await;
    world.invite(&bob, 1, Uses::Anyone).await;
    for (name, now) in [("Carol", 300), ("Dave", 100), ("Erin", 200), ("Frank", 100)] {
        let connection = world.redeem(1, name, 0).await.unwrap();
        ends_at(&mut world, &bob, &connection, now).await;
    }
    let names = async |server: Option<Provider>, search: Option<&str>| {
        let mut names = Vec::new();
        let mut after = None;
        loop {
            let page = ListConnections {
                connected: false,
                server: server.clone(),
                search: search.map(str::to_owned),
                after: after.take(),
                limit: 1,
                ..list(&bob)
            };
            let Some(one) = world.store.read(page).await.unwrap().pop() else {
                return names;
            };
            after = Some(Cursor::behind(&one));
            names.push(one.contact.name);
        }
    };
    let all = ["Carol", "Erin", "Frank", "Dave"];
    assert_eq!(names(None, None).await, all);
    assert_eq!(names(Some(there()), None).await, all);
    assert_eq!(names(None, Some("DOG.example")).await, all);
    assert_eq!(
        names(Some(there()), Some("ca")).await,
        ["Carol"],
        "both narrow"
    );
    assert!(names(Some(here()), None).await.is_empty());
}

async fn two_people_here_share_no_list_though_they_share_a_contact(fixture: Fixture) {
    let mut world = World::new(&fixture).await;
    let (bob, eve) = (world.user("bob").await, world.user("eve").await);
    world.invite(&bob, 1, Uses::Anyone).await;
    world.invite(&eve, 2, Uses::Anyone).await;
    let of_bob = world.redeem(1, "Carol", 0).await.unwrap();
    assert!(world.connected(&eve).await.is_empty());
    world.redeem(2, "Carol", 0).await.unwrap();
    ends(&mut world, &bob, &of_bob).await;
    assert!(world.connected(&bob).await.is_empty());
    assert_eq!(names(&world, &eve).await, ["Carol"]);
    let foreign = Disconnect {
        user: Some(bob.clone()),
        connection: world.connected(&eve).await.remove(0).id,
        delivery: world.id(),
        here: here(),
        moment: moment(11),
    };
    assert_eq!(world.store.write(foreign).await, Ok(None));
    assert_eq!(names(&world, &eve).await, ["Carol"]);
}

/// How many of bob's people a search finds.
async fn found(world: &World, user: &UserId, words: &str) -> usize {
    let search = ListConnections {
        search: Some(words.to_owned()),
        ..list(user)
    };
    world.store.read(search).await.unwrap().len()
}

async fn a_nickname_stays_with_the_person_and_finds_them(fixture: Fixture) {
    let mut world = World::new(&fixture).await;
    let (bob, eve) = (world.user("bob").await, world.user("eve").await);
    world.invite(&bob, 1, Uses::Anyone).await;
    let carol = world.redeem(1, "Carol", 0).await.unwrap();
    let call = |user: &UserId, nickname: Option<&str>| SetNickname {
        user: user.clone(),
        connection: carol.id.clone(),
        nickname: nickname.map(str::to_owned),
        moment: moment(9),
    };
    assert_eq!(world.store.write(call(&eve, Some("Mine"))).await, Ok(None));
    let named = world.store.write(call(&bob, Some("Émile’s boss"))).await;
    let nickname = named.unwrap().unwrap().nickname;
    assert_eq!(nickname.as_deref(), Some("Émile’s boss"));
    assert_eq!(found(&world, &bob, "émile").await, 1);
    // Their server's words for her change, a disconnect and another invitation later: the nickname does not.
    ends(&mut world, &bob, &carol).await;
    world.invite(&bob, 2, Uses::Anyone).await;
    let again = world.redeem(2, "Carol", 1).await.unwrap();
    assert_eq!(again.nickname.as_deref(), Some("Émile’s boss"));
    assert_eq!(found(&world, &bob, "ÉMILE").await, 1);
    world.store.write(call(&bob, None)).await.unwrap();
    assert_eq!(found(&world, &bob, "émile").await, 0);
    assert_eq!(found(&world, &bob, "carol").await, 1);
}

/// Who of these has a namesake.
async fn namesakes(store: &Store, those: &[&Connection]) -> Vec<bool> {
    let ids = those.iter().map(|one| one.id.clone()).collect();
    let found = store.read(Namesakes { ids }).await.unwrap();
    those.iter().map(|one| found.contains(&one.id)).collect()
}

/// Somebody of this name, with an account of their own.
async fn comes(world: &mut World, name: &str, account: &str, server: &Provider) -> Connection {
    let contact = Contact {
        provider: server.clone(),
        remote: RemoteId::new(account, server).unwrap(),
        name: name.to_owned(),
        email: String::new(),
    };
    let redeem = world.redeeming(1, contact, 0);
    let admitted = world.store.write(redeem).await.unwrap();
    admitted.ok().unwrap().connection
}

async fn two_who_are_called_the_same_are_found_though_one_of_them_alone_is_asked_for(
    fixture: Fixture,
) {
    let mut world = World::new(&fixture).await;
    let (bob, eve) = (world.user("bob").await, world.user("eve").await);
    world.invite(&bob, 1, Uses::Anyone).await;
    let emile = comes(&mut world, "Émile", "e1", &there()).await;
    let other = comes(&mut world, "ÉMILE", "e2", &there()).await;
    let owl = Provider::parse("owl.example.org").unwrap();
    let elsewhere = comes(&mut world, "Émile", "e1", &owl).await;
    let nameless = comes(&mut world, "", "dave", &there()).await;
    let dave = comes(&mut world, "Dave", "d1", &there()).await;
    let mut crowd = Vec::new();
    for number in 0..80 {
        let account = format!("p{number}");
        crowd.push(comes(&mut world, &format!("Person {number}"), &account, &there()).await);
    }
    let store = world.store.clone();
    assert_eq!(namesakes(&store, &[&emile]).await, [true]);
    assert_eq!(
        namesakes(&store, &[&elsewhere, &other]).await,
        [false, true],
        "their servers are shown"
    );
    assert_eq!(namesakes(&store, &[&dave, &nameless]).await, [true, true]);
    let mut all: Vec<&Connection> = crowd.iter().collect();
    all.push(&emile);
    let found = namesakes(&store, &all).await;
    assert_eq!(found.iter().filter(|has| **has).count(), 1, "{found:?}");
    assert!(namesakes(&store, &[]).await.is_empty());

    // What bob calls them counts, and nothing that he had before.
    let call = |nickname: &str| SetNickname {
        user: bob.clone(),
        connection: other.id.clone(),
        nickname: Some(nickname.to_owned()),
        moment: moment(200),
    };
    store.write(call("person  7")).await.unwrap();
    assert_eq!(namesakes(&store, &[&emile, &crowd[7]]).await, [false, true]);
    // Whoever has gone is still on a list; the lists of other people here are theirs.
    ends(&mut world, &bob, &other).await;
    assert_eq!(namesakes(&store, &[&crowd[7]]).await, [true]);
    world.invite(&eve, 2, Uses::Anyone).await;
    world.redeem(2, "Person 8", 0).await.unwrap();
    assert_eq!(namesakes(&store, &[&crowd[8]]).await, [false]);
}

static FORGET_HOW_THEY_ARE_CALLED: Statement = Statement::new(
    "tests.forget_how_they_are_called",
    "UPDATE connections SET called = NULL",
);

async fn halves_from_before_names_were_compared_are_compared_with_the_others(fixture: Fixture) {
    let mut world = World::new(&fixture).await;
    let bob = world.user("bob").await;
    world.invite(&bob, 1, Uses::Anyone).await;
    let emile = comes(&mut world, "Émile", "e1", &there()).await;
    let other = comes(&mut world, "ÉMILE", "e2", &there()).await;
    let nameless = comes(&mut world, "", "Dave", &there()).await;
    let dave = comes(&mut world, "Eve", "d1", &there()).await;
    let nickname = SetNickname {
        user: bob.clone(),
        connection: dave.id.clone(),
        nickname: Some("dave".to_owned()),
        moment: moment(20),
    };
    world.store.write(nickname).await.unwrap();
    let forget = Run(&FORGET_HOW_THEY_ARE_CALLED, vec![]);
    world.store.write(forget).await.unwrap();
    let all = [&emile, &other, &nameless, &dave];
    assert_eq!(namesakes(&world.store, &all).await, [false; 4]);
    assert!(world.store.write(CallThem).await.unwrap());
    assert_eq!(namesakes(&world.store, &all).await, [true; 4]);
    assert!(
        !world.store.write(CallThem).await.unwrap(),
        "nothing is left"
    );
}

async fn a_person_is_found_by_several_words_in_any_order_and_alphabet(fixture: Fixture) {
    let mut world = World::new(&fixture).await;
    let bob = world.user("bob").await;
    world.invite(&bob, 1, Uses::Anyone).await;
    for name in ["Carol Øst", "Carol Vest", "王小明"] {
        world.redeem(1, name, 0).await.unwrap();
    }
    for (words, count) in [
        ("øst carol", 1),
        ("ØST", 1),
        ("carol dog.example.org", 2),
        ("小明", 1),
        ("carol øst dog example", 0),
        ("carol øst dog.example", 1),
        ("carol nobody", 0),
    ] {
        assert_eq!(found(&world, &bob, words).await, count, "{words}");
    }
}

async fn a_list_of_one_server_holds_its_people_alone(fixture: Fixture) {
    let mut world = World::new(&fixture).await;
    let bob = world.user("bob").await;
    world.invite(&bob, 1, Uses::Anyone).await;
    let owl = Provider::parse("owl.example.org").unwrap();
    for name in ["Carol", "Dave"] {
        world.redeem(1, name, 0).await.unwrap();
    }
    let contact = Contact {
        remote: RemoteId::new("Erin", &owl).unwrap(),
        provider: owl.clone(),
        ..contact("Erin")
    };
    let erin = world.redeeming(1, contact, 0);
    world.store.write(erin).await.unwrap().unwrap();
    let count = CountByServer {
        user: bob.clone(),
        connected: true,
        limit: 10,
    };
    let counted = world.store.read(count).await.unwrap();
    assert_eq!(counted.most, [(there(), 2), (owl.clone(), 1)]);
    let one = CountByServer {
        user: bob.clone(),
        connected: true,
        limit: 1,
    };
    let counted = world.store.read(one).await.unwrap();
    assert_eq!(counted.most, [(there(), 2)], "the one with most people");
    assert_eq!((counted.servers, counted.people), (2, 3));
    let only = async |search: Option<&str>| {
        let list = ListConnections {
            server: Some(owl.clone()),
            search: search.map(str::to_owned),
            ..list(&bob)
        };
        let listed = world.store.read(list).await.unwrap();
        listed
            .into_iter()
            .map(|one| one.contact.name)
            .collect::<Vec<_>>()
    };
    assert_eq!(only(None).await, ["Erin"]);
    assert_eq!(only(Some("ERIN")).await, ["Erin"]);
    assert!(only(Some("Carol")).await.is_empty());
}
