//! Which servers an administrator trusts or blocks by name.

use serde_json::json;
use symbolon_core::Timestamp;
use symbolon_core::trust::{Decision, Mode, Rule, decide};
use symbolon_proto::address::Provider;

use crate::events::{Actor, Entry, Kind, Moment};
use crate::sync::digests;
use crate::{Error, Operation, Row, Statement, Tx, directories, stop};

/// What was decided about one server, and by whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ruling {
    /// The server.
    pub provider: Provider,
    /// What was decided.
    pub rule: Rule,
    /// Why, in the administrator's words.
    pub note: Option<String>,
    /// The account on the machine under which the decision was made.
    pub by: Option<String>,
    /// When.
    pub at: Timestamp,
}

static FIND: Statement = Statement::new(
    "trust.find",
    "SELECT provider, rule, note, set_by, set_at FROM peer_rules WHERE provider = $1",
);
static LIST: Statement = Statement::new(
    "trust.list",
    "SELECT provider, rule, note, set_by, set_at FROM peer_rules WHERE provider > $1 ORDER BY provider LIMIT $2",
);
static SAVE: Statement = Statement::new(
    "trust.save",
    "INSERT INTO peer_rules (provider, rule, note, set_by, set_at) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (provider) DO UPDATE SET rule = excluded.rule, note = excluded.note, set_by = excluded.set_by,
         set_at = excluded.set_at",
);
static ANY_TRUSTED: Statement = Statement::new(
    "trust.any_trusted",
    "SELECT 1 FROM peer_rules WHERE rule = 'trusted' LIMIT 1",
);
static ANY_LISTED: Statement = Statement::new(
    "trust.any_listed",
    "SELECT 1 FROM directory_servers s WHERE s.provider <> $1 AND NOT EXISTS (
         SELECT 1 FROM peer_rules r WHERE r.provider = s.provider AND r.rule = 'blocked') LIMIT 1",
);
static FORGET: Statement =
    Statement::new("trust.forget", "DELETE FROM peer_rules WHERE provider = $1");

/// Every statement of this room.
pub const STATEMENTS: &[&Statement] = &[&FIND, &LIST, &SAVE, &ANY_TRUSTED, &ANY_LISTED, &FORGET];

/// Whether any other server is let in.
pub struct LetsInAny {
    /// The rule of this server.
    pub mode: Mode,
    /// This server.
    pub ours: Provider,
}

impl Operation for LetsInAny {
    type Output = bool;
    const NAME: &'static str = "lets_in_any";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<bool, Error> {
        if self.mode == Mode::Open || tx.row(&ANY_TRUSTED, &[]).await?.is_some() {
            return Ok(true);
        }
        let ours = [self.ours.as_str().into()];
        Ok(self.mode == Mode::Directory && tx.row(&ANY_LISTED, &ours).await?.is_some())
    }
}

/// What was decided about a server; `None` if nothing was.
pub struct FindRuling {
    /// Which.
    pub provider: Provider,
}

impl Operation for FindRuling {
    type Output = Option<Ruling>;
    const NAME: &'static str = "find_ruling";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<Ruling>, Error> {
        find(tx, &self.provider).await
    }
}

/// What was decided about servers, in the order of their names.
pub struct ListRulings {
    /// Behind this name; empty for the first page.
    pub after: String,
    /// At most this many.
    pub limit: u32,
}

impl Operation for ListRulings {
    type Output = Vec<Ruling>;
    const NAME: &'static str = "list_rulings";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<Ruling>, Error> {
        let parameters = [self.after.as_str().into(), i64::from(self.limit).into()];
        let rows = tx.rows(&LIST, &parameters).await?;
        rows.iter().map(ruling).collect()
    }
}

/// Decides about a server. Blocking it stops the acceptances that are on their way there.
pub struct Decide {
    /// Which server.
    pub provider: Provider,
    /// What is decided.
    pub rule: Rule,
    /// Why, in the administrator's words.
    pub note: Option<String>,
    /// The account on the machine under which it is decided.
    pub by: Option<String>,
    /// When and under which reference.
    pub moment: Moment,
}

/// What a decision met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    /// What was decided before.
    pub before: Option<Rule>,
    /// How many pending acceptances were stopped.
    pub stopped: u64,
}

