//! Invites: issued, listed, renewed, withdrawn. Redeeming one is in [`crate::redeem`].

use std::collections::HashMap;

use serde_json::json;
use symbolon_core::connections::Gesture;
use symbolon_core::invites::{InviteState, Terms, Uses};
use symbolon_core::{InviteId, Timestamp, UserId};

use crate::events::{Actor, Entry, Kind, Moment};
use crate::{Error, Operation, Row, Statement, Tx, Value, gestures, mails, users};

/// SHA-256 of an invite token: what tokens are looked up by. The token itself is stored sealed.
pub type TokenHash = [u8; 32];

/// An invite as it is stored.
#[derive(Clone, PartialEq, Eq)]
pub struct Invite {
    /// Its name in APIs and listings; not the secret.
    pub id: InviteId,
    /// The gesture by which it was issued.
    pub issued: Gesture,
    /// Who invites.
    pub owner: UserId,
    /// The token, encrypted with this server's sealing key.
    pub token_sealed: Vec<u8>,
    /// The owner's own words about it.
    pub note: Option<String>,
    /// Whom it is meant for; for display only.
    pub email: Option<String>,
    /// How many people it may connect.
    pub uses: Uses,
    /// How many it has connected.
    pub people: u32,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// From then on it connects nobody new.
    pub expires_at: Timestamp,
    /// When its owner took it back.
    pub withdrawn_at: Option<Timestamp>,
}

impl Invite {
    /// What the rules need to know of it.
    pub fn terms(&self) -> Terms {
        Terms {
            issued: self.issued,
            uses: self.uses,
            people: self.people,
            expires_at: self.expires_at,
            withdrawn: self.withdrawn_at.is_some(),
        }
    }

    /// Where in its life it is at `now`.
    pub fn state(&self, now: Timestamp) -> InviteState {
        self.terms().state(now)
    }
}

macro_rules! columns {
    () => {
        "id, gesture, owner, token_sealed, note, email, uses_limit, people, issued_at, expires_at, withdrawn_at"
    };
}

