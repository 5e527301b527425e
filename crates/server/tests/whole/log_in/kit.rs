//! A provider that is a process of its own, and a browser that goes back and forth.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use axum::body::Body;
use axum::extract::ConnectInfo;
use bytes::Bytes;
use http::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use http::{HeaderMap, Request};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;
use symbolon_server::env::Env;
use tempfile::TempDir;
use url::Url;

use crate::support::{Answer, Key, Net, START, TestServer, keep_secret};

pub(super) const CAT: &str = "cat.example.org";

/// A running provider; it ends with the test.
pub(super) struct Service {
    process: Child,
    /// Kept open: the provider ends when it cannot write there.
    _output: BufReader<ChildStdout>,
    folder: TempDir,
    port: u16,
}

impl Service {
    /// What is wanted of people is said where it is asked for, and not in the ID token, as OpenID Connect has it by default.
    pub(super) fn start(people: &Value) -> Self {
        Self::start_with(people, &[])
    }

    pub(super) fn start_with(people: &Value, more: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let list = folder.path().join("people.json");
        std::fs::write(&list, people.to_string()).unwrap();
        let secret = "secret of symbolon, with a colon: and a % sign";
        keep_secret(folder.path().join("secret"), secret);
        let mut process = Command::new("node")
            .arg(script())
            .arg(list)
            .arg(format!("https://{CAT}/login/oidc/callback"))
            .args(more)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // It warns of everything that makes it a provider for tests.
            .stderr(Stdio::null())
            .spawn()
            .expect(NEEDED);
        let mut said = String::new();
        let mut output = BufReader::new(process.stdout.take().unwrap());
        output.read_line(&mut said).unwrap();
        let port = said.trim().parse().expect(NEEDED);
        Self {
            process,
            _output: output,
            folder,
            port,
        }
    }

