//! `symbolon audit`: what happened, by whom, and how it went.

use anyhow::Result;
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use symbolon_core::Timestamp;
use symbolon_proto::address::Provider;
use symbolon_server::http::reference::Reference;
use symbolon_store::audit::{Filter, ListEvents, Page};
use symbolon_store::events::{Actor, Event, Kind};

use super::user::{self, Names};
use crate::errors::{Refused, not_a_server};
use crate::exit::{Exit, Failure};
use crate::language::say;
use crate::output::{self, printable, time, zone};
use crate::settings::{Desk, Place};

/// Rows that are asked for at once.
const PAGE: u32 = 500;

/// Most rows of `--limit`, which holds them in memory to put them into order.
const LIMIT_MAX: u32 = 100_000;

/// Show the audit trail, oldest first: every gesture and decision, with who, what, which server, result and reference.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Only what happened to this account.
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
    /// Only what this server has a part in.
    #[arg(long, value_name = "HOST")]
    peer: Option<String>,
    /// Only events of this kind, or of all kinds of a noun: `invite.refused`, `invite`.
    #[arg(long, value_name = "KIND", value_parser = kind)]
    kind: Option<String>,
    /// Only from here on: a date in the zone in which times are printed, a time as RFC 3339, or how long ago (`90m`, `24h`, `7d`).
    #[arg(long, value_name = "WHEN")]
    since: Option<String>,
    /// Only before this.
    #[arg(long, value_name = "WHEN")]
    until: Option<String>,
    /// Only this exchange.
    #[arg(long, value_name = "REF")]
    reference: Option<String>,
    /// Only the newest of them, so many.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=i64::from(LIMIT_MAX)))]
    limit: Option<u32>,
    /// Print JSON, one object per line, instead of text.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    place: Place,
}

/// Runs the command.
pub(crate) async fn run(args: &Args) -> Result<()> {
    let desk = args.place.open().await?;
    let filter = filter(args, &desk).await?;
    // Programs read ids; people read names.
    let names = match args.json {
        true => None,
        false => Some(user::names(&desk).await?),
    };
    let show = |event: &Event| {
        output::say(&match &names {
            None => json(event),
            Some(names) => text(event, names),
        })
    };
    match args.limit {
        Some(limit) => {
            let events = newest(&desk, &filter, limit).await?;
            if events.is_empty() {
                eprintln!("{}", say!("audit-none"));
            }
            events.iter().rev().try_for_each(show)
        }
        None => {
            let mut after = 0;
            loop {
                let events = page(&desk, &filter, Page::After(after), PAGE).await?;
                let Some(last) = events.last() else {
                    // Nothing on stdout is what a script wants to read, and tells a person nothing.
                    if after == 0 {
                        eprintln!("{}", say!("audit-none"));
                    }
                    return Ok(());
                };
                after = last.seq;
                events.iter().try_for_each(show)?;
            }
        }
    }
}

async fn newest(desk: &Desk, filter: &Filter, limit: u32) -> Result<Vec<Event>> {
    let mut found = Vec::new();
    let mut before = i64::MAX;
    let mut left = limit;
    while left > 0 {
        let events = page(desk, filter, Page::Before(before), left.min(PAGE)).await?;
        let Some(last) = events.last() else { break };
        before = last.seq;
        left -= u32::try_from(events.len()).unwrap_or(left);
        found.extend(events);
    }
    Ok(found)
}

async fn page(desk: &Desk, filter: &Filter, page: Page, limit: u32) -> Result<Vec<Event>> {
    let list = ListEvents {
        filter: filter.clone(),
        page,
        limit,
    };
    desk.read(list).await
}

async fn filter(args: &Args, desk: &Desk) -> Result<Filter> {
    let user = match &args.user {
        Some(name) => Some(user::find(desk, name).await?.id),
        None => None,
    };
    let when = |text: &Option<String>| text.as_deref().map(|text| moment(text, desk)).transpose();
    Ok(Filter {
        user,
        peer: args.peer.as_deref().map(peer).transpose()?,
        kind: args.kind.clone(),
        reference: args.reference.as_deref().map(reference),
        since: when(&args.since)?,
        until: when(&args.until)?,
    })
}

/// A server's name as the trail has it.
pub(super) fn peer(name: &str) -> Result<String> {
    let provider = Provider::parse(name);
    let provider =
        provider.map_err(|error| Failure::error(Exit::Usage, not_a_server(name, error)))?;
    Ok(provider.to_string())
}

/// A reference as the trail has it, from any spelling: also as trace id or UUID, as other programs print it.
pub(super) fn reference(text: &str) -> String {
    Reference::parse(text).map_or_else(|| text.to_owned(), |reference| reference.to_string())
}

fn kind(text: &str) -> Result<String, Refused> {
    let of_noun = |kind: &Kind| kind.as_str().split('.').next() == Some(text);
    if Kind::parse(text).is_some() || Kind::ALL.iter().any(of_noun) {
        return Ok(text.to_owned());
    }
    let all: Vec<&str> = Kind::ALL.iter().map(|kind| kind.as_str()).collect();
    Err(Refused(say!("audit-no-kind", kinds = all.join(", "))))
}

/// A moment as people write it.
pub(super) fn moment(text: &str, desk: &Desk) -> Result<Timestamp> {
    read(text, desk.now(), zone())
        .ok_or_else(|| Failure::error(Exit::Usage, say!("audit-no-time", text = text)))
}

