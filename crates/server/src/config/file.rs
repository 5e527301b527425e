//! The settings file.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::Path;

use serde::Deserialize;
use toml::Spanned;

use super::error::ConfigError;
use super::key::Key;
use super::raw::{Origin, Written};
use super::telemetry::OFF;

/// Everything that a file may say. A key that is not listed is an error, since it is a misspelling more often than not.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    data: Option<Spanned<String>>,
    keys: Option<Spanned<String>>,
    listen: Option<Spanned<String>>,
    public_url: Option<Spanned<String>>,
    database: Option<Spanned<String>>,
    database_file: Option<Spanned<String>>,
    dev: Option<Spanned<bool>>,
    log: Option<Spanned<String>>,
    log_format: Option<Spanned<String>>,
    name: Option<Spanned<String>>,
    drain_seconds: Option<Spanned<u64>>,
    audit_retention: Option<Spanned<String>>,
    invitations_in: Option<Spanned<String>>,
    invitations_out: Option<Spanned<String>>,
    unsigned_acceptances: Option<Spanned<String>>,
    trusted_proxies: Option<Spanned<String>>,
    requests_per_address: Option<Spanned<NumberOrWord>>,
    requests_per_server: Option<Spanned<NumberOrWord>>,
    key_lead: Option<Spanned<String>>,
    metrics: Option<Spanned<String>>,
    otlp_endpoint: Option<Spanned<String>>,
    extra_ca: Option<Spanned<String>>,
    proxy: Option<Spanned<String>>,
    mail_server: Option<Spanned<String>>,
    mail_from: Option<Spanned<String>>,
    mail_user: Option<Spanned<String>>,
    mail_password_file: Option<Spanned<String>>,
    mail_ca: Option<Spanned<String>>,
    oidc_issuer: Option<Spanned<String>>,
    oidc_client_id: Option<Spanned<String>>,
    oidc_client_secret_file: Option<Spanned<String>>,
    oidc_name: Option<Spanned<String>>,
    oidc_scopes: Option<Spanned<String>>,
    oidc_login_claim: Option<Spanned<String>>,
    oidc_name_claim: Option<Spanned<String>>,
    oidc_email_claim: Option<Spanned<String>>,
    oidc_groups_claim: Option<Spanned<String>>,
    oidc_admin_groups: Option<Spanned<String>>,
    oidc_allowed_groups: Option<Spanned<String>>,
    oidc_create_accounts: Option<Spanned<bool>>,
    password_login: Option<Spanned<bool>>,
    session_idle: Option<Spanned<String>>,
    session_life: Option<Spanned<String>>,
}

/// Reads a file. A path without a leading slash is taken from the file's own folder, so that it does not depend
/// on where the server was started.
pub(super) fn read(path: &Path) -> Result<BTreeMap<Key, Written>, ConfigError> {
    let text = fs::read_to_string(path).map_err(|error| ConfigError::Unreadable {
        path: path.display().to_string(),
        reason: error.to_string(),
    })?;
    parse(path, &text)
}

fn parse(path: &Path, text: &str) -> Result<BTreeMap<Key, Written>, ConfigError> {
    let file: File = toml::from_str(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        let (line, column) = position(text, at);
        let reason = error.message().trim_end().to_owned();
        ConfigError::Malformed {
            path: path.display().to_string(),
            line,
            column,
            reason,
        }
    })?;
    let origin = |at| Origin::File {
        path: path.to_owned(),
        line: position(text, at).0,
    };
    let folder = path.parent().unwrap_or_else(|| Path::new(""));
    let absolute = |path: Spanned<String>| {
        let absolute = folder.join(path.get_ref()).display().to_string();
        Spanned::new(path.span(), absolute)
    };
    let data = file.data.map(absolute);
    let extra_ca = file.extra_ca.map(|path| match path.get_ref().as_str() {
        OFF => path,
        _ => absolute(path),
    });
    let found = [
        (Key::Data, plain(data)),
        (Key::Keys, plain(file.keys.map(absolute))),
        (Key::Listen, plain(file.listen)),
        (Key::PublicUrl, plain(file.public_url)),
        (Key::Database, plain(file.database)),
        (Key::DatabaseFile, plain(file.database_file.map(absolute))),
        (Key::Dev, plain(file.dev)),
        (Key::Log, plain(file.log)),
        (Key::LogFormat, plain(file.log_format)),
        (Key::Name, plain(file.name)),
        (Key::DrainSeconds, plain(file.drain_seconds)),
        (Key::AuditRetention, plain(file.audit_retention)),
        (Key::InvitationsIn, plain(file.invitations_in)),
        (Key::InvitationsOut, plain(file.invitations_out)),
        (Key::UnsignedAcceptances, plain(file.unsigned_acceptances)),
        (Key::TrustedProxies, plain(file.trusted_proxies)),
        (Key::RequestsPerAddress, plain(file.requests_per_address)),
        (Key::RequestsPerServer, plain(file.requests_per_server)),
        (Key::KeyLead, plain(file.key_lead)),
        (Key::Metrics, plain(file.metrics)),
        (Key::OtlpEndpoint, plain(file.otlp_endpoint)),
        (Key::ExtraCa, plain(extra_ca)),
        (Key::Proxy, plain(file.proxy)),
        (Key::MailServer, plain(file.mail_server)),
        (Key::MailFrom, plain(file.mail_from)),
        (Key::MailUser, plain(file.mail_user)),
        (
            Key::MailPasswordFile,
            plain(file.mail_password_file.map(absolute)),
        ),
        (Key::MailCa, plain(file.mail_ca.map(absolute))),
        (Key::OidcIssuer, plain(file.oidc_issuer)),
        (Key::OidcClientId, plain(file.oidc_client_id)),
        (
            Key::OidcClientSecretFile,
            plain(file.oidc_client_secret_file.map(absolute)),
        ),
        (Key::OidcName, plain(file.oidc_name)),
        (Key::OidcScopes, plain(file.oidc_scopes)),
        (Key::OidcLoginClaim, plain(file.oidc_login_claim)),
        (Key::OidcNameClaim, plain(file.oidc_name_claim)),
        (Key::OidcEmailClaim, plain(file.oidc_email_claim)),
        (Key::OidcGroupsClaim, plain(file.oidc_groups_claim)),
        (Key::OidcAdminGroups, plain(file.oidc_admin_groups)),
        (Key::OidcAllowedGroups, plain(file.oidc_allowed_groups)),
        (Key::OidcCreateAccounts, plain(file.oidc_create_accounts)),
        (Key::PasswordLogin, plain(file.password_login)),
        (Key::SessionIdle, plain(file.session_idle)),
        (Key::SessionLife, plain(file.session_life)),
    ];
    let written = found.into_iter().filter_map(|(key, value)| {
        let (at, text) = value?;
        Some((
            key,
            Written {
                text,
                origin: origin(at),
            },
        ))
    });
    Ok(written.collect())
}

