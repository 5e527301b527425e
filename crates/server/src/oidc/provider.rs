//! What is known of the service: how it describes itself, and its keys.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::Method;
use symbolon_core::Timestamp;
use symbolon_proto::keys::{JWKS_BYTES_MAX, Jwks};
use symbolon_proto::oidc::{Metadata, configuration_url};
use symbolon_proto::problem::{Code, Problem};
use tokio::sync::Mutex;
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
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    metadata: Option<(Arc<Metadata>, Timestamp)>,
    keys: Option<(Arc<Jwks>, Timestamp)>,
    failed: Option<(Problem, Timestamp)>,
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
            known: Mutex::default(),
        }
    }

    /// How it describes itself. What is known goes on while it cannot be asked.
    pub(super) async fn metadata(&self, now: Timestamp) -> Result<Arc<Metadata>, Problem> {
        let mut known = self.known.lock().await;
        if let Some((metadata, at)) = &known.metadata
            && is_within(FRESH_MS, *at, now)
        {
            return Ok(metadata.clone());
        }
        if let Some((problem, at)) = &known.failed
            && is_within(FAILED_FOR_MS, *at, now)
        {
            let old = known.metadata.as_ref();
            return old
                .map(|(old, _)| old.clone())
                .ok_or_else(|| problem.clone());
        }
        match describe(&*self.transport, &self.issuer).await {
            Ok(metadata) => {
                let metadata = Arc::new(metadata);
                known.metadata = Some((metadata.clone(), now));
                known.failed = None;
                Ok(metadata)
            }
            Err(problem) => {
                known.failed = Some((problem.clone(), now));
                let old = known.metadata.as_ref();
                old.map(|(old, _)| old.clone()).ok_or(problem)
            }
        }
    }

    /// Its keys; fetched again, though not all the time, if none of them is called `key_id`.
    pub(super) async fn keys(
        &self,
        metadata: &Metadata,
        key_id: Option<&str>,
        now: Timestamp,
    ) -> Result<Arc<Jwks>, Problem> {
        let mut known = self.known.lock().await;
        let old = known.keys.clone();
        if let Some((keys, at)) = &old {
            let has = key_id.is_none_or(|key_id| keys.contains(key_id));
            let patience = if has { FRESH_MS } else { FORCED_MS };
            if is_within(patience, *at, now) {
                return Ok(keys.clone());
            }
        }
        match keys(&*self.transport, metadata).await {
            Ok(keys) => {
                let keys = Arc::new(keys);
                known.keys = Some((keys.clone(), now));
                Ok(keys)
            }
            Err(problem) => old.map(|(old, _)| old).ok_or(problem),
        }
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
    Metadata::read(&document, issuer).map_err(|error| invalid(&error))
}

/// Asks the service for its keys.
pub(crate) async fn keys(transport: &dyn Transport, metadata: &Metadata) -> Result<Jwks, Problem> {
    let document = get(transport, &metadata.jwks_uri).await?;
    Jwks::parse(&document).map_err(|error| invalid(&error))
}

async fn get(transport: &dyn Transport, url: &Url) -> Result<Bytes, Problem> {
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
        200 => Ok(answer.body),
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

async fn send(
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
        },
        redirects,
    };
    transport.send(request).await.map_err(|error| {
        tracing::warn!(%error, path = url.path(), "the log-in service cannot be reached");
        Problem::new(Code::LogInServiceUnreachable).with("cause", &error.to_string())
    })
}

fn is_within(span_ms: i64, since: Timestamp, now: Timestamp) -> bool {
    (0..span_ms).contains(&now.millis_since(since))
}
