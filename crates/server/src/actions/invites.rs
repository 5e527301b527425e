//! Inviting people.

use symbolon_core::connections::Gesture;
use symbolon_core::invites::{InviteState, Uses};
use symbolon_core::{InviteId, Timestamp};
use symbolon_proto::address::Provider;
use symbolon_proto::invite::{InviteToken, invite_string, invite_string_std};
use symbolon_proto::language::Language;
use symbolon_proto::limits;
use symbolon_proto::problem::{Code, Problem};
use symbolon_proto::text::{check_text, is_email};
use symbolon_store::connections::listing::{AcceptedBy, InviteAcceptedBy};
use symbolon_store::events::Moment;
use symbolon_store::invites::{
    FindInvite, Invite, IssueInvite, ListInvites, ListInvitesByLife, ListOpenInvites, RenewInvite,
    WithdrawInvite,
};
use symbolon_store::mails::{IssueAndMail, MailOfInvite};
use symbolon_store::outbox::Delivery;
use symbolon_store::users::User;

use super::{mails, not_found, shown, storage_problem};
use crate::app::App;
use crate::keys::token_hash;

/// How long an invitation is valid if nobody says otherwise, in seconds: a week, so that a mail that is read on Monday works.
pub const LIFE_SECS: i64 = 7 * 86_400;

/// Shortest and longest life, in seconds: one minute, one year.
const LIFE_RANGE_SECS: std::ops::RangeInclusive<i64> = 60..=365 * 86_400;

/// Most people that a counted invitation may be for.
const PEOPLE_MAX: u32 = 10_000;

/// Most people listed at once as having come by one invitation.
const ACCEPTED_BY_MAX: u32 = 1_000;

/// Which of those who came by an invitation, in the order in which they came.
#[derive(Clone, Copy)]
pub struct Comers {
    /// How many are on the pages before.
    pub skip: u32,
    /// At most this many.
    pub limit: u32,
}

/// What a person says about a new invitation.
pub struct NewInvite {
    /// Words for themselves.
    pub note: Option<String>,
    /// Whom it is meant for. If this server sends mail, it is sent there.
    pub email: Option<String>,
    /// In which language the mail speaks; that of the person who invites if absent.
    pub mail_language: Option<Language>,
    /// Its life in seconds; [`LIFE_SECS`] if absent.
    pub expires_in_secs: Option<i64>,
    /// How many people it is for.
    pub uses: Uses,
}

/// An invitation with its secret, for its owner's eyes only.
pub struct Invitation {
    /// The invitation.
    pub invite: Invite,
    /// Its secret.
    pub token: InviteToken,
    /// The last mail that carries it; only where one invitation is asked for.
    pub mail: Option<Delivery>,
    provider: Provider,
    base_url: String,
}

impl Invitation {
    pub(crate) fn with_token(app: &App, invite: Invite, token: InviteToken) -> Self {
        Self {
            invite,
            token,
            mail: None,
            provider: app.provider().clone(),
            base_url: app.base_url().to_owned(),
        }
    }

    /// What can be pasted anywhere: base64url of `token@provider`, as the draft has it.
    pub fn string(&self) -> String {
        invite_string(&self.token, &self.provider)
    }

    /// The same in the padded standard alphabet, which older web clients need.
    pub fn string_std(&self) -> String {
        invite_string_std(&self.token, &self.provider)
    }

    /// A link to this server's "where are you from" page. The token is in a form that needs no escaping.
    pub fn link(&self) -> String {
        let (base, provider) = (&self.base_url, &self.provider);
        format!(
            "{base}/wayf?token={}&providerDomain={provider}",
            self.token.expose()
        )
    }

    /// Where in its life it is.
    pub fn state(&self, now: Timestamp) -> InviteState {
        self.invite.state(now)
    }
}

/// Issues an invitation.
pub async fn issue(
    app: &App,
    user: &User,
    new: NewInvite,
    reference: &str,
) -> Result<Invitation, Problem> {
    issue_at(app, user, new, app.moment(reference)).await
}

