//! How a server starts and stops.
//!
//! Stopping has an order: take no new connections, end streams, let requests under way finish, then stop the background
//! tasks, then close the database. Nothing that was confirmed depends on it, since a confirmed gesture is on disk; it
//! is a courtesy to those who are waiting for an answer.

use std::io::{self, Write};
use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use axum::Router;
use axum_server::Handle;
use hyper_util::rt::TokioTimer;
use symbolon_proto::language::Language;
use symbolon_store::Store;
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::config::Config;
use crate::open_files;
use crate::pace::{self, Doorkeeper};

/// Largest request head in bytes: a signed request has about 1.5 KiB, a browser's cookies some more. It is looked at
/// between two reads, so that a head of up to twice as much may pass if it comes at once.
const HEAD_BYTES: usize = 32 * 1024;

/// How many may read the figures at a time.
const READERS: usize = 32;

/// How long somebody who is reading the figures may hold up the end.
const LAST_FIGURES: Duration = Duration::from_secs(1);

/// How long things may take that others could drag out, and how many may at a time.
struct Patience {
    /// For a client to send the head of a request, and for an unused connection. Slower ones are cut, so that nobody
    /// can hold all connections by sending nothing.
    head: Duration,
    /// For background tasks to put down what they hold. A delivery under way is bounded by its own limits; what is lost
    /// here is sent again after the next start.
    background: Duration,
    /// Open connections.
    connections: usize,
}

impl Patience {
    /// That of a server in use, which may have so many files open.
    fn with(open_files: Option<u64>) -> Self {
        Self {
            head: Duration::from_secs(10),
            background: Duration::from_secs(15),
            connections: pace::fitting(open_files),
        }
    }
}

/// A server that is ready to run.
pub struct Server {
    /// All routes with their state and layers.
    pub router: Router,
    /// Bound already, so that its real port is in the settings.
    pub listener: TcpListener,
    /// The address of the figures, if they have one of their own, and what answers there. It is open until everything else
    /// has stopped, so that the end of a server can be watched too.
    pub metrics: Option<(TcpListener, Router)>,
    /// The settings, after [`Config::bound`].
    pub config: Config,
    /// Cancelled when the server begins to stop; streams of events must end on it, or they hold up the drain.
    pub stop: CancellationToken,
    /// What runs beside requests.
    pub background: Background,
    /// Closed last.
    pub store: Store,
}

/// What runs beside requests.
#[derive(Clone, Default)]
pub struct Background {
    /// Cancelled when the last request has been answered, so that requests under way can still rely on the tasks.
    pub stop: CancellationToken,
    /// All the tasks that are waited for at the end.
    pub tasks: TaskTracker,
}

/// Binds the address of the settings and notes what became of port 0.
pub fn bind(config: Config) -> io::Result<(TcpListener, Config)> {
    let listener = listen(config.listen, "--listen")?;
    let address = listener.local_addr()?;
    Ok((listener, config.bound(address)))
}

/// Binds the address of the figures.
pub fn bind_metrics(address: SocketAddr) -> io::Result<TcpListener> {
    listen(address, "--metrics")
}

fn listen(address: SocketAddr, flag: &str) -> io::Result<TcpListener> {
    TcpListener::bind(address).map_err(|error| {
        let text = format!("cannot listen on {address}: {error}. Choose another with {flag}");
        io::Error::new(error.kind(), text)
    })
}

/// What speaks HTTP at an address, with the patience that we have for the heads of requests.
fn http(
    listener: TcpListener,
    handle: &Handle<SocketAddr>,
    head: Duration,
    doorkeeper: Doorkeeper,
) -> io::Result<axum_server::Server<SocketAddr, Doorkeeper>> {
    let mut server = axum_server::from_tcp(listener)?
        .acceptor(doorkeeper)
        .handle(handle.clone())
        .http1_only();
    server
        .http_builder()
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(head)
        .max_buf_size(HEAD_BYTES);
    Ok(server)
}

