//! Browser sessions: an opaque random cookie, of which the database holds a hash. It changes while the session lasts
//! ([`symbolon_core::sessions`]), and with every log-in.

use std::sync::{Arc, OnceLock};

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::header::{COOKIE, USER_AGENT};
use http::{HeaderMap, HeaderValue};
use secrecy::zeroize::Zeroizing;
use symbolon_core::Id;
use symbolon_core::sessions::{Renewal, over_at, renewal};
use symbolon_proto::problem::{Code, Problem};
use symbolon_store::sessions::{
    By, CloseSession, ConfirmSecret, FindSession, Found, Kept, OfferSecret, OpenSession,
    SessionSeen,
};
use symbolon_store::users::User;

use super::{browser, failed_as};
use crate::actions::storage_problem;
use crate::app::App;
use crate::http::reference::{self, Reference};

/// The cookie that the answer to a request brings, if its session got a new secret. It travels in the extensions of the
/// request, from the layer around the pages to whoever finds the session.
#[derive(Clone, Default)]
pub(crate) struct Fresh(Arc<OnceLock<HeaderValue>>);

impl Fresh {
    /// The `Set-Cookie` value, if there is one.
    pub(crate) fn cookie(&self) -> Option<&HeaderValue> {
        self.0.get()
    }
}

/// Opens a session and gives the `Set-Cookie` value that carries it. One that the browser had before ends: nobody goes on
/// with a cookie from before the log-in. If what let them in does so no more, since somebody has changed it meanwhile, that
/// is a log-in that failed.
pub async fn open(
    app: &App,
    user: &User,
    by: By,
    headers: &HeaderMap,
    reference: &str,
) -> Result<HeaderValue, Problem> {
    let (open, secret) = begin(app, user, by.clone(), headers, reference);
    let opened = app.store.write(open).await;
    if opened.map_err(|error| storage_problem(&error))? {
        return Ok(begun(app, headers, &secret, reference).await);
    }
    let (code, identity) = match by {
        By::Password(_) => (Code::LogInFailed, None),
        By::Identity(identity) => (Code::LogInWithoutAccount, Some(identity)),
        By::Trust => (Code::AccountDisabled, None),
    };
    failed_as(app, Some(user), identity, code, reference).await;
    Err(Problem::new(code))
}

/// A session that is not open yet, and the secret of its cookie.
pub(super) fn begin(
    app: &App,
    user: &User,
    by: By,
    headers: &HeaderMap,
    reference: &str,
) -> (OpenSession, Zeroizing<String>) {
    let secret = new_secret(app);
    let moment = app.moment(reference);
    let ends_at = moment.now.plus_millis(app.config.session_life_ms);
    let agent = headers.get(USER_AGENT).and_then(|it| it.to_str().ok());
    let agent = agent.unwrap_or_default();
    let open = OpenSession {
        id: app.env.id(),
        browser: browser::browser(agent).map(str::to_owned),
        system: browser::system(agent).map(str::to_owned),
        token_hash: hash(&secret),
        user: user.id.clone(),
        by,
        expires_at: over_at(moment.now, app.config.session_idle_ms, ends_at),
        ends_at,
        moment,
    };
    (open, secret)
}

/// Ends the session that the browser had before, since there is a new one; gives the `Set-Cookie` value of that.
pub(super) async fn begun(
    app: &App,
    headers: &HeaderMap,
    secret: &str,
    reference: &str,
) -> HeaderValue {
    if carried(app, headers).is_some() {
        close(app, headers, reference).await;
    }
    cookie(app, secret, app.config.session_life_ms / 1_000)
}

/// Whose session a request belongs to, if any. A database that cannot be asked counts as none: the person sees the
/// log-in form, and the log says why.
pub async fn current(app: &App, headers: &HeaderMap) -> Option<Found> {
    let token_hash = carried(app, headers)?;
    let found = find(app, token_hash).await.ok()??;
    note_use(app, &found);
    if renewal(found.secret, found.renewed_at, app.now()) == Renewal::Confirm {
        let confirm = ConfirmSecret {
            id: found.id.clone(),
            offered: token_hash,
            moment: app.moment(reference::current().as_ref().map_or("", Reference::as_str)),
        };
        if let Err(error) = app.store.write(confirm).await {
            storage_problem(&error);
        }
    }
    Some(found)
}

/// A session by the hash of its cookie, if it is not over.
pub(super) async fn find(app: &App, token_hash: [u8; 32]) -> Result<Option<Found>, Problem> {
    let find = FindSession {
        token_hash,
        life_ms: app.config.session_life_ms,
        now: app.now(),
    };
    let found = app.store.read(find).await;
    found.map_err(|error| storage_problem(&error))
}

