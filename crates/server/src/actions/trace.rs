//! The story of an exchange, a connection or an invitation, in the order in which it happened: gestures, decisions,
//! every attempt to reach the other server, and what it answered.

use serde::Serialize;
use symbolon_core::{AcceptanceId, ConnectionId, Timestamp};
use symbolon_proto::problem::{Code, Problem};
use symbolon_store::attempts::Attempt;
use symbolon_store::events::{Actor, Event, Kind};
use symbolon_store::outbox::{Delivery, Kind as Message};
use symbolon_store::trace::{LoadTrace, Thread, Trace};
use symbolon_store::users::User;
use utoipa::ToSchema;

use super::{not_found, storage_problem};
use crate::app::App;

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
    /// The same in words.
    pub words: String,
    /// How it went: `done`, or the code of the reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<String>,
    /// What the other server said, in its own words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub said: Option<String>,
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
    pub fn of(trace: &Trace) -> Self {
        let mut lines: Vec<Line> = trace.events.iter().map(of_event).collect();
        for (delivery, attempts) in &trace.deliveries {
            for (number, attempt) in attempts {
                lines.extend(of_attempt(delivery, *number, attempt));
            }
        }
        lines.sort_by_key(|line| (line.at_ms, line.step.place()));
        Self {
            lines,
            more: trace.more,
        }
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
pub async fn of_connection(app: &App, user: &User, id: &str) -> Result<Story, Problem> {
    let id = ConnectionId::parse(id).ok_or_else(|| not_found("connection"))?;
    load(app, user, Thread::Connection(id)).await
}

/// The story of a person's acceptance, as far as they see it.
pub async fn of_acceptance(app: &App, user: &User, id: &str) -> Result<Story, Problem> {
    let id = AcceptanceId::parse(id).ok_or_else(|| not_found("acceptance"))?;
    load(app, user, Thread::Acceptance(id)).await
}

async fn load(app: &App, user: &User, thread: Thread) -> Result<Story, Problem> {
    let load = LoadTrace {
        thread,
        only: Some(user.id.clone()),
    };
    let trace = app.store.read(load).await;
    Ok(Story::of(&trace.map_err(|error| storage_problem(&error))?))
}

fn of_event(event: &Event) -> Line {
    let kind = Kind::parse(&event.kind);
    Line {
        at_ms: event.at.as_millis(),
        step: step(event, kind),
        who: event.actor.as_str(),
        user: event.user.as_ref().map(ToString::to_string),
        peer: event.peer.clone(),
        what: event.kind.clone(),
        words: match kind {
            Some(kind) => words(kind, event.actor).to_owned(),
            None => event.kind.clone(),
        },
        result: event.result.clone(),
        said: None,
        stage: None,
        status: None,
        attempt: None,
        duration_ms: None,
        reference: event.reference.clone(),
        their_reference: event.their_reference.clone(),
    }
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

/// The request, and what came back.
fn of_attempt(delivery: &Delivery, number: u32, attempt: &Attempt) -> [Line; 2] {
    let (what, words) = match &delivery.kind {
        Message::InviteAccepted(_) => {
            ("message.invite_accepted", "says who accepts the invitation")
        }
        Message::UserRemoved(..) => ("message.user_removed", "says that the two are disconnected"),
    };
    let sent = Line {
        at_ms: attempt.at.as_millis(),
        step: Step::Sent,
        who: Actor::Server.as_str(),
        user: None,
        peer: Some(delivery.provider.to_string()),
        what: what.to_owned(),
        words: words.to_owned(),
        result: None,
        said: None,
        stage: None,
        status: None,
        attempt: Some(number),
        duration_ms: None,
        reference: Some(delivery.reference.clone()),
        their_reference: None,
    };
    let (who, words) = match attempt.status {
        Some(200..=299) => (Actor::Peer, "says yes"),
        Some(_) => (Actor::Peer, "does not say yes"),
        None => (Actor::Server, "has no answer"),
    };
    let answered = Line {
        at_ms: ended(attempt).as_millis(),
        step: Step::Answered,
        who: who.as_str(),
        words: words.to_owned(),
        result: Some(attempt.code.map_or("done", Code::as_str).to_owned()),
        said: attempt.said.clone(),
        stage: Some(attempt.stage.as_str()),
        status: attempt.status,
        duration_ms: Some(attempt.duration_ms),
        their_reference: attempt.their_reference.clone(),
        ..sent.clone()
    };
    [sent, answered]
}

fn ended(attempt: &Attempt) -> Timestamp {
    attempt.at.plus_millis(attempt.duration_ms)
}

/// What happened, to be put behind who did it.
fn words(kind: Kind, actor: Actor) -> &'static str {
    match kind {
        Kind::InviteIssued => "made the invitation",
        Kind::InviteShown => "looked at the invitation again",
        Kind::InvitesListed => "looked at their invitations",
        Kind::InviteAccepted => "says that somebody there accepts the invitation",
        Kind::InviteRefused => "asked to let somebody in, who was turned away",
        Kind::InviteWithdrawn => "took the invitation back",
        Kind::InviteRenewed => "gave the invitation more time",
        Kind::InviteExpired => "notes that the invitation has expired",
        Kind::AcceptanceStarted => "accepted the invitation",
        Kind::AcceptanceRepeated => "accepted the invitation again",
        Kind::AcceptanceSent => "begins to deliver it",
        Kind::AcceptanceWaiting => "waits, and will try again",
        Kind::AcceptanceHurried => "asked for another try at once",
        Kind::AcceptanceCancelling => "cancelled; the outcome has to be learnt first",
        Kind::AcceptanceSettled => "ends the accepting",
        Kind::ConnectionConnected => "connects the two",
        Kind::ConnectionDisconnected => match actor {
            Actor::Peer | Actor::Stranger => "says that the two are disconnected",
            _ => "disconnected the two",
        },
        Kind::ConnectionTold => "notes whether the other server knows",
        Kind::DeliveryRetried => "sent the message again",
        Kind::SyncFound => "found differences between the two servers",
        Kind::SyncDoubted => "does not recognise the other server's memory",
        Kind::PeerSigns => "signed for the first time; from now on it must",
        Kind::PeerRefused => "sent what was not believed or not understood",
        Kind::SessionOpened => "logged in",
        Kind::SessionClosed => "logged out",
        Kind::SessionRefused => "could not log in",
        Kind::UserAdded => "made the account",
        Kind::UserPasswordChanged => "changed the password",
        Kind::UserLanguageChanged => "chose a language",
        Kind::UserDisabled => "locked the account",
        Kind::UserEnabled => "unlocked the account",
        Kind::UserAppPasswordAdded => "made an app password",
        Kind::UserAppPasswordRemoved => "removed an app password",
        Kind::AuditPruned => "removed old events",
    }
}
