//! Looking through a database file for damage.

use std::path::Path;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::Error;
use crate::durability::Integrity;

/// How often it is told to stop once the time is up: a call that comes between two statements is lost.
const NUDGE: Duration = Duration::from_millis(10);

/// How many findings are told.
const TOLD_MAX: u32 = 5;

/// Reads every page once, without comparing indexes with their tables, until the time is up.
pub(crate) fn examine(path: &Path, patience: Duration) -> Result<Integrity, Error> {
    let flags = OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_READ_ONLY;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(patience)?;
    let interrupt = connection.get_interrupt_handle();
    let (done, is_done) = mpsc::channel::<()>();
    let watch = thread::Builder::new()
        .name("symbolon-examine".to_owned())
        .spawn(move || {
            let mut wait = patience;
            while is_done.recv_timeout(wait) == Err(RecvTimeoutError::Timeout) {
                interrupt.interrupt();
                wait = NUDGE;
            }
        })
        .map_err(|error| Error::Unavailable(format!("no thread for a clock: {error}")))?;
    let found = quick_check(&connection);
    drop(done);
    // It has nothing to say; a panic in it would only mean that it did not interrupt.
    drop(watch.join());
    match found {
        Ok(lines) if lines == ["ok"] => Ok(Integrity::Sound),
        Ok(lines) => Ok(Integrity::Damaged(lines)),
        Err(error) => match error.sqlite_error_code() {
            Some(ErrorCode::OperationInterrupted) => Ok(Integrity::Unfinished),
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                Ok(Integrity::Damaged(vec![error.to_string()]))
            }
            _ => Err(error.into()),
        },
    }
}

/// What damage is found, or `ok`.
fn quick_check(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut check = connection.prepare(&format!("PRAGMA quick_check({TOLD_MAX})"))?;
    check.query_map((), |row| row.get(0))?.collect()
}
