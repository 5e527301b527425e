//! Acceptances: listed, cancelled, tried again. How one begins is in [`crate::accept`], how it ends in [`crate::settle`].

use serde_json::json;
use symbolon_core::acceptances::Outcome;
use symbolon_core::connections::{Generation, Gesture};
use symbolon_core::{AcceptanceId, ConnectionId, Timestamp, UserId};
use symbolon_proto::address::Provider;
use symbolon_proto::problem::Code;

use crate::attempts::{Attempt, Stage};
use crate::events::{Actor, Entry, Kind as Happened, Moment};
use crate::invites::TokenHash;
use crate::{Error, Operation, Row, Statement, Tx, Value, gestures, outbox};

/// Where an acceptance is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Its outcome is not known yet.
    Pending,
    /// It is over.
    Settled(Outcome),
}

/// A person's gesture of accepting an invite, as it is stored.
#[derive(Clone, PartialEq, Eq)]
pub struct Acceptance {
    /// Its id.
    pub id: AcceptanceId,
    /// Who accepts.
    pub user: UserId,
    /// The inviter's server.
    pub provider: Provider,
    /// What the token is looked up by.
    pub token_hash: TokenHash,
    /// The token, encrypted with this server's sealing key.
    pub token_sealed: Vec<u8>,
    /// Its place among the gestures; moves up when the person accepts the same invite again while it is pending.
    pub gesture: Gesture,
    /// Where it is in its life.
    pub state: State,
    /// The gesture by which the person has cancelled it; then it only waits to learn what came of it. Kept, because what
    /// is undone later must not count as later than what the person does meanwhile.
    pub cancelled: Option<Gesture>,
    /// Why it was stopped, if it was a decision of the administrators and not its person that cancelled it.
    pub stopped: Option<Code>,
    /// Whether the person keeps their e-mail address to themselves.
    pub keeps_email: bool,
    /// Whether a request may have reached the other server.
    pub sent: bool,
    /// The lowest floor to send, as the other server demanded.
    pub floor: Generation,
    /// How often in a row it has asked again at once.
    pub asked_again: u32,
    /// Why it is still pending; `None` before the first attempt is over.
    pub waits_for: Option<Code>,
    /// What the other server said, in its own words.
    pub detail: Option<String>,
    /// What else is known of the last attempt that did not connect anybody.
    pub heard: Option<Heard>,
    /// The name of whoever invited, where the same invitation has connected the two before; nobody else tells it.
    pub inviter: Option<String>,
    /// When the next attempt is made.
    pub next_try_at: Option<Timestamp>,
    /// When the person accepted.
    pub created_at: Timestamp,
    /// When they last did something about it: accepted again, or had it tried at once.
    pub asked_at: Timestamp,
    /// When it is given up.
    pub gives_up_at: Timestamp,
    /// When it was settled.
    pub settled_at: Option<Timestamp>,
    /// The connection that came of it.
    pub connection: Option<ConnectionId>,
    /// The exchange that it began.
    pub reference: String,
}

/// An attempt that did not connect anybody, beside the other server's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heard {
    /// How far it got.
    pub stage: Stage,
    /// The other server's HTTP status, if it answered.
    pub status: Option<u16>,
    /// What the other server calls the exchange: the `X-Request-Id` of its answer, cleaned and bounded.
    pub reference: Option<String>,
    /// By how many seconds the clocks of the two servers differ, if that is why, and the other server says so.
    pub clocks_differ_secs: Option<u32>,
}

macro_rules! columns {
    () => {
        "a.id, a.user_id, a.provider, a.token_hash, a.token_sealed, a.gesture, a.outcome, a.outcome_code, \
         a.cancel_requested, a.sent, a.floor, a.asked_again, a.waits_for, a.detail, a.created_at, a.gives_up_at, \
         a.settled_at, a.connection_id, a.reference, a.heard_stage, a.heard_status, a.heard_reference, \
         (SELECT MIN(d.due_at) FROM deliveries d WHERE d.acceptance_id = a.id AND d.state = 'due'), \
         (SELECT MAX(c.name) FROM connections c WHERE c.user_id = a.user_id AND c.provider = a.provider \
             AND c.token_hash = a.token_hash), a.heard_clocks_differ, a.stop_code, a.keeps_email, a.asked_at"
    };
}

