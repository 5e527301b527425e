//! Its keys.

use symbolon_proto::keys::{Jwks, Lookup};

use super::{Known, Said, Stage, Step};
use crate::outbox::post::bounded;
use crate::probe::Asked;

/// Tells whether what comes from there can be believed.
pub(super) fn tell(known: &Known<'_>) -> Step {
    let remembered = known.peer.as_ref().is_some_and(|peer| peer.signs);
    let says = known.discovery.signs();
    let url = known.discovery.jwks_uri(&known.seen.origin);
    let asked = known.seen.asked_for_keys(&url);
    let keys = asked.and_then(|asked| {
        asked.document().ok()?;
        Jwks::parse(&asked.answer.as_ref().ok()?.body).ok()
    });
    let step = judge(keys.as_ref(), says, remembered);
    let step = match asked {
        Some(asked) => step
            .took(asked.took_ms)
            .fact("asked", asked.request.clone()),
        None => step,
    };
    let step = match asked.map(Asked::document) {
        Some(Err(why)) => step.fact("answer", why),
        _ => step,
    };
    let old = known.seen.document().unwrap_or_default();
    let step = match old.get("publicKey") {
        Some(_) => step.fact(
            "publicKey",
            "there; a key for an older kind of signature, which is not read here",
        ),
        None => step,
    };
    keys.iter().flat_map(Jwks::key_ids).fold(step, |step, kid| {
        let keys = keys.as_ref();
        let value = keys.map_or_else(String::new, |keys| one(keys, kid));
        step.fact(&format!("key {}", bounded(kid)), value)
    })
}

fn one(keys: &Jwks, kid: &str) -> String {
    match keys.find(kid) {
        Lookup::Found(key) => match key.verifier() {
            Ok(verifier) => verifier.algorithm().name().to_owned(),
            Err(fault) => fault.to_string(),
        },
        Lookup::Absent | Lookup::Ambiguous => "several keys have this id".to_owned(),
    }
}

fn judge(keys: Option<&Jwks>, says: bool, remembered: bool) -> Step {
    let mend = || Said::new("check-mend-keys");
    let keys = match keys {
        Some(keys) => keys,
        None if says => {
            return Step::problem(Stage::Keys, Said::new("check-keys-missing"), mend());
        }
        None if remembered => {
            return Step::problem(Stage::Keys, Said::new("check-keys-forgotten"), mend());
        }
        None => return Step::ok(Stage::Keys, Said::new("check-keys-none")),
    };
    let usable =
        |kid: &&str| matches!(keys.find(kid), Lookup::Found(key) if key.verifier().is_ok());
    let all = keys.key_ids().count();
    let good = keys.key_ids().filter(usable).count();
    let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    match (all, good) {
        (_, 0) => Step::problem(Stage::Keys, Said::new("check-keys-bad"), mend()),
        (all, good) if all == good => {
            let what = Said::new("check-keys-ok").with("count", number(all));
            Step::ok(Stage::Keys, what)
        }
        (all, good) => {
            let what = Said::new("check-keys-some").with("count", number(all - good));
            Step::attention(Stage::Keys, what, mend())
        }
    }
}
