//! Somebody of a provider of identities, and the account that is theirs.

use serde_json::{Value, json};
use symbolon_core::UserId;
use symbolon_core::identities::Standing;
use symbolon_store::audit::{Filter, ListEvents, Page};
use symbolon_store::departures::{BeginDeparture, ContinueDeparture, Progress};
use symbolon_store::events::{Actor, Event};
use symbolon_store::identities::{
    EnterByIdentity, Entered, FindLink, Identity, LinkIdentity, Linked, ListLinks, UnlinkIdentity,
};
use symbolon_store::sessions::{
    By, CloseSession, ConfirmSecret, FindSession, OfferSecret, OpenSession, SessionSeen,
};
use symbolon_store::users::User;

use super::{LIFE_MS, World, at, here, moment};
use crate::kit::{Fixture, claims};

claims! {
    on_memory:
        somebody_is_known_by_what_the_provider_calls_them_and_by_nothing_else,
        an_account_is_made_once_and_takes_nobody_elses_name,
        groups_give_and_take_the_role_at_every_log_in,
        what_the_log_in_service_says_of_somebody_is_not_their_doing,
        a_link_is_between_one_person_and_one_account,
        whoever_leaves_may_come_again_as_somebody_new,
        a_session_is_over_when_it_was_not_used_and_on_its_last_day,
        a_new_secret_counts_when_it_was_shown_and_the_old_one_goes_on_for_a_moment;
    on_disk:
        an_account_is_made_once_and_takes_nobody_elses_name,
        a_link_is_between_one_person_and_one_account,
        a_new_secret_counts_when_it_was_shown_and_the_old_one_goes_on_for_a_moment;
    on_postgres:
        somebody_is_known_by_what_the_provider_calls_them_and_by_nothing_else,
        an_account_is_made_once_and_takes_nobody_elses_name,
        groups_give_and_take_the_role_at_every_log_in,
        what_the_log_in_service_says_of_somebody_is_not_their_doing,
        a_link_is_between_one_person_and_one_account,
        whoever_leaves_may_come_again_as_somebody_new,
        a_session_is_over_when_it_was_not_used_and_on_its_last_day,
        a_new_secret_counts_when_it_was_shown_and_the_old_one_goes_on_for_a_moment;
}

fn identity(subject: &str) -> Identity {
    Identity {
        issuer: "https://login.example.org".to_owned(),
        subject: subject.to_owned(),
    }
}

const WELCOME: Standing = Standing {
    allowed: true,
    admin: None,
};

fn enter(subject: &str, new: Option<User>) -> EnterByIdentity {
    EnterByIdentity {
        identity: identity(subject),
        standing: WELCOME,
        new,
        moment: moment(5),
    }
}

fn new(world: &mut World, name: &str) -> Option<User> {
    Some(User {
        id: world.id(),
        name: name.to_owned(),
        display_name: "Bob Bauer".to_owned(),
        email: Some("bob@example.org".to_owned()),
        disabled_at: None,
        language: None,
        admin: false,
        created_at: at(5),
    })
}

fn entered(entered: Entered) -> User {
    match entered {
        Entered::Account(user) => user,
        other => panic!("{other:?}"),
    }
}

fn link(subject: &str, user: &UserId) -> LinkIdentity {
    LinkIdentity {
        identity: identity(subject),
        user: user.clone(),
        moment: moment(3),
    }
}

async fn trail(world: &World, user: &UserId) -> Vec<Event> {
    let list = ListEvents {
        filter: Filter {
            user: Some(user.clone()),
            ..Filter::default()
        },
        page: Page::After(0),
        limit: 50,
    };
    world.store.read(list).await.unwrap()
}

async fn kinds(world: &World, user: &UserId) -> Vec<String> {
    let trail = trail(world, user).await;
    trail.into_iter().map(|event| event.kind).collect()
}

