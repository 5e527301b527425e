//! Flags that are settings. What they mean, and how they rank with environment and file, is decided by the server's
//! `config`; here they are only collected.

use std::env;
use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use secrecy::{ExposeSecret, SecretString};
use symbolon_core::Timestamp;
use symbolon_server::config::{self, Config, Key, RawConfig, StorageConfig};
use symbolon_server::env::Env;
use symbolon_store::events::Moment;
use symbolon_store::{Database, Operation, Options, Store};

use crate::errors::{setting_failed, store_failed};
use crate::exit::{Exit, Failure};
use crate::language::{self, say};

/// Where the data is, for commands that work on it and speak to nobody.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Where the data is")]
pub(crate) struct Place {
    /// Folder of database and keys [default: symbolon-data] [env: SYMBOLON_DATA].
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Folder of the keys, if it is not in the data folder [default: DATA/keys] [env: SYMBOLON_KEYS].
    ///
    /// Nothing is made or changed in a folder that nobody may write to, such as `/run/credentials/symbolon.service`.
    #[arg(long, value_name = "DIR")]
    keys: Option<PathBuf>,
    /// `sqlite`, or the URL of a PostgreSQL database [default: sqlite] [env: SYMBOLON_DATABASE].
    ///
    /// Others on this machine can read the command line: give a URL with a password by environment or file.
    #[arg(long, value_name = "URL")]
    database: Option<SecretString>,
    /// File whose first line is that URL; systemd may hand it over as the credential `database` [env: SYMBOLON_DATABASE_FILE].
    #[arg(long, value_name = "FILE")]
    database_file: Option<PathBuf>,
    /// TOML file with settings [env: SYMBOLON_CONFIG].
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

/// All settings of a server.
#[derive(Debug, Args)]
pub(crate) struct Settings {
    /// Address and port to listen on; port 0 takes a free one [default: 127.0.0.1:8080] [env: SYMBOLON_LISTEN].
    #[arg(long, value_name = "ADDR")]
    listen: Option<String>,
    /// Address under which people and other servers reach this one, for example `https://cloud.example.org` [env: SYMBOLON_PUBLIC_URL].
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    /// Name of this server as other servers show it [default: Symbolon] [env: SYMBOLON_NAME].
    #[arg(long, value_name = "TEXT")]
    name: Option<String>,
    /// Level or filter of the log on stderr [default: info] [env: SYMBOLON_LOG].
    #[arg(long, value_name = "FILTER")]
    log: Option<String>,
    /// `auto` (pretty on a terminal, JSON otherwise), `pretty` or `json` [default: auto] [env: SYMBOLON_LOG_FORMAT].
    #[arg(long, value_name = "FORMAT")]
    log_format: Option<String>,
    /// Seconds that requests under way may take to finish at the end [default: 20] [env: SYMBOLON_DRAIN_SECONDS].
    #[arg(long, value_name = "SECONDS")]
    drain_seconds: Option<String>,
    /// How long the audit trail is kept, in days like `90d`, or `forever` [default: 365d] [env: SYMBOLON_AUDIT_RETENTION].
    #[arg(long, value_name = "TIME")]
    audit_retention: Option<String>,
    /// From which other servers people here may accept invitations: `open` (all that are not blocked), `directory` (those of
    /// the directories that are followed) or `allowlist` (those that `symbolon peer trust` named) [default: open] [env: SYMBOLON_INVITATIONS_IN].
    #[arg(long, value_name = "MODE")]
    invitations_in: Option<String>,
    /// On which other servers invitations from here may be accepted; the same words [default: open] [env: SYMBOLON_INVITATIONS_OUT].
    #[arg(long, value_name = "MODE")]
    invitations_out: Option<String>,
    /// What becomes of acceptances of servers that do not sign: `accept` (the token is the proof) or `refuse` [default: accept] [env: SYMBOLON_UNSIGNED_ACCEPTANCES].
    #[arg(long, value_name = "WORD")]
    unsigned_acceptances: Option<String>,
    /// Addresses or networks of your own proxies, whose `X-Forwarded-For` is believed for limits [default: none] [env: SYMBOLON_TRUSTED_PROXIES].
    #[arg(long, value_name = "LIST")]
    trusted_proxies: Option<String>,
    /// Requests in a minute from one address that prove nothing, or `off` [default: 60] [env: SYMBOLON_REQUESTS_PER_ADDRESS].
    #[arg(long, value_name = "NUMBER")]
    requests_per_address: Option<String>,
    /// Messages in a minute from one server that signs them, or `off` [default: 6000] [env: SYMBOLON_REQUESTS_PER_SERVER].
    #[arg(long, value_name = "NUMBER")]
    requests_per_server: Option<String>,
    /// How long a new key is published before it signs, in hours or days [default: 24h] [env: SYMBOLON_KEY_LEAD].
    #[arg(long, value_name = "TIME")]
    key_lead: Option<String>,
    /// Where `/metrics` is for Prometheus: `off`, `public`, or an address of its own [default: off] [env: SYMBOLON_METRICS].
    #[arg(long, value_name = "ADDR")]
    metrics: Option<String>,
    /// Collector that takes traces by OTLP over HTTP, or `off` [default: off] [env: SYMBOLON_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_ENDPOINT].
    #[arg(long, value_name = "URL")]
    otlp_endpoint: Option<String>,
    /// File with issuers of certificates, in PEM, that are believed beside those that the world believes, or `off`
    /// [default: off] [env: SYMBOLON_EXTRA_CA].
    #[arg(long, value_name = "FILE")]
    extra_ca: Option<String>,
    /// Proxy through which other servers are reached, by CONNECT to their address; names are looked up here. Or `off`
    /// [default: off] [env: SYMBOLON_PROXY].
    #[arg(long, value_name = "URL")]
    proxy: Option<String>,
    /// Mail server that takes invitations and news from here, or `off`: `smtps://HOST` (encrypted from the start), `smtp://HOST`
    /// (STARTTLS), `smtp+plain://localhost` (on this machine) [default: off] [env: SYMBOLON_MAIL_SERVER].
    #[arg(long, value_name = "URL")]
    mail_server: Option<String>,
    /// Sender of mails, for example `Cat University <symbolon@cat.example.org>` [env: SYMBOLON_MAIL_FROM].
    #[arg(long, value_name = "ADDRESS")]
    mail_from: Option<String>,
    /// Account at the mail server, if it wants one [env: SYMBOLON_MAIL_USER].
    #[arg(long, value_name = "NAME")]
    mail_user: Option<String>,
    /// File whose first line is the password of that account; systemd may hand it over as the credential `mail_password` [env: SYMBOLON_MAIL_PASSWORD_FILE].
    #[arg(long, value_name = "FILE")]
    mail_password_file: Option<String>,
    /// File with certificates in PEM that the mail server may be certified by, beside the public ones [env: SYMBOLON_MAIL_CA].
    #[arg(long, value_name = "FILE")]
    mail_ca: Option<String>,
    /// Service by which people log in, or `off`: the issuer of an OpenID Connect provider [default: off] [env: SYMBOLON_OIDC_ISSUER].
    #[arg(long, value_name = "URL")]
    oidc_issuer: Option<String>,
    /// Who this server is to it [env: SYMBOLON_OIDC_CLIENT_ID].
    #[arg(long, value_name = "ID")]
    oidc_client_id: Option<String>,
    /// File whose first line is the secret of that client; systemd may hand it over as the credential `oidc_client_secret` [env: SYMBOLON_OIDC_CLIENT_SECRET_FILE].
    #[arg(long, value_name = "FILE")]
    oidc_client_secret_file: Option<String>,
    /// What people call the service, for the button [default: its host] [env: SYMBOLON_OIDC_NAME].
    #[arg(long, value_name = "TEXT")]
    oidc_name: Option<String>,
    /// What is asked for about people [default: openid profile email] [env: SYMBOLON_OIDC_SCOPES].
    #[arg(long, value_name = "SCOPES")]
    oidc_scopes: Option<String>,
    /// Which claim is the log-in name of a new account [default: preferred_username] [env: SYMBOLON_OIDC_LOGIN_CLAIM].
    #[arg(long, value_name = "CLAIM")]
    oidc_login_claim: Option<String>,
    /// Which claim is the name that others see of a new account [default: name] [env: SYMBOLON_OIDC_NAME_CLAIM].
    #[arg(long, value_name = "CLAIM")]
    oidc_name_claim: Option<String>,
    /// Which claim is the e-mail address of a new account [default: email] [env: SYMBOLON_OIDC_EMAIL_CLAIM].
    #[arg(long, value_name = "CLAIM")]
    oidc_email_claim: Option<String>,
    /// Which claim lists the groups [default: groups] [env: SYMBOLON_OIDC_GROUPS_CLAIM].
    #[arg(long, value_name = "CLAIM")]
    oidc_groups_claim: Option<String>,
    /// Who is in one of these groups manages this server, and who is in none does not; semicolons between [env: SYMBOLON_OIDC_ADMIN_GROUPS].
    #[arg(long, value_name = "GROUPS")]
    oidc_admin_groups: Option<String>,
    /// Only who is in one of these groups comes in by the service; semicolons between. Passwords go on, see `--password-login` and `symbolon user disable` [default: everybody] [env: SYMBOLON_OIDC_ALLOWED_GROUPS].
    #[arg(long, value_name = "GROUPS")]
    oidc_allowed_groups: Option<String>,
    /// Whether somebody without an account gets one: `true` or `false` [default: false] [env: SYMBOLON_OIDC_CREATE_ACCOUNTS].
    #[arg(long, value_name = "BOOL")]
    oidc_create_accounts: Option<String>,
    /// Whether passwords open the pages: `false` leaves only the service [default: true] [env: SYMBOLON_PASSWORD_LOGIN].
    #[arg(long, value_name = "BOOL")]
    password_login: Option<String>,
    /// How long somebody stays logged in without coming back, as `8h` or `3d` [default: 3d] [env: SYMBOLON_SESSION_IDLE].
    #[arg(long, value_name = "TIME")]
    session_idle: Option<String>,
    /// How long somebody stays logged in at most [default: 14d] [env: SYMBOLON_SESSION_LIFE].
    #[arg(long, value_name = "TIME")]
    session_life: Option<String>,
    /// Unsafe, for trying things on this machine: plain HTTP, loopback peers, account passwords by HTTP Basic [env: SYMBOLON_DEV].
    #[arg(long)]
    dev: bool,
    #[command(flatten)]
    place: Place,
}

/// The database of a command, with the clock and the entropy it needs.
pub(crate) struct Desk {
    /// The database.
    pub(crate) store: Store,
    /// The machine's clock and entropy.
    pub(crate) env: Env,
    /// Whether the server sends mail.
    pub(crate) mail: bool,
}

impl Settings {
    /// What flags, environment and file say together.
    pub(crate) fn raw(&self) -> Result<RawConfig> {
        let own = RawConfig::flags([
            (Key::Listen, self.listen.clone()),
            (Key::PublicUrl, self.public_url.clone()),
            (Key::Name, self.name.clone()),
            (Key::Log, self.log.clone()),
            (Key::LogFormat, self.log_format.clone()),
            (Key::DrainSeconds, self.drain_seconds.clone()),
            (Key::AuditRetention, self.audit_retention.clone()),
            (Key::InvitationsIn, self.invitations_in.clone()),
            (Key::InvitationsOut, self.invitations_out.clone()),
            (Key::UnsignedAcceptances, self.unsigned_acceptances.clone()),
            (Key::TrustedProxies, self.trusted_proxies.clone()),
            (Key::RequestsPerAddress, self.requests_per_address.clone()),
            (Key::RequestsPerServer, self.requests_per_server.clone()),
            (Key::KeyLead, self.key_lead.clone()),
            (Key::Metrics, self.metrics.clone()),
            (Key::OtlpEndpoint, self.otlp_endpoint.clone()),
            (Key::ExtraCa, self.extra_ca.clone()),
            (Key::Proxy, self.proxy.clone()),
            (Key::MailServer, self.mail_server.clone()),
            (Key::MailFrom, self.mail_from.clone()),
            (Key::MailUser, self.mail_user.clone()),
            (Key::MailPasswordFile, self.mail_password_file.clone()),
            (Key::MailCa, self.mail_ca.clone()),
            (Key::OidcIssuer, self.oidc_issuer.clone()),
            (Key::OidcClientId, self.oidc_client_id.clone()),
            (
                Key::OidcClientSecretFile,
                self.oidc_client_secret_file.clone(),
            ),
            (Key::OidcName, self.oidc_name.clone()),
            (Key::OidcScopes, self.oidc_scopes.clone()),
            (Key::OidcLoginClaim, self.oidc_login_claim.clone()),
            (Key::OidcNameClaim, self.oidc_name_claim.clone()),
            (Key::OidcEmailClaim, self.oidc_email_claim.clone()),
            (Key::OidcGroupsClaim, self.oidc_groups_claim.clone()),
            (Key::OidcAdminGroups, self.oidc_admin_groups.clone()),
            (Key::OidcAllowedGroups, self.oidc_allowed_groups.clone()),
            (Key::OidcCreateAccounts, self.oidc_create_accounts.clone()),
            (Key::PasswordLogin, self.password_login.clone()),
            (Key::SessionIdle, self.session_idle.clone()),
            (Key::SessionLife, self.session_life.clone()),
            (Key::Dev, self.dev.then(|| "true".to_owned())),
        ]);
        Ok(own.over(self.place.raw()?))
    }

