//! Connections: our halves of them, found, listed, written. Which half becomes what is decided in
//! [`symbolon_core::connections`]; the exchanges that change one are in [`crate::redeem`], [`crate::settle`] and
//! [`crate::removal`].

pub mod called;
pub mod listing;
mod recorded;

use symbolon_core::connections::{EndedBy, Generation, Gesture, Half, Phase};
use symbolon_core::sync::Found;
use symbolon_core::trust::Proof;
use symbolon_core::{AcceptanceId, ConnectionId, InviteId, Timestamp, UserId};
use symbolon_proto::address::{OcmAddress, Provider};
use symbolon_proto::identity::RemoteId;

use recorded::event;
pub(crate) use recorded::{record_connected, record_disconnected, record_told};

use crate::events::{Actor, Kind, Moment};
use crate::invites::TokenHash;
use crate::sync::digests::Before;
use crate::{Error, Operation, Row, Statement, Tx};

/// Who is at the other end, as their server says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// Their server.
    pub provider: Provider,
    /// Their identifier there.
    pub remote: RemoteId,
    /// Their name, cleaned of control characters.
    pub name: String,
    /// Their e-mail address; may be one made up by our server when theirs sends none.
    pub email: String,
}

/// What became of telling the other server about a disconnect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// A delivery is under way.
    Telling,
    /// Their half is disconnected, they say; or both halves are ours.
    Confirmed,
    /// They answered yes, but servers of their kind answer yes to anything.
    Unconfirmed,
    /// They answered that they do not know such messages.
    NotUnderstood,
    /// They could not be reached until patience was over.
    CouldNot,
}

impl Told {
    /// The word for it in APIs and listings.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Telling => "telling",
            Self::Confirmed => "confirmed",
            Self::Unconfirmed => "unconfirmed",
            Self::NotUnderstood => "not_understood",
            Self::CouldNot => "could_not",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        [
            Self::Telling,
            Self::Confirmed,
            Self::Unconfirmed,
            Self::NotUnderstood,
            Self::CouldNot,
        ]
        .into_iter()
        .find(|told| told.as_str() == text)
    }
}

/// One half of a connection as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connection {
    /// The name of this half.
    pub id: ConnectionId,
    /// Whose half it is.
    pub user: UserId,
    /// Who is at the other end.
    pub contact: Contact,
    /// Its generation and phase.
    pub half: Half,
    /// Since a disconnect by us: whether the other server knows.
    pub told: Option<Told>,
    /// By what it is known that this person belongs to their server.
    pub proof: Proof,
    /// Whether the other server speaks of generations.
    pub keeps_generations: bool,
    /// The invite of ours by which they last came.
    pub invite: Option<InviteId>,
    /// The acceptance of ours by which we last came.
    pub acceptance: Option<AcceptanceId>,
    /// When the two were last connected; the epoch if never.
    pub connected_at: Timestamp,
    /// When they were last disconnected.
    pub ended_at: Option<Timestamp>,
    /// What comparing with the other server found, if that is what disconnected them.
    pub found: Option<Found>,
    /// What the user calls the other person; nobody else sees it.
    pub nickname: Option<String>,
}

impl Connection {
    /// The other person's OCM address.
    pub fn address(&self) -> OcmAddress {
        OcmAddress {
            identifier: self.contact.remote.verbatim().to_owned(),
            provider: self.contact.provider.clone(),
        }
    }

    /// The name that their server gives them. Whoever is only known from another server's list has none: their identifier is
    /// what there is.
    pub fn name(&self) -> &str {
        let name = self.contact.name.as_str();
        if name.is_empty() {
            self.contact.remote.verbatim()
        } else {
            name
        }
    }

    /// What to call them: the way the user does, or else their server.
    pub fn called(&self) -> &str {
        self.nickname.as_deref().unwrap_or_else(|| self.name())
    }

    /// What a search looks through. The database knows the small letters of its own alphabet only, so it is written here.
    fn words(&self) -> String {
        let contact = &self.contact;
        let nickname = self.nickname.as_deref().unwrap_or_default();
        let address = self.address();
        let words = format!("{nickname} {} {} {address}", contact.name, contact.email);
        words.to_lowercase()
    }
}

impl Contact {
    /// Their e-mail address, unless their server made it of their identifier, or ours did.
    pub fn given_email(&self) -> Option<&str> {
        let made_up = self.remote.made(&self.email, &self.provider);
        Some(self.email.as_str()).filter(|email| !email.is_empty() && !made_up)
    }
}

