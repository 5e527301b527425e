//! One SQL text for both databases.

/// A named SQL text in the common language of SQLite and PostgreSQL: placeholders `$1`, `$2`, …, `ON CONFLICT`,
/// `RETURNING`, and only TEXT, BIGINT and bytes as types (booleans are 0 or 1, times are milliseconds).
///
/// Every statement is a `static` and listed in its room's `STATEMENTS`, so that a test can prepare it on both.
pub struct Statement {
    name: &'static str,
    sql: &'static str,
}

impl Statement {
    /// A statement. The name is `room.what` and unique; errors and traces show it instead of the text.
    pub const fn new(name: &'static str, sql: &'static str) -> Self {
        Self { name, sql }
    }

    /// Its name.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Its text.
    pub const fn sql(&self) -> &'static str {
        self.sql
    }

    /// Whether rows that come back from it are rows that it changed (`RETURNING`).
    pub(crate) fn changes_rows(&self) -> bool {
        let first = self.sql.trim_start().get(..6).unwrap_or_default();
        !first.eq_ignore_ascii_case("select")
    }
}
