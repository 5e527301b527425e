//! Acceptances, and the deliveries that carry them.

use symbolon_core::acceptances::{Answer, Outcome};
use symbolon_core::connections::Generation;
use symbolon_core::invites::Uses;
use symbolon_core::trust::Mode;
use symbolon_proto::problem::Code;
use symbolon_store::accept::{AcceptHere, BeginAcceptance, Begun};
use symbolon_store::acceptances::{FindAcceptance, Heard, HurryAcceptance, ListAcceptances, State};
use symbolon_store::attempts::Stage;
use symbolon_store::connections::Told;
use symbolon_store::outbox::{Delivery, NextDue, PruneDeliveries};
use symbolon_store::removal::Disconnect;
use symbolon_store::settle::{LoadAcceptance, RecordAnswer};
use symbolon_store::users::FindUser;

use super::{World, at, attempt, contact, here, moment, there};
use crate::kit::{Fixture, claims};

claims! {
    on_memory:
        an_acceptance_is_kept_until_its_answer_is_known,
        an_attempt_that_nothing_is_known_of_may_have_arrived,
        the_last_click_says_whether_the_email_is_kept,
        two_people_of_one_server_connect_in_one_step;
    on_disk:
        an_acceptance_is_kept_until_its_answer_is_known,
        an_attempt_that_nothing_is_known_of_may_have_arrived,
        the_last_click_says_whether_the_email_is_kept,
        two_people_of_one_server_connect_in_one_step;
    on_postgres:
        an_acceptance_is_kept_until_its_answer_is_known,
        an_attempt_that_nothing_is_known_of_may_have_arrived,
        the_last_click_says_whether_the_email_is_kept,
        two_people_of_one_server_connect_in_one_step;
}

async fn the_last_click_says_whether_the_email_is_kept(fixture: Fixture) {
    let mut world = World::new(&fixture).await;
    let bob = world.user("bob").await;
    let store = world.store.clone();
    for (at, keeps_email) in [(1, true), (2, false), (3, true)] {
        let accept = BeginAcceptance {
            keeps_email,
            ..world.accepting(&bob, there(), at)
        };
        let Begun::Pending(pending) = store.write(accept).await.unwrap() else {
            panic!("nobody was connected before");
        };
        let load = LoadAcceptance {
            id: pending.id,
            mode: Mode::Open,
        };
        let to_send = store.read(load).await.unwrap().unwrap();
        assert_eq!(to_send.acceptance.keeps_email, keeps_email);
    }
}

async fn an_acceptance_is_kept_until_its_answer_is_known(fixture: Fixture) {
    let mut world = World::new(&fixture).await;
    let bob = world.user("bob").await;
    let store = world.store.clone();
    let accept = world.accepting(&bob, there(), 1);
    let Begun::Pending(pending) = store.write(accept).await.unwrap() else {
        panic!("nobody was connected before");
    };
    let second_click = world.accepting(&bob, there(), 2);
    let Begun::Pending(joined) = store.write(second_click).await.unwrap() else {
        panic!("still not");
    };
    assert_eq!(joined.id, pending.id);
    assert_eq!(store.read(NextDue).await, Ok(Some(at(1))));

    let claimed = world.claim(2, "first").await;
    assert_eq!(claimed.len(), 1);
    assert!(world.claim(2, "too early").await.is_empty(), "it is leased");
    let to_send = store
        .read(LoadAcceptance {
            id: pending.id.clone(),
            mode: Mode::Open,
        })
        .await
        .unwrap()
        .unwrap();
    assert!(to_send.acceptance.sent);
    let answered = |delivery: &Delivery, lease: &str, answer, world: &mut World| RecordAnswer {
        delivery: delivery.id.clone(),
        lease: lease.to_owned(),
        attempts: delivery.attempts,
        accounted: false,
        attempt: attempt(2),
        gives_up_at: delivery.gives_up_at,
        acceptance: pending.id.clone(),
        mode: Mode::Open,
        answer,
        inviter: None,
        detail: Some("in their words".to_owned()),
        retry_after: None,
        connection: world.id(),
        undo: world.id(),
        jitter: 0,
        moment: moment(3),
    };
    let failed = answered(
        &claimed[0],
        "first",
        Answer::Unsettled(Code::Timeout),
        &mut world,
    );
    assert_eq!(store.write(failed).await, Ok(true));
    let waiting = FindAcceptance {
        user: bob.clone(),
        id: pending.id.clone(),
    };
    let waiting = store.read(waiting).await.unwrap().unwrap();
    assert_eq!(waiting.waits_for, Some(Code::Timeout));
    let heard = Heard {
        stage: Stage::Answer,
        status: Some(503),
        reference: Some("web1/k3J-000042".to_owned()),
        clocks_differ_secs: Some(412),
    };
    assert_eq!(waiting.heard, Some(heard));
    assert!(waiting.next_try_at > Some(at(3)));
    assert!(!claimed[0].may_have_arrived, "it was the first");

    let hurry = HurryAcceptance {
        user: bob.clone(),
        id: pending.id.clone(),
        moment: moment(3),
    };
    assert!(store.write(hurry).await.unwrap().is_some());
    let claimed = world.claim(3, "second").await;
    assert!(claimed[0].may_have_arrived, "nobody knows of the first");
    let yes = || Answer::Yes {
        contact: contact("Carol"),
        generation: Some(Generation(1)),
    };
    let late = answered(&claimed[0], "first", yes(), &mut world);
    assert_eq!(
        store.write(late).await,
        Ok(false),
        "the lease is not its own"
    );
    let answer = answered(&claimed[0], "second", yes(), &mut world);
    assert_eq!(store.write(answer).await, Ok(true));
    let pending_only = |pending_only| ListAcceptances {
        user: bob.clone(),
        pending_only,
        limit: 10,
    };
    assert_eq!(store.read(pending_only(true)).await.unwrap().len(), 0);
    let settled = store.read(pending_only(false)).await.unwrap().remove(0);
    assert!(settled.state == State::Settled(Outcome::Connected));
    assert_eq!(settled.heard, None, "what connected needs no explanation");
    assert_eq!(world.connected(&bob).await.len(), 1);
    let later = world.accepting(&bob, there(), 9);
    assert!(matches!(
        store.write(later).await,
        Ok(Begun::AlreadyConnected(_))
    ));
    assert_eq!(store.read(NextDue).await, Ok(None));
    assert_eq!(
        store.write(PruneDeliveries { before: at(100) }).await,
        Ok(1)
    );
}

