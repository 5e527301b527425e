//! Invitations by mail.

use lettre::address::Address;
use symbolon_core::Timestamp;
use symbolon_core::mails::TooMany;
use symbolon_proto::language::Language;
use symbolon_proto::limits;
use symbolon_proto::problem::{Code, Problem};
use symbolon_store::mails::{MailInvite, NotMailed, Posting};
use symbolon_store::outbox::{Delivery, DeliveryState};
use symbolon_store::users::User;

use super::invites::{self, Invitation, invalid, text};
use super::{not_found, storage_problem};
use crate::app::App;

/// How it is with the mail that carries an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailState {
    /// It is to be sent, for the first time or again.
    Waiting,
    /// The mail server has taken it.
    Sent,
    /// It was given up.
    Failed,
    /// It was not wanted any more before it was sent.
    Withdrawn,
}

impl MailState {
    /// Of the last mail of an invitation.
    pub fn of(mail: &Delivery) -> Self {
        match mail.state {
            DeliveryState::Due | DeliveryState::Leased => Self::Waiting,
            DeliveryState::Done => Self::Sent,
            DeliveryState::Dead => Self::Failed,
            DeliveryState::Withdrawn => Self::Withdrawn,
        }
    }

    /// The word for it in answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// Why a mail has not been sent yet, or was given up; `None` if nothing stands in its way.
pub fn reason(mail: &Delivery) -> Option<Problem> {
    let told = matches!(MailState::of(mail), MailState::Waiting | MailState::Failed);
    let code = mail.last_code.filter(|_| told)?;
    let problem = Problem::new(code);
    Some(match &mail.last_detail {
        Some(said) => problem.with("said", said),
        None => problem,
    })
}

/// Sends an open invitation by mail, for the first time or again. Without an address it goes to the one of the invitation.
pub async fn send(
    app: &App,
    user: &User,
    id: &str,
    email: Option<String>,
    language: Option<Language>,
    reference: &str,
) -> Result<Invitation, Problem> {
    if app.config.mail.is_none() {
        return Err(Problem::new(Code::MailOff));
    }
    let id = invites::parse(id)?;
    let email = match text("email", email, limits::EMAIL_CHARS)? {
        Some(email) => email,
        None => address_of(app, user, id.as_str()).await?,
    };
    let language = language.or(user.language).unwrap_or_default();
    let moment = app.moment(reference);
    let now = moment.now;
    let send = MailInvite {
        owner: user.id.clone(),
        id,
        posting: posting(app, &email, language)?,
        moment,
    };
    let written = app.store.write(send).await;
    let written = written.map_err(|error| storage_problem(&error))?;
    match written.ok_or_else(|| not_found("invitation"))? {
        Ok((invite, mail)) => {
            app.outbox.wake();
            let mut invitation = invites::open(app, invite)?;
            invitation.mail = Some(mail);
            Ok(invitation)
        }
        Err(why) => Err(not_mailed(why, now)),
    }
}

async fn address_of(app: &App, user: &User, id: &str) -> Result<String, Problem> {
    let (invitation, _) = invites::find(app, user, id).await?;
    let missing = || Problem::new(Code::MemberMissing).with("member", "email");
    invitation.invite.email.ok_or_else(missing)
}

/// What is needed to send a mail to an address, if it is one.
pub(super) fn posting(app: &App, email: &str, language: Language) -> Result<Posting, Problem> {
    let address: Result<Address, _> = email.parse();
    if address.is_err() {
        return Err(invalid("email", "no-email"));
    }
    Ok(Posting {
        delivery: app.env.id().into(),
        recipient: email.to_owned(),
        language,
    })
}

/// Why no mail is sent, in the catalogue's words.
pub(super) fn not_mailed(why: NotMailed, now: Timestamp) -> Problem {
    match why {
        NotMailed::TooMany(too_many) => self::too_many(too_many, ("yours", "to-address"), now),
        NotMailed::AccountClosed => Problem::new(Code::AccountDisabled),
        NotMailed::Over(state) => invites::over(state),
    }
}

/// What a person hears who wants more sent than their share, with the words for mails of theirs and for those to one address.
pub(super) fn too_many(
    too_many: TooMany,
    (yours, to_address): (&str, &str),
    now: Timestamp,
) -> Problem {
    let (reason, until) = match too_many {
        TooMany::Yours(until) => (yours, until),
        TooMany::ToAddress(until) => (to_address, until),
    };
    let seconds = (until.millis_since(now).max(0) + 999) / 1_000;
    let problem = Problem::new(Code::MailLimit)
        .with("reason", reason)
        .with("seconds", &seconds.to_string())
        .with("minutes", &((seconds + 59) / 60).to_string());
    match (seconds + 3_599) / 3_600 {
        ..=2 => problem,
        hours => problem.with("hours", &hours.to_string()),
    }
}
