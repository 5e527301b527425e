//! Many operations in one commit, each as if it were alone.

use std::sync::Mutex;
use std::time::Duration;

use symbolon_store::{Error, Operation, Statement, Tx};
use tokio::sync::mpsc;

use crate::kit::{Count, Fixture, Get, Linger, Put, Run, claims};

claims! {
    on_memory:
        a_failing_operation_changes_nothing_and_its_neighbours_commit,
        a_panicking_operation_harms_nobody,
        an_operation_cannot_go_on_after_a_failed_statement,
        sixty_four_writers_at_once_lose_nothing,
        a_group_is_one_commit,
        a_commit_that_wrote_nothing_wakes_nobody,
        a_reader_sees_what_was_acknowledged,
        a_reader_cannot_write,
        a_wrong_number_of_rows_is_an_error,
        a_closed_store_refuses_and_has_finished_what_came_before,
        a_check_says_that_all_is_well;
    on_disk:
        a_failing_operation_changes_nothing_and_its_neighbours_commit,
        a_panicking_operation_harms_nobody,
        an_operation_cannot_go_on_after_a_failed_statement,
        sixty_four_writers_at_once_lose_nothing,
        a_group_is_one_commit,
        a_commit_that_wrote_nothing_wakes_nobody,
        a_reader_sees_what_was_acknowledged,
        a_reader_sees_one_state_of_the_database,
        a_reader_cannot_write,
        a_panicking_reader_harms_nobody,
        a_wrong_number_of_rows_is_an_error,
        a_closed_store_refuses_and_has_finished_what_came_before,
        a_check_says_that_all_is_well;
    on_postgres:
        a_failing_operation_changes_nothing_and_its_neighbours_commit,
        a_panicking_operation_harms_nobody,
        an_operation_cannot_go_on_after_a_failed_statement,
        sixty_four_writers_at_once_lose_nothing,
        a_group_is_one_commit,
        a_commit_that_wrote_nothing_wakes_nobody,
        a_reader_sees_what_was_acknowledged,
        a_reader_sees_one_state_of_the_database,
        a_reader_cannot_write,
        a_panicking_reader_harms_nobody,
        a_wrong_number_of_rows_is_an_error,
        a_closed_store_refuses_and_has_finished_what_came_before,
        a_check_says_that_all_is_well;
}

/// Writes, and then ends as told.
struct WriteAnd {
    key: &'static str,
    end: End,
}

