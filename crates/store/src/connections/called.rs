//! What people are called, so that two of the same name are told apart on whatever page one of them is.

use std::collections::HashSet;

use symbolon_core::ConnectionId;
use symbolon_proto::limits;

use crate::{Error, Operation, Statement, Tx, Value};

/// Halves that are looked at by one statement.
const GROUP: usize = 75;

/// Halves that are filled in by one transaction: few enough that other processes get their turn in between.
const CALLED_AT_ONCE: i64 = 1_000;

/// Whose place is not taken by a half is given to none: no id is empty.
static NAMESAKES: Statement = Statement::new(
    "connections.namesakes",
    "SELECT one.id FROM connections one
     WHERE one.id IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22,
         $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41, $42, $43, $44, $45,
         $46, $47, $48, $49, $50, $51, $52, $53, $54, $55, $56, $57, $58, $59, $60, $61, $62, $63, $64, $65, $66, $67, $68,
         $69, $70, $71, $72, $73, $74, $75)
     AND EXISTS (SELECT 1 FROM connections other WHERE other.user_id = one.user_id AND other.called = one.called
         AND other.provider = one.provider AND other.id <> one.id)",
);
static UNCALLED: Statement = Statement::new(
    "connections.uncalled",
    "SELECT id, nickname, name, remote_user_id FROM connections WHERE called IS NULL LIMIT $1",
);
static CALL: Statement = Statement::new(
    "connections.call",
    "UPDATE connections SET called = $2 WHERE id = $1",
);

/// Every statement of this room.
pub const STATEMENTS: &[&Statement] = &[&NAMESAKES, &UNCALLED, &CALL];

/// Which of these halves have a namesake among all of their user's, ended ones included: somebody on the same server who is
/// called the same, but for capital letters and blanks.
pub struct Namesakes {
    /// The halves of a page.
    pub ids: Vec<ConnectionId>,
}

impl Operation for Namesakes {
    type Output = HashSet<ConnectionId>;
    const NAME: &'static str = "namesakes";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Output, Error> {
        let mut found = HashSet::new();
        for group in self.ids.chunks(GROUP) {
            let ids = (0..GROUP).map(|place| group.get(place).map_or("", ConnectionId::as_str));
            let parameters: Vec<Value> = ids.map(Value::from).collect();
            for row in tx.rows(&NAMESAKES, &parameters).await? {
                found.insert(row.parsed(0, ConnectionId::parse)?);
            }
        }
        Ok(found)
    }
}

/// Fills in what people are called in halves of a time when that was not written, a bounded number of them.
pub struct CallThem;

impl Operation for CallThem {
    /// Whether there may be more.
    type Output = bool;
    const NAME: &'static str = "call_them";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<bool, Error> {
        let rows = tx.rows(&UNCALLED, &[CALLED_AT_ONCE.into()]).await?;
        for row in &rows {
            let named = Some(row.text(2)?).filter(|name| !name.is_empty());
            let called = match (row.opt_text(1)?, named) {
                (Some(name), _) | (None, Some(name)) => name,
                (None, None) => row.text(3)?,
            };
            let parameters = [row.text(0)?.into(), folded(called).into()];
            tx.execute_one(&CALL, &parameters).await?;
        }
        Ok(!rows.is_empty())
    }
}

/// A name as it is compared. Blanks are folded on the screen, too.
pub(super) fn folded(name: &str) -> String {
    let words: Vec<&str> = name.split_whitespace().collect();
    let small = words.join(" ").to_lowercase();
    small.chars().take(limits::NAME_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_look_alike_are_folded_to_the_same() {
        assert_eq!(folded(" Émile  DE la Tour"), folded("émile de la tour"));
        assert_ne!(folded("Emile"), folded("Émile"));
        let long = "İ".repeat(limits::NAME_CHARS);
        assert_eq!(folded(&long).chars().count(), limits::NAME_CHARS);
    }
}
