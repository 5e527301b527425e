//! The outbox: every message that must reach another server, written in the transaction that causes it.
//!
//! Delivery is at least once, and every receiver compares generations, so a doubled message changes nothing. Claim, send, record are
//! three steps: the claim commits a lease, the send happens with no transaction open, the record checks that the
//! lease is still its own.

use symbolon_core::connections::Generation;
use symbolon_core::deliveries::{Retry, gives_up_at};
use symbolon_core::{AcceptanceId, ConnectionId, DeliveryId, InviteId, Timestamp};
use symbolon_proto::address::Provider;
use symbolon_proto::problem::Code;

use crate::events::{Actor, Entry, Kind as Happened, Moment};
use crate::mails::{self, Mail};
use crate::sync::schedule;
use crate::{Error, Operation, Row, Statement, Tx, Value, attempts};

/// What a delivery carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `POST /invite-accepted` for this acceptance.
    InviteAccepted(AcceptanceId),
    /// `USER_REMOVED` for this connection at this generation.
    UserRemoved(ConnectionId, Generation),
    /// A mail, which this server's own mail server takes.
    Mail(Mail),
}

impl Kind {
    /// The word for it in listings.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::InviteAccepted(_) => "invite_accepted",
            Self::UserRemoved(..) => "user_removed",
            Self::Mail(mail) => mail.letter.as_str(),
        }
    }

    /// The id of what it is about.
    pub fn object(&self) -> &str {
        match self {
            Self::InviteAccepted(id) => id.as_str(),
            Self::UserRemoved(id, _) => id.as_str(),
            Self::Mail(mail) => mail.letter.object(),
        }
    }
}

/// Where a delivery is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryState {
    /// To be sent at its due time.
    Due,
    /// Being sent.
    Leased,
    /// The other server has answered.
    Done,
    /// Given up; kept to be looked at and sent again by hand.
    Dead,
    /// No longer wanted: its object is gone or has moved on.
    Withdrawn,
}

impl DeliveryState {
    /// The word for it in listings and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Due => "due",
            Self::Leased => "leased",
            Self::Done => "done",
            Self::Dead => "dead",
            Self::Withdrawn => "withdrawn",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        [
            Self::Due,
            Self::Leased,
            Self::Done,
            Self::Dead,
            Self::Withdrawn,
        ]
        .into_iter()
        .find(|state| state.as_str() == text)
    }
}

/// One message that must reach another server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Its id.
    pub id: DeliveryId,
    /// The server it must reach; [`mails::lane`] for mails.
    pub provider: Provider,
    /// What it carries.
    pub kind: Kind,
    /// Where it is in its life.
    pub state: DeliveryState,
    /// How often it has been sent.
    pub attempts: u32,
    /// When it is sent next.
    pub due_at: Timestamp,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it is given up.
    pub gives_up_at: Timestamp,
    /// Why the last attempt did not settle it.
    pub last_code: Option<Code>,
    /// What the other server said, or the network.
    pub last_detail: Option<String>,
    /// The exchange that it belongs to.
    pub reference: String,
    /// When it was settled, given up or withdrawn.
    pub settled_at: Option<Timestamp>,
}

impl Delivery {
    /// Whom it must reach, for listings: a server, or an address of mail.
    pub fn to(&self) -> &str {
        match &self.kind {
            Kind::Mail(mail) => &mail.recipient,
            _ => self.provider.as_str(),
        }
    }

    /// The other server that has a part in it.
    pub fn peer(&self) -> Option<&Provider> {
        match self.kind {
            Kind::Mail(_) => None,
            _ => Some(&self.provider),
        }
    }
}

/// Proof that a claim is still one's own: random, new for every claim.
pub type Lease = String;

macro_rules! columns {
    () => {
        "id, provider, kind, connection_id, acceptance_id, generation, state, attempts, due_at, created_at, \
         gives_up_at, last_code, last_detail, reference, user_id, invite_id, recipient, language, settled_at"
    };
}

