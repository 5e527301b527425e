//! The time of this machine, against that of the proxy and of other servers: signatures with a wrong time are refused.

use std::time::Duration;

use futures_util::future::join_all;
use symbolon_store::sync::schedule::ListAnswering;

use super::words::lasting;
use super::{Findings, Patient};
use crate::peers;
use crate::said::Said;
use crate::transport::{Transport, ask};

const PATIENCE: Duration = Duration::from_secs(5);

/// How many other servers are asked.
const ASKED_MAX: u32 = 5;

/// Differences that whole seconds and slow answers explain, in milliseconds.
const SLACK_MS: i64 = 5_000;

/// From here on other servers refuse what this one signs, in milliseconds: it may be that much ahead.
const REFUSED_MS: i64 = 60_000;

pub(super) async fn check(patient: &Patient, findings: &mut Findings) {
    const CHECK: &str = "clock.others";
    let Some(network) = &patient.network else {
        return findings.not_checked(CHECK, Said::new("doctor-offline"));
    };
    let ours = patient.config.base_url();
    if let Some(ahead) = ahead(patient, &*network.world, &ours).await
        && ahead.abs() > SLACK_MS
    {
        let what = Said::new("doctor-clock-proxy").with("lasting", lasting(ahead));
        findings.attention("clock.proxy", what);
    }
    let mut others = Vec::new();
    if let Ok(store) = &patient.store {
        let some = ListAnswering { limit: ASKED_MAX };
        others = store.read(some).await.unwrap_or_default();
    }
    let asked = others.iter().map(async |other| {
        let origin = peers::origin(other, patient.config.dev);
        ahead(patient, &*network.world, &origin).await
    });
    let answered = join_all(asked).await.into_iter().flatten();
    judge(answered.collect(), findings);
}

/// How far this machine's clock is ahead of that of whoever answers, in milliseconds.
async fn ahead(patient: &Patient, transport: &dyn Transport, origin: &str) -> Option<i64> {
    let url = format!("{origin}/.well-known/ocm");
    let before = patient.env.now();
    let answer = ask::get(transport, &url, PATIENCE).await.ok()?;
    let taken = patient.env.now().millis_since(before);
    let there = ask::date_of(&answer)?;
    // The answer was made somewhere in between, and its time is cut to whole seconds.
    Some(before.millis_since(there) + taken / 2 - 500)
}

fn judge(mut ahead: Vec<i64>, findings: &mut Findings) {
    const CHECK: &str = "clock.others";
    ahead.sort_unstable();
    let Some(middle) = ahead.get(ahead.len() / 2).copied() else {
        return findings.not_checked(CHECK, Said::new("doctor-clock-unknown"));
    };
    let servers = ahead.len();
    if middle.abs() <= SLACK_MS {
        return findings.ok(
            CHECK,
            Said::new("doctor-clock-agrees").with("servers", servers),
        );
    }
    let what = if middle > 0 {
        Said::new("doctor-clock-ahead")
    } else {
        Said::new("doctor-clock-behind")
    };
    let what = what
        .with("lasting", lasting(middle))
        .with("servers", servers);
    // One other server alone may be the one that is wrong.
    if middle.abs() >= REFUSED_MS && servers > 1 {
        findings.problem(CHECK, Said::new("doctor-clock-far").with("what", what));
    } else {
        findings.attention(CHECK, what);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::Level;

    #[test]
    fn clock_is_judged_by_what_most_others_say() {
        for (ahead, level, words) in [
            (vec![], Level::NotChecked, "no other server"),
            (vec![-700, 300, 900_000], Level::Ok, "3 other servers"),
            (
                vec![20_000, 21_000],
                Level::Attention,
                "21 seconds ahead of",
            ),
            (vec![-600_000], Level::Attention, "10 minutes behind"),
            (vec![-600_000, -600_500, 0], Level::Problem, "are refused"),
        ] {
            let mut findings = Findings::none();
            judge(ahead.clone(), &mut findings);
            let (found, _, said) = findings.told().remove(0);
            assert_eq!(found, level, "{ahead:?} {said}");
            assert!(said.contains(words), "{said}");
        }
    }
}
