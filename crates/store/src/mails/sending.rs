//! Sending a mail: what it says by then, and what came of it.

use symbolon_core::connections::{EndedBy, Generation, Phase};
use symbolon_core::deliveries::Retry;
use symbolon_core::invites::InviteState;
use symbolon_core::mails::{Attempted, after};
use symbolon_core::{ConnectionId, DeliveryId, InviteId, Timestamp, UserId};
use symbolon_proto::problem::Code;

use super::{Letter, Mail};
use crate::attempts::{self, Attempt};
use crate::connections::{self, Connection};
use crate::email_changes::{self, EmailChange};
use crate::events::{Actor, Entry, Kind as Happened, Moment};
use crate::invites::{self, Invite};
use crate::notifications::{self, Notifications};
use crate::outbox::{self, DeliveryState, Lease};
use crate::users::{self, User};
use crate::{Error, Operation, Tx};

/// What a mail says, as of now.
pub enum Content {
    /// An invite, its token sealed.
    Invitation(Invite),
    /// What confirms an address, sealed.
    Confirmation(EmailChange),
    /// Who accepted.
    Accepted(Connection),
    /// With whom an acceptance has connected its person at last.
    Connected(Connection),
    /// Who is no longer connected, and by whom it was ended.
    Disconnected(Connection, EndedBy),
}

/// A mail that is to be sent.
pub struct MailToSend {
    /// Who sends an invite, or whom news are for.
    pub user: User,
    /// What they want to be told, and whether answers may reach them.
    pub wishes: Notifications,
    /// To whom.
    pub recipient: String,
    /// What it says.
    pub content: Content,
}

/// Loads what is needed to send a mail; `None` if there is nothing to say any more.
pub struct LoadMail {
    /// Which.
    pub mail: Mail,
    /// The time to compare with.
    pub now: Timestamp,
}

impl Operation for LoadMail {
    type Output = Option<MailToSend>;
    const NAME: &'static str = "load_mail";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Output, Error> {
        let mail = &self.mail;
        let user = users::by_id(tx, &mail.user).await?;
        let Some(user) = user.filter(|user| user.disabled_at.is_none()) else {
            return Ok(None);
        };
        let wishes = notifications::of(tx, &user.id).await?;
        // News were counted for the address that they were written for.
        let still_theirs = user.email.as_ref() == Some(&mail.recipient);
        let wanted = match &mail.letter {
            Letter::Invitation(_) | Letter::Confirmation(_) => true,
            Letter::Accepted(..) => still_theirs && wishes.accepted,
            Letter::Connected(..) => still_theirs && wishes.connected,
            Letter::Disconnected(..) => still_theirs && wishes.disconnected,
        };
        let recipient = Some(mail.recipient.clone()).filter(|_| wanted);
        let content = match &mail.letter {
            Letter::Invitation(id) => invites::find(tx, Some(&user.id), id)
                .await?
                .filter(|invite| invite.state(self.now) == InviteState::Open)
                .map(Content::Invitation),
            Letter::Confirmation(_) => email_changes::of(tx, &user.id)
                .await?
                .filter(|change| change.email == mail.recipient && change.expires_at > self.now)
                .map(Content::Confirmation),
            Letter::Accepted(id, generation) => still(tx, &user.id, id, *generation)
                .await?
                .map(Content::Accepted),
            Letter::Connected(id, generation) => still(tx, &user.id, id, *generation)
                .await?
                .map(Content::Connected),
            Letter::Disconnected(id, generation) => {
                match connections::find(tx, Some(&user.id), id).await? {
                    Some(now) if now.half.generation == *generation => match now.half.phase {
                        Phase::Disconnected(by) => Some(Content::Disconnected(now, by)),
                        Phase::Connected => None,
                    },
                    _ => None,
                }
            }
        };
        Ok(match (recipient, content) {
            (Some(recipient), Some(content)) => Some(MailToSend {
                user,
                wishes,
                recipient,
                content,
            }),
            _ => None,
        })
    }
}

/// A connection, if it still is what a mail tells of.
async fn still(
    tx: &mut Tx<'_>,
    user: &UserId,
    id: &ConnectionId,
    generation: Generation,
) -> Result<Option<Connection>, Error> {
    let found = connections::find(tx, Some(user), id).await?;
    Ok(found.filter(|now| now.half.is_connected() && now.half.generation == generation))
}

/// Records what came of sending a mail.
pub struct RecordMail {
    /// The delivery.
    pub delivery: DeliveryId,
    /// The proof that it was ours to send.
    pub lease: Lease,
    /// How often it has been tried.
    pub attempts: u32,
    /// What there is to remember of this attempt.
    pub attempt: Attempt,
    /// When patience is over.
    pub gives_up_at: Timestamp,
    /// What it was about.
    pub letter: Letter,
    /// Who sent it, or whom it was for.
    pub user: UserId,
    /// What the mail server made of it; `None`: there was nothing to say any more.
    pub attempted: Option<Attempted>,
    /// Any random number, to spread retries.
    pub jitter: u32,
    /// When and under which reference.
    pub moment: Moment,
}

impl Operation for RecordMail {
    /// `false`: the claim was lost.
    type Output = bool;
    const NAME: &'static str = "record_mail";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<bool, Error> {
        let (id, lease, now) = (&self.delivery, &self.lease, self.moment.now);
        let code = self.attempt.code.unwrap_or(Code::MailServerUnreachable);
        let said = self.attempt.said.as_deref();
        let (held, news) = match self.attempted {
            None => {
                let state = DeliveryState::Withdrawn;
                let held = outbox::settle(tx, id, lease, state, None, None, now).await?;
                (held, None)
            }
            Some(attempted) => {
                let (attempts, end) = (self.attempts, self.gives_up_at);
                match after(attempted, attempts, end, now, self.jitter) {
                    None => {
                        let state = DeliveryState::Done;
                        let held = outbox::settle(tx, id, lease, state, None, None, now).await?;
                        (held, Some((Happened::InviteMailed, "done")))
                    }
                    Some(retry) => {
                        let held = outbox::retry(tx, id, lease, retry, code, said, now).await?;
                        let given_up = retry == Retry::GiveUp;
                        let failed = (Happened::InviteMailFailed, code.as_str());
                        (held, given_up.then_some(failed))
                    }
                }
            }
        };
        if !held {
            return Ok(false);
        }
        attempts::record(tx, id, self.attempts, &self.attempt).await?;
        if let (Some((kind, result)), Letter::Invitation(invite)) = (news, &self.letter) {
            told(kind, invite, &self.user, result, tx, &self.moment).await?;
        }
        Ok(true)
    }
}

/// Records that the mail of an invitation was given up by an administrator, for whoever sent it.
pub(crate) async fn given_up(tx: &mut Tx<'_>, mail: &Mail, moment: &Moment) -> Result<(), Error> {
    if let Letter::Invitation(invite) = &mail.letter {
        let kind = Happened::InviteMailFailed;
        told(kind, invite, &mail.user, "given_up", tx, moment).await?;
    }
    Ok(())
}

async fn told(
    kind: Happened,
    invite: &InviteId,
    owner: &UserId,
    result: &str,
    tx: &mut Tx<'_>,
    moment: &Moment,
) -> Result<(), Error> {
    Entry::new(kind, Actor::Server)
        .of(owner)
        .about(invite.as_str())
        .went(result)
        .saying(serde_json::json!({ "invite": invite }))
        .record(tx, moment)
        .await
}
