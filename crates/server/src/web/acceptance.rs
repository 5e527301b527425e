//! `/acceptances/{id}`: how accepting an invitation went, or what it still waits for.

use askama::Template;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use symbolon_core::acceptances::Outcome as Settled;
use symbolon_proto::problem::{Code, Problem};
use symbolon_store::acceptances::{Acceptance, State};
use symbolon_store::attempts::Stage;
use symbolon_store::connections::Connection;

use super::frame::{Frame, Section, page};
use super::people::Who;
use super::sequence::{End, Sequence, Shape};
use super::told::Told;
use super::visitor::Visitor;
use super::when::When;
use super::words::{Markup, Saying, Words};
use crate::actions::{acceptances, connections, trace};
use crate::http::problem::ApiProblem;

/// What `templates/acceptance.html` needs.
#[derive(Template)]
#[template(path = "acceptance.html")]
pub(super) struct AcceptancePage {
    frame: Frame,
    title: Saying,
    id: String,
    server: String,
    outcome: Outcome,
    /// The administrators had stopped it, and something else came of it all the same.
    stopped_before: bool,
    /// What the other server said in the last attempt, in one line.
    heard: Option<Markup>,
    reference: String,
    sequence: Option<Sequence>,
}

enum Outcome {
    Connected(Who),
    /// Connected by it, and disconnected since.
    Disconnected(Ended),
    Pending(Wait),
    /// Nobody is connected by it: they cancelled it, or disconnected while it waited.
    Over {
        cancelled: bool,
    },
    /// Called off, after the other server had connected the two.
    Undone(Undone),
    /// It came to nothing; or, if administrators have stopped it, to what was undone.
    Ended(Told, Option<Ended>),
}

/// What was undone, and by whose doing.
struct Undone {
    ended: Ended,
    /// They cancelled this acceptance; otherwise they have disconnected while it waited.
    cancelled: bool,
}

/// A connection that has ended.
struct Ended {
    who: Who,
    words: Saying,
    /// The other side is known to list it as ended too.
    sure: bool,
}

struct Wait {
    words: Saying,
    detail: String,
    gives_up: When,
    /// It is not to connect anybody, and what came of it has to be learnt first.
    cancelling: bool,
    /// It was not the person who cancelled it.
    stopped: bool,
}

/// `GET /acceptances/{id}`
pub(super) async fn show(visitor: Visitor, Path(id): Path<String>) -> Result<Response, ApiProblem> {
    let found = acceptances::find(&visitor.app, &visitor.user, &id).await;
    let acceptance = found.map_err(|problem| visitor.fails(problem))?;
    let outcome = outcome(&visitor, &acceptance)
        .await
        .map_err(|problem| visitor.fails(problem))?;
    let (app, user) = (&visitor.app, &visitor.user);
    let story = trace::of_acceptance(app, user, &id, visitor.words.0).await;
    let story = story.map_err(|problem| visitor.fails(problem))?;
    let there = acceptance.provider.as_str();
    let sequence = Sequence::new(visitor.words, &story, app.provider().as_str(), there);
    let is_open = matches!(outcome, Outcome::Pending(_) | Outcome::Ended(..));
    let shown = AcceptancePage {
        frame: visitor.frame(Section::Connections),
        title: title(visitor.words, &outcome, acceptance.provider.as_str()),
        stopped_before: is_stopped_before(&acceptance),
        id,
        server: acceptance.provider.to_string(),
        outcome,
        heard: heard(visitor.words, &acceptance),
        reference: acceptance.reference,
        sequence: sequence.map(|it| it.open_if(is_open)),
    };
    Ok(page(visitor.words, &shown))
}

