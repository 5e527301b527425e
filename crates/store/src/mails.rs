//! Mails: written in the transaction of what they tell of, sent by the outbox like every other delivery.
//!
//! A row says whom a mail reaches and what it is about. What it says is put together when it is sent, from what is true then:
//! the secret of an invite stays sealed until that moment, and news that are no longer true are not sent.

mod sending;

use aws_lc_rs::digest::{SHA256, digest};
use symbolon_core::connections::Generation;
use symbolon_core::invites::InviteState;
use symbolon_core::mails::{
    DAY_MS, Lately, Sent, TooMany, may_send, may_tell, went_unseen, windows,
};
use symbolon_core::{ConnectionId, DeliveryId, Id, InviteId, Timestamp, UserId};
use symbolon_proto::address::Provider;
use symbolon_proto::language::Language;

pub(crate) use sending::given_up;
pub use sending::{Content, LoadMail, MailToSend, RecordMail};

use crate::connections::Connection;
use crate::events::{Kind as Happened, Moment};
use crate::invites::{self, Invite, IssueInvite};
use crate::notifications::{self, Notifications};
use crate::outbox::{self, Delivery, Kind};
use crate::users;
use crate::{Error, Operation, Row, Statement, Tx};

/// What a mail is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Letter {
    /// It carries an invite to somebody elsewhere.
    Invitation(InviteId),
    /// It carries what confirms an e-mail address, to that address.
    Confirmation(UserId),
    /// It tells its owner that an invite was accepted.
    Accepted(ConnectionId, Generation),
    /// It tells a person that an acceptance of theirs, which had to wait, has connected them.
    Connected(ConnectionId, Generation),
    /// It tells a person that a connection has ended.
    Disconnected(ConnectionId, Generation),
}

impl Letter {
    /// The word for it in listings and in the database.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Invitation(_) => "mail_invitation",
            Self::Confirmation(_) => "mail_confirmation",
            Self::Accepted(..) => "mail_accepted",
            Self::Connected(..) => "mail_connected",
            Self::Disconnected(..) => "mail_disconnected",
        }
    }

    pub(crate) fn object(&self) -> &str {
        match self {
            Self::Invitation(id) => id.as_str(),
            Self::Confirmation(user) => user.as_str(),
            Self::Accepted(id, _) | Self::Connected(id, _) | Self::Disconnected(id, _) => {
                id.as_str()
            }
        }
    }

    pub(crate) fn invite(&self) -> Option<&InviteId> {
        match self {
            Self::Invitation(id) => Some(id),
            Self::Confirmation(_)
            | Self::Accepted(..)
            | Self::Connected(..)
            | Self::Disconnected(..) => None,
        }
    }

    pub(crate) fn connection(&self) -> Option<(&ConnectionId, Generation)> {
        match self {
            Self::Invitation(_) | Self::Confirmation(_) => None,
            Self::Accepted(id, generation)
            | Self::Connected(id, generation)
            | Self::Disconnected(id, generation) => Some((id, *generation)),
        }
    }
}

/// One mail as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// What it is about.
    pub letter: Letter,
    /// Who sends an invite, or whom news are for.
    pub user: UserId,
    /// The address it was written for: it goes to no other one. Blank once its owner has left.
    pub recipient: String,
    /// In which language it speaks.
    pub language: Language,
}

impl Mail {
    /// What mails to one address are counted by.
    pub(crate) fn recipient_key(&self) -> String {
        key(&self.recipient)
    }
}

/// A digest of an address without the case of its letters: it goes on counting when whoever caused the mail has left, and the
/// address must be kept no more.
fn key(recipient: &str) -> String {
    let digest = digest(&SHA256, recipient.to_lowercase().as_bytes());
    let bytes = digest.as_ref().iter();
    bytes.map(|byte| format!("{byte:02x}")).collect()
}

/// The lane of the outbox in which mails wait: a name that no server can have (RFC 2606, section 2).
pub fn lane() -> Provider {
    Provider::parse("mail.invalid").expect("it is the name of a host")
}

