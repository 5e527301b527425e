//! The service by which people log in: a provider of OpenID Connect.

use std::net::IpAddr;

use secrecy::SecretString;
use symbolon_core::identities::Rules;
use url::{Host, Url};

use super::error::ConfigError;
use super::key::Key;
use super::raw::{RawConfig, Written};
use super::resolve::{switch, value};
use super::secret;
use super::telemetry::OFF;

/// Longest secret of a client in bytes.
const SECRET_BYTES: usize = 1_024;

/// Longest list of groups, of scopes, or name of a claim, in characters.
const TEXT_CHARS: usize = 2_000;

/// Longest name of the service in characters: it stands on a button.
const NAME_CHARS: usize = 60;

/// What is asked for unless the settings say otherwise (OpenID Connect Core §5.4).
pub(super) const SCOPES: &str = "openid profile email";

/// Where the log-in name stands unless the settings say otherwise.
pub(super) const LOGIN_CLAIM: &str = "preferred_username";

/// The same for the name that others see.
pub(super) const NAME_CLAIM: &str = "name";

/// The same for the e-mail address.
pub(super) const EMAIL_CLAIM: &str = "email";

/// The same for groups, as most providers call it.
pub(super) const GROUPS_CLAIM: &str = "groups";

/// People log in by a provider, and this is how.
#[derive(Clone)]
pub struct Oidc {
    /// The provider, as it spells itself.
    pub issuer: String,
    /// Who we are to it.
    pub client_id: String,
    /// How we prove that.
    pub client_secret: SecretString,
    /// What we ask for, with spaces between.
    pub scopes: String,
    /// What people call it.
    pub name: String,
    /// Where the provider tells what.
    pub claims: ClaimNames,
    /// What groups make of somebody, and whether accounts are made.
    pub rules: Rules,
}

/// The names of the claims that are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimNames {
    /// The log-in name of a new account.
    pub login: String,
    /// What others see of a new account.
    pub name: String,
    /// The e-mail address of a new account.
    pub email: String,
    /// The groups, at every log-in.
    pub groups: String,
}

impl Oidc {
    /// Below [`PublicUrl`](super::PublicUrl): where the provider sends people back to.
    pub const CALLBACK: &'static str = "/login/oidc/callback";

    /// Whether groups decide anything.
    pub(crate) fn by_groups(&self) -> bool {
        !self.rules.admin_groups.is_empty() || !self.rules.allowed_groups.is_empty()
    }
}

/// Checks what is set, and what must fit each other.
pub(super) fn resolve(raw: &RawConfig) -> Result<Option<Oidc>, ConfigError> {
    let remedy = "Write off, or the issuer exactly as its own /.well-known/openid-configuration names it, for example \
                  https://login.example.org/realms/cat";
    let Some(issuer) = value(raw, Key::OidcIssuer, None, remedy, issuer)? else {
        return Ok(None);
    };
    let absent = |key, remedy| ConfigError::Invalid {
        key,
        origin: raw.origin(key),
        reason: "it is not set, and oidc_issuer is".to_owned(),
        remedy,
    };
    let remedy = "Write the client id that the provider has for this server";
    let client_id = value(raw, Key::OidcClientId, String::new(), remedy, one_line)?;
    if client_id.is_empty() {
        return Err(absent(Key::OidcClientId, remedy));
    }
    let host = Url::parse(&issuer).ok();
    let host = host.as_ref().and_then(Url::host_str).unwrap_or(&issuer);
    let remedy = "Write one to sixty characters on one line, for example Cat University";
    let name = value(raw, Key::OidcName, host.to_owned(), remedy, |text| {
        let text = one_line(text)?;
        if text.is_empty() || text.chars().count() > NAME_CHARS {
            return Err("it is empty or too long".to_owned());
        }
        Ok(text)
    })?;
    let remedy = "Write words with spaces between, openid among them, for example openid profile email groups";
    let scopes = value(raw, Key::OidcScopes, SCOPES.to_owned(), remedy, scopes)?;
    let remedy = "Write the name of a claim, for example groups, or with dots realm_access.roles";
    let claim = |key, default: &str| {
        value(raw, key, default.to_owned(), remedy, |text| {
            let text = one_line(text)?;
            if text.is_empty() {
                return Err("it is empty".to_owned());
            }
            Ok(text)
        })
    };
    let remedy = "Write the groups as the provider names them, with semicolons between, for example it; helpdesk";
    let groups = |key| value(raw, key, Vec::new(), remedy, groups);
    let remedy = "Write true or false";
    Ok(Some(Oidc {
        client_secret: secret(raw, absent)?,
        claims: ClaimNames {
            login: claim(Key::OidcLoginClaim, LOGIN_CLAIM)?,
            name: claim(Key::OidcNameClaim, NAME_CLAIM)?,
            email: claim(Key::OidcEmailClaim, EMAIL_CLAIM)?,
            groups: claim(Key::OidcGroupsClaim, GROUPS_CLAIM)?,
        },
        rules: Rules {
            admin_groups: groups(Key::OidcAdminGroups)?,
            allowed_groups: groups(Key::OidcAllowedGroups)?,
            create_accounts: value(raw, Key::OidcCreateAccounts, false, remedy, switch)?,
        },
        issuer,
        client_id,
        scopes,
        name,
    }))
}

