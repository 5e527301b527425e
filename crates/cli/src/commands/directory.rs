//! `symbolon directory`: lists of servers that somebody keeps for a federation.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;
use serde::Serialize;
use serde_json::{Value, json};
use symbolon_proto::keys::Jwks;
use symbolon_server::config::Config;
use symbolon_server::directories;
use symbolon_server::transport::HttpTransport;
use symbolon_store::directories::{
    AddDirectory, DIRECTORIES_MAX, Directory, ListDirectories, RemoveDirectory,
};
use url::Url;

use super::peer::rule::who;
use crate::exit::{Exit, Failure};
use crate::output::{self, Format, Line, printable, time};
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
    fetched_at: Option<String>,
    fault: Option<String>,
    added_at: String,
    added_by: Option<String>,
}

impl Line for Row {
    const HEAD: &'static [&'static str] = &["directory", "name", "servers", "fetched", "fault"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.url.clone(),
            self.federation.clone().unwrap_or_default(),
            self.servers.to_string(),
            self.fetched_at.as_deref().unwrap_or("never").to_owned(),
            self.fault.clone().unwrap_or_default(),
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
        let message = format!("{url} is not encrypted: a directory is fetched by https");
        return Err(Failure::error(Exit::Usage, message));
    }
    let fetched = fetch(&config, url, &keys).await;
    if let (Err(error), false) = (&fetched, later) {
        let message = format!(
            "{url} cannot be fetched or believed: {error}. Nothing was added; --later adds it all the same"
        );
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
        let message =
            format!("{DIRECTORIES_MAX} directories are followed already; remove one first");
        return Err(Failure::error(Exit::Failed, message));
    }
    output::say(&match fetched {
        Ok(directory) => {
            let (name, number) = (printable(&directory.federation), directory.servers.len());
            let left_out = match directory.left_out {
                0 => String::new(),
                1 => ", one entry left out that names no server".to_owned(),
                n => format!(", {n} entries left out that name no server"),
            };
            format!("{url} is followed: {name}, {number} servers{left_out}")
        }
        Err(error) => format!("{url} is followed, and will be tried again: {error}"),
    })
}

async fn fetch(
    config: &Config,
    url: &Url,
    keys: &Jwks,
) -> Result<symbolon_proto::directory::Directory, directories::FetchError> {
    let transport = HttpTransport::by(&config.way_out);
    directories::fetch(&transport, url.as_str(), keys, config.dev).await
}

/// Reads a JWK or a JWK set. A key alone need not have an id: the directory's signature names none.
fn read_keys(file: &Path) -> Result<Jwks> {
    let named = |reason: &dyn std::fmt::Display| {
        Failure::error(Exit::Failed, format!("{}: {reason}", file.display()))
    };
    let bytes = fs::read(file).map_err(|error| named(&error))?;
    let value: Value = serde_json::from_slice(&bytes)
        .map_err(|error| named(&format!("it is no JWK and no JWK set: {error}")))?;
    let set = match value {
        Value::Object(mut key) if !key.contains_key("keys") => {
            key.entry("kid").or_insert_with(|| json!("directory"));
            json!({ "keys": [key] })
        }
        other => other,
    };
    let keys = Jwks::parse(&serde_json::to_vec(&set)?).map_err(|error| named(&error))?;
    if keys.is_empty() {
        return Err(named(&"it has no key that can be read"));
    }
    for key in keys.iter() {
        key.verifier()
            .map_err(|fault| named(&format!("the key cannot be used: {fault}")))?;
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
    let none = "no directory is followed; `symbolon directory add URL --key FILE` follows one";
    output::list(format, &rows, none)
}

async fn remove(url: &Url, place: &Place) -> Result<()> {
    let desk = place.open().await?;
    let remove = RemoveDirectory {
        url: url.to_string(),
        by: who(),
        moment: desk.moment(),
    };
    if !desk.write(remove).await? {
        let message = format!("{url} is not followed");
        return Err(Failure::error(Exit::NotFound, message));
    }
    output::say(&format!(
        "{url} is followed no more, and its servers are forgotten"
    ))
}

fn row(directory: Directory) -> Row {
    Row {
        url: directory.url,
        federation: directory.federation,
        servers: directory.servers,
        left_out: directory.left_out,
        fetched_at: directory.fetched_at.map(time),
        fault: directory.fault,
        added_at: time(directory.added_at),
        added_by: directory.by,
    }
}
