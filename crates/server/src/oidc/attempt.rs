//! A log-in that is under way. It is kept by the browser alone, in a cookie that only this server can read and make, so that
//! strangers who begin log-ins fill nothing here, and a restart in between does not matter.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{HeaderMap, HeaderValue};
use secrecy::zeroize::{Zeroize, Zeroizing};
use serde::{Deserialize, Serialize};
use symbolon_core::Timestamp;

use crate::accounts::session::{cookie_named, cookie_of};
use crate::app::App;
use crate::env::Env;

/// How long somebody may take at the service, in milliseconds: ten minutes.
const LIFE_MS: i64 = 600_000;

/// Longest path to go on to, in bytes; a cookie has room for 4,096 in all.
const NEXT_BYTES: usize = 1_500;

/// What the cookie is sealed for.
const PURPOSE: &[u8] = b"log-in";

/// What has to be known of it when the browser comes back.
#[derive(Serialize, Deserialize)]
pub(super) struct Attempt {
    /// Comes back with the browser (RFC 6749 §10.12).
    pub(super) state: String,
    /// Comes back in the ID token (OpenID Connect Core §15.5.2).
    pub(super) nonce: String,
    /// Proves that the code is exchanged by whoever asked for it (RFC 7636).
    pub(super) verifier: String,
    /// The page that somebody wanted; a path of this server, or empty.
    pub(super) next: String,
    begun: Timestamp,
}

impl Attempt {
    pub(super) fn new(env: &Env, next: &str) -> Self {
        let secret = || URL_SAFE_NO_PAD.encode(env.random::<32>());
        let fits = next.len() <= NEXT_BYTES;
        Self {
            state: secret(),
            nonce: secret(),
            verifier: secret(),
            next: if fits { next } else { "" }.to_owned(),
            begun: env.now(),
        }
    }

    /// What the service keeps until the verifier is shown (RFC 7636 §4.2).
    pub(super) fn challenge(&self) -> String {
        URL_SAFE_NO_PAD.encode(digest(&SHA256, self.verifier.as_bytes()))
    }

    /// The `Set-Cookie` value that carries it.
    pub(super) fn cookie(&self, app: &App) -> HeaderValue {
        let plain = Zeroizing::new(serde_json::to_vec(self).unwrap_or_default());
        let sealed = app.keys.seal_for(&app.env, PURPOSE, &plain);
        let value = URL_SAFE_NO_PAD.encode(sealed);
        cookie_of(app, name(app), &value, LIFE_MS / 1_000)
    }

    /// The one that a browser brings, unless it is too old.
    pub(super) fn carried(app: &App, headers: &HeaderMap) -> Option<Self> {
        let value = cookie_named(name(app), headers)?;
        let sealed = URL_SAFE_NO_PAD.decode(value).ok()?;
        let plain = app.keys.unseal_for(PURPOSE, &sealed)?;
        let attempt: Self = serde_json::from_slice(&plain).ok()?;
        let lives = attempt.begun.is_recent(app.now(), LIFE_MS);
        lives.then_some(attempt)
    }
}

impl Drop for Attempt {
    fn drop(&mut self) {
        self.state.zeroize();
        self.nonce.zeroize();
        self.verifier.zeroize();
    }
}

/// The `Set-Cookie` value that removes it.
pub(super) fn over(app: &App) -> HeaderValue {
    cookie_of(app, name(app), "", 0)
}

fn name(app: &App) -> &'static str {
    if app.config.public_url.is_https() {
        "__Host-symbolon-log-in"
    } else {
        "symbolon-log-in"
    }
}
