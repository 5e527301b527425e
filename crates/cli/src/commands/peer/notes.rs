//! `symbolon peer ca`, `pin`, `quirk` and `note`: what is noted about one server.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use anyhow::Result;
use serde::Serialize;
use symbolon_proto::address::Provider;
use symbolon_proto::problem::Problem;
use symbolon_server::peers::notes::{outcome, read};
use symbolon_server::transport::ISSUERS_BYTES;
use symbolon_store::notes::{Aspect, ChangeNote, Changed, FindNotes, Noted, Notes};

use super::rule::who;
use crate::errors::server;
use crate::exit::{Exit, Failure};
use crate::language::{self, say};
use crate::output::{self, At, printable, time};
use crate::settings::{Desk, Place};

/// Which server, and whether what is noted about it is taken back.
#[derive(Debug, clap::Args)]
pub(crate) struct About {
    /// The server, for example `cat.example.org` or `cat.example.org:8443`.
    #[arg(value_name = "HOST", value_parser = server)]
    host: Provider,
    /// Take back what is noted.
    #[arg(long)]
    remove: bool,
    #[command(flatten)]
    place: Place,
}

/// The arguments of `peer ca`.
#[derive(Debug, clap::Args)]
pub(crate) struct Ca {
    #[command(flatten)]
    about: About,
    /// The certificates, in PEM; `-` reads them from stdin.
    #[arg(required_unless_present = "remove", conflicts_with = "remove")]
    file: Option<PathBuf>,
}

/// The arguments of `peer pin`.
#[derive(Debug, clap::Args)]
pub(crate) struct Pin {
    #[command(flatten)]
    about: About,
    /// The keys, such as `sha256/47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=`.
    // `--keys` is where this server's own are.
    #[arg(
        id = "pins",
        value_name = "KEY",
        required_unless_present = "remove",
        conflicts_with = "remove"
    )]
    keys: Vec<String>,
}

/// The arguments of `peer quirk`.
#[derive(Debug, clap::Args)]
#[group(id = "ways", required = true, multiple = true, args = ["sign", "take", "remove"])]
pub(crate) struct Quirk {
    #[command(flatten)]
    about: About,
    /// How messages to it are signed: `rfc9421`, `cavage`, `unsigned`, or `auto` for what it offers or has used.
    #[arg(long, value_name = "WAY", conflicts_with = "remove")]
    sign: Option<String>,
    /// The least that is taken from it: `rfc9421`, `cavage`, `unsigned` (its acceptances alone), or `auto`.
    #[arg(long, value_name = "WAY", conflicts_with = "remove")]
    take: Option<String>,
}

/// The arguments of `peer note`.
#[derive(Debug, clap::Args)]
pub(crate) struct Note {
    #[command(flatten)]
    about: About,
    /// A line or a few; `-` reads them from stdin.
    #[arg(required_unless_present = "remove", conflicts_with = "remove")]
    text: Option<String>,
}

/// Notes issuers.
pub(super) async fn ca(args: &Ca) -> Result<()> {
    let text = match &args.file {
        Some(file) => file_or_stdin(file)?,
        None => String::new(),
    };
    change(&args.about, &[(Aspect::Ca, &text)]).await
}

/// Notes keys.
pub(super) async fn pin(args: &Pin) -> Result<()> {
    change(&args.about, &[(Aspect::Pin, &args.keys.join(" "))]).await
}

/// Notes how messages are signed.
pub(super) async fn quirk(args: &Quirk) -> Result<()> {
    let way = |way: &Option<String>| match way.as_deref() {
        Some("auto") => Some(String::new()),
        Some(way) => Some(way.to_owned()),
        None => args.about.remove.then(String::new),
    };
    let ways = [
        (Aspect::Sign, way(&args.sign)),
        (Aspect::Take, way(&args.take)),
    ];
    let given = ways.iter();
    let given = given.filter_map(|(aspect, way)| Some((*aspect, way.as_deref()?)));
    change(&args.about, &given.collect::<Vec<_>>()).await
}

/// Notes words.
pub(super) async fn note(args: &Note) -> Result<()> {
    let text = match args.text.as_deref() {
        Some("-") => file_or_stdin(Path::new("-"))?,
        Some(text) => text.to_owned(),
        None => String::new(),
    };
    change(&args.about, &[(Aspect::Note, &text)]).await
}

