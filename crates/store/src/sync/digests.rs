//! Digests over the halves that we share with one server, maintained in the transaction that writes a half.

use symbolon_core::UserId;
use symbolon_core::connections::{EndedBy, Generation, Gesture, Half, Phase};
use symbolon_proto::address::Provider;
use symbolon_proto::pairs::{self, GROUP, Pair};

use crate::connections::{Connection, Told};
use crate::{Error, Operation, Row, Statement, Tx, Value};

/// In no digest: the other server does not speak of generations, or is this one.
const NOT_COVERED: i64 = -1;
/// Written before this server knew its own name, or by a version without sync.
const NOT_COUNTED: i64 = -2;

/// More halves than this in one bucket are not looked at: fifteen million connections between two servers fill a bucket
/// with about that many.
const BUCKET_MAX: i64 = 300;

static BEFORE: Statement = Statement::new(
    "sync.before",
    "SELECT (SELECT value FROM settings WHERE key = 'provider'), c.generation, c.phase, c.sync_bucket
     FROM (SELECT 1 AS one) AS one LEFT JOIN connections c ON c.user_id = $1 AND c.provider = $2 AND c.subject = $3",
);
/// Exclusive or, in words that both databases know.
static ADD_TO_LEAF: Statement = Statement::new(
    "sync.add_to_leaf",
    "INSERT INTO sync_leaves (provider, bucket, digest, halves) VALUES ($1, $2, $3, $4)
     ON CONFLICT (provider, bucket) DO UPDATE SET halves = sync_leaves.halves + excluded.halves,
         digest = (sync_leaves.digest | excluded.digest) - (sync_leaves.digest & excluded.digest)",
);
static ADD_TO_ROOT: Statement = Statement::new(
    "sync.add_to_root",
    "INSERT INTO syncs (provider, digest, halves) VALUES ($1, $2, $3)
     ON CONFLICT (provider) DO UPDATE SET halves = syncs.halves + excluded.halves,
         digest = (syncs.digest | excluded.digest) - (syncs.digest & excluded.digest)",
);
static ROOT: Statement = Statement::new(
    "sync.root",
    "SELECT digest, halves FROM syncs WHERE provider = $1",
);
static LEAVES: Statement = Statement::new(
    "sync.leaves",
    "SELECT bucket, digest FROM sync_leaves WHERE provider = $1 AND bucket >= $2 AND bucket <= $3",
);
static IN_BUCKET: Statement = Statement::new(
    "sync.in_bucket",
    "SELECT user_id, subject, remote_user_id, generation, phase, ended_by, barrier, told FROM connections
     WHERE provider = $1 AND sync_bucket = $2 ORDER BY user_id, subject LIMIT $3",
);
static UNCOUNTED: Statement = Statement::new(
    "sync.uncounted",
    "SELECT id, user_id, provider, subject, generation, phase, keeps_generations FROM connections
     WHERE sync_bucket = -2 ORDER BY id LIMIT $1",
);
static COUNT_IN: Statement = Statement::new(
    "sync.count_in",
    "UPDATE connections SET sync_bucket = $2 WHERE id = $1",
);
static OUR_NAME: Statement = Statement::new(
    "sync.our_name",
    "SELECT value FROM settings WHERE key = 'provider'",
);
static SET_OUR_NAME: Statement = Statement::new(
    "sync.set_our_name",
    "INSERT INTO settings (key, value) VALUES ('provider', $1)
     ON CONFLICT (key) DO UPDATE SET value = excluded.value",
);
static FORGET_LEAVES: Statement = Statement::new("sync.forget_leaves", "DELETE FROM sync_leaves");
static FORGET_ROOTS: Statement = Statement::new(
    "sync.forget_roots",
    "UPDATE syncs SET digest = 0, halves = 0",
);
static FORGET_BUCKETS: Statement = Statement::new(
    "sync.forget_buckets",
    "UPDATE connections SET sync_bucket = -2 WHERE sync_bucket <> -2",
);

/// Every statement of this room.
pub const STATEMENTS: &[&Statement] = &[
    &BEFORE,
    &ADD_TO_LEAF,
    &ADD_TO_ROOT,
    &ROOT,
    &LEAVES,
    &IN_BUCKET,
    &UNCOUNTED,
    &COUNT_IN,
    &OUR_NAME,
    &SET_OUR_NAME,
    &FORGET_LEAVES,
    &FORGET_ROOTS,
    &FORGET_BUCKETS,
];

/// The digest of everything that we share with one server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Root {
    /// The digest.
    pub digest: u64,
    /// How many halves are in it.
    pub halves: u64,
}

/// One of our halves, as far as comparing needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    /// Whose half it is.
    pub user: UserId,
    /// The other person's canonical identifier.
    pub subject: String,
    /// The same as their server sent it.
    pub remote: String,
    /// Its generation and phase.
    pub half: Half,
    /// Whether the other server has not confirmed yet that the two are disconnected.
    pub unconfirmed: bool,
}

