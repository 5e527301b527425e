//! Where rows are kept.

use std::path::Path;

use secrecy::ExposeSecret;
use symbolon_store::Database;
use url::Url;

use super::error::ConfigError;
use super::key::Key;
use super::raw::{RawConfig, Written};
use super::secret;
use crate::said::Said;

/// The word for the embedded database in the data folder.
pub(super) const EMBEDDED: &str = "sqlite";

/// The file name of the embedded database within the data folder.
const SQLITE_FILE: &str = "symbolon.db";

/// Longest URL in bytes.
const URL_BYTES: usize = 4_096;

/// Reads `database`, or the file that `database_file` names.
pub(super) fn resolve(raw: &RawConfig, data: &Path) -> Result<Database, ConfigError> {
    let invalid = |key, reason, remedy| ConfigError::Invalid {
        key,
        origin: raw.origin(key),
        reason,
        remedy,
    };
    let remedy = "Write sqlite, or a URL like postgres://user:password@db.example.org/symbolon";
    let Some(path) = file(raw) else {
        let written = raw.written(Key::Database);
        let written = written.map_or(EMBEDDED, |written| &written.text);
        return parse(written, data).map_err(|reason| invalid(Key::Database, reason, remedy));
    };
    if raw.written(Key::Database).is_some() {
        let reason = "database_file is set, too".to_owned();
        return Err(invalid(
            Key::Database,
            reason,
            "Set one of the two, and not the other",
        ));
    }
    let remedy = "Name a file that this server alone can read, with the URL of the database in its first line; or hand it \
                  over with systemd: LoadCredential=database:/etc/symbolon/database";
    let read = secret::first_line(&path.text, URL_BYTES);
    let read = read.and_then(|text| parse(text.expose_secret(), data));
    read.map_err(|reason| invalid(Key::DatabaseFile, reason, remedy))
}

/// The file with the URL, if there is one.
pub(super) fn file(raw: &RawConfig) -> Option<&Written> {
    let written = raw.written(Key::DatabaseFile);
    written.filter(|written| !written.text.is_empty())
}

/// Reads `sqlite` (in the data folder) or what the store itself understands. The error does not repeat the text.
fn parse(text: &str, data: &Path) -> Result<Database, String> {
    if text == EMBEDDED {
        return Ok(Database::Sqlite {
            path: data.join(SQLITE_FILE),
        });
    }
    Database::parse(text)
}

/// The database for whoever reads about it: no password, no user.
pub fn in_words(database: &Database) -> Said {
    match database {
        Database::Sqlite { path } => {
            Said::new("database-file").with("path", path.display().to_string())
        }
        Database::Memory => Said::new("database-memory"),
        Database::Postgres { url } => match url.database_name() {
            Some(name) => Said::new("database-postgres").with("name", name),
            None => Said::words("PostgreSQL"),
        },
    }
}

/// The setting as it may be shown: without its password, wherever that is written.
pub(super) fn redacted(text: &str) -> String {
    if text == EMBEDDED || text.starts_with("sqlite:") || text == "memory:" {
        return text.to_owned();
    }
    let hidden = "postgres://***".to_owned();
    let Ok(mut url) = Url::parse(text) else {
        return hidden;
    };
    if url.password().is_some() && url.set_password(Some("***")).is_err() {
        return hidden;
    }
    if url.query().is_some() {
        let shown: Vec<(String, String)> = url
            .query_pairs()
            .map(|(name, value)| {
                let secret = name.to_ascii_lowercase().contains("password");
                (
                    name.into_owned(),
                    if secret {
                        "***".to_owned()
                    } else {
                        value.into_owned()
                    },
                )
            })
            .collect();
        url.query_pairs_mut().clear().extend_pairs(shown);
    }
    url.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_database_lives_in_the_data_folder() {
        let Ok(Database::Sqlite { path }) = parse("sqlite", Path::new("/data")) else {
            panic!("not SQLite")
        };
        assert_eq!(path, Path::new("/data/symbolon.db"));
    }

    #[test]
    fn a_password_is_never_shown() {
        for text in [
            "postgres://symbolon:hush@db.example.org/symbolon",
            "postgresql://symbolon@db.example.org:5433/symbolon?sslmode=require&password=hush",
        ] {
            let shown = redacted(text);
            assert!(!shown.contains("hush"), "{shown}");
            assert!(
                shown.contains("symbolon@") || shown.contains("symbolon:***@"),
                "{shown}"
            );
            assert!(shown.contains("db.example.org"), "{shown}");
        }
        assert!(!redacted("postgres:// symbolon:hush@").contains("hush"));
        assert_eq!(redacted("sqlite"), "sqlite");
    }
}
