//! How an acceptance is told: what it waits for, why it ended, and what the other server said.

use std::borrow::Cow;

use serde::Serialize;
use serde_json::json;
use symbolon_core::acceptances::Outcome;
use symbolon_proto::limits;
use symbolon_proto::problem::{Code, Problem};
use symbolon_proto::text::shortened;
use symbolon_store::acceptances::{Acceptance, State};
use utoipa::ToSchema;

use super::{about, by};
use crate::outbox::{post, refusal};

/// The word for where an acceptance is in its life, in answers and copies.
pub fn state_word(acceptance: &Acceptance) -> &'static str {
    match acceptance.state {
        State::Pending if acceptance.stopped.is_some() => "stopping",
        State::Pending if acceptance.cancelled.is_some() => "cancelling",
        State::Pending => "pending",
        State::Settled(outcome) => outcome.as_str(),
    }
}

/// What a pending acceptance waits for, in the catalogue's words.
pub fn waits_for(acceptance: &Acceptance) -> Option<Problem> {
    let code = acceptance
        .waits_for
        .filter(|_| acceptance.state == State::Pending)?;
    Some(told(code, acceptance))
}

/// Why an acceptance ended without a connection, or was stopped and will, in the catalogue's words.
pub fn ended_with(acceptance: &Acceptance) -> Option<Problem> {
    let code = match acceptance.state {
        State::Pending => acceptance.stopped?,
        State::Settled(Outcome::Connected) => return None,
        State::Settled(Outcome::Refused(code)) => code,
        State::Settled(Outcome::Cancelled) => Code::AcceptanceCancelled,
        // Whoever answered and said why is told on; silence has words of its own.
        State::Settled(Outcome::OutOfTime(code)) if refusal::is_an_answer(code) => code,
        State::Settled(Outcome::OutOfTime(_)) => Code::AcceptanceOutOfTime,
    };
    Some(told(code, acceptance))
}

fn told(code: Code, acceptance: &Acceptance) -> Problem {
    let problem = about(code, &acceptance.provider);
    let problem = by(problem, acceptance.inviter.as_deref());
    let heard = acceptance.heard.as_ref();
    let problem = match heard.and_then(|heard| heard.clocks_differ_secs) {
        Some(seconds) => problem.with("seconds", &seconds.to_string()),
        None => problem,
    };
    match &acceptance.detail {
        // What the other server said is not why.
        Some(_) if acceptance.stopped == Some(code) => problem,
        Some(detail) if !in_our_words(code, detail) => problem.with("said", &said(detail)),
        _ => problem,
    }
}

/// What came back from the other server.
#[derive(Serialize, ToSchema)]
pub struct Heard {
    /// How far it got: `here`, `discovery`, `network`, `signature`, `trust`, `invitation`, `storage`
    /// or `answer`.
    pub stage: &'static str,
    /// The HTTP status, if there was an answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The other server's status, its word for the problem if it has one, and its words, in one line of at most 200
    /// characters. Administrators see all of it in `symbolon trace`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// What the other server calls the exchange.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
}

/// What the other server said to an acceptance, if it said anything.
pub fn heard(acceptance: &Acceptance) -> Option<Heard> {
    acceptance.heard.as_ref().map(|heard| Heard {
        stage: heard.stage.as_str(),
        status: heard.status,
        message: acceptance
            .detail
            .as_deref()
            .map(|detail| said(detail).into_owned()),
        reference: heard.reference.clone(),
    })
}

/// What the other server said, as far as people are shown it; all of it is for administrators (`symbolon trace`).
pub fn said(detail: &str) -> Cow<'_, str> {
    shortened(detail, limits::SAID_LINE_CHARS)
}

/// Whether the other server gave its reason in a word of our catalogue: what we say of it ourselves is better than any
/// quotation, unless that is only that it refused.
fn in_our_words(code: Code, detail: &str) -> bool {
    let word = post::problem_in(detail).and_then(Code::parse);
    word.is_some() && code != Code::PeerRefused
}

/// A refusal leads to the acceptance that it ended, and says what the other server said.
pub(super) fn with_the_acceptance(problem: Problem, acceptance: &Acceptance) -> Problem {
    let problem = problem.with_member("acceptance", acceptance.id.as_str().into());
    match heard(acceptance) {
        Some(heard) => problem.with_member("heard", json!(heard)),
        None => problem,
    }
}
