//! With whom to compare halves, when, and how it went.

use serde_json::json;
use symbolon_core::Timestamp;
use symbolon_proto::address::Provider;
use symbolon_proto::problem::Code;

use crate::events::{Actor, Entry, Kind, Moment};
use crate::{Error, Operation, Row, Statement, Tx};

/// For so long nothing is acted on that a server says which does not remember us, in milliseconds: it may be running with
/// the wrong data, and its administrators need time to notice.
pub const STRANGER_MS: i64 = 72 * 3_600 * 1_000;

macro_rules! columns {
    () => {
        "provider, halves, ledger, other_ledger, other_ledger_at, due_at, failures, synced_at, last_code, found, \
         changed, found_at, waiting, last_said"
    };
}

static LEDGER: Statement = Statement::new(
    "sync.ledger",
    "INSERT INTO settings (key, value) VALUES ('ledger', $1)
     ON CONFLICT (key) DO UPDATE SET value = settings.value RETURNING value",
);
static FIND: Statement = Statement::new(
    "sync.find",
    concat!("SELECT ", columns!(), " FROM syncs WHERE provider = $1"),
);
static LIST: Statement = Statement::new(
    "sync.list",
    concat!(
        "SELECT ",
        columns!(),
        " FROM syncs WHERE provider > $1 ORDER BY provider LIMIT $2"
    ),
);
static ANSWERING: Statement = Statement::new(
    "sync.answering",
    "SELECT s.provider FROM syncs s LEFT JOIN peers p ON p.provider = s.provider
     WHERE p.failing_since IS NULL
         AND NOT EXISTS (SELECT 1 FROM peer_rules r WHERE r.provider = s.provider AND r.rule = 'blocked')
     ORDER BY COALESCE(p.last_ok_at, 0) DESC, s.provider LIMIT $1",
);
static RECOGNISE: Statement = Statement::new(
    "sync.recognise",
    "UPDATE syncs SET ledger = $2, other_ledger = NULL, other_ledger_at = NULL WHERE provider = $1",
);
static DOUBT: Statement = Statement::new(
    "sync.doubt",
    "UPDATE syncs SET other_ledger = $2, other_ledger_at = $3 WHERE provider = $1",
);
static NEXT: Statement = Statement::new("sync.next", "SELECT MIN(due_at) FROM syncs");
static PLAN: Statement =
    Statement::new("sync.plan", "UPDATE syncs SET due_at = $1 WHERE due_at = 0");
static PLAN_ONE: Statement = Statement::new(
    "sync.plan_one",
    "UPDATE syncs SET due_at = $2 WHERE provider = $1",
);
static CLAIM: Statement = Statement::new(
    "sync.claim",
    "UPDATE syncs SET due_at = $2
     WHERE provider IN (SELECT provider FROM syncs WHERE due_at > 0 AND due_at <= $1 ORDER BY due_at, provider LIMIT $3)
     RETURNING provider",
);
static HURRY: Statement = Statement::new(
    "sync.hurry",
    "UPDATE syncs SET due_at = $2 WHERE provider = $1 AND due_at > $2
         AND EXISTS (SELECT 1 FROM peers p WHERE p.provider = $1 AND p.failing_since IS NOT NULL)",
);
static SUCCEEDED: Statement = Statement::new(
    "sync.succeeded",
    "UPDATE syncs SET due_at = $2, synced_at = $3, waiting = $4, failures = 0, last_code = NULL,
         last_said = NULL WHERE provider = $1",
);
static FAILED: Statement = Statement::new(
    "sync.failed",
    "UPDATE syncs SET due_at = $2, failures = failures + 1, last_code = $3, last_said = $4 WHERE provider = $1",
);
static FOUND: Statement = Statement::new(
    "sync.found",
    "UPDATE syncs SET found = found + $2, changed = changed + $3, found_at = $4 WHERE provider = $1",
);

/// Every statement of this room.
pub const STATEMENTS: &[&Statement] = &[
    &LEDGER, &FIND, &LIST, &ANSWERING, &RECOGNISE, &DOUBT, &NEXT, &PLAN, &PLAN_ONE, &CLAIM, &HURRY,
    &SUCCEEDED, &FAILED, &FOUND,
];

/// How comparing with one server goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sync {
    /// Which server.
    pub provider: Provider,
    /// How many halves we share with it.
    pub halves: u64,
    /// The name of its memory, as far as we recognise it.
    pub ledger: Option<String>,
    /// Another name under which it has come since, and since when.
    pub other_ledger: Option<(String, Timestamp)>,
    /// When it is asked next; `None` if that has not been planned yet.
    pub due_at: Option<Timestamp>,
    /// How often in a row it could not be asked.
    pub failures: u32,
    /// When it was last asked, to the end.
    pub synced_at: Option<Timestamp>,
    /// Why it could not be asked.
    pub last_code: Option<Code>,
    /// What it said then, in its own words, cleaned and bounded.
    pub last_said: Option<String>,
    /// How many halves have differed so far.
    pub found: u64,
    /// How many of ours have changed for it.
    pub changed: u64,
    /// When something last differed.
    pub found_at: Option<Timestamp>,
    /// How many halves waited for acceptances under way when it was last asked.
    pub waiting: u64,
}

