//! Whole servers in one process: the real router, the real store, the real outbox; only the network between them is a
//! table, and time is a number.

pub(crate) mod addresses;
mod logged;
mod net;
mod person;

use std::path::Path;
use std::sync::{Arc, Mutex, mpsc};

use axum::Router;
use axum::body::Body;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::Request;
use http_body_util::BodyExt;
use serde_json::Value;
use symbolon_server::accounts;
use symbolon_server::app::App;
pub(crate) use symbolon_server::config::Key;
use symbolon_server::config::{Config, RawConfig};
use symbolon_server::env::{Entropy, Env};
use symbolon_server::housekeeping;
use symbolon_server::keys::ServerKeys;
use symbolon_server::outbox;
use symbolon_server::sync;
pub(crate) use symbolon_server::transport::Stage;
use symbolon_server::transport::Transport;
pub(crate) use symbolon_server::transport::{
    OutboundRequest, OutboundResponse, TlsFault, TransportError,
};
use symbolon_store::app_passwords::AddAppPassword;
use symbolon_store::events::Moment;
use symbolon_store::users::{AddUser, User};
use symbolon_store::{Database, Error, Operation, Options, Statement, Store, Tx};
use tokio::sync::watch;
use tower::ServiceExt;

pub(crate) use logged::{Logged, logged, logged_and_exported};
pub(crate) use net::{Net, Proxy, START, answer, discovery, forward};
pub(crate) use person::Person;

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
        let authorization = format!(
            "Basic {}",
            STANDARD.encode(format!("{name}:{}", plain.as_str()))
        );
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
        // Whoever was woken by the same commit has its turn before the test looks.
        tokio::task::yield_now().await;
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

    /// Keeps every other write waiting for as long as what it returns is held. Only on a database in a file is what is read
    /// meanwhile read.
    pub(crate) async fn hold_writes(&self) -> impl Drop + use<> {
        struct Release(Option<mpsc::Sender<()>>);
        impl Drop for Release {
            fn drop(&mut self) {
                drop(self.0.take());
            }
        }
        struct Hold(watch::Sender<bool>, Mutex<mpsc::Receiver<()>>);
        impl Operation for Hold {
            type Output = ();
            const NAME: &'static str = "hold";
            async fn run(&self, _: &mut Tx<'_>) -> Result<(), Error> {
                self.0.send_replace(true);
                _ = self.1.lock().unwrap().recv();
                Ok(())
            }
        }
        let (release, released) = mpsc::channel();
        let (holds, mut held) = watch::channel(false);
        let store = self.app.store.clone();
        tokio::spawn(async move { store.write(Hold(holds, Mutex::new(released))).await });
        held.wait_for(|held| *held).await.unwrap();
        Release(Some(release))
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

    /// Runs the delivery loop and what is done by itself beside the test, as a running server does.
    pub(crate) fn run_outbox(&self) -> impl Drop + use<> {
        struct Stop(tokio_util::sync::CancellationToken);
        impl Drop for Stop {
            fn drop(&mut self) {
                self.0.cancel();
            }
        }
        let stop = tokio_util::sync::CancellationToken::new();
        let tasks = tokio_util::task::TaskTracker::new();
        tokio::spawn(housekeeping::run(self.app.clone(), stop.clone()));
        tokio::spawn(outbox::run(self.app.clone(), tasks, stop.clone()));
        Stop(stop)
    }
}

/// The audit trail of a server, without the log-ins of apps: these are noted beside the answers to requests, sooner or later.
pub(crate) async fn audit(server: &TestServer) -> Vec<symbolon_store::events::Event> {
    let mut events = whole_audit(server).await;
    events.retain(|event| event.kind != "user.app_password_used");
    events
}

/// The whole audit trail of a server.
pub(crate) async fn whole_audit(server: &TestServer) -> Vec<symbolon_store::events::Event> {
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
    let connections = symbolon_store::connections::listing::ListAllConnections {
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
        "peer.weaker",
        "invite.expired",
    ];
    let others = events
        .iter()
        .filter(|event| !noted.contains(&event.kind.as_str()));
    let position = others.count();
    let connections = store.read(connections).await.unwrap();
    format!("{position} {invites:#?} {connections:#?}")
}

/// A file that its owner alone can read, as a file with a secret has to be.
pub(crate) fn keep_secret(path: impl AsRef<Path>, text: &str) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::write(&path, text).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
}
