//! One reference for every exchange: the thread that leads through both servers' logs, the events and the page.
//!
//! It is the trace id of W3C Trace Context, written as our ids are, since people read it out to each other. Requests to
//! other servers carry it as `traceparent` and as `X-Request-Id`, and what another server sends under one is part of the
//! same exchange. It names an exchange and proves nothing; `docs/decisions/0014-references.md` says from whom it is taken
//! over and why that is safe.

use std::convert::Infallible;
use std::fmt;
use std::panic::AssertUnwindSafe;

use axum::extract::{FromRequestParts, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use futures_util::FutureExt;
use http::request::Parts;
use http::{Extensions, HeaderMap, HeaderName, HeaderValue};
use symbolon_core::Id;
use symbolon_proto::problem::{Code, Surface};
use tracing::Instrument;

use super::{Around, problem};
use crate::env::Env;
use crate::telemetry::{self, Visit};

/// Where a reference travels as people read it, in requests and in answers.
pub const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// Where a reference travels as the trace id of W3C Trace Context.
pub const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// Longest foreign name of an exchange that is written down, in bytes.
const FOREIGN_BYTES: usize = 64;

/// Longest path that a log line repeats, in bytes.
const LOGGED_PATH_BYTES: usize = 200;

/// Longest method that a log line repeats, in bytes: the longest registered one has 17. hyper takes any word.
const LOGGED_METHOD_BYTES: usize = 20;

tokio::task_local! {
    /// The exchange that the task at hand is part of.
    static EXCHANGE: Exchange;
}

/// The exchange that something is part of.
#[derive(Clone)]
struct Exchange {
    reference: Reference,
    theirs: Option<String>,
}

/// The reference of the request at hand. An extractor: routes behind [`super::around`] always have one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference(String);

impl Reference {
    /// Reads a reference in any of its spellings: ours, and as 32 hexadecimal digits with or without the hyphens of a UUID.
    /// Nothing else is one, so whatever comes out of here can be logged and sent.
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(id) = Id::parse(text) {
            return id.bits().filter(|bits| *bits != 0).map(Self::from_bits);
        }
        let hyphens = [8, 13, 18, 23];
        let uuid = text.len() == 36 && text.match_indices('-').map(|(at, _)| at).eq(hyphens);
        let digits = if uuid {
            text.replace('-', "")
        } else {
            text.to_owned()
        };
        let hex = digits.len() == 32 && digits.bytes().all(|b| b.is_ascii_hexdigit());
        let bits = u128::from_str_radix(&digits, 16).ok().filter(|_| hex)?;
        (bits != 0).then(|| Self::from_bits(bits))
    }

    /// A reference of our own.
    pub fn fresh(env: &Env) -> Self {
        Self(env.id().to_string())
    }

    /// As it is sent and logged.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The value of a `traceparent` header under this reference, for one request: `span` names that request. The flag says
    /// that this server keeps a record, which it always does.
    pub(crate) fn traceparent(&self, span: [u8; 8]) -> String {
        let trace = self.bits();
        let span = u64::from_be_bytes(span).max(1);
        format!("00-{trace:032x}-{span:016x}-01")
    }

    /// The trace id.
    pub(crate) fn bits(&self) -> u128 {
        let bits = Id::parse(&self.0).and_then(|id| id.bits());
        bits.expect("a reference is an id")
    }

    /// The reference that [`super::around`] put into a request.
    pub(crate) fn carried(extensions: &Extensions) -> Self {
        let known = extensions.get::<Self>().cloned();
        known.expect("every route is behind the layer of this file")
    }

    fn from_bits(bits: u128) -> Self {
        Self(Id::from_bits(bits).to_string())
    }

    /// What another server says: `traceparent` first, which proxies between two servers leave alone, then `X-Request-Id`,
    /// which some of them replace.
    fn of(headers: &HeaderMap) -> Option<Self> {
        let traced = single(headers, &TRACEPARENT).and_then(traced);
        let traced = traced.map(|(reference, _)| reference);
        traced.or_else(|| Self::parse(single(headers, &HEADER)?))
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<S: Sync> FromRequestParts<S> for Reference {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::carried(&parts.extensions))
    }
}

