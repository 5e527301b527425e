//! The second step of a log-in: the password was right, and the code is still to come. What is known in between is kept by
//! the browser alone, in a cookie that only this server can read and make. It opens nothing.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{HeaderMap, HeaderValue};
use secrecy::zeroize::Zeroizing;
use serde::{Deserialize, Serialize};
use symbolon_core::{Timestamp, UserId};
use symbolon_proto::problem::{Code, Problem};
use symbolon_store::second_factors::OpenWithSecondFactor;
use symbolon_store::sessions::By;
use symbolon_store::users::Credentials;

use super::second_factor::{self, TypedCode};
use super::session::{self, cookie_named, cookie_of};
use super::tries::Apart;
use super::{enabled, find, known};
use crate::app::App;
use crate::pace::Client;

/// How long somebody may take to find their code, in milliseconds: five minutes.
const LIFE_MS: i64 = 300_000;

/// What the cookie is sealed for.
const PURPOSE: &[u8] = b"second-step";

/// Somebody who has shown the password of an account, and nothing more.
#[derive(Serialize, Deserialize)]
pub(crate) struct HalfWay {
    user: UserId,
    /// The name of the account.
    pub(crate) name: String,
    /// Of the hash of the password that was right: with another one a log-in begins anew.
    stamp: String,
    begun: Timestamp,
}

impl HalfWay {
    pub(super) fn new(found: &Credentials, now: Timestamp) -> Self {
        Self {
            user: found.user.id.clone(),
            name: found.user.name.clone(),
            stamp: stamp(found),
            begun: now,
        }
    }

    /// The `Set-Cookie` value that carries it.
    pub(crate) fn cookie(&self, app: &App) -> HeaderValue {
        let plain = Zeroizing::new(serde_json::to_vec(self).unwrap_or_default());
        let sealed = app.keys.seal_for(&app.env, PURPOSE, &plain);
        let value = URL_SAFE_NO_PAD.encode(sealed);
        cookie_of(app, cookie_name(app), &value, LIFE_MS / 1_000)
    }

    /// The one that a browser brings, unless it is too old.
    pub(crate) fn carried(app: &App, headers: &HeaderMap) -> Option<Self> {
        let value = cookie_named(cookie_name(app), headers)?;
        let sealed = URL_SAFE_NO_PAD.decode(value).ok()?;
        let plain = app.keys.unseal_for(PURPOSE, &sealed)?;
        let half: Self = serde_json::from_slice(&plain).ok()?;
        let lives = half.begun.is_recent(app.now(), LIFE_MS);
        lives.then_some(half)
    }

    fn is_of(&self, found: &Credentials) -> bool {
        found.user.id == self.user && stamp(found) == self.stamp
    }
}

/// The `Set-Cookie` value that removes it.
pub(crate) fn over(app: &App) -> HeaderValue {
    cookie_of(app, cookie_name(app), "", 0)
}

/// Opens a session for whoever has shown the password in this browser a moment ago, and shows the code now. `name` is the
/// account that the form was for: in another tab somebody may have begun a log-in as somebody else. Gives the `Set-Cookie`
/// values of the session, and by which the browser is known from now on.
pub(crate) async fn finish(
    app: &App,
    headers: &HeaderMap,
    name: &str,
    (code, client): (&str, Client),
    reference: &str,
) -> Result<[HeaderValue; 2], Problem> {
    let not_begun = || Problem::new(Code::LogInNotBegunHere);
    let half = HalfWay::carried(app, headers).filter(|half| half.name == name);
    let half = half.ok_or_else(not_begun)?;
    let found = find(app, &half.name).await?;
    let found = found.filter(|found| half.is_of(found));
    let found = found.ok_or_else(not_begun)?;
    let known = known::carried(app, headers, &found);
    let hash = found.password_hash.ok_or_else(not_begun)?;
    let by = By::Password(hash.clone());
    let user = enabled(app, found.user, reference).await?;
    let (session, secret) = session::begin(app, &user, by, headers, reference);
    let open = |proof| OpenWithSecondFactor { session, proof };
    let typed = TypedCode {
        code,
        client,
        apart: known.map(Apart::Known),
    };
    if !second_factor::prove(app, &user, typed, reference, open).await? {
        return Err(not_begun());
    }
    let session = session::begun(app, headers, &secret, reference).await;
    Ok([session, known::cookie(app, &user.id, &hash)])
}

fn stamp(found: &Credentials) -> String {
    let hash = found.password_hash.as_deref().unwrap_or_default();
    URL_SAFE_NO_PAD.encode(digest(&SHA256, hash.as_bytes()))
}

fn cookie_name(app: &App) -> &'static str {
    if app.config.public_url.is_https() {
        "__Host-symbolon-second-step"
    } else {
        "symbolon-second-step"
    }
}
