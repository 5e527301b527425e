//! What stands between the world and this server: it must hand requests on as they are, since they are signed.
//!
//! The doctor signs a request as other servers sign theirs, and sends it to the public address in this server's own
//! name. The server verifies it with its own key and then refuses it, since nobody but itself speaks so: it takes
//! nothing from it, and the refusal says how far it came.

use std::net::IpAddr;
use std::time::Duration;

use bytes::Bytes;
use http::Method;
use serde_json::{Value, json};
use symbolon_proto::problem::Code;

use super::{Findings, Network, Patient, unreachable};
use crate::keys::ServerKeys;
use crate::pace::PROXY;
use crate::said::Said;
use crate::transport::ask::{self, problem_of};
use crate::transport::{OutboundResponse, TransportError};

const PATIENCE: Duration = Duration::from_secs(10);

const CHECK: &str = "proxy.signed";

pub(super) async fn check(patient: &Patient, findings: &mut Findings) {
    let Some(network) = &patient.network else {
        return findings.not_checked(CHECK, Said::new("doctor-offline"));
    };
    let folder = &patient.config.keys;
    let Ok(Some(keys)) = ServerKeys::read(folder, &patient.env, &patient.config.provider()) else {
        return findings.not_checked(CHECK, Said::new("doctor-public-no-keys"));
    };
    let answer = match signed(patient, network, &keys, true).await {
        Ok(answer) => answer,
        // The area before this one has told why.
        Err(error) if !matches!(error, TransportError::Redirected { .. }) => {
            let why = unreachable::why(&error);
            let what = Said::new("doctor-proxy-unreached").with("why", why);
            return findings.not_checked(CHECK, what);
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
        findings.ok(CHECK, Said::new("doctor-proxy-signed"));
        if let Some(address) = unnamed(answer) {
            let what = Said::new("doctor-proxy-unnamed").with("address", address);
            findings.attention("proxy.addresses", what);
        }
        return;
    }
    if !host_is_kept {
        return findings.attention("proxy.host", Said::new("doctor-proxy-host"));
    }
    let known = [
        (Code::SignatureMissing, "doctor-proxy-headers"),
        (Code::SignatureDigest, "doctor-proxy-body"),
        (Code::SignatureClock, "doctor-proxy-time"),
        (Code::SignatureUnknownKey, "doctor-proxy-key"),
        (Code::SignatureInvalid, "doctor-proxy-changed"),
    ];
    let harm = known.into_iter().find(|(code, _)| is(answer, *code));
    let what = match harm {
        Some((_, text)) => Said::new(text),
        None => Said::new("doctor-proxy-other").with("status", answer.status),
    };
    findings.problem(CHECK, what);
}

fn is(answer: &OutboundResponse, code: Code) -> bool {
    problem_of(answer).as_deref() == Some(code.as_str())
}

/// The proxy through which the request came and which the settings of the running server do not name, by its address.
fn unnamed(answer: &OutboundResponse) -> Option<String> {
    let body: Value = serde_json::from_slice(&answer.body).ok()?;
    let address: IpAddr = body.get(PROXY)?.as_str()?.parse().ok()?;
    Some(address.to_string())
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
            findings.ok(CHECK, Said::new("doctor-proxy-slash"));
        }
        Ok(answer) => {
            let what = Said::new("doctor-proxy-no-slash")
                .with("url", url)
                .with("status", answer.status);
            findings.attention(CHECK, what);
        }
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
