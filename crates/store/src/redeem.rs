//! An invite of ours is accepted: the inviter's side of rule 2, in one transaction.

use serde_json::json;
use symbolon_core::connections::{Generation, Half, Phase};
use symbolon_core::invites::{self as rules, InviteState, Redeemed, Refusal};
use symbolon_core::trust::{Mode, Proof};
use symbolon_core::{ConnectionId, Timestamp};
use symbolon_proto::address::Provider;

use crate::connections::{self, Connection, Contact};
use crate::events::{Actor, Entry, Kind, Moment};
use crate::invites::{self, Invite, TokenHash};
use crate::seen::{self, Signature};
use crate::users::{self, User};
use crate::{Error, Operation, Statement, Tx, mails, outbox, trust};

static CONNECTED: Statement = Statement::new(
    "redeem.connected",
    "SELECT 1 FROM connections WHERE provider = $1 AND phase = 'connected' LIMIT 1",
);

/// Every statement of this room.
pub const STATEMENTS: &[&Statement] = &[&CONNECTED];

/// Another server says that a person there accepts an invite of ours.
pub struct Redeem {
    /// What the invite is looked up by.
    pub token_hash: TokenHash,
    /// Who accepts.
    pub contact: Contact,
    /// The highest generation that their server has on record; `None` if it does not speak of generations.
    pub floor: Option<Generation>,
    /// Which servers may connect without having been named, for invitations to others.
    pub mode: Mode,
    /// By what it is known that they come from there.
    pub proof: Proof,
    /// By which signature, if it is to be remembered.
    pub signature: Option<Signature>,
    /// The id of our half, should it be new.
    pub connection: ConnectionId,
    /// When and under which reference.
    pub moment: Moment,
}

/// A yes: who invited, and the half that connects the two.
pub struct Admitted {
    /// The inviter.
    pub owner: User,
    /// Their half, after it was written.
    pub connection: Connection,
}

impl Operation for Redeem {
    type Output = Result<Admitted, Refusal>;
    const NAME: &'static str = "redeem";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Output, Error> {
        let again = seen::before(tx, self.signature.as_ref()).await?;
        let Some((invite, owner)) = open_invite(tx, &self.token_hash).await? else {
            let decision = trust::judge(tx, &self.contact.provider, self.mode).await?;
            let refusal = decision.over(Err(Refusal::Unknown), None).err();
            let refusal = refusal.unwrap_or(Refusal::Unknown);
            self.refused(tx, None, &refusal).await?;
            return Ok(Err(refusal));
        };
        match self.admit(tx, &invite, &owner, again).await? {
            Ok(connection) => {
                outbox::peer_is_back(tx, &self.contact.provider, self.moment.now).await?;
                Ok(Ok(Admitted { owner, connection }))
            }
            Err(refusal) => {
                self.refused(tx, Some(&invite), &refusal).await?;
                Ok(Err(refusal))
            }
        }
    }
}