    pub(super) fn issuer(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Says something else of people from now on.
    pub(super) fn says(&self, people: &Value) {
        std::fs::write(self.folder.path().join("people.json"), people.to_string()).unwrap();
    }

    /// A server whose people log in here, with more settings. Its clock shows the time of this machine.
    pub(super) async fn server(&self, net: &Net, more: &[(Key, &str)]) -> TestServer {
        net.pass_ms(Env::system().now().as_millis() - START);
        let (issuer, secret) = (self.issuer(), self.folder.path().join("secret"));
        let mut settings = vec![
            (Key::OidcIssuer, issuer.as_str()),
            (Key::OidcClientId, "symbolon"),
            (Key::OidcClientSecretFile, secret.to_str().unwrap()),
            (Key::OidcScopes, "openid profile email groups"),
        ];
        settings.extend_from_slice(more);
        TestServer::with(net, CAT, &settings).await
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

const NEEDED: &str = "this test needs a provider of OpenID Connect, oidc-provider for Node.js 20 or newer: run scripts/test, or \
                      npm ci --prefix tests/oidc --ignore-scripts";

fn script() -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/oidc");
    assert!(
        folder.join("node_modules/oidc-provider").is_dir(),
        "{NEEDED}"
    );
    folder.join("provider.mjs")
}

/// Cookies by name. Nothing here needs their paths.
#[derive(Clone, Default)]
pub(super) struct Jar(Vec<(String, String)>);

impl Jar {
    fn takes(&mut self, headers: &HeaderMap) {
        for line in headers.get_all(SET_COOKIE) {
            let line = line.to_str().unwrap();
            let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
            self.0.retain(|(known, _)| known != name);
            if !value.is_empty() {
                self.0.push((name.to_owned(), value.to_owned()));
            }
        }
    }

    fn text(&self) -> String {
        let pairs: Vec<_> = self
            .0
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        pairs.join("; ")
    }

    /// One of them alone, with its value or another one.
    pub(super) fn only(&self, name: &str, other: Option<&str>) -> Self {
        let value = other.or_else(|| self.get(name)).unwrap_or_default();
        Self(vec![(name.to_owned(), value.to_owned())])
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// Somebody's browser.
pub(super) struct Browser<'a> {
    pub(super) server: &'a TestServer,
    from: Option<SocketAddr>,
    pub(super) here: Jar,
    there: Jar,
}

impl<'a> Browser<'a> {
    pub(super) fn new(server: &'a TestServer) -> Self {
        Self {
            server,
            from: None,
            here: Jar::default(),
            there: Jar::default(),
        }
    }

    /// One whose address is known.
    pub(super) fn from(server: &'a TestServer, address: [u8; 4]) -> Self {
        Self {
            from: Some(SocketAddr::from((address, 4711))),
            ..Self::new(server)
        }
    }

    /// A page of the server.
    pub(super) async fn get(&mut self, path: &str) -> Answer {
        self.sends(Request::get(path), "").await
    }

    /// A form of the server.
    pub(super) async fn post(&mut self, path: &str, form: &str) -> Answer {
        let request = Request::post(path)
            .header("origin", format!("https://{CAT}"))
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.sends(request, form).await
    }

    async fn sends(&mut self, request: http::request::Builder, body: &str) -> Answer {
        let mut request = request.header(COOKIE, self.here.text());
        if let Some(from) = self.from {
            request = request.extension(ConnectInfo(from));
        }
        let request = request.body(Body::from(body.to_owned())).unwrap();
        let answer = self.server.request(request).await;
        self.here.takes(&answer.headers);
        answer
    }

    /// To the log-in page, to the service and through its forms; gives the address to which the service sends back.
    pub(super) async fn comes_from_the_service(&mut self, next: &str, subject: &str) -> Url {
        let next: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
        let query = if next.is_empty() {
            String::new()
        } else {
            format!("?next={next}")
        };
        let page = self.get(&format!("/login{query}")).await.assert(200);
        let link = format!("/login/oidc{query}");
        assert!(page.text.contains(&format!("\"{link}\"")), "{}", page.text);
        let sent = self.get(&link).await.assert(303);
        let mut url = location(&sent.headers, None);
        let mut form: Option<String> = None;
        for _ in 0..20 {
            let (headers, text) = self.goes_to(&url, form.take()).await;
            if headers.contains_key(LOCATION) {
                url = location(&headers, Some(&url));
                if url.host_str() == Some(CAT) {
                    return url;
                }
            } else if text.contains("name=\"login\"") {
                form = Some(format!("prompt=login&login={subject}&password=any"));
            } else if text.contains("value=\"consent\"") {
                form = Some("prompt=consent".to_owned());
            } else {
                panic!("the service shows {text}");
            }
        }
        panic!("the service does not send anybody back");
    }

    /// All of it: the last answer is that of our server.
    pub(super) async fn logs_in(&mut self, next: &str, subject: &str) -> Answer {
        let back = self.comes_from_the_service(next, subject).await;
        self.comes_back(&back).await
    }

    pub(super) async fn comes_back(&mut self, url: &Url) -> Answer {
        self.get(&url[url::Position::BeforePath..]).await
    }

    async fn goes_to(&mut self, url: &Url, form: Option<String>) -> (HeaderMap, String) {
        let client = Client::builder(TokioExecutor::new()).build_http::<Full<Bytes>>();
        let request = Request::builder()
            .uri(url.as_str())
            .method(if form.is_some() { "POST" } else { "GET" })
            .header(COOKIE, self.there.text())
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Full::new(Bytes::from(form.unwrap_or_default())));
        let (head, body) = client.request(request.unwrap()).await.unwrap().into_parts();
        self.there.takes(&head.headers);
        let body = body.collect().await.unwrap().to_bytes();
        (head.headers, String::from_utf8_lossy(&body).into_owned())
    }
}

/// Where an answer leads.
pub(super) fn location(headers: &HeaderMap, base: Option<&Url>) -> Url {
    let text = headers[LOCATION].to_str().unwrap();
    match base {
        Some(base) => base.join(text).unwrap(),
        None => Url::parse(text).unwrap(),
    }
}

/// The path to which an answer of our server leads.
pub(super) fn path(answer: &Answer) -> &str {
    answer.headers[LOCATION].to_str().unwrap()
}
