//! What can be said of a public address that cannot be reached.

use super::{Findings, Level};
use crate::said::Said;
use crate::transport::{Stage, TransportError};

/// The public address could not be reached.
pub(super) fn tell(
    check: &'static str,
    url: &str,
    host: &str,
    error: &TransportError,
    findings: &mut Findings,
) {
    let text = match error {
        TransportError::NameNotFound { .. } => "doctor-unreachable-name",
        TransportError::ConnectionRefused => "doctor-unreachable-refused",
        TransportError::AddressNotAllowed(_) => "doctor-unreachable-private",
        TransportError::Timeout { .. } => "doctor-unreachable-timeout",
        TransportError::Tls { .. } | TransportError::OtherKey { .. } => "doctor-unreachable-tls",
        TransportError::Redirected { .. } => "doctor-unreachable-redirect",
        _ => "doctor-unreachable-other",
    };
    let level = match error {
        TransportError::AddressNotAllowed(_) => Level::Attention,
        _ => Level::Problem,
    };
    let what = Said::new(text)
        .with("url", url)
        .with("host", host)
        .with("why", why(error));
    findings.add(check, level, what);
}

/// Why there is no answer. What the machine's own software says of it is quoted as it is.
pub(crate) fn why(error: &TransportError) -> Said {
    let reason = |text, reason: &str| Said::new(text).with("reason", reason);
    match error {
        TransportError::NameNotFound { host, reason: why } => {
            reason("reach-name", why).with("host", host.as_str())
        }
        TransportError::ConnectionRefused => Said::new("reach-refused"),
        TransportError::AddressNotAllowed(address) => {
            Said::new("reach-private").with("address", address.to_string())
        }
        TransportError::Timeout { stage } => Said::new("reach-timeout").with(
            "stage",
            match stage {
                Stage::Connect => "connect",
                Stage::Answer => "answer",
                Stage::Body => "body",
            },
        ),
        TransportError::Tls { reason: why, .. } => reason("reach-tls", why),
        TransportError::OtherKey { seen, .. } => Said::new("reach-other-key")
            .with("seen", seen.to_string())
            .with("expected", error.expected()),
        TransportError::Notes { reason: why } => reason("reach-notes", why),
        TransportError::TooLarge { limit } => Said::new("reach-large").with("limit", *limit),
        TransportError::Redirected { to } => Said::new("reach-redirect").with("to", to.as_str()),
        TransportError::InvalidUrl { reason: why } => reason("reach-url", why),
        TransportError::NotHttp { reason: why } => reason("reach-not-http", why),
        TransportError::Io { reason: why } => reason("reach-broken", why),
    }
}
