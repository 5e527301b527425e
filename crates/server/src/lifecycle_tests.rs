//! Real servers on free ports, started and stopped.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::body::Body;
use axum::routing::get;
use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream;
use symbolon_store::{Database, Options};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use super::*;
use crate::config::{Key, RawConfig};

const SHORT: Patience = Patience {
    head: Duration::from_millis(200),
    background: Duration::from_millis(200),
    connections: 4,
};

/// Long enough for anything that is not waiting for something else.
const SOON: Duration = Duration::from_secs(2);

struct Running {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    ended: JoinHandle<io::Result<()>>,
}

fn settings(drain_seconds: &str) -> Config {
    let given = [
        (Key::PublicUrl, "http://cat.localhost:0"),
        (Key::Listen, "127.0.0.1:0"),
        (Key::Dev, "true"),
        (Key::DrainSeconds, drain_seconds),
    ];
    let flags = given.map(|(key, text)| (key, Some(text.to_owned())));
    Config::load(RawConfig::flags(flags), None, |_| None).unwrap()
}

async fn start(
    router: Router,
    drain_seconds: &str,
    token: CancellationToken,
    background: Background,
) -> Running {
    let (listener, config) = bind(settings(drain_seconds)).unwrap();
    let address = config.listen;
    let store = Store::open(&Database::Memory, Options::default())
        .await
        .unwrap();
    let server = Server {
        router,
        listener,
        metrics: None,
        config,
        stop: token,
        background,
        store,
    };
    let (stop, stopped) = oneshot::channel();
    let shutdown = async move { stopped.await.unwrap_or_default() };
    Running {
        address,
        stop,
        ended: tokio::spawn(server.run_with(SHORT, shutdown)),
    }
}

async fn simple(router: Router, drain_seconds: &str) -> Running {
    start(
        router,
        drain_seconds,
        CancellationToken::new(),
        Background::default(),
    )
    .await
}

async fn send(address: SocketAddr, text: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(text.as_bytes()).await.unwrap();
    stream
}

async fn read_to_end(mut stream: TcpStream) -> String {
    let mut answer = String::new();
    timeout(SOON, stream.read_to_string(&mut answer))
        .await
        .expect("the connection ends")
        .unwrap();
    answer
}

async fn ended(running: Running) {
    drop(running.stop);
    timeout(SOON, running.ended)
        .await
        .expect("the server stops")
        .unwrap()
        .unwrap();
}

const GET: &str = "GET / HTTP/1.1\r\nHost: cat.localhost\r\n\r\n";

#[tokio::test]
async fn a_free_port_is_found_and_enters_the_public_url() {
    let (listener, config) = bind(settings("1")).unwrap();
    let port = listener.local_addr().unwrap().port();
    assert_ne!(port, 0);
    assert_eq!(config.base_url(), format!("http://cat.localhost:{port}"));
}

#[tokio::test]
async fn a_taken_port_is_named_in_the_error() {
    let (_taken, config) = bind(settings("1")).unwrap();
    let error = bind(config.clone()).err().unwrap().to_string();
    assert!(
        error.contains(&config.listen.to_string()) && error.contains("--listen"),
        "{error}"
    );
}

#[tokio::test]
async fn requests_under_way_finish_and_new_ones_are_refused() {
    let slow = get(|| async {
        sleep(Duration::from_millis(300)).await;
        "finished"
    });
    let running = simple(Router::new().route("/", slow), "5").await;
    let address = running.address;
    let under_way = send(address, GET).await;
    let idle = TcpStream::connect(address).await.unwrap();
    sleep(Duration::from_millis(100)).await;
    let Running { stop, ended, .. } = running;
    stop.send(()).unwrap();
    sleep(Duration::from_millis(100)).await;
    assert!(
        TcpStream::connect(address).await.is_err(),
        "the listener is closed at once"
    );
    assert!(read_to_end(under_way).await.ends_with("finished"));
    assert_eq!(
        read_to_end(idle).await,
        "",
        "unused connections are simply closed"
    );
    timeout(SOON, ended)
        .await
        .expect("the server stops")
        .unwrap()
        .unwrap();
}

#[tokio::test]
async fn a_drain_has_an_end() {
    let never = get(|| async { std::future::pending::<&str>().await });
    let running = simple(Router::new().route("/", never), "0").await;
    let stuck = send(running.address, GET).await;
    sleep(Duration::from_millis(100)).await;
    ended(running).await;
    assert_eq!(read_to_end(stuck).await, "");
}

