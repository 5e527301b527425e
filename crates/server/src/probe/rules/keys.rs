//! "HTTP Message Signatures": the keys that a server publishes.

use serde_json::Value;
use symbolon_proto::keys::{Algorithm, Jwks, Lookup};

use super::{Demand, Rule, Seen, Verdict};
use crate::said::Said;

const KEYS: &str = "HTTP Message Signatures";
const SIGNING: &str = "HTTP Message Signatures, Signing Requirements";

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "D9",
        section: KEYS,
        demand: Demand::Must,
        says: "Who has the capability `http-sig` publishes its keys (RFC 7517) at /.well-known/jwks.json.",
        about: "jwksUri",
        judge: published,
    },
    Rule {
        id: "D9.public",
        section: "RFC 7517, Security Considerations",
        demand: Demand::Must,
        says: "The published keys are public: none has its private half.",
        about: "",
        judge: public,
    },
    Rule {
        id: "H10",
        section: "Appendix B",
        demand: Demand::Defined,
        says: "Every key has a `kid` of its own, by which a signature names it.",
        about: "",
        judge: named,
    },
    Rule {
        id: "H5",
        section: SIGNING,
        demand: Demand::Must,
        says: "The keys are for asymmetric algorithms of the registry, and can be used.",
        about: "",
        judge: usable,
    },
    Rule {
        id: "H5.ed25519",
        section: SIGNING,
        demand: Demand::Should,
        says: "The algorithm is ed25519.",
        about: "",
        judge: ed25519,
    },
];

fn published(seen: &Seen) -> Verdict {
    if seen.document().is_none() {
        return Verdict::unseen("probe-no-description");
    }
    if !seen.can("http-sig") {
        return Verdict::passes("probe-no-capability");
    }
    let fixed = seen.keys.document();
    match fixed {
        Ok(keys) if keys.get("keys").is_some_and(Value::is_array) => Verdict::pass(),
        Ok(_) => Verdict::fails("probe-no-key-set"),
        Err(why) => {
            let named = seen.named_keys.as_ref();
            let elsewhere = named.is_some_and(|asked| asked.document().is_ok());
            let later = || Said::new("probe-keys-elsewhere");
            Verdict::fails(if elsewhere { later() } else { why })
        }
    }
}

/// The documents of keys that there are.
fn documents(seen: &Seen) -> Vec<Value> {
    let asked = [Some(&seen.keys), seen.named_keys.as_ref()];
    let asked = asked.into_iter().flatten();
    asked.filter_map(|asked| asked.document().ok()).collect()
}

/// The entries of all key sets.
fn entries(seen: &Seen) -> Vec<Value> {
    let sets = documents(seen).into_iter();
    let keys = sets.filter_map(|mut set| set.get_mut("keys").map(Value::take));
    let keys = keys.filter_map(|keys| match keys {
        Value::Array(keys) => Some(keys),
        _ => None,
    });
    keys.flatten().collect()
}

fn none() -> Verdict {
    Verdict::unseen("probe-no-keys")
}

fn public(seen: &Seen) -> Verdict {
    let entries = entries(seen);
    let secret = entries
        .iter()
        .any(|key| key.get("d").is_some() || key.get("k").is_some());
    match (entries.is_empty(), secret) {
        (true, _) => none(),
        (_, true) => Verdict::fails("probe-private-key"),
        _ => Verdict::pass(),
    }
}

fn named(seen: &Seen) -> Verdict {
    let entries = entries(seen);
    if entries.is_empty() {
        return none();
    }
    if entries
        .iter()
        .any(|key| key.get("kid").and_then(Value::as_str).is_none())
    {
        return Verdict::fails("probe-no-kid");
    }
    let Some((_, keys)) = seen.key_set() else {
        return none();
    };
    let twice = keys
        .key_ids()
        .find(|kid| matches!(keys.find(kid), Lookup::Ambiguous));
    match twice {
        Some(kid) => Verdict::fails(Said::new("probe-same-kid").with("kid", kid)),
        None => Verdict::pass(),
    }
}

fn usable(seen: &Seen) -> Verdict {
    let Some((_, keys)) = seen.key_set().filter(|(_, keys)| !keys.is_empty()) else {
        return none();
    };
    let faults = keys
        .key_ids()
        .filter_map(|kid| Some(format!("{kid:?}: {}", fault(&keys, kid)?)));
    let faults: Vec<String> = faults.collect();
    if faults.is_empty() {
        Verdict::pass()
    } else {
        Verdict::fails(Said::new("probe-key-faults").with("faults", faults.join("; ")))
    }
}

fn fault(keys: &Jwks, kid: &str) -> Option<String> {
    match keys.find(kid) {
        Lookup::Found(key) => key.verifier().err().map(|fault| fault.to_string()),
        Lookup::Absent | Lookup::Ambiguous => None,
    }
}

fn ed25519(seen: &Seen) -> Verdict {
    let Some((_, keys)) = seen.key_set().filter(|(_, keys)| !keys.is_empty()) else {
        return none();
    };
    let algorithms = keys.key_ids().filter_map(|kid| match keys.find(kid) {
        Lookup::Found(key) => key.algorithm().ok(),
        Lookup::Absent | Lookup::Ambiguous => None,
    });
    let names: Vec<&str> = algorithms.map(Algorithm::name).collect();
    if names.is_empty() {
        Verdict::unseen("probe-no-usable-key")
    } else if names.contains(&"ed25519") {
        Verdict::pass()
    } else {
        Verdict::fails(Said::new("probe-keys-for").with("names", names.join(", ")))
    }
}