macro_rules! columns {
    () => {
        "id, user_id, provider, remote_user_id, name, email, generation, phase, ended_by, barrier, told, signed, \
         keeps_generations, invite_id, acceptance_id, connected_at, ended_at, found, nickname"
    };
}

use columns;

static FIND: Statement = Statement::new(
    "connections.find",
    concat!("SELECT ", columns!(), " FROM connections WHERE id = $1"),
);
static BY_PERSON: Statement = Statement::new(
    "connections.by_person",
    concat!(
        "SELECT ",
        columns!(),
        " FROM connections WHERE user_id = $1 AND provider = $2 AND subject = $3"
    ),
);
static BY_SUBJECT: Statement = Statement::new(
    "connections.by_subject",
    concat!(
        "SELECT ",
        columns!(),
        " FROM connections WHERE provider = $1 AND subject = $2 AND phase = 'connected' LIMIT $3"
    ),
);
static BY_TOKEN: Statement = Statement::new(
    "connections.by_token",
    concat!(
        "SELECT ",
        columns!(),
        " FROM connections WHERE user_id = $1 AND provider = $2 AND token_hash = $3
         ORDER BY generation DESC LIMIT 1"
    ),
);
static FLOOR: Statement = Statement::new(
    "connections.floor",
    "SELECT COALESCE(MAX(CASE WHEN phase = 'connected' THEN generation - 1
                              WHEN barrier >= $3 THEN 0 ELSE generation END), 0),
            COALESCE(MAX(CASE WHEN phase <> 'connected' AND barrier >= $3 AND ($4 = '' OR subject = $4)
                              THEN generation ELSE 0 END), 0)
     FROM connections WHERE user_id = $1 AND provider = $2",
);
static UPSERT: Statement = Statement::new(
    "connections.upsert",
    "INSERT INTO connections (id, user_id, provider, subject, remote_user_id, name, email, generation, phase, ended_by,
         barrier, told, signed, keeps_generations, invite_id, acceptance_id, connected_at, ended_at, token_hash,
         sync_bucket, found, nickname, words, called)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24)
     ON CONFLICT (user_id, provider, subject) DO UPDATE SET remote_user_id = excluded.remote_user_id,
         name = excluded.name, email = excluded.email, generation = excluded.generation, phase = excluded.phase,
         ended_by = excluded.ended_by, barrier = excluded.barrier, told = excluded.told, signed = excluded.signed,
         keeps_generations = excluded.keeps_generations, invite_id = excluded.invite_id,
         acceptance_id = excluded.acceptance_id, connected_at = excluded.connected_at, ended_at = excluded.ended_at,
         found = excluded.found, token_hash = COALESCE(excluded.token_hash, connections.token_hash),
         sync_bucket = excluded.sync_bucket, nickname = excluded.nickname, words = excluded.words,
         called = excluded.called
     WHERE connections.generation <= excluded.generation",
);
static SET_TOLD: Statement = Statement::new(
    "connections.set_told",
    "UPDATE connections SET told = $2 WHERE id = $1 AND generation = $3 AND phase = 'disconnected'",
);
static SET_NICKNAME: Statement = Statement::new(
    "connections.set_nickname",
    "UPDATE connections SET nickname = $2, words = $3, called = $4
     WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM departures d WHERE d.user_id = connections.user_id)",
);
/// Every statement of this room.
pub const STATEMENTS: &[&Statement] = &[
    &FIND,
    &BY_PERSON,
    &BY_SUBJECT,
    &BY_TOKEN,
    &FLOOR,
    &UPSERT,
    &SET_TOLD,
    &SET_NICKNAME,
];

/// A person gives somebody whom they are connected with, or were, a name of their own.
pub struct SetNickname {
    /// Whose half it must be.
    pub user: UserId,
    /// Which half.
    pub connection: ConnectionId,
    /// The name; `None` takes it away.
    pub nickname: Option<String>,
    /// When and under which reference.
    pub moment: Moment,
}

impl Operation for SetNickname {
    /// `None`: there is no such half, or its owner leaves.
    type Output = Option<Connection>;
    const NAME: &'static str = "set_nickname";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<Connection>, Error> {
        let Some(mut half) = find(tx, Some(&self.user), &self.connection).await? else {
            return Ok(None);
        };
        if half.nickname == self.nickname {
            return Ok(Some(half));
        }
        half.nickname.clone_from(&self.nickname);
        let parameters = [
            half.id.as_str().into(),
            half.nickname.as_deref().into(),
            half.words().into(),
            called::folded(half.called()).into(),
        ];
        if tx.execute(&SET_NICKNAME, &parameters).await? == 0 {
            return Ok(None);
        }
        event(Kind::ConnectionNamed, Actor::Person, &half)
            .record(tx, &self.moment)
            .await?;
        Ok(Some(half))
    }
}

