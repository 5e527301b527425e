//! By what one server is recognised when administrators have noted more about it than holds for all.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::future::BoxFuture;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, OtherError, SignatureScheme};
use symbolon_proto::address::Provider;
use symbolon_proto::keys::Pin;

use super::way::Issuers;

/// Most issuers that are noted about one server: its own, and the next one.
pub const ISSUERS_MAX: usize = 10;

/// Most keys by which one server is recognised: of several machines, each with the next one.
pub const PINS_MAX: usize = 8;

/// Most bytes of the certificates of issuers: ten of the largest kind, and what stands between them.
pub const ISSUERS_BYTES: usize = 32 * 1024;

/// Where a transport asks what is noted about a server, before each request: a note holds at once, whichever process wrote
/// it.
pub trait Beliefs: Send + Sync {
    /// What is noted about a server; an error says why that cannot be known, and then it is not spoken to.
    fn about<'a>(&'a self, server: &'a Provider) -> BoxFuture<'a, Result<Option<Belief>, String>>;
}

/// What is noted about a server, as it was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Belief {
    /// Issuers that are believed for it beside those that are for all, in PEM.
    pub issuers: Option<String>,
    /// Keys by which alone it is recognised, with spaces between.
    pub pins: Option<String>,
}

impl Belief {
    /// Reads the issuers of one server.
    pub fn read_issuers(pem: &str) -> Result<Issuers, String> {
        if pem.len() > ISSUERS_BYTES {
            return Err(format!("it has more than {ISSUERS_BYTES} bytes"));
        }
        let issuers = Issuers::parse(pem.as_bytes())?;
        if issuers.len() > ISSUERS_MAX {
            return Err(format!("it has more than {ISSUERS_MAX} certificates"));
        }
        Ok(issuers)
    }

    /// Reads the keys of one server, each once and in order.
    pub fn read_pins(text: &str) -> Result<Vec<Pin>, String> {
        let read = |word| Pin::parse(word).map_err(|error| error.to_string());
        let words = text.split([' ', ',', '\n', '\r', '\t']);
        let words = words.filter(|word| !word.is_empty());
        let mut pins = words.map(read).collect::<Result<Vec<_>, _>>()?;
        pins.sort_unstable();
        pins.dedup();
        match pins.len() {
            0 => Err("there is none".to_owned()),
            1..=PINS_MAX => Ok(pins),
            _ => Err(format!("there are more than {PINS_MAX}")),
        }
    }

    /// Who decides whether it is that server: its keys, if there are any, and else the issuers.
    pub(super) fn verifier(
        &self,
        for_all: &Issuers,
        provider: &Arc<CryptoProvider>,
    ) -> Result<Arc<dyn ServerCertVerifier>, String> {
        if let Some(pins) = &self.pins {
            return Ok(Arc::new(ByKey {
                pins: Self::read_pins(pins)?,
                provider: provider.clone(),
            }));
        }
        let own = self
            .issuers
            .as_deref()
            .map(Self::read_issuers)
            .transpose()?;
        by_issuers(&for_all.and(own.as_ref()), provider)
    }
}

/// The way of the web: a chain to an issuer, the name, and the time.
pub(super) fn by_issuers(
    issuers: &Issuers,
    provider: &Arc<CryptoProvider>,
) -> Result<Arc<dyn ServerCertVerifier>, String> {
    let roots = Arc::new(issuers.with_the_worlds());
    let verifier = WebPkiServerVerifier::builder_with_provider(roots, provider.clone()).build();
    Ok(verifier.map_err(|error| error.to_string())?)
}

/// Recognises a server by its key, and by nothing else: neither the chain nor the name nor the time says more than that
/// somebody has the key (as in RFC 7671 §5.1, of which this is the case without DNS).
#[derive(Debug)]
struct ByKey {
    pins: Vec<Pin>,
    provider: Arc<CryptoProvider>,
}

/// The server shows another key than those that are noted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct OtherKey {
    pub(super) expected: Vec<Pin>,
    pub(super) seen: Pin,
}

impl fmt::Display for OtherKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the key is {}", self.seen)
    }
}

impl std::error::Error for OtherKey {}

impl ServerCertVerifier for ByKey {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let seen = key(end_entity)?;
        if self.pins.contains(&seen) {
            return Ok(ServerCertVerified::assertion());
        }
        let other = OtherKey {
            expected: self.pins.clone(),
            seen,
        };
        let other = CertificateError::Other(OtherError(Arc::new(other)));
        Err(rustls::Error::InvalidCertificate(other))
    }

    /// That whoever shows the certificate has the key.
    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, cert, dss, algorithms)
    }

    /// The same in TLS 1.3.
    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, cert, dss, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        let algorithms = &self.provider.signature_verification_algorithms;
        algorithms.supported_schemes()
    }
}

fn key(certificate: &CertificateDer<'_>) -> Result<Pin, rustls::Error> {
    let parsed = ParsedCertificate::try_from(certificate)?;
    Ok(Pin::of(&parsed.subject_public_key_info()))
}

/// Notes which key is shown, whatever another makes of it.
#[derive(Debug)]
pub(super) struct Watching {
    inner: Arc<dyn ServerCertVerifier>,
    seen: Mutex<Option<Pin>>,
}

impl Watching {
    pub(super) fn new(inner: Arc<dyn ServerCertVerifier>) -> Self {
        let seen = Mutex::new(None);
        Self { inner, seen }
    }

    pub(super) fn seen(&self) -> Option<Pin> {
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ServerCertVerifier for Watching {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = key(end_entity).ok();
        self.inner
            .verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.inner.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.inner.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.inner.supported_verify_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::super::way::written::pem;
    use super::*;

    fn certificate() -> String {
        let made = rcgen::generate_simple_self_signed(vec!["cat.example.org".to_owned()]).unwrap();
        pem("CERTIFICATE", made.cert.der())
    }

    #[test]
    fn a_server_has_a_few_issuers_and_no_more() {
        let one = certificate();
        let read = |text: &str| Belief::read_issuers(text).map(|issuers| issuers.len());
        assert_eq!(read(&one), Ok(1));
        assert_eq!(read(&one.repeat(ISSUERS_MAX)), Ok(ISSUERS_MAX));
        assert!(read(&one.repeat(ISSUERS_MAX + 1)).is_err());
        let long = format!("{one}{}", " ".repeat(ISSUERS_BYTES));
        assert!(read(&long).unwrap_err().contains("bytes"));
    }

    #[test]
    fn a_server_has_a_few_keys_each_once() {
        let pin = |number: usize| Pin::of(&number.to_be_bytes()).to_string();
        let two = format!("{}\n {},{}", pin(1), pin(2), pin(1));
        assert_eq!(Belief::read_pins(&two).unwrap().len(), 2);
        let many = |count: usize| (0..count).map(pin).collect::<Vec<_>>().join(" ");
        assert_eq!(Belief::read_pins(&many(PINS_MAX)).unwrap().len(), PINS_MAX);
        for wrong in ["", " ,", "sha256/no", &many(PINS_MAX + 1)] {
            assert!(Belief::read_pins(wrong).is_err(), "{wrong}");
        }
    }
}