/// Lets something be part of an exchange: what it sends to other servers carries the reference.
pub(crate) async fn within<F: Future>(reference: &str, doing: F) -> F::Output {
    match Reference::parse(reference) {
        Some(reference) => {
            let exchange = Exchange {
                reference,
                theirs: None,
            };
            EXCHANGE.scope(exchange, doing).await
        }
        // From before references were trace ids: it stays in our own records alone.
        None => doing.await,
    }
}

/// The reference of the exchange at hand, if there is one.
pub(crate) fn current() -> Option<Reference> {
    EXCHANGE
        .try_with(|exchange| exchange.reference.clone())
        .ok()
}

/// The name that whoever asked gave to the exchange at hand, if it is another one than ours.
pub(crate) fn theirs() -> Option<String> {
    EXCHANGE
        .try_with(|exchange| exchange.theirs.clone())
        .ok()
        .flatten()
}

/// A name of an exchange that somebody else gave, if it is short and can forge no line.
pub(crate) fn foreign(text: &str) -> Option<String> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._:/+=".contains(&b);
    let fits = (1..=FOREIGN_BYTES).contains(&text.len()) && text.bytes().all(plain);
    fits.then(|| text.to_owned())
}

/// Trace id and span of a `traceparent` of any version that there may be (W3C Trace Context §3.2).
fn traced(text: &str) -> Option<(Reference, [u8; 8])> {
    let hex = |text: &str| {
        text.bytes()
            .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    };
    let (head, rest) = text.split_at_checked(55)?;
    let mut parts = head.split('-');
    let (version, trace, span, flags) =
        (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let lengths = [version.len(), trace.len(), span.len(), flags.len()];
    let shaped = lengths == [2, 32, 16, 2] && parts.next().is_none();
    let known = shaped && [version, trace, span, flags].into_iter().all(hex) && version != "ff";
    let ends = rest.is_empty() || (version != "00" && rest.starts_with('-'));
    let span = u64::from_str_radix(span, 16)
        .ok()
        .filter(|_| known && ends)?;
    let reference = Reference::parse(trace).filter(|_| span != 0)?;
    Some((reference, span.to_be_bytes()))
}

fn single<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(value)
}

