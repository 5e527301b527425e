//! The schema: brought up to date once, refused when it is not ours.

use symbolon_store::{Error, Statement};

use crate::kit::{Count, Fixture, Put, Run, claims};

claims! {
    on_disk:
        a_schema_is_made_once_and_kept,
        several_processes_may_open_a_new_database_at_once,
        a_newer_schema_is_refused,
        a_changed_migration_is_refused;
    on_postgres:
        a_schema_is_made_once_and_kept,
        several_processes_may_open_a_new_database_at_once,
        a_newer_schema_is_refused,
        a_changed_migration_is_refused;
}

static NEWER: Statement = Statement::new(
    "tests.newer",
    "INSERT INTO migrations (version, name, checksum) VALUES (999, 'of the future', '')",
);
static CHANGED: Statement = Statement::new(
    "tests.changed",
    "UPDATE migrations SET checksum = 'another' WHERE version = 1",
);

async fn a_schema_is_made_once_and_kept(fixture: Fixture) {
    let store = fixture.open().await;
    store.write(Put::new("kept")).await.unwrap();
    store.close().await;
    assert_eq!(fixture.open().await.read(Count).await, Ok(1));
}

async fn several_processes_may_open_a_new_database_at_once(fixture: Fixture) {
    let (one, two, three) = tokio::join!(fixture.open(), fixture.open(), fixture.open());
    one.write(Put::new("from one")).await.unwrap();
    two.write(Put::new("from two")).await.unwrap();
    assert_eq!(three.read(Count).await, Ok(2));
}

async fn a_newer_schema_is_refused(fixture: Fixture) {
    let store = fixture.open().await;
    store.write(Run(&NEWER, vec![])).await.unwrap();
    store.close().await;
    let refused = fixture.open_again().await.err().unwrap();
    assert!(
        matches!(refused, Error::SchemaTooNew { found: 999, .. }),
        "{refused}"
    );
}

async fn a_changed_migration_is_refused(fixture: Fixture) {
    let store = fixture.open().await;
    store.write(Run(&CHANGED, vec![])).await.unwrap();
    store.close().await;
    let refused = fixture.open_again().await.err().unwrap();
    assert!(
        refused
            .to_string()
            .contains("0001 initial was applied with another text"),
        "{refused}"
    );
}

/// Rows that an older version allowed must not keep a newer one from starting.
#[test]
fn no_later_migration_demands_of_rows_what_they_may_not_keep() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../migrations");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let texts: Vec<String> = files
        .iter()
        .map(|file| std::fs::read_to_string(file).unwrap())
        .collect();
    assert!(
        texts[0].contains("CONSTRAINT connections_person UNIQUE (user_id, provider, subject)"),
        "from the first version on, two people have one half"
    );
    for (file, text) in files.iter().zip(&texts).skip(1) {
        for statement in text.split(';') {
            let words: Vec<&str> = statement.split_whitespace().collect();
            let new_table = |name: &str| text.contains(&format!("CREATE TABLE {name} ("));
            let on = words.iter().position(|word| *word == "ON");
            let unique = statement.contains("CREATE UNIQUE INDEX")
                && !on.is_some_and(|on| new_table(words[on + 1]));
            let altered = statement.contains("ALTER TABLE");
            let demanding = altered && statement.contains("UNIQUE")
                || altered && statement.contains("NOT NULL") && !statement.contains("DEFAULT");
            assert!(!unique && !demanding, "{}: {statement}", file.display());
        }
    }
}
