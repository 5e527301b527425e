//! Every statement of every room is understood by both databases.

use std::collections::HashSet;

use symbolon_store::{Error, Operation, Statement, Tx, statements};

use crate::kit::{Fixture, claims};

claims! {
    on_memory: every_statement_prepares;
    on_disk: every_statement_prepares, no_statement_walks_through_a_growing_table;
    on_postgres: every_statement_prepares;
}

#[test]
fn names_of_statements_are_unique() {
    let mut names = HashSet::new();
    for statement in statements() {
        assert!(
            names.insert(statement.name()),
            "{} is there twice",
            statement.name()
        );
    }
    assert!(names.len() > 5);
}

struct Prepare(&'static Statement);

impl Operation for Prepare {
    type Output = ();
    const NAME: &'static str = "prepare";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        tx.prepare(self.0).await
    }
}

async fn every_statement_prepares(fixture: Fixture) {
    let store = fixture.open().await;
    let mut failures = Vec::new();
    for statement in statements() {
        if let Err(error) = store.read(Prepare(statement)).await {
            failures.push(format!("{}: {error}", statement.name()));
        }
    }
    assert!(failures.is_empty(), "{failures:#?}");
}

/// What may walk along an index by the state of deliveries alone: it stops soon, or changes every row that it meets,
/// or an administrator asks for it, or it counts for figures, every five seconds at most.
const MAY_WALK_BY_STATE: &[&str] = &[
    "outbox.next_due",
    "outbox.list",
    "outbox.people",
    "outbox.release_all",
    "piles.summary",
    "piles.count",
];

/// What means every row: for a server that has got another name, of a partial index that holds what is asked for alone, of
/// a table that does not grow (at most twenty directories, of at most ten thousand servers each; notes about at most a thousand servers), or to count them for
/// figures, along an index that holds no more than is counted by; and once a minute of the servers that are known, which this
/// keeps few (the second and third only if there are more than are kept), and twice while strangers are too many, to tell
/// the others from them. The doctor looks for servers that answer.
const MAY_WALK: &[&str] = &[
    "sync.forget_roots",
    "sync.forget_buckets",
    "sync.uncounted",
    "connections.uncalled",
    "sync.answering",
    "departures.next",
    "directories.count",
    "trust.any_listed",
    "directories.list",
    "directories.claim",
    "ahead.directories",
    "directories.search",
    "notes.servers",
    "peers.acquainted",
    "peers.count",
    "peers.rows",
    "peers.strangers",
    "peers.prune",
];

struct Explain(&'static Statement);

impl Operation for Explain {
    type Output = Vec<String>;
    const NAME: &'static str = "explain";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<String>, Error> {
        let sql = format!("EXPLAIN QUERY PLAN {}", self.0.sql());
        let explain: &'static Statement = Box::leak(Box::new(Statement::new(
            "tests.explain",
            Box::leak(sql.into_boxed_str()),
        )));
        let parameters = (1..).take_while(|number| self.0.sql().contains(&format!("${number}")));
        let parameters: Vec<_> = parameters.map(|_| 0_i64.into()).collect();
        let rows = tx.rows(explain, &parameters).await?;
        rows.iter()
            .map(|row| row.text(3).map(str::to_owned))
            .collect()
    }
}

async fn no_statement_walks_through_a_growing_table(fixture: Fixture) {
    let store = fixture.open().await;
    let mut walks = Vec::new();
    let bounded = |statement: &&Statement| !MAY_WALK.contains(&statement.name());
    for statement in statements().filter(bounded) {
        let plan = store.read(Explain(statement)).await.unwrap();
        let by_state = !MAY_WALK_BY_STATE.contains(&statement.name());
        let walk = |step: &String| is_scan(step) || (by_state && step.ends_with("(state=?)"));
        walks.extend(
            plan.into_iter()
                .filter(walk)
                .map(|step| format!("{}: {step}", statement.name())),
        );
    }
    assert!(walks.is_empty(), "{walks:#?}");
}

/// Whether a step of SQLite's plan reads every row of a table. What a query computes itself is no table.
fn is_scan(step: &str) -> bool {
    let own = ["(subquery", "ready", "times", "SCAN one", "SCAN rows"];
    let small = ["migrations"];
    let computed = own.iter().chain(&small).any(|name| step.contains(name));
    step.starts_with("SCAN") && !step.contains("CONSTANT ROW") && !computed
}
