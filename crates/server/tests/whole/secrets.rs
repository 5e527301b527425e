//! Nothing secret is in any log line, event, error, attempt, figure or trace, whatever happens and however much is logged.

use std::path::Path;
use std::sync::Arc;

use axum::body::Body;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use http::Request;
use secrecy::SecretString;
use serde_json::{Value, json};
use symbolon_server::accounts;
use symbolon_server::app::App;
use symbolon_server::config::{Config, Key, RawConfig};
use symbolon_server::env::Env;
use symbolon_server::keys::ServerKeys;
use symbolon_server::telemetry::Export;
use symbolon_store::app_passwords::{ListAppPasswords, RemoveAppPassword};
use symbolon_store::events::Moment;
use symbolon_store::trace::{LoadTrace, Thread};
use symbolon_store::users::{AddUser, User};
use symbolon_store::{Database, Options, Store};

use crate::collector::Collector;
use crate::support::{Answer, Logged, Net, Person, TestServer, audit, logged_and_exported};

const PASSWORD: &str = "correct horse battery staple";
const WRONG: &str = "incorrect-horse-battery";
/// Typed into the field for the name, as happens.
const MISTYPED: &str = "hunter2-in-the-wrong-field";

fn settings(host: &str, collector: &str) -> Config {
    let flags = RawConfig::flags([
        (Key::PublicUrl, Some(format!("https://{host}"))),
        (Key::Metrics, Some("public".to_owned())),
        (Key::OtlpEndpoint, Some(collector.to_owned())),
    ]);
    Config::resolve(flags).unwrap()
}

/// A server on a disk, with keys on a disk.
async fn server(net: &Net, host: &str, folder: &Path) -> TestServer {
    let config = settings(host, "off");
    let env = Env {
        clock: net.clock.clone(),
        ..Env::system()
    };
    let database = folder.join("store.db");
    let database = Database::parse(&format!("sqlite:{}", database.display())).unwrap();
    let store = Store::open(&database, Options::default()).await.unwrap();
    let keys = ServerKeys::open(&folder.join("keys"), &env, &config.provider()).unwrap();
    let app = App::new(config, env, store, Arc::new(net.clone()), keys);
    symbolon_server::sync::prepare(&app).await.unwrap();
    let router = symbolon_server::router::router(&app);
    let server = TestServer { app, router };
    net.up(&server);
    server
}

/// What must be nowhere, with a name for the one who finds it.
#[derive(Default)]
struct Secrets(Vec<(String, String)>);

impl Secrets {
    fn add(&mut self, name: &str, secret: impl Into<String>) {
        let secret = secret.into();
        assert!(secret.len() >= 6, "{name} is too short to be looked for");
        self.0.push((name.to_owned(), secret));
    }

    fn invitation(&mut self, made: &Value) {
        for name in ["token", "string"] {
            self.add(name, made[name].as_str().unwrap());
        }
        let padded = STANDARD.encode(
            URL_SAFE_NO_PAD
                .decode(made["string"].as_str().unwrap())
                .unwrap(),
        );
        self.add("padded string", padded);
    }

    /// The raw seeds in every form that a program might print them in.
    fn keys(&mut self, folder: &Path) {
        for file in std::fs::read_dir(folder.join("keys")).unwrap() {
            let path = file.unwrap().path();
            let name = path.display().to_string();
            let bytes = std::fs::read(&path).unwrap();
            if let Ok(text) = std::str::from_utf8(&bytes) {
                for line in text
                    .lines()
                    .filter(|line| line.len() >= 20 && !line.contains("---"))
                {
                    self.add(&name, line);
                }
            }
            self.add(&name, STANDARD.encode(&bytes));
            self.add(&name, URL_SAFE_NO_PAD.encode(&bytes));
            let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            self.add(&name, hex);
            self.add(&name, format!("{bytes:?}"));
        }
    }

    #[track_caller]
    fn absent_from(&self, place: &str, text: &str) {
        for (name, secret) in &self.0 {
            assert!(
                !text.contains(secret.as_str()),
                "{place} holds the secret {name}"
            );
        }
    }
}

