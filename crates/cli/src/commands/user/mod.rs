//! `symbolon user`: accounts and their passwords.

mod app_password;
mod directory;
mod export;
mod link;
mod name;
mod remove;
mod secret;
mod sessions;
mod set;
mod totp;

use std::collections::HashMap;

use anyhow::Result;
use serde::Serialize;
use symbolon_core::{Timestamp, UserId};
use symbolon_server::accounts;
use symbolon_store::users::{AddUser, SetDisabled, SetPassword, User};

pub(crate) use self::directory::{Names, find, names};
pub(crate) use self::name::one_line;
use self::name::{display_name, email, user_name};
use self::secret::Secret;
use crate::exit::{Exit, Failure};
use crate::language::say;
use crate::output::{self, At, Format, Line, time};
use crate::settings::{Desk, Place};

/// Make, list and disable accounts, and set their passwords.
///
/// Works beside a running server, and before its first start.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Make an account. The password is asked for, or read from stdin; it is never an argument.
    Add {
        /// What they log in with: lower-case letters, digits and `.-_@`, at most 64.
        #[arg(value_parser = user_name)]
        name: String,
        /// What others see; the log-in name if it is left out.
        #[arg(long = "name", value_name = "DISPLAY NAME", value_parser = display_name)]
        display_name: Option<String>,
        /// Sent to the servers of the people they connect with.
        #[arg(long, value_name = "ADDR", value_parser = email)]
        email: Option<String>,
        /// Let them manage this server on its pages.
        #[arg(long)]
        admin: bool,
        #[command(flatten)]
        secret: Secret,
        #[command(flatten)]
        place: Place,
    },
    /// List accounts by name.
    List {
        #[command(flatten)]
        format: Format,
        #[command(flatten)]
        place: Place,
    },
    /// Lock an account: its sessions end, its invitations connect nobody; its connections stay.
    Disable {
        /// The log-in name.
        name: String,
        #[command(flatten)]
        place: Place,
    },
    /// Unlock a disabled account.
    Enable {
        /// The log-in name.
        name: String,
        #[command(flatten)]
        place: Place,
    },
    /// Set a new password and end all sessions. It is asked for, or read from stdin.
    Password {
        /// The log-in name.
        name: String,
        #[command(flatten)]
        secret: Secret,
        #[command(flatten)]
        place: Place,
    },
    Set(set::Args),
    AppPassword(app_password::Args),
    Sessions(sessions::Args),
    Link(link::Args),
    Unlink(link::UnlinkArgs),
    Totp(totp::Args),
    Export(export::Args),
    Remove(remove::Args),
}

#[derive(Serialize)]
struct Row {
    id: String,
    name: String,
    display_name: String,
    email: Option<String>,
    admin: bool,
    disabled_at: Option<At>,
    created_at: At,
    /// Who they are to the service by which they log in.
    logs_in_with: Option<link::Known>,
    /// Since when they have a second factor.
    totp_since: Option<At>,
}

impl Line for Row {
    fn head() -> Vec<String> {
        vec![
            say!("head-name"),
            say!("head-shown-as"),
            say!("head-email"),
            say!("head-since"),
            say!("head-state"),
            say!("head-id"),
        ]
    }

    fn cells(&self) -> Vec<String> {
        vec![
            self.name.clone(),
            self.display_name.clone(),
            self.email.clone().unwrap_or_default(),
            time(self.created_at.0),
            self.state(),
            self.id.clone(),
        ]
    }
}

impl Row {
    fn state(&self) -> String {
        let state = match (self.disabled_at, self.admin) {
            (Some(_), _) => say!("user-disabled-state"),
            (None, true) => say!("user-admin-state"),
            (None, false) => say!("user-active-state"),
        };
        match self.totp_since {
            Some(_) => say!("user-totp-state", state = state),
            None => state,
        }
    }
}

