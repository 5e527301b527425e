//! A writer that is killed at any moment loses nothing that it had acknowledged.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use symbolon_store::{Database, Error, Operation, Options, Statement, Store, Tx};

use crate::kit::{Count, Fixture, Get, Put, claims};

claims! {
    on_disk: acknowledged_writes_survive_reopen, a_killed_writer_loses_no_acknowledged_row;
    on_postgres: acknowledged_writes_survive_reopen, a_killed_writer_loses_no_acknowledged_row;
}

/// Names the database of the writer that is to be killed.
const VICTIM: &str = "SYMBOLON_TEST_VICTIM";

/// How many rows are acknowledged before the blow.
const ENOUGH: usize = 300;

async fn acknowledged_writes_survive_reopen(fixture: Fixture) {
    for round in 0..5 {
        let store = fixture.open().await;
        store
            .write(Put::new(format!("{round} closed")))
            .await
            .unwrap();
        store.close().await;
        let store = fixture.open().await;
        store
            .write(Put::new(format!("{round} dropped")))
            .await
            .unwrap();
        drop(store);
        assert_eq!(fixture.open().await.read(Count).await, Ok(2 * (round + 1)));
    }
}

async fn a_killed_writer_loses_no_acknowledged_row(fixture: Fixture) {
    // This very program, asked for the one test that writes until it is killed.
    let mut victim = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "crash::victim", "--nocapture"])
        .env(VICTIM, &fixture.text)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(victim.stdout.take().unwrap()).lines();
    let mut acknowledged = Vec::new();
    while acknowledged.len() < ENOUGH {
        let line = lines
            .next()
            .expect("the victim writes until it is killed")
            .unwrap();
        acknowledged.extend(line.strip_prefix("acknowledged ").map(str::to_owned));
    }
    victim.kill().unwrap();
    victim.wait().unwrap();
    // What it had said with its last breath. A last line without an end was not said.
    for line in lines.map_while(Result::ok) {
        acknowledged.extend(
            line.strip_prefix("acknowledged ")
                .filter(|key| key.ends_with('.'))
                .map(str::to_owned),
        );
    }
    let store = fixture.open().await;
    for key in acknowledged {
        let found = store.read(Get(key.clone())).await.unwrap();
        assert!(found.is_some(), "{key} was acknowledged and is lost");
    }
    store.write(Put::new("life goes on")).await.unwrap();
    if fixture.text.starts_with("sqlite:") {
        assert_eq!(store.read(Sound).await, Ok("ok".to_owned()));
    }
}

/// Not a claim: the program that the claim above kills. By itself it has nothing to do.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn victim() {
    let Ok(text) = std::env::var(VICTIM) else {
        return;
    };
    let database = Database::parse(&text).unwrap();
    let store = Store::open(&database, Options::default()).await.unwrap();
    let writers: Vec<_> = (0..16)
        .map(|writer| {
            let store = store.clone();
            tokio::spawn(async move {
                for number in 0.. {
                    let key = format!("{writer}/{number}.");
                    store.write(Put::new(key.as_str())).await.unwrap();
                    writeln!(std::io::stdout(), "acknowledged {key}").unwrap();
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
}

/// SQLite's own opinion on its file.
struct Sound;

impl Operation for Sound {
    type Output = String;
    const NAME: &'static str = "sound";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<String, Error> {
        static CHECK: Statement = Statement::new("tests.integrity", "PRAGMA integrity_check");
        Ok(tx.row(&CHECK, &[]).await?.unwrap().text(0)?.to_owned())
    }
}
