//! Whether the database keeps what it has confirmed, and whether it is whole: for those who manage a server.

use std::path::Path;
use std::time::Duration;

use crate::{Database, Error, Operation, Tx, sqlite};

/// What the database says about how safely it keeps what it has confirmed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Durability {
    /// SQLite.
    Sqlite {
        /// The version of the library.
        version: String,
        /// How it writes; `wal` is what this store asks for.
        journal: String,
        /// Whether a confirmed write is on disk; `2` (full) is what this store asks for.
        synchronous: String,
    },
    /// PostgreSQL.
    Postgres {
        /// The version of the server, for people.
        version: String,
        /// The same as a number: 130004 is 13.4.
        version_number: u32,
        /// Whether anything is ever forced to disk.
        fsync: bool,
        /// Whether pages that a crash tore apart can be mended.
        full_page_writes: bool,
        /// What a commit waits for.
        synchronous_commit: String,
        /// Whether it follows another server and takes no writes.
        in_recovery: bool,
    },
}

/// Asks the database itself.
pub struct LoadDurability;

impl Operation for LoadDurability {
    type Output = Durability;
    const NAME: &'static str = "load_durability";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Durability, Error> {
        let statement = tx.dialect().durability();
        let row = tx.row(statement, &[]).await?;
        let row = row.ok_or_else(|| Error::inconsistent(statement, "no row at all"))?;
        let text = |column| row.text(column).map(str::to_owned);
        let switch = |column| Ok::<_, Error>(row.text(column)? == "on");
        Ok(match tx.dialect() {
            crate::dialect::Dialect::Sqlite => Durability::Sqlite {
                version: text(0)?,
                journal: text(1)?,
                synchronous: text(2)?,
            },
            crate::dialect::Dialect::Postgres => Durability::Postgres {
                version: text(0)?,
                version_number: row.parsed(1, |number| number.parse().ok())?,
                fsync: switch(2)?,
                full_page_writes: switch(3)?,
                synchronous_commit: text(4)?,
                in_recovery: switch(5)?,
            },
        })
    }
}

/// Whether the file of a database is whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Integrity {
    /// Nothing wrong was found.
    Sound,
    /// What is wrong, in SQLite's words; the first few findings.
    Damaged(Vec<String>),
    /// There was not enough time to look at all of it.
    Unfinished,
    /// The database is not a file that could be looked at.
    NoFile,
}

/// Copies all that is committed in a SQLite file into a new one, of one moment, beside whoever uses it, and looks through
/// the copy for damage. Nothing is replaced. Blocks for as long as the disk needs.
pub fn back_up(from: &Path, to: &Path) -> Result<(), Error> {
    sqlite::back_up(from, to)
}

/// Looks through the file of a SQLite database for damage, beside whoever uses it, for as long as `patience` lasts.
pub async fn examine(database: &Database, patience: Duration) -> Result<Integrity, Error> {
    let Database::Sqlite { path } = database else {
        return Ok(Integrity::NoFile);
    };
    let path = path.clone();
    let examined = tokio::task::spawn_blocking(move || sqlite::examine(&path, patience)).await;
    examined.unwrap_or(Err(Error::Panicked {
        operation: "examine",
    }))
}
