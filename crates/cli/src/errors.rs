//! What goes wrong below the commands, in the reader's language. What the operating system, a parser or a database says of it
//! is quoted as it is.

use std::fmt;

use symbolon_proto::address::{AddressError, Provider};
use symbolon_proto::text::TextError;
use symbolon_server::backup::BackupError;
use symbolon_server::config::{ConfigError, Origin};
use symbolon_server::keys::KeyError;
use symbolon_store::Error;

use crate::exit::{Exit, Failure};
use crate::language::{self, say};

/// Why an argument cannot be used, in the reader's language. What else is wrong with a command line is told by
/// [`arguments`](crate::arguments).
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Refused(pub(crate) String);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Refused {}

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
            origin = origin_in_words(origin),
            reason = reason,
            remedy = *remedy,
        ),
        ConfigError::PublicUrlMissing => say!("config-no-public-url"),
    };
    Failure::error(Exit::Settings, message)
}

/// Where a setting was written, for whoever reads; flags and variables are called as they are.
pub(crate) fn origin_in_words(origin: &Origin) -> String {
    match origin {
        Origin::Flag(_) | Origin::Environment(_) | Origin::CommonEnvironment(_) => {
            origin.to_string()
        }
        Origin::File { path, line } => {
            let path = path.display().to_string();
            say!("origin-file", path = path, line = line.to_string())
        }
        Origin::Credential(path) => {
            say!("origin-credential", path = path.display().to_string())
        }
        Origin::Default => say!("origin-default"),
    }
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
        KeyError::Open { path } => say!("key-open", path = path),
        KeyError::Malformed { path } => say!("key-malformed", path = path),
        KeyError::NotRsa { path } => say!("key-not-rsa", path = path),
        KeyError::Missing { path } => say!("key-missing", path = path),
        KeyError::HandedOver { folder } => say!("key-handed-over", folder = folder),
        KeyError::Misnamed { path, name } => say!("key-misnamed", path = path, name = name),
        KeyError::Account { folder } => say!("key-account", folder = folder),
    }
}

/// What is said of a text that is no name of a server.
pub(crate) fn not_a_server(name: &str, error: AddressError) -> String {
    let reason = error.problem().detail(language::current());
    say!("not-a-server", name = name, reason = reason)
}

/// Reads a server's name.
pub(crate) fn server(text: &str) -> Result<Provider, Refused> {
    Provider::parse(text).map_err(|error| Refused(error.problem().detail(language::current())))
}

/// What is said of a text that has something in it that nobody sees, or too much.
pub(crate) fn text_failed(error: TextError) -> String {
    match error {
        TextError::TooLong(most) => say!("text-long", most = most),
        TextError::Control => say!("text-control"),
        TextError::Direction => say!("text-direction"),
    }
}

/// No backup, or nothing restored.
pub(crate) fn backup_failed(error: &BackupError) -> String {
    match error {
        BackupError::Exists { path } => say!("backup-exists", path = path),
        BackupError::InTheWay { path } => say!("restore-in-the-way", path = path),
        BackupError::Nothing { path } => say!("backup-nothing", path = path),
        BackupError::NotWhole { path } => say!("restore-not-whole", path = path),
        BackupError::OtherDatabase { holds, settings } => {
            say!(
                "restore-other-database",
                holds = *holds,
                settings = settings
            )
        }
        BackupError::Memory => say!("backup-memory"),
        BackupError::KeysChange => say!("backup-keys-change"),
        BackupError::Keys(error) => key_failed(error),
        BackupError::Store(error) => store_failed(error),
        BackupError::Io { path, source } => {
            say!("backup-io", path = path, reason = source.to_string())
        }
    }
}
