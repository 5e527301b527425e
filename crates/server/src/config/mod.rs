//! Settings: what was written, and what is true.
//!
//! [`RawConfig`] holds what flags, environment and file say, each value with the place where it was written.
//! [`Config`] holds what follows from them after every check. A value that cannot be used is reported with its key, its
//! place and how to mend it; nothing is guessed.

mod database;
mod error;
mod file;
mod key;
mod mail;
mod oidc;
mod proxies;
mod public_url;
mod raw;
mod resolve;
mod secret;
mod show;
mod telemetry;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use symbolon_core::trust::{Policy, Unsigned};
use symbolon_proto::address::Provider;
use symbolon_store::Database;

use crate::said::Said;
use crate::transport::WayOut;

pub use database::in_words as database_in_words;
pub use error::ConfigError;
pub use key::Key;
pub use mail::{MailServer, Mailing, Security, sends_mail};
pub use oidc::{ClaimNames, Oidc, oidc_issuer};
pub use proxies::Proxies;
pub use public_url::PublicUrl;
pub use raw::{Origin, RawConfig, Written};
pub(crate) use resolve::NAME as DEFAULT_NAME;
pub use resolve::{trust, way_out};
pub(crate) use secret::is_open;
pub use telemetry::{Collector, MetricsDoor};

/// What is true of this server's settings. It holds passwords, and so has no `Debug`.
#[derive(Clone)]
pub struct Config {
    /// The folder of database and keys; nothing else writes there.
    pub data: PathBuf,
    /// The folder of the keys: in the data folder, unless the settings name another one.
    pub keys: PathBuf,
    /// Where connections are accepted. Port 0 until [`Config::bound`] says which one it became.
    pub listen: SocketAddr,
    /// The origin under which people and other servers reach this one.
    pub public_url: PublicUrl,
    /// Where rows are kept.
    pub database: Database,
    /// Danger: everything that makes two servers on one laptop possible (`docs/decisions/0008-dev-switch.md`).
    pub dev: bool,
    /// A filter in the language of `tracing_subscriber::EnvFilter`, already checked.
    pub log: String,
    /// How log lines look.
    pub log_format: LogFormat,
    /// The name of this provider, as other servers show it.
    pub name: String,
    /// How long requests under way may take to finish once the server was told to stop.
    pub drain: Duration,
    /// How long events stay in the audit trail, in milliseconds; `None` for as long as the database lasts.
    pub audit_retention_ms: Option<i64>,
    /// Which servers people may connect with that no administrator has named.
    pub trust: Policy,
    /// What becomes of acceptances that nobody has signed.
    pub unsigned: Unsigned,
    /// Which proxies are believed when they say for whom they ask.
    pub trusted_proxies: Proxies,
    /// How many requests in a minute one address may send that prove nothing; `None` for any number.
    pub requests_per_address: Option<u32>,
    /// How many messages in a minute one server may send that has proved who it is; `None` for any number.
    pub requests_per_server: Option<u32>,
    /// How long a new key is published before it signs, in milliseconds.
    pub key_lead_ms: i64,
    /// Where `/metrics` is answered.
    pub metrics: MetricsDoor,
    /// Where traces go; `None`: nowhere.
    pub collector: Option<Collector>,
    /// How other servers are reached.
    pub way_out: WayOut,
    /// Who takes mails from here, and in whose name; `None`: none are sent.
    pub mail: Option<Mailing>,
    /// The service by which people log in; `None`: by passwords alone.
    pub oidc: Option<Oidc>,
    /// Whether passwords open the pages. App passwords are for apps, whatever this says.
    pub password_login: bool,
    /// How long a session lasts that is not used, in milliseconds.
    pub session_idle_ms: i64,
    /// How long a session lasts at most, in milliseconds.
    pub session_life_ms: i64,
    written: RawConfig,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// Pretty on a terminal, JSON otherwise.
    Auto,
    /// For people.
    Pretty,
    /// One JSON object per line.
    Json,
}

/// The settings that commands need which work on the data and speak to nobody.
#[derive(Clone)]
pub struct StorageConfig {
    /// See [`Config::data`].
    pub data: PathBuf,
    /// See [`Config::keys`].
    pub keys: PathBuf,
    /// See [`Config::database`].
    pub database: Database,
}

impl Config {
    /// Reads all sources in their order of precedence: flags, environment, file, defaults. The file is the one that
    /// `file` or else `SYMBOLON_CONFIG` names; without either there is none.
    pub fn load(
        flags: RawConfig,
        file: Option<&Path>,
        env: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, ConfigError> {
        Self::resolve(RawConfig::load(flags, file, env)?)
    }

    /// This server's name in the federation: host and port of the public URL.
    pub fn provider(&self) -> Provider {
        self.public_url.provider()
    }

    /// The public origin, without a trailing slash.
    pub fn base_url(&self) -> String {
        self.public_url.origin()
    }

    /// Takes note of the address that was really bound. A public URL with port 0 (allowed only with `--dev` and a
    /// listen port 0) gets the same port, which is how the servers of a demo find free ones.
    #[must_use]
    pub fn bound(mut self, address: SocketAddr) -> Self {
        self.listen = address;
        self.public_url.fill_in_port(address.port());
        self
    }

    /// What is unsafe about these settings, one sentence each, to be logged at every start.
    pub fn dangers(&self) -> Vec<Said> {
        let in_the_open = self.mail.as_ref().is_some_and(Mailing::is_in_the_open);
        let dangers = [
            (self.dev, Said::new("danger-dev")),
            (
                self.metrics == MetricsDoor::Public,
                Said::new("danger-metrics"),
            ),
            (in_the_open, Said::new("danger-mail-open")),
        ];
        let so = dangers.into_iter().filter(|(so, _)| *so);
        so.map(|(_, danger)| danger).collect()
    }

    /// The database in words, as [`database_in_words`] has it.
    pub fn database_in_words(&self) -> Said {
        database_in_words(&self.database)
    }

    /// All settings as TOML, each with the place where it was written; secrets are replaced by `***`.
    pub fn show(&self) -> String {
        show::toml(self)
    }
}
