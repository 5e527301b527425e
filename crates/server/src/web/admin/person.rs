//! `/admin/people/new` and `/admin/people/{id}`: making an account, and what administrators do for somebody who has one.
//! What is done to one's own account by its password is done under one's name, and not here.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};
use symbolon_proto::limits;
use symbolon_proto::problem::{Code, Problem};

use super::{Administrator, back};
use crate::accounts::NAME_CHARS_MAX;
use crate::actions::people::{self, Known, New};
use crate::actions::profile::Change;
use crate::http::problem::ApiProblem;
use crate::web::at_field::AtField;
use crate::web::fields::Fields;
use crate::web::frame::{Frame, page, page_telling};
use crate::web::told::Told;
use crate::web::when::When;
use crate::web::words::{Saying, Words};

/// What `templates/admin_add.html` needs.
#[derive(Template)]
#[template(path = "admin_add.html")]
pub(in crate::web) struct AddPage {
    frame: Frame,
    told: Option<Told>,
    log_in: String,
    name: String,
    email: String,
    admin: bool,
    /// The log-in service, where nobody logs in by password.
    service: Option<String>,
    log_in_max: usize,
    name_max: usize,
    email_max: usize,
}

/// What `templates/admin_person.html` needs.
#[derive(Template)]
#[template(path = "admin_person.html")]
pub(in crate::web) struct PersonPage {
    frame: Frame,
    done: Option<Saying>,
    told: Option<Told>,
    /// A password that was just made, and is shown this once.
    fresh: Option<Zeroizing<String>>,
    id: String,
    address: String,
    log_in: String,
    shown_as: String,
    /// What the fields hold: what was entered, if that was refused.
    name: String,
    email: String,
    name_max: usize,
    email_max: usize,
    since: When,
    disabled: Option<When>,
    admin: bool,
    sessions: Option<Saying>,
    by_password: bool,
    /// People can log in by password here.
    passwords: bool,
    second_factor: Option<When>,
    service: Option<Service>,
    /// The administrator who looks at the page.
    own: bool,
}

/// The log-in service, where one is set, and who the person is to it.
struct Service {
    name: String,
    linked: Option<Linked>,
    /// Its groups say who is an administrator.
    decides: bool,
}

struct Linked {
    /// The service, if it is not the one of the settings.
    elsewhere: Option<String>,
    subject: String,
    since: When,
}

/// What a form led to.
#[derive(Default)]
struct Outcome {
    done: Option<Saying>,
    told: Option<Problem>,
    fresh: Option<SecretString>,
    /// The name and the e-mail address that were entered.
    entered: Option<(String, String)>,
}

/// `GET /admin/people/new`
pub(super) async fn ask(administrator: Administrator) -> Response {
    let shown = AddPage::new(&administrator, &Fields::none(), None);
    page(administrator.0.words, &shown)
}

/// `POST /admin/people/new`: no redirect, since the password is shown this once.
pub(super) async fn add(
    administrator: Administrator,
    fields: Fields,
) -> Result<Response, ApiProblem> {
    let visitor = &administrator.0;
    let new = New {
        name: fields.text("user"),
        display_name: fields.text("name"),
        email: fields.text("email"),
        admin: fields.filled("admin").is_some(),
    };
    let (by, reference) = (&visitor.user, visitor.reference.as_str());
    match people::add(&visitor.app, by, new, reference).await {
        Ok((user, password)) => {
            let outcome = Outcome {
                done: Some(visitor.words.say("admin-done-added")),
                fresh: password,
                ..Outcome::default()
            };
            render(&administrator, user.id.as_str(), outcome).await
        }
        Err(problem) => {
            let told = visitor.told(&problem);
            let shown = AddPage::new(&administrator, &fields, Some(told));
            Ok(page_telling(visitor.words, Some(&problem), &shown))
        }
    }
}