static INSERT: Statement = Statement::new(
    "invites.insert",
    "INSERT INTO invites (id, gesture, owner, token_hash, token_sealed, note, email, uses_limit, people, issued_at, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9, $10)",
);
static LIST: Statement = Statement::new(
    "invites.list",
    concat!(
        "SELECT ",
        columns!(),
        " FROM invites WHERE owner = $1 AND gesture < $2 ORDER BY gesture DESC LIMIT $3"
    ),
);
static LIST_ALL: Statement = Statement::new(
    "invites.list_all",
    concat!(
        "SELECT ",
        columns!(),
        " FROM invites WHERE gesture < $1 ORDER BY gesture DESC LIMIT $2"
    ),
);
static LIST_OPEN: Statement = Statement::new(
    "invites.list_open",
    concat!(
        "SELECT ",
        columns!(),
        " FROM invites WHERE owner = $1 AND expires_at > $2 AND withdrawn_at IS NULL
         ORDER BY gesture DESC LIMIT $3"
    ),
);
/// One owner's invites behind a place that are open, or that are not: what [`Terms::state`] says, in SQL. Those open have an
/// index of what is neither used up nor withdrawn.
macro_rules! by_life {
    ($life:literal) => {
        concat!(
            "SELECT ",
            columns!(),
            " FROM invites WHERE owner = $1 AND gesture < $2 AND ",
            $life,
            " ORDER BY gesture DESC LIMIT $4"
        )
    };
}
static OPEN: Statement = Statement::new(
    "invites.open",
    by_life!(
        "withdrawn_at IS NULL AND (uses_limit IS NULL OR people < uses_limit) AND expires_at > $3"
    ),
);
static PAST: Statement = Statement::new(
    "invites.past",
    by_life!("(withdrawn_at IS NOT NULL OR people >= uses_limit OR expires_at <= $3)"),
);
static FIND: Statement = Statement::new(
    "invites.find",
    concat!("SELECT ", columns!(), " FROM invites WHERE id = $1"),
);
static BY_TOKEN: Statement = Statement::new(
    "invites.by_token",
    concat!("SELECT ", columns!(), " FROM invites WHERE token_hash = $1"),
);
static WITHDRAW: Statement = Statement::new(
    "invites.withdraw",
    "UPDATE invites SET withdrawn_at = $2 WHERE id = $1 AND withdrawn_at IS NULL",
);
static RENEW: Statement = Statement::new(
    "invites.renew",
    "UPDATE invites SET expires_at = $2, expiry_noted = 0 WHERE id = $1 AND withdrawn_at IS NULL",
);
static REDEEMED_BEFORE: Statement = Statement::new(
    "invites.redeemed_before",
    "SELECT 1 FROM redemptions WHERE invite_id = $1 AND provider = $2 AND subject = $3",
);
static RECORD_REDEMPTION: Statement = Statement::new(
    "invites.record_redemption",
    "INSERT INTO redemptions (invite_id, provider, subject, first_at, last_at) VALUES ($1, $2, $3, $4, $4)
     ON CONFLICT (invite_id, provider, subject) DO UPDATE SET last_at = excluded.last_at",
);
static COUNT_PERSON: Statement = Statement::new(
    "invites.count_person",
    "UPDATE invites SET people = people + 1 WHERE id = $1",
);
static NOTE_EXPIRED: Statement = Statement::new(
    "invites.note_expired",
    "UPDATE invites SET expiry_noted = 1
     WHERE id IN (SELECT id FROM invites
                  WHERE expiry_noted = 0 AND withdrawn_at IS NULL AND expires_at <= $1 ORDER BY expires_at LIMIT $2)
     RETURNING id, owner, expires_at",
);
static NOTE_ONE_EXPIRED: Statement = Statement::new(
    "invites.note_one_expired",
    "UPDATE invites SET expiry_noted = 1 WHERE id = $1 AND expiry_noted = 0",
);
/// Every statement of this room.
pub const STATEMENTS: &[&Statement] = &[
    &INSERT,
    &LIST,
    &LIST_ALL,
    &LIST_OPEN,
    &OPEN,
    &PAST,
    &FIND,
    &BY_TOKEN,
    &WITHDRAW,
    &RENEW,
    &REDEEMED_BEFORE,
    &RECORD_REDEMPTION,
    &COUNT_PERSON,
    &NOTE_EXPIRED,
    &NOTE_ONE_EXPIRED,
];

/// Issues an invite.
pub struct IssueInvite {
    /// Its new id.
    pub id: InviteId,
    /// Who invites.
    pub owner: UserId,
    /// What it is looked up by.
    pub token_hash: TokenHash,
    /// The token, sealed.
    pub token_sealed: Vec<u8>,
    /// The owner's words about it.
    pub note: Option<String>,
    /// Whom it is meant for.
    pub email: Option<String>,
    /// How many people it may connect.
    pub uses: Uses,
    /// When it ends.
    pub expires_at: Timestamp,
    /// When and under which reference.
    pub moment: Moment,
}

impl Operation for IssueInvite {
    /// `None`: the owner's account is closed, and nothing was written.
    type Output = Option<Invite>;
    const NAME: &'static str = "issue_invite";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<Invite>, Error> {
        if !users::is_open(tx, &self.owner).await? {
            return Ok(None);
        }
        let issued = gestures::next(tx).await?;
        let limit = match self.uses {
            Uses::People(limit) => Value::from(i64::from(limit)),
            Uses::Anyone => Value::Null,
        };
        tx.execute_one(
            &INSERT,
            &[
                self.id.as_str().into(),
                issued.0.into(),
                self.owner.as_str().into(),
                self.token_hash.as_slice().into(),
                self.token_sealed.as_slice().into(),
                self.note.as_deref().into(),
                self.email.as_deref().into(),
                limit,
                self.moment.now.as_millis().into(),
                self.expires_at.as_millis().into(),
            ],
        )
        .await?;
        told(Kind::InviteIssued, &self.id, &self.owner)
            .record(tx, &self.moment)
            .await?;
        Ok(Some(Invite {
            id: self.id.clone(),
            issued,
            owner: self.owner.clone(),
            token_sealed: self.token_sealed.clone(),
            note: self.note.clone(),
            email: self.email.clone(),
            uses: self.uses,
            people: 0,
            issued_at: self.moment.now,
            expires_at: self.expires_at,
            withdrawn_at: None,
        }))
    }
}