/// Tells the database which server it belongs to, since a pair is named by both servers. Under another name than before
/// everything is counted anew.
pub struct SetOurName {
    /// This server.
    pub here: Provider,
}

impl Operation for SetOurName {
    type Output = ();
    const NAME: &'static str = "set_our_name";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        if let Some(row) = tx.row(&OUR_NAME, &[]).await?
            && row.text(0)? == self.here.as_str()
        {
            return Ok(());
        }
        let name = self.here.as_str().into();
        tx.execute_one(&SET_OUR_NAME, &[name]).await?;
        for forget in [&FORGET_LEAVES, &FORGET_ROOTS, &FORGET_BUCKETS] {
            tx.execute(forget, &[]).await?;
        }
        Ok(())
    }
}

/// Which server the database belongs to; `None` if it has never been served.
pub struct LoadOurName;

impl Operation for LoadOurName {
    type Output = Option<Provider>;
    const NAME: &'static str = "load_our_name";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<Provider>, Error> {
        let row = tx.row(&OUR_NAME, &[]).await?;
        row.map(|row| row.parsed(0, |name| Provider::parse(name).ok()))
            .transpose()
    }
}

/// Whether a name is that of the server to which the database belongs.
pub(crate) async fn is_ours(tx: &mut Tx<'_>, provider: &Provider) -> Result<bool, Error> {
    let row = tx.row(&OUR_NAME, &[]).await?;
    row.map_or(Ok(false), |row| Ok(row.text(0)? == provider.as_str()))
}

/// Counts in some of the halves that are in no digest yet.
pub struct CountIn {
    /// At most this many.
    pub limit: u32,
}

impl Operation for CountIn {
    /// How many there were; fewer than the limit means that all are counted.
    type Output = u32;
    const NAME: &'static str = "count_in";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<u32, Error> {
        let Some(here) = tx.row(&OUR_NAME, &[]).await? else {
            return Ok(0);
        };
        let here: Provider = here.parsed(0, |name| Provider::parse(name).ok())?;
        let rows = tx.rows(&UNCOUNTED, &[self.limit.into()]).await?;
        for row in &rows {
            let provider: Provider = row.parsed(2, |name| Provider::parse(name).ok())?;
            let mut bucket = NOT_COVERED;
            if row.bool(6)? && provider != here {
                let pair = Pair::new((&here, row.text(1)?), (&provider, row.text(3)?));
                let item = pair.item(row.number(4)?, row.text(5)? == "connected");
                bucket = pair.bucket().into();
                add(tx, &provider, bucket, item, 1).await?;
            }
            tx.execute_one(&COUNT_IN, &[row.text(0)?.into(), bucket.into()])
                .await?;
        }
        Ok(u32::try_from(rows.len()).unwrap_or(u32::MAX))
    }
}

/// The digest of all halves that we share with a server.
pub struct LoadRoot {
    /// Which server.
    pub provider: Provider,
}

impl Operation for LoadRoot {
    type Output = Root;
    const NAME: &'static str = "load_sync_root";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Root, Error> {
        let row = tx.row(&ROOT, &[self.provider.as_str().into()]).await?;
        let Some(row) = row else {
            return Ok(Root::default());
        };
        Ok(Root {
            digest: row.int(0)?.cast_unsigned(),
            halves: row.number(1)?,
        })
    }
}

/// The digests of all groups.
pub struct LoadGroups {
    /// Shared with which server.
    pub provider: Provider,
}

impl Operation for LoadGroups {
    type Output = Box<[u64; GROUP]>;
    const NAME: &'static str = "load_sync_groups";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Output, Error> {
        let mut groups = Box::new([0; GROUP]);
        for (bucket, digest) in leaves(tx, &self.provider, 0, u16::MAX).await? {
            groups[usize::from(pairs::group(bucket))] ^= digest;
        }
        Ok(groups)
    }
}

/// The digests of the buckets of some groups.
pub struct LoadLeaves {
    /// Shared with which server.
    pub provider: Provider,
    /// Which groups.
    pub groups: Vec<u8>,
}

impl Operation for LoadLeaves {
    type Output = Vec<(u8, Box<[u64; GROUP]>)>;
    const NAME: &'static str = "load_sync_leaves";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Output, Error> {
        let mut loaded = Vec::new();
        for group in &self.groups {
            let mut digests = Box::new([0; GROUP]);
            let (first, last) = (
                u16::from_be_bytes([*group, 0]),
                u16::from_be_bytes([*group, 255]),
            );
            for (bucket, digest) in leaves(tx, &self.provider, first, last).await? {
                digests[usize::from(bucket.to_be_bytes()[1])] = digest;
            }
            loaded.push((*group, digests));
        }
        Ok(loaded)
    }
}

