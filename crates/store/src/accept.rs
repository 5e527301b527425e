//! A person accepts an invite: the gesture is kept before anything is sent. What becomes of it is in
//! [`crate::acceptances`] and [`crate::settle`].

use symbolon_core::acceptances::{Outcome, PATIENCE_MS};
use symbolon_core::connections::{Generation, Gesture};
use symbolon_core::invites::Refusal;
use symbolon_core::trust::{Mode, Proof};
use symbolon_core::{AcceptanceId, ConnectionId, DeliveryId, UserId};
use symbolon_proto::address::Provider;
use symbolon_proto::problem::Code;

use crate::acceptances::{self, Acceptance};
use crate::connections::{self, Connection};
use crate::events::{Actor, Entry, Kind as Happened, Moment};
use crate::invites::TokenHash;
use crate::outbox::{self, Kind};
use crate::redeem::{self, Redeem};
use crate::{Error, Operation, Statement, Tx, gestures, trust, users};

static INSERT: Statement = Statement::new(
    "acceptances.insert",
    "INSERT INTO acceptances (id, user_id, provider, token_hash, token_sealed, gesture, cancel_requested, sent, floor,
         asked_again, created_at, gives_up_at, reference, keeps_email)
     VALUES ($1, $2, $3, $4, $5, $6, 0, 0, 0, 0, $7, $8, $9, $10)",
);
static RENEW_GESTURE: Statement = Statement::new(
    "acceptances.renew_gesture",
    "UPDATE acceptances SET cancel_requested = 0, stop_code = NULL, gesture = $2, keeps_email = $3
     WHERE id = $1 AND settled_at IS NULL",
);

/// Every statement of this room.
pub const STATEMENTS: &[&Statement] = &[&INSERT, &RENEW_GESTURE];

/// A person accepts an invite of another server: kept before anything is sent.
pub struct BeginAcceptance {
    /// Its id, should it be new.
    pub id: AcceptanceId,
    /// The id of its delivery, should it be new.
    pub delivery: DeliveryId,
    /// Who accepts.
    pub user: UserId,
    /// The inviter's server.
    pub provider: Provider,
    /// What the token is looked up by.
    pub token_hash: TokenHash,
    /// The token, sealed.
    pub token_sealed: Vec<u8>,
    /// Whether they keep their e-mail address to themselves.
    pub keeps_email: bool,
    /// Which servers people may connect with that have not been named, for invitations from others.
    pub mode: Mode,
    /// When and under which reference.
    pub moment: Moment,
}

/// What accepting began.
pub enum Begun {
    /// The person left, or their account was disabled, while the other server was looked at; nothing was changed or sent.
    AccountClosed,
    /// The administrators of this server do not let the other one in; nothing was changed or sent.
    NotTrusted,
    /// A pending acceptance: a new one, or the one that an earlier click began.
    Pending(Box<Acceptance>),
    /// The same invite has connected the two, and they still are; nothing was changed or sent. Unless their server is not
    /// trusted, it is one that would have told of a disconnect there.
    AlreadyConnected(Box<Connection>),
}

impl Operation for BeginAcceptance {
    type Output = Begun;
    const NAME: &'static str = "begin_acceptance";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Begun, Error> {
        if !users::is_open(tx, &self.user).await? {
            return Ok(Begun::AccountClosed);
        }
        if !trust::judge(tx, &self.provider, self.mode).await?.allows() {
            let connected = self.connected_by_it(tx).await?;
            return Ok(connected.map_or(Begun::NotTrusted, Begun::AlreadyConnected));
        }
        let open = acceptances::open(tx, &self.user, &self.provider, &self.token_hash);
        if let Some(open) = open.await? {
            return self
                .join(tx, open)
                .await
                .map(|open| Begun::Pending(Box::new(open)));
        }
        // Where the other server would not have told of a disconnect there, it is asked anew.
        let connected = self.connected_by_it(tx).await?;
        if let Some(connection) = connected.filter(|one| one.keeps_generations) {
            return Ok(Begun::AlreadyConnected(connection));
        }
        let gesture = gestures::next(tx).await?;
        insert(tx, &self.id, self, gesture).await?;
        let kind = Kind::InviteAccepted(self.id.clone());
        outbox::add(tx, &self.delivery, &self.provider, &kind, &self.moment).await?;
        self.did(Happened::AcceptanceStarted, &self.id)
            .record(tx, &self.moment)
            .await?;
        let begun = acceptances::existing(tx, &self.id).await?;
        Ok(Begun::Pending(Box::new(begun)))
    }
}

