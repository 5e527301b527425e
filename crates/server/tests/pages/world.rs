//! One server with bob and carol on it, a network that is all in one function, and visitors with cookie jars.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::header::{CONTENT_TYPE, COOKIE, HOST, LOCATION, ORIGIN, SET_COOKIE};
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt;
use secrecy::SecretString;
use symbolon_server::accounts;
use symbolon_server::app::App;
use symbolon_server::config::{Config, Key, RawConfig};
use symbolon_server::env::Env;
use symbolon_server::keys::ServerKeys;
use symbolon_server::router::router;
use symbolon_server::transport::{OutboundRequest, OutboundResponse, Transport, TransportError};
use symbolon_store::users::{AddUser, User};
use symbolon_store::{Database, Options, Store};
use tower::ServiceExt;

pub(crate) const ORIGIN_URL: &str = "http://cat.localhost:8080";
const PASSWORD: &str = "correct horse";

/// A server that nobody but its visitors can reach.
pub(crate) struct World {
    pub(crate) app: App,
    router: Router,
}

/// The other servers: what each answers to a GET, by the beginning of its address. Those called `slow` never answer, and all
/// others refuse the connection.
struct Elsewhere(&'static [(&'static str, &'static str)]);

impl Transport for Elsewhere {
    fn send(
        &self,
        request: OutboundRequest,
    ) -> BoxFuture<'_, Result<OutboundResponse, TransportError>> {
        if request.url.starts_with("http://slow.") {
            return Box::pin(std::future::pending());
        }
        let known = self
            .0
            .iter()
            .find(|(address, _)| request.url.starts_with(address));
        let answer = known
            .ok_or(TransportError::ConnectionRefused)
            .map(|(_, body)| OutboundResponse {
                status: 200,
                headers: vec![("content-type".to_owned(), "application/json".to_owned())],
                body: Bytes::from_static(body.as_bytes()),
                url: request.url,
            });
        Box::pin(async { answer })
    }
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::among(&[]).await
    }

    pub(crate) async fn among(others: &'static [(&'static str, &'static str)]) -> Self {
        let flag = |key, value: &str| (key, Some(value.to_owned()));
        let flags = RawConfig::flags([
            flag(Key::Data, "unused"),
            flag(Key::Listen, "127.0.0.1:8080"),
            flag(Key::PublicUrl, ORIGIN_URL),
            flag(Key::Dev, "true"),
            flag(Key::Name, "Cat University"),
        ]);
        let config = Config::load(flags, None, |_| None).unwrap();
        let env = Env::system();
        let store = Store::open(&Database::Memory, Options::default())
            .await
            .unwrap();
        let keys = ServerKeys::ephemeral(&env, &config.provider());
        let app = App::new(config, env, store, Arc::new(Elsewhere(others)), keys);
        for (name, display_name) in [("bob", "Bob Bauer"), ("carol", "Carol <b>Lindqvist</b>")] {
            let user = User {
                id: app.env.id().into(),
                name: name.to_owned(),
                display_name: display_name.to_owned(),
                email: Some(format!("{name}@example.org")),
                disabled_at: None,
                language: None,
                admin: false,
                created_at: app.now(),
            };
            let password = SecretString::from(PASSWORD.to_owned());
            let password_hash = Some(accounts::hash_password(&app.env, &password));
            let moment = app.moment("test");
            assert!(
                app.store
                    .write(AddUser {
                        user,
                        password_hash,
                        moment
                    })
                    .await
                    .unwrap()
            );
        }
        let router = router(&app);
        Self { app, router }
    }

    /// The same database after a new start.
    pub(crate) fn restarted(&self) -> Self {
        let keys = ServerKeys::ephemeral(&self.app.env, self.app.provider());
        let (config, env) = (self.app.config.clone(), self.app.env.clone());
        let elsewhere = Arc::new(Elsewhere(&[]));
        let app = App::new(config, env, self.app.store.clone(), elsewhere, keys);
        let router = router(&app);
        Self { app, router }
    }

    /// Somebody who has not logged in.
    pub(crate) fn stranger(&self) -> Visitor<'_> {
        Visitor {
            world: self,
            cookies: BTreeMap::new(),
        }
    }

    /// Somebody who has.
    pub(crate) async fn visitor(&self, name: &str) -> Visitor<'_> {
        let mut visitor = self.stranger();
        let answer = visitor
            .post("/login", &[("name", name), ("password", PASSWORD)])
            .await;
        assert_eq!(answer.location(), "/connections");
        visitor
    }
}

