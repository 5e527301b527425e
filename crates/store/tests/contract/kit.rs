//! Databases that are thrown away, and the operations that the claims are made about.

use std::future::Future;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use symbolon_store::{Database, Error, Operation, Options, Statement, Store, Tx, Value};
use tempfile::TempDir;

/// A database for one test.
pub(crate) struct Fixture {
    pub(crate) database: Database,
    /// What `Database::parse` reads, for another process.
    pub(crate) text: String,
    _folder: Option<TempDir>,
}

impl Fixture {
    pub(crate) async fn open(&self) -> Store {
        Store::open(&self.database, Options::default())
            .await
            .unwrap()
    }

    pub(crate) async fn open_again(&self) -> Result<Store, Error> {
        Store::open(&self.database, Options::default()).await
    }
}

pub(crate) async fn on_memory<F: Future>(claim: impl FnOnce(Fixture) -> F) {
    claim(fixture("memory:".to_owned(), None)).await;
}

pub(crate) async fn on_disk<F: Future>(claim: impl FnOnce(Fixture) -> F) {
    let folder = tempfile::tempdir().unwrap();
    let text = format!("sqlite:{}", folder.path().join("store.db").display());
    claim(fixture(text, Some(folder))).await;
}

/// Runs a claim in a schema of its own, which is removed afterwards.
pub(crate) async fn on_postgres<F>(claim: impl FnOnce(Fixture) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let server = server_url();
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let schema = format!("symbolon_test_{}_{number}", std::process::id());
    command(&server, &format!("CREATE SCHEMA {schema}")).await;
    let join = if server.contains('?') { '&' } else { '?' };
    let text =
        format!("{server}{join}application_name={schema}&options=-c%20search_path%3D{schema}");
    let ended = tokio::spawn(claim(fixture(text, None))).await;
    command(&server, &format!("DROP SCHEMA {schema} CASCADE")).await;
    if let Err(failure) = ended {
        std::panic::resume_unwind(failure.into_panic());
    }
}

pub(crate) fn server_url() -> String {
    std::env::var("SYMBOLON_TEST_POSTGRES").expect(
        "this test needs a PostgreSQL server: run scripts/test, or start one with `scripts/postgres start DIR` and \
         put the URL that it prints into SYMBOLON_TEST_POSTGRES",
    )
}

/// Says something to PostgreSQL behind the store's back.
pub(crate) async fn command(url: &str, sql: &str) {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls)
        .await
        .unwrap();
    let carrier = tokio::spawn(connection);
    // Schemas go while the last connections of their store are still on their way out.
    client.batch_execute(sql).await.unwrap();
    drop(client);
    carrier.await.unwrap().unwrap();
}

fn fixture(text: String, folder: Option<TempDir>) -> Fixture {
    Fixture {
        database: Database::parse(&text).unwrap(),
        text,
        _folder: folder,
    }
}

/// Makes tests of claims, one per database.
macro_rules! claims {
    ($($place:ident: $($claim:ident),+ $(,)?;)+) => {$(
        mod $place {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $claim() {
                    crate::kit::$place(super::$claim).await;
                }
            )+
        }
    )+};
}
pub(crate) use claims;

static PUT: Statement = Statement::new(
    "tests.put",
    "INSERT INTO settings (key, value) VALUES ($1, $2)",
);
static GET: Statement = Statement::new("tests.get", "SELECT value FROM settings WHERE key = $1");
static COUNT: Statement = Statement::new("tests.count", "SELECT COUNT(*) FROM settings");

/// Writes one row, which must be new.
#[derive(Clone)]
pub(crate) struct Put {
    pub(crate) key: String,
    pub(crate) value: String,
}

impl Put {
    pub(crate) fn new(key: impl Into<String>) -> Self {
        Self {
            key: key.into(),
            value: "value".to_owned(),
        }
    }

    pub(crate) async fn once(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let parameters = [self.key.as_str().into(), self.value.as_str().into()];
        tx.execute_one(&PUT, &parameters).await
    }
}

impl Operation for Put {
    type Output = ();
    const NAME: &'static str = "put";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        self.once(tx).await
    }
}

/// Reads one row.
pub(crate) struct Get(pub(crate) String);

impl Operation for Get {
    type Output = Option<String>;
    const NAME: &'static str = "get";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<String>, Error> {
        let row = tx.row(&GET, &[self.0.as_str().into()]).await?;
        row.map(|row| row.text(0).map(str::to_owned)).transpose()
    }
}

/// Counts the rows that [`Put`] wrote.
pub(crate) struct Count;

impl Operation for Count {
    type Output = i64;
    const NAME: &'static str = "count";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<i64, Error> {
        tx.row(&COUNT, &[]).await?.unwrap().int(0)
    }
}

/// Sleeps in an operation, which on SQLite has nothing to await. Other tasks go on meanwhile.
pub(crate) fn sleep(time: Duration) {
    tokio::task::block_in_place(|| std::thread::sleep(time));
}

/// Keeps the writer busy, so that what comes next queues up and ends in one group.
pub(crate) struct Linger;

impl Operation for Linger {
    type Output = ();
    const NAME: &'static str = "linger";

    async fn run(&self, _: &mut Tx<'_>) -> Result<(), Error> {
        sleep(Duration::from_millis(200));
        Ok(())
    }
}

/// One statement with its parameters, as it is.
pub(crate) struct Run(pub(crate) &'static Statement, pub(crate) Vec<Value>);

impl Operation for Run {
    type Output = u64;
    const NAME: &'static str = "run";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<u64, Error> {
        tx.execute(self.0, &self.1).await
    }
}