/// Where a value begins, and the value as text.
fn plain<T: ToString>(value: Option<Spanned<T>>) -> Option<(usize, String)> {
    value.map(|value| (value.span().start, value.get_ref().to_string()))
}

/// A value that is a number or a word.
#[derive(Deserialize)]
#[serde(untagged, expecting = "a whole number or a word")]
enum NumberOrWord {
    Number(i64),
    Word(String),
}

impl fmt::Display for NumberOrWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Word(word) => f.write_str(word),
        }
    }
}

/// Line and column of a byte, both from 1, the column in characters.
fn position(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    (
        before.matches('\n').count() + 1,
        before[line_start..].chars().count() + 1,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<BTreeMap<Key, Written>, ConfigError> {
        parse(Path::new("/etc/symbolon/symbolon.toml"), text)
    }

    fn error(text: &str) -> String {
        read(text).err().unwrap().to_string()
    }

    #[test]
    fn values_remember_their_line_and_numbers_become_text() {
        let written =
            read("# settings\nname = \"Cat\"\n\ndev = true\ndrain_seconds = 5\n").unwrap();
        let at = |key: Key| (written[&key].text.clone(), written[&key].origin.to_string());
        let place = |line| format!("/etc/symbolon/symbolon.toml, line {line}");
        assert_eq!(at(Key::Name), ("Cat".to_owned(), place(2)));
        assert_eq!(at(Key::Dev), ("true".to_owned(), place(4)));
        assert_eq!(at(Key::DrainSeconds), ("5".to_owned(), place(5)));
        assert!(!written.contains_key(&Key::Listen));
    }

    #[test]
    fn a_relative_data_folder_belongs_to_the_file() {
        assert_eq!(
            read("data = \"data\"").unwrap()[&Key::Data].text,
            "/etc/symbolon/data"
        );
        assert_eq!(
            read("data = \"/var/lib/x\"").unwrap()[&Key::Data].text,
            "/var/lib/x"
        );
    }

    #[test]
    fn a_misspelt_key_is_named_with_its_place() {
        let error = error("name = \"Cat\"\n  publik_url = \"x\"\n");
        assert!(
            error.starts_with("/etc/symbolon/symbolon.toml, line 2, column 3: "),
            "{error}"
        );
        assert!(error.contains("unknown field `publik_url`"), "{error}");
    }

    #[test]
    fn a_value_of_the_wrong_kind_is_named_with_its_place() {
        let error = error("dev = \"yes\"\n");
        assert!(error.contains("line 1, column 7: "), "{error}");
        assert!(error.contains("expected a boolean"), "{error}");
    }

    #[test]
    fn what_is_not_toml_is_named_with_its_place() {
        let error = error("name = \"Cat\"\nlisten =\n");
        assert!(error.contains("line 2"), "{error}");
    }

    #[test]
    fn a_file_that_is_not_there_is_named() {
        let error = super::read(Path::new("/nowhere/symbolon.toml"))
            .err()
            .unwrap()
            .to_string();
        assert!(error.starts_with("/nowhere/symbolon.toml: "), "{error}");
        assert!(error.contains("--config"), "{error}");
    }
}