/// A browser with a cookie jar.
pub(crate) struct Visitor<'a> {
    world: &'a World,
    cookies: BTreeMap<String, String>,
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
    /// Bytes of the body as it was sent.
    pub(crate) size: usize,
}

impl Visitor<'_> {
    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        self.send(Method::GET, path, &[], String::new()).await
    }

    /// The same, from a browser set to these languages.
    pub(crate) async fn get_in(&mut self, languages: &str, path: &str) -> Answer {
        let headers = [("accept-language", languages)];
        self.send(Method::GET, path, &headers, String::new()).await
    }

    /// Sends a form as a browser does from our own page.
    pub(crate) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let headers = [
            ("sec-fetch-site", "same-origin"),
            (ORIGIN.as_str(), ORIGIN_URL),
        ];
        self.send(Method::POST, path, &headers, form(fields)).await
    }

    /// The same, from a browser set to these languages.
    pub(crate) async fn post_in(
        &mut self,
        languages: &str,
        path: &str,
        fields: &[(&str, &str)],
    ) -> Answer {
        let headers = [
            ("sec-fetch-site", "same-origin"),
            (ORIGIN.as_str(), ORIGIN_URL),
            ("accept-language", languages),
        ];
        self.send(Method::POST, path, &headers, form(fields)).await
    }

    /// Sends a form as a browser does from a page of another site.
    pub(crate) async fn post_from(
        &mut self,
        headers: &[(&str, &str)],
        path: &str,
        fields: &[(&str, &str)],
    ) -> Answer {
        self.send(Method::POST, path, headers, form(fields)).await
    }

    pub(crate) async fn log_in_as(&mut self, name: &str, next: &str) -> Answer {
        self.post(
            "/login",
            &[("name", name), ("password", PASSWORD), ("next", next)],
        )
        .await
    }

    pub(crate) async fn send(
        &mut self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: String,
    ) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .extension(ConnectInfo(SocketAddr::from(([192, 0, 2, 1], 4711))))
            .uri(path)
            .header(HOST, "cat.localhost:8080");
        if !body.is_empty() {
            request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        for (name, value) in &self.cookies {
            request = request.header(COOKIE, format!("{name}={value}"));
        }
        let request = request.body(Body::from(body)).unwrap();
        let (parts, body) = self
            .world
            .router
            .clone()
            .oneshot(request)
            .await
            .unwrap()
            .into_parts();
        for cookie in parts.headers.get_all(SET_COOKIE) {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        let body = body.collect().await.unwrap().to_bytes();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8_lossy(&body).into_owned(),
            size: body.len(),
        }
    }
}

impl Answer {
    /// Where a redirect leads.
    pub(crate) fn location(&self) -> &str {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{}", self.body);
        self.header(LOCATION.as_str())
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .unwrap_or_else(|| panic!("no {name}"))
            .to_str()
            .unwrap()
    }

    /// The value of a field of the page, by its id.
    pub(crate) fn field(&self, id: &str) -> &str {
        let tag = self
            .body
            .split(&format!("id=\"{id}\""))
            .nth(1)
            .unwrap_or_else(|| panic!("no {id}"));
        let (inside, behind) = tag.split_once('>').unwrap();
        if !inside.contains("value=\"") {
            return behind.split("</textarea>").next().unwrap();
        }
        tag.split("value=\"")
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap()
    }

    /// Where the form leads whose address begins and ends like this.
    pub(crate) fn form(&self, begins: &str, ends: &str) -> &str {
        let mut targets = self
            .body
            .split("action=\"")
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap());
        let found = targets.find(|target| target.starts_with(begins) && target.ends_with(ends));
        found.unwrap_or_else(|| panic!("no form {begins}…{ends} in {}", self.body))
    }

    /// How many connected people the connections page lists.
    pub(crate) fn connected(&self) -> usize {
        self.body.matches("<span>connected since").count()
    }

    /// The first address on the page that begins like this.
    pub(crate) fn link(&self, begins: &str, ends: &str) -> &str {
        let mut targets = self
            .body
            .split("href=\"")
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap());
        let found = targets.find(|target| target.starts_with(begins) && target.ends_with(ends));
        found.unwrap_or_else(|| panic!("no link {begins}…{ends} in {}", self.body))
    }
}

fn form(fields: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish()
}
