//! Who takes the mails of this server.

use std::fmt;
use std::fs;
use std::net::IpAddr;

use lettre::message::Mailbox;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use secrecy::SecretString;
use url::{Host, Url};

use super::error::ConfigError;
use super::key::Key;
use super::raw::{RawConfig, Written};
use super::resolve::value;
use super::secret;
use super::telemetry::OFF;

/// Longest password in bytes.
const PASSWORD_BYTES: usize = 1_024;

/// Mails are sent, and this is how.
#[derive(Clone)]
pub struct Mailing {
    /// Who takes them.
    pub server: MailServer,
    /// In whose name they go.
    pub from: Mailbox,
    /// The account at the mail server, with its password.
    pub account: Option<(String, SecretString)>,
    /// Certificates in PEM that the mail server may be certified by, beside the public ones.
    pub ca: Option<Vec<u8>>,
}

/// Where a mail server is, and how it is spoken to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailServer {
    /// How the way to it is kept secret.
    pub security: Security,
    /// Its name or address; its certificate must be for it.
    pub host: String,
    /// The port.
    pub port: u16,
}

/// How the way to the mail server is kept secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// TLS from the first byte on (RFC 8314, section 3.3).
    Implicit,
    /// Plain at first, then STARTTLS, which must succeed (RFC 3207).
    StartTls,
    /// Not at all.
    Plain,
}

impl Security {
    const ALL: [Self; 3] = [Self::Implicit, Self::StartTls, Self::Plain];

    fn scheme(self) -> &'static str {
        match self {
            Self::Implicit => "smtps",
            Self::StartTls => "smtp",
            Self::Plain => "smtp+plain",
        }
    }

    /// The port on which mail is submitted this way.
    fn port(self) -> u16 {
        match self {
            Self::Implicit => 465,
            Self::StartTls => 587,
            Self::Plain => 25,
        }
    }
}

impl MailServer {
    /// `off`, or a URL. The error does not repeat what may be a password.
    fn parse(text: &str) -> Result<Option<Self>, String> {
        if text == OFF {
            return Ok(None);
        }
        let unusable = |why: &str| Err(format!("the value cannot be used, {why}"));
        let Ok(url) = Url::parse(text) else {
            return unusable("it is no URL");
        };
        let mut schemes = Security::ALL.into_iter();
        let Some(security) = schemes.find(|security| security.scheme() == url.scheme()) else {
            return unusable("it does not begin with smtps://, smtp:// or smtp+plain://");
        };
        if !url.username().is_empty() || url.password().is_some() {
            return unusable("it holds a user name or password");
        }
        if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
            return unusable("it goes on after its port");
        }
        let host = match url.host() {
            // Hosts of schemes that browsers do not know are not looked at yet.
            Some(Host::Domain(host)) => Host::parse(host),
            Some(Host::Ipv4(address)) => Ok(Host::Ipv4(address)),
            Some(Host::Ipv6(address)) => Ok(Host::Ipv6(address)),
            None => return unusable("it has no host"),
        };
        let Ok(host) = host else {
            return unusable("its host is no name");
        };
        Ok(Some(Self {
            security,
            host: match host {
                Host::Domain(name) => name,
                Host::Ipv4(address) => address.to_string(),
                Host::Ipv6(address) => address.to_string(),
            },
            port: url.port().unwrap_or_else(|| security.port()),
        }))
    }

    /// Whether it is on this machine.
    pub fn is_here(&self) -> bool {
        let address = self.host.parse::<IpAddr>();
        address.is_ok_and(|address| address.is_loopback()) || self.host == "localhost"
    }
}

impl fmt::Display for MailServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (scheme, host, port) = (self.security.scheme(), &self.host, self.port);
        if host.contains(':') {
            write!(f, "{scheme}://[{host}]:{port}")
        } else {
            write!(f, "{scheme}://{host}:{port}")
        }
    }
}

impl Mailing {
    /// Whether mails can be read on their way to the mail server.
    pub(super) fn is_in_the_open(&self) -> bool {
        self.server.security == Security::Plain && !self.server.is_here()
    }
}

/// Whether mails are sent, for commands that speak to nobody and so need no other settings.
pub fn sends_mail(raw: &RawConfig) -> bool {
    written(raw, Key::MailServer).is_some_and(|written| written.text != OFF)
}

/// What was written, unless it is empty: `config show` writes these settings so when they are not set.
fn written(raw: &RawConfig, key: Key) -> Option<&Written> {
    raw.written(key).filter(|written| !written.text.is_empty())
}

