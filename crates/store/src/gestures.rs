//! The count of gestures: which came first, whatever the clock says.

use symbolon_core::connections::Gesture;

use crate::{Error, Operation, Statement, Tx};

static NEXT: Statement = Statement::new(
    "gestures.next",
    "INSERT INTO counters (name, value) VALUES ('gestures', 1)
     ON CONFLICT (name) DO UPDATE SET value = counters.value + 1 RETURNING value",
);

static LAST: Statement = Statement::new(
    "gestures.last",
    "SELECT value FROM counters WHERE name = 'gestures'",
);

/// Every statement of this room.
pub const STATEMENTS: &[&Statement] = &[&NEXT, &LAST];

/// The last gesture that has been recorded.
pub struct LastGesture;

impl Operation for LastGesture {
    type Output = Gesture;
    const NAME: &'static str = "last_gesture";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Gesture, Error> {
        let row = tx.row(&LAST, &[]).await?;
        let last = row.map(|row| row.int(0)).transpose()?;
        Ok(last.map(Gesture).unwrap_or_default())
    }
}

/// Takes the next number; numbers of transactions that roll back are given again.
pub(crate) async fn next(tx: &mut Tx<'_>) -> Result<Gesture, Error> {
    let row = tx.row(&NEXT, &[]).await?;
    let row = row.ok_or_else(|| Error::inconsistent(&NEXT, "no number was returned"))?;
    Ok(Gesture(row.int(0)?))
}
