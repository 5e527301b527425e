//! `symbolon user export`: a copy of what is kept about somebody.

use std::io::Write;

use anyhow::Result;
use clap::ValueEnum;
use symbolon_server::export::{self, Format};

use super::directory;
use crate::settings::Settings;

/// Print a copy of what is kept about somebody, without any secret.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The log-in name.
    #[arg(value_name = "NAME")]
    user: String,
    /// Everything as JSON, or the people they are connected with as vCard 4 or as a list of JSContact cards.
    #[arg(long = "as", value_name = "FORMAT", value_enum, default_value_t = As::Json)]
    format: As,
    // Boxed: it is large, and arguments are moved about.
    #[command(flatten)]
    settings: Box<Settings>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum As {
    Json,
    Vcard,
    Jscontact,
}

/// Runs the command.
pub(crate) async fn run(args: &Args) -> Result<()> {
    // The public URL is needed, too: it is a part of the account's address.
    let config = args.settings.check()?;
    let desk = args.settings.place().open().await?;
    let user = directory::find(&desk, &args.user).await?;
    let format = match args.format {
        As::Json => Format::Json,
        As::Vcard => Format::VCard,
        As::Jscontact => Format::JsContact,
    };
    let here = config.provider();
    let copy = export::copy(&desk.store, &here, &user, format, desk.moment(), true).await?;
    std::io::stdout().write_all(copy.as_bytes())?;
    Ok(())
}