static SENT_BY: Statement = Statement::new(
    "mails.sent_by",
    "SELECT COUNT(*), MIN(created_at) FROM deliveries
     WHERE user_id = $1 AND kind = 'mail_invitation' AND created_at > $2",
);
static SENT_TO: Statement = Statement::new(
    "mails.sent_to",
    "SELECT COUNT(*), MIN(created_at) FROM deliveries
     WHERE recipient_key = $1 AND kind IN ('mail_invitation', 'mail_confirmation') AND created_at > $2",
);
static CONFIRMED_BY: Statement = Statement::new(
    "mails.confirmed_by",
    "SELECT COUNT(*), MIN(created_at) FROM deliveries
     WHERE user_id = $1 AND kind = 'mail_confirmation' AND created_at > $2",
);
static NEWS_TO: Statement = Statement::new(
    "mails.news_to",
    "SELECT COUNT(*), MIN(created_at) FROM deliveries
     WHERE recipient_key = $1 AND kind IN ('mail_accepted', 'mail_connected', 'mail_disconnected') AND created_at > $2",
);
static NEWS_FOR: Statement = Statement::new(
    "mails.news_for",
    "SELECT COUNT(*), MIN(created_at) FROM deliveries
     WHERE user_id = $1 AND kind IN ('mail_accepted', 'mail_connected', 'mail_disconnected') AND created_at > $2",
);
static WITHDRAW: Statement = Statement::new(
    "mails.withdraw",
    "UPDATE deliveries SET state = 'withdrawn', settled_at = $2
     WHERE invite_id = $1 AND kind = 'mail_invitation' AND state IN ('due', 'dead')",
);
static ADDRESS: Statement = Statement::new(
    "mails.address",
    "UPDATE invites SET email = $2 WHERE id = $1",
);

/// Every statement of this room.
pub const STATEMENTS: &[&Statement] = &[
    &SENT_BY,
    &SENT_TO,
    &CONFIRMED_BY,
    &NEWS_FOR,
    &NEWS_TO,
    &WITHDRAW,
    &ADDRESS,
];

/// What is needed to send an invite by mail.
#[derive(Clone)]
pub struct Posting {
    /// The id of the delivery.
    pub delivery: DeliveryId,
    /// To whom.
    pub recipient: String,
    /// In which language.
    pub language: Language,
}

/// Issues an invite and has it sent, both or neither.
pub struct IssueAndMail {
    /// The invite.
    pub issue: IssueInvite,
    /// The mail.
    pub posting: Posting,
}

impl Operation for IssueAndMail {
    /// `Err`: nothing was written.
    type Output = Result<(Invite, Delivery), NotMailed>;
    const NAME: &'static str = "issue_and_mail";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Output, Error> {
        let (issue, moment) = (&self.issue, &self.issue.moment);
        if let Err(too_many) =
            allowed(tx, &issue.owner, &self.posting.recipient, moment.now).await?
        {
            return Ok(Err(NotMailed::TooMany(too_many)));
        }
        let Some(invite) = issue.run(tx).await? else {
            return Ok(Err(NotMailed::AccountClosed));
        };
        let delivery = post(tx, &invite, &self.posting, moment).await?;
        Ok(Ok((invite, delivery)))
    }
}

/// Has an invite sent by mail, or sent again; what of it still waits is withdrawn.
pub struct MailInvite {
    /// Whose it must be.
    pub owner: UserId,
    /// Which.
    pub id: InviteId,
    /// The mail.
    pub posting: Posting,
    /// When and under which reference.
    pub moment: Moment,
}

/// Why an invite is not sent by mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotMailed {
    /// Its owner has left, or their account was disabled.
    AccountClosed,
    /// It connects nobody any more.
    Over(InviteState),
    /// It would be too many.
    TooMany(TooMany),
}

