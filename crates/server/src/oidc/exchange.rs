//! From a code to what the service says of somebody (OpenID Connect Core §3.1.3, §5.3).

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::Method;
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::{Map, Value};
use symbolon_proto::oidc::{self, Claims, ClientAuthentication, Expected, Metadata};
use symbolon_proto::problem::{Code, Problem};
use url::Url;
use url::form_urlencoded::{Serializer, byte_serialize};

use super::attempt::Attempt;
use super::{Oidc, invalid, redirect_uri, setting, turned_down};
use crate::app::App;
use crate::config;

/// Longest code in bytes.
const CODE_BYTES: usize = 4_096;

/// Secrets, and so without `Debug`.
#[derive(Deserialize)]
struct Tokens {
    id_token: SecretString,
    access_token: Option<SecretString>,
    token_type: Option<String>,
}

/// What the service says of whoever has this code. Where the ID token leaves out what is needed, it is asked for the rest.
pub(super) async fn claims(
    oidc: &Oidc,
    app: &App,
    metadata: &Arc<Metadata>,
    attempt: &Attempt,
    code: &str,
) -> Result<Claims, Problem> {
    if code.is_empty() || code.len() > CODE_BYTES {
        return Err(invalid(&"the answer has no code"));
    }
    let tokens = tokens(oidc, app, metadata, attempt, code).await?;
    let key_id = oidc::key_id(tokens.id_token.expose_secret());
    let keys = oidc.provider.keys(metadata, key_id.as_deref());
    let expected = Expected {
        issuer: &metadata.issuer,
        client_id: &oidc.settings.client_id,
        nonce: &attempt.nonce,
        now: app.now().as_secs(),
    };
    let claims = oidc::verify(tokens.id_token.expose_secret(), &*keys.await?, expected);
    let claims = claims.map_err(|error| invalid(&error))?;
    if !lacks(oidc, &claims) {
        return Ok(claims);
    }
    match (&metadata.userinfo_endpoint, &tokens.access_token) {
        (Some(url), Some(access)) => {
            let more = more(oidc, url, &tokens, access).await?;
            // Of the same person, or of nobody (§5.3.2).
            if more.subject() != claims.subject() {
                return Err(invalid(&"the user info is of somebody else"));
            }
            Ok(claims.and(more))
        }
        _ => Ok(claims),
    }
}

/// Whether something that is needed is not there. That somebody is in no group can look like that, too.
fn lacks(oidc: &Oidc, claims: &Claims) -> bool {
    let (names, rules) = (&oidc.settings.claims, &oidc.settings.rules);
    let profile = [&names.login, &names.name, &names.email];
    (oidc.settings.by_groups() && !claims.has(&names.groups))
        || (rules.create_accounts && profile.iter().any(|name| !claims.has(name)))
}

async fn tokens(
    oidc: &Oidc,
    app: &App,
    metadata: &Metadata,
    attempt: &Attempt,
    code: &str,
) -> Result<Tokens, Problem> {
    let redirect_uri = redirect_uri(app);
    let proof = (attempt.verifier.as_str(), code);
    let (headers, body) = request(&oidc.settings, metadata, &redirect_uri, proof);
    let url = &metadata.token_endpoint;
    let answer = oidc.provider.ask(Method::POST, url, headers, body).await?;
    if answer.status == 200 {
        return serde_json::from_slice(&answer.body)
            .map_err(|_| invalid(&"there is no ID token where the code was exchanged"));
    }
    let said: Option<Value> = serde_json::from_slice(&answer.body).ok();
    let word = said.as_ref().and_then(|said| said.get("error")?.as_str());
    match (answer.status, word) {
        // The code is used, too old, or of somebody else.
        (400..=499, Some("invalid_grant")) => Err(turned_down("invalid_grant")),
        (400..=499, Some(word)) => match setting(word) {
            Some(setting) => {
                tracing::warn!(
                    said = word,
                    setting,
                    "the log-in service does not accept what this server asks for"
                );
                Err(Problem::new(Code::LogInSetUpWrong).with("said", word))
            }
            None => {
                let word: String = word.chars().take(60).collect();
                Err(invalid(&format!("the code cannot be exchanged: {word:?}")))
            }
        },
        (status, _) => {
            tracing::warn!(status, "the log-in service does not exchange a code");
            Err(Problem::new(Code::LogInServiceUnreachable))
        }
    }
}

/// Headers and form by which a code is exchanged, with the verifier that goes with it.
pub(super) fn request(
    settings: &config::Oidc,
    metadata: &Metadata,
    redirect_uri: &str,
    (verifier, code): (&str, &str),
) -> (Vec<(String, String)>, Bytes) {
    let (client_id, secret) = (&settings.client_id, &settings.client_secret);
    let mut form = Serializer::new(String::new());
    form.append_pair("grant_type", "authorization_code")
        .append_pair("code", code)
        .append_pair("redirect_uri", redirect_uri)
        .append_pair("code_verifier", verifier);
    let kind = "application/x-www-form-urlencoded".to_owned();
    let mut headers = vec![("content-type".to_owned(), kind)];
    match metadata.client_authentication {
        ClientAuthentication::Basic => {
            // RFC 6749 §2.3.1: both are encoded as in a form, first.
            let encoded =
                |text: &str| Zeroizing::new(byte_serialize(text.as_bytes()).collect::<String>());
            let (id, secret) = (encoded(client_id), encoded(secret.expose_secret()));
            let both = Zeroizing::new(format!("{}:{}", *id, *secret));
            let basic = format!("Basic {}", STANDARD.encode(both.as_bytes()));
            headers.push(("authorization".to_owned(), basic));
        }
        ClientAuthentication::Post => {
            form.append_pair("client_id", client_id)
                .append_pair("client_secret", secret.expose_secret());
        }
    }
    (headers, Bytes::from(form.finish()))
}

async fn more(
    oidc: &Oidc,
    url: &Url,
    tokens: &Tokens,
    access: &SecretString,
) -> Result<Claims, Problem> {
    let bearer = tokens.token_type.as_deref().unwrap_or("Bearer");
    if !bearer.eq_ignore_ascii_case("Bearer") {
        return Err(invalid(&"the access token is not for bearers"));
    }
    let bearer = format!("Bearer {}", access.expose_secret());
    let headers = vec![("authorization".to_owned(), bearer)];
    let answer = oidc.provider.ask(Method::GET, url, headers, Bytes::new());
    let answer = answer.await?;
    // Whoever cannot be asked for groups is not taken for somebody without any.
    if answer.status != 200 {
        tracing::warn!(
            status = answer.status,
            "the log-in service tells no more of somebody"
        );
        return Err(Problem::new(Code::LogInServiceUnreachable));
    }
    let members: Map<String, Value> = serde_json::from_slice(&answer.body)
        .map_err(|_| invalid(&"the user info is no JSON object"))?;
    Ok(Claims::new(members))
}