    /// Where the data is.
    pub(crate) fn place(&self) -> &Place {
        &self.place
    }

    /// The settings after every check.
    pub(crate) fn check(&self) -> Result<Config> {
        Config::resolve(self.raw()?).map_err(|error| setting_failed(&error))
    }
}

impl Place {
    /// What flags, environment and file say together, flags other than these left out.
    pub(crate) fn raw(&self) -> Result<RawConfig> {
        let path = |path: &Option<PathBuf>| {
            let path = path.as_ref();
            path.map(|path| path.to_string_lossy().into_owned())
        };
        let flags = RawConfig::flags([
            (Key::Data, path(&self.data)),
            (Key::Keys, path(&self.keys)),
            (Key::DatabaseFile, path(&self.database_file)),
            (
                Key::Database,
                self.database
                    .as_ref()
                    .map(|url| url.expose_secret().to_owned()),
            ),
        ]);
        let raw = RawConfig::load(flags, self.config.as_deref(), |name| env::var(name).ok());
        raw.map_err(|error| setting_failed(&error))
    }

    /// Opens a database that must be there already, so that a slip in `--data` does not make an empty one.
    pub(crate) async fn open(&self) -> Result<Desk> {
        let database = self.database()?;
        if let Database::Sqlite { path } = &database
            && !path.exists()
        {
            let message = say!("no-database", path = path.display().to_string());
            return Err(Failure::error(Exit::Settings, message));
        }
        let mail = config::sends_mail(&self.raw()?);
        Ok(Desk {
            mail,
            ..Desk::open(&database).await?
        })
    }

