//! What we know of other servers: how to reach them, their keys, how they have been lately.

use std::collections::{BTreeSet, HashMap};

use symbolon_core::Timestamp;
use symbolon_proto::address::Provider;
use symbolon_proto::discovery::Dialect;
use symbolon_proto::problem::Code;

use crate::events::{Actor, Entry, Kind, Moment};
use crate::sync::schedule;
use crate::{Error, Operation, Row, Statement, Tx, Value, outbox};

/// Another server, as last seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peer {
    /// Its name.
    pub provider: Provider,
    /// Its discovery document as it was served, and when.
    pub discovery: Option<(String, Timestamp)>,
    /// Its key set as it was served, and when.
    pub jwks: Option<(String, Timestamp)>,
    /// Whether it has ever signed a request; from then on it must.
    pub signs: bool,
    /// The best way to sign that it has ever offered or used; nothing less is taken from it.
    pub dialect: Option<Dialect>,
    /// When it last answered us or spoke to us.
    pub last_ok_at: Option<Timestamp>,
    /// Since when it has not answered.
    pub failing_since: Option<Timestamp>,
    /// Why it last did not.
    pub last_code: Option<Code>,
    /// Since when what it is recognised by has not changed; what was heard before may be the words of another server.
    pub recognised_since: Option<Timestamp>,
}

macro_rules! columns {
    () => {
        "provider, discovery, discovery_at, jwks, jwks_at, signs, last_ok_at, failing_since, last_code, dialect,
         recognised_since"
    };
}

/// The better of the two ways to sign that a row has and that comes anew.
macro_rules! better {
    () => {
        "CASE WHEN peers.dialect = 'rfc9421' THEN peers.dialect ELSE COALESCE(excluded.dialect, peers.dialect) END"
    };
}

static FIND: Statement = Statement::new(
    "peers.find",
    concat!("SELECT ", columns!(), " FROM peers WHERE provider = $1"),
);
static SIGNING: Statement = Statement::new(
    "peers.signing",
    "SELECT signs, dialect FROM peers WHERE provider = $1",
);
static SAVE_DISCOVERY: Statement = Statement::new(
    "peers.save_discovery",
    concat!(
        "INSERT INTO peers (provider, discovery, discovery_at, signs, last_ok_at, dialect) VALUES ($1, $2, $3, 0, $3, $4)
         ON CONFLICT (provider) DO UPDATE SET discovery = excluded.discovery, discovery_at = excluded.discovery_at,
             last_ok_at = excluded.last_ok_at, failing_since = NULL, last_code = NULL, dialect = ",
        better!()
    ),
);
static SAVE_KEYS: Statement = Statement::new(
    "peers.save_keys",
    "INSERT INTO peers (provider, jwks, jwks_at, signs) VALUES ($1, $2, $3, 0)
     ON CONFLICT (provider) DO UPDATE SET jwks = excluded.jwks, jwks_at = excluded.jwks_at",
);
static SIGNS: Statement = Statement::new(
    "peers.signs",
    concat!(
        "INSERT INTO peers (provider, signs, last_ok_at, dialect) VALUES ($1, 1, $2, $3)
         ON CONFLICT (provider) DO UPDATE SET signs = 1, last_ok_at = excluded.last_ok_at, dialect = ",
        better!(),
        " WHERE peers.signs = 0 OR COALESCE(peers.dialect, '') <> ",
        better!()
    ),
);
static OK: Statement = Statement::new(
    "peers.ok",
    "INSERT INTO peers (provider, signs, last_ok_at) VALUES ($1, 0, $2)
     ON CONFLICT (provider) DO UPDATE SET last_ok_at = excluded.last_ok_at, failing_since = NULL, last_code = NULL",
);
static FORGET_KEYS: Statement = Statement::new(
    "peers.forget_keys",
    "UPDATE peers SET jwks = NULL, jwks_at = NULL WHERE provider = $1 AND jwks IS NOT NULL",
);
static RECOGNISED: Statement = Statement::new(
    "peers.recognised",
    "INSERT INTO peers (provider, signs, recognised_since) VALUES ($1, 0, $2)
     ON CONFLICT (provider) DO UPDATE SET recognised_since = excluded.recognised_since,
         discovery = NULL, discovery_at = NULL, jwks = NULL, jwks_at = NULL",
);
/// Whether somebody here has to do with somebody of a server.
macro_rules! between_people {
    ($provider:literal) => {
        concat!(
            "EXISTS (SELECT 1 FROM connections c WHERE c.provider = ",
            $provider,
            ") OR EXISTS (SELECT 1 FROM acceptances a WHERE a.provider = ",
            $provider,
            " AND a.settled_at IS NULL) OR EXISTS (SELECT 1 FROM deliveries d WHERE d.provider = ",
            $provider,
            ")"
        )
    };
}
/// Whether anybody or anything here has to do with a server, by what they did or by a rule that reads as the second one says.
macro_rules! concerned {
    ($provider:literal, $rule:literal) => {
        concat!(
            "(",
            between_people!($provider),
            " OR EXISTS (SELECT 1 FROM peer_rules r WHERE r.provider = ",
            $provider,
            $rule,
            ") OR EXISTS (SELECT 1 FROM peer_notes n WHERE n.provider = ",
            $provider,
            "))"
        )
    };
}
/// Whether anything that is known of a server is kept.
macro_rules! dear {
    ($provider:literal) => {
        concerned!($provider, "")
    };
}
/// Whether somebody here has to do with a server; that it is blocked is not enough.
macro_rules! acquainted {
    ($provider:literal) => {
        concerned!($provider, " AND r.rule <> 'blocked'")
    };
}
static IS_ACQUAINTED: Statement = Statement::new(
    "peers.is_acquainted",
    concat!("SELECT 1 WHERE ", acquainted!("$1")),
);
/// What was sent once may have come to something there, whatever became of it here.
static EVER_BETWEEN_PEOPLE: Statement = Statement::new(
    "peers.ever_between_people",
    concat!(
        "SELECT 1 WHERE ",
        between_people!("$1"),
        " OR EXISTS (SELECT 1 FROM acceptances s WHERE s.provider = $1 AND s.sent = 1)"
    ),
);
/// Whoever was trusted or noted by name need not have been heard of.
static ACQUAINTED: Statement = Statement::new(
    "peers.acquainted",
    concat!(
        "SELECT provider FROM (SELECT p.provider FROM peers p WHERE ",
        acquainted!("p.provider"),
        " UNION SELECT r.provider FROM peer_rules r WHERE r.rule <> 'blocked' UNION SELECT n.provider FROM peer_notes n)
          AS acquainted ORDER BY provider LIMIT $1"
    ),
);
static IS_DEAR: Statement =
    Statement::new("peers.is_dear", concat!("SELECT 1 WHERE ", dear!("$1")));
