//! Other servers.

use symbolon_proto::address::Provider;
use symbolon_proto::problem::Code;
use symbolon_store::outbox::{CountDeliveries, DeliveryState, Depth};
use symbolon_store::peers::{
    CountPeers, FindPeer, Health, NoteHealth, NoteSigns, SaveDiscovery, SaveKeys,
};

use super::{World, at, moment, there};
use crate::kit::{Fixture, claims};

claims! {
    on_memory:
        peers_are_remembered,
        only_a_change_of_health_is_news,
        peers_and_what_waits_for_them_are_counted_by_their_health;
    on_disk:
        peers_are_remembered,
        only_a_change_of_health_is_news,
        peers_and_what_waits_for_them_are_counted_by_their_health;
    on_postgres:
        peers_are_remembered,
        only_a_change_of_health_is_news,
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
    store.write(failed(1)).await.unwrap();
    store.write(failed(2)).await.unwrap();
    assert_eq!(peer().await.unwrap().unwrap().failing_since, Some(at(1)));
    let document = "{}".to_owned();
    store
        .write(SaveDiscovery {
            provider: provider.clone(),
            document,
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
    for now in [5, 6] {
        store
            .write(NoteSigns {
                provider: provider.clone(),
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
    assert_eq!(known.discovery, Some(("{}".to_owned(), at(3))));
    assert_eq!(known.jwks, Some(("[]".to_owned(), at(4))));
    assert_eq!(
        (known.last_ok_at, known.failing_since, known.last_code),
        (Some(at(7)), None, None)
    );
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
    for (provider, failure) in [(&well, None), (&away, Some(Code::Timeout))] {
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
