//! Whole servers in one process: the real router, the real store, the real outbox; only the network between them is a
//! table, and time is a number.

use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::{Method, Request};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use symbolon_core::{Timestamp, UserId};
use symbolon_server::accounts;
use symbolon_server::app::App;
pub(crate) use symbolon_server::config::Key;
use symbolon_server::config::{Config, RawConfig};
use symbolon_server::env::{Clock, Entropy, Env};
use symbolon_server::keys::ServerKeys;
use symbolon_server::outbox;
use symbolon_server::sync;
use symbolon_server::telemetry::Export;
pub(crate) use symbolon_server::transport::Stage;
use symbolon_server::transport::Transport;
pub(crate) use symbolon_server::transport::{
    OutboundRequest, OutboundResponse, TlsFault, TransportError,
};
use symbolon_store::events::Moment;
use symbolon_store::users::{AddAppPassword, AddUser, FindUser, User};
use symbolon_store::{Database, Error, Operation, Options, Statement, Store, Tx};
use tower::ServiceExt;
use tracing_subscriber::layer::SubscriberExt;

/// 2026-11-24T00:00:00Z.
pub(crate) const START: i64 = 1_795_478_400_000;

/// A clock that moves when it is told to.
#[derive(Default)]
pub(crate) struct TestClock {
    passed_ms: AtomicI64,
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
        Timestamp::from_millis(START + self.passed_ms.load(Ordering::SeqCst))
    }
}

/// Repeatable chance: xorshift, different for every server.
struct Seeded(Mutex<u64>);

impl Entropy for Seeded {
    fn fill(&self, buf: &mut [u8]) {
        let mut state = self.0.lock().unwrap();
        for byte in buf {
            *state ^= *state << 13;
            *state ^= *state >> 7;
            *state ^= *state << 17;
            *byte = state.to_be_bytes()[3];
        }
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

/// A whole server.
pub(crate) struct TestServer {
    pub(crate) app: App,
    pub(crate) router: Router,
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: http::HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text)
            .unwrap_or_else(|_| panic!("no JSON: {} {}", self.status, self.text))
    }

    #[track_caller]
    pub(crate) fn assert(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }

    /// The stable problem code.
    pub(crate) fn problem(&self) -> String {
        self.json()["problem"]
            .as_str()
            .unwrap_or_else(|| panic!("no problem: {}", self.text))
            .to_owned()
    }
}

/// Somebody with an account, acting by the API.
pub(crate) struct Person<'a> {
    pub(crate) server: &'a TestServer,
    pub(crate) id: UserId,
    authorization: String,
}

impl TestServer {
    /// A server under `https://host`, connected to the network.
    pub(crate) async fn new(net: &Net, host: &str) -> Self {
        Self::on(net, host, &Database::parse("memory:").unwrap()).await
    }

    /// The same on a database that is there already, as after a restart.
    pub(crate) async fn on(net: &Net, host: &str, database: &Database) -> Self {
        Self::made(net, host, database, None, &[]).await
    }

    /// The same in memory, with settings.
    pub(crate) async fn with(net: &Net, host: &str, settings: &[(Key, &str)]) -> Self {
        let database = Database::parse("memory:").unwrap();
        Self::made(net, host, &database, None, settings).await
    }

    /// The same with its keys in a data folder, and its database too.
    pub(crate) async fn in_folder(net: &Net, host: &str, data: &Path) -> Self {
        Self::in_folder_with(net, host, data, &[]).await
    }

    /// The same with settings.
    pub(crate) async fn in_folder_with(
        net: &Net,
        host: &str,
        data: &Path,
        settings: &[(Key, &str)],
    ) -> Self {
        let file = format!("sqlite:{}", data.join("symbolon.db").display());
        let database = Database::parse(&file).unwrap();
        Self::made(net, host, &database, Some(data), settings).await
    }

    async fn made(
        net: &Net,
        host: &str,
        database: &Database,
        data: Option<&Path>,
        settings: &[(Key, &str)],
    ) -> Self {
        let data_folder = data.map(|data| data.display().to_string());
        let flags = RawConfig::flags([
            (Key::PublicUrl, Some(format!("https://{host}"))),
            (Key::Data, data_folder),
        ]);
        let settings = settings
            .iter()
            .map(|(key, text)| (*key, Some((*text).to_owned())));
        let config = Config::resolve(RawConfig::flags(settings).over(flags)).unwrap();
        let seed = host.bytes().fold(0x5eed_u64, |seed, b| {
            seed.wrapping_mul(31).wrapping_add(u64::from(b))
        });
        let env = Env {
            clock: net.clock.clone(),
            entropy: Arc::new(Seeded(Mutex::new(seed))),
        };
        let store = Store::open(database, Options::default()).await.unwrap();
        let keys = match data {
            Some(data) => ServerKeys::open(&data.join("keys"), &env, &config.provider()).unwrap(),
            None => ServerKeys::ephemeral(&env, &config.provider()),
        };
        let app = App::new(config, env, store, Arc::new(net.clone()), keys);
        sync::prepare(&app).await.unwrap();
        let router = symbolon_server::router::router(&app);
        let server = Self { app, router };
        net.up(&server);
        server
    }

