//! One connection to SQLite.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use rusqlite::backup::Backup;
use rusqlite::config::DbConfig;
use rusqlite::functions::FunctionFlags;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, OpenFlags, ToSql};

use crate::dialect::sqlite_placeholders;
use crate::{Error, Row, Statement, Value};

/// How often we ask again while another process is writing, such as the command line beside the server: for about ten
/// seconds. SQLite's own handler soon asks only every 100 ms, and rarely hits the gap between two commits of a busy
/// server.
const BUSY_PAUSE: Duration = Duration::from_millis(1);
const BUSY_PAUSES_MAX: i32 = 10_000;

/// More than there are statements, so that each is read once per connection.
const PREPARED_MAX: usize = 256;

pub(crate) struct Connection {
    inner: rusqlite::Connection,
    /// Statements in the words of SQLite, by their text.
    translated: HashMap<&'static str, Arc<str>>,
    /// Whether it serves a reader now. SQLite's own switch for that makes it read every statement anew.
    refuses_changes: bool,
}

/// Where a connection leads.
#[derive(Clone, Copy)]
pub(crate) enum Place<'a> {
    Memory,
    File(&'a Path),
    FileReadOnly(&'a Path),
}

impl Connection {
    pub(crate) fn open(place: Place<'_>) -> Result<Self, Error> {
        let flags = OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut inner = match place {
            Place::Memory => rusqlite::Connection::open_in_memory()?,
            Place::File(path) => {
                create_private(path)?;
                rusqlite::Connection::open_with_flags(
                    path,
                    flags | OpenFlags::SQLITE_OPEN_READ_WRITE,
                )?
            }
            Place::FileReadOnly(path) => rusqlite::Connection::open_with_flags(
                path,
                flags | OpenFlags::SQLITE_OPEN_READ_ONLY,
            )?,
        };
        inner.busy_handler(Some(wait_politely))?;
        inner.set_prepared_statement_cache_capacity(PREPARED_MAX);
        if matches!(place, Place::File(_)) {
            let mode: String =
                inner.query_row("PRAGMA journal_mode = WAL", (), |row| row.get(0))?;
            if mode != "wal" {
                let text = format!("the file cannot use a write-ahead log (journal mode {mode})");
                return Err(Error::Database(text));
            }
        }
        inner.execute_batch(
            "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA journal_size_limit = 67108864;",
        )?;
        // A statement that is ready stays so: without this, some are planned anew for every value bound to them.
        inner.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        know_all_letters(&inner)?;
        Ok(Self {
            inner,
            translated: HashMap::new(),
            refuses_changes: false,
        })
    }

    /// The connection as the library knows it, for what only the library can do.
    pub(super) fn raw(&self) -> &rusqlite::Connection {
        &self.inner
    }

    /// A database in memory with the same content.
    pub(super) fn copy(&self) -> Result<Self, Error> {
        let mut copy = Self::open(Place::Memory)?;
        Backup::new(&self.inner, &mut copy.inner)?.step(-1)?;
        Ok(copy)
    }

    pub(crate) fn rows(
        &mut self,
        statement: &Statement,
        parameters: &[Value],
    ) -> Result<Vec<Row>, Error> {
        let mut prepared = self.bound(statement, parameters)?;
        let columns = prepared.column_count();
        let mut results = prepared.raw_query();
        let mut rows = Vec::new();
        while let Some(result) = results.next()? {
            let values = (0..columns)
                .map(|column| value(statement, column, result.get_ref(column)?))
                .collect::<Result<_, _>>()?;
            rows.push(Row::new(statement, values));
        }
        Ok(rows)
    }

    pub(crate) fn execute(
        &mut self,
        statement: &Statement,
        parameters: &[Value],
    ) -> Result<u64, Error> {
        let mut prepared = self.bound(statement, parameters)?;
        let changes = !prepared.readonly();
        let mut results = prepared.raw_query();
        while results.next()?.is_some() {}
        drop(results);
        drop(prepared);
        Ok(if changes { self.inner.changes() } else { 0 })
    }

    /// Whether statements that could change something fail from now on.
    pub(crate) fn refuse_changes(&mut self, refuse: bool) {
        self.refuses_changes = refuse;
    }

    pub(crate) fn prepare(&mut self, statement: &Statement) -> Result<(), Error> {
        let sql = self.translate(statement);
        self.inner.prepare_cached(&sql)?;
        Ok(())
    }

    pub(crate) fn batch(&mut self, sql: &str) -> Result<(), Error> {
        Ok(self.inner.execute_batch(sql)?)
    }

    /// Carries out one of the engine's own statements, which have no parameters and no result.
    pub(crate) fn command(&self, sql: &str) -> Result<(), Error> {
        self.inner.prepare_cached(sql)?.execute(())?;
        Ok(())
    }

    /// Whether a transaction is open. SQLite ends it on its own account when the disk is full or fails.
    pub(crate) fn in_transaction(&self) -> bool {
        !self.inner.is_autocommit()
    }

    /// A number that changes when another connection has committed, and only then.
    pub(crate) fn data_version(&self) -> Result<i64, Error> {
        let mut prepared = self.inner.prepare_cached("PRAGMA data_version")?;
        Ok(prepared.query_row((), |row| row.get(0))?)
    }

    /// Writes the log back into the file, so that the file alone is the whole database.
    pub(crate) fn checkpoint(&self) -> Result<(), Error> {
        Ok(self
            .inner
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", (), |_| Ok(()))?)
    }

    fn bound(
        &mut self,
        statement: &Statement,
        parameters: &[Value],
    ) -> Result<CachedStatement<'_>, Error> {
        let sql = self.translate(statement);
        let mut prepared = self.inner.prepare_cached(&sql)?;
        if self.refuses_changes && !prepared.readonly() {
            let text = format!(
                "{} changes something and was to read only",
                statement.name()
            );
            return Err(Error::Database(text));
        }
        let expected = prepared.parameter_count();
        if expected != parameters.len() {
            let found = format!(
                "{} parameters where {expected} are needed",
                parameters.len()
            );
            return Err(Error::inconsistent(statement, found));
        }
        for (place, parameter) in (1_usize..).zip(parameters) {
            prepared.raw_bind_parameter(place, parameter)?;
        }
        Ok(prepared)
    }

    fn translate(&mut self, statement: &Statement) -> Arc<str> {
        let sql = statement.sql();
        let translated = self.translated.entry(sql);
        Arc::clone(translated.or_insert_with(|| sqlite_placeholders(sql).into()))
    }
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Int(value) => ValueRef::Integer(*value),
            Self::Text(value) => ValueRef::Text(value.as_bytes()),
            Self::Blob(value) => ValueRef::Blob(value),
        }))
    }
}

