//! Halves that this server and others hold of the same connections: when they were compared, and what came of it.

use symbolon_core::Timestamp;
use symbolon_proto::address::Provider;
use symbolon_proto::discovery::PeerDiscovery;
use symbolon_proto::limits;
use symbolon_proto::problem::Problem;
use symbolon_proto::text::shortened;
use symbolon_store::peers::FindPeer;
use symbolon_store::sync::schedule::{ListSyncs, STRANGER_MS, Sync};
use symbolon_store::{Error, Store};

use super::words::lasting;
use super::{Findings, Patient, unread};
use crate::peers;
use crate::said::Said;

/// How many servers are looked at, and how many are told of one by one.
const SERVERS_MAX: u32 = 10_000;
const PAGE: u32 = 500;
const TOLD_MAX: usize = 10;

/// Servers are compared with every six hours or so; after this time in milliseconds somebody should look.
const LONG_MS: i64 = 24 * 3_600 * 1_000;

/// A running server begins a comparison within seconds; after this time in milliseconds, nobody does.
const OVERDUE_MS: i64 = 10 * 60 * 1_000;

/// What was found longer ago is no news, in milliseconds.
const NEWS_MS: i64 = 30 * 24 * 3_600 * 1_000;

/// One other server, and whether it can be compared with.
struct Other {
    sync: Sync,
    compares: bool,
}

pub(super) async fn check(patient: &Patient, findings: &mut Findings) {
    let Ok(store) = &patient.store else {
        return findings.not_checked("halves.compared", Said::new("doctor-closed"));
    };
    match others(store, patient.config.dev).await {
        Ok(others) => judge(&others, patient.env.now(), findings),
        Err(error) => findings.problem("halves.compared", unread(&error)),
    }
}

async fn others(store: &Store, dev: bool) -> Result<Vec<Other>, Error> {
    let mut others: Vec<Other> = Vec::new();
    loop {
        let after = others.last().map(|other| other.sync.provider.clone());
        let page = store.read(ListSyncs { after, limit: PAGE }).await?;
        let last = page.len() < PAGE as usize;
        for sync in page {
            let compares = compares(store, &sync.provider, dev).await?;
            others.push(Other { sync, compares });
        }
        if last || others.len() >= SERVERS_MAX as usize {
            return Ok(others);
        }
    }
}

/// Whether a server says that it compares; as long as nobody has asked it, it may.
async fn compares(store: &Store, provider: &Provider, dev: bool) -> Result<bool, Error> {
    let find = FindPeer {
        provider: provider.clone(),
    };
    let peer = store.read(find).await?;
    let Some((document, _)) = peer.and_then(|peer| peer.discovery) else {
        return Ok(true);
    };
    let document = PeerDiscovery::parse(document.as_bytes(), &peers::origin(provider, dev));
    Ok(document.is_ok_and(|document| document.syncs()))
}

fn judge(others: &[Other], now: Timestamp, findings: &mut Findings) {
    let (comparing, others): (Vec<&Other>, Vec<&Other>) =
        others.iter().partition(|other| other.compares);
    let comparing: Vec<&Sync> = comparing.iter().map(|other| &other.sync).collect();
    strangers(&comparing, now, findings);
    overdue(&comparing, now, findings);
    failing(&comparing, now, findings);
    if findings.found.is_empty() && !comparing.is_empty() {
        let halves: u64 = comparing.iter().map(|sync| sync.halves).sum();
        let what = Said::new("doctor-halves-compared")
            .with("connections", halves)
            .with("servers", comparing.len());
        findings.ok("halves.compared", what);
    }
    found(&comparing, now, findings);
    if !others.is_empty() {
        let halves: u64 = others.iter().map(|other| other.sync.halves).sum();
        let what = Said::new("doctor-halves-not-comparable")
            .with("connections", halves)
            .with("servers", others.len());
        findings.ok("halves.not_comparable", what);
    }
    if findings.found.is_empty() {
        findings.ok("halves.compared", Said::new("doctor-halves-alone"));
    }
}

