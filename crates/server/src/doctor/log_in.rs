//! Whether people can log in by the service that the settings name.

use symbolon_proto::keys::Jwks;
use symbolon_proto::problem::Problem;

use super::{Findings, Patient};
use crate::oidc::provider;
use crate::said::Said;
use crate::transport::Transport;

const CHECK: &str = "log_in.service";

pub(super) async fn check(patient: &Patient, findings: &mut Findings) {
    match (&patient.config.oidc, &patient.network) {
        (None, _) => findings.ok(CHECK, Said::new("doctor-log-in-off")),
        (Some(_), None) => findings.not_checked(CHECK, Said::new("doctor-offline")),
        (Some(oidc), Some(_)) => {
            let way = provider::way(&oidc.issuer, &patient.config.way_out);
            found(ask(&way, &oidc.issuer).await, &oidc.issuer, findings);
        }
    }
}

/// How many of its keys can verify something; the word says what cannot be had.
async fn ask(way: &dyn Transport, issuer: &str) -> Result<usize, (&'static str, Problem)> {
    let metadata = provider::describe(way, issuer).await;
    let metadata = metadata.map_err(|problem| ("description", problem))?;
    let keys = provider::keys(way, &metadata).await;
    Ok(usable(&keys.map_err(|problem| ("keys", problem))?))
}

fn usable(keys: &Jwks) -> usize {
    let usable = keys.iter().filter(|key| {
        use symbolon_proto::keys::KeyFault::NoAlgorithm;
        matches!(key.verifier(), Ok(_) | Err(NoAlgorithm))
    });
    usable.count()
}

fn found(asked: Result<usize, (&'static str, Problem)>, issuer: &str, findings: &mut Findings) {
    let told = |text: Said| text.with("issuer", issuer);
    match asked {
        Ok(0) => findings.problem(CHECK, told(Said::new("doctor-log-in-no-keys"))),
        Ok(keys) => {
            let keys = u64::try_from(keys).unwrap_or(u64::MAX);
            findings.ok(
                CHECK,
                told(Said::new("doctor-log-in-answers")).with("keys", keys),
            );
        }
        Err((what, problem)) => {
            let what_fails = told(Said::new("doctor-log-in-fails")).with("what", what);
            let why = match problem.fact("cause") {
                Some(cause) => Said::words(cause),
                None => Said::title(problem),
            };
            findings.problem(CHECK, what_fails.with("why", why));
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use futures_util::future::BoxFuture;
    use serde_json::json;

    use super::*;
    use crate::doctor::Level;
    use crate::transport::{OutboundRequest, OutboundResponse, TransportError};

    /// A service that describes itself with this issuer and has these keys; without an issuer it is away.
    struct Service(Option<&'static str>, &'static str);

    impl Transport for Service {
        fn send(
            &self,
            request: OutboundRequest,
        ) -> BoxFuture<'_, Result<OutboundResponse, TransportError>> {
            let Some(issuer) = self.0 else {
                return Box::pin(async { Err(TransportError::ConnectionRefused) });
            };
            let body = if request.url.ends_with("/jwks") {
                self.1.to_owned()
            } else {
                json!({ "issuer": issuer, "authorization_endpoint": "https://login.example.org/auth",
                        "token_endpoint": "https://login.example.org/token",
                        "jwks_uri": "https://login.example.org/jwks" })
                .to_string()
            };
            let answer = OutboundResponse {
                status: 200,
                headers: Vec::new(),
                body: Bytes::from(body),
                url: request.url,
            };
            Box::pin(async { Ok(answer) })
        }
    }

    async fn told(service: Service) -> (Level, &'static str, String) {
        let mut findings = Findings::none();
        let issuer = "https://login.example.org";
        found(ask(&service, issuer).await, issuer, &mut findings);
        findings.told().remove(0)
    }

    #[tokio::test]
    async fn a_service_is_well_that_names_itself_as_the_settings_do_and_has_keys() {
        let ours = Some("https://login.example.org");
        let keys = r#"{"keys":[{"kty":"RSA","kid":"a","n":"AQAB","e":"AQAB"}]}"#;
        let well = told(Service(ours, keys)).await;
        assert!(well.0 == Level::Ok && well.2.contains("1 key"), "{well:?}");
        let bare = told(Service(ours, r#"{"keys":[]}"#)).await;
        assert_eq!(bare.0, Level::Problem);
        let other = told(Service(Some("https://login.example.org/"), keys)).await;
        let named = other.2.contains("names the issuer") && other.2.contains("oidc_issuer");
        assert!(other.0 == Level::Problem && named, "{other:?}");
        let away = told(Service(None, keys)).await;
        assert!(
            away.0 == Level::Problem && away.2.contains("refused"),
            "{away:?}"
        );
        let html = told(Service(ours, "<html>")).await;
        assert!(
            html.0 == Level::Problem && html.2.contains("keys"),
            "{html:?}"
        );
    }
}
