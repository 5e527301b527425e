//! `symbolon directory`: lists of servers that somebody keeps for a federation.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;
use serde::Serialize;
use serde_json::{Value, json};
use symbolon_proto::keys::Jwks;
use symbolon_server::config::Config;
use symbolon_server::directories;
use symbolon_store::directories::{
    AddDirectory, DIRECTORIES_MAX, Directory, ListDirectories, RemoveDirectory,
};
use url::Url;

use super::doctor;
use super::peer::rule::who;
use crate::exit::{Exit, Failure};
use crate::language::{self, say};
use crate::output::{self, At, Format, Line, printable, time};
use crate::settings::{Desk, Place, Settings};

/// Follow directories: signed lists of the servers of a federation.
///
/// People find their server in them on the page to which an invitation's link leads, and with `invitations_in` or
/// `invitations_out` set to `directory` they say which servers people may connect with. The running server fetches each
/// every hour; the last good copy counts.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Follow a directory. It is fetched once before it is added, so that a wrong key is told at once.
    Add {
        /// Where it is fetched, for example `https://mesh.example.org/servers`.
        url: Url,
        /// The public key of whoever keeps it, as a JWK or a JWK set, got by another way than the directory itself.
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
        /// Add it even if it cannot be fetched just now.
        #[arg(long)]
        later: bool,
        #[command(flatten)]
        settings: Box<Settings>,
    },
    /// List the directories that are followed, and how fetching them goes.
    List {
        #[command(flatten)]
        format: Format,
        #[command(flatten)]
        place: Place,
    },
    /// Follow a directory no more, and forget its servers.
    Remove {
        /// Where it is fetched.
        url: Url,
        #[command(flatten)]
        place: Place,
    },
}

#[derive(Serialize)]
struct Row {
    url: String,
    federation: Option<String>,
    servers: u64,
    left_out: u64,
    fetched_at: Option<At>,
    fault: Option<String>,
    added_at: At,
    added_by: Option<String>,
}

impl Line for Row {
    fn head() -> Vec<String> {
        vec![
            say!("head-directory"),
            say!("head-name"),
            say!("head-servers"),
            say!("head-fetched"),
            say!("head-fault"),
        ]
    }

    fn cells(&self) -> Vec<String> {
        vec![
            self.url.clone(),
            self.federation.clone().unwrap_or_default(),
            self.servers.to_string(),
            self.fetched_at
                .map_or_else(|| say!("never"), |at| time(at.0)),
            self.fault.as_ref().map_or_else(String::new, |kept| {
                directories::fault(kept, &self.url).say(language::current())
            }),
        ]
    }
}

/// Runs the command.
pub(crate) async fn run(command: &Command) -> Result<()> {
    match command {
        Command::Add {
            url,
            key,
            later,
            settings,
        } => add(url, key, *later, settings).await,
        Command::List { format, place } => list(*format, place).await,
        Command::Remove { url, place } => remove(url, place).await,
    }
}

async fn add(url: &Url, key: &Path, later: bool, settings: &Settings) -> Result<()> {
    let config = settings.check()?;
    let keys = read_keys(key)?;
    if url.scheme() != "https" && !(config.dev && url.scheme() == "http") {
        let message = say!("directory-not-encrypted", url = url.to_string());
        return Err(Failure::error(Exit::Usage, message));
    }
    let fetched = fetch(&config, url, &keys).await;
    if let (Err(error), false) = (&fetched, later) {
        let error = error.said().say(language::current());
        let message = say!("directory-not-added", url = url.to_string(), error = error);
        return Err(Failure::error(Exit::Failed, message));
    }
    let desk = settings.place().open().await?;
    let add = AddDirectory {
        url: url.to_string(),
        keys: serde_json::to_string(&keys)?,
        by: who(),
        moment: desk.moment(),
    };
    if !desk.write(add).await? {
        let message = say!("directory-too-many", most = DIRECTORIES_MAX);
        return Err(Failure::error(Exit::Failed, message));
    }
    output::say(&match fetched {
        Ok(directory) => {
            let (name, number) = (printable(&directory.federation), directory.servers.len());
            let url = url.to_string();
            let left_out = directory.left_out;
            say!(
                "directory-added",
                url = url,
                name = name,
                servers = number,
                left_out = left_out
            )
        }
        Err(error) => {
            let (url, error) = (url.to_string(), error.said().say(language::current()));
            say!("directory-added-later", url = url, error = error)
        }
    })
}

async fn fetch(
    config: &Config,
    url: &Url,
    keys: &Jwks,
) -> Result<symbolon_proto::directory::Directory, directories::FetchError> {
    // If the database cannot be opened, the next step says what is wrong.
    let store = doctor::open(config).await.ok();
    let transport = doctor::way_out(config, store.as_ref());
    directories::fetch(&transport, url.as_str(), keys, config.dev).await
}

/// Reads a JWK or a JWK set. A key alone need not have an id: the directory's signature names none.
fn read_keys(file: &Path) -> Result<Jwks> {
    let named = |reason: &dyn std::fmt::Display| {
        Failure::error(Exit::Failed, format!("{}: {reason}", file.display()))
    };
    let bytes = fs::read(file).map_err(|error| named(&error))?;
    let value: Value = serde_json::from_slice(&bytes)
        .map_err(|error| named(&say!("directory-no-jwk", error = error.to_string())))?;
    let set = match value {
        Value::Object(mut key) if !key.contains_key("keys") => {
            key.entry("kid").or_insert_with(|| json!("directory"));
            json!({ "keys": [key] })
        }
        other => other,
    };
    let keys = Jwks::parse(&serde_json::to_vec(&set)?)
        .map_err(|error| named(&say!("directory-no-jwk", error = error.to_string())))?;
    if keys.is_empty() {
        return Err(named(&say!("directory-no-key")));
    }
    for key in keys.iter() {
        key.verifier()
            .map_err(|fault| named(&say!("directory-bad-key", error = fault.to_string())))?;
    }
    Ok(keys)
}

async fn list(format: Format, place: &Place) -> Result<()> {
    let desk: Desk = place.open().await?;
    let rows: Vec<Row> = desk
        .read(ListDirectories)
        .await?
        .into_iter()
        .map(row)
        .collect();
    output::list(format, &rows, &say!("directory-none"))
}

async fn remove(url: &Url, place: &Place) -> Result<()> {
    let desk = place.open().await?;
    let remove = RemoveDirectory {
        url: url.to_string(),
        by: who(),
        moment: desk.moment(),
    };
    if !desk.write(remove).await? {
        let message = say!("directory-not-found", url = url.to_string());
        return Err(Failure::error(Exit::NotFound, message));
    }
    output::say(&say!("directory-removed", url = url.to_string()))
}

fn row(directory: Directory) -> Row {
    Row {
        url: directory.url,
        federation: directory.federation,
        servers: directory.servers,
        left_out: directory.left_out,
        fetched_at: directory.fetched_at.map(At),
        fault: directory.fault,
        added_at: At(directory.added_at),
        added_by: directory.by,
    }
}
