//! The count of gestures: which came first, whatever the clock says.

use symbolon_core::connections::Gesture;

use crate::{Error, Statement, Tx};

static NEXT: Statement = Statement::new(
    "gestures.next",
    "INSERT INTO counters (name, value) VALUES ('gestures', 1)
     ON CONFLICT (name) DO UPDATE SET value = counters.value + 1 RETURNING value",
);

/// Every statement of this room.
pub const STATEMENTS: &[&Statement] = &[&NEXT];

/// Takes the next number; numbers of transactions that roll back are given again.
pub(crate) async fn next(tx: &mut Tx<'_>) -> Result<Gesture, Error> {
    let row = tx.row(&NEXT, &[]).await?;
    let row = row.ok_or_else(|| Error::inconsistent(&NEXT, "no number was returned"))?;
    Ok(Gesture(row.int(0)?))
}
