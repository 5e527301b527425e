//! Everything in which SQLite and PostgreSQL differ, apart from their drivers.

use std::borrow::Cow;

use crate::Statement;

/// One of the two databases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    Sqlite,
    Postgres,
}

impl Dialect {
    /// A migration in the words of this database.
    pub(crate) fn schema(self, text: &str) -> String {
        let words = match self {
            Self::Sqlite => SQLITE,
            Self::Postgres => POSTGRES,
        };
        words.iter().fold(text.to_owned(), |text, (word, meaning)| {
            text.replace(word, meaning)
        })
    }

    /// Asks how safely the database keeps what it has confirmed: see [`crate::durability`].
    pub(crate) fn durability(self) -> &'static Statement {
        static SQLITE: Statement = Statement::new(
            "durability.load",
            "SELECT sqlite_version(), (SELECT journal_mode FROM pragma_journal_mode),
                    CAST((SELECT synchronous FROM pragma_synchronous) AS TEXT)",
        );
        static POSTGRES: Statement = Statement::new(
            "durability.load",
            "SELECT current_setting('server_version'), current_setting('server_version_num'), current_setting('fsync'),
                    current_setting('full_page_writes'), current_setting('synchronous_commit'),
                    CASE WHEN pg_is_in_recovery() THEN 'on' ELSE 'off' END",
        );
        match self {
            Self::Sqlite => &SQLITE,
            Self::Postgres => &POSTGRES,
        }
    }

    /// Asks whether the table of migrations is there.
    pub(crate) fn migrations_exist(self) -> &'static Statement {
        static SQLITE: Statement = Statement::new(
            "migrations.exist",
            "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'migrations'",
        );
        static POSTGRES: Statement = Statement::new(
            "migrations.exist",
            "SELECT 1 FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'migrations'",
        );
        match self {
            Self::Sqlite => &SQLITE,
            Self::Postgres => &POSTGRES,
        }
    }
}

/// `key` is text that is compared byte by byte; `name` is text for people, whose capital letters the database may
/// know.
const SQLITE: &[(&str, &str)] = &[
    ("{key}", "TEXT"),
    ("{name}", "TEXT"),
    ("{int}", "INTEGER"),
    ("{blob}", "BLOB"),
    ("{sequence}", "INTEGER PRIMARY KEY AUTOINCREMENT"),
    ("{table}", "STRICT"),
];
const POSTGRES: &[(&str, &str)] = &[
    ("{key}", "TEXT COLLATE \"C\""),
    ("{name}", "TEXT"),
    ("{int}", "BIGINT"),
    ("{blob}", "BYTEA"),
    (
        "{sequence}",
        "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
    ),
    ("{table}", ""),
];

/// A statement in the words of SQLite, which numbers parameters as `?1`. Its own `$1` is a name, whose number is the
/// order of appearance.
pub(crate) fn sqlite_placeholders(sql: &str) -> Cow<'_, str> {
    if !sql.contains('$') {
        return Cow::Borrowed(sql);
    }
    let mut quoted = false;
    let mut rest = sql.chars().peekable();
    let mut translated = String::with_capacity(sql.len());
    while let Some(one) = rest.next() {
        quoted ^= one == '\'';
        let number_follows = rest.peek().is_some_and(char::is_ascii_digit);
        let placeholder = one == '$' && !quoted && number_follows;
        translated.push(if placeholder { '?' } else { one });
    }
    Cow::Owned(translated)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_keep_their_numbers_and_quotes_are_left_alone() {
        let sql = "SELECT '$1', a FROM t WHERE b = $12 AND c = '' || $2 AND d = '$'";
        let expected = "SELECT '$1', a FROM t WHERE b = ?12 AND c = '' || ?2 AND d = '$'";
        assert_eq!(sqlite_placeholders(sql), expected);
    }

    #[test]
    fn both_databases_know_the_same_words() {
        let words = |table: &[(&'static str, &str)]| {
            table.iter().map(|(word, _)| *word).collect::<Vec<_>>()
        };
        assert_eq!(words(SQLITE), words(POSTGRES));
    }
}
