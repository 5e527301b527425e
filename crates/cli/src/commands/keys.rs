//! `symbolon keys`: what this server signs with.

use anyhow::Result;
use serde::Serialize;
use symbolon_core::Timestamp;
use symbolon_server::env::Env;
use symbolon_server::keys::rotation::{self, ChangeError};
use symbolon_server::keys::{ServerKeys, State};
use symbolon_store::keys::{NoteRetired, NoteRotated};

use crate::errors::key_failed;
use crate::exit::{Exit, Failure};
use crate::language::say;
use crate::output::{self, At, Format, Line, time};
use crate::settings::Settings;

/// List the keys that this server signs with, make a new one, and retire an old one.
///
/// A running server takes up every change within five seconds. Run this as the server's account: the keys are files in
/// the data folder that nobody else can read.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// List the keys: first the one that signs, then those that are published beside it, the RSA key for servers that know
    /// nothing newer, and those that are retired.
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
        /// The RSA key instead, for Nextcloud up to 34. It is replaced at once: a description has room for one. What a server
        /// refuses that has not looked yet is signed with the one before, for a day; with `--at-once` never.
        #[arg(long)]
        rsa: bool,
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
    algorithm: Option<&'static str>,
    state: &'static str,
    published_at: Option<At>,
    signs_from: Option<At>,
    retired_at: Option<At>,
}

impl Line for Row {
    fn head() -> Vec<String> {
        vec![
            say!("head-key"),
            say!("head-algorithm"),
            say!("head-state"),
            say!("head-published"),
            say!("head-signs"),
            say!("head-retired"),
        ]
    }

    fn cells(&self) -> Vec<String> {
        let since = |at: Option<At>| match at {
            Some(at) => time(at.0),
            None if self.state == State::Retired.as_str() => String::new(),
            None => say!("keys-start"),
        };
        vec![
            self.id.clone(),
            self.algorithm.unwrap_or_default().to_owned(),
            say!("keys-state", state = self.state),
            since(self.published_at),
            since(self.signs_from),
            self.retired_at.map(|at| time(at.0)).unwrap_or_default(),
        ]
    }
}

/// Runs the command.
pub(crate) async fn run(command: &Command) -> Result<()> {
    match command {
        Command::List { format, settings } => list(*format, settings),
        Command::Rotate {
            rsa: true,
            at_once,
            settings,
        } => rotate_rsa(*at_once, settings).await,
        Command::Rotate {
            at_once, settings, ..
        } => rotate(*at_once, settings).await,
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
    let keys = ServerKeys::read(&config.keys, &env, &config.provider());
    let keys = keys.map_err(|error| failure(&error.into()))?;
    let rows = keys.map_or_else(Vec::new, |keys| rows(&keys, env.now()));
    output::list(format, &rows, &say!("keys-none"))
}

fn rows(keys: &ServerKeys, now: Timestamp) -> Vec<Row> {
    let ring = keys.ring(now);
    let published = ring.published(now).map(|key| Row {
        id: key.key_id().to_owned(),
        algorithm: Some("ed25519"),
        state: ring.state(key, now).as_str(),
        published_at: key.published_at.map(At),
        signs_from: key.signs_from.map(At),
        retired_at: None,
    });
    let rsa = ring.rsa().map(|own| Row {
        id: own.key().key_id().to_owned(),
        algorithm: Some("rsa"),
        state: State::Signing.as_str(),
        published_at: own.published_at.map(At),
        signs_from: own.published_at.map(At),
        retired_at: None,
    });
    let rsa_before = ring.rsa_before(now).map(|own| Row {
        id: own.key().key_id().to_owned(),
        algorithm: Some("rsa"),
        state: State::Old.as_str(),
        published_at: own.published_at.map(At),
        signs_from: own.published_at.map(At),
        retired_at: None,
    });
    let retired = ring.retired().iter().map(|key| Row {
        id: key.key_id.clone(),
        algorithm: None,
        state: State::Retired.as_str(),
        published_at: None,
        signs_from: None,
        retired_at: key.retired_at.map(At),
    });
    published
        .chain(rsa)
        .chain(rsa_before)
        .chain(retired)
        .collect()
}

async fn rotate(at_once: bool, settings: &Settings) -> Result<()> {
    let config = settings.check()?;
    // Before the keys are touched, so that a change which cannot be noted is not made.
    let desk = settings.place().open().await?;
    let rotated = rotation::rotate(
        &config.keys,
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
    let rotated = say!(
        "keys-rotated",
        key = rotated.key_id,
        from = from,
        before = &before
    );
    output::say(&rotated)?;
    output::say(&say!("keys-retire-later", before = before))
}

async fn rotate_rsa(at_once: bool, settings: &Settings) -> Result<()> {
    let config = settings.check()?;
    let desk = settings.place().open().await?;
    let rotated = rotation::rotate_rsa(&config.keys, &desk.env, &config.provider(), at_once);
    let rotated = rotated.map_err(|error| failure(&error))?;
    let note = NoteRotated {
        key_id: rotated.key_id.clone(),
        until_then: rotated.until_then.clone(),
        signs_from: rotated.signs_from,
        moment: desk.moment(),
    };
    desk.write(note).await?;
    let (key, before) = (rotated.key_id, rotated.until_then);
    output::say(&match at_once {
        true => say!("keys-rsa-rotated-at-once", key = key, before = before),
        false => say!("keys-rsa-rotated", key = key, before = before),
    })
}

async fn retire(key: &str, at_once: bool, settings: &Settings) -> Result<()> {
    let config = settings.check()?;
    let desk = settings.place().open().await?;
    let retired = rotation::retire(&config.keys, &desk.env, &config.provider(), key, at_once);
    let Some(gone) = retired.map_err(|error| failure(&error))? else {
        return output::say(&say!("keys-retired-already", key = key));
    };
    let note = NoteRetired {
        key_id: gone.key_id.clone(),
        was: gone.was.as_str(),
        moment: desk.moment(),
    };
    desk.write(note).await?;
    output::say(&say!("keys-retired", key = gone.key_id))
}

fn failure(error: &ChangeError) -> anyhow::Error {
    let exit = match error {
        ChangeError::Unknown { .. } => Exit::NotFound,
        _ => Exit::Failed,
    };
    Failure::error(exit, change_failed(error))
}

fn change_failed(error: &ChangeError) -> String {
    match error {
        ChangeError::Keys(error) => key_failed(error),
        ChangeError::NoKeys { folder } => say!("keys-no-keys", folder = folder),
        ChangeError::StillUsed { key_id, until } => {
            say!("keys-still-used", key = key_id, until = until)
        }
        ChangeError::Waiting { key_id, from } => say!("keys-waiting", key = key_id, from = from),
        ChangeError::TooMany { count } => say!("keys-too-many", count = *count),
        ChangeError::Unknown { given } => say!("keys-unknown", key = given),
        ChangeError::Signs { key_id } => say!("keys-signs", key = key_id),
        ChangeError::UnderWay { key_id, until } => {
            say!("keys-under-way", key = key_id, until = until)
        }
    }
}