async fn somebody_is_known_by_what_the_provider_calls_them_and_by_nothing_else(fixture: Fixture) {
    let mut world = World::new(&fixture).await;
    let bob = world.user("bob").await;
    let store = world.store.clone();
    assert_eq!(store.write(enter("1", None)).await, Ok(Entered::Unknown));
    assert_eq!(store.write(link("1", &bob)).await, Ok(Linked::Done));
    let came = entered(store.write(enter("1", None)).await.unwrap());
    assert_eq!(came.id, bob);
    let mut elsewhere = enter("1", None);
    elsewhere.identity.issuer = "https://login.example.com".to_owned();
    assert_eq!(
        store.write(elsewhere).await,
        Ok(Entered::Unknown),
        "the same name at another provider is another person"
    );
    let known = store.read(FindLink { user: bob.clone() }).await.unwrap();
    assert_eq!(known.unwrap().seen_at, Some(at(5)));
    assert_eq!(kinds(&world, &bob).await, ["user.added", "user.linked"]);
}

async fn an_account_is_made_once_and_takes_nobody_elses_name(fixture: Fixture) {
    let mut world = World::new(&fixture).await;
    let carol = world.user("carol").await;
    let store = world.store.clone();
    let first = new(&mut world, "bob");
    let bob = entered(store.write(enter("1", first)).await.unwrap());
    assert_eq!((bob.name.as_str(), bob.admin), ("bob", false));
    let again = new(&mut world, "robert");
    let again = entered(store.write(enter("1", again)).await.unwrap());
    assert_eq!(again, bob, "a new name there makes no new person");
    // Somebody else of the same name, once the provider has let another bob have it.
    let other = new(&mut world, "bob");
    let other = entered(store.write(enter("2", other)).await.unwrap());
    assert_eq!(other.name, "bob-2");
    // An account that was made here by hand may be anybody's.
    let taken = new(&mut world, "carol");
    assert_eq!(
        store.write(enter("3", taken)).await,
        Ok(Entered::NameTaken("carol".to_owned()))
    );
    assert_eq!(store.read(FindLink { user: carol }).await, Ok(None));
    // Nor does one of another provider: this one may be the same under a new name, and bob the same person.
    let moved = new(&mut world, "bob");
    let mut moved = enter("1", moved);
    moved.identity.issuer = "https://login.example.com".to_owned();
    assert_eq!(
        store.write(moved).await,
        Ok(Entered::NameTaken("bob".to_owned()))
    );
}

async fn what_the_log_in_service_says_of_somebody_is_not_their_doing(fixture: Fixture) {
    let mut world = World::new(&fixture).await;
    let store = world.store.clone();
    let mut come = enter("1", new(&mut world, "bob"));
    come.standing.admin = Some(true);
    let bob = entered(store.write(come).await.unwrap()).id;
    let mut come = enter("1", None);
    come.standing.admin = Some(false);
    assert!(!entered(store.write(come).await.unwrap()).admin);
    let carol = world.user("carol").await;
    store.write(link("2", &carol)).await.unwrap();
    let told = async |user: &UserId| {
        let trail = trail(&world, user).await.into_iter();
        let told = trail.map(|event| (event.kind, event.actor, event.data["by"].clone()));
        told.collect::<Vec<_>>()
    };
    let by_service = |kind: &str| (kind.to_owned(), Actor::Server, json!("log_in_service"));
    let kinds = [
        "user.added",
        "user.admin_granted",
        "user.linked",
        "user.admin_revoked",
    ];
    assert_eq!(told(&bob).await, kinds.map(by_service));
    let by_hand = |kind: &str| (kind.to_owned(), Actor::Person, Value::Null);
    assert_eq!(
        told(&carol).await,
        ["user.added", "user.linked"].map(by_hand)
    );
}