/// One half by its id; `None` if there is none or it is somebody else's.
pub struct FindConnection {
    /// Whose it must be; `None` for anybody's.
    pub user: Option<UserId>,
    /// Which.
    pub id: ConnectionId,
}

impl Operation for FindConnection {
    type Output = Option<Connection>;
    const NAME: &'static str = "find_connection";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<Connection>, Error> {
        find(tx, self.user.as_ref(), &self.id).await
    }
}

/// One half by who is at the other end.
pub struct FindByPerson {
    /// Whose half.
    pub user: UserId,
    /// The other server.
    pub provider: Provider,
    /// The other person's canonical identifier there.
    pub subject: String,
}

impl Operation for FindByPerson {
    type Output = Option<Connection>;
    const NAME: &'static str = "find_by_person";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<Connection>, Error> {
        by_person(tx, &self.user, &self.provider, &self.subject).await
    }
}

pub(crate) async fn find(
    tx: &mut Tx<'_>,
    user: Option<&UserId>,
    id: &ConnectionId,
) -> Result<Option<Connection>, Error> {
    let row = tx.row(&FIND, &[id.as_str().into()]).await?;
    let found = row.as_ref().map(connection).transpose()?;
    Ok(found.filter(|connection| user.is_none_or(|user| *user == connection.user)))
}

pub(crate) async fn by_person(
    tx: &mut Tx<'_>,
    user: &UserId,
    provider: &Provider,
    subject: &str,
) -> Result<Option<Connection>, Error> {
    let parameters = [
        user.as_str().into(),
        provider.as_str().into(),
        subject.into(),
    ];
    let row = tx.row(&BY_PERSON, &parameters).await?;
    row.as_ref().map(connection).transpose()
}

/// Everybody here who is connected with one person elsewhere; at most `limit`.
pub(crate) async fn by_subject(
    tx: &mut Tx<'_>,
    provider: &Provider,
    subject: &str,
    limit: u32,
) -> Result<Vec<Connection>, Error> {
    let parameters = [
        provider.as_str().into(),
        subject.into(),
        i64::from(limit).into(),
    ];
    let rows = tx.rows(&BY_SUBJECT, &parameters).await?;
    rows.iter().map(connection).collect()
}

/// The half that an earlier acceptance of the same token led to: the only thing that a bare "already accepted" may restore.
pub(crate) async fn by_token(
    tx: &mut Tx<'_>,
    user: &UserId,
    provider: &Provider,
    token: &TokenHash,
) -> Result<Option<Connection>, Error> {
    let parameters = [
        user.as_str().into(),
        provider.as_str().into(),
        token.as_slice().into(),
    ];
    let row = tx.row(&BY_TOKEN, &parameters).await?;
    row.as_ref().map(connection).transpose()
}

/// What is on record between a user and anybody of a provider, as far as an acceptance needs it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct OnRecord {
    /// Its floor: [`symbolon_core::connections::floor`] over all halves.
    pub(crate) floor: Generation,
    /// The highest generation at which the user has disconnected since accepting, from the inviter if that is known.
    pub(crate) disconnected_since: Generation,
}

pub(crate) async fn on_record(
    tx: &mut Tx<'_>,
    user: &UserId,
    provider: &Provider,
    acceptance: Gesture,
    inviter: Option<&RemoteId>,
) -> Result<OnRecord, Error> {
    let parameters = [
        user.as_str().into(),
        provider.as_str().into(),
        acceptance.0.into(),
        inviter.map_or("", RemoteId::subject).into(),
    ];
    let row = tx.row(&FLOOR, &parameters).await?;
    let row = row.ok_or_else(|| Error::inconsistent(&FLOOR, "no row"))?;
    Ok(OnRecord {
        floor: Generation(row.number(0)?),
        disconnected_since: Generation(row.number(1)?),
    })
}

