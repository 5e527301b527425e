//! Values come back as what they were.

use symbolon_store::{Error, Operation, Statement, Tx, Value};

use crate::kit::{Fixture, claims};

claims! {
    on_memory:
        values_survive_the_round_trip,
        placeholders_count_by_number,
        sequences_grow_and_are_not_given_twice,
        small_letters_are_found_for_capitals_of_all_scripts;
    on_disk:
        values_survive_the_round_trip,
        placeholders_count_by_number,
        sequences_grow_and_are_not_given_twice,
        small_letters_are_found_for_capitals_of_all_scripts;
    on_postgres: values_survive_the_round_trip, placeholders_count_by_number, sequences_grow_and_are_not_given_twice;
}

static ADD: Statement = Statement::new(
    "tests.add_peer",
    "INSERT INTO peers (provider, discovery, discovery_at, signs) VALUES ($1, $2, $3, $4)",
);
static ALL: Statement = Statement::new(
    "tests.peers",
    "SELECT provider, discovery, discovery_at, signs FROM peers ORDER BY provider",
);

struct Peers;

impl Operation for Peers {
    type Output = ();
    const NAME: &'static str = "peers";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let one: [Value; 4] = [
            "a.example.org".into(),
            "{\"name\": \"Käthe 你好\"}".into(),
            i64::MAX.into(),
            true.into(),
        ];
        let two: [Value; 4] = [
            "b.example.org".into(),
            Value::Null,
            None::<i64>.into(),
            false.into(),
        ];
        tx.execute_one(&ADD, &one).await?;
        tx.execute_one(&ADD, &two).await?;
        let rows = tx.rows(&ALL, &[]).await?;
        assert_eq!(rows[0].text(1)?, "{\"name\": \"Käthe 你好\"}");
        assert_eq!((rows[0].int(2)?, rows[0].bool(3)?), (i64::MAX, true));
        assert_eq!(
            (rows[1].opt_text(1)?, rows[1].opt_int(2)?, rows[1].bool(3)?),
            (None, None, false)
        );
        Ok(())
    }
}

async fn values_survive_the_round_trip(fixture: Fixture) {
    fixture.open().await.write(Peers).await.unwrap();
}

static SHUFFLED: Statement = Statement::new(
    "tests.shuffled",
    "SELECT provider FROM peers WHERE discovery = $2 AND provider = $1 AND discovery = $2",
);

struct Shuffled;

impl Operation for Shuffled {
    type Output = usize;
    const NAME: &'static str = "shuffled";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<usize, Error> {
        let peer = ["first".into(), "second".into(), Value::Null, false.into()];
        tx.execute_one(&ADD, &peer).await?;
        Ok(tx
            .rows(&SHUFFLED, &["first".into(), "second".into()])
            .await?
            .len())
    }
}

async fn placeholders_count_by_number(fixture: Fixture) {
    assert_eq!(fixture.open().await.write(Shuffled).await, Ok(1));
}

static EVENT: Statement = Statement::new(
    "tests.event",
    "INSERT INTO events (at, kind, data) VALUES (0, 'test', '{}') RETURNING seq",
);
static FORGET: Statement = Statement::new("tests.forget", "DELETE FROM events");

struct AddEvent {
    forget: bool,
}

impl Operation for AddEvent {
    type Output = i64;
    const NAME: &'static str = "add_event";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<i64, Error> {
        let seq = tx.row(&EVENT, &[]).await?.unwrap().int(0)?;
        if self.forget {
            tx.execute_one(&FORGET, &[]).await?;
        }
        Ok(seq)
    }
}

async fn sequences_grow_and_are_not_given_twice(fixture: Fixture) {
    let store = fixture.open().await;
    let mut committed = store.committed();
    committed.mark_unchanged();
    let first = store.write(AddEvent { forget: true }).await.unwrap();
    assert!(committed.has_changed().unwrap());
    let second = store.write(AddEvent { forget: false }).await.unwrap();
    assert!(second > first);
}

static LOWER: Statement = Statement::new("tests.lower", "SELECT LOWER('ÄRGER Ω'), LOWER(NULL)");

struct Lower;

impl Operation for Lower {
    type Output = bool;
    const NAME: &'static str = "lower";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<bool, Error> {
        let row = tx.row(&LOWER, &[]).await?.unwrap();
        Ok(row.text(0)? == "ärger ω" && row.opt_text(1)?.is_none())
    }
}

/// On PostgreSQL this is for the locale of the server to say.
async fn small_letters_are_found_for_capitals_of_all_scripts(fixture: Fixture) {
    assert_eq!(fixture.open().await.read(Lower).await, Ok(true));
}