static FAILING: Statement = Statement::new(
    "peers.failing",
    "INSERT INTO peers (provider, signs, failing_since, last_code) VALUES ($1, 0, $2, $3)
     ON CONFLICT (provider) DO UPDATE SET failing_since = COALESCE(peers.failing_since, excluded.failing_since),
         last_code = excluded.last_code",
);
static FAILING_SINCE: Statement = Statement::new(
    "peers.failing_since",
    "SELECT failing_since FROM peers WHERE provider = $1 AND failing_since IS NOT NULL",
);
static FAILS: Statement = Statement::new(
    "peers.fails",
    "UPDATE peers SET failing_since = $2, last_code = $3 WHERE provider = $1",
);
static ROWS: Statement = Statement::new("peers.rows", "SELECT COUNT(*) FROM peers");
static STRANGERS: Statement = Statement::new(
    "peers.strangers",
    concat!(
        "SELECT COUNT(*) FROM peers p WHERE NOT ",
        dear!("p.provider")
    ),
);
/// Those that never signed first: for them nothing is lost. Then those that were heard of longest ago.
static PRUNE: Statement = Statement::new(
    "peers.prune",
    concat!(
        "DELETE FROM peers WHERE provider IN (
             SELECT p.provider FROM peers p WHERE NOT ",
        dear!("p.provider"),
        " ORDER BY p.signs, COALESCE(p.last_ok_at, 0), p.provider LIMIT $1)"
    ),
);

static STILL_FAILING: Statement = Statement::new(
    "peers.still_failing",
    "UPDATE peers SET last_code = $2 WHERE provider = $1 AND failing_since IS NOT NULL",
);
static RECOVERED: Statement = Statement::new(
    "peers.recovered",
    "UPDATE peers SET failing_since = NULL, last_code = NULL WHERE provider = $1 AND failing_since IS NOT NULL",
);
/// How a server has been, in a word; of a row of `peers` under the name `p`.
macro_rules! health {
    () => {
        "CASE WHEN p.failing_since IS NOT NULL THEN 'failing' WHEN p.last_ok_at IS NOT NULL THEN 'answers'
              ELSE 'unknown' END"
    };
}
pub(crate) use health;
static COUNT: Statement = Statement::new(
    "peers.count",
    concat!(
        "SELECT ",
        health!(),
        " AS health, COUNT(*) FROM peers p GROUP BY 1"
    ),
);

