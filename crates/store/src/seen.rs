//! Signatures that were seen: a message that is played again must not do again what was undone in between.
//! Why a repeat is otherwise answered like the first is in `docs/decisions/0016-a-message-acts-once.md`.

use symbolon_core::Timestamp;

use crate::{Error, Operation, Statement, Tx};

static REMEMBER: Statement = Statement::new(
    "seen.remember",
    "INSERT INTO seen_signatures (digest, until) VALUES ($1, $2) ON CONFLICT (digest) DO NOTHING",
);
static PRUNE: Statement = Statement::new(
    "seen.prune",
    "DELETE FROM seen_signatures WHERE digest IN
         (SELECT digest FROM seen_signatures WHERE until < $1 ORDER BY until LIMIT $2)",
);

/// Every statement of this room.
pub const STATEMENTS: &[&Statement] = &[&REMEMBER, &PRUNE];

/// The signature of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// SHA-256 of what was signed. Not of the signature: with some algorithms anybody can make a second valid one of a
    /// first.
    pub digest: [u8; 32],
    /// From then on it is too old to be accepted, and need not be remembered.
    pub until: Timestamp,
}

/// Remembers a signature together with what its message does, and tells whether it was seen before. A message without one
/// never was.
pub(crate) async fn before(tx: &mut Tx<'_>, signature: Option<&Signature>) -> Result<bool, Error> {
    let Some(Signature { digest, until }) = signature else {
        return Ok(false);
    };
    let parameters = [digest.as_slice().into(), until.as_millis().into()];
    Ok(tx.execute(&REMEMBER, &parameters).await? == 0)
}

/// Forgets signatures that are too old to be accepted.
pub struct PruneSeen {
    /// The time to compare with.
    pub now: Timestamp,
    /// At most this many.
    pub limit: u32,
}

impl Operation for PruneSeen {
    /// How many.
    type Output = u64;
    const NAME: &'static str = "prune_seen";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<u64, Error> {
        let parameters = [self.now.as_millis().into(), i64::from(self.limit).into()];
        tx.execute(&PRUNE, &parameters).await
    }
}
