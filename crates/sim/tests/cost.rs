//! What comparing halves costs, measured on two whole servers with a database file each.
//!
//! `SYMBOLON_SYNC_PAIRS=1000000 cargo test --release -p symbolon-sim --test cost -- --nocapture` measures a million
//! connections and prints the figures; it takes some minutes, nearly all of them to make the connections.
#![expect(
    clippy::unwrap_used,
    reason = "a measurement stops at the first surprise"
)]

use symbolon_sim::cost::{Cost, TwoServers};
use symbolon_sim::crowd::{Crowd, Many};
use symbolon_store::sync::digests::{LoadGroups, LoadLeaves, SetOurName};
use symbolon_store::{Database, Options, Store};

/// Connections of the normal run.
const PAIRS: u32 = 20_000;

/// Halves that differ.
const DIFFERENCES: u32 = 10;

/// Bytes between the two servers that ten differences among a million may cost.
const BYTES_MAX: u64 = 200_000;

/// All digests of one server's buckets, which are read once to find those that differ.
const BUCKETS: u64 = 65_536;

fn pairs() -> u32 {
    let written = std::env::var("SYMBOLON_SYNC_PAIRS").ok();
    written.map_or(PAIRS, |pairs| pairs.parse().expect("it is a number"))
}

fn print(what: &str, cost: &Cost) {
    let [asks, answers] = cost.work.map(|work| work.as_secs_f64() * 1_000.0);
    println!(
        "{what}: {} messages, {} bytes, {asks:.1} ms of work on the asking side and {answers:.1} ms on the other, \
         {:?} rows; {:?}",
        cost.messages, cost.bytes, cost.rows, cost.report
    );
}

#[tokio::test]
async fn ten_differences_cost_a_few_messages_and_less_than_200_kb_and_leave_the_halves_equal() {
    let folder = tempfile::tempdir().unwrap();
    let two = TwoServers::with(folder.path(), pairs()).await;
    print("equal, first time", &two.compare().await);
    let equal = two.compare().await;
    print("equal", &equal);
    two.come_apart(DIFFERENCES).await;
    let apart = two.compare().await;
    print("ten differences", &apart);
    let again = two.compare().await;
    print("equal again", &again);

    let [cat, dog] = two.roots().await;
    assert_eq!(cat, dog);
    let alone = u64::from(DIFFERENCES / 3);
    assert_eq!(cat.halves, u64::from(pairs()) + alone);
    // The one who asks hears only of those where the other side knows better.
    let answered = two.found().await[1];
    assert_eq!(answered, u64::from(DIFFERENCES));
    assert!(apart.bytes < BYTES_MAX, "{apart:?}");
    assert!(apart.messages <= 6, "{apart:?}");
    // The digests of all buckets, the halves in the ten that differ, and what is written for them.
    let in_buckets = u64::from(DIFFERENCES) * (u64::from(pairs()) / BUCKETS + 1) * 4;
    for rows in apart.rows {
        assert!(
            rows < BUCKETS.min(pairs().into()) + 16 * 256 + in_buckets + 300,
            "{apart:?}"
        );
    }
    for cost in [&equal, &again] {
        assert_eq!(cost.messages, 1, "{cost:?}");
        assert_eq!(cost.report.found, 0);
        assert!(cost.bytes < 3_000, "{cost:?}");
    }
    assert_eq!(equal.rows, again.rows);
    two.close().await;
}

#[tokio::test]
async fn comparing_equal_servers_reads_as_few_rows_for_many_pairs_as_for_one() {
    let mut costs = Vec::new();
    for pairs in [1, 2_000] {
        let folder = tempfile::tempdir().unwrap();
        let two = TwoServers::with(folder.path(), pairs).await;
        two.compare().await;
        costs.push(two.compare().await);
        two.close().await;
    }
    assert_eq!(costs[0].rows, costs[1].rows);
    assert!(costs[1].rows.iter().all(|rows| *rows <= 8), "{costs:?}");
}

#[tokio::test]
async fn many_halves_at_once_are_the_same_as_one_by_one() {
    let folder = tempfile::tempdir().unwrap();
    let two = TwoServers::with(folder.path(), 300).await;
    let crowd = &two.crowd;
    let file = folder.path().join("one-by-one.db");
    let store = Store::open(&Database::Sqlite { path: file }, Options::default())
        .await
        .unwrap();
    let here = crowd.servers[0].clone();
    store.write(SetOurName { here }).await.unwrap();
    let nobody = Crowd {
        servers: crowd.servers.clone(),
        pairs: 0,
    };
    assert_eq!(nobody.people(), crowd.people());
    nobody.settle(0, &store).await.unwrap();
    for pair in 0..300 {
        assert!(store.write(crowd.redeem(0, pair)).await.unwrap().is_ok());
    }
    assert_eq!(
        state(&store, crowd).await,
        state(&two.apps[0].store, crowd).await
    );
    let many = Many(vec![crowd.redeem(0, 300)]);
    two.apps[0].store.write(many).await.unwrap();
    assert_ne!(
        state(&store, crowd).await,
        state(&two.apps[0].store, crowd).await
    );
    two.close().await;
    store.close().await;
}

/// Halves, digests and the length of the audit trail, as one text to compare.
async fn state(store: &Store, crowd: &Crowd) -> String {
    let provider = || crowd.servers[1].clone();
    let connections = symbolon_store::connections::listing::ListAllConnections {
        before: None,
        limit: 1_000,
    };
    let connections = store.read(connections).await.unwrap();
    let groups = store
        .read(LoadGroups {
            provider: provider(),
        })
        .await
        .unwrap();
    let all = LoadLeaves {
        provider: provider(),
        groups: (0..=u8::MAX).collect(),
    };
    let leaves = store.read(all).await.unwrap();
    let events = store.read(symbolon_store::events::LastEvent).await.unwrap();
    format!("{events} {groups:?} {leaves:?} {connections:?}")
}
