//! The figures that the project promises, measured on real processes and printed with their targets.
//!
//! `cargo build --release && cargo bench -p symbolon-sim`. The machine is shared with the client that makes the load, so the
//! rates are lower bounds. Nothing here fails on a slow machine: it prints, people judge.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a measurement stops at the first surprise and reads the real clock"
)]

use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use symbolon_core::connections::Generation;
use symbolon_core::trust::{Mode, Proof};
use symbolon_core::{Id, Timestamp};
use symbolon_proto::address::Provider;
use symbolon_proto::digest::content_digest;
use symbolon_proto::identity::RemoteId;
use symbolon_proto::invite::{InviteToken, PastedInvite};
use symbolon_proto::keys::{Jwks, SigningKey};
use symbolon_proto::signature::{MessageParts, sign};
use symbolon_server::keys::token_hash;
use symbolon_store::connections::Contact;
use symbolon_store::events::Moment;
use symbolon_store::redeem::Redeem;
use symbolon_store::{Database, Options, Store};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const PASSWORD: &str = "correct horse battery";
const ACCEPTANCES: usize = 20_000;
const AT_ONCE: usize = 64;
const DELETIONS: usize = 200;
const CONNECTIONS: usize = 100_000;
const LISTINGS: usize = 200;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    // `cargo test --benches` and the like run this with a flag that is not ours to understand.
    if std::env::args().any(|argument| argument == "--test" || argument == "--list") {
        return;
    }
    let binary = binary();
    let size = std::fs::metadata(&binary).unwrap().len();
    figure("binary", size as f64 / 1_048_576.0, "MiB", "under 40");
    start_up(&binary);
    acceptances(&binary).await;
    deletions(&binary).await;
    listing(&binary).await;
}

fn figure(what: &str, value: f64, unit: &str, target: &str) {
    println!("{what:<58} {value:>10.2} {unit:<5} (target: {target})");
}

fn binary() -> PathBuf {
    let here = std::env::current_exe().unwrap();
    let release = here.parent().and_then(Path::parent).unwrap();
    let binary = release.join("symbolon");
    assert!(
        binary.is_file(),
        "{} is missing: run cargo build --release first",
        binary.display()
    );
    binary
}