/// Invites newest first, of one owner or of everybody.
pub struct ListInvites {
    /// Whose; `None` for everybody's, which only administrators see.
    pub owner: Option<UserId>,
    /// Only those issued before this one, to go on where the last page ended.
    pub before: Option<Gesture>,
    /// At most this many.
    pub limit: u32,
}

impl Operation for ListInvites {
    type Output = Vec<Invite>;
    const NAME: &'static str = "list_invites";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<Invite>, Error> {
        let before = Value::from(self.before.map_or(i64::MAX, |gesture| gesture.0));
        let limit = Value::from(i64::from(self.limit));
        let rows = match &self.owner {
            Some(owner) => {
                tx.rows(&LIST, &[owner.as_str().into(), before, limit])
                    .await?
            }
            None => tx.rows(&LIST_ALL, &[before, limit]).await?,
        };
        rows.iter().map(invite).collect()
    }
}

/// The invites of one owner that have neither ended nor been taken back, newest first; used ones stay listed, as
/// clients written for oCIS expect.
pub struct ListOpenInvites {
    /// Whose.
    pub owner: UserId,
    /// The time to compare with.
    pub now: Timestamp,
    /// At most this many.
    pub limit: u32,
}

impl Operation for ListOpenInvites {
    type Output = Vec<Invite>;
    const NAME: &'static str = "list_open_invites";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<Invite>, Error> {
        let parameters = [
            self.owner.as_str().into(),
            self.now.as_millis().into(),
            i64::from(self.limit).into(),
        ];
        let rows = tx.rows(&LIST_OPEN, &parameters).await?;
        rows.iter().map(invite).collect()
    }
}

/// The invites of one owner that let somebody in, or those that do not any more, newest first.
pub struct ListInvitesByLife {
    /// Whose.
    pub owner: UserId,
    /// Those that are open, or the past ones.
    pub open: bool,
    /// The time to compare with.
    pub now: Timestamp,
    /// Only those issued before this one, to go on where the last page ended.
    pub before: Option<Gesture>,
    /// At most this many.
    pub limit: u32,
}

impl Operation for ListInvitesByLife {
    type Output = Vec<Invite>;
    const NAME: &'static str = "list_invites_by_life";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<Invite>, Error> {
        let parameters = [
            self.owner.as_str().into(),
            self.before.map_or(i64::MAX, |gesture| gesture.0).into(),
            self.now.as_millis().into(),
            i64::from(self.limit).into(),
        ];
        let statement = if self.open { &OPEN } else { &PAST };
        let rows = tx.rows(statement, &parameters).await?;
        rows.iter().map(invite).collect()
    }
}

/// One invite by its id; `None` if there is none or it is somebody else's.
pub struct FindInvite {
    /// Whose it must be; `None` for anybody's.
    pub owner: Option<UserId>,
    /// Which.
    pub id: InviteId,
}

impl Operation for FindInvite {
    type Output = Option<Invite>;
    const NAME: &'static str = "find_invite";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<Invite>, Error> {
        find(tx, self.owner.as_ref(), &self.id).await
    }
}

/// Where in its life the invite with a token is; `None` if there is none.
pub struct FindState {
    /// What the token is looked up by.
    pub token_hash: TokenHash,
    /// When.
    pub now: Timestamp,
}

impl Operation for FindState {
    type Output = Option<InviteState>;
    const NAME: &'static str = "find_state";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<InviteState>, Error> {
        let found = by_token(tx, &self.token_hash).await?;
        Ok(found.map(|invite| invite.state(self.now)))
    }
}

/// What the owner of invites noted on them, by their ids.
pub struct NotesOfInvites {
    /// Whose they must be.
    pub owner: UserId,
    /// Which.
    pub ids: Vec<InviteId>,
}