/// The halves of some buckets.
pub struct LoadBuckets {
    /// Shared with which server.
    pub provider: Provider,
    /// Which buckets.
    pub buckets: Vec<u16>,
}

impl Operation for LoadBuckets {
    /// For each bucket its halves.
    type Output = Vec<Vec<Counted>>;
    const NAME: &'static str = "load_sync_buckets";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Output, Error> {
        let mut loaded = Vec::new();
        for bucket in &self.buckets {
            let parameters = [
                self.provider.as_str().into(),
                i64::from(*bucket).into(),
                BUCKET_MAX.into(),
            ];
            let rows = tx.rows(&IN_BUCKET, &parameters).await?;
            loaded.push(rows.iter().map(counted).collect::<Result<_, _>>()?);
        }
        Ok(loaded)
    }
}

/// What a half adds to the digests before a change; given back to [`Before::then`] after it.
pub(crate) struct Before {
    here: Option<Provider>,
    was: Option<(u64, bool)>,
}

impl Before {
    /// Reads it, first thing when a half is written.
    pub(crate) async fn read(tx: &mut Tx<'_>, connection: &Connection) -> Result<Self, Error> {
        let parameters = [
            connection.user.as_str().into(),
            connection.contact.provider.as_str().into(),
            connection.contact.remote.subject().into(),
        ];
        let row = tx.row(&BEFORE, &parameters).await?;
        let row = row.ok_or_else(|| Error::inconsistent(&BEFORE, "no row at all"))?;
        let counted = row.opt_int(3)?.is_some_and(|bucket| bucket >= 0);
        let was = if counted {
            Some((row.number(1)?, row.text(2)? == "connected"))
        } else {
            None
        };
        Ok(Self {
            here: row.opt_parsed(0, |name| Provider::parse(name).ok())?,
            was,
        })
    }

    /// Brings the digests up to date, and returns the bucket to store with the half.
    pub(crate) async fn then(self, tx: &mut Tx<'_>, after: &Connection) -> Result<i64, Error> {
        let Some(here) = self.here else {
            return Ok(NOT_COUNTED);
        };
        let provider = &after.contact.provider;
        let pair = Pair::new(
            (&here, after.user.as_str()),
            (provider, after.contact.remote.subject()),
        );
        let bucket = i64::from(pair.bucket());
        let covered = after.keeps_generations && *provider != here;
        let is = covered.then(|| (after.half.generation.0, after.half.is_connected()));
        let item = |state: Option<(u64, bool)>| {
            state.map_or(0, |(generation, connected)| {
                pair.item(generation, connected)
            })
        };
        if self.was != is {
            let more = i64::from(is.is_some()) - i64::from(self.was.is_some());
            add(tx, provider, bucket, item(self.was) ^ item(is), more).await?;
        }
        Ok(if covered { bucket } else { NOT_COVERED })
    }
}

async fn add(
    tx: &mut Tx<'_>,
    provider: &Provider,
    bucket: i64,
    digest: u64,
    halves: i64,
) -> Result<(), Error> {
    let provider: Value = provider.as_str().into();
    let (digest, halves): (Value, Value) = (digest.cast_signed().into(), halves.into());
    let leaf = [
        provider.clone(),
        bucket.into(),
        digest.clone(),
        halves.clone(),
    ];
    tx.execute_one(&ADD_TO_LEAF, &leaf).await?;
    tx.execute_one(&ADD_TO_ROOT, &[provider, digest, halves])
        .await
}

async fn leaves(
    tx: &mut Tx<'_>,
    provider: &Provider,
    first: u16,
    last: u16,
) -> Result<Vec<(u16, u64)>, Error> {
    let parameters = [
        provider.as_str().into(),
        i64::from(first).into(),
        i64::from(last).into(),
    ];
    let rows = tx.rows(&LEAVES, &parameters).await?;
    rows.iter()
        .map(|row| Ok((row.number(0)?, row.int(1)?.cast_unsigned())))
        .collect()
}

fn counted(row: &Row) -> Result<Counted, Error> {
    let phase = match row.opt_text(5)? {
        None => Phase::Connected,
        Some("us") => Phase::Disconnected(EndedBy::Us),
        Some("them") => Phase::Disconnected(EndedBy::Them),
        Some(_) => Phase::Disconnected(EndedBy::Neither),
    };
    let told = row.opt_parsed(7, Told::parse)?;
    Ok(Counted {
        user: row.parsed(0, UserId::parse)?,
        subject: row.text(1)?.to_owned(),
        remote: row.text(2)?.to_owned(),
        half: Half {
            generation: Generation(row.number(3)?),
            phase,
            barrier: Gesture(row.int(6)?),
        },
        unconfirmed: told.is_some_and(|told| told != Told::Confirmed),
    })
}
