//! The mail that carries an invitation: how it is with it, and how it is sent, for the first time or again.

use axum::extract::Path;
use axum::response::Response;
use symbolon_core::Timestamp;
use symbolon_proto::language::Language;
use symbolon_proto::limits;
use symbolon_store::outbox::{Delivery, DeliveryState};

use super::fields::Fields;
use super::invitation::{back, show_with};
use super::visitor::Visitor;
use super::when::{Soon, When};
use super::words::{Markup, Saying, Words};
use crate::actions::invites::Invitation;
use crate::actions::mails::{self, MailState};
use crate::http::problem::ApiProblem;

/// What `templates/invitation_mail.html` needs.
pub(super) struct Mail {
    pub(super) state: Option<State>,
    pub(super) can_send: bool,
    pub(super) email: String,
    pub(super) email_chars: usize,
    pub(super) languages: Vec<Choice>,
}

/// How it is with the last mail.
pub(super) struct State {
    pub(super) words: Saying,
    pub(super) class: &'static str,
    pub(super) remedy: Option<String>,
    pub(super) said: Option<Saying>,
    pub(super) reference: String,
}

/// One language that a mail may speak.
pub(super) struct Choice {
    pub(super) tag: &'static str,
    pub(super) name: &'static str,
    pub(super) chosen: bool,
}

/// The languages of mails, one of them chosen.
pub(super) fn languages(chosen: Language) -> Vec<Choice> {
    let choice = |language: Language| Choice {
        tag: language.tag(),
        name: language.own_name(),
        chosen: language == chosen,
    };
    Language::ALL.into_iter().map(choice).collect()
}

impl Mail {
    /// Of an invitation; `None` where there is nothing to say of mail and none is sent.
    pub(super) fn of(visitor: &Visitor, invitation: &Invitation, email: &str) -> Option<Self> {
        let now = visitor.app.now();
        let is_open = invitation.state(now) == symbolon_core::invites::InviteState::Open;
        let can_send = visitor.app.config.mail.is_some() && is_open;
        let words = visitor.words;
        let state = invitation
            .mail
            .as_ref()
            .map(|mail| State::of(words, mail, now));
        let address = invitation.invite.email.as_deref().unwrap_or_default();
        (can_send || state.is_some()).then(|| Self {
            state,
            can_send,
            email: if email.is_empty() { address } else { email }.to_owned(),
            email_chars: limits::EMAIL_CHARS,
            languages: languages(words.0),
        })
    }

    /// Whether the last one is on its way, or has arrived.
    pub(super) fn goes_well(&self) -> bool {
        self.state.as_ref().is_some_and(State::goes_well)
    }
}

impl State {
    /// Whether it is on its way, or has arrived.
    pub(super) fn goes_well(&self) -> bool {
        matches!(self.class, "wait" | "good")
    }

    /// In words, with the reason and what to do where something stands in its way.
    pub(super) fn of(words: Words, mail: &Delivery, now: Timestamp) -> Self {
        let email = mail.to();
        let problem = mails::reason(mail);
        let why = problem.as_ref().map(|problem| problem.title(words.0));
        let at = When {
            at: mail.settled_at.unwrap_or(now),
            words,
        };
        let next = Soon {
            at: mail.due_at,
            now,
            words,
        };
        let (state, said) = match (MailState::of(mail), why) {
            (MailState::Sent, _) => (MailState::Sent, words.say("mail-sent").with("when", at)),
            (MailState::Failed, Some(why)) => {
                let said = words.say("mail-failed").with("when", at).with("why", why);
                (MailState::Failed, said)
            }
            (MailState::Failed, None) => (
                MailState::Failed,
                words.say("mail-given-up").with("when", at),
            ),
            (MailState::Withdrawn, _) => (MailState::Withdrawn, words.say("mail-withdrawn")),
            (MailState::Waiting, Some(why)) if mail.state == DeliveryState::Due => {
                let said = words
                    .say("mail-waiting-next")
                    .with("why", why)
                    .with("next", next);
                (MailState::Waiting, said)
            }
            (MailState::Waiting, _) => (MailState::Waiting, words.say("mail-waiting")),
        };
        Self {
            words: said.with("email", Markup::escaped(email)),
            class: match state {
                MailState::Sent => "good",
                MailState::Waiting => "wait",
                MailState::Failed => "bad",
                MailState::Withdrawn => "off",
            },
            said: mail
                .last_detail
                .as_deref()
                .filter(|_| problem.is_some())
                .map(|said| words.say("mail-said").with("said", said)),
            remedy: problem.map(|problem| problem.remedy(words.0)),
            reference: mail.reference.clone(),
        }
    }
}

/// `POST /invitations/{id}/mail`
pub(super) async fn send(
    visitor: Visitor,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, ApiProblem> {
    let email = fields.text("email").to_owned();
    let language = Language::parse(fields.text("mail-language")).unwrap_or(visitor.words.0);
    let reference = visitor.reference.as_str();
    let to = Some(email.clone());
    let sent = mails::send(
        &visitor.app,
        &visitor.user,
        &id,
        to,
        Some(language),
        reference,
    )
    .await;
    match sent {
        Ok(_) => Ok(back(&id, "mailed")),
        Err(problem) => show_with(&visitor, &id, "", Some((problem, email))).await,
    }
}

#[cfg(test)]
impl Mail {
    pub(super) fn sample(words: Words, text: &str) -> Self {
        use symbolon_core::connections::Generation;
        use symbolon_core::{Id, Timestamp};
        use symbolon_proto::problem::Code;
        use symbolon_store::mails::{Letter, Mail as Stored, lane};
        use symbolon_store::outbox::Kind;

        let id = Id::from_parts(0, [7; 10]);
        let now = Timestamp::from_secs(1_795_521_600);
        let failed = Delivery {
            id: id.clone().into(),
            provider: lane(),
            kind: Kind::Mail(Stored {
                letter: Letter::Accepted(id.clone().into(), Generation(1)),
                user: id.into(),
                recipient: format!("carol@dog.example.org{text}"),
                language: words.0,
            }),
            state: DeliveryState::Dead,
            attempts: 1,
            may_have_arrived: false,
            due_at: now,
            created_at: now,
            gives_up_at: now,
            last_code: Some(Code::MailAddressRefused),
            last_detail: Some(format!("permanent error (550): no such person {text}")),
            reference: "01kk7v3q9d8zx5y2n4b6m8r0ta".to_owned(),
            settled_at: Some(now),
        };
        Self {
            state: Some(State::of(words, &failed, now)),
            can_send: true,
            email: format!("carol@dog.example.org{text}"),
            email_chars: 254,
            languages: languages(words.0),
        }
    }
}