/// Checks the settings of mails, and those that must fit each other. `name` is how this server is called.
pub(super) fn resolve(raw: &RawConfig, name: &str) -> Result<Option<Mailing>, ConfigError> {
    let remedy = "Write off, or smtps://mail.example.org (encrypted from the start), smtp://mail.example.org (STARTTLS), or \
                  smtp+plain://localhost for a mail server on this machine";
    let Some(server) = value(raw, Key::MailServer, None, remedy, MailServer::parse)? else {
        return Ok(None);
    };
    let invalid = |key, reason: &str, remedy| ConfigError::Invalid {
        key,
        origin: raw.origin(key),
        reason: reason.to_owned(),
        remedy,
    };
    let remedy = "Write an address that may send mail there, for example Cat University <symbolon@cat.example.org>";
    let Some(from) = written(raw, Key::MailFrom) else {
        return Err(invalid(
            Key::MailFrom,
            "it is not set, and mail_server is",
            remedy,
        ));
    };
    let from: Result<Mailbox, _> = from.text.parse();
    let mut from = from.map_err(|_| invalid(Key::MailFrom, "it is no address", remedy))?;
    from.name.get_or_insert_with(|| name.to_owned());
    let account = account(raw, &invalid)?;
    if account.is_some() && server.security == Security::Plain && !server.is_here() {
        let reason = "its password would be sent in the clear";
        return Err(invalid(
            Key::MailUser,
            reason,
            "Use smtps:// or smtp:// in mail_server",
        ));
    }
    let remedy = "Name a readable file with certificates in PEM";
    let ca = match written(raw, Key::MailCa) {
        None => None,
        Some(path) => {
            let pem = fs::read(&path.text);
            let pem = pem.map_err(|error| invalid(Key::MailCa, &error.to_string(), remedy))?;
            let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
            if read.is_ok_and(|read| !read.is_empty()) {
                Some(pem)
            } else {
                return Err(invalid(Key::MailCa, "it holds no certificate", remedy));
            }
        }
    };
    Ok(Some(Mailing {
        server,
        from,
        account,
        ca,
    }))
}

