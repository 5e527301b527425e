//! The network between the servers: a table of who answers under which name, and a clock that is a number.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::{Method, Request};
use http_body_util::BodyExt;
use serde_json::json;
use symbolon_core::Timestamp;
use symbolon_server::env::Clock;
use symbolon_server::transport::Transport;
use tower::ServiceExt;

use super::{OutboundRequest, OutboundResponse, Stage, TestServer, TransportError};

/// 2026-11-24T00:00:00Z.
pub(crate) const START: i64 = 1_795_478_400_000;

/// A clock that moves when it is told to.
#[derive(Default)]
pub(crate) struct TestClock {
    passed_ms: AtomicI64,
    /// How much of it goes by whenever somebody looks.
    each_look_ms: AtomicI64,
    /// How often somebody looked.
    pub(crate) looks: AtomicI64,
}

impl TestClock {
    /// Lets time pass.
    pub(crate) fn pass_ms(&self, millis: i64) {
        self.passed_ms.fetch_add(millis, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        self.looks.fetch_add(1, Ordering::Relaxed);
        let each = self.each_look_ms.load(Ordering::SeqCst);
        let passed = self.passed_ms.fetch_add(each, Ordering::SeqCst);
        Timestamp::from_millis(START + passed)
    }
}

type Handler =
    Arc<dyn Fn(&OutboundRequest) -> Result<OutboundResponse, TransportError> + Send + Sync>;

#[derive(Clone)]
enum Host {
    Server(Router),
    Scripted(Handler),
    /// Says who it is, and then nothing any more.
    Hanging,
    /// A server behind something that changes requests, or answers itself.
    Behind(Router, Proxy),
}

/// What stands before a server: the request that it hands on, or an answer of its own.
pub(crate) type Proxy =
    Arc<dyn Fn(OutboundRequest) -> Result<OutboundRequest, OutboundResponse> + Send + Sync>;

/// The network: who answers under which name. Names that are not here refuse the connection.
#[derive(Clone, Default)]
pub(crate) struct Net {
    hosts: Arc<Mutex<HashMap<String, Host>>>,
    pub(crate) sent: Arc<Mutex<Vec<OutboundRequest>>>,
    pub(crate) clock: Arc<TestClock>,
}

impl Net {
    /// A server that answers as a function says; for everything that no honest Symbolon does.
    pub(crate) fn script(
        &self,
        host: &str,
        answer: impl Fn(&OutboundRequest) -> Result<OutboundResponse, TransportError>
        + Send
        + Sync
        + 'static,
    ) {
        let host_entry = Host::Scripted(Arc::new(answer));
        self.hosts
            .lock()
            .unwrap()
            .insert(host.to_owned(), host_entry);
    }

    /// A server that describes itself and leaves every message without an answer until the sender loses patience.
    pub(crate) fn hang(&self, host: &str) {
        let mut hosts = self.hosts.lock().unwrap();
        hosts.insert(host.to_owned(), Host::Hanging);
    }

    /// Requests to a server arrive, and what it answers to messages is lost. `then` happens when an answer would have come.
    pub(crate) fn loses_answers(
        &self,
        server: &TestServer,
        then: impl AsyncFn() + Clone + Send + Sync + 'static,
    ) {
        let router = server.router.clone();
        self.script(server.app.provider().as_str(), move |request| {
            let (router, request, then) = (router.clone(), request.clone(), then.clone());
            let message = request.method == Method::POST;
            let answered = std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()
                    .unwrap();
                runtime.block_on(async {
                    let answered = forward(router, request).await;
                    if message {
                        then().await;
                    }
                    answered
                })
            });
            let answered = answered.join().unwrap();
            if message {
                answer(502, "text/plain", "")
            } else {
                answered
            }
        });
    }

    /// Cuts a server off; its state stays.
    pub(crate) fn down(&self, server: &TestServer) {
        self.hosts
            .lock()
            .unwrap()
            .remove(server.app.provider().as_str());
    }

    /// Puts something before a server.
    pub(crate) fn behind(&self, server: &TestServer, proxy: Proxy) {
        let host = Host::Behind(server.router.clone(), proxy);
        let mut hosts = self.hosts.lock().unwrap();
        hosts.insert(server.app.provider().to_string(), host);
    }

    /// Lets a server be reached by another name as well.
    pub(crate) fn also(&self, name: &str, server: &TestServer) {
        let host = Host::Server(server.router.clone());
        self.hosts.lock().unwrap().insert(name.to_owned(), host);
    }

    /// Connects it again.
    pub(crate) fn up(&self, server: &TestServer) {
        let host = Host::Server(server.router.clone());
        self.hosts
            .lock()
            .unwrap()
            .insert(server.app.provider().to_string(), host);
    }

    /// Lets time pass for everybody.
    pub(crate) fn pass_ms(&self, millis: i64) {
        self.clock.pass_ms(millis);
    }

    /// From here on a millisecond goes by whenever somebody looks at the time.
    pub(crate) fn goes_on(&self) {
        self.clock.each_look_ms.store(1, Ordering::SeqCst);
    }

    /// The same network, for a server whose clock goes its own way.
    pub(crate) fn with_a_clock_of_its_own(&self) -> Self {
        Self {
            clock: Arc::default(),
            ..self.clone()
        }
    }

    /// What was posted to a path so far.
    pub(crate) fn posted(&self, path: &str) -> Vec<OutboundRequest> {
        let sent = self.sent.lock().unwrap();
        sent.iter()
            .filter(|r| r.method == Method::POST && r.url.ends_with(path))
            .cloned()
            .collect()
    }
}

