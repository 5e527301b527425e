//! A server under test, and just enough HTTP to use its API.

use std::fs::OpenOptions;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rustix::process::Signal;
use serde_json::Value;

use crate::binary::{PASSWORD, Process, command};

/// A running `symbolon serve --dev` on a free port.
pub(crate) struct Server {
    pub(crate) process: Process,
    pub(crate) address: SocketAddr,
    pub(crate) url: String,
}

impl Server {
    pub(crate) fn start(data: &Path, name: &str) -> Self {
        Self::start_with(data, name, &[])
    }

    pub(crate) fn start_with(data: &Path, name: &str, more: &[&str]) -> Self {
        let mut command = serve(data, name, 0);
        command.args(more);
        Self::of(command)
    }

    /// On a port of one's choice, with a verbose log in the data folder, `NAME.log`.
    pub(crate) fn start_at(data: &Path, name: &str, port: u16) -> Self {
        Self::start_logged(data, name, port, &[])
    }

    /// The same with more settings.
    pub(crate) fn start_logged(data: &Path, name: &str, port: u16, more: &[&str]) -> Self {
        let mut command = serve(data, name, port);
        command.args(more);
        let mut log = OpenOptions::new();
        let log = log.append(true).create(true);
        let log = log.open(data.join(format!("{name}.log")));
        let stderr = log.expect("a log can be written");
        command.args(["--log", "debug"]).stderr(stderr);
        Self::of(command)
    }

    pub(crate) fn of(command: Command) -> Self {
        let mut process = Process::start(command);
        let line = process.line();
        let (address, url) = line
            .strip_prefix("listening on http://")
            .and_then(|rest| rest.split_once(" as "))
            .expect("the first line tells the address");
        let address = address.parse().expect("it is an address with a port");
        Self {
            process,
            address,
            url: url.to_owned(),
        }
    }

    pub(crate) fn stop(self) {
        self.process.signal(Signal::TERM);
        assert_eq!(self.process.end().0, Some(0));
    }

    pub(crate) fn send(
        &self,
        user: &str,
        method: &str,
        path: &str,
        body: Option<Value>,
    ) -> (u16, Value) {
        send(self.address, (user, PASSWORD), method, path, body)
    }
}

pub(crate) fn serve(data: &Path, name: &str, port: u16) -> Command {
    let (listen, url) = (
        format!("127.0.0.1:{port}"),
        format!("http://{name}.localhost:{port}"),
    );
    let mut command = command(&["serve", "--dev", "--listen", &listen, "--public-url", &url]);
    command.arg("--data").arg(data).stdin(Stdio::piped());
    command
}

/// One request as a person with a password; gives status and body.
pub(crate) fn send(
    address: SocketAddr,
    (user, password): (&str, &str),
    method: &str,
    path: &str,
    body: Option<Value>,
) -> (u16, Value) {
    let mut stream = TcpStream::connect(address).expect("the server listens");
    stream
        .set_read_timeout(Some(Duration::from_secs(30)))
        .expect("a timeout can be set");
    let credentials = STANDARD.encode(format!("{user}:{password}"));
    let body = body.map(|body| body.to_string()).unwrap_or_default();
    let request = format!(
        "{method} {path} HTTP/1.0\r\nHost: {address}\r\nAuthorization: Basic {credentials}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    stream
        .write_all(request.as_bytes())
        .expect("the server reads");
    let mut answer = String::new();
    stream
        .read_to_string(&mut answer)
        .expect("the server answers");
    let (head, body) = answer.split_once("\r\n\r\n").expect("an answer has a head");
    let status = head.split(' ').nth(1).and_then(|code| code.parse().ok());
    let body = serde_json::from_str(body).unwrap_or(Value::Null);
    (status.expect("an answer has a status"), body)
}
