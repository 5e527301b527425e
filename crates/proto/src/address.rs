//! Servers and people by name: `identifier@provider` (draft, "OCM Address").

use std::fmt;
use std::net::Ipv4Addr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use url::{Host, Url};

use crate::limits;
use crate::problem::{Code, Problem};

/// Why a text is no server's name or no address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Nothing is there.
    #[error("the name of the server is missing")]
    Empty,
    /// More than [`limits::PROVIDER_BYTES`], or an identifier of more than [`limits::IDENTIFIER_BYTES`].
    #[error("it is too long")]
    TooLong,
    /// No host name, or characters that no host name has.
    #[error("it is not the name of a server, such as cat.example.org or cat.example.org:8443")]
    NotAHost,
    /// The port is not between 1 and 65535.
    #[error("the port must be a number between 1 and 65535")]
    Port,
    /// No `@` between the identifier and the server.
    #[error("an address has the form name@server")]
    NoAt,
}

impl AddressError {
    /// What the person who entered it is told.
    pub fn problem(self) -> Problem {
        let reason = match self {
            Self::Empty => "empty",
            Self::TooLong => "too-long",
            Self::NotAHost => "not-a-host",
            Self::Port => "port",
            Self::NoAt => "no-at",
        };
        Problem::new(Code::BadAddress).with("reason", reason)
    }
}

/// An OCM server, named by its host and optional port: lower case, IDNA, no scheme, default port removed.
/// Two names of one server are equal exactly if this text is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Provider(String);

impl Provider {
    /// Reads a server's name in the ways that servers and people write it: with a scheme, a path, a trailing slash,
    /// capitals, spaces around it, the default port. Strict about everything else.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let text = text.trim();
        let lower = text.get(..8).unwrap_or(text).to_ascii_lowercase();
        let (plain, rest) = if lower.starts_with("https://") {
            (false, &text[8..])
        } else if lower.starts_with("http://") {
            (true, &text[7..])
        } else {
            (false, text)
        };
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let authority = &rest[..end];
        if authority.is_empty() {
            return Err(AddressError::Empty);
        }
        if authority.len() > limits::PROVIDER_BYTES {
            return Err(AddressError::TooLong);
        }
        let odd = |c: char| {
            c.is_whitespace() || c.is_control() || matches!(c, '@' | '\\' | '%' | '|' | '^')
        };
        if authority.contains(odd) {
            return Err(AddressError::NotAHost);
        }
        let other_scheme = rest[end..].starts_with("//") && authority.ends_with(':');
        let open_bracket = authority.starts_with('[') && !authority.contains(']');
        if other_scheme || open_bracket {
            return Err(AddressError::NotAHost);
        }
        check_port(authority)?;
        let scheme = if plain { "http" } else { "https" };
        let url =
            Url::parse(&format!("{scheme}://{authority}/")).map_err(|_| AddressError::NotAHost)?;
        let host = match url.host().ok_or(AddressError::NotAHost)? {
            Host::Domain(name) => domain(name)?,
            Host::Ipv4(address) => ipv4(address, authority)?,
            Host::Ipv6(address) => format!("[{address}]"),
        };
        let port = url.port().filter(|port| *port != 443);
        Ok(Self(match port {
            Some(port) => format!("{host}:{port}"),
            None => host,
        }))
    }

    /// The canonical text, `host` or `host:port`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The host alone; IPv6 literals keep their brackets.
    pub fn host(&self) -> &str {
        match self.0.rfind(':') {
            Some(colon) if !self.0.ends_with(']') => &self.0[..colon],
            _ => &self.0,
        }
    }

    /// The port, unless it is the default one.
    pub fn port(&self) -> Option<u16> {
        let rest = self.0.strip_prefix(self.host())?;
        rest.strip_prefix(':')?.parse().ok()
    }

    /// Whether the name means this machine: `localhost`, `*.localhost` (RFC 6761), 127.0.0.0/8, `[::1]`.
    pub fn is_loopback_name(&self) -> bool {
        let host = self.host();
        let address: Option<Ipv4Addr> = host.parse().ok();
        host == "localhost"
            || host.ends_with(".localhost")
            || host == "[::1]"
            || address.is_some_and(|address| address.is_loopback())
    }
}

