//! `/settings/second-factor`: a person turns their second factor on, is shown the recovery codes once, and turns it off.

use askama::Template;
use axum::response::Response;
use http::header::SET_COOKIE;
use secrecy::zeroize::Zeroizing;
use symbolon_proto::problem::{Code, Problem};

use super::at_field::AtField;
use super::fields::Fields;
use super::frame::{Frame, Section, page_telling};
use super::qr::Qr;
use super::settings::answer;
use super::told::Told;
use super::visitor::Visitor;
use super::when::When;
use crate::accounts::second_factor::{self, Setup};
use crate::accounts::{self, Typed, session};
use crate::config::DEFAULT_NAME;
use crate::http::problem::ApiProblem;
use crate::pace::Client;

/// What `templates/second_factor.html` needs.
#[derive(Template)]
#[template(path = "second_factor.html")]
pub(super) struct SecondFactorPage {
    frame: Frame,
    told: Option<Told>,
    name: String,
    state: State,
}

enum State {
    Off(Offer),
    /// It was turned on a moment ago. The recovery codes are shown this once.
    Fresh(Vec<Zeroizing<String>>),
    On(Since),
}

/// A secret for an app.
struct Offer {
    sealed: String,
    secret: Zeroizing<String>,
    uri: Zeroizing<String>,
    qr: Option<Qr>,
}

/// A second factor that is asked for.
pub(super) struct Since {
    pub(super) since: When,
    pub(super) left: u64,
}

/// Whether somebody has a second factor, for `/settings`.
pub(super) struct Status(pub(super) Option<Since>);

impl Status {
    /// `None` for somebody who cannot have one, since they log in with no password here.
    pub(super) async fn of(visitor: &Visitor, by_password: bool) -> Result<Option<Self>, Problem> {
        let since = since(visitor).await?;
        let offered = by_password && visitor.app.config.password_login;
        Ok((offered || since.is_some()).then_some(Self(since)))
    }
}

async fn since(visitor: &Visitor) -> Result<Option<Since>, Problem> {
    let found = second_factor::find(&visitor.app, &visitor.user).await?;
    Ok(found.map(|found| Since {
        since: When {
            at: found.since,
            words: visitor.words,
        },
        left: u64::try_from(found.recovery_codes.len()).unwrap_or(u64::MAX),
    }))
}

/// `GET /settings/second-factor`
pub(super) async fn show(visitor: Visitor) -> Result<Response, ApiProblem> {
    render(&visitor, None, None).await
}

/// `POST /settings/second-factor`: no redirect, since the recovery codes are shown this once.
pub(super) async fn turn_on(
    visitor: Visitor,
    client: Client,
    fields: Fields,
) -> Result<Response, ApiProblem> {
    let (app, user, reference) = (&visitor.app, &visitor.user, visitor.reference.as_str());
    let Some(setup) = Setup::read(app, user, fields.exact("setup")) else {
        let problem = Problem::new(Code::SecondFactorWrong).with("reason", "secret-over");
        return render(&visitor, None, Some(&problem)).await;
    };
    // Sent twice, or from another tab.
    if since(&visitor)
        .await
        .map_err(|it| visitor.fails(it))?
        .is_some()
    {
        return render(&visitor, None, None).await;
    }
    let here = visitor.session.clone();
    let (keep, cookie) = here.map(|id| session::replaced(app, id)).unzip();
    let typed = typed(client, &fields);
    match second_factor::turn_on(app, user, &setup, typed, keep, reference).await {
        Ok(Some(codes)) => {
            let shown = SecondFactorPage::new(&visitor, None, State::Fresh(codes));
            let mut response = page_telling(visitor.words, None, &shown);
            if let Some(cookie) = cookie {
                response.headers_mut().append(SET_COOKIE, cookie);
            }
            Ok(response)
        }
        // Sent twice, at the same moment.
        Ok(None) => render(&visitor, None, None).await,
        Err(problem) => {
            // There are no recovery codes yet to be used instead.
            let problem = match problem.code() {
                Code::SecondFactorWrong => problem.with("reason", "enrolling"),
                _ => problem,
            };
            render(&visitor, Some(setup), Some(&problem)).await
        }
    }
}

