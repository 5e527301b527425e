//! A description member by member, with what the draft says of each.

use serde::Serialize;
use serde_json::Value;
use symbolon_proto::text::clean_name;

use super::all;
use crate::outbox::post::bounded;
use crate::probe::{Demand, Outcome, Seen};

/// The members that the draft knows, and whether a description has to have them.
pub(super) const MEMBERS: [(&str, &str); 9] = [
    ("enabled", "required"),
    ("apiVersion", "required"),
    ("endPoint", "required"),
    ("provider", "optional"),
    ("resourceTypes", "required"),
    ("capabilities", "optional"),
    ("criteria", "optional"),
    ("inviteAcceptDialog", "recommended with invites"),
    ("tokenEndPoint", "required with exchange-token"),
];

/// Members that the draft does not know and others do.
pub(super) const OTHERS: [(&str, &str); 3] = [
    ("jwksUri", "not in draft-05; in later texts"),
    ("publicKey", "not in draft-05; of old Nextcloud releases"),
    ("version", "not in draft-05; of Nextcloud"),
];

/// How much of a value is shown, in characters.
const SHOWN_CHARS: usize = 160;

/// One member of a description, and what the draft says of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Its value as JSON, cut after 160 characters; `None` if it is missing.
    pub value: Option<String>,
    /// Whether the draft wants it.
    pub draft: &'static str,
    /// What is wrong with it.
    pub complaints: Vec<Complaint>,
}

/// One demand that a member does not follow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Complaint {
    /// The name of the rule.
    pub rule: &'static str,
    /// How strong it is.
    pub demand: Demand,
    /// What is wrong, in a sentence.
    pub why: String,
}

/// Every member that a description has or should have.
pub fn fields(seen: &Seen) -> Vec<Field> {
    let Some(document) = seen.document() else {
        return Vec::new();
    };
    let field = |name: &str, draft| Field {
        name: bounded(name),
        value: document.get(name).map(shown),
        draft,
        complaints: complaints(seen, name),
    };
    let known = MEMBERS.into_iter().map(|(name, draft)| field(name, draft));
    let present = |name: &str| document.contains_key(name);
    let others = OTHERS.into_iter().filter(|(name, _)| present(name));
    let others = others.map(|(name, draft)| field(name, draft));
    let is_known = |name: &str| {
        MEMBERS
            .iter()
            .chain(&OTHERS)
            .any(|(known, _)| *known == name)
    };
    let unknown = document
        .keys()
        .filter(|name| !is_known(name))
        .take(FIELDS_MAX);
    let unknown = unknown.map(|name| field(name, "not in the draft"));
    known.chain(others).chain(unknown).collect()
}

/// How many members that nobody knows are shown.
const FIELDS_MAX: usize = 20;

fn complaints(seen: &Seen, name: &str) -> Vec<Complaint> {
    let about = all().filter(|rule| rule.about == name);
    let failing = about.filter_map(|rule| {
        let verdict = (rule.judge)(seen);
        (verdict.outcome == Outcome::Fail).then_some(Complaint {
            rule: rule.id,
            demand: rule.demand,
            why: verdict.why,
        })
    });
    failing.collect()
}

fn shown(value: &Value) -> String {
    let text = clean_name(&value.to_string());
    let mut short: String = text.chars().take(SHOWN_CHARS).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}
