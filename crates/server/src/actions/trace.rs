//! The story of an exchange, a connection or an invitation, in the order in which it happened: gestures, decisions,
//! every attempt to reach the other server, and what it answered.

use serde::Serialize;
use symbolon_core::{AcceptanceId, ConnectionId, Timestamp};
use symbolon_proto::language::Language;
use symbolon_proto::problem::{Code, Problem};
use symbolon_proto::texts::Values;
use symbolon_store::attempts::{Attempt, Stage};
use symbolon_store::events::{Actor, Event, Kind};
use symbolon_store::outbox::{Delivery, Kind as Message};
use symbolon_store::trace::{LoadTrace, Thread, Trace};
use symbolon_store::users::User;
use utoipa::ToSchema;

use super::{acceptances, not_found, storage_problem};
use crate::app::App;
use crate::texts::TEXTS;

/// One line of a story.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = TraceLine)]
pub struct Line {
    /// When, in milliseconds since the epoch.
    pub at_ms: i64,
    /// What kind of line it is.
    pub step: Step,
    /// Who did it: `person`, `peer`, `administrator`, `server`, `stranger` or `unrecorded`.
    pub who: &'static str,
    /// The id of the account that it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// The other server that has a part in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub peer: Option<String>,
    /// What happened, as in the audit trail; `message.…` for what was sent.
    pub what: String,
    /// The same in words, in the reader's language.
    pub words: String,
    /// How it went: `done`, or the code of the reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<String>,
    /// What the other server said, in its own words: all of it for administrators, the beginning for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub said: Option<String>,
    /// What went wrong on the way, or with an answer that makes no sense, in the words of this server: for administrators.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
    /// By how many seconds the clocks of the two servers differ, where that is why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clocks_differ_secs: Option<u32>,
    /// How far an attempt came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stage: Option<&'static str>,
    /// The HTTP status that the other server answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The number of the attempt.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attempt: Option<u32>,
    /// How long the attempt took, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<i64>,
    /// The exchange that it belongs to, by the same name on both servers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// The name that the other side gave to the exchange, if it is another one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub their_reference: Option<String>,
}

/// What kind of line it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Step {
    /// A person or an administrator did something here.
    Gesture,
    /// This server sent something to the other one.
    Sent,
    /// The other server answered, or could not be reached.
    Answered,
    /// The other server asked or told us something, and this is what we made of it.
    Received,
    /// This server decided something, or took note of it.
    Decided,
}

/// A story.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Trace)]
pub struct Story {
    /// What happened, in order.
    pub lines: Vec<Line>,
    /// There is more than fits; the oldest is left out.
    pub more: bool,
}

impl Story {
    /// Puts into order what is known. Of one millisecond the gestures come first, then what was sent, then what came of it.
    pub fn of(trace: &Trace, language: Language) -> Self {
        // That somebody logged in with an app password has the reference of whatever they did first, and is in the trail.
        let came_in = Kind::UserAppPasswordUsed.as_str();
        let events = trace.events.iter().filter(|event| event.kind != came_in);
        let mut lines: Vec<Line> = events.map(|event| of_event(event, language)).collect();
        for (delivery, attempts) in &trace.deliveries {
            for (number, attempt) in attempts {
                lines.extend(of_attempt(delivery, *number, attempt, language));
            }
        }
        lines.sort_by_key(|line| (line.at_ms, line.step.place()));
        Self {
            lines,
            more: trace.more,
        }
    }
}

/// Results after which nothing is left to do. Whatever else there is, also of a later version, somebody may ask about.
const WELL: [&str; 3] = ["done", "connected", "confirmed"];

impl Line {
    /// Whether it came to what it was meant for.
    pub fn went_well(&self) -> bool {
        self.result
            .as_deref()
            .is_none_or(|result| WELL.contains(&result))
    }

    /// How it went, in words; `None` if there is nothing to say of it.
    pub fn reason(&self, language: Language) -> Option<String> {
        let result = self.result.as_deref().filter(|result| *result != "done")?;
        if let Some(code) = Code::parse(result) {
            let problem = Problem::new(code);
            let problem = match &self.peer {
                Some(peer) => problem.with("peer", peer),
                None => problem,
            };
            let problem = match self.clocks_differ_secs {
                Some(seconds) => problem.with("seconds", &seconds.to_string()),
                None => problem,
            };
            return Some(problem.title(language));
        }
        let values = Values::NONE
            .with("key", result.replace('_', "-"))
            .with("result", result.to_owned());
        Some(TEXTS.say(language, "story-outcome", &values))
    }
}

