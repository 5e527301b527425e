//! "OCM API Discovery, Fields", `resourceTypes`: what can be shared with a server, and by which ways.

use std::collections::BTreeSet;

use serde_json::Value;

use super::shape::{document, is_text, required};
use super::{Demand, FIELDS, Rule, Seen, Verdict, rule};

pub(super) const RULES: &[Rule] = &[
    rule!(
        "D2.resourceTypes",
        FIELDS,
        Must,
        "resourceTypes",
        "`resourceTypes` is an array of objects.",
        |seen| required(seen, "resourceTypes", are_objects, "an array of objects")
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
            _ => Some("has no `name`".to_owned()),
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
                return Some("has no `shareTypes` that are strings".to_owned());
            };
            let user = types.iter().any(|kind| kind == "user");
            (!user).then(|| "has no `user` among its `shareTypes`".to_owned())
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
            (!object).then(|| "has no `protocols`".to_owned())
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
            (file && webdav.is_none()).then(|| "has no `webdav`".to_owned())
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
            odd.then(|| "has a `webdav` that is no string".to_owned())
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
            (!fits).then(|| "has a `webdav-receive` without `uri`".to_owned())
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
            (!fits).then(|| "has a `webapp-receive` with other `targets`".to_owned())
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
    let types = types.ok_or_else(|| Verdict::unseen("there are no `resourceTypes`"))?;
    Ok(types
        .iter()
        .filter(|one| one.is_object())
        .cloned()
        .collect())
}

fn some_type(seen: &Seen) -> Verdict {
    match types(seen) {
        Err(verdict) => verdict,
        Ok(types) if types.is_empty() => Verdict::fails("`resourceTypes` is empty"),
        Ok(_) => Verdict::pass(),
    }
}

fn each(seen: &Seen, wrong: fn(&Value) -> Option<String>) -> Verdict {
    let types = match types(seen) {
        Err(verdict) => return verdict,
        Ok(types) if types.is_empty() => return Verdict::unseen("`resourceTypes` is empty"),
        Ok(types) => types,
    };
    let found = types.iter().enumerate().find_map(|(place, one)| {
        let name = one.get("name").and_then(Value::as_str);
        let name = name.map_or_else(
            || format!("number {}", place + 1),
            |name| format!("`{name}`"),
        );
        Some(format!("{name} {}", wrong(one)?))
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
        Some(name) => Verdict::fails(format!("`{name}` is there twice")),
        None => Verdict::pass(),
    }
}