static INSERT: Statement = Statement::new(
    "outbox.insert",
    "INSERT INTO deliveries (id, provider, kind, connection_id, acceptance_id, generation, state, attempts, due_at,
         created_at, gives_up_at, reference, user_id, invite_id, recipient, recipient_key, language)
     VALUES ($1, $2, $3, $4, $5, $6, 'due', 0, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
);
/// At most four at once to one server, so that a slow one never takes all places; among its own the oldest first.
static CLAIM: Statement = Statement::new(
    "outbox.claim",
    concat!(
        "UPDATE deliveries SET state = 'leased', lease_until = $2, lease_token = $3, attempts = attempts + 1
         WHERE id IN (
             SELECT id FROM (
                 SELECT d.id AS id, d.due_at AS due_at,
                        ROW_NUMBER() OVER (PARTITION BY d.provider ORDER BY d.due_at, d.id)
                        + (SELECT COUNT(*) FROM deliveries l
                           WHERE l.provider = d.provider AND l.state = 'leased' AND l.lease_until >= $1) AS place
                 FROM deliveries d
                 WHERE (d.state = 'due' AND d.due_at <= $1) OR (d.state = 'leased' AND d.lease_until < $1)
             ) AS ready
             WHERE place <= 4 ORDER BY due_at LIMIT $4)
         RETURNING ", columns!()
    ),
);
static NEXT_DUE: Statement = Statement::new(
    "outbox.next_due",
    "SELECT MIN(at) FROM (
         SELECT MIN(due_at) AS at FROM deliveries WHERE state = 'due'
         UNION ALL SELECT MIN(lease_until) AS at FROM deliveries WHERE state = 'leased') AS times",
);
static RELEASE_ALL: Statement = Statement::new(
    "outbox.release_all",
    "UPDATE deliveries SET state = 'due', due_at = $1, lease_token = NULL, lease_until = NULL WHERE state = 'leased'",
);
static SETTLE: Statement = Statement::new(
    "outbox.settle",
    "UPDATE deliveries SET state = $3, settled_at = $4, last_code = $5, last_detail = $6, lease_token = NULL,
         lease_until = NULL
     WHERE id = $1 AND state = 'leased' AND lease_token = $2",
);
static POSTPONE: Statement = Statement::new(
    "outbox.postpone",
    "UPDATE deliveries SET state = 'due', due_at = $3, last_code = $4, last_detail = $5, lease_token = NULL,
         lease_until = NULL
     WHERE id = $1 AND state = 'leased' AND lease_token = $2",
);
static HOLDS: Statement = Statement::new(
    "outbox.holds",
    "SELECT 1 FROM deliveries WHERE id = $1 AND state = 'leased' AND lease_token = $2",
);
static WITHDRAW_REMOVALS: Statement = Statement::new(
    "outbox.withdraw_removals",
    "UPDATE deliveries SET state = 'withdrawn', settled_at = $2, lease_token = NULL, lease_until = NULL
     WHERE connection_id = $1 AND kind = 'user_removed' AND state IN ('due', 'leased', 'dead')",
);
static WITHDRAW_ACCEPTANCE: Statement = Statement::new(
    "outbox.withdraw_acceptance",
    "UPDATE deliveries SET state = 'withdrawn', settled_at = $2, lease_token = NULL, lease_until = NULL
     WHERE acceptance_id = $1 AND state IN ('due', 'dead')",
);
static HURRY_ACCEPTANCE: Statement = Statement::new(
    "outbox.hurry_acceptance",
    "UPDATE deliveries SET due_at = $2 WHERE acceptance_id = $1 AND state = 'due' AND due_at > $2",
);
static PEER_IS_BACK: Statement = Statement::new(
    "outbox.peer_is_back",
    "UPDATE deliveries SET due_at = $2 WHERE provider = $1 AND state = 'due' AND due_at > $2",
);
static LIST: Statement = Statement::new(
    "outbox.list",
    concat!(
        "SELECT ",
        columns!(),
        " FROM deliveries WHERE state = $1 ORDER BY due_at, id LIMIT $2"
    ),
);
static RETRY: Statement = Statement::new(
    "outbox.retry",
    "UPDATE deliveries SET state = 'due', due_at = $2, gives_up_at = CASE WHEN state = 'dead' THEN $3 ELSE gives_up_at END,
         settled_at = NULL
     WHERE id = $1 AND state IN ('due', 'dead')",
);
static FIND: Statement = Statement::new(
    "outbox.find",
    concat!("SELECT ", columns!(), " FROM deliveries WHERE id = $1"),
);
macro_rules! of {
    ($column:literal) => {
        concat!(
            "SELECT ",
            columns!(),
            " FROM deliveries WHERE ",
            $column,
            " = $1 ORDER BY created_at DESC, id DESC LIMIT $2"
        )
    };
}
static OF_CONNECTION: Statement = Statement::new("outbox.of_connection", of!("connection_id"));
static OF_ACCEPTANCE: Statement = Statement::new("outbox.of_acceptance", of!("acceptance_id"));
static OF_REFERENCE: Statement = Statement::new("outbox.of_reference", of!("reference"));
/// Those that were withdrawn last: they say something only if there is nothing else.
static OF_INVITE: Statement = Statement::new(
    "outbox.of_invite",
    concat!(
        "SELECT ",
        columns!(),
        " FROM deliveries WHERE invite_id = $1
         ORDER BY CASE WHEN state = 'withdrawn' THEN 1 ELSE 0 END, created_at DESC, id DESC LIMIT $2"
    ),
);
static OF_PROVIDER: Statement = Statement::new("outbox.of_provider", of!("provider"));
/// What nobody decides about any more: a mail that was given up is as much of the past as one that was taken.
macro_rules! over {
    () => {
        "state IN ('done', 'withdrawn', 'dead') AND settled_at < $1 AND (state <> 'dead' OR user_id IS NOT NULL)"
    };
}
pub(crate) use over;

