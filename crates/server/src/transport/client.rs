//! The real transport: HTTP/1.1 over TLS with bounds on time, size and destination.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::header::{HeaderName, HeaderValue, LOCATION, USER_AGENT};
use http::{HeaderMap, Request, Uri};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::ClientConfig;
use rustls::client::Resumption;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::CryptoProvider;
use symbolon_proto::address::Provider;
use tokio::time::{Instant, timeout_at};
use tower::Service;
use url::Url;

use super::belief::{Belief, Beliefs, Watching, by_issuers};
use super::connector::{GuardedConnector, deadline};
use super::error::{Stage, TransportError};
use super::guard::AddressPolicy;
use super::reach::{Leg, Marks, Reach};
use super::redirect;
use super::resolve::{ANYBODY, KNOWN, PEOPLE, Resolver, SystemResolver};
use super::way::{Issuers, WayOut};
use super::{OutboundRequest, OutboundResponse, Share, Transport};
use crate::bounded::Bounded;

/// How this software names itself to others.
const AGENT: &str = concat!("Symbolon/", env!("CARGO_PKG_VERSION"));

/// Status line and headers of an answer together, in bytes. Known servers stay below 8 KiB.
const HEAD_BYTES: usize = 64 * 1024;

/// How long an unused connection is kept: messages to one server often come in twos and threes.
const IDLE_TIME: Duration = Duration::from_secs(20);

/// Unused connections kept per server.
const IDLE_CONNECTIONS: usize = 2;

type Https = Client<HttpsConnector<GuardedConnector>, Full<Bytes>>;

/// Servers with notes whose connections are kept at a time; of the others some are made anew.
const CHANNELS_MAX: usize = 100;

/// Talks to real servers. Cheap to clone; clones share their connections.
#[derive(Clone)]
pub struct HttpTransport {
    guarded: GuardedConnector,
    plain_allowed: bool,
    issuers: Issuers,
    provider: Arc<CryptoProvider>,
    /// For everybody about whom nothing is noted.
    ordinary: Channel,
    /// The same for names that people of ours made us ask.
    people: Channel,
    /// The same for names that anybody may have made us ask.
    anybody: Channel,
    beliefs: Option<Arc<dyn Beliefs>>,
    /// For those about whom something is: nobody else's connections are theirs, and none from before a note changed.
    particular: Arc<Mutex<Bounded<Provider, (Belief, Channel)>>>,
}

/// Connections to servers that are recognised in one way.
#[derive(Clone)]
struct Channel {
    client: Https,
    verifier: Arc<dyn ServerCertVerifier>,
}

impl HttpTransport {
    /// A client for servers at the allowed addresses. Plain HTTP is spoken under [`AddressPolicy::DevLoopback`], and then
    /// only to this machine itself, and under [`AddressPolicy::Any`].
    pub fn new(policy: AddressPolicy) -> Self {
        Self::by(&WayOut::new(policy))
    }

    /// The same by the way that the settings say.
    pub fn by(way: &WayOut) -> Self {
        let share = |at_once| Arc::new(SystemResolver::new(at_once));
        Self::with_resolvers(way, share(KNOWN), share(PEOPLE), share(ANYBODY))
    }

    #[cfg(test)]
    fn with_resolver(way: &WayOut, resolver: Arc<dyn Resolver>) -> Self {
        Self::with_resolvers(way, resolver.clone(), resolver.clone(), resolver)
    }

    /// One for each [`Share`].
    fn with_resolvers(
        way: &WayOut,
        known: Arc<dyn Resolver>,
        people: Arc<dyn Resolver>,
        anybody: Arc<dyn Resolver>,
    ) -> Self {
        let plain_allowed = way.policy != AddressPolicy::Public;
        let guarded = |resolver| GuardedConnector::new(way.policy, resolver, way.proxy.clone());
        let (guarded, for_people, for_anybody) =
            (guarded(known), guarded(people), guarded(anybody));
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let verifier = by_issuers(&way.issuers, &provider);
        let verifier = verifier.expect("there are issuers that the world believes");
        Self {
            people: Channel::new(&for_people, verifier.clone(), &provider, plain_allowed),
            anybody: Channel::new(&for_anybody, verifier.clone(), &provider, plain_allowed),
            ordinary: Channel::new(&guarded, verifier, &provider, plain_allowed),
            guarded,
            plain_allowed,
            issuers: way.issuers.clone(),
            provider,
            beliefs: None,
            particular: Arc::new(Mutex::new(Bounded::new(CHANNELS_MAX))),
        }
    }