impl BeginAcceptance {
    async fn connected_by_it(&self, tx: &mut Tx<'_>) -> Result<Option<Box<Connection>>, Error> {
        let by_token = connections::by_token(tx, &self.user, &self.provider, &self.token_hash);
        let connected = by_token.await?.filter(|one| one.half.is_connected());
        Ok(connected.map(Box::new))
    }

    /// A second click joins the first. If the person has cancelled the first or disconnected meanwhile, they have
    /// changed their mind: it is the last gesture that counts.
    async fn join(&self, tx: &mut Tx<'_>, open: Acceptance) -> Result<Acceptance, Error> {
        let gesture = gestures::next(tx).await?;
        let parameters = [
            open.id.as_str().into(),
            gesture.0.into(),
            self.keeps_email.into(),
        ];
        tx.execute_one(&RENEW_GESTURE, &parameters).await?;
        acceptances::asked(tx, &open.id, self.moment.now).await?;
        outbox::hurry_acceptance(tx, &open.id, self.moment.now).await?;
        self.did(Happened::AcceptanceRepeated, &open.id)
            .record(tx, &self.moment)
            .await?;
        acceptances::existing(tx, &open.id).await
    }

    fn did<'a>(&'a self, what: Happened, id: &'a AcceptanceId) -> Entry<'a> {
        acceptances::gesture_about(what, id, &self.user, &self.provider)
    }
}

/// A person accepts an invite of somebody with an account on this server: both halves in one transaction.
pub struct AcceptHere {
    /// The acceptance, with the ids to use; its `provider` is this server.
    pub begin: BeginAcceptance,
    /// The accepting person as the inviter's half shows them, and the id of that half.
    pub redeem: Redeem,
    /// The id of the accepting person's half, should it be new.
    pub connection: ConnectionId,
}

/// A gesture to accept came to nothing before anything was written or sent.
pub struct NoteRefused {
    /// Who wanted to accept.
    pub user: UserId,
    /// The inviter's server, as far as it is known.
    pub provider: Option<Provider>,
    /// Why.
    pub code: Code,
    /// What the other server answered instead of describing itself, all of it, if it was asked and said something.
    pub said: Option<String>,
    /// The status of that answer.
    pub status: Option<u16>,
    /// The server that the person chose, where the invitation names another one.
    pub chosen: Option<String>,
    /// When and under which reference.
    pub moment: Moment,
}

impl Operation for NoteRefused {
    type Output = ();
    const NAME: &'static str = "note_refused_acceptance";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let mut data = serde_json::Map::new();
        if let Some(said) = &self.said {
            data.insert("said".to_owned(), said.as_str().into());
        }
        if let Some(status) = self.status {
            data.insert("status".to_owned(), status.into());
        }
        if let Some(chosen) = &self.chosen {
            data.insert("chosen".to_owned(), chosen.as_str().into());
        }
        Entry::new(Happened::AcceptanceRefused, Actor::Person)
            .of(&self.user)
            .with(self.provider.as_ref())
            .went(self.code.as_str())
            .saying(data.into())
            .record_within_bounds(tx, &self.moment)
            .await
    }
}

/// Why somebody is not let in by an invite of this server. Nothing was written but, for its owner, that somebody came by it;
/// [`NoteRefused`] is the same for whoever came.
pub struct RefusedHere {
    /// The reason.
    pub refusal: Refusal,
    /// The name of whoever invited, as far as it is told to somebody who holds the invite.
    pub inviter: Option<String>,
}

