//! Whether the service takes this server for whom the settings say, found out without anybody who logs in.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use http::Method;
use serde_json::Value;
use symbolon_core::Timestamp;
use symbolon_proto::oidc::Metadata;
use symbolon_proto::problem::Problem;
use url::Url;

use super::exchange::request;
use super::provider::send;
use super::setting;
use crate::config;
use crate::env::Env;
use crate::transport::ask::date_of;
use crate::transport::{OutboundResponse, Redirects, Transport};

/// What is wrong.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It sends nobody back, and says so with this status: it knows no such client, or not where it may send people.
    Unknown(u16),
    /// It does not accept this setting, and says so with a word.
    Setting(&'static str, String),
}

/// What came of trying.
pub(crate) struct Tried {
    /// What is wrong, if anything is found to be.
    pub(crate) fault: Option<Fault>,
    /// The clock of the service, as far as it was asked for something that no cache answers.
    pub(crate) clock: Option<Timestamp>,
}

/// Asks it to log somebody in without a question, which it answers where browsers come back: that nobody is logged in, or
/// what is wrong. Then shows it the secret, with a code that is none.
pub(crate) async fn try_out(
    transport: &dyn Transport,
    env: &Env,
    settings: &config::Oidc,
    redirect_uri: &str,
    metadata: &Metadata,
) -> Result<Tried, Problem> {
    let secret = || URL_SAFE_NO_PAD.encode(env.random::<32>());
    let verifier = secret();
    let mut url = metadata.authorization_endpoint.clone();
    url.query_pairs_mut()
        .append_pair("response_type", "code")
        .append_pair("client_id", &settings.client_id)
        .append_pair("redirect_uri", redirect_uri)
        .append_pair("scope", &settings.scopes)
        .append_pair("state", &secret())
        .append_pair("nonce", &secret())
        .append_pair("prompt", "none")
        .append_pair(
            "code_challenge",
            &URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes())),
        )
        .append_pair("code_challenge_method", "S256");
    let (get, shown) = (Method::GET, Redirects::Shown);
    let answer = send(transport, get, &url, Vec::new(), Bytes::new(), shown).await?;
    if let Some(fault) = sends_back(&answer, &url, redirect_uri) {
        return Ok(Tried {
            fault: Some(fault),
            clock: None,
        });
    }
    let proof = (verifier.as_str(), "symbolon-doctor");
    let (headers, body) = request(settings, metadata, redirect_uri, proof);
    let (url, none) = (&metadata.token_endpoint, Redirects::None);
    let answer = send(transport, Method::POST, url, headers, body, none).await?;
    let said: Option<Value> = serde_json::from_slice(&answer.body).ok();
    let word = said.as_ref().and_then(|said| said.get("error")?.as_str());
    let fault = match (answer.status, word) {
        (_, Some(word @ ("invalid_client" | "unauthorized_client"))) => fault(word),
        (401, _) => fault("invalid_client"),
        _ => None,
    };
    let clock = date_of(&answer);
    Ok(Tried { fault, clock })
}

/// What an answer to browsers says. Some services show a page of their own whatever they are asked, which says nothing.
fn sends_back(answer: &OutboundResponse, from: &Url, redirect_uri: &str) -> Option<Fault> {
    if (400..=499).contains(&answer.status) {
        return Some(Fault::Unknown(answer.status));
    }
    let back = from.join(answer.header("location")?).ok()?;
    let word = back.query_pairs().find(|(name, _)| name == "error")?.1;
    if !back.as_str().starts_with(redirect_uri) {
        return None;
    }
    fault(&word)
}

fn fault(word: &str) -> Option<Fault> {
    setting(word).map(|setting| Fault::Setting(setting, word.to_owned()))
}
