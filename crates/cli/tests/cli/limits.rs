//! Limits, at a process that takes connections.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::json;
use tokio::net::TcpSocket;
use tokio::time::Instant;

use crate::binary::{PASSWORD, at_with_password};
use crate::web::{Server, send, serve};

#[test]
fn a_server_counts_what_proves_nothing_by_the_address_that_connects() {
    let folder = tempfile::tempdir().unwrap();
    let limited = ["--requests-per-address", "5"];
    let server = Server::start_with(folder.path(), "cat", &limited);
    let garbage = || {
        let body = json!({ "token": "x" });
        let path = "/ocm/invite-accepted";
        let (status, answer) = send(server.address, ("", ""), "POST", path, Some(body));
        (status, answer["problem"].clone())
    };
    for _ in 0..5 {
        assert_eq!(garbage().0, 400);
    }
    assert_eq!(garbage(), (429, json!("too_many_requests")));
    // Whoever has business here is served.
    let (status, _) = send(server.address, ("", ""), "GET", "/.well-known/ocm", None);
    assert_eq!(status, 200);
}

/// Begins a message of another server, from an address of this machine, and keeps the body to itself.
fn begin(from: Ipv4Addr, to: SocketAddr) -> io::Result<TcpStream> {
    let path = "/ocm/notifications HTTP/1.1\r\nContent-Type: application/json";
    begin_with(from, to, path)
}

/// The same with a path and headers of one's own.
fn begin_with(from: Ipv4Addr, to: SocketAddr, what: &str) -> io::Result<TcpStream> {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_io().build()?;
    let stream = runtime.block_on(async {
        let socket = TcpSocket::new_v4()?;
        socket.bind(SocketAddr::from((from, 0)))?;
        socket.connect(to).await?.into_std()
    });
    let mut stream = stream?;
    stream.set_nonblocking(false)?;
    let head = format!("POST {what}\r\nHost: cat.localhost\r\nContent-Length: 1000\r\n\r\n{{");
    stream.write_all(head.as_bytes())?;
    Ok(stream)
}

fn send_a_byte_each(slow: &[TcpStream]) {
    for mut stream in slow {
        // Some are told to come again, since others need the place.
        let _ = stream.write_all(b" ");
    }
}

fn the_first_has_made_room_and_the_last_is_read_still(slow: &[TcpStream]) {
    let [mut first, .., mut last] = slow.iter().collect::<Vec<_>>()[..] else {
        panic!("there are several");
    };
    let mut status = [0; 12];
    let patience = Some(Duration::from_secs(5));
    first.set_read_timeout(patience).expect("it is not zero");
    first.read_exact(&mut status).expect("it is answered");
    assert_eq!(&status, b"HTTP/1.1 429");
    last.set_nonblocking(true).expect("it is open");
    assert!(last.read(&mut status).is_err());
}

#[test]
fn five_hundred_senders_of_a_byte_a_second_keep_nobody_out() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path(), "cat");
    let slow: Vec<TcpStream> = std::iter::repeat_n(1..=50, 10)
        .flatten()
        .map(|last| begin(Ipv4Addr::new(127, 0, 1, last), server.address).unwrap())
        .collect();
    // Within the time that a body may take.
    for _ in 0..5 {
        send_a_byte_each(&slow);
        let began = Instant::now();
        let message = Some(json!({ "notificationType": "X" }));
        let path = "/ocm/notifications";
        let (status, answer) = send(server.address, ("", ""), "POST", path, message);
        assert_eq!(
            (status, &answer["problem"]),
            (401, &json!("signature_missing"))
        );
        assert!(began.elapsed() < Duration::from_secs(5));
        std::thread::sleep(Duration::from_secs(1));
    }
    the_first_has_made_room_and_the_last_is_read_still(&slow);
}

/// A form of somebody who logs in; gives the status.
fn logs_in(server: &Server) -> u16 {
    let body = format!("name=bob&password={}", PASSWORD.replace(' ', "+"));
    let (origin, length) = (&server.url, body.len());
    let request = format!(
        "POST /login HTTP/1.0\r\nHost: {}\r\nOrigin: {origin}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n\r\n{body}",
        origin.trim_start_matches("http://")
    );
    let mut stream = TcpStream::connect(server.address).expect("it listens");
    let patience = Some(Duration::from_secs(10));
    stream.set_read_timeout(patience).expect("it is not zero");
    stream.write_all(request.as_bytes()).expect("it is read");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("it answers");
    let status = answer.split(' ').nth(1).unwrap_or_default();
    status.parse().expect("a status is a number")
}

#[test]
fn five_hundred_forms_of_a_byte_a_second_keep_nobody_from_logging_in() {
    let folder = tempfile::tempdir().unwrap();
    at_with_password(folder.path(), &["user", "add", "bob", "--password-stdin"]).done();
    // A service manager that allows few files unless it is asked for more, as they do.
    let serve = serve(folder.path(), "cat", 0);
    let mut command = std::process::Command::new("sh");
    command
        .args(["-c", "ulimit -Sn 200; exec \"$0\" \"$@\""])
        .arg(serve.get_program())
        .args(serve.get_args())
        .stdin(std::process::Stdio::piped());
    let server = Server::of(command);
    let form = format!(
        "/login HTTP/1.1\r\nOrigin: {}\r\nContent-Type: application/x-www-form-urlencoded",
        server.url
    );
    let began = Instant::now();
    let slow: Vec<TcpStream> = std::iter::repeat_n(1..=50, 10)
        .flatten()
        .map(|last| begin_with(Ipv4Addr::new(127, 0, 2, last), server.address, &form).unwrap())
        .collect();
    assert!(
        began.elapsed() < Duration::from_secs(10),
        "there are files for them"
    );
    for _ in 0..5 {
        send_a_byte_each(&slow);
        let began = Instant::now();
        assert_eq!(logs_in(&server), 303);
        assert!(began.elapsed() < Duration::from_secs(5));
        std::thread::sleep(Duration::from_secs(1));
    }
    the_first_has_made_room_and_the_last_is_read_still(&slow);
}

#[test]
fn fifty_wrong_passwords_leave_no_memory_behind() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path(), "cat");
    let resident_kib = || {
        let status = std::fs::read_to_string(format!("/proc/{}/status", server.process.id()));
        let status = status.unwrap();
        let line = status.lines().find_map(|it| it.strip_prefix("VmRSS:"));
        line.unwrap()
            .trim()
            .trim_end_matches(" kB")
            .parse::<u64>()
            .unwrap()
    };
    let tries = |name: usize| {
        let name = format!("somebody{name}");
        for _ in 0..5 {
            let guess = (&*name, "wrong password");
            assert_eq!(
                send(server.address, guess, "GET", "/api/v1/me", None).0,
                401
            );
        }
    };
    let before = resident_kib();
    (0..10).for_each(tries);
    let after = resident_kib();
    // Two of them are hashed at a time, in 19 MiB each; what else the first requests of a process need is less than that.
    let most = before + 3 * 19 * 1_024;
    assert!(after < most, "{before} KiB have become {after}");
}
