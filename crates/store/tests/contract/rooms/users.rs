//! Accounts, app passwords, sessions.

use symbolon_core::{Id, UserId};
use symbolon_proto::language::Language;
use symbolon_store::app_passwords::{
    APP_PASSWORDS_MAX, AddAppPassword, AppPasswordUsed, ListAppPasswords, RemoveAppPassword,
};
use symbolon_store::audit::{Filter, ListEvents, Page};
use symbolon_store::events::{EventsAfter, LastEvent};
use symbolon_store::sessions::{
    By, CloseSession, EndOtherSessions, EndSession, FindSession, Kept, ListSessions, OpenSession,
    PruneSessions, SessionSeen,
};
use symbolon_store::users::{
    AddUser, ChangeProfile, FindCredentials, FindUser, ListUsers, SetDisabled, SetLanguage,
    SetPassword,
};

use super::{LIFE_MS, World, at, moment};
use crate::kit::{Fixture, claims};

claims! {
    on_memory:
        people_have_accounts_passwords_and_sessions,
        a_person_ends_their_other_sessions_and_nobody_elses,
        a_profile_changes_in_the_trail_without_the_address,
        nobody_has_more_than_a_hundred_app_passwords;
    on_disk:
        people_have_accounts_passwords_and_sessions,
        a_person_ends_their_other_sessions_and_nobody_elses,
        a_profile_changes_in_the_trail_without_the_address,
        nobody_has_more_than_a_hundred_app_passwords;
    on_postgres:
        people_have_accounts_passwords_and_sessions,
        a_person_ends_their_other_sessions_and_nobody_elses,
        a_profile_changes_in_the_trail_without_the_address,
        nobody_has_more_than_a_hundred_app_passwords;
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
    assert_eq!(store.write(add).await, Ok(true));
    store
        .write(AppPasswordUsed {
            user: bob.clone(),
            id: password.clone(),
            in_trail: true,
            moment: moment(3),
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
    let used = |id: Id| AppPasswordUsed {
        user: bob.clone(),
        id,
        in_trail: true,
        moment: moment(3),
    };
    // One that was removed meanwhile, and one that need not be told again.
    store.write(used(world.id())).await.unwrap();
    let seldom = AppPasswordUsed {
        in_trail: false,
        ..used(password.clone())
    };
    store.write(seldom).await.unwrap();
    let told = ListEvents {
        filter: Filter {
            kind: Some("user.app_password_used".to_owned()),
            ..Filter::default()
        },
        page: Page::After(0),
        limit: 10,
    };
    let told = store.read(told).await.unwrap();
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0].beside.as_deref(), Some(password.as_str()));
    let remove = || RemoveAppPassword {
        user: bob.clone(),
        id: password.clone(),
        moment: moment(4),
    };
    assert_eq!(store.write(remove()).await, Ok(true));
    assert_eq!(store.write(remove()).await, Ok(false));

    let token_hash = [9; 32];
    let session_id: Id = world.id();
    let open = || OpenSession {
        id: session_id.clone(),
        browser: Some("Firefox".to_owned()),
        system: Some("Linux".to_owned()),
        token_hash,
        user: bob.clone(),
        by: By::Trust,
        expires_at: at(10),
        ends_at: at(10),
        moment: moment(5),
    };
    let session = |now| {
        store.read(FindSession {
            token_hash,
            life_ms: LIFE_MS,
            now: at(now),
        })
    };
    store.write(open()).await.unwrap();
    assert_eq!(
        session(9).await.unwrap().map(|found| found.user.id),
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
    assert_eq!(
        logged_in.and_then(|found| found.user.language),
        Some(Language::De)
    );
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
        keep: None,
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

/// Opens a session, whose cookie has this hash; gives its name.
async fn open(world: &mut World, user: &UserId, token: u8) -> Id {
    let id: Id = world.id();
    let open = OpenSession {
        id: id.clone(),
        token_hash: [token; 32],
        user: user.clone(),
        by: By::Trust,
        browser: None,
        system: None,
        expires_at: at(1_000),
        ends_at: at(1_000),
        moment: moment(i64::from(token)),
    };
    world.store.write(open).await.unwrap();
    id
}

async fn a_person_ends_their_other_sessions_and_nobody_elses(fixture: Fixture) {
    let mut world = World::new(&fixture).await;
    let (bob, eve) = (world.user("bob").await, world.user("eve").await);
    let (here, train, lost) = (
        open(&mut world, &bob, 1).await,
        open(&mut world, &bob, 2).await,
        open(&mut world, &bob, 3).await,
    );
    let of_eve = open(&mut world, &eve, 4).await;
    let store = world.store.clone();
    let listed = async |user: &UserId| {
        let list = ListSessions {
            user: user.clone(),
            now: at(20),
            limit: 10,
        };
        let sessions = store.read(list).await.unwrap();
        sessions.into_iter().map(|one| one.id).collect::<Vec<_>>()
    };
    let seen = SessionSeen {
        id: here.clone(),
        now: at(10),
        idle_ms: 1_000_000,
        ends_at: at(1_000),
    };
    store.write(seen).await.unwrap();
    let all = [here.clone(), lost.clone(), train.clone()];
    assert_eq!(listed(&bob).await, all, "the one used last first");
    let end = |user: &UserId, id: &Id| EndSession {
        user: user.clone(),
        id: id.clone(),
        moment: moment(20),
    };
    assert_eq!(store.write(end(&eve, &lost)).await, Ok(false));
    assert_eq!(store.write(end(&bob, &lost)).await, Ok(true));
    assert_eq!(store.write(end(&bob, &lost)).await, Ok(false));
    assert_eq!(listed(&bob).await, [here.clone(), train]);
    let others = || EndOtherSessions {
        user: bob.clone(),
        keep: Some(here.clone()),
        moment: moment(21),
    };
    assert_eq!(store.write(others()).await, Ok(1));
    assert_eq!(store.write(others()).await, Ok(0));
    assert_eq!(listed(&bob).await, std::slice::from_ref(&here));
    // A new password ends the others too, and leaves the one in which it was chosen.
    open(&mut world, &bob, 5).await;
    let set = SetPassword {
        id: bob.clone(),
        password_hash: "new".to_owned(),
        keep: Some(Kept {
            id: here.clone(),
            token_hash: [99; 32],
        }),
        moment: moment(22),
    };
    assert_eq!(store.write(set).await, Ok(true));
    assert_eq!(listed(&bob).await, [here]);
    assert_eq!(listed(&eve).await, [of_eve]);
    let ended = ListEvents {
        filter: Filter {
            kind: Some("session.ended".to_owned()),
            ..Filter::default()
        },
        page: Page::After(0),
        limit: 10,
    };
    assert_eq!(store.read(ended).await.unwrap().len(), 2);
}

async fn a_profile_changes_in_the_trail_without_the_address(fixture: Fixture) {
    let mut world = World::new(&fixture).await;
    let bob = world.user("bob").await;
    let change = |name: Option<&str>, email: Option<Option<&str>>| ChangeProfile {
        id: bob.clone(),
        display_name: name.map(str::to_owned),
        email: email.map(|email| email.map(str::to_owned)),
        moment: moment(1),
    };
    let change = async |name, email| {
        world
            .store
            .write(change(name, email))
            .await
            .unwrap()
            .unwrap()
    };
    let after = change(Some("Bob Bauer"), Some(Some("bob@example.org"))).await;
    assert_eq!(after.display_name, "Bob Bauer");
    assert_eq!(
        change(None, None).await,
        after,
        "nothing is left out by accident"
    );
    assert_eq!(change(None, Some(None)).await.email, None);
    let found = world.store.read(FindUser { id: bob.clone() }).await;
    assert_eq!(found.unwrap().unwrap().display_name, "Bob Bauer");
    let trail = EventsAfter {
        user: bob.clone(),
        after: 0,
        limit: 10,
    };
    let trail = world.store.read(trail).await.unwrap();
    let changed: Vec<_> = trail[1..]
        .iter()
        .map(|event| event.data["changed"].to_string())
        .collect();
    assert_eq!(changed, [r#"["name","email"]"#, r#"["email"]"#]);
    assert!(
        trail
            .iter()
            .all(|event| !event.data.to_string().contains('@'))
    );
}

async fn nobody_has_more_than_a_hundred_app_passwords(fixture: Fixture) {
    let mut world = World::new(&fixture).await;
    let bob = world.user("bob").await;
    for count in 0..=APP_PASSWORDS_MAX {
        let add = AddAppPassword {
            id: world.id(),
            user: bob.clone(),
            label: "script".to_owned(),
            hash: vec![7; 32],
            moment: moment(2),
        };
        let added = world.store.write(add).await;
        assert_eq!(added, Ok(count < APP_PASSWORDS_MAX), "{count}");
    }
}
