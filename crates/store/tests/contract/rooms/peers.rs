//! Other servers.

use symbolon_proto::problem::Code;
use symbolon_store::peers::{FindPeer, NoteHealth, NoteSigns, SaveDiscovery, SaveKeys};

use super::{at, moment, there};
use crate::kit::{Fixture, claims};

claims! {
    on_memory:
        peers_are_remembered;
    on_disk:
        peers_are_remembered;
    on_postgres:
        peers_are_remembered;
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