/// `POST /acceptances/{id}/retry`
pub(super) async fn retry(
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, ApiProblem> {
    let reference = visitor.reference.as_str();
    match acceptances::retry(&visitor.app, &visitor.user, &id, reference).await {
        Err(problem) if problem.code() == Code::NotFound => Err(visitor.fails(problem)),
        // Whatever came of it, the page says it.
        _ => Ok(Redirect::to(&format!("/acceptances/{id}")).into_response()),
    }
}

/// `POST /acceptances/{id}/cancel`
pub(super) async fn cancel(
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, ApiProblem> {
    let reference = visitor.reference.as_str();
    let done = acceptances::cancel(&visitor.app, &visitor.user, &id, reference).await;
    done.map_err(|problem| visitor.fails(problem))?;
    Ok(Redirect::to(&format!("/acceptances/{id}")).into_response())
}

/// `POST /acceptances/{id}/again`: the same invitation once more, after an accidental disconnect.
pub(super) async fn again(
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, ApiProblem> {
    let reference = visitor.reference.as_str();
    let done = acceptances::again(&visitor.app, &visitor.user, &id, reference).await;
    let accepted = done.map_err(|problem| visitor.fails(problem))?;
    Ok(Redirect::to(&super::accept::result(&accepted)).into_response())
}

/// Whether the administrators had stopped it, and something else came of it all the same.
fn is_stopped_before(acceptance: &Acceptance) -> bool {
    match (acceptance.state, acceptance.stopped) {
        (State::Settled(Settled::Refused(code)), Some(stopped)) => code != stopped,
        (State::Settled(Settled::OutOfTime(_)), Some(_)) => true,
        _ => false,
    }
}

async fn outcome(visitor: &Visitor, acceptance: &Acceptance) -> Result<Outcome, Problem> {
    let mut ended = None;
    if let (State::Settled(settled), Some(id)) = (acceptance.state, &acceptance.connection) {
        let connection = connections::find(&visitor.app, &visitor.user, id.as_str()).await?;
        let who = Who::of(&visitor.app, &connection).await?;
        match (settled, connection.half.is_connected()) {
            (Settled::Connected, true) => return Ok(Outcome::Connected(who)),
            (Settled::Connected, false) => {
                return Ok(Outcome::Disconnected(Ended::new(visitor, &connection, who)));
            }
            // They have connected again since.
            (_, true) => {}
            (_, false) => ended = Some(Ended::new(visitor, &connection, who)),
        }
    }
    if acceptance.state == State::Settled(Settled::Cancelled) {
        let cancelled = acceptance.cancelled.is_some();
        return Ok(match ended {
            Some(ended) => Outcome::Undone(Undone { ended, cancelled }),
            None => Outcome::Over { cancelled },
        });
    }
    let settled = acceptance.state != State::Pending;
    if let Some(problem) = acceptances::ended_with(acceptance).filter(|_| settled) {
        let told = Told::new(visitor.words, &problem, &acceptance.reference);
        return Ok(Outcome::Ended(told, ended));
    }
    let now = visitor.app.now();
    let why = acceptances::ended_with(acceptance);
    let waits_for = why.or_else(|| acceptances::waits_for(acceptance));
    Ok(Outcome::Pending(Wait {
        words: super::standing::waiting(visitor.words, acceptance, now),
        detail: waits_for
            .map(|problem| problem.detail(visitor.words.0))
            .unwrap_or_default(),
        gives_up: When {
            at: acceptance.gives_up_at,
            words: visitor.words,
        },
        cancelling: acceptance.cancelled.is_some(),
        stopped: acceptance.stopped.is_some(),
    }))
}

/// How far the last attempt got, and what came back, for whoever wants to know it exactly.
fn heard(words: Words, acceptance: &Acceptance) -> Option<Markup> {
    let heard = acceptance.heard.as_ref()?;
    let stage = words.say(match heard.stage {
        Stage::Here => "stage-here",
        Stage::Discovery => "stage-discovery",
        Stage::Network => "stage-network",
        Stage::Signature => "stage-signature",
        Stage::Trust => "stage-trust",
        Stage::Invitation => "stage-invitation",
        Stage::Storage => "stage-storage",
        Stage::Answer => "stage-answer",
    });
    let mut pieces = vec![stage];
    // The words begin with the status, where there are any.
    match (&acceptance.detail, heard.status) {
        (Some(said), _) => {
            let said = acceptances::said(said).into_owned();
            pieces.push(words.say("heard-words").with("said", said));
        }
        (None, Some(status)) => {
            pieces.push(words.say("heard-status").with("status", status.to_string()));
        }
        (None, None) => {}
    }
    if let Some(reference) = &heard.reference {
        pieces.push(words.say("heard-reference").with("reference", reference));
    }
    Some(Markup::dotted(pieces))
}

fn title(words: Words, outcome: &Outcome, server: &str) -> Saying {
    match outcome {
        Outcome::Connected(who) => words
            .say("you-are-connected")
            .with("name", who.told_apart()),
        Outcome::Disconnected(ended) => words
            .say("you-are-no-longer-connected")
            .with("name", ended.who.told_apart()),
        Outcome::Pending(wait) if wait.stopped => words.say("title-stopping"),
        Outcome::Pending(wait) if wait.cancelling => words.say("title-cancelling"),
        Outcome::Pending(_) => words.say("title-connecting").with("server", server),
        Outcome::Undone(undone) if !undone.cancelled => words
            .say("you-are-no-longer-connected")
            .with("name", undone.ended.who.told_apart()),
        Outcome::Over { cancelled: false } => words.say("you-are-not-connected"),
        Outcome::Over { .. } | Outcome::Undone(_) => words.say("title-cancelled"),
        Outcome::Ended(..) => words.say("you-are-not-connected"),
    }
}

impl Ended {
    fn new(visitor: &Visitor, connection: &Connection, who: Who) -> Self {
        let (words, sure) = super::standing::ended_words(connection);
        let words = visitor.words.say(words);
        Self { who, words, sure }
    }
}

#[cfg(test)]
impl AcceptancePage {
    fn with(words: Words, text: &str, outcome: Outcome) -> Self {
        Self {
            frame: Frame::sample(words, text, Section::Connections),
            title: title(words, &outcome, "cat.example.org"),
            id: "01kk7v3q9d8zx5y2n4b6m8r0ta".to_owned(),
            server: "cat.example.org".to_owned(),
            stopped_before: matches!(outcome, Outcome::Ended(_, None)) && !text.is_empty(),
            outcome,
            heard: Some(Markup::dotted([words
                .say("heard-words")
                .with("said", text)])),
            reference: "01kk7v3q9d8zx5y2n4b6m8r0ta".to_owned(),
            sequence: Some(Sequence::sample(words, text)),
        }
    }

    /// One page for every way it can go.
    pub(super) fn samples(words: Words, text: &str) -> Vec<Self> {
        let now = symbolon_core::Timestamp::from_secs(1_795_521_600);
        let wait = |cancelling, stopped| {
            Outcome::Pending(Wait {
                words: words
                    .say("cancelling-since")
                    .with("server", format!("cat.example.org{text}"))
                    .with("since", When { at: now, words }),
                detail: format!("cat.example.org refused the connection. {text}"),
                gives_up: When {
                    at: now.plus_millis(72 * 3_600_000),
                    words,
                },
                cancelling,
                stopped,
            })
        };
        let ended = |said, sure| Ended {
            who: Who::sample(text),
            words: words.say(said),
            sure,
        };
        let outcomes = vec![
            Outcome::Connected(Who::sample(text)),
            Outcome::Disconnected(ended("ended-told", true)),
            Outcome::Undone(Undone {
                ended: ended("ended-could-not", false),
                cancelled: true,
            }),
            Outcome::Undone(Undone {
                ended: ended("ended-telling", false),
                cancelled: false,
            }),
            wait(false, false),
            wait(true, false),
            wait(true, true),
            Outcome::Over { cancelled: true },
            Outcome::Over { cancelled: false },
            Outcome::Ended(Told::sample(words, text), None),
            Outcome::Ended(Told::sample(words, text), Some(ended("ended-told", true))),
        ];
        outcomes
            .into_iter()
            .map(|outcome| Self::with(words, text, outcome))
            .collect()
    }
}
