//! `symbolon peer explain`: whether people may connect with a server, and why.

use anyhow::Result;
use serde_json::json;
use symbolon_core::trust::{Decision, Direction, Mode, Policy, decide};
use symbolon_proto::address::Provider;
use symbolon_server::config::{self, Key, RawConfig};
use symbolon_store::directories::ListedBy;
use symbolon_store::trust::{FindRuling, Ruling};

use crate::exit::{Exit, Failure};
use crate::output::{self, Format, printable, time};
use crate::settings::Settings;

/// Says what holds for a server. Both directions are always told, since their modes may differ.
pub(super) async fn run(host: &Provider, format: Format, settings: &Settings) -> Result<()> {
    let raw = settings.raw()?;
    let policy = config::trust(&raw);
    let policy = policy.map_err(|error| Failure::error(Exit::Settings, error.to_string()))?;
    let desk = settings.place().open().await?;
    let provider = host.clone();
    let ruling = desk.read(FindRuling { provider }).await?;
    let provider = host.clone();
    let listed = desk.read(ListedBy { provider }).await?;
    let rule = ruling.as_ref().map(|ruling| ruling.rule);
    let of = |direction| decide(policy.mode(direction), rule, listed.is_some());
    let (inward, outward) = (of(Direction::In), of(Direction::Out));
    if format.json {
        return output::json(&json!({
            "server": host,
            "invitations_in": { "allowed": inward.allows(), "reason": inward.as_str() },
            "invitations_out": { "allowed": outward.allows(), "reason": outward.as_str() },
            "directory": listed,
            "rule": ruling.as_ref().map(|ruling| json!({
                "rule": ruling.rule.as_str(), "at": time(ruling.at), "by": ruling.by, "note": ruling.note,
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
        },
        [inward, outward],
    ))
}

/// What is known of a server.
struct Known<'a> {
    ruling: Option<&'a Ruling>,
    /// The directory that lists it.
    listed: Option<&'a str>,
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
            &format!("Invitations from {host}"),
            decisions[0],
            &setting(raw, Key::InvitationsIn, policy.invitations_in),
        ),
        line(
            &format!("Invitations to {host}"),
            decisions[1],
            &setting(raw, Key::InvitationsOut, policy.invitations_out),
        ),
    ];
    if let Some(listed) = known.listed {
        lines.push(format!("The directory {} lists it.", printable(listed)));
    }
    if let Some(ruling) = known.ruling {
        let by = ruling.by.as_deref().unwrap_or("somebody");
        let mut decided = format!(
            "It is {} since {}, by {}",
            ruling.rule.as_str(),
            time(ruling.at),
            printable(by)
        );
        if let Some(note) = &ruling.note {
            decided = format!("{decided}: {}", printable(note));
        }
        lines.push(format!(
            "{decided}. `symbolon peer forget {host}` takes that back."
        ));
    }
    if decisions.contains(&Decision::NotListed) {
        lines.push(format!("`symbolon peer trust {host}` lets it in."));
    }
    lines.join("\n")
}

fn line(what: &str, decision: Decision, setting: &str) -> String {
    match decision {
        Decision::Trusted => format!("{what} are accepted: the server is trusted by name."),
        Decision::Open => {
            format!("{what} are accepted: every server is that is not blocked ({setting}).")
        }
        Decision::Listed => {
            format!("{what} are accepted: those of servers in a directory are ({setting}).")
        }
        Decision::Blocked => format!("{what} are refused: the server is blocked by name."),
        Decision::NotListed => {
            format!(
                "{what} are refused: the server is neither trusted by name nor let in by the setting ({setting})."
            )
        }
    }
}

fn setting(raw: &RawConfig, key: Key, mode: Mode) -> String {
    format!("{} = {}, {}", key.name(), mode.as_str(), raw.origin(key))
}
