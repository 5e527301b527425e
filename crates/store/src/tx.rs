//! The transaction that an operation works in.

use crate::observer::Happened;
use crate::{Error, Row, Statement, Value, postgres, sqlite};

/// The transaction that an operation works in, on either database.
///
/// After a statement has failed, the operation can only fail: PostgreSQL allows nothing else, and SQLite is held to
/// the same rule. Statements that may meet an existing row say so with `ON CONFLICT`.
pub struct Tx<'a> {
    connection: Connection<'a>,
    failed: Option<Error>,
    wrote: bool,
    rows: u64,
    happened: Vec<Happened>,
}

enum Connection<'a> {
    Sqlite(&'a mut sqlite::Connection),
    Postgres(&'a mut postgres::Connection),
}

impl Tx<'_> {
    /// All rows of a result. Put a `LIMIT` into every statement whose result grows with use.
    pub async fn rows(
        &mut self,
        statement: &Statement,
        parameters: &[Value],
    ) -> Result<Vec<Row>, Error> {
        let result = match &mut self.connection {
            Connection::Sqlite(connection) => connection.rows(statement, parameters),
            Connection::Postgres(connection) => connection.rows(statement, parameters).await,
        };
        let rows = self.note(result)?;
        self.rows += rows.len() as u64;
        self.wrote |= !rows.is_empty() && statement.changes_rows();
        Ok(rows)
    }

    /// The first row of a result; `None` if it is empty.
    pub async fn row(
        &mut self,
        statement: &Statement,
        parameters: &[Value],
    ) -> Result<Option<Row>, Error> {
        Ok(self.rows(statement, parameters).await?.into_iter().next())
    }

    /// Carries out a change and counts the rows it touched.
    pub async fn execute(
        &mut self,
        statement: &Statement,
        parameters: &[Value],
    ) -> Result<u64, Error> {
        let result = match &mut self.connection {
            Connection::Sqlite(connection) => connection.execute(statement, parameters),
            Connection::Postgres(connection) => connection.execute(statement, parameters).await,
        };
        let touched = self.note(result)?;
        self.rows += touched;
        self.wrote |= touched > 0;
        Ok(touched)
    }

    /// Carries out a change that must touch exactly one row. Anything else means that the row is not in the state
    /// that the caller relied on, and is [`Error::Inconsistent`].
    pub async fn execute_one(
        &mut self,
        statement: &Statement,
        parameters: &[Value],
    ) -> Result<(), Error> {
        match self.execute(statement, parameters).await? {
            1 => Ok(()),
            touched => {
                let found = format!("{touched} rows were changed where one was expected");
                Err(Error::inconsistent(statement, found))
            }
        }
    }

    /// Carries out a text of several statements, for migrations.
    pub(crate) async fn batch(&mut self, sql: &str) -> Result<(), Error> {
        let result = match &mut self.connection {
            Connection::Sqlite(connection) => connection.batch(sql),
            Connection::Postgres(connection) => connection.batch(sql).await,
        };
        self.wrote = true;
        self.note(result)
    }

    /// Has the database read a statement without carrying it out. For the test that all statements are understood by
    /// both.
    pub async fn prepare(&mut self, statement: &Statement) -> Result<(), Error> {
        let result = match &mut self.connection {
            Connection::Sqlite(connection) => connection.prepare(statement),
            Connection::Postgres(connection) => connection.prepare(statement).await,
        };
        self.note(result)
    }

    /// Which of the two it is, for the few texts that differ.
    pub(crate) fn dialect(&self) -> crate::dialect::Dialect {
        match self.connection {
            Connection::Sqlite(_) => crate::dialect::Dialect::Sqlite,
            Connection::Postgres(_) => crate::dialect::Dialect::Postgres,
        }
    }

    pub(crate) fn on_sqlite(connection: &mut sqlite::Connection) -> Tx<'_> {
        Tx {
            connection: Connection::Sqlite(connection),
            failed: None,
            wrote: false,
            rows: 0,
            happened: Vec::new(),
        }
    }

    pub(crate) fn on_postgres(connection: &mut postgres::Connection) -> Tx<'_> {
        Tx {
            connection: Connection::Postgres(connection),
            failed: None,
            wrote: false,
            rows: 0,
            happened: Vec::new(),
        }
    }

    /// Remembers an event that was written, for those who watch.
    pub(crate) fn note_happened(&mut self, happened: Happened) {
        self.happened.push(happened);
    }

    /// The events that were written so far.
    pub(crate) fn take_happened(&mut self) -> Vec<Happened> {
        std::mem::take(&mut self.happened)
    }

    /// How many rows its statements have brought or changed.
    pub(crate) fn rows_touched(&self) -> u64 {
        self.rows
    }

    /// What became of an operation that ended with `result`: whether it wrote anything, or why it must be rolled
    /// back.
    pub(crate) fn conclude(self, result: Result<(), Error>) -> Result<bool, Error> {
        result?;
        self.failed.map_or(Ok(self.wrote), Err)
    }

    fn note<T>(&mut self, result: Result<T, Error>) -> Result<T, Error> {
        if let Err(error) = &result {
            self.failed.get_or_insert_with(|| error.clone());
        }
        result
    }
}
