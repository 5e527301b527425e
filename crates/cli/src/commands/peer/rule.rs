//! `symbolon peer trust`, `block` and `forget`.

use std::env;

use anyhow::Result;
use symbolon_core::trust::Rule;
use symbolon_proto::address::Provider;
use symbolon_store::trust::{Decide, Decided, Forget};

use super::About;
use crate::exit::{Exit, Failure};
use crate::language::say;
use crate::output;
use crate::settings::Place;

/// Decides about a server.
pub(super) async fn decide(about: &About, rule: Rule) -> Result<()> {
    let desk = about.place.open().await?;
    let decide = Decide {
        provider: about.host.clone(),
        rule,
        note: about.note.clone(),
        by: who(),
        moment: desk.moment(),
    };
    let host = about.host.as_str();
    let Some(Decided { before, stopped }) = desk.write(decide).await? else {
        let message = say!("peer-ourselves", host = host);
        return Err(Failure::error(Exit::Failed, message));
    };
    let still = if before == Some(rule) { "yes" } else { "no" };
    output::say(&match rule {
        Rule::Trusted => say!("peer-trusted", host = host, still = still),
        Rule::Blocked => say!(
            "peer-blocked",
            host = host,
            still = still,
            stopped = stopped
        ),
    })
}

/// Takes a decision back.
pub(super) async fn forget(host: &Provider, place: &Place) -> Result<()> {
    let desk = place.open().await?;
    let forget = Forget {
        provider: host.clone(),
        by: who(),
        moment: desk.moment(),
    };
    let Some(before) = desk.write(forget).await? else {
        let message = say!("peer-undecided", host = host.as_str());
        return Err(Failure::error(Exit::NotFound, message));
    };
    let was = before.rule.as_str();
    output::say(&say!("peer-forgotten", host = host.as_str(), was = was))?;
    match super::notes::of(&desk, host).await?.0.is_empty() {
        true => Ok(()),
        false => output::say(&say!("peer-notes-stay", host = host.as_str())),
    }
}

/// The account on this machine that decides: the one behind `sudo`, if there is one.
pub(crate) fn who() -> Option<String> {
    let named = |name| env::var(name).ok().filter(|who| !who.is_empty());
    let who = named("SUDO_USER").or_else(|| named("USER"));
    who.or_else(|| named("LOGNAME"))
}