fn wait_politely(pauses: i32) -> bool {
    thread::sleep(BUSY_PAUSE);
    pauses < BUSY_PAUSES_MAX
}

/// SQLite's own `LOWER` knows the letters of English only; PostgreSQL's knows those of its locale.
fn know_all_letters(connection: &rusqlite::Connection) -> Result<(), Error> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    Ok(
        connection.create_scalar_function("lower", 1, flags, |call| {
            let text: Option<String> = call.get(0)?;
            Ok(text.map(|text| text.to_lowercase()))
        })?,
    )
}

fn value(statement: &Statement, column: usize, stored: ValueRef<'_>) -> Result<Value, Error> {
    let wrong = |found: &str| Error::Inconsistent {
        statement: statement.name(),
        column: Some(column),
        found: found.to_owned(),
    };
    match stored {
        ValueRef::Null => Ok(Value::Null),
        ValueRef::Integer(value) => Ok(Value::Int(value)),
        ValueRef::Text(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) => Ok(Value::Text(text.to_owned())),
            Err(_) => Err(wrong("text that is not UTF-8")),
        },
        ValueRef::Blob(bytes) => Ok(Value::Blob(bytes.to_vec())),
        ValueRef::Real(_) => Err(wrong("a fraction")),
    }
}

/// Makes file and folder, for their owner only. Folders that exist keep their permissions. SQLite gives its log the
/// permissions of the file.
fn create_private(path: &Path) -> Result<(), Error> {
    let failed = |error: io::Error| Error::Unavailable(format!("{}: {error}", path.display()));
    if let Some(folder) = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(folder).map_err(failed)?;
    }
    let mut options = fs::OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop).map_err(failed)
}