/// Every statement of this room.
pub const STATEMENTS: &[&Statement] = &[
    &FIND,
    &SIGNING,
    &SAVE_DISCOVERY,
    &SAVE_KEYS,
    &SIGNS,
    &OK,
    &FORGET_KEYS,
    &RECOGNISED,
    &EVER_BETWEEN_PEOPLE,
    &IS_ACQUAINTED,
    &ACQUAINTED,
    &IS_DEAR,
    &FAILING_SINCE,
    &FAILING,
    &FAILS,
    &ROWS,
    &STRANGERS,
    &PRUNE,
    &STILL_FAILING,
    &RECOVERED,
    &COUNT,
];

/// How a server has been lately.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Health {
    /// It answered when it was last asked.
    Answers,
    /// It did not.
    Failing,
    /// It was never asked.
    Unknown,
}

impl Health {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Answers, Self::Failing, Self::Unknown];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Answers => "answers",
            Self::Failing => "failing",
            Self::Unknown => "unknown",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == text)
    }
}

/// How many servers are how.
pub struct CountPeers;

impl Operation for CountPeers {
    type Output = Vec<(Health, u64)>;
    const NAME: &'static str = "count_peers";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Output, Error> {
        let rows = tx.rows(&COUNT, &[]).await?;
        let count = |row: &Row| Ok((row.parsed(0, Health::parse)?, row.number(1)?));
        rows.iter().map(count).collect()
    }
}

/// Which of these servers do not answer, and since when.
pub struct FailingPeers {
    /// Those to look at, each once.
    pub providers: BTreeSet<Provider>,
}

impl Operation for FailingPeers {
    type Output = HashMap<Provider, Timestamp>;
    const NAME: &'static str = "failing_peers";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Output, Error> {
        let mut failing = HashMap::new();
        for provider in &self.providers {
            if let Some(row) = tx.row(&FAILING_SINCE, &[provider.as_str().into()]).await? {
                failing.insert(provider.clone(), Timestamp::from_millis(row.int(0)?));
            }
        }
        Ok(failing)
    }
}

/// What we know of a server; `None` if we have never dealt with it.
pub struct FindPeer {
    /// Which.
    pub provider: Provider,
}

impl Operation for FindPeer {
    type Output = Option<Peer>;
    const NAME: &'static str = "find_peer";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<Peer>, Error> {
        find(tx, &self.provider).await
    }
}

/// Whether somebody here has to do with a server: by a connection, an acceptance that is under way, a message that waits, a
/// note, or a rule other than that it is blocked.
pub struct IsAcquainted {
    /// Which.
    pub provider: Provider,
}

impl Operation for IsAcquainted {
    type Output = bool;
    const NAME: &'static str = "is_acquainted";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<bool, Error> {
        let provider = [self.provider.as_str().into()];
        Ok(tx.row(&IS_ACQUAINTED, &provider).await?.is_some())
    }
}

/// Whether people here have, or have ever had, to do with people of a server, whatever administrators decide about it: a
/// connection, also one that is over, an acceptance that was ever sent there or is under way, or a message that waits.
pub struct HasToDoWith {
    /// Which.
    pub provider: Provider,
}

impl Operation for HasToDoWith {
    type Output = bool;
    const NAME: &'static str = "has_to_do_with";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<bool, Error> {
        let provider = [self.provider.as_str().into()];
        Ok(tx.row(&EVER_BETWEEN_PEOPLE, &provider).await?.is_some())
    }
}

/// All servers with which somebody here has to do, up to a number.
pub struct ListAcquainted {
    /// At most this many.
    pub limit: u32,
}

impl Operation for ListAcquainted {
    type Output = Vec<Provider>;
    const NAME: &'static str = "list_acquainted";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<Provider>, Error> {
        let limit = i64::from(self.limit);
        let rows = tx.rows(&ACQUAINTED, &[limit.into()]).await?;
        let provider = |row: &Row| row.parsed(0, |text| Provider::parse(text).ok());
        rows.iter().map(provider).collect()
    }
}

/// How a server is known to sign.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Signing {
    /// Whether it has ever signed a request.
    pub signs: bool,
    /// The best way to sign that it has ever offered or used.
    pub dialect: Option<Dialect>,
}

/// How a server is known to sign, whichever process has learnt it; read for each message, so without its documents.
pub struct FindSigning {
    /// Which.
    pub provider: Provider,
}

