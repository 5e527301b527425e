//! The real client against real TLS on this machine: whoever answers shows a certificate, and what is wrong with it is
//! told apart.

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd,
};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use symbolon_proto::problem::Code;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::super::resolve::fake::Answers;
use super::super::way::written::pem;
use super::super::{Issuers, Limits, Redirects};
use super::*;

const CAT: &str = "cat.example.org";

/// Somebody who issues certificates.
struct Issuer(CertifiedIssuer<'static, KeyPair>);

/// What a server shows.
struct Shown {
    certificate: CertificateDer<'static>,
    key: KeyPair,
}

impl Issuer {
    fn new(name: &str) -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    fn issues(&self, name: &str, until_year: i32) -> Shown {
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = date_time_ymd(until_year, 1, 1);
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.0).unwrap().der().clone();
        Shown { certificate, key }
    }

    /// As an administrator adds it.
    fn believed(&self) -> Issuers {
        Issuers::parse(pem("CERTIFICATE", self.0.der()).as_bytes()).unwrap()
    }
}

/// Answers every request over TLS; the port.
async fn serve(shown: &Shown) -> u16 {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(shown.key.serialize_der()));
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![shown.certificate.clone()], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            // A client that does not like the certificate hangs up here.
            if let Ok(mut stream) = acceptor.accept(stream).await {
                let mut request = [0; 4096];
                let _: usize = stream.read(&mut request).await.unwrap_or(0);
                let answer = b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n";
                stream.write_all(answer).await.unwrap();
                let _: std::io::Result<()> = stream.shutdown().await;
            }
        }
    });
    port
}

async fn asked(shown: &Shown, issuers: Issuers) -> Result<u16, Code> {
    let port = serve(shown).await;
    let here = Answers::new(&[&["127.0.0.1"]]);
    let way = WayOut {
        issuers,
        ..WayOut::new(AddressPolicy::DevLoopback)
    };
    let transport = HttpTransport::with_resolver(&way, Arc::new(here));
    let request = OutboundRequest {
        method: http::Method::GET,
        url: format!("https://{CAT}:{port}/"),
        headers: Vec::new(),
        body: Bytes::new(),
        limits: Limits {
            total: Duration::from_secs(5),
            response_bytes: 1024,
        },
        redirects: Redirects::None,
    };
    let answered = transport.send(request).await;
    answered
        .map(|response| response.status)
        .map_err(|error| error.code())
}

#[tokio::test]
async fn certificates_that_are_wrong_are_told_apart_by_real_handshakes() {
    let issuer = Issuer::new("Ours");
    let good = issuer.issues(CAT, 2100);
    let asked_with = async |shown: &Shown| asked(shown, issuer.believed()).await;
    assert_eq!(asked_with(&good).await, Ok(204));
    assert_eq!(
        asked_with(&issuer.issues("dog.example.org", 2100)).await,
        Err(Code::TlsWrongName)
    );
    assert_eq!(
        asked_with(&issuer.issues(CAT, 2021)).await,
        Err(Code::TlsExpired)
    );
    let stranger = Issuer::new("Somebody").issues(CAT, 2100);
    assert_eq!(asked_with(&stranger).await, Err(Code::TlsUnknownIssuer));
    // The issuers that the world believes do not know ours.
    assert_eq!(
        asked(&good, Issuers::default()).await,
        Err(Code::TlsUnknownIssuer)
    );
}

#[tokio::test]
async fn an_issuer_of_ones_own_is_believed_beside_those_of_the_world_and_for_nothing_else() {
    let ours = Issuer::new("Ours");
    let world = Issuers::default().with_the_worlds().len();
    assert!(world > 50);
    assert_eq!(ours.believed().with_the_worlds().len(), world + 1);
    let theirs = Issuer::new("Theirs");
    for (issuer, answered) in [(&ours, Ok(204)), (&theirs, Err(Code::TlsUnknownIssuer))] {
        let shown = issuer.issues(CAT, 2100);
        assert_eq!(asked(&shown, ours.believed()).await, answered);
    }
    // It vouches for names, and does not stand above them.
    let other = ours.issues("dog.example.org", 2100);
    assert_eq!(
        asked(&other, ours.believed()).await,
        Err(Code::TlsWrongName)
    );
}
