//! Browsers in which somebody has logged in before, by a cookie that only this server can read and make. It opens nothing: it
//! keeps the guesses of strangers from locking out whoever brings it.
//!
//! All that is in it is when it was made. That it is of one account, and of the password that this has, is in how it is
//! sealed: with another password it is no cookie of anybody's.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{HeaderMap, HeaderValue};
use symbolon_core::{Timestamp, UserId};
use symbolon_store::users::Credentials;

use super::session::{cookie_named, cookie_of};
use crate::app::App;

/// How long a browser is known after a log-in, in milliseconds: 180 days.
const LIFE_MS: i64 = 180 * 24 * 3_600 * 1_000;

/// Bytes of a cookie by which it is told apart from others. They are random, and the seal is over them.
const ID_BYTES: usize = 12;

/// A browser in which the owner of an account has logged in, as far as it is counted by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Known([u8; ID_BYTES]);

impl Known {
    #[cfg(test)]
    pub(super) fn sample(number: u8) -> Self {
        Self([number; ID_BYTES])
    }
}

/// The `Set-Cookie` value for a browser in which somebody has just logged in with the password behind this hash.
pub(crate) fn cookie(app: &App, user: &UserId, password_hash: &str) -> HeaderValue {
    let made = app.now().as_millis().to_be_bytes();
    let purpose = purpose(user, password_hash);
    let sealed = app.keys.seal_for(&app.env, &purpose, &made);
    let value = URL_SAFE_NO_PAD.encode(sealed);
    cookie_of(app, name(app), &value, LIFE_MS / 1_000)
}

/// Whether a request comes from a browser in which the owner of this account has logged in.
pub(super) fn carried(app: &App, headers: &HeaderMap, found: &Credentials) -> Option<Known> {
    let value = cookie_named(name(app), headers)?;
    let sealed = URL_SAFE_NO_PAD.decode(value).ok()?;
    let purpose = purpose(&found.user.id, found.password_hash.as_deref()?);
    let plain = app.keys.unseal_for(&purpose, &sealed)?;
    let made = plain.as_slice().try_into().ok().map(i64::from_be_bytes)?;
    let made = Timestamp::from_millis(made);
    let lives = made.is_recent(app.now(), LIFE_MS);
    let counts = found.browsers_since.is_none_or(|since| since <= made);
    let id = sealed.first_chunk::<ID_BYTES>();
    id.filter(|_| lives && counts).map(|id| Known(*id))
}

fn purpose(user: &UserId, password_hash: &str) -> Vec<u8> {
    ["known-browser", user.as_str(), password_hash]
        .join("\0")
        .into_bytes()
}

fn name(app: &App) -> &'static str {
    if app.config.public_url.is_https() {
        "__Host-symbolon-known"
    } else {
        "symbolon-known"
    }
}
