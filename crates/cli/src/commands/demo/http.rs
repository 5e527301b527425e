//! Just enough of an HTTP client to play two people at their browsers.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::header::{ACCEPT, ACCEPT_LANGUAGE, AUTHORIZATION, CONTENT_TYPE, HOST};
use http::{Method, Request, StatusCode};
use http_body_util::{BodyExt, Full, Limited};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::time::Instant;

use crate::language;

/// Longest wait for one answer: twice what a server takes at most before it says that something is pending.
const ANSWER_WITHIN: Duration = Duration::from_secs(15);

/// Largest answer that is read, in bytes.
const ANSWER_MAX: usize = 1 << 20;

/// A person's way to their own server. Each request is a connection of its own, as if the server had just started.
#[derive(Clone)]
pub(crate) struct Client {
    address: SocketAddr,
    authority: String,
    authorization: String,
}

/// What a server answered.
pub(crate) struct Answer {
    /// The status.
    pub(crate) status: StatusCode,
    /// The body; null if there is none.
    pub(crate) body: Value,
    /// From the first packet to the last.
    pub(crate) took: Duration,
}

impl Client {
    /// Logs in with every request. `address` is where the server listens, `authority` what it calls itself: its name need not
    /// resolve on this machine.
    pub(crate) fn new(address: SocketAddr, authority: &str, user: &str, password: &str) -> Self {
        let credentials = STANDARD.encode(format!("{user}:{password}"));
        Self {
            address,
            authority: authority.to_owned(),
            authorization: format!("Basic {credentials}"),
        }
    }

    /// Sends one request and reads its answer.
    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Answer> {
        let exchange = self.exchange(method.clone(), path, body);
        let Ok(answer) = tokio::time::timeout(ANSWER_WITHIN, exchange).await else {
            bail!(
                "{} did not answer {method} {path} within {ANSWER_WITHIN:?}",
                self.authority
            );
        };
        answer.with_context(|| format!("{method} {path} at {}", self.authority))
    }

    async fn exchange(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Answer> {
        let began = Instant::now();
        let stream = TcpStream::connect(self.address).await?;
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
        let connection = tokio::spawn(connection);
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(HOST, &self.authority)
            .header(AUTHORIZATION, &self.authorization)
            .header(ACCEPT_LANGUAGE, language::current().tag())
            .header(ACCEPT, "application/json");
        let request = match body {
            Some(body) => request
                .header(CONTENT_TYPE, "application/json")
                .body(Full::new(Bytes::from(serde_json::to_vec(body)?)))?,
            None => request.body(Full::default())?,
        };
        let (head, body) = sender.send_request(request).await?.into_parts();
        let body = match Limited::new(body, ANSWER_MAX).collect().await {
            Ok(body) => body.to_bytes(),
            Err(error) => bail!("the answer broke off: {error}"),
        };
        connection.abort();
        let body = if body.is_empty() {
            Value::Null
        } else {
            serde_json::from_slice(&body).unwrap_or_else(|_| String::from_utf8_lossy(&body).into())
        };
        Ok(Answer {
            status: head.status,
            body,
            took: began.elapsed(),
        })
    }
}

impl Answer {
    /// The body, if the status is one of those expected.
    pub(crate) fn expect(self, statuses: &[StatusCode]) -> Result<Value> {
        if statuses.contains(&self.status) {
            return Ok(self.body);
        }
        let expected = statuses
            .iter()
            .map(StatusCode::as_str)
            .collect::<Vec<_>>()
            .join(" or ");
        bail!(
            "expected the answer {expected}\nactual   {} {}",
            self.status,
            self.body
        );
    }
}
