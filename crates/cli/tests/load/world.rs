//! A server of ours with somebody on it, another server whose people are connected with them, and what both of them ask for.

use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::time::sleep;

use crate::binary::{PASSWORD, at, at_with_password};
use crate::dog::{ACCEPTED, Dog, NOTIFICATIONS, now};
use crate::web::{Server, serve};
use crate::wire::{Call, exchange, status};

/// People of the other server who are connected with somebody here.
const CONNECTED: u64 = 40;

/// Whose removal is played again. Her server does not count generations, or it would be old news and harmless.
const REPLAYED: &str = "zoe";

/// How long a removal is played again, in seconds; its signature is good for five minutes.
const REPLAYED_SECS: i64 = 200;

pub(crate) struct World {
    pub(crate) server: Server,
    pub(crate) metrics: SocketAddr,
    pub(crate) folder: TempDir,
    pub(crate) dog: Dog,
    token: String,
    bob: String,
    app: String,
    cookie: String,
    /// A message that was signed, and undone since; and when it was signed.
    pub(crate) replay: (Vec<u8>, i64),
}

/// A request that has business here.
pub(crate) struct Good {
    pub(crate) from: Ipv4Addr,
    pub(crate) bytes: Vec<u8>,
    pub(crate) wanted: u16,
    /// What it is, for whoever reads of its failure.
    pub(crate) what: String,
    /// Whether it is a message that is remembered until it is too old.
    pub(crate) remembered: bool,
}

