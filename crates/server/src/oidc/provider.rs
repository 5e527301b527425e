//! What is known of the service: how it describes itself, and its keys.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::Method;
use symbolon_core::Timestamp;
use symbolon_proto::keys::{JWKS_BYTES_MAX, Jwks};
use symbolon_proto::oidc::{Metadata, configuration_url};
use symbolon_proto::problem::{Code, Problem};
use url::Url;

use super::invalid;
use crate::env::Env;
use crate::transport::{
    AddressPolicy, HttpTransport, Limits, OutboundRequest, OutboundResponse, Redirects, Traced,
    Transport, WayOut,
};

/// How long what was fetched is used, in milliseconds: an hour.
const FRESH_MS: i64 = 3_600_000;

/// How often keys are fetched because a token names one that is not among them, in milliseconds.
const FORCED_MS: i64 = 30_000;

/// How long it is told without asking that the service could not be asked, in milliseconds.
const FAILED_FOR_MS: i64 = 5_000;

/// How long the service may take for one answer.
const PATIENCE: Duration = Duration::from_secs(8);

/// The service, as far as it is known.
pub(crate) struct Provider {
    issuer: String,
    transport: Arc<dyn Transport>,
    env: Env,
    metadata: Held<Metadata>,
    keys: Held<Jwks>,
}

/// Something that the service says, which one request at a time asks for and all others wait for.
struct Held<T> {
    known: Mutex<Known<T>>,
    asking: tokio::sync::Mutex<()>,
}

struct Known<T> {
    good: Option<(Arc<T>, Timestamp)>,
    failed: Option<(Problem, Timestamp)>,
}

impl<T> Held<T> {
    fn new() -> Self {
        Self {
            known: Mutex::new(Known {
                good: None,
                failed: None,
            }),
            asking: tokio::sync::Mutex::default(),
        }
    }

    /// What it says, asked for if that is due. What is known goes on while it cannot be asked. `fits` tells whether somebody
    /// can go on with what is known; if not, it is asked for again, though not all the time.
    async fn get(
        &self,
        env: &Env,
        fits: impl Fn(&T) -> bool,
        ask: impl Future<Output = Result<T, Problem>>,
    ) -> Result<Arc<T>, Problem> {
        if let Some(told) = self.told(env.now(), &fits) {
            return told;
        }
        let old = self.known().good.as_ref().map(|(old, _)| old.clone());
        let _asking = match old.filter(|old| fits(old)) {
            // Whoever can go on does not wait for what somebody else asks.
            Some(old) => match self.asking.try_lock() {
                Ok(asking) => asking,
                Err(_) => return Ok(old),
            },
            None => self.asking.lock().await,
        };
        // What somebody else asked may be answered by now.
        if let Some(told) = self.told(env.now(), &fits) {
            return told;
        }
        let answer = ask.await;
        // Not the time at which it was asked: a service that does not answer takes longer than a failure is remembered.
        let now = env.now();
        let mut known = self.known();
        match answer {
            Ok(answer) => {
                let answer = Arc::new(answer);
                known.good = Some((answer.clone(), now));
                known.failed = None;
                Ok(answer)
            }
            Err(problem) => {
                known.failed = Some((problem.clone(), now));
                let old = known.good.as_ref();
                old.map(|(old, _)| old.clone()).ok_or(problem)
            }
        }
    }

    /// What is said without asking.
    fn told(&self, now: Timestamp, fits: impl Fn(&T) -> bool) -> Option<Result<Arc<T>, Problem>> {
        let known = self.known();
        let good = known.good.as_ref();
        if let Some((good, at)) = good {
            let patience = if fits(good) { FRESH_MS } else { FORCED_MS };
            if at.is_recent(now, patience) {
                return Some(Ok(good.clone()));
            }
        }
        let (problem, at) = known.failed.as_ref()?;
        let told = || {
            good.map(|(old, _)| old.clone())
                .ok_or_else(|| problem.clone())
        };
        at.is_recent(now, FAILED_FOR_MS).then(told)
    }