/// Runs the command.
pub(crate) async fn run(command: &Command) -> Result<()> {
    match command {
        Command::Add {
            name,
            display_name,
            email,
            admin,
            secret,
            place,
        } => {
            let account = Account {
                name,
                display_name: display_name.as_deref(),
                email: email.as_deref(),
                admin: *admin,
            };
            account.add(secret, place).await
        }
        Command::List { format, place } => list(*format, &place.open().await?).await,
        Command::Disable { name, place } => set_disabled(&place.open().await?, name, true).await,
        Command::Enable { name, place } => set_disabled(&place.open().await?, name, false).await,
        Command::Password {
            name,
            secret,
            place,
        } => set_password(&place.open().await?, name, secret).await,
        Command::Set(args) => set::run(args).await,
        Command::AppPassword(args) => app_password::run(args).await,
        Command::Sessions(args) => sessions::run(args).await,
        Command::Link(args) => link::run(args).await,
        Command::Unlink(args) => link::unlink(args).await,
        Command::Totp(args) => totp::run(args).await,
        Command::Export(args) => export::run(args).await,
        Command::Remove(args) => remove::run(args).await,
    }
}

/// What is known of an account before it exists.
struct Account<'a> {
    name: &'a str,
    display_name: Option<&'a str>,
    email: Option<&'a str>,
    admin: bool,
}

impl Account<'_> {
    async fn add(&self, secret: &Secret, place: &Place) -> Result<()> {
        let desk = place.open_or_make().await?;
        let taken = || Failure::error(Exit::Taken, say!("user-taken", name = self.name));
        // Nobody should think of a password for a name that cannot be had.
        if directory::lookup(&desk, self.name).await?.is_some() {
            return Err(taken());
        }
        let password = secret.ask()?;
        let moment = desk.moment();
        let user = User {
            id: UserId::from(desk.env.id()),
            name: self.name.to_owned(),
            display_name: self.display_name.unwrap_or(self.name).to_owned(),
            email: self.email.map(str::to_owned),
            disabled_at: None,
            language: None,
            admin: self.admin,
            created_at: moment.now,
        };
        let id = user.id.clone();
        let password_hash = Some(accounts::hash_password(&desk.env, &password));
        if !desk
            .write(AddUser {
                user,
                password_hash,
                moment,
            })
            .await?
        {
            return Err(taken());
        }
        output::say(&say!("user-added", name = self.name, id = id.as_str()))
    }
}

async fn list(format: Format, desk: &Desk) -> Result<()> {
    let users = directory::all(desk).await?;
    let links = link::all(desk).await?;
    let factors = totp::all(desk).await?;
    let rows = users.into_iter().map(|user| row(user, &links, &factors));
    output::list(format, &rows.collect::<Vec<_>>(), &say!("user-none"))
}

fn row(
    user: User,
    links: &HashMap<UserId, link::Known>,
    factors: &HashMap<UserId, Timestamp>,
) -> Row {
    Row {
        totp_since: factors.get(&user.id).copied().map(At),
        logs_in_with: links.get(&user.id).cloned(),
        id: user.id.to_string(),
        name: user.name,
        display_name: user.display_name,
        email: user.email,
        admin: user.admin,
        disabled_at: user.disabled_at.map(At),
        created_at: At(user.created_at),
    }
}

async fn set_disabled(desk: &Desk, name: &str, disabled: bool) -> Result<()> {
    let user = find(desk, name).await?;
    if user.disabled_at.is_some() == disabled {
        return output::say(&match disabled {
            true => say!("user-disabled-already", name = name),
            false => say!("user-active-already", name = name),
        });
    }
    let set = SetDisabled {
        id: user.id,
        disabled,
        moment: desk.moment(),
    };
    if !desk.write(set).await? {
        let message = say!("user-leaving", name = name);
        return Err(Failure::error(Exit::Usage, message));
    }
    output::say(&match disabled {
        true => say!("user-disabled", name = name),
        false => say!("user-enabled", name = name),
    })
}

async fn set_password(desk: &Desk, name: &str, secret: &Secret) -> Result<()> {
    let user = find(desk, name).await?;
    let password_hash = accounts::hash_password(&desk.env, &secret.ask()?);
    desk.write(SetPassword {
        id: user.id,
        password_hash,
        keep: None,
        moment: desk.moment(),
    })
    .await?;
    output::say(&say!("user-password", name = name))
}
