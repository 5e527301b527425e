//! `symbolon probe`: another server, held against the draft.

use std::io::BufRead;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result};
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use symbolon_proto::address::Provider;
use symbolon_proto::invite::{InviteToken, PastedInvite};
use symbolon_server::config::{Config, Key, way_out};
use symbolon_server::env::Env;
use symbolon_server::keys::ServerKeys;
use symbolon_server::peers::origin;
use symbolon_server::probe::{Demand, Finding, Outcome, Report, Target, Tester, html, probe};
use symbolon_server::transport::HttpTransport;

use crate::errors::{key_failed, not_a_server, setting_failed};
use crate::exit::{Exit, Failure};
use crate::language::{self, say};
use crate::output::{self, At, time, wrap};
use crate::settings::Settings;

/// How long one answer may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Hold a server against draft-ietf-ocm-open-cloud-mesh-05, demand by demand: for those who write or run one.
///
/// Needs no server of one's own, no account and no settings, and sends nothing but GETs, so that a server in production
/// comes to no harm. With --token it accepts an invitation that you made at that server for it, in every wrong way that
/// the draft tells a server to refuse, and then in the right one. What is signed comes from your own server: it takes
/// --public-url and --data, and that the other server can reach it. Ends with 0 if no MUST is seen to be broken, and
/// with 6 otherwise.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The server, as in `cloud.example.org`.
    #[arg(value_name = "HOST")]
    server: String,
    /// An invitation made at that server, as code, link or token; `-` reads it from stdin. It is used up.
    ///
    /// Others on this machine can read the command line, so `-` is the safer way.
    #[arg(long, value_name = "INVITATION")]
    token: Option<SecretString>,
    /// Print one JSON document: `must`, `should` and `defined` count, `findings` has every demand, `requests` what was
    /// asked.
    #[arg(long)]
    json: bool,
    /// Write the report as one HTML file, too.
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    #[command(flatten)]
    settings: Settings,
}

/// Runs the command.
pub(crate) async fn run(args: &Args) -> Result<()> {
    let usage = |message: String| Failure::error(Exit::Usage, message);
    let server =
        Provider::parse(&args.server).map_err(|error| usage(not_a_server(&args.server, error)))?;
    let raw = args.settings.raw()?;
    let dev = raw.written(Key::Dev).is_some_and(|dev| dev.text == "true");
    let way_out = way_out(&raw, dev);
    let way_out = way_out.map_err(|error| setting_failed(&error))?;
    let token = match &args.token {
        None => None,
        Some(pasted) => Some(invitation(pasted.expose_secret(), &server)?),
    };
    let env = Env::system();
    // Only who accepts an invitation has to be somebody.
    let us = match (&token, raw.written(Key::PublicUrl)) {
        (Some(_), Some(_)) => Some(us(&args.settings.check()?, &env, &server)?),
        _ => None,
    };
    if token.is_some() && us.is_none() {
        eprintln!("symbolon: {}", say!("probe-unsigned"));
    }
    let target = Target {
        origin: origin(&server, dev),
        provider: server,
        transport: &HttpTransport::by(&way_out),
        env: &env,
        patience: PATIENCE,
    };
    let tester = token.map(|token| Tester {
        token,
        signs: us
            .as_ref()
            .map(|(name, keys)| (name.clone(), keys.signing(env.now()))),
    });
    let report = probe(&target, tester.as_ref(), language::current()).await;
    if let Some(path) = &args.html {
        let written = std::fs::write(path, html(&report, language::current()));
        written.with_context(|| say!("probe-unwritten", path = path.display().to_string()))?;
    }
    if args.json {
        output::json(&Document::new(&report))?;
    } else {
        output::say(&text(&report))?;
    }
    match report.count(Demand::Must, Outcome::Fail) {
        0 => Ok(()),
        broken => {
            let message = say!("probe-broken", count = broken);
            Err(Failure::error(Exit::Attention, message))
        }
    }
}

