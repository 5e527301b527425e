//! "OCM API Discovery": how a server describes itself.

use std::collections::BTreeSet;

use serde_json::{Map, Value};
use url::Url;

use super::{Demand, Rule, Seen, Verdict};

const PROCESS: &str = "OCM API Discovery, Process";
const FIELDS: &str = "OCM API Discovery, Fields";

/// How long a person who waits finds reasonable, in milliseconds.
const REASONABLE_MS: i64 = 5_000;

const CAPABILITIES: [&str; 7] = [
    "enforce-mfa",
    "exchange-token",
    "http-sig",
    "invites",
    "notifications",
    "invite-wayf",
    "protocol-object",
];

const CRITERIA: [&str; 5] = [
    "must-use-http-sig",
    "must-exchange-token",
    "denylist",
    "allowlist",
    "must-invite",
];

macro_rules! rule {
    ($id:literal, $section:expr, $demand:ident, $about:literal, $says:literal, $judge:expr) => {
        Rule {
            id: $id,
            section: $section,
            demand: Demand::$demand,
            says: $says,
            about: $about,
            judge: $judge,
        }
    };
}

pub(super) const RULES: &[Rule] = &[
    rule!(
        "A2",
        "Terms, OCM Address",
        Must,
        "",
        "The server is discoverable at its host and port, at /.well-known/ocm.",
        found
    ),
    rule!(
        "D1",
        PROCESS,
        Should,
        "",
        "A GET of https://host/.well-known/ocm gives a JSON object within reasonable time.",
        prompt
    ),
    rule!(
        "D2.enabled",
        FIELDS,
        Must,
        "enabled",
        "`enabled` is a boolean.",
        |seen| required(seen, "enabled", Value::is_boolean, "a boolean")
    ),
    rule!(
        "D2.apiVersion",
        FIELDS,
        Must,
        "apiVersion",
        "`apiVersion` is a string.",
        |seen| required(seen, "apiVersion", is_text, "a string")
    ),
    rule!(
        "D2.endPoint",
        FIELDS,
        Must,
        "endPoint",
        "`endPoint` is the URI of the API.",
        end_point
    ),
    rule!(
        "D2.endPoint.here",
        FIELDS,
        Defined,
        "endPoint",
        "The API of `endPoint` is on the server that was asked; others refuse to send elsewhere what is meant for it.",
        end_point_here
    ),
    rule!(
        "D2.provider",
        FIELDS,
        Defined,
        "provider",
        "`provider`, if it is there, is a string.",
        |seen| optional(seen, "provider", is_text, "a string")
    ),
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
        "At least one type of resource is supported.",
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
    rule!(
        "D5",
        FIELDS,
        Defined,
        "capabilities",
        "`capabilities`, if they are there, are an array of strings.",
        |seen| optional(seen, "capabilities", are_texts, "an array of strings")
    ),
    rule!(
        "D5.known",
        FIELDS,
        Defined,
        "capabilities",
        "`capabilities` are among those that the draft defines.",
        |seen| known(seen, "capabilities", &CAPABILITIES)
    ),
    rule!(
        "D6",
        FIELDS,
        Defined,
        "criteria",
        "`criteria`, if they are there, are an array of strings.",
        |seen| optional(seen, "criteria", are_texts, "an array of strings")
    ),
    rule!(
        "D6.known",
        FIELDS,
        Defined,
        "criteria",
        "`criteria` are among those that the draft defines.",
        |seen| known(seen, "criteria", &CRITERIA)
    ),
    rule!(
        "D6.exchange",
        FIELDS,
        Must,
        "criteria",
        "Who has the criterion `must-exchange-token` has the capability `exchange-token`.",
        exchange
    ),
    rule!(
        "S7",
        "Share Creation Notification",
        Must,
        "resourceTypes",
        "Who sends shares of `webapp` has the capability `exchange-token` and `tokenEndPoint`.",
        webapp
    ),
    rule!(
        "P1",
        "Terms, OCM Provider",
        Should,
        "capabilities",
        "The server can receive notifications, and says so.",
        notifications
    ),
    rule!(
        "D7",
        FIELDS,
        Should,
        "inviteAcceptDialog",
        "Who has the capability `invites` gives `inviteAcceptDialog`.",
        dialog
    ),
    rule!(
        "D8",
        FIELDS,
        Must,
        "tokenEndPoint",
        "Who has the capability `exchange-token` gives `tokenEndPoint`.",
        token_end_point
    ),
];

fn found(seen: &Seen) -> Verdict {
    match seen.description.document() {
        Ok(Value::Object(_)) => Verdict::pass(),
        Ok(_) => Verdict::fails("the document is no JSON object"),
        Err(why) => Verdict::fails(why),
    }
}

fn prompt(seen: &Seen) -> Verdict {
    let took = seen.description.took_ms;
    match seen.document() {
        None => Verdict::fails("there is no such document"),
        Some(_) if took > REASONABLE_MS => Verdict::fails(format!("it took {took} ms")),
        Some(_) if !seen.origin.starts_with("https:") => {
            Verdict::unseen("it was asked without TLS, for testing on one machine")
        }
        Some(_) => Verdict::passes(format!("it took {took} ms")),
    }
}

fn document(seen: &Seen) -> Result<Map<String, Value>, Verdict> {
    seen.document()
        .ok_or_else(|| Verdict::unseen("there is no description"))
}

fn required(seen: &Seen, name: &str, fits: fn(&Value) -> bool, kind: &str) -> Verdict {
    match document(seen) {
        Err(verdict) => verdict,
        Ok(document) => match document.get(name) {
            None => Verdict::fails(format!("`{name}` is missing")),
            Some(value) if fits(value) => Verdict::pass(),
            Some(_) => Verdict::fails(format!("`{name}` is not {kind}")),
        },
    }
}