/// A server process that ends with this value.
struct Server {
    child: Child,
    address: SocketAddr,
    provider: Provider,
    data: tempfile::TempDir,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    fn start(binary: &Path, name: &str, data: tempfile::TempDir) -> Self {
        let mut child = Command::new(binary)
            .args(["serve", "--dev", "--listen", "127.0.0.1:0", "--log", "warn"])
            .args(["--public-url", &format!("http://{name}.localhost:0")])
            .arg("--data")
            .arg(data.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let words: Vec<&str> = line.split_whitespace().collect();
        let address = words[2].trim_start_matches("http://").parse().unwrap();
        let provider = Provider::parse(words[4]).unwrap();
        Self {
            child,
            address,
            provider,
            data,
        }
    }

    fn with_user(binary: &Path, name: &str, user: &str) -> Self {
        let data = tempfile::tempdir().unwrap();
        let mut add = Command::new(binary)
            .args(["user", "add", user, "--password-stdin", "--data"])
            .arg(data.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        writeln!(add.stdin.take().unwrap(), "{PASSWORD}").unwrap();
        assert!(add.wait().unwrap().success());
        let made = Command::new(binary)
            .args(["user", "app-password", user, "--label", "bench", "--data"])
            .arg(data.path())
            .output()
            .unwrap();
        let password = String::from_utf8(made.stdout).unwrap().trim().to_owned();
        std::fs::write(data.path().join("bench-password"), password).unwrap();
        Self::start(binary, name, data)
    }

    fn resident_mib(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status
            .lines()
            .find(|line| line.starts_with("VmRSS:"))
            .unwrap();
        line.split_whitespace()
            .nth(1)
            .unwrap()
            .parse::<f64>()
            .unwrap()
            / 1_024.0
    }

    async fn call(&self, user: &str, method: &str, path: &str, body: Value) -> Value {
        let password = std::fs::read_to_string(self.data.path().join("bench-password")).unwrap();
        let basic = STANDARD.encode(format!("{user}:{password}"));
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nAuthorization: Basic {basic}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\n\r\n{body}",
            self.provider,
            body.len()
        );
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        let (status, body) = exchange(&mut stream, request.as_bytes()).await;
        assert!(status < 300, "{status} {body}");
        serde_json::from_str(&body).unwrap_or(Value::Null)
    }
}

/// One request and its answer on a connection that stays open.
async fn exchange(stream: &mut TcpStream, request: &[u8]) -> (u16, String) {
    stream.write_all(request).await.unwrap();
    let mut buffer = Vec::with_capacity(4_096);
    loop {
        let mut chunk = [0; 16_384];
        let read = stream.read(&mut chunk).await.unwrap();
        assert!(read > 0, "the server closed the connection");
        buffer.extend_from_slice(&chunk[..read]);
        let Some(end) = buffer.windows(4).position(|four| four == b"\r\n\r\n") else {
            continue;
        };
        let head = String::from_utf8_lossy(&buffer[..end]).to_ascii_lowercase();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let length = head.split("content-length: ").nth(1).unwrap();
        let length: usize = length.split("\r\n").next().unwrap().trim().parse().unwrap();
        if buffer.len() >= end + 4 + length {
            return (
                status,
                String::from_utf8_lossy(&buffer[end + 4..]).into_owned(),
            );
        }
    }
}

fn start_up(binary: &Path) {
    let mut times: Vec<f64> = (0..10)
        .map(|_| {
            let begun = Instant::now();
            let server = Server::start(binary, "cat", tempfile::tempdir().unwrap());
            loop {
                let mut stream = std::net::TcpStream::connect(server.address).unwrap();
                stream
                    .write_all(b"GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n")
                    .unwrap();
                let mut line = String::new();
                BufReader::new(stream).read_line(&mut line).unwrap();
                if line.contains("200") {
                    return begun.elapsed().as_secs_f64() * 1_000.0;
                }
            }
        })
        .collect();
    figure(
        "start to /readyz, empty folder, median of 10",
        quantile(&mut times, 0.5),
        "ms",
        "under 100",
    );
    let server = Server::start(binary, "cat", tempfile::tempdir().unwrap());
    std::thread::sleep(Duration::from_secs(3));
    figure(
        "resident memory, idle",
        server.resident_mib(),
        "MiB",
        "under 40",
    );
}

/// Another server, as far as its keys: discovery and key set on loopback.
async fn peer() -> (Provider, Arc<SigningKey>) {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let provider = Provider::parse(&format!(
        "dog.localhost:{}",
        listener.local_addr().unwrap().port()
    ));
    let provider = provider.unwrap();
    let key = SigningKey::generate([7; 32], &format!("{provider}#bench")).unwrap();
    let keys = serde_json::to_string(&Jwks::from_iter([key.public_jwk()])).unwrap();
    let document = json!({
        "enabled": true, "apiVersion": "1.4.0", "endPoint": format!("http://{provider}/ocm"), "resourceTypes": [],
        "capabilities": ["http-sig", "invites"],
    })
    .to_string();
    let routes = axum::Router::new()
        .route(
            "/.well-known/ocm",
            axum::routing::get(async move || document.clone()),
        )
        .route(
            "/.well-known/jwks.json",
            axum::routing::get(async move || keys.clone()),
        );
    tokio::spawn(
        axum_server::from_tcp(listener)
            .unwrap()
            .serve(routes.into_make_service()),
    );
    (provider, Arc::new(key))
}

/// Signed acceptances of new people: signature verified, token checked, rows and event written, answered after the commit.
async fn acceptances(binary: &Path) {
    let cat = Server::with_user(binary, "cat", "bob");
    let invite = cat
        .call(
            "bob",
            "POST",
            "/api/v1/invites",
            json!({ "uses": "anyone" }),
        )
        .await;
    let token = invite["token"].as_str().unwrap().to_owned();
    let (provider, key) = peer().await;
    let requests: Vec<Vec<u8>> = (0..ACCEPTANCES + 64)
        .map(|n| acceptance(&cat, &provider, &key, &token, n))
        .collect();
    let requests = Arc::new(requests);
    let next = Arc::new(AtomicUsize::new(0));
    let mut warm = TcpStream::connect(cat.address).await.unwrap();
    for request in &requests[ACCEPTANCES..] {
        assert_eq!(exchange(&mut warm, request).await.0, 200);
    }
    let begun = Instant::now();
    let clients: Vec<_> = (0..AT_ONCE)
        .map(|_| {
            let (requests, next, address) = (requests.clone(), next.clone(), cat.address);
            tokio::spawn(async move {
                let mut stream = TcpStream::connect(address).await.unwrap();
                stream.set_nodelay(true).unwrap();
                let mut times = Vec::new();
                loop {
                    let n = next.fetch_add(1, Ordering::Relaxed);
                    if n >= ACCEPTANCES {
                        return times;
                    }
                    let sent = Instant::now();
                    let (status, body) = exchange(&mut stream, &requests[n]).await;
                    assert_eq!(status, 200, "{body}");
                    times.push(sent.elapsed().as_secs_f64() * 1_000.0);
                }
            })
        })
        .collect();
    let mut times = Vec::new();
    for client in clients {
        times.extend(client.await.unwrap());
    }
    let rate = ACCEPTANCES as f64 / begun.elapsed().as_secs_f64();
    figure(
        "signed invite-accepted of new people, 64 at a time",
        rate,
        "/s",
        "at least 4000",
    );
    figure("  … median", quantile(&mut times, 0.5), "ms", "none");
    figure("  … p99", quantile(&mut times, 0.99), "ms", "none");
    figure(
        "  resident memory after them",
        cat.resident_mib(),
        "MiB",
        "none",
    );
}

fn acceptance(cat: &Server, peer: &Provider, key: &SigningKey, token: &str, n: usize) -> Vec<u8> {
    let body = json!({
        "recipientProvider": peer, "token": token, "userID": format!("person-{n}"),
        "email": format!("person-{n}@example.org"), "name": format!("Person {n}"), "connection": { "floor": 0 },
    })
    .to_string();
    let digest = content_digest(body.as_bytes());
    let length = body.len().to_string();
    let headers = [
        ("content-digest", digest.as_str()),
        ("content-length", length.as_str()),
    ];
    let url = format!("http://{}/ocm/invite-accepted", cat.provider);
    let created = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs();
    let parts = MessageParts::request("POST", &url, &headers);
    let signed = sign(&parts, key, i64::try_from(created).unwrap()).unwrap();
    format!(
        "POST /ocm/invite-accepted HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\
         content-digest: {digest}\r\nsignature-input: {}\r\nsignature: {}\r\n\r\n{body}",
        cat.provider, signed.signature_input, signed.signature
    )
    .into_bytes()
}

/// From the click on one server to the event on the other.
async fn deletions(binary: &Path) {
    let cat = Server::with_user(binary, "cat", "bob");
    let dog = Server::with_user(binary, "dog", "carol");
    let invite = cat.call("bob", "POST", "/api/v1/invites", json!({})).await;
    let invite = invite["string"].as_str().unwrap().to_owned();
    let mut events = TcpStream::connect(cat.address).await.unwrap();
    let password = std::fs::read_to_string(cat.data.path().join("bench-password")).unwrap();
    let basic = STANDARD.encode(format!("bob:{password}"));
    let subscribe =
        format!("GET /api/v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Basic {basic}\r\n\r\n");
    events.write_all(subscribe.as_bytes()).await.unwrap();
    let mut times = Vec::new();
    for _ in 0..DELETIONS {
        let accepted = dog
            .call(
                "carol",
                "POST",
                "/api/v1/acceptances",
                json!({ "invite": invite }),
            )
            .await;
        let id = accepted["connection"]["id"].as_str().unwrap().to_owned();
        let path = format!("/api/v1/connections/{id}");
        wait_for(&mut events, "connection.connected").await;
        let begun = Instant::now();
        let delete = dog.call("carol", "DELETE", &path, Value::Null);
        let event = wait_for(&mut events, "connection.disconnected");
        let ((), _) = tokio::join!(
            async {
                event.await;
                times.push(begun.elapsed().as_secs_f64() * 1_000.0);
            },
            delete
        );
    }
    figure(
        "delete on one server to the event on the other, median",
        quantile(&mut times, 0.5),
        "ms",
        "none",
    );
    figure("  … p99", quantile(&mut times, 0.99), "ms", "under 50");
}

async fn wait_for(events: &mut TcpStream, kind: &str) {
    let mut seen = String::new();
    while !seen.contains(&format!("event: {kind}")) {
        let mut chunk = [0; 8_192];
        let read = tokio::time::timeout(Duration::from_secs(10), events.read(&mut chunk)).await;
        let read = read.expect("an event within ten seconds").unwrap();
        assert!(read > 0, "the stream ended");
        seen.push_str(&String::from_utf8_lossy(&chunk[..read]));
    }
}

/// The newest 50 of many connections.
async fn listing(binary: &Path) {
    let cat = Server::with_user(binary, "cat", "bob");
    let invite = cat
        .call(
            "bob",
            "POST",
            "/api/v1/invites",
            json!({ "uses": "anyone" }),
        )
        .await;
    let token = PastedInvite::parse(invite["token"].as_str().unwrap())
        .unwrap()
        .token;
    fill(cat.data.path(), &token).await;
    let mut times = Vec::new();
    for n in 0..LISTINGS + 20 {
        let begun = Instant::now();
        let page = cat
            .call("bob", "GET", "/api/v1/connections?limit=50", Value::Null)
            .await;
        if n >= 20 {
            times.push(begun.elapsed().as_secs_f64() * 1_000.0);
        }
        assert_eq!(page["items"].as_array().unwrap().len(), 50);
    }
    figure(
        "newest 50 of 100,000 connections over HTTP, median",
        quantile(&mut times, 0.5),
        "ms",
        "under 3",
    );
    figure("  … p99", quantile(&mut times, 0.99), "ms", "none");
}

async fn fill(data: &Path, token: &InviteToken) {
    let file = std::fs::read_dir(data).unwrap().find_map(|entry| {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        [".db", ".sqlite", ".sqlite3"]
            .iter()
            .any(|end| name.ends_with(end))
            .then_some(path)
    });
    let database = Database::parse(&format!(
        "sqlite:{}",
        file.expect("a database file").display()
    ))
    .unwrap();
    let store = Store::open(&database, Options::default()).await.unwrap();
    let hash = token_hash(token);
    let provider = Provider::parse("dog.example.org").unwrap();
    let mut written = tokio::task::JoinSet::new();
    for n in 0..CONNECTIONS {
        let mut chance = [0; 10];
        chance[2..].copy_from_slice(&(n as u64).to_be_bytes());
        let redeem = Redeem {
            token_hash: hash,
            contact: Contact {
                provider: provider.clone(),
                remote: RemoteId::new(&format!("person-{n}"), &provider).unwrap(),
                name: format!("Person {n}"),
                email: format!("person-{n}@example.org"),
            },
            floor: Some(Generation(0)),
            proof: Proof::Signature,
            signature: None,
            mode: Mode::Open,
            connection: Id::from_parts(1, chance).into(),
            moment: Moment::new(
                Timestamp::from_millis(1_795_464_900_000 - n as i64),
                "bench".to_owned(),
            ),
        };
        let store = store.clone();
        written.spawn(async move { store.write(redeem).await.unwrap().is_ok() });
        if written.len() >= 256 {
            assert!(written.join_next().await.unwrap().unwrap());
        }
    }
    while let Some(done) = written.join_next().await {
        assert!(done.unwrap());
    }
    store.close().await;
}

fn quantile(values: &mut [f64], q: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    values[((values.len() - 1) as f64 * q).round() as usize]
}
