//! Several processes on one database: the command line beside the server, or several servers.

use std::time::Duration;

use symbolon_store::{Operation, Statement, Store};
use tokio::time::timeout;

use crate::kit::{self, Count, Fixture, Put, claims, sleep};

claims! {
    on_disk: a_commit_of_another_process_wakes_this_one, a_busy_database_is_waited_for;
    on_postgres:
        a_commit_of_another_process_wakes_this_one,
        a_busy_database_is_waited_for,
        a_broken_connection_is_replaced;
}

async fn a_commit_of_another_process_wakes_this_one(fixture: Fixture) {
    let server = fixture.open().await;
    let command_line = fixture.open().await;
    for number in 0..3 {
        // Until the opening of the other one has been noticed, too.
        tokio::time::sleep(Duration::from_millis(700)).await;
        let mut committed = server.committed();
        committed.mark_unchanged();
        command_line
            .write(Put::new(number.to_string()))
            .await
            .unwrap();
        timeout(Duration::from_secs(2), committed.changed())
            .await
            .unwrap()
            .unwrap();
        assert_eq!(server.read(Count).await, Ok(number + 1));
    }
}

/// Holds the database for a while, and then lets go.
struct Hold;

static TOUCH: Statement = Statement::new(
    "tests.touch",
    "INSERT INTO settings (key, value) VALUES ('held', 'long')",
);

impl Operation for Hold {
    type Output = ();
    const NAME: &'static str = "hold";

    async fn run(&self, tx: &mut symbolon_store::Tx<'_>) -> Result<(), symbolon_store::Error> {
        tx.execute_one(&TOUCH, &[]).await?;
        sleep(Duration::from_secs(1));
        Ok(())
    }
}

async fn a_busy_database_is_waited_for(fixture: Fixture) {
    let one = fixture.open().await;
    let two = fixture.open().await;
    let holding = tokio::spawn(async move { one.write(Hold).await });
    tokio::time::sleep(Duration::from_millis(200)).await;
    // Readers do not wait, and do not see what is not committed.
    assert_eq!(two.read(Count).await, Ok(0));
    two.write(Put::new("patient")).await.unwrap();
    holding.await.unwrap().unwrap();
    assert_eq!(two.read(Count).await, Ok(2));
}

async fn a_broken_connection_is_replaced(fixture: Fixture) {
    let store = fixture.open().await;
    for number in 0..3 {
        store.write(Put::new(number.to_string())).await.unwrap();
        assert_eq!(store.read(Count).await, Ok(number + 1));
        break_connections(&store, &fixture).await;
    }
    store.write(Put::new("last")).await.unwrap();
    assert_eq!(store.read(Count).await, Ok(4));
}

async fn break_connections(_: &Store, fixture: &Fixture) {
    let name = fixture.text.split("application_name=").nth(1).unwrap();
    let name = name.split('&').next().unwrap();
    let sql = format!(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '{name}'"
    );
    kit::command(&kit::server_url(), &sql).await;
}
