//! From what was written to what is true.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use symbolon_core::trust::{Mode, Policy, Unsigned};
use tracing_subscriber::EnvFilter;

use super::database;
use super::error::ConfigError;
use super::key::Key;
use super::mail;
use super::oidc;
use super::proxies::Proxies;
use super::public_url::PublicUrl;
use super::raw::{RawConfig, Written};
use super::telemetry::OFF;
use super::{Collector, Config, LogFormat, MetricsDoor, StorageConfig};
use crate::keys;
use crate::transport::{AddressPolicy, Issuers, Proxy, WayOut};

/// Used when nobody says otherwise: in the folder where the server was started.
const DATA: &str = "symbolon-data";

/// Only this machine, since a proxy with TLS stands before a real server.
const LISTEN: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 8080);

/// What an operator wants to see of a healthy server.
const LOG: &str = "info";

/// The brand that other servers show until the administrator chooses one.
pub(crate) const NAME: &str = "Symbolon";

/// Longest brand in characters; other servers show it in menus.
const NAME_CHARS: usize = 100;

/// Requests wait up to ten seconds for another server, and service managers kill after thirty or ninety.
const DRAIN_SECONDS: u64 = 20;

/// Longest drain in seconds: an hour, so that a slip of the finger cannot keep a server from ever stopping.
const DRAIN_SECONDS_MAX: u64 = 3600;

/// How long the audit trail is kept if nobody says otherwise: a year, so that the story of last summer can be told.
const AUDIT_RETENTION_DAYS: i64 = 365;

/// Longest retention that is written as a number, in days: a hundred years.
const AUDIT_RETENTION_DAYS_MAX: i64 = 36_500;

/// The word for an audit trail that is never pruned.
pub(super) const FOREVER: &str = "forever";

/// How long a new key is published before it signs if nobody says otherwise, in milliseconds. Known servers keep the keys of
/// others for up to an hour and their descriptions for a day; a change that nobody waits for can wait for the longest.
const KEY_LEAD_MS: i64 = DAY_MS;

/// The longest lead of a new key, in milliseconds: thirty days.
const KEY_LEAD_MAX_MS: i64 = 30 * DAY_MS;

/// How long a session lasts that is not used, if nobody says otherwise, in milliseconds: three days, so that a weekend logs
/// nobody out.
const SESSION_IDLE_MS: i64 = 3 * DAY_MS;

/// How long a session lasts at most, if nobody says otherwise, in milliseconds: two weeks.
const SESSION_LIFE_MS: i64 = 14 * DAY_MS;

/// The longest time that a session may last, in milliseconds: a year.
const SESSION_MAX_MS: i64 = 365 * DAY_MS;

/// How many requests in a minute one address may send that prove nothing: an honest server sends few, and what it proves is
/// not counted.
const REQUESTS_PER_ADDRESS: u32 = 60;

/// How many messages in a minute one server may send that has proved who it is: a hundred a second, so that a large one
/// can catch up.
const REQUESTS_PER_SERVER: u32 = 6_000;

/// The largest of these numbers: one in a millisecond.
const REQUESTS_MAX: u32 = 60_000;

/// One hour in milliseconds.
pub(super) const HOUR_MS: i64 = 3_600_000;

/// One day in milliseconds.
pub(super) const DAY_MS: i64 = 86_400_000;

impl StorageConfig {
    /// Reads only data folder and database, for commands that speak to nobody and so need no public URL.
    pub fn resolve(raw: &RawConfig) -> Result<Self, ConfigError> {
        let folder = |text: &str| match text {
            "" => Err("it is empty".to_owned()),
            text => Ok(PathBuf::from(text)),
        };
        let remedy = "Name a folder, for example /var/lib/symbolon";
        let data = value(raw, Key::Data, DATA.into(), remedy, folder)?;
        let remedy =
            "Name a folder, for example /run/credentials/symbolon.service, or leave it out";
        let keys = value(raw, Key::Keys, data.join(keys::FOLDER), remedy, folder)?;
        let database = database::resolve(raw, &data)?;
        Ok(Self {
            data,
            keys,
            database,
        })
    }
}

