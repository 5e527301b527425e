//! What goes wrong below the commands, in the reader's language. What the operating system, a parser or a database says of it
//! is quoted as it is.

use symbolon_server::config::ConfigError;
use symbolon_server::keys::KeyError;
use symbolon_store::Error;

use crate::exit::{Exit, Failure};
use crate::language::{self, say};

/// A setting that is missing or wrong.
pub(crate) fn setting_failed(error: &ConfigError) -> anyhow::Error {
    let message = match error {
        ConfigError::Unreadable { path, reason } => {
            say!("config-unreadable", path = path, reason = reason)
        }
        ConfigError::Malformed {
            path,
            line,
            column,
            reason,
        } => {
            let (line, column) = (line.to_string(), column.to_string());
            let place = say!("config-place", path = path, line = line, column = column);
            format!("{place}: {reason}")
        }
        ConfigError::Invalid {
            key,
            origin,
            reason,
            remedy,
        } => say!(
            "config-invalid",
            key = key.name(),
            origin = origin.to_string(),
            reason = reason,
            remedy = *remedy,
        ),
        ConfigError::PublicUrlMissing => say!("config-no-public-url"),
    };
    Failure::error(Exit::Settings, message)
}

/// A database that does not do what was asked.
pub(crate) fn store_failed(error: &Error) -> String {
    match error {
        Error::Unavailable(reason) => say!("store-unavailable", reason = reason),
        Error::Full => say!("store-full"),
        Error::Busy => say!("store-busy"),
        Error::SchemaTooNew { found, known } => {
            let (found, known) = (found.to_string(), known.to_string());
            say!("store-too-new", found = found, known = known)
        }
        Error::Migration(reason) => say!("store-migration", reason = reason),
        Error::Database(reason) => say!("store-refused", reason = reason),
        // Defects of ours, or of the disk: what is said of them is for those who mend the program.
        Error::Inconsistent { .. }
        | Error::Conflict { .. }
        | Error::Panicked { .. }
        | Error::Closed => say!("store-defect", error = error.to_string()),
    }
}

/// Keys that cannot be read or written.
pub(crate) fn key_failed(error: &KeyError) -> String {
    match error {
        KeyError::Io { path, source } => {
            say!("key-unreadable", path = path, reason = source.to_string())
        }
        KeyError::Malformed { path } => say!("key-malformed", path = path),
        KeyError::Misnamed { path, name } => say!("key-misnamed", path = path, name = name),
        KeyError::Account { folder } => say!("key-account", folder = folder),
    }
}

/// What is said of a text that is no name of a server.
pub(crate) fn not_a_server(name: &str, error: symbolon_proto::address::AddressError) -> String {
    let reason = error.problem().detail(language::current());
    say!("not-a-server", name = name, reason = reason)
}