static FIND: Statement = Statement::new(
    "acceptances.find",
    concat!("SELECT ", columns!(), " FROM acceptances a WHERE a.id = $1"),
);
static OPEN: Statement = Statement::new(
    "acceptances.open",
    concat!(
        "SELECT ",
        columns!(),
        " FROM acceptances a
         WHERE a.user_id = $1 AND a.provider = $2 AND a.token_hash = $3 AND a.settled_at IS NULL"
    ),
);
static ANY_OPEN: Statement = Statement::new(
    "acceptances.any_open",
    "SELECT 1 FROM acceptances WHERE user_id = $1 AND provider = $2 AND settled_at IS NULL AND sent = 1 LIMIT 1",
);
static OPEN_WITH: Statement = Statement::new(
    "acceptances.open_with",
    concat!(
        "SELECT ",
        columns!(),
        " FROM acceptances a
         WHERE a.provider = $1 AND a.settled_at IS NULL ORDER BY a.id"
    ),
);
static LIST: Statement = Statement::new(
    "acceptances.list",
    concat!(
        "SELECT ",
        columns!(),
        " FROM acceptances a WHERE a.user_id = $1 ORDER BY a.created_at DESC, a.id DESC LIMIT $2"
    ),
);
static PENDING: Statement = Statement::new(
    "acceptances.pending",
    concat!(
        "SELECT ",
        columns!(),
        " FROM acceptances a WHERE a.user_id = $1 AND a.settled_at IS NULL
         ORDER BY a.created_at DESC, a.id DESC LIMIT $2"
    ),
);
/// The column holds the gesture of cancelling, or 0.
static REQUEST_CANCEL: Statement = Statement::new(
    "acceptances.request_cancel",
    "UPDATE acceptances SET cancel_requested = $2 WHERE id = $1 AND settled_at IS NULL AND cancel_requested = 0",
);
static MARK_SENT: Statement = Statement::new(
    "acceptances.mark_sent",
    "UPDATE acceptances SET sent = 1 WHERE id = $1 AND sent = 0",
);
static ASK: Statement = Statement::new(
    "acceptances.ask",
    "UPDATE acceptances SET asked_at = $2 WHERE id = $1 AND settled_at IS NULL",
);
static WAIT: Statement = Statement::new(
    "acceptances.wait",
    "UPDATE acceptances SET waits_for = $2, detail = $3, floor = CASE WHEN floor < $4 THEN $4 ELSE floor END,
         asked_again = $5, heard_stage = $6, heard_status = $7, heard_reference = $8,
         heard_clocks_differ = $9
     WHERE id = $1 AND settled_at IS NULL",
);
static SETTLE: Statement = Statement::new(
    "acceptances.settle",
    "UPDATE acceptances SET outcome = $2, outcome_code = $3, detail = $4, connection_id = $5, settled_at = $6,
         waits_for = NULL, heard_stage = $7, heard_status = $8, heard_reference = $9,
         heard_clocks_differ = $10
     WHERE id = $1 AND settled_at IS NULL",
);

/// Every statement of this room.
pub const STATEMENTS: &[&Statement] = &[
    &FIND,
    &OPEN,
    &ANY_OPEN,
    &OPEN_WITH,
    &LIST,
    &PENDING,
    &REQUEST_CANCEL,
    &MARK_SENT,
    &ASK,
    &WAIT,
    &SETTLE,
];

/// One acceptance by its id; `None` if there is none or it is somebody else's.
pub struct FindAcceptance {
    /// Whose it must be.
    pub user: UserId,
    /// Which.
    pub id: AcceptanceId,
}

impl Operation for FindAcceptance {
    type Output = Option<Acceptance>;
    const NAME: &'static str = "find_acceptance";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<Acceptance>, Error> {
        find(tx, Some(&self.user), &self.id).await
    }
}

/// One user's acceptances, newest first.
pub struct ListAcceptances {
    /// Whose.
    pub user: UserId,
    /// Only those whose outcome is not known yet.
    pub pending_only: bool,
    /// At most this many.
    pub limit: u32,
}

impl Operation for ListAcceptances {
    type Output = Vec<Acceptance>;
    const NAME: &'static str = "list_acceptances";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<Acceptance>, Error> {
        let parameters = [self.user.as_str().into(), i64::from(self.limit).into()];
        let statement = if self.pending_only { &PENDING } else { &LIST };
        let rows = tx.rows(statement, &parameters).await?;
        rows.iter().map(acceptance).collect()
    }
}