static PRUNE: Statement = Statement::new(
    "outbox.prune",
    concat!("DELETE FROM deliveries WHERE ", over!()),
);

/// Every statement of this room.
pub const STATEMENTS: &[&Statement] = &[
    &INSERT,
    &CLAIM,
    &NEXT_DUE,
    &RELEASE_ALL,
    &SETTLE,
    &POSTPONE,
    &HOLDS,
    &WITHDRAW_REMOVALS,
    &WITHDRAW_ACCEPTANCE,
    &HURRY_ACCEPTANCE,
    &PEER_IS_BACK,
    &LIST,
    &RETRY,
    &FIND,
    &OF_CONNECTION,
    &OF_ACCEPTANCE,
    &OF_REFERENCE,
    &OF_INVITE,
    &OF_PROVIDER,
    &PRUNE,
];

/// Takes what is due now, under a lease. A lease that ran out (its holder died) is taken over.
pub struct ClaimDue {
    /// The time to compare with.
    pub now: Timestamp,
    /// How long the claim holds.
    pub lease_until: Timestamp,
    /// The proof of this claim.
    pub lease: Lease,
    /// At most this many.
    pub limit: u32,
}

impl Operation for ClaimDue {
    type Output = Vec<Delivery>;
    const NAME: &'static str = "claim_due";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<Delivery>, Error> {
        let parameters = [
            self.now.as_millis().into(),
            self.lease_until.as_millis().into(),
            self.lease.as_str().into(),
            i64::from(self.limit).into(),
        ];
        let rows = tx.rows(&CLAIM, &parameters).await?;
        let claimed: Vec<Delivery> = rows.iter().map(delivery).collect::<Result<_, _>>()?;
        for one in &claimed {
            if let Kind::InviteAccepted(acceptance) = &one.kind {
                crate::acceptances::mark_sent(tx, acceptance, self.now).await?;
            }
        }
        Ok(claimed)
    }
}

