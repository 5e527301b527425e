//! People who leave.

use symbolon_core::UserId;
use symbolon_core::invites::{Refusal, Uses};
use symbolon_proto::language::Language;
use symbolon_store::accept::{AcceptHere, Begun};
use symbolon_store::acceptances::ListAcceptances;
use symbolon_store::app_passwords::{AddAppPassword, ListAppPasswords};
use symbolon_store::audit::{Filter, ListEvents, Page};
use symbolon_store::connections::SetNickname;
use symbolon_store::connections::listing::ListConnections;
use symbolon_store::departures::{BeginDeparture, ContinueDeparture, NextDeparture, Progress};
use symbolon_store::events::Actor;
use symbolon_store::invites::{IssueInvite, ListInvites};
use symbolon_store::mails::{IssueAndMail, MailInvite, NotMailed, Posting};
use symbolon_store::notifications::{FindNotifications, Notifications, SetNotifications};
use symbolon_store::outbox::{DeliveryState, ListDeliveries};
use symbolon_store::sessions::{By, FindSession, OpenSession};
use symbolon_store::users::{
    ChangeProfile, FindCredentials, FindUser, ListUsers, SetDisabled, SetLanguage, SetPassword,
};

use super::{LIFE_MS, World, at, here, list, moment, there};
use crate::kit::{Fixture, claims};

claims! {
    on_memory:
        whoever_leaves_is_disconnected_from_everybody_step_by_step_and_forgotten,
        whoever_leaves_can_do_nothing_from_the_first_moment_on,
        a_departure_waits_for_what_may_have_reached_another_server,
        nothing_that_was_under_way_writes_something_back_about_whoever_left;
    on_disk:
        whoever_leaves_is_disconnected_from_everybody_step_by_step_and_forgotten,
        whoever_leaves_can_do_nothing_from_the_first_moment_on,
        a_departure_waits_for_what_may_have_reached_another_server,
        nothing_that_was_under_way_writes_something_back_about_whoever_left;
    on_postgres:
        whoever_leaves_is_disconnected_from_everybody_step_by_step_and_forgotten,
        whoever_leaves_can_do_nothing_from_the_first_moment_on,
        a_departure_waits_for_what_may_have_reached_another_server,
        nothing_that_was_under_way_writes_something_back_about_whoever_left;
}

/// Two connections in a step.
async fn step(world: &mut World, user: &UserId, now: i64) -> Progress {
    let step = ContinueDeparture {
        user: user.clone(),
        deliveries: vec![world.id(), world.id()],
        here: here(),
        mail: false,
        now: at(now),
    };
    world.store.write(step).await.unwrap()
}

async fn begin(world: &World, user: &UserId) -> bool {
    let begin = BeginDeparture {
        user: user.clone(),
        moment: moment(50),
    };
    world.store.write(begin).await.unwrap()
}

