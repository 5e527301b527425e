//! Who is asking: passwords, app passwords, sessions.

mod basic;
mod browser;
pub(crate) mod known;
mod name;
pub(crate) mod password;
mod proved;
pub(crate) mod second_factor;
pub(crate) mod second_step;
pub mod session;
mod totp;
mod tries;

pub use basic::{Account, basic_credentials};
pub use name::{NAME_CHARS_MAX, NameError, check_user_name};
pub use password::{
    PASSWORD_BYTES_MAX, PASSWORD_CHARS_MIN, PasswordError, app_password_hash, check_new_password,
    hash_password, new_app_password,
};
pub(crate) use proved::Proved;
pub use tries::{Tries, Uses};

use http::HeaderMap;
use secrecy::SecretString;
use symbolon_core::UserId;
use symbolon_proto::problem::{Code, Problem};
use symbolon_store::identities::Identity;
use symbolon_store::sessions::NoteFailedLogIn;
use symbolon_store::users::{Credentials, FindCredentials, User};

use crate::actions::storage_problem;
use crate::app::App;
use crate::pace::{Client, Limit};
use second_step::HalfWay;
use tries::{Apart, Try};

/// How far somebody has come who has shown the password of their account.
pub(crate) enum Entered {
    /// Nothing more is asked. The hash of the password that let them in is looked at once more when the session is opened.
    In(User, String),
    /// There is a second factor.
    HalfWay(HalfWay),
}

/// Logs somebody in with the password of their account, or lets them go on to the second factor. `headers` are those of their
/// browser.
pub(crate) async fn log_in(
    app: &App,
    name: &str,
    typed: Typed<'_>,
    headers: &HeaderMap,
    reference: &str,
) -> Result<Entered, Problem> {
    let found = by_password(app, name, typed, Door::LogIn(headers), reference).await?;
    if found.second_factor_since.is_some() {
        return Ok(Entered::HalfWay(HalfWay::new(&found, app.now())));
    }
    let hash = found.password_hash;
    let hash = hash.ok_or_else(|| Problem::new(Code::LogInFailed))?;
    Ok(Entered::In(found.user, hash))
}

/// Where somebody shows the password of an account.
enum Door<'a> {
    /// At the page for that, in a browser that sends these headers.
    LogIn(&'a HeaderMap),
    /// With a request of a program.
    Request,
    /// In a session of theirs, or with an app password: they confirm who they are.
    Inside,
}

/// Whoever knows the password of an account.
///
/// A wrong name costs as much time as a wrong password, so the answer's delay does not tell which names exist; a
/// disabled account is only told to somebody who knows its password.
async fn by_password(
    app: &App,
    name: &str,
    Typed { password, client }: Typed<'_>,
    door: Door<'_>,
    reference: &str,
) -> Result<Credentials, Problem> {
    let name = name.trim().to_lowercase();
    let credentials = find(app, &name).await?;
    let known = |headers| known::carried(app, headers, credentials.as_ref()?);
    let apart = match door {
        Door::LogIn(headers) => known(headers).map(Apart::Known),
        Door::Request => None,
        Door::Inside => Some(Apart::Inside),
    };
    let tried = begin(app, &name, (client, apart))?;
    let hash = credentials
        .as_ref()
        .and_then(|found| found.password_hash.clone());
    // Names that strangers make up keep nobody waiting whose browser is known, or who is in already.
    let password = SecretString::from(password);
    let right = match apart {
        Some(_) => password::matches_of_known(&app.hashing_known, hash, password).await,
        None => password::matches(&app.hashing, hash, password).await,
    };
    let right = right.map_err(|problem| {
        app.tries.undo(&tried);
        unhashed(app, problem)
    })?;
    match credentials {
        Some(found) if right => let_in(app, found, &tried, reference).await,
        other => {
            app.tries.failed(&tried, app.now());
            let code = Code::LogInFailed;
            let meant = other.as_ref().map(|found| &found.user);
            failed(app, meant, code, reference).await;
            Err(Problem::new(code))
        }
    }
}

/// A password, and from where it was sent.
#[derive(Clone, Copy)]
pub(crate) struct Typed<'a> {
    pub(crate) password: &'a str,
    pub(crate) client: Client,
}