    /// The same server with another way out.
    pub(crate) fn with_transport(self, transport: Arc<dyn Transport>) -> Self {
        let config = self.app.config.clone();
        let keys = ServerKeys::ephemeral(&self.app.env, self.app.provider());
        let env = self.app.env.clone();
        let app = App::new(config, env, self.app.store.clone(), transport, keys);
        let router = symbolon_server::router::router(&app);
        Self { app, router }
    }

    /// A new account.
    pub(crate) async fn person(&self, name: &str) -> Person<'_> {
        let env = &self.app.env;
        let moment = Moment::new(self.app.now(), "test".to_owned());
        let user = User {
            id: env.id().into(),
            name: name.to_owned(),
            display_name: format!("{}{}", name[..1].to_uppercase(), &name[1..]),
            email: Some(format!("{name}@example.org")),
            disabled_at: None,
            language: None,
            admin: false,
            created_at: moment.now,
        };
        let id = user.id.clone();
        let add = AddUser {
            user,
            password_hash: None,
            moment: moment.clone(),
        };
        assert!(self.app.store.write(add).await.unwrap());
        let (plain, hash) = accounts::new_app_password(env);
        let add = AddAppPassword {
            id: env.id(),
            user: id.clone(),
            label: "test".to_owned(),
            hash,
            moment,
        };
        self.app.store.write(add).await.unwrap();
        let authorization = format!("Basic {}", STANDARD.encode(format!("{name}:{plain}")));
        Person {
            server: self,
            id,
            authorization,
        }
    }

    /// One request, as it comes from outside.
    pub(crate) async fn request(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Answer {
            status: parts.status.as_u16(),
            headers: parts.headers,
            text: String::from_utf8_lossy(&body).into_owned(),
        }
    }

    /// Does something to the database behind the server's back, to see what it does when a write or a read fails.
    pub(crate) async fn meddle(&self, sql: &str) {
        struct Meddle(&'static Statement);
        impl Operation for Meddle {
            type Output = ();
            const NAME: &'static str = "meddle";
            async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
                tx.execute(self.0, &[]).await.map(drop)
            }
        }
        let sql: &'static str = Box::leak(sql.to_owned().into_boxed_str());
        let statement = Box::leak(Box::new(Statement::new("tests.meddle", sql)));
        self.app.store.write(Meddle(statement)).await.unwrap();
    }

    /// Sends everything that is due now.
    pub(crate) async fn drive(&self) {
        outbox::drive(&self.app).await.unwrap();
    }

    /// Compares its halves with every server with which that is due, as after a start.
    pub(crate) async fn syncs(&self) {
        sync::begin(&self.app).await.unwrap();
        sync::drive(&self.app).await.unwrap();
    }

    /// Runs the delivery loop beside the test, as a running server does.
    pub(crate) fn run_outbox(&self) -> impl Drop + use<> {
        struct Stop(tokio_util::sync::CancellationToken);
        impl Drop for Stop {
            fn drop(&mut self) {
                self.0.cancel();
            }
        }
        let stop = tokio_util::sync::CancellationToken::new();
        let tasks = tokio_util::task::TaskTracker::new();
        tokio::spawn(outbox::run(self.app.clone(), tasks, stop.clone()));
        Stop(stop)
    }
}

/// What a person logs in with, whichever process serves them.
pub(crate) struct Credentials {
    id: UserId,
    authorization: String,
}

impl Credentials {
    /// The person, at this server.
    pub(crate) fn at<'b>(&self, server: &'b TestServer) -> Person<'b> {
        Person {
            server,
            id: self.id.clone(),
            authorization: self.authorization.clone(),
        }
    }
}