fn optional(seen: &Seen, name: &str, fits: fn(&Value) -> bool, kind: &str) -> Verdict {
    match document(seen) {
        Err(verdict) => verdict,
        Ok(document) => match document.get(name) {
            None => Verdict::passes("it is not there"),
            Some(value) if fits(value) => Verdict::pass(),
            Some(_) => Verdict::fails(format!("`{name}` is not {kind}")),
        },
    }
}

fn is_text(value: &Value) -> bool {
    value.as_str().is_some_and(|text| !text.is_empty())
}

fn are_texts(value: &Value) -> bool {
    value.as_array().is_some_and(|all| all.iter().all(is_text))
}

fn are_objects(value: &Value) -> bool {
    value
        .as_array()
        .is_some_and(|all| all.iter().all(Value::is_object))
}

fn end_point(seen: &Seen) -> Verdict {
    let text = required(seen, "endPoint", is_text, "a string");
    if text != Verdict::pass() {
        return text;
    }
    match end_point_url(seen) {
        Some(_) => Verdict::pass(),
        None => Verdict::fails("`endPoint` is no absolute web address"),
    }
}

fn end_point_url(seen: &Seen) -> Option<Url> {
    let document = seen.document()?;
    let url = Url::parse(document.get("endPoint")?.as_str()?).ok()?;
    matches!(url.scheme(), "http" | "https").then_some(url)
}

fn end_point_here(seen: &Seen) -> Verdict {
    let Some(url) = end_point_url(seen) else {
        return Verdict::unseen("there is no `endPoint`");
    };
    let asked = Url::parse(&seen.origin).map(|origin| origin.origin());
    if asked.is_ok_and(|asked| asked == url.origin()) {
        Verdict::pass()
    } else {
        Verdict::fails(format!("it is at {}", url.origin().ascii_serialization()))
    }
}

/// The types of resources that are objects.
fn types(seen: &Seen) -> Result<Vec<Value>, Verdict> {
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

/// Judges each type of resource; the words say what is wrong with it.
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

fn protocol<'a>(one: &'a Value, name: &str) -> Option<&'a Value> {
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

/// Others may be registered, and are; a slash or a capital is no other name but one that others do not understand.
fn known(seen: &Seen, member: &str, known: &[&str]) -> Verdict {
    if let Err(verdict) = document(seen) {
        return verdict;
    }
    let names = seen.names(member);
    let spelled = |name: &str| name.trim_start_matches('/').to_ascii_lowercase();
    let wrong = names.iter().find(|name| {
        let plain = spelled(name);
        plain != **name && known.contains(&plain.as_str())
    });
    if let Some(name) = wrong {
        return Verdict::fails(format!("`{name}` is written `{}`", spelled(name)));
    }
    let others: Vec<&str> = names
        .iter()
        .map(String::as_str)
        .filter(|name| !known.contains(name))
        .collect();
    if others.is_empty() {
        Verdict::pass()
    } else {
        Verdict::passes(format!("beside these: {}", others.join(", ")))
    }
}

fn exchange(seen: &Seen) -> Verdict {
    if let Err(verdict) = document(seen) {
        return verdict;
    }
    let must = seen
        .names("criteria")
        .iter()
        .any(|name| name == "must-exchange-token");
    match (must, seen.can("exchange-token")) {
        (false, _) => Verdict::passes("it does not have that criterion"),
        (true, true) => Verdict::pass(),
        (true, false) => Verdict::fails("it has the criterion and not the capability"),
    }
}

fn webapp(seen: &Seen) -> Verdict {
    let types = match types(seen) {
        Err(verdict) => return verdict,
        Ok(types) => types,
    };
    if !types.iter().any(|one| protocol(one, "webapp").is_some()) {
        return Verdict::passes("it does not send such shares");
    }
    let document = seen.document().unwrap_or_default();
    if seen.can("exchange-token") && document.contains_key("tokenEndPoint") {
        Verdict::pass()
    } else {
        Verdict::fails("it sends such shares and lacks one of the two")
    }
}

fn notifications(seen: &Seen) -> Verdict {
    match document(seen) {
        Err(verdict) => verdict,
        Ok(_) if seen.can("notifications") => Verdict::pass(),
        Ok(_) => Verdict::fails("it does not have the capability `notifications`"),
    }
}

fn dialog(seen: &Seen) -> Verdict {
    let document = match document(seen) {
        Err(verdict) => return verdict,
        Ok(document) => document,
    };
    if !seen.can("invites") {
        return Verdict::passes("it does not have that capability");
    }
    match document.get("inviteAcceptDialog") {
        None => Verdict::fails("`inviteAcceptDialog` is missing"),
        Some(Value::String(_)) if seen.place("inviteAcceptDialog").is_some() => Verdict::pass(),
        Some(_) => Verdict::fails("`inviteAcceptDialog` is no address on this server"),
    }
}

fn token_end_point(seen: &Seen) -> Verdict {
    let document = match document(seen) {
        Err(verdict) => return verdict,
        Ok(document) => document,
    };
    if !seen.can("exchange-token") {
        return Verdict::passes("it does not have that capability");
    }
    let text = document.get("tokenEndPoint").and_then(Value::as_str);
    match text {
        None => Verdict::fails("`tokenEndPoint` is missing"),
        Some(text) if Url::parse(text).is_ok() => Verdict::pass(),
        Some(_) => Verdict::fails("`tokenEndPoint` is no absolute address"),
    }
}