impl fmt::Display for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Provider {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

/// A person in the federation. The identifier is opaque: compared byte for byte, and it may contain `@`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OcmAddress {
    /// Who, on that server.
    pub identifier: String,
    /// Which server.
    pub provider: Provider,
}

impl OcmAddress {
    /// Splits at the last `@` that is followed by a server's name.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let (identifier, provider) = text.rsplit_once('@').ok_or(AddressError::NoAt)?;
        if identifier.is_empty() {
            return Err(AddressError::NoAt);
        }
        if identifier.len() > limits::IDENTIFIER_BYTES {
            return Err(AddressError::TooLong);
        }
        Ok(Self {
            identifier: identifier.to_owned(),
            provider: Provider::parse(provider)?,
        })
    }
}

impl fmt::Display for OcmAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.identifier, self.provider)
    }
}

impl Serialize for OcmAddress {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for OcmAddress {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

fn check_port(authority: &str) -> Result<(), AddressError> {
    let behind = authority
        .rsplit_once(']')
        .map_or(authority, |(_, behind)| behind);
    match behind.split_once(':') {
        None => Ok(()),
        Some((_, port)) => match port.parse::<u16>() {
            Ok(1..) if port.bytes().all(|b| b.is_ascii_digit()) => Ok(()),
            _ => Err(AddressError::Port),
        },
    }
}

/// An address in four decimal numbers, as it was written. URLs know more spellings (`127.1`, `0x7f000001`), which nobody
/// uses who has nothing to hide.
fn ipv4(address: Ipv4Addr, authority: &str) -> Result<String, AddressError> {
    let text = address.to_string();
    let written = authority.split(':').next().unwrap_or(authority);
    if written.trim_end_matches('.') == text {
        Ok(text)
    } else {
        Err(AddressError::NotAHost)
    }
}

fn domain(name: &str) -> Result<String, AddressError> {
    let name = name.strip_suffix('.').unwrap_or(name);
    let label_is_sane = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
    };
    if name.len() > 253 || !name.split('.').all(label_is_sane) {
        return Err(AddressError::NotAHost);
    }
    Ok(name.to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn provider(text: &str) -> String {
        Provider::parse(text).unwrap().to_string()
    }

    #[test]
    fn every_way_to_write_a_server_is_one_name() {
        for text in [
            "cat.example.org",
            " Cat.Example.ORG ",
            "https://cat.example.org",
            "https://cat.example.org/",
            "HTTPS://cat.example.org/index.php/apps",
            "cat.example.org:443",
            "cat.example.org/",
            "cat.example.org.",
            "http://cat.example.org:80",
        ] {
            assert_eq!(provider(text), "cat.example.org", "{text}");
        }
    }

    #[test]
    fn ports_ip_literals_and_international_names_survive() {
        assert_eq!(provider("cat.example.org:8443"), "cat.example.org:8443");
        assert_eq!(
            provider("https://[2001:DB8::1]:9200/"),
            "[2001:db8::1]:9200"
        );
        assert_eq!(provider("192.0.2.7:8080"), "192.0.2.7:8080");
        assert_eq!(provider("Bücher.example.org"), "xn--bcher-kva.example.org");
        let port = Provider::parse("[2001:db8::1]:9200").unwrap();
        assert_eq!((port.host(), port.port()), ("[2001:db8::1]", Some(9200)));
        assert_eq!(Provider::parse("[2001:db8::1]").unwrap().port(), None);
    }

    #[test]
    fn what_names_no_server_is_refused_with_the_reason() {
        for (text, error) in [
            ("", AddressError::Empty),
            ("https://", AddressError::Empty),
            ("cat example.org", AddressError::NotAHost),
            ("bob@cat.example.org", AddressError::NotAHost),
            ("cat..example.org", AddressError::NotAHost),
            ("ftp://cat.example.org", AddressError::NotAHost),
            ("[2001:db8::1", AddressError::NotAHost),
            ("-cat.example.org", AddressError::NotAHost),
            ("cat-.example.org", AddressError::NotAHost),
            ("cat.example.org:8443:8443", AddressError::Port),
            ("cat.example.org:0", AddressError::Port),
            ("cat.example.org:99999", AddressError::Port),
            ("cat.example.org:", AddressError::Port),
            ("cat.example.org:+80", AddressError::Port),
        ] {
            assert_eq!(Provider::parse(text), Err(error), "{text}");
        }
        assert_eq!(
            Provider::parse(&"a".repeat(300)),
            Err(AddressError::TooLong)
        );
    }

    #[test]
    fn number_is_no_disguise_of_an_address() {
        for text in [
            "2130706433",
            "127.1",
            "0x7f.0.0.1",
            "0177.0.0.1",
            "https://1:8443",
            "１２７.0.0.1",
        ] {
            assert_eq!(Provider::parse(text), Err(AddressError::NotAHost), "{text}");
        }
    }

    #[test]
    fn names_of_this_machine_are_known() {
        for text in ["localhost", "cat.localhost:8080", "127.0.0.9", "[::1]:80"] {
            assert!(Provider::parse(text).unwrap().is_loopback_name(), "{text}");
        }
        for text in ["localhost.example.org", "notlocalhost", "10.0.0.1"] {
            assert!(!Provider::parse(text).unwrap().is_loopback_name(), "{text}");
        }
    }

    #[test]
    fn address_is_split_at_the_last_at() {
        let address = OcmAddress::parse("einstein@idp.example.org@Cat.example.org:8443").unwrap();
        assert_eq!(address.identifier, "einstein@idp.example.org");
        assert_eq!(
            address.to_string(),
            "einstein@idp.example.org@cat.example.org:8443"
        );
        assert_eq!(OcmAddress::parse("einstein"), Err(AddressError::NoAt));
        assert_eq!(
            OcmAddress::parse("@cat.example.org"),
            Err(AddressError::NoAt)
        );
    }

    #[test]
    fn address_is_one_text_in_json() {
        let address = OcmAddress::parse("a@b@cat.example.org").unwrap();
        let json = serde_json::to_string(&address).unwrap();
        assert_eq!(json, r#""a@b@cat.example.org""#);
        assert_eq!(serde_json::from_str::<OcmAddress>(&json).unwrap(), address);
        assert!(serde_json::from_str::<OcmAddress>(r#""a""#).is_err());
        let provider: Provider = serde_json::from_str(r#""https://Cat.example.org/""#).unwrap();
        assert_eq!(
            serde_json::to_string(&provider).unwrap(),
            r#""cat.example.org""#
        );
    }

    proptest! {
        #[test]
        fn every_spelling_of_a_server_is_read_as_the_same(
            host in "[a-z]{1,9}(\\.[a-z0-9]{1,9}){0,2}\\.org", port in proptest::option::of(1_u16..),
            scheme in "(https://|HTTPS://)?", behind in "(/|/index\\.php|/ocm/)?", space in "[ \t\n]{0,2}",
        ) {
            let port = port.map(|port| format!(":{port}")).unwrap_or_default();
            let plain = Provider::parse(&format!("{host}{port}")).unwrap();
            let host = host.to_ascii_uppercase();
            let other = Provider::parse(&format!("{space}{scheme}{host}{port}{behind}{space}")).unwrap();
            prop_assert_eq!(other, plain);
        }

        #[test]
        fn reading_a_name_never_panics_and_is_idempotent(text in ".{0,80}") {
            if let Ok(provider) = Provider::parse(&text) {
                prop_assert_eq!(Provider::parse(provider.as_str()), Ok(provider.clone()));
                let port = provider.port().map(|port| format!(":{port}")).unwrap_or_default();
                prop_assert_eq!(format!("{}{port}", provider.host()), provider.as_str());
            }
        }
    }
}
