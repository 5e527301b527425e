//! What PostgreSQL's SQLSTATE codes mean to us.

use tokio_postgres::error::SqlState;

use crate::Error;

impl From<tokio_postgres::Error> for Error {
    fn from(error: tokio_postgres::Error) -> Self {
        let Some(refusal) = error.as_db_error() else {
            // No answer of the server: the connection could not be made, or broke.
            let why = std::error::Error::source(&error).map(ToString::to_string);
            let text = why.map_or_else(|| error.to_string(), |why| format!("{error}: {why}"));
            return if is_our_own_mistake(&error) {
                Self::Database(text)
            } else {
                Self::Unavailable(text)
            };
        };
        // The message names things of the schema; DETAIL would quote values.
        let text = refusal.message().to_owned();
        let code = refusal.code();
        if *code == SqlState::UNIQUE_VIOLATION {
            let constraint = refusal.constraint().unwrap_or("unknown").to_owned();
            Self::Conflict { constraint }
        } else if *code == SqlState::DISK_FULL {
            Self::Full
        } else if [
            SqlState::LOCK_NOT_AVAILABLE,
            SqlState::T_R_DEADLOCK_DETECTED,
        ]
        .contains(code)
        {
            Self::Busy
        } else if code.code().starts_with("08") || UNAVAILABLE.contains(code) {
            Self::Unavailable(text)
        } else {
            Self::Database(format!("{text} (SQLSTATE {})", code.code()))
        }
    }
}

const UNAVAILABLE: &[SqlState] = &[
    SqlState::ADMIN_SHUTDOWN,
    SqlState::CRASH_SHUTDOWN,
    SqlState::CANNOT_CONNECT_NOW,
    SqlState::TOO_MANY_CONNECTIONS,
    SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT,
    SqlState::READ_ONLY_SQL_TRANSACTION,
];

/// A value that does not fit its place, in either direction, says nothing about the connection.
fn is_our_own_mistake(error: &tokio_postgres::Error) -> bool {
    let source = std::error::Error::source(error);
    source.is_some_and(|source| {
        source.is::<super::types::Mismatch>() || source.is::<tokio_postgres::types::WrongType>()
    })
}
