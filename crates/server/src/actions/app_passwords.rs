//! Passwords for apps and scripts.

use secrecy::zeroize::Zeroizing;
use symbolon_core::Id;
use symbolon_proto::limits;
use symbolon_proto::problem::{Code, Problem};
use symbolon_proto::text::check_text;
use symbolon_store::app_passwords::{
    APP_PASSWORDS_MAX, AddAppPassword, AppPassword, ListAppPasswords, RemoveAppPassword,
};
use symbolon_store::users::User;

use super::{not_found, storage_problem};
use crate::accounts;
use crate::app::App;

/// An app password that was just made.
pub struct Fresh {
    /// Its id.
    pub id: Id,
    /// What it is for.
    pub label: String,
    /// The password itself, which is kept nowhere.
    pub password: Zeroizing<String>,
}

/// Makes an app password.
pub async fn add(app: &App, user: &User, label: &str, reference: &str) -> Result<Fresh, Problem> {
    let invalid = |reason| {
        let problem = Problem::new(Code::MemberInvalid).with("member", "label");
        problem.with("reason", reason)
    };
    let label = label.trim();
    if label.is_empty() {
        return Err(invalid("empty"));
    }
    check_text(label, limits::NAME_CHARS).map_err(|error| error.problem("label"))?;
    let (password, hash) = accounts::new_app_password(&app.env);
    let add = AddAppPassword {
        id: app.env.id(),
        user: user.id.clone(),
        label: label.to_owned(),
        hash,
        moment: app.moment(reference),
    };
    let fresh = Fresh {
        id: add.id.clone(),
        label: add.label.clone(),
        password,
    };
    let added = app.store.write(add).await;
    if !added.map_err(|error| storage_problem(&error))? {
        return Err(invalid("too-many").with("limit", &APP_PASSWORDS_MAX.to_string()));
    }
    Ok(fresh)
}

/// A person's app passwords, oldest first.
pub async fn list(app: &App, user: &User) -> Result<Vec<AppPassword>, Problem> {
    let list = ListAppPasswords {
        user: user.id.clone(),
    };
    app.store
        .read(list)
        .await
        .map_err(|error| storage_problem(&error))
}

/// Takes an app password away: nobody can log in with it from now on.
pub async fn remove(app: &App, user: &User, id: &str, reference: &str) -> Result<(), Problem> {
    let none = || not_found("app password");
    let remove = RemoveAppPassword {
        user: user.id.clone(),
        id: Id::parse(id).ok_or_else(none)?,
        moment: app.moment(reference),
    };
    let removed = app.store.write(remove).await;
    match removed.map_err(|error| storage_problem(&error))? {
        true => Ok(()),
        false => Err(none()),
    }
}
