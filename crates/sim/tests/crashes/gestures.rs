//! What people do, and what may have come of it.
//!
//! A gesture that was confirmed counts. One that got no answer, because a server died, may count or not. So there are at most
//! two things that the end may be, and after a confirmed gesture there is one.

use serde_json::{Value, json};

use crate::people::{Answer, Person};

/// What may have come of all gestures so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct May {
    pub(crate) be_connected: bool,
    pub(crate) be_apart: bool,
}

pub(crate) const CONNECTED: May = May {
    be_connected: true,
    be_apart: false,
};

pub(crate) const APART: May = May {
    be_connected: false,
    be_apart: true,
};

/// An invitation from one of two people to the other.
#[derive(Clone, Debug)]
pub(crate) struct Invite {
    /// Which of the two: 0 or 1.
    pub(crate) by: usize,
    pub(crate) string: String,
    /// Nothing has closed it since it was given out, so that it must work.
    pub(crate) valid: bool,
}

/// An acceptance that can be cancelled.
#[derive(Clone, Debug)]
pub(crate) struct Pending {
    pub(crate) by: usize,
    pub(crate) id: String,
    /// What may be if nothing comes of it.
    pub(crate) without: May,
}

/// One thing that one of the two does.
#[derive(Clone, Debug)]
pub(crate) enum Gesture {
    Accept { invite: Invite },
    Cancel { pending: Pending },
    Disconnect { by: usize, half: String },
}

impl May {
    pub(crate) fn or(self, other: Self) -> Self {
        Self {
            be_connected: self.be_connected || other.be_connected,
            be_apart: self.be_apart || other.be_apart,
        }
    }

    /// What may be after one more gesture and its answer. `alone`: nobody did anything else at the same time. An answer that
    /// no gesture of these people can have is an error.
    pub(crate) fn after(
        self,
        gesture: &Gesture,
        answer: &Answer,
        alone: bool,
    ) -> Result<Self, String> {
        match (gesture, answer) {
            (Gesture::Accept { .. }, None) => Ok(self.or(CONNECTED)),
            (Gesture::Disconnect { .. }, None) => Ok(self.or(APART)),
            (Gesture::Cancel { pending }, None) => Ok(self.or(pending.without).or(APART)),

            // Connected by this very invitation already, as far as that server knew.
            (Gesture::Accept { .. }, Some((200, body))) if !body["acceptance"].is_object() => {
                Ok(self)
            }
            (Gesture::Accept { .. }, Some((200, _))) => Ok(CONNECTED),
            (Gesture::Accept { invite }, Some((202, _))) if invite.valid && alone => Ok(CONNECTED),
            (Gesture::Accept { .. }, Some((202, _))) => Ok(self.or(CONNECTED)),
            (Gesture::Accept { invite }, Some((400..500, _))) if !invite.valid || !alone => {
                Ok(self)
            }

            // Somebody whose half the other side has just ended has nothing to disconnect.
            (Gesture::Disconnect { .. }, Some((200, body))) => {
                let counts = body["state"] == "disconnected" && body["disconnected_by"] == "us";
                Ok(if counts { APART } else { self })
            }
            (Gesture::Cancel { pending }, Some((200, body))) => match body["state"].as_str() {
                // If something came of it, undoing that closes what this person gave out before, which may be what the
                // other is accepting just now.
                Some("cancelling" | "cancelled" | "refused") => Ok(pending.without.or(APART)),
                Some("connected") => Ok(CONNECTED),
                _ => Err(unexpected(gesture, 200, body)),
            },
            (_, Some((status, body))) => Err(unexpected(gesture, *status, body)),
        }
    }
}

impl Gesture {
    /// Which of the two does it.
    pub(crate) fn by(&self) -> usize {
        match self {
            Self::Accept { invite } => 1 - invite.by,
            Self::Cancel { pending } => pending.by,
            Self::Disconnect { by, .. } => *by,
        }
    }

    pub(crate) fn word(&self) -> &'static str {
        match self {
            Self::Accept { .. } => "accepts",
            Self::Cancel { .. } => "cancels",
            Self::Disconnect { .. } => "disconnects",
        }
    }

    pub(crate) fn send(&self, people: &[Person; 2]) -> Answer {
        let person = &people[self.by()];
        match self {
            Self::Accept { invite } => {
                let body = json!({ "invite": invite.string });
                person.send("POST", "/api/v1/acceptances", &body)
            }
            Self::Cancel { pending } => {
                let path = format!("/api/v1/acceptances/{}", pending.id);
                person.send("DELETE", &path, &Value::Null)
            }
            Self::Disconnect { half, .. } => {
                let path = format!("/api/v1/connections/{half}");
                person.send("DELETE", &path, &Value::Null)
            }
        }
    }

    /// The acceptance that it was about, as far as the answer tells.
    pub(crate) fn acceptance(&self, answer: &Answer) -> Option<String> {
        match (self, answer) {
            (Self::Accept { .. }, Some((200 | 202, body))) => {
                body["acceptance"]["id"].as_str().map(str::to_owned)
            }
            (Self::Cancel { pending }, _) => Some(pending.id.clone()),
            _ => None,
        }
    }
}

fn unexpected(gesture: &Gesture, status: u16, body: &Value) -> String {
    let what = gesture.word();
    format!("somebody {what} and is answered {status} {body}")
}
