//! What the API's answers are made of.

use serde::Serialize;
use symbolon_core::Timestamp;
use symbolon_core::acceptances::Outcome;
use symbolon_core::connections::{EndedBy, Phase};
use symbolon_core::invites::Uses;
use symbolon_core::sync::Found;
use symbolon_core::trust::Proof;
use symbolon_proto::language::Language;
use symbolon_proto::problem::{Code, Problem as CatalogueProblem};
use symbolon_proto::texts::Values;
use symbolon_store::acceptances::{Acceptance as Stored, State};
use symbolon_store::connections::Told;
use symbolon_store::connections::listing::AcceptedBy;
use symbolon_store::outbox::{Delivery, DeliveryState};
use utoipa::ToSchema;

use crate::actions;
use crate::actions::invites::Invitation;
use crate::actions::mails::{self, MailState};
use crate::texts::TEXTS;

/// Most rows of one answer.
pub(super) const LIMIT_MAX: u32 = 200;

/// Rows of one answer if the client does not say.
pub(super) const LIMIT: u32 = 50;

/// A time as RFC 3339 in UTC.
pub(super) fn rfc3339(at: Timestamp) -> String {
    jiff::Timestamp::from_millisecond(at.as_millis())
        .unwrap_or_default()
        .to_string()
}

/// A page of a list.
#[derive(Serialize, ToSchema)]
pub(super) struct Page<T: ToSchema> {
    pub(super) items: Vec<T>,
    /// Where the next page begins; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) next_cursor: Option<String>,
}

/// Somebody with an account here.
#[derive(Serialize, ToSchema)]
pub(super) struct Me {
    /// The identifier that other servers know.
    pub(super) id: String,
    /// What is used to log in.
    pub(super) name: String,
    pub(super) display_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) email: Option<String>,
    /// An address that was entered and does not count before it is confirmed, by the link in the mail that went there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) email_waiting: Option<String>,
    /// The language that was set, `en`, `zh-CN` or `de`; absent: as `Accept-Language` wishes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) language: Option<&'static str>,
    /// The full address in the federation.
    pub(super) address: String,
}

/// An invitation of one's own, with its secret.
#[derive(Serialize, ToSchema)]
#[schema(as = Invite)]
pub(super) struct Invite {
    pub(super) id: String,
    /// The secret.
    pub(super) token: String,
    /// base64url of `token@server`, to be pasted anywhere.
    pub(super) string: String,
    /// A link to the page that asks the invited person for their server.
    pub(super) link: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) note: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) email: Option<String>,
    pub(super) created_at: String,
    pub(super) expires_at: String,
    pub(super) uses: Used,
    /// `open`, `expired`, `withdrawn` or `used_up`.
    pub(super) state: &'static str,
    /// The last mail that carries it; only where one invitation is asked for or sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) mail: Option<Mail>,
    /// Why no mail carries it although it is meant for an address; only where it is made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) not_mailed: Option<Reason>,
    /// Why nobody on another server can accept it; only where it is made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) closed: Option<Reason>,
    /// Who has connected by it; only where one invitation is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) accepted_by: Option<Vec<Acceptor>>,
}

/// A mail that carries an invitation.
#[derive(Serialize, ToSchema)]
#[schema(as = InvitationMail)]
pub(super) struct Mail {
    /// `waiting`, `sent` (the mail server has taken it), `failed` or `withdrawn`.
    pub(super) state: &'static str,
    pub(super) to: String,
    /// How often it has been tried.
    pub(super) attempts: u32,
    /// Why it has not been sent yet, or was given up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reason: Option<Reason>,
    /// What the mail server said, or what went wrong on the way.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) said: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) next_try_at: Option<String>,
    /// When it was sent or given up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) settled_at: Option<String>,
    /// In the mail, too, and in the logs.
    pub(super) reference: String,
}

impl Mail {
    fn new(mail: &Delivery, language: Language) -> Self {
        let state = MailState::of(mail);
        let reason = mails::reason(mail);
        Self {
            state: state.as_str(),
            to: mail.to().to_owned(),
            attempts: mail.attempts,
            said: mail.last_detail.clone().filter(|_| reason.is_some()),
            reason: reason.map(|problem| Reason::new(&problem, language)),
            next_try_at: Some(mail.due_at)
                .filter(|_| mail.state == DeliveryState::Due)
                .map(rfc3339),
            settled_at: mail.settled_at.map(rfc3339),
            reference: mail.reference.clone(),
        }
    }
}