/// Cancels a pending acceptance: at once if nothing was ever sent, otherwise as soon as the outcome is known, undoing
/// whatever came of it. Settled ones stay as they are.
pub struct CancelAcceptance {
    /// Whose it must be.
    pub user: UserId,
    /// Which.
    pub id: AcceptanceId,
    /// When and under which reference.
    pub moment: Moment,
}

impl Operation for CancelAcceptance {
    type Output = Option<Acceptance>;
    const NAME: &'static str = "cancel_acceptance";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<Acceptance>, Error> {
        let Some(found) = find(tx, Some(&self.user), &self.id).await? else {
            return Ok(None);
        };
        if found.state != State::Pending || found.cancelled.is_some() {
            return Ok(Some(found));
        }
        let gesture = gestures::next(tx).await?;
        let parameters = [self.id.as_str().into(), gesture.0.into()];
        tx.execute_one(&REQUEST_CANCEL, &parameters).await?;
        if found.sent {
            outbox::hurry_acceptance(tx, &self.id, self.moment.now).await?;
            let (id, user, provider) = (&self.id, &self.user, &found.provider);
            gesture_about(Happened::AcceptanceCancelling, id, user, provider)
                .record(tx, &self.moment)
                .await?;
        } else {
            outbox::withdraw_acceptance(tx, &self.id, self.moment.now).await?;
            let outcome = Outcome::Cancelled;
            settle(tx, &found, outcome, Said::default(), None, &self.moment).await?;
        }
        find(tx, None, &self.id).await
    }
}

/// Every pending acceptance of an invite of one server.
pub(crate) async fn open_with(
    tx: &mut Tx<'_>,
    provider: &Provider,
) -> Result<Vec<Acceptance>, Error> {
    let rows = tx.rows(&OPEN_WITH, &[provider.as_str().into()]).await?;
    rows.iter().map(acceptance).collect()
}

/// Makes the next attempt of a pending acceptance due now.
pub struct HurryAcceptance {
    /// Whose it must be.
    pub user: UserId,
    /// Which.
    pub id: AcceptanceId,
    /// When and under which reference.
    pub moment: Moment,
}

impl Operation for HurryAcceptance {
    type Output = Option<Acceptance>;
    const NAME: &'static str = "hurry_acceptance";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<Acceptance>, Error> {
        let found = find(tx, Some(&self.user), &self.id).await?;
        if found.is_some() {
            asked(tx, &self.id, self.moment.now).await?;
        }
        if let Some(found) = &found
            && outbox::hurry_acceptance(tx, &self.id, self.moment.now).await? > 0
        {
            let (id, user, provider) = (&self.id, &self.user, &found.provider);
            gesture_about(Happened::AcceptanceHurried, id, user, provider)
                .record(tx, &self.moment)
                .await?;
        }
        Ok(found)
    }
}

pub(crate) async fn find(
    tx: &mut Tx<'_>,
    user: Option<&UserId>,
    id: &AcceptanceId,
) -> Result<Option<Acceptance>, Error> {
    let row = tx.row(&FIND, &[id.as_str().into()]).await?;
    let found = row.as_ref().map(acceptance).transpose()?;
    Ok(found.filter(|acceptance| user.is_none_or(|user| *user == acceptance.user)))
}

/// The acceptance of this invite that is under way, if there is one.
pub(crate) async fn open(
    tx: &mut Tx<'_>,
    user: &UserId,
    provider: &Provider,
    token: &TokenHash,
) -> Result<Option<Acceptance>, Error> {
    let key = [
        user.as_str().into(),
        provider.as_str().into(),
        token.as_slice().into(),
    ];
    let row = tx.row(&OPEN, &key).await?;
    row.as_ref().map(acceptance).transpose()
}

/// Whether an acceptance of this user may be on its way to this provider right now.
pub(crate) async fn any_open(
    tx: &mut Tx<'_>,
    user: &UserId,
    provider: &Provider,
) -> Result<bool, Error> {
    let parameters = [user.as_str().into(), provider.as_str().into()];
    Ok(tx.row(&ANY_OPEN, &parameters).await?.is_some())
}

