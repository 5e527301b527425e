//! An invitation of the tester, accepted in every wrong way that the draft tells a server to refuse, and then rightly.
//!
//! The wrong ways come first, so that one which goes through is seen by its `200`. In the end the person who accepted
//! is removed again, by the message that says so; a server that does not know it keeps the contact, named so that it
//! can be recognised.

use bytes::Bytes;
use http::Method;
use serde_json::{Value, json};
use symbolon_core::Timestamp;
use symbolon_proto::address::Provider;
use symbolon_proto::digest::content_digest;
use symbolon_proto::keys::SigningKey;
use symbolon_proto::signature::{AGE_MAX_SECS, AHEAD_MAX_SECS, MessageParts, sign_over};

use super::{Asked, Seen, Target, Tester};
use crate::transport::{OutboundResponse, TransportError, ask};

/// Who accepts, as the other server will list them.
const PERSON: &str = "symbolon-probe";

/// In whose name, if nothing is signed: a server that cannot exist (RFC 2606).
const NOBODY: &str = "probe.invalid";

/// One way to accept, in the order in which they are tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trial {
    /// An invitation that was never issued.
    Unknown,
    /// Without a signature.
    Unsigned,
    /// Signed, with another body behind it.
    OtherBody,
    /// Signed over too little: not over the body.
    TooLittle,
    /// Signed an hour ago.
    Old,
    /// Signed in an hour.
    Ahead,
    /// Signed without saying that it is for this purpose.
    NoTag,
    /// Signed with two such signatures.
    Two,
    /// Two digests of the body of which one does not match.
    OtherDigest,
    /// Signed in the name of another server.
    OtherServer,
    /// As the draft has it.
    Right,
    /// As the draft has it, once more.
    Again,
}

/// Those that nobody should let through although the invitation is right.
pub(super) const WRONG: [Trial; 9] = [
    Trial::Unsigned,
    Trial::OtherBody,
    Trial::TooLittle,
    Trial::Old,
    Trial::Ahead,
    Trial::NoTag,
    Trial::Two,
    Trial::OtherDigest,
    Trial::OtherServer,
];

/// What was tried, and what became of it.
#[derive(Default)]
pub(super) struct Trials {
    done: Vec<(Trial, Asked)>,
    /// Messages that are about no rule.
    others: Vec<Asked>,
    /// Why nothing could be tried although there is an invitation: the name of a text.
    hindered: Option<&'static str>,
}

impl Trials {
    /// What became of a try, if it was made.
    pub(super) fn of(&self, trial: Trial) -> Option<&Asked> {
        let found = self.done.iter().find(|(known, _)| *known == trial);
        found.map(|(_, asked)| asked)
    }

    /// The answer to the first acceptance that went through, rightly or wrongly: it has to look the same.
    pub(super) fn first_yes(&self) -> Option<&OutboundResponse> {
        let answers = self
            .done
            .iter()
            .filter_map(|(_, asked)| asked.answer.as_ref().ok());
        answers.into_iter().find(|answer| answer.status == 200)
    }

    /// Why something was not tried: the name of a text.
    pub(super) fn why_not(&self) -> &'static str {
        match (self.hindered, self.done.is_empty()) {
            (Some(why), _) => why,
            (None, true) => "probe-needs-invitation",
            (None, false) => "probe-needs-server",
        }
    }

    /// Wrong ways that went through before this one, in the order of [`WRONG`].
    pub(super) fn went_through_before(&self, trial: Trial) -> bool {
        let earlier = self.done.iter().take_while(|(known, _)| *known != trial);
        let mut earlier = earlier.filter(|(known, _)| WRONG.contains(known));
        earlier.any(|(_, asked)| asked.status().is_some_and(|status| status < 300))
    }

    pub(super) fn asked(&self) -> impl Iterator<Item = &Asked> {
        let done = self.done.iter().map(|(_, asked)| asked);
        done.chain(&self.others)
    }
}

/// One request, before it is sent.
struct Letter {
    headers: Vec<(String, String)>,
    body: String,
}

