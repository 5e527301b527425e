//! `/invitations/{id}`: what to hand over, who came by it, and how to take it back.

use askama::Template;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use symbolon_proto::problem::Problem;

use super::at_field::AtField;
use super::fields::Fields;
use super::frame::{Frame, Section, page_telling};
use super::invitation_mail::Mail;
use super::invitation_row::Row;
use super::invitations::{Choice, lives};
use super::people::Guest;
use super::qr::Qr;
use super::told::Told;
use super::visitor::Visitor;
use super::words::{Markup, Saying};
use crate::actions::connections;
use crate::actions::invites::{self, Comers};
use crate::http::problem::ApiProblem;

/// Those who accepted, on one page: with the code for a camera it stays below 60 kB.
const PEOPLE: u32 = 30;

/// What `templates/invitation.html` needs.
#[derive(Template)]
#[template(path = "invitation.html")]
pub(super) struct InvitationPage {
    frame: Frame,
    notice: Option<Saying>,
    told: Option<Told>,
    mail: Option<Mail>,
    one: Row,
    /// Where the list of those who accepted goes on.
    more: Option<String>,
    /// The whole note, where the title is only its beginning.
    note: Option<String>,
    link: String,
    code: String,
    /// The link for a camera; only while it leads somewhere.
    qr: Option<Qr>,
    valid: Vec<Choice>,
}

/// `GET /invitations/{id}`
pub(super) async fn show(
    visitor: Visitor,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, ApiProblem> {
    let skip = fields.text("skip").parse().unwrap_or(0);
    show_from(&visitor, &id, fields.text("done"), None, skip).await
}

/// The page after something was done, or after a mail was not sent to an address for a reason.
pub(super) async fn show_with(
    visitor: &Visitor,
    id: &str,
    done: &str,
    refused: Option<(Problem, String)>,
) -> Result<Response, ApiProblem> {
    show_from(visitor, id, done, refused, 0).await
}

/// The page with those who accepted behind the first `skip`.
async fn show_from(
    visitor: &Visitor,
    id: &str,
    done: &str,
    refused: Option<(Problem, String)>,
    skip: u32,
) -> Result<Response, ApiProblem> {
    let limit = PEOPLE;
    let comers = Comers { skip, limit };
    let found = invites::find_with(&visitor.app, &visitor.user, id, comers).await;
    let (invitation, people) = found.map_err(|problem| visitor.fails(problem))?;
    let namesakes = connections::namesakes(&visitor.app, Guest::on_record(&people)).await;
    let namesakes = namesakes.map_err(|problem| visitor.fails(problem))?;
    let before = skip.saturating_add(PEOPLE);
    let (problem, email) = refused.unzip();
    let one = Row::new(
        visitor.words,
        &invitation.invite,
        &people,
        &namesakes,
        visitor.app.now(),
    );
    let link = invitation.link();
    let expires_at = invitation.invite.expires_at;
    let left = expires_at.millis_since(visitor.app.now());
    let mail = Mail::of(visitor, &invitation, email.as_deref().unwrap_or_default());
    // What was done is told as long as it is still so.
    let shown = InvitationPage {
        qr: one.state.is_open().then(|| Qr::of(&link)).flatten(),
        frame: visitor.frame(Section::Invitations),
        notice: match done {
            "created" if one.state.is_open() => Some(visitor.words.say("done-created")),
            "renewed" if one.state.is_open() => Some(visitor.words.say("done-renewed")),
            "mailed" if mail.as_ref().is_some_and(Mail::goes_well) => {
                Some(visitor.words.say("done-mailed"))
            }
            "withdrawn" if one.state.is_withdrawn() => Some(visitor.words.say("done-withdrawn")),
            _ => None,
        },
        told: problem.as_ref().map(|problem| visitor.told(problem)),
        mail,
        note: invitation
            .invite
            .note
            .clone()
            .filter(|note| Markup::escaped(note) != one.title),
        more: (one.people > before).then(|| format!("/invitations/{}?skip={before}", one.id)),
        one,
        link,
        code: invitation.string(),
        valid: lives(visitor.words, left),
    };
    Ok(page_telling(visitor.words, problem.as_ref(), &shown))
}

/// `POST /invitations/{id}/withdraw`
pub(super) async fn withdraw(
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, ApiProblem> {
    let reference = visitor.reference.as_str();
    let done = invites::withdraw(&visitor.app, &visitor.user, &id, reference).await;
    done.map_err(|problem| visitor.fails(problem))?;
    Ok(back(&id, "withdrawn"))
}

/// `POST /invitations/{id}/renew`
pub(super) async fn renew(
    visitor: Visitor,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, ApiProblem> {
    let reference = visitor.reference.as_str();
    let life = fields.text("valid").parse().ok();
    let done = invites::renew(&visitor.app, &visitor.user, &id, life, reference).await;
    done.map_err(|problem| visitor.fails(problem))?;
    Ok(back(&id, "renewed"))
}

/// To the invitation again. The id has been found, so it is one of ours and needs no escaping.
pub(super) fn back(id: &str, done: &str) -> Response {
    Redirect::to(&format!("/invitations/{id}?done={done}")).into_response()
}

#[cfg(test)]
impl InvitationPage {
    pub(super) fn sample(
        words: super::words::Words,
        text: &str,
        state: symbolon_core::invites::InviteState,
    ) -> Self {
        use symbolon_core::invites::InviteState;

        Self {
            qr: Qr::of("https://cat.example.org/wayf?token=Zx81kd0aPq7Rt2uVw9bN4g"),
            frame: Frame::sample(words, text, Section::Invitations),
            notice: Some(words.say("done-created")),
            told: matches!(state, InviteState::Expired).then(|| Told::sample(words, text)),
            mail: Some(Mail::sample(words, text)),
            note: Some(format!("The workshop in spring {text}")),
            one: Row::sample(words, text, state),
            more: Some("/invitations/01kk7v3q9d8zx5y2n4b6m8r0ta?skip=30".to_owned()),
            link: format!(
                "https://cat.example.org/wayf?token=Zx81kd0aPq7Rt2uVw9bN4g&providerDomain=cat.example.org{text}"
            ),
            code: format!("Wng4MWtkMGFQcTdSdDJ1Vnc5Yk40Z0BjYXQuZXhhbXBsZS5vcmc{text}"),
            valid: lives(words, 0),
        }
    }
}
