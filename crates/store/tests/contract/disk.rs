//! What is particular about a file.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use symbolon_store::{Database, Error, Operation, Options, Statement, Store, Tx};

use crate::kit::{Count, Fixture, Get, Linger, Put, claims};

claims! {
    on_memory: a_full_disk_is_said_and_loses_nothing;
    on_disk:
        a_full_disk_is_said_and_loses_nothing,
        an_operation_that_fills_the_disk_takes_no_other_with_it,
        nothing_is_written_where_nothing_changed,
        a_commit_waits_for_the_disk,
        only_the_owner_may_read_file_and_folder,
        a_closed_database_is_one_file,
        inline_stores_do_everything_on_the_spot;
}

/// Lets the file grow by so many pages and no more.
struct Room(u32);

impl Operation for Room {
    type Output = ();
    const NAME: &'static str = "room";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        static PAGES: Statement = Statement::new("tests.pages", "PRAGMA page_count");
        let pages = tx.row(&PAGES, &[]).await?.unwrap().int(0)?;
        let sql = format!("PRAGMA max_page_count = {}", pages + i64::from(self.0));
        let limit: &'static Statement = Box::leak(Box::new(Statement::new(
            "tests.limit",
            Box::leak(sql.into_boxed_str()),
        )));
        tx.rows(limit, &[]).await.map(drop)
    }
}

fn big(key: impl Into<String>, bytes: usize) -> Put {
    Put {
        key: key.into(),
        value: "x".repeat(bytes),
    }
}

async fn a_full_disk_is_said_and_loses_nothing(fixture: Fixture) {
    let store = fixture.open().await;
    store.write(Room(20)).await.unwrap();
    let mut kept = 0;
    let full = loop {
        match store.write(big(kept.to_string(), 2_000)).await {
            Ok(()) => kept += 1,
            Err(error) => break error,
        }
        assert!(kept < 1_000, "the limit does not work");
    };
    assert_eq!(full, Error::Full);
    assert!(kept > 0);
    assert_eq!(store.read(Count).await, Ok(kept));
    store.write(Room(10_000)).await.unwrap();
    store.write(big("room again", 2_000)).await.unwrap();
    assert_eq!(store.read(Count).await, Ok(kept + 1));
}

async fn an_operation_that_fills_the_disk_takes_no_other_with_it(fixture: Fixture) {
    let store = fixture.open().await;
    store.write(Room(100)).await.unwrap();
    let (_, before, huge, after) = tokio::join!(
        store.write(Linger),
        store.write(big("before", 2_000)),
        store.write(big("huge", 2_000_000)),
        store.write(big("after", 2_000)),
    );
    assert_eq!((before, huge, after), (Ok(()), Err(Error::Full), Ok(())));
    assert_eq!(store.read(Count).await, Ok(2));
    assert_eq!(store.read(Get("huge".to_owned())).await, Ok(None));
}

async fn nothing_is_written_where_nothing_changed(fixture: Fixture) {
    let store = fixture.open().await;
    store.write(Put::new("something")).await.unwrap();
    let log = beside(&file(&fixture), "-wal");
    let size = || fs::metadata(&log).unwrap().len();
    let before = size();
    for _ in 0..10 {
        store.write(Get("nothing".to_owned())).await.unwrap();
        store.check().await.unwrap();
    }
    assert_eq!(size(), before);
    store.write(Put::new("else")).await.unwrap();
    assert!(size() > before);
}

async fn a_commit_waits_for_the_disk(fixture: Fixture) {
    static SYNCHRONOUS: Statement = Statement::new("tests.synchronous", "PRAGMA synchronous");
    struct Synchronous;
    impl Operation for Synchronous {
        type Output = i64;
        const NAME: &'static str = "synchronous";
        async fn run(&self, tx: &mut Tx<'_>) -> Result<i64, Error> {
            tx.row(&SYNCHRONOUS, &[]).await?.unwrap().int(0)
        }
    }
    const FULL: i64 = 2;
    assert_eq!(fixture.open().await.write(Synchronous).await, Ok(FULL));
}

async fn only_the_owner_may_read_file_and_folder(fixture: Fixture) {
    let path = file(&fixture)
        .with_file_name("deep")
        .join("down")
        .join("own.db");
    let database = Database::Sqlite { path: path.clone() };
    let store = Store::open(&database, Options::default()).await.unwrap();
    store.write(Put::new("secret")).await.unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(path.parent().unwrap()), 0o700);
    for name in [path.clone(), beside(&path, "-wal"), beside(&path, "-shm")] {
        assert_eq!(mode(&name), 0o600, "{}", name.display());
    }
}

async fn a_closed_database_is_one_file(fixture: Fixture) {
    let store = fixture.open().await;
    store.write(Put::new("kept")).await.unwrap();
    store.read(Count).await.unwrap();
    store.close().await;
    for end in ["-wal", "-shm"] {
        assert!(!beside(&file(&fixture), end).exists(), "{end} is left");
    }
}

async fn inline_stores_do_everything_on_the_spot(fixture: Fixture) {
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};
    let options = Options {
        inline: true,
        ..Options::default()
    };
    let mut context = Context::from_waker(Waker::noop());
    let Poll::Ready(store) = pin!(Store::open(&fixture.database, options)).poll(&mut context)
    else {
        panic!("opening waits for something");
    };
    let store = store.unwrap();
    assert_eq!(
        pin!(store.write(Put::new("now"))).poll(&mut context),
        Poll::Ready(Ok(()))
    );
    assert_eq!(
        pin!(store.read(Count)).poll(&mut context),
        Poll::Ready(Ok(1))
    );
    assert_eq!(pin!(store.close()).poll(&mut context), Poll::Ready(()));
    assert_eq!(store.write(Put::new("late")).await, Err(Error::Closed));
}

fn file(fixture: &Fixture) -> PathBuf {
    fixture.text.strip_prefix("sqlite:").unwrap().into()
}

fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}
