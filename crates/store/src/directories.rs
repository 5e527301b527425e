//! Directories of servers, and the last good copy of each.

use std::collections::BTreeMap;

use serde_json::json;
use symbolon_core::Timestamp;
use symbolon_proto::address::Provider;

use crate::events::{Actor, Entry, Kind, Moment};
use crate::{Error, Operation, Row, Statement, Tx};

/// How many directories a server may follow: federations are few, and a search looks through all of them.
pub const DIRECTORIES_MAX: i64 = 20;

/// A directory as it is known here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directory {
    /// Where it is fetched.
    pub url: String,
    /// The keys whose signature is believed, as a JWK set.
    pub keys: String,
    /// The account on the machine under which it was added.
    pub by: Option<String>,
    /// When it was added.
    pub added_at: Timestamp,
    /// Its name for people, once it has been fetched.
    pub federation: Option<String>,
    /// How many servers the last good copy has.
    pub servers: u64,
    /// How many entries of it were left out, since they name no server.
    pub left_out: u64,
    /// When the last good copy was fetched.
    pub fetched_at: Option<Timestamp>,
    /// When it is fetched next.
    pub next_at: Timestamp,
    /// What was wrong when it was last fetched.
    pub fault: Option<String>,
}

/// A server out of a directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its name in the federation.
    pub provider: Provider,
    /// What people call it.
    pub name: String,
}

static ADD: Statement = Statement::new(
    "directories.add",
    "INSERT INTO directories (url, keys, added_by, added_at, next_at) VALUES ($1, $2, $3, $4, $4)
     ON CONFLICT (url) DO UPDATE SET keys = excluded.keys, added_by = excluded.added_by, added_at = excluded.added_at,
         next_at = excluded.next_at, fault = NULL",
);
static COUNT: Statement = Statement::new(
    "directories.count",
    "SELECT COUNT(*) FROM directories WHERE url <> $1",
);
static KEYS: Statement = Statement::new(
    "directories.keys",
    "SELECT keys FROM directories WHERE url = $1",
);
static REMOVE: Statement = Statement::new(
    "directories.remove",
    "DELETE FROM directories WHERE url = $1",
);
static LIST: Statement = Statement::new(
    "directories.list",
    "SELECT url, keys, added_by, added_at, federation,
         (SELECT COUNT(*) FROM directory_servers s WHERE s.directory = url), left_out, fetched_at, next_at, fault
     FROM directories ORDER BY url",
);
static CLAIM: Statement = Statement::new(
    "directories.claim",
    "UPDATE directories SET next_at = $2
     WHERE url IN (SELECT url FROM directories WHERE next_at <= $1 ORDER BY next_at, url LIMIT 1)
     RETURNING url, keys",
);
static FETCHED: Statement = Statement::new(
    "directories.fetched",
    "UPDATE directories SET federation = $3, left_out = $4, fetched_at = $5, next_at = $6, fault = NULL
     WHERE url = $1 AND keys = $2",
);
static FAILED: Statement = Statement::new(
    "directories.failed",
    "UPDATE directories SET next_at = $3, fault = $4 WHERE url = $1 AND keys = $2",
);
static FAULT: Statement = Statement::new(
    "directories.fault",
    "SELECT fault FROM directories WHERE url = $1",
);
static SERVERS: Statement = Statement::new(
    "directories.servers",
    "SELECT provider, name FROM directory_servers WHERE directory = $1",
);
static PUT: Statement = Statement::new(
    "directories.put",
    "INSERT INTO directory_servers (directory, provider, name) VALUES ($1, $2, $3)
     ON CONFLICT (directory, provider) DO UPDATE SET name = excluded.name",
);
static DROP: Statement = Statement::new(
    "directories.drop",
    "DELETE FROM directory_servers WHERE directory = $1 AND provider = $2",
);
static DROP_ALL: Statement = Statement::new(
    "directories.drop_all",
    "DELETE FROM directory_servers WHERE directory = $1",
);
static LISTED_BY: Statement = Statement::new(
    "directories.listed_by",
    "SELECT COALESCE(d.federation, d.url) FROM directory_servers s JOIN directories d ON d.url = s.directory
     WHERE s.provider = $1 ORDER BY d.url LIMIT 1",
);
static SEARCH: Statement = Statement::new(
    "directories.search",
    "SELECT provider, MIN(name) FROM directory_servers
     WHERE provider <> $1 AND NOT EXISTS (SELECT 1 FROM peer_rules r
               WHERE r.provider = directory_servers.provider AND r.rule = 'blocked')
           AND (LOWER(name) LIKE $2 ESCAPE '!' OR provider LIKE $2 ESCAPE '!')
     GROUP BY provider ORDER BY LOWER(MIN(name)), provider LIMIT $3",
);

/// Every statement of this room.
pub const STATEMENTS: &[&Statement] = &[
    &ADD, &COUNT, &KEYS, &REMOVE, &LIST, &CLAIM, &FETCHED, &FAILED, &FAULT, &SERVERS, &PUT, &DROP,
    &DROP_ALL, &LISTED_BY, &SEARCH,
];