/// The name of this database's memory: made once, kept by backups.
pub struct OurLedger {
    /// The name, should there be none yet.
    pub new: String,
}

impl Operation for OurLedger {
    type Output = String;
    const NAME: &'static str = "our_ledger";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<String, Error> {
        let row = tx.row(&LEDGER, &[self.new.as_str().into()]).await?;
        let row = row.ok_or_else(|| Error::inconsistent(&LEDGER, "no ledger was returned"))?;
        Ok(row.text(0)?.to_owned())
    }
}

/// How comparing with one server goes; `None` if we share nothing with it.
pub struct FindSync {
    /// Which server.
    pub provider: Provider,
}

impl Operation for FindSync {
    type Output = Option<Sync>;
    const NAME: &'static str = "find_sync";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<Sync>, Error> {
        find(tx, &self.provider).await
    }
}

/// How comparing goes with everybody, by name.
pub struct ListSyncs {
    /// Only those behind this one.
    pub after: Option<Provider>,
    /// At most this many.
    pub limit: u32,
}

impl Operation for ListSyncs {
    type Output = Vec<Sync>;
    const NAME: &'static str = "list_syncs";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<Sync>, Error> {
        let after = self.after.as_ref().map_or("", Provider::as_str);
        let rows = tx.rows(&LIST, &[after.into(), self.limit.into()]).await?;
        rows.iter().map(sync).collect()
    }
}

/// Servers with which people here are connected, those that answered last first; neither blocked ones nor those that do
/// not answer.
pub struct ListAnswering {
    /// At most this many.
    pub limit: u32,
}

impl Operation for ListAnswering {
    type Output = Vec<Provider>;
    const NAME: &'static str = "list_answering";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<Provider>, Error> {
        let rows = tx.rows(&ANSWERING, &[self.limit.into()]).await?;
        let names = rows.iter();
        names
            .map(|row| row.parsed(0, |name| Provider::parse(name).ok()))
            .collect()
    }
}

/// Notes the name of another server's memory.
pub struct NoteLedger {
    /// Which server.
    pub provider: Provider,
    /// The name that it gives.
    pub ledger: String,
    /// When and under which reference.
    pub moment: Moment,
}

impl Operation for NoteLedger {
    /// Whether to act on what it says: its memory is the one that we know, or has been another one for long enough.
    type Output = bool;
    const NAME: &'static str = "note_ledger";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<bool, Error> {
        let Some(sync) = find(tx, &self.provider).await? else {
            return Ok(true);
        };
        if sync.recognises(&self.ledger) {
            return Ok(true);
        }
        let (provider, ledger) = (self.provider.as_str(), self.ledger.as_str());
        let trusted = match &sync.other_ledger {
            Some((other, since)) if *other == self.ledger => {
                self.moment.now.millis_since(*since) >= STRANGER_MS
            }
            _ => {
                let known = sync.ledger.is_none() || sync.ledger.as_ref() == Some(&self.ledger);
                if !known {
                    let now = self.moment.now.as_millis();
                    let parameters = [provider.into(), ledger.into(), now.into()];
                    tx.execute_one(&DOUBT, &parameters).await?;
                    Entry::new(Kind::SyncDoubted, Actor::Server)
                        .with(&self.provider)
                        .record_within_bounds(tx, &self.moment)
                        .await?;
                }
                known
            }
        };
        if trusted {
            tx.execute_one(&RECOGNISE, &[provider.into(), ledger.into()])
                .await?;
        }
        Ok(trusted)
    }
}

impl Sync {
    /// Whether this is the memory that we know, and no other has been seen since.
    pub fn recognises(&self, ledger: &str) -> bool {
        self.ledger.as_deref() == Some(ledger) && self.other_ledger.is_none()
    }
}

/// When the next comparison is due, the epoch if one has to be planned; `None` if there is nobody to compare with.
pub struct NextSync;

impl Operation for NextSync {
    type Output = Option<Timestamp>;
    const NAME: &'static str = "next_sync";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<Timestamp>, Error> {
        let row = tx.row(&NEXT, &[]).await?;
        let next = row.map(|row| row.opt_int(0)).transpose()?.flatten();
        Ok(next.map(Timestamp::from_millis))
    }
}

/// After a start: compares with everybody soon, one server after another over some time.
pub struct PlanAll {
    /// The first is due now.
    pub now: Timestamp,
    /// The last is due so many milliseconds later.
    pub within_ms: i64,
}

impl Operation for PlanAll {
    type Output = ();
    const NAME: &'static str = "plan_all_syncs";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let rows = tx.rows(&LIST, &["".into(), i64::MAX.into()]).await?;
        let count = i64::try_from(rows.len()).unwrap_or(i64::MAX).max(1);
        for (place, row) in (0..).zip(&rows) {
            let due = self.now.plus_millis(self.within_ms / count * place);
            tx.execute_one(&PLAN_ONE, &[row.text(0)?.into(), due.as_millis().into()])
                .await?;
        }
        Ok(())
    }
}