/// How many people an invitation is for, and how many have come.
#[derive(Serialize, ToSchema)]
pub(super) struct Used {
    /// Absent: anyone with the link.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) limit: Option<u32>,
    pub(super) used: u32,
}

/// Somebody who connected by an invitation.
#[derive(Serialize, ToSchema)]
pub(super) struct Acceptor {
    pub(super) name: String,
    pub(super) address: String,
    pub(super) at: String,
}

impl Invite {
    pub(super) fn new(
        invitation: &Invitation,
        accepted_by: Option<Vec<AcceptedBy>>,
        language: Language,
        now: Timestamp,
    ) -> Self {
        let invite = &invitation.invite;
        Self {
            id: invite.id.to_string(),
            token: invitation.token.expose().to_owned(),
            string: invitation.string(),
            link: invitation.link(),
            note: invite.note.clone(),
            email: invite.email.clone(),
            created_at: rfc3339(invite.issued_at),
            expires_at: rfc3339(invite.expires_at),
            uses: Used {
                limit: match invite.uses {
                    Uses::People(limit) => Some(limit),
                    Uses::Anyone => None,
                },
                used: invite.people,
            },
            state: invitation.state(now).as_str(),
            mail: invitation
                .mail
                .as_ref()
                .map(|mail| Mail::new(mail, language)),
            not_mailed: None,
            closed: None,
            accepted_by: accepted_by.map(|people| people.into_iter().map(Acceptor::new).collect()),
        }
    }

    /// The answer to whoever made it: an address alone sends nothing where this server sends no mail. `closed` is why nobody
    /// elsewhere can accept it.
    pub(super) fn made(
        invitation: &Invitation,
        closed: Option<&CatalogueProblem>,
        language: Language,
        now: Timestamp,
    ) -> Self {
        let invite = Self::new(invitation, None, language, now);
        let silent = invite.email.is_some() && invite.mail.is_none();
        let mail_off = || Reason::new(&CatalogueProblem::new(Code::MailOff), language);
        Self {
            not_mailed: silent.then(mail_off),
            closed: closed.map(|problem| Reason::new(problem, language)),
            ..invite
        }
    }
}

impl Acceptor {
    fn new(person: AcceptedBy) -> Self {
        let (account, name) = match person.connection {
            Some(connection) => (
                connection.contact.remote.verbatim().to_owned(),
                connection.contact.name,
            ),
            None => Default::default(),
        };
        Self {
            address: format!("{account}@{}", person.provider),
            name,
            at: rfc3339(person.at),
        }
    }
}

/// A reason, in the words of the catalogue.
#[derive(Serialize, ToSchema)]
pub(super) struct Reason {
    /// Stable; see `/errors`.
    pub(super) code: &'static str,
    pub(super) title: String,
    pub(super) detail: String,
    pub(super) remedy: String,
}

impl Reason {
    fn new(problem: &CatalogueProblem, language: Language) -> Self {
        Self {
            code: problem.code().as_str(),
            title: problem.title(language),
            detail: problem.detail(language),
            remedy: problem.remedy(language),
        }
    }
}

/// The gesture of accepting an invitation.
#[derive(Serialize, ToSchema)]
pub(super) struct Acceptance {
    pub(super) id: String,
    /// The inviter's server.
    pub(super) server: String,
    /// `pending`, `cancelling`, `stopping` (the administrators do not let the server in), `connected`, `refused`, `cancelled` or `out_of_time`.
    pub(super) state: &'static str,
    /// While pending: what it waits for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) waits_for: Option<Reason>,
    /// While pending: when it is tried next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) next_try_at: Option<String>,
    /// Why it ended, or will end, without a connection.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reason: Option<Reason>,
    pub(super) created_at: String,
    pub(super) gives_up_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) settled_at: Option<String>,
    /// The connection that came of it; of one that was called off, what was undone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) connection: Option<String>,
    /// What the other server said in the last attempt that connected nobody.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) heard: Option<actions::acceptances::Heard>,
    /// Finds the exchange in both servers' logs.
    pub(super) reference: String,
}

