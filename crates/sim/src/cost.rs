//! What it costs two whole servers to find out where their halves differ: bytes between them, work on each side, rows.

use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use futures_util::future::BoxFuture;
use http::Request;
use http_body_util::BodyExt;
use symbolon_proto::address::Provider;
use symbolon_server::app::App;
use symbolon_server::config::{Config, Key, RawConfig};
use symbolon_server::env::Env;
use symbolon_server::keys::ServerKeys;
use symbolon_server::sync::{self, Report};
use symbolon_server::transport::{OutboundRequest, OutboundResponse, Transport, TransportError};
use symbolon_store::sync::digests::{LoadRoot, Root};
use symbolon_store::sync::schedule::FindSync;
use symbolon_store::{Database, Options, Store};
use tower::ServiceExt;

use crate::crowd::Crowd;

const HOSTS: [&str; 2] = ["cat.example.org", "dog.example.org"];

/// Two whole servers, each on a database file of its own, with nothing but a meter between them.
pub struct TwoServers {
    /// `cat`, who asks, and `dog`.
    pub apps: [App; 2],
    /// Who is connected.
    pub crowd: Crowd,
    meter: Arc<Meter>,
}

/// What one comparison cost.
#[derive(Clone, Debug)]
pub struct Cost {
    /// Requests between the two, those for descriptions and keys included.
    pub messages: u32,
    /// Bytes of all requests and answers: lines, headers and bodies, as they stand on the wire before encryption.
    pub bytes: u64,
    /// The time in which each side was the one that worked, the asking one first: its code, its database, its disk.
    pub work: [Duration; 2],
    /// Rows that each side's statements brought or changed.
    pub rows: [u64; 2],
    /// What was found.
    pub report: Report,
}

impl TwoServers {
    /// Two servers whose people have so many connections, seen alike by both.
    pub async fn with(folder: &Path, pairs: u32) -> Self {
        let servers = HOSTS.map(|host| Provider::parse(host).expect("it is a name"));
        let crowd = Crowd { servers, pairs };
        let new = Self::open(folder, crowd).await;
        let [cat, dog] = &new.apps;
        let settled = tokio::join!(
            new.crowd.settle(0, &cat.store),
            new.crowd.settle(1, &dog.store)
        );
        settled.0.and(settled.1).expect("the disk takes it");
        // What is measured is a server that has just been started: nothing of the rows is in its memory.
        let crowd = new.close().await;
        Self::open(folder, crowd).await
    }

    async fn open(folder: &Path, crowd: Crowd) -> Self {
        let meter = Arc::new(Meter::default());
        let apps = [
            server(folder, 0, &meter).await,
            server(folder, 1, &meter).await,
        ];
        Self { apps, crowd, meter }
    }

    /// Stops both.
    pub async fn close(self) -> Crowd {
        for app in &self.apps {
            app.store.close().await;
        }
        self.crowd
    }

    /// Makes halves differ, in the ways in which it happens: ended on one side and never told, or made on one side alone.
    pub async fn come_apart(&self, differences: u32) {
        let crowd = &self.crowd;
        let far = crowd.pairs / differences;
        for difference in 0..differences {
            let side = (difference % 2) as usize;
            let store = &self.apps[side].store;
            if difference % 3 == 2 {
                let redeem = crowd.redeem(side, crowd.pairs + difference);
                let admitted = store.write(redeem).await.expect("the disk takes it");
                assert!(admitted.is_ok(), "an invitation for anyone lets anyone in");
            } else {
                let ended = crowd.disconnect(side, store, difference * far).await;
                ended.expect("the disk takes it");
            }
        }
    }

    /// The first server compares its halves with the second's.
    pub async fn compare(&self) -> Cost {
        let before = self.rows();
        self.meter.begin();
        let report = sync::compare(&self.apps[0], &self.crowd.servers[1]).await;
        let read = self.meter.end();
        let after = self.rows();
        Cost {
            messages: read.messages,
            bytes: read.bytes,
            work: read.work,
            rows: [0, 1].map(|side| after[side] - before[side]),
            report: report.expect("the other server answers"),
        }
    }

    /// How many halves have differed so far, as each side has noted it.
    pub async fn found(&self) -> [u64; 2] {
        let mut found = [0; 2];
        for (side, found) in found.iter_mut().enumerate() {
            let provider = self.crowd.servers[1 - side].clone();
            let find = self.apps[side].store.read(FindSync { provider });
            let sync = find.await.expect("the disk can be read");
            *found = sync.map_or(0, |sync| sync.found);
        }
        found
    }

