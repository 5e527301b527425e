//! The second factor of a log-in with a password.

use symbolon_core::UserId;
use symbolon_store::departures::BeginDeparture;
use symbolon_store::identities::{Identity, LinkIdentity, Linked, UnlinkIdentity};
use symbolon_store::second_factors::{
    FindSecondFactor, ListSecondFactors, OpenWithSecondFactor, Proof, Shown, TurnOff, TurnOn,
};
use symbolon_store::sessions::{By, FindSession, Kept, OpenSession};
use symbolon_store::users::{FindCredentials, SetDisabled, SetPassword};

use super::{LIFE_MS, World, at, moment};
use crate::kit::{Fixture, claims};

claims! {
    on_memory:
        a_code_opens_one_session_and_no_older_one_does,
        a_recovery_code_opens_one_session,
        what_lets_somebody_in_still_does_when_the_session_is_opened,
        it_is_turned_on_once_and_ends_the_sessions_of_before,
        it_is_turned_off_by_what_was_not_used_before_or_by_an_administrator,
        whoever_leaves_leaves_no_second_factor;
    on_disk:
        a_code_opens_one_session_and_no_older_one_does,
        a_recovery_code_opens_one_session,
        what_lets_somebody_in_still_does_when_the_session_is_opened;
    on_postgres:
        a_code_opens_one_session_and_no_older_one_does,
        a_recovery_code_opens_one_session,
        what_lets_somebody_in_still_does_when_the_session_is_opened,
        it_is_turned_on_once_and_ends_the_sessions_of_before,
        it_is_turned_off_by_what_was_not_used_before_or_by_an_administrator,
        whoever_leaves_leaves_no_second_factor;
}

fn turn_on(user: &UserId, keep: Option<Kept>) -> TurnOn {
    TurnOn {
        user: user.clone(),
        secret_sealed: vec![7; 48],
        step: 100,
        recovery_codes: vec![[1; 32], [2; 32]],
        keep,
        moment: moment(5),
    }
}

fn turn_off(user: &UserId, proof: Option<Proof>) -> TurnOff {
    TurnOff {
        user: user.clone(),
        proof,
        moment: moment(9),
    }
}

fn session(world: &mut World, user: &UserId, secret: u8) -> OpenSession {
    OpenSession {
        id: world.id(),
        token_hash: [secret; 32],
        user: user.clone(),
        by: By::Trust,
        browser: None,
        system: None,
        expires_at: at(1_000),
        ends_at: at(1_000),
        moment: moment(6),
    }
}

/// Whether a session is opened, which is what the operation says.
async fn opens(world: &mut World, user: &UserId, secret: u8, proof: Proof) -> bool {
    let session = session(world, user, secret);
    let open = OpenWithSecondFactor { session, proof };
    let counts = world.store.write(open).await.unwrap() == Shown::Counts;
    assert_eq!(is_open(world, secret).await, counts);
    counts
}

async fn is_open(world: &World, secret: u8) -> bool {
    let find = FindSession {
        token_hash: [secret; 32],
        life_ms: LIFE_MS,
        now: at(7),
    };
    world.store.read(find).await.unwrap().is_some()
}

async fn codes_left(world: &World, user: &UserId) -> Option<usize> {
    let find = FindSecondFactor { user: user.clone() };
    let found = world.store.read(find).await.unwrap();
    found.map(|found| found.recovery_codes.len())
}

async fn a_code_opens_one_session_and_no_older_one_does(fixture: Fixture) {
    let mut world = World::new(&fixture).await;
    let bob = world.user("bob").await;
    assert!(
        !opens(&mut world, &bob, 1, Proof::Step(101)).await,
        "it is off"
    );
    assert_eq!(
        world.store.write(turn_on(&bob, None)).await,
        Ok(Shown::Counts)
    );
    for (secret, step, counts) in [
        (2, 100, false),
        (3, 101, true),
        (4, 101, false),
        (5, 100, false),
        (6, 103, true),
        (7, 102, false),
    ] {
        let opened = opens(&mut world, &bob, secret, Proof::Step(step)).await;
        assert_eq!(opened, counts, "{secret}: {step}");
    }
    let carol = world.user("carol").await;
    assert!(!opens(&mut world, &carol, 8, Proof::Step(104)).await);
}

async fn a_recovery_code_opens_one_session(fixture: Fixture) {
    let mut world = World::new(&fixture).await;
    let (bob, carol) = (world.user("bob").await, world.user("carol").await);
    for user in [&bob, &carol] {
        assert_eq!(
            world.store.write(turn_on(user, None)).await,
            Ok(Shown::Counts)
        );
    }
    let code = || Proof::Recovery([1; 32]);
    assert!(opens(&mut world, &bob, 1, code()).await);
    assert!(!opens(&mut world, &bob, 2, code()).await);
    assert!(!opens(&mut world, &bob, 3, Proof::Recovery([9; 32])).await);
    assert_eq!(codes_left(&world, &bob).await, Some(1));
    assert_eq!(codes_left(&world, &carol).await, Some(2), "it was bob's");
}