/// Servers that have lost their memory, or are said to be others than they were.
fn strangers(others: &[&Sync], now: Timestamp, findings: &mut Findings) {
    let strange = others.iter().filter_map(|sync| {
        let (_, since) = sync.other_ledger.as_ref()?;
        (now.millis_since(*since) < STRANGER_MS).then_some((sync, *since))
    });
    let mut strange: Vec<_> = strange.collect();
    strange.sort_by_key(|(_, since)| *since);
    for (sync, since) in strange.iter().take(TOLD_MAX) {
        let what = Said::new("doctor-halves-stranger")
            .with("server", sync.provider.as_str())
            .with("since", *since)
            .with("until", since.plus_millis(STRANGER_MS))
            .with("connections", sync.halves);
        findings.attention("halves.stranger", what);
    }
    more(strange.len(), "halves.stranger", findings);
}

fn overdue(others: &[&Sync], now: Timestamp, findings: &mut Findings) {
    let due = others.iter().filter_map(|sync| sync.due_at);
    if let Some(first) = due.min()
        && now.millis_since(first) > OVERDUE_MS
    {
        let what = Said::new("doctor-halves-overdue").with("since", first);
        findings.attention("halves.overdue", what);
    }
}

fn failing(others: &[&Sync], now: Timestamp, findings: &mut Findings) {
    let long_ago = |at: Option<Timestamp>| at.is_none_or(|at| now.millis_since(at) > LONG_MS);
    let failing = |sync: &&&Sync| sync.failures > 0 && long_ago(sync.synced_at);
    for sync in others.iter().filter(failing).take(TOLD_MAX) {
        let server = sync.provider.as_str();
        let why = sync.last_code.map_or_else(
            || Said::new("doctor-halves-silent"),
            |code| Said::title(Problem::new(code).with("peer", server)),
        );
        let why = match &sync.last_said {
            Some(said) => Said::new("doctor-halves-quoted").with("why", why).with(
                "said",
                shortened(said, limits::SAID_LINE_CHARS).into_owned(),
            ),
            None => why,
        };
        let what = match sync.synced_at {
            Some(at) => Said::new("doctor-halves-failing")
                .with("since", at)
                .with("lasting", lasting(now.millis_since(at))),
            None => Said::new("doctor-halves-never"),
        };
        let what = what
            .with("connections", sync.halves)
            .with("server", server)
            .with("why", why);
        findings.attention("halves.failing", what);
    }
    more(
        others.iter().filter(failing).count(),
        "halves.failing",
        findings,
    );
}

/// What has been found and changed lately, and what waits.
fn found(others: &[&Sync], now: Timestamp, findings: &mut Findings) {
    let news = |sync: &&&Sync| {
        sync.found_at
            .is_some_and(|at| now.millis_since(at) < NEWS_MS)
    };
    let mut told: Vec<&&Sync> = others.iter().filter(news).collect();
    told.sort_by_key(|sync| std::cmp::Reverse(sync.found_at));
    for sync in told.iter().take(TOLD_MAX) {
        let Some(at) = sync.found_at else { continue };
        let what = Said::new("doctor-halves-found")
            .with("server", sync.provider.as_str())
            .with("differences", sync.found)
            .with("at", at)
            .with("connections", sync.changed);
        findings.ok("halves.found", what);
    }
    if told.len() > TOLD_MAX {
        let what = Said::new("doctor-halves-found-more").with("more", told.len() - TOLD_MAX);
        findings.ok("halves.found", what);
    }
    let waiting: u64 = others.iter().map(|sync| sync.waiting).sum();
    if waiting > 0 {
        let what = Said::new("doctor-halves-waiting").with("connections", waiting);
        findings.ok("halves.waiting", what);
    }
}

fn more(all: usize, check: &'static str, findings: &mut Findings) {
    if all > TOLD_MAX {
        let what = Said::new("doctor-halves-more").with("more", all - TOLD_MAX);
        findings.attention(check, what);
    }
}

#[cfg(test)]
mod tests {
    use symbolon_proto::problem::Code;

    use super::*;
    use crate::doctor::Level;

    const HOUR: i64 = 3_600;

    fn at(secs: i64) -> Timestamp {
        Timestamp::from_secs(secs)
    }

