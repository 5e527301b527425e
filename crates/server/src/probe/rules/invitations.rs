//! "Invite Flow": accepting an invitation of the server that is looked at, and whether it checks who speaks.

use serde_json::Value;

use super::super::seen::Asked;
use super::super::trials::{Trial, WRONG};
use super::{Demand, Rule, Seen, Verdict};
use crate::doctor::unreachable::why;
use crate::outbox::post::quote;
use crate::said::Said;
use crate::transport::OutboundResponse;

const REQUEST: &str = "Invite Flow, Invite Acceptance Request Details";
const RESPONSE: &str = "Invite Flow, Invite Acceptance Response Details";
const VERIFICATION: &str = "HTTP Message Signatures, Verification Requirements";

macro_rules! rule {
    ($id:literal, $section:expr, $demand:ident, $says:literal, $judge:expr) => {
        Rule {
            id: $id,
            section: $section,
            demand: Demand::$demand,
            says: $says,
            about: "",
            judge: $judge,
        }
    };
}

pub(super) const RULES: &[Rule] = &[
    rule!(
        "I1",
        REQUEST,
        Must,
        "A signed POST of JSON to /invite-accepted, over TLS, accepts an invitation.",
        accepted
    ),
    rule!(
        "I6.json",
        RESPONSE,
        Should,
        "The answer is `application/json`.",
        |seen| answer(seen, |head, _| {
            let kind = head.unwrap_or_default();
            let json = kind
                .split(';')
                .next()
                .is_some_and(|kind| kind.trim() == "application/json");
            (!json).then(|| match kind {
                "" => Said::new("probe-no-kind"),
                kind => Said::new("probe-is-kind").with("kind", kind),
            })
        })
    ),
    rule!(
        "I6.members",
        RESPONSE,
        Should,
        "The answer has the strings `userID`, `email` and `name` of the inviter.",
        |seen| answer(seen, |_, body| {
            let lacks = |name: &&&str| body.get(**name).and_then(Value::as_str).is_none();
            let missing = ["userID", "email", "name"];
            let missing: Vec<&str> = missing.iter().filter(lacks).copied().collect();
            (!missing.is_empty())
                .then(|| Said::new("probe-lacks").with("names", missing.join(", ")))
        })
    ),
    rule!(
        "I7.400",
        RESPONSE,
        Defined,
        "An invitation that does not exist is answered 400.",
        unknown
    ),
    rule!(
        "I7.409",
        RESPONSE,
        Defined,
        "An invitation that was accepted already is answered 409.",
        again
    ),
    rule!(
        "I8",
        RESPONSE,
        Must,
        "The signature of an acceptance is verified: one without a signature is refused.",
        |seen| refused(seen, Trial::Unsigned)
    ),
];

pub(super) const SIGNATURES: &[Rule] = &[
    rule!(
        "H6.components",
        VERIFICATION,
        Must,
        "A signature that does not cover the body is refused.",
        |seen| refused(seen, Trial::TooLittle)
    ),
    rule!(
        "H6.old",
        VERIFICATION,
        Must,
        "A signature of an hour ago is refused.",
        |seen| refused(seen, Trial::Old)
    ),
    rule!(
        "H6.ahead",
        VERIFICATION,
        Must,
        "A signature of an hour ahead is refused.",
        |seen| refused(seen, Trial::Ahead)
    ),
    rule!(
        "H6.value",
        VERIFICATION,
        Must,
        "A body that is not the one that was signed is refused.",
        |seen| refused(seen, Trial::OtherBody)
    ),
    rule!(
        "H7",
        VERIFICATION,
        Must,
        "Of several digests every recognised one must match.",
        |seen| refused(seen, Trial::OtherDigest)
    ),
    rule!(
        "H8.tag",
        VERIFICATION,
        Must,
        "A request in which no signature has the tag `ocm` is refused.",
        |seen| refused(seen, Trial::NoTag)
    ),
    rule!(
        "H8.two",
        VERIFICATION,
        Must,
        "A request with two signatures that have the tag `ocm` is refused.",
        |seen| refused(seen, Trial::Two)
    ),
    rule!(
        "H9",
        VERIFICATION,
        Defined,
        "A message in the name of another server than the one that signed it is refused.",
        |seen| refused(seen, Trial::OtherServer)
    ),
];

