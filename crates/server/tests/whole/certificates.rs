//! What administrators have noted about the certificate or the key of one server, by real servers over real TLS.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::response::Response;
use axum::serve::Listener;
use http::HeaderValue;
use http::header::CONNECTION;
use rcgen::PublicKeyData;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use symbolon_proto::address::Provider;
use symbolon_proto::keys::Pin;
use symbolon_proto::language::Language;
use symbolon_server::check::{Report, Stage, Walker, check};
use symbolon_server::doctor::Level;
use symbolon_server::peers::NotedBeliefs;
use symbolon_server::transport::{AddressPolicy, HttpTransport, Issuers};
use symbolon_store::notes::{Aspect, ChangeNote, Changed, Content};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::support::{Net, Person, TestServer};

/// A port, and what whoever answers there shows.
struct Door {
    listener: TcpListener,
    shown: Arc<Mutex<Arc<ServerConfig>>>,
}

impl Listener for Door {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            let (stream, address) = self.listener.accept().await.unwrap();
            let shown = self.shown.lock().unwrap().clone();
            // Whoever does not like the certificate hangs up here.
            if let Ok(stream) = TlsAcceptor::from(shown).accept(stream).await {
                return (stream, address);
            }
        }
    }

    fn local_addr(&self) -> std::io::Result<Self::Addr> {
        self.listener.local_addr()
    }
}

/// Somebody who issues certificates.
struct Issuer(CertifiedIssuer<'static, KeyPair>);

struct Shown {
    certificate: CertificateDer<'static>,
    key: KeyPair,
}

impl Issuer {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params
            .distinguished_name
            .push(DnType::CommonName, "A university");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    fn issues(&self, name: &str) -> Shown {
        let params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.0).unwrap().der().clone();
        Shown { certificate, key }
    }
}

impl Shown {
    fn self_signed(name: &str) -> Self {
        let params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap().der().clone();
        Self { certificate, key }
    }

    fn pin(&self) -> String {
        Pin::of(&self.key.subject_public_key_info()).to_string()
    }

    fn config(&self) -> Arc<ServerConfig> {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(self.key.serialize_der()));
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![self.certificate.clone()], key);
        Arc::new(config.unwrap())
    }
}

/// A server that answers over TLS, and asks others over TLS.
struct Secure {
    server: TestServer,
    shown: Arc<Mutex<Arc<ServerConfig>>>,
}

impl Secure {
    async fn start(net: &Net, host: &str, shown: &Shown) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = TestServer::new(net, &format!("{host}.localhost:{port}")).await;
        let beliefs = Arc::new(NotedBeliefs::new(server.app.store.clone()));
        let transport = HttpTransport::new(AddressPolicy::DevLoopback).minding(beliefs);
        let server = server.with_transport(Arc::new(transport));
        let shown = Arc::new(Mutex::new(shown.config()));
        let door = Door {
            listener,
            shown: shown.clone(),
        };
        // Every request shows the certificate.
        let router = server.router.clone();
        let router = router.layer(axum::middleware::map_response(
            async |mut answer: Response| {
                let close = HeaderValue::from_static("close");
                answer.headers_mut().insert(CONNECTION, close);
                answer
            },
        ));
        tokio::spawn(async move { axum::serve(door, router).await });
        Self { server, shown }
    }

    fn shows(&self, other: &Shown) {
        *self.shown.lock().unwrap() = other.config();
    }

    fn name(&self) -> &str {
        self.server.app.provider().as_str()
    }

    /// As a command beside the running server does it: by the database alone.
    async fn notes(&self, about: &Self, aspect: Aspect, value: Option<&str>) {
        note(&self.server, about.name(), aspect, value).await;
    }

    async fn walks_to(&self, other: &Self) -> Report {
        let app = &self.server.app;
        let walker = Walker {
            us: app.provider().clone(),
            trust: app.config.trust,
            dev: false,
            env: &app.env,
            transport: &*app.transport,
            store: Some(&app.store),
            key: Some(app.keys.signing(app.now())),
            rsa: None,
        };
        check(&walker, other.server.app.provider()).await
    }
}

