//! A provider that answers what no honest one would. It has no people and no forms: whoever asks gets what it was told to say.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::StatusCode;
use serde_json::{Value, json};
use tempfile::TempDir;
use url::Url;

use super::kit::{Browser, CAT, location};
use crate::support::{Answer, Key, Net, START, TestServer, keep_secret};

/// How an ID token is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Signed {
    Well,
    /// Not at all, and it says so.
    None,
    /// With the public key as the secret of a symmetric algorithm.
    PublicKeyAsSecret,
    /// By somebody else, in the name of the same key.
    ByAnother,
}

/// What the double says.
#[derive(Clone)]
pub(super) struct Says {
    pub(super) signed: Signed,
    /// What it says in an ID token in place of the truth.
    pub(super) spoilt: Option<(&'static str, Value)>,
    /// What is answered where codes are exchanged, if not a token.
    pub(super) instead: Option<(u16, Value)>,
    /// What is told of the person beside the ID token, and with which status.
    pub(super) more: Value,
    pub(super) more_status: u16,
    /// The `iss` of its answers to browsers; `None`: it leaves it out.
    pub(super) issuer: Option<String>,
}

impl Default for Says {
    fn default() -> Self {
        Self {
            signed: Signed::Well,
            spoilt: None,
            instead: None,
            more: json!({ "sub": "u-1" }),
            more_status: 200,
            issuer: None,
        }
    }
}

struct Inner {
    issuer: String,
    key: Mutex<(String, EcdsaKeyPair)>,
    says: Mutex<Says>,
    nonce: Mutex<String>,
    described: Mutex<Value>,
    named: Mutex<Option<&'static str>>,
    asked: Mutex<Vec<&'static str>>,
    away: Mutex<Option<(&'static str, Away)>>,
}

/// How something of the double cannot be had.
#[derive(Clone)]
pub(super) enum Away {
    /// It is refused in the end, eight seconds later on the clock of the servers.
    Slowly(Net),
    /// It is not answered.
    Silently,
}

/// Where it describes itself.
pub(super) const DESCRIPTION: &str = "/.well-known/openid-configuration";

/// Where its keys are.
pub(super) const KEYS: &str = "/jwks";

#[derive(Clone)]
pub(super) struct Double {
    inner: Arc<Inner>,
    folder: Arc<TempDir>,
}

impl Double {
    pub(super) async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let described = json!({
            "issuer": issuer,
            "authorization_endpoint": format!("{issuer}/auth"),
            "token_endpoint": format!("{issuer}/token"),
            "userinfo_endpoint": format!("{issuer}/me"),
            "jwks_uri": format!("{issuer}/jwks"),
        });
        let inner = Arc::new(Inner {
            issuer,
            key: Mutex::new(("first".to_owned(), key())),
            says: Mutex::default(),
            nonce: Mutex::default(),
            described: Mutex::new(described),
            named: Mutex::default(),
            asked: Mutex::default(),
            away: Mutex::default(),
        });
        let routes = Router::new()
            .route(
                DESCRIPTION,
                get(async |State(inner): State<Arc<Inner>>| {
                    let described = inner.described.lock().unwrap().to_string();
                    inner.tells(DESCRIPTION, described).await
                }),
            )
            .route(
                KEYS,
                get(async |State(inner): State<Arc<Inner>>| inner.tells(KEYS, inner.keys()).await),
            )
            .route(
                "/token",
                post(async |State(inner): State<Arc<Inner>>| inner.tokens()),
            )
            .route(
                "/me",
                get(async |State(inner): State<Arc<Inner>>| {
                    let says = inner.says.lock().unwrap();
                    let status = StatusCode::from_u16(says.more_status).unwrap();
                    (status, says.more.to_string())
                }),
            )
            .with_state(inner.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        let folder = tempfile::tempdir().unwrap();
        keep_secret(folder.path().join("secret"), "hush hush");
        Self {
            inner,
            folder: Arc::new(folder),
        }
    }

    /// Says something else from now on.
    pub(super) fn says(&self, says: Says) {
        *self.inner.says.lock().unwrap() = says;
    }

    /// Describes itself otherwise from now on.
    pub(super) fn describes(&self, name: &str, value: Value) {
        self.inner.described.lock().unwrap()[name] = value;
    }

    /// Signs with another key from now on, and publishes that alone.
    pub(super) fn changes_its_key(&self) {
        *self.inner.key.lock().unwrap() = ("second".to_owned(), key());
    }

    /// Calls the key that it signs with otherwise from now on; what it publishes keeps its name.
    pub(super) fn names_its_key(&self, name: &'static str) {
        *self.inner.named.lock().unwrap() = Some(name);
    }

    /// How often it was asked for what is there.
    pub(super) fn asked(&self, path: &str) -> usize {
        let asked = self.inner.asked.lock().unwrap();
        asked.iter().filter(|one| **one == path).count()
    }

    /// What is there cannot be had from now on.
    pub(super) fn is_away(&self, path: &'static str, how: Away) {
        *self.inner.away.lock().unwrap() = Some((path, how));
    }