impl Operation for MailInvite {
    /// `None`: no such invite.
    type Output = Option<Result<(Invite, Delivery), NotMailed>>;
    const NAME: &'static str = "mail_invite";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Output, Error> {
        let (moment, recipient) = (&self.moment, &self.posting.recipient);
        if !users::is_open(tx, &self.owner).await? {
            return Ok(Some(Err(NotMailed::AccountClosed)));
        }
        let Some(mut invite) = invites::find(tx, Some(&self.owner), &self.id).await? else {
            return Ok(None);
        };
        let state = invite.state(moment.now);
        if state != InviteState::Open {
            return Ok(Some(Err(NotMailed::Over(state))));
        }
        if let Err(too_many) = allowed(tx, &self.owner, recipient, moment.now).await? {
            return Ok(Some(Err(NotMailed::TooMany(too_many))));
        }
        withdraw(tx, &self.id, moment.now).await?;
        let parameters = [self.id.as_str().into(), recipient.as_str().into()];
        tx.execute_one(&ADDRESS, &parameters).await?;
        invite.email = Some(recipient.clone());
        invites::told(Happened::InviteMailAsked, &self.id, &self.owner)
            .record(tx, moment)
            .await?;
        let delivery = post(tx, &invite, &self.posting, moment).await?;
        Ok(Some(Ok((invite, delivery))))
    }
}

/// The last mail that carried an invite, or is to carry it.
pub struct MailOfInvite {
    /// Which invite.
    pub id: InviteId,
}

impl Operation for MailOfInvite {
    type Output = Option<Delivery>;
    const NAME: &'static str = "mail_of_invite";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<Delivery>, Error> {
        Ok(outbox::of_invite(tx, &self.id, 1).await?.pop())
    }
}

/// How many confirmations a person has asked for since then, and how many mails that others cause the address has got.
pub(crate) async fn confirmations(
    tx: &mut Tx<'_>,
    user: &UserId,
    email: &str,
    since: Timestamp,
) -> Result<(Sent, Sent), Error> {
    let by_them = sent(tx, &CONFIRMED_BY, user.as_str(), since).await?;
    let there = sent(tx, &SENT_TO, &key(email), since).await?;
    Ok((by_them, there))
}

/// Writes the mail that carries what confirms an address.
pub(crate) async fn post_confirmation(
    tx: &mut Tx<'_>,
    user: &UserId,
    posting: &Posting,
    moment: &Moment,
) -> Result<(), Error> {
    let mail = Mail {
        letter: Letter::Confirmation(user.clone()),
        user: user.clone(),
        recipient: posting.recipient.clone(),
        language: posting.language,
    };
    outbox::add(tx, &posting.delivery, &lane(), &Kind::Mail(mail), moment).await
}

/// Writes the mail that tells a person that their invite was accepted, if they want it.
pub(crate) async fn tell_accepted(
    tx: &mut Tx<'_>,
    connection: &Connection,
    moment: &Moment,
) -> Result<(), Error> {
    let letter = Letter::Accepted(connection.id.clone(), connection.half.generation);
    tell(tx, connection, letter, |wishes| wishes.accepted, moment).await
}

/// Writes the mail that tells a person that an acceptance of theirs has connected them, if they want it and can hardly have
/// seen it.
pub(crate) async fn tell_connected(
    tx: &mut Tx<'_>,
    connection: &Connection,
    asked: Timestamp,
    moment: &Moment,
) -> Result<(), Error> {
    if !went_unseen(asked, moment.now) {
        return Ok(());
    }
    let letter = Letter::Connected(connection.id.clone(), connection.half.generation);
    tell(tx, connection, letter, |wishes| wishes.connected, moment).await
}

/// Writes the mail that tells a person that a connection has ended, if they want it.
pub(crate) async fn tell_disconnected(
    tx: &mut Tx<'_>,
    connection: &Connection,
    moment: &Moment,
) -> Result<(), Error> {
    let letter = Letter::Disconnected(connection.id.clone(), connection.half.generation);
    tell(tx, connection, letter, |wishes| wishes.disconnected, moment).await
}

