//! Browser sessions: an opaque random cookie, of which the database holds a hash.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::header::{COOKIE, USER_AGENT};
use http::{HeaderMap, HeaderValue};
use symbolon_proto::problem::Problem;
use symbolon_store::sessions::{CloseSession, FindSession, Found, OpenSession, SessionSeen};
use symbolon_store::users::User;

use super::browser;
use crate::actions::storage_problem;
use crate::app::App;

/// How long a session lasts, in milliseconds: two weeks.
const LIFE_MS: i64 = 14 * 86_400 * 1_000;

/// Opens a session and gives the `Set-Cookie` value that carries it.
pub async fn open(
    app: &App,
    user: &User,
    headers: &HeaderMap,
    reference: &str,
) -> Result<HeaderValue, Problem> {
    let secret = URL_SAFE_NO_PAD.encode(app.env.random::<32>());
    let moment = app.moment(reference);
    let agent = headers.get(USER_AGENT).and_then(|it| it.to_str().ok());
    let agent = agent.unwrap_or_default();
    let open = OpenSession {
        id: app.env.id(),
        browser: browser::browser(agent).map(str::to_owned),
        system: browser::system(agent).map(str::to_owned),
        token_hash: hash(&secret),
        user: user.id.clone(),
        expires_at: moment.now.plus_millis(LIFE_MS),
        moment,
    };
    app.store
        .write(open)
        .await
        .map_err(|error| storage_problem(&error))?;
    Ok(cookie(app, &secret, LIFE_MS / 1_000))
}

/// Whose session a request belongs to, if any. A database that cannot be asked counts as none: the person sees the
/// log-in form, and the log says why.
pub async fn current(app: &App, headers: &HeaderMap) -> Option<Found> {
    let found = find(app, carried(app, headers)?).await.ok().flatten();
    found.inspect(|session| note_use(app, session))
}

/// A session by the hash of its cookie, if it is not over.
pub(super) async fn find(app: &App, token_hash: [u8; 32]) -> Result<Option<Found>, Problem> {
    let now = app.now();
    let found = app.store.read(FindSession { token_hash, now }).await;
    found.map_err(|error| storage_problem(&error))
}

/// Notes the use of a session without making the request wait for it; at most once a minute for each.
fn note_use(app: &App, session: &Found) {
    let (id, now) = (session.id.clone(), app.now());
    if !app.uses.is_news(&id, now) {
        return;
    }
    let store = app.store.clone();
    tokio::spawn(async move {
        if let Err(error) = store.write(SessionSeen { id, now }).await {
            tracing::debug!(%error, "the use of a session could not be noted");
        }
    });
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
fn name(app: &App) -> &'static str {
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
    let secure = secure(app);
    let text = format!(
        "{}={secret}; Path=/; HttpOnly; SameSite=Lax; Max-Age={age_secs}{secure}",
        name(app)
    );
    HeaderValue::from_str(&text).expect("base64 and our own words are header text")
}

fn hash(secret: &str) -> [u8; 32] {
    let hash = digest(&SHA256, secret.as_bytes());
    hash.as_ref().try_into().expect("SHA-256 has 32 bytes")
}
