//! The network between this server and a double: in one process, with one virtual clock, and without delay.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::Body;
use futures_util::future::BoxFuture;
use http::{Method, Request};
use http_body_util::BodyExt;
use symbolon_server::env::Clock;
use symbolon_server::transport::{
    OutboundRequest, OutboundResponse, Stage, Transport, TransportError,
};
use tokio::time::Instant;
use tower::ServiceExt;
use url::{Position, Url};

use super::wire::{Asked, Said};
use crate::server::SkewedClock;

/// Whoever answers under a name.
pub trait Host: Send + Sync {
    /// Answers one request; what it has to ask for that, it asks by the same network.
    fn serve<'a>(&'a self, net: &'a Net, asked: Asked) -> BoxFuture<'a, Said>;
}

/// All names, and what has gone over the wire. Names that are not there refuse the connection.
#[derive(Clone)]
pub struct Net(Arc<Inner>);

struct Inner {
    hosts: Mutex<HashMap<String, Arc<dyn Host>>>,
    seen: Mutex<Vec<Exchange>>,
    loses: Mutex<Option<String>>,
    tape: Mutex<Option<Vec<(Asked, Said)>>>,
    clock: Arc<SkewedClock>,
}

/// One message between two servers, and what came of it. Descriptions and keys are left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// Host and port that were asked.
    pub to: String,
    /// The path that was asked for.
    pub path: String,
    /// The status of the answer; `None` if nobody was there.
    pub status: Option<u16>,
    /// Whether the answer was lost on its way.
    pub lost: bool,
    /// The request itself.
    pub body: bytes::Bytes,
    /// What it was signed with.
    pub signed: Way,
}

/// How a message is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    /// RFC 9421.
    Rfc9421,
    /// As before that.
    Cavage,
    /// Not at all.
    Unsigned,
}

impl Way {
    /// For the table.
    pub fn words(self) -> &'static str {
        match self {
            Self::Rfc9421 => "RFC 9421",
            Self::Cavage => "draft-cavage",
            Self::Unsigned => "nothing",
        }
    }

    fn of(asked: &Asked) -> Self {
        match (asked.header("signature-input"), asked.header("signature")) {
            (Some(_), _) => Self::Rfc9421,
            (None, Some(_)) => Self::Cavage,
            (None, None) => Self::Unsigned,
        }
    }
}

impl Net {
    /// An empty one; time begins.
    pub fn new() -> Self {
        Self(Arc::new(Inner {
            hosts: Mutex::default(),
            seen: Mutex::default(),
            loses: Mutex::default(),
            tape: Mutex::default(),
            clock: Arc::new(SkewedClock {
                began: Instant::now(),
                skew_ms: 0,
            }),
        }))
    }

    /// The clock of everybody.
    pub fn clock(&self) -> Arc<SkewedClock> {
        self.0.clock.clone()
    }

    /// The same in Unix seconds.
    pub fn now_secs(&self) -> i64 {
        self.0.clock.now().as_secs()
    }

    /// From now on this one answers under that name.
    pub fn put(&self, name: &str, host: Arc<dyn Host>) {
        lock(&self.0.hosts).insert(name.to_owned(), host);
    }

    /// The answer to the next message whose path ends so is lost, after it has been given.
    pub fn loses_answer(&self, path: &str) {
        *lock(&self.0.loses) = Some(path.to_owned());
    }

    /// What has been exchanged since this was last asked.
    pub fn take_seen(&self) -> Vec<Exchange> {
        std::mem::take(&mut *lock(&self.0.seen))
    }

    /// From now on every exchange is kept whole, descriptions and keys too.
    pub fn records(&self) {
        *lock(&self.0.tape) = Some(Vec::new());
    }

    /// Those that were kept.
    pub fn recorded(&self) -> Vec<(Asked, Said)> {
        lock(&self.0.tape).clone().unwrap_or_default()
    }

    /// A document, and how it was asked for.
    pub async fn get(&self, url: &str) -> (Asked, Said) {
        let asked = Asked::get(url);
        let said = self.send(asked.clone()).await;
        (asked, said.expect("somebody is there"))
    }

    /// One exchange; `None` if nobody is there, or the answer was lost.
    pub async fn send(&self, asked: Asked) -> Option<Said> {
        let message = asked.method == Method::POST;
        let to = asked.url[Position::BeforeHost..Position::AfterPort].to_owned();
        let path = asked.url.path().to_owned();
        let body = asked.body.clone();
        let signed = Way::of(&asked);
        let host = lock(&self.0.hosts).get(&to).cloned();
        let kept = asked.clone();
        let said = match host {
            Some(host) => Some(host.serve(self, asked).await),
            None => None,
        };
        if let (Some(tape), Some(said)) = (&mut *lock(&self.0.tape), &said) {
            tape.push((kept, said.clone()));
        }
        let lost = message
            && lock(&self.0.loses)
                .take_if(|end| path.ends_with(&**end))
                .is_some();
        if message {
            lock(&self.0.seen).push(Exchange {
                to,
                path,
                status: said.as_ref().map(|said| said.status),
                lost,
                body,
                signed,
            });
        }
        said.filter(|_| !lost)
    }
}

impl Default for Net {
    fn default() -> Self {
        Self::new()
    }
}

impl Transport for Net {
    fn send(
        &self,
        request: OutboundRequest,
    ) -> BoxFuture<'_, Result<OutboundResponse, TransportError>> {
        Box::pin(async move {
            let asked = Asked {
                method: request.method,
                url: Url::parse(&request.url).expect("a server sends to addresses"),
                headers: request.headers,
                body: request.body,
            };
            let to = &asked.url[Position::BeforeHost..Position::AfterPort];
            let is_there = lock(&self.0.hosts).contains_key(to);
            match Self::send(self, asked).await {
                Some(said) => Ok(OutboundResponse {
                    status: said.status,
                    headers: said.headers,
                    body: said.body,
                    url: request.url,
                }),
                None if is_there => Err(TransportError::Timeout {
                    stage: Stage::Answer,
                }),
                None => Err(TransportError::ConnectionRefused),
            }
        })
    }
}

/// The doors of a real server.
pub struct Doors(pub Router);

impl Host for Doors {
    fn serve<'a>(&'a self, _net: &'a Net, asked: Asked) -> BoxFuture<'a, Said> {
        Box::pin(async move {
            let path = &asked.url[Position::BeforePath..];
            let host = &asked.url[Position::BeforeHost..Position::AfterPort];
            let mut request = Request::builder()
                .method(asked.method.clone())
                .uri(path)
                .header("host", host);
            for (name, value) in &asked.headers {
                request = request.header(name, value);
            }
            let request = request.body(Body::from(asked.body.clone()));
            let request = request.expect("what doubles ask is a request");
            let response = match self.0.clone().oneshot(request).await {
                Ok(response) => response,
                Err(never) => match never {},
            };
            let (parts, body) = response.into_parts();
            let headers = parts.headers.iter().map(|(name, value)| {
                let value = String::from_utf8_lossy(value.as_bytes());
                (name.to_string(), value.into_owned())
            });
            let headers = headers.collect();
            let body = body.collect().await.expect("it is whole").to_bytes();
            Said {
                status: parts.status.as_u16(),
                headers,
                body,
            }
        })
    }
}

fn lock<T>(what: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    what.lock().unwrap_or_else(PoisonError::into_inner)
}
