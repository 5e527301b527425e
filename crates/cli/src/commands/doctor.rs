//! `symbolon doctor`: what may be wrong with this server, and how to mend it.

use std::sync::Arc;

use anyhow::Result;
use serde::Serialize;
use symbolon_server::config::Config;
use symbolon_server::doctor::{Area, Finding, Level, Network, Patient, examine};
use symbolon_server::env::Env;
use symbolon_server::transport::{AddressPolicy, HttpTransport};
use symbolon_store::{Database, Store};

use crate::exit::{Exit, Failure};
use crate::output::{self, time, wrap};
use crate::settings::{Desk, Settings};

/// Look for what may be wrong with this server, from inside and as the world sees it.
///
/// Looks at the database, the data folder and its keys, the running process, the public address, the proxy, the clock,
/// messages that wait for other servers, and connections that were compared with them. It works beside the running
/// server with the same settings, changes nothing, and asks nobody but this server and up to five others that it knows.
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
struct Report<'a> {
    server: String,
    checked_at: String,
    level: Level,
    findings: &'a [Finding],
}

/// Runs the command.
pub(crate) async fn run(args: &Args) -> Result<()> {
    let config = args.settings.check()?;
    let patient = Patient {
        network: (!args.offline).then(|| network(&config)),
        store: open(&config).await,
        env: Env::system(),
        config,
    };
    let findings = examine(&patient).await;
    let level = findings.iter().map(|finding| finding.level).max();
    let report = Report {
        server: patient.config.provider().to_string(),
        checked_at: time(patient.env.now()),
        level: level.unwrap_or(Level::Ok).max(Level::Ok),
        findings: &findings,
    };
    if args.json {
        output::json(&report)?;
    } else {
        output::say(&text(&report))?;
    }
    verdict(&findings)
}

/// As the server opens it, but without making what is not there.
pub(crate) async fn open(config: &Config) -> Result<Store, String> {
    if let Database::Sqlite { path } = &config.database
        && !path.exists()
    {
        return Err(format!(
            "there is no database at {}; the server makes it when it is started first",
            path.display()
        ));
    }
    let desk = Desk::open(&config.database).await;
    desk.map(|desk| desk.store)
        .map_err(|error| format!("{error:#}"))
}

fn network(config: &Config) -> Network {
    Network {
        world: Arc::new(HttpTransport::by(&config.way_out)),
        machine: Arc::new(HttpTransport::new(AddressPolicy::DevLoopback)),
    }
}

/// What a script learns by the exit code, and a person by the last line.
fn verdict(findings: &[Finding]) -> Result<()> {
    let count = |level| findings.iter().filter(|one| one.level == level).count();
    let (attention, problems) = (count(Level::Attention), count(Level::Problem));
    let problems = match problems {
        0 => None,
        1 => Some("1 problem".to_owned()),
        _ => Some(format!("{problems} problems")),
    };
    let attention = match attention {
        0 => None,
        1 => Some("1 thing that needs attention".to_owned()),
        _ => Some(format!("{attention} things that need attention")),
    };
    let told: Vec<String> = problems.into_iter().chain(attention).collect();
    if told.is_empty() {
        return Ok(());
    }
    let message = format!("found {}", told.join(", and "));
    Err(Failure::error(Exit::Attention, message))
}

fn text(report: &Report<'_>) -> String {
    let mut lines = vec![format!("{}, {}", report.server, report.checked_at)];
    let mut area: Option<Area> = None;
    for finding in report.findings {
        if area != Some(finding.area) {
            area = Some(finding.area);
            lines.push(String::new());
            lines.push(finding.area.heading().to_owned());
        }
        // A symbol and a word, and no colour: for every terminal, and for every eye.
        let level = match finding.level {
            Level::Ok => "[+] ok",
            Level::NotChecked => "[-] not checked",
            Level::Attention => "[!] attention",
            Level::Problem => "[x] problem",
        };
        wrap(
            &format!("{level}: {}", finding.what),
            "  ",
            "      ",
            &mut lines,
        );
        if let Some(remedy) = &finding.remedy {
            wrap(
                &format!("To mend it: {remedy}"),
                "      ",
                "      ",
                &mut lines,
            );
        }
    }
    lines.push(String::new());
    lines.push(match report.level {
        Level::Ok | Level::NotChecked => {
            let skipped = |one: &&Finding| one.level == Level::NotChecked;
            match report.findings.iter().filter(skipped).count() {
                0 => "All is well.".to_owned(),
                _ => "All that was looked at is well; lines with [-] were not.".to_owned(),
            }
        }
        Level::Attention => "Look at the lines that begin with [!].".to_owned(),
        Level::Problem => {
            "Look at the lines that begin with [x] first, then at those with [!].".to_owned()
        }
    });
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::WIDTH;

    fn finding(level: Level, what: &str) -> Finding {
        Finding {
            area: Area::Storage,
            check: "storage.write",
            level,
            what: what.to_owned(),
            remedy: (level >= Level::Attention).then(|| "Make room.".to_owned()),
        }
    }

    #[test]
    fn every_line_says_its_level_by_word_and_symbol_and_fits_a_terminal() {
        let long = "word ".repeat(60);
        let findings = [
            finding(Level::Ok, "well"),
            finding(Level::NotChecked, "unknown"),
            finding(Level::Attention, long.trim()),
            finding(Level::Problem, "\u{1b}[31mred"),
        ];
        let report = Report {
            server: "cat.example.org".to_owned(),
            checked_at: "2026-11-24T00:00:00Z".to_owned(),
            level: Level::Problem,
            findings: &findings,
        };
        let text = text(&report);
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
    fn only_what_needs_attention_ends_with_its_own_code() {
        use std::process::ExitCode;
        let code = |level| crate::exit::code(verdict(&[finding(level, "it")]));
        assert_eq!(code(Level::Ok), ExitCode::from(0));
        assert_eq!(code(Level::NotChecked), ExitCode::from(0));
        assert_eq!(code(Level::Attention), ExitCode::from(6));
        assert_eq!(code(Level::Problem), ExitCode::from(6));
    }
}