async fn tell(
    tx: &mut Tx<'_>,
    connection: &Connection,
    letter: Letter,
    wanted: impl Fn(&Notifications) -> bool,
    moment: &Moment,
) -> Result<(), Error> {
    if !moment.mail {
        return Ok(());
    }
    let user = users::by_id(tx, &connection.user).await?;
    let Some(user) = user.filter(|user| user.disabled_at.is_none()) else {
        return Ok(());
    };
    let Some(recipient) = user.email else {
        return Ok(());
    };
    if !wanted(&notifications::of(tx, &user.id).await?) {
        return Ok(());
    }
    let since = moment.now.plus_millis(-DAY_MS);
    let to_them = sent(tx, &NEWS_FOR, user.id.as_str(), since).await?;
    let there = sent(tx, &NEWS_TO, &key(&recipient), since).await?;
    if !may_tell(to_them, there) {
        return Ok(());
    }
    // What causes the mail has no id to spare for it. This one is as unique as what it tells of.
    let told = format!(
        "{} {} {:?}",
        letter.as_str(),
        connection.id,
        connection.half.generation
    );
    let mut unique = [0; 10];
    unique.copy_from_slice(&digest(&SHA256, told.as_bytes()).as_ref()[..10]);
    let id: DeliveryId = Id::from_parts(moment.now.as_millis(), unique).into();
    let mail = Mail {
        letter,
        user: user.id,
        recipient,
        language: user.language.unwrap_or(Language::En),
    };
    outbox::add(tx, &id, &lane(), &Kind::Mail(mail), moment).await
}

/// Withdraws mails that would carry an invite which is over; one that is being sent is left to its fate.
pub(crate) async fn withdraw(
    tx: &mut Tx<'_>,
    invite: &InviteId,
    now: Timestamp,
) -> Result<u64, Error> {
    let parameters = [invite.as_str().into(), now.as_millis().into()];
    tx.execute(&WITHDRAW, &parameters).await
}

async fn post(
    tx: &mut Tx<'_>,
    invite: &Invite,
    posting: &Posting,
    moment: &Moment,
) -> Result<Delivery, Error> {
    let mail = Mail {
        letter: Letter::Invitation(invite.id.clone()),
        user: invite.owner.clone(),
        recipient: posting.recipient.clone(),
        language: posting.language,
    };
    outbox::add(tx, &posting.delivery, &lane(), &Kind::Mail(mail), moment).await?;
    let written = outbox::find(tx, &posting.delivery).await?;
    written.ok_or_else(|| Error::inconsistent(&WITHDRAW, "a mail that was just written is gone"))
}

async fn allowed(
    tx: &mut Tx<'_>,
    user: &UserId,
    recipient: &str,
    now: Timestamp,
) -> Result<Result<(), TooMany>, Error> {
    let (hour, day) = windows(now);
    let lately = Lately {
        hour: sent(tx, &SENT_BY, user.as_str(), hour).await?,
        day: sent(tx, &SENT_BY, user.as_str(), day).await?,
        to_address: sent(tx, &SENT_TO, &key(recipient), day).await?,
    };
    Ok(may_send(&lately, now))
}

async fn sent(
    tx: &mut Tx<'_>,
    statement: &Statement,
    whose: &str,
    since: Timestamp,
) -> Result<Sent, Error> {
    let parameters = [whose.into(), since.as_millis().into()];
    let row = tx.row(statement, &parameters).await?;
    let row = row.ok_or_else(|| Error::inconsistent(&SENT_BY, "no row"))?;
    Ok(Sent {
        count: row.number(0)?,
        oldest: row.opt_int(1)?.map(Timestamp::from_millis),
    })
}

/// Reads the mail of a delivery from its row; `None` if its kind is none of ours.
pub(crate) fn read(kind: &str, row: &Row) -> Result<Option<Mail>, Error> {
    let about = || {
        Ok::<_, Error>((
            row.parsed(3, ConnectionId::parse)?,
            Generation(row.number(5)?),
        ))
    };
    let letter = match kind {
        "mail_invitation" => Letter::Invitation(row.parsed(15, InviteId::parse)?),
        "mail_confirmation" => Letter::Confirmation(row.parsed(14, UserId::parse)?),
        "mail_accepted" => about().map(|(id, generation)| Letter::Accepted(id, generation))?,
        "mail_connected" => about().map(|(id, generation)| Letter::Connected(id, generation))?,
        "mail_disconnected" => {
            about().map(|(id, generation)| Letter::Disconnected(id, generation))?
        }
        _ => return Ok(None),
    };
    Ok(Some(Mail {
        letter,
        user: row.parsed(14, UserId::parse)?,
        recipient: row.text(16)?.to_owned(),
        language: row.parsed(17, Language::parse)?,
    }))
}
