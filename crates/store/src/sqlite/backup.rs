//! A copy of a database file while others use it.

use std::fs::{File, OpenOptions};
use std::path::Path;
use std::time::Duration;

use rusqlite::backup::{Backup, StepResult};

use super::connection::{Connection, Place};
use super::examine::examine;
use crate::Error;
use crate::durability::Integrity;

/// How long damage is looked for in a copy: an hour, in which a disk reads more than any such database holds.
const PATIENCE: Duration = Duration::from_secs(3_600);

/// Copies everything that is committed in `from` into the new file `to`, of one moment, and looks through the copy for
/// damage. Readers and writers go on meanwhile. A file that is there stays as it is, and that is an error.
pub(crate) fn back_up(from: &Path, to: &Path) -> Result<(), Error> {
    let failed = |error: std::io::Error| Error::Unavailable(format!("{}: {error}", to.display()));
    new_private(to).map_err(failed)?;
    let source = Connection::open(Place::FileReadOnly(from))?;
    let mut copy = rusqlite::Connection::open(to)?;
    // All pages in one step, which holds one state of a database with a write-ahead log, and stops nobody.
    if Backup::new(source.raw(), &mut copy)?.step(-1)? != StepResult::Done {
        return Err(Error::Busy);
    }
    copy.close().map_err(|(_, error)| error)?;
    File::open(to)
        .and_then(|file| file.sync_all())
        .map_err(failed)?;
    match examine(to, PATIENCE)? {
        Integrity::Sound => Ok(()),
        Integrity::Damaged(lines) => Err(Error::Database(format!(
            "the copy is damaged: {}",
            lines.join("; ")
        ))),
        Integrity::Unfinished | Integrity::NoFile => Err(Error::Unavailable(
            "the copy could not be looked through in an hour".to_owned(),
        )),
    }
}

fn new_private(path: &Path) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}
