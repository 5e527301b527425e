//! `serve` as a process.

use std::net::TcpListener;

use rustix::process::Signal;
use serde_json::json;

use crate::binary::{PASSWORD, at_with_password, command, eventually};
use crate::web::{Server, send};

#[test]
fn sigterm_and_ctrl_c_end_serve_with_0_and_free_its_port() {
    for signal in [Signal::TERM, Signal::INT] {
        let folder = tempfile::tempdir().unwrap();
        let server = Server::start(folder.path(), "cat");
        let address = server.address;
        assert_eq!(
            server.url,
            format!("http://cat.localhost:{}", address.port())
        );
        server.process.signal(signal);
        assert_eq!(server.process.end(), (Some(0), String::new()), "{signal:?}");
        TcpListener::bind(address).unwrap();
    }
}

#[test]
fn a_log_in_service_that_cannot_be_used_is_in_the_log_of_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("secret");
    std::fs::write(&secret, "hush hush\n").unwrap();
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr();
    let issuer = format!("http://{}", closed.unwrap());
    let settings = [
        ("--oidc-issuer", issuer.as_str()),
        ("--oidc-client-id", "symbolon"),
        ("--oidc-client-secret-file", secret.to_str().unwrap()),
    ];
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    std::fs::set_permissions(&secret, mode).unwrap();
    let settings = settings.map(|(key, text)| [key, text]).concat();
    let server = Server::start_logged(folder.path(), "cat", 0, &settings);
    let line = eventually("the log tells of it", || {
        let log = std::fs::read_to_string(folder.path().join("cat.log")).unwrap();
        let lines = log.lines().map(str::to_owned);
        let mut lines = lines.filter(|line| line.contains("the log-in service cannot be reached"));
        lines.next()
    });
    assert!(line.contains("WARN") && line.contains("refused"), "{line}");
    server.stop();
}

#[test]
fn serve_outlives_its_stdin_unless_it_is_told_not_to() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = Server::start_with(folder.path(), "cat", &["--stop-with-stdin"]);
    server.process.close_stdin();
    assert_eq!(server.process.end().0, Some(0));
    let mut server = Server::start(folder.path(), "cat");
    server.process.close_stdin();
    at_with_password(folder.path(), &["user", "add", "bob", "--password-stdin"]).done();
    assert_eq!(server.send("bob", "GET", "/api/v1/me", None).0, 200);
    server.stop();
}

#[test]
fn accounts_that_are_changed_beside_a_running_server_count_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let server = Server::start(data, "cat");
    assert_eq!(server.send("bob", "GET", "/api/v1/me", None).0, 401);
    at_with_password(data, &["user", "add", "bob", "--password-stdin"]).done();
    assert_eq!(server.send("bob", "GET", "/api/v1/me", None).0, 200);
    let made = crate::binary::at(data, &["user", "app-password", "bob", "--json"])
        .done()
        .json();
    let app_password = made["password"].as_str().unwrap();
    assert_eq!(
        send(
            server.address,
            ("bob", app_password),
            "GET",
            "/api/v1/me",
            None
        )
        .0,
        200
    );
    let removed = made["id"].as_str().unwrap();
    crate::binary::at(data, &["user", "app-password", "bob", "--remove", removed]).done();
    assert_eq!(
        send(
            server.address,
            ("bob", app_password),
            "GET",
            "/api/v1/me",
            None
        )
        .0,
        401
    );
    crate::binary::at(data, &["user", "disable", "bob"]).done();
    let (status, _) = server.send("bob", "POST", "/api/v1/invites", Some(json!({})));
    assert!([401, 403].contains(&status), "{status}");
    crate::binary::at(data, &["user", "enable", "bob"]).done();
    let (status, me) = send(server.address, ("bob", PASSWORD), "GET", "/api/v1/me", None);
    assert_eq!(status, 200, "{me}");
    server.stop();
}

#[test]
fn the_program_that_people_install_has_no_failpoints() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = command(&["serve", "--dev", "--listen", "127.0.0.1:0"]);
    command
        .args(["--public-url", "http://cat.localhost:0", "--data"])
        .arg(folder.path())
        .env("SYMBOLON_FAILPOINT", "before:check");
    let server = Server::of(command);
    assert_eq!(server.send("", "GET", "/readyz", None).0, 200);
    server.stop();
    let program = std::fs::read(env!("CARGO_BIN_EXE_symbolon")).unwrap();
    assert!(!String::from_utf8_lossy(&program).contains("SYMBOLON_FAILPOINT"));
}
