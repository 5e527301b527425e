//! `symbolon doctor`: what may be wrong with this server, and how to mend it.

use std::sync::Arc;

use anyhow::Result;
use serde::Serialize;
use symbolon_server::config::Config;
use symbolon_server::doctor::{Area, Finding, Level, Network, NoStore, Patient, examine, sentence};
use symbolon_server::env::Env;
use symbolon_server::peers::NotedBeliefs;
use symbolon_server::said::Said;
use symbolon_server::transport::{AddressPolicy, HttpTransport};
use symbolon_store::{Database, Store};

use crate::errors::store_failed;
use crate::exit::{Exit, Failure};
use crate::language::{self, say};
use crate::output::{self, At, time, wrap, zone};
use crate::settings::{Settings, options};

/// Look for what may be wrong with this server, from inside and as the world sees it.
///
/// Looks at the database, the data folder and its keys, the running process, the public address, the metrics, the proxy,
/// the clock, messages that wait for other servers, mail, the service by which people log in, connections that were
/// compared with others, and directories. It works beside the running server with the same settings, changes nothing, and
/// asks nobody but this server, up to five others that it knows, the log-in service, and the mail server, to which it sends
/// no mail.
/// Ends with 0 if all is well, and with 6 if something needs attention.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Ask nobody: look only at the database and the data folder.
    #[arg(long)]
    offline: bool,
    /// Print one JSON document: `level`, and `findings` with `area`, `check`, `level`, `what` and `remedy`.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    settings: Settings,
}

#[derive(Serialize)]
struct Report {
    server: String,
    checked_at: At,
    level: Level,
    findings: Vec<Told>,
}

/// One finding. The names are for scripts and never change; the sentences are in the language that was asked for.
#[derive(Serialize)]
struct Told {
    area: Area,
    check: &'static str,
    level: Level,
    #[serde(skip)]
    is_off: bool,
    what: String,
    remedy: Option<String>,
}

impl Told {
    fn new(finding: &Finding) -> Self {
        let say = |said: &Said| said.say_in(language::current(), zone());
        Self {
            area: finding.area,
            check: finding.check,
            level: finding.level,
            is_off: finding.is_off,
            what: sentence(say(&finding.what)),
            remedy: finding.remedy.as_ref().map(say),
        }
    }
}

/// Runs the command.
pub(crate) async fn run(args: &Args) -> Result<()> {
    let config = args.settings.check()?;
    let store = open(&config).await;
    let network = (!args.offline).then(|| network(&config, store.as_ref().ok()));
    let patient = Patient {
        network,
        store,
        env: Env::system(),
        config,
    };
    let findings: Vec<Told> = examine(&patient).await.iter().map(Told::new).collect();
    let level = findings.iter().map(|finding| finding.level).max();
    let report = Report {
        server: patient.config.provider().to_string(),
        checked_at: At(patient.env.now()),
        level: level.unwrap_or(Level::Ok).max(Level::Ok),
        findings,
    };
    if args.json {
        output::json(&report)?;
    } else {
        output::say(&text(&report))?;
    }
    let levels: Vec<Level> = report.findings.iter().map(|one| one.level).collect();
    verdict(&levels)
}

/// As the server opens it, but without making what is not there.
pub(crate) async fn open(config: &Config) -> Result<Store, NoStore> {
    if let Database::Sqlite { path } = &config.database
        && !path.exists()
    {
        return Err(NoStore::Missing(path.clone()));
    }
    let store = Store::open(&config.database, options()).await;
    store.map_err(|error| NoStore::Fails(store_failed(&error)))
}

/// What minds the notes in a database, if there is one.
pub(crate) fn way_out(config: &Config, store: Option<&Store>) -> HttpTransport {
    let transport = HttpTransport::by(&config.way_out);
    match store {
        Some(store) => transport.minding(Arc::new(NotedBeliefs::new(store.clone()))),
        None => transport,
    }
}

fn network(config: &Config, store: Option<&Store>) -> Network {
    Network {
        world: Arc::new(way_out(config, store)),
        machine: Arc::new(HttpTransport::new(AddressPolicy::DevLoopback)),
    }
}

/// What a script learns by the exit code, and a person by the last line.
pub(crate) fn verdict(levels: &[Level]) -> Result<()> {
    let count = |level| levels.iter().filter(|one| **one == level).count();
    let (attention, problems) = (count(Level::Attention), count(Level::Problem));
    let message = match (problems, attention) {
        (0, 0) => return Ok(()),
        (_, 0) => say!("doctor-found-problems", problems = problems),
        (0, _) => say!("doctor-found-attention", attention = attention),
        _ => say!(
            "doctor-found-both",
            problems = problems,
            attention = attention
        ),
    };
    Err(Failure::error(Exit::Attention, message))
}

