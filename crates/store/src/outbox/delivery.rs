//! What waits in the outbox, and how a row of it is read.

use symbolon_core::connections::Generation;
use symbolon_core::{AcceptanceId, ConnectionId, DeliveryId, Timestamp};
use symbolon_proto::address::Provider;
use symbolon_proto::problem::Code;

use crate::mails::{self, Mail};
use crate::{Error, Row};

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
    /// Of one that was claimed: whether an attempt before this one may have been acted on, without an answer that was heard.
    pub may_have_arrived: bool,
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

/// What [`delivery`] reads.
macro_rules! columns {
    () => {
        "id, provider, kind, connection_id, acceptance_id, generation, state, attempts, due_at, created_at, \
         gives_up_at, last_code, last_detail, reference, user_id, invite_id, recipient, language, settled_at, \
         accounted"
    };
}
pub(super) use columns;

/// A row of [`columns`].
pub(super) fn delivery(row: &Row) -> Result<Delivery, Error> {
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
        may_have_arrived: row.int(7)? - 1 > row.int(19)?,
        due_at: Timestamp::from_millis(row.int(8)?),
        created_at: Timestamp::from_millis(row.int(9)?),
        gives_up_at: Timestamp::from_millis(row.int(10)?),
        last_code: row.opt_parsed(11, Code::parse)?,
        last_detail: row.opt_text(12)?.map(str::to_owned),
        reference: row.text(13)?.to_owned(),
        settled_at: row.opt_int(18)?.map(Timestamp::from_millis),
    })
}
