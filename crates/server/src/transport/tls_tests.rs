//! The real client against real TLS on this machine: whoever answers shows a certificate, and what is wrong with it is
//! told apart.

use std::collections::HashMap;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, PublicKeyData,
    date_time_ymd,
};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use symbolon_proto::keys::Pin;
use symbolon_proto::language::Language;
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

/// What is noted, by server, for the time being.
#[derive(Default)]
struct Notebook(Mutex<HashMap<String, Result<Belief, String>>>);

impl Notebook {
    fn note(&self, server: &str, belief: Belief) {
        self.0.lock().unwrap().insert(server.to_owned(), Ok(belief));
    }

    fn forget(&self, server: &str) {
        self.0.lock().unwrap().remove(server);
    }
}

impl Beliefs for Notebook {
    fn about<'a>(&'a self, server: &'a Provider) -> BoxFuture<'a, Result<Option<Belief>, String>> {
        let noted = self.0.lock().unwrap().get(server.as_str()).cloned();
        Box::pin(std::future::ready(noted.transpose()))
    }
}

/// A transport for which every name is this machine, and that minds a notebook.
fn minding(notebook: &Arc<Notebook>) -> HttpTransport {
    let here = Answers::new(&[&["127.0.0.1"] as &[&str]; 20]);
    let way = WayOut::new(AddressPolicy::DevLoopback);
    HttpTransport::with_resolver(&way, Arc::new(here)).minding(notebook.clone())
}

async fn asks(
    transport: &HttpTransport,
    name: &str,
    port: u16,
) -> Result<OutboundResponse, TransportError> {
    let request = OutboundRequest {
        method: http::Method::GET,
        url: format!("https://{name}:{port}/"),
        headers: Vec::new(),
        body: Bytes::new(),
        limits: Limits {
            total: Duration::from_secs(5),
            response_bytes: 1024,
            ..Limits::default()
        },
        redirects: Redirects::None,
    };
    transport.send(request).await
}

async fn code(transport: &HttpTransport, name: &str, port: u16) -> Result<u16, Code> {
    let answered = asks(transport, name, port).await;
    answered
        .map(|answer| answer.status)
        .map_err(|error| error.code())
}

fn by_issuer(issuer: &Issuer) -> Belief {
    Belief {
        issuers: Some(pem("CERTIFICATE", issuer.0.der())),
        pins: None,
    }
}

fn by_key(keys: &[Pin]) -> Belief {
    let pins: Vec<_> = keys.iter().map(Pin::to_string).collect();
    Belief {
        issuers: None,
        pins: Some(pins.join(" ")),
    }
}

impl Shown {
    /// What nobody issued: for another name, and run out long ago.
    fn self_signed() -> Self {
        let mut params = CertificateParams::new(vec!["somebody.example.org".to_owned()]).unwrap();
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = date_time_ymd(2021, 1, 1);
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap().der().clone();
        Self { certificate, key }
    }

