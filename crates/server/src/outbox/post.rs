//! One signed `POST` to another server, and what can be said of its answer whatever it was about.

use std::time::Duration;

use bytes::Bytes;
use serde_json::Value;
use symbolon_core::Timestamp;
use symbolon_proto::address::Provider;
use symbolon_proto::limits;
use symbolon_proto::text::{clean_line, shortened};

use super::refusal;
use crate::app::App;
use crate::transport::ask::{Signer, plain_headers};
use crate::transport::{Limits, OutboundRequest, OutboundResponse, Redirects, TransportError};

/// How long another server may take to answer a message. Some hold back for 25 seconds what comes from an address that had
/// something wrong before, and act on it then.
const PATIENCE: Duration = Duration::from_secs(26);

/// Characters of another server's word for a problem. Ours have up to 27.
const PROBLEM_CHARS: usize = 64;

/// So many of the members that it finds wrong are quoted.
const WRONG_MEMBERS_MAX: usize = 10;

/// Sends JSON, signed over the components that the draft demands with RFC 9421, or in the way of before to a server that
/// knows nothing newer, or as is noted about the server. Redirects are never followed: they would carry a token or a name to a
/// server that nobody chose.
///
/// After the RSA key was replaced, a server of before may know the description of before for a day still, and refuse what the
/// new one signs. What it refused for that has done nothing there, so that it is sent once more, signed with the key before.
pub(crate) async fn signed(
    app: &App,
    to: &Provider,
    url: &str,
    body: String,
    reference: &str,
) -> Result<OutboundResponse, TransportError> {
    let now = app.now();
    let way = app.peers.signed(to).await;
    let (key, rsa) = (app.keys.signing(now), app.keys.rsa(now));
    let signer = Signer::of(way, Some(&key), rsa.as_ref());
    let answer = send(app, signer, (url, &body), reference).await?;
    if matches!(signer, Some(Signer::Cavage(_)))
        && refusal::refuses_the_signature(&answer)
        && let Some(before) = app.keys.rsa_before(now)
    {
        let (status, key_id) = (answer.status, before.key_id());
        tracing::info!(peer = %to, status, key_id, "sent once more, signed with the RSA key before");
        let signer = Some(Signer::Cavage(&before));
        // Without an answer to this one nobody knows what came of it, whatever the first was answered.
        return send(app, signer, (url, &body), reference).await;
    }
    Ok(answer)
}

async fn send(
    app: &App,
    signer: Option<Signer<'_>>,
    (url, body): (&str, &str),
    reference: &str,
) -> Result<OutboundResponse, TransportError> {
    let now = app.now();
    let mut headers = match signer {
        Some(signer) => signer.headers(url, body, now),
        None => plain_headers(body, now),
    };
    headers.push(("x-request-id".to_owned(), reference.to_owned()));
    let request = OutboundRequest {
        method: http::Method::POST,
        url: url.to_owned(),
        headers,
        body: Bytes::from(body.to_owned()),
        limits: Limits {
            total: PATIENCE,
            response_bytes: limits::PEER_ANSWER_BYTES,
            ..Limits::default()
        },
        redirects: Redirects::None,
    };
    app.transport.send(request).await
}

/// When the other server wishes to be asked again: `Retry-After` in seconds. Dates are not read: none of the known
/// servers sends one, and our own pace is polite.
pub(crate) fn retry_after(response: &OutboundResponse, now: Timestamp) -> Option<Timestamp> {
    let seconds: i64 = response.header("retry-after")?.trim().parse().ok()?;
    (0..=86_400)
        .contains(&seconds)
        .then(|| now.plus_millis(seconds * 1_000))
}