enum End {
    Fail,
    Panic,
    Meet(&'static str),
    SwallowMeeting(&'static str),
}

impl Operation for WriteAnd {
    type Output = ();
    const NAME: &'static str = "write_and";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        Put::new(self.key).once(tx).await?;
        match self.end {
            End::Fail => Err(Error::Database("on purpose".to_owned())),
            End::Panic => panic!("on purpose"),
            End::Meet(existing) => Put::new(existing).once(tx).await,
            End::SwallowMeeting(existing) => {
                assert!(Put::new(existing).once(tx).await.is_err());
                Ok(())
            }
        }
    }
}

async fn a_failing_operation_changes_nothing_and_its_neighbours_commit(fixture: Fixture) {
    let store = fixture.open().await;
    store.write(Put::new("first")).await.unwrap();
    let (_, before, failing, meeting, after) = tokio::join!(
        store.write(Linger),
        store.write(Put::new("before")),
        store.write(WriteAnd {
            key: "failing",
            end: End::Fail
        }),
        store.write(WriteAnd {
            key: "meeting",
            end: End::Meet("first")
        }),
        store.write(Put::new("after")),
    );
    assert_eq!((before, after), (Ok(()), Ok(())));
    assert_eq!(failing, Err(Error::Database("on purpose".to_owned())));
    assert!(
        matches!(meeting, Err(Error::Conflict { constraint }) if constraint.contains("settings"))
    );
    assert_eq!(store.read(Get("failing".to_owned())).await, Ok(None));
    assert_eq!(store.read(Get("meeting".to_owned())).await, Ok(None));
    assert_eq!(store.read(Count).await, Ok(3));
}

async fn a_panicking_operation_harms_nobody(fixture: Fixture) {
    let store = fixture.open().await;
    let (_, before, panicking, after) = tokio::join!(
        store.write(Linger),
        store.write(Put::new("before")),
        store.write(WriteAnd {
            key: "panicking",
            end: End::Panic
        }),
        store.write(Put::new("after")),
    );
    assert_eq!((before, after), (Ok(()), Ok(())));
    assert_eq!(
        panicking,
        Err(Error::Panicked {
            operation: "write_and"
        })
    );
    store.write(Put::new("much later")).await.unwrap();
    assert_eq!(store.read(Get("panicking".to_owned())).await, Ok(None));
    assert_eq!(store.read(Count).await, Ok(3));
}

async fn an_operation_cannot_go_on_after_a_failed_statement(fixture: Fixture) {
    let store = fixture.open().await;
    store.write(Put::new("first")).await.unwrap();
    let end = End::SwallowMeeting("first");
    let swallowed = store.write(WriteAnd { key: "second", end }).await;
    assert!(matches!(swallowed, Err(Error::Conflict { .. })));
    assert_eq!(store.read(Count).await, Ok(1));
}

/// Reads a number and writes the next one, as two statements.
struct CountUp;

static NUMBER: Statement = Statement::new(
    "tests.number",
    "SELECT value FROM counters WHERE name = 'tests'",
);
static START: Statement = Statement::new(
    "tests.start",
    "INSERT INTO counters (name, value) VALUES ('tests', $1)",
);
static SET: Statement = Statement::new(
    "tests.set",
    "UPDATE counters SET value = $1 WHERE name = 'tests'",
);

impl Operation for CountUp {
    type Output = i64;
    const NAME: &'static str = "count_up";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<i64, Error> {
        let row = tx.row(&NUMBER, &[]).await?;
        let next = row.as_ref().map(|row| row.int(0)).transpose()?.unwrap_or(0) + 1;
        let statement = if row.is_some() { &SET } else { &START };
        tx.execute_one(statement, &[next.into()]).await?;
        Ok(next)
    }
}

async fn sixty_four_writers_at_once_lose_nothing(fixture: Fixture) {
    // Half of them in what might as well be another process.
    let here = fixture.open().await;
    let alone = fixture.text == "memory:";
    let there = if alone {
        here.clone()
    } else {
        fixture.open().await
    };
    let writers: Vec<_> = (0..64)
        .map(|number| {
            let store = if number % 2 == 0 {
                here.clone()
            } else {
                there.clone()
            };
            tokio::spawn(async move {
                let mut seen = Vec::new();
                for _ in 0..10 {
                    seen.push(store.write(CountUp).await.unwrap());
                }
                seen
            })
        })
        .collect();
    let mut seen = Vec::new();
    for writer in writers {
        seen.extend(writer.await.unwrap());
    }
    seen.sort_unstable();
    assert_eq!(seen, (1..=640).collect::<Vec<_>>());
}

async fn a_group_is_one_commit(fixture: Fixture) {
    let store = fixture.open().await;
    let before = *store.committed().borrow();
    let lingering = store.write(Linger);
    let rows = async {
        let rows: Vec<_> = (0..100)
            .map(|number| {
                let store = store.clone();
                tokio::spawn(async move { store.write(Put::new(number.to_string())).await })
            })
            .collect();
        for row in rows {
            row.await.unwrap().unwrap();
        }
    };
    tokio::join!(lingering, rows).0.unwrap();
    let commits = *store.committed().borrow() - before;
    assert!(commits <= 2, "{commits} commits");
    assert_eq!(store.read(Count).await, Ok(100));
}

async fn a_commit_that_wrote_nothing_wakes_nobody(fixture: Fixture) {
    let store = fixture.open().await;
    // What the store itself did when it was opened may be noticed late.
    tokio::time::sleep(Duration::from_millis(700)).await;
    let mut committed = store.committed();
    committed.mark_unchanged();
    store.write(Get("none".to_owned())).await.unwrap();
    store
        .write(WriteAnd {
            key: "undone",
            end: End::Fail,
        })
        .await
        .unwrap_err();
    store.check().await.unwrap();
    assert!(!committed.has_changed().unwrap());
    store.write(Put::new("some")).await.unwrap();
    assert!(committed.has_changed().unwrap());
}

