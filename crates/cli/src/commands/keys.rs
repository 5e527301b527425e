//! `symbolon keys`: what this server signs with.

use std::path::PathBuf;

use anyhow::Result;
use serde::Serialize;
use symbolon_core::Timestamp;
use symbolon_server::config::Config;
use symbolon_server::env::Env;
use symbolon_server::keys::rotation::{self, ChangeError};
use symbolon_server::keys::{FOLDER, ServerKeys, State};
use symbolon_store::keys::{NoteRetired, NoteRotated};

use crate::exit::{Exit, Failure};
use crate::output::{self, Format, Line, time};
use crate::settings::Settings;

/// List the keys that this server signs with, make a new one, and retire an old one.
///
/// A running server takes up every change within five seconds. Run this as the server's account: the keys are files in
/// the data folder that nobody else can read.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// List the keys: first the one that signs, then those that are published beside it, then those that are retired.
    List {
        #[command(flatten)]
        format: Format,
        #[command(flatten)]
        settings: Settings,
    },
    /// Make a new key. It is published at once, and signs after `key_lead` (24 hours), when other servers know it.
    ///
    /// The key that signs now goes on until then, and is published afterwards until it is retired.
    Rotate {
        /// For a key that others may have got hold of: the new key signs in fifteen seconds.
        ///
        /// Servers that keep keys for longer refuse what it signs until they look again. Retire the old key afterwards.
        #[arg(long)]
        at_once: bool,
        #[command(flatten)]
        settings: Settings,
    },
    /// Stop publishing a key, and remove its secret: an old one, or a new one that does not sign yet.
    Retire {
        /// Its id, or the part of it behind the `#`.
        key: String,
        /// Even if messages that it has signed may still be under way.
        #[arg(long)]
        at_once: bool,
        #[command(flatten)]
        settings: Settings,
    },
}

#[derive(Serialize)]
struct Row {
    id: String,
    state: &'static str,
    published_at: Option<String>,
    signs_from: Option<String>,
    retired_at: Option<String>,
}

impl Line for Row {
    const HEAD: &'static [&'static str] =
        &["key", "state", "published since", "signs from", "retired"];

    fn cells(&self) -> Vec<String> {
        let first = || match self.state == State::Retired.as_str() {
            true => String::new(),
            false => "the start".to_owned(),
        };
        vec![
            self.id.clone(),
            self.state.to_owned(),
            self.published_at.clone().unwrap_or_else(first),
            self.signs_from.clone().unwrap_or_else(first),
            self.retired_at.clone().unwrap_or_default(),
        ]
    }
}

/// Runs the command.
pub(crate) async fn run(command: &Command) -> Result<()> {
    match command {
        Command::List { format, settings } => list(*format, settings),
        Command::Rotate { at_once, settings } => rotate(*at_once, settings).await,
        Command::Retire {
            key,
            at_once,
            settings,
        } => retire(key, *at_once, settings).await,
    }
}

fn list(format: Format, settings: &Settings) -> Result<()> {
    let config = settings.check()?;
    let env = Env::system();
    let keys = ServerKeys::read(&folder(&config), &env, &config.provider());
    let keys = keys.map_err(|error| failure(&error.into()))?;
    let rows = keys.map_or_else(Vec::new, |keys| rows(&keys, env.now()));
    output::list(
        format,
        &rows,
        "no key is there yet; the server makes the first one when it is started",
    )
}

fn rows(keys: &ServerKeys, now: Timestamp) -> Vec<Row> {
    let ring = keys.ring(now);
    let published = ring.published(now).map(|key| Row {
        id: key.key_id().to_owned(),
        state: ring.state(key, now).as_str(),
        published_at: key.published_at.map(time),
        signs_from: key.signs_from.map(time),
        retired_at: None,
    });
    let retired = ring.retired().iter().map(|key| Row {
        id: key.key_id.clone(),
        state: State::Retired.as_str(),
        published_at: None,
        signs_from: None,
        retired_at: key.retired_at.map(time),
    });
    published.chain(retired).collect()
}

async fn rotate(at_once: bool, settings: &Settings) -> Result<()> {
    let config = settings.check()?;
    // Before the keys are touched, so that a change which cannot be noted is not made.
    let desk = settings.place().open().await?;
    let rotated = rotation::rotate(
        &folder(&config),
        &desk.env,
        &config.provider(),
        config.key_lead_ms,
        at_once,
    );
    let rotated = rotated.map_err(|error| failure(&error))?;
    let (from, before) = (time(rotated.signs_from), rotated.until_then.clone());
    let note = NoteRotated {
        key_id: rotated.key_id.clone(),
        until_then: rotated.until_then,
        signs_from: rotated.signs_from,
        moment: desk.moment(),
    };
    desk.write(note).await?;
    output::say(&format!(
        "{} is published from now on and signs from {from} on; until then {before} does.\n\
         When it has signed for a day: symbolon keys retire {before}",
        rotated.key_id
    ))
}

async fn retire(key: &str, at_once: bool, settings: &Settings) -> Result<()> {
    let config = settings.check()?;
    let desk = settings.place().open().await?;
    let retired = rotation::retire(
        &folder(&config),
        &desk.env,
        &config.provider(),
        key,
        at_once,
    );
    let Some(gone) = retired.map_err(|error| failure(&error))? else {
        return output::say(&format!("{key} is retired already"));
    };
    let note = NoteRetired {
        key_id: gone.key_id.clone(),
        was: gone.was.as_str(),
        moment: desk.moment(),
    };
    desk.write(note).await?;
    output::say(&format!(
        "{} is retired: what it has signed is no longer believed once other servers look again",
        gone.key_id
    ))
}

fn folder(config: &Config) -> PathBuf {
    config.data.join(FOLDER)
}

fn failure(error: &ChangeError) -> anyhow::Error {
    let exit = match error {
        ChangeError::Unknown { .. } => Exit::NotFound,
        _ => Exit::Failed,
    };
    Failure::error(exit, error.to_string())
}