    fn pin(&self) -> Pin {
        Pin::of(&self.key.subject_public_key_info())
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
                tokio::spawn(async move {
                    let mut request = [0; 4096];
                    // The connection is kept as long as the client keeps it.
                    while stream.read(&mut request).await.unwrap_or(0) > 0 {
                        let answer = b"HTTP/1.1 204 No Content\r\n\r\n";
                        stream.write_all(answer).await.unwrap();
                    }
                });
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
    code(&transport, CAT, port).await
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

#[tokio::test]
async fn an_issuer_that_is_noted_about_one_server_is_believed_for_it_alone() {
    let ours = Issuer::new("Ours");
    let cat = serve(&ours.issues(CAT, 2100)).await;
    let dog = serve(&ours.issues("dog.example.org", 2100)).await;
    let notebook = Arc::new(Notebook::default());
    let transport = minding(&notebook);
    let unknown = Err(Code::TlsUnknownIssuer);
    assert_eq!(code(&transport, CAT, cat).await, unknown);
    notebook.note(&format!("{CAT}:{cat}"), by_issuer(&ours));
    assert_eq!(code(&transport, CAT, cat).await, Ok(204));
    // Another server with a certificate of the same issuer, and the same name at another port, are not that one.
    assert_eq!(code(&transport, "dog.example.org", dog).await, unknown);
    let next_door = serve(&ours.issues(CAT, 2100)).await;
    assert_eq!(code(&transport, CAT, next_door).await, unknown);
    // It vouches for names and times, and does not stand above them.
    for (shown, code_of_it) in [
        (ours.issues("dog.example.org", 2100), Code::TlsWrongName),
        (ours.issues(CAT, 2021), Code::TlsExpired),
        (
            Issuer::new("Theirs").issues(CAT, 2100),
            Code::TlsUnknownIssuer,
        ),
    ] {
        let port = serve(&shown).await;
        notebook.note(&format!("{CAT}:{port}"), by_issuer(&ours));
        assert_eq!(code(&transport, CAT, port).await, Err(code_of_it));
    }
}

#[tokio::test]
async fn a_server_with_a_noted_key_is_recognised_by_it_and_by_nothing_else() {
    let issuer = Issuer::new("Ours");
    let shown = Shown::self_signed();
    let other = issuer.issues(CAT, 2100);
    let (right, wrong) = (serve(&shown).await, serve(&other).await);
    let notebook = Arc::new(Notebook::default());
    let transport = minding(&notebook);
    assert_eq!(code(&transport, CAT, right).await, Err(Code::TlsExpired));
    let next = issuer.issues(CAT, 2100).pin();
    for port in [right, wrong] {
        let both = Belief {
            issuers: by_issuer(&issuer).issuers,
            ..by_key(&[shown.pin(), next])
        };
        notebook.note(&format!("{CAT}:{port}"), both);
    }
    assert_eq!(code(&transport, CAT, right).await, Ok(204));
    // The best of certificates around another key is not enough, and the error says what to compare.
    let error = asks(&transport, CAT, wrong).await.err().unwrap();
    assert_eq!(error.code(), Code::TlsOtherKey);
    let server = Provider::parse(CAT).unwrap();
    let detail = error.problem(&server).detail(Language::En);
    for text in [error.to_string(), detail] {
        for pin in [shown.pin(), next, other.pin()] {
            assert!(text.contains(&pin.to_string()), "{text}");
        }
    }
}

#[tokio::test]
async fn a_note_holds_for_the_next_request_also_where_a_connection_is_open() {
    let issuer = Issuer::new("Ours");
    let shown = issuer.issues(CAT, 2100);
    let port = serve(&shown).await;
    let server = format!("{CAT}:{port}");
    let notebook = Arc::new(Notebook::default());
    let transport = minding(&notebook);
    notebook.note(&server, by_issuer(&issuer));
    assert_eq!(code(&transport, CAT, port).await, Ok(204));
    notebook.note(&server, by_key(&[Shown::self_signed().pin()]));
    let refused = Err(Code::TlsOtherKey);
    assert_eq!(code(&transport, CAT, port).await, refused);
    notebook.note(&server, by_key(&[shown.pin()]));
    assert_eq!(code(&transport, CAT, port).await, Ok(204));
    notebook.forget(&server);
    let unknown = Err(Code::TlsUnknownIssuer);
    assert_eq!(code(&transport, CAT, port).await, unknown);
}

#[tokio::test]
async fn the_key_is_seen_on_the_way_whatever_is_made_of_it() {
    let shown = Shown::self_signed();
    let port = serve(&shown).await;
    let notebook = Arc::new(Notebook::default());
    let transport = minding(&notebook);
    let origin = format!("https://{CAT}:{port}");
    let reach = async || transport.reach(&origin, Duration::from_secs(5)).await;
    let run_out = reach().await;
    assert_eq!(run_out.key, Some(shown.pin()));
    assert_eq!(run_out.failed.unwrap().2.code(), Code::TlsExpired);
    let server = format!("{CAT}:{port}");
    notebook.note(
        &server,
        by_key(&[Issuer::new("Ours").issues(CAT, 2100).pin()]),
    );
    let other = reach().await;
    assert_eq!(other.key, Some(shown.pin()));
    let (leg, _, error) = other.failed.unwrap();
    assert_eq!((leg, error.code()), (Leg::Tls, Code::TlsOtherKey));
    notebook.note(&server, by_key(&[shown.pin()]));
    let right = reach().await;
    assert_eq!((right.key, right.failed), (Some(shown.pin()), None));
}

#[tokio::test]
async fn notes_that_cannot_be_read_are_no_reason_to_go_on_without_them() {
    let port = serve(&Shown::self_signed()).await;
    let server = format!("{CAT}:{port}");
    let notebook = Arc::new(Notebook::default());
    let transport = minding(&notebook);
    let damaged = Belief {
        issuers: None,
        pins: Some("sha256/no".to_owned()),
    };
    let gone = Err("the disk is gone".to_owned());
    for noted in [Ok(damaged), gone] {
        notebook.0.lock().unwrap().insert(server.clone(), noted);
        let error = asks(&transport, CAT, port).await.err().unwrap();
        assert!(matches!(error, TransportError::Notes { .. }), "{error}");
        assert_eq!(error.code(), Code::Internal);
    }
}

#[tokio::test]
async fn a_note_opens_no_address() {
    let shown = Shown::self_signed();
    let port = serve(&shown).await;
    let notebook = Arc::new(Notebook::default());
    notebook.note(&format!("{CAT}:{port}"), by_key(&[shown.pin()]));
    let here = Answers::new(&[&["127.0.0.1"]]);
    let way = WayOut::new(AddressPolicy::Public);
    let transport = HttpTransport::with_resolver(&way, Arc::new(here)).minding(notebook);
    let refused = Err(Code::AddressNotAllowed);
    assert_eq!(code(&transport, CAT, port).await, refused);
}

#[tokio::test]
async fn connections_are_kept_for_so_many_servers_with_notes_and_no_more() {
    let notebook = Arc::new(Notebook::default());
    let transport = minding(&notebook);
    let belief = by_key(&[Shown::self_signed().pin()]);
    for number in 0..CHANNELS_MAX + 20 {
        notebook.note(&format!("s{number}.example.org"), belief.clone());
        let url = Url::parse(&format!("https://s{number}.example.org/")).unwrap();
        let by = deadline(Duration::from_secs(5));
        assert!(transport.channel(&url, Share::Known, by).await.is_ok());
        assert!(transport.particular.lock().unwrap().len() <= CHANNELS_MAX);
    }
}
