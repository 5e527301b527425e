//! `symbolon user set`: what others see of an account, and whether it may manage this server.

use anyhow::Result;
use symbolon_store::users::{ChangeProfile, SetAdmin};

use super::directory;
use super::name::{display_name, email};
use crate::language::say;
use crate::output;
use crate::settings::Place;

/// Change what others see of an account, from the next connection on, or whether it may manage this server.
#[derive(Debug, clap::Args)]
#[group(id = "change", required = true, multiple = true, args = ["display_name", "email", "no_email", "admin", "no_admin"])]
pub(crate) struct Args {
    /// The log-in name, which stays.
    name: String,
    /// What others see.
    #[arg(long = "name", value_name = "DISPLAY NAME", value_parser = display_name)]
    display_name: Option<String>,
    /// Sent to the servers of the people they connect with.
    #[arg(long, value_name = "ADDR", value_parser = email)]
    email: Option<String>,
    /// Take the e-mail address away.
    #[arg(long, conflicts_with = "email")]
    no_email: bool,
    /// Let them manage this server on its pages, from the next page on.
    #[arg(long)]
    admin: bool,
    /// Let them do so no more.
    #[arg(long, conflicts_with = "admin")]
    no_admin: bool,
    #[command(flatten)]
    place: Place,
}

/// Runs the command.
pub(crate) async fn run(args: &Args) -> Result<()> {
    let desk = args.place.open().await?;
    let user = directory::find(&desk, &args.name).await?;
    if args.admin || args.no_admin {
        let set = SetAdmin {
            id: user.id.clone(),
            admin: args.admin,
            moment: desk.moment(),
        };
        // What is so already is no failure: scripts say it again and again.
        desk.write(set).await?;
        output::say(&match args.admin {
            true => say!("user-admin", name = &args.name),
            false => say!("user-no-admin", name = &args.name),
        })?;
    }
    if args.display_name.is_none() && args.email.is_none() && !args.no_email {
        return Ok(());
    }
    let change = ChangeProfile {
        id: user.id,
        display_name: args.display_name.clone(),
        email: match (&args.email, args.no_email) {
            (Some(email), _) => Some(Some(email.clone())),
            (None, true) => Some(None),
            (None, false) => None,
        },
        moment: desk.moment(),
    };
    desk.write(change).await?;
    output::say(&say!("user-changed", name = &args.name))
}