async fn page(server: &TestServer, path: &str, form: &str, cookie: Option<&str>) -> Answer {
    let mut request = Request::post(path)
        .header("content-type", "application/x-www-form-urlencoded")
        .header("origin", server.app.base_url());
    if let Some(cookie) = cookie {
        request = request.header("cookie", cookie);
    }
    server
        .request(request.body(Body::from(form.to_owned())).unwrap())
        .await
}

/// Somebody with a password logs in on a page, after two mistakes, looks around and logs out.
async fn logs_in(server: &TestServer, secrets: &mut Secrets) {
    let env = &server.app.env;
    let user = User {
        id: env.id().into(),
        name: "erin".to_owned(),
        display_name: "Erin".to_owned(),
        email: Some("erin@example.org".to_owned()),
        disabled_at: None,
        language: None,
        admin: false,
        created_at: server.app.now(),
    };
    let hash = accounts::hash_password(env, &SecretString::from(PASSWORD));
    secrets.add("password hash", hash.as_str());
    let add = AddUser {
        user,
        password_hash: Some(hash),
        moment: Moment::new(server.app.now(), "test"),
    };
    assert!(server.app.store.write(add).await.unwrap());
    for form in [
        format!("name={MISTYPED}&password=erin"),
        format!("name=erin&password={WRONG}"),
    ] {
        page(server, "/login", &form, None).await.assert(401);
    }
    let form = format!("name=erin&password={}", PASSWORD.replace(' ', "+"));
    let entered = page(server, "/login", &form, None).await.assert(303);
    let cookie = entered.headers["set-cookie"].to_str().unwrap();
    let cookie = cookie.split(';').next().unwrap().to_owned();
    secrets.add("cookie", cookie.split_once('=').unwrap().1);
    let look = Request::get("/invitations").header("cookie", &cookie);
    server
        .request(look.body(Body::empty()).unwrap())
        .await
        .assert(200);
    page(server, "/logout", "", Some(&cookie)).await.assert(303);
}

/// Everything that two people can do to each other, and most of what can go wrong with it. Returns what was answered to
/// mistakes.
async fn whole_story(
    net: &Net,
    cat: &TestServer,
    dog: &TestServer,
    secrets: &mut Secrets,
) -> Vec<String> {
    let (bob, carol) = (cat.person("bob").await, dog.person("carol").await);
    for person in [&bob, &carol] {
        for secret in person.secrets() {
            secrets.add("app password", secret);
        }
    }
    logs_in(cat, secrets).await;
    let mut errors = Vec::new();
    let body = json!({ "note": "for you", "email": "carol@example.org", "uses": "anyone" });
    let made = bob
        .call("POST", "/api/v1/invites", body)
        .await
        .assert(201)
        .json();
    secrets.invitation(&made);
    let invite = made["string"].as_str().unwrap();
    let id = made["id"].as_str().unwrap();
    net.pass_ms(2 * 3_600_000);
    bob.call("GET", &format!("/api/v1/invites/{id}"), Value::Null)
        .await
        .assert(200);
    bob.call("GET", "/api/v1/invites", Value::Null)
        .await
        .assert(200);
    let link = made["link"]
        .as_str()
        .unwrap()
        .strip_prefix(cat.app.base_url())
        .unwrap();
    cat.request(Request::get(link).body(Body::empty()).unwrap())
        .await
        .assert(200);

    let running = (dog.run_outbox(), cat.run_outbox());
    carol.accepts(invite).await.assert(200);
    carol.accepts(invite).await.assert(200);
    carol.disconnects().await.assert(200);
    carol.accepts(invite).await.assert(200);
    bob.disconnects().await.assert(200);
    // The same invitation no longer lets in whom its owner has disconnected.
    errors.push(carol.accepts(invite).await.text);
    errors.push(bob.accepts(invite).await.text);
    drop(running);
    // A server that is away, changing one's mind, and a server that repeats what it was sent.
    let other = bob
        .call("POST", "/api/v1/invites", json!({}))
        .await
        .assert(201)
        .json();
    secrets.invitation(&other);
    net.down(cat);
    let running = dog.run_outbox();
    let pending = carol
        .accepts(other["string"].as_str().unwrap())
        .await
        .assert(202)
        .json();
    drop(running);
    let pending = pending["acceptance"]["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/acceptances/{pending}");
    net.script("cat.example.org", |request| {
        let sent = String::from_utf8_lossy(&request.body).into_owned();
        let said = json!({ "message": sent }).to_string();
        crate::support::answer(500, "application/json", said)
    });
    net.pass_ms(60_000);
    dog.drive().await;
    errors.push(carol.call("GET", &path, Value::Null).await.text);
    carol.call("DELETE", &path, Value::Null).await.assert(200);
    net.up(cat);
    net.pass_ms(3_600_000);
    dog.drive().await;
    cat.drive().await;
    dog.syncs().await;
    cat.syncs().await;

    let withdrawn = format!("/api/v1/invites/{}", other["id"].as_str().unwrap());
    bob.call("DELETE", &withdrawn, Value::Null)
        .await
        .assert(200);
    net.pass_ms(8 * 86_400_000);
    symbolon_server::housekeeping::note_expired(&cat.app)
        .await
        .unwrap();
    let running = dog.run_outbox();
    errors.push(carol.accepts(other["string"].as_str().unwrap()).await.text);
    errors.push(carol.accepts(invite).await.text);
    drop(running);
    errors.push(
        carol
            .accepts(&format!(
                "{}x@cat.example.org",
                made["token"].as_str().unwrap()
            ))
            .await
            .text,
    );
    let wrong = format!("Basic {}", STANDARD.encode(format!("bob:{WRONG}")));
    let knocks = Request::get("/api/v1/me").header("authorization", wrong);
    errors.push(cat.request(knocks.body(Body::empty()).unwrap()).await.text);
    forget_app_passwords(cat, &bob).await;
    errors.push(
        bob.call("GET", "/api/v1/me", Value::Null)
            .await
            .assert(401)
            .text,
    );
    errors
}