/// Notes that its person has just done something about an acceptance.
pub(crate) async fn asked(tx: &mut Tx<'_>, id: &AcceptanceId, now: Timestamp) -> Result<(), Error> {
    let parameters = [id.as_str().into(), now.as_millis().into()];
    tx.execute(&ASK, &parameters).await.map(drop)
}

/// Notes, before the first attempt leaves, that a request may have reached the other server.
pub(crate) async fn mark_sent(
    tx: &mut Tx<'_>,
    id: &AcceptanceId,
    now: Timestamp,
) -> Result<(), Error> {
    if tx.execute(&MARK_SENT, &[id.as_str().into()]).await? == 0 {
        return Ok(());
    }
    let sent = existing(tx, id).await?;
    about(Happened::AcceptanceSent, Actor::Server, &sent)
        .record(tx, &Moment::new(now, sent.reference.as_str()))
        .await
}

/// What came back from one attempt.
#[derive(Clone, Copy, Default)]
pub(crate) struct Said<'a> {
    /// The other server's own words.
    pub(crate) detail: Option<&'a str>,
    /// The attempt, unless it connected somebody.
    pub(crate) attempt: Option<&'a Attempt>,
}

impl Said<'_> {
    fn stage(&self) -> Value {
        self.attempt.map(|attempt| attempt.stage.as_str()).into()
    }

    fn status(&self) -> Value {
        let status = self.attempt.and_then(|attempt| attempt.status);
        status.map(i64::from).into()
    }

    fn reference(&self) -> Value {
        let reference = self
            .attempt
            .and_then(|attempt| attempt.their_reference.as_deref());
        reference.into()
    }

    fn clocks_differ(&self) -> Value {
        let secs = self.attempt.and_then(|attempt| attempt.clocks_differ_secs);
        secs.map(i64::from).into()
    }
}

/// Notes what a pending acceptance waits for, and tells its owner when that is news.
pub(crate) async fn wait(
    tx: &mut Tx<'_>,
    before: &Acceptance,
    code: Option<Code>,
    said: Said<'_>,
    floor: Generation,
    asked_again: u32,
    moment: &Moment,
) -> Result<(), Error> {
    let parameters = [
        before.id.as_str().into(),
        code.map(Code::as_str).into(),
        said.detail.into(),
        i64::try_from(floor.0).unwrap_or(i64::MAX).into(),
        i64::from(asked_again).into(),
        said.stage(),
        said.status(),
        said.reference(),
        said.clocks_differ(),
    ];
    tx.execute_one(&WAIT, &parameters).await?;
    if let Some(code) = code
        && before.waits_for != Some(code)
    {
        let data =
            json!({ "acceptance": before.id, "server": before.provider, "code": code.as_str() });
        about(Happened::AcceptanceWaiting, Actor::Server, before)
            .went(code.as_str())
            .saying(data)
            .record(tx, moment)
            .await?;
    }
    Ok(())
}

/// Ends an acceptance and tells its owner. One that was stopped ends with the reason of that, and not as cancelled.
pub(crate) async fn settle(
    tx: &mut Tx<'_>,
    acceptance: &Acceptance,
    outcome: Outcome,
    said: Said<'_>,
    connection: Option<&ConnectionId>,
    moment: &Moment,
) -> Result<(), Error> {
    let stopped = acceptance.stopped.filter(|_| outcome == Outcome::Cancelled);
    let (outcome, said) = match stopped {
        Some(code) => (Outcome::Refused(code), Said::default()),
        None => (outcome, said),
    };
    let code = match outcome {
        Outcome::Refused(code) | Outcome::OutOfTime(code) => Some(code.as_str()),
        Outcome::Connected | Outcome::Cancelled => None,
    };
    let parameters = [
        acceptance.id.as_str().into(),
        outcome.as_str().into(),
        code.into(),
        said.detail.into(),
        connection.map(ConnectionId::as_str).into(),
        moment.now.as_millis().into(),
        said.stage(),
        said.status(),
        said.reference(),
        said.clocks_differ(),
    ];
    tx.execute_one(&SETTLE, &parameters).await?;
    let data = json!({
        "acceptance": acceptance.id, "server": acceptance.provider, "outcome": outcome.as_str(), "code": code,
        "connection": connection,
    });
    let actor = match outcome {
        _ if stopped.is_some() => stopper(moment),
        Outcome::Connected | Outcome::Refused(_) => Actor::Peer,
        Outcome::Cancelled => Actor::Person,
        Outcome::OutOfTime(_) => Actor::Server,
    };
    about(Happened::AcceptanceSettled, actor, acceptance)
        .beside(connection.map(ConnectionId::as_str))
        .went(code.unwrap_or(outcome.as_str()))
        .saying(data)
        .record(tx, moment)
        .await
}