fn invitation(pasted: &str, server: &Provider) -> Result<InviteToken> {
    let unreadable = |error: String| Failure::error(Exit::Usage, format!("--token: {error}"));
    let mut line = Zeroizing::new(String::new());
    let pasted = if pasted == "-" {
        let stdin = std::io::stdin().lock().read_line(&mut line);
        stdin.with_context(|| say!("probe-unread"))?;
        line.as_str()
    } else {
        pasted
    };
    let invite = PastedInvite::parse(pasted)
        .map_err(|error| unreadable(error.problem().detail(language::current())))?;
    match invite.provider {
        Some(other) if other != *server => {
            let (other, server) = (other.as_str(), server.as_str());
            Err(unreadable(say!(
                "probe-other-invitation",
                other = other,
                server = server
            )))
        }
        _ => Ok(invite.token),
    }
}

/// The server in whose name an invitation is accepted, and its key.
fn us(config: &Config, env: &Env, server: &Provider) -> Result<(Provider, ServerKeys)> {
    let name = config.provider();
    if name == *server {
        let message = say!("probe-ourselves", server = name.as_str());
        return Err(Failure::error(Exit::Usage, message));
    }
    let folder = &config.keys;
    let keys = ServerKeys::read(folder, env, &name);
    let keys = keys.map_err(|error| Failure::error(Exit::Failed, key_failed(&error)))?;
    let missing = || {
        let message = say!("probe-no-keys", folder = folder.display().to_string());
        Failure::error(Exit::Settings, message)
    };
    Ok((name, keys.ok_or_else(missing)?))
}

/// The report for scripts.
#[derive(Serialize)]
struct Document<'a> {
    checked_at: At,
    must: Count,
    should: Count,
    defined: Count,
    #[serde(flatten)]
    report: &'a Report,
}

#[derive(Serialize)]
struct Count {
    pass: usize,
    fail: usize,
    not_observable: usize,
}

impl Count {
    fn of(report: &Report, demand: Demand) -> Self {
        Self {
            pass: report.count(demand, Outcome::Pass),
            fail: report.count(demand, Outcome::Fail),
            not_observable: report.count(demand, Outcome::NotObservable),
        }
    }
}

impl<'a> Document<'a> {
    fn new(report: &'a Report) -> Self {
        Self {
            checked_at: At(report.at),
            must: Count::of(report, Demand::Must),
            should: Count::of(report, Demand::Should),
            defined: Count::of(report, Demand::Defined),
            report,
        }
    }
}

fn text(report: &Report) -> String {
    let mut lines = vec![
        say!(
            "probe-head",
            server = &report.server,
            draft = report.draft,
            at = time(report.at),
        ),
        String::new(),
    ];
    for (section, findings) in report.sections() {
        lines.push(section.to_owned());
        for finding in findings {
            tell(finding, &mut lines);
        }
        lines.push(String::new());
    }
    for demand in [Demand::Must, Demand::Should, Demand::Defined] {
        let count = Count::of(report, demand);
        let count = say!(
            "probe-count",
            pass = count.pass,
            fail = count.fail,
            unseen = count.not_observable,
        );
        lines.push(format!("{:<8} {count}", demand.word()));
    }
    lines.join("\n")
}

fn tell(finding: &Finding, lines: &mut Vec<String>) {
    // A symbol, and no colour: for every terminal, and for every eye.
    let symbol = match finding.outcome {
        Outcome::Pass => "[+]",
        Outcome::Fail => "[x]",
        Outcome::NotObservable => "[-]",
    };
    let (id, demand) = (finding.id, finding.demand.word());
    let demanded = format!("{symbol} {id} {demand}: {}", finding.says);
    wrap(&demanded, "  ", "      ", lines);
    if !finding.why.is_empty() {
        let outcome = finding.outcome.word().say(language::current());
        let why = format!("{outcome}: {}", finding.why);
        wrap(&why, "      ", "      ", lines);
    }
}