async fn forget_app_passwords(server: &TestServer, person: &Person<'_>) {
    let list = ListAppPasswords {
        user: person.id.clone(),
    };
    for one in server.app.store.read(list).await.unwrap() {
        let remove = RemoveAppPassword {
            user: person.id.clone(),
            id: one.id,
            moment: server.app.moment("test"),
        };
        server.app.store.write(remove).await.unwrap();
    }
}

#[tokio::test]
async fn no_secret_is_in_any_log_event_attempt_error_figure_or_trace_at_the_most_verbose_level() {
    let collector = Collector::start();
    let config = settings("cat.example.org", &collector.url());
    let to = config.collector.as_ref().unwrap();
    let export = Export::start(to, &config, &Env::system()).unwrap();
    let (logs, guard) = logged_and_exported(Some(&export));
    let net = Net::default();
    let folder = tempfile::tempdir().unwrap();
    let (at_cat, at_dog) = (folder.path().join("cat"), folder.path().join("dog"));
    for folder in [&at_cat, &at_dog] {
        std::fs::create_dir(folder).unwrap();
    }
    let cat = server(&net, "cat.example.org", &at_cat).await;
    let dog = server(&net, "dog.example.org", &at_dog).await;
    let mut secrets = Secrets::default();
    for (name, secret) in [
        ("password", PASSWORD),
        ("wrong password", WRONG),
        ("mistyped", MISTYPED),
    ] {
        secrets.add(name, secret);
        secrets.add(name, secret.replace(' ', "+"));
    }
    secrets.keys(&at_cat);
    secrets.keys(&at_dog);
    let errors = whole_story(&net, &cat, &dog, &mut secrets).await;
    for request in net.sent.lock().unwrap().iter() {
        let signed = request
            .headers
            .iter()
            .filter(|(name, _)| name == "signature");
        signed.for_each(|(_, value)| secrets.add("signature", value.as_str()));
    }
    for error in &errors {
        secrets.absent_from("an error", error);
    }
    let mut kinds = std::collections::BTreeSet::new();
    for server in [&cat, &dog] {
        for event in audit(server).await {
            secrets.absent_from("an event", &format!("{event:?}"));
            assert!(
                !event.data.to_string().contains("@example.org"),
                "{event:?}"
            );
            kinds.insert(event.kind);
        }
        let other = if std::ptr::eq(server, &cat) {
            &dog
        } else {
            &cat
        };
        let load = LoadTrace {
            thread: Thread::Peer(other.app.provider().clone()),
            only: None,
        };
        let trace = server.app.store.read(load).await.unwrap();
        secrets.absent_from("an attempt", &format!("{:?}", trace.deliveries));
        let figures = Request::get("/metrics").body(Body::empty()).unwrap();
        let figures = server.request(figures).await.assert(200).text;
        assert!(figures.contains("symbolon_events_total{kind=\"session.refused\"}"));
        secrets.absent_from("a figure", &figures);
    }
    drop(guard);
    export.end().await;
    look_through_traces(&collector, &secrets);
    assert_lived(&kinds);
    look_through(&logs, &secrets);
}

