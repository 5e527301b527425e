//! Everything a request handler may reach, in one place.

use std::ops::Deref;
use std::sync::Arc;

use symbolon_core::{Timestamp, UserId};
use symbolon_proto::address::Provider;
use symbolon_proto::identity::RemoteId;
use symbolon_store::Store;
use symbolon_store::events::Moment;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::accounts::{Tries, Uses};
use crate::actions::Shown;
use crate::api::Streams;
use crate::config::Config;
use crate::departures::Departures;
use crate::env::Env;
use crate::http::reference;
use crate::keys::ServerKeys;
use crate::mail::Mails;
use crate::oidc::Oidc;
use crate::outbox::Outbox;
use crate::pace::{Pace, Strangers, Waiting};
use crate::peers::Peers;
use crate::sync::Sync;
use crate::telemetry::{CountedAt, Metrics, Watch};
use crate::transport::{Traced, Transport};

/// The running server, cheap to clone; the state of every router.
#[derive(Clone)]
pub struct App(Arc<Inner>);

/// What [`App`] points at.
pub struct Inner {
    /// What is true of this server's settings.
    pub config: Config,
    /// Clock and entropy.
    pub env: Env,
    /// The database.
    pub store: Store,
    /// What `/metrics` tells.
    pub metrics: Arc<Metrics>,
    /// When the database was last counted in for it.
    pub(crate) counted_at: CountedAt,
    /// The only way out.
    pub transport: Arc<dyn Transport>,
    /// This server's signing and sealing keys.
    pub keys: ServerKeys,
    /// What is known of other servers.
    pub peers: Peers,
    /// Wakes the delivery loop.
    pub outbox: Outbox,
    /// Wakes the loop for people who leave.
    pub departures: Departures,
    /// What is remembered of the mail server.
    pub mails: Mails,
    /// What sync remembers.
    pub sync: Sync,
    /// How often anybody may ask.
    pub(crate) pace: Pace,
    /// Failed log-ins of the last minute.
    pub tries: Tries,
    /// Failed second steps of log-ins of the last minutes.
    pub(crate) code_tries: Tries,
    /// When app passwords and sessions were last used.
    pub uses: Uses,
    /// When invitations were last shown to their owners.
    pub shown: Shown,
    /// Places for computing password hashes, each of which takes a processor and 19 MiB for a while.
    pub hashing: Arc<Semaphore>,
    /// The same for browsers in which somebody has logged in before.
    pub hashing_known: Arc<Semaphore>,
    /// The service by which people log in, if there is one.
    pub(crate) oidc: Option<Oidc>,
    /// Event streams that are open.
    pub streams: Streams,
    /// Cancelled when the server begins to stop: streams end, loops finish what they hold.
    pub shutdown: CancellationToken,
    provider: Provider,
    base_url: String,
}

impl App {
    /// Puts the parts together.
    pub fn new(
        config: Config,
        env: Env,
        store: Store,
        transport: Arc<dyn Transport>,
        keys: ServerKeys,
    ) -> Self {
        let provider = config.provider();
        let base_url = config.base_url();
        let transport: Arc<dyn Transport> = Arc::new(Traced::new(transport, env.clone()));
        let metrics = Arc::new(Metrics::new());
        let store = store.observed(Arc::new(Watch::new(env.clone(), metrics.clone())));
        let peers = Peers::new(
            env.clone(),
            store.clone(),
            transport.clone(),
            Strangers::new(&config, metrics.clone()),
            Waiting::new(metrics.clone()),
            config.dev,
        );
        let oidc = Oidc::of(&config, &env);
        let pace = Pace::new(&config, metrics.clone());
        Self(Arc::new(Inner {
            config,
            env,
            store,
            metrics,
            counted_at: CountedAt::default(),
            transport,
            keys,
            peers,
            outbox: Outbox::default(),
            departures: Departures::default(),
            mails: Mails::default(),
            sync: Sync::default(),
            pace,
            tries: Tries::of_passwords(),
            code_tries: Tries::of_codes(),
            uses: Uses::default(),
            shown: Shown::default(),
            hashing: Arc::new(Semaphore::new(crate::accounts::password::AT_ONCE)),
            hashing_known: Arc::new(Semaphore::new(crate::accounts::password::KNOWN_AT_ONCE)),
            oidc,
            streams: Streams::default(),
            shutdown: CancellationToken::new(),
            provider,
            base_url,
        }))
    }
}

impl Deref for App {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl Inner {
    /// The time, from the injected clock.
    pub fn now(&self) -> Timestamp {
        self.env.clock.now()
    }

    /// Now, under a reference.
    pub fn moment(&self, reference: &str) -> Moment {
        Moment {
            their_reference: reference::theirs(),
            mail: self.config.mail.is_some(),
            ..Moment::new(self.now(), reference)
        }
    }

    /// This server's name in the federation.
    pub fn provider(&self) -> &Provider {
        &self.provider
    }

    /// Our own person, from the identifier that we gave out, in whichever spelling it comes back: with our name behind
    /// it, with a scheme, doubled, or in base64.
    pub fn local_user(&self, identifier: &str) -> Option<UserId> {
        let ours = RemoteId::new(identifier, &self.provider).ok()?;
        UserId::parse(ours.subject())
    }

    /// The public origin, without a trailing slash.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }
}
