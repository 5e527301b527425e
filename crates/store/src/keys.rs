//! What the audit trail says of this server's own keys. The keys themselves are in the data folder.

use serde_json::json;
use symbolon_core::Timestamp;

use crate::events::{Actor, Entry, Kind, Moment};
use crate::{Error, Operation, Tx};

/// Notes that a new signing key was made.
pub struct NoteRotated {
    /// Its id.
    pub key_id: String,
    /// The id of the key that signs until then.
    pub until_then: String,
    /// When the new one begins.
    pub signs_from: Timestamp,
    /// When and under which reference.
    pub moment: Moment,
}

impl Operation for NoteRotated {
    type Output = ();
    const NAME: &'static str = "note_rotated";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        Entry::new(Kind::KeysRotated, Actor::Administrator)
            .about(self.key_id.as_str())
            .beside(self.until_then.as_str())
            .saying(json!({ "signs_from_ms": self.signs_from.as_millis() }))
            .record(tx, &self.moment)
            .await
    }
}

/// Notes that a signing key was retired.
pub struct NoteRetired {
    /// Its id.
    pub key_id: String,
    /// What it was until then.
    pub was: &'static str,
    /// When and under which reference.
    pub moment: Moment,
}

impl Operation for NoteRetired {
    type Output = ();
    const NAME: &'static str = "note_retired";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        Entry::new(Kind::KeysRetired, Actor::Administrator)
            .about(self.key_id.as_str())
            .saying(json!({ "was": self.was }))
            .record(tx, &self.moment)
            .await
    }
}
