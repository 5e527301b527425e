//! `symbolon peer trust`, `block` and `forget`.

use std::env;

use anyhow::Result;
use symbolon_core::trust::Rule;
use symbolon_proto::address::Provider;
use symbolon_store::trust::{Decide, Decided, Forget};

use super::About;
use crate::exit::{Exit, Failure};
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
    let Decided { before, stopped } = desk.write(decide).await?;
    let (host, word) = (&about.host, rule.as_str());
    let again = if before == Some(rule) { "still " } else { "" };
    let effect = match rule {
        Rule::Trusted => "people here and there may connect".to_owned(),
        Rule::Blocked => format!("nobody connects with it any more; {}", left(stopped)),
    };
    output::say(&format!("{host} is {again}{word}: {effect}"))
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
        let message = format!("nothing has been decided about {host}");
        return Err(Failure::error(Exit::NotFound, message));
    };
    let was = before.rule.as_str();
    output::say(&format!(
        "{host} is no longer {was}; `symbolon peer explain {host}` says what holds for it now"
    ))
}

fn left(stopped: u64) -> String {
    let what = match stopped {
        0 => "no accepted invitation was on its way there".to_owned(),
        1 => "one accepted invitation that was on its way there is stopped".to_owned(),
        n => format!("{n} accepted invitations that were on their way there are stopped"),
    };
    format!("{what}. Connections that exist stay until somebody disconnects")
}

/// The account on this machine that decides: the one behind `sudo`, if there is one.
pub(crate) fn who() -> Option<String> {
    let named = |name| env::var(name).ok().filter(|who| !who.is_empty());
    let who = named("SUDO_USER").or_else(|| named("USER"));
    who.or_else(|| named("LOGNAME"))
}
