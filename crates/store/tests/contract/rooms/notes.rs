//! What administrators note about other servers.

use symbolon_core::Timestamp;
use symbolon_core::acceptances::Answer;
use symbolon_core::quirks::Way;
use symbolon_core::trust::Mode;
use symbolon_proto::address::Provider;
use symbolon_proto::discovery::Dialect;
use symbolon_proto::problem::Code;
use symbolon_store::audit::{Filter, ListEvents, Page};
use symbolon_store::events::Event;
use symbolon_store::notes::{
    Aspect, ChangeNote, Changed, Content, FindNotes, ListNotes, Noted, Notes, SERVERS_MAX,
};
use symbolon_store::peers::{FindPeer, NoteSigns, PrunePeers, SaveDiscovery, SaveKeys};
use symbolon_store::servers::ListServers;
use symbolon_store::settle::RecordAnswer;
use symbolon_store::sync::digests::SetOurName;
use symbolon_store::{Error, Operation, Statement, Tx};

use super::{World, at, attempt, here, moment, there};
use crate::kit::{Fixture, claims};

claims! {
    on_memory:
        each_note_is_kept_with_who_and_when_until_it_is_taken_back,
        every_change_is_in_the_trail_with_what_was_before_and_says_if_it_is_weaker,
        what_a_server_said_is_forgotten_when_it_is_recognised_by_something_else,
        nothing_is_noted_about_the_server_that_the_database_belongs_to,
        servers_with_notes_are_listed_and_never_forgotten,
        a_note_makes_due_what_waits_for_the_server,
        no_more_servers_have_notes_than_there_may;
    on_disk: each_note_is_kept_with_who_and_when_until_it_is_taken_back;
    on_postgres:
        each_note_is_kept_with_who_and_when_until_it_is_taken_back,
        every_change_is_in_the_trail_with_what_was_before_and_says_if_it_is_weaker,
        what_a_server_said_is_forgotten_when_it_is_recognised_by_something_else,
        nothing_is_noted_about_the_server_that_the_database_belongs_to,
        servers_with_notes_are_listed_and_never_forgotten,
        a_note_makes_due_what_waits_for_the_server,
        no_more_servers_have_notes_than_there_may;
}

fn change(provider: Provider, aspect: Aspect, value: Option<&str>, secs: i64) -> ChangeNote {
    ChangeNote {
        provider,
        aspect,
        content: value.map(|value| Content {
            value: value.to_owned(),
            summary: format!("about {value}"),
        }),
        by: Some("root".to_owned()),
        moment: moment(secs),
    }
}

fn noted(aspect: Aspect, value: &str, secs: i64) -> Noted {
    Noted {
        aspect,
        value: value.to_owned(),
        summary: format!("about {value}"),
        by: Some("root".to_owned()),
        at: at(secs),
    }
}

fn done(before: Option<Noted>) -> Result<Changed, Error> {
    Ok(Changed::Done {
        before,
        weaker: false,
    })
}

async fn of(world: &World, provider: Provider) -> Notes {
    world.store.read(FindNotes { provider }).await.unwrap()
}

async fn trail(world: &World) -> Vec<Event> {
    let list = ListEvents {
        filter: Filter::default(),
        page: Page::After(0),
        limit: 1_000,
    };
    world.store.read(list).await.unwrap()
}

async fn each_note_is_kept_with_who_and_when_until_it_is_taken_back(fixture: Fixture) {
    let world = World::new(&fixture).await;
    let write = async |aspect, value, secs| {
        let change = change(there(), aspect, value, secs);
        world.store.write(change).await
    };
    assert_eq!(of(&world, there()).await, Notes::default());
    assert_eq!(write(Aspect::Note, None, 1).await, Ok(Changed::Nothing));
    assert_eq!(write(Aspect::Note, Some("ask Ann"), 1).await, done(None));
    assert_eq!(write(Aspect::Ca, Some("an issuer"), 2).await, done(None));
    assert_eq!(write(Aspect::Pin, Some("a key"), 3).await, done(None));
    let first = noted(Aspect::Pin, "a key", 3);
    let again = write(Aspect::Pin, Some("another key"), 4).await;
    assert_eq!(again, done(Some(first)));
    let all = Notes(vec![
        noted(Aspect::Ca, "an issuer", 2),
        noted(Aspect::Pin, "another key", 4),
        noted(Aspect::Note, "ask Ann", 1),
    ]);
    assert_eq!(of(&world, there()).await, all);
    assert_eq!(of(&world, here()).await, Notes::default());
    let pin = noted(Aspect::Pin, "another key", 4);
    assert_eq!(write(Aspect::Pin, None, 5).await, done(Some(pin)));
    let left = of(&world, there()).await;
    assert_eq!(left.of(Aspect::Pin), None);
    assert_eq!(left.0.len(), 2);
}

