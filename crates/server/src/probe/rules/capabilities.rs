//! "OCM API Discovery, Fields", `capabilities` and `criteria`: what a server can do, what it demands, and what follows from
//! either.

use serde_json::Value;
use url::Url;

use super::resources::{protocol, types};
use super::shape::{are_texts, document, missing, optional};
use super::{Demand, FIELDS, Rule, Seen, Verdict, rule};
use crate::said::Said;

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

pub(super) const RULES: &[Rule] = &[
    rule!(
        "D5",
        FIELDS,
        Defined,
        "capabilities",
        "`capabilities`, if they are there, are an array of strings.",
        |seen| optional(seen, "capabilities", are_texts, "strings")
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
        |seen| optional(seen, "criteria", are_texts, "strings")
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
        return Verdict::fails(
            Said::new("probe-spelled")
                .with("name", name.as_str())
                .with("spelled", spelled(name)),
        );
    }
    let others: Vec<&str> = names
        .iter()
        .map(String::as_str)
        .filter(|name| !known.contains(name))
        .collect();
    if others.is_empty() {
        Verdict::pass()
    } else {
        Verdict::passes(Said::new("probe-beside").with("names", others.join(", ")))
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
        (false, _) => Verdict::passes("probe-no-criterion"),
        (true, true) => Verdict::pass(),
        (true, false) => Verdict::fails("probe-criterion-alone"),
    }
}

fn webapp(seen: &Seen) -> Verdict {
    let types = match types(seen) {
        Err(verdict) => return verdict,
        Ok(types) => types,
    };
    if !types.iter().any(|one| protocol(one, "webapp").is_some()) {
        return Verdict::passes("probe-no-such-shares");
    }
    let document = seen.document().unwrap_or_default();
    if seen.can("exchange-token") && document.contains_key("tokenEndPoint") {
        Verdict::pass()
    } else {
        Verdict::fails("probe-shares-lack")
    }
}

fn notifications(seen: &Seen) -> Verdict {
    match document(seen) {
        Err(verdict) => verdict,
        Ok(_) if seen.can("notifications") => Verdict::pass(),
        Ok(_) => Verdict::fails("probe-no-notifications"),
    }
}

fn dialog(seen: &Seen) -> Verdict {
    let document = match document(seen) {
        Err(verdict) => return verdict,
        Ok(document) => document,
    };
    if !seen.can("invites") {
        return Verdict::passes("probe-no-capability");
    }
    match document.get("inviteAcceptDialog") {
        None => Verdict::fails(missing("inviteAcceptDialog")),
        Some(Value::String(_)) if seen.place("inviteAcceptDialog").is_some() => Verdict::pass(),
        Some(_) => Verdict::fails("probe-dialog-elsewhere"),
    }
}

fn token_end_point(seen: &Seen) -> Verdict {
    let document = match document(seen) {
        Err(verdict) => return verdict,
        Ok(document) => document,
    };
    if !seen.can("exchange-token") {
        return Verdict::passes("probe-no-capability");
    }
    let text = document.get("tokenEndPoint").and_then(Value::as_str);
    match text {
        None => Verdict::fails(missing("tokenEndPoint")),
        Some(text) if Url::parse(text).is_ok() => Verdict::pass(),
        Some(_) => Verdict::fails(Said::new("probe-not-absolute").with("name", "tokenEndPoint")),
    }
}
