//! The names of all settings.

/// One setting. Its name in the file, in the environment and as a flag follow from each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// The data folder.
    Data,
    /// The folder of the keys, if it is not in the data folder.
    Keys,
    /// Address and port to listen on.
    Listen,
    /// The public origin.
    PublicUrl,
    /// `sqlite`, or a PostgreSQL URL.
    Database,
    /// The file with that URL.
    DatabaseFile,
    /// The switch for trying things on one machine.
    Dev,
    /// Filter for log lines.
    Log,
    /// `auto`, `pretty` or `json`.
    LogFormat,
    /// The provider's name for people.
    Name,
    /// Seconds for requests under way at the end.
    DrainSeconds,
    /// How long the audit trail is kept.
    AuditRetention,
    /// `open`, `directory` or `allowlist`, for invitations from other servers.
    InvitationsIn,
    /// `open`, `directory` or `allowlist`, for invitations to other servers.
    InvitationsOut,
    /// What becomes of acceptances of servers that do not sign.
    UnsignedAcceptances,
    /// Proxies that are believed when they say for whom they ask.
    TrustedProxies,
    /// How often one address may ask without a proof of who it is.
    RequestsPerAddress,
    /// How often one server may ask that has proved who it is.
    RequestsPerServer,
    /// How long a new key is published before it signs.
    KeyLead,
    /// Where `/metrics` is: `off`, `public`, or an address of its own.
    Metrics,
    /// The collector that traces go to.
    OtlpEndpoint,
    /// Issuers of certificates beside those that the world believes.
    ExtraCa,
    /// The proxy through which other servers are reached.
    Proxy,
    /// The server that takes our mail, or `off`.
    MailServer,
    /// The sender of mails.
    MailFrom,
    /// The account at the mail server.
    MailUser,
    /// The file with its password.
    MailPasswordFile,
    /// Certificates that the mail server may be certified by, beside the public ones.
    MailCa,
    /// The service by which people log in, or `off`.
    OidcIssuer,
    /// Who this server is to it.
    OidcClientId,
    /// The file with the secret of that client.
    OidcClientSecretFile,
    /// What people call the service.
    OidcName,
    /// What is asked for about people.
    OidcScopes,
    /// Which claim is the log-in name.
    OidcLoginClaim,
    /// Which claim is the name that others see.
    OidcNameClaim,
    /// Which claim is the e-mail address.
    OidcEmailClaim,
    /// Which claim lists the groups.
    OidcGroupsClaim,
    /// Groups that manage this server.
    OidcAdminGroups,
    /// Groups that may come in.
    OidcAllowedGroups,
    /// Whether somebody without an account gets one.
    OidcCreateAccounts,
    /// Whether passwords open the pages.
    PasswordLogin,
    /// How long a session lasts that is not used.
    SessionIdle,
    /// How long a session lasts at most.
    SessionLife,
}

impl Key {
    /// Every key, in the order in which `config show` prints them.
    pub const ALL: [Self; 43] = [
        Self::Data,
        Self::Keys,
        Self::Listen,
        Self::PublicUrl,
        Self::Database,
        Self::DatabaseFile,
        Self::Dev,
        Self::Log,
        Self::LogFormat,
        Self::Name,
        Self::DrainSeconds,
        Self::AuditRetention,
        Self::InvitationsIn,
        Self::InvitationsOut,
        Self::UnsignedAcceptances,
        Self::TrustedProxies,
        Self::RequestsPerAddress,
        Self::RequestsPerServer,
        Self::KeyLead,
        Self::Metrics,
        Self::OtlpEndpoint,
        Self::ExtraCa,
        Self::Proxy,
        Self::MailServer,
        Self::MailFrom,
        Self::MailUser,
        Self::MailPasswordFile,
        Self::MailCa,
        Self::OidcIssuer,
        Self::OidcClientId,
        Self::OidcClientSecretFile,
        Self::OidcName,
        Self::OidcScopes,
        Self::OidcLoginClaim,
        Self::OidcNameClaim,
        Self::OidcEmailClaim,
        Self::OidcGroupsClaim,
        Self::OidcAdminGroups,
        Self::OidcAllowedGroups,
        Self::OidcCreateAccounts,
        Self::PasswordLogin,
        Self::SessionIdle,
        Self::SessionLife,
    ];

    /// As in the file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Data => "data",
            Self::Keys => "keys",
            Self::Listen => "listen",
            Self::PublicUrl => "public_url",
            Self::Database => "database",
            Self::DatabaseFile => "database_file",
            Self::Dev => "dev",
            Self::Log => "log",
            Self::LogFormat => "log_format",
            Self::Name => "name",
            Self::DrainSeconds => "drain_seconds",
            Self::AuditRetention => "audit_retention",
            Self::InvitationsIn => "invitations_in",
            Self::InvitationsOut => "invitations_out",
            Self::UnsignedAcceptances => "unsigned_acceptances",
            Self::TrustedProxies => "trusted_proxies",
            Self::RequestsPerAddress => "requests_per_address",
            Self::RequestsPerServer => "requests_per_server",
            Self::KeyLead => "key_lead",
            Self::Metrics => "metrics",
            Self::OtlpEndpoint => "otlp_endpoint",
            Self::ExtraCa => "extra_ca",
            Self::Proxy => "proxy",
            Self::MailServer => "mail_server",
            Self::MailFrom => "mail_from",
            Self::MailUser => "mail_user",
            Self::MailPasswordFile => "mail_password_file",
            Self::MailCa => "mail_ca",
            Self::OidcIssuer => "oidc_issuer",
            Self::OidcClientId => "oidc_client_id",
            Self::OidcClientSecretFile => "oidc_client_secret_file",
            Self::OidcName => "oidc_name",
            Self::OidcScopes => "oidc_scopes",
            Self::OidcLoginClaim => "oidc_login_claim",
            Self::OidcNameClaim => "oidc_name_claim",
            Self::OidcEmailClaim => "oidc_email_claim",
            Self::OidcGroupsClaim => "oidc_groups_claim",
            Self::OidcAdminGroups => "oidc_admin_groups",
            Self::OidcAllowedGroups => "oidc_allowed_groups",
            Self::OidcCreateAccounts => "oidc_create_accounts",
            Self::PasswordLogin => "password_login",
            Self::SessionIdle => "session_idle",
            Self::SessionLife => "session_life",
        }
    }

    /// As in the environment.
    pub fn variable(self) -> String {
        format!("SYMBOLON_{}", self.name().to_ascii_uppercase())
    }

    /// The name that all programs of a kind read for the same, if there is one: of OpenTelemetry's SDK configuration.
    pub fn common_variable(self) -> Option<&'static str> {
        (self == Self::OtlpEndpoint).then_some("OTEL_EXPORTER_OTLP_ENDPOINT")
    }

    /// As on the command line.
    pub fn flag(self) -> String {
        format!("--{}", self.name().replace('_', "-"))
    }
}
