//! What a server has written, and how much memory it has.

use std::collections::BTreeMap;
use std::fs;

use symbolon_store::{Error, Operation, Statement, Store, Tx};

macro_rules! count {
    ($first:literal $(, $table:literal)*) => {
        concat!("SELECT '", $first, "', COUNT(*) FROM ", $first
                $(, " UNION ALL SELECT '", $table, "', COUNT(*) FROM ", $table)*)
    };
}

static ROWS: Statement = Statement::new(
    "load.rows",
    count!(
        "acceptances",
        "app_passwords",
        "connections",
        "counters",
        "deliveries",
        "delivery_attempts",
        "departures",
        "directories",
        "directory_servers",
        "email_changes",
        "events",
        "identities",
        "invites",
        "migrations",
        "notifications",
        "peer_notes",
        "peer_rules",
        "peers",
        "recovery_codes",
        "redemptions",
        "second_factors",
        "seen_signatures",
        "sessions",
        "settings",
        "sync_leaves",
        "syncs",
        "users"
    ),
);
static TABLES: Statement = Statement::new(
    "load.tables",
    "SELECT name, 0 FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
);
static EVENTS: Statement = Statement::new(
    "load.events",
    "SELECT kind, COUNT(*) FROM events GROUP BY kind",
);

static ABOUT_THE_SAME: Statement = Statement::new(
    "load.about_the_same",
    "SELECT kind || ': ' || COALESCE(object, '') || ' ' || COALESCE(user_id, '') || ' ' || COALESCE(peer, ''), COUNT(*)
     FROM events WHERE kind LIKE '%.refused' GROUP BY kind, object, user_id, peer",
);

/// Names with numbers.
pub(crate) type Counts = BTreeMap<String, i64>;

struct Count(&'static Statement);

impl Operation for Count {
    type Output = Counts;
    const NAME: &'static str = "load_count";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Counts, Error> {
        let rows = tx.rows(self.0, &[]).await?;
        let counts = rows
            .iter()
            .map(|row| Ok((row.text(0)?.to_owned(), row.int(1)?)));
        counts.collect()
    }
}

/// The rows of every table, those of the trail by their kinds.
pub(crate) async fn rows(store: &Store) -> Counts {
    let read = async |statement| store.read(Count(statement)).await.expect("it can be read");
    let mut rows = read(&ROWS).await;
    let tables = read(&TABLES).await;
    assert!(tables.keys().eq(rows.keys()), "{tables:?}");
    rows.remove("events");
    let events = read(&EVENTS).await;
    rows.extend(
        events
            .into_iter()
            .map(|(kind, count)| (format!("events: {kind}"), count)),
    );
    rows
}

/// The refusals in the trail, by what they are about.
pub(crate) async fn about_the_same(store: &Store) -> Counts {
    let read = store.read(Count(&ABOUT_THE_SAME)).await;
    read.expect("it can be read")
}

/// The memory of a process that is its own or mapped and in use, in KiB.
pub(crate) fn resident_kib(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status"));
    let status = status.expect("the process is there");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line.and_then(|rest| rest.trim().split(' ').next()?.parse().ok());
    number.expect("the kernel tells it")
}

/// Counters out of the text of `/metrics`, by name and labels.
pub(crate) fn counters(text: &str) -> Counts {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let counters = lines.filter_map(|line| {
        let (name, value) = line.rsplit_once(' ')?;
        let counter = name.contains("_total");
        counter.then(|| Some((name.to_owned(), value.parse().ok()?)))?
    });
    counters.collect()
}

/// How much was added to each, where something was.
pub(crate) fn grown(before: &Counts, after: &Counts) -> Counts {
    let grown = after.iter().map(|(name, now)| {
        let then = before.get(name).copied().unwrap_or_default();
        (name.clone(), now - then)
    });
    grown.filter(|(_, more)| *more > 0).collect()
}
