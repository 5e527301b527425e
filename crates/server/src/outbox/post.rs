//! One signed `POST` to another server, and what can be said of its answer whatever it was about.

use std::time::Duration;

use bytes::Bytes;
use symbolon_core::Timestamp;
use symbolon_proto::limits;
use symbolon_proto::problem::Code;
use symbolon_proto::text::clean_name;

use crate::app::App;
use crate::transport::ask::signed_headers;
use crate::transport::{Limits, OutboundRequest, OutboundResponse, Redirects, TransportError};

/// How long another server may take to answer a message.
const PATIENCE: Duration = Duration::from_secs(20);

/// Sends JSON, signed with RFC 9421 over the components that the draft demands. Redirects are never followed: they
/// would carry a token or a name to a server that nobody chose.
pub(crate) async fn signed(
    app: &App,
    url: &str,
    body: String,
    reference: &str,
) -> Result<OutboundResponse, TransportError> {
    let mut headers = signed_headers(url, &body, &app.keys.signing(app.now()), app.now(), false);
    headers.push(("x-request-id".to_owned(), reference.to_owned()));
    let request = OutboundRequest {
        method: http::Method::POST,
        url: url.to_owned(),
        headers,
        body: Bytes::from(body),
        limits: Limits {
            total: PATIENCE,
            response_bytes: limits::PEER_ANSWER_BYTES,
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

/// What the other server said in its own words, cleaned and bounded: the message of a JSON error, or the beginning of
/// a plain text. HTML is for browsers and says nothing here.
pub(crate) fn words(response: &OutboundResponse) -> Option<String> {
    let status = response.status;
    if json(response).is_some_and(|json| {
        json.get("problem")
            .is_some_and(serde_json::Value::is_string)
    }) {
        // It speaks our catalogue, whose words are better than any quotation.
        return None;
    }
    Some(match message(response) {
        Some(text) => format!("{status}: {text}"),
        None => format!("{status}"),
    })
}

fn json(response: &OutboundResponse) -> Option<serde_json::Value> {
    serde_json::from_slice(&response.body).ok()
}

/// The message in an answer that is no yes, cleaned and bounded.
pub(crate) fn message(response: &OutboundResponse) -> Option<String> {
    let json = json(response);
    let member =
        |name: &str| -> Option<String> { Some(json.as_ref()?.get(name)?.as_str()?.to_owned()) };
    let html = response
        .header("content-type")
        .is_some_and(|kind| kind.contains("html"));
    let text = member("message")
        .or_else(|| member("detail"))
        .or_else(|| member("title"));
    let text = text.or_else(|| {
        let plain = json.is_none() && !html;
        plain.then(|| {
            String::from_utf8_lossy(&response.body)
                .chars()
                .take(200)
                .collect()
        })
    });
    Some(clean_name(&text.unwrap_or_default())).filter(|text| !text.is_empty())
}

/// What the other server said, for those who look into it: the code of its problem if it speaks our catalogue, its own
/// words otherwise.
pub(crate) fn quote(response: &OutboundResponse) -> Option<String> {
    let json = json(response);
    let problem = json.as_ref().and_then(|json| json.get("problem")?.as_str());
    match problem {
        Some(code) => Some(bounded(code)),
        None if (200..300).contains(&response.status) => None,
        None => words(response).map(|text| bounded(&text)),
    }
}

/// One line of at most two hundred characters.
pub(crate) fn bounded(text: &str) -> String {
    clean_name(text).chars().take(200).collect()
}

/// What an answer means that settles nothing, by its status alone.
pub(crate) fn unsettled(status: u16) -> Option<Code> {
    match status {
        300..=399 => Some(Code::PeerRedirected),
        408 | 425 | 500..=599 => Some(Code::PeerFailed),
        429 => Some(Code::PeerBusy),
        _ => None,
    }
}