impl Step {
    fn place(self) -> u8 {
        match self {
            Self::Gesture => 0,
            Self::Sent => 1,
            Self::Answered => 2,
            Self::Received | Self::Decided => 3,
        }
    }
}

/// The story of a person's connection, as far as they see it.
pub async fn of_connection(
    app: &App,
    user: &User,
    id: &str,
    language: Language,
) -> Result<Story, Problem> {
    let id = ConnectionId::parse(id).ok_or_else(|| not_found("connection"))?;
    load(app, user, Thread::Connection(id), language).await
}

/// The story of a person's acceptance, as far as they see it.
pub async fn of_acceptance(
    app: &App,
    user: &User,
    id: &str,
    language: Language,
) -> Result<Story, Problem> {
    let id = AcceptanceId::parse(id).ok_or_else(|| not_found("acceptance"))?;
    load(app, user, Thread::Acceptance(id), language).await
}

async fn load(
    app: &App,
    user: &User,
    thread: Thread,
    language: Language,
) -> Result<Story, Problem> {
    let load = LoadTrace {
        thread,
        only: Some(user.id.clone()),
    };
    let trace = app.store.read(load).await;
    let trace = trace.map_err(|error| storage_problem(&error))?;
    let mut story = Story::of(&trace, language);
    for line in &mut story.lines {
        line.said = line
            .said
            .as_deref()
            .map(|said| acceptances::said(said).into_owned());
        line.fault = None;
    }
    Ok(story)
}

fn of_event(event: &Event, language: Language) -> Line {
    let kind = Kind::parse(&event.kind);
    let theirs = matches!(event.actor, Actor::Peer | Actor::Stranger);
    let key = match kind {
        Some(Kind::ConnectionDisconnected) if theirs => "connection.disconnected_there",
        _ => &event.kind,
    };
    Line {
        at_ms: event.at.as_millis(),
        step: step(event, kind),
        who: event.actor.as_str(),
        user: event.user.as_ref().map(ToString::to_string),
        peer: event.peer.clone(),
        what: event.kind.clone(),
        words: words(language, key, &event.kind),
        result: event.result.clone(),
        said: said(event, kind),
        fault: None,
        clocks_differ_secs: clocks_differ_secs(event),
        stage: None,
        status: status(event, kind),
        attempt: None,
        duration_ms: None,
        reference: event.reference.clone(),
        their_reference: event.their_reference.clone(),
    }
}

/// What this server found when it did not believe a message.
fn clocks_differ_secs(event: &Event) -> Option<u32> {
    let seconds = event.data.get("seconds")?.as_u64()?;
    u32::try_from(seconds).ok()
}

/// What the other server answered when it was looked at. Where there are attempts, they tell what it said.
fn said(event: &Event, kind: Option<Kind>) -> Option<String> {
    let alone = kind == Some(Kind::AcceptanceRefused);
    let said = event.data.get("said").filter(|_| alone)?;
    said.as_str().map(str::to_owned)
}

fn status(event: &Event, kind: Option<Kind>) -> Option<u16> {
    let alone = kind == Some(Kind::AcceptanceRefused);
    let status = event.data.get("status").filter(|_| alone)?;
    status.as_u64()?.try_into().ok()
}

/// What kind of line an event is.
pub fn step_of(event: &Event) -> Step {
    step(event, Kind::parse(&event.kind))
}

/// Whether what another server led to was done by this one: it heard what that one said, and decided.
pub fn is_ours(step: Step, kind: &str) -> bool {
    let theirs = [Kind::PeerSigns, Kind::PeerWeaker].map(Kind::as_str);
    step == Step::Decided && !theirs.contains(&kind)
}

fn step(event: &Event, kind: Option<Kind>) -> Step {
    match (event.actor, kind) {
        (Actor::Person | Actor::Administrator, _) | (_, Some(Kind::AcceptanceSent)) => {
            Step::Gesture
        }
        (
            Actor::Peer | Actor::Stranger,
            Some(
                Kind::InviteAccepted
                | Kind::InviteRefused
                | Kind::ConnectionDisconnected
                | Kind::PeerRefused,
            ),
        ) => Step::Received,
        _ => Step::Decided,
    }
}