    /// The same, minding what administrators have noted about single servers.
    #[must_use]
    pub fn minding(self, beliefs: Arc<dyn Beliefs>) -> Self {
        Self {
            beliefs: Some(beliefs),
            ..self
        }
    }

    /// The connections by which a server is spoken to, by what is noted about it now. A note is about the name and port in
    /// the address, whoever led there.
    async fn channel(
        &self,
        url: &Url,
        share: Share,
        by: Instant,
    ) -> Result<Channel, TransportError> {
        let ordinary = match share {
            Share::Known => &self.ordinary,
            Share::People => &self.people,
            Share::Anybody => &self.anybody,
        };
        let server = Provider::parse(&url.origin().ascii_serialization());
        let (Some(beliefs), Ok(server), "https") = (&self.beliefs, server, url.scheme()) else {
            return Ok(ordinary.clone());
        };
        let unreadable = |reason| TransportError::Notes { reason };
        let noted = timeout_at(by, beliefs.about(&server)).await;
        let noted = noted.map_err(|_| TransportError::Timeout {
            stage: Stage::Connect,
        })?;
        let Some(belief) = noted.map_err(unreadable)? else {
            return Ok(ordinary.clone());
        };
        let mut particular = self
            .particular
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some((as_before, channel)) = particular.get(&server)
            && *as_before == belief
        {
            return Ok(channel.clone());
        }
        let verifier = belief.verifier(&self.issuers, &self.provider);
        let verifier = verifier.map_err(unreadable)?;
        let channel = Channel::new(&self.guarded, verifier, &self.provider, self.plain_allowed);
        particular.insert(&server, (belief, channel.clone()));
        Ok(channel)
    }

    /// A connection of its own, which is closed as soon as it is there.
    async fn open(&self, origin: &str, total: Duration) -> Reach {
        let marks = Marks::start();
        let by = deadline(total);
        let mut seen: Option<Arc<Watching>> = None;
        let watched = &mut seen;
        let opened = async {
            let unusable = TransportError::InvalidUrl {
                reason: "it is not a URL of a server",
            };
            let url = self.check(origin)?;
            let uri: Uri = url.as_str().parse().map_err(|_| unusable)?;
            let verifier = self.channel(&url, Share::Known, by).await?.verifier;
            let watching = Arc::new(Watching::new(verifier));
            *watched = Some(watching.clone());
            let mut tls = tls(watching, &self.provider);
            // Whoever resumes shows nothing.
            tls.resumption = Resumption::disabled();
            let guarded = self.guarded.clone().noting(marks.clone());
            let mut connector = https(guarded, tls, self.plain_allowed);
            match timeout_at(by, connector.call(uri)).await {
                Ok(Ok(_)) => Ok(url.scheme() == "https"),
                Ok(Err(error)) => Err(TransportError::from_client(&*error)),
                Err(_) => Err(TransportError::Timeout {
                    stage: Stage::Answer,
                }),
            }
        };
        let secure = opened.await;
        if secure == Ok(true) {
            marks.pass(Leg::Tls);
        }
        marks.end(secure.err(), seen.and_then(|seen| seen.seen()))
    }

    async fn exchange(&self, request: OutboundRequest) -> Result<OutboundResponse, TransportError> {
        let by = deadline(request.limits.total);
        let headers = headers(&request.headers)?;
        let mut url = self.check(&request.url)?;
        let mut followed = 0;
        loop {
            let response = self.once(&request, &headers, &url, by).await?;
            let location = response.header(LOCATION.as_str());
            let next = redirect::next(
                &request.method,
                request.redirects,
                followed,
                &url,
                response.status,
                location,
            )?;
            match next {
                None => return Ok(response),
                Some(next) => url = self.check(next.as_str())?,
            }
            followed += 1;
        }
    }

    /// One request, no redirect.
    async fn once(
        &self,
        request: &OutboundRequest,
        headers: &HeaderMap,
        url: &Url,
        by: Instant,
    ) -> Result<OutboundResponse, TransportError> {
        let unusable = TransportError::InvalidUrl {
            reason: "it is not a URL of a server",
        };
        let uri: Uri = url.as_str().parse().map_err(|_| unusable)?;
        let mut sent = Request::new(Full::new(request.body.clone()));
        *sent.method_mut() = request.method.clone();
        *sent.uri_mut() = uri;
        *sent.headers_mut() = headers.clone();

        let client = self.channel(url, request.limits.share, by).await?.client;
        let answer = timeout_at(by, client.request(sent))
            .await
            .map_err(|_| TransportError::Timeout {
                stage: Stage::Answer,
            })?
            .map_err(|error| TransportError::from_client(&error))?;
        let (head, body) = answer.into_parts();

        let limit = request.limits.response_bytes;
        let body = timeout_at(by, Limited::new(body, limit).collect())
            .await
            .map_err(|_| TransportError::Timeout { stage: Stage::Body })?
            .map_err(|error| match error.downcast_ref::<LengthLimitError>() {
                Some(_) => TransportError::TooLarge { limit },
                None => TransportError::from_client(&*error),
            })?;
        Ok(OutboundResponse {
            status: head.status.as_u16(),
            headers: text(&head.headers),
            body: body.to_bytes(),
            url: String::from(url.clone()),
        })
    }