/// When something is due next; `None` if nothing is.
pub struct NextDue;

impl Operation for NextDue {
    type Output = Option<Timestamp>;
    const NAME: &'static str = "next_due";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<Timestamp>, Error> {
        let row = tx.row(&NEXT_DUE, &[]).await?;
        Ok(row
            .map(|row| row.opt_int(0))
            .transpose()?
            .flatten()
            .map(Timestamp::from_millis))
    }
}

/// At start-up of a server that owns the database alone: what was being sent when the last process ended is due again.
pub struct ReleaseLeases {
    /// The time it becomes due.
    pub now: Timestamp,
}

impl Operation for ReleaseLeases {
    type Output = u64;
    const NAME: &'static str = "release_leases";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<u64, Error> {
        tx.execute(&RELEASE_ALL, &[self.now.as_millis().into()])
            .await
    }
}

/// Deliveries in one state, those due first.
pub struct ListDeliveries {
    /// Which state.
    pub state: DeliveryState,
    /// At most this many.
    pub limit: u32,
}

impl Operation for ListDeliveries {
    type Output = Vec<Delivery>;
    const NAME: &'static str = "list_deliveries";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<Delivery>, Error> {
        let parameters = [self.state.as_str().into(), i64::from(self.limit).into()];
        let rows = tx.rows(&LIST, &parameters).await?;
        rows.iter().map(delivery).collect()
    }
}

/// Sends a waiting or dead delivery again now; a dead one gets its full patience back. `None` if there is none to send.
pub struct RetryDelivery {
    /// Which.
    pub id: DeliveryId,
    /// The time it becomes due, and under which reference somebody asked for it.
    pub moment: Moment,
}

impl Operation for RetryDelivery {
    type Output = Option<Delivery>;
    const NAME: &'static str = "retry_delivery";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<Delivery>, Error> {
        let parameters = [
            self.id.as_str().into(),
            self.moment.now.as_millis().into(),
            gives_up_at(self.moment.now).as_millis().into(),
        ];
        if tx.execute(&RETRY, &parameters).await? == 0 {
            return Ok(None);
        }
        let found = find(tx, &self.id).await?;
        if let Some(found) = &found {
            Entry::new(Happened::DeliveryRetried, Actor::Person)
                .about(found.id.as_str())
                .beside(found.kind.object())
                .with(found.peer())
                .record(tx, &self.moment)
                .await?;
        }
        Ok(found)
    }
}

/// Removes settled deliveries and mails that were given up, from before a moment; messages to other servers that were given up
/// stay until somebody decides about them.
pub struct PruneDeliveries {
    /// Those settled before this.
    pub before: Timestamp,
}

impl Operation for PruneDeliveries {
    type Output = u64;
    const NAME: &'static str = "prune_deliveries";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<u64, Error> {
        attempts::prune(tx, self.before).await?;
        tx.execute(&PRUNE, &[self.before.as_millis().into()]).await
    }
}

