//! Which database: the answer to `--database`.

use std::path::PathBuf;

use secrecy::{ExposeSecret, SecretString};

/// Where the data is.
#[derive(Clone)]
pub enum Database {
    /// A file of this machine. It and its folder are created, readable by their owner only.
    Sqlite {
        /// The file.
        path: PathBuf,
    },
    /// Nothing outlives the store: for tests and trials.
    Memory,
    /// A PostgreSQL server, version 13 or newer.
    Postgres {
        /// How to get there.
        url: PostgresUrl,
    },
}

/// The URL of a PostgreSQL database. It holds a password, and therefore has no `Debug`.
///
/// With `sslmode=require` or `sslmode=prefer` in it, the connection is encrypted and the server must prove its name
/// by a certificate that a public authority signed; without `sslmode` the connection is plain.
#[derive(Clone)]
pub struct PostgresUrl(SecretString);

impl PostgresUrl {
    /// The URL with its password, for the one place that connects.
    pub(crate) fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// The name of the database there, if the URL has one.
    pub fn database_name(&self) -> Option<String> {
        let config = self.expose().parse::<tokio_postgres::Config>().ok()?;
        config.get_dbname().map(str::to_owned)
    }
}

impl Database {
    /// Reads `sqlite:PATH`, `memory:`, `postgres://…` or `postgresql://…`. The error is a sentence that does not
    /// repeat the text.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text == "memory:" {
            return Ok(Self::Memory);
        }
        if let Some(path) = text.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            if path.is_empty() {
                return Err("`sqlite:` lacks the path of a file".to_owned());
            }
            return Ok(Self::Sqlite { path: path.into() });
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            text.parse::<tokio_postgres::Config>()
                .map_err(|error| format!("the PostgreSQL URL cannot be read: {error}"))?;
            let url = PostgresUrl(text.into());
            return Ok(Self::Postgres { url });
        }
        Err(
            "a database is `sqlite:PATH`, `memory:` or `postgres://USER:PASSWORD@HOST/NAME`"
                .to_owned(),
        )
    }

    /// The database in words that may be logged: no password, no user.
    pub fn describe(&self) -> String {
        match self {
            Self::Sqlite { path } => format!("SQLite file {}", path.display()),
            Self::Memory => "memory only".to_owned(),
            Self::Postgres { url } => url.database_name().map_or_else(
                || "PostgreSQL".to_owned(),
                |name| format!("PostgreSQL database {name}"),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn databases_are_told_apart_by_their_scheme() {
        assert!(matches!(Database::parse("memory:"), Ok(Database::Memory)));
        for text in ["sqlite:/data/a.db", "sqlite:///data/a.db"] {
            let parsed = Database::parse(text);
            assert!(
                matches!(parsed, Ok(Database::Sqlite { path }) if path.to_str() == Some("/data/a.db"))
            );
        }
        assert!(Database::parse("postgres://bob:pass@db.example.org/cloud").is_ok());
        for text in ["", "sqlite:", "/data/a.db", "mysql://db.example.org"] {
            assert!(Database::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn neither_error_nor_description_tells_the_password() {
        let database = Database::parse("postgres://bob:hunter2@db.example.org/cloud").unwrap();
        assert_eq!(database.describe(), "PostgreSQL database cloud");
        let error = Database::parse("postgres://bob:hunter2@db.example.org:port/cloud").err();
        assert!(!error.unwrap().contains("hunter2"));
    }
}