/// All that the other server said, in one line: the status, its word for the problem if it has one, and its words; cleaned and
/// bounded. HTML is for browsers and says nothing here. Some servers repeat what they were sent: `secret` is taken out of it
/// before anything is cut off.
pub(crate) fn words(response: &OutboundResponse, secret: Option<&str>) -> String {
    let json = json(response).unwrap_or_default();
    let mut words = response.status.to_string();
    if let Some(problem) = json.get("problem").and_then(Value::as_str) {
        words.push_str(&format!(" {}", clean_line(problem, PROBLEM_CHARS)));
    }
    if let Some(said) = sentence(&json).or_else(|| plain(response, limits::PEER_ANSWER_BYTES)) {
        words.push_str(&format!(": {said}"));
    }
    let wrong = wrong_members(&json);
    if !wrong.is_empty() {
        words.push_str(&format!(" ({wrong})"));
    }
    let words = match secret {
        Some(secret) if words.contains(secret) => words.replace(secret, "***"),
        _ => words,
    };
    clean_line(&words, limits::SAID_CHARS)
}

/// What a JSON answer says to people. In our catalogue the detail says all, and the others are words for programs.
fn sentence(json: &Value) -> Option<String> {
    let [message, detail, title, error] =
        ["message", "detail", "title", "error"].map(|name| member(json, name));
    match (message, detail) {
        (Some(message), Some(detail)) if json.get("problem").is_none() && message != detail => {
            Some(format!("{message}: {detail}"))
        }
        (message, detail) => detail.or(message).or(title).or(error),
    }
}

/// The status in [`words`].
pub(crate) fn status_in(words: &str) -> Option<u16> {
    let digits = words.split(|c: char| !c.is_ascii_digit()).next()?;
    digits.parse().ok()
}

/// The word for the problem in [`words`], if the other server has one.
pub(crate) fn problem_in(words: &str) -> Option<&str> {
    let before = words.split(':').next()?;
    Some(before.split_once(' ')?.1)
}

/// The members that are wrong, as the draft lists them.
fn wrong_members(json: &Value) -> String {
    let errors = json.get("validationErrors").and_then(Value::as_array);
    let errors = errors.into_iter().flatten().take(WRONG_MEMBERS_MAX);
    let errors =
        errors.filter_map(
            |error| match (member(error, "name"), member(error, "message")) {
                (Some(name), Some(message)) => Some(format!("{name}: {message}")),
                (name, message) => name.or(message),
            },
        );
    errors.collect::<Vec<_>>().join(", ")
}

/// Whether the body is JSON, whatever it says.
pub(super) fn is_json(response: &OutboundResponse) -> bool {
    serde_json::from_slice::<serde::de::IgnoredAny>(&response.body).is_ok()
}

fn json(response: &OutboundResponse) -> Option<Value> {
    serde_json::from_slice(&response.body).ok()
}

fn member(json: &Value, name: &str) -> Option<String> {
    let text = json.get(name)?.as_str()?;
    Some(text.to_owned()).filter(|text| !text.trim().is_empty())
}

/// The beginning of a text that is neither a JSON object with words in it nor HTML.
fn plain(response: &OutboundResponse, bytes: usize) -> Option<String> {
    let html = response
        .header("content-type")
        .is_some_and(|kind| kind.contains("html"));
    if html || json(response).is_some() {
        return None;
    }
    let body = &response.body[..response.body.len().min(bytes)];
    let text = String::from_utf8_lossy(body).into_owned();
    let page = text.trim_start().starts_with('<');
    Some(text).filter(|text| !page && !text.trim().is_empty())
}

/// The message in an answer that is no yes, cleaned and bounded.
pub(crate) fn message(response: &OutboundResponse) -> Option<String> {
    let json = json(response).unwrap_or_default();
    let text = member(&json, "message")
        .or_else(|| member(&json, "detail"))
        .or_else(|| member(&json, "title"))
        .or_else(|| plain(response, 4 * limits::SAID_LINE_CHARS));
    Some(bounded(&text?)).filter(|text| !text.is_empty())
}

/// What the other server said to a message that it did not do, for those who look at one answer among others.
pub(crate) fn quote(response: &OutboundResponse) -> Option<String> {
    let yes = (200..300).contains(&response.status);
    (!yes).then(|| bounded(&words(response, None)))
}

/// One line, of which nobody has to read more than the beginning.
pub(crate) fn bounded(text: &str) -> String {
    let line = clean_line(text, limits::SAID_CHARS);
    shortened(&line, limits::SAID_LINE_CHARS).into_owned()
}

#[cfg(test)]
#[path = "post_tests.rs"]
mod tests;
