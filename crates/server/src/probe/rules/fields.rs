//! A description member by member, with what the draft says of each.

use serde_json::Value;
use symbolon_proto::text::clean_name;

use super::all;
use crate::outbox::post::bounded;
use crate::probe::{Demand, Outcome, Seen};
use crate::said::Said;

/// The members that the draft knows.
pub(super) const MEMBERS: [&str; 9] = [
    "enabled",
    "apiVersion",
    "endPoint",
    "provider",
    "resourceTypes",
    "capabilities",
    "criteria",
    "inviteAcceptDialog",
    "tokenEndPoint",
];

/// Members that the draft does not know and others do.
pub(super) const OTHERS: [&str; 3] = ["jwksUri", "publicKey", "version"];

/// How much of a value is shown, in characters.
const SHOWN_CHARS: usize = 160;

/// One member of a description, and what is wrong with it. What the draft says of it is the text `check-field`.
#[derive(Clone, Debug)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Its value as JSON, cut after 160 characters; `None` if it is missing.
    pub value: Option<String>,
    /// What is wrong with it.
    pub complaints: Vec<Complaint>,
}

/// One demand that a member does not follow.
#[derive(Clone, Debug)]
pub struct Complaint {
    /// The name of the rule.
    pub rule: &'static str,
    /// How strong it is.
    pub demand: Demand,
    /// What is wrong, in a sentence.
    pub why: Said,
}

/// Every member that a description has or should have.
pub fn fields(seen: &Seen) -> Vec<Field> {
    let Some(document) = seen.document() else {
        return Vec::new();
    };
    let field = |name: &str| Field {
        name: bounded(name),
        value: document.get(name).map(shown),
        complaints: complaints(seen, name),
    };
    let known = MEMBERS.into_iter().map(field);
    let others = OTHERS.into_iter();
    let others = others
        .filter(|name| document.contains_key(*name))
        .map(field);
    let is_known = |name: &str| MEMBERS.iter().chain(&OTHERS).any(|known| *known == name);
    let unknown = document
        .keys()
        .filter(|name| !is_known(name))
        .take(FIELDS_MAX);
    let unknown = unknown.map(|name| field(name));
    known.chain(others).chain(unknown).collect()
}

/// How many members that nobody knows are shown.
const FIELDS_MAX: usize = 20;

impl Field {
    /// What the draft says of it.
    pub(crate) fn draft(&self) -> Said {
        Said::new("check-field").with("field", self.name.as_str())
    }
}

impl Complaint {
    /// What is wrong, and how much it matters.
    pub(crate) fn flaw(&self) -> Said {
        let strength = Said::new(match self.demand {
            Demand::Must => "check-flaw-must",
            Demand::Should => "check-flaw-should",
            Demand::Defined => "check-flaw-defined",
        });
        strength.with("flaw", self.why.clone())
    }
}

fn complaints(seen: &Seen, name: &str) -> Vec<Complaint> {
    let about = all().filter(|rule| rule.about == name);
    let failing = about.filter_map(|rule| {
        let verdict = (rule.judge)(seen);
        let why = verdict.why.filter(|_| verdict.outcome == Outcome::Fail)?;
        Some(Complaint {
            rule: rule.id,
            demand: rule.demand,
            why,
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