impl Redeem {
    /// Decides and writes the owner's half. Also used where both people have their accounts here. `again` tells whether this
    /// very message has come before.
    pub(crate) async fn admit(
        &self,
        tx: &mut Tx<'_>,
        invite: &Invite,
        owner: &User,
        again: bool,
    ) -> Result<Result<Connection, Refusal>, Error> {
        let (provider, subject) = (&self.contact.provider, self.contact.remote.subject());
        let current = connections::by_person(tx, &owner.id, provider, subject).await?;
        let came_by_it =
            invites::redeemed_before(tx, &invite.id, provider.as_str(), subject).await?;
        let half = current.as_ref().map(|connection| &connection.half);
        let now = self.moment.now;
        let answer = rules::redeem(&invite.terms(), came_by_it, half, self.floor, now);
        let decision = trust::judge(tx, provider, self.mode).await?;
        let yes = match decision.over(answer, half).and_then(|yes| yes.once(again)) {
            Ok(yes) => yes,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let was_connected = half.is_some_and(Half::is_connected);
        let lives = decision.allows()
            && match invite.terms().state(now) {
                InviteState::Open => true,
                InviteState::UsedUp => came_by_it,
                InviteState::Expired | InviteState::Withdrawn => false,
            };
        if let Some(current) = current
            .as_ref()
            .filter(|_| !yes.connects && !lives && self.proof != Proof::Signature)
        {
            // A token that lets nobody in any more is no proof of who asks: it does not change how the person is called.
            return Ok(Ok(current.clone()));
        }
        let connection = self.next(invite, owner, current.as_ref(), yes, now);
        connections::save(tx, &connection, None).await?;
        if came_by_it || yes.counts {
            invites::record_redemption(tx, &invite.id, provider.as_str(), subject, yes.counts, now)
                .await?;
        }
        if yes.connects {
            outbox::withdraw_removals(tx, &connection.id, now).await?;
            let mut data = connection.summary();
            data["invite"] = json!(invite.id);
            Entry::new(Kind::InviteAccepted, self.actor())
                .of(&owner.id)
                .about(connection.id.as_str())
                .beside(invite.id.as_str())
                .with(provider)
                .saying(data)
                .record(tx, &self.moment)
                .await?;
            if !was_connected {
                let actor = self.actor();
                connections::record_connected(tx, &connection, actor, &self.moment).await?;
                mails::tell_accepted(tx, &connection, &self.moment).await?;
            }
        }
        Ok(Ok(connection))
    }

    /// Whoever asks without a signature may be anybody who has the token.
    fn actor(&self) -> Actor {
        if self.proof == Proof::Signature {
            Actor::Peer
        } else {
            Actor::Stranger
        }
    }

    /// Notes whom an invite did not let in, and why. A stale answer is part of reaching agreement and noted all the same.
    pub(crate) async fn refused(
        &self,
        tx: &mut Tx<'_>,
        invite: Option<&Invite>,
        refusal: &Refusal,
    ) -> Result<(), Error> {
        if let (Some(invite), Refusal::Expired) = (invite, refusal) {
            invites::note_expired(tx, invite, &self.moment).await?;
        }
        let who = (self.actor(), &self.contact);
        note_refused(tx, invite, who, refusal, &self.moment).await
    }

    fn next(
        &self,
        invite: &Invite,
        owner: &User,
        before: Option<&Connection>,
        yes: Redeemed,
        now: Timestamp,
    ) -> Connection {
        Connection {
            id: before.map_or_else(|| self.connection.clone(), |c| c.id.clone()),
            user: owner.id.clone(),
            contact: self.contact.clone(),
            half: Half {
                generation: yes.generation,
                phase: Phase::Connected,
                barrier: before.map(|c| c.half.barrier).unwrap_or_default(),
            },
            told: None,
            proof: self.proof,
            keeps_generations: self.floor.is_some(),
            invite: Some(invite.id.clone()),
            acceptance: before.and_then(|c| c.acceptance.clone()),
            connected_at: before
                .filter(|c| c.half.is_connected())
                .map_or(now, |c| c.connected_at),
            ended_at: None,
            found: None,
            nickname: before.and_then(|c| c.nickname.clone()),
        }
    }
}

async fn note_refused(
    tx: &mut Tx<'_>,
    invite: Option<&Invite>,
    (actor, contact): (Actor, &Contact),
    refusal: &Refusal,
    moment: &Moment,
) -> Result<(), Error> {
    let address = format!("{}@{}", contact.remote.verbatim(), contact.provider);
    Entry::new(Kind::InviteRefused, actor)
        .of(invite.map(|invite| &invite.owner))
        .about(invite.map(|invite| invite.id.as_str()))
        .with(&contact.provider)
        .went(refusal.code().as_str())
        .saying(json!({ "address": address }))
        .record_within_bounds(tx, moment)
        .await
}

/// Notes that somebody was turned away by the name of the server that they claim to come from, before that was asked.
pub struct NoteTurnedAway {
    /// The invite that they had, if it is one.
    pub token_hash: TokenHash,
    /// Who, by their own words.
    pub contact: Contact,
    /// When and under which reference.
    pub moment: Moment,
}

impl Operation for NoteTurnedAway {
    type Output = ();
    const NAME: &'static str = "note_turned_away";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let found = open_invite(tx, &self.token_hash).await?;
        let invite = found.as_ref().map(|(invite, _)| invite);
        let who = (Actor::Stranger, &self.contact);
        note_refused(tx, invite, who, &Refusal::NotTrusted, &self.moment).await
    }
}

/// Whether anybody here is connected with somebody of a server, so that its messages count whatever is decided about it.
pub struct IsConnectedWith {
    /// Which.
    pub provider: Provider,
}

impl Operation for IsConnectedWith {
    type Output = bool;
    const NAME: &'static str = "is_connected_with";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<bool, Error> {
        let found = tx.row(&CONNECTED, &[self.provider.as_str().into()]).await?;
        Ok(found.is_some())
    }
}

/// The invite behind a token, with its owner; `None` if either is gone or the account is disabled.
pub(crate) async fn open_invite(
    tx: &mut Tx<'_>,
    token: &TokenHash,
) -> Result<Option<(Invite, User)>, Error> {
    let Some(invite) = invites::by_token(tx, token).await? else {
        return Ok(None);
    };
    let owner = users::by_id(tx, &invite.owner).await?;
    Ok(owner
        .filter(|owner| owner.disabled_at.is_none())
        .map(|owner| (invite, owner)))
}
