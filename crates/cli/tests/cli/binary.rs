//! Runs the binary and keeps what came of it.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

/// Looks, 20 ms apart, for something that should come true: a minute, since tests share a machine.
const LOOKS: u32 = 3_000;

/// The password of everybody in these tests.
pub(crate) const PASSWORD: &str = "correct horse battery";

/// What a command left behind.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    /// The command ended with 0.
    #[track_caller]
    pub(crate) fn done(self) -> Self {
        self.ended_with(0)
    }

    #[track_caller]
    pub(crate) fn ended_with(self, code: i32) -> Self {
        let Self { stdout, stderr, .. } = &self;
        assert_eq!(self.code, code, "stdout: {stdout}\nstderr: {stderr}");
        self
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).expect("stdout is one JSON document")
    }
}

/// The binary with nothing of the developer's own settings.
pub(crate) fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_symbolon"));
    command.args(arguments).stdin(Stdio::null());
    for (name, _) in std::env::vars_os() {
        let name_text = name.to_string_lossy();
        if name_text.starts_with("SYMBOLON_") || name_text == "CREDENTIALS_DIRECTORY" {
            command.env_remove(name);
        }
    }
    // In English, whatever the developer's terminal speaks.
    command.env("LC_ALL", "C");
    command
}

pub(crate) fn ran(mut command: Command) -> Ran {
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().expect("the binary can be run");
    Ran {
        code: status.code().expect("no signal ended it"),
        stdout: String::from_utf8(stdout).expect("stdout is text"),
        stderr: String::from_utf8(stderr).expect("stderr is text"),
    }
}

pub(crate) fn run(arguments: &[&str]) -> Ran {
    ran(command(arguments))
}

/// Runs a command on a data folder.
pub(crate) fn at(data: &Path, arguments: &[&str]) -> Ran {
    let mut command = command(arguments);
    command.arg("--data").arg(data);
    ran(command)
}

/// Runs a command on a data folder, with [`PASSWORD`] on stdin.
pub(crate) fn at_with_password(data: &Path, arguments: &[&str]) -> Ran {
    at_with_stdin(data, arguments, &format!("{PASSWORD}\n"))
}

pub(crate) fn at_with_stdin(data: &Path, arguments: &[&str], stdin: &str) -> Ran {
    let mut command = command(arguments);
    command.arg("--data").arg(data);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().expect("the binary can be run");
    let mut pipe = child.stdin.take().expect("stdin is piped");
    // A command that refuses its arguments ends without reading.
    let _ = pipe.write_all(stdin.as_bytes());
    drop(pipe);
    let output = child.wait_with_output().expect("it ends");
    Ran {
        code: output.status.code().expect("no signal ended it"),
        stdout: String::from_utf8(output.stdout).expect("stdout is text"),
        stderr: String::from_utf8(output.stderr).expect("stderr is text"),
    }
}

/// Looks until there is something to see.
#[track_caller]
pub(crate) fn eventually<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    for _ in 0..LOOKS {
        if let Some(seen) = look() {
            return seen;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    panic!("waited in vain until {what}");
}

/// A process that goes on until it is told to stop, and never longer than the test.
pub(crate) struct Process {
    child: Child,
    stdout: BufReader<ChildStdout>,
}

impl Process {
    pub(crate) fn start(mut command: Command) -> Self {
        command.stdout(Stdio::piped());
        let mut child = command.spawn().expect("the binary can be run");
        let stdout = BufReader::new(child.stdout.take().expect("stdout is piped"));
        Self { child, stdout }
    }

    /// The next line on stdout; fails if the process ended before it.
    #[track_caller]
    pub(crate) fn line(&mut self) -> String {
        let mut line = String::new();
        let read = self.stdout.read_line(&mut line).expect("stdout is text");
        assert_ne!(read, 0, "it ended without another line");
        line.trim_end().to_owned()
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn signal(&self, signal: Signal) {
        let id = i32::try_from(self.id()).expect("ids of processes fit");
        kill_process(Pid::from_raw(id).expect("it is a process"), signal).expect("it is there");
    }

    pub(crate) fn close_stdin(&mut self) {
        drop(self.child.stdin.take());
    }

    /// Waits for its end; gives its exit code and the rest of stdout.
    #[track_caller]
    pub(crate) fn end(mut self) -> (Option<i32>, String) {
        let child = &mut self.child;
        let ended = || child.try_wait().expect("it is ours to wait for");
        let status = eventually("it ends", ended);
        let mut rest = String::new();
        self.stdout
            .read_to_string(&mut rest)
            .expect("stdout is text");
        (status.code(), rest)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Most have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
