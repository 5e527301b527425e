//! What stands between the world and this server: it must hand requests on as they are, since they are signed.
//!
//! The doctor signs a request as other servers sign theirs, and sends it to the public address in this server's own
//! name. The server verifies it with its own key and then refuses it, since nobody but itself speaks so: it takes
//! nothing from it, and the refusal says how far it came.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::Method;
use serde_json::json;
use symbolon_proto::digest::content_digest;
use symbolon_proto::problem::Code;
use symbolon_proto::signature::{MessageParts, sign_with};
use url::{Position, Url};

use super::probe::{self, problem_of};
use super::{Findings, Network, Patient};
use crate::keys::{FOLDER, ServerKeys};
use crate::transport::{OutboundResponse, TransportError};

const PATIENCE: Duration = Duration::from_secs(10);

const CHECK: &str = "proxy.signed";

pub(super) async fn check(patient: &Patient, findings: &mut Findings) {
    let Some(network) = &patient.network else {
        return findings.not_checked(CHECK, "not asked, since --offline was given");
    };
    let folder = patient.config.data.join(FOLDER);
    let Ok(Some(keys)) = ServerKeys::read(&folder, &patient.env, &patient.config.provider()) else {
        return findings.not_checked(CHECK, "the keys in the data folder could not be read");
    };
    let answer = match signed(patient, network, &keys, true).await {
        Ok(answer) => answer,
        // The area before this one has told why.
        Err(error) if !matches!(error, TransportError::Redirected { .. }) => {
            return findings.not_checked(
                CHECK,
                format!("the public address cannot be asked: {error}"),
            );
        }
        Err(error) => {
            let url = format!("{}/ocm/notifications", patient.config.base_url());
            let host = patient.config.provider();
            return probe::unreachable(CHECK, &url, host.as_str(), &error, findings);
        }
    };
    let mut host_is_kept = true;
    if is(&answer, Code::SignatureInvalid) {
        let without = signed(patient, network, &keys, false).await;
        host_is_kept = !without.is_ok_and(|answer| is(&answer, Code::SignatureWrongHost));
    }
    arrived(&answer, host_is_kept, findings);
    slash(patient, network, findings).await;
}

/// What became of the signed request.
fn arrived(answer: &OutboundResponse, host_is_kept: bool, findings: &mut Findings) {
    if is(answer, Code::SignatureWrongHost) {
        findings.ok(CHECK, "a signed request arrives as it was sent");
    } else if !host_is_kept {
        findings.attention(
            "proxy.host",
            "the proxy changes the header Host",
            "Hand it on as it comes: `proxy_set_header Host $http_host;` in nginx, `ProxyPreserveHost On` in Apache.",
        );
    } else if is(answer, Code::SignatureMissing) {
        findings.problem(
            CHECK,
            "the headers Signature and Signature-Input do not arrive",
            "Let the proxy hand on all headers.",
        );
    } else if is(answer, Code::SignatureDigest) {
        findings.problem(
            CHECK,
            "the body of a request, or its digest, does not arrive as it was sent",
            "Let the proxy leave bodies and the headers Content-Digest and Content-Length as they are.",
        );
    } else if is(answer, Code::SignatureClock) {
        findings.problem(
            CHECK,
            "the server that answers has another time than this machine",
            "Let both take their time from the network (NTP).",
        );
    } else if is(answer, Code::SignatureUnknownKey) {
        findings.problem(
            CHECK,
            "the server that answers has another key than the data folder",
            "Lead the name and the proxy to this server; if the keys were restored, restart it.",
        );
    } else if is(answer, Code::SignatureInvalid) {
        findings.problem(
            CHECK,
            "a signed request does not arrive as it was sent",
            "Let the proxy leave method, path and headers as they are; compare its settings with those in the README.",
        );
    } else {
        let status = answer.status;
        findings.problem(
            CHECK,
            format!("a request to /ocm/notifications is answered {status} by something else than this server"),
            match status {
                401 | 403 => "Let the proxy ask nobody for a log-in before /ocm, and let no filter refuse POST.",
                _ => "Let the proxy hand on everything below /ocm, POST as well as GET.",
            },
        );
    }
}

fn is(answer: &OutboundResponse, code: Code) -> bool {
    problem_of(answer).as_deref() == Some(code.as_str())
}

/// Some servers join paths with a slash at the end; a redirect there loses their message.
async fn slash(patient: &Patient, network: &Network, findings: &mut Findings) {
    const CHECK: &str = "proxy.slash";
    let url = format!("{}/ocm/notifications/", patient.config.base_url());
    let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
    let body = Bytes::from(message(patient));
    let sent = probe::send(&*network.world, Method::POST, &url, headers, body, PATIENCE);
    match sent.await {
        Ok(answer) if is(&answer, Code::SignatureMissing) => {
            findings.ok(CHECK, "nothing is redirected");
        }
        Ok(answer) => findings.attention(
            CHECK,
            format!(
                "{url} is answered {} by something else than this server",
                answer.status
            ),
            "Let the proxy hand on paths as they are, also with a slash at the end.",
        ),
        Err(error) => {
            let host = patient.config.provider();
            probe::unreachable(CHECK, &url, host.as_str(), &error, findings);
        }
    }
}

fn message(patient: &Patient) -> String {
    json!({
        "notificationType": "SYMBOLON_DOCTOR",
        "resourceType": "user",
        "providerId": patient.config.provider(),
    })
    .to_string()
}

/// Sends a request in this server's own name, signed over what other servers sign, and over `Host` if that is to be seen.
async fn signed(
    patient: &Patient,
    network: &Network,
    keys: &ServerKeys,
    over_host: bool,
) -> Result<OutboundResponse, TransportError> {
    let url = format!("{}/ocm/notifications", patient.config.base_url());
    let parsed = Url::parse(&url).map_err(|_| TransportError::InvalidUrl {
        reason: "the public URL cannot be read",
    })?;
    let host = &parsed[Position::BeforeHost..Position::AfterPort];
    let body = message(patient);
    let seconds = patient.env.now().as_secs();
    let now = Duration::from_secs(seconds.max(0).cast_unsigned());
    let mut headers = vec![
        ("accept".to_owned(), "application/json".to_owned()),
        ("content-type".to_owned(), "application/json".to_owned()),
        ("content-length".to_owned(), body.len().to_string()),
        ("content-digest".to_owned(), content_digest(body.as_bytes())),
        (
            "date".to_owned(),
            httpdate::fmt_http_date(SystemTime::UNIX_EPOCH + now),
        ),
    ];
    let mut view: Vec<(&str, &str)> = headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    view.push(("host", host));
    let parts = MessageParts::request("POST", &url, &view);
    let more: &[&str] = if over_host { &["host"] } else { &[] };
    let signature = sign_with(&parts, &keys.signing(patient.env.now()), seconds, more)
        .expect("every covered component was set just above");
    headers.push(("signature-input".to_owned(), signature.signature_input));
    headers.push(("signature".to_owned(), signature.signature));
    let body = Bytes::from(body);
    probe::send(&*network.world, Method::POST, &url, headers, body, PATIENCE).await
}
