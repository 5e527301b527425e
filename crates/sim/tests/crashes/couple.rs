//! Two people on two servers, their gestures towards each other, and what may have come of them.
//!
//! A gesture that was confirmed counts. One that got no answer, because a server died, may count or not. So there are at most
//! two things that the end may be, and after a confirmed gesture there is one.

use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::people::{Answer, Person, View};

/// Longest time until both servers list the same, once both run and nobody acts.
pub(crate) const QUIET_WITHIN: Duration = Duration::from_secs(15);

const LOOK: Duration = Duration::from_millis(15);

/// What may have come of all gestures so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct May {
    pub(crate) be_connected: bool,
    pub(crate) be_apart: bool,
}

const CONNECTED: May = May {
    be_connected: true,
    be_apart: false,
};

pub(crate) const APART: May = May {
    be_connected: false,
    be_apart: true,
};

impl May {
    fn or(self, other: Self) -> Self {
        Self {
            be_connected: self.be_connected || other.be_connected,
            be_apart: self.be_apart || other.be_apart,
        }
    }
}

/// An invitation from one of the two to the other.
#[derive(Clone, Debug)]
pub(crate) struct Invite {
    by: usize,
    string: String,
    /// Its owner has not tried to disconnect since, so that it must work.
    valid: bool,
}

/// An acceptance whose outcome was not known when it was answered.
#[derive(Clone, Debug)]
struct Pending {
    by: usize,
    id: String,
    /// What may have been before it.
    before: May,
}

/// One thing that one of the two does.
#[derive(Clone, Debug)]
enum Gesture {
    Accept { invite: Invite },
    Cancel { pending: Pending },
    Disconnect { by: usize, half: String },
}

/// Two people, the first on server 0 and the second on server 1.
pub(crate) struct Couple {
    pub(crate) people: [Person; 2],
    /// What may have come of their gestures.
    pub(crate) may: May,
    /// What they did, and what they were answered.
    pub(crate) story: Vec<String>,
    invites: [Option<Invite>; 2],
    pending: Option<Pending>,
    /// Whether somebody's server may not have heard how their acceptance ended.
    unheard: [bool; 2],
    /// The highest generation that one of them was told.
    generation: u64,
    began: Instant,
}

impl Couple {
    pub(crate) fn new(people: [Person; 2]) -> Self {
        Self {
            people,
            may: APART,
            story: Vec::new(),
            invites: [None, None],
            pending: None,
            unheard: [false; 2],
            generation: 0,
            began: Instant::now(),
        }
    }

    /// Whether one of the two has given out an invitation that must work.
    pub(crate) fn has_invited(&self, by: usize) -> bool {
        self.invites[by].as_ref().is_some_and(|invite| invite.valid)
    }

    /// Whether there is an acceptance that can be cancelled.
    pub(crate) fn has_pending(&self) -> bool {
        self.pending.is_some()
    }

    /// One of the two invites the other. `false`: no answer.
    pub(crate) fn invites(&mut self, by: usize) -> Result<bool, String> {
        let answer = self.people[by].send("POST", "/api/v1/invites", &json!({ "uses": 1 }));
        self.tell(by, "invites", &answer);
        match answer {
            None => Ok(false),
            Some((201, body)) => {
                let string = text(&body, "string");
                let valid = true;
                self.invites[by] = Some(Invite { by, string, valid });
                Ok(true)
            }
            Some((status, body)) => Err(format!("inviting is answered {status} {body}")),
        }
    }

    /// The other one accepts the last invitation of one of the two. `false`: no answer, or nothing to accept.
    pub(crate) fn accepts_from(&mut self, inviter: usize) -> Result<bool, String> {
        let Some(invite) = self.invites[inviter].clone() else {
            return Ok(false);
        };
        self.alone(&Gesture::Accept { invite })
    }

    /// Whoever has accepted last cancels it. `false`: no answer, or nothing to cancel.
    pub(crate) fn cancels(&mut self) -> Result<bool, String> {
        let Some(pending) = self.pending.clone() else {
            return Ok(false);
        };
        self.alone(&Gesture::Cancel { pending })
    }

    /// One of the two disconnects. `false`: no answer, or nothing to disconnect.
    pub(crate) fn disconnects(&mut self, by: usize) -> Result<bool, String> {
        match self.disconnecting(by) {
            Some(gesture) => self.alone(&gesture),
            None => Ok(false),
        }
    }

    /// Both disconnect at once.
    pub(crate) fn both_disconnect(&mut self) -> Result<bool, String> {
        let (Some(one), Some(other)) = (self.disconnecting(0), self.disconnecting(1)) else {
            return Ok(false);
        };
        self.at_once(&one, &other)
    }

    /// One of the two disconnects while the other accepts an invitation.
    pub(crate) fn disconnect_and_accept(&mut self, inviter: usize) -> Result<bool, String> {
        let Some(invite) = self.invites[inviter].clone() else {
            return Ok(false);
        };
        let Some(disconnect) = self.disconnecting(inviter) else {
            return Ok(false);
        };
        self.at_once(&disconnect, &Gesture::Accept { invite })
    }