fn untried(seen: &Seen) -> Verdict {
    Verdict::unseen(seen.trials.why_not())
}

fn accepted(seen: &Seen) -> Verdict {
    let Some(asked) = seen.trials.of(Trial::Right) else {
        return untried(seen);
    };
    match &asked.answer {
        Ok(answer) if answer.status == 200 => Verdict::pass(),
        // Somebody was let in who should not have been, and a second time need not be a 200.
        Ok(answer) if seen.trials.went_through_before(Trial::Right) => {
            Verdict::unseen(Said::new("probe-went-elsewhere").with("status", answer.status))
        }
        Ok(answer) => Verdict::fails(said(answer)),
        Err(error) => Verdict::unseen(why(error)),
    }
}

/// The status and what goes with it.
fn said(answer: &OutboundResponse) -> Said {
    match quote(answer) {
        Some(said) => Said::new("probe-answered-said")
            .with("status", answer.status)
            .with("said", said),
        None => answered(answer.status),
    }
}

fn answered(status: u16) -> Said {
    Said::new("probe-answered").with("status", status)
}

/// Judges the answer to an acceptance that went through: its kind of content and its document.
fn answer(seen: &Seen, wrong: fn(Option<&str>, &Value) -> Option<Said>) -> Verdict {
    if seen.trials.of(Trial::Unsigned).is_none() {
        return untried(seen);
    }
    let Some(answer) = seen.trials.first_yes() else {
        return Verdict::unseen("probe-no-200");
    };
    let body = serde_json::from_slice(&answer.body).unwrap_or_default();
    let found = wrong(answer.header("content-type"), &body);
    found.map_or_else(Verdict::pass, Verdict::fails)
}

fn unknown(seen: &Seen) -> Verdict {
    let Some(asked) = seen.trials.of(Trial::Unknown) else {
        return untried(seen);
    };
    match asked.status() {
        // Without a signature, whatever it answers may be about that.
        Some(status) if seen.trials.of(Trial::Right).is_none() => {
            Verdict::unseen(Said::new("probe-maybe-unsigned").with("status", status))
        }
        Some(400) => Verdict::pass(),
        Some(status @ (401 | 403)) => {
            Verdict::unseen(Said::new("probe-maybe-signature").with("status", status))
        }
        Some(status) => Verdict::fails(answered(status)),
        None => Verdict::unseen("probe-no-answer"),
    }
}

fn again(seen: &Seen) -> Verdict {
    let Some(asked) = seen.trials.of(Trial::Again) else {
        return untried(seen);
    };
    match asked.status() {
        Some(409) => Verdict::pass(),
        // Whoever asks again got no answer, as a rule; with the same one he can go on.
        Some(200) => Verdict::passes("probe-let-in-again"),
        Some(status) => Verdict::fails(answered(status)),
        None => Verdict::unseen("probe-no-answer"),
    }
}

/// A request that nobody should act on although the invitation in it is right.
fn refused(seen: &Seen, trial: Trial) -> Verdict {
    debug_assert!(WRONG.contains(&trial));
    let Some(asked) = seen.trials.of(trial) else {
        return untried(seen);
    };
    let answer = match &asked.answer {
        Ok(answer) => answer,
        Err(error) => return Verdict::unseen(why(error)),
    };
    let status = answer.status;
    match status {
        // It went by the invitation, which it knows as accepted.
        200..=299 | 409 => Verdict::fails(Said::new("probe-acted-on").with("status", status)),
        500.. => Verdict::unseen(said(answer)),
        _ if seen.trials.went_through_before(trial) => Verdict::unseen("probe-went-earlier"),
        _ => match seen.trials.of(Trial::Right).map(Asked::status) {
            Some(Some(200)) => Verdict::passes(answered(status)),
            None => Verdict::unseen(Said::new("probe-nothing-to-compare").with("status", status)),
            // Whoever refuses everything has not looked at this.
            _ => Verdict::unseen(Said::new("probe-right-refused").with("status", status)),
        },
    }
}
