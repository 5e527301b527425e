//! Connections through a proxy, to an address that was checked here.
//!
//! The usual way, `CONNECT name:443`, lets the proxy look the name up, and no check of ours would mean anything. So names are
//! looked up and judged here as ever, and the proxy is told the number. What it sees is where to, and TLS.

use std::net::{IpAddr, SocketAddr};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};

use super::connector::{first_that_answers, remaining};
use super::error::TransportError;
use super::guard::AddressPolicy;
use super::resolve::{Resolver, allowed_addresses};
use super::way::Proxy;

/// Longest answer of a proxy to `CONNECT` in bytes; those that refuse send a page along.
const ANSWER_BYTES: usize = 8 * 1024;

/// A connection to the first of `addresses` to which the proxy finds a way.
pub(super) async fn through(
    proxy: &Proxy,
    resolver: &dyn Resolver,
    addresses: &[IpAddr],
    port: u16,
    by: Instant,
) -> Result<TcpStream, TransportError> {
    let mut last = failed(proxy, "it was not asked");
    for address in addresses {
        match one(proxy, resolver, SocketAddr::new(*address, port), by).await {
            Ok(stream) => return Ok(stream),
            Err(error) => last = error,
        }
    }
    Err(last)
}

async fn one(
    proxy: &Proxy,
    resolver: &dyn Resolver,
    to: SocketAddr,
    by: Instant,
) -> Result<TcpStream, TransportError> {
    // An administrator has named it, so it may be anywhere.
    let at = allowed_addresses(resolver, AddressPolicy::Any, proxy.host());
    let at = timeout(remaining(by), at).await;
    let at = at.map_err(|_| failed(proxy, "its name was not found in time"))?;
    let at = at.map_err(|error| failed(proxy, &error.to_string()))?;
    let stream = first_that_answers(&at, proxy.port(), by).await;
    let mut stream = stream.map_err(|error| failed(proxy, &error.to_string()))?;
    let asking = asked(&mut stream, to);
    match timeout(remaining(by), asking).await {
        Ok(Ok(status)) if status.starts_with('2') => Ok(stream),
        Ok(Ok(status)) => Err(failed(proxy, &format!("it answered {status}"))),
        Ok(Err(error)) => Err(failed(proxy, &error.to_string())),
        Err(_) => Err(failed(proxy, "it did not answer in time")),
    }
}

/// Asks for a tunnel, and reads what was said to it up to the end of the head, not a byte further: what follows is the
/// other server's.
async fn asked(stream: &mut TcpStream, to: SocketAddr) -> std::io::Result<String> {
    let head = format!("CONNECT {to} HTTP/1.1\r\nHost: {to}\r\n\r\n");
    stream.write_all(head.as_bytes()).await?;
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\n\r\n") {
        if answer.len() >= ANSWER_BYTES {
            return Ok("more than it should".to_owned());
        }
        answer.push(stream.read_u8().await?);
    }
    let answer = String::from_utf8_lossy(&answer);
    let line = answer.lines().next().unwrap_or_default();
    let status = line.strip_prefix("HTTP/1.1 ");
    let status = status.or_else(|| line.strip_prefix("HTTP/1.0 "));
    let status = status.and_then(|status| status.get(..3));
    let digits = status.filter(|status| status.bytes().all(|b| b.is_ascii_digit()));
    Ok(digits.unwrap_or("something that is not HTTP").to_owned())
}

/// It is not the other server's fault, and not that of its name.
fn failed(proxy: &Proxy, reason: &str) -> TransportError {
    TransportError::Io {
        reason: format!("the proxy {proxy}: {reason}"),
    }
}
