//! Whether people can log in by the service that the settings name.

use symbolon_proto::keys::Jwks;
use symbolon_proto::oidc::Metadata;
use symbolon_proto::problem::Problem;

use super::words::lasting;
use super::{Findings, Patient};
use crate::config;
use crate::env::Env;
use crate::oidc::provider;
use crate::oidc::try_out::{Fault, try_out};
use crate::said::Said;
use crate::transport::Transport;

const CHECK: &str = "log_in.service";

/// From here on nobody can log in, in milliseconds: what the service says is taken for over, or for not yet true.
const REFUSED_MS: i64 = 60_000;

pub(super) async fn check(patient: &Patient, findings: &mut Findings) {
    match (&patient.config.oidc, &patient.network) {
        (None, _) => findings.off(CHECK, Said::new("doctor-log-in-off")),
        (Some(_), None) => findings.not_checked(CHECK, Said::new("doctor-offline")),
        (Some(oidc), Some(_)) => {
            let way = provider::way(&oidc.issuer, &patient.config.way_out);
            let back = format!("{}{}", patient.config.base_url(), config::Oidc::CALLBACK);
            whole(&way, &patient.env, oidc, &back, findings).await;
        }
    }
}

async fn whole(
    way: &dyn Transport,
    env: &Env,
    oidc: &config::Oidc,
    back: &str,
    findings: &mut Findings,
) {
    let issuer = &oidc.issuer;
    let asked = asks(way, issuer).await;
    let metadata = asked.as_ref().ok().map(|(metadata, _)| metadata.clone());
    found(asked.map(|(_, keys)| keys), issuer, findings);
    let Some(metadata) = metadata else {
        return;
    };
    let tried = try_out(way, env, oidc, back, &metadata).await;
    let clock = tried.as_ref().ok().and_then(|tried| tried.clock);
    taken(tried.map(|tried| tried.fault), oidc, back, findings);
    let ahead = clock.map_or(0, |clock| env.now().millis_since(clock));
    if ahead.abs() >= REFUSED_MS {
        let what = Said::new("doctor-log-in-clock").with("lasting", lasting(ahead));
        findings.problem("log_in.clock", what.with("issuer", issuer.as_str()));
    }
}

/// Whether it takes this server for its client.
fn taken(
    tried: Result<Option<Fault>, Problem>,
    oidc: &config::Oidc,
    back: &str,
    findings: &mut Findings,
) {
    const CHECK: &str = "log_in.client";
    let told = |text: &'static str| {
        Said::new(text)
            .with("issuer", oidc.issuer.as_str())
            .with("client", oidc.client_id.as_str())
            .with("back", back)
    };
    match tried {
        Ok(None) => findings.ok(CHECK, told("doctor-log-in-client")),
        Ok(Some(Fault::Unknown(status))) => {
            let what = told("doctor-log-in-client-unknown");
            findings.problem(CHECK, what.with("status", u64::from(status)));
        }
        Ok(Some(Fault::Setting(setting, word))) => {
            let what = told("doctor-log-in-client-refused");
            findings.problem(CHECK, what.with("setting", setting).with("said", word));
        }
        Err(problem) => {
            let what = told("doctor-log-in-client-untried");
            findings.attention(CHECK, what.with("why", why(problem)));
        }
    }
}

/// How it describes itself, and how many of its keys can verify something; the word says what cannot be had.
async fn asks(
    way: &dyn Transport,
    issuer: &str,
) -> Result<(Metadata, usize), (&'static str, Problem)> {
    let metadata = provider::describe(way, issuer).await;
    let metadata = metadata.map_err(|problem| ("description", problem))?;
    let keys = provider::keys(way, &metadata).await;
    let keys = usable(&keys.map_err(|problem| ("keys", problem))?);
    Ok((metadata, keys))
}

