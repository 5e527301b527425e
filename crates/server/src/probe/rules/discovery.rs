//! "OCM API Discovery": how a server describes itself as a whole.

use serde_json::Value;
use url::Url;

use super::shape::{is_text, optional, required};
use super::{Demand, FIELDS, Rule, Seen, Verdict, rule};
use crate::probe::Outcome;
use crate::said::Said;

const PROCESS: &str = "OCM API Discovery, Process";

/// How long a person who waits finds reasonable, in milliseconds.
const REASONABLE_MS: i64 = 5_000;

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
        |seen| required(seen, "enabled", Value::is_boolean, "boolean")
    ),
    rule!(
        "D2.apiVersion",
        FIELDS,
        Must,
        "apiVersion",
        "`apiVersion` is a string.",
        |seen| required(seen, "apiVersion", is_text, "string")
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
        |seen| optional(seen, "provider", is_text, "string")
    ),
];

fn found(seen: &Seen) -> Verdict {
    match seen.description.document() {
        Ok(Value::Object(_)) => Verdict::pass(),
        Ok(_) => Verdict::fails("probe-no-object"),
        Err(why) => Verdict::fails(why),
    }
}

fn prompt(seen: &Seen) -> Verdict {
    let took = seen.description.took_ms;
    let found = found(seen);
    if found.outcome != Outcome::Pass {
        return found;
    }
    if took > REASONABLE_MS {
        return Verdict::fails(Said::new("probe-took").with("ms", took));
    }
    if !seen.origin.starts_with("https:") {
        return Verdict::unseen("probe-no-tls");
    }
    Verdict::passes(Said::new("probe-took").with("ms", took))
}

fn end_point(seen: &Seen) -> Verdict {
    let text = required(seen, "endPoint", is_text, "string");
    if text.outcome != Outcome::Pass {
        return text;
    }
    match end_point_url(seen) {
        Some(_) => Verdict::pass(),
        None => Verdict::fails(Said::new("probe-not-absolute").with("name", "endPoint")),
    }
}

fn end_point_url(seen: &Seen) -> Option<Url> {
    let document = seen.document()?;
    let url = Url::parse(document.get("endPoint")?.as_str()?).ok()?;
    matches!(url.scheme(), "http" | "https").then_some(url)
}

fn end_point_here(seen: &Seen) -> Verdict {
    let Some(url) = end_point_url(seen) else {
        return Verdict::unseen("probe-no-end-point");
    };
    let asked = Url::parse(&seen.origin).map(|origin| origin.origin());
    if asked.is_ok_and(|asked| asked == url.origin()) {
        Verdict::pass()
    } else {
        let origin = url.origin().ascii_serialization();
        Verdict::fails(Said::new("probe-is-at").with("origin", origin))
    }
}
