//! What several rules ask of a member of the description.

use serde_json::{Map, Value};

use super::{Seen, Verdict};
use crate::said::Said;

pub(super) fn document(seen: &Seen) -> Result<Map<String, Value>, Verdict> {
    seen.document()
        .ok_or_else(|| Verdict::unseen("probe-no-description"))
}

pub(super) fn missing(name: &str) -> Said {
    Said::new("probe-missing").with("name", name)
}

pub(super) fn required(seen: &Seen, name: &str, fits: fn(&Value) -> bool, kind: &str) -> Verdict {
    match document(seen) {
        Err(verdict) => verdict,
        Ok(document) => match document.get(name) {
            None => Verdict::fails(missing(name)),
            Some(value) if fits(value) => Verdict::pass(),
            Some(_) => Verdict::fails(
                Said::new("probe-not-kind")
                    .with("name", name)
                    .with("kind", kind),
            ),
        },
    }
}

pub(super) fn optional(seen: &Seen, name: &str, fits: fn(&Value) -> bool, kind: &str) -> Verdict {
    match document(seen) {
        Err(verdict) => verdict,
        Ok(document) => match document.get(name) {
            None => Verdict::passes("probe-not-there"),
            Some(value) if fits(value) => Verdict::pass(),
            Some(_) => Verdict::fails(
                Said::new("probe-not-kind")
                    .with("name", name)
                    .with("kind", kind),
            ),
        },
    }
}

pub(super) fn is_text(value: &Value) -> bool {
    value.as_str().is_some_and(|text| !text.is_empty())
}

pub(super) fn are_texts(value: &Value) -> bool {
    value.as_array().is_some_and(|all| all.iter().all(is_text))
}