fn read(text: &str, now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
    if let Some((at, unit)) = text.char_indices().last()
        && let Ok(number) = text[..at].parse::<u32>()
    {
        let millis: i64 = match unit {
            's' => 1_000,
            'm' => 60_000,
            'h' => 3_600_000,
            'd' => 86_400_000,
            _ => return None,
        };
        return Some(now.plus_millis(-millis * i64::from(number)));
    }
    if let Ok(at) = text.parse::<jiff::Timestamp>() {
        return Some(Timestamp::from_millis(at.as_millisecond()));
    }
    let day = jiff::civil::Date::strptime("%Y-%m-%d", text).ok()?;
    let begins = zone.to_timestamp(day.at(0, 0, 0, 0)).ok()?;
    Some(Timestamp::from_millis(begins.as_millisecond()))
}

fn text(event: &Event, names: &Names) -> String {
    let mut line = format!("{}  {}  {}", time(event.at), event.kind, who(event, names));
    let result = event.result.as_deref().filter(|result| *result != "done");
    let parts = [
        ("", result),
        ("object=", event.object.as_deref()),
        ("beside=", event.beside.as_deref()),
        ("by_user=", event.data["by_user"].as_str()),
        ("reference=", event.reference.as_deref()),
        ("their_reference=", event.their_reference.as_deref()),
    ];
    for (name, value) in parts {
        if let Some(value) = value {
            line.push_str("  ");
            line.push_str(name);
            line.push_str(value);
        }
    }
    // What else was noted, such as by how many seconds the clocks differ, under its own names.
    for (name, value) in event.data.as_object().into_iter().flatten() {
        match value {
            Value::Null => {}
            Value::String(text) => line.push_str(&format!("  {name}={text}")),
            other => line.push_str(&format!("  {name}={other}")),
        }
    }
    printable(&line)
}

fn who(event: &Event, names: &Names) -> String {
    let user = event.user.as_ref().map(|user| names.of(user));
    let peer = event.peer.as_deref();
    let by = match (event.actor, peer, &user) {
        (Actor::Person, _, Some(user)) => return say!("audit-by-person", user = user),
        (Actor::Peer, Some(peer), _) => say!("audit-by-peer", peer = peer),
        (Actor::Peer | Actor::Stranger, None, _) => say!("audit-by-stranger"),
        (Actor::Stranger, Some(peer), _) => say!("audit-by-stranger-of", peer = peer),
        (Actor::Administrator, ..) => say!("audit-by-administrator"),
        (Actor::Server, ..) => say!("audit-by-server"),
        (Actor::Unrecorded, ..) | (Actor::Person, _, None) => say!("audit-by-nobody"),
    };
    let by = match &user {
        Some(user) => say!("audit-for", by = by, user = user),
        None => by,
    };
    match (event.actor, peer) {
        (Actor::Server, Some(peer)) => say!("audit-with", by = by, peer = peer),
        _ => by,
    }
}

fn json(event: &Event) -> String {
    json!({
        "seq": event.seq,
        "at": jiff::Timestamp::from_millisecond(event.at.as_millis()).unwrap_or_default().to_string(),
        "kind": event.kind,
        "actor": event.actor.as_str(),
        "user": event.user,
        "object": event.object,
        "beside": event.beside,
        "peer": event.peer,
        "result": event.result,
        "reference": event.reference,
        "their_reference": event.their_reference,
        "data": event.data,
    })
    .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_did_it_is_told_without_those_who_are_not_known() {
        let names = Names::default();
        let told = |actor, peer: Option<&str>| {
            let event = Event {
                seq: 1,
                at: Timestamp::from_secs(1_795_521_600),
                user: None,
                kind: "invite.refused".to_owned(),
                actor,
                object: None,
                beside: None,
                peer: peer.map(str::to_owned),
                result: None,
                data: Value::Null,
                reference: None,
                their_reference: None,
            };
            who(&event, &names)
        };
        let cat = Some("cat.example.org");
        assert_eq!(told(Actor::Stranger, None), "by a stranger");
        assert_eq!(
            told(Actor::Stranger, cat),
            "by a stranger (cat.example.org)"
        );
        assert_eq!(told(Actor::Peer, cat), "by cat.example.org");
        assert_eq!(told(Actor::Server, None), "by this server");
        assert_eq!(
            told(Actor::Server, cat),
            "by this server with cat.example.org"
        );
        assert_eq!(told(Actor::Administrator, None), "by an administrator");
    }

    #[test]
    fn times_are_dates_moments_and_how_long_ago() {
        let now = Timestamp::from_secs(1_795_521_600);
        let at = |text| read(text, now, &TimeZone::UTC).map(Timestamp::as_secs);
        assert_eq!(at("24h"), Some(1_795_435_200));
        assert_eq!(at("90m"), Some(1_795_516_200));
        assert_eq!(at("2026-11-24"), Some(1_795_478_400));
        assert_eq!(at("2026-11-24T08:00:00+08:00"), Some(1_795_478_400));
        for text in ["", "h", "yesterday", "2026-13-01", "12", "7y"] {
            assert_eq!(at(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_date_begins_where_the_reader_is() {
        let ahead = TimeZone::fixed(jiff::tz::offset(8));
        let now = Timestamp::from_secs(1_795_521_600);
        let begins = read("2026-11-24", now, &ahead).map(Timestamp::as_secs);
        assert_eq!(begins, Some(1_795_478_400 - 8 * 3_600));
    }

    #[test]
    fn a_kind_is_one_that_there_is_or_a_noun() {
        assert!(kind("invite.refused").is_ok() && kind("invite").is_ok());
        assert!(kind("invite.lost").is_err() && kind("inv").is_err());
    }
}
