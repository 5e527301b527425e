//! When to compare with whom, how it went, and servers that have lost their memory.

use symbolon_core::invites::Uses;
use symbolon_core::trust::Rule;
use symbolon_proto::address::Provider;
use symbolon_proto::identity::RemoteId;
use symbolon_proto::problem::Code;
use symbolon_store::connections::Contact;
use symbolon_store::peers::NoteHealth;
use symbolon_store::sync::schedule::{
    ClaimSyncs, FindSync, ListAnswering, ListSyncs, NextSync, NoteFound, NoteLedger, OurLedger,
    PlanAll, RecordSync, STRANGER_MS,
};
use symbolon_store::trust::Decide;

use super::named;
use crate::kit::{Fixture, claims};
use crate::rooms::{at, contact, moment, there};

claims! {
    on_memory:
        a_server_without_memory_is_not_believed_for_three_days,
        syncs_are_planned_claimed_and_hurried_after_an_outage,
        servers_to_ask_are_those_that_answered_last_and_none_that_is_blocked;
    on_postgres:
        a_server_without_memory_is_not_believed_for_three_days,
        syncs_are_planned_claimed_and_hurried_after_an_outage,
        servers_to_ask_are_those_that_answered_last_and_none_that_is_blocked;
}

async fn a_server_without_memory_is_not_believed_for_three_days(fixture: Fixture) {
    let mut world = named(&fixture).await;
    let bob = world.user("bob").await;
    world.invite(&bob, 1, Uses::Anyone).await;
    world.redeem(1, "Carol", 0).await.unwrap();
    let store = world.store.clone();
    let note = async |ledger: &str, seconds: i64| {
        let note = NoteLedger {
            provider: there(),
            ledger: ledger.to_owned(),
            moment: moment(seconds),
        };
        store.write(note).await.unwrap()
    };
    let days = STRANGER_MS / 1_000;
    assert!(note("first", 0).await);
    assert!(note("first", 1).await);
    assert!(!note("second", 2).await);
    assert!(!note("second", 1 + days).await);
    assert!(!note("third", 2 + days).await, "its time begins anew");
    assert!(note("first", 3 + days).await, "it was a mistake");
    assert!(!note("second", 4 + days).await);
    assert!(note("second", 4 + 2 * days).await);
    assert!(!note("first", 5 + 2 * days).await);
    let ours = |new: &str| OurLedger {
        new: new.to_owned(),
    };
    assert_eq!(store.write(ours("one")).await.unwrap(), "one");
    assert_eq!(store.write(ours("two")).await.unwrap(), "one");
}

async fn syncs_are_planned_claimed_and_hurried_after_an_outage(fixture: Fixture) {
    let mut world = named(&fixture).await;
    let bob = world.user("bob").await;
    world.invite(&bob, 1, Uses::Anyone).await;
    world.redeem(1, "Carol", 0).await.unwrap();
    let store = world.store.clone();
    let claim = async |seconds: i64| {
        let claim = ClaimSyncs {
            now: at(seconds),
            again_at: at(seconds + 100),
            new_at: at(500),
            limit: 10,
        };
        store.write(claim).await.unwrap()
    };
    assert!(claim(0).await.is_empty(), "the first one has time");
    assert_eq!(store.read(NextSync).await, Ok(Some(at(500))));
    let plan = PlanAll {
        now: at(10),
        within_ms: 60_000,
    };
    store.write(plan).await.unwrap();
    assert_eq!(claim(10).await, [there()]);
    assert!(claim(11).await.is_empty());
    assert_eq!(claim(110).await, [there()], "nobody came to an end");
    let record = |failure: Option<symbolon_proto::problem::Code>, seconds| RecordSync {
        said: failure.map(|_| "500: no room left".to_owned()),
        provider: there(),
        failure,
        waiting: 2,
        due_at: at(900),
        now: at(seconds),
    };
    let timeout = symbolon_proto::problem::Code::Timeout;
    store.write(record(Some(timeout), 120)).await.unwrap();
    let found = NoteFound {
        provider: there(),
        found: 3,
        changed: 1,
        moment: moment(120),
    };
    store.write(found).await.unwrap();
    let provider = there();
    let sync = store.read(FindSync { provider }).await.unwrap().unwrap();
    assert_eq!(
        (sync.failures, sync.last_code, sync.found, sync.changed),
        (1, Some(timeout), 3, 1)
    );
    assert_eq!(sync.last_said.as_deref(), Some("500: no room left"));

    let health = |failure, seconds| NoteHealth {
        provider: there(),
        failure,
        now: at(seconds),
    };
    store.write(health(None, 130)).await.unwrap();
    assert!(claim(131).await.is_empty(), "it was there all the time");
    store.write(health(Some(timeout), 140)).await.unwrap();
    store.write(health(None, 150)).await.unwrap();
    assert_eq!(claim(150).await, [there()]);
    store.write(record(None, 160)).await.unwrap();
    let all = ListSyncs {
        after: None,
        limit: 10,
    };
    let all = store.read(all).await.unwrap();
    assert_eq!(
        (all.len(), all[0].failures, all[0].synced_at, all[0].waiting),
        (1, 0, Some(at(160)), 2)
    );
}

async fn servers_to_ask_are_those_that_answered_last_and_none_that_is_blocked(fixture: Fixture) {
    let mut world = named(&fixture).await;
    let bob = world.user("bob").await;
    world.invite(&bob, 1, Uses::Anyone).await;
    for (name, answered, failing, blocked) in [
        ("a.example.org", 10, false, false),
        ("b.example.org", 30, false, false),
        ("c.example.org", 40, true, false),
        ("d.example.org", 50, false, true),
        ("e.example.org", 20, false, false),
    ] {
        let provider = Provider::parse(name).unwrap();
        let carol = Contact {
            remote: RemoteId::new("carol", &provider).unwrap(),
            provider: provider.clone(),
            ..contact("Carol")
        };
        let redeem = world.redeeming(1, carol, 0);
        world.store.write(redeem).await.unwrap().unwrap();
        let mut health = vec![NoteHealth {
            provider: provider.clone(),
            failure: None,
            now: at(answered),
        }];
        if failing {
            health.push(NoteHealth {
                provider: provider.clone(),
                failure: Some(Code::Timeout),
                now: at(answered + 1),
            });
        }
        for note in health {
            world.store.write(note).await.unwrap();
        }
        if blocked {
            let decide = Decide {
                provider,
                rule: Rule::Blocked,
                note: None,
                by: None,
                moment: moment(60),
            };
            world.store.write(decide).await.unwrap();
        }
    }
    let asked = async |limit| {
        let found = world.store.read(ListAnswering { limit }).await.unwrap();
        let names = found.iter().map(ToString::to_string);
        names.collect::<Vec<_>>()
    };
    let all = ["b.example.org", "e.example.org", "a.example.org"];
    assert_eq!(asked(10).await, all);
    assert_eq!(asked(2).await, all[..2]);
}
