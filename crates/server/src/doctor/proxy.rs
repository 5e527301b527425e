//! What stands between the world and this server: it must hand requests on as they are, since they are signed.
//!
//! The doctor signs a request as other servers sign theirs, and sends it to the public address in this server's own
//! name. The server verifies it with its own key and then refuses it, since nobody but itself speaks so: it takes
//! nothing from it, and the refusal says how far it came.

use std::time::Duration;

use bytes::Bytes;
use http::Method;
use serde_json::json;
use symbolon_proto::problem::Code;

use super::{Findings, Network, Patient, unreachable};
use crate::keys::{FOLDER, ServerKeys};
use crate::transport::ask::{self, problem_of};
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
            return unreachable::tell(CHECK, &url, host.as_str(), &error, findings);
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
    let sent = ask::send(&*network.world, Method::POST, &url, headers, body, PATIENCE);
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
            unreachable::tell(CHECK, &url, host.as_str(), &error, findings);
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
    let body = message(patient);
    let headers = ask::signed_headers(
        &url,
        &body,
        &keys.signing(patient.env.now()),
        patient.env.now(),
        over_host,
    );
    let body = Bytes::from(body);
    ask::send(&*network.world, Method::POST, &url, headers, body, PATIENCE).await
}
