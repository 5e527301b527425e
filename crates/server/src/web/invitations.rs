//! `/invitations`: make one, and see those that were made.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use symbolon_core::connections::Gesture;
use symbolon_core::invites::Uses;
use symbolon_proto::language::Language;
use symbolon_proto::limits;
use symbolon_proto::problem::Problem;

use super::at_field::AtField;
use super::fields::Fields;
use super::frame::{Frame, Section, page_telling};
use super::invitation_mail;
use super::invitation_row::{NAMED, Row};
use super::people::Guest;
use super::told::Told;
use super::visitor::Visitor;
use super::words::{Saying, Words};
use crate::actions::invites::{self, Comers, NewInvite};
use crate::actions::{connections, trust};
use crate::http::problem::ApiProblem;

/// Open invitations on one page, and as many past ones: it holds secrets, so it travels uncompressed, and stays below 60 kB.
const PAGE: u32 = 15;

/// How long an invitation may be valid, in seconds and in days; the second is the default.
const LIVES: [(&str, u32); 5] = [
    ("86400", 1),
    ("604800", 7),
    ("2592000", 30),
    ("7776000", 90),
    ("31536000", 365),
];
const LIFE: &str = LIVES[1].0;

/// For how many people it may be, 0 for anyone; the first is the default.
const CROWDS: [(&str, u32); 5] = [("1", 1), ("5", 5), ("20", 20), ("100", 100), ("anyone", 0)];

/// What `templates/invitations.html` needs.
#[derive(Template)]
#[template(path = "invitations.html")]
pub(super) struct InvitationsPage {
    frame: Frame,
    told: Option<Told>,
    /// Why nobody elsewhere can accept what is made here.
    closed: Option<Told>,
    form: Form,
    note_chars: usize,
    part: Part,
    open: Vec<Row>,
    /// Where the open ones go on.
    more_open: Option<String>,
    past: Vec<Row>,
    /// Where the past ones go on.
    more: Option<String>,
}

/// What a page lists: those that are open stay in sight however many past ones there are.
#[derive(Clone, Copy)]
enum Part {
    /// The newest of both.
    Newest,
    /// Open ones behind this one.
    Open(Gesture),
    /// Past ones behind this one.
    Past(Gesture),
}

impl Part {
    fn of(fields: &Fields) -> Self {
        let place = |name| fields.text(name).parse().ok().map(Gesture);
        match (place("open-before"), place("before")) {
            (Some(place), _) => Self::Open(place),
            (None, Some(place)) => Self::Past(place),
            (None, None) => Self::Newest,
        }
    }

    fn has_open(&self) -> bool {
        !matches!(self, Self::Past(_))
    }

    fn is_newest(&self) -> bool {
        matches!(self, Self::Newest)
    }
}

struct Form {
    note: String,
    mail: Option<Mail>,
    people: Vec<Choice>,
    valid: Vec<Choice>,
}

/// To whom the invitation is sent, where this server sends mail.
struct Mail {
    email: String,
    email_chars: usize,
    languages: Vec<invitation_mail::Choice>,
}

/// One entry of a menu.
pub(super) struct Choice {
    pub(super) value: &'static str,
    pub(super) words: Saying,
    pub(super) chosen: bool,
}

/// `GET /invitations`
pub(super) async fn list(visitor: Visitor, fields: Fields) -> Result<Response, ApiProblem> {
    let mut form = Form::new(visitor.words, "", "", "");
    form.mail = Mail::new(&visitor, &Fields::none());
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
        email: fields.filled("email").map(str::to_owned),
        mail_language: Some(mail_language(&visitor, &fields)),
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
            let mut form = Form::new(visitor.words, note, people, valid);
            form.mail = Mail::new(&visitor, &fields);
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
    let part = Part::of(fields);
    let (open, more_open) = match part {
        Part::Newest => rows(visitor, true, None).await?,
        Part::Open(before) => rows(visitor, true, Some(before)).await?,
        Part::Past(_) => Default::default(),
    };
    let (past, more) = match part {
        Part::Newest => rows(visitor, false, None).await?,
        Part::Open(_) => Default::default(),
        Part::Past(before) => rows(visitor, false, Some(before)).await?,
    };
    let page = InvitationsPage {
        frame: visitor.frame(Section::Invitations),
        told: problem.map(|problem| visitor.told(problem)),
        closed: trust::keeps_everybody_out(&visitor.app)
            .await?
            .map(|problem| visitor.told(&problem)),
        form,
        note_chars: limits::NOTE_CHARS,
        part,
        open,
        more_open,
        past,
        more,
    };
    Ok(page_telling(visitor.words, problem, &page))
}

