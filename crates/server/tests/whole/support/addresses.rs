//! Requests as they come from addresses, and what they are told when they are too many.

use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::ConnectInfo;
use http::Request;
use symbolon_server::telemetry;
use tower::ServiceExt;

use super::{Answer, TestServer};

pub(crate) const SOMEBODY: &str = "192.0.2.1";

pub(crate) const ANOTHER: &str = "192.0.2.2";

/// A request as it arrives from an address, through a proxy if it says so.
pub(crate) async fn send(
    server: &TestServer,
    from: &str,
    forwarded: Option<&str>,
    request: http::request::Builder,
    body: impl Into<Body>,
) -> Answer {
    let from = SocketAddr::new(from.parse().unwrap(), 4711);
    let mut request = request.extension(ConnectInfo(from));
    if let Some(forwarded) = forwarded {
        request = request.header("x-forwarded-for", forwarded);
    }
    server.request(request.body(body.into()).unwrap()).await
}

/// How many are answered before the first 429, and what that one says.
pub(crate) async fn until_it_is_too_much(send: impl AsyncFn() -> Answer) -> (usize, Answer) {
    for number in 0..2_000 {
        let answer = send().await;
        if answer.status == 429 {
            return (number, answer);
        }
    }
    panic!("it is never too much");
}

pub(crate) fn seconds(answer: &Answer) -> i64 {
    let header = answer.headers["retry-after"].to_str().unwrap();
    header.parse().unwrap()
}

pub(crate) async fn figure(server: &TestServer, name: &str) -> f64 {
    let request = Request::get("/metrics").body(Body::empty()).unwrap();
    let own = telemetry::own_router(&server.app);
    let answer = own.oneshot(request).await.unwrap();
    let text = http_body_util::BodyExt::collect(answer.into_body()).await;
    let text = String::from_utf8(text.unwrap().to_bytes().to_vec()).unwrap();
    let line = text.lines().find(|line| line.starts_with(name));
    let value = line.unwrap().rsplit(' ').next().unwrap();
    value.parse().unwrap()
}