impl Operation for NotesOfInvites {
    type Output = HashMap<InviteId, Option<String>>;
    const NAME: &'static str = "notes_of_invites";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Output, Error> {
        let mut notes = HashMap::new();
        for id in &self.ids {
            if !notes.contains_key(id)
                && let Some(invite) = find(tx, Some(&self.owner), id).await?
            {
                notes.insert(invite.id, invite.note);
            }
        }
        Ok(notes)
    }
}

/// Takes an invite back. Doing so twice is no error.
pub struct WithdrawInvite {
    /// Whose it must be; `None` for anybody's.
    pub owner: Option<UserId>,
    /// Which.
    pub id: InviteId,
    /// When and under which reference.
    pub moment: Moment,
}

impl Operation for WithdrawInvite {
    type Output = Option<Invite>;
    const NAME: &'static str = "withdraw_invite";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<Invite>, Error> {
        let Some(invite) = find(tx, self.owner.as_ref(), &self.id).await? else {
            return Ok(None);
        };
        let at = self.moment.now.as_millis().into();
        if tx
            .execute(&WITHDRAW, &[self.id.as_str().into(), at])
            .await?
            == 1
        {
            told(Kind::InviteWithdrawn, &self.id, &invite.owner)
                .record(tx, &self.moment)
                .await?;
            mails::withdraw(tx, &self.id, self.moment.now).await?;
        }
        find(tx, None, &self.id).await
    }
}

/// Gives an open or expired invite a new end. It keeps its place among the gestures: renewing does not let anybody
/// back in whom the owner disconnected since it was issued.
pub struct RenewInvite {
    /// Whose it must be.
    pub owner: UserId,
    /// Which.
    pub id: InviteId,
    /// Its new end.
    pub expires_at: Timestamp,
    /// When and under which reference.
    pub moment: Moment,
}

impl Operation for RenewInvite {
    /// `None`: no such invite. `Err`: the state that cannot be renewed.
    type Output = Option<Result<Invite, InviteState>>;
    const NAME: &'static str = "renew_invite";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Output, Error> {
        let Some(invite) = find(tx, Some(&self.owner), &self.id).await? else {
            return Ok(None);
        };
        let state = invite.state(self.moment.now);
        if matches!(state, InviteState::Withdrawn | InviteState::UsedUp) {
            return Ok(Some(Err(state)));
        }
        let parameters = [self.id.as_str().into(), self.expires_at.as_millis().into()];
        tx.execute_one(&RENEW, &parameters).await?;
        told(Kind::InviteRenewed, &self.id, &self.owner)
            .record(tx, &self.moment)
            .await?;
        Ok(find(tx, None, &self.id).await?.map(Ok))
    }
}

/// Its owner sees the secret of an invite again.
pub struct NoteShown {
    /// Whose.
    pub owner: UserId,
    /// Which; `None` for the list of all of them.
    pub id: Option<InviteId>,
    /// When and under which reference.
    pub moment: Moment,
}

impl Operation for NoteShown {
    type Output = ();
    const NAME: &'static str = "note_shown";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let entry = match &self.id {
            Some(id) => told(Kind::InviteShown, id, &self.owner),
            None => Entry::new(Kind::InvitesListed, Actor::Person).of(&self.owner),
        };
        entry.record(tx, &self.moment).await
    }
}

/// Notes in the trail which invites have come to their end; each once, until it is renewed.
pub struct NoteExpired {
    /// At most this many.
    pub limit: u32,
    /// When and under which reference.
    pub moment: Moment,
}

impl Operation for NoteExpired {
    /// How many.
    type Output = u32;
    const NAME: &'static str = "note_expired";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<u32, Error> {
        let parameters = [
            self.moment.now.as_millis().into(),
            i64::from(self.limit).into(),
        ];
        let mut count = 0;
        for row in tx.rows(&NOTE_EXPIRED, &parameters).await? {
            let (id, owner) = (
                row.parsed(0, InviteId::parse)?,
                row.parsed(1, UserId::parse)?,
            );
            expired(&id, &owner, Timestamp::from_millis(row.int(2)?))
                .record(tx, &self.moment)
                .await?;
            count += 1;
        }
        Ok(count)
    }
}