async fn every_change_is_in_the_trail_with_what_was_before_and_says_if_it_is_weaker(
    fixture: Fixture,
) {
    let world = World::new(&fixture).await;
    let signs = NoteSigns {
        provider: there(),
        dialect: Dialect::Rfc9421,
        moment: moment(1),
    };
    world.store.write(signs).await.unwrap();
    for (aspect, value, secs) in [
        (Aspect::Ca, Some("an issuer"), 2),
        (Aspect::Sign, Some("cavage"), 3),
        (Aspect::Take, Some("rfc9421"), 4),
        (Aspect::Sign, None, 5),
        (Aspect::Note, Some("ask Ann"), 6),
        (Aspect::Pin, Some("a key"), 7),
    ] {
        let changed = world
            .store
            .write(change(there(), aspect, value, secs))
            .await
            .unwrap();
        let weaker = matches!(changed, Changed::Done { weaker: true, .. });
        assert_eq!(weaker, value == Some("cavage"), "{aspect:?}");
        let taken = of(&world, there()).await.way(Aspect::Sign);
        let expected = (value == Some("cavage") || secs == 4).then_some(Way::Cavage);
        assert_eq!(taken, Ok(expected));
    }
    let events = trail(&world).await;
    let told: Vec<_> = events[1..]
        .iter()
        .map(|event| {
            let data = &event.data;
            assert_eq!(event.peer.as_deref(), Some(there().as_str()));
            assert_eq!(data["by"], "root");
            let text = |name: &str| data[name].as_str().unwrap_or("").to_owned();
            format!(
                "{} {}: {} > {} {}",
                event.kind,
                text("aspect"),
                text("before"),
                text("now"),
                data["weaker"]
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            "peer.ca_changed ca:  > about an issuer false",
            "peer.quirk_changed sign:  > about cavage true",
            "peer.quirk_changed take:  > about rfc9421 false",
            "peer.quirk_changed sign: about cavage >  false",
            "peer.note_changed note:  > about ask Ann false",
            "peer.pin_changed pin:  > about a key false",
        ]
    );
}

async fn what_a_server_said_is_forgotten_when_it_is_recognised_by_something_else(fixture: Fixture) {
    let world = World::new(&fixture).await;
    let says = async |secs| {
        let document = SaveDiscovery {
            provider: there(),
            document: "{}".to_owned(),
            offers: Some(Dialect::Rfc9421),
            weaker: None,
            now: at(secs),
        };
        world.store.write(document).await.unwrap();
        let keys = SaveKeys {
            provider: there(),
            jwks: "[]".to_owned(),
            now: at(secs),
        };
        world.store.write(keys).await.unwrap();
    };
    let known = async || {
        let find = FindPeer { provider: there() };
        let peer = world.store.read(find).await.unwrap().unwrap();
        let documents = (peer.discovery.is_some(), peer.jwks.is_some());
        assert_eq!(documents.0, documents.1);
        (documents.0, peer.recognised_since)
    };
    says(1).await;
    for (aspect, value, secs, forgets) in [
        (Aspect::Note, Some("ask Ann"), 2, false),
        (Aspect::Sign, Some("cavage"), 3, false),
        (Aspect::Ca, Some("an issuer"), 4, true),
        (Aspect::Pin, Some("a key"), 5, true),
        (Aspect::Pin, None, 6, true),
        (Aspect::Ca, None, 7, true),
    ] {
        let before = known().await;
        assert!(before.0);
        let change = change(there(), aspect, value, secs);
        let changed = world.store.write(change).await.unwrap();
        assert!(matches!(changed, Changed::Done { .. }), "{changed:?}");
        let expected = if forgets {
            (false, Some(at(secs)))
        } else {
            before
        };
        assert_eq!(known().await, expected, "{aspect:?} {value:?}");
        says(secs).await;
    }
}

async fn nothing_is_noted_about_the_server_that_the_database_belongs_to(fixture: Fixture) {
    let world = World::new(&fixture).await;
    // What was noted before the database knew its name can still be taken back.
    let before = change(here(), Aspect::Note, Some("ours"), 1);
    world.store.write(before).await.unwrap();
    let name = SetOurName { here: here() };
    world.store.write(name).await.unwrap();
    for aspect in Aspect::ALL {
        let change = change(here(), aspect, Some("rfc9421"), 2);
        assert_eq!(world.store.write(change).await, Ok(Changed::Ourselves));
    }
    let back = change(here(), Aspect::Note, None, 3);
    let ours = noted(Aspect::Note, "ours", 1);
    assert_eq!(world.store.write(back).await, done(Some(ours)));
}

async fn servers_with_notes_are_listed_and_never_forgotten(fixture: Fixture) {
    let world = World::new(&fixture).await;
    for provider in [here(), there()] {
        let signs = NoteSigns {
            provider,
            dialect: Dialect::Rfc9421,
            moment: moment(1),
        };
        world.store.write(signs).await.unwrap();
    }
    let note = change(there(), Aspect::Note, Some("ask Ann"), 2);
    world.store.write(note).await.unwrap();
    let prune = PrunePeers { keep: 0, limit: 10 };
    assert_eq!(world.store.write(prune).await, Ok(1));
    let find = |provider| FindPeer { provider };
    assert_eq!(world.store.read(find(here())).await, Ok(None));
    assert!(world.store.read(find(there())).await.unwrap().is_some());
    let unknown = Provider::parse("owl.example.org").unwrap();
    for aspect in [Aspect::Note, Aspect::Ca] {
        let note = change(unknown.clone(), aspect, Some("x"), 3);
        world.store.write(note).await.unwrap();
    }
    let list = ListServers {
        begins: String::new(),
        after: String::new(),
        limit: 10,
    };
    let servers = world.store.read(list).await.unwrap();
    let names: Vec<_> = servers.iter().map(|one| one.provider.clone()).collect();
    assert_eq!(names, [there(), unknown.clone()]);
    let list = |after: &str, limit| ListNotes {
        after: after.to_owned(),
        limit,
    };
    let first = world.store.read(list("", 1)).await.unwrap();
    assert_eq!((first.len(), &first[0].0), (1, &there()));
    let rest = world.store.read(list(there().as_str(), 5)).await.unwrap();
    assert_eq!((rest.len(), &rest[0].0), (1, &unknown));
    let aspects: Vec<_> = rest[0].1.0.iter().map(|noted| noted.aspect).collect();
    assert_eq!(aspects, [Aspect::Ca, Aspect::Note]);
}

async fn a_note_makes_due_what_waits_for_the_server(fixture: Fixture) {
    let mut world = World::new(&fixture).await;
    let bob = world.user("bob").await;
    let accepting = world.accepting(&bob, there(), 1);
    let acceptance = accepting.id.clone();
    world.store.write(accepting).await.unwrap();
    let claimed = world.claim(2, "lease").await;
    let (connection, undo) = (world.id(), world.id());
    let unsettled = RecordAnswer {
        delivery: claimed[0].id.clone(),
        lease: "lease".to_owned(),
        attempts: claimed[0].attempts,
        accounted: false,
        attempt: attempt(2),
        gives_up_at: claimed[0].gives_up_at,
        acceptance,
        mode: Mode::Open,
        answer: Answer::Unsettled(Code::TlsUnknownIssuer),
        inviter: None,
        detail: None,
        retry_after: Some(at(60)),
        connection,
        undo,
        jitter: 0,
        moment: moment(2),
    };
    assert_eq!(world.store.write(unsettled).await, Ok(true));
    assert_eq!(world.claim(3, "none").await.len(), 0);
    for (aspect, due) in [(Aspect::Note, 0), (Aspect::Ca, 1)] {
        let note = change(there(), aspect, Some("x"), 3);
        world.store.write(note).await.unwrap();
        assert_eq!(world.claim(3, "again").await.len(), due, "{aspect:?}");
    }
}

static FILL: Statement = Statement::new(
    "tests.fill_notes",
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
     INSERT INTO peer_notes (provider, aspect, value, summary, set_at)
     SELECT 's' || i || '.example.org', 'note', 'x', 'x', 0 FROM n",
);

struct Fill;

impl Operation for Fill {
    type Output = u64;
    const NAME: &'static str = "fill_notes";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<u64, Error> {
        tx.execute(&FILL, &[]).await
    }
}

async fn no_more_servers_have_notes_than_there_may(fixture: Fixture) {
    let world = World::new(&fixture).await;
    assert_eq!(world.store.write(Fill).await, Ok(SERVERS_MAX));
    let one_more = change(there(), Aspect::Note, Some("x"), 1);
    assert_eq!(world.store.write(one_more).await, Ok(Changed::TooMany));
    assert_eq!(of(&world, there()).await, Notes::default());
    // Those that have some can have others.
    let known = Provider::parse("s7.example.org").unwrap();
    let before = Noted {
        by: None,
        summary: "x".to_owned(),
        ..noted(Aspect::Note, "x", 0)
    };
    let before = Noted {
        at: Timestamp::from_millis(0),
        ..before
    };
    let other = change(known.clone(), Aspect::Note, Some("y"), 1);
    assert_eq!(world.store.write(other).await, done(Some(before)));
    let more = change(known, Aspect::Ca, Some("y"), 1);
    assert_eq!(world.store.write(more).await, done(None));
}
