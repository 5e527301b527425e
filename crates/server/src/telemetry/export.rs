//! Spans to a collector, by OTLP over HTTP (opentelemetry.io, "OTLP Specification").
//!
//! The trace id of a span is the reference of its exchange, and the span of a request to another server is the one that
//! its `traceparent` names, so the spans of two servers make one picture. A thread of its own sends what a bounded queue
//! holds. What a collector cannot take is dropped: nobody waits for it, neither a request nor the end of the process.

use std::fmt;
use std::sync::Mutex;
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::{Request, Response};
use opentelemetry::trace::{
    SpanContext, SpanId, SpanKind, TraceContextExt, TraceFlags, TraceId, TraceState, TracerProvider,
};
use opentelemetry::{Context, KeyValue};
use opentelemetry_http::{HttpClient, HttpError};
use opentelemetry_otlp::{ExporterBuildError, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::resource::EnvResourceDetector;
use opentelemetry_sdk::trace::{
    BatchConfigBuilder, BatchSpanProcessor, IdGenerator, Sampler, SdkTracerProvider, SpanData,
};
use tokio::runtime::Handle;
use tracing::{Level, Metadata, Span, Subscriber};
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::registry::LookupSpan;

use super::Trouble;
use crate::config::{Collector, Config};
use crate::env::Env;
use crate::http::reference::{self, Reference};
use crate::transport::{
    AddressPolicy, HttpTransport, Limits, OutboundRequest, Redirects, Transport,
};

/// Spans that wait to be sent, at most; what comes on top is dropped. Some kilobytes each.
const QUEUE_SPANS: usize = 2_048;

/// Spans in one request.
const BATCH_SPANS: usize = 512;

/// How long spans are collected before they are sent.
const DELAY: Duration = Duration::from_secs(2);

/// How long a collector may take for one request.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long the last spans may hold up the end of the process.
const LAST_PATIENCE: Duration = Duration::from_secs(2);

/// Largest answer of a collector in bytes: it says how many spans it did not take, and why.
const ANSWER_BYTES: usize = 64 * 1024;

/// Why traces cannot be exported.
#[derive(Debug, thiserror::Error)]
#[error("traces cannot be exported: {0}")]
pub struct ExportError(#[from] ExporterBuildError);

/// The export of spans while it is on.
pub struct Export(SdkTracerProvider);

impl Export {
    /// Starts it; within a runtime, which carries the requests.
    pub fn start(collector: &Collector, config: &Config, env: &Env) -> Result<Self, ExportError> {
        let client = Client {
            transport: HttpTransport::new(AddressPolicy::Any),
            runtime: Handle::current(),
            trouble: Mutex::default(),
        };
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(client)
            .with_endpoint(collector.traces())
            .with_timeout(PATIENCE)
            .build()?;
        let batches = BatchConfigBuilder::default()
            .with_max_queue_size(QUEUE_SPANS)
            .with_max_export_batch_size(BATCH_SPANS)
            .with_scheduled_delay(DELAY)
            .build();
        let processor = BatchSpanProcessor::builder(Kinds(exporter))
            .with_batch_config(batches)
            .build();
        // What the environment says goes last, and so counts more.
        let resource = Resource::builder_empty()
            .with_service_name("symbolon")
            .with_attributes([
                KeyValue::new("service.version", env!("CARGO_PKG_VERSION")),
                KeyValue::new("service.instance.id", config.provider().to_string()),
            ])
            .with_detector(Box::new(EnvResourceDetector::new()))
            .build();
        let provider = SdkTracerProvider::builder()
            .with_id_generator(Ids(env.clone()))
            // Ours is a record of what this server did; whether the other side keeps one makes no difference to it.
            .with_sampler(Sampler::AlwaysOn)
            .with_resource(resource)
            .with_span_processor(processor)
            .build();
        Ok(Self(provider))
    }

    /// What makes spans of the log's spans: our own, at `info` and above, whatever the log shows.
    pub fn layer<S>(&self) -> impl Layer<S> + Send + Sync + use<S>
    where
        S: Subscriber + for<'a> LookupSpan<'a> + Send + Sync,
    {
        tracing_opentelemetry::layer()
            .with_tracer(self.0.tracer("symbolon"))
            .with_location(false)
            .with_threads(false)
            .with_target(false)
            .with_tracked_inactivity(false)
            .with_filter(filter_fn(ours).with_max_level_hint(Level::INFO))
    }

    /// Sends what is there, and ends; a collector that does not answer holds this up for two seconds.
    pub async fn end(self) {
        let ending = tokio::task::spawn_blocking(move || {
            // The only failure is that there was not enough time.
            let _ = self.0.shutdown_with_timeout(LAST_PATIENCE);
        });
        let _ = tokio::time::timeout(LAST_PATIENCE, ending).await;
    }
}

fn ours(metadata: &Metadata<'_>) -> bool {
    metadata.target().starts_with("symbolon") && *metadata.level() <= Level::INFO
}

/// Makes a span that is not entered yet the continuation of what another server began, by the span that its
/// `traceparent` names. Without an export nothing happens.
pub(crate) fn join(span: &Span, reference: &Reference, theirs: Option<[u8; 8]>) {
    let Some(theirs) = theirs else {
        return;
    };
    let theirs = SpanContext::new(
        TraceId::from(reference.bits()),
        SpanId::from_bytes(theirs),
        TraceFlags::SAMPLED,
        true,
        TraceState::default(),
    );
    // It fails if nothing is exported, or nothing is logged.
    let _ = span.set_parent(Context::new().with_remote_span_context(theirs));
}

/// The name under which a span is exported, if it is, and if it is part of this exchange.
pub(crate) fn span_within(span: &Span, reference: &Reference) -> Option<[u8; 8]> {
    let context = span.context();
    let span = context.span();
    let known = span.span_context();
    let same = known.is_valid() && known.trace_id() == TraceId::from(reference.bits());
    same.then(|| known.span_id().to_bytes())
}

/// Traces are named by references, spans by chance.
struct Ids(Env);

impl fmt::Debug for Ids {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ids")
    }
}

impl IdGenerator for Ids {
    fn new_trace_id(&self) -> TraceId {
        let reference = reference::current().unwrap_or_else(|| Reference::fresh(&self.0));
        TraceId::from(reference.bits())
    }

    fn new_span_id(&self) -> SpanId {
        SpanId::from(u64::from_be_bytes(self.0.random()).max(1))
    }
}

/// Says of each span which side of an exchange it is, which the log need not repeat in every line.
#[derive(Debug)]
struct Kinds(SpanExporter);

impl opentelemetry_sdk::trace::SpanExporter for Kinds {
    async fn export(&self, mut batch: Vec<SpanData>) -> OTelSdkResult {
        for span in &mut batch {
            span.span_kind = match &*span.name {
                "request" => SpanKind::Server,
                "send" => SpanKind::Client,
                _ => SpanKind::Internal,
            };
        }
        self.0.export(batch).await
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.0.shutdown_with_timeout(timeout)
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.0.force_flush()
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.0.set_resource(resource);
    }
}

/// Our own client for the exporter, whose thread knows nothing of the runtime.
struct Client {
    transport: HttpTransport,
    runtime: Handle,
    trouble: Mutex<Trouble>,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Client")
    }
}

