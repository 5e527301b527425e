//! The person behind an API request: HTTP Basic with an app password, or a browser's session.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use axum::extract::FromRequestParts;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::header::AUTHORIZATION;
use http::request::Parts;
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};
use symbolon_core::Id;
use symbolon_proto::problem::{Code, Problem};
use symbolon_store::app_passwords::AppPasswordUsed;
use symbolon_store::users::{Credentials, User};

use super::proved::{By, Proved};
use super::{Door, Typed, begin, by_password, enabled, failed, find, password, session};
use crate::app::App;
use crate::http::language;
use crate::http::problem::{ApiProblem, surface};
use crate::http::reference::Reference;
use crate::pace::Client;

/// Somebody with an account, proved by the request. An extractor: without proof the handler is not called.
pub struct Account(pub User);

impl FromRequestParts<App> for Account {
    type Rejection = ApiProblem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiProblem> {
        let proved = Proved::from_request_parts(parts, app).await;
        proved.map(|proved| Self(proved.user))
    }
}

impl FromRequestParts<App> for Proved {
    type Rejection = ApiProblem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiProblem> {
        let Ok(reference) = Reference::from_request_parts(parts, app).await;
        let proved = identify(app, parts, reference.as_str()).await;
        proved
            .inspect(|proved| language::known(parts, &proved.user))
            .map_err(|problem| ApiProblem::new(problem, surface(parts.uri.path()), &reference))
    }
}

async fn identify(app: &App, parts: &Parts, reference: &str) -> Result<Proved, Problem> {
    let nobody = || Problem::new(Code::NotAuthenticated);
    if let Some(value) = parts.headers.get(AUTHORIZATION) {
        let text = value.to_str().map_err(|_| nobody())?;
        let (name, secret) = basic_credentials(text).ok_or_else(nobody)?;
        let client = Client::carried(&parts.extensions);
        return authenticate(app, &name, &secret, client, reference).await;
    }
    if let Some(hash) = session::carried(app, &parts.headers)
        && let Some(session) = session::current(app, &parts.headers).await
    {
        return Ok(Proved {
            user: session.user,
            by: By::Session(hash),
        });
    }
    Err(nobody())
}

async fn authenticate(
    app: &App,
    name: &str,
    secret: &SecretString,
    client: Client,
    reference: &str,
) -> Result<Proved, Problem> {
    let name = name.trim().to_lowercase();
    let credentials = find(app, &name).await?;
    let meant = credentials.as_ref().map(|found| &found.user);
    // Before the limit, which is for what can be guessed: nobody's wrong tries lock somebody's apps out, whether they come
    // from the same address or from a hundred. Nor does an app undo the limit for whoever guesses beside it.
    if let Some(found) = &credentials
        && let Some(id) = app_password(found, secret)
    {
        let user = enabled(app, found.user.clone(), reference).await?;
        note_use(app, &user, id.clone(), reference);
        app.tries.owns(&name, client);
        return Ok(Proved {
            user,
            by: By::AppPassword(id),
        });
    }
    // A code cannot be sent along: whoever has a second factor has app passwords here, as where `dev` is off.
    let enough = |found: &Credentials| found.second_factor_since.is_none();
    if app.config.dev && credentials.as_ref().is_none_or(enough) {
        let password = secret.expose_secret();
        let typed = Typed { password, client };
        let found = by_password(app, &name, typed, Door::Request, reference).await?;
        return Ok(Proved {
            user: found.user,
            by: By::Password(found.password_hash),
        });
    }
    let tried = begin(app, &name, (client, None))?;
    app.tries.failed(&tried, app.now());
    failed(app, meant, Code::NotAuthenticated, reference).await;
    Err(Problem::new(Code::NotAuthenticated))
}

fn app_password(credentials: &Credentials, secret: &SecretString) -> Option<Id> {
    let hash = password::app_password_hash(secret.expose_secret());
    let mut known = credentials.app_passwords.iter();
    let found = known.find(|(_, known)| verify_slices_are_equal(known, &hash).is_ok());
    found.map(|(id, _)| id.clone())
}

/// Notes the use of an app password without making the request wait for it; at most once a minute for each, and once an
/// hour in the trail.
fn note_use(app: &App, user: &User, id: Id, reference: &str) {
    let now = app.now();
    if !app.uses.is_news(&id, now) {
        return;
    }
    let used = AppPasswordUsed {
        user: user.id.clone(),
        in_trail: app.shown.is_news(id.as_str(), now),
        id,
        moment: app.moment(reference),
    };
    let store = app.store.clone();
    tokio::spawn(async move {
        if let Err(error) = store.write(used).await {
            tracing::debug!(%error, "the use of an app password could not be noted");
        }
    });
}

/// Name and password of an `Authorization` header (RFC 7617 §2); `None` for any other scheme.
pub fn basic_credentials(text: &str) -> Option<(String, SecretString)> {
    let (scheme, encoded) = text.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = Zeroizing::new(STANDARD.decode(encoded.trim()).ok()?);
    let (name, secret) = std::str::from_utf8(&decoded).ok()?.split_once(':')?;
    Some((name.to_owned(), SecretString::from(secret)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn basic_is_read_as_in_rfc_7617() {
        let (name, secret) = basic_credentials("Basic Ym9iOmE6Yg==").unwrap();
        assert_eq!((name.as_str(), secret.expose_secret()), ("bob", "a:b"));
        for text in [
            "",
            "Basic",
            "Bearer Ym9iOmE6Yg==",
            "Basic ???",
            "Basic Ym9i",
        ] {
            assert!(basic_credentials(text).is_none(), "{text:?}");
        }
    }
}