async fn a_reader_sees_what_was_acknowledged(fixture: Fixture) {
    let store = fixture.open().await;
    for number in 1..=100_i64 {
        store.write(Put::new(number.to_string())).await.unwrap();
        assert_eq!(store.read(Count).await, Ok(number));
    }
}

/// Counts, says so, waits until it is told that there was a commit, and counts again.
struct CountTwice {
    counted: mpsc::UnboundedSender<()>,
    committed: Mutex<std::sync::mpsc::Receiver<()>>,
}

impl Operation for CountTwice {
    type Output = (i64, i64);
    const NAME: &'static str = "count_twice";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(i64, i64), Error> {
        let first = Count.run(tx).await?;
        self.counted.send(()).unwrap();
        tokio::task::block_in_place(|| {
            let committed = self.committed.lock().unwrap();
            committed.recv_timeout(Duration::from_secs(10)).unwrap();
        });
        Ok((first, Count.run(tx).await?))
    }
}

async fn a_reader_sees_one_state_of_the_database(fixture: Fixture) {
    let store = fixture.open().await;
    let reader = store.clone();
    let (counted, mut has_counted) = mpsc::unbounded_channel();
    let (commits, committed) = std::sync::mpsc::channel();
    let twice = CountTwice {
        counted,
        committed: Mutex::new(committed),
    };
    let reading = tokio::spawn(async move { reader.read(twice).await });
    has_counted.recv().await.unwrap();
    store.write(Put::new("meanwhile")).await.unwrap();
    commits.send(()).unwrap();
    assert_eq!(reading.await.unwrap(), Ok((0, 0)));
    assert_eq!(store.read(Count).await, Ok(1));
}

async fn a_reader_cannot_write(fixture: Fixture) {
    let store = fixture.open().await;
    assert!(store.read(Put::new("sneaked in")).await.is_err());
    assert_eq!(store.read(Count).await, Ok(0));
    store.write(Put::new("proper")).await.unwrap();
}

async fn a_panicking_reader_harms_nobody(fixture: Fixture) {
    struct Panicking;
    impl Operation for Panicking {
        type Output = ();
        const NAME: &'static str = "panicking";
        async fn run(&self, _: &mut Tx<'_>) -> Result<(), Error> {
            panic!("on purpose")
        }
    }
    let store = fixture.open().await;
    for _ in 0..10 {
        let panicked = Err(Error::Panicked {
            operation: "panicking",
        });
        assert_eq!(store.read(Panicking).await, panicked);
    }
    assert_eq!(store.read(Count).await, Ok(0));
}

async fn a_wrong_number_of_rows_is_an_error(fixture: Fixture) {
    static NONE: Statement = Statement::new(
        "tests.none",
        "UPDATE counters SET value = $1 WHERE name = 'nobody'",
    );
    struct Expecting;
    impl Operation for Expecting {
        type Output = ();
        const NAME: &'static str = "expecting";
        async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
            Put::new("undone").once(tx).await?;
            tx.execute_one(&NONE, &[1_i64.into()]).await
        }
    }
    let store = fixture.open().await;
    let error = store.write(Expecting).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "tests.none: 0 rows were changed where one was expected"
    );
    assert_eq!(store.read(Count).await, Ok(0));
    assert_eq!(store.write(Run(&NONE, vec![1_i64.into()])).await, Ok(0));
}

async fn a_closed_store_refuses_and_has_finished_what_came_before(fixture: Fixture) {
    let store = fixture.open().await;
    let writes: Vec<_> = (0..50)
        .map(|number| {
            let store = store.clone();
            tokio::spawn(async move { store.write(Put::new(number.to_string())).await })
        })
        .collect();
    tokio::task::yield_now().await;
    store.close().await;
    let mut done = 0;
    for write in writes {
        match write.await.unwrap() {
            Ok(()) => done += 1,
            Err(error) => assert_eq!(error, Error::Closed),
        }
    }
    assert_eq!(store.write(Put::new("late")).await, Err(Error::Closed));
    assert_eq!(store.read(Count).await, Err(Error::Closed));
    if fixture.text != "memory:" {
        assert_eq!(fixture.open().await.read(Count).await, Ok(done));
    }
}

async fn a_check_says_that_all_is_well(fixture: Fixture) {
    assert_eq!(fixture.open().await.check().await, Ok(()));
}