    pub(super) fn issuer(&self) -> &str {
        &self.inner.issuer
    }

    /// A server whose people log in here.
    pub(super) async fn server(&self, net: &Net, more: &[(Key, &str)]) -> TestServer {
        let secret = self.folder.path().join("secret");
        let mut settings = vec![
            (Key::OidcIssuer, self.issuer()),
            (Key::OidcClientId, "symbolon"),
            (Key::OidcClientSecretFile, secret.to_str().unwrap()),
            (Key::OidcCreateAccounts, "true"),
        ];
        settings.extend_from_slice(more);
        TestServer::with(net, CAT, &settings).await
    }

    /// Somebody begins a log-in; gives the address at which they would come back, with any code.
    pub(super) async fn sends_back(&self, browser: &mut Browser<'_>) -> Url {
        self.sends_back_to(browser, "%2Finvitations").await
    }

    /// The same of somebody who wants to go on to another page.
    pub(super) async fn sends_back_to(&self, browser: &mut Browser<'_>, next: &str) -> Url {
        let link = format!("/login/oidc?next={next}");
        let sent = browser.get(&link).await.assert(303);
        let asked = location(&sent.headers, None);
        let parameter = |name: &str| {
            let mut pairs = asked.query_pairs();
            let found = pairs.find(|(key, _)| key == name);
            found.unwrap().1.into_owned()
        };
        *self.inner.nonce.lock().unwrap() = parameter("nonce");
        let mut back = Url::parse(&parameter("redirect_uri")).unwrap();
        back.query_pairs_mut()
            .append_pair("code", "a-code")
            .append_pair("state", &parameter("state"));
        if let Some(issuer) = &self.inner.says.lock().unwrap().issuer {
            back.query_pairs_mut().append_pair("iss", issuer);
        }
        back
    }

    /// Somebody begins a log-in, and comes back from here at once.
    pub(super) async fn logs_in(&self, browser: &mut Browser<'_>) -> Answer {
        let back = self.sends_back(browser).await;
        browser.comes_back(&back).await
    }
}

impl Inner {
    async fn tells(&self, path: &'static str, text: String) -> Response {
        self.asked.lock().unwrap().push(path);
        let away = self.away.lock().unwrap().clone();
        match away.filter(|(away, _)| *away == path) {
            None => text.into_response(),
            Some((_, Away::Slowly(net))) => {
                net.pass_ms(6_000);
                tokio::time::sleep(Duration::from_millis(100)).await;
                net.pass_ms(2_000);
                StatusCode::SERVICE_UNAVAILABLE.into_response()
            }
            Some((_, Away::Silently)) => std::future::pending().await,
        }
    }

    fn keys(&self) -> String {
        let key = self.key.lock().unwrap();
        let point = key.1.public_key().as_ref();
        let (x, y) = (encode(&point[1..33]), encode(&point[33..]));
        json!({ "keys": [{ "kty": "EC", "crv": "P-256", "kid": key.0, "x": x, "y": y, "alg": "ES256" }] })
            .to_string()
    }

    fn tokens(&self) -> Response {
        let says = self.says.lock().unwrap().clone();
        if let Some((status, body)) = says.instead {
            return (StatusCode::from_u16(status).unwrap(), body.to_string()).into_response();
        }
        let now = START / 1_000;
        let mut payload = json!({
            "iss": self.issuer, "aud": "symbolon", "sub": "u-1", "nonce": *self.nonce.lock().unwrap(),
            "iat": now, "exp": now + 300, "preferred_username": "bob", "name": "Bob", "email": "bob@example.org",
        });
        if let Some((name, value)) = says.spoilt {
            payload[name] = value;
        }
        let key = self.key.lock().unwrap();
        let alg = match says.signed {
            Signed::Well | Signed::ByAnother => "ES256",
            Signed::None => "none",
            Signed::PublicKeyAsSecret => "HS256",
        };
        let named = *self.named.lock().unwrap();
        let header = json!({ "alg": alg, "kid": named.unwrap_or(&key.0) });
        let signed = format!(
            "{}.{}",
            encode(header.to_string().as_bytes()),
            encode(payload.to_string().as_bytes())
        );
        let sign = |key: &EcdsaKeyPair| {
            let signature = key.sign(&SystemRandom::new(), signed.as_bytes());
            encode(signature.unwrap().as_ref())
        };
        let signature = match says.signed {
            Signed::Well => sign(&key.1),
            Signed::ByAnother => sign(&self::key()),
            Signed::None => String::new(),
            Signed::PublicKeyAsSecret => {
                let secret = hmac::Key::new(hmac::HMAC_SHA256, key.1.public_key().as_ref());
                encode(hmac::sign(&secret, signed.as_bytes()).as_ref())
            }
        };
        let tokens = json!({ "id_token": format!("{signed}.{signature}"), "access_token": "an-access-token",
                             "token_type": "bearer" });
        tokens.to_string().into_response()
    }
}

fn key() -> EcdsaKeyPair {
    EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap()
}

fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