/// When an invite was issued and by whom, by its token.
pub struct IssuedAt {
    /// What its token is looked up by.
    pub token: TokenHash,
}

impl Operation for IssuedAt {
    type Output = Option<(Gesture, UserId)>;
    const NAME: &'static str = "invite_issued_at";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Output, Error> {
        let invite = by_token(tx, &self.token).await?;
        Ok(invite.map(|invite| (invite.terms().issued, invite.owner)))
    }
}

/// Somebody came too late: the trail says first that the invite has ended, if it does not yet.
pub(crate) async fn note_expired(
    tx: &mut Tx<'_>,
    invite: &Invite,
    moment: &Moment,
) -> Result<(), Error> {
    let id = invite.id.as_str();
    if tx.execute(&NOTE_ONE_EXPIRED, &[id.into()]).await? == 1 {
        let entry = expired(&invite.id, &invite.owner, invite.expires_at);
        entry.record(tx, moment).await?;
    }
    Ok(())
}

/// What an owner did with an invite.
pub(crate) fn told<'a>(kind: Kind, id: &'a InviteId, owner: &'a UserId) -> Entry<'a> {
    Entry::new(kind, Actor::Person)
        .of(owner)
        .about(id.as_str())
        .saying(json!({ "invite": id }))
}

fn expired<'a>(id: &'a InviteId, owner: &'a UserId, at: Timestamp) -> Entry<'a> {
    Entry::new(Kind::InviteExpired, Actor::Server)
        .of(owner)
        .about(id.as_str())
        .saying(json!({ "invite": id, "expired_at_ms": at.as_millis() }))
}

pub(crate) async fn by_token(tx: &mut Tx<'_>, hash: &TokenHash) -> Result<Option<Invite>, Error> {
    let row = tx.row(&BY_TOKEN, &[hash.as_slice().into()]).await?;
    row.as_ref().map(invite).transpose()
}

pub(crate) async fn redeemed_before(
    tx: &mut Tx<'_>,
    id: &InviteId,
    provider: &str,
    subject: &str,
) -> Result<bool, Error> {
    let parameters = [id.as_str().into(), provider.into(), subject.into()];
    Ok(tx.row(&REDEEMED_BEFORE, &parameters).await?.is_some())
}

/// Notes that a person came by an invite, and counts them if they are new to it.
pub(crate) async fn record_redemption(
    tx: &mut Tx<'_>,
    id: &InviteId,
    provider: &str,
    subject: &str,
    counts: bool,
    now: Timestamp,
) -> Result<(), Error> {
    let parameters = [
        id.as_str().into(),
        provider.into(),
        subject.into(),
        now.as_millis().into(),
    ];
    tx.execute_one(&RECORD_REDEMPTION, &parameters).await?;
    if counts {
        tx.execute_one(&COUNT_PERSON, &[id.as_str().into()]).await?;
    }
    Ok(())
}

pub(crate) async fn find(
    tx: &mut Tx<'_>,
    owner: Option<&UserId>,
    id: &InviteId,
) -> Result<Option<Invite>, Error> {
    let row = tx.row(&FIND, &[id.as_str().into()]).await?;
    let found = row.as_ref().map(invite).transpose()?;
    Ok(found.filter(|invite| owner.is_none_or(|owner| *owner == invite.owner)))
}

fn invite(row: &Row) -> Result<Invite, Error> {
    let uses = match row.opt_int(6)? {
        Some(_) => Uses::People(row.number(6)?),
        None => Uses::Anyone,
    };
    Ok(Invite {
        id: row.parsed(0, InviteId::parse)?,
        issued: Gesture(row.int(1)?),
        owner: row.parsed(2, UserId::parse)?,
        token_sealed: row.blob(3)?.to_vec(),
        note: row.opt_text(4)?.map(str::to_owned),
        email: row.opt_text(5)?.map(str::to_owned),
        uses,
        people: row.number(7)?,
        issued_at: Timestamp::from_millis(row.int(8)?),
        expires_at: Timestamp::from_millis(row.int(9)?),
        withdrawn_at: row.opt_int(10)?.map(Timestamp::from_millis),
    })
}
