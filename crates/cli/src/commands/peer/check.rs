//! `symbolon peer check`: the way to another server, step by step.

use anyhow::Result;
use serde::Serialize;
use symbolon_proto::address::Provider;
use symbolon_proto::language::Language;
use symbolon_server::check::{Fact, Report, Stage, Step, Walker, check};
use symbolon_server::doctor::{Level, NoStore};
use symbolon_server::env::Env;
use symbolon_server::keys::ServerKeys;

use crate::commands::doctor;
use crate::exit::{Exit, Failure};
use crate::language::say;
use crate::output::{self, At, time, wrap};
use crate::settings::Settings;

/// Walk towards another server step by step, and tell where the way ends and whose turn it is.
///
/// Name, connection, certificate, description, keys, clock, signature, invitations, trust in both directions, and what
/// kind of server it is, each with the time that it took. It changes nothing here, and leaves nothing there but
/// lines in logs and trails: what it sends in the end is a message that no server understands and an invitation that
/// nobody made, signed with this server's key, and only to servers where that does no harm. Ends with 0 if all is well,
/// and with 6 if something needs attention.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The server, for example `cat.example.org`.
    #[arg(value_name = "HOST", value_parser = crate::errors::server)]
    server: Provider,
    /// Print one JSON document: `level`, `verdict`, and `steps` with `stage`, `level`, `what`, `remedy`, `notes`,
    /// `took_ms`, `facts`.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    settings: Settings,
}

/// Runs the command.
pub(super) async fn run(args: &Args) -> Result<()> {
    let language = crate::language::current();
    let config = args.settings.check()?;
    let server = &args.server;
    if *server == config.provider() {
        let message = say!("check-ourselves", server = server.as_str());
        return Err(Failure::error(Exit::Usage, message));
    }
    let env = Env::system();
    let keys = ServerKeys::read(&config.keys, &env, &config.provider());
    let keys = keys.ok().flatten();
    // A slip in `--data` is not to pass for a server that decided nothing about anybody.
    let store = doctor::open(&config).await.map_err(|no| match no {
        NoStore::Missing(path) => {
            let message = say!("no-database", path = path.display().to_string());
            Failure::error(Exit::Settings, message)
        }
        NoStore::Fails(why) => {
            let database = config.database_in_words().say(language);
            Failure::error(
                Exit::Failed,
                say!("cannot-open", database = database, why = why),
            )
        }
    })?;
    let transport = doctor::way_out(&config, Some(&store));
    let walker = Walker {
        us: config.provider(),
        trust: config.trust,
        dev: config.dev,
        env: &env,
        transport: &transport,
        store: Some(&store),
        key: keys.as_ref().map(|keys| keys.signing(env.now())),
        rsa: keys.and_then(|keys| keys.rsa(env.now())),
    };
    let report = check(&walker, server).await;
    if args.json {
        output::json(&Document::new(&report, language))?;
    } else {
        output::say(&text(&report, language))?;
    }
    // The verdict is the last line of the report, and stands once on a terminal.
    let levels: Vec<Level> = report.steps.iter().map(|step| step.level).collect();
    doctor::verdict(&levels)
}

/// The report for scripts.
#[derive(Serialize)]
struct Document<'a> {
    server: &'a str,
    checked_at: At,
    level: Level,
    verdict: String,
    steps: Vec<StepDocument<'a>>,
}

#[derive(Serialize)]
struct StepDocument<'a> {
    stage: Stage,
    level: Level,
    what: String,
    remedy: Option<String>,
    notes: Vec<String>,
    took_ms: Option<i64>,
    facts: Vec<FactDocument<'a>>,
}

#[derive(Serialize)]
struct FactDocument<'a> {
    name: &'a str,
    value: String,
    note: String,
}

impl<'a> Document<'a> {
    fn new(report: &'a Report, language: Language) -> Self {
        let fact = |fact: &'a Fact| FactDocument {
            name: &fact.name,
            value: fact.value.say(language),
            note: notes(fact, language),
        };
        let step = |step: &'a Step| StepDocument {
            stage: step.stage,
            level: step.level,
            what: step.what.say(language),
            remedy: step.remedy.as_ref().map(|said| said.say(language)),
            notes: step.notes.iter().map(|said| said.say(language)).collect(),
            took_ms: step.took_ms,
            facts: step.facts.iter().map(fact).collect(),
        };
        Self {
            server: report.server.as_str(),
            checked_at: At(report.at),
            level: report.level(),
            verdict: report.verdict().say(language),
            steps: report.steps.iter().map(step).collect(),
        }
    }
}

fn notes(fact: &Fact, language: Language) -> String {
    let notes = fact.notes.iter().map(|note| note.say(language));
    notes.collect::<Vec<_>>().join("; ")
}

fn text(report: &Report, language: Language) -> String {
    let mut lines = vec![
        format!("{}, {}", report.server, time(report.at)),
        String::new(),
    ];
    for step in &report.steps {
        // A symbol, and no colour: for every terminal, and for every eye.
        let symbol = match step.level {
            Level::Ok => "[+]",
            Level::NotChecked => "[-]",
            Level::Attention => "[!]",
            Level::Problem => "[x]",
        };
        let took = step
            .took_ms
            .map_or_else(String::new, |took| format!(" ({took} ms)"));
        let heading = step.stage.heading().say(language);
        let what = step.what.say(language);
        wrap(
            &format!("{symbol} {heading}: {what}{took}"),
            "",
            "    ",
            &mut lines,
        );
        if let Some(remedy) = &step.remedy {
            let before = Report::what_to_do().say(language);
            let remedy = format!("{before} {}", remedy.say(language));
            wrap(&remedy, "    ", "    ", &mut lines);
        }
        for note in &step.notes {
            wrap(&note.say(language), "    ", "    ", &mut lines);
        }
        for fact in &step.facts {
            let note = match notes(fact, language).as_str() {
                "" => String::new(),
                note => format!(" ({note})"),
            };
            let (heading, value) = (fact.heading().say(language), fact.value.say(language));
            let fact = format!("{heading}: {value}{note}");
            wrap(&fact, "      ", "        ", &mut lines);
        }
    }
    lines.push(String::new());
    wrap(&report.verdict().say(language), "", "", &mut lines);
    lines.join("\n")
}
