//! The only way out of this server.
//!
//! [`Transport`] is one request and one answer. The real one ([`HttpTransport`]) connects only to addresses that
//! [`AddressPolicy`] allows, follows no redirect on anything but a GET, and bounds time and size; the simulator brings
//! its own. Only `outbox` and `peers` hold one, and `doctor`, `check` and `probe` when somebody asks.

pub(crate) mod ask;
mod belief;
mod client;
mod connector;
mod error;
mod guard;
mod proxy;
mod reach;
mod redirect;
mod resolve;
mod traced;
mod way;

use std::time::Duration;

use bytes::Bytes;
use futures_util::future::BoxFuture;

pub use belief::{Belief, Beliefs, ISSUERS_BYTES, ISSUERS_MAX, PINS_MAX};
pub use client::HttpTransport;
pub use error::{Stage, TlsFault, TransportError};
pub use guard::AddressPolicy;
pub use reach::{Leg, Reach};
pub(crate) use traced::Traced;
#[cfg(test)]
pub(crate) use way::written::pem;
pub use way::{Issuers, Proxy, WayOut};

/// Sends one request to another server and brings back its answer.
pub trait Transport: Send + Sync {
    /// Resolves within `limits.total`, whatever the other side does. Every status is an answer, not an error.
    fn send(
        &self,
        request: OutboundRequest,
    ) -> BoxFuture<'_, Result<OutboundResponse, TransportError>>;

    /// Goes to a server at this origin and asks nothing, to learn how far the way leads. By default from what becomes
    /// of a small request, without times.
    fn reach<'a>(&'a self, origin: &'a str, total: Duration) -> BoxFuture<'a, Reach> {
        let request = OutboundRequest {
            method: http::Method::GET,
            url: format!("{origin}/.well-known/ocm"),
            headers: Vec::new(),
            body: Bytes::new(),
            limits: Limits {
                total,
                ..Limits::default()
            },
            redirects: Redirects::None,
        };
        Box::pin(async move { Reach::of(self.send(request).await.err().as_ref()) })
    }
}

/// A request to another server.
#[derive(Clone)]
pub struct OutboundRequest {
    /// Usually GET or POST.
    pub method: http::Method,
    /// An absolute URL without credentials.
    pub url: String,
    /// Sent as they are; `Host` is derived from the URL, `User-Agent` is added if missing.
    pub headers: Vec<(String, String)>,
    /// Whole; nothing we send to other servers is large.
    pub body: Bytes,
    /// How much of our time and memory the other server may use.
    pub limits: Limits,
    /// What to do with a redirect.
    pub redirects: Redirects,
}

/// How much of our time and memory an exchange may use.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// From the first look-up to the last byte of the answer, redirects included.
    pub total: Duration,
    /// Largest answer body in bytes; a larger one is an error, never cut short.
    pub response_bytes: usize,
    /// Among whose names its name is looked up.
    pub share: Share,
}

/// Whose look-ups of names wait for one another. A name service may stay silent for longer than anybody waits here, and each
/// look-up holds a thread until it has said something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Share {
    /// Those of servers that somebody here has to do with, and of what this server sends by itself.
    Known,
    /// Those of names that somebody who is logged in here made us ask, and that nobody else has to do with.
    People,
    /// Those of names that anybody may have made us ask.
    Anybody,
}

impl Default for Limits {
    /// Ten seconds, because people may be waiting; 256 KiB, because OCM answers are small.
    fn default() -> Self {
        Self {
            total: Duration::from_secs(10),
            response_bytes: 256 * 1024,
            share: Share::Known,
        }
    }
}

/// What to do with a redirect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Redirects {
    /// A redirect is an error. The only choice for requests that carry a token or a signature.
    None,
    /// Follow up to this many (never more than three) on a GET, to the same host only and never from https to http.
    SameHost(u8),
    /// A redirect is an answer like any other. For whoever wants to know where browsers are sent, and goes nowhere.
    Shown,
}

/// An answer of another server, whatever its status.
#[derive(Clone)]
pub struct OutboundResponse {
    /// The HTTP status.
    pub status: u16,
    /// Names in lower case, in the order they came; bytes that are not UTF-8 are replaced.
    pub headers: Vec<(String, String)>,
    /// Whole, at most `limits.response_bytes` long.
    pub body: Bytes,
    /// The URL that answered, after redirects.
    pub url: String,
}

impl OutboundResponse {
    /// The first header of that name, in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self
            .headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))?;
        Some(&found.1)
    }
}