async fn what_lets_somebody_in_still_does_when_the_session_is_opened(fixture: Fixture) {
    let mut world = World::new(&fixture).await;
    let bob = world.user("bob").await;
    let password = || By::Password("changed".to_owned());
    let set = |hash: &str| SetPassword {
        id: bob.clone(),
        password_hash: hash.to_owned(),
        keep: None,
        moment: moment(5),
    };
    let store = world.store.clone();
    let mut opens = async |by: By, secret: u8| {
        let open = OpenSession {
            by,
            ..session(&mut world, &bob, secret)
        };
        let said = store.write(open).await.unwrap();
        assert_eq!(is_open(&world, secret).await, said, "{secret}");
        said
    };
    assert!(!opens(password(), 1).await, "there is none");
    assert_eq!(store.write(set("first")).await, Ok(true));
    assert!(opens(By::Password("first".to_owned()), 2).await);
    assert_eq!(store.write(set("changed")).await, Ok(true));
    assert!(!opens(By::Password("first".to_owned()), 3).await);
    // Turned on meanwhile, so that a code is needed beside it.
    assert_eq!(store.write(turn_on(&bob, None)).await, Ok(Shown::Counts));
    assert!(!opens(password(), 4).await);

    let identity = Identity {
        issuer: "https://login.example.org".to_owned(),
        subject: "u-1".to_owned(),
    };
    let by = || By::Identity(identity.clone());
    let link = LinkIdentity {
        identity: identity.clone(),
        user: bob.clone(),
        moment: moment(5),
    };
    assert!(!opens(by(), 5).await, "it is somebody else's");
    assert_eq!(store.write(link).await, Ok(Linked::Done));
    assert!(opens(by(), 6).await, "a second factor is for passwords");
    let unlink = UnlinkIdentity {
        user: bob.clone(),
        moment: moment(5),
    };
    assert_eq!(store.write(unlink).await, Ok(Some(identity.clone())));
    assert!(!opens(by(), 7).await);

    // A code is not used up by somebody whose password is another one by now.
    let mut with_a_code = async |by: By, secret: u8| {
        let session = OpenSession {
            by,
            ..session(&mut world, &bob, secret)
        };
        let proof = Proof::Step(101);
        let open = OpenWithSecondFactor { session, proof };
        store.write(open).await.unwrap()
    };
    let first = By::Password("first".to_owned());
    assert_eq!(with_a_code(first, 8).await, Shown::TooLate);
    assert_eq!(with_a_code(password(), 8).await, Shown::Counts);
    assert_eq!(with_a_code(password(), 9).await, Shown::Used);
    let disable = SetDisabled {
        id: bob.clone(),
        disabled: true,
        moment: moment(6),
    };
    assert_eq!(store.write(disable).await, Ok(true));
    assert_eq!(with_a_code(password(), 9).await, Shown::TooLate);
    for by in [By::Trust, password()] {
        let open = OpenSession {
            by,
            ..session(&mut world, &bob, 10)
        };
        assert_eq!(store.write(open).await, Ok(false));
    }
}

async fn it_is_turned_on_once_and_ends_the_sessions_of_before(fixture: Fixture) {
    let mut world = World::new(&fixture).await;
    let bob = world.user("bob").await;
    let credentials = async |world: &World| {
        let find = FindCredentials {
            name: "bob".to_owned(),
        };
        world.store.read(find).await.unwrap().unwrap()
    };
    assert_eq!(credentials(&world).await.second_factor_since, None);
    let (here, away) = (session(&mut world, &bob, 1), session(&mut world, &bob, 2));
    let keep = Kept {
        id: here.id.clone(),
        token_hash: [3; 32],
    };
    for open in [here, away] {
        world.store.write(open).await.unwrap();
    }
    let on = turn_on(&bob, Some(keep));
    assert_eq!(world.store.write(on).await, Ok(Shown::Counts));
    assert!(is_open(&world, 3).await && !is_open(&world, 2).await);
    assert!(!is_open(&world, 1).await, "a copy of the cookie is no use");
    assert_eq!(credentials(&world).await.second_factor_since, Some(at(5)));
    assert_eq!(
        world.store.write(turn_on(&bob, None)).await,
        Ok(Shown::TooLate)
    );
    assert!(is_open(&world, 3).await, "nothing was done");
    let list = ListSecondFactors {
        after: None,
        limit: 10,
    };
    assert_eq!(world.store.read(list).await, Ok(vec![(bob, at(5))]));
}

async fn it_is_turned_off_by_what_was_not_used_before_or_by_an_administrator(fixture: Fixture) {
    let mut world = World::new(&fixture).await;
    let bob = world.user("bob").await;
    let store = world.store.clone();
    assert_eq!(store.write(turn_off(&bob, None)).await, Ok(Shown::TooLate));
    for proof in [None, Some(Proof::Step(101)), Some(Proof::Recovery([2; 32]))] {
        assert_eq!(store.write(turn_on(&bob, None)).await, Ok(Shown::Counts));
        for used in [Proof::Step(100), Proof::Recovery([9; 32])] {
            assert_eq!(
                store.write(turn_off(&bob, Some(used))).await,
                Ok(Shown::Used)
            );
        }
        assert_eq!(codes_left(&world, &bob).await, Some(2));
        assert_eq!(store.write(turn_off(&bob, proof)).await, Ok(Shown::Counts));
        assert_eq!(codes_left(&world, &bob).await, None);
    }
    assert!(!opens(&mut world, &bob, 1, Proof::Recovery([1; 32])).await);
}

async fn whoever_leaves_leaves_no_second_factor(fixture: Fixture) {
    let mut world = World::new(&fixture).await;
    let bob = world.user("bob").await;
    assert_eq!(
        world.store.write(turn_on(&bob, None)).await,
        Ok(Shown::Counts)
    );
    let begin = BeginDeparture {
        user: bob.clone(),
        moment: moment(10),
    };
    assert_eq!(world.store.write(begin).await, Ok(true));
    assert_eq!(codes_left(&world, &bob).await, None);
    assert!(!opens(&mut world, &bob, 1, Proof::Recovery([1; 32])).await);
    assert_eq!(
        world.store.write(turn_on(&bob, None)).await,
        Ok(Shown::TooLate)
    );
}
