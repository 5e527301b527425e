//! Every request to another server says which exchange it is part of.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;

use http::Uri;
use tracing::Instrument;

use super::{OutboundRequest, OutboundResponse, Reach, Transport, TransportError};
use crate::env::Env;
use crate::http::reference::{HEADER, Reference, TRACEPARENT, current};
use crate::telemetry;

/// A transport that adds `traceparent` and `X-Request-Id`: of the exchange that the task at hand is part of, or of the
/// one that the request names itself. Neither is covered by our signature, since proxies may replace them.
pub(crate) struct Traced {
    inner: Arc<dyn Transport>,
    env: Env,
}

impl Traced {
    pub(crate) fn new(inner: Arc<dyn Transport>, env: Env) -> Self {
        Self { inner, env }
    }
}

impl Transport for Traced {
    fn send(
        &self,
        mut request: OutboundRequest,
    ) -> BoxFuture<'_, Result<OutboundResponse, TransportError>> {
        let named = request
            .headers
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(HEADER.as_str()));
        let named = match named {
            Some((_, text)) => Reference::parse(text),
            None => {
                let reference = current().unwrap_or_else(|| Reference::fresh(&self.env));
                let header = (HEADER.to_string(), reference.to_string());
                request.headers.push(header);
                Some(reference)
            }
        };
        let url: Option<Uri> = request.url.parse().ok();
        let peer = url.as_ref().and_then(|url| Some(url.authority()?.as_str()));
        let path = url.as_ref().map(Uri::path);
        let text = named.as_ref().map(Reference::as_str);
        let span =
            tracing::info_span!("send", method = %request.method, peer, path, reference = text);
        if let Some(reference) = named {
            let chance = self.env.random();
            let id = telemetry::span_within(&span, &reference).unwrap_or(chance);
            let traceparent = reference.traceparent(id);
            request.headers.push((TRACEPARENT.to_string(), traceparent));
        }
        Box::pin(self.inner.send(request).instrument(span))
    }

    fn reach<'a>(&'a self, origin: &'a str, total: Duration) -> BoxFuture<'a, Reach> {
        self.inner.reach(origin, total)
    }
}