/// Gives a session that has had its secret for long another one, for the answer to bring. The old one counts until the new
/// one was shown.
pub(crate) async fn refresh(app: &App, found: &Found, headers: &HeaderMap, fresh: &Fresh) {
    let now = app.now();
    let due = renewal(found.secret, found.renewed_at, now) == Renewal::Offer;
    let Some(token_hash) = carried(app, headers).filter(|_| due) else {
        return;
    };
    let new = new_secret(app);
    let offer = OfferSecret {
        id: found.id.clone(),
        token_hash,
        offered: hash(&new),
        since: found.renewed_at,
        now,
    };
    match app.store.write(offer).await {
        Ok(true) => {
            let age = found.ends_at.millis_since(now) / 1_000;
            // Whoever was first in this request has said it already.
            let _ = fresh.0.set(cookie(app, &new, age));
        }
        Ok(false) => {}
        Err(error) => drop(storage_problem(&error)),
    }
}

fn new_secret(app: &App) -> Zeroizing<String> {
    let random = Zeroizing::new(app.env.random::<32>());
    Zeroizing::new(URL_SAFE_NO_PAD.encode(random.as_slice()))
}

/// Notes the use of a session without making the request wait for it; at most once a minute for each.
fn note_use(app: &App, session: &Found) {
    let seen = SessionSeen {
        id: session.id.clone(),
        now: app.now(),
        idle_ms: app.config.session_idle_ms,
        ends_at: session.ends_at,
    };
    if !app.uses.is_news(&seen.id, seen.now) {
        return;
    }
    let store = app.store.clone();
    tokio::spawn(async move {
        if let Err(error) = store.write(seen).await {
            tracing::debug!(%error, "the use of a session could not be noted");
        }
    });
}

/// Another secret for a session that goes on when all others of its owner end, and the `Set-Cookie` value that carries it once
/// it counts.
pub(crate) fn replaced(app: &App, session: Id) -> (Kept, HeaderValue) {
    let secret = new_secret(app);
    let kept = Kept {
        id: session,
        token_hash: hash(&secret),
    };
    (
        kept,
        cookie(app, &secret, app.config.session_life_ms / 1_000),
    )
}

/// Ends the session of a request, and gives the `Set-Cookie` value that removes its cookie.
pub async fn close(app: &App, headers: &HeaderMap, reference: &str) -> HeaderValue {
    if let Some(secret) = secret(app, headers) {
        let close = CloseSession {
            token_hash: hash(secret),
            moment: app.moment(reference),
        };
        if let Err(error) = app.store.write(close).await {
            storage_problem(&error);
        }
    }
    cookie(app, "", 0)
}

/// The hash of the session cookie that a request brings, valid or not.
pub(super) fn carried(app: &App, headers: &HeaderMap) -> Option<[u8; 32]> {
    secret(app, headers).map(hash)
}

fn secret<'a>(app: &App, headers: &'a HeaderMap) -> Option<&'a str> {
    cookie_named(name(app), headers)
}

/// The value of a cookie: the first of that very name (RFC 6265 §4.2), in whichever line of `Cookie`.
pub fn cookie_named<'a>(name: &str, headers: &'a HeaderMap) -> Option<&'a str> {
    let texts = headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok());
    let mut pairs = texts
        .flat_map(|text| text.split(';'))
        .filter_map(|pair| pair.trim().split_once('='));
    pairs
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.trim())
}

/// The prefix makes browsers insist on HTTPS, on this very host, and on the path `/`. It cannot be had over plain HTTP.
pub(crate) fn name(app: &App) -> &'static str {
    if app.config.public_url.is_https() {
        "__Host-symbolon"
    } else {
        "symbolon"
    }
}

/// What keeps a cookie off plain HTTP, at the end of its `Set-Cookie`.
pub(crate) fn secure(app: &App) -> &'static str {
    if app.config.public_url.is_https() {
        "; Secure"
    } else {
        ""
    }
}

fn cookie(app: &App, secret: &str, age_secs: i64) -> HeaderValue {
    cookie_of(app, name(app), secret, age_secs)
}

/// The `Set-Cookie` value of a cookie for this server alone, which no script reads. Links from elsewhere carry it, forms of
/// elsewhere do not.
pub(crate) fn cookie_of(app: &App, name: &str, value: &str, age_secs: i64) -> HeaderValue {
    let secure = secure(app);
    let text = Zeroizing::new(format!(
        "{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={age_secs}{secure}"
    ));
    let header = HeaderValue::from_str(&text);
    let mut header = header.expect("base64 and our own words are header text");
    // Its `Debug` says no more than that.
    header.set_sensitive(true);
    header
}

fn hash(secret: &str) -> [u8; 32] {
    let hash = digest(&SHA256, secret.as_bytes());
    hash.as_ref().try_into().expect("SHA-256 has 32 bytes")
}
