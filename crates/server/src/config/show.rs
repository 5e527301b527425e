//! Settings as TOML, for `symbolon config show`.

use std::fmt::Write;

use super::database;
use super::key::Key;
use super::oidc;
use super::resolve::{DAY_MS, FOREVER, HOUR_MS};
use super::telemetry::OFF;
use super::{Collector, Config, LogFormat};

/// One line per setting with a comment that says where it comes from. The text is a valid settings file, except that
/// secrets are replaced by `***`.
pub(super) fn toml(config: &Config) -> String {
    let by_file = database::file(&config.written).is_some();
    let lines: Vec<(String, String)> = Key::ALL
        .into_iter()
        // One of the two, as a file must have it.
        .filter(|key| !(by_file && *key == Key::Database))
        .map(|key| {
            (
                format!("{} = {}", key.name(), value(config, key)),
                config.written.origin(key).to_string(),
            )
        })
        .collect();
    let width = lines
        .iter()
        .map(|(line, _)| line.chars().count())
        .max()
        .unwrap_or(0);
    lines
        .into_iter()
        .fold(String::new(), |mut all, (line, origin)| {
            writeln!(all, "{line:width$}  # {origin}")
                .expect("a string takes all that is written to it");
            all
        })
}

fn value(config: &Config, key: Key) -> String {
    match key {
        Key::Data => quoted(&config.data.display().to_string()),
        Key::Keys => quoted(&config.keys.display().to_string()),
        Key::DatabaseFile => written(config, key, ""),
        Key::Listen => quoted(&config.listen.to_string()),
        Key::PublicUrl => quoted(&config.base_url()),
        Key::Database => {
            let text = config
                .written
                .written(key)
                .map_or(database::EMBEDDED, |written| &written.text);
            quoted(&database::redacted(text))
        }
        Key::Dev => config.dev.to_string(),
        Key::Log => quoted(&config.log),
        Key::LogFormat => quoted(match config.log_format {
            LogFormat::Auto => "auto",
            LogFormat::Pretty => "pretty",
            LogFormat::Json => "json",
        }),
        Key::Name => quoted(&config.name),
        Key::DrainSeconds => config.drain.as_secs().to_string(),
        Key::AuditRetention => quoted(&match config.audit_retention_ms {
            Some(ms) => format!("{}d", ms / DAY_MS),
            None => FOREVER.to_owned(),
        }),
        Key::InvitationsIn => quoted(config.trust.invitations_in.as_str()),
        Key::InvitationsOut => quoted(config.trust.invitations_out.as_str()),
        Key::UnsignedAcceptances => quoted(config.unsigned.as_str()),
        Key::TrustedProxies => quoted(&config.trusted_proxies.to_string()),
        Key::RequestsPerAddress => number(config.requests_per_address),
        Key::RequestsPerServer => number(config.requests_per_server),
        Key::KeyLead => hours(config.key_lead_ms),
        Key::Metrics => quoted(&config.metrics.to_string()),
        Key::MailServer => quoted(
            &config
                .mail
                .as_ref()
                .map_or_else(|| OFF.to_owned(), |mail| mail.server.to_string()),
        ),
        Key::MailFrom => quoted(
            &config
                .mail
                .as_ref()
                .map_or_else(String::new, |mail| mail.from.to_string()),
        ),
        Key::MailUser | Key::MailPasswordFile | Key::MailCa => {
            let written = config.written.written(key);
            quoted(written.map_or("", |written| &written.text))
        }
        Key::OidcIssuer => quoted(config.oidc.as_ref().map_or(OFF, |oidc| &oidc.issuer)),
        Key::OidcScopes => written(config, key, oidc::SCOPES),
        Key::OidcLoginClaim => written(config, key, oidc::LOGIN_CLAIM),
        Key::OidcNameClaim => written(config, key, oidc::NAME_CLAIM),
        Key::OidcEmailClaim => written(config, key, oidc::EMAIL_CLAIM),
        Key::OidcGroupsClaim => written(config, key, oidc::GROUPS_CLAIM),
        Key::OidcName => written(
            config,
            key,
            config.oidc.as_ref().map_or("", |oidc| &oidc.name),
        ),
        Key::OidcClientId
        | Key::OidcClientSecretFile
        | Key::OidcAdminGroups
        | Key::OidcAllowedGroups => written(config, key, ""),
        Key::OidcCreateAccounts => {
            let made = config.oidc.as_ref();
            made.is_some_and(|oidc| oidc.rules.create_accounts)
                .to_string()
        }
        Key::PasswordLogin => config.password_login.to_string(),
        Key::SessionIdle => hours(config.session_idle_ms),
        Key::SessionLife => hours(config.session_life_ms),
        Key::OtlpEndpoint => quoted(config.collector.as_ref().map_or(OFF, Collector::as_str)),
        Key::ExtraCa => {
            let written = config.written.written(key);
            quoted(written.map_or(OFF, |written| &written.text))
        }
        Key::Proxy => {
            let proxy = config.way_out.proxy.as_ref().map(ToString::to_string);
            quoted(proxy.as_deref().unwrap_or(OFF))
        }
    }
}

/// What was written, or else the default.
fn written(config: &Config, key: Key, default: &str) -> String {
    let written = config.written.written(key);
    quoted(written.map_or(default, |written| &written.text))
}

fn hours(ms: i64) -> String {
    quoted(&format!("{}h", ms / HOUR_MS))
}

/// A number, or the word for none.
fn number(number: Option<u32>) -> String {
    number.map_or_else(|| quoted(OFF), |number| number.to_string())
}

/// A basic string of TOML.
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() => quoted.extend(format!("\\u{:04X}", u32::from(c)).chars()),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}
