//! `symbolon peer explain`: whether people may connect with a server, and why.

use anyhow::Result;
use serde_json::json;
use symbolon_core::trust::{Decision, Direction, Mode, Policy, decide};
use symbolon_proto::address::Provider;
use symbolon_proto::discovery::Dialect;
use symbolon_server::config::{self, Key, RawConfig};
use symbolon_store::directories::ListedBy;
use symbolon_store::notes::{Aspect, Notes};
use symbolon_store::peers::FindPeer;
use symbolon_store::trust::{FindRuling, Ruling};

use super::notes;
use crate::errors::{origin_in_words, setting_failed};
use crate::language::say;
use crate::output::{self, At, Format, printable, time};
use crate::settings::Settings;

/// Says what holds for a server. Both directions are always told, since their modes may differ.
pub(super) async fn run(host: &Provider, format: Format, settings: &Settings) -> Result<()> {
    let raw = settings.raw()?;
    let policy = config::trust(&raw);
    let policy = policy.map_err(|error| setting_failed(&error))?;
    let desk = settings.place().open().await?;
    let provider = host.clone();
    let ruling = desk.read(FindRuling { provider }).await?;
    let provider = host.clone();
    let listed = desk.read(ListedBy { provider }).await?;
    let provider = host.clone();
    let peer = desk.read(FindPeer { provider }).await?;
    let dialect = peer.and_then(|peer| peer.dialect);
    let noted = notes::of(&desk, host).await?;
    let rule = ruling.as_ref().map(|ruling| ruling.rule);
    let of = |direction| decide(policy.mode(direction), rule, listed.is_some());
    let (inward, outward) = (of(Direction::In), of(Direction::Out));
    if format.json {
        return output::json(&json!({
            "server": host,
            "invitations_in": { "allowed": inward.allows(), "reason": inward.as_str() },
            "invitations_out": { "allowed": outward.allows(), "reason": outward.as_str() },
            "directory": listed,
            "signs_with": dialect.map(Dialect::as_str),
            "notes": notes::rows(&noted),
            "rule": ruling.as_ref().map(|ruling| json!({
                "rule": ruling.rule.as_str(), "at": At(ruling.at), "by": ruling.by, "note": ruling.note,
            })),
        }));
    }
    output::say(&told(
        host,
        &raw,
        policy,
        &Known {
            ruling: ruling.as_ref(),
            listed: listed.as_deref(),
            dialect,
            notes: &noted,
        },
        [inward, outward],
    ))
}

/// What is known of a server.
struct Known<'a> {
    ruling: Option<&'a Ruling>,
    /// The directory that lists it.
    listed: Option<&'a str>,
    /// The best way to sign that it has ever offered or used.
    dialect: Option<Dialect>,
    notes: &'a Notes,
}

fn told(
    host: &Provider,
    raw: &RawConfig,
    policy: Policy,
    known: &Known<'_>,
    decisions: [Decision; 2],
) -> String {
    let mut lines = vec![
        line(
            host,
            "in",
            decisions[0],
            setting(raw, Key::InvitationsIn, policy.invitations_in),
        ),
        line(
            host,
            "out",
            decisions[1],
            setting(raw, Key::InvitationsOut, policy.invitations_out),
        ),
    ];
    if let Some(listed) = known.listed {
        lines.push(say!("explain-listed", directory = printable(listed)));
    }
    if let Some(ruling) = known.ruling {
        let by = ruling.by.as_deref().map(printable);
        let by = by.unwrap_or_else(|| say!("somebody"));
        let (rule, at) = (ruling.rule.as_str(), time(ruling.at));
        let ruled = match &ruling.note {
            Some(note) => {
                let note = printable(note);
                say!(
                    "explain-ruled-why",
                    rule = rule,
                    at = at,
                    by = by,
                    note = note
                )
            }
            None => say!("explain-ruled", rule = rule, at = at, by = by),
        };
        let forget = say!("explain-forget", host = host.as_str());
        lines.push(format!("{ruled} {forget}"));
    }
    if let Some(dialect) = known.dialect {
        let ways = [Aspect::Sign, Aspect::Take];
        let noted = ways.iter().any(|aspect| known.notes.of(*aspect).is_some());
        let noted = if noted { "yes" } else { "no" };
        let dialect = dialect.as_str();
        lines.push(say!("explain-signs", dialect = dialect, noted = noted));
    }
    lines.extend(notes::lines(host, known.notes));
    if decisions.contains(&Decision::NotListed) {
        lines.push(say!("explain-trust", host = host.as_str()));
    }
    lines.join("\n")
}

fn line(host: &Provider, way: &str, decision: Decision, setting: String) -> String {
    let host = host.as_str();
    match decision {
        Decision::Trusted => say!("explain-trusted", host = host, way = way),
        Decision::Open => say!("explain-open", host = host, way = way, setting = setting),
        Decision::Listed => say!(
            "explain-in-directory",
            host = host,
            way = way,
            setting = setting
        ),
        Decision::Blocked => say!("explain-blocked", host = host, way = way),
        Decision::NotListed => {
            say!(
                "explain-not-listed",
                host = host,
                way = way,
                setting = setting
            )
        }
    }
}

fn setting(raw: &RawConfig, key: Key, mode: Mode) -> String {
    let origin = origin_in_words(&raw.origin(key));
    format!("{} = {}, {origin}", key.name(), mode.as_str())
}