impl Acceptance {
    pub(super) fn new(stored: &Stored, language: Language) -> Self {
        let pending = stored.state == State::Pending;
        let refused = match stored.state {
            State::Pending => stored.stopped.is_some(),
            State::Settled(outcome) => {
                matches!(outcome, Outcome::Refused(_) | Outcome::OutOfTime(_))
            }
        };
        let ended = actions::acceptances::ended_with(stored).filter(|_| refused);
        Self {
            id: stored.id.to_string(),
            server: stored.provider.to_string(),
            state: actions::acceptances::state_word(stored),
            waits_for: actions::acceptances::waits_for(stored)
                .as_ref()
                .map(|problem| Reason::new(problem, language)),
            next_try_at: stored.next_try_at.filter(|_| pending).map(rfc3339),
            reason: ended.as_ref().map(|problem| Reason::new(problem, language)),
            created_at: rfc3339(stored.created_at),
            gives_up_at: rfc3339(stored.gives_up_at),
            settled_at: stored.settled_at.map(rfc3339),
            connection: stored.connection.as_ref().map(ToString::to_string),
            heard: actions::acceptances::heard(stored),
            reference: stored.reference.clone(),
        }
    }
}

/// What accepting led to.
#[derive(Serialize, ToSchema)]
pub(super) struct Accepted {
    /// Absent if the two were connected by this invitation already.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) acceptance: Option<Acceptance>,
    /// Absent while the outcome is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) connection: Option<Connection>,
}

/// One's connection with somebody.
#[derive(Serialize, ToSchema)]
pub(super) struct Connection {
    pub(super) id: String,
    /// Their full address.
    pub(super) address: String,
    /// Their server.
    pub(super) server: String,
    /// As their server says.
    pub(super) name: String,
    /// What I call them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) nickname: Option<String>,
    pub(super) email: String,
    /// `connected` or `disconnected`.
    pub(super) state: &'static str,
    /// How often the two have been connected.
    pub(super) generation: u64,
    /// My invitation by which they came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) invite: Option<String>,
    /// My acceptance of theirs by which I came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) acceptance: Option<String>,
    /// Whether their server signed for them.
    pub(super) signed: bool,
    /// Whether their server is known to be the one that is named: it signed, or it cannot sign and described itself under
    /// that name when they came. If not, whoever had the invitation may have used its name.
    pub(super) verified: bool,
    /// Whether their server tells ours when they disconnect. Where it does not, somebody who has removed you there stays
    /// connected in this list.
    pub(super) tells_of_disconnects: bool,
    pub(super) connected_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) disconnected_at: Option<String>,
    /// Who disconnected: `us`, `them`, or `neither` where the two servers no longer agreed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) disconnected_by: Option<&'static str>,
    /// What comparing with the other server found, if that is what disconnected the two: `ended_there` (their person had
    /// disconnected), `ended_here` (our person had, and this server had forgotten), `not_there` or `not_here` (one of the
    /// two servers had no record of it).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) found: Option<&'static str>,
    /// After a disconnect from here, whether the other server knows: `telling`, `confirmed`, `unconfirmed`,
    /// `not_understood` or `could_not`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) told: Option<&'static str>,
    /// The same as a sentence, in the reader's language.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) told_text: Option<String>,
}

impl Connection {
    pub(super) fn new(
        stored: &symbolon_store::connections::Connection,
        language: Language,
    ) -> Self {
        let server = stored.contact.provider.to_string();
        let ended_by = match stored.half.phase {
            Phase::Connected => None,
            Phase::Disconnected(EndedBy::Us) => Some("us"),
            Phase::Disconnected(EndedBy::Them) => Some("them"),
            Phase::Disconnected(EndedBy::Neither) => Some("neither"),
        };
        Self {
            id: stored.id.to_string(),
            address: stored.address().to_string(),
            name: stored.contact.name.clone(),
            nickname: stored.nickname.clone(),
            email: stored.contact.email.clone(),
            invite: stored.invite.as_ref().map(ToString::to_string),
            acceptance: stored.acceptance.as_ref().map(ToString::to_string),
            state: if ended_by.is_none() {
                "connected"
            } else {
                "disconnected"
            },
            generation: stored.half.generation.0,
            signed: stored.proof == Proof::Signature,
            verified: stored.proof.is_verified(),
            tells_of_disconnects: stored.keeps_generations,
            connected_at: rfc3339(stored.connected_at),
            disconnected_at: stored.ended_at.map(rfc3339),
            disconnected_by: ended_by,
            found: stored.found.map(Found::as_str),
            told: stored.told.map(Told::as_str),
            told_text: stored.told.map(|told| told_text(told, &server, language)),
            server,
        }
    }
}

fn told_text(told: Told, server: &str, language: Language) -> String {
    let values = Values::NONE
        .with("told", told.as_str())
        .with("server", server.to_owned());
    TEXTS.say(language, "told-text", &values)
}