/// Gives the request its reference, runs it in a span of its own, turns a panic into a problem, and logs one line: at
/// `debug` for the probes of an orchestrator and for what a limit refuses, at `info` for everything else. Queries are not logged, since invite
/// tokens travel in them.
///
/// Other servers name the exchange that their request is part of. Everybody else gets a reference of our own, so that
/// nobody's browser or script can write into the story of an exchange; what they sent is logged beside it.
pub(super) async fn layer(
    State(Around { env, metrics }): State<Around>,
    mut request: Request,
    next: Next,
) -> Response {
    let began = env.clock.elapsed();
    let path = request.uri().path();
    let surface = problem::surface(path);
    let given = Some(request.headers()).filter(|_| surface == Surface::Ocm);
    let reference = given.and_then(Reference::of);
    let reference = reference.unwrap_or_else(|| Reference::fresh(&env));
    let theirs = single(request.headers(), &HEADER).and_then(foreign);
    let theirs = theirs.filter(|text| Reference::parse(text).as_ref() != Some(&reference));
    let probe = matches!(path, "/healthz" | "/readyz" | "/metrics");
    let shown = &path[..path.floor_char_boundary(LOGGED_PATH_BYTES)];
    let method = request.method().as_str();
    let method = &method[..method.floor_char_boundary(LOGGED_METHOD_BYTES)];
    let span =
        tracing::info_span!("request", method, path = shown, %reference, their_reference = theirs);
    let parent = given.and_then(|headers| traced(single(headers, &TRACEPARENT)?));
    telemetry::join(&span, &reference, parent.map(|(_, span)| span));
    request.extensions_mut().insert(reference.clone());
    let exchange = Exchange {
        reference: reference.clone(),
        theirs,
    };
    let answering = async {
        let answer = AssertUnwindSafe(next.run(request)).catch_unwind().await;
        let mut response = answer.unwrap_or_else(|_| problem::panicked(surface, &reference));
        let value = HeaderValue::try_from(reference.as_str());
        response
            .headers_mut()
            .insert(HEADER, value.expect("a reference is plain ASCII"));
        let status = response.status().as_u16();
        let failed = response.extensions().get::<problem::Failed>();
        let code = failed.map(|failed| failed.0.code());
        let took = env.clock.elapsed().saturating_sub(began);
        metrics.visited(&Visit {
            surface,
            probe,
            status,
            code,
            took,
        });
        let ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        // Whoever may not ask so often may not fill the log either.
        let limited = code == Some(Code::TooManyRequests);
        let code = code.map(Code::as_str);
        if probe || limited {
            tracing::debug!(status, ms, code, "answered");
        } else {
            tracing::info!(status, ms, code, "answered");
        }
        response
    };
    EXCHANGE.scope(exchange, answering.instrument(span)).await
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";

    #[test]
    fn a_reference_is_a_trace_id_in_our_letters() {
        let reference = Reference::parse(TRACE).unwrap();
        assert_eq!(reference.as_str().len(), 26);
        assert_eq!(
            Reference::parse(reference.as_str()),
            Some(reference.clone())
        );
        let uuid = "0af76519-16cd-43dd-8448-eb211c80319c";
        assert_eq!(Reference::parse(uuid), Some(reference.clone()));
        assert_eq!(
            reference.traceparent([0, 0xf0, 0x67, 0xaa, 0x0b, 0xa9, 0x02, 0xb7]),
            format!("00-{TRACE}-00f067aa0ba902b7-01")
        );
        assert!(reference.traceparent([0; 8]).contains("-0000000000000001-"));
    }

    #[test]
    fn nothing_else_is_a_reference() {
        for text in [
            "",
            "abc",
            "a b",
            &"0".repeat(32),
            &"0".repeat(26),
            &"z".repeat(26),
            &"x".repeat(65),
            "+af7651916cd43dd8448eb211c80319c",
            "0af7651916-cd-43dd-8448-eb211c80319c",
        ] {
            assert_eq!(Reference::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_traceparent_is_read_as_w3c_says() {
        let of = |text: &str| traced(text).is_some();
        assert!(of(&format!("00-{TRACE}-b7ad6b7169203331-01")));
        assert!(of(&format!("01-{TRACE}-b7ad6b7169203331-01-more")));
        for text in [
            format!("ff-{TRACE}-b7ad6b7169203331-01"),
            format!("00-{TRACE}-b7ad6b7169203331-01-more"),
            format!("00-{TRACE}-0000000000000000-01"),
            format!("00-{}-b7ad6b7169203331-01", "0".repeat(32)),
            format!("00-{}-b7ad6b7169203331-01", TRACE.to_uppercase()),
            format!("00-{TRACE}-b7ad6b7169203331"),
            format!("00-{TRACE}-b7ad6b716920333é-1"),
            String::new(),
        ] {
            assert!(!of(&text), "{text:?}");
        }
    }

    #[test]
    fn a_foreign_name_is_short_and_plain() {
        assert_eq!(
            foreign("web1/k3J-000042").as_deref(),
            Some("web1/k3J-000042")
        );
        for text in ["", "a b", "a\tb", "a;b", "\"", "é", &"x".repeat(65)] {
            assert_eq!(foreign(text), None, "{text:?}");
        }
    }
}
