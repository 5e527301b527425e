//! What releases of this program say to each other, as it was recorded when they were made: so that every later one is held to
//! what they say and understand.
//!
//! A recording is data ([`EXCHANGES_0_1`]): one exchange for each thing that one server says to another, with the answer. What
//! is another one each time has a mark in its place, such as `«token»` ([`mask`], [`fill`]). [`record()`] is how it is made, of
//! two servers of today; [`earlier`] is a server of that release, played from it.

pub mod earlier;
mod record;

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

pub use record::record;

use super::wire::{Asked, Said};

/// What 0.1 says, from `recorded/0.1.json`.
pub const EXCHANGES_0_1: &str = include_str!("0.1.json");

/// All recordings, by the version that they are of.
pub const ALL: [(&str, &str); 1] = [("0.1", EXCHANGES_0_1)];

/// Headers that mean something to the other side.
const HEADERS: [&str; 5] = [
    "content-type",
    "content-digest",
    "date",
    "signature-input",
    "signature",
];

/// Members whose value is another one each time, with the mark in its place.
const MARKS: [(&str, &str); 24] = [
    ("detail", "«words»"),
    ("digests", "«digests»"),
    ("email", "«email»"),
    ("floor", "«number»"),
    ("generation", "«number»"),
    ("grantee", "«theirs»"),
    ("group", "«group»"),
    ("groups", "«digests»"),
    ("halves", "«number»"),
    ("keyId", "«rsa-key»"),
    ("kid", "«key»"),
    ("ledger", "«ledger»"),
    ("mine", "«ours»"),
    ("name", "«name»"),
    ("provider", "«name»"),
    ("providerId", "«ours»"),
    ("publicKeyPem", "«rsa-pem»"),
    ("reference", "«reference»"),
    ("remedy", "«words»"),
    ("root", "«digest»"),
    ("title", "«words»"),
    ("token", "«token»"),
    ("userID", "«ours»"),
    ("yours", "«theirs»"),
];

/// The exchanges of a recording by their names.
pub type Exchanges = BTreeMap<String, Value>;

/// Reads a recording.
pub fn read(text: &str) -> Exchanges {
    serde_json::from_str(text).expect("recordings are JSON")
}

/// Writes one, as it is kept.
pub fn write(exchanges: &Exchanges) -> String {
    let text = serde_json::to_string_pretty(exchanges);
    text.expect("plain documents are always JSON") + "\n"
}

/// One exchange with marks. Both names are of servers.
fn masked(asker: &str, asked: &str, request: &Asked, answer: &Said) -> Value {
    let hide = |text: &str| {
        let text = text.replace(asker, "«asker»");
        text.replace(asked, "«asked»")
    };
    let headers = |all: &[(String, String)], also: &[&str]| {
        let kept = all.iter().filter(|(name, _)| also.contains(&name.as_str()));
        let kept = kept.map(|(name, value)| (name.clone(), json!(header(name, &hide(value)))));
        Value::Object(kept.collect::<Map<_, _>>())
    };
    let body = |bytes: &[u8]| {
        let mut value: Value = serde_json::from_slice(bytes).unwrap_or_default();
        mask(&mut value, &hide);
        value
    };
    json!({
        "asks": {
            "method": request.method.as_str(),
            "path": request.url.path(),
            "headers": headers(&request.headers, &HEADERS),
            "body": body(&request.body),
        },
        "answers": {
            "status": answer.status,
            "headers": headers(&answer.headers, &HEADERS[..1]),
            "body": body(&answer.body),
        },
    })
}

