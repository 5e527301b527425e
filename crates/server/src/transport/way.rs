//! How this server goes out, as its administrator has set it: to which addresses, believing whom, through whom.

use std::fmt;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use url::{Host, Url};

use super::guard::AddressPolicy;

/// More issuers in a file than anybody has of their own; the list of all that the world believes has some 150.
const ISSUERS_MAX: usize = 1_000;

/// Characters of a line of PEM.
const PEM_COLUMNS: usize = 64;

/// The way out.
#[derive(Clone)]
pub struct WayOut {
    /// Which addresses may be connected to.
    pub policy: AddressPolicy,
    /// Who is believed to issue certificates beside those that the world believes.
    pub issuers: Issuers,
    /// Through whom connections are made; `None`: through nobody.
    pub proxy: Option<Proxy>,
}

impl WayOut {
    /// Straight out, believing whom the world believes.
    pub fn new(policy: AddressPolicy) -> Self {
        Self {
            policy,
            issuers: Issuers::default(),
            proxy: None,
        }
    }
}

/// Issuers of certificates that an administrator adds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Issuers(Vec<CertificateDer<'static>>);

impl Issuers {
    /// Reads certificates in PEM, one after the other. Anything else in the file is an error, since it may be a key that
    /// was put there by mistake.
    pub fn parse(pem: &[u8]) -> Result<Self, String> {
        let mut certificates = Vec::new();
        // The error of one that is damaged names no content.
        for certificate in CertificateDer::pem_slice_iter(pem) {
            let certificate = certificate.map_err(|_| "it is not PEM".to_owned())?;
            let mut trial = RootCertStore::empty();
            trial
                .add(certificate.clone())
                .map_err(|error| format!("certificate {}: {error}", certificates.len() + 1))?;
            certificates.push(certificate);
            if certificates.len() > ISSUERS_MAX {
                return Err(format!("it has more than {ISSUERS_MAX} certificates"));
            }
        }
        let begun = pem.windows(10).filter(|w| *w == b"-----BEGIN").count();
        if certificates.is_empty() || begun != certificates.len() {
            return Err("it is not a list of certificates in PEM, and nothing else".to_owned());
        }
        Ok(Self(certificates))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each in PEM, with nothing between them.
    pub fn pem(&self) -> String {
        self.0.iter().map(in_pem).collect()
    }

    /// The SHA-256 of each, as `openssl x509 -fingerprint -sha256` writes it.
    pub fn fingerprints(&self) -> Vec<String> {
        let of = |certificate: &CertificateDer<'_>| {
            let digest = digest(&SHA256, certificate);
            let bytes = digest.as_ref().iter().map(|byte| format!("{byte:02X}"));
            bytes.collect::<Vec<_>>().join(":")
        };
        self.0.iter().map(of).collect()
    }

    /// These, and others.
    pub(super) fn and(&self, others: Option<&Self>) -> Self {
        let others = others.map_or(&[][..], |others| &others.0);
        Self([&self.0[..], others].concat())
    }

    /// Those that the world believes, and these.
    pub(super) fn with_the_worlds(&self) -> RootCertStore {
        let mut roots = RootCertStore {
            roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
        };
        for issuer in &self.0 {
            roots
                .add(issuer.clone())
                .expect("what was read could be added once");
        }
        roots
    }
}

/// RFC 7468 §5.
fn in_pem(certificate: &CertificateDer<'_>) -> String {
    let encoded = BASE64_STANDARD.encode(certificate);
    let mut text = "-----BEGIN CERTIFICATE-----\n".to_owned();
    for (at, c) in encoded.chars().enumerate() {
        if at > 0 && at % PEM_COLUMNS == 0 {
            text.push('\n');
        }
        text.push(c);
    }
    text + "\n-----END CERTIFICATE-----\n"
}

/// A proxy that takes `CONNECT` (RFC 9110 §9.3.6).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proxy {
    host: String,
    port: u16,
}

impl Proxy {
    /// Reads `http://host:port`. The error repeats nothing of the text, which may hold a password.
    pub fn parse(text: &str) -> Result<Self, String> {
        let url = Url::parse(text).map_err(|_| "it is no address".to_owned())?;
        if url.scheme() != "http" {
            return Err("it does not begin with http://".to_owned());
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("it holds a user name or password, which are not sent".to_owned());
        }
        let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        let host = match url.host().filter(|_| bare) {
            None => return Err("it is more, or less, than a host and a port".to_owned()),
            Some(Host::Ipv6(address)) => address.to_string(),
            Some(host) => host.to_string(),
        };
        match url.port_or_known_default() {
            Some(port @ 1..) => Ok(Self { host, port }),
            _ => Err("port 0 is no port".to_owned()),
        }
    }

    /// A name, or an address without brackets.
    pub(super) fn host(&self) -> &str {
        &self.host
    }

    /// From 1 on.
    pub(super) fn port(&self) -> u16 {
        self.port
    }
}

impl fmt::Display for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(f, "http://[{}]:{}", self.host, self.port)
        } else {
            write!(f, "http://{}:{}", self.host, self.port)
        }
    }
}

#[cfg(test)]
pub(super) mod written {
    //! What an administrator has in a file.

    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;

    pub(crate) fn pem(what: &str, der: &[u8]) -> String {
        let encoded = STANDARD.encode(der);
        format!("-----BEGIN {what}-----\n{encoded}\n-----END {what}-----\n")
    }
}

#[cfg(test)]
mod tests {
    use rcgen::generate_simple_self_signed;

    use super::written::pem;
    use super::*;

    #[test]
    fn a_file_of_issuers_holds_certificates_and_nothing_else() {
        let made = generate_simple_self_signed(vec!["cat.example.org".to_owned()]).unwrap();
        let certificate = pem("CERTIFICATE", made.cert.der());
        let key = pem("PRIVATE KEY", &made.signing_key.serialize_der());
        let two = format!("# ours\n{certificate}\n{certificate}");
        let read = Issuers::parse(two.as_bytes()).unwrap();
        assert_eq!(read.len(), 2);
        // What is kept is the certificates alone, and is read again.
        assert!(!read.pem().contains("ours"));
        assert_eq!(Issuers::parse(read.pem().as_bytes()), Ok(read));
        for text in [
            String::new(),
            "hello".to_owned(),
            key.clone(),
            format!("{certificate}{key}"),
            pem("CERTIFICATE", &[0; 3]),
            certificate.replace("-----END", "----"),
        ] {
            let error = Issuers::parse(text.as_bytes()).err();
            let error = error.unwrap_or_else(|| panic!("it was read: {text}"));
            assert!(text.is_empty() || !error.contains(&text), "{error}");
        }
    }

    #[test]
    fn a_proxy_is_a_host_and_a_port_and_no_password_is_repeated() {
        for (text, shown) in [
            (
                "http://proxy.example.org:3128",
                "http://proxy.example.org:3128",
            ),
            ("http://PROXY.example.org/", "http://proxy.example.org:80"),
            ("http://192.0.2.1:3128", "http://192.0.2.1:3128"),
            ("http://[2001:db8::1]:3128", "http://[2001:db8::1]:3128"),
        ] {
            assert_eq!(Proxy::parse(text).unwrap().to_string(), shown);
        }
        for text in [
            "",
            "proxy.example.org:3128",
            "https://proxy.example.org",
            "socks5://proxy.example.org",
            "http://bob:hunter2@proxy.example.org",
            "http://proxy.example.org/path",
            "http://proxy.example.org:0",
        ] {
            assert!(
                !Proxy::parse(text).unwrap_err().contains("hunter2"),
                "{text}"
            );
        }
    }
}