/// A page of those that are open or of those that are not, and where it goes on.
async fn rows(
    visitor: &Visitor,
    open: bool,
    before: Option<Gesture>,
) -> Result<(Vec<Row>, Option<String>), Problem> {
    let (app, user) = (&visitor.app, &visitor.user);
    let mut found = invites::list_by_life(app, user, open, before, PAGE + 1).await?;
    let more = found.len() > PAGE as usize;
    found.truncate(PAGE as usize);
    let field = if open { "open-before" } else { "before" };
    let last = found.last().filter(|_| more);
    let more = last.map(|last| format!("/invitations?{field}={}", last.invite.issued.0));
    let mut became = Vec::new();
    for one in &found {
        became.push(if one.invite.people > 0 || one.invite.email.is_some() {
            let (skip, limit) = (0, NAMED);
            let named = Comers { skip, limit };
            invites::became_of(app, one.invite.id.clone(), named).await?
        } else {
            (None, Vec::new())
        });
    }
    let mut known = Vec::new();
    for (_, people) in &became {
        known.extend(Guest::on_record(people));
    }
    let namesakes = connections::namesakes(app, known).await?;
    let (words, now) = (visitor.words, app.now());
    let mut rows = Vec::new();
    for (one, (mail, people)) in found.iter().zip(&became) {
        let row = Row::new(words, &one.invite, people, &namesakes, now);
        rows.push(row.with_mail(words, mail.as_ref(), now));
    }
    Ok((rows, more))
}

fn mail_language(visitor: &Visitor, fields: &Fields) -> Language {
    Language::parse(fields.text("mail-language")).unwrap_or(visitor.words.0)
}

impl Mail {
    fn new(visitor: &Visitor, fields: &Fields) -> Option<Self> {
        visitor.app.config.mail.as_ref()?;
        Some(Self {
            email: fields.text("email").to_owned(),
            email_chars: limits::EMAIL_CHARS,
            languages: invitation_mail::languages(mail_language(visitor, fields)),
        })
    }
}

/// For how long an invitation may be valid from now on. Chosen is what comes closest to the milliseconds that it has left, so
/// that a click changes little; one that is over gets what a new one has.
pub(super) fn lives(words: Words, left: i64) -> Vec<Choice> {
    let apart = |life: &str| {
        let life = life
            .parse::<i64>()
            .unwrap_or(i64::MAX)
            .saturating_mul(1_000);
        life.abs_diff(left)
    };
    let closest = LIVES.map(|(life, _)| life).into_iter();
    let closest = closest.min_by_key(|life| apart(life));
    life(words, closest.filter(|_| left > 0).unwrap_or(LIFE))
}

fn life(words: Words, chosen: &str) -> Vec<Choice> {
    let choice = |(value, days)| Choice {
        value,
        words: words.say("life").with("days", days),
        chosen: value == chosen,
    };
    LIVES.into_iter().map(choice).collect()
}

fn crowd(words: Words, chosen: &str) -> Vec<Choice> {
    let choice = |(value, people)| Choice {
        value,
        words: words.say("crowd").with("people", people),
        chosen: value == chosen,
    };
    CROWDS.into_iter().map(choice).collect()
}

impl Form {
    fn new(words: Words, note: &str, people: &str, valid: &str) -> Self {
        let or = |text: &str, default: &'static str| {
            if text.is_empty() { default } else { text }.to_owned()
        };
        Self {
            note: note.to_owned(),
            mail: None,
            people: crowd(words, &or(people, CROWDS[0].0)),
            valid: life(words, &or(valid, LIFE)),
        }
    }
}

#[cfg(test)]
impl InvitationsPage {
    pub(super) fn sample(words: Words, text: &str) -> Self {
        use symbolon_core::invites::InviteState;

        Self {
            frame: Frame::sample(words, text, Section::Invitations),
            told: Some(Told::sample(words, text)),
            closed: Some(Told::sample(words, text)),
            form: Form {
                mail: Some(Mail {
                    email: format!("carol@dog.example.org{text}"),
                    email_chars: 254,
                    languages: invitation_mail::languages(words.0),
                }),
                ..Form::new(words, text, "5", "")
            },
            note_chars: 200,
            part: Part::Newest,
            more_open: Some("/invitations?open-before=1".to_owned()),
            open: vec![
                Row::sample(words, text, InviteState::Open),
                Row::sample(words, text, InviteState::Open),
            ],
            past: vec![
                Row::sample(words, text, InviteState::UsedUp),
                Row::sample(words, text, InviteState::Expired),
                Row::sample(words, text, InviteState::Withdrawn),
            ],
            more: Some("/invitations?before=1".to_owned()),
        }
    }

    pub(super) fn empty(words: Words) -> Self {
        Self {
            told: None,
            closed: None,
            form: Form::new(words, "", "", ""),
            open: Vec::new(),
            more_open: None,
            past: Vec::new(),
            more: None,
            ..Self::sample(words, "")
        }
    }
}
