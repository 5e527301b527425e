//! What the draft demands of a server, looked at one by one from outside: for those who write or run one.
//!
//! [`look`] asks and keeps the answers ([`Seen`]); every rule in [`rules`](self) is a function of them. Without an
//! invitation it sends nothing but `GET`s. With one that the tester made for it, it accepts that invitation in every
//! wrong way that the draft tells a server to refuse, and then in the right one (`trials`).
//!
//! What is demanded is told in English, as the draft has it; what was seen of it, in the reader's language.

mod html;
mod rules;
mod seen;
mod trials;

use std::sync::Arc;

use std::time::Duration;

use serde::Serialize;
use symbolon_core::Timestamp;
use symbolon_proto::address::Provider;
use symbolon_proto::invite::InviteToken;
use symbolon_proto::keys::SigningKey;
use symbolon_proto::language::Language;

pub use html::html;
#[cfg(test)]
pub(crate) use rules::about_members;
pub use rules::{Complaint, Field, fields};
pub use seen::{Asked, Seen, look};

use crate::env::Env;
use crate::said::Said;
use crate::transport::Transport;

/// The text that the rules are from.
pub const DRAFT: &str = "draft-ietf-ocm-open-cloud-mesh-05";

/// Who is looked at, and by which way.
pub struct Target<'a> {
    /// Its name.
    pub provider: Provider,
    /// Where it is asked.
    pub origin: String,
    /// The way to it.
    pub transport: &'a dyn Transport,
    /// Clock and entropy of this machine.
    pub env: &'a Env,
    /// How long one answer may take.
    pub patience: Duration,
}

/// What a deeper look needs.
pub struct Tester {
    /// An invitation that the tester made at that server. It is used up.
    pub token: InviteToken,
    /// The server in whose name it is accepted, and its key, which that server publishes; without them nothing is
    /// signed.
    pub signs: Option<(Provider, Arc<SigningKey>)>,
}

/// How strong a demand is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Demand {
    /// MUST, REQUIRED.
    Must,
    /// SHOULD, RECOMMENDED.
    Should,
    /// The draft says what it means, in none of these words.
    Defined,
}

impl Demand {
    /// As the draft writes it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Must => "MUST",
            Self::Should => "SHOULD",
            Self::Defined => "defined",
        }
    }
}

/// How a server does by a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It was seen to follow it.
    Pass,
    /// It was seen not to.
    Fail,
    /// It cannot be seen, or not by this look.
    NotObservable,
}

impl Outcome {
    /// As a person reads it.
    pub fn word(self) -> Said {
        Said::new(match self {
            Self::Pass => "probe-pass",
            Self::Fail => "probe-fail",
            Self::NotObservable => "probe-not-observable",
        })
    }

    fn class(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::NotObservable => "not_observable",
        }
    }
}

/// What a rule made of what was seen.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// How the server does by it.
    pub outcome: Outcome,
    /// Why, in a sentence, where something needs to be said.
    pub why: Option<Said>,
}

impl Verdict {
    fn pass() -> Self {
        Self {
            outcome: Outcome::Pass,
            why: None,
        }
    }

    fn passes(why: impl Into<Said>) -> Self {
        Self::new(Outcome::Pass, why)
    }

    fn fails(why: impl Into<Said>) -> Self {
        Self::new(Outcome::Fail, why)
    }

    fn unseen(why: impl Into<Said>) -> Self {
        Self::new(Outcome::NotObservable, why)
    }

    fn new(outcome: Outcome, why: impl Into<Said>) -> Self {
        Self {
            outcome,
            why: Some(why.into()),
        }
    }
}

/// One demand of the draft, and how the server does by it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// A stable name for scripts.
    pub id: &'static str,
    /// The section of the draft.
    pub section: &'static str,
    /// How strong the demand is.
    pub demand: Demand,
    /// What is demanded, in a sentence.
    pub says: &'static str,
    /// How the server does by it.
    pub outcome: Outcome,
    /// Why, in a sentence; empty where nothing needs to be said.
    pub why: String,
}

/// What a look at a server found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Which server.
    pub server: String,
    /// The text that the rules are from.
    pub draft: &'static str,
    /// When, in milliseconds since the epoch.
    #[serde(skip)]
    pub at: Timestamp,
    /// What was asked, with the status of the answer or why there is none, and the time that it took.
    pub requests: Vec<Request>,
    /// Every rule, in the order of the draft.
    pub findings: Vec<Finding>,
}

/// One request that was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Request {
    /// What was asked.
    pub request: String,
    /// The status, or why there is no answer.
    pub answer: String,
    /// Milliseconds from the request to the answer.
    pub took_ms: i64,
}

impl Report {
    /// The findings by section, both in the order in which they come first.
    pub fn sections(&self) -> Vec<(&'static str, Vec<&Finding>)> {
        let mut sections: Vec<(&'static str, Vec<&Finding>)> = Vec::new();
        for finding in &self.findings {
            let known = sections
                .iter_mut()
                .find(|(name, _)| *name == finding.section);
            match known {
                Some((_, findings)) => findings.push(finding),
                None => sections.push((finding.section, vec![finding])),
            }
        }
        sections
    }

    /// How many rules of this strength came out so.
    pub fn count(&self, demand: Demand, outcome: Outcome) -> usize {
        let same = |one: &&Finding| one.demand == demand && one.outcome == outcome;
        self.findings.iter().filter(same).count()
    }
}

/// Looks at a server and holds what it sees against the draft; what it says of it is in `language`.
pub async fn probe(target: &Target<'_>, tester: Option<&Tester>, language: Language) -> Report {
    let at = target.env.now();
    let mut seen = look(target).await;
    if let Some(tester) = tester {
        seen.trials = trials::run(target, tester, &seen).await;
    }
    let findings = rules::all().map(|rule| {
        let verdict = (rule.judge)(&seen);
        let why = verdict.why.map(|why| why.say(language));
        let why = why.unwrap_or_default();
        Finding {
            id: rule.id,
            section: rule.section,
            demand: rule.demand,
            says: rule.says,
            outcome: verdict.outcome,
            // Some servers repeat in their answer what they were sent.
            why: match tester {
                Some(tester) => why.replace(tester.token.expose(), "…"),
                None => why,
            },
        }
    });
    Report {
        server: target.provider.to_string(),
        draft: DRAFT,
        at,
        findings: findings.collect(),
        requests: seen.requests(language),
    }
}