/// The service alone, for commands that speak to nobody and so need no other settings.
pub fn oidc_issuer(raw: &RawConfig) -> Option<String> {
    let written = raw.written(Key::OidcIssuer);
    let written = written.filter(|written| written.text != OFF && !written.text.is_empty());
    written.map(|written| written.text.clone())
}

/// Whether a password opens the pages.
pub(super) fn password_login(raw: &RawConfig, oidc: bool) -> Result<bool, ConfigError> {
    let remedy = "Write true or false";
    let on = value(raw, Key::PasswordLogin, true, remedy, switch)?;
    if !on && !oidc {
        return Err(ConfigError::Invalid {
            key: Key::PasswordLogin,
            origin: raw.origin(Key::PasswordLogin),
            reason: "nobody could log in any more, since oidc_issuer is off".to_owned(),
            remedy: "Set oidc_issuer too, or write true",
        });
    }
    Ok(on)
}

/// `off`, or an issuer (OpenID Connect Discovery §3). The text stays as it is: a slash more is another issuer.
fn issuer(text: &str) -> Result<Option<String>, String> {
    if text == OFF {
        return Ok(None);
    }
    let unusable = |why: &str| Err(format!("the value cannot be used, {why}"));
    let Ok(url) = Url::parse(text) else {
        return unusable("it is no URL");
    };
    let here = match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => IpAddr::V4(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::V6(address).is_loopback(),
        None => return unusable("it names no server"),
    };
    if url.scheme() != "https" && !(url.scheme() == "http" && here) {
        return unusable("it does not begin with https://, and is not on this machine");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return unusable("it holds a user name or password");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return unusable("it has a part behind ? or #");
    }
    Ok(Some(text.to_owned()))
}