impl Person<'_> {
    /// For when the server is another process.
    pub(crate) fn credentials(&self) -> Credentials {
        Credentials {
            id: self.id.clone(),
            authorization: self.authorization.clone(),
        }
    }

    /// The app password of this person, and the header that carries it.
    pub(crate) fn secrets(&self) -> Vec<String> {
        let encoded = self.authorization.trim_start_matches("Basic ").to_owned();
        let plain = String::from_utf8(STANDARD.decode(&encoded).unwrap()).unwrap();
        let (_, password) = plain.split_once(':').unwrap();
        vec![password.to_owned(), encoded]
    }

    /// The same person at the same server after a restart.
    pub(crate) fn at<'b>(&self, server: &'b TestServer) -> Person<'b> {
        Person {
            server,
            id: self.id.clone(),
            authorization: self.authorization.clone(),
        }
    }

    /// A request with a JSON body, or none for `null`.
    pub(crate) async fn call(&self, method: &str, path: &str, body: Value) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("authorization", &self.authorization);
        let request = if body.is_null() {
            request.body(Body::empty())
        } else {
            request
                .header("content-type", "application/json")
                .body(Body::from(body.to_string()))
        };
        self.server.request(request.unwrap()).await
    }

    /// The body of an event stream, from behind the event `last` on.
    pub(crate) async fn stream(&self, path: &str, last: &str) -> Body {
        let request = Request::get(path)
            .header("authorization", &self.authorization)
            .header("last-event-id", last);
        let request = request.body(Body::empty()).unwrap();
        let response = self.server.router.clone().oneshot(request).await.unwrap();
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        response.into_body()
    }

    /// A new invitation for one person, as the string that is handed over.
    pub(crate) async fn invites(&self) -> String {
        let made = self
            .call("POST", "/api/v1/invites", json!({}))
            .await
            .assert(201);
        made.json()["string"].as_str().unwrap().to_owned()
    }

    /// A page as this person's browser shows it, which wishes for a language.
    pub(crate) async fn page(&self, path: &str, language: &str) -> Answer {
        let request = Request::get(path)
            .header("cookie", self.cookie().await)
            .header("accept-language", language);
        self.server
            .request(request.body(Body::empty()).unwrap())
            .await
    }

    /// A form that this person's browser sends from a page.
    pub(crate) async fn posts(&self, path: &str, fields: &str) -> Answer {
        let request = Request::post(path)
            .header("cookie", self.cookie().await)
            .header("origin", self.server.app.base_url())
            .header("content-type", "application/x-www-form-urlencoded");
        let request = request.body(Body::from(fields.to_owned()));
        self.server.request(request.unwrap()).await
    }

    async fn cookie(&self) -> String {
        let app = &self.server.app;
        let find = FindUser {
            id: self.id.clone(),
        };
        let user = app.store.read(find).await.unwrap().unwrap();
        let cookie = accounts::session::open(app, &user, &http::HeaderMap::new(), "page")
            .await
            .unwrap();
        let cookie = cookie.to_str().unwrap().split(';').next();
        cookie.unwrap().to_owned()
    }

    pub(crate) async fn accepts(&self, invite: &str) -> Answer {
        self.call("POST", "/api/v1/acceptances", json!({ "invite": invite }))
            .await
    }

    /// The names on this person's list.
    pub(crate) async fn lists(&self) -> Vec<String> {
        let listed = self
            .call("GET", "/api/v1/connections", Value::Null)
            .await
            .assert(200)
            .json();
        let items = listed["items"].as_array().unwrap();
        items
            .iter()
            .map(|item| item["name"].as_str().unwrap().to_owned())
            .collect()
    }

    /// Disconnects from the only one on the list.
    pub(crate) async fn disconnects(&self) -> Answer {
        let listed = self
            .call("GET", "/api/v1/connections", Value::Null)
            .await
            .json();
        let id = listed["items"][0]["id"].as_str().unwrap().to_owned();
        self.call("DELETE", &format!("/api/v1/connections/{id}"), Value::Null)
            .await
    }
}

/// What this thread logs from here on, at every level, as JSON lines; until the guard is dropped.
pub(crate) fn logged() -> (Logged, tracing::subscriber::DefaultGuard) {
    logged_and_exported(None)
}

/// The same, and its spans to a collector.
pub(crate) fn logged_and_exported(
    export: Option<&Export>,
) -> (Logged, tracing::subscriber::DefaultGuard) {
    let logged = Logged::default();
    let writer = logged.clone();
    let lines = tracing_subscriber::fmt::layer()
        .json()
        .with_span_list(true)
        .with_writer(move || writer.clone());
    let lines = tracing_subscriber::registry()
        .with(lines)
        .with(export.map(Export::layer));
    (logged, tracing::subscriber::set_default(lines))
}

/// Log lines in memory.
#[derive(Clone, Default)]
pub(crate) struct Logged(Arc<Mutex<Vec<u8>>>);

impl Logged {
    /// All lines so far.
    pub(crate) fn lines(&self) -> Vec<Value> {
        let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        let lines = text.lines();
        lines
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }
}

impl std::io::Write for Logged {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Every event of a server.
pub(crate) async fn audit(server: &TestServer) -> Vec<symbolon_store::events::Event> {
    let list = symbolon_store::audit::ListEvents {
        filter: symbolon_store::audit::Filter::default(),
        page: symbolon_store::audit::Page::After(0),
        limit: 10_000,
    };
    server.app.store.read(list).await.unwrap()
}

/// Everything that a refused message must leave alone, as one text to compare: invites with their uses, connections,
/// and what the audit trail says beside who came and was turned away.
pub(crate) async fn fingerprint(server: &TestServer) -> String {
    let store = &server.app.store;
    let connections = symbolon_store::connections::ListAllConnections {
        before: None,
        limit: 1_000,
    };
    let invites = symbolon_store::invites::ListInvites {
        owner: None,
        before: None,
        limit: 1_000,
    };
    let invites = store.read(invites).await.unwrap();
    let invites: Vec<_> = invites
        .iter()
        .map(|i| (&i.id, i.people, i.expires_at, i.withdrawn_at))
        .collect();
    let events = audit(server).await;
    let noted = [
        "invite.refused",
        "acceptance.refused",
        "peer.refused",
        "peer.signs",
        "invite.expired",
    ];
    let others = events
        .iter()
        .filter(|event| !noted.contains(&event.kind.as_str()));
    let position = others.count();
    let connections = store.read(connections).await.unwrap();
    format!("{position} {invites:#?} {connections:#?}")
}
