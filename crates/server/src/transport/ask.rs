//! Small requests to other servers, and the headers of a signed one.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::Method;
use symbolon_core::Timestamp;
use symbolon_core::quirks::Way;
use symbolon_proto::digest::{content_digest, legacy_digest};
use symbolon_proto::keys::{RsaKey, SigningKey};
use symbolon_proto::limits;
use symbolon_proto::signature::{MessageParts, cavage, sign_with};
use url::{Position, Url};

use super::{Limits, OutboundRequest, OutboundResponse, Redirects, Transport, TransportError};

/// One `GET`.
pub(crate) async fn get(
    transport: &dyn Transport,
    url: &str,
    patience: Duration,
) -> Result<OutboundResponse, TransportError> {
    let headers = vec![("accept".to_owned(), "application/json".to_owned())];
    send(transport, Method::GET, url, headers, Bytes::new(), patience).await
}

/// The same as [`peers`](crate::peers) asks for documents: with redirects within the server.
pub(crate) async fn fetch(
    transport: &dyn Transport,
    url: &str,
    patience: Duration,
) -> Result<OutboundResponse, TransportError> {
    let headers = vec![("accept".to_owned(), "application/json".to_owned())];
    let request = request(Method::GET, url, headers, Bytes::new(), patience);
    let redirects = Redirects::SameHost(3);
    transport
        .send(OutboundRequest {
            redirects,
            ..request
        })
        .await
}

/// One request of any kind; no redirect is followed.
pub(crate) async fn send(
    transport: &dyn Transport,
    method: Method,
    url: &str,
    headers: Vec<(String, String)>,
    body: Bytes,
    patience: Duration,
) -> Result<OutboundResponse, TransportError> {
    transport
        .send(request(method, url, headers, body, patience))
        .await
}

fn request(
    method: Method,
    url: &str,
    headers: Vec<(String, String)>,
    body: Bytes,
    patience: Duration,
) -> OutboundRequest {
    OutboundRequest {
        method,
        url: url.to_owned(),
        headers,
        body,
        limits: Limits {
            total: patience,
            response_bytes: limits::DISCOVERY_BYTES,
            ..Limits::default()
        },
        redirects: Redirects::None,
    }
}

/// The stable name of the problem in an answer of a Symbolon.
pub(crate) fn problem_of(response: &OutboundResponse) -> Option<String> {
    let body: serde_json::Value = serde_json::from_slice(&response.body).ok()?;
    Some(body.get("problem")?.as_str()?.to_owned())
}

/// The time at which an answer was made, cut to whole seconds.
pub(crate) fn date_of(answer: &OutboundResponse) -> Option<Timestamp> {
    let date = httpdate::parse_http_date(answer.header("date")?).ok()?;
    let since = date.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    i64::try_from(since.as_secs())
        .ok()
        .map(Timestamp::from_secs)
}

/// What a message is signed with: the key says in which way.
#[derive(Clone, Copy)]
pub(crate) enum Signer<'k> {
    /// RFC 9421.
    Rfc9421(&'k SigningKey),
    /// What servers know that know nothing newer.
    Cavage(&'k RsaKey),
}

impl<'k> Signer<'k> {
    /// What signs in this way; `None` if nothing does. Without an RSA key, RFC 9421 takes its place.
    pub(crate) fn of(
        way: Way,
        key: Option<&'k SigningKey>,
        rsa: Option<&'k RsaKey>,
    ) -> Option<Self> {
        match (way, rsa) {
            (Way::Unsigned, _) => None,
            (Way::Cavage, Some(rsa)) => Some(Self::Cavage(rsa)),
            (Way::Cavage | Way::Rfc9421, _) => key.map(Self::Rfc9421),
        }
    }

    /// The name of the way.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Rfc9421(_) => "RFC 9421",
            Self::Cavage(_) => "draft-cavage",
        }
    }

    /// The headers of a `POST` of JSON, signed.
    pub(crate) fn headers(self, url: &str, body: &str, now: Timestamp) -> Vec<(String, String)> {
        match self {
            Self::Rfc9421(key) => signed_headers(url, body, key, now, false),
            Self::Cavage(key) => cavage_headers(url, body, key, now),
        }
    }
}

/// The headers of a JSON message before it is signed: all that a signature covers.
pub(crate) fn plain_headers(body: &str, now: Timestamp) -> Vec<(String, String)> {
    let digest = ("content-digest", content_digest(body.as_bytes()));
    headers_with(digest, body, now)
}

fn headers_with(
    (digest, value): (&str, String),
    body: &str,
    now: Timestamp,
) -> Vec<(String, String)> {
    let since = Duration::from_secs(now.as_secs().max(0).cast_unsigned());
    let date = httpdate::fmt_http_date(SystemTime::UNIX_EPOCH + since);
    vec![
        ("accept".to_owned(), "application/json".to_owned()),
        ("content-type".to_owned(), "application/json".to_owned()),
        ("content-length".to_owned(), body.len().to_string()),
        (digest.to_owned(), value),
        ("date".to_owned(), date),
    ]
}

/// The same, signed for a `POST` as servers did before RFC 9421. `Host` is what the client makes of the URL.
fn cavage_headers(url: &str, body: &str, key: &RsaKey, now: Timestamp) -> Vec<(String, String)> {
    let digest = ("digest", legacy_digest(body.as_bytes()));
    let mut headers = headers_with(digest, body, now);
    let parts = view(&headers);
    let signature = cavage::sign(&MessageParts::request("POST", url, &parts), key)
        .expect("every covered component was set just above");
    headers.push(("signature".to_owned(), signature));
    headers
}

/// The same, signed for a `POST` with RFC 9421 over the components that the draft demands, and over `Host` if somebody
/// wants to see what becomes of it.
pub(crate) fn signed_headers(
    url: &str,
    body: &str,
    key: &SigningKey,
    now: Timestamp,
    over_host: bool,
) -> Vec<(String, String)> {
    let mut headers = plain_headers(body, now);
    let host = over_host.then(|| host(url)).flatten();
    let mut view = view(&headers);
    view.extend(host.as_deref().map(|host| ("host", host)));
    let parts = MessageParts::request("POST", url, &view);
    let more: &[&str] = if host.is_some() { &["host"] } else { &[] };
    let signature = sign_with(&parts, key, now.as_secs(), more)
        .expect("every covered component was set just above");
    headers.push(("signature-input".to_owned(), signature.signature_input));
    headers.push(("signature".to_owned(), signature.signature));
    headers
}

/// Headers as a signature sees them.
pub(crate) fn view(headers: &[(String, String)]) -> Vec<(&str, &str)> {
    headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect()
}

/// What a client puts into `Host` for a URL.
fn host(url: &str) -> Option<String> {
    let url = Url::parse(url).ok()?;
    Some(url[Position::BeforeHost..Position::AfterPort].to_owned())
}
