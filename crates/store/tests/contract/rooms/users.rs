//! Accounts, app passwords, sessions.

use symbolon_core::Id;
use symbolon_proto::language::Language;
use symbolon_store::events::{EventsAfter, LastEvent};
use symbolon_store::sessions::{CloseSession, FindSession, OpenSession, PruneSessions};
use symbolon_store::users::{
    AddAppPassword, AddUser, AppPasswordUsed, FindCredentials, FindUser, ListAppPasswords,
    ListUsers, RemoveAppPassword, SetDisabled, SetLanguage, SetPassword,
};

use super::{World, at, moment};
use crate::kit::{Fixture, claims};

claims! {
    on_memory:
        people_have_accounts_passwords_and_sessions;
    on_disk:
        people_have_accounts_passwords_and_sessions;
    on_postgres:
        people_have_accounts_passwords_and_sessions;
}

async fn people_have_accounts_passwords_and_sessions(fixture: Fixture) {
    let mut world = World::new(&fixture).await;
    let bob = world.user("bob").await;
    let store = world.store.clone();
    let found = store
        .read(FindUser { id: bob.clone() })
        .await
        .unwrap()
        .unwrap();
    let again = AddUser {
        user: found.clone(),
        password_hash: None,
        moment: moment(1),
    };
    assert_eq!(store.write(again).await, Ok(false), "the name is taken");
    let all = ListUsers {
        after: String::new(),
        limit: 10,
    };
    assert_eq!(store.read(all).await, Ok(vec![found]));

    let password: Id = world.id();
    let add = AddAppPassword {
        id: password.clone(),
        user: bob.clone(),
        label: "phone".to_owned(),
        hash: vec![7; 32],
        moment: moment(2),
    };
    store.write(add).await.unwrap();
    store
        .write(AppPasswordUsed {
            id: password.clone(),
            now: at(3),
        })
        .await
        .unwrap();
    let credentials = store
        .read(FindCredentials {
            name: "bob".to_owned(),
        })
        .await
        .unwrap()
        .unwrap();
    assert_eq!(credentials.app_passwords, [(password.clone(), vec![7; 32])]);
    let listed = store
        .read(ListAppPasswords { user: bob.clone() })
        .await
        .unwrap();
    assert_eq!(listed[0].last_used_at, Some(at(3)));
    let remove = || RemoveAppPassword {
        user: bob.clone(),
        id: password.clone(),
        moment: moment(4),
    };
    assert_eq!(store.write(remove()).await, Ok(true));
    assert_eq!(store.write(remove()).await, Ok(false));

    let token_hash = [9; 32];
    let open = || OpenSession {
        token_hash,
        user: bob.clone(),
        expires_at: at(10),
        moment: moment(5),
    };
    let session = |now| {
        store.read(FindSession {
            token_hash,
            now: at(now),
        })
    };
    store.write(open()).await.unwrap();
    assert_eq!(
        session(9).await.unwrap().map(|user| user.id),
        Some(bob.clone())
    );
    assert_eq!(session(10).await, Ok(None));
    let close = CloseSession {
        token_hash,
        moment: moment(9),
    };
    store.write(close).await.unwrap();
    assert_eq!(session(9).await, Ok(None));
    store.write(open()).await.unwrap();
    assert_eq!(store.write(PruneSessions { now: at(10) }).await, Ok(1));
    store.write(open()).await.unwrap();
    let speak = SetLanguage {
        id: bob.clone(),
        language: Some(Language::De),
        moment: moment(5),
    };
    assert_eq!(store.write(speak).await, Ok(true));
    let logged_in = session(9).await.unwrap();
    assert_eq!(logged_in.and_then(|user| user.language), Some(Language::De));
    let disable = SetDisabled {
        id: bob.clone(),
        disabled: true,
        moment: moment(6),
    };
    assert_eq!(store.write(disable).await, Ok(true));
    assert_eq!(session(9).await, Ok(None));
    let set = SetPassword {
        id: bob.clone(),
        password_hash: "new".to_owned(),
        moment: moment(7),
    };
    assert_eq!(store.write(set).await, Ok(true));

    let trail = store
        .read(EventsAfter {
            user: bob,
            after: 0,
            limit: 10,
        })
        .await
        .unwrap();
    let kinds: Vec<_> = trail.iter().map(|event| event.kind.as_str()).collect();
    let expected = [
        "user.added",
        "user.app_password_added",
        "user.app_password_removed",
        "user.language_changed",
        "user.disabled",
        "user.password_changed",
    ];
    assert_eq!(kinds, expected);
    assert_eq!(store.read(LastEvent).await, Ok(trail[5].seq));
}
