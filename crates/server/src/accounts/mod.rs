//! Who is asking: passwords, app passwords, sessions.

mod basic;
mod password;
pub mod session;
mod tries;

pub use basic::Account;
pub use password::{app_password_hash, hash_password, new_app_password};
pub use tries::{Tries, Uses};

use secrecy::SecretString;
use symbolon_proto::problem::{Code, Problem};
use symbolon_store::users::{Credentials, FindCredentials, User};

use crate::actions::storage_problem;
use crate::app::App;

/// Logs somebody in with the password of their account.
///
/// A wrong name costs as much time as a wrong password, so the answer's delay does not tell which names exist; a
/// disabled account is only told to somebody who knows its password.
pub async fn log_in(
    app: &App,
    name: &str,
    password: &str,
    reference: &str,
) -> Result<User, Problem> {
    let name = name.trim().to_lowercase();
    app.tries.allowed(&name, app.now())?;
    let credentials = find(app, &name).await?;
    let hash = credentials
        .as_ref()
        .and_then(|found| found.password_hash.clone());
    let right = password::matches(&app.hashing, hash, SecretString::from(password)).await?;
    match credentials.filter(|_| right) {
        Some(found) => let_in(app, found.user),
        None => {
            app.tries.failed(&name, app.now());
            tracing::info!(name, reference, "a log-in failed");
            Err(Problem::new(Code::NotAuthenticated))
        }
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

fn let_in(app: &App, user: User) -> Result<User, Problem> {
    if user.disabled_at.is_some() {
        return Err(Problem::new(Code::AccountDisabled));
    }
    app.tries.succeeded(&user.name);
    Ok(user)
}
