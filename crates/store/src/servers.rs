//! Other servers as administrators look at them: how they are, what was decided, and how many people they link.

use symbolon_core::Timestamp;
use symbolon_core::trust::Rule;
use symbolon_proto::address::Provider;
use symbolon_proto::discovery::Dialect;
use symbolon_proto::problem::Code;

use crate::{Error, Operation, Row, Statement, Tx};

/// How far connections with one server are counted.
pub const COUNT_MAX: u64 = 10_000;

/// What is known of another server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// Its name.
    pub provider: Provider,
    /// What was decided about it.
    pub rule: Option<Rule>,
    /// How many connections people here have with people there, counted up to [`COUNT_MAX`].
    pub connections: u64,
    /// Whether it has ever signed.
    pub signs: bool,
    /// The best way to sign that it has ever offered or used.
    pub dialect: Option<Dialect>,
    /// When it last answered us or spoke to us.
    pub last_ok_at: Option<Timestamp>,
    /// Since when it has not answered.
    pub failing_since: Option<Timestamp>,
    /// Why it last did not.
    pub last_code: Option<Code>,
}

/// From one name to the next along the index, so that it costs as many looks as there are servers and not connections.
static LINKED: Statement = Statement::new(
    "servers.linked",
    "WITH RECURSIVE linked (provider) AS (
         SELECT (SELECT MIN(c.provider) FROM connections c WHERE c.phase = 'connected')
         UNION ALL
         SELECT (SELECT MIN(c.provider) FROM connections c WHERE c.phase = 'connected' AND c.provider > rows.provider)
         FROM linked AS rows WHERE rows.provider IS NOT NULL)
     SELECT rows.provider FROM linked AS rows LIMIT $1",
);
static NAMES: Statement = Statement::new(
    "servers.names",
    "SELECT rows.provider FROM (
         SELECT rows.provider FROM (SELECT p.provider FROM peers p WHERE p.provider > $1 AND p.provider >= $2
             AND p.provider < $3 ORDER BY p.provider LIMIT $4) AS rows
         UNION
         SELECT rows.provider FROM (SELECT r.provider FROM peer_rules r WHERE r.provider > $1 AND r.provider >= $2
             AND r.provider < $3 ORDER BY r.provider LIMIT $4) AS rows
         UNION
         SELECT rows.provider FROM (SELECT DISTINCT n.provider FROM peer_notes n WHERE n.provider > $1
             AND n.provider >= $2 AND n.provider < $3 ORDER BY n.provider LIMIT $4) AS rows) AS rows
     ORDER BY rows.provider LIMIT $4",
);
static KNOWN: Statement = Statement::new(
    "servers.known",
    "SELECT r.rule, (SELECT COUNT(*) FROM (SELECT 1 FROM connections c WHERE c.provider = $1 AND c.phase = 'connected'
                LIMIT $2) AS rows),
            COALESCE(p.signs, 0), p.last_ok_at, p.failing_since, p.last_code, p.dialect
     FROM (SELECT 1 AS one) AS one LEFT JOIN peers p ON p.provider = $1 LEFT JOIN peer_rules r ON r.provider = $1",
);

/// Every statement of this room.
pub const STATEMENTS: &[&Statement] = &[&LINKED, &NAMES, &KNOWN];

/// What is known of one server, if nothing else than that nothing is.
pub struct FindServer {
    /// Which.
    pub provider: Provider,
}

impl Operation for FindServer {
    type Output = Server;
    const NAME: &'static str = "find_server";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Server, Error> {
        known(tx, self.provider.clone()).await
    }
}

/// The servers with whose people somebody here is connected now, by name.
pub struct LinkedServers {
    /// At most this many.
    pub limit: u32,
}

impl Operation for LinkedServers {
    type Output = Vec<Server>;
    const NAME: &'static str = "linked_servers";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<Server>, Error> {
        let rows = tx.rows(&LINKED, &[self.limit.into()]).await?;
        all(tx, &rows).await
    }
}

/// The servers that were dealt with or decided about, by name.
pub struct ListServers {
    /// Only names that begin like this.
    pub begins: String,
    /// Only names behind this one; empty for the first page.
    pub after: String,
    /// At most this many.
    pub limit: u32,
}

impl Operation for ListServers {
    type Output = Vec<Server>;
    const NAME: &'static str = "list_servers";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<Server>, Error> {
        // Names are of characters below '~'.
        let parameters = [
            self.after.as_str().into(),
            self.begins.as_str().into(),
            format!("{}~", self.begins).into(),
            self.limit.into(),
        ];
        let rows = tx.rows(&NAMES, &parameters).await?;
        all(tx, &rows).await
    }
}

async fn all(tx: &mut Tx<'_>, names: &[Row]) -> Result<Vec<Server>, Error> {
    let mut servers = Vec::new();
    for row in names {
        // The last step along the index finds nothing.
        if let Some(provider) = row.opt_parsed(0, |text| Provider::parse(text).ok())? {
            servers.push(known(tx, provider).await?);
        }
    }
    Ok(servers)
}

async fn known(tx: &mut Tx<'_>, provider: Provider) -> Result<Server, Error> {
    let count_max = i64::try_from(COUNT_MAX).unwrap_or(i64::MAX);
    let parameters = [provider.as_str().into(), count_max.into()];
    let row = tx.row(&KNOWN, &parameters).await?;
    let row = row.ok_or_else(|| Error::inconsistent(&KNOWN, "no row"))?;
    Ok(Server {
        provider,
        rule: row.opt_parsed(0, Rule::parse)?,
        connections: row.number(1)?,
        signs: row.bool(2)?,
        last_ok_at: row.opt_int(3)?.map(Timestamp::from_millis),
        failing_since: row.opt_int(4)?.map(Timestamp::from_millis),
        last_code: row.opt_parsed(5, Code::parse)?,
        dialect: row.opt_parsed(6, Dialect::parse)?,
    })
}