async fn two_people_of_one_server_connect_in_one_step(fixture: Fixture) {
    let mut world = World::new(&fixture).await;
    let bob = world.user("bob").await;
    let carol = world.user("carol").await;
    world.invite(&bob, 1, Uses::People(1)).await;
    let store = world.store.clone();
    let person = store
        .read(FindUser { id: carol.clone() })
        .await
        .unwrap()
        .unwrap();
    let accept = AcceptHere {
        begin: world.accepting(&carol, here(), 2),
        redeem: world.redeeming(1, person.contact(&here()), 0),
        connection: world.id(),
    };
    let (settled, mine) = store.write(accept).await.unwrap().unwrap().ok().unwrap();
    assert!(settled.is_some());
    assert_eq!(world.connected(&bob).await.len(), 1);
    assert_eq!(world.connected(&carol).await.len(), 1);
    let disconnect = Disconnect {
        user: None,
        connection: mine.id,
        delivery: world.id(),
        here: here(),
        moment: moment(3),
    };
    let ended = store.write(disconnect).await.unwrap().unwrap();
    assert_eq!(ended.told, Some(Told::Confirmed));
    assert!(world.connected(&bob).await.is_empty());
    assert!(world.connected(&carol).await.is_empty());
    assert_eq!(store.read(NextDue).await, Ok(None));
}

async fn an_attempt_that_nothing_is_known_of_may_have_arrived(fixture: Fixture) {
    let mut world = World::new(&fixture).await;
    let bob = world.user("bob").await;
    let store = world.store.clone();
    let accept = world.accepting(&bob, there(), 1);
    let Begun::Pending(pending) = store.write(accept).await.unwrap() else {
        panic!("nobody was connected before");
    };
    for at in 2..5 {
        let claimed = world.claim(100 * at, "lease").await.remove(0);
        assert!(!claimed.may_have_arrived, "it is known what became of all");
        let refused = RecordAnswer {
            delivery: claimed.id,
            lease: "lease".to_owned(),
            attempts: claimed.attempts,
            accounted: true,
            attempt: attempt(100 * at),
            gives_up_at: claimed.gives_up_at,
            acceptance: pending.id.clone(),
            mode: Mode::Open,
            answer: Answer::Unsettled(Code::ConnectionRefused),
            inviter: None,
            detail: None,
            retry_after: None,
            connection: world.id(),
            undo: world.id(),
            jitter: 0,
            moment: moment(100 * at),
        };
        assert_eq!(store.write(refused).await, Ok(true));
    }
    let claimed = world.claim(499, "of a process that dies").await;
    assert!(!claimed[0].may_have_arrived);
    let claimed = world.claim(9_000, "later").await;
    assert!(claimed[0].may_have_arrived, "nothing was said of the last");
}
