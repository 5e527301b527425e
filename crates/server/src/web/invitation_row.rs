//! An invitation in words: what it is called, where in its life it is, who came by it.

use symbolon_core::Timestamp;
use symbolon_core::invites::{InviteState, Uses};
use symbolon_store::invites::{AcceptedBy, Invite};

use super::people::Guest;
use super::when::{When, day};

/// Longest title in characters; the whole note is on the invitation's own page.
const TITLE_CHARS: usize = 80;

/// An invitation as pages describe it.
pub(super) struct Row {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) state: Life,
    /// The moment that belongs to the words of its state.
    pub(super) when: Option<When>,
    pub(super) uses: String,
    pub(super) accepted_by: Vec<Guest>,
}

/// Where in its life an invitation is, in words.
#[derive(Clone, Copy)]
pub(super) struct Life(pub(super) InviteState);

impl Life {
    pub(super) fn is_open(self) -> bool {
        self.0 == InviteState::Open
    }

    pub(super) fn is_expired(self) -> bool {
        self.0 == InviteState::Expired
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

    pub(super) fn words(self) -> &'static str {
        match self.0 {
            InviteState::Open => "open until",
            InviteState::Expired => "expired",
            InviteState::Withdrawn => "withdrawn",
            InviteState::UsedUp => "used up",
        }
    }
}

impl Row {
    pub(super) fn new(invite: &Invite, accepted_by: &[AcceptedBy], now: Timestamp) -> Self {
        let state = invite.state(now);
        Self {
            id: invite.id.to_string(),
            title: title(invite),
            state: Life(state),
            when: match state {
                InviteState::Open | InviteState::Expired => Some(When(invite.expires_at)),
                InviteState::Withdrawn => invite.withdrawn_at.map(When),
                InviteState::UsedUp => None,
            },
            uses: uses(invite),
            accepted_by: accepted_by.iter().map(Guest::new).collect(),
        }
    }
}

/// The owner's words, shortened; failing these, whom or when it is for.
fn title(invite: &Invite) -> String {
    match (&invite.note, &invite.email) {
        (Some(note), _) if note.chars().count() > TITLE_CHARS => {
            note.chars().take(TITLE_CHARS).chain(['…']).collect()
        }
        (Some(note), _) => note.clone(),
        (None, Some(email)) => format!("Invitation for {email}"),
        (None, None) => format!("Invitation of {}", day(invite.issued_at)),
    }
}

fn uses(invite: &Invite) -> String {
    match (invite.uses, invite.people) {
        (Uses::People(1), _) => "for one person".to_owned(),
        (Uses::People(limit), people) => format!("for up to {limit} people, {people} accepted"),
        (Uses::Anyone, people) => format!("for anyone who has it, {people} accepted"),
    }
}

#[cfg(test)]
impl Row {
    pub(super) fn sample(text: &str, state: InviteState) -> Self {
        let now = Timestamp::from_secs(1_795_521_600);
        let carol = AcceptedBy {
            provider: "dog.example.org".to_owned(),
            remote_user_id: "carol".to_owned(),
            name: format!("Carol {text}"),
            at: now,
        };
        Self {
            id: "01kk7v3q9d8zx5y2n4b6m8r0ta".to_owned(),
            title: format!("Physics workshop {text}"),
            state: Life(state),
            when: Some(When(now)),
            uses: "for up to 5 people, 1 accepted".to_owned(),
            accepted_by: vec![Guest::new(&carol)],
        }
    }
}