async fn groups_give_and_take_the_role_at_every_log_in(fixture: Fixture) {
    let mut world = World::new(&fixture).await;
    let bob = world.user("bob").await;
    let store = world.store.clone();
    store.write(link("1", &bob)).await.unwrap();
    let come = async |standing| {
        let enter = EnterByIdentity {
            standing,
            ..enter("1", None)
        };
        store.write(enter).await.unwrap()
    };
    let admin = |admin| Standing { admin, ..WELCOME };
    assert!(entered(come(admin(Some(true))).await).admin);
    assert!(entered(come(admin(None)).await).admin, "it stays as it is");
    assert!(!entered(come(admin(Some(false))).await).admin);
    assert!(entered(come(admin(Some(true))).await).admin);
    let session = open(&mut world, &bob, 1).await;
    let out = come(Standing {
        allowed: false,
        admin: Some(false),
    });
    let Entered::NotAllowed(Some(user)) = out.await else {
        panic!("they are in no group that comes in");
    };
    assert!(!user.admin, "the role goes even if they do not come in");
    assert_eq!(found(&world, session, 10).await, None, "so do the sessions");
    let expected = [
        "user.added",
        "user.linked",
        "user.admin_granted",
        "user.admin_revoked",
        "user.admin_granted",
        "session.opened",
        "user.admin_revoked",
    ];
    assert_eq!(kinds(&world, &bob).await, expected);
}

async fn a_link_is_between_one_person_and_one_account(fixture: Fixture) {
    let mut world = World::new(&fixture).await;
    let (bob, carol) = (world.user("bob").await, world.user("carol").await);
    let store = world.store.clone();
    assert_eq!(store.write(link("1", &bob)).await, Ok(Linked::Done));
    assert_eq!(store.write(link("1", &bob)).await, Ok(Linked::Already));
    let other = store.write(link("2", &bob)).await;
    assert_eq!(other, Ok(Linked::AccountTaken(identity("1"))));
    let Ok(Linked::IdentityTaken(user)) = store.write(link("1", &carol)).await else {
        panic!("it is bob's");
    };
    assert_eq!(user.id, bob);
    let all = ListLinks {
        after: None,
        limit: 10,
    };
    assert_eq!(store.read(all).await.unwrap().len(), 1);
    let session = open(&mut world, &bob, 1).await;
    let unlink = || UnlinkIdentity {
        user: bob.clone(),
        moment: moment(6),
    };
    assert_eq!(store.write(unlink()).await, Ok(Some(identity("1"))));
    assert_eq!(store.write(unlink()).await, Ok(None));
    assert_eq!(found(&world, session, 10).await, None);
    assert_eq!(store.write(enter("1", None)).await, Ok(Entered::Unknown));
}

async fn whoever_leaves_may_come_again_as_somebody_new(fixture: Fixture) {
    let mut world = World::new(&fixture).await;
    let store = world.store.clone();
    let first = new(&mut world, "bob");
    let bob = entered(store.write(enter("1", first)).await.unwrap());
    let begin = BeginDeparture {
        user: bob.id.clone(),
        moment: moment(10),
    };
    assert_eq!(store.write(begin).await, Ok(true));
    let meanwhile = entered(store.write(enter("1", None)).await.unwrap());
    assert!(meanwhile.disabled_at.is_some(), "on the way out");
    let step = ContinueDeparture {
        user: bob.id.clone(),
        deliveries: vec![world.id()],
        here: here(),
        mail: false,
        now: at(11),
    };
    assert_eq!(store.write(step).await, Ok(Progress::Left));
    let again = new(&mut world, "bob");
    let again = entered(store.write(enter("1", again)).await.unwrap());
    assert_ne!(again.id, bob.id);
}

/// Opens a session with a secret; it lasts ten seconds without use, and a hundred at most.
async fn open(world: &mut World, user: &UserId, secret: u8) -> [u8; 32] {
    let open = OpenSession {
        id: world.id(),
        token_hash: [secret; 32],
        user: user.clone(),
        by: By::Trust,
        browser: None,
        system: None,
        expires_at: at(20),
        ends_at: at(110),
        moment: moment(10),
    };
    world.store.write(open).await.unwrap();
    [secret; 32]
}