    fn known(&self) -> MutexGuard<'_, Known<T>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The way to a service that an administrator has named: wherever it is, with the issuers of certificates and the proxy that
/// the settings say, but not by a proxy to this machine itself.
pub(crate) fn way(issuer: &str, way_out: &WayOut) -> HttpTransport {
    let here = Url::parse(issuer).is_ok_and(|url| url.scheme() == "http");
    HttpTransport::by(&WayOut {
        policy: AddressPolicy::Any,
        proxy: way_out.proxy.clone().filter(|_| !here),
        ..way_out.clone()
    })
}

impl Provider {
    pub(super) fn new(issuer: &str, way_out: &WayOut, env: &Env) -> Self {
        let way = Arc::new(way(issuer, way_out));
        Self {
            issuer: issuer.to_owned(),
            transport: Arc::new(Traced::new(way, env.clone())),
            env: env.clone(),
            metadata: Held::new(),
            keys: Held::new(),
        }
    }

    /// How it describes itself.
    pub(super) async fn metadata(&self) -> Result<Arc<Metadata>, Problem> {
        let ask = describe(&*self.transport, &self.issuer);
        self.metadata.get(&self.env, |_| true, ask).await
    }

    /// Its keys; fetched again, though not all the time, if none of them is called `key_id`.
    pub(super) async fn keys(
        &self,
        metadata: &Metadata,
        key_id: Option<&str>,
    ) -> Result<Arc<Jwks>, Problem> {
        let has = |keys: &Jwks| key_id.is_none_or(|key_id| keys.contains(key_id));
        let ask = keys(&*self.transport, metadata);
        self.keys.get(&self.env, has, ask).await
    }

    /// One request to it. Every status is an answer.
    pub(super) async fn ask(
        &self,
        method: Method,
        url: &Url,
        headers: Vec<(String, String)>,
        body: Bytes,
    ) -> Result<OutboundResponse, Problem> {
        send(
            &*self.transport,
            method,
            url,
            headers,
            body,
            Redirects::None,
        )
        .await
    }
}

/// Asks the service what it is.
pub(crate) async fn describe(transport: &dyn Transport, issuer: &str) -> Result<Metadata, Problem> {
    let url = configuration_url(issuer);
    let url = Url::parse(&url).map_err(|error| invalid(&error))?;
    let document = get(transport, &url).await?;
    Metadata::read(&document.body, issuer).map_err(|error| unusable(&url, &error))
}

/// Asks the service for its keys.
pub(crate) async fn keys(transport: &dyn Transport, metadata: &Metadata) -> Result<Jwks, Problem> {
    let url = &metadata.jwks_uri;
    let document = get(transport, url).await?;
    Jwks::parse(&document.body).map_err(|error| unusable(url, &error))
}

/// What the service says of itself makes no sense: a setting is wrong, here or there.
fn unusable(url: &Url, cause: &dyn std::fmt::Display) -> Problem {
    let path = url.path();
    tracing::warn!(%cause, path, "what the log-in service says of itself cannot be used");
    Problem::new(Code::LogInAnswerInvalid).with("cause", &cause.to_string())
}

async fn get(transport: &dyn Transport, url: &Url) -> Result<OutboundResponse, Problem> {
    let redirects = Redirects::SameHost(3);
    let answer = send(
        transport,
        Method::GET,
        url,
        Vec::new(),
        Bytes::new(),
        redirects,
    )
    .await?;
    match answer.status {
        200 => Ok(answer),
        status => {
            tracing::warn!(
                status,
                path = url.path(),
                "the log-in service does not answer as it should"
            );
            let cause = format!("{url} answers {status}");
            Err(Problem::new(Code::LogInServiceUnreachable).with("cause", &cause))
        }
    }
}

pub(super) async fn send(
    transport: &dyn Transport,
    method: Method,
    url: &Url,
    mut headers: Vec<(String, String)>,
    body: Bytes,
    redirects: Redirects,
) -> Result<OutboundResponse, Problem> {
    headers.push(("accept".to_owned(), "application/json".to_owned()));
    let request = OutboundRequest {
        method,
        url: url.as_str().to_owned(),
        headers,
        body,
        limits: Limits {
            total: PATIENCE,
            response_bytes: JWKS_BYTES_MAX.max(256 * 1024),
            ..Limits::default()
        },
        redirects,
    };
    transport.send(request).await.map_err(|error| {
        tracing::warn!(%error, path = url.path(), "the log-in service cannot be reached");
        Problem::new(Code::LogInServiceUnreachable).with("cause", &error.to_string())
    })
}
