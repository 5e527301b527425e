//! Other servers.

use serde_json::json;
use symbolon_core::invites::Uses;
use symbolon_core::trust::Rule;
use symbolon_proto::address::Provider;
use symbolon_proto::discovery::Dialect;
use symbolon_proto::identity::RemoteId;
use symbolon_proto::problem::Code;
use symbolon_store::Statement;
use symbolon_store::audit::{Filter, ListEvents, Page};
use symbolon_store::outbox::DeliveryState;
use symbolon_store::peers::{
    CountPeers, FindPeer, FindSigning, HasToDoWith, Health, IsAcquainted, ListAcquainted,
    NoteHealth, NoteSigns, PrunePeers, SaveDiscovery, SaveKeys, Signing,
};
use symbolon_store::piles::{CountDeliveries, Depth};
use symbolon_store::trust::Decide;

use super::{World, at, contact, moment, there};
use crate::kit::{Fixture, Run, claims};

claims! {
    on_memory:
        peers_are_remembered,
        the_best_way_to_sign_is_remembered_whatever_is_offered_later,
        only_a_change_of_health_is_news,
        a_name_that_does_not_answer_leaves_a_row_only_where_somebody_has_to_do_with_it,
        strangers_beyond_a_number_are_forgotten_and_nobody_who_is_dear,
        somebody_has_to_do_with_servers_that_are_connected_accepted_or_trusted_and_not_with_one_that_is_blocked,
        peers_and_what_waits_for_them_are_counted_by_their_health;
    on_disk:
        peers_are_remembered,
        the_best_way_to_sign_is_remembered_whatever_is_offered_later,
        only_a_change_of_health_is_news,
        a_name_that_does_not_answer_leaves_a_row_only_where_somebody_has_to_do_with_it,
        strangers_beyond_a_number_are_forgotten_and_nobody_who_is_dear,
        somebody_has_to_do_with_servers_that_are_connected_accepted_or_trusted_and_not_with_one_that_is_blocked,
        peers_and_what_waits_for_them_are_counted_by_their_health;
    on_postgres:
        peers_are_remembered,
        the_best_way_to_sign_is_remembered_whatever_is_offered_later,
        only_a_change_of_health_is_news,
        a_name_that_does_not_answer_leaves_a_row_only_where_somebody_has_to_do_with_it,
        strangers_beyond_a_number_are_forgotten_and_nobody_who_is_dear,
        somebody_has_to_do_with_servers_that_are_connected_accepted_or_trusted_and_not_with_one_that_is_blocked,
        peers_and_what_waits_for_them_are_counted_by_their_health;
}

async fn peers_are_remembered(fixture: Fixture) {
    let store = fixture.open().await;
    let provider = there();
    let peer = || store.read(FindPeer { provider: there() });
    assert_eq!(peer().await, Ok(None));
    let failed = |now| NoteHealth {
        provider: there(),
        failure: Some(Code::Timeout),
        now: at(now),
    };
    let document = "{}".to_owned();
    store
        .write(SaveDiscovery {
            provider: provider.clone(),
            document,
            offers: Some(Dialect::Cavage),
            weaker: None,
            now: at(3),
        })
        .await
        .unwrap();
    store
        .write(SaveKeys {
            provider: provider.clone(),
            jwks: "[]".to_owned(),
            now: at(4),
        })
        .await
        .unwrap();
    store.write(failed(4)).await.unwrap();
    store.write(failed(5)).await.unwrap();
    assert_eq!(peer().await.unwrap().unwrap().failing_since, Some(at(4)));
    for now in [5, 6] {
        store
            .write(NoteSigns {
                provider: provider.clone(),
                dialect: Dialect::Cavage,
                moment: moment(now),
            })
            .await
            .unwrap();
    }
    store
        .write(NoteHealth {
            provider,
            failure: None,
            now: at(7),
        })
        .await
        .unwrap();
    let known = peer().await.unwrap().unwrap();
    assert!(known.signs);
    let signing = |provider| store.read(FindSigning { provider });
    let expected = Signing {
        signs: true,
        dialect: Some(Dialect::Cavage),
    };
    assert_eq!(signing(there()).await, Ok(expected));
    let nobody = Provider::parse("emu.example.org").unwrap();
    assert_eq!(signing(nobody).await, Ok(Signing::default()));
    assert_eq!(known.discovery, Some(("{}".to_owned(), at(3))));
    assert_eq!(known.jwks, Some(("[]".to_owned(), at(4))));
    assert_eq!(
        (known.last_ok_at, known.failing_since, known.last_code),
        (Some(at(7)), None, None)
    );
}