    /// Opens a database, making it if need be: accounts may be made before the first start.
    pub(crate) async fn open_or_make(&self) -> Result<Desk> {
        Desk::open(&self.database()?).await
    }

    /// Data folder and database.
    pub(crate) fn storage(&self) -> Result<StorageConfig> {
        let storage = StorageConfig::resolve(&self.raw()?);
        storage.map_err(|error| setting_failed(&error))
    }

    fn database(&self) -> Result<Database> {
        Ok(self.storage()?.database)
    }
}

/// How commands open a database: they read little.
pub(crate) fn options() -> Options {
    Options {
        readers: 1,
        ..Options::default()
    }
}

fn failed(error: &symbolon_store::Error) -> anyhow::Error {
    Failure::error(Exit::Failed, store_failed(error))
}

impl Desk {
    /// Opens a database; a running server may have it open, too.
    pub(crate) async fn open(database: &Database) -> Result<Self> {
        let store = Store::open(database, options()).await;
        let store = store.map_err(|error| {
            let name = symbolon_server::config::database_in_words(database);
            let (database, why) = (name.say(language::current()), store_failed(&error));
            Failure::error(
                Exit::Failed,
                say!("cannot-open", database = database, why = why),
            )
        })?;
        Ok(Self {
            store,
            env: Env::system(),
            mail: false,
        })
    }