/// The same at a moment that says more than a reference: by whose hand.
pub async fn issue_at(
    app: &App,
    user: &User,
    new: NewInvite,
    moment: Moment,
) -> Result<Invitation, Problem> {
    let note = text("note", new.note, limits::NOTE_CHARS)?;
    let email = text("email", new.email, limits::EMAIL_CHARS)?;
    if email.as_deref().is_some_and(|email| !is_email(email)) {
        return Err(invalid("email", "no-email"));
    }
    if let Uses::People(people) = new.uses
        && !(1..=PEOPLE_MAX).contains(&people)
    {
        return Err(invalid("uses", "people"));
    }
    let expires_at = end(moment.now, new.expires_in_secs)?;
    let token = InviteToken::from_random(app.env.random());
    let posting = match (&email, &app.config.mail) {
        (Some(email), Some(_)) => {
            let language = new.mail_language.or(user.language).unwrap_or_default();
            Some(mails::posting(app, email, language)?)
        }
        _ => None,
    };
    let issue = IssueInvite {
        id: app.env.id().into(),
        owner: user.id.clone(),
        token_hash: token_hash(&token),
        token_sealed: app.keys.seal(&app.env, &token),
        note,
        email,
        uses: new.uses,
        expires_at,
        moment,
    };
    let now = issue.moment.now;
    let (invite, mail) = match posting {
        Some(posting) => {
            let written = app.store.write(IssueAndMail { issue, posting }).await;
            let written = written.map_err(|error| storage_problem(&error))?;
            let (invite, mail) = written.map_err(|why| mails::not_mailed(why, now))?;
            app.outbox.wake();
            (invite, Some(mail))
        }
        None => {
            let written = app.store.write(issue).await;
            let written = written.map_err(|error| storage_problem(&error))?;
            let closed = || Problem::new(Code::AccountDisabled);
            (written.ok_or_else(closed)?, None)
        }
    };
    // Whoever makes an invitation sees it; that is no line of its own.
    app.shown.is_news(invite.id.as_str(), app.now());
    Ok(Invitation {
        mail,
        ..Invitation::with_token(app, invite, token)
    })
}

/// A person's invitations, newest first.
pub async fn list(
    app: &App,
    user: &User,
    before: Option<Gesture>,
    limit: u32,
) -> Result<Vec<Invitation>, Problem> {
    let list = ListInvites {
        owner: Some(user.id.clone()),
        before,
        limit,
    };
    let invites = app.store.read(list).await;
    opened(app, user, invites).await
}

/// A person's invitations that are open, or their past ones, newest first.
pub async fn list_by_life(
    app: &App,
    user: &User,
    open: bool,
    before: Option<Gesture>,
    limit: u32,
) -> Result<Vec<Invitation>, Problem> {
    let list = ListInvitesByLife {
        owner: user.id.clone(),
        open,
        now: app.now(),
        before,
        limit,
    };
    let invites = app.store.read(list).await;
    opened(app, user, invites).await
}

/// A person's invitations that have neither ended nor been taken back, used ones included.
pub async fn list_open(app: &App, user: &User, limit: u32) -> Result<Vec<Invitation>, Problem> {
    let list = ListOpenInvites {
        owner: user.id.clone(),
        now: app.now(),
        limit,
    };
    let invites = app.store.read(list).await;
    opened(app, user, invites).await
}

/// With their secrets, which the trail notes.
async fn opened(
    app: &App,
    user: &User,
    invites: Result<Vec<Invite>, symbolon_store::Error>,
) -> Result<Vec<Invitation>, Problem> {
    let invites = invites.map_err(|error| storage_problem(&error))?;
    if !invites.is_empty() {
        shown::note(app, &user.id, None).await;
    }
    invites
        .into_iter()
        .map(|invite| open(app, invite))
        .collect()
}

/// One invitation, and who came by it.
pub async fn find(
    app: &App,
    user: &User,
    id: &str,
) -> Result<(Invitation, Vec<AcceptedBy>), Problem> {
    let all = Comers {
        skip: 0,
        limit: ACCEPTED_BY_MAX,
    };
    find_with(app, user, id, all).await
}