/// Notes something about a server, or takes it back.
pub(crate) async fn note(server: &TestServer, about: &str, aspect: Aspect, value: Option<&str>) {
    let change = ChangeNote {
        provider: Provider::parse(about).unwrap(),
        aspect,
        content: value.map(|value| Content {
            value: value.to_owned(),
            summary: value.to_owned(),
        }),
        by: Some("root".to_owned()),
        moment: server.app.moment("a note"),
    };
    let changed = server.app.store.write(change).await.unwrap();
    assert!(matches!(changed, Changed::Done { .. }), "{changed:?}");
}

/// In PEM.
fn pem(issuer: &Issuer) -> String {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;

    let encoded = STANDARD.encode(issuer.0.der());
    let text = format!("-----BEGIN CERTIFICATE-----\n{encoded}\n-----END CERTIFICATE-----\n");
    assert!(Issuers::parse(text.as_bytes()).is_ok());
    text
}

/// Accepts an invitation, and says what that waits for.
async fn waits(person: &Person<'_>, invite: &str) -> String {
    let told = person.accepts(invite).await.assert(202).json();
    let code = &told["acceptance"]["waits_for"]["code"];
    code.as_str().unwrap_or_else(|| panic!("{told}")).to_owned()
}

#[tokio::test]
async fn two_servers_of_a_private_issuer_connect_only_after_it_is_noted_and_without_a_restart() {
    let net = Net::default();
    let university = Issuer::new();
    let cat = Secure::start(&net, "cat", &university.issues("cat.localhost")).await;
    let dog = Secure::start(&net, "dog", &university.issues("dog.localhost")).await;
    let cow = Secure::start(&net, "cow", &university.issues("cow.localhost")).await;
    let (bob, carol) = (
        cat.server.person("bob").await,
        dog.server.person("carol").await,
    );
    let _loops = (cat.server.run_outbox(), dog.server.run_outbox());
    let invite = bob.invites().await;
    assert_eq!(waits(&carol, &invite).await, "tls_unknown_issuer");
    dog.notes(&cat, Aspect::Ca, Some(&pem(&university))).await;
    // Dog asks cat now, and cat has to ask dog for its keys.
    net.pass_ms(2_000);
    assert_eq!(waits(&carol, &invite).await, "unreachable_from_there");
    cat.notes(&dog, Aspect::Ca, Some(&pem(&university))).await;
    net.pass_ms(20_000);
    carol.accepts(&invite).await.assert(200);
    assert_eq!(bob.lists().await, ["Carol"]);
    // A disconnect arrives by the same way.
    bob.disconnects().await.assert(200);
    tokio::time::timeout(Duration::from_secs(5), async {
        while !carol.lists().await.is_empty() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await
    .unwrap();
    // Another server with a certificate of that issuer is not believed for it.
    let invite = cow.server.person("mary").await.invites().await;
    assert_eq!(waits(&carol, &invite).await, "tls_unknown_issuer");
}

#[tokio::test]
async fn a_server_with_a_noted_key_is_refused_with_another_one_and_everybody_learns_which() {
    let net = Net::default();
    let [first, second] = ["cat.localhost"; 2].map(Shown::self_signed);
    let cat = Secure::start(&net, "cat", &first).await;
    let dog = Secure::start(&net, "dog", &Shown::self_signed("dog.localhost")).await;
    let (bob, carol) = (
        cat.server.person("bob").await,
        dog.server.person("carol").await,
    );
    // The check shows the key that administrators have to compare, and how to note it.
    let tls = |report: &Report| {
        let step = report.steps.iter().find(|step| step.stage == Stage::Tls);
        let step = step.unwrap();
        let facts: Vec<_> = step
            .facts
            .iter()
            .map(|fact| format!("{}: {}", fact.name, fact.value.say(Language::En)))
            .collect();
        (
            step.level,
            format!("{}; {}", step.what.say(Language::En), facts.join("; ")),
        )
    };
    let (level, told) = tls(&dog.walks_to(&cat).await);
    assert_eq!(level, Level::Problem);
    let mend = format!("symbolon peer pin {} {}", cat.name(), first.pin());
    assert!(told.contains(&mend), "{told}");
    dog.notes(&cat, Aspect::Pin, Some(&first.pin())).await;
    let (level, told) = tls(&dog.walks_to(&cat).await);
    assert_eq!(level, Level::Ok, "{told}");
    assert!(told.contains("has the key that is noted"), "{told}");
    assert!(told.contains(&first.pin()), "{told}");
    // The other way is asked for keys when the acceptance arrives.
    cat.notes(&dog, Aspect::Pin, Some(&Shown::self_signed("x").pin()))
        .await;
    let invite = bob.invites().await;
    let _loops = (cat.server.run_outbox(), dog.server.run_outbox());
    carol.accepts(&invite).await.assert(202);
    assert!(bob.lists().await.is_empty());
    // Somebody else answers as cat, or cat has another key: nothing is sent until somebody has looked.
    cat.shows(&second);
    net.pass_ms(6 * 60_000);
    let invite = bob.invites().await;
    assert_eq!(waits(&carol, &invite).await, "tls_other_key");
    let problem = dog
        .server
        .app
        .peers
        .discover(cat.server.app.provider())
        .await;
    let detail = problem.err().unwrap().detail(Language::En);
    for pin in [first.pin(), second.pin()] {
        assert!(detail.contains(&pin), "{detail}");
    }
    let (level, told) = tls(&dog.walks_to(&cat).await);
    assert_eq!(level, Level::Problem);
    for part in [
        format!("keys noted: {}", first.pin()),
        format!("key shown: {}", second.pin()),
    ] {
        assert!(told.contains(&part), "{told}");
    }
    // Both may be noted while a key is changed.
    let both = format!("{} {}", first.pin(), second.pin());
    dog.notes(&cat, Aspect::Pin, Some(&both)).await;
    assert_eq!(tls(&dog.walks_to(&cat).await).0, Level::Ok);
    // Taken back, the ordinary issuers count again.
    dog.notes(&cat, Aspect::Pin, None).await;
    assert_eq!(tls(&dog.walks_to(&cat).await).0, Level::Problem);
}

#[tokio::test]
async fn what_a_server_said_before_its_key_was_noted_does_not_stand_in_for_it() {
    let net = Net::default();
    let cat = Secure::start(&net, "cat", &Shown::self_signed("cat.localhost")).await;
    let dog_shows = Shown::self_signed("dog.localhost");
    let dog = Secure::start(&net, "dog", &dog_shows).await;
    cat.notes(&dog, Aspect::Pin, Some(&dog_shows.pin())).await;
    let discovered = cat
        .server
        .app
        .peers
        .discover(dog.server.app.provider())
        .await;
    assert!(discovered.is_ok());
    cat.notes(&dog, Aspect::Pin, Some(&Shown::self_signed("x").pin()))
        .await;
    net.pass_ms(6 * 60_000);
    let discovered = cat
        .server
        .app
        .peers
        .discover(dog.server.app.provider())
        .await;
    let problem = discovered.err().unwrap();
    assert_eq!(problem.code().as_str(), "tls_other_key");
}

#[tokio::test]
async fn what_a_server_said_before_its_issuer_was_noted_or_taken_back_stands_in_for_it_no_more() {
    // What is noted in the meantime: nothing, one more issuer, no issuer any more.
    for (change, stands_in) in [(None, true), (Some(true), false), (Some(false), false)] {
        let net = Net::default();
        let cat = Secure::start(&net, "cat", &Shown::self_signed("cat.localhost")).await;
        let issuer = Issuer::new();
        let dog = Secure::start(&net, "dog", &issuer.issues("dog.localhost")).await;
        cat.notes(&dog, Aspect::Ca, Some(&pem(&issuer))).await;
        let peers = &cat.server.app.peers;
        let name = dog.server.app.provider();
        assert!(peers.discover(name).await.is_ok());
        net.pass_ms(60_000);
        if let Some(more) = change {
            let two = pem(&issuer) + &pem(&Issuer::new());
            cat.notes(&dog, Aspect::Ca, more.then_some(two.as_str()))
                .await;
        }
        dog.shows(&Shown::self_signed("dog.localhost"));
        net.pass_ms(6 * 60_000);
        let discovered = peers.discover(name).await;
        let code = discovered.err().map(|problem| problem.code().as_str());
        assert_eq!(
            code,
            (!stands_in).then_some("tls_unknown_issuer"),
            "{change:?}"
        );
    }
}
