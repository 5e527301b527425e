//! One request from an address of one's choice, as bytes: what is sent need not be HTTP.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use symbolon_proto::digest::content_digest;
use symbolon_proto::keys::SigningKey;
use symbolon_proto::signature::{MessageParts, sign};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpSocket;
use tokio::time::timeout;

/// Longest wait for an answer. A good request that takes as long has failed.
const PATIENCE: Duration = Duration::from_secs(20);

/// A request to a server with a public URL of its own.
pub(crate) struct Call {
    method: &'static str,
    path: String,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

impl Call {
    pub(crate) fn get(path: &str) -> Self {
        Self {
            method: "GET",
            path: path.to_owned(),
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    /// With a body that says it is JSON.
    pub(crate) fn post(path: &str, body: impl Into<Vec<u8>>) -> Self {
        let json = ("content-type", "application/json".to_owned());
        Self {
            method: "POST",
            path: path.to_owned(),
            headers: vec![json],
            body: body.into(),
        }
    }

    pub(crate) fn method(mut self, method: &'static str) -> Self {
        self.method = method;
        self
    }

    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.retain(|(known, _)| *known != name);
        self.headers.push((name, value.into()));
        self
    }

    /// Signs it as the draft wants it.
    pub(crate) fn signed(mut self, url: &str, key: &SigningKey, now: i64) -> Self {
        let length = self.body.len().to_string();
        let digest = content_digest(&self.body);
        self.headers.push(("content-length", length));
        self.headers.push(("content-digest", digest));
        let view: Vec<(&str, &str)> = self.headers.iter().map(|(n, v)| (*n, &**v)).collect();
        let target = format!("{url}{}", self.path);
        let message = MessageParts::request(self.method, &target, &view);
        let signature = sign(&message, key, now).expect("all of it is there");
        self.headers
            .push(("signature-input", signature.signature_input));
        self.headers.push(("signature", signature.signature));
        self
    }

    /// Another body under the same head, signature included.
    pub(crate) fn forged(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        let length = self.body.len().to_string();
        self.header("content-length", length)
    }

    pub(crate) fn bytes(&self, url: &str) -> Vec<u8> {
        let host = url.trim_start_matches("http://");
        let mut head = format!("{} {} HTTP/1.1\r\nhost: {host}\r\n", self.method, self.path);
        let has_length = self
            .headers
            .iter()
            .any(|(name, _)| *name == "content-length");
        if !self.body.is_empty() && !has_length {
            head += &format!("content-length: {}\r\n", self.body.len());
        }
        for (name, value) in &self.headers {
            head += &format!("{name}: {value}\r\n");
        }
        head += "connection: close\r\n\r\n";
        let mut bytes = head.into_bytes();
        bytes.extend(&self.body);
        bytes
    }
}

/// Sends bytes and reads until the other side closes.
pub(crate) async fn exchange(from: Ipv4Addr, to: SocketAddr, bytes: &[u8]) -> io::Result<Vec<u8>> {
    let exchanging = async {
        let socket = TcpSocket::new_v4()?;
        socket.set_reuseaddr(true)?;
        socket.bind(SocketAddr::from((from, 0)))?;
        let mut stream = socket.connect(to).await?;
        // Whoever refuses what is too large does not read it to its end, and its answer may be there all the same.
        let written = stream.write_all(bytes).await;
        let mut answer = Vec::new();
        let read = stream.read_to_end(&mut answer).await;
        match (written.and(read), answer.is_empty()) {
            (Err(error), true) => Err(error),
            _ => Ok(answer),
        }
    };
    timeout(PATIENCE, exchanging)
        .await
        .map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?
}

/// The status of an answer, if it is one.
pub(crate) fn status(answer: &[u8]) -> Option<u16> {
    let line = std::str::from_utf8(answer.get(..12)?).ok()?;
    line.strip_prefix("HTTP/1.1 ")?.parse().ok()
}