async fn whoever_leaves_is_disconnected_from_everybody_step_by_step_and_forgotten(
    fixture: Fixture,
) {
    let mut world = World::new(&fixture).await;
    let bob = world.user("bob").await;
    world.invite(&bob, 1, Uses::Anyone).await;
    for name in ["Carol", "Dave", "Erin"] {
        world.redeem(1, name, 0).await.unwrap();
    }
    assert_eq!(world.store.read(NextDeparture).await, Ok(None));
    assert!(begin(&world, &bob).await);
    assert!(!begin(&world, &bob).await, "once");
    let next = world.store.read(NextDeparture).await;
    assert_eq!(next, Ok(Some((bob.clone(), at(50)))));
    for left in [1, 0] {
        assert_eq!(step(&mut world, &bob, 51).await, Progress::Going);
        assert_eq!(world.connected(&bob).await.len(), left);
    }
    assert_eq!(
        step(&mut world, &bob, 52).await,
        Progress::Going,
        "the invitation"
    );
    assert_eq!(step(&mut world, &bob, 53).await, Progress::Left);
    assert_eq!(
        step(&mut world, &bob, 54).await,
        Progress::Left,
        "and stays so"
    );
    assert_eq!(world.store.read(NextDeparture).await, Ok(None));

    let due = ListDeliveries {
        state: DeliveryState::Due,
        limit: 10,
    };
    let due = world.store.read(due).await.unwrap();
    assert_eq!(due.len(), 3, "every server is told");
    assert!(due.iter().all(|one| one.provider == there()));
    let ended = ListConnections {
        connected: false,
        ..list(&bob)
    };
    for half in world.store.read(ended).await.unwrap() {
        assert_eq!(
            (half.contact.name.as_str(), half.contact.email.as_str()),
            ("", "")
        );
    }
    let found = world.store.read(FindUser { id: bob.clone() }).await;
    let gone = found.unwrap().unwrap();
    assert_eq!((gone.display_name.as_str(), gone.email), ("", None));
    let all = ListUsers {
        after: String::new(),
        limit: 10,
    };
    assert_eq!(world.store.read(all).await, Ok(Vec::new()));
    world.user("bob").await;

    let trail = ListEvents {
        filter: Filter {
            reference: Some("reference 50".to_owned()),
            ..Filter::default()
        },
        page: Page::After(0),
        limit: 20,
    };
    let trail = world.store.read(trail).await.unwrap();
    let kinds: Vec<_> = trail.iter().map(|event| event.kind.as_str()).collect();
    let expected = [
        "user.leaving",
        "connection.disconnected",
        "connection.disconnected",
        "connection.disconnected",
        "invite.withdrawn",
        "user.left",
    ];
    assert_eq!(kinds, expected);
    let (last, gestures) = trail.split_last().unwrap();
    assert!(gestures.iter().all(|event| event.actor == Actor::Person));
    assert_eq!(last.actor, Actor::Server, "nobody does it a second time");
}

async fn whoever_leaves_can_do_nothing_from_the_first_moment_on(fixture: Fixture) {
    let mut world = World::new(&fixture).await;
    let bob = world.user("bob").await;
    world.invite(&bob, 1, Uses::Anyone).await;
    let open = OpenSession {
        id: world.id(),
        token_hash: [9; 32],
        user: bob.clone(),
        by: By::Trust,
        browser: None,
        system: None,
        expires_at: at(1_000),
        ends_at: at(1_000),
        moment: moment(5),
    };
    world.store.write(open).await.unwrap();
    assert!(begin(&world, &bob).await);
    let session = FindSession {
        token_hash: [9; 32],
        life_ms: LIFE_MS,
        now: at(51),
    };
    assert_eq!(world.store.read(session).await, Ok(None));
    assert_eq!(world.redeem(1, "Carol", 0).await, Err(Refusal::Unknown));
    let credentials = FindCredentials {
        name: "bob".to_owned(),
    };
    let credentials = world.store.read(credentials).await.unwrap().unwrap();
    assert_eq!(credentials.password_hash, None);
    let enable = SetDisabled {
        id: bob.clone(),
        disabled: false,
        moment: moment(52),
    };
    assert_eq!(
        world.store.write(enable).await,
        Ok(false),
        "there is no way back"
    );
}

async fn a_departure_waits_for_what_may_have_reached_another_server(fixture: Fixture) {
    let mut world = World::new(&fixture).await;
    let bob = world.user("bob").await;
    let accepting = world.accepting(&bob, there(), 1);
    world.store.write(accepting).await.unwrap();
    // It is sent, and what became of it is not known.
    assert_eq!(world.claim(2, "lease").await.len(), 1);
    assert!(begin(&world, &bob).await);
    assert_eq!(step(&mut world, &bob, 51).await, Progress::Going);
    assert_eq!(step(&mut world, &bob, 52).await, Progress::Waiting);
    let pending = ListAcceptances {
        user: bob.clone(),
        pending_only: true,
        limit: 10,
    };
    let pending = world.store.read(pending).await.unwrap();
    assert!(pending[0].cancelled.is_some());
    let next = world.store.read(NextDeparture).await;
    assert_eq!(next, Ok(Some((bob.clone(), at(112)))), "later");
    let found = world.store.read(FindUser { id: bob.clone() }).await;
    assert_eq!(
        found.unwrap().unwrap().display_name,
        "BOB",
        "the question needs the name"
    );
}

