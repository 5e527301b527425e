//! `symbolon user app-password`: passwords for scripts and apps.

use anyhow::Result;
use serde::Serialize;
use serde_json::json;
use symbolon_core::Id;
use symbolon_server::accounts;
use symbolon_store::app_passwords::{
    APP_PASSWORDS_MAX, AddAppPassword, AppPassword, ListAppPasswords, RemoveAppPassword,
};
use symbolon_store::users::User;

use super::directory;
use super::name::display_name;
use crate::exit::{Exit, Failure};
use crate::language::say;
use crate::output::{self, At, Format, Line, time};
use crate::settings::{Desk, Place};

/// Make a password for a script or an app, and print it once; or list and remove such passwords.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The log-in name.
    name: String,
    /// What the new password is for [default: made by an administrator].
    #[arg(long, value_name = "TEXT", value_parser = display_name)]
    label: Option<String>,
    /// List the account's app passwords instead; their text is kept nowhere.
    #[arg(long, conflicts_with_all = ["remove", "label"])]
    list: bool,
    /// Remove this one instead.
    #[arg(long, value_name = "ID", conflicts_with = "label")]
    remove: Option<String>,
    #[command(flatten)]
    format: Format,
    #[command(flatten)]
    place: Place,
}

#[derive(Serialize)]
struct Row {
    id: String,
    label: String,
    created_at: At,
    last_used_at: Option<At>,
}

impl Line for Row {
    fn head() -> Vec<String> {
        vec![
            say!("head-id"),
            say!("head-for"),
            say!("head-since"),
            say!("head-last-used"),
        ]
    }

    fn cells(&self) -> Vec<String> {
        vec![
            self.id.clone(),
            self.label.clone(),
            time(self.created_at.0),
            self.last_used_at
                .map_or_else(|| say!("never"), |at| time(at.0)),
        ]
    }
}

/// Runs the command.
pub(crate) async fn run(args: &Args) -> Result<()> {
    let desk = args.place.open().await?;
    let user = directory::find(&desk, &args.name).await?;
    if args.list {
        return list(&desk, user, args.format).await;
    }
    match &args.remove {
        Some(id) => remove(&desk, user, id).await,
        None => {
            let label = args.label.clone();
            let label = label.unwrap_or_else(|| say!("app-password-label"));
            add(&desk, user, &label, args.format).await
        }
    }
}

async fn add(desk: &Desk, user: User, label: &str, format: Format) -> Result<()> {
    let (password, hash) = accounts::new_app_password(&desk.env);
    let id = desk.env.id();
    let add = AddAppPassword {
        id: id.clone(),
        user: user.id,
        label: label.to_owned(),
        hash,
        moment: desk.moment(),
    };
    if !desk.write(add).await? {
        let message = format!(
            "{} has {APP_PASSWORDS_MAX} app passwords already: remove one first",
            user.name
        );
        return Err(Failure::error(Exit::Usage, message));
    }
    if format.json {
        return output::json(&json!({ "id": id, "label": label, "password": password.as_str() }));
    }
    // The password alone on stdout, so that it can go straight into another program.
    eprintln!("{}", say!("app-password-once", name = user.name));
    output::say(&password)
}

async fn list(desk: &Desk, user: User, format: Format) -> Result<()> {
    let passwords = desk.read(ListAppPasswords { user: user.id }).await?;
    let rows = passwords.into_iter().map(row).collect::<Vec<_>>();
    output::list(format, &rows, &say!("app-password-none", name = user.name))
}

async fn remove(desk: &Desk, user: User, id: &str) -> Result<()> {
    let not_found = || {
        let message = say!("app-password-not-found", name = &user.name, id = id);
        Failure::error(Exit::NotFound, message)
    };
    let parsed = Id::parse(id).ok_or_else(not_found)?;
    let remove = RemoveAppPassword {
        user: user.id.clone(),
        id: parsed,
        moment: desk.moment(),
    };
    if !desk.write(remove).await? {
        return Err(not_found());
    }
    output::say(&say!("app-password-removed"))
}

fn row(password: AppPassword) -> Row {
    Row {
        id: password.id.to_string(),
        label: password.label,
        created_at: At(password.created_at),
        last_used_at: password.last_used_at.map(At),
    }
}