async fn the_best_way_to_sign_is_remembered_whatever_is_offered_later(fixture: Fixture) {
    let store = fixture.open().await;
    let dialect = async || {
        let peer = store.read(FindPeer { provider: there() }).await.unwrap();
        peer.and_then(|peer| peer.dialect)
    };
    let says = |offers, weaker, now| SaveDiscovery {
        provider: there(),
        document: "{}".to_owned(),
        offers,
        weaker,
        now: at(now),
    };
    let signs = |dialect, now| NoteSigns {
        provider: there(),
        dialect,
        moment: moment(now),
    };
    let trail = async || {
        let list = ListEvents {
            filter: Filter::default(),
            page: Page::After(0),
            limit: 10,
        };
        let events = store.read(list).await.unwrap();
        let events = events.into_iter().map(|event| (event.kind, event.data));
        events.collect::<Vec<_>>()
    };
    store.write(says(None, None, 1)).await.unwrap();
    assert_eq!(dialect().await, None);
    store.write(signs(Dialect::Cavage, 2)).await.unwrap();
    store.write(says(None, None, 3)).await.unwrap();
    assert_eq!(dialect().await, Some(Dialect::Cavage));
    for (now, way) in [
        (4, Dialect::Rfc9421),
        (5, Dialect::Rfc9421),
        (6, Dialect::Cavage),
    ] {
        store.write(signs(way, now)).await.unwrap();
        assert_eq!(dialect().await, Some(Dialect::Rfc9421));
    }
    let weaker = Some((Dialect::Rfc9421, moment(7)));
    let less = says(Some(Dialect::Cavage), weaker, 7);
    store.write(less).await.unwrap();
    assert_eq!(dialect().await, Some(Dialect::Rfc9421));
    let signs = |way: &str| ("peer.signs".to_owned(), json!({ "dialect": way }));
    let weaker = json!({ "before": "rfc9421", "now": "cavage" });
    assert_eq!(
        trail().await,
        [
            signs("cavage"),
            signs("rfc9421"),
            ("peer.weaker".to_owned(), weaker)
        ]
    );
    // A server can change what it says as often as it likes.
    for now in 8..40 {
        let weaker = Some((Dialect::Rfc9421, moment(now)));
        let less = says(Some(Dialect::Cavage), weaker, now);
        store.write(less).await.unwrap();
    }
    let weaker = ListEvents {
        filter: Filter {
            kind: Some("peer.weaker".to_owned()),
            ..Filter::default()
        },
        page: Page::After(0),
        limit: 100,
    };
    assert_eq!(store.read(weaker).await.unwrap().len(), 10);
}

async fn only_a_change_of_health_is_news(fixture: Fixture) {
    let store = fixture.open().await;
    let note = |failure, now| NoteHealth {
        provider: there(),
        failure,
        now: at(now),
    };
    let document = |now| SaveDiscovery {
        provider: there(),
        document: "{}".to_owned(),
        offers: None,
        weaker: None,
        now: at(now),
    };
    assert_eq!(store.write(note(None, 1)).await, Ok(false));
    assert_eq!(store.write(note(Some(Code::Timeout), 2)).await, Ok(true));
    let refused = note(Some(Code::ConnectionRefused), 3);
    assert_eq!(store.write(refused).await, Ok(false));
    let peer = store.read(FindPeer { provider: there() }).await.unwrap();
    let peer = peer.unwrap();
    assert_eq!(peer.failing_since, Some(at(2)));
    assert_eq!(peer.last_code, Some(Code::ConnectionRefused));
    assert_eq!(store.write(note(None, 4)).await, Ok(true));
    assert_eq!(store.write(note(None, 5)).await, Ok(false));
    assert_eq!(store.write(note(Some(Code::Timeout), 6)).await, Ok(true));
    assert_eq!(store.write(document(7)).await, Ok(true));
    assert_eq!(store.write(document(8)).await, Ok(false));
}

