//! Messages that should have reached other servers.

use symbolon_core::Timestamp;
use symbolon_proto::problem::{Code, Problem};
use symbolon_store::mails::lane;
use symbolon_store::outbox::DeliveryState;
use symbolon_store::piles::{Pile, SummariseDeliveries};

use super::words::lasting;
use super::{Findings, Patient, unread};
use crate::said::Said;

/// How many piles are looked at, and how many servers are told of one by one.
const PILES_MAX: u32 = 1_000;
const TOLD_MAX: usize = 10;

/// A running server sends what is due within a second or so; after this time in milliseconds, nobody does.
const OVERDUE_MS: i64 = 2 * 60 * 1_000;

/// What waits longer than this, in milliseconds, is worth a look: other servers restart in minutes.
const LONG_MS: i64 = 3_600 * 1_000;

pub(super) async fn check(patient: &Patient, findings: &mut Findings) {
    let Ok(store) = &patient.store else {
        return findings.not_checked("deliveries.waiting", Said::new("doctor-closed"));
    };
    match store.read(SummariseDeliveries { limit: PILES_MAX }).await {
        Ok(piles) => {
            // Mails reach no other server; they are looked at by themselves.
            let lane = lane();
            let to_servers: Vec<Pile> = piles
                .into_iter()
                .filter(|pile| pile.provider != lane)
                .collect();
            judge(&to_servers, patient.env.now(), findings);
        }
        Err(error) => findings.problem("deliveries.waiting", unread(&error)),
    }
}

fn judge(piles: &[Pile], now: Timestamp, findings: &mut Findings) {
    let dead = |pile: &&Pile| pile.state == DeliveryState::Dead;
    let waiting: Vec<&Pile> = piles.iter().filter(|pile| !dead(pile)).collect();
    let overdue: Vec<&&Pile> = waiting
        .iter()
        .filter(|pile| now.millis_since(pile.next_at) > OVERDUE_MS)
        .collect();
    if let Some(first) = overdue.iter().map(|pile| pile.next_at).min() {
        let number: u64 = overdue.iter().map(|pile| pile.count).sum();
        let what = Said::new("doctor-deliveries-overdue")
            .with("messages", number)
            .with("since", first);
        findings.problem("deliveries.overdue", what);
    }
    let long = |pile: &&&Pile| now.millis_since(pile.since) > LONG_MS;
    for pile in waiting.iter().filter(long).take(TOLD_MAX) {
        let what = of(Said::new("doctor-deliveries-waiting"), pile)
            .with("since", pile.since)
            .with("lasting", lasting(now.millis_since(pile.since)));
        findings.attention("deliveries.waiting", what);
    }
    for pile in piles.iter().filter(dead).take(TOLD_MAX) {
        let what = of(Said::new("doctor-deliveries-dead"), pile);
        findings.attention("deliveries.given_up", what);
    }
    let more = waiting.iter().filter(long).count().saturating_sub(TOLD_MAX)
        + piles.iter().filter(dead).count().saturating_sub(TOLD_MAX);
    if more > 0 {
        let what = Said::new("doctor-deliveries-more").with("more", more);
        findings.attention("deliveries.more", what);
    }
    if findings.found.is_empty() {
        let number: u64 = waiting.iter().map(|pile| pile.count).sum();
        let text = match number {
            0 => Said::new("doctor-deliveries-none"),
            _ => Said::new("doctor-deliveries-young").with("messages", number),
        };
        findings.ok("deliveries.waiting", text);
    }
}

fn of(text: Said, pile: &Pile) -> Said {
    let server = pile.provider.as_str();
    text.with("messages", pile.count)
        .with("server", server)
        .with("why", why(pile.last_code, server))
}

fn why(code: Option<Code>, server: &str) -> Said {
    match code {
        Some(code) => Said::title(Problem::new(code).with("peer", server)),
        None => Said::new("doctor-deliveries-untried"),
    }
}

#[cfg(test)]
mod tests {
    use symbolon_proto::address::Provider;

    use super::*;
    use crate::doctor::Level;

    const HOUR: i64 = 3_600;

    fn pile(host: &str, state: DeliveryState, since: i64, next_at: i64) -> Pile {
        Pile {
            provider: Provider::parse(host).unwrap(),
            state,
            count: 2,
            since: Timestamp::from_secs(since),
            next_at: Timestamp::from_secs(next_at),
            last_code: Some(Code::ConnectionRefused),
        }
    }

    fn told(piles: &[Pile], now: i64) -> Vec<(Level, &'static str, String)> {
        let mut findings = Findings::none();
        judge(piles, Timestamp::from_secs(now), &mut findings);
        findings.told()
    }

    #[test]
    fn what_is_stuck_is_told_with_the_server_the_reason_and_the_command() {
        assert_eq!(told(&[], 0)[0].0, Level::Ok);
        let young = pile("dog.example.org", DeliveryState::Due, 0, 100);
        assert_eq!(told(&[young], 90)[0].0, Level::Ok);
        let old = pile("dog.example.org", DeliveryState::Due, 0, 2 * HOUR);
        let said = told(&[old], 2 * HOUR);
        assert_eq!(
            (said.len(), said[0].0, said[0].1),
            (1, Level::Attention, "deliveries.waiting")
        );
        for words in [
            "2 messages to dog.example.org",
            "2 hours",
            "outbox retry",
            "refuses connections",
        ] {
            assert!(said[0].2.contains(words), "{said:?}");
        }
        let dead = pile("dog.example.org", DeliveryState::Dead, 0, 0);
        let said = told(&[dead], 100 * HOUR);
        assert_eq!((said.len(), said[0].1), (1, "deliveries.given_up"));
        assert!(said[0].2.contains("--state dead"), "{said:?}");
    }

    #[test]
    fn message_that_nobody_sends_when_it_is_due_is_a_problem() {
        for state in [DeliveryState::Due, DeliveryState::Leased] {
            let said = told(&[pile("dog.example.org", state, 0, 60)], 400);
            assert_eq!(
                (said[0].0, said[0].1),
                (Level::Problem, "deliveries.overdue")
            );
            assert!(said[0].2.contains("Start the server"), "{said:?}");
        }
    }

    #[test]
    fn any_number_of_dead_servers_is_told_in_a_few_lines() {
        let piles: Vec<Pile> = (0..50)
            .map(|number| pile(&format!("s{number}.example.org"), DeliveryState::Dead, 0, 0))
            .collect();
        let said = told(&piles, 10);
        assert_eq!(said.len(), TOLD_MAX + 1);
        assert!(said[TOLD_MAX].2.contains("40 more servers"), "{said:?}");
    }
}