/// Puts marks into a document.
fn mask(value: &mut Value, hide: &impl Fn(&str) -> String) {
    match value {
        Value::Object(members) => {
            // What stands beside a removal or a comparison is for people.
            if let Some(Value::Object(details)) = members.get_mut("notification")
                && let Some(message) = details.get_mut("message")
            {
                *message = json!("«words»");
            }
            for (name, value) in members {
                let mark = MARKS.iter().find(|(known, _)| known == name);
                match (mark, &mut *value) {
                    // The name of a server alone, in whatever member.
                    (_, Value::String(text)) if ["«asker»", "«asked»"].contains(&&*hide(text)) =>
                    {
                        *value = json!(hide(text));
                    }
                    // The x of a key; no other member is called like that.
                    _ if name == "x" => *value = json!("«public»"),
                    (Some((_, mark)), Value::String(_) | Value::Number(_)) => *value = json!(mark),
                    // Groups of buckets, as a comparison asks for them.
                    (_, Value::Array(all)) if name == "leaves" => {
                        for one in all {
                            match one {
                                Value::Number(_) => *one = json!("«group»"),
                                one => mask(one, hide),
                            }
                        }
                    }
                    (_, value) => mask(value, hide),
                }
            }
        }
        Value::Array(all) => all.iter_mut().for_each(|one| mask(one, hide)),
        Value::String(text) => *text = hide(text),
        _ => {}
    }
}

/// A header with marks.
fn header(name: &str, value: &str) -> String {
    match name {
        "date" => "«date»".to_owned(),
        "content-digest" => "sha-256=:«digest»:".to_owned(),
        "signature" => "ocm=:«signature»:".to_owned(),
        "signature-input" => {
            let parts = value.split(';').map(|part| match part.split_once('=') {
                Some(("created", _)) => "created=«time»".to_owned(),
                Some(("keyid", _)) => "keyid=\"«key»\"".to_owned(),
                _ => part.to_owned(),
            });
            parts.collect::<Vec<_>>().join(";")
        }
        _ => value.to_owned(),
    }
}

/// Puts values in the place of marks. A mark that is a whole text becomes the value, whatever that is.
fn fill(value: &Value, values: &[(&str, Value)]) -> Value {
    match value {
        Value::Object(members) => {
            let members = members.iter();
            let filled = members.map(|(name, value)| (name.clone(), fill(value, values)));
            Value::Object(filled.collect())
        }
        Value::Array(all) => all.iter().map(|one| fill(one, values)).collect(),
        Value::String(text) => {
            if let Some((_, whole)) = values.iter().find(|(mark, _)| mark == text) {
                return whole.clone();
            }
            let parts = values
                .iter()
                .filter_map(|(mark, value)| Some((mark, value.as_str()?)));
            let text = parts.fold(text.clone(), |text, (mark, value)| {
                text.replace(mark, value)
            });
            Value::String(text)
        }
        other => other.clone(),
    }
}

/// Whether what is said today has everything in it that was recorded; the error says where not. More is no harm: every release
/// ignores what it does not know.
pub fn fits(recorded: &Value, today: &Value) -> Result<(), String> {
    match (recorded, today) {
        (Value::Object(members), Value::Object(now)) => {
            members.iter().try_for_each(|(name, value)| {
                let now = now.get(name).ok_or_else(|| format!("{name} is missing"))?;
                if name == "signature-input" {
                    return covers(value, now);
                }
                fits(value, now).map_err(|place| format!("{name}: {place}"))
            })
        }
        (Value::Array(all), Value::Array(now)) => all.iter().try_for_each(|one| {
            let there = now.iter().any(|now| fits(one, now).is_ok());
            there
                .then_some(())
                .ok_or_else(|| format!("{one} is missing"))
        }),
        (one, other) if one == other => Ok(()),
        (one, other) => Err(format!("{one} has become {other}")),
    }
}

/// Whether a signature covers at least what one did that was recorded.
fn covers(recorded: &Value, today: &Value) -> Result<(), String> {
    let parts = |value: &Value| -> Vec<String> {
        let text = value.as_str().unwrap_or_default();
        let parts = text.split([' ', ';', '(', ')']);
        parts.map(str::to_owned).collect()
    };
    let (parts, now) = (parts(recorded), parts(today));
    match parts.iter().find(|part| !now.contains(part)) {
        None => Ok(()),
        Some(part) => Err(format!("signature-input: {part} is missing")),
    }
}
