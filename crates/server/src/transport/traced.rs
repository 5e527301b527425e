//! Every request to another server says which exchange it is part of.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;

use super::{OutboundRequest, OutboundResponse, Reach, Transport, TransportError};
use crate::env::Env;
use crate::http::reference::{HEADER, Reference, TRACEPARENT, current};

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
        if let Some(reference) = named {
            let traceparent = reference.traceparent(self.env.random());
            request.headers.push((TRACEPARENT.to_string(), traceparent));
        }
        self.inner.send(request)
    }

    fn reach<'a>(&'a self, origin: &'a str, total: Duration) -> BoxFuture<'a, Reach> {
        self.inner.reach(origin, total)
    }
}