impl RefusedHere {
    fn by_nobody(refusal: Refusal) -> Self {
        let inviter = None;
        Self { refusal, inviter }
    }
}

impl Operation for AcceptHere {
    /// The settled acceptance, and the accepting person's half; `None`: the accepting person's account is closed.
    type Output = Option<Result<(Option<Acceptance>, Connection), RefusedHere>>;
    const NAME: &'static str = "accept_here";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Output, Error> {
        let begin = &self.begin;
        if !users::is_open(tx, &begin.user).await? {
            return Ok(None);
        }
        let Some((invite, owner)) = redeem::open_invite(tx, &begin.token_hash).await? else {
            return Ok(Some(Err(RefusedHere::by_nobody(Refusal::Unknown))));
        };
        if owner.id == begin.user {
            return Ok(Some(Err(RefusedHere::by_nobody(Refusal::YourOwn))));
        }
        let mine =
            connections::by_person(tx, &begin.user, &begin.provider, owner.id.as_str()).await?;
        if let Some(connection) = &mine
            && connection.half.is_connected()
        {
            return Ok(Some(Ok((None, connection.clone()))));
        }
        let floor = mine
            .as_ref()
            .map_or(Generation::NONE, |c| c.half.generation);
        let redeem = Redeem {
            floor: Some(floor),
            contact: self.redeem.contact.clone(),
            moment: self.redeem.moment.clone(),
            connection: self.redeem.connection.clone(),
            signature: None,
            ..self.redeem
        };
        let theirs = match redeem.admit(tx, &invite, &owner, false).await? {
            Ok(theirs) => theirs,
            Err(refusal) => {
                redeem.refused(tx, Some(&invite), &refusal).await?;
                // Taken back means, as often as not, that it had got into the wrong hands.
                let told = refusal != Refusal::Withdrawn;
                return Ok(Some(Err(RefusedHere {
                    inviter: told.then(|| owner.display_name.clone()),
                    refusal,
                })));
            }
        };
        let gesture = gestures::next(tx).await?;
        insert(tx, &begin.id, begin, gesture).await?;
        let mine = Connection {
            id: mine
                .as_ref()
                .map_or_else(|| self.connection.clone(), |c| c.id.clone()),
            user: begin.user.clone(),
            contact: owner.contact(&begin.provider),
            half: symbolon_core::connections::Half {
                barrier: mine.as_ref().map(|c| c.half.barrier).unwrap_or_default(),
                ..theirs.half
            },
            told: None,
            proof: Proof::Signature,
            keeps_generations: true,
            invite: mine.as_ref().and_then(|c| c.invite.clone()),
            acceptance: Some(begin.id.clone()),
            connected_at: begin.moment.now,
            ended_at: None,
            found: None,
            nickname: mine.and_then(|c| c.nickname),
        };
        connections::save(tx, &mine, Some(&begin.token_hash)).await?;
        connections::record_connected(tx, &mine, Actor::Person, &begin.moment).await?;
        let begun = acceptances::existing(tx, &begin.id).await?;
        let (outcome, half) = (Outcome::Connected, Some(&mine.id));
        acceptances::settle(
            tx,
            &begun,
            outcome,
            acceptances::Said::default(),
            half,
            &begin.moment,
        )
        .await?;
        let settled = acceptances::existing(tx, &begin.id).await?;
        Ok(Some(Ok((Some(settled), mine))))
    }
}

async fn insert(
    tx: &mut Tx<'_>,
    id: &AcceptanceId,
    begin: &BeginAcceptance,
    gesture: Gesture,
) -> Result<(), Error> {
    let now = begin.moment.now;
    tx.execute_one(
        &INSERT,
        &[
            id.as_str().into(),
            begin.user.as_str().into(),
            begin.provider.as_str().into(),
            begin.token_hash.as_slice().into(),
            begin.token_sealed.as_slice().into(),
            gesture.0.into(),
            now.as_millis().into(),
            now.plus_millis(PATIENCE_MS).as_millis().into(),
            begin.moment.reference.as_str().into(),
            begin.keeps_email.into(),
        ],
    )
    .await
}
