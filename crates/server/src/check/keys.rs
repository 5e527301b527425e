//! Its keys.

use symbolon_proto::discovery::Dialect;
use symbolon_proto::keys::{Jwks, Lookup};

use super::{KEY, Known, Said, Stage, Step};
use crate::outbox::post::bounded;
use crate::probe::Asked;

/// Tells whether what comes from there can be believed.
pub(super) fn tell(known: &Known<'_>) -> Step {
    let remembered = known.peer.as_ref().is_some_and(|peer| peer.signs);
    let offers = known.discovery.offers();
    let url = known.discovery.jwks_uri(&known.seen.origin);
    let asked = known.seen.asked_for_keys(&url);
    let keys = asked.and_then(|asked| {
        asked.document().ok()?;
        Jwks::parse(&asked.answer.as_ref().ok()?.body).ok()
    });
    let step = match (offers, known.dialect()) {
        (Some(Dialect::Cavage), Some(Dialect::Rfc9421)) => Step::problem(
            Stage::Keys,
            Said::new("check-keys-weaker"),
            Said::new("check-mend-weaker"),
        ),
        (Some(Dialect::Cavage), _) => Step::ok(Stage::Keys, Said::new("check-keys-cavage")),
        (offers, _) => judge(keys.as_ref(), offers.is_some(), remembered),
    };
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
        Some(_) if known.discovery.public_key().is_none() => {
            step.told("publicKey", Said::new("check-old-key-bad"))
        }
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
        Lookup::Found(key) => match key.verifiers(None) {
            Ok(all) => {
                let names = all.iter().map(|one| one.algorithm().name());
                Said::words(names.collect::<Vec<_>>().join(", "))
            }
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
        |kid: &&str| matches!(keys.find(kid), Lookup::Found(key) if key.verifiers(None).is_ok());
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