impl Config {
    /// Checks every value, and those that must fit each other.
    pub fn resolve(raw: RawConfig) -> Result<Self, ConfigError> {
        let StorageConfig {
            data,
            keys,
            database,
        } = StorageConfig::resolve(&raw)?;
        let remedy = "Write an IP address and a port, for example 127.0.0.1:8080 or [::]:8080";
        let listen = value(&raw, Key::Listen, LISTEN, remedy, |text| {
            text.parse()
                .map_err(|_| format!("{text:?} is not an address with a port"))
        })?;
        let dev = value(&raw, Key::Dev, false, "Write true or false", switch)?;
        let public_url = public_url(&raw, dev, listen)?;
        let remedy = "Write a level (error, warn, info, debug, trace), or a list like info,symbolon_server=debug";
        let log = value(&raw, Key::Log, LOG.to_owned(), remedy, |text| {
            EnvFilter::try_new(text).map_err(|error| error.to_string())?;
            Ok(text.to_owned())
        })?;
        let remedy = "Write auto, pretty or json";
        let log_format = value(&raw, Key::LogFormat, LogFormat::Auto, remedy, log_format)?;
        let remedy = "Write one to a hundred characters on one line";
        let name = value(&raw, Key::Name, NAME.to_owned(), remedy, name)?;
        let remedy = "Write whole seconds from 0 to 3600";
        let drain = value(&raw, Key::DrainSeconds, DRAIN_SECONDS, remedy, |text| {
            let seconds: Option<u64> = text.parse().ok().filter(|s| *s <= DRAIN_SECONDS_MAX);
            seconds.ok_or_else(|| format!("{text:?} is no such number"))
        })?;
        let drain = Duration::from_secs(drain);
        let remedy = "Write days like 90d, from 1d to 36500d, or forever";
        let kept = Some(AUDIT_RETENTION_DAYS * DAY_MS);
        let audit_retention_ms = value(&raw, Key::AuditRetention, kept, remedy, retention)?;
        let trust = trust(&raw)?;
        let remedy = "Write accept, or refuse for only those that are signed";
        let unsigned = value(
            &raw,
            Key::UnsignedAcceptances,
            Unsigned::Accept,
            remedy,
            |text| Unsigned::parse(text).ok_or_else(|| format!("{text:?} is neither")),
        )?;
        let remedy = "Write the addresses or networks of your own proxies with commas between them, for example \
                      127.0.0.1, ::1";
        let trusted_proxies = value(
            &raw,
            Key::TrustedProxies,
            Proxies::default(),
            remedy,
            Proxies::parse,
        )?;
        let remedy = "Write how many in a minute, from 1 to 60000, or off";
        let a_minute = |key, default| value(&raw, key, Some(default), remedy, a_minute);
        let requests_per_address = a_minute(Key::RequestsPerAddress, REQUESTS_PER_ADDRESS)?;
        let requests_per_server = a_minute(Key::RequestsPerServer, REQUESTS_PER_SERVER)?;
        let remedy = "Write hours or days like 1h, 24h or 2d, from 1h to 30d";
        let key_lead_ms = value(&raw, Key::KeyLead, KEY_LEAD_MS, remedy, |text| {
            stretch(text, KEY_LEAD_MAX_MS)
        })?;
        let remedy = "Write off, public (beside everything else), or an IP address and a port of its own, for example \
                      127.0.0.1:9464";
        let metrics = value(
            &raw,
            Key::Metrics,
            MetricsDoor::Off,
            remedy,
            MetricsDoor::parse,
        )?;
        let remedy = "Write off, or the address of a collector that takes OTLP over HTTP, for example \
                      http://127.0.0.1:4318; a token for it goes into OTEL_EXPORTER_OTLP_HEADERS";
        let collector = value(&raw, Key::OtlpEndpoint, None, remedy, Collector::parse)?;
        let way_out = way_out(&raw, dev)?;
        let mail = mail::resolve(&raw, &name)?;
        let oidc = oidc::resolve(&raw)?;
        let password_login = oidc::password_login(&raw, oidc.is_some())?;
        let remedy = "Write hours or days like 8h or 3d, from 1h to 365d";
        let stretch = |text: &str| stretch(text, SESSION_MAX_MS);
        let session_idle_ms = value(&raw, Key::SessionIdle, SESSION_IDLE_MS, remedy, stretch)?;
        let session_life_ms = value(&raw, Key::SessionLife, SESSION_LIFE_MS, remedy, stretch)?;
        Ok(Self {
            data,
            keys,
            listen,
            public_url,
            database,
            dev,
            log,
            log_format,
            name,
            drain,
            audit_retention_ms,
            trust,
            unsigned,
            trusted_proxies,
            requests_per_address,
            requests_per_server,
            key_lead_ms,
            metrics,
            collector,
            way_out,
            mail,
            oidc,
            password_login,
            session_idle_ms,
            session_life_ms,
            written: raw,
        })
    }
}