/// `GET /admin/people/{id}`
pub(super) async fn show(
    administrator: Administrator,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, ApiProblem> {
    let outcome = Outcome {
        done: administrator.done(&fields),
        ..Outcome::default()
    };
    render(&administrator, &id, outcome).await
}

/// `POST /admin/people/{id}/profile`
pub(super) async fn profile(
    administrator: Administrator,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, ApiProblem> {
    let visitor = &administrator.0;
    let entered = (
        fields.text("name").to_owned(),
        fields.text("email").to_owned(),
    );
    let change = Change {
        display_name: Some(entered.0.clone()),
        email: Some(entered.1.clone()),
    };
    let (by, reference) = (&visitor.user, visitor.reference.as_str());
    match people::change(&visitor.app, by, &id, change, reference).await {
        Ok(()) => Ok(done(&id, "saved")),
        Err(problem) => {
            let outcome = Outcome {
                told: Some(problem),
                entered: Some(entered),
                ..Outcome::default()
            };
            render(&administrator, &id, outcome).await
        }
    }
}

/// `POST /admin/people/{id}/password`: no redirect, since the password is shown this once.
pub(super) async fn password(
    administrator: Administrator,
    Path(id): Path<String>,
) -> Result<Response, ApiProblem> {
    let visitor = &administrator.0;
    let (by, reference) = (&visitor.user, visitor.reference.as_str());
    let outcome = match people::reset_password(&visitor.app, by, &id, reference).await {
        Ok(password) => Outcome {
            done: Some(visitor.words.say("admin-done-password")),
            fresh: Some(password),
            ..Outcome::default()
        },
        Err(problem) => Outcome::told(problem),
    };
    render(&administrator, &id, outcome).await
}

/// `POST /admin/people/{id}/{gesture}`: everything that needs no more than a click, or one field.
pub(super) async fn gesture(
    administrator: Administrator,
    Path((id, gesture)): Path<(String, String)>,
    fields: Fields,
) -> Result<Response, ApiProblem> {
    let visitor = &administrator.0;
    let (app, by, reference) = (&visitor.app, &visitor.user, visitor.reference.as_str());
    let (result, word) = match gesture.as_str() {
        "second-factor-off" => (
            people::turn_off_second_factor(app, by, &id, reference).await,
            "factor-off",
        ),
        "log-out" => (
            people::end_sessions(app, by, &id, reference).await,
            "logged-out",
        ),
        "admin" => (
            people::set_admin(app, by, &id, true, reference).await,
            "admin",
        ),
        "no-admin" => (
            people::set_admin(app, by, &id, false, reference).await,
            "no-admin",
        ),
        "link" => (
            people::link(app, by, &id, fields.text("subject"), reference).await,
            "linked",
        ),
        "unlink" => (people::unlink(app, by, &id, reference).await, "unlinked"),
        "disable" => (
            people::set_disabled(app, by, &id, true, reference).await,
            "disabled",
        ),
        "enable" => (
            people::set_disabled(app, by, &id, false, reference).await,
            "enabled",
        ),
        _ => return Err(visitor.fails(crate::actions::not_found("page"))),
    };
    match result {
        Ok(()) => Ok(done(&id, word)),
        Err(problem) => render(&administrator, &id, Outcome::told(problem)).await,
    }
}

fn done(id: &str, word: &str) -> Response {
    back(&format!("/admin/people/{id}"), word)
}

async fn render(
    administrator: &Administrator,
    id: &str,
    outcome: Outcome,
) -> Result<Response, ApiProblem> {
    let visitor = &administrator.0;
    let found = people::find(&visitor.app, id).await;
    let known = found.map_err(|problem| visitor.fails(problem))?;
    if let Some(problem) = &outcome.told
        && problem.code() == Code::NotFound
    {
        return Err(visitor.fails(problem.clone()));
    }
    let problem = outcome.told.clone();
    let shown = PersonPage::new(administrator, known, outcome);
    Ok(page_telling(visitor.words, problem.as_ref(), &shown))
}

impl Outcome {
    fn told(problem: Problem) -> Self {
        Self {
            told: Some(problem),
            ..Self::default()
        }
    }
}

impl AddPage {
    fn new(administrator: &Administrator, fields: &Fields, told: Option<Told>) -> Self {
        let config = &administrator.0.app.config;
        let service = config.oidc.as_ref().filter(|_| !config.password_login);
        Self {
            service: service.map(|oidc| oidc.name.clone()),
            ..Self::of(administrator.frame(), fields, told)
        }
    }

    fn of(frame: Frame, fields: &Fields, told: Option<Told>) -> Self {
        Self {
            frame,
            told,
            log_in: fields.text("user").to_owned(),
            name: fields.text("name").to_owned(),
            email: fields.text("email").to_owned(),
            admin: fields.filled("admin").is_some(),
            service: None,
            log_in_max: NAME_CHARS_MAX,
            name_max: limits::NAME_CHARS,
            email_max: limits::EMAIL_CHARS,
        }
    }
}

impl PersonPage {
    fn new(administrator: &Administrator, known: Known, outcome: Outcome) -> Self {
        let visitor = &administrator.0;
        let (app, words) = (&visitor.app, visitor.words);
        let oidc = app.config.oidc.as_ref();
        let service = oidc.map(|oidc| {
            let decides = !oidc.rules.admin_groups.is_empty();
            (oidc.name.as_str(), oidc.issuer.as_str(), decides)
        });
        let told = outcome.told.as_ref().map(|problem| visitor.told(problem));
        Self {
            done: outcome.done,
            told,
            fresh: outcome
                .fresh
                .map(|password| password.expose_secret().to_owned().into()),
            own: known.user.id == visitor.user.id,
            passwords: app.config.password_login,
            ..Self::of(
                administrator.frame(),
                words,
                app.provider().as_str(),
                known,
                service,
                outcome.entered,
            )
        }
    }

    fn of(
        frame: Frame,
        words: Words,
        here: &str,
        known: Known,
        service: Option<(&str, &str, bool)>,
        entered: Option<(String, String)>,
    ) -> Self {
        let user = known.user;
        let when = |at| When { at, words };
        let issuer = service.map(|(_, issuer, _)| issuer);
        let linked = known.link.map(|link| Linked {
            elsewhere: Some(link.identity.issuer).filter(|its| issuer != Some(its)),
            subject: link.identity.subject,
            since: when(link.linked_at),
        });
        let email = user.email.unwrap_or_default();
        let (name, email) = entered.unwrap_or_else(|| (user.display_name.clone(), email));
        let sessions = (known.sessions > 0).then(|| {
            words
                .say("admin-logged-in")
                .with("n", known.sessions as u64)
        });
        Self {
            frame,
            done: None,
            told: None,
            fresh: None,
            address: format!("{}@{here}", user.id),
            id: user.id.to_string(),
            log_in: user.name,
            shown_as: user.display_name,
            name,
            email,
            name_max: limits::NAME_CHARS,
            email_max: limits::EMAIL_CHARS,
            since: when(user.created_at),
            disabled: user.disabled_at.map(when),
            admin: user.admin,
            sessions,
            by_password: known.by_password,
            passwords: true,
            second_factor: known.second_factor.map(|factor| when(factor.since)),
            service: service.map(|(name, _, decides)| Service {
                name: name.to_owned(),
                linked,
                decides,
            }),
            own: false,
        }
    }
}

#[cfg(test)]
impl AddPage {
    pub(in crate::web) fn sample(words: Words, text: &str) -> Self {
        let frame = Frame::sample(words, text, crate::web::frame::Section::Admin);
        Self {
            told: (!text.is_empty()).then(|| Told::sample(words, text)),
            log_in: text.to_owned(),
            name: text.to_owned(),
            email: text.to_owned(),
            service: (!text.is_empty()).then(|| text.to_owned()),
            ..Self::of(frame, &Fields::none(), None)
        }
    }
}

#[cfg(test)]
impl PersonPage {
    /// Somebody else with everything there is, and one's own account with nothing.
    pub(in crate::web) fn samples(words: Words, text: &str) -> [Self; 2] {
        use symbolon_core::{Timestamp, UserId};
        use symbolon_store::identities::{Identity, Link};
        use symbolon_store::second_factors::SecondFactor;
        use symbolon_store::users::User;

        let at = Timestamp::from_secs(1_795_521_600);
        let id = UserId::parse("01kk7v3q9d8zx5y2n4b6m8r0ta").unwrap();
        let user = |full: bool| User {
            id: id.clone(),
            name: "bob".to_owned(),
            display_name: format!("Bob {text}"),
            email: full.then(|| format!("bob@example.org{text}")),
            disabled_at: full.then_some(at),
            created_at: at,
            language: None,
            admin: !full,
        };
        let link = Link {
            identity: Identity {
                issuer: text.to_owned(),
                subject: text.to_owned(),
            },
            user: id.clone(),
            linked_at: at,
            seen_at: None,
        };
        let known = |full: bool| Known {
            user: user(full),
            sessions: usize::from(full) * 2,
            second_factor: full.then(|| SecondFactor {
                secret_sealed: Vec::new(),
                since: at,
                recovery_codes: Vec::new(),
            }),
            link: full.then(|| link.clone()),
            by_password: full,
        };
        let frame = || Frame::sample(words, text, crate::web::frame::Section::Admin);
        let here = "cat.example.org";
        let service = Some((text, "https://login.example.org", true));
        [
            Self {
                done: Some(words.say("admin-done-password")),
                told: Some(Told::sample(words, text)),
                fresh: Some("abcd-efgh".to_owned().into()),
                ..Self::of(frame(), words, here, known(true), service, None)
            },
            Self {
                own: true,
                ..Self::of(frame(), words, here, known(false), None, None)
            },
        ]
    }
}
