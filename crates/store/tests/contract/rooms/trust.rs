//! What an administrator decides about other servers.

use symbolon_core::trust::{Mode, Rule};
use symbolon_proto::address::Provider;
use symbolon_store::events::{EventsAfter, Kind};
use symbolon_store::sync::digests::SetOurName;
use symbolon_store::trust::{
    Decide, DecideNew, Decided, FindRuling, Forget, LetsInAny, ListRulings, New, Ruling,
};

use super::{World, at, directories, here, moment, there};
use crate::kit::{Fixture, claims};

claims! {
    on_memory:
        a_decision_is_kept_with_who_and_when_until_it_is_taken_back,
        an_import_leaves_what_was_decided_at_the_same_moment,
        nothing_is_decided_about_the_server_that_the_database_belongs_to,
        a_block_stops_what_is_on_its_way,
        it_is_known_whether_any_other_server_is_let_in;
    on_disk: a_decision_is_kept_with_who_and_when_until_it_is_taken_back;
    on_postgres:
        a_decision_is_kept_with_who_and_when_until_it_is_taken_back,
        an_import_leaves_what_was_decided_at_the_same_moment,
        nothing_is_decided_about_the_server_that_the_database_belongs_to,
        a_block_stops_what_is_on_its_way,
        it_is_known_whether_any_other_server_is_let_in;
}

fn decide(provider: Provider, rule: Rule, secs: i64) -> Decide {
    Decide {
        provider,
        rule,
        note: Some("our partner".to_owned()),
        by: Some("root".to_owned()),
        moment: moment(secs),
    }
}

async fn a_decision_is_kept_with_who_and_when_until_it_is_taken_back(fixture: Fixture) {
    let world = World::new(&fixture).await;
    let find = || FindRuling { provider: there() };
    assert_eq!(world.store.read(find()).await, Ok(None));
    let first = world.store.write(decide(there(), Rule::Trusted, 1)).await;
    let nothing = Decided {
        before: None,
        stopped: 0,
    };
    assert_eq!(first, Ok(Some(nothing.clone())));
    let ruling = Ruling {
        provider: there(),
        rule: Rule::Trusted,
        note: Some("our partner".to_owned()),
        by: Some("root".to_owned()),
        at: at(1),
    };
    assert_eq!(world.store.read(find()).await, Ok(Some(ruling)));
    let second = world.store.write(decide(there(), Rule::Blocked, 2)).await;
    let before = Some(Rule::Trusted);
    assert_eq!(second, Ok(Some(Decided { before, ..nothing })));
    world
        .store
        .write(decide(here(), Rule::Trusted, 3))
        .await
        .unwrap();
    let list = |after: &str| ListRulings {
        after: after.to_owned(),
        limit: 1,
    };
    let page = world.store.read(list("")).await.unwrap();
    assert_eq!((page.len(), &page[0].provider), (1, &here()));
    let page = world.store.read(list(here().as_str())).await.unwrap();
    assert_eq!((page.len(), page[0].rule), (1, Rule::Blocked));
    let forget = || Forget {
        provider: there(),
        by: None,
        moment: moment(4),
    };
    let forgotten = world.store.write(forget()).await.unwrap();
    assert_eq!(forgotten.unwrap().rule, Rule::Blocked);
    assert_eq!(world.store.write(forget()).await, Ok(None));
    assert_eq!(world.store.read(find()).await, Ok(None));
}

async fn an_import_leaves_what_was_decided_at_the_same_moment(fixture: Fixture) {
    let world = World::new(&fixture).await;
    let import = || DecideNew(decide(there(), Rule::Trusted, 2));
    let block = decide(there(), Rule::Blocked, 1);
    let (blocked, imported) = tokio::join!(world.store.write(block), world.store.write(import()));
    assert!(blocked.is_ok());
    // Whichever came first: the block stands.
    assert!(
        matches!(imported, Ok(New::Decided | New::Stands(Rule::Blocked))),
        "{imported:?}"
    );
    let find = FindRuling { provider: there() };
    let stands = world.store.read(find).await.unwrap().unwrap();
    assert_eq!(stands.rule, Rule::Blocked);
    let again = world.store.write(import()).await;
    assert_eq!(again, Ok(New::Stands(Rule::Blocked)));
    let elsewhere = DecideNew(decide(here(), Rule::Trusted, 3));
    assert_eq!(world.store.write(elsewhere).await, Ok(New::Decided));
}