/// Takes the servers with which a comparison is due, and plans the first one with those that are new.
pub struct ClaimSyncs {
    /// The time to compare with.
    pub now: Timestamp,
    /// When it is due again, should this one not come to an end.
    pub again_at: Timestamp,
    /// When the first one with a new server is due.
    pub new_at: Timestamp,
    /// At most this many.
    pub limit: u32,
}

impl Operation for ClaimSyncs {
    type Output = Vec<Provider>;
    const NAME: &'static str = "claim_syncs";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<Provider>, Error> {
        tx.execute(&PLAN, &[self.new_at.as_millis().into()]).await?;
        let parameters = [
            self.now.as_millis().into(),
            self.again_at.as_millis().into(),
            self.limit.into(),
        ];
        let rows = tx.rows(&CLAIM, &parameters).await?;
        rows.iter()
            .map(|row| row.parsed(0, |name| Provider::parse(name).ok()))
            .collect()
    }
}

/// Records how a comparison with one server ended.
pub struct RecordSync {
    /// Which server.
    pub provider: Provider,
    /// Why it did not come to an end.
    pub failure: Option<Code>,
    /// What the other server said then, if it said anything.
    pub said: Option<String>,
    /// How many halves wait for acceptances under way, if it did.
    pub waiting: u64,
    /// When the next one is due.
    pub due_at: Timestamp,
    /// Now.
    pub now: Timestamp,
}

impl Operation for RecordSync {
    type Output = ();
    const NAME: &'static str = "record_sync";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let (provider, due) = (
            self.provider.as_str().into(),
            self.due_at.as_millis().into(),
        );
        match self.failure {
            None => {
                let waiting = i64::try_from(self.waiting).unwrap_or(i64::MAX);
                let now = self.now.as_millis().into();
                tx.execute(&SUCCEEDED, &[provider, due, now, waiting.into()])
                    .await?
            }
            Some(code) => {
                let said = self.said.as_deref().into();
                tx.execute(&FAILED, &[provider, due, code.as_str().into(), said])
                    .await?
            }
        };
        Ok(())
    }
}

/// Adds to what has been found and changed, by a comparison of ours or by one of the other server's.
pub struct NoteFound {
    /// Which server.
    pub provider: Provider,
    /// How many halves differed.
    pub found: u64,
    /// How many of ours have changed.
    pub changed: u64,
    /// When and under which reference.
    pub moment: Moment,
}

impl Operation for NoteFound {
    type Output = ();
    const NAME: &'static str = "note_found";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let number = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        let parameters = [
            self.provider.as_str().into(),
            number(self.found).into(),
            number(self.changed).into(),
            self.moment.now.as_millis().into(),
        ];
        if tx.execute(&FOUND, &parameters).await? == 0 {
            return Ok(());
        }
        let entry = Entry::new(Kind::SyncFound, Actor::Server)
            .with(&self.provider)
            .saying(json!({ "found": self.found, "changed": self.changed }));
        // A server can differ from us in what it says as often as it likes; what changed here is always written down.
        if self.changed > 0 {
            entry.record(tx, &self.moment).await
        } else {
            entry.record_within_bounds(tx, &self.moment).await
        }
    }
}

/// A server that could not be reached is there again: compares with it now. Nothing happens if it was there all the time.
pub(crate) async fn hurry_if_it_was_away(
    tx: &mut Tx<'_>,
    provider: &Provider,
    now: Timestamp,
) -> Result<(), Error> {
    let parameters = [provider.as_str().into(), now.as_millis().into()];
    tx.execute(&HURRY, &parameters).await.map(drop)
}

async fn find(tx: &mut Tx<'_>, provider: &Provider) -> Result<Option<Sync>, Error> {
    let row = tx.row(&FIND, &[provider.as_str().into()]).await?;
    row.as_ref().map(sync).transpose()
}

fn sync(row: &Row) -> Result<Sync, Error> {
    let time = |column| Ok::<_, Error>(row.opt_int(column)?.map(Timestamp::from_millis));
    Ok(Sync {
        provider: row.parsed(0, |name| Provider::parse(name).ok())?,
        halves: row.number(1)?,
        ledger: row.opt_text(2)?.map(str::to_owned),
        other_ledger: row.opt_text(3)?.map(str::to_owned).zip(time(4)?),
        due_at: time(5)?.filter(|due| due.as_millis() > 0),
        failures: row.number(6)?,
        synced_at: time(7)?,
        last_code: row.opt_parsed(8, Code::parse)?,
        found: row.number(9)?,
        changed: row.number(10)?,
        found_at: time(11)?,
        waiting: row.number(12)?,
        last_said: row.opt_text(13)?.map(str::to_owned),
    })
}
