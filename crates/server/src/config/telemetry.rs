//! Where figures and traces go.

use std::fmt;
use std::net::SocketAddr;

use url::Url;

/// The word for nowhere.
pub(super) const OFF: &str = "off";

/// The word for the address that everything else is at.
const PUBLIC: &str = "public";

/// Where `/metrics` is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetricsDoor {
    /// Nowhere.
    Off,
    /// Beside everything else.
    Public,
    /// At an address of its own, and nowhere else. Port 0 takes a free one.
    Own(SocketAddr),
}

impl MetricsDoor {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        match text {
            OFF => Ok(Self::Off),
            PUBLIC => Ok(Self::Public),
            _ => text.parse().map(Self::Own).map_err(|_| {
                format!("{text:?} is neither a word that is known nor an address with a port")
            }),
        }
    }
}

impl fmt::Display for MetricsDoor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Off => f.write_str(OFF),
            Self::Public => f.write_str(PUBLIC),
            Self::Own(address) => address.fmt(f),
        }
    }
}

/// A collector that takes traces by OTLP over HTTP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Collector(String);

impl Collector {
    /// `off`, or a base URL. The error repeats nothing of it that may be a secret.
    pub(super) fn parse(text: &str) -> Result<Option<Self>, String> {
        if text == OFF {
            return Ok(None);
        }
        let unusable = |why: &str| Err(format!("the value cannot be used, {why}"));
        let Ok(url) = Url::parse(text) else {
            return unusable("it is no URL");
        };
        if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
            return unusable("it does not begin with http:// or https:// and a host");
        }
        if !url.username().is_empty() || url.password().is_some() {
            return unusable("it holds a user name or password");
        }
        if url.query().is_some() || url.fragment().is_some() {
            return unusable("it goes on after its path");
        }
        Ok(Some(Self(text.trim_end_matches('/').to_owned())))
    }

    /// As it was written, without a slash at the end.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Where traces are posted to.
    pub fn traces(&self) -> String {
        format!("{}/v1/traces", self.0)
    }
}