/// The value in force for a key: the written one, read by `read`, or the default.
pub(super) fn value<T>(
    raw: &RawConfig,
    key: Key,
    default: T,
    remedy: &'static str,
    read: impl FnOnce(&str) -> Result<T, String>,
) -> Result<T, ConfigError> {
    let Some(Written { text, origin }) = raw.written(key) else {
        return Ok(default);
    };
    read(text).map_err(|reason| ConfigError::Invalid {
        key,
        origin: origin.clone(),
        reason,
        remedy,
    })
}

fn public_url(raw: &RawConfig, dev: bool, listen: SocketAddr) -> Result<PublicUrl, ConfigError> {
    let Some(Written { text, origin }) = raw.written(Key::PublicUrl) else {
        return Err(ConfigError::PublicUrlMissing);
    };
    let invalid = |key, reason: &str, remedy| {
        let origin = if key == Key::PublicUrl {
            origin.clone()
        } else {
            raw.origin(key)
        };
        ConfigError::Invalid {
            key,
            origin,
            reason: reason.to_owned(),
            remedy,
        }
    };
    // A password that somebody put there by mistake is not repeated.
    let shown = if text.contains('@') {
        "the value".to_owned()
    } else {
        format!("{text:?}")
    };
    let remedy = "Write only scheme, host and port, for example https://cloud.example.org";
    let url = PublicUrl::parse(text).map_err(|reason| {
        invalid(
            Key::PublicUrl,
            &format!("{shown} cannot be used, {reason}"),
            remedy,
        )
    })?;
    if dev && !url.is_loopback() {
        let reason = format!("it is unsafe, and {text:?} is not on this machine");
        let remedy = "Remove it, or use a public URL like http://cat.localhost:8080";
        return Err(invalid(Key::Dev, &reason, remedy));
    }
    if !dev && !url.is_https() {
        let reason = format!("{text:?} is not encrypted");
        let remedy = "Begin it with https:// and put a proxy with a certificate before this server, or add --dev to \
                      try things on this machine";
        return Err(invalid(Key::PublicUrl, &reason, remedy));
    }
    if url.port_is_open() && !(dev && listen.port() == 0) {
        let reason = format!("{text:?} leaves its port open");
        let remedy = "Write the port, or use --dev together with a listen address whose port is 0";
        return Err(invalid(Key::PublicUrl, &reason, remedy));
    }
    Ok(url)
}