async fn found(
    world: &World,
    token_hash: [u8; 32],
    secs: i64,
) -> Option<symbolon_store::sessions::Found> {
    let find = FindSession {
        token_hash,
        life_ms: LIFE_MS,
        now: at(secs),
    };
    world.store.read(find).await.unwrap()
}

async fn a_session_is_over_when_it_was_not_used_and_on_its_last_day(fixture: Fixture) {
    let mut world = World::new(&fixture).await;
    let bob = world.user("bob").await;
    let (used, idle) = (
        open(&mut world, &bob, 1).await,
        open(&mut world, &bob, 2).await,
    );
    for secs in (15..110).step_by(5) {
        let session = found(&world, used, secs).await.expect("it is in use");
        let seen = SessionSeen {
            id: session.id,
            now: at(secs),
            idle_ms: 10_000,
            ends_at: session.ends_at,
        };
        world.store.write(seen).await.unwrap();
    }
    assert!(found(&world, idle, 19).await.is_some());
    assert_eq!(found(&world, idle, 20).await, None);
    assert!(found(&world, used, 109).await.is_some());
    assert_eq!(found(&world, used, 110).await, None, "the last day");
    // Sessions do not last that long any more.
    let find = |life_secs: i64, secs| FindSession {
        token_hash: used,
        life_ms: life_secs * 1_000,
        now: at(secs),
    };
    let shorter = world.store.read(find(95, 104)).await.unwrap().unwrap();
    assert_eq!(shorter.ends_at, at(105));
    assert_eq!(world.store.read(find(95, 105)).await, Ok(None));
}

async fn a_new_secret_counts_when_it_was_shown_and_the_old_one_goes_on_for_a_moment(
    fixture: Fixture,
) {
    use symbolon_core::sessions::Secret;
    let mut world = World::new(&fixture).await;
    let bob = world.user("bob").await;
    let old = open(&mut world, &bob, 1).await;
    let id = found(&world, old, 11).await.unwrap().id;
    let offer = |offered, since, now| OfferSecret {
        id: id.clone(),
        token_hash: old,
        offered,
        since: at(since),
        now: at(now),
    };
    let secret = async |hash, secs| found(&world, hash, secs).await.map(|found| found.secret);
    let (lost, new) = ([7; 32], [8; 32]);
    assert_eq!(world.store.write(offer(lost, 10, 11)).await, Ok(true));
    // A request that was sent together with the first: the browser may keep the cookie of either answer.
    assert_eq!(world.store.write(offer(new, 10, 11)).await, Ok(false));
    assert_eq!(secret(lost, 11).await, Some(Secret::Offered));
    // The first answer is lost on its way, and there is another.
    assert_eq!(world.store.write(offer(new, 11, 12)).await, Ok(true));
    assert_eq!(secret(lost, 12).await, None);
    assert_eq!(secret(old, 12).await, Some(Secret::Outgoing));
    assert_eq!(secret(new, 12).await, Some(Secret::Offered));
    let confirm = || ConfirmSecret {
        id: id.clone(),
        offered: new,
        moment: moment(13),
    };
    world.store.write(confirm()).await.unwrap();
    world.store.write(confirm()).await.unwrap();
    assert_eq!(secret(new, 14).await, Some(Secret::Current));
    assert_eq!(secret(old, 14).await, Some(Secret::Last));
    assert_eq!(world.store.write(offer([9; 32], 13, 14)).await, Ok(false));
    let seen = SessionSeen {
        id: id.clone(),
        now: at(14),
        idle_ms: 90_000,
        ends_at: at(110),
    };
    world.store.write(seen).await.unwrap();
    assert_eq!(secret(old, 72).await, Some(Secret::Last));
    assert_eq!(secret(old, 73).await, None, "a minute after it was shown");
    let close = CloseSession {
        token_hash: old,
        moment: moment(20),
    };
    world.store.write(close).await.unwrap();
    assert_eq!(secret(new, 21).await, None, "either of them ends it");
    let expected = [
        "user.added",
        "session.opened",
        "session.renewed",
        "session.closed",
    ];
    assert_eq!(kinds(&world, &bob).await, expected);
}