impl Server {
    /// Serves until `shutdown` is ready, then stops in order. An error means that the listener could not be used.
    pub async fn run(self, shutdown: impl Future<Output = ()> + Send + 'static) -> io::Result<()> {
        let patience = Patience::with(open_files::raise());
        self.run_with(patience, shutdown).await
    }

    async fn run_with(
        self,
        patience: Patience,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> io::Result<()> {
        for danger in self.config.dangers() {
            let danger = danger.say(Language::En);
            tracing::warn!(danger, "unsafe setting");
        }
        let address = self.listener.local_addr()?;
        let handle = Handle::new();
        let known = self.config.requests_per_address.is_some();
        let proxies = known.then(|| self.config.trusted_proxies.clone());
        let doorkeeper = Doorkeeper::new(patience.connections, proxies);
        let server = http(self.listener, &handle, patience.head, doorkeeper)?;
        announce(address, &self.config);
        let figures = match self.metrics {
            Some((listener, router)) => Some(Figures::serve(listener, router, patience.head)?),
            None => None,
        };

        let drain = self.config.drain;
        let stop = self.stop.clone();
        // Not one of the background tasks: those are stopped by what this one starts.
        let watch = tokio::spawn(async move {
            shutdown.await;
            tracing::info!(
                drain_seconds = drain.as_secs(),
                "stopping: finishing requests under way"
            );
            stop.cancel();
            handle.graceful_shutdown(Some(drain));
        });
        let router = self.router;
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        let served = server.serve(service).await;
        watch.abort();

        self.stop.cancel();
        self.background.stop.cancel();
        self.background.tasks.close();
        if tokio::time::timeout(patience.background, self.background.tasks.wait())
            .await
            .is_err()
        {
            tracing::warn!(
                "background tasks did not stop in time; their work goes on after the next start"
            );
        }
        if let Some(figures) = figures {
            figures.end().await;
        }
        self.store.close().await;
        tracing::info!("stopped");
        served
    }
}

/// The figures at an address of their own, being served.
struct Figures {
    handle: Handle<SocketAddr>,
    serving: JoinHandle<()>,
}

impl Figures {
    fn serve(listener: TcpListener, router: Router, head: Duration) -> io::Result<Self> {
        let address = listener.local_addr()?;
        let handle = Handle::new();
        let doorkeeper = Doorkeeper::new(READERS, None);
        let server = http(listener, &handle, head, doorkeeper)?;
        tracing::info!(%address, "listening for metrics");
        print(&format!("metrics on http://{address}/metrics"));
        // Not one of the background tasks: it outlives them.
        let serving = tokio::spawn(async move {
            if let Err(error) = server.serve(router.into_make_service()).await {
                tracing::error!(%error, "the address of the metrics cannot be used any more");
            }
        });
        Ok(Self { handle, serving })
    }

    async fn end(self) {
        self.handle.shutdown();
        if tokio::time::timeout(LAST_FIGURES, self.serving)
            .await
            .is_err()
        {
            tracing::debug!("a reader of the metrics was cut off");
        }
    }
}

/// Says on standard output where the server is, in a form that scripts can read, and in the log.
fn announce(address: SocketAddr, config: &Config) {
    let public = config.base_url();
    tracing::info!(%address, public, "listening");
    print(&format!("listening on http://{address} as {public}"));
}

fn print(line: &str) {
    let mut out = io::stdout().lock();
    let line = writeln!(out, "{line}").and_then(|()| out.flush());
    if let Err(error) = line {
        tracing::debug!(%error, "nobody reads standard output");
    }
}

/// Ready when the process is asked to stop: SIGTERM from a service manager, SIGINT from Ctrl-C. Both are taken over
/// when this is called, not when it is awaited.
pub fn signals() -> io::Result<impl Future<Output = ()> + Send + 'static> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

#[cfg(test)]
#[path = "lifecycle_tests.rs"]
mod tests;
