//! From settings to a running server.

use std::sync::Arc;

use axum::Router;
use symbolon_store::{Options, Store};

use crate::app::App;
use crate::config::{Config, MetricsDoor};
use crate::env::Env;
use crate::keys::{KeyError, ServerKeys};
use crate::lifecycle::{self, Background, Server};
use crate::peers::NotedBeliefs;
use crate::telemetry::{self, Export, ExportError};
use crate::transport::{HttpTransport, Transport};
use crate::{departures, directories, housekeeping, logging, outbox, router, sync};

/// Why a server did not start, or stopped by itself.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address cannot be used.
    #[error("{0}")]
    Listen(#[from] std::io::Error),
    /// The database cannot be used.
    #[error("the database: {0}")]
    Store(#[from] symbolon_store::Error),
    /// The keys cannot be used.
    #[error("{0}")]
    Keys(#[from] KeyError),
    /// Traces cannot be exported.
    #[error("{0}")]
    Export(#[from] ExportError),
    /// Somebody else has set up logging in this process.
    #[error("logging: {0}")]
    Logging(String),
}

/// The three places where a server touches the world: its disk, other servers, and its clients. A server in use has
/// nothing there ([`Seamless`]); the crash tests end a process exactly there.
pub trait Seams {
    /// What every operation of the database goes through.
    fn store(&self, store: Store) -> Store {
        store
    }

    /// What every request to another server goes through.
    fn transport(&self, transport: Arc<dyn Transport>) -> Arc<dyn Transport> {
        transport
    }

    /// What every request to this server goes through.
    fn router(&self, router: Router) -> Router {
        router
    }
}

/// Nothing in between.
struct Seamless;

impl Seams for Seamless {}

/// Runs a server until `shutdown` is ready. What the last run left unfinished is taken up at once.
pub async fn run(
    config: Config,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), StartError> {
    run_with(config, &Seamless, shutdown).await
}

/// The same with something in between, for tests.
pub async fn run_with(
    config: Config,
    seams: &impl Seams,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), StartError> {
    let env = Env::system();
    let export = match &config.collector {
        Some(collector) => Some(Export::start(collector, &config, &env)?),
        None => None,
    };
    let logging = logging::init(&config, export.as_ref());
    logging.map_err(|error| StartError::Logging(error.to_string()))?;
    let served = serve(config, env, seams, shutdown).await;
    if let Some(export) = export {
        export.end().await;
    }
    served
}

async fn serve(
    config: Config,
    env: Env,
    seams: &impl Seams,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), StartError> {
    let store = seams.store(Store::open(&config.database, Options::default()).await?);
    let (listener, config) = lifecycle::bind(config)?;
    let metrics = match config.metrics {
        MetricsDoor::Own(address) => Some(lifecycle::bind_metrics(address)?),
        MetricsDoor::Off | MetricsDoor::Public => None,
    };
    let keys = ServerKeys::open(&config.keys, &env, &config.provider())?;
    let beliefs = Arc::new(NotedBeliefs::new(store.clone()));
    let transport = HttpTransport::by(&config.way_out).minding(beliefs);
    let transport = seams.transport(Arc::new(transport));
    let app = App::new(config.clone(), env, store.clone(), transport, keys);
    sync::prepare(&app).await?;
    let background = Background::default();
    let loop_app = app.clone();
    let (tasks, stop) = (background.tasks.clone(), background.stop.clone());
    background
        .tasks
        .spawn(async move { outbox::run(loop_app, tasks, stop).await });
    let loop_app = app.clone();
    let (tasks, stop) = (background.tasks.clone(), background.stop.clone());
    background
        .tasks
        .spawn(async move { sync::run(loop_app, tasks, stop).await });
    let (loop_app, stop) = (app.clone(), background.stop.clone());
    background
        .tasks
        .spawn(async move { directories::run(loop_app, stop).await });
    let (loop_app, stop) = (app.clone(), background.stop.clone());
    background
        .tasks
        .spawn(async move { departures::run(loop_app, stop).await });
    let (loop_app, stop) = (app.clone(), background.stop.clone());
    background
        .tasks
        .spawn(async move { housekeeping::run(loop_app, stop).await });
    let (look_app, stop) = (app.clone(), background.stop.clone());
    background.tasks.spawn(async move {
        if let Some(oidc) = &look_app.oidc {
            tokio::select! {
                () = oidc.look() => {}
                () = stop.cancelled() => {}
            }
        }
    });
    let server = Server {
        router: seams.router(router::router(&app)),
        listener,
        config,
        metrics: metrics.map(|listener| (listener, telemetry::own_router(&app))),
        stop: app.shutdown.clone(),
        background,
        store,
    };
    Ok(server.run(shutdown).await?)
}
