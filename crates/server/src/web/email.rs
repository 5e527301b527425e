//! `/settings/email`: where the link leads that is sent to a new e-mail address, and what is done while it waits.

use askama::Template;
use axum::response::Response;
use secrecy::zeroize::Zeroizing;
use symbolon_proto::problem::Problem;

use super::fields::Fields;
use super::frame::{Frame, Section, page_telling};
use super::invitation_mail::State;
use super::settings::{answer, to};
use super::visitor::Visitor;
use super::words::{Markup, Saying, Words};
use crate::actions::{emails, not_found};
use crate::http::problem::ApiProblem;

/// What `templates/email.html` needs.
#[derive(Template)]
#[template(path = "email.html")]
pub(super) struct EmailPage {
    frame: Frame,
    /// What confirms the address; `None`: the link does not count.
    offered: Option<Offered>,
}

/// An address that a click confirms.
struct Offered {
    words: Saying,
    email: String,
    token: Zeroizing<String>,
}

impl Offered {
    fn new(words: Words, email: String, token: &str) -> Self {
        let said = words.say("email-confirm-lead");
        Self {
            words: said.with("email", Markup::escaped(&email)),
            email,
            token: Zeroizing::new(token.to_owned()),
        }
    }
}

/// An address that waits, as `templates/settings.html` shows it.
pub(super) struct Waiting {
    pub(super) words: Saying,
    /// Its link does not count any more.
    is_over: bool,
    /// How it is with the mail.
    pub(super) mail: Option<State>,
}

impl Waiting {
    pub(super) async fn of(visitor: &Visitor) -> Result<Option<Self>, Problem> {
        let (app, words) = (&visitor.app, visitor.words);
        let found = emails::waiting(app, &visitor.user).await?;
        Ok(found.map(|(change, mail)| {
            let is_over = emails::is_over(&change, app.now());
            let id = match is_over {
                true => "email-over",
                false => "email-waiting",
            };
            Self {
                words: words.say(id).with("email", Markup::escaped(&change.email)),
                is_over,
                mail: mail.map(|mail| State::of(words, &mail, app.now())),
            }
        }))
    }

    /// Whether its link is on its way, or has arrived.
    pub(super) fn is_on_its_way(&self) -> bool {
        !self.is_over && self.mail.as_ref().is_some_and(State::goes_well)
    }
}

/// `GET /settings/email?token=…`: asks, and changes nothing.
pub(super) async fn ask(visitor: Visitor, fields: Fields) -> Result<Response, ApiProblem> {
    let token = fields.text("token");
    let offered = emails::offered(&visitor.app, &visitor.user, token).await;
    let offered = offered.map_err(|problem| visitor.fails(problem))?;
    let nothing = offered.is_none().then(|| not_found("page"));
    let shown = EmailPage {
        frame: visitor.frame(Section::Elsewhere),
        offered: offered.map(|email| Offered::new(visitor.words, email, token)),
    };
    Ok(page_telling(visitor.words, nothing.as_ref(), &shown))
}

/// `POST /settings/email`: a second click finds the address confirmed, and that is what it wanted.
pub(super) async fn confirm(visitor: Visitor, fields: Fields) -> Result<Response, ApiProblem> {
    let (token, reference) = (fields.text("token"), visitor.reference.as_str());
    let confirmed = emails::confirm(&visitor.app, &visitor.user, token, reference).await;
    match confirmed.map_err(|problem| visitor.fails(problem))? {
        Some(_) => Ok(to("email")),
        None if fields
            .filled("email")
            .is_some_and(|email| is_theirs(&visitor, email)) =>
        {
            Ok(to("email"))
        }
        None => {
            let shown = EmailPage {
                frame: visitor.frame(Section::Elsewhere),
                offered: None,
            };
            let nothing = not_found("page");
            Ok(page_telling(visitor.words, Some(&nothing), &shown))
        }
    }
}

fn is_theirs(visitor: &Visitor, email: &str) -> bool {
    visitor.user.email.as_deref() == Some(email)
}

/// `POST /settings/email/again`
pub(super) async fn again(visitor: Visitor) -> Result<Response, ApiProblem> {
    let reference = visitor.reference.as_str();
    let (app, user) = (&visitor.app, &visitor.user);
    let sent = emails::again(app, user, visitor.words.0, reference).await;
    answer(&visitor, sent, "email-sent").await
}

/// `POST /settings/email/give-up`
pub(super) async fn give_up(visitor: Visitor) -> Result<Response, ApiProblem> {
    let done = emails::give_up(&visitor.app, &visitor.user).await;
    answer(&visitor, done, "saved").await
}

#[cfg(test)]
impl EmailPage {
    pub(super) fn samples(words: Words, text: &str) -> [Self; 2] {
        let page = |offered| Self {
            frame: Frame::sample(words, text, Section::Elsewhere),
            offered,
        };
        let offered = Offered::new(words, text.to_owned(), text);
        [page(Some(offered)), page(None)]
    }
}

#[cfg(test)]
impl Waiting {
    pub(super) fn sample(words: Words, text: &str) -> Self {
        Self {
            words: words
                .say("email-waiting")
                .with("email", Markup::escaped(text)),
            is_over: false,
            mail: super::invitation_mail::Mail::sample(words, text).state,
        }
    }
}