impl Operation for FindSigning {
    type Output = Signing;
    const NAME: &'static str = "find_signing";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Signing, Error> {
        let row = tx.row(&SIGNING, &[self.provider.as_str().into()]).await?;
        let Some(row) = row else {
            return Ok(Signing::default());
        };
        Ok(Signing {
            signs: row.bool(0)?,
            dialect: row.opt_parsed(1, Dialect::parse)?,
        })
    }
}

/// Keeps a discovery document for the time when its server cannot be reached.
pub struct SaveDiscovery {
    /// Whose.
    pub provider: Provider,
    /// The document as it was served.
    pub document: String,
    /// The best way to sign that it offers.
    pub offers: Option<Dialect>,
    /// The way that the document before this one offered, if it was a better one, and under which reference that was found.
    pub weaker: Option<(Dialect, Moment)>,
    /// When.
    pub now: Timestamp,
}

impl Operation for SaveDiscovery {
    /// Whether the server had not answered before this.
    type Output = bool;
    const NAME: &'static str = "save_discovery";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<bool, Error> {
        let now = self.now.as_millis();
        let parameters = [
            self.provider.as_str().into(),
            self.document.as_str().into(),
            now.into(),
            self.offers.map(Dialect::as_str).into(),
        ];
        schedule::hurry_if_it_was_away(tx, &self.provider, self.now).await?;
        let back = recovered(tx, &self.provider).await?;
        tx.execute(&SAVE_DISCOVERY, &parameters).await?;
        if let Some((before, moment)) = &self.weaker {
            Entry::new(Kind::PeerWeaker, Actor::Peer)
                .with(&self.provider)
                .saying(serde_json::json!({
                    "before": before.as_str(),
                    "now": self.offers.map(Dialect::as_str),
                }))
                .record_within_bounds(tx, moment)
                .await?;
        }
        Ok(back)
    }
}

/// Keeps a key set.
pub struct SaveKeys {
    /// Whose.
    pub provider: Provider,
    /// The key set as it was served.
    pub jwks: String,
    /// When.
    pub now: Timestamp,
}

impl Operation for SaveKeys {
    type Output = ();
    const NAME: &'static str = "save_keys";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let now = self.now.as_millis();
        let parameters = [
            self.provider.as_str().into(),
            self.jwks.as_str().into(),
            now.into(),
        ];
        tx.execute(&SAVE_KEYS, &parameters).await.map(drop)
    }
}

/// Forgets a key set that its server has taken back.
pub struct ForgetKeys {
    /// Whose.
    pub provider: Provider,
}

impl Operation for ForgetKeys {
    type Output = ();
    const NAME: &'static str = "forget_keys";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let provider = [self.provider.as_str().into()];
        tx.execute(&FORGET_KEYS, &provider).await.map(drop)
    }
}

/// Forgets servers with which nobody here has anything to do, beyond a number: whoever owns a domain has any number of names
/// that describe themselves. A server with a connection, a decision or a message that waits is never among them.
pub struct PrunePeers {
    /// So many are kept.
    pub keep: u32,
    /// At most this many are forgotten.
    pub limit: u32,
}

impl Operation for PrunePeers {
    /// How many were forgotten.
    type Output = u64;
    const NAME: &'static str = "prune_peers";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<u64, Error> {
        // Counting all of them costs nothing, and where they are few there is nothing to do.
        if count(tx, &ROWS).await? <= u64::from(self.keep) {
            return Ok(0);
        }
        let strangers = count(tx, &STRANGERS).await?;
        let too_many = strangers.saturating_sub(u64::from(self.keep));
        let limit = too_many.min(u64::from(self.limit));
        if limit == 0 {
            return Ok(0);
        }
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        tx.execute(&PRUNE, &[limit.into()]).await
    }
}

async fn count(tx: &mut Tx<'_>, statement: &'static Statement) -> Result<u64, Error> {
    let row = tx.row(statement, &[]).await?;
    let row = row.ok_or_else(|| Error::inconsistent(statement, "no row"))?;
    row.number(0)
}

/// Notes that a server has signed a request: unsigned ones in its name are refused from now on, and those that are signed in a
/// weaker way.
pub struct NoteSigns {
    /// Which.
    pub provider: Provider,
    /// How.
    pub dialect: Dialect,
    /// When and under which reference.
    pub moment: Moment,
}

impl Operation for NoteSigns {
    type Output = ();
    const NAME: &'static str = "note_signs";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let now = self.moment.now.as_millis();
        let dialect = self.dialect.as_str();
        let parameters = [self.provider.as_str().into(), now.into(), dialect.into()];
        if tx.execute(&SIGNS, &parameters).await? == 1 {
            Entry::new(Kind::PeerSigns, Actor::Peer)
                .with(&self.provider)
                .saying(serde_json::json!({ "dialect": dialect }))
                .record(tx, &self.moment)
                .await?;
        }
        Ok(())
    }
}

