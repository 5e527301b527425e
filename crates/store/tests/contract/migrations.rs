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
