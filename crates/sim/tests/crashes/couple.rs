//! Two people on two servers: what they do towards each other, and the oracle that holds the end against it.

use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::gestures::{APART, CONNECTED, Gesture, Invite, May, Pending};
use crate::people::{Answer, Half, Person};

/// Longest time until both servers list the same, once both run and nobody acts.
pub(crate) const QUIET_WITHIN: Duration = Duration::from_secs(15);

const LOOK: Duration = Duration::from_millis(20);

/// What became of a gesture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Did {
    /// There was nothing to do.
    Nothing,
    /// The server died, or was away.
    Unanswered,
    Answered,
}

/// Two people, the first on server 0 and the second on server 1.
pub(crate) struct Couple {
    pub(crate) people: [Person; 2],
    /// What may have come of their gestures.
    pub(crate) may: May,
    /// How long they wait for both servers to list the same.
    pub(crate) patience: Duration,
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
            patience: QUIET_WITHIN,
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

    /// One of the two invites the other.
    pub(crate) fn invites(&mut self, by: usize) -> Result<Did, String> {
        let answer = self.people[by].send("POST", "/api/v1/invites", &json!({ "uses": 1 }));
        self.tell(by, "invites", &answer);
        match answer {
            None => Ok(Did::Unanswered),
            Some((201, body)) => {
                let string = body["string"].as_str().unwrap_or_default().to_owned();
                let valid = true;
                self.invites[by] = Some(Invite { by, string, valid });
                Ok(Did::Answered)
            }
            Some((status, body)) => Err(format!("inviting is answered {status} {body}")),
        }
    }

    /// The other one accepts the last invitation of one of the two.
    pub(crate) fn accepts_from(&mut self, inviter: usize) -> Result<Did, String> {
        match self.invites[inviter].clone() {
            Some(invite) => self.alone(&Gesture::Accept { invite }),
            None => Ok(Did::Nothing),
        }
    }

    /// Whoever has accepted last cancels it.
    pub(crate) fn cancels(&mut self) -> Result<Did, String> {
        match self.pending.clone() {
            Some(pending) => self.alone(&Gesture::Cancel { pending }),
            None => Ok(Did::Nothing),
        }
    }

    /// One of the two disconnects.
    pub(crate) fn disconnects(&mut self, by: usize) -> Result<Did, String> {
        match self.disconnecting(by) {
            Some(gesture) => self.alone(&gesture),
            None => Ok(Did::Nothing),
        }
    }

    /// Both disconnect at once.
    pub(crate) fn both_disconnect(&mut self) -> Result<Did, String> {
        match (self.disconnecting(0), self.disconnecting(1)) {
            (Some(one), Some(other)) => self.at_once(&one, &other),
            _ => Ok(Did::Nothing),
        }
    }

    /// One of the two disconnects while the other accepts an invitation of theirs.
    pub(crate) fn disconnect_and_accept(&mut self, inviter: usize) -> Result<Did, String> {
        match (self.disconnecting(inviter), self.invites[inviter].clone()) {
            (Some(one), Some(invite)) => self.at_once(&one, &Gesture::Accept { invite }),
            _ => Ok(Did::Nothing),
        }
    }

    /// A server is put back to an earlier time, and what these two were told before is worth nothing.
    pub(crate) fn forget(&mut self) {
        self.invites = [None, None];
        self.pending = None;
        self.generation = 0;
    }

    fn disconnecting(&self, by: usize) -> Option<Gesture> {
        let view = self.people[by].look(&self.people[1 - by])?;
        let half = view.half.filter(|half| half.connected)?.id;
        Some(Gesture::Disconnect { by, half })
    }

    fn alone(&mut self, gesture: &Gesture) -> Result<Did, String> {
        let answer = gesture.send(&self.people);
        self.tell(gesture.by(), gesture.word(), &answer);
        let before = self.may;
        self.may = before.after(gesture, &answer, true)?;
        let about = gesture.acceptance(&answer);
        match &mut self.pending {
            Some(pending) if about.as_ref() == Some(&pending.id) => {}
            Some(pending) => pending.without = pending.without.after(gesture, &answer, true)?,
            None => {}
        }
        self.remember(gesture, &answer, before);
        Ok(did(&[answer]))
    }

    /// Either may come first, and neither is known to work.
    fn at_once(&mut self, one: &Gesture, other: &Gesture) -> Result<Did, String> {
        let people = &self.people;
        let (first, second) = std::thread::scope(|scope| {
            let first = scope.spawn(|| one.send(people));
            let second = other.send(people);
            (first.join().expect("sending does not panic"), second)
        });
        self.tell(one.by(), one.word(), &first);
        self.tell(other.by(), other.word(), &second);
        let then = |may: May, gesture: &Gesture, answer| may.after(gesture, answer, false);
        let one_first = then(then(self.may, one, &first)?, other, &second)?;
        let other_first = then(then(self.may, other, &second)?, one, &first)?;
        self.may = one_first.or(other_first);
        self.remember(one, &first, self.may);
        self.remember(other, &second, self.may);
        self.pending = None;
        Ok(did(&[first, second]))
    }

