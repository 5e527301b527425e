//! What SQLite's result codes mean to us.

use rusqlite::ErrorCode;
use rusqlite::ffi::{SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_UNIQUE};

use crate::Error;

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        let rusqlite::Error::SqliteFailure(code, message) = &error else {
            return Self::Database(error.to_string());
        };
        let text = || message.clone().unwrap_or_else(|| error.to_string());
        match (code.code, code.extended_code) {
            (ErrorCode::DiskFull, _) => Self::Full,
            (ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked, _) => Self::Busy,
            (ErrorCode::CannotOpen | ErrorCode::SystemIoFailure, _) => Self::Unavailable(text()),
            (_, SQLITE_CONSTRAINT_UNIQUE | SQLITE_CONSTRAINT_PRIMARYKEY) => {
                let text = text();
                let columns = text
                    .strip_prefix("UNIQUE constraint failed: ")
                    .unwrap_or(&text);
                Self::Conflict {
                    constraint: columns.to_owned(),
                }
            }
            _ => Self::Database(text()),
        }
    }
}
