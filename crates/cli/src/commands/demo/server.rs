//! A real server process of the demo: this very binary, run again as `symbolon serve`.

use std::env;
use std::fs::{self, File, OpenOptions};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::time::{Instant, timeout};

/// Longest wait for a server to listen; an unoptimised build on a busy machine included.
const START_WITHIN: Duration = Duration::from_secs(30);

/// Longest wait for a server to finish what it holds: [`DRAIN_SECONDS`] for requests, and as long again and more for
/// messages under way.
const STOP_WITHIN: Duration = Duration::from_secs(25);

/// What the servers of a demo are told to allow requests under way at the end.
const DRAIN_SECONDS: &str = "5";

/// Lines of a log that are shown when something went wrong.
const TAIL_LINES: usize = 15;

/// A server with its data folder; it may be running or not.
pub(crate) struct Server {
    /// What it is called: `cat` is `cat.localhost`.
    pub(crate) name: &'static str,
    folder: PathBuf,
    log: PathBuf,
    address: Option<SocketAddr>,
    running: Option<Running>,
}

/// The process. Its stdin is a pipe from us: when we die, whatever of, it closes and the server stops by itself.
struct Running {
    child: Child,
    _until_we_end: ChildStdin,
}

impl Server {
    /// A server that has never run, with its data folder and its log in `parent`.
    pub(crate) fn new(name: &'static str, parent: &Path) -> Self {
        Self {
            name,
            folder: parent.join(name),
            log: parent.join(format!("{name}.log")),
            address: None,
            running: None,
        }
    }

    /// Where it listens. The port is a free one at the first start, and the same ever after.
    pub(crate) fn address(&self) -> Result<SocketAddr> {
        self.address
            .with_context(|| format!("{} has never run", self.name))
    }

    /// The name with the port, as other servers write it.
    pub(crate) fn authority(&self) -> String {
        let port = self.address.map_or(0, |address| address.port());
        format!("{}.localhost:{port}", self.name)
    }