/// Whether somebody who is let in already knows the password of their account, for what has to be confirmed by it. Counts
/// like a log-in, so that it cannot be guessed here either, but by itself: whoever guesses from outside keeps nobody from
/// confirming.
pub(crate) async fn confirm(
    app: &App,
    user: &User,
    typed: Typed<'_>,
    reference: &str,
) -> Result<(), Problem> {
    match by_password(app, &user.name, typed, Door::Inside, reference).await {
        Ok(_) => Ok(()),
        Err(problem) if problem.code() == Code::LogInFailed => {
            Err(Problem::new(Code::PasswordWrong))
        }
        Err(problem) => Err(problem),
    }
}

/// Whether somebody has a password to confirm with. Whoever came by the log-in service has none, and where nobody logs in by
/// password, one from before may be forgotten.
pub(crate) async fn has_password(app: &App, user: &User) -> Result<bool, Problem> {
    let found = find(app, &user.name).await?;
    let has = found.is_some_and(|found| found.password_hash.is_some());
    Ok(has && app.config.password_login)
}

/// Hashes a new password away from the threads that answer requests, within the same bounds as log-ins of known browsers:
/// whoever sets one is logged in.
pub async fn hash_new(app: &App, password: &str) -> Result<String, Problem> {
    check_new_password(password).map_err(|error| error.problem("new_password"))?;
    let hashed =
        password::hash_beside(&app.hashing_known, &app.env, SecretString::from(password)).await;
    hashed.map_err(|problem| unhashed(app, problem))
}

/// A password could not be hashed; if that is because too many are, it is counted like everything that a limit refuses.
fn unhashed(app: &App, problem: Problem) -> Problem {
    if problem.code() == Code::TooManyRequests {
        app.metrics.limited(Limit::UnderWay);
    }
    problem
}

/// Counts a log-in that is tried, unless there were too many. In one step with the look at how many there were: whoever
/// sends many at the same moment must not be looked at before the first is counted.
fn begin(app: &App, name: &str, from: (Client, Option<Apart>)) -> Result<Try, Problem> {
    let begun = app.tries.begin(name, from, app.now());
    begun.inspect_err(|_| app.metrics.limited(Limit::LogIns))
}

/// Notes a failure in the trail and the log, by the account that was meant. The name that was typed is kept nowhere: people
/// type passwords into the wrong field.
async fn failed(app: &App, meant: Option<&User>, code: Code, reference: &str) {
    failed_as(app, meant, None, code, reference).await;
}

/// The same of somebody whom a provider of identities has vouched for.
pub(crate) async fn failed_as(
    app: &App,
    meant: Option<&User>,
    identity: Option<Identity>,
    code: Code,
    reference: &str,
) {
    let user = meant.map(|user| user.id.clone());
    let shown = user.as_ref().map(UserId::as_str);
    tracing::info!(user = shown, code = code.as_str(), "a log-in failed");
    let note = NoteFailedLogIn {
        user,
        code,
        identity,
        moment: app.moment(reference),
    };
    if let Err(error) = app.store.write(note).await {
        storage_problem(&error);
    }
}

async fn find(app: &App, name: &str) -> Result<Option<Credentials>, Problem> {
    let find = FindCredentials {
        name: name.to_owned(),
    };
    app.store
        .read(find)
        .await
        .map_err(|error| storage_problem(&error))
}

async fn let_in(
    app: &App,
    found: Credentials,
    tried: &Try,
    reference: &str,
) -> Result<Credentials, Problem> {
    match enabled(app, found.user.clone(), reference).await {
        Ok(_) => {
            app.tries.succeeded(tried);
            Ok(found)
        }
        Err(problem) => {
            app.tries.undo(tried);
            Err(problem)
        }
    }
}

/// Somebody who has proved who they are, unless the account is locked.
pub(crate) async fn enabled(app: &App, user: User, reference: &str) -> Result<User, Problem> {
    if user.disabled_at.is_some() {
        failed(app, Some(&user), Code::AccountDisabled, reference).await;
        return Err(Problem::new(Code::AccountDisabled));
    }
    Ok(user)
}