/// Who stops an acceptance: the administrator who decides just now, or this server, which acts on what they decided.
pub(crate) fn stopper(moment: &Moment) -> Actor {
    if moment.administrator {
        Actor::Administrator
    } else {
        Actor::Server
    }
}

pub(crate) fn about(what: Happened, actor: Actor, acceptance: &Acceptance) -> Entry<'_> {
    Entry::new(what, actor)
        .of(&acceptance.user)
        .about(acceptance.id.as_str())
        .with(&acceptance.provider)
        .saying(json!({ "acceptance": acceptance.id, "server": acceptance.provider }))
}

pub(crate) fn gesture_about<'a>(
    what: Happened,
    id: &'a AcceptanceId,
    user: &'a UserId,
    provider: &'a Provider,
) -> Entry<'a> {
    Entry::new(what, Actor::Person)
        .of(user)
        .about(id.as_str())
        .with(provider)
        .saying(json!({ "acceptance": id, "server": provider }))
}

pub(crate) async fn existing(tx: &mut Tx<'_>, id: &AcceptanceId) -> Result<Acceptance, Error> {
    let found = find(tx, None, id).await?;
    found.ok_or_else(|| Error::inconsistent(&FIND, "an acceptance vanished within its transaction"))
}

fn acceptance(row: &Row) -> Result<Acceptance, Error> {
    let code = row.opt_parsed(7, Code::parse)?;
    let state = match (row.opt_text(6)?, code) {
        (None, _) => State::Pending,
        (Some("connected"), _) => State::Settled(Outcome::Connected),
        (Some("cancelled"), _) => State::Settled(Outcome::Cancelled),
        (Some("refused"), Some(code)) => State::Settled(Outcome::Refused(code)),
        (Some("out_of_time"), Some(code)) => State::Settled(Outcome::OutOfTime(code)),
        _ => return Err(row.inconsistent(6, "outcome and code do not go together")),
    };
    Ok(Acceptance {
        id: row.parsed(0, AcceptanceId::parse)?,
        user: row.parsed(1, UserId::parse)?,
        provider: row.parsed(2, |text| Provider::parse(text).ok())?,
        token_hash: row
            .blob(3)?
            .try_into()
            .map_err(|_| row.inconsistent(3, "a hash of another length"))?,
        token_sealed: row.blob(4)?.to_vec(),
        gesture: Gesture(row.int(5)?),
        state,
        cancelled: Some(Gesture(row.int(8)?)).filter(|gesture| gesture.0 > 0),
        sent: row.bool(9)?,
        floor: Generation(row.number(10)?),
        asked_again: row.number(11)?,
        waits_for: row.opt_parsed(12, Code::parse)?,
        detail: row.opt_text(13)?.map(str::to_owned),
        created_at: Timestamp::from_millis(row.int(14)?),
        asked_at: Timestamp::from_millis(row.opt_int(27)?.map_or_else(|| row.int(14), Ok)?),
        gives_up_at: Timestamp::from_millis(row.int(15)?),
        settled_at: row.opt_int(16)?.map(Timestamp::from_millis),
        connection: row.opt_parsed(17, ConnectionId::parse)?,
        reference: row.text(18)?.to_owned(),
        heard: match row.opt_parsed(19, Stage::parse)? {
            Some(stage) => Some(Heard {
                stage,
                status: row.opt_int(20)?.and_then(|status| status.try_into().ok()),
                reference: row.opt_text(21)?.map(str::to_owned),
                clocks_differ_secs: row.opt_int(24)?.and_then(|secs| secs.try_into().ok()),
            }),
            None => None,
        },
        next_try_at: row.opt_int(22)?.map(Timestamp::from_millis),
        inviter: row.opt_text(23)?.map(str::to_owned),
        stopped: row.opt_parsed(25, Code::parse)?,
        keeps_email: row.bool(26)?,
    })
}
