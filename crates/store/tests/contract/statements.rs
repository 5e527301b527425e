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

/// What may look at every row: administrators' listings that page through by primary key, and clearing away.
const MAY_WALK: &[&str] = &[];

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
    for statement in statements() {
        let plan = store.read(Explain(statement)).await.unwrap();
        let scans = plan.into_iter().filter(|step| {
            let whole = step.starts_with("SCAN") && !step.contains("CONSTANT ROW");
            whole
                && !["(subquery", "ready", "times", "migrations"]
                    .iter()
                    .any(|name| step.contains(name))
        });
        if !MAY_WALK.contains(&statement.name()) {
            walks.extend(scans.map(|step| format!("{}: {step}", statement.name())));
        }
    }
    assert!(walks.is_empty(), "{walks:#?}");
}
