//! What can be said of a public address that cannot be reached.

use super::{Findings, Level};
use crate::transport::TransportError;

/// The public address could not be reached.
pub(super) fn tell(
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