    /// Compared an hour ago, and all is well.
    fn well(host: &str, now: i64) -> Other {
        let sync = Sync {
            provider: Provider::parse(host).unwrap(),
            halves: 7,
            ledger: Some("its own".to_owned()),
            other_ledger: None,
            due_at: Some(at(now + 5 * HOUR)),
            failures: 0,
            synced_at: Some(at(now - HOUR)),
            last_code: None,
            last_said: None,
            found: 0,
            changed: 0,
            found_at: None,
            waiting: 0,
        };
        Other {
            sync,
            compares: true,
        }
    }

    fn told(others: &[Other], now: i64) -> Vec<(Level, &'static str, String)> {
        let mut findings = Findings::none();
        judge(others, at(now), &mut findings);
        findings.told()
    }

    #[test]
    fn servers_that_agree_are_told_in_one_line() {
        let said = told(&[well("dog.example.org", 0), well("emu.example.org", 0)], 0);
        assert_eq!((said.len(), said[0].0), (1, Level::Ok));
        assert!(
            said[0].2.contains("14 connections with 2 other servers"),
            "{said:?}"
        );
        assert_eq!(told(&[], 0)[0].0, Level::Ok);
    }

    #[test]
    fn server_without_its_memory_is_told_with_the_time_that_is_left() {
        let mut dog = well("dog.example.org", 0);
        dog.sync.other_ledger = Some(("another".to_owned(), at(0)));
        let said = told(&[dog], HOUR);
        assert_eq!(
            (said[0].0, said[0].1),
            (Level::Attention, "halves.stranger")
        );
        for words in [
            "1970-01-04 00:00",
            "7 connections",
            "restore their database",
        ] {
            assert!(said[0].2.contains(words), "{said:?}");
        }
    }

    #[test]
    fn server_that_cannot_be_compared_with_for_a_day_needs_attention() {
        let mut dog = well("dog.example.org", 0);
        dog.sync.failures = 9;
        dog.sync.last_code = Some(Code::ConnectionRefused);
        assert_eq!(told(std::slice::from_ref(&dog), 0)[0].0, Level::Ok);
        dog.sync.due_at = Some(at(30 * HOUR));
        let said = told(&[dog], 30 * HOUR);
        assert_eq!((said[0].0, said[0].1), (Level::Attention, "halves.failing"));
        assert!(said[0].2.contains("dog.example.org since"), "{said:?}");
    }

    #[test]
    fn what_a_server_said_when_it_could_not_be_compared_with_is_quoted() {
        let mut dog = well("dog.example.org", 0);
        dog.sync.failures = 9;
        dog.sync.last_code = Some(Code::PeerFailed);
        dog.sync.last_said = Some(format!("500: no room left {}", "x".repeat(900)));
        dog.sync.due_at = Some(at(30 * HOUR));
        let said = told(&[dog], 30 * HOUR);
        assert!(said[0].2.contains("500: no room left"), "{said:?}");
        assert!(said[0].2.chars().count() < 600, "{said:?}");
    }

    #[test]
    fn comparison_that_nobody_begins_needs_attention() {
        let said = told(&[well("dog.example.org", 0)], 6 * HOUR);
        assert_eq!((said[0].0, said[0].1), (Level::Attention, "halves.overdue"));
    }

    #[test]
    fn what_was_found_and_changed_is_told_for_a_month() {
        let mut dog = well("dog.example.org", 0);
        (dog.sync.found, dog.sync.changed, dog.sync.waiting) = (3, 2, 1);
        dog.sync.found_at = Some(at(0));
        let said = told(std::slice::from_ref(&dog), HOUR);
        assert!(said.iter().all(|one| one.0 == Level::Ok), "{said:?}");
        let found = said.iter().find(|one| one.1 == "halves.found").unwrap();
        assert!(
            found.2.contains("3 differences") && found.2.contains("2 connections ended"),
            "{said:?}"
        );
        assert!(said.iter().any(|one| one.1 == "halves.waiting"));
        dog.sync.due_at = None;
        let later = told(&[dog], 31 * 24 * HOUR);
        assert!(later.iter().all(|one| one.1 != "halves.found"), "{later:?}");
    }

    #[test]
    fn server_whose_software_cannot_compare_is_no_cause_for_attention() {
        let mut dog = well("dog.example.org", 0);
        dog.compares = false;
        let said = told(&[dog], 100 * HOUR);
        assert_eq!(
            (said.len(), said[0].0, said[0].1),
            (1, Level::Ok, "halves.not_comparable")
        );
    }
}