    /// The digest of all halves, on each side.
    pub async fn roots(&self) -> [Root; 2] {
        let mut roots = [Root::default(); 2];
        for (side, root) in roots.iter_mut().enumerate() {
            let provider = self.crowd.servers[1 - side].clone();
            let load = self.apps[side].store.read(LoadRoot { provider });
            *root = load.await.expect("the disk can be read");
        }
        roots
    }

    fn rows(&self) -> [u64; 2] {
        [0, 1].map(|side| self.apps[side].store.rows_touched())
    }
}

async fn server(folder: &Path, side: usize, meter: &Arc<Meter>) -> App {
    let host = HOSTS[side];
    let flags = RawConfig::flags([(Key::PublicUrl, Some(format!("https://{host}")))]);
    let config = Config::resolve(flags).expect("the settings are valid");
    let file = folder.join(format!("{host}.db"));
    let store = Store::open(&Database::Sqlite { path: file }, Options::default()).await;
    let env = Env::system();
    let keys = ServerKeys::ephemeral(&env, &config.provider());
    let line = Line {
        meter: meter.clone(),
        side,
    };
    let store = store.expect("the database can be opened");
    let app = App::new(config, env, store, Arc::new(line), keys);
    sync::prepare(&app).await.expect("the disk takes it");
    let router = symbolon_server::router::router(&app);
    let unset = meter.doors[side].set(router);
    unset.expect("each side is started once");
    app
}

/// The network: every request goes to the other side's router at once, and somebody watches the clock meanwhile.
#[derive(Default)]
struct Meter {
    doors: [OnceLock<Router>; 2],
    reading: Mutex<Reading>,
}

#[derive(Clone, Default)]
struct Reading {
    working: Option<(usize, Instant)>,
    messages: u32,
    bytes: u64,
    work: [Duration; 2],
}

impl Meter {
    fn begin(&self) {
        *self.lock() = Reading::default();
        self.works(Some(0));
    }

    fn end(&self) -> Reading {
        self.works(None);
        self.lock().clone()
    }

    /// From now on it is this side that works.
    #[expect(clippy::disallowed_methods, reason = "this measures real time")]
    fn works(&self, side: Option<usize>) {
        let now = Instant::now();
        let mut reading = self.lock();
        if let Some((worked, since)) = reading.working {
            reading.work[worked] += now - since;
        }
        reading.working = side.map(|side| (side, now));
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Reading> {
        self.reading.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One side's end of the network.
struct Line {
    meter: Arc<Meter>,
    side: usize,
}

impl Transport for Line {
    fn send(
        &self,
        request: OutboundRequest,
    ) -> BoxFuture<'_, Result<OutboundResponse, TransportError>> {
        Box::pin(async move {
            let router = self.meter.doors[1 - self.side].get();
            let router = router.ok_or(TransportError::ConnectionRefused)?.clone();
            let url = url::Url::parse(&request.url).expect("we send to addresses");
            let path = &url[url::Position::BeforePath..];
            let host = url.host_str().unwrap_or_default();
            // The request line, and the two headers that the real transport adds.
            let first = format!(
                "{} {path} HTTP/1.1\r\nhost: {host}\r\nuser-agent: Symbolon/0.1.0\r\n",
                request.method
            );
            let sent = first.len() + head(&request.headers) + request.body.len();
            let mut inbound = Request::builder().method(request.method).uri(path);
            for (name, value) in &request.headers {
                inbound = inbound.header(name, value);
            }
            let inbound = inbound.body(Body::from(request.body));
            self.meter.works(Some(1 - self.side));
            let answered = router.oneshot(inbound.expect("it is a request")).await;
            let (parts, body) = answered.unwrap_or_else(|never| match never {}).into_parts();
            let body = body.collect().await.expect("it is whole").to_bytes();
            self.meter.works(Some(self.side));
            let headers = parts.headers.iter().map(|(name, value)| {
                let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
                (name.to_string(), value)
            });
            let headers: Vec<(String, String)> = headers.collect();
            // The status line, and the two headers that the real server adds.
            let first = "HTTP/1.1 201 Created\r\ncontent-length: 12345\r\ndate: Tue, 24 Nov 2026 00:00:00 GMT\r\n";
            let received = first.len() + head(&headers) + body.len();
            let mut reading = self.meter.lock();
            reading.messages += 1;
            reading.bytes += (sent + received) as u64;
            drop(reading);
            Ok(OutboundResponse {
                status: parts.status.as_u16(),
                headers,
                body,
                url: request.url,
            })
        })
    }
}

/// Bytes of headers, and of the empty line behind them.
fn head(headers: &[(String, String)]) -> usize {
    let lines = headers
        .iter()
        .map(|(name, value)| name.len() + value.len() + 4);
    lines.sum::<usize>() + 2
}
