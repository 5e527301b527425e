//! People with accounts on two servers, and their way to their own server: one request of the public API at a time.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use symbolon_server::config::{Key, RawConfig, StorageConfig};
use symbolon_server::env::Env;
use symbolon_sim::account::Account;
use symbolon_store::{Options, Store};

/// Longest wait for an answer: more than a server ever takes that lives.
const PATIENCE: Duration = Duration::from_secs(20);

/// Somebody with an account on one of the servers.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    /// For people who read what happened.
    pub(crate) name: String,
    /// What other servers know.
    pub(crate) id: String,
    /// Which server: 0 or 1.
    pub(crate) server: usize,
    /// Where it listens.
    pub(crate) port: u16,
    password: String,
}

/// The status and the body, if both arrived whole.
pub(crate) type Answer = Option<(u16, Value)>;

/// What a person's server lists.
#[derive(Clone, Debug)]
pub(crate) struct View {
    /// The connection with somebody, ended or not.
    pub(crate) half: Option<Half>,
    /// How many acceptances wait for their outcome.
    pub(crate) pending: usize,
}

/// A connection as its person's server lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Half {
    pub(crate) id: String,
    pub(crate) connected: bool,
    pub(crate) generation: u64,
    /// Whether the other server is being told that it has ended.
    pub(crate) telling: bool,
}

/// The database of a data folder.
pub(crate) async fn open(data: &Path) -> Store {
    let flags = RawConfig::flags([(Key::Data, Some(data.display().to_string()))]);
    let storage = StorageConfig::resolve(&flags).expect("a folder is all it needs");
    let options = Options {
        readers: 1,
        ..Options::default()
    };
    let store = Store::open(&storage.database, options).await;
    store.expect("the database of a stopped server can be opened")
}

/// Makes accounts in an empty data folder.
pub(crate) async fn register(
    data: &Path,
    server: usize,
    name: &'static str,
    count: usize,
) -> Vec<Person> {
    let store = open(data).await;
    let env = Env::system();
    let made = (0..count).map(async |number| add(&store, &env, server, name, number).await);
    // Together, so that the writer takes them in groups.
    let people = futures_util::future::join_all(made).await;
    store.close().await;
    people
}

async fn add(store: &Store, env: &Env, server: usize, name: &str, number: usize) -> Person {
    let name = format!("{name}{number}");
    let account = Account::add(store, env, &name, &name).await;
    Person {
        name,
        id: account.id.to_string(),
        server,
        port: 0,
        password: account.password,
    }
}

impl Person {
    /// Sends one request on a connection of its own. Everything but a whole answer is none.
    pub(crate) fn send(&self, method: &str, path: &str, body: &Value) -> Answer {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).ok()?;
        stream.set_read_timeout(Some(PATIENCE)).ok()?;
        let basic = STANDARD.encode(format!("{}:{}", self.name, self.password));
        let body = match body {
            Value::Null => String::new(),
            body => body.to_string(),
        };
        let request = format!(
            "{method} {path} HTTP/1.0\r\nHost: localhost\r\nAuthorization: Basic {basic}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(request.as_bytes()).ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        let (head, body) = answer.split_once("\r\n\r\n")?;
        let head = head.to_ascii_lowercase();
        let status = head.split(' ').nth(1)?.parse().ok()?;
        let length = head.split("content-length: ").nth(1)?;
        let length: usize = length.lines().next()?.trim().parse().ok()?;
        (body.len() == length).then(|| (status, serde_json::from_str(body).unwrap_or_default()))
    }

    /// Looks for somebody on all lists; `None` if the server does not answer.
    pub(crate) fn look(&self, other: &Self) -> Option<View> {
        let address = format!("{}@", other.id);
        let mut found = None;
        for state in ["connected", "disconnected"] {
            let listed = self.items(&format!("/api/v1/connections?limit=200&state={state}"))?;
            let mut listed = listed.iter();
            found = listed
                .find(|item| {
                    item["address"]
                        .as_str()
                        .is_some_and(|a| a.starts_with(&address))
                })
                .cloned();
            if found.is_some() {
                break;
            }
        }
        let half = match found {
            Some(item) => Some(half(&item)?),
            None => None,
        };
        let pending = self.items("/api/v1/acceptances?pending=true")?.len();
        Some(View { half, pending })
    }

    fn items(&self, path: &str) -> Option<Vec<Value>> {
        match self.send("GET", path, &Value::Null)? {
            (200, body) => Some(body["items"].as_array()?.clone()),
            _ => None,
        }
    }
}

fn half(item: &Value) -> Option<Half> {
    Some(Half {
        id: item["id"].as_str()?.to_owned(),
        connected: item["state"] == "connected",
        generation: item["generation"].as_u64()?,
        telling: item["told"] == "telling",
    })
}
