//! What the audit trail says of backups. They are made and put back by a process of their own.

use serde_json::json;

use crate::events::{Actor, Entry, Kind, Moment};
use crate::{Error, Operation, Tx};

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    /// A backup was made.
    Made,
    /// A backup was put where the data is.
    Restored,
}

/// Notes that a backup was made, or put back.
pub struct NoteBackup {
    /// Which of the two.
    pub done: Done,
    /// Whether the database was part of it.
    pub database: bool,
    /// How many files of keys were.
    pub keys: usize,
    /// When and under which reference.
    pub moment: Moment,
}

impl Operation for NoteBackup {
    type Output = ();
    const NAME: &'static str = "note_backup";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let kind = match self.done {
            Done::Made => Kind::BackupMade,
            Done::Restored => Kind::BackupRestored,
        };
        Entry::new(kind, Actor::Administrator)
            .saying(json!({ "database": self.database, "keys": self.keys }))
            .record(tx, &self.moment)
            .await
    }
}