fn why(problem: Problem) -> Said {
    match problem.fact("cause") {
        Some(cause) => Said::words(cause),
        None => Said::title(problem),
    }
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
            findings.problem(CHECK, what_fails.with("why", why(problem)));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::time::{Duration, UNIX_EPOCH};

    use bytes::Bytes;
    use futures_util::future::BoxFuture;
    use serde_json::json;

    use super::*;
    use crate::config::ClaimNames;
    use crate::doctor::Level;
    use crate::env::fixed::env;
    use crate::transport::{OutboundRequest, OutboundResponse, TransportError};

    const ISSUER: &str = "https://login.example.org";
    const BACK: &str = "https://cat.example.org/login/oidc/callback";
    const KEYS: &str = r#"{"keys":[{"kty":"RSA","kid":"a","n":"AQAB","e":"AQAB"}]}"#;

    /// A service: what it answers at the ends of its addresses, with a status and where it leads, and by how many seconds its
    /// clock is ahead: a description comes from a cache, and is an hour old. What is not there, it is asked for in vain.
    struct Service(HashMap<&'static str, (u16, String, String)>, i64);

    impl Service {
        /// One that is well, but for this.
        fn with(at: &'static str, status: u16, body: &str, leads: &str) -> Self {
            let described = json!({ "issuer": ISSUER, "authorization_endpoint": format!("{ISSUER}/auth"),
                                    "token_endpoint": format!("{ISSUER}/token"), "jwks_uri": format!("{ISSUER}/jwks") });
            let nobody = format!("{BACK}?error=login_required");
            let answer =
                |status, body: &str, leads: &str| (status, body.to_owned(), leads.to_owned());
            let mut answers = HashMap::from([
                (
                    "openid-configuration",
                    answer(200, &described.to_string(), ""),
                ),
                ("jwks", answer(200, KEYS, "")),
                ("auth", answer(303, "", &nobody)),
                ("token", answer(400, r#"{"error":"invalid_grant"}"#, "")),
            ]);
            answers.insert(at, answer(status, body, leads));
            Self(answers, 0)
        }

        fn well() -> Self {
            Self::with("jwks", 200, KEYS, "")
        }
    }

    impl Transport for Service {
        fn send(
            &self,
            request: OutboundRequest,
        ) -> BoxFuture<'_, Result<OutboundResponse, TransportError>> {
            let path = request.url.split('?').next().unwrap();
            let Some((status, body, leads)) = self.0.get(path.rsplit('/').next().unwrap()) else {
                return Box::pin(async { Err(TransportError::ConnectionRefused) });
            };
            let cached = if request.method == http::Method::GET {
                3_600
            } else {
                0
            };
            let seconds = u64::try_from(env().now().as_secs() + self.1 - cached).unwrap();
            let date = httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(seconds));
            let mut headers = vec![("date".to_owned(), date)];
            if !leads.is_empty() {
                headers.push(("location".to_owned(), leads.clone()));
            }
            let answer = OutboundResponse {
                status: *status,
                headers,
                body: Bytes::from(body.clone()),
                url: request.url,
            };
            Box::pin(async { Ok(answer) })
        }
    }

    fn settings() -> config::Oidc {
        config::Oidc {
            issuer: ISSUER.to_owned(),
            client_id: "symbolon".to_owned(),
            client_secret: "hush hush".into(),
            scopes: "openid groups".to_owned(),
            name: "Cat University".to_owned(),
            claims: ClaimNames {
                login: "preferred_username".to_owned(),
                name: "name".to_owned(),
                email: "email".to_owned(),
                groups: "groups".to_owned(),
            },
            rules: symbolon_core::identities::Rules::default(),
        }
    }

    async fn told(service: Service) -> Vec<(Level, &'static str, String)> {
        let mut findings = Findings::none();
        whole(&service, &env(), &settings(), BACK, &mut findings).await;
        let told = findings.told();
        assert!(!format!("{told:?}").contains("hush"));
        told
    }

    #[tokio::test]
    async fn a_service_is_well_that_names_itself_as_the_settings_do_and_has_keys() {
        let well = told(Service::well()).await;
        assert!(
            well.iter().all(|(level, ..)| *level == Level::Ok),
            "{well:?}"
        );
        assert!(
            well[0].2.contains("1 key") && well[1].2.contains(BACK),
            "{well:?}"
        );
        let first = async |service| {
            let (level, check, words) = told(service).await.remove(0);
            assert_eq!((level, check), (Level::Problem, CHECK));
            words
        };
        first(Service::with("jwks", 200, r#"{"keys":[]}"#, "")).await;
        let other = json!({ "issuer": format!("{ISSUER}/"), "authorization_endpoint": ISSUER,
                            "token_endpoint": ISSUER, "jwks_uri": ISSUER });
        let other = Service::with("openid-configuration", 200, &other.to_string(), "");
        let words = first(other).await;
        assert!(
            words.contains("names the issuer") && words.contains("oidc_issuer"),
            "{words}"
        );
        let away = first(Service(HashMap::new(), 0)).await;
        assert!(away.contains("refused"), "{away}");
        let html = first(Service::with("jwks", 200, "<html>", "")).await;
        assert!(html.contains("keys"), "{html}");
    }

    #[tokio::test]
    async fn each_mistake_at_the_client_is_found_without_anybody_who_logs_in_and_its_setting_is_named()
     {
        let found = async |at, status, body: &str, leads: &str| {
            let (level, check, words) =
                told(Service::with(at, status, body, leads)).await.remove(1);
            assert_eq!((level, check), (Level::Problem, "log_in.client"), "{words}");
            words
        };
        let unknown = found("auth", 400, "invalid redirect_uri", "").await;
        assert!(
            unknown.contains(BACK) && unknown.contains("oidc_client_id"),
            "{unknown}"
        );
        let scopes = found(
            "auth",
            302,
            "",
            &format!("{BACK}?error=invalid_scope&state=a"),
        )
        .await;
        assert!(
            scopes.contains("invalid_scope") && scopes.contains("oidc_scopes"),
            "{scopes}"
        );
        for (status, body) in [
            (401, r#"{"error":"invalid_client"}"#),
            (400, r#"{"error":"unauthorized_client"}"#),
            (401, ""),
        ] {
            let secret = found("token", status, body, "").await;
            assert!(secret.contains("oidc_client_secret_file"), "{secret}");
        }
        // A page of its own, and a word about people, say nothing against this server.
        for (status, leads) in [
            (200, String::new()),
            (302, format!("{ISSUER}/page?error=invalid_scope")),
            (302, format!("{BACK}?error=consent_required")),
        ] {
            let well = told(Service::with("auth", status, "", &leads))
                .await
                .remove(1);
            assert_eq!(well.0, Level::Ok, "{leads}");
        }
    }

    #[tokio::test]
    async fn a_clock_that_differs_so_much_that_nobody_can_log_in_is_told() {
        for seconds in [-59, 0, 59] {
            let told = told(Service(Service::well().0, seconds)).await;
            assert!(
                told.iter().all(|(_, check, _)| *check != "log_in.clock"),
                "{seconds}"
            );
        }
        for seconds in [-90, 90] {
            let told = told(Service(Service::well().0, seconds)).await;
            let clock = told.iter().find(|(_, check, _)| *check == "log_in.clock");
            assert!(clock.unwrap().2.contains("90 seconds"), "{told:?}");
        }
    }
}
