//! Figures and traces of real processes.

use std::fs::File;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::binary::{PASSWORD, at_with_password, command, eventually};
use crate::collector::Collector;
use crate::web::Server;

const COMMON: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";

/// `serve` with its log in the data folder.
fn serve(data: &Path, name: &str) -> Command {
    let url = format!("http://{name}.localhost:0");
    let mut command = command(&["serve", "--dev", "--listen", "127.0.0.1:0"]);
    command.args(["--public-url", &url]).arg("--data").arg(data);
    let log = File::create(data.join("log")).expect("a log can be written");
    command.stdin(Stdio::piped()).stderr(log);
    command
}

fn log(data: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(data.join("log")).expect("there is a log");
    let lines = text.lines().map(serde_json::from_str);
    lines.map(|line| line.expect("each line is JSON")).collect()
}

fn get(address: SocketAddr, path: &str) -> String {
    let mut stream = TcpStream::connect(address).expect("somebody listens");
    let request = format!("GET {path} HTTP/1.0\r\nHost: {address}\r\n\r\n");
    stream.write_all(request.as_bytes()).expect("it reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("it answers");
    answer
}

#[test]
fn metrics_have_an_address_of_their_own_and_the_public_one_has_none() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = serve(folder.path(), "cat");
    command.args(["--metrics", "127.0.0.1:0"]);
    let mut server = Server::of(command);
    let line = server.process.line();
    let address = line.strip_prefix("metrics on http://");
    let address = address.and_then(|rest| rest.strip_suffix("/metrics"));
    let address = address.expect("the second line tells the address");
    let address: SocketAddr = address.parse().unwrap();
    let figures = get(address, "/metrics");
    assert!(
        figures.contains("\nsymbolon_build_info{version="),
        "{figures}"
    );
    assert!(get(address, "/healthz").starts_with("HTTP/1.0 404"));
    assert!(get(server.address, "/metrics").starts_with("HTTP/1.0 404"));
    server.stop();
    TcpListener::bind(address).unwrap();
}

#[test]
fn an_address_for_metrics_that_is_taken_is_explained() {
    let folder = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let mut command = serve(folder.path(), "cat");
    command.args(["--metrics", &address]);
    command.stderr(Stdio::piped()).stdin(Stdio::null());
    let refused = crate::binary::ran(command);
    assert_ne!(refused.code, 0);
    assert!(refused.stderr.contains("--metrics"), "{}", refused.stderr);
}

#[test]
fn two_servers_send_one_trace_under_the_reference_that_both_show() {
    let collector = Collector::start();
    let (cats, dogs) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    at_with_password(cats.path(), &["user", "add", "bob", "--password-stdin"]).done();
    at_with_password(dogs.path(), &["user", "add", "carol", "--password-stdin"]).done();
    let mut command = serve(cats.path(), "cat");
    command.args(["--otlp-endpoint", &collector.url()]);
    let cat = Server::of(command);
    let mut command = serve(dogs.path(), "dog");
    // What every program understands, with the token that a collector may want.
    command.env(COMMON, format!("{}/", collector.url()));
    command.env("OTEL_EXPORTER_OTLP_HEADERS", "x-collector-token=hush-hush");
    let dog = Server::of(command);
    let (_, invite) = cat.send("bob", "POST", "/api/v1/invites", Some(json!({})));
    let accept = json!({ "invite": invite["string"] });
    let (status, accepted) = dog.send("carol", "POST", "/api/v1/acceptances", Some(accept));
    assert_eq!(status, 200, "{accepted}");
    let reference = accepted["acceptance"]["reference"].as_str().unwrap();
    let names = [&cat.url, &dog.url].map(|url| url.strip_prefix("http://").unwrap().to_owned());
    // The last spans are sent before the process ends.
    cat.stop();
    dog.stop();
    let spans = collector.spans();
    let of = |server: usize, name: &str| {
        let port_open = names[server].split(':').next().unwrap();
        spans.iter().find(|span| {
            span.instance.starts_with(port_open)
                && span.name == name
                && span.attributes.get("reference").map(String::as_str) == Some(reference)
        })
    };
    let (here, there) = (of(1, "request").unwrap(), of(0, "request").unwrap());
    assert_eq!(here.trace, there.trace);
    assert_eq!((here.kind, there.kind), (2, 2), "both answer requests");
    assert!(spans.iter().all(|span| !span.everything.contains(PASSWORD)));
    let parent = spans.iter().find(|span| span.id == there.parent).unwrap();
    assert_eq!(
        (parent.name.as_str(), parent.trace.as_str()),
        ("send", &*here.trace)
    );
    assert!(parent.instance.starts_with("dog.localhost"));
    let heads = collector.heads();
    assert!(
        heads
            .iter()
            .any(|head| head.contains("x-collector-token: hush-hush"))
    );
    let logged = std::fs::read_to_string(dogs.path().join("log")).unwrap();
    assert!(!logged.contains("hush-hush"));
}

#[expect(
    clippy::disallowed_methods,
    reason = "what real processes need has to be measured by a real clock"
)]
fn timed(doing: impl FnOnce()) -> Duration {
    let began = Instant::now();
    doing();
    began.elapsed()
}

/// A collector that takes connections and never says a word.
fn dead() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").expect("there is a free port")
}

#[test]
fn a_dead_collector_neither_delays_nor_fails_anything() {
    let silent = dead();
    let silent = format!("http://{}", silent.local_addr().unwrap());
    let closed = format!("http://{}", dead().local_addr().unwrap());
    for url in [silent, closed] {
        let folder = tempfile::tempdir().unwrap();
        at_with_password(folder.path(), &["user", "add", "bob", "--password-stdin"]).done();
        let mut command = serve(folder.path(), "cat");
        command.env(COMMON, &url);
        let server = Server::of(command);
        // More than the queue holds, for longer than a batch waits. One wait for the exporter would be five seconds.
        let flood = timed(|| {
            for n in 0..3_000 {
                let answer = get(server.address, "/healthz");
                assert!(answer.starts_with("HTTP/1.0 200"), "{n}: {answer}");
            }
        });
        assert!(flood < Duration::from_secs(30), "{flood:?}");
        let warned = || {
            let lines = log(folder.path()).into_iter();
            let warned = lines.filter(|line| line["level"] == "WARN" && line["error"].is_string());
            let warned: Vec<Value> = warned.collect();
            (!warned.is_empty()).then_some(warned)
        };
        eventually("the log tells of the collector", warned);
        for _ in 0..20 {
            let took = timed(|| {
                let made = server.send("bob", "POST", "/api/v1/invites", Some(json!({})));
                assert_eq!(made.0, 201, "{}", made.1);
            });
            assert!(took < Duration::from_secs(4), "{took:?}");
        }
        let end = timed(|| server.stop());
        assert!(end < Duration::from_secs(10), "the end took {end:?}");
        assert_eq!(warned().unwrap().len(), 1, "{:#?}", warned());
    }
}