impl World {
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().expect("there is room for a folder");
        let data = folder.path();
        let mut command = serve(data, "cat", 0);
        let log = std::fs::File::create(data.join("log")).expect("a log can be written");
        command.args(["--metrics", "127.0.0.1:0"]).stderr(log);
        let mut server = Server::of(command);
        let line = server.process.line();
        let metrics = line.trim_start_matches("metrics on http://");
        let metrics = metrics.trim_end_matches("/metrics").parse();
        let metrics = metrics.expect("the second line tells the address");
        at_with_password(data, &["user", "add", "bob", "--password-stdin"]).done();
        let made = at(data, &["user", "app-password", "bob", "--json"])
            .done()
            .json();
        let secret = made["password"].as_str().expect("it is a text");
        let app = format!("Basic {}", STANDARD.encode(format!("bob:{secret}")));
        let dog = Dog::start(&server.url).await;
        let mut world = Self {
            server,
            metrics,
            folder,
            dog,
            token: String::new(),
            bob: String::new(),
            app,
            cookie: String::new(),
            replay: (Vec::new(), 0),
        };
        world.settle().await;
        world
    }

    /// Everybody is connected, and everything has happened once that leaves a row the first time.
    async fn settle(&mut self) {
        let log_in = Call::post(
            "/login",
            format!("name=bob&password={}", PASSWORD.replace(' ', "+")),
        )
        .header("content-type", "application/x-www-form-urlencoded");
        let answer = self.ask(&log_in, 303).await;
        let head = String::from_utf8_lossy(&answer).into_owned();
        let cookie = head
            .lines()
            .find_map(|line| line.strip_prefix("set-cookie: "));
        let cookie = cookie.and_then(|it| it.split(';').next());
        cookie
            .expect("a log-in gives a cookie")
            .clone_into(&mut self.cookie);
        let invite = Call::post("/api/v1/invites", json!({ "uses": "anyone" }).to_string());
        let invite = self
            .ask(&invite.header("authorization", &self.app), 201)
            .await;
        self.token = text(&invite, "token");
        let me = Call::get("/api/v1/me").header("authorization", &self.app);
        self.bob = text(&self.ask(&me, 200).await, "id");
        for person in 0..CONNECTED {
            let body = self.dog.acceptance(&format!("carol{person}"), &self.token);
            self.ask(&self.dog.signed(ACCEPTED, body), 200).await;
        }
        let body = self.dog.acceptance(REPLAYED, &self.token);
        self.ask(&self.dog.signed(ACCEPTED, body), 200).await;
        sleep(Duration::from_millis(1_100)).await;
        self.sign_a_removal_for_replays().await;
        for number in 0..200 {
            let good = self.good(number);
            let answer = exchange(good.from, self.server.address, &good.bytes).await;
            let answer = answer.expect("the server answers");
            assert_eq!(status(&answer), Some(good.wanted), "{}", good.what);
        }
    }

    /// Somebody disconnects and connects again, so that the removal, played again, would undo something.
    pub(crate) async fn sign_a_removal_for_replays(&mut self) {
        let signed = now();
        let removal = self.dog.signed(NOTIFICATIONS, Dog::removal(REPLAYED, None));
        self.ask(&removal, 201).await;
        self.replay = (removal.bytes(&self.server.url), signed);
        let again = self.dog.acceptance(REPLAYED, &self.token);
        self.ask(&self.dog.signed(ACCEPTED, again), 200).await;
    }

    pub(crate) fn replay_is_old(&self) -> bool {
        now() - self.replay.1 > REPLAYED_SECS
    }

    /// A person's scripts and pages, and the other server: a hundred different ones, in a steady mix.
    pub(crate) fn good(&self, number: u64) -> Good {
        let person = number / 10 % CONNECTED;
        let read = |path: &str| (Call::get(path).header("authorization", &self.app), 200);
        let page = |path: &str| (Call::get(path).header("cookie", &self.cookie), 200);
        let from_dog = |path, body, wanted| (self.dog.signed(path, body), wanted);
        let accepts = || self.dog.acceptance(&format!("carol{person}"), &self.token);
        let compares = number % 100 == 99;
        let (what, (call, wanted)) = match number % 10 {
            0 => ("reads connections", read("/api/v1/connections")),
            1 => ("a page", page("/connections")),
            2 => ("accepts again", from_dog(ACCEPTED, accepts(), 200)),
            3 => ("reads oneself", read("/api/v1/me")),
            4 => ("is asked who it is", (Call::get("/.well-known/ocm"), 200)),
            5 => ("another page", page("/invitations")),
            6 => ("reads invitations", read("/api/v1/invites")),
            7 | 8 => {
                let removal = Dog::removal(&format!("nobody{number}"), Some(&self.bob));
                ("removes", from_dog(NOTIFICATIONS, removal, 201))
            }
            _ if compares => {
                let comparison = self.dog.comparison();
                ("compares", from_dog(NOTIFICATIONS, comparison, 201))
            }
            _ => ("reads acceptances", read("/api/v1/acceptances")),
        };
        let of_dog = matches!(number % 10, 2 | 7 | 8);
        let from = if of_dog || compares {
            // From eight machines: 32 messages of one address may be under way, and if this machine stands still for a
            // second, that many are.
            10 + u8::try_from(number % 8).expect("it is small")
        } else {
            1
        };
        Good {
            from: Ipv4Addr::new(127, 0, 2, from),
            bytes: call.bytes(&self.server.url),
            wanted,
            what: format!("{number}: {what}"),
            remembered: of_dog,
        }
    }

    async fn ask(&self, call: &Call, wanted: u16) -> Vec<u8> {
        let bytes = call.bytes(&self.server.url);
        let answer = exchange(Ipv4Addr::new(127, 0, 2, 3), self.server.address, &bytes).await;
        let answer = answer.expect("the server answers");
        let said = String::from_utf8_lossy(&answer);
        assert_eq!(status(&answer), Some(wanted), "{said}");
        answer
    }

    /// The text of `/metrics`.
    pub(crate) async fn figures(&self) -> String {
        let bytes = Call::get("/metrics").bytes("http://localhost");
        let answer = exchange(Ipv4Addr::LOCALHOST, self.metrics, &bytes).await;
        String::from_utf8(answer.expect("it answers")).expect("figures are text")
    }

    /// How often each line stands in the log, as level and message, or as status for those about answers.
    pub(crate) fn log(&self) -> HashMap<String, u64> {
        use std::io::BufRead;
        let log = std::fs::File::open(self.folder.path().join("log")).expect("there is a log");
        let mut lines = HashMap::new();
        for line in std::io::BufReader::new(log).lines() {
            let line: Value = serde_json::from_str(&line.expect("it is text")).expect("it is JSON");
            let text = |member: &str| line[member].as_str().unwrap_or_default().to_owned();
            let about = match text("message").as_str() {
                "answered" => line["status"].to_string(),
                message => message.to_owned(),
            };
            *lines
                .entry(format!("{} {about}", text("level")))
                .or_default() += 1;
        }
        lines
    }
}

/// A member of the JSON in an answer.
fn text(answer: &[u8], member: &str) -> String {
    let whole = String::from_utf8_lossy(answer);
    let (_, body) = whole.split_once("\r\n\r\n").expect("an answer has a head");
    let body: Value = serde_json::from_str(body).expect("it is JSON");
    body[member].as_str().expect("it is a text").to_owned()
}