#[tokio::test]
async fn a_copy_of_the_database_opens_nothing_and_speaks_for_nobody() {
    let net = Net::default();
    let folder = tempfile::tempdir().unwrap();
    let (at_cat, at_dog) = (folder.path().join("cat"), folder.path().join("dog"));
    for folder in [&at_cat, &at_dog] {
        std::fs::create_dir(folder).unwrap();
    }
    let cat = server(&net, "cat.example.org", &at_cat).await;
    let dog = server(&net, "dog.example.org", &at_dog).await;
    let mut secrets = Secrets::default();
    for secret in [PASSWORD, WRONG, MISTYPED] {
        secrets.add("password", secret);
    }
    secrets.keys(&at_cat);
    secrets.keys(&at_dog);
    whole_story(&net, &cat, &dog, &mut secrets).await;
    drop((cat, dog));
    // Passwords are there as argon2id alone.
    secrets.0.retain(|(name, _)| name != "password hash");
    let bytes = std::fs::read(at_cat.join("store.db-wal"));
    let bytes = bytes
        .or_else(|_| std::fs::read(at_cat.join("store.db")))
        .unwrap();
    let text = String::from_utf8_lossy(&bytes);
    assert!(text.contains("$argon2id$") && text.contains("user.added"));
    for folder in [&at_cat, &at_dog] {
        for file in ["store.db", "store.db-wal"] {
            let bytes = std::fs::read(folder.join(file)).unwrap_or_default();
            secrets.absent_from(file, &String::from_utf8_lossy(&bytes));
        }
    }
}

/// The story was worth looking through: it has most of what there is.
fn assert_lived(kinds: &std::collections::BTreeSet<String>) {
    for kind in [
        "invite.issued",
        "invite.shown",
        "invite.listed",
        "invite.accepted",
        "invite.refused",
        "invite.withdrawn",
        "invite.expired",
        "acceptance.started",
        "acceptance.sent",
        "acceptance.waiting",
        "acceptance.cancelling",
        "acceptance.settled",
        "connection.connected",
        "connection.disconnected",
        "connection.told",
        "session.opened",
        "session.closed",
        "session.refused",
        "user.added",
        "user.app_password_added",
        "user.app_password_removed",
    ] {
        assert!(kinds.contains(kind), "the story has no {kind}");
    }
}

fn look_through_traces(collector: &Collector, secrets: &Secrets) {
    let spans = collector.spans();
    for name in ["request", "delivery", "send"] {
        assert!(spans.iter().any(|span| span.name == name), "no {name}");
    }
    // Log lines travel with the spans that they are of.
    let told = spans.iter().map(|span| span.everything.as_str());
    assert!(told.clone().any(|text| text.contains("a log-in failed")));
    for text in told {
        secrets.absent_from("a span", text);
        assert!(!text.contains("@example.org"), "a mail address: {text}");
    }
}

fn look_through(logs: &Logged, secrets: &Secrets) {
    let lines = logs.lines();
    assert!(
        lines
            .iter()
            .any(|line| line["level"] == "DEBUG" || line["level"] == "TRACE")
    );
    assert!(
        lines
            .iter()
            .any(|line| line["fields"]["message"] == "a log-in failed")
    );
    for line in &lines {
        let text = line.to_string();
        secrets.absent_from("a log line", &text);
        let quiet = line["level"] == "DEBUG" || line["level"] == "TRACE";
        assert!(
            quiet || !text.contains("@example.org"),
            "a mail address: {text}"
        );
    }
}
