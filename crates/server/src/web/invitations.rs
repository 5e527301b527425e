//! `/invitations`: make one, and see those that were made.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use symbolon_core::connections::Gesture;
use symbolon_core::invites::Uses;
use symbolon_proto::limits;
use symbolon_proto::problem::{Problem, Surface};

use super::fields::Fields;
use super::frame::{Frame, Section, page_with};
use super::invitation_row::Row;
use super::told::Told;
use super::visitor::Visitor;
use crate::actions::invites::{self, NewInvite};
use crate::http::problem::ApiProblem;

/// Invitations on one page.
const PAGE: u32 = 25;

/// How long an invitation may be valid, in seconds; the second is the default.
const LIVES: [(&str, &str); 5] = [
    ("86400", "one day"),
    ("604800", "7 days"),
    ("2592000", "30 days"),
    ("7776000", "90 days"),
    ("31536000", "one year"),
];
const LIFE: &str = LIVES[1].0;

/// For how many people it may be; the first is the default.
const CROWDS: [(&str, &str); 5] = [
    ("1", "one person"),
    ("5", "up to 5 people"),
    ("20", "up to 20 people"),
    ("100", "up to 100 people"),
    ("anyone", "anyone who has it"),
];

/// What `templates/invitations.html` needs.
#[derive(Template)]
#[template(path = "invitations.html")]
pub(super) struct InvitationsPage {
    frame: Frame,
    told: Option<Told>,
    form: Form,
    note_chars: usize,
    open: Vec<Row>,
    past: Vec<Row>,
    more: Option<String>,
}

struct Form {
    note: String,
    people: Vec<Choice>,
    valid: Vec<Choice>,
}

/// One entry of a menu.
pub(super) struct Choice {
    pub(super) value: &'static str,
    pub(super) words: &'static str,
    pub(super) chosen: bool,
}

/// `GET /invitations`
pub(super) async fn list(visitor: Visitor, fields: Fields) -> Result<Response, ApiProblem> {
    let form = Form::new("", "", "");
    show(&visitor, &fields, form, None)
        .await
        .map_err(|problem| visitor.fails(problem))
}

/// `POST /invitations`
pub(super) async fn create(visitor: Visitor, fields: Fields) -> Result<Response, ApiProblem> {
    let (note, people, valid) = (
        fields.text("note"),
        fields.text("people"),
        fields.text("valid"),
    );
    let new = NewInvite {
        note: Some(note.to_owned()),
        email: None,
        expires_in_secs: valid.parse().ok(),
        uses: match people {
            "anyone" => Uses::Anyone,
            number => Uses::People(number.parse().unwrap_or(1)),
        },
    };
    match invites::issue(&visitor.app, &visitor.user, new, visitor.reference.as_str()).await {
        Ok(made) => Ok(
            Redirect::to(&format!("/invitations/{}?done=created", made.invite.id)).into_response(),
        ),
        Err(problem) => {
            let form = Form::new(note, people, valid);
            let shown = show(&visitor, &Fields::none(), form, Some(&problem)).await;
            shown.map_err(|problem| visitor.fails(problem))
        }
    }
}

async fn show(
    visitor: &Visitor,
    fields: &Fields,
    form: Form,
    problem: Option<&Problem>,
) -> Result<Response, Problem> {
    let (app, user) = (&visitor.app, &visitor.user);
    let before = fields.text("before").parse().ok().map(Gesture);
    let mut found = invites::list(app, user, before, PAGE + 1).await?;
    let more = found.len() > PAGE as usize;
    found.truncate(PAGE as usize);
    let more = found.last().filter(|_| more);
    let more = more.map(|last| format!("/invitations?before={}", last.invite.issued.0));
    let mut rows = Vec::new();
    for one in &found {
        let mut people = Vec::new();
        if one.invite.people > 0 {
            people = invites::find(app, user, one.invite.id.as_str()).await?.1;
        }
        rows.push(Row::new(&one.invite, &people, app.now()));
    }
    let (open, past) = rows.into_iter().partition(|row| row.state.is_open());
    let status = problem.map_or(200, |problem| problem.status(Surface::Page));
    let page = InvitationsPage {
        frame: visitor.frame(Section::Invitations),
        told: problem.map(|problem| visitor.told(problem)),
        form,
        note_chars: limits::NOTE_CHARS,
        open,
        past,
        more,
    };
    Ok(page_with(
        StatusCode::from_u16(status).unwrap_or_default(),
        &page,
    ))
}

/// The menu of lives, with the default chosen.
pub(super) fn lives() -> Vec<Choice> {
    choices(&LIVES, LIFE)
}

fn choices(of: &[(&'static str, &'static str)], chosen: &str) -> Vec<Choice> {
    of.iter()
        .map(|&(value, words)| Choice {
            value,
            words,
            chosen: value == chosen,
        })
        .collect()
}

impl Form {
    fn new(note: &str, people: &str, valid: &str) -> Self {
        let or = |text: &str, default: &'static str| {
            if text.is_empty() { default } else { text }.to_owned()
        };
        Self {
            note: note.to_owned(),
            people: choices(&CROWDS, &or(people, CROWDS[0].0)),
            valid: choices(&LIVES, &or(valid, LIFE)),
        }
    }
}

#[cfg(test)]
impl InvitationsPage {
    pub(super) fn sample(text: &str) -> Self {
        use symbolon_core::invites::InviteState;

        Self {
            frame: Frame::sample(text, Section::Invitations),
            told: Some(Told::sample(text)),
            form: Form::new(text, "5", ""),
            note_chars: 200,
            open: vec![
                Row::sample(text, InviteState::Open),
                Row::sample(text, InviteState::Open),
            ],
            past: vec![
                Row::sample(text, InviteState::UsedUp),
                Row::sample(text, InviteState::Expired),
                Row::sample(text, InviteState::Withdrawn),
            ],
            more: Some("/invitations?before=1".to_owned()),
        }
    }

    pub(super) fn empty() -> Self {
        Self {
            told: None,
            form: Form::new("", "", ""),
            open: Vec::new(),
            past: Vec::new(),
            more: None,
            ..Self::sample("")
        }
    }
}