impl HttpClient for Client {
    fn send_bytes<'a, 'b>(
        &'a self,
        request: Request<Bytes>,
    ) -> BoxFuture<'b, Result<Response<Bytes>, HttpError>>
    where
        'a: 'b,
        Self: 'b,
    {
        Box::pin(async move {
            let transport = self.transport.clone();
            let sending = async move { transport.send(outbound(request)).await };
            let sent = self.runtime.spawn(sending).await?;
            let refused = sent.as_ref().ok().filter(|answer| answer.status >= 400);
            let why = match &sent {
                Err(error) => Some(error.to_string()),
                Ok(_) => refused.map(|answer| format!("it answered {}", answer.status)),
            };
            self.note(why.as_deref());
            let answer = sent?;
            let mut response = Response::builder().status(answer.status);
            for (name, value) in &answer.headers {
                response = response.header(name, value);
            }
            Ok(response.body(answer.body)?)
        })
    }
}

impl Client {
    /// One line when a collector stops taking spans, and one when it takes them again.
    fn note(&self, why: Option<&str>) {
        let mut trouble = self.trouble.lock().expect("no holder of this lock panics");
        match why {
            Some(error) if trouble.begins() => {
                tracing::warn!(error, "traces do not reach the collector and are dropped");
            }
            None if trouble.ends() => tracing::info!("traces reach the collector again"),
            _ => {}
        }
    }
}

fn outbound(request: Request<Bytes>) -> OutboundRequest {
    let (head, body) = request.into_parts();
    let text = |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    OutboundRequest {
        method: head.method,
        url: head.uri.to_string(),
        headers: head
            .headers
            .iter()
            .map(|(name, value)| (name.to_string(), text(value)))
            .collect(),
        body,
        limits: Limits {
            total: PATIENCE,
            response_bytes: ANSWER_BYTES,
            ..Limits::default()
        },
        redirects: Redirects::None,
    }
}