async fn peers_and_what_waits_for_them_are_counted_by_their_health(fixture: Fixture) {
    let mut world = World::new(&fixture).await;
    let carol = world.user("carol").await;
    assert_eq!(world.store.read(CountPeers).await, Ok(Vec::new()));
    assert_eq!(world.store.read(CountDeliveries).await, Ok(Vec::new()));
    let named = |name: &str| Provider::parse(name).unwrap();
    let (well, away) = (named("well.example.org"), named("away.example.org"));
    for (provider, failure) in [(&well, None), (&away, None), (&away, Some(Code::Timeout))] {
        let note = NoteHealth {
            provider: provider.clone(),
            failure,
            now: at(1),
        };
        world.store.write(note).await.unwrap();
    }
    let keys = SaveKeys {
        provider: named("new.example.org"),
        jwks: "[]".to_owned(),
        now: at(1),
    };
    world.store.write(keys).await.unwrap();
    let mut peers = world.store.read(CountPeers).await.unwrap();
    peers.sort();
    assert_eq!(peers, Health::ALL.map(|health| (health, 1)));
    for (provider, now) in [(&away, 10), (&well, 20), (&named("new.example.org"), 30)] {
        let begin = world.accepting(&carol, provider.clone(), now);
        world.store.write(begin).await.unwrap();
    }
    let mut again = world.accepting(&carol, away.clone(), 40);
    again.token_hash = [2; 32];
    world.store.write(again).await.unwrap();
    let mut depths = world.store.read(CountDeliveries).await.unwrap();
    depths.sort_by_key(|depth| depth.since);
    let depth = |health, count, since| Depth {
        health,
        state: DeliveryState::Due,
        count,
        since: at(since),
    };
    let expected = [
        depth(Health::Failing, 2, 10),
        depth(Health::Answers, 1, 20),
        depth(Health::Unknown, 1, 30),
    ];
    assert_eq!(depths, expected);
}

async fn a_name_that_does_not_answer_leaves_a_row_only_where_somebody_has_to_do_with_it(
    fixture: Fixture,
) {
    let mut world = World::new(&fixture).await;
    let carol = world.user("carol").await;
    let fails = |now| NoteHealth {
        provider: there(),
        failure: Some(Code::NameNotFound),
        now: at(now),
    };
    assert_eq!(world.store.write(fails(1)).await, Ok(false));
    let peer = || FindPeer { provider: there() };
    assert_eq!(world.store.read(peer()).await, Ok(None));
    let begin = world.accepting(&carol, there(), 2);
    world.store.write(begin).await.unwrap();
    assert_eq!(world.store.write(fails(3)).await, Ok(true));
    let peer = world.store.read(peer()).await.unwrap();
    assert_eq!(peer.unwrap().failing_since, Some(at(3)));
}

async fn strangers_beyond_a_number_are_forgotten_and_nobody_who_is_dear(fixture: Fixture) {
    let mut world = World::new(&fixture).await;
    let (carol, store) = (world.user("carol").await, world.store.clone());
    let named = |number: i64| Provider::parse(&format!("s{number}.example.org")).unwrap();
    let known = async |number| {
        let find = FindPeer {
            provider: named(number),
        };
        store.read(find).await.unwrap().is_some()
    };
    for number in 0..10 {
        let save = SaveDiscovery {
            provider: named(number),
            document: "{}".to_owned(),
            offers: None,
            weaker: None,
            now: at(number),
        };
        store.write(save).await.unwrap();
    }
    // The oldest of all: one with a connection, one that is blocked, one that waits, and a stranger that signs.
    world.invite(&carol, 7, Uses::Anyone).await;
    let mut redeem = world.redeeming(7, contact("Bob"), 0);
    redeem.contact.provider = named(0);
    redeem.contact.remote = RemoteId::new("bob", &named(0)).unwrap();
    assert!(store.write(redeem).await.unwrap().is_ok());
    let block = Decide {
        provider: named(1),
        rule: Rule::Blocked,
        note: None,
        by: None,
        moment: moment(20),
    };
    store.write(block).await.unwrap();
    let begin = world.accepting(&carol, named(2), 20);
    store.write(begin).await.unwrap();
    let signs = NoteSigns {
        provider: named(3),
        dialect: Dialect::Rfc9421,
        moment: moment(0),
    };
    store.write(signs).await.unwrap();
    let prune = |keep, limit| store.write(PrunePeers { keep, limit });
    assert_eq!(prune(10, 100).await, Ok(0));
    assert_eq!(prune(4, 2).await, Ok(2));
    assert!(
        !known(4).await && !known(5).await,
        "those heard of longest ago go first"
    );
    assert_eq!(prune(4, 2).await, Ok(1));
    assert_eq!(prune(4, 2).await, Ok(0));
    assert!(known(3).await && known(7).await && !known(6).await);
    assert_eq!(prune(0, 100).await, Ok(4));
    for dear in 0..3 {
        assert!(known(dear).await, "{dear}");
    }
}