/// Writes a half, and brings the digests of sync up to date. Guarded: a half never falls to a lower generation, whoever
/// computed it.
pub(crate) async fn save(
    tx: &mut Tx<'_>,
    connection: &Connection,
    token: Option<&TokenHash>,
) -> Result<(), Error> {
    let half = &connection.half;
    let (phase, ended_by) = match half.phase {
        Phase::Connected => ("connected", None),
        Phase::Disconnected(EndedBy::Us) => ("disconnected", Some("us")),
        Phase::Disconnected(EndedBy::Them) => ("disconnected", Some("them")),
        Phase::Disconnected(EndedBy::Neither) => ("disconnected", Some("neither")),
    };
    let generation = i64::try_from(half.generation.0)
        .map_err(|_| Error::inconsistent(&UPSERT, "a generation beyond the bound"))?;
    let before = Before::read(tx, connection).await?;
    let bucket = before.then(tx, connection).await?;
    tx.execute_one(
        &UPSERT,
        &[
            connection.id.as_str().into(),
            connection.user.as_str().into(),
            connection.contact.provider.as_str().into(),
            connection.contact.remote.subject().into(),
            connection.contact.remote.verbatim().into(),
            connection.contact.name.as_str().into(),
            connection.contact.email.as_str().into(),
            generation.into(),
            phase.into(),
            ended_by.into(),
            half.barrier.0.into(),
            connection.told.map(Told::as_str).into(),
            proof_number(connection.proof).into(),
            connection.keeps_generations.into(),
            connection.invite.as_ref().map(InviteId::as_str).into(),
            connection
                .acceptance
                .as_ref()
                .map(AcceptanceId::as_str)
                .into(),
            connection.connected_at.as_millis().into(),
            connection.ended_at.map(Timestamp::as_millis).into(),
            token.map(<[u8; 32]>::as_slice).into(),
            bucket.into(),
            connection.found.map(Found::as_str).into(),
            connection.nickname.as_deref().into(),
            connection.words().into(),
            called::folded(connection.called()).into(),
        ],
    )
    .await
}

/// The other server has spoken of the generation of this half: from now on both can compare it.
pub(crate) async fn count_from_now_on(
    tx: &mut Tx<'_>,
    connection: &mut Connection,
) -> Result<(), Error> {
    if connection.keeps_generations {
        return Ok(());
    }
    connection.keeps_generations = true;
    save(tx, connection, None).await
}

/// Notes what became of telling the other server, unless the half has moved on since.
pub(crate) async fn set_told(
    tx: &mut Tx<'_>,
    id: &ConnectionId,
    generation: Generation,
    told: Told,
) -> Result<bool, Error> {
    let generation = i64::try_from(generation.0).unwrap_or(i64::MAX);
    let parameters = [id.as_str().into(), told.as_str().into(), generation.into()];
    Ok(tx.execute(&SET_TOLD, &parameters).await? == 1)
}

fn connection(row: &Row) -> Result<Connection, Error> {
    let provider: Provider = row.parsed(2, |text| Provider::parse(text).ok())?;
    let remote = row.parsed(3, |text| RemoteId::new(text, &provider).ok())?;
    let phase = match (row.text(7)?, row.opt_text(8)?) {
        ("connected", None) => Phase::Connected,
        ("disconnected", Some("us")) => Phase::Disconnected(EndedBy::Us),
        ("disconnected", Some("them")) => Phase::Disconnected(EndedBy::Them),
        ("disconnected", Some("neither")) => Phase::Disconnected(EndedBy::Neither),
        _ => return Err(row.inconsistent(7, "phase and ended_by do not go together")),
    };
    Ok(Connection {
        id: row.parsed(0, ConnectionId::parse)?,
        user: row.parsed(1, UserId::parse)?,
        contact: Contact {
            provider,
            remote,
            name: row.text(4)?.to_owned(),
            email: row.text(5)?.to_owned(),
        },
        half: Half {
            generation: Generation(row.number(6)?),
            phase,
            barrier: Gesture(row.int(9)?),
        },
        told: row.opt_parsed(10, Told::parse)?,
        proof: proof(row)?,
        keeps_generations: row.bool(12)?,
        invite: row.opt_parsed(13, InviteId::parse)?,
        acceptance: row.opt_parsed(14, AcceptanceId::parse)?,
        connected_at: Timestamp::from_millis(row.int(15)?),
        ended_at: row.opt_int(16)?.map(Timestamp::from_millis),
        found: row.opt_parsed(17, Found::parse)?,
        nickname: row.opt_text(18)?.map(str::to_owned),
    })
}

fn proof_number(proof: Proof) -> i64 {
    match proof {
        Proof::Token => 0,
        Proof::Signature => 1,
        Proof::Discovery => 2,
    }
}

fn proof(row: &Row) -> Result<Proof, Error> {
    match row.int(11)? {
        0 => Ok(Proof::Token),
        1 => Ok(Proof::Signature),
        2 => Ok(Proof::Discovery),
        _ => Err(row.inconsistent(11, "no proof that is known")),
    }
}

fn phase_word(connected: bool) -> &'static str {
    if connected {
        "connected"
    } else {
        "disconnected"
    }
}