/// Writes a delivery that is due at once.
pub(crate) async fn add(
    tx: &mut Tx<'_>,
    id: &DeliveryId,
    provider: &Provider,
    kind: &Kind,
    moment: &Moment,
) -> Result<(), Error> {
    let (connection, acceptance, generation) = match kind {
        Kind::InviteAccepted(acceptance) => (None, Some(acceptance.as_str()), Value::Null),
        Kind::UserRemoved(connection, generation) => {
            (Some(connection.as_str()), None, number(*generation))
        }
        Kind::Mail(mail) => {
            let about = mail.letter.connection();
            let connection = about.map(|(id, _)| id.as_str());
            let generation = about.map_or(Value::Null, |(_, generation)| number(generation));
            (connection, None, generation)
        }
    };
    let mail = match kind {
        Kind::Mail(mail) => Some(mail),
        Kind::InviteAccepted(_) | Kind::UserRemoved(..) => None,
    };
    tx.execute_one(
        &INSERT,
        &[
            id.as_str().into(),
            provider.as_str().into(),
            kind.as_str().into(),
            connection.into(),
            acceptance.into(),
            generation,
            moment.now.as_millis().into(),
            moment.now.as_millis().into(),
            gives_up_at(moment.now).as_millis().into(),
            moment.reference.as_str().into(),
            mail.map(|mail| mail.user.as_str()).into(),
            mail.and_then(|mail| mail.letter.invite())
                .map(InviteId::as_str)
                .into(),
            mail.map(|mail| mail.recipient.as_str()).into(),
            mail.map(Mail::recipient_key).into(),
            mail.map(|mail| mail.language.tag()).into(),
        ],
    )
    .await
}

fn number(generation: Generation) -> Value {
    i64::try_from(generation.0).unwrap_or(i64::MAX).into()
}

/// Whether a claim is still its holder's.
pub(crate) async fn holds(tx: &mut Tx<'_>, id: &DeliveryId, lease: &Lease) -> Result<bool, Error> {
    let parameters = [id.as_str().into(), lease.as_str().into()];
    Ok(tx.row(&HOLDS, &parameters).await?.is_some())
}

/// Ends a claimed delivery; `false` if the claim was lost.
pub(crate) async fn settle(
    tx: &mut Tx<'_>,
    id: &DeliveryId,
    lease: &Lease,
    state: DeliveryState,
    code: Option<Code>,
    detail: Option<&str>,
    now: Timestamp,
) -> Result<bool, Error> {
    let parameters = [
        id.as_str().into(),
        lease.as_str().into(),
        state.as_str().into(),
        now.as_millis().into(),
        code.map(Code::as_str).into(),
        detail.into(),
    ];
    Ok(tx.execute(&SETTLE, &parameters).await? == 1)
}

/// Puts a claimed delivery back, or among the dead; `false` if the claim was lost.
pub(crate) async fn retry(
    tx: &mut Tx<'_>,
    id: &DeliveryId,
    lease: &Lease,
    retry: Retry,
    code: Code,
    detail: Option<&str>,
    now: Timestamp,
) -> Result<bool, Error> {
    match retry {
        Retry::GiveUp => settle(tx, id, lease, DeliveryState::Dead, Some(code), detail, now).await,
        Retry::At(at) => {
            let parameters = [
                id.as_str().into(),
                lease.as_str().into(),
                at.as_millis().into(),
                code.as_str().into(),
                detail.into(),
            ];
            Ok(tx.execute(&POSTPONE, &parameters).await? == 1)
        }
    }
}

/// Withdraws what would tell of a disconnect that a newer connection has overtaken.
pub(crate) async fn withdraw_removals(
    tx: &mut Tx<'_>,
    connection: &ConnectionId,
    now: Timestamp,
) -> Result<u64, Error> {
    let parameters = [connection.as_str().into(), now.as_millis().into()];
    tx.execute(&WITHDRAW_REMOVALS, &parameters).await
}

/// Withdraws the delivery of an acceptance that was never sent.
pub(crate) async fn withdraw_acceptance(
    tx: &mut Tx<'_>,
    acceptance: &AcceptanceId,
    now: Timestamp,
) -> Result<u64, Error> {
    let parameters = [acceptance.as_str().into(), now.as_millis().into()];
    tx.execute(&WITHDRAW_ACCEPTANCE, &parameters).await
}

/// Makes the delivery of an acceptance due now.
pub(crate) async fn hurry_acceptance(
    tx: &mut Tx<'_>,
    acceptance: &AcceptanceId,
    now: Timestamp,
) -> Result<u64, Error> {
    let parameters = [acceptance.as_str().into(), now.as_millis().into()];
    tx.execute(&HURRY_ACCEPTANCE, &parameters).await
}