/// Follows a directory from now on. One that is followed already may get other keys; then its copy is forgotten.
pub struct AddDirectory {
    /// Where it is fetched.
    pub url: String,
    /// The keys whose signature is believed, as a JWK set.
    pub keys: String,
    /// The account on the machine under which it is added.
    pub by: Option<String>,
    /// When and under which reference.
    pub moment: Moment,
}

impl Operation for AddDirectory {
    /// Whether there was room for it.
    type Output = bool;
    const NAME: &'static str = "add_directory";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<bool, Error> {
        let url = self.url.as_str();
        let others = tx.row(&COUNT, &[url.into()]).await?;
        if others.map_or(Ok(0), |row| row.int(0))? >= DIRECTORIES_MAX {
            return Ok(false);
        }
        // What another key has signed counts no more.
        let known = tx.row(&KEYS, &[url.into()]).await?;
        if known.map_or(Ok(false), |row| row.text(0).map(|keys| keys != self.keys))? {
            tx.execute(&DROP_ALL, &[url.into()]).await?;
            tx.execute(&REMOVE, &[url.into()]).await?;
        }
        let parameters = [
            url.into(),
            self.keys.as_str().into(),
            self.by.as_deref().into(),
            self.moment.now.as_millis().into(),
        ];
        tx.execute_one(&ADD, &parameters).await?;
        Entry::new(Kind::DirectoryAdded, Actor::Administrator)
            .about(url)
            .saying(json!({ "by": self.by }))
            .record(tx, &self.moment)
            .await?;
        Ok(true)
    }
}

/// Follows a directory no more, and forgets its servers.
pub struct RemoveDirectory {
    /// Which.
    pub url: String,
    /// The account on the machine under which it is removed.
    pub by: Option<String>,
    /// When and under which reference.
    pub moment: Moment,
}

impl Operation for RemoveDirectory {
    /// Whether it was followed.
    type Output = bool;
    const NAME: &'static str = "remove_directory";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<bool, Error> {
        let url = self.url.as_str();
        tx.execute(&DROP_ALL, &[url.into()]).await?;
        if tx.execute(&REMOVE, &[url.into()]).await? == 0 {
            return Ok(false);
        }
        Entry::new(Kind::DirectoryRemoved, Actor::Administrator)
            .about(url)
            .saying(json!({ "by": self.by }))
            .record(tx, &self.moment)
            .await?;
        Ok(true)
    }
}

/// All directories that are followed.
pub struct ListDirectories;

impl Operation for ListDirectories {
    type Output = Vec<Directory>;
    const NAME: &'static str = "list_directories";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<Directory>, Error> {
        let rows = tx.rows(&LIST, &[]).await?;
        rows.iter().map(directory).collect()
    }
}

/// Takes a directory that is due, so that of several processes one fetches it.
pub struct ClaimDirectory {
    /// What is due.
    pub now: Timestamp,
    /// When it is due again if nobody records how it went.
    pub until: Timestamp,
}

impl Operation for ClaimDirectory {
    /// Its URL, and its keys as a JWK set.
    type Output = Option<(String, String)>;
    const NAME: &'static str = "claim_directory";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Output, Error> {
        let parameters = [self.now.as_millis().into(), self.until.as_millis().into()];
        let row = tx.row(&CLAIM, &parameters).await?;
        row.map(|row| Ok((row.text(0)?.to_owned(), row.text(1)?.to_owned())))
            .transpose()
    }
}

/// What a fetched directory says.
pub struct Copy {
    /// Its name for people.
    pub federation: String,
    /// Its servers, with what people call them.
    pub servers: BTreeMap<Provider, String>,
    /// How many entries were left out.
    pub left_out: u64,
}

/// Records how fetching a directory went. A copy replaces the last one; a fault leaves it as it is. Nothing happens if the
/// directory has been removed or got other keys meanwhile.
pub struct RecordDirectory {
    /// Which.
    pub url: String,
    /// The keys with which it was verified.
    pub keys: String,
    /// The new copy, or what was wrong.
    pub came: Result<Copy, String>,
    /// When it is fetched next.
    pub next_at: Timestamp,
    /// When and under which reference.
    pub moment: Moment,
}

impl Operation for RecordDirectory {
    type Output = ();
    const NAME: &'static str = "record_directory";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        match &self.came {
            Ok(copy) => self.replace(tx, copy).await,
            Err(fault) => self.fail(tx, fault).await,
        }
    }
}