fn account(
    raw: &RawConfig,
    invalid: &impl Fn(Key, &str, &'static str) -> ConfigError,
) -> Result<Option<(String, SecretString)>, ConfigError> {
    let Some(user) = written(raw, Key::MailUser) else {
        return match raw.written(Key::MailPasswordFile) {
            Some(path) if !path.text.is_empty() => {
                let remedy = "Set mail_user too, or neither of the two";
                Err(invalid(
                    Key::MailPasswordFile,
                    "mail_user is not set",
                    remedy,
                ))
            }
            _ => Ok(None),
        };
    };
    let remedy = "Name a file that this server alone can read, with the password in its first line; or hand it over with \
                  systemd: LoadCredential=mail_password:/etc/symbolon/mail_password";
    let Some(path) = written(raw, Key::MailPasswordFile) else {
        let reason = "it is not set, and mail_user is";
        return Err(invalid(Key::MailPasswordFile, reason, remedy));
    };
    let password = secret::first_line(&path.text, PASSWORD_BYTES);
    let password = password.map_err(|reason| invalid(Key::MailPasswordFile, &reason, remedy))?;
    Ok(Some((user.text.clone(), password)))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;
    use std::path::Path;

    use secrecy::ExposeSecret;

    use super::*;

    fn resolved(settings: &[(Key, &str)]) -> Result<Option<Mailing>, String> {
        let settings = settings.iter();
        let raw = RawConfig::flags(settings.map(|(key, text)| (*key, Some((*text).to_owned()))));
        resolve(&raw, "Cat University").map_err(|error| error.to_string())
    }

    fn error(settings: &[(Key, &str)]) -> String {
        resolved(settings).err().unwrap()
    }

    const FROM: (Key, &str) = (Key::MailFrom, "symbolon@cat.example.org");

    fn server(url: &str) -> Result<MailServer, String> {
        resolved(&[(Key::MailServer, url), FROM]).map(|mailing| mailing.unwrap().server)
    }

    #[test]
    fn mail_is_off_until_a_server_is_named() {
        assert!(resolved(&[FROM]).unwrap().is_none());
        assert!(resolved(&[(Key::MailServer, "off")]).unwrap().is_none());
        assert!(error(&[(Key::MailServer, "smtp://mail.example.org")]).contains("mail_from"));
    }

    #[test]
    fn address_says_how_the_way_is_kept_secret_and_has_the_port_of_that_way() {
        for (written, shown) in [
            ("smtps://mail.example.org", "smtps://mail.example.org:465"),
            ("smtp://Mail.Example.org/", "smtp://mail.example.org:587"),
            (
                "smtp://mail.example.org:2525",
                "smtp://mail.example.org:2525",
            ),
            ("smtp+plain://localhost", "smtp+plain://localhost:25"),
            ("smtp+plain://[::1]:2525", "smtp+plain://[::1]:2525"),
        ] {
            assert_eq!(server(written).unwrap().to_string(), shown);
        }
        for wrong in [
            "mail.example.org",
            "http://mail.example.org",
            "smtp://",
            "smtp://user:hush@mail.example.org",
            "smtp://mail.example.org/path",
            "smtp://mail example org",
        ] {
            let error = server(wrong).unwrap_err();
            assert!(error.contains("mail_server"), "{wrong}: {error}");
            assert!(!error.contains("hush"), "{error}");
        }
    }

    #[test]
    fn sender_has_the_name_of_this_server_unless_it_has_its_own() {
        let from = |text| {
            let settings = [
                (Key::MailServer, "smtps://mail.example.org"),
                (Key::MailFrom, text),
            ];
            resolved(&settings).map(|mailing| mailing.unwrap().from.to_string())
        };
        let cat = from("symbolon@cat.example.org").unwrap();
        assert_eq!(cat, "Cat University <symbolon@cat.example.org>");
        let own = from("Invitations <symbolon@cat.example.org>").unwrap();
        assert_eq!(own, "Invitations <symbolon@cat.example.org>");
        assert!(from("cat.example.org").unwrap_err().contains("mail_from"));
    }

    #[test]
    fn password_comes_from_a_file_and_goes_only_where_it_cannot_be_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("password");
        fs::write(&path, "hush hush\n").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        let file = path.to_str().unwrap();
        let settings = |url| {
            [
                (Key::MailServer, url),
                FROM,
                (Key::MailUser, "symbolon"),
                (Key::MailPasswordFile, file),
            ]
        };
        for url in ["smtps://mail.example.org", "smtp+plain://localhost"] {
            let (user, password) = resolved(&settings(url)).unwrap().unwrap().account.unwrap();
            let read = (user.as_str(), password.expose_secret());
            assert_eq!(read, ("symbolon", "hush hush"));
        }
        let plain = error(&settings("smtp+plain://mail.example.org"));
        assert!(
            plain.contains("in the clear") && !plain.contains("hush"),
            "{plain}"
        );
        for (left_out, named) in [(2, "mail_user"), (3, "mail_password_file")] {
            let mut settings = settings("smtps://mail.example.org").to_vec();
            settings.remove(left_out);
            assert!(error(&settings).contains(named));
        }
        fs::write(&path, "\n").unwrap();
        assert!(error(&settings("smtps://mail.example.org")).contains("first line"));
        fs::remove_file(&path).unwrap();
        assert!(error(&settings("smtps://mail.example.org")).contains("mail_password_file"));
    }

    #[test]
    fn password_is_taken_from_the_credentials_of_systemd() {
        let folder = tempfile::tempdir().unwrap();
        let load = |folder: &Path| {
            let folder = folder.display().to_string();
            let env = move |name: &str| (name == "CREDENTIALS_DIRECTORY").then(|| folder.clone());
            RawConfig::load(RawConfig::default(), None, env).unwrap()
        };
        assert!(load(folder.path()).written(Key::MailPasswordFile).is_none());
        fs::write(folder.path().join("mail_password"), "hush").unwrap();
        let raw = load(folder.path());
        let written = raw.written(Key::MailPasswordFile).unwrap();
        assert!(written.text.ends_with("/mail_password"));
        assert!(written.origin.to_string().starts_with("credential "));
    }

    #[test]
    fn certificates_are_looked_at_when_the_server_starts() {
        let settings = |path| {
            [
                (Key::MailServer, "smtps://mail.example.org"),
                FROM,
                (Key::MailCa, path),
            ]
        };
        assert!(error(&settings("/nowhere/ca.pem")).contains("mail_ca"));
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ca.pem");
        fs::write(&path, "no certificate").unwrap();
        assert!(error(&settings(path.to_str().unwrap())).contains("holds no certificate"));
    }
}