async fn nothing_that_was_under_way_writes_something_back_about_whoever_left(fixture: Fixture) {
    let mut world = World::new(&fixture).await;
    let (bob, carol) = (world.user("bob").await, world.user("carol").await);
    world.invite(&bob, 1, Uses::Anyone).await;
    world.invite(&carol, 2, Uses::Anyone).await;
    let half = world.redeem(1, "Dave", 0).await.unwrap();
    assert!(begin(&world, &bob).await);
    while step(&mut world, &bob, 51).await != Progress::Left {}

    let store = world.store.clone();
    let beginning = world.accepting(&bob, there(), 60);
    let begun = store.write(beginning).await.unwrap();
    assert!(matches!(begun, Begun::AccountClosed));
    let here_too = AcceptHere {
        begin: world.accepting(&bob, here(), 60),
        redeem: world.redeeming(2, super::contact("Bob"), 0),
        connection: world.id(),
    };
    assert!(store.write(here_too).await.unwrap().is_none());
    let issue = IssueInvite {
        id: world.id(),
        owner: bob.clone(),
        token_hash: [3; 32],
        token_sealed: vec![3],
        note: Some("for carol".to_owned()),
        email: None,
        uses: Uses::Anyone,
        expires_at: at(1_000),
        moment: moment(60),
    };
    let posting = Posting {
        delivery: world.id(),
        recipient: "carol@dog.example.org".to_owned(),
        language: Language::De,
    };
    let invites = ListInvites {
        owner: Some(bob.clone()),
        before: None,
        limit: 10,
    };
    let old = store.read(invites).await.unwrap().remove(0);
    let again = MailInvite {
        owner: bob.clone(),
        id: old.id.clone(),
        posting: posting.clone(),
        moment: moment(60),
    };
    let not_again = store.write(again).await.unwrap().unwrap().err();
    assert_eq!(not_again, Some(NotMailed::AccountClosed));
    let both = IssueAndMail { issue, posting };
    let not_mailed = store.write(both).await.unwrap().err();
    assert_eq!(not_mailed, Some(NotMailed::AccountClosed));

    let profile = ChangeProfile {
        id: bob.clone(),
        display_name: Some("Bob".to_owned()),
        email: Some(Some("bob@cat.example.org".to_owned())),
        moment: moment(60),
    };
    assert_eq!(store.write(profile).await, Ok(None));
    let password = SetPassword {
        id: bob.clone(),
        password_hash: "phc".to_owned(),
        keep: None,
        moment: moment(60),
    };
    assert_eq!(store.write(password).await, Ok(false));
    let app_password = AddAppPassword {
        id: world.id(),
        user: bob.clone(),
        label: "phone of bob".to_owned(),
        hash: vec![7; 32],
        moment: moment(60),
    };
    assert_eq!(store.write(app_password).await, Ok(false));
    let language = SetLanguage {
        id: bob.clone(),
        language: Some(Language::De),
        moment: moment(60),
    };
    assert_eq!(store.write(language).await, Ok(false));
    let wishes = SetNotifications {
        user: bob.clone(),
        wishes: Notifications {
            accepted: false,
            ..Notifications::default()
        },
        moment: moment(60),
    };
    assert_eq!(store.write(wishes).await, Ok(false));
    let nickname = SetNickname {
        user: bob.clone(),
        connection: half.id,
        nickname: Some("Dave of the choir".to_owned()),
        moment: moment(60),
    };
    assert_eq!(store.write(nickname).await, Ok(None));

    let user = store.read(FindUser { id: bob.clone() }).await.unwrap();
    let user = user.unwrap();
    assert_eq!(
        (user.display_name.as_str(), user.email, user.language),
        ("", None, None)
    );
    let credentials = FindCredentials { name: user.name };
    let credentials = store.read(credentials).await.unwrap().unwrap();
    assert_eq!(credentials.password_hash, None);
    let passwords = ListAppPasswords { user: bob.clone() };
    assert_eq!(store.read(passwords).await, Ok(Vec::new()));
    let wishes = FindNotifications { user: bob.clone() };
    assert_eq!(store.read(wishes).await, Ok(Notifications::default()));
    let ended = ListConnections {
        connected: false,
        ..list(&bob)
    };
    assert_eq!(store.read(ended).await.unwrap()[0].nickname, None);
    let pending = ListAcceptances {
        user: bob,
        pending_only: false,
        limit: 10,
    };
    assert!(store.read(pending).await.unwrap().is_empty());
}