async fn somebody_has_to_do_with_servers_that_are_connected_accepted_or_trusted_and_not_with_one_that_is_blocked(
    fixture: Fixture,
) {
    let mut world = World::new(&fixture).await;
    let (carol, store) = (world.user("carol").await, world.store.clone());
    let named = |number: i64| Provider::parse(&format!("s{number}.example.org")).unwrap();
    for number in 0..6 {
        let save = SaveDiscovery {
            provider: named(number),
            document: "{}".to_owned(),
            offers: None,
            weaker: None,
            now: at(number),
        };
        store.write(save).await.unwrap();
    }
    let all = async || store.read(ListAcquainted { limit: 10 }).await.unwrap();
    assert!(all().await.is_empty());
    world.invite(&carol, 7, Uses::Anyone).await;
    let mut redeem = world.redeeming(7, contact("Bob"), 0);
    redeem.contact.provider = named(0);
    redeem.contact.remote = RemoteId::new("bob", &named(0)).unwrap();
    assert!(store.write(redeem).await.unwrap().is_ok());
    let begin = world.accepting(&carol, named(1), 20);
    store.write(begin).await.unwrap();
    // The last two have never been heard of.
    for (number, rule) in [
        (2, Rule::Trusted),
        (3, Rule::Blocked),
        (8, Rule::Trusted),
        (9, Rule::Blocked),
    ] {
        let decide = Decide {
            provider: named(number),
            rule,
            note: None,
            by: None,
            moment: moment(20),
        };
        store.write(decide).await.unwrap();
    }
    assert_eq!(all().await, [0, 1, 2, 8].map(named));
    assert_eq!(
        store.read(ListAcquainted { limit: 2 }).await.unwrap().len(),
        2
    );
    for number in 0..10 {
        let is = IsAcquainted {
            provider: named(number),
        };
        let expected = [0, 1, 2, 8].contains(&number);
        assert_eq!(store.read(is).await, Ok(expected), "{number}");
        // What administrators decide makes nobody's people have to do with people here.
        let has = HasToDoWith {
            provider: named(number),
        };
        assert_eq!(store.read(has).await, Ok(number < 2), "{number}");
    }
    // What was sent may have come to something there, though it has come to nothing here.
    for (sent, has) in [("sent = 0", false), ("sent = 1", true)] {
        let sql = format!("UPDATE acceptances SET settled_at = 30, {sent}");
        let sql: &'static str = Box::leak(sql.into_boxed_str());
        let settles: &'static Statement = Box::leak(Box::new(Statement::new("tests.settles", sql)));
        store.write(Run(settles, vec![])).await.unwrap();
        store.write(Run(&NO_MESSAGES, vec![])).await.unwrap();
        let ever = HasToDoWith { provider: named(1) };
        assert_eq!(store.read(ever).await, Ok(has), "{sent}");
        let now = IsAcquainted { provider: named(1) };
        assert_eq!(store.read(now).await, Ok(false));
    }
}

static NO_MESSAGES: Statement = Statement::new("tests.no_messages", "DELETE FROM deliveries");
