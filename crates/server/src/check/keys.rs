//! Its keys.

use symbolon_proto::keys::{Jwks, Lookup};

use super::{KEY, Known, Said, Stage, Step};
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
        Some(Err(why)) => step.told("answer", why),
        _ => step,
    };
    let old = known.seen.document().unwrap_or_default();
    let step = match old.get("publicKey") {
        Some(_) => step.told("publicKey", Said::new("check-old-key")),
        None => step,
    };
    keys.iter().flat_map(Jwks::key_ids).fold(step, |step, kid| {
        let keys = keys.as_ref();
        let value = keys.map_or_else(|| Said::words(""), |keys| one(keys, kid));
        step.told(&format!("{KEY}{}", bounded(kid)), value)
    })
}

fn one(keys: &Jwks, kid: &str) -> Said {
    match keys.find(kid) {
        Lookup::Found(key) => match key.verifier() {
            Ok(verifier) => Said::words(verifier.algorithm().name()),
            Err(fault) => Said::new("check-key-fault").with("fault", fault.to_string()),
        },
        Lookup::Absent | Lookup::Ambiguous => Said::new("check-key-twice"),
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