fn secret(
    raw: &RawConfig,
    absent: impl Fn(Key, &'static str) -> ConfigError,
) -> Result<SecretString, ConfigError> {
    let key = Key::OidcClientSecretFile;
    let remedy = "Name a file that this server alone can read, with the client's secret in its first line; or hand it over \
                  with systemd: LoadCredential=oidc_client_secret:/etc/symbolon/oidc_client_secret";
    let written = raw.written(key).filter(|written| !written.text.is_empty());
    let Some(Written { text: path, .. }) = written else {
        return Err(absent(key, remedy));
    };
    let invalid = |reason: String| ConfigError::Invalid {
        key,
        origin: raw.origin(key),
        reason,
        remedy,
    };
    secret::first_line(path, SECRET_BYTES).map_err(invalid)
}

fn one_line(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.chars().count() > TEXT_CHARS || text.chars().any(char::is_control) {
        return Err("it is too long, or has control characters".to_owned());
    }
    Ok(text.to_owned())
}

fn scopes(text: &str) -> Result<String, String> {
    let text = one_line(text)?;
    let words: Vec<&str> = text.split_whitespace().collect();
    // RFC 6749 §3.3.
    let plain = |word: &&str| {
        word.bytes()
            .all(|b| b.is_ascii_graphic() && b != b'"' && b != b'\\')
    };
    if !words.iter().all(plain) {
        return Err("a word in it is not plain text".to_owned());
    }
    if !words.contains(&"openid") {
        return Err("openid is not among them".to_owned());
    }
    Ok(words.join(" "))
}

/// Not with commas between: names in a directory have some, as in `cn=it,ou=groups`.
fn groups(text: &str) -> Result<Vec<String>, String> {
    let text = one_line(text)?;
    let names = text
        .split(';')
        .map(str::trim)
        .filter(|name| !name.is_empty());
    Ok(names.map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use secrecy::ExposeSecret;
    use tempfile::TempDir;

    use super::*;

    /// The settings of a server that have to be there, the secret in a file.
    fn settings(more: &[(Key, &str)]) -> (Result<Option<Oidc>, String>, TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        fs::write(&path, "hush hush\n").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        let settings = [
            (Key::OidcIssuer, "https://login.example.org/realms/cat"),
            (Key::OidcClientId, "symbolon"),
            (Key::OidcClientSecretFile, path.to_str().unwrap()),
        ];
        let flags = |all: &[(Key, &str)]| {
            let all = all.iter();
            RawConfig::flags(all.map(|(key, text)| (*key, Some((*text).to_owned()))))
        };
        let raw = flags(more).over(flags(&settings));
        let resolved = resolve(&raw).map_err(|error| error.to_string());
        (resolved, folder)
    }

    fn error(more: &[(Key, &str)]) -> String {
        settings(more).0.err().unwrap()
    }

    #[test]
    fn nobody_logs_in_by_a_service_until_one_is_named() {
        assert!(resolve(&RawConfig::default()).unwrap().is_none());
        assert!(settings(&[(Key::OidcIssuer, "off")]).0.unwrap().is_none());
    }

    #[test]
    fn what_is_not_written_has_the_names_that_most_providers_use() {
        let oidc = settings(&[]).0.unwrap().unwrap();
        assert_eq!(oidc.name, "login.example.org");
        assert_eq!(oidc.scopes, "openid profile email");
        assert_eq!(oidc.claims.login, "preferred_username");
        assert_eq!(oidc.rules, Rules::default());
        assert_eq!(oidc.client_secret.expose_secret(), "hush hush");
    }

    #[test]
    fn groups_may_have_commas_in_their_names() {
        let written = "cn=it,ou=groups;  helpdesk ;";
        let oidc = settings(&[(Key::OidcAdminGroups, written)])
            .0
            .unwrap()
            .unwrap();
        assert_eq!(oidc.rules.admin_groups, ["cn=it,ou=groups", "helpdesk"]);
    }

    #[test]
    fn an_issuer_is_a_whole_address_and_encrypted_unless_it_is_on_this_machine() {
        for fine in [
            "https://login.example.org",
            "https://login.example.org/",
            "http://localhost:8080/realms/cat",
            "http://127.0.0.1:3000",
            "http://[::1]:3000",
        ] {
            let oidc = settings(&[(Key::OidcIssuer, fine)]).0.unwrap().unwrap();
            assert_eq!(oidc.issuer, fine, "to the letter");
        }
        for wrong in [
            "login.example.org",
            "http://login.example.org",
            "https://bob:hush@login.example.org",
            "https://login.example.org/?a=b",
            "https://login.example.org/#a",
            "",
        ] {
            let error = error(&[(Key::OidcIssuer, wrong)]);
            assert!(
                error.contains("oidc_issuer") && !error.contains("hush"),
                "{error}"
            );
        }
    }

    #[test]
    fn what_is_missing_or_wrong_is_named_and_no_secret_is_repeated() {
        for (key, text, named) in [
            (Key::OidcClientId, "", "oidc_client_id"),
            (Key::OidcClientSecretFile, "", "oidc_client_secret_file"),
            (
                Key::OidcClientSecretFile,
                "/nowhere",
                "oidc_client_secret_file",
            ),
            (Key::OidcScopes, "profile", "openid is not among them"),
            (Key::OidcName, &*"x".repeat(61), "oidc_name"),
            (Key::OidcGroupsClaim, " ", "oidc_groups_claim"),
            (Key::OidcCreateAccounts, "yes", "oidc_create_accounts"),
        ] {
            let error = error(&[(key, text)]);
            assert!(error.contains(named) && !error.contains("hush"), "{error}");
        }
    }

    #[test]
    fn passwords_are_switched_off_only_where_there_is_another_way_in() {
        let raw = RawConfig::flags([(Key::PasswordLogin, Some("false".to_owned()))]);
        assert_eq!(password_login(&raw, true).ok(), Some(false));
        let error = password_login(&raw, false).unwrap_err().to_string();
        assert!(error.contains("oidc_issuer is off"), "{error}");
        assert_eq!(password_login(&RawConfig::default(), true).ok(), Some(true));
    }
}
