//! Directories of servers, and their last good copies.

use symbolon_core::trust::{Decision, Mode};
use symbolon_proto::address::Provider;
use symbolon_store::audit::{Filter, ListEvents, Page};
use symbolon_store::directories::{
    AddDirectory, ClaimDirectory, Copy, DIRECTORIES_MAX, ListDirectories, ListedBy,
    RecordDirectory, RemoveDirectory, SearchServers,
};
use symbolon_store::trust::Judge;

use super::{World, at, here, moment, there};
use crate::kit::{Fixture, claims};

claims! {
    on_memory: a_good_copy_counts_until_there_is_a_better_one, servers_are_found_by_parts_of_their_names_and_never_the_own_one, directories_are_bounded;
    on_postgres: a_good_copy_counts_until_there_is_a_better_one, servers_are_found_by_parts_of_their_names_and_never_the_own_one, directories_are_bounded;
}

pub(super) const URL: &str = "https://mesh.example.org/servers";

pub(super) async fn add(world: &World, url: &str, secs: i64) -> bool {
    let add = AddDirectory {
        url: url.to_owned(),
        keys: "keys".to_owned(),
        by: Some("root".to_owned()),
        moment: moment(secs),
    };
    world.store.write(add).await.unwrap()
}

pub(super) async fn record(
    world: &World,
    keys: &str,
    came: Result<&[(&str, &str)], &str>,
    secs: i64,
) {
    let copy = |servers: &[(&str, &str)]| Copy {
        federation: "The Mesh".to_owned(),
        servers: servers
            .iter()
            .map(|(provider, name)| (Provider::parse(provider).unwrap(), (*name).to_owned()))
            .collect(),
        left_out: 1,
    };
    let record = RecordDirectory {
        url: URL.to_owned(),
        keys: keys.to_owned(),
        came: came.map(copy).map_err(str::to_owned),
        next_at: at(secs + 100),
        moment: moment(secs),
    };
    world.store.write(record).await.unwrap();
}

async fn judged(world: &World) -> Decision {
    let judge = Judge {
        provider: there(),
        mode: Mode::Directory,
    };
    world.store.read(judge).await.unwrap()
}

async fn a_good_copy_counts_until_there_is_a_better_one(fixture: Fixture) {
    let world = World::new(&fixture).await;
    assert!(add(&world, URL, 1).await);
    assert_eq!(judged(&world).await, Decision::NotListed);
    let claim = |now| ClaimDirectory {
        now: at(now),
        until: at(now + 60),
    };
    let claimed = world.store.write(claim(1)).await.unwrap();
    assert_eq!(claimed, Some((URL.to_owned(), "keys".to_owned())));
    assert_eq!(
        world.store.write(claim(2)).await,
        Ok(None),
        "somebody has it"
    );

    let dog = [("dog.example.org", "Dog Institute")];
    record(&world, "keys", Ok(&dog), 10).await;
    assert_eq!(judged(&world).await, Decision::Listed);
    // What was verified with other keys than those that count now changes nothing.
    record(&world, "other keys", Ok(&[]), 11).await;
    assert_eq!(judged(&world).await, Decision::Listed);
    for secs in [20, 30] {
        record(
            &world,
            "keys",
            Err("its signature was made by nobody"),
            secs,
        )
        .await;
        assert_eq!(judged(&world).await, Decision::Listed);
    }
    let known = world.store.read(ListDirectories).await.unwrap().remove(0);
    assert_eq!(
        (known.servers, known.left_out, known.fetched_at),
        (1, 1, Some(at(10)))
    );
    assert_eq!(
        known.fault.as_deref(),
        Some("its signature was made by nobody")
    );
    assert_eq!(known.next_at, at(130));

    record(&world, "keys", Ok(&[("emu.example.org", "Emu")]), 40).await;
    record(&world, "keys", Ok(&[("emu.example.org", "Emu")]), 50).await;
    assert_eq!(judged(&world).await, Decision::NotListed);
    let listed = |provider| ListedBy { provider };
    let emu = Provider::parse("emu.example.org").unwrap();
    assert_eq!(
        world.store.read(listed(emu)).await,
        Ok(Some("The Mesh".to_owned()))
    );
    // Other keys: what the old ones signed counts no more.
    let again = AddDirectory {
        url: URL.to_owned(),
        keys: "other keys".to_owned(),
        by: None,
        moment: moment(55),
    };
    assert_eq!(world.store.write(again).await, Ok(true));
    let emu = Provider::parse("emu.example.org").unwrap();
    assert_eq!(world.store.read(listed(emu)).await, Ok(None));
    let known = world.store.read(ListDirectories).await.unwrap().remove(0);
    assert_eq!((known.servers, known.fetched_at), (0, None));
    let remove = || RemoveDirectory {
        url: URL.to_owned(),
        by: None,
        moment: moment(60),
    };
    assert_eq!(world.store.write(remove()).await, Ok(true));
    assert_eq!(world.store.write(remove()).await, Ok(false));
    // The trail has what changed, once.
    let list = ListEvents {
        filter: Filter::default(),
        page: Page::After(0),
        limit: 100,
    };
    let events = world.store.read(list).await.unwrap();
    let kinds: Vec<&str> = events.iter().map(|event| event.kind.as_str()).collect();
    assert_eq!(
        kinds,
        [
            "directory.added",
            "directory.changed",
            "directory.failed",
            "directory.changed",
            "directory.added",
            "directory.removed"
        ]
    );
}

async fn servers_are_found_by_parts_of_their_names_and_never_the_own_one(fixture: Fixture) {
    let world = World::new(&fixture).await;
    add(&world, URL, 1).await;
    let servers = [
        ("cat.example.org", "Cat University"),
        ("dog.example.org:8443", "Dog University"),
        ("emu.example.org", "100% Emu_"),
    ];
    record(&world, "keys", Ok(&servers), 10).await;
    let found = async |words: &str| {
        let search = SearchServers {
            words: words.to_owned(),
            except: here(),
            limit: 10,
        };
        let found = world.store.read(search).await.unwrap();
        let names = found.into_iter().map(|one| one.provider.to_string());
        names.collect::<Vec<_>>()
    };
    assert_eq!(found("").await, ["emu.example.org", "dog.example.org:8443"]);
    assert_eq!(found(" UNIVERSITY ").await, ["dog.example.org:8443"]);
    assert_eq!(found("g.example").await, ["dog.example.org:8443"]);
    assert_eq!(found("0% emu_").await, ["emu.example.org"]);
    assert!(found("%dog").await.is_empty());
}

async fn directories_are_bounded(fixture: Fixture) {
    let world = World::new(&fixture).await;
    for number in 0..DIRECTORIES_MAX {
        assert!(add(&world, &format!("{URL}/{number}"), 1).await);
    }
    assert!(!add(&world, URL, 2).await);
    assert!(
        add(&world, &format!("{URL}/0"), 3).await,
        "new keys for one that is followed"
    );
}