/// A server that we wait for has just spoken to us: what waits for it is due now, and if it was away, sync too.
pub(crate) async fn peer_is_back(
    tx: &mut Tx<'_>,
    provider: &Provider,
    now: Timestamp,
) -> Result<u64, Error> {
    schedule::hurry_if_it_was_away(tx, provider, now).await?;
    let parameters = [provider.as_str().into(), now.as_millis().into()];
    tx.execute(&PEER_IS_BACK, &parameters).await
}

/// The newest deliveries that tell of a connection.
pub(crate) async fn of_connection(
    tx: &mut Tx<'_>,
    id: &ConnectionId,
    limit: i64,
) -> Result<Vec<Delivery>, Error> {
    of(tx, &OF_CONNECTION, id.as_str(), limit).await
}

/// The deliveries of an acceptance.
pub(crate) async fn of_acceptance(
    tx: &mut Tx<'_>,
    id: &AcceptanceId,
    limit: i64,
) -> Result<Vec<Delivery>, Error> {
    of(tx, &OF_ACCEPTANCE, id.as_str(), limit).await
}

/// The deliveries of an exchange.
pub(crate) async fn of_reference(
    tx: &mut Tx<'_>,
    reference: &str,
    limit: i64,
) -> Result<Vec<Delivery>, Error> {
    of(tx, &OF_REFERENCE, reference, limit).await
}

/// The newest deliveries to a server.
pub(crate) async fn of_provider(
    tx: &mut Tx<'_>,
    provider: &str,
    limit: i64,
) -> Result<Vec<Delivery>, Error> {
    of(tx, &OF_PROVIDER, provider, limit).await
}

async fn of(
    tx: &mut Tx<'_>,
    statement: &Statement,
    what: &str,
    limit: i64,
) -> Result<Vec<Delivery>, Error> {
    let rows = tx.rows(statement, &[what.into(), limit.into()]).await?;
    rows.iter().map(delivery).collect()
}

/// The newest deliveries that carry an invite.
pub(crate) async fn of_invite(
    tx: &mut Tx<'_>,
    id: &InviteId,
    limit: i64,
) -> Result<Vec<Delivery>, Error> {
    of(tx, &OF_INVITE, id.as_str(), limit).await
}

/// One delivery, whatever its state.
pub(crate) async fn find(tx: &mut Tx<'_>, id: &DeliveryId) -> Result<Option<Delivery>, Error> {
    let row = tx.row(&FIND, &[id.as_str().into()]).await?;
    row.as_ref().map(delivery).transpose()
}

fn delivery(row: &Row) -> Result<Delivery, Error> {
    let kind = match row.text(2)? {
        "invite_accepted" => Kind::InviteAccepted(row.parsed(4, AcceptanceId::parse)?),
        "user_removed" => Kind::UserRemoved(
            row.parsed(3, ConnectionId::parse)?,
            Generation(row.number(5)?),
        ),
        word => match mails::read(word, row)? {
            Some(mail) => Kind::Mail(mail),
            None => {
                return Err(
                    row.inconsistent(2, "a kind of delivery that this version does not know")
                );
            }
        },
    };
    Ok(Delivery {
        id: row.parsed(0, DeliveryId::parse)?,
        provider: row.parsed(1, |text| Provider::parse(text).ok())?,
        kind,
        state: row.parsed(6, DeliveryState::parse)?,
        attempts: row.number(7)?,
        due_at: Timestamp::from_millis(row.int(8)?),
        created_at: Timestamp::from_millis(row.int(9)?),
        gives_up_at: Timestamp::from_millis(row.int(10)?),
        last_code: row.opt_parsed(11, Code::parse)?,
        last_detail: row.opt_text(12)?.map(str::to_owned),
        reference: row.text(13)?.to_owned(),
        settled_at: row.opt_int(18)?.map(Timestamp::from_millis),
    })
}
