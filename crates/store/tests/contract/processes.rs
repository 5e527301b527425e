//! Several processes on one database: the command line beside the server, or several servers.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use symbolon_store::{Database, Error, Operation, Options, Statement, Store, Tx};
use tokio::time::timeout;

use crate::kit::{self, Count, Fixture, Put, claims, sleep};

claims! {
    on_disk:
        a_commit_of_another_process_wakes_this_one,
        a_busy_database_is_waited_for,
        a_second_process_gets_its_turn_beside_a_busy_server;
    on_postgres:
        a_commit_of_another_process_wakes_this_one,
        a_busy_database_is_waited_for,
        a_second_process_gets_its_turn_beside_a_busy_server,
        a_broken_connection_is_replaced,
        what_a_broken_connection_interrupted_is_done_again,
        a_server_that_forgets_commits_is_told_not_to;
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

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
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

async fn a_second_process_gets_its_turn_beside_a_busy_server(fixture: Fixture) {
    let server = fixture.open().await;
    let command_line = fixture.open().await;
    let stop = Arc::new(AtomicBool::new(false));
    let load: Vec<_> = (0..32)
        .map(|writer| {
            let (server, stop) = (server.clone(), Arc::clone(&stop));
            tokio::spawn(async move {
                for number in 0.. {
                    server
                        .write(Put::new(format!("{writer}/{number}")))
                        .await
                        .unwrap();
                    if stop.load(Ordering::Relaxed) {
                        break;
                    }
                }
            })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(100)).await;
    for number in 0..30 {
        let writing = command_line.write(Put::new(number.to_string()));
        timeout(Duration::from_secs(5), writing)
            .await
            .unwrap()
            .unwrap();
    }
    stop.store(true, Ordering::Relaxed);
    for writer in load {
        writer.await.unwrap();
    }
}

async fn a_broken_connection_is_replaced(fixture: Fixture) {
    let store = fixture.open().await;
    for number in 0..3 {
        store.write(Put::new(number.to_string())).await.unwrap();
        assert_eq!(store.read(Count).await, Ok(number + 1));
        break_connections(&fixture).await;
    }
    store.write(Put::new("last")).await.unwrap();
    assert_eq!(store.read(Count).await, Ok(4));
}

async fn what_a_broken_connection_interrupted_is_done_again(fixture: Fixture) {
    let store = fixture.open().await;
    let holder = store.clone();
    let holding = tokio::spawn(async move { holder.write(Hold).await });
    tokio::time::sleep(Duration::from_millis(300)).await;
    break_connections(&fixture).await;
    holding.await.unwrap().unwrap();
    assert_eq!(store.read(Count).await, Ok(1));
}

async fn a_server_that_forgets_commits_is_told_not_to(fixture: Fixture) {
    static SETTING: Statement = Statement::new(
        "tests.setting",
        "SELECT current_setting('synchronous_commit')",
    );
    struct Setting;
    impl Operation for Setting {
        type Output = String;
        const NAME: &'static str = "setting";
        async fn run(&self, tx: &mut Tx<'_>) -> Result<String, Error> {
            Ok(tx.row(&SETTING, &[]).await?.unwrap().text(0)?.to_owned())
        }
    }
    let database = Database::parse(&format!("{}%20-c%20synchronous_commit%3Doff", fixture.text));
    let store = Store::open(&database.unwrap(), Options::default())
        .await
        .unwrap();
    assert_eq!(store.write(Setting).await, Ok("on".to_owned()));
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_unavailable() {
    // Port 1 is never listened on.
    let database = Database::parse("postgres://nobody:secret@127.0.0.1:1/none").unwrap();
    let error = Store::open(&database, Options::default())
        .await
        .err()
        .unwrap();
    assert!(matches!(error, Error::Unavailable(_)), "{error}");
    assert!(!error.to_string().contains("secret"));
}

async fn break_connections(fixture: &Fixture) {
    let name = fixture.text.split("application_name=").nth(1).unwrap();
    let name = name.split('&').next().unwrap();
    let sql = format!(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '{name}'"
    );
    kit::command(&kit::server_url(), &sql).await;
}