impl Operation for Decide {
    /// `None`: it is this server itself, about which nothing is decided.
    type Output = Option<Decided>;
    const NAME: &'static str = "decide";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<Decided>, Error> {
        if digests::is_ours(tx, &self.provider).await? {
            return Ok(None);
        }
        let before = find(tx, &self.provider).await?.map(|ruling| ruling.rule);
        let parameters = [
            self.provider.as_str().into(),
            self.rule.as_str().into(),
            self.note.as_deref().into(),
            self.by.as_deref().into(),
            self.moment.now.as_millis().into(),
        ];
        tx.execute_one(&SAVE, &parameters).await?;
        let (kind, stopped) = match self.rule {
            Rule::Trusted => (Kind::PeerTrusted, 0),
            Rule::Blocked => {
                let stopped = stop::stop_all(tx, &self.provider, &self.moment);
                (Kind::PeerBlocked, stopped.await?)
            }
        };
        let before_word = before.map(Rule::as_str);
        Entry::new(kind, Actor::Administrator)
            .with(&self.provider)
            .saying(json!({
                "before": before_word, "note": self.note, "by": self.by, "stopped": stopped,
            }))
            .record(tx, &self.moment)
            .await?;
        Ok(Some(Decided { before, stopped }))
    }
}

/// Decides about a server unless something has been decided about it, in one transaction: an import never undoes what
/// somebody decides at the same moment.
pub struct DecideNew(pub Decide);

/// What became of a decision that is only made if there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum New {
    /// It was made.
    Decided,
    /// This one had been made before, and stands.
    Stands(Rule),
    /// It is this server itself, about which nothing is decided.
    Ourselves,
}

impl Operation for DecideNew {
    type Output = New;
    const NAME: &'static str = "decide_new";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<New, Error> {
        if let Some(ruling) = find(tx, &self.0.provider).await? {
            return Ok(New::Stands(ruling.rule));
        }
        let decided = self.0.run(tx).await?;
        Ok(decided.map_or(New::Ourselves, |_| New::Decided))
    }
}

/// Takes back what was decided about a server: from now on the mode alone counts, also for the acceptances that are on
/// their way there.
pub struct Forget {
    /// Which.
    pub provider: Provider,
    /// The account on the machine under which it is taken back.
    pub by: Option<String>,
    /// When and under which reference.
    pub moment: Moment,
}

impl Operation for Forget {
    /// What had been decided; `None` if nothing had.
    type Output = Option<Ruling>;
    const NAME: &'static str = "forget";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<Ruling>, Error> {
        let Some(before) = find(tx, &self.provider).await? else {
            return Ok(None);
        };
        let parameters = [self.provider.as_str().into()];
        tx.execute_one(&FORGET, &parameters).await?;
        stop::judge_anew(tx, &self.provider, &self.moment).await?;
        Entry::new(Kind::PeerForgotten, Actor::Administrator)
            .with(&self.provider)
            .saying(json!({ "before": before.rule.as_str(), "by": self.by }))
            .record(tx, &self.moment)
            .await?;
        Ok(Some(before))
    }
}

/// What holds for a server now.
pub struct Judge {
    /// Which.
    pub provider: Provider,
    /// The mode of the direction that is asked about.
    pub mode: Mode,
}

impl Operation for Judge {
    type Output = Decision;
    const NAME: &'static str = "judge";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Decision, Error> {
        judge(tx, &self.provider, self.mode).await
    }
}

/// Whether a server is let in now, in the transaction that acts on it: no gesture slips past a decision.
pub(crate) async fn judge(
    tx: &mut Tx<'_>,
    provider: &Provider,
    mode: Mode,
) -> Result<Decision, Error> {
    let rule = find(tx, provider).await?.map(|ruling| ruling.rule);
    let listed = mode == Mode::Directory && directories::listed_by(tx, provider).await?.is_some();
    Ok(decide(mode, rule, listed))
}

async fn find(tx: &mut Tx<'_>, provider: &Provider) -> Result<Option<Ruling>, Error> {
    let row = tx.row(&FIND, &[provider.as_str().into()]).await?;
    row.as_ref().map(ruling).transpose()
}

fn ruling(row: &Row) -> Result<Ruling, Error> {
    Ok(Ruling {
        provider: row.parsed(0, |text| Provider::parse(text).ok())?,
        rule: row.parsed(1, Rule::parse)?,
        note: row.opt_text(2)?.map(str::to_owned),
        by: row.opt_text(3)?.map(str::to_owned),
        at: Timestamp::from_millis(row.int(4)?),
    })
}