    /// Where its data are, for commands beside it.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where a browser finds it.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.authority())
    }

    /// Whether a process is there.
    pub(crate) fn is_running(&self) -> bool {
        self.running.is_some()
    }

    /// Runs an administrator's command on its data folder, with a secret on stdin, and gives what it printed.
    pub(crate) async fn administer(&self, arguments: &[&str], secret: &str) -> Result<String> {
        let mut command = symbolon(arguments)?;
        command.arg("--data").arg(&self.folder);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn()?;
        if let Some(mut stdin) = child.stdin.take() {
            stdin.write_all(format!("{secret}\n").as_bytes()).await?;
        }
        let output = child.wait_with_output().await?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            bail!(
                "`symbolon {}` ended with {}: {said}",
                arguments.join(" "),
                output.status
            );
        }
        Ok(String::from_utf8(output.stdout)?)
    }

    /// Starts it and waits until it listens; gives how long that took.
    pub(crate) async fn start(&mut self) -> Result<Duration> {
        let began = Instant::now();
        let log = self.open_log()?;
        let address = self
            .address
            .unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 0)));
        let mut command = symbolon(&["serve", "--dev", "--stop-with-stdin"])?;
        command.arg("--data").arg(&self.folder);
        command.arg("--listen").arg(address.to_string());
        command.arg("--public-url").arg(self.url());
        command.args(["--name", self.name, "--log-format", "pretty"]);
        command.args(["--drain-seconds", DRAIN_SECONDS]);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(log);
        // A group of its own: Ctrl-C reaches us alone, and we stop both in order.
        command.process_group(0);
        let mut child = command.spawn().context("cannot run this program again")?;
        let stdout = child.stdout.take().expect("stdout is piped");
        let stdin = child.stdin.take().expect("stdin is piped");
        self.running = Some(Running {
            child,
            _until_we_end: stdin,
        });
        let mut lines = BufReader::new(stdout).lines();
        let listening = timeout(START_WITHIN, address_line(&mut lines)).await;
        match listening {
            Ok(Ok(Some(address))) => self.address = Some(address),
            Ok(Ok(None)) => {
                self.running = None;
                bail!("{} ended while it started\n{}", self.name, self.log_tail());
            }
            Ok(Err(error)) => return Err(error),
            Err(_) => bail!(
                "{} does not listen after {START_WITHIN:?}\n{}",
                self.name,
                self.log_tail()
            ),
        }
        // Whatever else it prints is read, or it would block on a full pipe.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Ok(began.elapsed())
    }

    /// Asks it to stop as an administrator would, and waits until it has.
    pub(crate) async fn stop(&mut self) -> Result<()> {
        let Some(mut running) = self.running.take() else {
            return Ok(());
        };
        if let Some(pid) = running.pid() {
            kill_process(pid, Signal::TERM).context("cannot send SIGTERM")?;
        }
        let Ok(status) = timeout(STOP_WITHIN, running.child.wait()).await else {
            running.child.kill().await?;
            bail!(
                "{} had not stopped {STOP_WITHIN:?} after SIGTERM\n{}",
                self.name,
                self.log_tail()
            );
        };
        let status = status?;
        if !status.success() {
            bail!("{} stopped with {status}\n{}", self.name, self.log_tail());
        }
        Ok(())
    }

    /// `kill -9`: no farewell, no flush.
    pub(crate) async fn kill(&mut self) -> Result<()> {
        if let Some(mut running) = self.running.take() {
            running.child.kill().await?;
        }
        Ok(())
    }

    /// Waits until it ends by itself, which it should not do; never returns while it is stopped.
    pub(crate) async fn ended(&mut self) -> anyhow::Error {
        let Some(running) = &mut self.running else {
            return std::future::pending().await;
        };
        let status = running.child.wait().await;
        let status = status.map_or_else(|error| error.to_string(), |status| status.to_string());
        self.running = None;
        anyhow::anyhow!(
            "{} ended by itself with {status}\n{}",
            self.name,
            self.log_tail()
        )
    }

    /// The last lines of its log, each with its name before it.
    pub(crate) fn log_tail(&self) -> String {
        let log = fs::read_to_string(&self.log).unwrap_or_default();
        let lines = log.lines().collect::<Vec<_>>();
        let tail = &lines[lines.len().saturating_sub(TAIL_LINES)..];
        tail.iter()
            .map(|line| format!("  {} | {line}\n", self.name))
            .collect()
    }

    fn open_log(&self) -> Result<File> {
        let log = OpenOptions::new().create(true).append(true).open(&self.log);
        log.with_context(|| format!("cannot write {}", self.log.display()))
    }
}

impl Running {
    fn pid(&self) -> Option<Pid> {
        let id = self.child.id()?;
        Pid::from_raw(i32::try_from(id).ok()?)
    }
}

/// This program again, untouched by settings that are meant for a real server on this machine.
fn symbolon(arguments: &[&str]) -> Result<Command> {
    let mut command =
        Command::new(env::current_exe().context("cannot tell which program this is")?);
    command.args(arguments).kill_on_drop(true);
    for (name, _) in env::vars_os() {
        if name.to_string_lossy().starts_with("SYMBOLON_") {
            command.env_remove(name);
        }
    }
    Ok(command)
}

/// Reads up to the line `listening on http://ADDRESS as URL`; `None` if the process ends before it.
async fn address_line(lines: &mut Lines<BufReader<ChildStdout>>) -> Result<Option<SocketAddr>> {
    while let Some(line) = lines.next_line().await? {
        if let Some(address) = listening_on(&line) {
            return Ok(Some(address));
        }
    }
    Ok(None)
}

fn listening_on(line: &str) -> Option<SocketAddr> {
    let (_, rest) = line.split_once("listening on http://")?;
    rest.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn address_is_read_from_the_line_that_serve_prints() {
        let line = "listening on http://127.0.0.1:4231 as http://cat.localhost:4231";
        assert_eq!(
            listening_on(line),
            Some(SocketAddr::from(([127, 0, 0, 1], 4231)))
        );
        assert_eq!(listening_on("listening"), None);
    }
}