/// The same with a page of those who came by it.
pub async fn find_with(
    app: &App,
    user: &User,
    id: &str,
    comers: Comers,
) -> Result<(Invitation, Vec<AcceptedBy>), Problem> {
    let id = parse(id)?;
    let find = FindInvite {
        owner: Some(user.id.clone()),
        id: id.clone(),
    };
    let invite = app
        .store
        .read(find)
        .await
        .map_err(|error| storage_problem(&error))?;
    let invite = invite.ok_or_else(|| not_found("invitation"))?;
    shown::note(app, &user.id, Some(&id)).await;
    let (mail, people) = became_of(app, id, comers).await?;
    let invitation = Invitation {
        mail,
        ..open(app, invite)?
    };
    Ok((invitation, people))
}

/// The last mail that carries an invitation of the person, and some of those who have accepted it. Nothing secret is shown by that.
pub async fn became_of(
    app: &App,
    id: InviteId,
    comers: Comers,
) -> Result<(Option<Delivery>, Vec<AcceptedBy>), Problem> {
    let mail = MailOfInvite { id: id.clone() };
    let mail = app.store.read(mail).await;
    let mail = mail.map_err(|error| storage_problem(&error))?;
    let accepted_by = InviteAcceptedBy {
        id,
        skip: comers.skip,
        limit: comers.limit,
    };
    let people = app.store.read(accepted_by).await;
    let people = people.map_err(|error| storage_problem(&error))?;
    Ok((mail, people))
}

/// Takes an invitation back; twice is no error.
pub async fn withdraw(
    app: &App,
    user: &User,
    id: &str,
    reference: &str,
) -> Result<Invitation, Problem> {
    let withdraw = WithdrawInvite {
        owner: Some(user.id.clone()),
        id: parse(id)?,
        moment: app.moment(reference),
    };
    let invite = app
        .store
        .write(withdraw)
        .await
        .map_err(|error| storage_problem(&error))?;
    open(app, invite.ok_or_else(|| not_found("invitation"))?)
}

/// Gives an invitation a new end.
pub async fn renew(
    app: &App,
    user: &User,
    id: &str,
    expires_in_secs: Option<i64>,
    reference: &str,
) -> Result<Invitation, Problem> {
    let moment = app.moment(reference);
    let renew = RenewInvite {
        owner: user.id.clone(),
        id: parse(id)?,
        expires_at: end(moment.now, expires_in_secs)?,
        moment,
    };
    let renewed = app
        .store
        .write(renew)
        .await
        .map_err(|error| storage_problem(&error))?;
    match renewed.ok_or_else(|| not_found("invitation"))? {
        Ok(invite) => open(app, invite),
        Err(state) => Err(over(state)),
    }
}

/// That somebody's own invitation is over, and how: nobody else is to be asked for another.
pub(super) fn over(state: InviteState) -> Problem {
    let code = match state {
        InviteState::UsedUp => Code::InvitationUsedUp,
        InviteState::Expired => Code::InvitationExpired,
        InviteState::Withdrawn | InviteState::Open => Code::InvitationWithdrawn,
    };
    Problem::new(code).with("reason", "yours")
}

pub(super) fn open(app: &App, invite: Invite) -> Result<Invitation, Problem> {
    let token = app.keys.unseal(&invite.token_sealed).ok_or_else(|| {
        tracing::error!(invite = %invite.id, "an invitation was sealed with another key than sealing.key");
        Problem::new(Code::Internal)
    })?;
    Ok(Invitation::with_token(app, invite, token))
}

pub(super) fn parse(id: &str) -> Result<InviteId, Problem> {
    InviteId::parse(id).ok_or_else(|| not_found("invitation"))
}

fn end(now: Timestamp, life_secs: Option<i64>) -> Result<Timestamp, Problem> {
    let life = life_secs.unwrap_or(LIFE_SECS);
    if !LIFE_RANGE_SECS.contains(&life) {
        return Err(invalid("expires_in", "life"));
    }
    Ok(now.plus_millis(life * 1_000))
}

pub(super) fn text(
    member: &str,
    value: Option<String>,
    max: usize,
) -> Result<Option<String>, Problem> {
    let value = value
        .map(|value| value.trim().to_owned())
        .filter(|value| !value.is_empty());
    if let Some(value) = &value {
        check_text(value, max).map_err(|error| error.problem(member))?;
    }
    Ok(value)
}

pub(super) fn invalid(member: &str, reason: &str) -> Problem {
    Problem::new(Code::MemberInvalid)
        .with("member", member)
        .with("reason", reason)
}
