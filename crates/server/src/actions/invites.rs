//! Inviting people.

use symbolon_core::connections::Gesture;
use symbolon_core::invites::{InviteState, Uses};
use symbolon_core::{InviteId, Timestamp};
use symbolon_proto::address::Provider;
use symbolon_proto::invite::{InviteToken, invite_string, invite_string_std};
use symbolon_proto::limits;
use symbolon_proto::problem::{Code, Problem};
use symbolon_proto::text::check_text;
use symbolon_store::invites::{
    AcceptedBy, FindInvite, Invite, InviteAcceptedBy, IssueInvite, ListInvites, ListOpenInvites,
    RenewInvite, WithdrawInvite,
};
use symbolon_store::users::User;

use super::{not_found, shown, storage_problem};
use crate::app::App;
use crate::keys::token_hash;

/// How long an invitation is valid if nobody says otherwise, in seconds: a week, so that a mail that is read on Monday works.
pub const LIFE_SECS: i64 = 7 * 86_400;

/// Shortest and longest life, in seconds: one minute, one year.
const LIFE_RANGE_SECS: std::ops::RangeInclusive<i64> = 60..=365 * 86_400;

/// Most people that a counted invitation may be for.
const PEOPLE_MAX: u32 = 10_000;

/// Most people listed as having come by one invitation.
const ACCEPTED_BY_MAX: u32 = 1_000;

/// What a person says about a new invitation.
pub struct NewInvite {
    /// Words for themselves.
    pub note: Option<String>,
    /// Whom it is meant for.
    pub email: Option<String>,
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
    provider: Provider,
    base_url: String,
}

impl Invitation {
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
    let note = text("note", new.note, limits::NOTE_CHARS)?;
    let email = text("email", new.email, limits::EMAIL_CHARS)?;
    if email
        .as_deref()
        .is_some_and(|email| !looks_like_email(email))
    {
        return Err(invalid("email", "no-email"));
    }
    if let Uses::People(people) = new.uses
        && !(1..=PEOPLE_MAX).contains(&people)
    {
        return Err(invalid("uses", "people"));
    }
    let moment = app.moment(reference);
    let expires_at = end(moment.now, new.expires_in_secs)?;
    let token = InviteToken::from_random(app.env.random());
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
    let invite = app
        .store
        .write(issue)
        .await
        .map_err(|error| storage_problem(&error))?;
    // Whoever makes an invitation sees it; that is no line of its own.
    app.shown.is_news(invite.id.as_str(), app.now());
    Ok(with_token(app, invite, token))
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
    let invites = app
        .store
        .read(list)
        .await
        .map_err(|error| storage_problem(&error))?;
    if !invites.is_empty() {
        shown::note(app, &user.id, None).await;
    }
    invites
        .into_iter()
        .map(|invite| open(app, invite))
        .collect()
}

/// A person's invitations that have neither ended nor been taken back.
pub async fn list_open(app: &App, user: &User, limit: u32) -> Result<Vec<Invitation>, Problem> {
    let list = ListOpenInvites {
        owner: user.id.clone(),
        now: app.now(),
        limit,
    };
    let invites = app
        .store
        .read(list)
        .await
        .map_err(|error| storage_problem(&error))?;
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
    let accepted_by = InviteAcceptedBy {
        id,
        limit: ACCEPTED_BY_MAX,
    };
    let people = app
        .store
        .read(accepted_by)
        .await
        .map_err(|error| storage_problem(&error))?;
    Ok((open(app, invite)?, people))
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
        Err(InviteState::UsedUp) => Err(Problem::new(Code::InvitationUsedUp)),
        Err(_) => Err(Problem::new(Code::InvitationWithdrawn)),
    }
}

fn open(app: &App, invite: Invite) -> Result<Invitation, Problem> {
    let token = app.keys.unseal(&invite.token_sealed).ok_or_else(|| {
        tracing::error!(invite = %invite.id, "an invitation was sealed with another key than sealing.key");
        Problem::new(Code::Internal)
    })?;
    Ok(with_token(app, invite, token))
}

fn with_token(app: &App, invite: Invite, token: InviteToken) -> Invitation {
    Invitation {
        invite,
        token,
        provider: app.provider().clone(),
        base_url: app.base_url().to_owned(),
    }
}

fn parse(id: &str) -> Result<InviteId, Problem> {
    InviteId::parse(id).ok_or_else(|| not_found("invitation"))
}

fn end(now: Timestamp, life_secs: Option<i64>) -> Result<Timestamp, Problem> {
    let life = life_secs.unwrap_or(LIFE_SECS);
    if !LIFE_RANGE_SECS.contains(&life) {
        return Err(invalid("expires_in", "life"));
    }
    Ok(now.plus_millis(life * 1_000))
}

fn text(member: &str, value: Option<String>, max: usize) -> Result<Option<String>, Problem> {
    let value = value
        .map(|value| value.trim().to_owned())
        .filter(|value| !value.is_empty());
    if let Some(value) = &value {
        check_text(value, max).map_err(|error| error.problem(member))?;
    }
    Ok(value)
}

fn looks_like_email(text: &str) -> bool {
    text.rsplit_once('@').is_some_and(|(local, host)| {
        !local.is_empty() && !host.is_empty() && !text.contains(char::is_whitespace)
    })
}

fn invalid(member: &str, reason: &str) -> Problem {
    Problem::new(Code::MemberInvalid)
        .with("member", member)
        .with("reason", reason)
}
