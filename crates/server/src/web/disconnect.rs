//! `/connections/{id}/disconnect`: first what it would do, then the deed.

use askama::Template;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};

use super::frame::{Frame, Section, page};
use super::people::Who;
use super::visitor::Visitor;
use super::when::When;
use crate::actions::connections;
use crate::http::problem::ApiProblem;

/// What `templates/disconnect.html` needs.
#[derive(Template)]
#[template(path = "disconnect.html")]
pub(super) struct DisconnectPage {
    frame: Frame,
    id: String,
    who: Who,
    address: String,
    since: When,
    /// Both people have their accounts on this server.
    here: bool,
    /// Their server says in every message which state of the connection it is about, and so understands that it has ended.
    tells: bool,
    /// They came together by an invitation of the other person, which goes on being valid.
    by_theirs: bool,
}

#[cfg(test)]
impl DisconnectPage {
    pub(super) fn sample(words: super::words::Words, text: &str) -> Self {
        Self {
            frame: Frame::sample(words, text, Section::Connections),
            id: "01kk7v3q9d8zx5y2n4b6m8r0ta".to_owned(),
            who: Who::sample(text),
            address: format!("carol{text}@dog.example.org"),
            since: When {
                at: symbolon_core::Timestamp::from_secs(1_795_521_600),
                words,
            },
            here: false,
            tells: text.is_empty(),
            by_theirs: true,
        }
    }
}

/// `GET /connections/{id}/disconnect`
pub(super) async fn ask(visitor: Visitor, Path(id): Path<String>) -> Result<Response, ApiProblem> {
    let found = connections::find(&visitor.app, &visitor.user, &id).await;
    let connection = found.map_err(|problem| visitor.fails(problem))?;
    if !connection.half.is_connected() {
        return Ok(Redirect::to(&format!("/connections?disconnected={id}")).into_response());
    }
    let who = Who::of(&visitor.app, &connection).await;
    let shown = DisconnectPage {
        frame: visitor.frame(Section::Connections),
        id,
        who: who.map_err(|problem| visitor.fails(problem))?,
        address: connection.address().to_string(),
        since: When {
            at: connection.connected_at,
            words: visitor.words,
        },
        here: connection.contact.provider == *visitor.app.provider(),
        tells: connection.keeps_generations,
        by_theirs: super::notice::came_by_theirs(&connection),
    };
    Ok(page(visitor.words, &shown))
}

/// `POST /connections/{id}/disconnect`
pub(super) async fn disconnect(
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, ApiProblem> {
    let reference = visitor.reference.as_str();
    let done = connections::disconnect(&visitor.app, &visitor.user, &id, reference).await;
    let connection = done.map_err(|problem| visitor.fails(problem))?;
    Ok(Redirect::to(&format!("/connections?disconnected={}", connection.id)).into_response())
}