/// What is larger than anything that can be noted is cut, and is refused then.
fn file_or_stdin(file: &Path) -> Result<String> {
    let named =
        |error: &io::Error| Failure::error(Exit::Failed, format!("{}: {error}", file.display()));
    let limit = u64::try_from(ISSUERS_BYTES).unwrap_or(u64::MAX) + 1;
    let mut bytes = Vec::new();
    let read = if file == Path::new("-") {
        io::stdin().lock().take(limit).read_to_end(&mut bytes)
    } else {
        let opened = fs::File::open(file).map_err(|error| named(&error))?;
        opened.take(limit).read_to_end(&mut bytes)
    };
    read.map_err(|error| named(&error))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Notes all of it, or nothing if part of it cannot be read.
async fn change(about: &About, given: &[(Aspect, &str)]) -> Result<()> {
    let host = about.host.as_str();
    let unusable =
        |problem: Problem| Failure::error(Exit::Usage, problem.detail(language::current()));
    let mut contents = Vec::new();
    for (aspect, text) in given {
        let content = read(*aspect, text).map_err(unusable)?;
        // An empty file is a mistake, and takes nothing back.
        if content.is_none() && !about.remove && !matches!(aspect, Aspect::Sign | Aspect::Take) {
            return Err(Failure::error(Exit::Usage, say!("note-empty")));
        }
        contents.push((*aspect, content));
    }
    let desk = about.place.open().await?;
    let mut changed = false;
    for (aspect, content) in contents {
        let change = ChangeNote {
            provider: about.host.clone(),
            aspect,
            content,
            by: who(),
            moment: desk.moment(),
        };
        let now = change.content.clone();
        let met = desk.write(change).await?;
        if met == Changed::Ourselves {
            let message = say!("peer-ourselves", host = host);
            return Err(Failure::error(Exit::Failed, message));
        }
        let weaker = outcome(&met, aspect)
            .map_err(|problem| Failure::error(Exit::Failed, problem.detail(language::current())))?;
        let word = aspect.as_str();
        match (weaker, now) {
            (None, _) => continue,
            (Some(_), None) => output::say(&say!("note-removed", host = host, aspect = word))?,
            (Some(weaker), Some(content)) => {
                let what = printable(&content.summary);
                output::say(&say!("note-done", host = host, aspect = word, what = what))?;
                if weaker {
                    output::say(&say!("note-weaker", host = host))?;
                }
            }
        }
        changed = true;
    }
    if !changed {
        let message = say!("note-nothing", host = host);
        return Err(Failure::error(Exit::NotFound, message));
    }
    told_beside(&desk, about, given).await
}

/// That issuers are not asked where keys are noted.
async fn told_beside(desk: &Desk, about: &About, given: &[(Aspect, &str)]) -> Result<()> {
    let certificate = |(aspect, _): &(Aspect, &str)| matches!(aspect, Aspect::Ca | Aspect::Pin);
    let notes = of(desk, &about.host).await?;
    let both = notes.of(Aspect::Ca).is_some() && notes.of(Aspect::Pin).is_some();
    if both && given.iter().any(certificate) {
        output::say(&say!("note-pin-first"))?;
    }
    Ok(())
}

/// All that is noted about a server.
pub(super) async fn of(desk: &Desk, host: &Provider) -> Result<Notes> {
    let provider = host.clone();
    desk.read(FindNotes { provider }).await
}

/// A note for scripts.
#[derive(Serialize)]
pub(super) struct Row {
    aspect: &'static str,
    what: String,
    at: At,
    by: Option<String>,
}

impl Row {
    /// What it is about, in the word of the commands.
    pub(super) fn aspect(&self) -> &'static str {
        self.aspect
    }
}

/// All of them.
pub(super) fn rows(notes: &Notes) -> Vec<Row> {
    let row = |noted: &Noted| Row {
        aspect: noted.aspect.as_str(),
        what: match noted.aspect {
            Aspect::Note => noted.value.clone(),
            _ => noted.summary.clone(),
        },
        at: At(noted.at),
        by: noted.by.clone(),
    };
    notes.0.iter().map(row).collect()
}

/// All of them for people, each on a line of its own.
pub(super) fn lines(host: &Provider, notes: &Notes) -> Vec<String> {
    let line = |noted: &Noted| {
        let by = noted.by.as_deref().map(printable);
        let told = say!(
            "explain-noted",
            aspect = noted.aspect.as_str(),
            what = printable(&noted.summary),
            at = time(noted.at),
            by = by.unwrap_or_else(|| say!("somebody")),
        );
        let back = say!(
            "explain-note-back",
            command = command(noted.aspect),
            host = host.as_str(),
        );
        format!("{told} {back}")
    };
    let mut lines: Vec<_> = notes.0.iter().map(line).collect();
    if notes.of(Aspect::Ca).is_some() && notes.of(Aspect::Pin).is_some() {
        lines.push(say!("note-pin-first"));
    }
    lines
}

fn command(aspect: Aspect) -> &'static str {
    match aspect {
        Aspect::Sign | Aspect::Take => "quirk",
        other => other.as_str(),
    }
}
