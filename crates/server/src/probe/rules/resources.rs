//! "OCM API Discovery, Fields", `resourceTypes`: what can be shared with a server, and by which ways.

use std::collections::BTreeSet;

use serde_json::Value;

use super::shape::{document, is_text, required};
use super::{Demand, FIELDS, Rule, Seen, Verdict, rule};
use crate::said::Said;

pub(super) const RULES: &[Rule] = &[
    rule!(
        "D2.resourceTypes",
        FIELDS,
        Must,
        "resourceTypes",
        "`resourceTypes` is an array of objects.",
        |seen| required(seen, "resourceTypes", are_objects, "objects")
    ),
    rule!(
        "D3.some",
        FIELDS,
        Must,
        "resourceTypes",
        "At least one type of resource is supported; there is no exception for servers that only connect people.",
        some_type
    ),
    rule!(
        "D3.name",
        FIELDS,
        Must,
        "resourceTypes",
        "Every type of resource has a `name`, a string.",
        |seen| each(seen, |one| match one.get("name") {
            Some(Value::String(name)) if !name.is_empty() => None,
            _ => Some("name"),
        })
    ),
    rule!(
        "D2.unique",
        FIELDS,
        Must,
        "resourceTypes",
        "No two types of resources have the same `name`.",
        unique
    ),
    rule!(
        "D3.shareTypes",
        FIELDS,
        Must,
        "resourceTypes",
        "The `shareTypes` of every type of resource are strings and contain `user`.",
        |seen| each(seen, |one| {
            let types = one.get("shareTypes").and_then(Value::as_array);
            let Some(types) = types.filter(|types| types.iter().all(is_text)) else {
                return Some("shareTypes");
            };
            let user = types.iter().any(|kind| kind == "user");
            (!user).then_some("user")
        })
    ),
    rule!(
        "D3.protocols",
        FIELDS,
        Must,
        "resourceTypes",
        "Every type of resource has `protocols`, an object.",
        |seen| each(seen, |one| {
            let object = one.get("protocols").is_some_and(Value::is_object);
            (!object).then_some("protocols")
        })
    ),
    rule!(
        "D3.webdav",
        FIELDS,
        Must,
        "resourceTypes",
        "Who offers `file` supports at least `webdav`.",
        |seen| each(seen, |one| {
            let file = one.get("name").is_some_and(|name| name == "file");
            let webdav = protocol(one, "webdav").or_else(|| protocol(one, "webdav-receive"));
            (file && webdav.is_none()).then_some("webdav")
        })
    ),
    rule!(
        "D4.webdav",
        FIELDS,
        Defined,
        "resourceTypes",
        "`webdav` is a string, the path under which resources lie.",
        |seen| each(seen, |one| {
            let odd = protocol(one, "webdav").is_some_and(|path| !path.is_string());
            odd.then_some("webdav-path")
        })
    ),
    rule!(
        "D4.webdav-receive",
        FIELDS,
        Must,
        "resourceTypes",
        "`webdav-receive` has a `uri` of `absolute` or `relative`.",
        |seen| each(seen, |one| {
            let receive = protocol(one, "webdav-receive")?;
            let uri = receive.get("uri");
            let fits = uri.is_some_and(|uri| uri == "absolute" || uri == "relative");
            (!fits).then_some("webdav-receive")
        })
    ),
    rule!(
        "D4.webapp-receive",
        FIELDS,
        Defined,
        "resourceTypes",
        "`webapp-receive` has `targets`, of `blank` and `iframe`.",
        |seen| each(seen, |one| {
            let receive = protocol(one, "webapp-receive")?;
            let targets = receive.get("targets").and_then(Value::as_array);
            let fits =
                targets.is_some_and(|all| all.iter().all(|one| one == "blank" || one == "iframe"));
            (!fits).then_some("webapp-receive")
        })
    ),
];

fn are_objects(value: &Value) -> bool {
    value
        .as_array()
        .is_some_and(|all| all.iter().all(Value::is_object))
}

pub(super) fn types(seen: &Seen) -> Result<Vec<Value>, Verdict> {
    let document = document(seen)?;
    let types = document.get("resourceTypes").and_then(Value::as_array);
    let types = types.ok_or_else(|| Verdict::unseen("probe-no-types"))?;
    Ok(types
        .iter()
        .filter(|one| one.is_object())
        .cloned()
        .collect())
}

fn some_type(seen: &Seen) -> Verdict {
    match types(seen) {
        Err(verdict) => verdict,
        Ok(types) if types.is_empty() => Verdict::fails("probe-types-empty"),
        Ok(_) => Verdict::pass(),
    }
}

/// Looks at every type; `wrong` says by a word of the text what one lacks.
fn each(seen: &Seen, wrong: fn(&Value) -> Option<&'static str>) -> Verdict {
    let types = match types(seen) {
        Err(verdict) => return verdict,
        Ok(types) if types.is_empty() => return Verdict::unseen("probe-types-empty"),
        Ok(types) => types,
    };
    let found = types.iter().enumerate().find_map(|(place, one)| {
        let name = one.get("name").and_then(Value::as_str);
        let which = match name {
            Some(name) => Said::new("probe-type-named").with("name", name),
            None => Said::new("probe-type-number").with("number", place + 1),
        };
        let flaw = wrong(one)?;
        Some(
            Said::new("probe-type")
                .with("type", which)
                .with("flaw", flaw),
        )
    });
    found.map_or_else(Verdict::pass, Verdict::fails)
}

pub(super) fn protocol<'a>(one: &'a Value, name: &str) -> Option<&'a Value> {
    one.get("protocols")?.get(name)
}

fn unique(seen: &Seen) -> Verdict {
    let types = match types(seen) {
        Err(verdict) => return verdict,
        Ok(types) => types,
    };
    let mut names = BTreeSet::new();
    let twice = types
        .iter()
        .filter_map(|one| one.get("name")?.as_str())
        .find(|name| !names.insert(*name));
    match twice {
        Some(name) => Verdict::fails(Said::new("probe-twice").with("name", name)),
        None => Verdict::pass(),
    }
}
