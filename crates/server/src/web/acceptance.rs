//! `/acceptances/{id}`: how accepting an invitation went, or what it still waits for.

use askama::Template;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use symbolon_core::acceptances::Outcome as Settled;
use symbolon_proto::problem::{Code, Problem};
use symbolon_store::acceptances::{Acceptance, State};

use super::frame::{Frame, Section, page};
use super::people::Who;
use super::sequence::{Sequence, Shape};
use super::told::Told;
use super::visitor::Visitor;
use super::when::{Soon, When};
use crate::actions::{acceptances, connections, trace};
use crate::http::problem::ApiProblem;

/// What `templates/acceptance.html` needs.
#[derive(Template)]
#[template(path = "acceptance.html")]
pub(super) struct AcceptancePage {
    frame: Frame,
    title: String,
    id: String,
    server: String,
    outcome: Outcome,
    reference: String,
    sequence: Option<Sequence>,
}

enum Outcome {
    Connected(Who),
    /// Connected by it, and disconnected since.
    Disconnected(Who),
    Pending(Wait),
    Cancelled,
    Ended(Told),
}

struct Wait {
    words: String,
    detail: String,
    since: When,
    next_try: Option<Soon>,
    gives_up: When,
    cancelling: bool,
}

/// `GET /acceptances/{id}`
pub(super) async fn show(visitor: Visitor, Path(id): Path<String>) -> Result<Response, ApiProblem> {
    let found = acceptances::find(&visitor.app, &visitor.user, &id).await;
    let acceptance = found.map_err(|problem| visitor.fails(problem))?;
    let outcome = outcome(&visitor, &acceptance)
        .await
        .map_err(|problem| visitor.fails(problem))?;
    let (app, user) = (&visitor.app, &visitor.user);
    let story = trace::of_acceptance(app, user, &id).await;
    let story = story.map_err(|problem| visitor.fails(problem))?;
    let there = acceptance.provider.as_str();
    let sequence = Sequence::new(&story, app.provider().as_str(), there);
    Ok(page(&AcceptancePage {
        frame: visitor.frame(Section::Connections),
        title: title(&outcome, acceptance.provider.as_str()),
        id,
        server: acceptance.provider.to_string(),
        outcome,
        reference: acceptance.reference,
        sequence,
    }))
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

async fn outcome(visitor: &Visitor, acceptance: &Acceptance) -> Result<Outcome, Problem> {
    if let (State::Settled(Settled::Connected), Some(id)) =
        (acceptance.state, &acceptance.connection)
    {
        let connection = connections::find(&visitor.app, &visitor.user, id.as_str()).await?;
        let who = Who::new(&connection.contact);
        return Ok(if connection.half.is_connected() {
            Outcome::Connected(who)
        } else {
            Outcome::Disconnected(who)
        });
    }
    if acceptance.state == State::Settled(Settled::Cancelled) {
        return Ok(Outcome::Cancelled);
    }
    if let Some(problem) = acceptances::ended_with(acceptance) {
        return Ok(Outcome::Ended(Told::new(&problem, &acceptance.reference)));
    }
    let now = visitor.app.now();
    let waits_for = acceptances::waits_for(acceptance);
    Ok(Outcome::Pending(Wait {
        words: super::connections::waiting(acceptance),
        detail: waits_for
            .map(|problem| problem.detail())
            .unwrap_or_default(),
        since: When(acceptance.created_at),
        next_try: acceptance.next_try_at.map(|at| Soon { at, now }),
        gives_up: When(acceptance.gives_up_at),
        cancelling: acceptance.cancelled.is_some(),
    }))
}

fn title(outcome: &Outcome, server: &str) -> String {
    match outcome {
        Outcome::Connected(who) => format!("You and {} are connected", who.name),
        Outcome::Disconnected(who) => format!("You and {} are no longer connected", who.name),
        Outcome::Pending(wait) if wait.cancelling => "Cancelling".to_owned(),
        Outcome::Pending(_) => format!("Connecting with {server}"),
        Outcome::Cancelled => "Cancelled".to_owned(),
        Outcome::Ended(_) => "You are not connected".to_owned(),
    }
}

#[cfg(test)]
impl AcceptancePage {
    fn with(text: &str, outcome: Outcome) -> Self {
        Self {
            frame: Frame::sample(text, Section::Connections),
            title: title(&outcome, "cat.example.org"),
            id: "01kk7v3q9d8zx5y2n4b6m8r0ta".to_owned(),
            server: "cat.example.org".to_owned(),
            outcome,
            reference: "01kk7v3q9d8zx5y2n4b6m8r0ta".to_owned(),
            sequence: Some(Sequence::sample(text)),
        }
    }

    /// One page for every way it can go.
    pub(super) fn samples(text: &str) -> Vec<Self> {
        let now = symbolon_core::Timestamp::from_secs(1_795_521_600);
        let wait = |cancelling| {
            Outcome::Pending(Wait {
                words: format!("connecting: waiting for cat.example.org{text}"),
                detail: format!("cat.example.org refused the connection. {text}"),
                since: When(now),
                next_try: Some(Soon {
                    at: now.plus_millis(40_000),
                    now,
                }),
                gives_up: When(now.plus_millis(72 * 3_600_000)),
                cancelling,
            })
        };
        let outcomes = vec![
            Outcome::Connected(Who::sample(text)),
            Outcome::Disconnected(Who::sample(text)),
            wait(false),
            wait(true),
            Outcome::Cancelled,
            Outcome::Ended(Told::sample(text)),
        ];
        outcomes
            .into_iter()
            .map(|outcome| Self::with(text, outcome))
            .collect()
    }
}
