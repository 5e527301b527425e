//! Opens connections, and only to addresses that passed the check.
//!
//! hyper's own connector skips its resolver when the URL holds an address, so a filter there would protect nothing.
//! This one does resolving, checking and connecting in one place, and connects to the address that it checked.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::future::BoxFuture;
use http::Uri;
use http::uri::Scheme;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};
use tower::Service;

use super::error::{Stage, TransportError};
use super::guard::{AddressPolicy, unwrapped};
use super::proxy;
use super::reach::{Leg, Marks};
use super::resolve::{Resolver, allowed_addresses};
use super::way::Proxy;

/// Resolving and connecting together, over all addresses of a name.
const CONNECT_TIME: Duration = Duration::from_secs(5);

/// Makes TCP connections for the client; TLS comes on top of it.
#[derive(Clone)]
pub(super) struct GuardedConnector {
    policy: AddressPolicy,
    resolver: Arc<dyn Resolver>,
    proxy: Option<Proxy>,
    marks: Option<Marks>,
}

impl GuardedConnector {
    pub(super) fn new(
        policy: AddressPolicy,
        resolver: Arc<dyn Resolver>,
        proxy: Option<Proxy>,
    ) -> Self {
        Self {
            policy,
            resolver,
            proxy,
            marks: None,
        }
    }

    /// The same, noting when each part of the way was behind it.
    pub(super) fn noting(self, marks: Marks) -> Self {
        Self {
            marks: Some(marks),
            ..self
        }
    }

    fn pass(&self, leg: Leg) {
        if let Some(marks) = &self.marks {
            marks.pass(leg);
        }
    }

    async fn connect(self, uri: Uri) -> Result<TokioIo<TcpStream>, TransportError> {
        let by = deadline(CONNECT_TIME);
        let plain = uri.scheme() == Some(&Scheme::HTTP);
        let port = uri.port_u16().unwrap_or(if plain { 80 } else { 443 });
        let host = uri.host().ok_or(TransportError::InvalidUrl {
            reason: "it names no host",
        })?;
        let looking_up = allowed_addresses(&*self.resolver, self.policy, host);
        let mut addresses =
            timeout(CONNECT_TIME, looking_up)
                .await
                .map_err(|_| TransportError::Timeout {
                    stage: Stage::Connect,
                })??;
        if plain && self.policy != AddressPolicy::Any {
            only_this_machine(&mut addresses)?;
        }
        self.pass(Leg::Name);
        let here = addresses.iter().all(|one| unwrapped(*one).is_loopback());
        let stream = match &self.proxy {
            // Nobody reaches this machine for us.
            Some(proxy) if !here => {
                proxy::through(proxy, &*self.resolver, &addresses, port, by).await?
            }
            _ => first_that_answers(&addresses, port, by).await?,
        };
        self.pass(Leg::Connect);
        Ok(TokioIo::new(stream))
    }
}

impl Service<Uri> for GuardedConnector {
    type Response = TokioIo<TcpStream>;
    type Error = TransportError;
    type Future = BoxFuture<'static, Result<Self::Response, Self::Error>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        Box::pin(self.clone().connect(uri))
    }
}

/// Unencrypted messages carry tokens, so even under `--dev` they never leave the machine.
fn only_this_machine(addresses: &mut Vec<IpAddr>) -> Result<(), TransportError> {
    let first = addresses.first().copied();
    addresses.retain(|address| unwrapped(*address).is_loopback());
    match first {
        Some(refused) if addresses.is_empty() => Err(TransportError::AddressNotAllowed(refused)),
        _ => Ok(()),
    }
}

/// Tries one address after the other. Each gets an equal part of the time that is left, so that a dead first address
/// (a broken IPv6 route, most often) does not use up the time of a living second one.
pub(super) async fn first_that_answers(
    addresses: &[IpAddr],
    port: u16,
    by: Instant,
) -> Result<TcpStream, TransportError> {
    let mut last = TransportError::Timeout {
        stage: Stage::Connect,
    };
    for (address, left) in addresses.iter().zip((1..=addresses.len()).rev()) {
        let share = remaining(by) / u32::try_from(left).unwrap_or(u32::MAX);
        let connecting = TcpStream::connect(SocketAddr::new(*address, port));
        last = match timeout(share, connecting).await {
            Ok(Ok(stream)) => {
                // Messages are small and written whole; waiting for more would only add a delay.
                stream
                    .set_nodelay(true)
                    .map_err(|error| TransportError::from_connect(&error))?;
                return Ok(stream);
            }
            Ok(Err(error)) => TransportError::from_connect(&error),
            Err(_) => TransportError::Timeout {
                stage: Stage::Connect,
            },
        };
    }
    Err(last)
}

/// A point in tokio's time, which a simulation can hold and move.
pub(super) fn deadline(after: Duration) -> Instant {
    Instant::now() + after
}

/// How long until then.
pub(super) fn remaining(by: Instant) -> Duration {
    by.saturating_duration_since(deadline(Duration::ZERO))
}