/// The modes alone, for commands that speak to nobody and so need no public URL.
pub fn trust(raw: &RawConfig) -> Result<Policy, ConfigError> {
    let remedy = "Write open, directory for the servers of the directories that are followed, or allowlist for those that are trusted by name";
    let mode = |key| {
        value(raw, key, Mode::Open, remedy, |text| {
            Mode::parse(text).ok_or_else(|| format!("{text:?} is not a mode"))
        })
    };
    Ok(Policy {
        invitations_in: mode(Key::InvitationsIn)?,
        invitations_out: mode(Key::InvitationsOut)?,
    })
}

/// How other servers are reached, for commands that need no public URL.
pub fn way_out(raw: &RawConfig, dev: bool) -> Result<WayOut, ConfigError> {
    let policy = if dev {
        AddressPolicy::DevLoopback
    } else {
        AddressPolicy::Public
    };
    let remedy = "Write off, or the path of a file with certificates in PEM, one after the other";
    let issuers = value(raw, Key::ExtraCa, Issuers::default(), remedy, |text| {
        if text == OFF {
            return Ok(Issuers::default());
        }
        let pem = std::fs::read(text).map_err(|error| format!("{text}: {error}"))?;
        Issuers::parse(&pem).map_err(|reason| format!("{text}: {reason}"))
    })?;
    let remedy = "Write off, or the address of a proxy that takes CONNECT, for example http://proxy.example.org:3128; \
                  it cannot have a password";
    let proxy = value(raw, Key::Proxy, None, remedy, |text| {
        if text == OFF {
            return Ok(None);
        }
        Proxy::parse(text)
            .map(Some)
            .map_err(|reason| format!("the value cannot be used, {reason}"))
    })?;
    Ok(WayOut {
        policy,
        issuers,
        proxy,
    })
}

fn retention(text: &str) -> Result<Option<i64>, String> {
    if text == FOREVER {
        return Ok(None);
    }
    let days: Option<i64> = text.strip_suffix('d').and_then(|days| days.parse().ok());
    let days = days.filter(|days| (1..=AUDIT_RETENTION_DAYS_MAX).contains(days));
    let days = days.ok_or_else(|| format!("{text:?} is no such time"))?;
    Ok(Some(days * DAY_MS))
}

/// Hours or days, at least an hour, in milliseconds.
fn stretch(text: &str, most_ms: i64) -> Result<i64, String> {
    let unit = |unit: char, ms: i64| {
        let number: i64 = text.strip_suffix(unit)?.parse().ok()?;
        number.checked_mul(ms)
    };
    let ms = unit('h', HOUR_MS).or_else(|| unit('d', DAY_MS));
    let ms = ms.filter(|ms| (HOUR_MS..=most_ms).contains(ms));
    ms.ok_or_else(|| format!("{text:?} is no such time"))
}

fn a_minute(text: &str) -> Result<Option<u32>, String> {
    if text == OFF {
        return Ok(None);
    }
    let number: Option<u32> = text.parse().ok();
    let number = number.filter(|number| (1..=REQUESTS_MAX).contains(number));
    let number = number.ok_or_else(|| format!("{text:?} is no such number"))?;
    Ok(Some(number))
}

pub(super) fn switch(text: &str) -> Result<bool, String> {
    match text {
        "true" | "1" => Ok(true),
        "false" | "0" => Ok(false),
        _ => Err(format!("{text:?} is neither true nor false")),
    }
}

fn log_format(text: &str) -> Result<LogFormat, String> {
    match text {
        "auto" => Ok(LogFormat::Auto),
        "pretty" => Ok(LogFormat::Pretty),
        "json" => Ok(LogFormat::Json),
        _ => Err(format!("{text:?} is not a format")),
    }
}

fn name(text: &str) -> Result<String, String> {
    let text = text.trim();
    let fits = !text.is_empty() && text.chars().count() <= NAME_CHARS;
    if fits && !text.chars().any(char::is_control) {
        Ok(text.to_owned())
    } else {
        Err("it is empty, too long, or has control characters".to_owned())
    }
}

#[cfg(test)]
#[path = "resolve_tests.rs"]
mod tests;
