//! A real server process: started, armed, killed, and started again on the same data folder and the same port.

use std::fs::{self, File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use symbolon_sim::failpoints::VARIABLE;

/// Longest wait for a server to listen, to obey, or to stop; an unoptimised build on a busy machine included.
const PATIENCE: Duration = Duration::from_secs(30);

/// Lines of a log that are shown when something went wrong.
const TAIL: usize = 25;

/// The ports of these tests lie below those that systems choose for outgoing connections: while a server is dead,
/// nobody takes its port.
static NEXT_PORT: AtomicU16 = AtomicU16::new(0);
const PORTS: u16 = 10_000;

/// A server with its data folder; it may be running or not.
pub(crate) struct Server {
    /// What it is called: `cat` is `cat.localhost`.
    pub(crate) name: &'static str,
    /// Where it listens whenever it runs.
    pub(crate) port: u16,
    /// Database and keys.
    pub(crate) data: PathBuf,
    log: PathBuf,
    armed: Option<String>,
    running: Option<Running>,
}

struct Running {
    child: Child,
    stdin: ChildStdin,
    told: Arc<Told>,
}

/// What a process has told on its standard output.
#[derive(Default)]
struct Told {
    lines: Mutex<Lines>,
    more: Condvar,
}

#[derive(Default)]
struct Lines {
    /// All but the places that were passed before it was armed last.
    all: Vec<String>,
    armed: u32,
    listening: bool,
    ended: bool,
    last: Option<Instant>,
}

impl Server {
    /// A server that has never run, with its data folder and its log in `parent`.
    pub(crate) fn new(name: &'static str, parent: &Path) -> Self {
        Self {
            name,
            port: free_port(),
            data: parent.join(name),
            log: parent.join(format!("{name}.log")),
            armed: None,
            running: None,
        }
    }

    /// Its name in the federation.
    pub(crate) fn provider(&self) -> String {
        format!("{}.localhost:{}", self.name, self.port)
    }

    /// Whether there is a process, and it has not ended.
    pub(crate) fn is_running(&self) -> bool {
        let running = self.running.as_ref();
        running.is_some_and(|running| !running.told.lines().ended)
    }

    /// Kills it at a failpoint: from now on, or from its next start if it does not run. An empty text only
    /// begins to tell which places are passed.
    pub(crate) fn arm(&mut self, failpoint: &str) -> Result<(), String> {
        if !self.is_running() {
            self.armed = Some(failpoint.to_owned());
            return Ok(());
        }
        let running = self.running.as_mut().expect("it was there just now");
        let before = running.told.lines().armed;
        let line = format!("{failpoint}\n");
        let written = running.stdin.write_all(line.as_bytes());
        written.map_err(|error| format!("{} takes no orders: {error}", self.name))?;
        running
            .told
            .wait(|lines| lines.armed > before || lines.ended);
        Ok(())
    }

    /// Starts it without waiting for anything.
    pub(crate) fn spawn(&mut self) -> Result<(), String> {
        let log = OpenOptions::new().create(true).append(true).open(&self.log);
        let log: File = log.map_err(|error| error.to_string())?;
        let mut command = Command::new(env!("CARGO_BIN_EXE_symbolon-failpoints"));
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("SYMBOLON_") {
                command.env_remove(name);
            }
        }
        command
            .env("SYMBOLON_DATA", &self.data)
            .env("SYMBOLON_DEV", "true")
            .env("SYMBOLON_LISTEN", format!("127.0.0.1:{}", self.port))
            .env("SYMBOLON_LOG_FORMAT", "json")
            .env("SYMBOLON_PUBLIC_URL", format!("http://{}", self.provider()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(log);
        if let Some(armed) = self.armed.take() {
            command.env(VARIABLE, armed);
        }
        let mut child = command.spawn().map_err(|error| error.to_string())?;
        let stdout = child.stdout.take().expect("stdout is piped");
        let stdin = child.stdin.take().expect("stdin is piped");
        let told = Arc::new(Told::default());
        let reader = told.clone();
        std::thread::spawn(move || reader.read(stdout));
        self.running = Some(Running { child, stdin, told });
        Ok(())
    }

    /// Starts it and waits until it listens; `false` if it was killed at a failpoint before.
    pub(crate) fn start(&mut self) -> Result<bool, String> {
        let may_die = self.armed.is_some();
        self.spawn()?;
        let told = self.told();
        told.wait(|lines| lines.listening || lines.ended);
        if told.lines().listening {
            return Ok(true);
        }
        if told.lines().ended && may_die {
            return Ok(false);
        }
        Err(format!("{} does not start", self.name))
    }

    /// `kill -9`, from outside.
    pub(crate) fn kill(&mut self) -> Result<(), String> {
        let Some(mut running) = self.running.take() else {
            return Err(format!("{} does not run", self.name));
        };
        running.child.kill().map_err(|error| error.to_string())?;
        killed(self.name, &mut running.child)
    }

    /// Takes note of a death at a failpoint; `false` if it lives.
    pub(crate) fn has_died(&mut self) -> Result<bool, String> {
        if self.running.is_none() || self.is_running() {
            return Ok(false);
        }
        let mut running = self.running.take().expect("it was there just now");
        let last = running.told.lines().all.last().cloned().unwrap_or_default();
        killed(self.name, &mut running.child)?;
        if last.starts_with("killed at ") {
            return Ok(true);
        }
        Err(format!("{} died by itself; it last told {last}", self.name))
    }

    /// Waits for a death at a failpoint; `false` if it lives on.
    pub(crate) fn dies(&mut self) -> Result<bool, String> {
        self.told().wait(|lines| lines.ended);
        self.has_died()
    }

    /// Asks it to stop in order, and waits until it has.
    pub(crate) fn stop(&mut self) -> Result<(), String> {
        let Some(running) = self.running.take() else {
            return Ok(());
        };
        let Running {
            mut child,
            stdin,
            told,
        } = running;
        drop(stdin);
        told.wait(|lines| lines.ended);
        if !told.lines().ended {
            // The test fails, and leaves nothing behind.
            let _ = child.kill();
        }
        let status = child.wait().map_err(|error| error.to_string())?;
        if status.success() {
            return Ok(());
        }
        Err(format!("{} stopped with {status}", self.name))
    }

    /// The places that it has passed since it was armed, in their order.
    pub(crate) fn passed(&self) -> Vec<String> {
        let Some(running) = &self.running else {
            return Vec::new();
        };
        let lines = running.told.lines();
        let passed = lines
            .all
            .iter()
            .filter_map(|line| line.strip_prefix("passed "));
        passed.map(str::to_owned).collect()
    }

    /// Waits until it has passed a place since it was armed.
    pub(crate) fn passes(&self, place: &str) -> Result<(), String> {
        let line = format!("passed {place}");
        let told = self.told();
        told.wait(|lines| lines.all.contains(&line));
        if told.lines().all.contains(&line) {
            return Ok(());
        }
        Err(format!("{} does not pass {place}", self.name))
    }

    /// How long it has told nothing.
    pub(crate) fn silence(&self) -> Duration {
        let last = self.running.as_ref().and_then(|r| r.told.lines().last);
        last.map_or(PATIENCE, |last| last.elapsed())
    }

    /// The last lines of its log.
    pub(crate) fn log_tail(&self) -> String {
        let log = fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        let tail = &lines[lines.len().saturating_sub(TAIL)..];
        tail.iter()
            .map(|line| format!("  {} | {line}\n", self.name))
            .collect()
    }

    fn told(&self) -> Arc<Told> {
        let running = self.running.as_ref();
        running.map_or_else(Arc::default, |running| running.told.clone())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(running) = &mut self.running {
            // It may have ended already.
            let _ = running.child.kill();
            let _ = running.child.wait();
        }
    }
}

impl Told {
    fn read(&self, stdout: ChildStdout) {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            if is_a_look(&line) {
                continue;
            }
            let mut lines = self.lines();
            lines.last = Some(Instant::now());
            if line == "armed" {
                lines.armed += 1;
                lines.all.clear();
            }
            lines.listening |= line.starts_with("listening on ");
            lines.all.push(line);
            self.more.notify_all();
        }
        self.lines().ended = true;
        self.more.notify_all();
    }

    fn wait(&self, until: impl Fn(&Lines) -> bool) {
        let waited = self
            .more
            .wait_timeout_while(self.lines(), PATIENCE, |lines| !until(lines));
        drop(waited.unwrap_or_else(PoisonError::into_inner));
    }

    fn lines(&self) -> MutexGuard<'_, Lines> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Waits for the end of a process, which must be that of `kill -9`.
fn killed(name: &str, child: &mut Child) -> Result<(), String> {
    let status = child.wait().map_err(|error| error.to_string())?;
    if status.signal() == Some(9) {
        return Ok(());
    }
    Err(format!("{name} ended with {status}"))
}

/// The test itself looks at lists all the time. Noting when somebody has logged in comes with that.
fn is_a_look(line: &str) -> bool {
    line.contains(":GET/api/") || line.ends_with(":app_password_used")
}

fn free_port() -> u16 {
    let begin = u16::try_from(std::process::id() % u32::from(PORTS)).unwrap_or_default();
    for _ in 0..PORTS {
        let next = NEXT_PORT.fetch_add(1, Ordering::Relaxed);
        let port = PORTS + (begin + next) % PORTS;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
    panic!("every port is taken");
}