    /// What a URL of a peer must look like, before its name is even looked up.
    fn check(&self, url: &str) -> Result<Url, TransportError> {
        let invalid = |reason| TransportError::InvalidUrl { reason };
        let mut url = Url::parse(url).map_err(|_| invalid("it is not a URL"))?;
        match url.scheme() {
            "https" => {}
            "http" if self.plain_allowed => {}
            "http" => return Err(invalid("it is not encrypted (http instead of https)")),
            _ => return Err(invalid("it is not a web address")),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(invalid("it holds a user name or password"));
        }
        if url.port() == Some(0) {
            return Err(invalid("port 0 is no port"));
        }
        url.set_fragment(None);
        Ok(url)
    }
}

impl Transport for HttpTransport {
    fn send(
        &self,
        request: OutboundRequest,
    ) -> BoxFuture<'_, Result<OutboundResponse, TransportError>> {
        Box::pin(self.exchange(request))
    }

    fn reach<'a>(&'a self, origin: &'a str, total: Duration) -> BoxFuture<'a, Reach> {
        Box::pin(self.open(origin, total))
    }
}

impl Channel {
    fn new(
        guarded: &GuardedConnector,
        verifier: Arc<dyn ServerCertVerifier>,
        provider: &Arc<CryptoProvider>,
        plain_allowed: bool,
    ) -> Self {
        let tls = tls(verifier.clone(), provider);
        let connector = https(guarded.clone(), tls, plain_allowed);
        let client = Client::builder(TokioExecutor::new())
            .http1_max_buf_size(HEAD_BYTES)
            .pool_idle_timeout(IDLE_TIME)
            .pool_max_idle_per_host(IDLE_CONNECTIONS)
            .pool_timer(TokioTimer::new())
            .timer(TokioTimer::new())
            .build(connector);
        Self { client, verifier }
    }
}

/// TLS on top of guarded connections.
fn tls(verifier: Arc<dyn ServerCertVerifier>, provider: &Arc<CryptoProvider>) -> ClientConfig {
    let builder = ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .expect("AWS-LC knows the cipher suites of TLS 1.2 and 1.3");
    // Where nothing is noted this is the verifier that rustls would take itself.
    let builder = builder.dangerous();
    let builder = builder.with_custom_certificate_verifier(verifier);
    builder.with_no_client_auth()
}

fn https(
    guarded: GuardedConnector,
    tls: ClientConfig,
    plain_allowed: bool,
) -> HttpsConnector<GuardedConnector> {
    let builder = HttpsConnectorBuilder::new().with_tls_config(tls);
    let builder = if plain_allowed {
        builder.https_or_http()
    } else {
        builder.https_only()
    };
    builder.enable_http1().wrap_connector(guarded)
}

fn headers(given: &[(String, String)]) -> Result<HeaderMap, TransportError> {
    let unusable = |_: http::Error| TransportError::Io {
        reason: "a header cannot be sent".to_owned(),
    };
    let mut headers = HeaderMap::with_capacity(given.len() + 1);
    for (name, value) in given {
        let name = HeaderName::try_from(name).map_err(|error| unusable(error.into()))?;
        let value = HeaderValue::try_from(value).map_err(|error| unusable(error.into()))?;
        headers.append(name, value);
    }
    headers
        .entry(USER_AGENT)
        .or_insert(HeaderValue::from_static(AGENT));
    Ok(headers)
}

fn text(headers: &HeaderMap) -> Vec<(String, String)> {
    let pair = |(name, value): (&HeaderName, &HeaderValue)| {
        (
            name.as_str().to_owned(),
            String::from_utf8_lossy(value.as_bytes()).into_owned(),
        )
    };
    headers.iter().map(pair).collect()
}

#[cfg(test)]
#[path = "proxy_tests.rs"]
mod proxy_tests;

#[cfg(test)]
#[path = "tls_tests.rs"]
mod tls_tests;

#[cfg(test)]
#[path = "client_tests.rs"]
mod tests;