    /// Writes a note into a database as it is, whatever version of this program keeps it.
    pub(crate) async fn note<O: Operation>(
        database: &Database,
        note: impl FnOnce(Moment) -> O,
    ) -> Result<O::Output, symbolon_store::Error> {
        let store = Store::open_as_it_is(database, options()).await?;
        let desk = Self {
            store,
            env: Env::system(),
            mail: false,
        };
        let written = desk.store.write(note(desk.moment())).await;
        desk.store.close().await;
        written
    }

    /// Reads.
    pub(crate) async fn read<O: Operation>(&self, operation: O) -> Result<O::Output> {
        self.store
            .read(operation)
            .await
            .map_err(|error| failed(&error))
    }

    /// Writes, and comes back when it is on disk.
    pub(crate) async fn write<O: Operation>(&self, operation: O) -> Result<O::Output> {
        self.store
            .write(operation)
            .await
            .map_err(|error| failed(&error))
    }

    /// The present.
    pub(crate) fn now(&self) -> Timestamp {
        self.env.now()
    }

    /// Now, under a reference of its own, by the hand of whoever is at the command line.
    pub(crate) fn moment(&self) -> Moment {
        Moment {
            administrator: true,
            mail: self.mail,
            ..Moment::new(self.now(), self.env.id().to_string())
        }
    }
}