/// `POST /settings/second-factor/off`
pub(super) async fn turn_off(
    visitor: Visitor,
    client: Client,
    fields: Fields,
) -> Result<Response, ApiProblem> {
    let (app, user, reference) = (&visitor.app, &visitor.user, visitor.reference.as_str());
    match second_factor::turn_off(app, user, typed(client, &fields), reference).await {
        Ok(()) => answer(&visitor, Ok(()), "off").await,
        Err(problem) => render(&visitor, None, Some(&problem)).await,
    }
}

fn typed(client: Client, fields: &Fields) -> (Typed<'_>, &str) {
    let password = fields.exact("password");
    (Typed { password, client }, fields.text("code"))
}

/// The page as it is now, with the same secret as before if there was one.
async fn render(
    visitor: &Visitor,
    setup: Option<Setup>,
    problem: Option<&Problem>,
) -> Result<Response, ApiProblem> {
    let fails = |problem| visitor.fails(problem);
    let state = match since(visitor).await.map_err(fails)? {
        Some(since) => State::On(since),
        None => {
            let (app, user) = (&visitor.app, &visitor.user);
            let password = accounts::has_password(app, user).await.map_err(fails)?;
            if !(password && app.config.password_login) {
                return Err(fails(Problem::new(Code::NotFound)));
            }
            let setup = setup.unwrap_or_else(|| Setup::new(app));
            State::Off(Offer::new(visitor, &setup))
        }
    };
    let shown = SecondFactorPage::new(visitor, problem, state);
    Ok(page_telling(visitor.words, problem, &shown))
}

impl Offer {
    fn new(visitor: &Visitor, setup: &Setup) -> Self {
        let (app, user) = (&visitor.app, &visitor.user);
        // People may have accounts on several servers that nobody has given a name.
        let named = app.config.name != DEFAULT_NAME;
        let issuer = if named {
            &app.config.name
        } else {
            app.provider().as_str()
        };
        let uri = setup.0.uri(issuer, &user.name);
        Self {
            sealed: setup.sealed(app, user),
            secret: grouped(&setup.0.text()),
            qr: Qr::of(&uri),
            uri,
        }
    }
}

/// In groups of four, as people type it; apps leave the spaces out.
fn grouped(secret: &str) -> Zeroizing<String> {
    let mut spaced = Zeroizing::new(String::with_capacity(secret.len() * 5 / 4 + 1));
    for (place, letter) in secret.chars().enumerate() {
        if place > 0 && place % 4 == 0 {
            spaced.push(' ');
        }
        spaced.push(letter);
    }
    spaced
}

impl SecondFactorPage {
    fn new(visitor: &Visitor, problem: Option<&Problem>, state: State) -> Self {
        Self {
            frame: visitor.frame(Section::Settings),
            told: problem.map(|problem| {
                let told = visitor.told(problem);
                told.at_what_was_typed(Code::PasswordWrong, "password")
                    .at_what_was_typed(Code::SecondFactorWrong, "code")
            }),
            name: visitor.user.name.clone(),
            state,
        }
    }
}

#[cfg(test)]
impl Since {
    pub(super) fn sample(words: super::words::Words) -> Self {
        let at = symbolon_core::Timestamp::from_secs(1_795_521_600);
        Self {
            since: When { at, words },
            left: 9,
        }
    }
}

#[cfg(test)]
impl SecondFactorPage {
    pub(super) fn samples(words: super::words::Words, text: &str) -> [Self; 3] {
        let uri = "otpauth://totp/Cat:carol?secret=GEZDGNBVGY3TQOJQ&issuer=Cat";
        let offer = Offer {
            sealed: "abcd".to_owned(),
            secret: grouped("GEZDGNBVGY3TQOJQ"),
            uri: Zeroizing::new(uri.to_owned()),
            qr: Qr::of(uri),
        };
        let states = [
            State::Off(offer),
            State::Fresh(vec![Zeroizing::new("abcd-efgh-jkmn-pqrs".to_owned()); 10]),
            State::On(Since::sample(words)),
        ];
        states.map(|state| Self {
            frame: Frame::sample(words, text, Section::Settings),
            told: Some(Told::sample(words, text)),
            name: format!("carol{text}"),
            state,
        })
    }
}