impl RecordDirectory {
    async fn replace(&self, tx: &mut Tx<'_>, copy: &Copy) -> Result<(), Error> {
        let before = self.fault(tx).await?;
        let parameters = [
            self.url.as_str().into(),
            self.keys.as_str().into(),
            copy.federation.as_str().into(),
            i64::try_from(copy.left_out).unwrap_or(i64::MAX).into(),
            self.moment.now.as_millis().into(),
            self.next_at.as_millis().into(),
        ];
        if tx.execute(&FETCHED, &parameters).await? == 0 {
            return Ok(());
        }
        let (came, went) = self.servers(tx, copy).await?;
        if came + went == 0 && before.is_none() {
            return Ok(());
        }
        Entry::new(Kind::DirectoryChanged, Actor::Server)
            .about(self.url.as_str())
            .saying(json!({ "servers": copy.servers.len(), "came": came, "went": went }))
            .record(tx, &self.moment)
            .await
    }

    /// Only what differs is written: a directory is fetched every hour, and changes a few times in a year.
    async fn servers(&self, tx: &mut Tx<'_>, copy: &Copy) -> Result<(u64, u64), Error> {
        let url = self.url.as_str();
        let (mut came, mut went) = (0, 0);
        let mut known = BTreeMap::new();
        for row in tx.rows(&SERVERS, &[url.into()]).await? {
            let listed = listed(&row)?;
            known.insert(listed.provider, listed.name);
        }
        for provider in known.keys().filter(|one| !copy.servers.contains_key(one)) {
            tx.execute_one(&DROP, &[url.into(), provider.as_str().into()])
                .await?;
            went += 1;
        }
        for (provider, name) in &copy.servers {
            if known.get(provider) == Some(name) {
                continue;
            }
            came += u64::from(!known.contains_key(provider));
            let parameters = [url.into(), provider.as_str().into(), name.as_str().into()];
            tx.execute_one(&PUT, &parameters).await?;
        }
        Ok((came, went))
    }

    async fn fail(&self, tx: &mut Tx<'_>, fault: &str) -> Result<(), Error> {
        let before = self.fault(tx).await?;
        let parameters = [
            self.url.as_str().into(),
            self.keys.as_str().into(),
            self.next_at.as_millis().into(),
            fault.into(),
        ];
        if tx.execute(&FAILED, &parameters).await? == 0 || before.as_deref() == Some(fault) {
            return Ok(());
        }
        Entry::new(Kind::DirectoryFailed, Actor::Server)
            .about(self.url.as_str())
            .went("failed")
            .saying(json!({ "fault": fault }))
            .record(tx, &self.moment)
            .await
    }

    async fn fault(&self, tx: &mut Tx<'_>) -> Result<Option<String>, Error> {
        let row = tx.row(&FAULT, &[self.url.as_str().into()]).await?;
        let fault = row.map(|row| row.opt_text(0).map(|text| text.map(str::to_owned)));
        Ok(fault.transpose()?.flatten())
    }
}

/// Servers of all directories by words of their names, in the order of their names, each once.
pub struct SearchServers {
    /// What the name for people or the server's own name contains; nothing for all.
    pub words: String,
    /// The one that is not offered.
    pub except: Provider,
    /// At most this many.
    pub limit: u32,
}

impl Operation for SearchServers {
    type Output = Vec<Listed>;
    const NAME: &'static str = "search_servers";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<Listed>, Error> {
        let pattern = crate::connections::listing::like_pattern(self.words.trim());
        let parameters = [
            self.except.as_str().into(),
            pattern.into(),
            i64::from(self.limit).into(),
        ];
        let rows = tx.rows(&SEARCH, &parameters).await?;
        rows.iter().map(listed).collect()
    }
}

/// The directory that lists a server, by its name for people; `None` if none does.
pub struct ListedBy {
    /// The server.
    pub provider: Provider,
}

impl Operation for ListedBy {
    type Output = Option<String>;
    const NAME: &'static str = "listed_by";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<String>, Error> {
        listed_by(tx, &self.provider).await
    }
}

pub(crate) async fn listed_by(
    tx: &mut Tx<'_>,
    provider: &Provider,
) -> Result<Option<String>, Error> {
    let row = tx.row(&LISTED_BY, &[provider.as_str().into()]).await?;
    row.map(|row| row.text(0).map(str::to_owned)).transpose()
}

fn listed(row: &Row) -> Result<Listed, Error> {
    Ok(Listed {
        provider: row.parsed(0, |text| Provider::parse(text).ok())?,
        name: row.text(1)?.to_owned(),
    })
}

fn directory(row: &Row) -> Result<Directory, Error> {
    Ok(Directory {
        url: row.text(0)?.to_owned(),
        keys: row.text(1)?.to_owned(),
        by: row.opt_text(2)?.map(str::to_owned),
        added_at: Timestamp::from_millis(row.int(3)?),
        federation: row.opt_text(4)?.map(str::to_owned),
        servers: u64::try_from(row.int(5)?).unwrap_or(0),
        left_out: u64::try_from(row.int(6)?).unwrap_or(0),
        fetched_at: row.opt_int(7)?.map(Timestamp::from_millis),
        next_at: Timestamp::from_millis(row.int(8)?),
        fault: row.opt_text(9)?.map(str::to_owned),
    })
}