async fn nothing_is_decided_about_the_server_that_the_database_belongs_to(fixture: Fixture) {
    let world = World::new(&fixture).await;
    // What was decided before the database knew its name can still be taken back.
    let before = world.store.write(decide(here(), Rule::Blocked, 1)).await;
    assert!(before.unwrap().is_some());
    let name = SetOurName { here: here() };
    world.store.write(name).await.unwrap();
    for rule in [Rule::Trusted, Rule::Blocked] {
        assert_eq!(world.store.write(decide(here(), rule, 2)).await, Ok(None));
        let elsewhere = world.store.write(decide(there(), rule, 2)).await;
        assert!(elsewhere.unwrap().is_some());
    }
    let forget = Forget {
        provider: here(),
        by: None,
        moment: moment(3),
    };
    let forgotten = world.store.write(forget).await.unwrap();
    assert_eq!(forgotten.unwrap().rule, Rule::Blocked);
    let import = DecideNew(decide(here(), Rule::Trusted, 4));
    assert_eq!(world.store.write(import).await, Ok(New::Ourselves));
    let find = FindRuling { provider: here() };
    assert_eq!(world.store.read(find).await, Ok(None));
}

async fn a_block_stops_what_is_on_its_way(fixture: Fixture) {
    let mut world = World::new(&fixture).await;
    let (bob, carol) = (world.user("bob").await, world.user("carol").await);
    for user in [&bob, &carol] {
        let accepting = world.accepting(user, there(), 1);
        world.store.write(accepting).await.unwrap();
    }
    let elsewhere = world.accepting(&bob, here(), 1);
    world.store.write(elsewhere).await.unwrap();
    let blocked = world.store.write(decide(there(), Rule::Blocked, 2)).await;
    assert_eq!(blocked.unwrap().unwrap().stopped, 2);
    let again = world.store.write(decide(there(), Rule::Blocked, 3)).await;
    assert_eq!(again.unwrap().unwrap().stopped, 0);
    let after = EventsAfter {
        user: bob,
        after: 0,
        limit: 50,
    };
    let events = world.store.read(after).await.unwrap();
    let settled = Kind::AcceptanceSettled.as_str();
    let ended = events.iter().filter(|event| event.kind == settled);
    assert_eq!(
        ended.count(),
        1,
        "the one that goes elsewhere is left alone"
    );
}

async fn it_is_known_whether_any_other_server_is_let_in(fixture: Fixture) {
    let world = World::new(&fixture).await;
    let lets_in = async || {
        let mut answers = Vec::new();
        for mode in [Mode::Open, Mode::Directory, Mode::Allowlist] {
            let ours = here();
            answers.push(world.store.read(LetsInAny { mode, ours }).await.unwrap());
        }
        answers
    };
    assert_eq!(lets_in().await, [true, false, false]);
    let rule = async |rule, secs| {
        let decided = world.store.write(decide(there(), rule, secs)).await;
        decided.unwrap().unwrap();
    };
    rule(Rule::Trusted, 1).await;
    assert_eq!(lets_in().await, [true, true, true]);
    rule(Rule::Blocked, 2).await;
    assert_eq!(lets_in().await, [true, false, false]);
    assert!(directories::add(&world, directories::URL, 2).await);
    let (ours, theirs) = (here(), there());
    let ours = (ours.as_str(), "Cat University");
    let theirs = (theirs.as_str(), "Dog Institute");
    directories::record(&world, "keys", Ok(&[ours]), 2).await;
    assert_eq!(lets_in().await, [true, false, false], "itself alone");
    directories::record(&world, "keys", Ok(&[ours, theirs]), 2).await;
    assert_eq!(lets_in().await, [true, false, false], "it is blocked");
    let forget = Forget {
        provider: there(),
        by: None,
        moment: moment(3),
    };
    world.store.write(forget).await.unwrap();
    assert_eq!(lets_in().await, [true, true, false]);
}
