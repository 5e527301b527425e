//! `/connections/{id}`: one connection, how it stands, and what happened to it.

use askama::Template;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use symbolon_proto::limits;
use symbolon_proto::problem::Problem;
use symbolon_store::connections::Connection;

use super::fields::Fields;
use super::frame::{Frame, Section, page};
use super::people::Who;
use super::sequence::{End, Sequence, Shape};
#[cfg(test)]
use super::standing::sample_silence;
use super::standing::{ended_words, silence, way_words};
use super::visitor::Visitor;
use super::when::When;
use super::words::{Saying, Words};
use crate::actions::{connections, trace};
use crate::http::problem::ApiProblem;

/// What `templates/connection.html` needs.
#[derive(Template)]
#[template(path = "connection.html")]
pub(super) struct ConnectionPage {
    frame: Frame,
    id: String,
    who: Who,
    /// The other person's server is not this one.
    elsewhere: bool,
    address: String,
    /// Their server is known to be the one that is named.
    verified: bool,
    state: State,
    /// That their server, whose word is awaited, does not answer.
    silent: Option<Saying>,
    /// By which invitation they came together.
    way: Option<Saying>,
    /// The acceptance whose invitation connects the two again.
    again: Option<String>,
    /// Said after a change.
    saved: bool,
    nickname_max: usize,
    sequence: Option<Sequence>,
}

enum State {
    /// Since when, and whether their server would tell if they disconnected there.
    Connected(When, bool),
    /// The words, whether the other side is known to list it as ended too, and when.
    Ended(Saying, bool, Option<When>),
}

/// `GET /connections/{id}`
pub(super) async fn show(
    visitor: Visitor,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, ApiProblem> {
    let saved = fields.filled("done").is_some();
    let shown = load(&visitor, &id, saved).await;
    shown
        .map(|it| page(visitor.words, &it))
        .map_err(|problem| visitor.fails(problem))
}

/// `POST /connections/{id}/nickname`
pub(super) async fn call(
    visitor: Visitor,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, ApiProblem> {
    let (app, user, reference) = (&visitor.app, &visitor.user, visitor.reference.as_str());
    let done = connections::set_nickname(app, user, &id, fields.text("nickname"), reference).await;
    let connection = done.map_err(|problem| visitor.fails(problem))?;
    Ok(Redirect::to(&format!("/connections/{}?done=called", connection.id)).into_response())
}

async fn load(visitor: &Visitor, id: &str, saved: bool) -> Result<ConnectionPage, Problem> {
    let (app, user) = (&visitor.app, &visitor.user);
    let connection = connections::find(app, user, id).await?;
    let story = trace::of_connection(app, user, id, visitor.words.0).await?;
    let there = connection.contact.provider.as_str();
    let ways = connections::ways(app, user, std::slice::from_ref(&connection)).await?;
    let silent = silence(visitor, [&connection]).await?;
    let state = state(visitor.words, &connection);
    let is_unsure = matches!(state, State::Ended(_, false, _));
    let sequence = Sequence::new(visitor.words, &story, app.provider().as_str(), there);
    Ok(ConnectionPage {
        silent: silent.into_iter().next().flatten(),
        frame: visitor.frame(Section::Connections),
        id: connection.id.to_string(),
        who: Who::of(app, &connection).await?,
        way: ways.first().and_then(|way| way_words(visitor.words, way)),
        again: connections::again(&connection).map(ToString::to_string),
        saved,
        nickname_max: limits::NAME_CHARS,
        elsewhere: connection.contact.provider != *app.provider(),
        address: connection.address().to_string(),
        verified: connection.proof.is_verified(),
        state,
        sequence: sequence.map(|it| it.open_if(is_unsure)),
    })
}

fn state(words: Words, connection: &Connection) -> State {
    if connection.half.is_connected() {
        let at = connection.connected_at;
        return State::Connected(When { at, words }, connection.keeps_generations);
    }
    let (said, sure) = ended_words(connection);
    let at = connection.ended_at.map(|at| When { at, words });
    State::Ended(words.say(said), sure, at)
}

#[cfg(test)]
impl ConnectionPage {
    /// Of one connection, without its story.
    pub(super) fn of(words: Words, one: &Connection) -> Self {
        let sample = Self::samples(words, "").remove(1);
        Self {
            state: state(words, one),
            silent: None,
            ..sample
        }
    }

    pub(super) fn samples(words: Words, text: &str) -> Vec<Self> {
        let at = symbolon_core::Timestamp::from_secs(1_795_521_600);
        let now = || When { at, words };
        let with = |state, sequence| Self {
            frame: Frame::sample(words, text, Section::Connections),
            id: "01kk7v3q9d8zx5y2n4b6m8r0ta".to_owned(),
            who: Who::sample(text),
            elsewhere: true,
            address: format!("carol{text}@dog.example.org"),
            verified: text.is_empty(),
            state,
            silent: Some(sample_silence(words)),
            way: Some(words.say("by-theirs")),
            again: Some("01kk7v3q9d8zx5y2n4b6m8r0ta".to_owned()),
            saved: true,
            nickname_max: limits::NAME_CHARS,
            sequence,
        };
        vec![
            with(
                State::Connected(now(), true),
                Some(Sequence::sample(words, text)),
            ),
            with(State::Connected(now(), false), None),
            with(
                State::Ended(words.say("ended-by-them"), true, Some(now())),
                None,
            ),
            with(State::Ended(words.say("ended-telling"), false, None), None),
        ]
    }
}