/// Tries everything.
pub(super) async fn run(target: &Target<'_>, tester: &Tester, seen: &Seen) -> Trials {
    let mut trials = Trials::default();
    let Some(end_point) = seen.place("endPoint") else {
        trials.hindered = Some("probe-end-point-elsewhere");
        return trials;
    };
    let base = end_point.as_str().trim_end_matches('/').to_owned();
    let url = format!("{base}/invite-accepted");
    let made_up = target.env.id().to_string();
    let signs = tester.signs.as_ref();
    let tries: &[Trial] = match signs {
        Some(_) => &[
            Trial::Unknown,
            Trial::Unsigned,
            Trial::OtherBody,
            Trial::TooLittle,
            Trial::Old,
            Trial::Ahead,
            Trial::NoTag,
            Trial::Two,
            Trial::OtherDigest,
            Trial::OtherServer,
            Trial::Right,
            Trial::Again,
        ],
        None => &[Trial::Unknown, Trial::Unsigned],
    };
    for trial in tries {
        let token = match trial {
            Trial::Unknown => made_up.as_str(),
            _ => tester.token.expose(),
        };
        let now = target.env.now();
        let letter = match signs {
            Some((us, key)) => letter(*trial, &url, us, key, token, now),
            None => plain(body(NOBODY, token), now),
        };
        let asked = post(target, &url, letter, &format!("{trial:?}")).await;
        trials.done.push((*trial, asked));
    }
    if let Some((us, key)) = signs {
        let url = format!("{base}/notifications");
        let farewell = json!({
            "notificationType": "USER_REMOVED",
            "resourceType": "user",
            "providerId": PERSON,
            "notification": { "grantee": inviter(&trials).unwrap_or_else(|| us.to_string()) },
        });
        let body = farewell.to_string();
        let headers = ask::signed_headers(&url, &body, key, target.env.now(), false);
        let farewell = post(target, &url, Letter { headers, body }, "USER_REMOVED").await;
        trials.others.push(farewell);
    }
    trials
}

fn body(us: &str, token: &str) -> String {
    json!({
        "recipientProvider": us,
        "token": token,
        "userID": PERSON,
        "email": format!("{PERSON}@{us}"),
        "name": "Symbolon probe (a test, to be deleted)",
    })
    .to_string()
}

fn inviter(trials: &Trials) -> Option<String> {
    let answer: Value = serde_json::from_slice(&trials.first_yes()?.body).ok()?;
    Some(answer.get("userID")?.as_str()?.to_owned())
}

fn plain(body: String, now: Timestamp) -> Letter {
    let headers = ask::plain_headers(&body, now);
    Letter { headers, body }
}

fn letter(
    trial: Trial,
    url: &str,
    us: &Provider,
    key: &SigningKey,
    token: &str,
    now: Timestamp,
) -> Letter {
    const ALL: &[&str] = &["@method", "@target-uri", "content-digest", "content-length"];
    let name = match trial {
        Trial::OtherServer => NOBODY,
        _ => us.as_str(),
    };
    let mut letter = plain(body(name, token), now);
    let seconds = now.as_secs();
    let (created, covered, tag) = match trial {
        Trial::Unsigned => return letter,
        Trial::Old => (seconds - AGE_MAX_SECS - 3_600, ALL, Some("ocm")),
        Trial::Ahead => (seconds + AHEAD_MAX_SECS + 3_600, ALL, Some("ocm")),
        Trial::TooLittle => (seconds, &ALL[..2], Some("ocm")),
        Trial::NoTag => (seconds, ALL, None),
        _ => (seconds, ALL, Some("ocm")),
    };
    if trial == Trial::OtherDigest {
        let wrong = format!("sha-512=:{}:", "A".repeat(86) + "==");
        for (header, value) in &mut letter.headers {
            if header == "content-digest" {
                *value = format!("{value}, {wrong}");
            }
        }
    }
    let parts = ask::view(&letter.headers);
    let message = MessageParts::request("POST", url, &parts);
    let signature = sign_over(&message, key, created, covered, tag)
        .expect("every covered component was set just above");
    let (mut input, mut value) = (signature.signature_input, signature.signature);
    if trial == Trial::Two {
        input = format!("{input}, {}", input.replacen("ocm=", "again=", 1));
        value = format!("{value}, {}", value.replacen("ocm=", "again=", 1));
    }
    letter.headers.push(("signature-input".to_owned(), input));
    letter.headers.push(("signature".to_owned(), value));
    if trial == Trial::OtherBody {
        // Of the same length and with a digest of its own, so that nothing but the signature speaks against it.
        letter.body = letter.body.replacen("(a test,", "(a Test,", 1);
        let digest = content_digest(letter.body.as_bytes());
        for (header, value) in &mut letter.headers {
            if header == "content-digest" {
                value.clone_from(&digest);
            }
        }
    }
    letter
}

/// The request is named by what is tried, never by the invitation in it.
async fn post(target: &Target<'_>, url: &str, letter: Letter, what: &str) -> Asked {
    let sent_at = target.env.now();
    let body = Bytes::from(letter.body);
    let answer: Result<OutboundResponse, TransportError> = ask::send(
        target.transport,
        Method::POST,
        url,
        letter.headers,
        body,
        target.patience,
    )
    .await;
    Asked {
        request: format!("POST {url} ({what})"),
        took_ms: target.env.now().millis_since(sent_at).max(0),
        answer,
        sent_at,
    }
}