    /// A server is put back to an earlier time, and what these two were told before is worth nothing.
    pub(crate) fn forget(&mut self) {
        self.invites = [None, None];
        self.pending = None;
        self.generation = 0;
    }

    fn disconnecting(&self, by: usize) -> Option<Gesture> {
        let view = self.people[by].look()?;
        let half = view.with(&self.people[1 - by])?;
        let half = half.connected.then(|| half.id.clone())?;
        Some(Gesture::Disconnect { by, half })
    }

    fn alone(&mut self, gesture: &Gesture) -> Result<bool, String> {
        let answer = self.send(gesture);
        self.tell(gesture.by(), gesture.word(), &answer);
        let before = self.may;
        self.may = self.after(before, gesture, &answer, true)?;
        self.remember(gesture, &answer, before);
        Ok(answer.is_some())
    }

    /// Either may come first, and neither is known to work.
    fn at_once(&mut self, one: &Gesture, other: &Gesture) -> Result<bool, String> {
        let (first, second) = std::thread::scope(|scope| {
            let first = scope.spawn(|| self.send(one));
            let second = self.send(other);
            (first.join().expect("sending does not panic"), second)
        });
        self.tell(one.by(), one.word(), &first);
        self.tell(other.by(), other.word(), &second);
        let then =
            |may, gesture: &Gesture, answer: &Answer| self.after(may, gesture, answer, false);
        let one_first = then(then(self.may, one, &first)?, other, &second)?;
        let other_first = then(then(self.may, other, &second)?, one, &first)?;
        self.may = one_first.or(other_first);
        self.remember(one, &first, self.may);
        self.remember(other, &second, self.may);
        self.pending = None;
        Ok(first.is_some() && second.is_some())
    }

    fn send(&self, gesture: &Gesture) -> Answer {
        let person = &self.people[gesture.by()];
        match gesture {
            Gesture::Accept { invite } => {
                let body = json!({ "invite": invite.string });
                person.send("POST", "/api/v1/acceptances", &body)
            }
            Gesture::Cancel { pending } => {
                let path = format!("/api/v1/acceptances/{}", pending.id);
                person.send("DELETE", &path, &Value::Null)
            }
            Gesture::Disconnect { half, .. } => {
                let path = format!("/api/v1/connections/{half}");
                person.send("DELETE", &path, &Value::Null)
            }
        }
    }

    /// What may be after a gesture with this answer. An answer that no gesture of these people can have is an error.
    fn after(
        &self,
        may: May,
        gesture: &Gesture,
        answer: &Answer,
        alone: bool,
    ) -> Result<May, String> {
        let unexpected = |status, body: &Value| {
            let what = gesture.word();
            Err(format!("somebody {what} and is answered {status} {body}"))
        };
        match (gesture, answer) {
            (Gesture::Accept { .. }, None) => Ok(may.or(CONNECTED)),
            (Gesture::Disconnect { .. }, None) => Ok(may.or(APART)),
            (Gesture::Cancel { pending }, None) => Ok(may.or(pending.before)),

            // Connected by this very invitation already, as far as that server knew.
            (Gesture::Accept { .. }, Some((200, body))) if !body["acceptance"].is_object() => {
                Ok(may)
            }
            (Gesture::Accept { .. }, Some((200, _))) => Ok(CONNECTED),
            (Gesture::Accept { invite }, Some((202, _))) if invite.valid && alone => Ok(CONNECTED),
            (Gesture::Accept { .. }, Some((202, _))) => Ok(may.or(CONNECTED)),
            (Gesture::Accept { invite }, Some((400..500, _))) if !invite.valid || !alone => Ok(may),

            (Gesture::Disconnect { .. }, Some((200, body))) => {
                // Somebody whose half the other side has just ended has nothing to disconnect.
                let counts = body["state"] == "disconnected" && body["disconnected_by"] == "us";
                Ok(if counts { APART } else { may })
            }
            (Gesture::Cancel { pending }, Some((200, body))) => match body["state"].as_str() {
                Some("cancelling" | "cancelled" | "refused") => Ok(pending.before),
                Some("connected") => Ok(CONNECTED),
                _ => unexpected(200, body),
            },
            (_, Some((status, body))) => unexpected(*status, body),
        }
    }

    fn remember(&mut self, gesture: &Gesture, answer: &Answer, before: May) {
        if let Some((_, body)) = answer {
            let told = body["connection"]["generation"].as_u64();
            self.generation = self.generation.max(told.unwrap_or_default());
        }
        match gesture {
            Gesture::Accept { invite } => {
                let by = 1 - invite.by;
                self.unheard[by] |= !matches!(answer, Some((200, _)));
                let answered = answer.as_ref().filter(|(status, _)| *status < 300);
                let id = answered.and_then(|(_, body)| body["acceptance"]["id"].as_str());
                let joined = self.pending.take();
                self.pending = id.map(|id| match joined {
                    Some(first) if first.id == id => first,
                    _ => Pending {
                        by,
                        id: id.to_owned(),
                        before,
                    },
                });
            }
            Gesture::Cancel { pending } => self.closes(pending.by),
            Gesture::Disconnect { by, .. } => {
                self.pending = None;
                self.closes(*by);
                if self.unheard[1 - by] {
                    // A server that hears of a connection which it never knew of takes it for forgotten, and what its
                    // person did before for taken back.
                    self.closes(1 - by);
                }
            }
        }
    }

