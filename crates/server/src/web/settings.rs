//! `/settings`: what a person settles about themselves. Each section is a form of its own, and says what was done in it; what
//! goes wrong in one is told on top and at its field, with everything else as it was.

use askama::Template;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use http::header::SET_COOKIE;
use secrecy::zeroize::Zeroizing;
use symbolon_core::Id;
use symbolon_proto::language::Language;
use symbolon_proto::limits;
use symbolon_proto::problem::{Code, Problem};
use symbolon_store::sessions;
use symbolon_store::users::User;

use super::at_field::AtField;
use super::email::Waiting;
use super::fields::Fields;
use super::frame::{Frame, Section, page_telling};
use super::notifications::ToldByMail;
use super::second_factor;
use super::told::Told;
use super::visitor::Visitor;
use super::when::When;
use super::words::{Saying, Words};
use crate::accounts::{self, Typed, session};
use crate::actions::profile::{self, Change};
use crate::actions::{self, app_passwords};
use crate::export::Format;
use crate::http::problem::ApiProblem;
use crate::oidc;
use crate::pace::Client;

/// What `templates/settings.html` needs.
#[derive(Template)]
#[template(path = "settings.html")]
pub(super) struct SettingsPage {
    frame: Frame,
    /// What the page before did.
    done: Option<Done>,
    told: Option<Told>,
    account: String,
    name: String,
    email: String,
    /// What the fields of the profile hold: what was entered, if that was refused.
    /// An address that was entered and is not confirmed yet.
    waiting: Option<Waiting>,
    /// A new address has to be confirmed.
    confirms: bool,
    name_max: usize,
    email_max: usize,
    as_browser: bool,
    languages: Vec<Choice>,
    /// What is told by mail, where mail is sent.
    by_mail: Option<ToldByMail>,
    log_in: String,
    /// The service by which they log in.
    service: Option<Service>,
    /// There is a password to be changed.
    by_password: bool,
    second_factor: Option<second_factor::Status>,
    /// Just made, and shown this once.
    fresh: Option<Fresh>,
    /// What the field for a new one holds: what was entered, if that was refused.
    label: String,
    app_passwords: Vec<AppPassword>,
    sessions: Vec<Session>,
    /// How many app passwords are shown, where that is not all.
    cut_app_passwords: Option<u32>,
    /// The same of sessions.
    cut_sessions: Option<u32>,
    /// There is another session than this one.
    others: bool,
    copies: [&'static str; 3],
}

/// What was done, in the section that it is about.
#[derive(Clone, Copy)]
struct Done {
    name: &'static str,
    id: &'static str,
    section: &'static str,
}

struct Service {
    name: String,
    since: When,
}

/// One entry of the menu.
struct Choice {
    tag: &'static str,
    name: &'static str,
    chosen: bool,
}

struct Fresh {
    label: String,
    password: Zeroizing<String>,
}

struct AppPassword {
    id: String,
    label: String,
    since: When,
    used: Option<When>,
}

struct Session {
    id: String,
    browser: Saying,
    since: When,
    seen: Option<When>,
    /// The one in which the page is looked at.
    here: bool,
}

/// What a form led to.
#[derive(Default)]
struct Outcome {
    told: Option<Problem>,
    /// The field for the password that had to confirm it.
    password: &'static str,
    fresh: Option<app_passwords::Fresh>,
    /// What was entered, to be corrected.
    entered: Option<(String, String)>,
    /// The same for a new app password.
    label: String,
}

const fn done(name: &'static str, id: &'static str, section: &'static str) -> Done {
    Done { name, id, section }
}

/// So many app passwords and sessions are shown beside what answers a form, the newest of them.
const ANSWER_ROWS: u32 = 20;

/// What a redirect says was done, the words for it, and the section in which they stand.
const DONE: [Done; 9] = [
    done("saved", "settings-saved", "profile"),
    done("language", "settings-saved", "languages"),
    done("notifications", "settings-saved", "told-by-mail"),
    done("email", "email-confirmed", "profile"),
    done("email-sent", "email-sent", "profile"),
    done("password", "password-changed", "change-password"),
    done("off", "second-factor-is-off", "second-factor"),
    done("removed", "app-password-removed", "app-passwords"),
    done("ended", "session-ended", "sessions"),
];

/// `GET /settings`
pub(super) async fn show(visitor: Visitor, fields: Fields) -> Result<Response, ApiProblem> {
    let done = DONE.into_iter().find(|it| it.name == fields.text("done"));
    render(&visitor, done, Outcome::default()).await
}

/// `POST /settings`: the language.
pub(super) async fn language(visitor: Visitor, fields: Fields) -> Result<Response, ApiProblem> {
    let language = Language::parse(fields.text("language"));
    let reference = visitor.reference.as_str();
    let saved = profile::set_language(&visitor.app, &visitor.user, language, reference).await;
    answer(&visitor, saved.map(drop), "language").await
}

/// `POST /settings/profile`
pub(super) async fn profile(visitor: Visitor, fields: Fields) -> Result<Response, ApiProblem> {
    let (name, email) = (fields.text("name"), fields.text("email"));
    // The form holds the address that counts: whoever leaves it there does not ask for it, and one that waits goes on.
    let stays = visitor.user.email.as_deref().unwrap_or_default() == email.trim();
    let change = Change {
        display_name: Some(name.to_owned()),
        email: (!stays).then(|| email.to_owned()),
    };
    let (app, user, reference) = (&visitor.app, &visitor.user, visitor.reference.as_str());
    match profile::change(app, user, change, visitor.words.0, reference).await {
        Ok(saved) => {
            let is_asked = !stays && !email.is_empty() && saved.email.as_deref() != Some(email);
            let done = if is_asked { "email-sent" } else { "saved" };
            Ok(to(done))
        }
        Err(problem) => {
            let outcome = Outcome {
                told: Some(problem),
                entered: Some((name.to_owned(), email.to_owned())),
                ..Outcome::default()
            };
            render(&visitor, None, outcome).await
        }
    }
}

/// `POST /settings/password`
pub(super) async fn password(
    visitor: Visitor,
    client: Client,
    fields: Fields,
) -> Result<Response, ApiProblem> {
    let (password, new) = (fields.exact("current"), fields.exact("new"));
    let (app, user, reference) = (&visitor.app, &visitor.user, visitor.reference.as_str());
    let here = visitor.session.clone();
    let (keep, cookie) = here.map(|id| session::replaced(app, id)).unzip();
    let changed = if fields.exact("again") == new {
        let current = Typed { password, client };
        profile::change_password(app, user, current, new, keep, reference).await
    } else {
        let problem = Problem::new(Code::MemberInvalid).with("member", "new_password");
        Err(problem.with("reason", "differs"))
    };
    let cookie = cookie.filter(|_| changed.is_ok());
    let mut response = match changed {
        Ok(()) => to("password"),
        Err(problem) => {
            let outcome = Outcome {
                password: "current",
                ..failed(problem)
            };
            render(&visitor, None, outcome).await?
        }
    };
    if let Some(cookie) = cookie {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    Ok(response)
}

/// `POST /settings/app-passwords`: no redirect, since the password is shown this once.
pub(super) async fn add_app_password(
    visitor: Visitor,
    client: Client,
    fields: Fields,
) -> Result<Response, ApiProblem> {
    let label = fields.text("label");
    let password = fields.exact("password");
    let outcome = match new_app_password(&visitor, label, Typed { password, client }).await {
        Ok(fresh) => Outcome {
            fresh: Some(fresh),
            ..Outcome::default()
        },
        Err(problem) => Outcome {
            label: label.to_owned(),
            password: "confirm",
            ..failed(problem)
        },
    };
    render(&visitor, None, outcome).await
}

/// Whoever sits down at a browser that somebody left open takes nothing along that goes on after the session: the password of
/// the account is asked for, where there is one.
async fn new_app_password(
    visitor: &Visitor,
    label: &str,
    typed: Typed<'_>,
) -> Result<app_passwords::Fresh, Problem> {
    let (app, user, reference) = (&visitor.app, &visitor.user, visitor.reference.as_str());
    if accounts::has_password(app, user).await? {
        accounts::confirm(app, user, typed, reference).await?;
    }
    app_passwords::add(app, user, label, reference).await
}

/// `POST /settings/app-passwords/{id}/remove`
pub(super) async fn remove_app_password(
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, ApiProblem> {
    let reference = visitor.reference.as_str();
    let removed = app_passwords::remove(&visitor.app, &visitor.user, &id, reference).await;
    answer(&visitor, removed, "removed").await
}

/// `POST /settings/sessions/{id}/end`
pub(super) async fn end_session(
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, ApiProblem> {
    let reference = visitor.reference.as_str();
    let ended = actions::sessions::end(&visitor.app, &visitor.user, &id, reference).await;
    answer(&visitor, ended, "ended").await
}

/// `POST /settings/sessions/end-others`
pub(super) async fn end_others(visitor: Visitor) -> Result<Response, ApiProblem> {
    let (app, user, reference) = (&visitor.app, &visitor.user, visitor.reference.as_str());
    let keep = visitor.session.clone();
    let ended = actions::sessions::end_others(app, user, keep, reference).await;
    answer(&visitor, ended.map(drop), "ended").await
}

/// Back to the page, which says what was done; or the page with what went wrong.
pub(super) async fn answer(
    visitor: &Visitor,
    result: Result<(), Problem>,
    done: &str,
) -> Result<Response, ApiProblem> {
    match result {
        Ok(()) => Ok(to(done)),
        Err(problem) => render(visitor, None, failed(problem)).await,
    }
}

/// To the section of the page that says what was done.
pub(super) fn to(done: &str) -> Response {
    let section = DONE.iter().find(|it| it.name == done);
    let section = section.map_or("", |it| it.section);
    Redirect::to(&format!("/settings?done={done}#{section}")).into_response()
}

fn failed(problem: Problem) -> Outcome {
    Outcome {
        told: Some(problem),
        ..Outcome::default()
    }
}

async fn render(
    visitor: &Visitor,
    done: Option<Done>,
    outcome: Outcome,
) -> Result<Response, ApiProblem> {
    let problem = outcome.told.clone();
    let shown = SettingsPage::load(visitor, done, outcome).await;
    let shown = shown.map_err(|problem| visitor.fails(problem))?;
    Ok(page_telling(visitor.words, problem.as_ref(), &shown))
}

impl SettingsPage {
    async fn load(
        visitor: &Visitor,
        done: Option<Done>,
        outcome: Outcome,
    ) -> Result<Self, Problem> {
        let (app, words) = (&visitor.app, visitor.words);
        let user: &User = &visitor.user;
        let mut app_passwords = app_passwords::list(app, user).await?;
        let mut sessions = actions::sessions::list(app, user).await?;
        let others = sessions
            .iter()
            .any(|one| Some(&one.id) != visitor.session.as_ref());
        // What answers a form may hold a secret, and is sent as it is.
        let answers_a_form = outcome.fresh.is_some() || outcome.told.is_some();
        let rows = ANSWER_ROWS as usize;
        let is_cut = |all: usize| (answers_a_form && all > rows).then_some(ANSWER_ROWS);
        let cut_app_passwords = is_cut(app_passwords.len());
        let cut_sessions = is_cut(sessions.len());
        if answers_a_form {
            app_passwords.drain(..app_passwords.len().saturating_sub(rows));
            sessions.truncate(rows);
        }
        let here = visitor.session.as_ref();
        let by_password = accounts::has_password(app, user).await?;
        let known = || {
            let email = user.email.clone().unwrap_or_default();
            (user.display_name.clone(), email)
        };
        let (name, email) = outcome.entered.unwrap_or_else(known);
        let waiting = Waiting::of(visitor).await?;
        let is_on_its_way = waiting.as_ref().is_some_and(Waiting::is_on_its_way);
        Ok(Self {
            frame: visitor.frame(Section::Settings),
            done: done.filter(|done| done.name != "email-sent" || is_on_its_way),
            told: outcome.told.map(|problem| {
                let told = visitor.told(&problem);
                told.at_what_was_typed(Code::PasswordWrong, outcome.password)
            }),
            account: format!("{}@{}", user.id, app.provider()),
            name,
            email,
            waiting,
            confirms: app.config.mail.is_some(),
            name_max: limits::NAME_CHARS,
            email_max: limits::EMAIL_CHARS,
            as_browser: user.language.is_none(),
            languages: choices(user.language),
            by_mail: ToldByMail::of(visitor).await?,
            log_in: user.name.clone(),
            service: Service::of(visitor).await?,
            by_password,
            second_factor: second_factor::Status::of(visitor, by_password).await?,
            fresh: outcome.fresh.map(|fresh| Fresh {
                label: fresh.label,
                password: fresh.password,
            }),
            label: outcome.label,
            app_passwords: app_passwords
                .into_iter()
                .map(|one| AppPassword::new(words, one))
                .collect(),
            cut_app_passwords,
            cut_sessions,
            others,
            sessions: sessions
                .iter()
                .map(|one| Session::new(words, one, here))
                .collect(),
            copies: Format::ALL.map(Format::as_str),
        })
    }
}

impl SettingsPage {
    /// The sections that there are, in their order.
    fn sections(&self) -> impl Iterator<Item = (&'static str, Saying)> {
        let all = [
            ("profile", "profile", true),
            ("languages", "language", true),
            ("told-by-mail", "told-by-mail", self.by_mail.is_some()),
            ("sessions", "sessions", true),
            ("service", "logging-in", self.service.is_some()),
            ("change-password", "change-password", self.by_password),
            (
                "second-factor",
                "second-factor",
                self.second_factor.is_some(),
            ),
            ("app-passwords", "app-passwords", true),
            ("copy-of-data", "your-data", true),
            ("leave", "leave-title", true),
        ];
        let there = all.into_iter().filter(|(.., is_there)| *is_there);
        there.map(|(section, id, _)| (section, self.frame.say(id)))
    }
}

impl Service {
    async fn of(visitor: &Visitor) -> Result<Option<Self>, Problem> {
        let (app, words) = (&visitor.app, visitor.words);
        let link = oidc::link_of(app, &visitor.user).await?;
        let named = app.oidc.as_ref().zip(link);
        Ok(named.map(|(oidc, link)| Self {
            name: oidc.name().to_owned(),
            since: When {
                at: link.linked_at,
                words,
            },
        }))
    }
}

impl AppPassword {
    fn new(words: Words, one: symbolon_store::app_passwords::AppPassword) -> Self {
        Self {
            id: one.id.to_string(),
            label: one.label,
            since: When {
                at: one.created_at,
                words,
            },
            used: one.last_used_at.map(|at| When { at, words }),
        }
    }
}

impl Session {
    fn new(words: Words, one: &sessions::Session, here: Option<&Id>) -> Self {
        Self {
            browser: browser(words, one.browser.as_deref(), one.system.as_deref()),
            since: When {
                at: one.created_at,
                words,
            },
            seen: one.seen_at.map(|at| When { at, words }),
            here: Some(&one.id) == here,
            id: one.id.to_string(),
        }
    }
}

fn browser(words: Words, browser: Option<&str>, system: Option<&str>) -> Saying {
    match (browser, system) {
        (Some(browser), Some(system)) => words
            .say("browser-on-system")
            .with("browser", browser)
            .with("system", system),
        (Some(name), None) | (None, Some(name)) => words.say("browser-alone").with("name", name),
        (None, None) => words.say("browser-unknown"),
    }
}

fn choices(chosen: Option<Language>) -> Vec<Choice> {
    let choice = |language: Language| Choice {
        tag: language.tag(),
        name: language.own_name(),
        chosen: chosen == Some(language),
    };
    Language::ALL.into_iter().map(choice).collect()
}

#[cfg(test)]
impl SettingsPage {
    pub(super) fn sample(words: Words, text: &str) -> Self {
        let at = symbolon_core::Timestamp::from_secs(1_795_521_600);
        let id = || "01kk7v3q9d8zx5y2n4b6m8r0ta".to_owned();
        let session = |known: Option<&str>, here| Session {
            id: id(),
            browser: browser(words, known, Some("Linux")),
            since: When { at, words },
            seen: known.map(|_| When { at, words }),
            here,
        };
        Self {
            frame: Frame::sample(words, text, Section::Settings),
            done: DONE.into_iter().next(),
            told: Some(Told::sample(words, text)),
            account: format!("01kk7v3q9d8zx5y2n4b6m8r0ta@cat.example.org{text}"),
            name: format!("Carol {text}"),
            email: format!("carol@example.org{text}"),
            waiting: Some(Waiting::sample(words, text)),
            confirms: true,
            name_max: limits::NAME_CHARS,
            email_max: limits::EMAIL_CHARS,
            as_browser: false,
            languages: choices(Some(Language::De)),
            by_mail: Some(ToldByMail::sample(words, text)),
            log_in: format!("carol{text}"),
            service: Some(Service {
                name: format!("Cat University {text}"),
                since: When { at, words },
            }),
            by_password: true,
            second_factor: Some(second_factor::Status(Some(second_factor::Since::sample(
                words,
            )))),
            fresh: Some(Fresh {
                label: text.to_owned(),
                password: Zeroizing::new("abcd-efgh".to_owned()),
            }),
            label: text.to_owned(),
            app_passwords: vec![AppPassword {
                id: id(),
                label: text.to_owned(),
                since: When { at, words },
                used: None,
            }],
            cut_app_passwords: Some(ANSWER_ROWS),
            cut_sessions: Some(ANSWER_ROWS),
            sessions: vec![session(Some("Firefox"), true), session(None, false)],
            others: true,
            copies: Format::ALL.map(Format::as_str),
        }
    }

    pub(super) fn empty(words: Words) -> Self {
        Self {
            done: None,
            told: None,
            by_mail: None,
            waiting: None,
            confirms: false,
            by_password: false,
            second_factor: Some(second_factor::Status(None)),
            fresh: None,
            app_passwords: Vec::new(),
            cut_app_passwords: None,
            cut_sessions: None,
            sessions: Vec::new(),
            others: false,
            ..Self::sample(words, "")
        }
    }
}
