//! What can go wrong between us and the database. "Not found" is no error: it is `Ok(None)`.

use crate::Statement;

/// Why a unit of work was not carried out. Whatever it is, the work has changed nothing, with the one exception
/// that [`Error::Unavailable`] names. No variant holds a stored value: they may be secret, and errors are logged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The database cannot be reached, or went away. If it went away during COMMIT, the text says that the outcome is
    /// unknown.
    #[error("the database is unavailable: {0}")]
    Unavailable(String),
    /// The disk of the database is full.
    #[error("the disk of the database is full")]
    Full,
    /// Another process held the database longer than we are willing to wait.
    #[error("the database is busy: another process has been holding it for too long")]
    Busy,
    /// What is stored is not what this version writes, or a row is not in the state that the work relied on.
    #[error("{statement}{}: {found}", place(*.column))]
    Inconsistent {
        /// The statement that came upon it.
        statement: &'static str,
        /// The column of its result, counted from 0; `None` if it is about whole rows.
        column: Option<usize>,
        /// What was found, without the stored value.
        found: String,
    },
    /// A newer version has prepared this database; this one does not know what it means.
    #[error(
        "the database has schema version {found}, this program knows up to {known}: start the newer version that made it"
    )]
    SchemaTooNew {
        /// The version of the database.
        found: i64,
        /// The newest version that this program knows.
        known: i64,
    },
    /// The schema could not be brought up to date.
    #[error("the database schema cannot be brought up to date: {0}")]
    Migration(String),
    /// A row with this key exists already.
    #[error("a row with the same key exists already ({constraint})")]
    Conflict {
        /// The name of the constraint on PostgreSQL, the columns on SQLite.
        constraint: String,
    },
    /// The work stopped at a defect of this program; the panic message is on standard error.
    #[error("the operation {operation} stopped at a programming error")]
    Panicked {
        /// Its name.
        operation: &'static str,
    },
    /// The store has been closed: the server is stopping.
    #[error("the database has been closed")]
    Closed,
    /// Anything else, in the words of the driver.
    #[error("the database refused: {0}")]
    Database(String),
}

impl Error {
    /// What a statement found is not what must be there.
    pub fn inconsistent(statement: &Statement, found: impl Into<String>) -> Self {
        Self::Inconsistent {
            statement: statement.name(),
            column: None,
            found: found.into(),
        }
    }
}

fn place(column: Option<usize>) -> String {
    column.map_or_else(String::new, |column| format!(", column {column}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inconsistency_names_statement_and_column() {
        let error = Error::Inconsistent {
            statement: "invites.find",
            column: Some(3),
            found: "null instead of bytes".to_owned(),
        };
        assert_eq!(
            error.to_string(),
            "invites.find, column 3: null instead of bytes"
        );
    }
}
