//! What is wrong with the settings, and how to mend it.

use super::key::Key;
use super::raw::Origin;

/// Why the settings cannot be used. The text is for the administrator, complete as it is.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("{path}: {reason}. Name a readable file with --config or SYMBOLON_CONFIG")]
    Unreadable {
        /// The file.
        path: String,
        /// What the system said.
        reason: String,
    },
    /// The file is not TOML, has an unknown key, or a value of the wrong kind.
    #[error("{path}, line {line}, column {column}: {reason}")]
    Malformed {
        /// The file.
        path: String,
        /// From 1.
        line: usize,
        /// From 1, in characters.
        column: usize,
        /// What the parser said.
        reason: String,
    },
    /// A value cannot be used.
    #[error("{} ({origin}): {reason}. {remedy}", key.name())]
    Invalid {
        /// The setting.
        key: Key,
        /// Where the value was written.
        origin: Origin,
        /// What is wrong with it. It repeats the value unless that may be a secret.
        reason: String,
        /// What to write instead.
        remedy: &'static str,
    },
    /// There is no default for it.
    #[error(
        "public_url is not set. It is the address under which people and other servers reach this one; set it with \
         --public-url, SYMBOLON_PUBLIC_URL or public_url in the file, for example \
         --public-url https://cloud.example.org, or to try it on this machine only: \
         --dev --public-url http://cat.localhost:8080"
    )]
    PublicUrlMissing,
}