    /// Who disconnects, or cancels what may have connected the two, takes back the invitations from before.
    fn closes(&mut self, by: usize) {
        if let Some(invite) = &mut self.invites[by] {
            invite.valid = false;
        }
    }

    /// Waits until both servers list the same and nothing is under way, and holds that against what may be.
    pub(crate) fn agree(&mut self) -> Result<Duration, String> {
        let began = Instant::now();
        let mut seen = None;
        loop {
            let views = [self.people[0].look(), self.people[1].look()];
            let now = self.at_rest(&views);
            if let Ok(end) = now
                && seen == Some(end)
            {
                self.note(format!("both servers list {}", shown(end)));
                self.check(end)?;
                return Ok(began.elapsed());
            }
            if began.elapsed() > QUIET_WITHIN {
                let why = now.err().unwrap_or_else(|| "lists still change".to_owned());
                return Err(format!("after {QUIET_WITHIN:?}: {why}"));
            }
            seen = now.ok();
            sleep(LOOK);
        }
    }

    /// Whether both servers list the same now, and nothing is under way.
    pub(crate) fn is_at_rest(&self) -> bool {
        let views = [self.people[0].look(), self.people[1].look()];
        self.at_rest(&views).is_ok()
    }

    /// The generation at which both are connected, if they are; an error while something is under way.
    fn at_rest(&self, views: &[Option<View>; 2]) -> Result<Option<u64>, String> {
        let [Some(one), Some(other)] = views else {
            return Err("a server does not answer".to_owned());
        };
        let mine = one.with(&self.people[1]);
        let theirs = other.with(&self.people[0]);
        if one.pending + other.pending > 0 {
            return Err("an acceptance is not settled".to_owned());
        }
        if [mine, theirs].iter().flatten().any(|half| half.telling) {
            return Err("a disconnect is still being told".to_owned());
        }
        let place = |half: Option<&crate::people::Half>| half.map(|h| (h.generation, h.connected));
        match (place(mine), place(theirs)) {
            (Some((one, true)), Some((other, true))) if one == other => Ok(Some(one)),
            // One who was refused, or cancelled, may keep nothing where the other keeps a disconnected half.
            (None, None | Some((_, false))) | (Some((_, false)), None) => Ok(None),
            (Some((one, false)), Some((other, false))) if one == other => Ok(None),
            (mine, theirs) => Err(format!("the halves differ: {mine:?} and {theirs:?}")),
        }
    }

    fn check(&mut self, end: Option<u64>) -> Result<(), String> {
        let possible = match end {
            Some(generation) => self.may.be_connected && generation >= self.generation,
            None => self.may.be_apart,
        };
        if !possible {
            let (is, may) = (shown(end), self.may);
            let generation = self.generation;
            return Err(format!(
                "they are {is}, and may {may:?} with generation {generation} or above"
            ));
        }
        self.may = if end.is_some() { CONNECTED } else { APART };
        self.unheard = [false; 2];
        Ok(())
    }

    /// Both people's lists, as their servers show them now.
    pub(crate) fn lists(&self) -> String {
        let show = |person: &Person| match person.look() {
            None => format!("{}'s server does not answer", person.name),
            Some(view) => format!("{} has {view:?}", person.name),
        };
        format!("{}\n{}", show(&self.people[0]), show(&self.people[1]))
    }

    /// Adds a line to the story.
    pub(crate) fn note(&mut self, line: impl std::fmt::Display) {
        let at = self.began.elapsed().as_millis();
        self.story.push(format!("{at:>6} ms  {line}"));
    }

    fn tell(&mut self, by: usize, what: &str, answer: &Answer) {
        let name = self.people[by].name.clone();
        let shown = match answer {
            None => "no answer".to_owned(),
            Some((status, body)) => {
                let state = body["acceptance"]["state"]
                    .as_str()
                    .or_else(|| body["state"].as_str());
                let problem = body["problem"].as_str();
                format!("{status} {}", state.or(problem).unwrap_or_default())
            }
        };
        self.note(format!("{name} {what}: {shown}"));
    }
}

impl Gesture {
    fn by(&self) -> usize {
        match self {
            Self::Accept { invite } => 1 - invite.by,
            Self::Cancel { pending } => pending.by,
            Self::Disconnect { by, .. } => *by,
        }
    }

    fn word(&self) -> &'static str {
        match self {
            Self::Accept { .. } => "accepts",
            Self::Cancel { .. } => "cancels",
            Self::Disconnect { .. } => "disconnects",
        }
    }
}

fn shown(end: Option<u64>) -> String {
    end.map_or("apart".to_owned(), |g| {
        format!("connected at generation {g}")
    })
}

fn text(object: &Value, member: &str) -> String {
    object[member].as_str().unwrap_or_default().to_owned()
}