/// The request, if there was one, and what came back.
fn of_attempt(
    delivery: &Delivery,
    number: u32,
    attempt: &Attempt,
    language: Language,
) -> Vec<Line> {
    let what = match &delivery.kind {
        Message::InviteAccepted(_) => "message.invite_accepted",
        Message::UserRemoved(..) => "message.user_removed",
        Message::Mail(_) => "message.mail",
    };
    // It is our own mail server that answers, and no other side.
    let (answered_by, yes, no) = match &delivery.kind {
        Message::Mail(_) => (Actor::Server, "mail.taken", "mail.refused"),
        _ => (Actor::Peer, "answered.yes", "answered.no"),
    };
    let asked = match attempt.stage {
        Stage::Discovery => "peer.asked",
        Stage::Network if attempt.code.is_some_and(before_anything_is_said) => "peer.tried",
        _ => what,
    };
    let sent = Line {
        at_ms: attempt.at.as_millis(),
        step: Step::Sent,
        who: Actor::Server.as_str(),
        user: None,
        peer: delivery.peer().map(ToString::to_string),
        what: asked.to_owned(),
        words: words(language, asked, asked),
        result: None,
        said: None,
        fault: None,
        clocks_differ_secs: None,
        stage: None,
        status: None,
        attempt: Some(number),
        duration_ms: None,
        reference: Some(delivery.reference.clone()),
        their_reference: None,
    };
    let (who, key) = match attempt.status {
        Some(200..=299) => (answered_by, yes),
        Some(_) => (answered_by, no),
        None => (Actor::Server, "answered.nothing"),
    };
    let answered = Line {
        at_ms: ended(attempt).as_millis(),
        step: Step::Answered,
        who: who.as_str(),
        what: what.to_owned(),
        words: words(language, key, what),
        result: Some(attempt.code.map_or("done", Code::as_str).to_owned()),
        said: attempt.said.clone(),
        fault: attempt.fault.clone(),
        clocks_differ_secs: attempt.clocks_differ_secs,
        stage: Some(attempt.stage.as_str()),
        status: attempt.status,
        duration_ms: Some(attempt.duration_ms),
        their_reference: attempt.their_reference.clone(),
        ..sent.clone()
    };
    if attempt.stage == Stage::Here {
        return vec![Line {
            step: Step::Decided,
            who: Actor::Server.as_str(),
            words: words(language, "message.kept", what),
            ..answered
        }];
    }
    vec![sent, answered]
}

/// Whether the other server heard nothing of a message that ended so: there was no channel to send it through.
fn before_anything_is_said(code: Code) -> bool {
    matches!(
        code,
        Code::BadAddress
            | Code::NameNotFound
            | Code::AddressNotAllowed
            | Code::ConnectionRefused
            | Code::TlsWrongName
            | Code::TlsUnknownIssuer
            | Code::TlsExpired
            | Code::TlsFailed
            | Code::TlsOtherKey
    )
}

fn ended(attempt: &Attempt) -> Timestamp {
    attempt.at.plus_millis(attempt.duration_ms)
}

/// What happened, to be put behind who did it. Texts choose by the key; a kind of a later version is said by its name.
fn words(language: Language, key: &str, kind: &str) -> String {
    let values = Values::NONE
        .with("key", key.replace(['.', '_'], "-"))
        .with("words", kind.to_owned());
    TEXTS.say(language, "story-what", &values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_can_happen_has_words_of_its_own_in_every_language() {
        for language in Language::ALL {
            let known = Kind::ALL.iter().map(|kind| kind.as_str());
            let sent = [
                "message.invite_accepted",
                "message.user_removed",
                "message.mail",
                "mail.taken",
                "mail.refused",
            ];
            let mut told = Vec::new();
            for kind in known.chain(sent) {
                let said = words(language, kind, kind);
                assert_ne!(said, kind, "{kind} in {}", language.tag());
                told.push(said);
            }
            let all = told.len();
            told.sort();
            told.dedup();
            assert!(all - told.len() <= 1, "{}: {told:?}", language.tag());
        }
    }

    #[test]
    fn how_things_end_is_said_in_the_readers_words() {
        let line = |result: &str| Line {
            result: Some(result.to_owned()),
            ..of_attempt_sample()
        };
        let said = |result, language| line(result).reason(language).unwrap_or_default();
        assert_eq!(said("done", Language::De), "");
        assert_eq!(said("confirmed", Language::De), "er weiß es");
        assert_eq!(
            said("timeout", Language::De),
            "cat.example.org antwortet nicht"
        );
        assert_eq!(said("of_tomorrow", Language::De), "of_tomorrow");
    }

    fn of_attempt_sample() -> Line {
        Line {
            at_ms: 0,
            step: Step::Answered,
            who: "server",
            user: None,
            peer: Some("cat.example.org".to_owned()),
            what: "message.user_removed".to_owned(),
            words: String::new(),
            result: None,
            said: None,
            fault: None,
            clocks_differ_secs: None,
            stage: None,
            status: None,
            attempt: None,
            duration_ms: None,
            reference: None,
            their_reference: None,
        }
    }
}