    fn remember(&mut self, gesture: &Gesture, answer: &Answer, before: May) {
        if let Some((_, body)) = answer {
            let told = body["connection"]["generation"].as_u64();
            self.generation = self.generation.max(told.unwrap_or_default());
        }
        let by = gesture.by();
        match gesture {
            Gesture::Accept { .. } => {
                self.unheard[by] |= !matches!(answer, Some((200, _)));
                let id = gesture.acceptance(answer);
                let joins = |first: &Pending| Some(&first.id) == id.as_ref();
                if let Some(id) = id.clone()
                    && !self.pending.as_ref().is_some_and(joins)
                {
                    let without = before;
                    self.pending = Some(Pending { by, id, without });
                }
            }
            Gesture::Cancel { .. } => self.closes(by),
            Gesture::Disconnect { .. } => {
                self.pending = None;
                self.closes(by);
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

    /// Waits until both servers list the same and nothing is under way, and holds that against what may be. Gives how
    /// long it took.
    pub(crate) fn agree(&mut self) -> Result<Duration, String> {
        let began = Instant::now();
        let mut seen = None;
        loop {
            let now = self.end();
            // Twice the same, since one look is several requests.
            if let Ok(end) = now
                && seen == Some(end)
            {
                self.note(format!("both servers list {}", shown(end)));
                self.check(end)?;
                return Ok(began.elapsed());
            }
            if began.elapsed() > self.patience {
                let why = now.err().unwrap_or_else(|| "lists still change".to_owned());
                return Err(format!("{:?} after all is well: {why}", self.patience));
            }
            seen = now.ok();
            sleep(LOOK);
        }
    }

    /// The generation at which both are connected now, if they are; an error if the lists differ, or something is under way.
    pub(crate) fn end(&self) -> Result<Option<u64>, String> {
        let [one, other] = &self.people;
        let (Some(one), Some(other)) = (one.look(other), other.look(one)) else {
            return Err("a server does not answer".to_owned());
        };
        if one.pending + other.pending > 0 {
            return Err("an acceptance is not settled".to_owned());
        }
        let (mine, theirs) = (one.half.as_ref(), other.half.as_ref());
        if [mine, theirs].iter().flatten().any(|half| half.telling) {
            return Err("a disconnect is still being told".to_owned());
        }
        let place = |half: Option<&Half>| half.map(|half| (half.generation, half.connected));
        match (place(mine), place(theirs)) {
            (Some((one, true)), Some((other, true))) if one == other => Ok(Some(one)),
            // One who was refused, or cancelled, may keep nothing where the other keeps a disconnected half.
            (None, None | Some((_, false))) | (Some((_, false)), None) => Ok(None),
            (Some((one, false)), Some((other, false))) if one == other => Ok(None),
            (mine, theirs) => Err(format!("the halves differ: {mine:?} and {theirs:?}")),
        }
    }

    fn check(&mut self, end: Option<u64>) -> Result<(), String> {
        let (may, told) = (self.may, self.generation);
        let is_possible = match end {
            Some(generation) => may.be_connected && generation >= told,
            None => may.be_apart,
        };
        if !is_possible {
            let is = shown(end);
            return Err(format!(
                "they are {is}, and {may:?}, at generation {told} or above"
            ));
        }
        self.may = if end.is_some() { CONNECTED } else { APART };
        self.unheard = [false; 2];
        if let Some(settled) = &mut self.pending {
            settled.without = self.may;
        }
        Ok(())
    }

    /// Both people's lists, as their servers show them now.
    pub(crate) fn lists(&self) -> String {
        let show = |person: &Person, other| match person.look(other) {
            None => format!("{}'s server does not answer", person.name),
            Some(view) => format!("{} has {view:?}", person.name),
        };
        let [one, other] = &self.people;
        format!("{}\n{}", show(one, other), show(other, one))
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
                let accepted = body["acceptance"]["state"].as_str();
                let state = accepted.or_else(|| body["state"].as_str());
                let problem = body["problem"].as_str();
                format!("{status} {}", state.or(problem).unwrap_or_default())
            }
        };
        self.note(format!("{name} {what}: {shown}"));
    }
}

fn did(answers: &[Answer]) -> Did {
    if answers.iter().all(Option::is_some) {
        Did::Answered
    } else {
        Did::Unanswered
    }
}

fn shown(end: Option<u64>) -> String {
    end.map_or_else(
        || "them apart".to_owned(),
        |generation| format!("them connected at generation {generation}"),
    )
}
