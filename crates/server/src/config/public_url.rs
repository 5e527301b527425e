//! The origin under which people and other servers reach this one.

use std::net::{Ipv4Addr, Ipv6Addr};

use symbolon_proto::address::Provider;
use url::{Host, Url};

/// Scheme, host and port, and nothing else; the host is one that other servers can name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl {
    url: Url,
    provider: Provider,
}

impl PublicUrl {
    /// Reads an origin; the error says what is wrong with it. Whether https and port 0 are fine depends on other
    /// settings and is not judged here.
    pub(super) fn parse(text: &str) -> Result<Self, &'static str> {
        let url = Url::parse(text).map_err(|_| "it is not a URL")?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err("it must begin with https://");
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("it holds a user name or password");
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err("it has a query or a fragment");
        }
        if url.path() != "/" {
            return Err("it has a path");
        }
        let provider = provider(&url).ok_or("other servers could not use its host as a name")?;
        Ok(Self { url, provider })
    }

    /// Scheme, host and port (unless it is the scheme's own), without a trailing slash.
    pub fn origin(&self) -> String {
        self.url.as_str().trim_end_matches('/').to_owned()
    }

    /// Host and port, as other servers name this one.
    pub fn provider(&self) -> Provider {
        self.provider.clone()
    }

    /// Whether browsers reach this server over TLS, which decides about `Secure` and `__Host-` cookies.
    pub fn is_https(&self) -> bool {
        self.url.scheme() == "https"
    }

    /// Whether the host can only be this machine: `localhost`, `*.localhost`, 127.0.0.0/8 or ::1.
    pub fn is_loopback(&self) -> bool {
        match self.url.host() {
            Some(Host::Domain(name)) => {
                let name = name.strip_suffix('.').unwrap_or(name);
                name == "localhost" || name.ends_with(".localhost")
            }
            Some(Host::Ipv4(address)) => Ipv4Addr::is_loopback(&address),
            Some(Host::Ipv6(address)) => Ipv6Addr::is_loopback(&address),
            None => false,
        }
    }

    /// Whether the port is still to be filled in.
    pub(super) fn port_is_open(&self) -> bool {
        self.url.port() == Some(0)
    }

    pub(super) fn fill_in_port(&mut self, port: u16) {
        if self.port_is_open() && self.url.set_port(Some(port)).is_ok() {
            self.provider =
                provider(&self.url).expect("the host was checked, and any port is fine");
        }
    }
}

/// The provider's name; without the port as long as that is open.
fn provider(url: &Url) -> Option<Provider> {
    let host = url.host_str()?;
    match url.port() {
        None | Some(0) => Provider::parse(host).ok(),
        Some(port) => Provider::parse(&format!("{host}:{port}")).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_becomes_a_base_url_and_a_provider() {
        for (text, origin, provider) in [
            (
                "https://Cloud.Example.ORG/",
                "https://cloud.example.org",
                "cloud.example.org",
            ),
            (
                "https://cloud.example.org:443",
                "https://cloud.example.org",
                "cloud.example.org",
            ),
            (
                "https://cloud.example.org:8443",
                "https://cloud.example.org:8443",
                "cloud.example.org:8443",
            ),
            (
                "http://cat.localhost:8080",
                "http://cat.localhost:8080",
                "cat.localhost:8080",
            ),
        ] {
            let url = PublicUrl::parse(text).unwrap();
            assert_eq!(
                (url.origin().as_str(), url.provider().as_str()),
                (origin, provider)
            );
        }
    }

    #[test]
    fn anything_but_an_origin_is_refused() {
        for text in [
            "",
            "cloud.example.org",
            "ftp://cloud.example.org",
            "https://",
            "https://cloud.example.org/ocm",
            "https://cloud.example.org/?a=b",
            "https://cloud.example.org/#a",
            "https://admin@cloud.example.org",
        ] {
            assert!(PublicUrl::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn only_this_machine_is_loopback() {
        for (text, loopback) in [
            ("http://localhost:1", true),
            ("http://cat.localhost", true),
            ("http://127.0.0.2:1", true),
            ("http://[::1]:1", true),
            ("https://cloud.example.org", false),
            ("https://localhost.example.org", false),
            ("https://notlocalhost", false),
            ("https://192.168.0.1", false),
        ] {
            let url = PublicUrl::parse(text).unwrap();
            assert_eq!(url.is_loopback(), loopback, "{text}");
        }
    }

    #[test]
    fn an_open_port_is_filled_in_everywhere() {
        let mut url = PublicUrl::parse("http://cat.localhost:0").unwrap();
        url.fill_in_port(43123);
        assert_eq!(url.origin(), "http://cat.localhost:43123");
        assert_eq!(url.provider().as_str(), "cat.localhost:43123");

        let mut url = PublicUrl::parse("http://cat.localhost:80").unwrap();
        url.fill_in_port(43123);
        assert_eq!(url.origin(), "http://cat.localhost");
    }
}
