//! An invitation in words: what it is called, where in its life it is, who came by it.

use std::collections::HashSet;

use symbolon_core::invites::{InviteState, Uses};
use symbolon_core::{ConnectionId, Timestamp};
use symbolon_store::connections::listing::AcceptedBy;
use symbolon_store::invites::Invite;
use symbolon_store::outbox::Delivery;

use super::frame::Frame;
use super::invitation_mail::State;
use super::people::Guest;
use super::when::{Dated, When};
use super::words::{Markup, Saying, Words};
use crate::actions::mails::MailState;

/// Longest title in characters; the whole note is on the invitation's own page.
const TITLE_CHARS: usize = 80;

/// How many of those who accepted are named in a list; the others are on the invitation's own page.
pub(super) const NAMED: u32 = 3;

/// An invitation as pages describe it.
pub(super) struct Row {
    pub(super) id: String,
    pub(super) title: Markup,
    /// The same where no element may stand.
    pub(super) plain_title: Markup,
    pub(super) state: Life,
    /// Its state in words, with the moment that belongs to it.
    pub(super) life: Saying,
    pub(super) uses: Saying,
    /// Those who accepted, or a page of them.
    pub(super) accepted_by: Vec<Guest>,
    /// How many have accepted.
    pub(super) people: u32,
    /// That the mail with it did not arrive, and why, while it can still be sent again.
    pub(super) mail_failed: Option<Saying>,
}

/// Where in its life an invitation is.
#[derive(Clone, Copy)]
pub(super) struct Life(pub(super) InviteState);

impl Life {
    pub(super) fn is_open(self) -> bool {
        self.0 == InviteState::Open
    }

    pub(super) fn is_expired(self) -> bool {
        self.0 == InviteState::Expired
    }

    /// Everybody whom it was for has come: nothing is wrong with it, and nothing left to do.
    pub(super) fn is_used_up(self) -> bool {
        self.0 == InviteState::UsedUp
    }

    pub(super) fn is_withdrawn(self) -> bool {
        self.0 == InviteState::Withdrawn
    }

    pub(super) fn can_renew(self) -> bool {
        self.is_open() || self.is_expired()
    }

    pub(super) fn class(self) -> &'static str {
        if self.is_open() { "good" } else { "off" }
    }
}

impl Row {
    pub(super) fn new(
        words: Words,
        invite: &Invite,
        accepted_by: &[AcceptedBy],
        namesakes: &HashSet<ConnectionId>,
        now: Timestamp,
    ) -> Self {
        let state = invite.state(now);
        let (title, plain_title) = titles(words, invite);
        Self {
            id: invite.id.to_string(),
            title,
            plain_title,
            state: Life(state),
            life: life(
                words,
                state,
                invite.uses,
                match state {
                    InviteState::Withdrawn => invite.withdrawn_at.unwrap_or(now),
                    _ => invite.expires_at,
                },
            ),
            uses: uses(words, invite),
            accepted_by: accepted_by
                .iter()
                .map(|one| Guest::new(words, one, namesakes))
                .collect(),
            people: invite.people,
            mail_failed: None,
        }
    }

    /// The same with what has become of the mail that carries it.
    pub(super) fn with_mail(self, words: Words, mail: Option<&Delivery>, now: Timestamp) -> Self {
        let failed = mail.filter(|mail| MailState::of(mail) == MailState::Failed);
        let failed = failed.filter(|_| self.state.is_open());
        Self {
            mail_failed: failed.map(|mail| State::of(words, mail, now).words),
            ..self
        }
    }

    /// Who has accepted, in one line: the first of them, and how many there are besides.
    pub(super) fn accepted(&self, frame: &Frame) -> Option<Saying> {
        let named = self.accepted_by.iter().take(NAMED as usize);
        let others = self.people.saturating_sub(NAMED);
        let named = frame.words.list(named.map(|one| one.line(frame.words)))?;
        let said = match others {
            0 => frame.say("accepted-by"),
            others => frame.say("accepted-by-and-more").with("n", others),
        };
        Some(said.with("people", named))
    }
}

/// The owner's words, shortened; failing these, whom or when it is for. The second is without elements.
fn titles(words: Words, invite: &Invite) -> (Markup, Markup) {
    let twice = |title: Markup| (title.clone(), title);
    match (&invite.note, &invite.email) {
        (Some(note), _) if note.chars().count() > TITLE_CHARS => {
            let start: String = note.chars().take(TITLE_CHARS).chain(['…']).collect();
            twice(Markup::escaped(&start))
        }
        (Some(note), _) => twice(Markup::escaped(note)),
        (None, Some(email)) => twice(words.say("invitation-for").with("email", email).into()),
        (None, None) => {
            let at = invite.issued_at;
            let of = words.say("invitation-of");
            let plain = of.clone().with("when", When { at, words }.text());
            (of.with("when", Dated { at, words }).into(), plain.into())
        }
    }
}

fn life(words: Words, state: InviteState, uses: Uses, at: Timestamp) -> Saying {
    let when = When { at, words };
    match state {
        InviteState::Open => words.say("open-until").with("when", when),
        InviteState::Expired => words.say("expired-at").with("when", when),
        InviteState::Withdrawn => words.say("withdrawn-at").with("when", when),
        InviteState::UsedUp if uses == Uses::People(1) => words.say("accepted"),
        InviteState::UsedUp => words.say("accepted-by-everybody"),
    }
}

/// Whom it is for. Those who have come by it are named beside that; where there is nobody to name, it says so.
fn uses(words: Words, invite: &Invite) -> Saying {
    match (invite.uses, invite.people) {
        (Uses::People(1), _) => words.say("for-one"),
        (Uses::People(limit), 0) => words.say("for-people-none-yet").with("limit", limit),
        (Uses::People(limit), _) => words.say("for-people").with("limit", limit),
        (Uses::Anyone, 0) => words.say("for-anyone-none-yet"),
        (Uses::Anyone, _) => words.say("for-anyone"),
    }
}

#[cfg(test)]
impl Row {
    pub(super) fn sample(words: Words, text: &str, state: InviteState) -> Self {
        let now = Timestamp::from_secs(1_795_521_600);
        let mut carol = crate::export::carol(None);
        carol.contact.name = format!("Carol {text}");
        let accepted = |connection| AcceptedBy {
            provider: carol.contact.provider.clone(),
            connection,
            at: now,
        };
        let accepted = [accepted(Some(carol.clone())), accepted(None)];
        Self {
            id: "01kk7v3q9d8zx5y2n4b6m8r0ta".to_owned(),
            title: Markup::escaped(&format!("Physics workshop {text}")),
            plain_title: Markup::escaped(&format!("Physics workshop {text}")),
            state: Life(state),
            life: life(words, state, Uses::People(5), now),
            uses: words.say("for-people").with("limit", 5_u32),
            accepted_by: accepted
                .iter()
                .map(|one| Guest::new(words, one, &HashSet::new()))
                .collect(),
            people: 5,
            mail_failed: (state == InviteState::Open).then(|| {
                let at = When { at: now, words };
                let said = words.say("mail-given-up").with("when", at);
                said.with("email", Markup::escaped(&format!("{text}@example.org")))
            }),
        }
    }
}
