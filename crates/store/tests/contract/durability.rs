//! What the database says of itself, and what a look through its file finds.

use std::io::{Seek, SeekFrom, Write};
use std::time::Duration;

use symbolon_store::durability::{Durability, Integrity, LoadDurability, examine};
use symbolon_store::{Database, Error};

use crate::kit::{Fixture, Put, claims};

claims! {
    on_disk:
        sqlite_says_that_what_it_confirms_is_on_disk,
        damage_is_found_beside_whoever_uses_the_file,
        a_look_through_a_file_ends_when_its_time_is_up;
    on_postgres: postgresql_says_how_it_keeps_what_it_confirms;
}

const LONG: Duration = Duration::from_secs(60);

async fn sqlite_says_that_what_it_confirms_is_on_disk(fixture: Fixture) {
    let said = fixture.open().await.read(LoadDurability).await.unwrap();
    let Durability::Sqlite {
        version,
        journal,
        synchronous,
    } = said
    else {
        panic!("{said:?}")
    };
    assert!(version.starts_with("3."), "{version}");
    assert_eq!((journal.as_str(), synchronous.as_str()), ("wal", "2"));
}

async fn postgresql_says_how_it_keeps_what_it_confirms(fixture: Fixture) {
    let said = fixture.open().await.read(LoadDurability).await.unwrap();
    let Durability::Postgres {
        version_number,
        synchronous_commit,
        in_recovery,
        ..
    } = said
    else {
        panic!("{said:?}")
    };
    assert!(version_number >= 130_000);
    assert_eq!(synchronous_commit, "on", "sessions of ours see to it");
    assert!(!in_recovery);
    let examined = examine(&fixture.database, LONG).await;
    assert_eq!(examined, Ok(Integrity::NoFile));
}

async fn fill(fixture: &Fixture, rows: u32) {
    let store = fixture.open().await;
    for number in 0..rows {
        let mut put = Put::new(format!("row {number}"));
        put.value = "x".repeat(500_000);
        store.write(put).await.unwrap();
    }
    store.close().await;
}

async fn damage_is_found_beside_whoever_uses_the_file(fixture: Fixture) {
    fill(&fixture, 2).await;
    let using = fixture.open().await;
    assert_eq!(examine(&fixture.database, LONG).await, Ok(Integrity::Sound));
    using.close().await;
    let Database::Sqlite { path } = &fixture.database else {
        panic!("it is a file")
    };
    let mut file = std::fs::OpenOptions::new().write(true).open(path).unwrap();
    // Behind the first page, which is needed to open it at all.
    file.seek(SeekFrom::Start(4_096)).unwrap();
    file.write_all(&[0xa5; 40 * 4_096]).unwrap();
    drop(file);
    let found = examine(&fixture.database, LONG).await;
    assert!(
        matches!(&found, Ok(Integrity::Damaged(lines)) if !lines.is_empty()),
        "{found:?}"
    );
    std::fs::remove_file(path).unwrap();
    let gone = examine(&fixture.database, LONG).await;
    assert!(
        matches!(gone, Err(Error::Unavailable(_) | Error::Database(_))),
        "{gone:?}"
    );
}

async fn a_look_through_a_file_ends_when_its_time_is_up(fixture: Fixture) {
    fill(&fixture, 200).await;
    let found = examine(&fixture.database, Duration::ZERO).await;
    assert_eq!(found, Ok(Integrity::Unfinished));
}
