//! Small requests, and what can be said of those that fail.

use std::time::Duration;

use bytes::Bytes;
use http::Method;
use symbolon_proto::limits;

use super::{Findings, Level};
use crate::transport::{
    Limits, OutboundRequest, OutboundResponse, Redirects, Transport, TransportError,
};

/// One `GET`.
pub(super) async fn get(
    transport: &dyn Transport,
    url: &str,
    patience: Duration,
) -> Result<OutboundResponse, TransportError> {
    let headers = vec![("accept".to_owned(), "application/json".to_owned())];
    send(transport, Method::GET, url, headers, Bytes::new(), patience).await
}

/// One request of any kind; no redirect is followed, since none is welcome.
pub(super) async fn send(
    transport: &dyn Transport,
    method: Method,
    url: &str,
    headers: Vec<(String, String)>,
    body: Bytes,
    patience: Duration,
) -> Result<OutboundResponse, TransportError> {
    let request = OutboundRequest {
        method,
        url: url.to_owned(),
        headers,
        body,
        limits: Limits {
            total: patience,
            response_bytes: limits::DISCOVERY_BYTES,
        },
        redirects: Redirects::None,
    };
    transport.send(request).await
}

/// The stable name of the problem in an answer of a Symbolon.
pub(super) fn problem_of(response: &OutboundResponse) -> Option<String> {
    let body: serde_json::Value = serde_json::from_slice(&response.body).ok()?;
    Some(body.get("problem")?.as_str()?.to_owned())
}

/// The public address could not be reached.
pub(super) fn unreachable(
    check: &'static str,
    url: &str,
    host: &str,
    error: &TransportError,
    findings: &mut Findings,
) {
    let (level, remedy) = match error {
        TransportError::NameNotFound { .. } => (
            Level::Problem,
            format!("Make a DNS record for {host} that leads to the proxy."),
        ),
        TransportError::ConnectionRefused => (
            Level::Problem,
            "Start the proxy, and open its port in the firewall.".to_owned(),
        ),
        TransportError::AddressNotAllowed(_) => (
            Level::Attention,
            format!(
                "Other servers refuse such addresses: {host} must lead to a public one in the DNS of the world. If it \
                 does, and only the DNS of this network answers otherwise, this is well."
            ),
        ),
        TransportError::Timeout { .. } => (
            Level::Problem,
            "Look at the firewall and the proxy; if only this machine cannot reach its own public address, let it."
                .to_owned(),
        ),
        TransportError::Tls { .. } => (
            Level::Problem,
            format!(
                "Give the proxy a certificate for {host} from an authority that browsers trust, with its whole chain, \
                 that has not expired."
            ),
        ),
        TransportError::Redirected { .. } => (
            Level::Problem,
            "Let the proxy hand this path on instead of redirecting it: other servers do not follow.".to_owned(),
        ),
        _ => (
            Level::Problem,
            "Look at the proxy: what answers there is not this server.".to_owned(),
        ),
    };
    let what = format!("{url} cannot be asked: {error}");
    findings.add(check, level, what, Some(remedy));
}
