//! `symbolon peer`: which other servers people here may connect with, and how the way to them is.

mod check;
mod explain;
mod links;
mod list;
mod notes;
mod providers;
pub(crate) mod rule;

use std::path::PathBuf;

use anyhow::Result;
use symbolon_core::trust::Rule;
use symbolon_proto::address::Provider;
use symbolon_proto::limits;

use crate::errors::{Refused, server};
use crate::output::Format;
use crate::settings::{Place, Settings};

/// Decide which other servers people here may connect with, and note what is peculiar to one.
///
/// A decision is about one server by its exact name and holds at once, without a restart. It is about new connections:
/// those that exist stay, people can always disconnect, and the other server is told. What holds for servers that
/// nobody has named is a setting: `invitations_in` and `invitations_out`, `open`, `directory` or
/// `allowlist`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// List the servers about which something was decided or noted.
    List {
        #[command(flatten)]
        format: Format,
        #[command(flatten)]
        place: Place,
    },
    /// List all servers that this one has dealt with, those that need somebody first.
    ///
    /// For each: how many connections people here have with people there, whether it answers, when it was last heard of, since
    /// when it has been silent and why, and how many messages to it wait or were given up.
    Links {
        #[command(flatten)]
        format: Format,
        #[command(flatten)]
        place: Place,
    },
    /// Let people connect with a server, whatever the modes say.
    Trust {
        #[command(flatten)]
        about: About,
    },
    /// Let nobody connect with a server, whatever the modes say; what is on its way there is stopped.
    Block {
        #[command(flatten)]
        about: About,
    },
    /// Take back what was decided about a server: the modes alone count again, also for what is on its way there. What is
    /// noted about it stays.
    Forget {
        /// The server, for example `cat.example.org`.
        #[arg(value_name = "HOST", value_parser = server)]
        host: Provider,
        #[command(flatten)]
        place: Place,
    },
    /// Note issuers whose certificates are believed for one server, and for no other.
    ///
    /// They are believed beside the ordinary ones, for this name and port alone: not for subdomains, and not for another
    /// server to which this one leads. Name, time and chain are looked at as ever. What was noted before is replaced. It
    /// holds from the next request on, without a restart.
    Ca(Box<notes::Ca>),
    /// Note the keys by which alone one server is recognised.
    ///
    /// A key is the SHA-256 of the SubjectPublicKeyInfo of its certificate, in base64. `symbolon peer check` shows the one
    /// that a server has; ask its administrators by another way whether it is theirs. The server must have one of these
    /// keys: who issued its certificate, for which name and for how long does not count any more, so that one that it made
    /// itself will do. Note the present and the next key while a key is changed. What was noted before is replaced. It
    /// holds from the next request on, without a restart.
    Pin(Box<notes::Pin>),
    /// Note how messages to and from one server are signed, instead of what it offers or has used.
    ///
    /// What is weaker than the best that the server has offered or used, or than RFC 9421 if that is not known, is said to be
    /// so, here and in the trail. It holds from the next message on.
    Quirk(Box<notes::Quirk>),
    /// Write down a line or a few about one server, for administrators.
    Note(Box<notes::Note>),
    /// Say whether people may connect with a server now, and why, and what is noted about it.
    Explain {
        /// The server, for example `cat.example.org`.
        #[arg(value_name = "HOST", value_parser = server)]
        host: Provider,
        #[command(flatten)]
        format: Format,
        #[command(flatten)]
        settings: Box<Settings>,
    },
    Check(Box<check::Args>),
    /// Trust the servers of an `ocmproviders.json`, as oCIS, OpenCloud and Reva have it.
    ///
    /// A block stays a block. Entries that are patterns are told and left out: name those servers one by one.
    Import {
        /// The file.
        file: PathBuf,
        /// Only say what would be done.
        #[arg(long)]
        dry_run: bool,
        #[command(flatten)]
        place: Place,
    },
    /// Print what administrators of other servers need to let this one in.
    Export {
        /// As an `ocmproviders.json` with one entry, for oCIS, OpenCloud and Reva.
        #[arg(long, required = true)]
        ocmproviders: bool,
        #[command(flatten)]
        settings: Box<Settings>,
    },
}

/// Which server, and why.
#[derive(Debug, clap::Args)]
pub(crate) struct About {
    /// The server, for example `cat.example.org` or `cat.example.org:8443`.
    #[arg(value_name = "HOST", value_parser = server)]
    host: Provider,
    /// Why, for whoever looks at it later.
    #[arg(long, value_name = "TEXT", value_parser = note)]
    note: Option<String>,
    #[command(flatten)]
    place: Place,
}

/// Runs the command.
pub(crate) async fn run(command: &Command) -> Result<()> {
    match command {
        Command::List { format, place } => list::run(*format, place).await,
        Command::Links { format, place } => links::run(*format, place).await,
        Command::Trust { about } => rule::decide(about, Rule::Trusted).await,
        Command::Block { about } => rule::decide(about, Rule::Blocked).await,
        Command::Forget { host, place } => rule::forget(host, place).await,
        Command::Explain {
            host,
            format,
            settings,
        } => explain::run(host, *format, settings).await,
        Command::Ca(args) => notes::ca(args).await,
        Command::Pin(args) => notes::pin(args).await,
        Command::Quirk(args) => notes::quirk(args).await,
        Command::Note(args) => notes::note(args).await,
        Command::Check(args) => check::run(args).await,
        Command::Import {
            file,
            dry_run,
            place,
        } => providers::import(file, *dry_run, place).await,
        Command::Export { settings, .. } => providers::export(settings),
    }
}

fn note(text: &str) -> Result<String, Refused> {
    super::user::one_line(text, limits::RULE_NOTE_CHARS)
}