impl Transport for Net {
    fn send(
        &self,
        request: OutboundRequest,
    ) -> BoxFuture<'_, Result<OutboundResponse, TransportError>> {
        Box::pin(async move {
            self.sent.lock().unwrap().push(request.clone());
            let url = url::Url::parse(&request.url).expect("we send to addresses");
            let host = match url.port() {
                Some(port) => format!("{}:{port}", url.host_str().unwrap()),
                None => url.host_str().unwrap().to_owned(),
            };
            let found = self.hosts.lock().unwrap().get(&host).cloned();
            let router = match found {
                None => return Err(TransportError::ConnectionRefused),
                Some(Host::Scripted(handler)) => return within_limit(&request, handler(&request)),
                Some(Host::Hanging) if request.method == Method::GET => {
                    return answer(200, "application/json", discovery(&host, &["invites"]));
                }
                Some(Host::Hanging) => {
                    tokio::time::sleep(request.limits.total).await;
                    let stage = Stage::Answer;
                    return Err(TransportError::Timeout { stage });
                }
                Some(Host::Server(router)) => router,
                Some(Host::Behind(router, proxy)) => match proxy(request) {
                    Ok(request) => return forward(router, request).await,
                    Err(answer) if (300..400).contains(&answer.status) => {
                        let to = answer.url;
                        return Err(TransportError::Redirected { to });
                    }
                    Err(answer) => return Ok(answer),
                },
            };
            forward(router, request).await
        })
    }
}

/// What the real transport makes of an answer that is larger than its request allows.
fn within_limit(
    request: &OutboundRequest,
    answer: Result<OutboundResponse, TransportError>,
) -> Result<OutboundResponse, TransportError> {
    let limit = request.limits.response_bytes;
    match answer {
        Ok(answer) if answer.body.len() > limit => Err(TransportError::TooLarge { limit }),
        other => other,
    }
}

/// One exchange with the real router of a server.
pub(crate) async fn forward(
    router: Router,
    request: OutboundRequest,
) -> Result<OutboundResponse, TransportError> {
    let url = url::Url::parse(&request.url).expect("we send to addresses");
    let path = &url[url::Position::BeforePath..];
    let mut inbound = Request::builder().method(request.method.clone()).uri(path);
    // As the real transport does, unless something in between has put another one there.
    if !request.headers.iter().any(|(name, _)| name == "host") {
        let host = &url[url::Position::BeforeHost..url::Position::AfterPort];
        inbound = inbound.header("host", host);
    }
    for (name, value) in &request.headers {
        inbound = inbound.header(name, value);
    }
    let response = router
        .oneshot(inbound.body(Body::from(request.body)).unwrap())
        .await
        .unwrap();
    let (parts, body) = response.into_parts();
    let headers = parts.headers.iter().map(|(name, value)| {
        (
            name.to_string(),
            String::from_utf8_lossy(value.as_bytes()).into_owned(),
        )
    });
    Ok(OutboundResponse {
        status: parts.status.as_u16(),
        headers: headers.collect(),
        body: body.collect().await.unwrap().to_bytes(),
        url: request.url,
    })
}

/// An answer of a scripted server.
pub(crate) fn answer(
    status: u16,
    kind: &str,
    body: impl Into<Bytes>,
) -> Result<OutboundResponse, TransportError> {
    Ok(OutboundResponse {
        status,
        headers: vec![("content-type".to_owned(), kind.to_owned())],
        body: body.into(),
        url: String::new(),
    })
}

/// The discovery document of a server of another make, at `https://host`.
pub(crate) fn discovery(host: &str, capabilities: &[&str]) -> String {
    json!({
        "enabled": true, "apiVersion": "1.2.0", "endPoint": format!("https://{host}/ocm"), "provider": "Other",
        "resourceTypes": [], "capabilities": capabilities,
    })
    .to_string()
}