/// Notes that a request in the name of another server was not believed or not understood, and why.
pub struct NoteRefused {
    /// The server that it speaks for, by its own words; `None` if it names none.
    pub provider: Option<Provider>,
    /// Why.
    pub code: Code,
    /// What was found, member by member, bounded: by how much the clocks differ, which key is not known.
    pub found: serde_json::Value,
    /// When and under which reference.
    pub moment: Moment,
}

impl Operation for NoteRefused {
    type Output = ();
    const NAME: &'static str = "note_refused";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        Entry::new(Kind::PeerRefused, Actor::Stranger)
            .with(self.provider.as_ref())
            .went(self.code.as_str())
            .saying(self.found.clone())
            .record_within_bounds(tx, &self.moment)
            .await
    }
}

/// Notes how a server has just been: `None` for well, or why it could not be dealt with.
pub struct NoteHealth {
    /// Which.
    pub provider: Provider,
    /// What was wrong.
    pub failure: Option<Code>,
    /// When.
    pub now: Timestamp,
}

impl Operation for NoteHealth {
    /// Whether that is news: it had answered before and does not now, or the other way round.
    type Output = bool;
    const NAME: &'static str = "note_health";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<bool, Error> {
        let provider: Value = self.provider.as_str().into();
        let now = self.now.as_millis().into();
        match self.failure {
            None => {
                schedule::hurry_if_it_was_away(tx, &self.provider, self.now).await?;
                let back = recovered(tx, &self.provider).await?;
                tx.execute(&OK, &[provider, now]).await?;
                Ok(back)
            }
            Some(code) => {
                let code: Value = code.as_str().into();
                let still = [provider.clone(), code.clone()];
                if tx.execute(&STILL_FAILING, &still).await? > 0 {
                    return Ok(false);
                }
                let failing = [provider.clone(), now, code];
                if tx.execute(&FAILS, &failing).await? > 0 {
                    return Ok(true);
                }
                // A name that anybody may have invented leaves no row behind.
                let dear = tx.row(&IS_DEAR, &[provider]).await?.is_some();
                if dear {
                    tx.execute(&FAILING, &failing).await?;
                }
                Ok(dear)
            }
        }
    }
}

/// Notes that a server is no longer failing; `false` if it was not.
async fn recovered(tx: &mut Tx<'_>, provider: &Provider) -> Result<bool, Error> {
    Ok(tx.execute(&RECOVERED, &[provider.as_str().into()]).await? > 0)
}

/// Notes that a server has spoken to us: what waits for it is due now.
pub struct NoteBack {
    /// Which.
    pub provider: Provider,
    /// When.
    pub now: Timestamp,
}

impl Operation for NoteBack {
    type Output = ();
    const NAME: &'static str = "note_back";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let back = outbox::peer_is_back(tx, &self.provider, self.now);
        back.await.map(drop)
    }
}

/// A server is recognised by something else from now on: nothing that was heard in its name before stands in for it.
pub(crate) async fn recognised_anew(
    tx: &mut Tx<'_>,
    provider: &Provider,
    now: Timestamp,
) -> Result<(), Error> {
    let parameters = [provider.as_str().into(), now.as_millis().into()];
    tx.execute(&RECOGNISED, &parameters).await.map(drop)
}

pub(crate) async fn find(tx: &mut Tx<'_>, provider: &Provider) -> Result<Option<Peer>, Error> {
    let row = tx.row(&FIND, &[provider.as_str().into()]).await?;
    row.as_ref().map(peer).transpose()
}

fn peer(row: &Row) -> Result<Peer, Error> {
    let dated = |text: usize, at: usize| -> Result<Option<(String, Timestamp)>, Error> {
        let at = row.opt_int(at)?.map(Timestamp::from_millis);
        Ok(row.opt_text(text)?.map(str::to_owned).zip(at))
    };
    Ok(Peer {
        provider: row.parsed(0, |text| Provider::parse(text).ok())?,
        discovery: dated(1, 2)?,
        jwks: dated(3, 4)?,
        signs: row.bool(5)?,
        last_ok_at: row.opt_int(6)?.map(Timestamp::from_millis),
        failing_since: row.opt_int(7)?.map(Timestamp::from_millis),
        last_code: row.opt_parsed(8, Code::parse)?,
        dialect: row.opt_parsed(9, Dialect::parse)?,
        recognised_since: row.opt_int(10)?.map(Timestamp::from_millis),
    })
}
