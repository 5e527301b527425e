//! The demands of the draft, in its order. A rule looks at what was seen and at nothing else.

mod discovery;
mod invitations;
mod keys;
mod unseen;

use serde::Serialize;
use serde_json::Value;
use symbolon_proto::text::clean_name;

use super::{Demand, Outcome, Seen, Verdict};
use crate::outbox::post::bounded;

/// One demand.
pub(super) struct Rule {
    pub(super) id: &'static str,
    pub(super) section: &'static str,
    pub(super) demand: Demand,
    pub(super) says: &'static str,
    /// The member of the description that it is about; empty if it is about something else.
    pub(super) about: &'static str,
    pub(super) judge: fn(&Seen) -> Verdict,
}

/// Every rule, in the order of the draft.
pub(super) fn all() -> impl Iterator<Item = &'static Rule> {
    let rooms = [
        invitations::RULES,
        discovery::RULES,
        keys::RULES,
        invitations::SIGNATURES,
        unseen::RULES,
    ];
    rooms.into_iter().flatten()
}

/// The members that the draft knows, and whether a description has to have them.
const MEMBERS: [(&str, &str); 9] = [
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
const OTHERS: [(&str, &str); 3] = [
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
    pub complaints: Vec<String>,
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

fn complaints(seen: &Seen, name: &str) -> Vec<String> {
    let about = all().filter(|rule| rule.about == name);
    let failing = about.filter_map(|rule| {
        let verdict = (rule.judge)(seen);
        (verdict.outcome == Outcome::Fail)
            .then(|| format!("{}: {}", rule.demand.word(), verdict.why))
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_rule_has_a_name_of_its_own_and_says_what_is_demanded() {
        let ids: BTreeSet<&str> = all().map(|rule| rule.id).collect();
        assert_eq!(ids.len(), all().count());
        for rule in all() {
            assert!(rule.says.ends_with('.'), "{}", rule.id);
            assert!(!rule.section.is_empty(), "{}", rule.id);
            let known = MEMBERS
                .iter()
                .chain(&OTHERS)
                .any(|(name, _)| *name == rule.about);
            assert!(rule.about.is_empty() || known, "{}", rule.id);
        }
    }
}