#[tokio::test]
async fn streams_end_at_once() {
    let token = CancellationToken::new();
    let watched = token.clone();
    let events = get(move || {
        let first = stream::once(async { Ok::<_, io::Error>(Bytes::from_static(b"data: 1\n\n")) });
        let forever = first
            .chain(stream::pending())
            .take_until(watched.cancelled_owned());
        async { Body::from_stream(forever) }
    });
    let router = Router::new().route("/", events);
    let running = start(router, "3600", token, Background::default()).await;
    let open = send(running.address, GET).await;
    sleep(Duration::from_millis(100)).await;
    ended(running).await;
    assert!(read_to_end(open).await.contains("data: 1"));
}

#[tokio::test]
async fn background_tasks_outlive_the_requests_that_rely_on_them() {
    let background = Background::default();
    let answered = Arc::new(AtomicBool::new(false));
    let first_answered = Arc::new(AtomicBool::new(false));
    let (seen, flag, stop) = (
        answered.clone(),
        first_answered.clone(),
        background.stop.clone(),
    );
    background.tasks.spawn(async move {
        stop.cancelled().await;
        flag.store(seen.load(Ordering::SeqCst), Ordering::SeqCst);
    });
    let slow = get(move || async move {
        sleep(Duration::from_millis(200)).await;
        answered.store(true, Ordering::SeqCst);
        "finished"
    });
    let router = Router::new().route("/", slow);
    let running = start(router, "5", CancellationToken::new(), background).await;
    let under_way = send(running.address, GET).await;
    sleep(Duration::from_millis(100)).await;
    ended(running).await;
    assert!(read_to_end(under_way).await.ends_with("finished"));
    assert!(first_answered.load(Ordering::SeqCst));
}

#[tokio::test]
async fn a_background_task_that_does_not_stop_is_left_behind() {
    let background = Background::default();
    background.tasks.spawn(std::future::pending::<()>());
    let running = start(Router::new(), "1", CancellationToken::new(), background).await;
    ended(running).await;
}

#[tokio::test]
async fn a_client_that_never_finishes_its_headers_is_cut() {
    let running = simple(Router::new(), "1").await;
    let silent = send(running.address, "GET / HTTP/1.1\r\nHost: ").await;
    let answer = read_to_end(silent).await;
    assert!(
        answer.is_empty() || answer.starts_with("HTTP/1.1 408"),
        "{answer}"
    );
    ended(running).await;
}

#[tokio::test]
async fn a_head_that_is_too_large_is_refused_and_one_below_the_limit_is_read() {
    let router = Router::new().route("/", get(|| async { "served" }));
    let running = simple(router, "1").await;
    for (kib, status) in [(24, "200"), (72, "431")] {
        let value = "x".repeat(kib * 1_024);
        let head =
            format!("GET / HTTP/1.1\r\nHost: cat\r\nConnection: close\r\nX: {value}\r\n\r\n");
        let mut stream = TcpStream::connect(running.address).await.unwrap();
        // It may hang up before it has been told everything.
        _ = stream.write_all(head.as_bytes()).await;
        let mut answer = vec![0; 12];
        let read = timeout(SOON, stream.read_exact(&mut answer)).await;
        read.expect("it is answered at once").unwrap();
        let answer = String::from_utf8(answer).unwrap();
        assert_eq!(answer, format!("HTTP/1.1 {status}"), "{kib} KiB");
    }
    ended(running).await;
}

#[tokio::test]
async fn whoever_has_held_a_connection_for_longest_makes_room_and_the_next_one_is_served() {
    let slow = get(|| async {
        sleep(SOON).await;
        "late"
    });
    let router = Router::new()
        .route("/slow", slow)
        .route("/", get(|| async { "served" }));
    let running = simple(router, "1").await;
    let mut held = Vec::new();
    for _ in 0..SHORT.connections {
        held.push(
            send(
                running.address,
                "GET /slow HTTP/1.1\r\nHost: cat.localhost\r\n\r\n",
            )
            .await,
        );
        // In this order.
        sleep(Duration::from_millis(20)).await;
    }
    for _ in 0..3 {
        let close = "GET / HTTP/1.1\r\nHost: cat.localhost\r\nConnection: close\r\n\r\n";
        let newcomer = read_to_end(send(running.address, close).await).await;
        assert!(newcomer.ends_with("served"), "{newcomer}");
    }
    let first = held.remove(0);
    assert_eq!(read_to_end(first).await, "", "it is closed");
    let mut last = held.pop().unwrap();
    let mut byte = [0];
    let waits = timeout(Duration::from_millis(100), last.read(&mut byte)).await;
    assert!(waits.is_err(), "the others hold theirs still");
    ended(running).await;
}
