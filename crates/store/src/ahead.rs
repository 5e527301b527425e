//! What was put off while the clock was ahead. Once it is right again, that would wait for as long as the clock was wrong.

use symbolon_core::Timestamp;

use crate::{Error, Operation, Statement, Tx};

/// Only mails name the person for whom they are.
static MESSAGES: Statement = Statement::new(
    "ahead.messages",
    "UPDATE deliveries SET due_at = $1 WHERE state = 'due' AND due_at > $2 AND user_id IS NULL",
);
static MAILS: Statement = Statement::new(
    "ahead.mails",
    "UPDATE deliveries SET due_at = $1 WHERE state = 'due' AND due_at > $2 AND user_id IS NOT NULL",
);
static COMPARISONS: Statement = Statement::new(
    "ahead.comparisons",
    "UPDATE syncs SET due_at = $1 WHERE due_at > $2",
);
static DIRECTORIES: Statement = Statement::new(
    "ahead.directories",
    "UPDATE directories SET next_at = $1 WHERE next_at > $2",
);

static DEPARTURES: Statement = Statement::new(
    "ahead.departures",
    "UPDATE departures SET due_at = $1 WHERE done_at IS NULL AND due_at > $2",
);

/// Every statement of this room.
pub const STATEMENTS: &[&Statement] = &[&MESSAGES, &MAILS, &COMPARISONS, &DIRECTORIES, &DEPARTURES];

/// Makes due now what is due later than anything can be that was put off by a clock which is right.
pub struct CallBack {
    /// The time.
    pub now: Timestamp,
    /// Messages to other servers that are due later than this were put off by a wrong clock.
    pub messages: Timestamp,
    /// The same of mails.
    pub mails: Timestamp,
    /// The same of comparisons with other servers.
    pub comparisons: Timestamp,
    /// The same of directories.
    pub directories: Timestamp,
    /// The same of people who leave.
    pub departures: Timestamp,
}

impl Operation for CallBack {
    /// How many of all these.
    type Output = u64;
    const NAME: &'static str = "call_back";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<u64, Error> {
        let mut called = 0;
        for (statement, bound) in [
            (&MESSAGES, self.messages),
            (&MAILS, self.mails),
            (&COMPARISONS, self.comparisons),
            (&DIRECTORIES, self.directories),
            (&DEPARTURES, self.departures),
        ] {
            let parameters = [self.now.as_millis().into(), bound.as_millis().into()];
            called += tx.execute(statement, &parameters).await?;
        }
        Ok(called)
    }
}