fn text(report: &Report) -> String {
    let mut lines = vec![format!("{}, {}", report.server, time(report.checked_at.0))];
    let mut area: Option<Area> = None;
    let mut findings: Vec<_> = report.findings.iter().collect();
    findings.sort_by_key(|one| one.level.urgency());
    for finding in findings {
        if area != Some(finding.area) {
            area = Some(finding.area);
            lines.push(String::new());
            lines.push(finding.area.heading().say(language::current()));
        }
        // A symbol and a word, and no colour: for every terminal, and for every eye.
        let level = match finding.level {
            Level::Ok if finding.is_off => format!("[-] {}", say!("level-off")),
            Level::Ok => format!("[+] {}", say!("level-ok")),
            Level::NotChecked => format!("[-] {}", say!("level-not-checked")),
            Level::Attention => format!("[!] {}", say!("level-attention")),
            Level::Problem => format!("[x] {}", say!("level-problem")),
        };
        wrap(
            &format!("{level}: {}", finding.what),
            "  ",
            "      ",
            &mut lines,
        );
        if let Some(remedy) = &finding.remedy {
            wrap(
                &say!("doctor-mend", remedy = remedy),
                "      ",
                "      ",
                &mut lines,
            );
        }
    }
    lines.push(String::new());
    lines.push(match report.level {
        Level::Ok | Level::NotChecked => {
            let skipped = |one: &&Told| one.level == Level::NotChecked;
            match report.findings.iter().filter(skipped).count() {
                0 => say!("doctor-all-well"),
                _ => say!("doctor-seen-well"),
            }
        }
        Level::Attention => say!("doctor-look-attention"),
        Level::Problem => say!("doctor-look-problem"),
    });
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::WIDTH;

    fn finding(level: Level, what: &str) -> Told {
        Told {
            area: Area::Storage,
            check: "storage.write",
            level,
            is_off: false,
            what: what.to_owned(),
            remedy: (level >= Level::Attention).then(|| "Make room.".to_owned()),
        }
    }

    fn report(findings: Vec<Told>) -> Report {
        Report {
            server: "cat.example.org".to_owned(),
            checked_at: At(symbolon_core::Timestamp::from_secs(0)),
            level: Level::Problem,
            findings,
        }
    }

    #[test]
    fn every_line_says_its_level_by_word_and_symbol_and_fits_a_terminal() {
        let long = "word ".repeat(60);
        let findings = vec![
            finding(Level::Ok, "well"),
            finding(Level::NotChecked, "unknown"),
            finding(Level::Attention, long.trim()),
            finding(Level::Problem, "\u{1b}[31mred"),
        ];
        let text = text(&report(findings));
        assert!(!text.contains('\u{1b}'), "{text}");
        assert!(
            text.lines().all(|line| line.chars().count() <= WIDTH),
            "{text}"
        );
        for line in [
            "Storage",
            "  [+] ok: well",
            "  [-] not checked: unknown",
            "  [x] problem: \u{fffd}[31mred",
            "      To mend it: Make room.",
        ] {
            assert!(
                text.lines().any(|one| one == line),
                "{line:?} is not in {text}"
            );
        }
        assert_eq!(text.matches("Storage").count(), 1, "{text}");
    }

    #[test]
    fn troubles_come_first_and_what_is_switched_off_has_no_tick() {
        let findings = vec![
            finding(Level::NotChecked, "unknown"),
            Told {
                is_off: true,
                ..finding(Level::Ok, "unwanted")
            },
            finding(Level::Attention, "odd"),
            finding(Level::Ok, "well"),
            finding(Level::Problem, "broken"),
        ];
        let text = text(&report(findings));
        let found: Vec<_> = text
            .lines()
            .filter(|line| line.starts_with("  ["))
            .collect();
        assert_eq!(
            found,
            [
                "  [x] problem: broken",
                "  [!] attention: odd",
                "  [-] not checked: unknown",
                "  [-] off: unwanted",
                "  [+] ok: well",
            ]
        );
    }

    #[test]
    fn only_what_needs_attention_ends_with_its_own_code() {
        use std::process::ExitCode;
        let code = |level| crate::exit::code(verdict(&[level]));
        assert_eq!(code(Level::Ok), ExitCode::from(0));
        assert_eq!(code(Level::NotChecked), ExitCode::from(0));
        assert_eq!(code(Level::Attention), ExitCode::from(6));
        assert_eq!(code(Level::Problem), ExitCode::from(6));
    }
}
