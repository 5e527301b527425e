//! Two servers with many people on each.

use std::fs;
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

use symbolon_store::outbox::{DeliveryState, ListDeliveries};
use tempfile::TempDir;

use crate::couple::Couple;
use crate::people::{self, Person};
use crate::process::Server;

/// A server is silent after this time, or will not be.
const SILENT_WITHIN: Duration = Duration::from_secs(5);

/// Data folders with accounts, from which pairs of servers are made.
pub(crate) struct Template {
    folder: TempDir,
    people: [Vec<Person>; 2],
}

/// Two servers, and who is left of the people on them.
pub(crate) struct Pair {
    pub(crate) servers: [Server; 2],
    pub(crate) people: [Vec<Person>; 2],
    have_met: bool,
    folder: TempDir,
}

const NAMES: [&str; 2] = ["cat", "dog"];

impl Template {
    pub(crate) fn new(count: usize) -> Self {
        let folder = tempfile::tempdir().expect("there is room for a folder");
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build();
        let runtime = runtime.expect("a runtime needs nothing but memory");
        let register = |server: usize, name| {
            let data = folder.path().join(NAMES[server]);
            runtime.block_on(people::register(&data, server, name, count))
        };
        let people = [register(0, "bob"), register(1, "carol")];
        Self { folder, people }
    }

    /// Two servers that have never run.
    pub(crate) fn pair(&self) -> Pair {
        let folder = tempfile::tempdir().expect("there is room for a folder");
        let servers = NAMES.map(|name| {
            copy(&self.folder.path().join(name), &folder.path().join(name));
            Server::new(name, folder.path())
        });
        let mut people = self.people.clone();
        for person in people.iter_mut().flatten() {
            person.port = servers[person.server].port;
        }
        Pair {
            servers,
            people,
            have_met: false,
            folder,
        }
    }
}

impl Pair {
    /// Two people who have never met.
    pub(crate) fn couple(&mut self) -> Result<Couple, String> {
        let [bobs, carols] = &mut self.people;
        match (bobs.pop(), carols.pop()) {
            (Some(bob), Some(carol)) => Ok(Couple::new([bob, carol])),
            _ => Err("everybody has met".to_owned()),
        }
    }

    /// Lets the two servers hear of each other, and learn each other's keys, unless they have.
    pub(crate) fn meet(&mut self) -> Result<(), String> {
        if self.have_met {
            return Ok(());
        }
        let mut couple = self.couple()?;
        for inviter in [0, 1] {
            couple.invites(inviter)?;
            couple.accepts_from(inviter)?;
            couple.agree()?;
            couple.disconnects(inviter)?;
            couple.agree()?;
        }
        for server in [0, 1] {
            // Comparing their halves follows the start.
            self.servers[server].stop()?;
            self.servers[server].arm("")?;
            self.servers[server].start()?;
            self.servers[server].passes("after:record_sync")?;
        }
        self.have_met = true;
        Ok(())
    }

    /// Starts whoever does not run.
    pub(crate) fn start(&mut self) -> Result<(), String> {
        for server in &mut self.servers {
            if !server.is_running() {
                server.start()?;
            }
        }
        Ok(())
    }

    /// Waits until neither process passes any place any more.
    pub(crate) fn be_silent(&self, long: Duration) {
        let began = Instant::now();
        while began.elapsed() < SILENT_WITHIN
            && self
                .servers
                .iter()
                .any(|server| server.silence() < long.min(began.elapsed()))
        {
            sleep(Duration::from_millis(5));
        }
    }

    /// Keeps a copy of a server's data folder; it must not run.
    pub(crate) fn back_up(&self, server: usize) {
        copy(&self.servers[server].data, &self.backup(server));
    }

    /// Puts that copy back.
    pub(crate) fn restore(&self, server: usize) {
        let data = &self.servers[server].data;
        fs::remove_dir_all(data).expect("it is ours");
        copy(&self.backup(server), data);
    }

    fn backup(&self, server: usize) -> std::path::PathBuf {
        self.folder.path().join(format!("{server}.backup"))
    }

    /// Stops both in order, and looks whether anything is left that an administrator would have to see to.
    pub(crate) fn close(&mut self) -> Result<(), String> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build();
        let runtime = runtime.map_err(|error| error.to_string())?;
        for server in &mut self.servers {
            server.stop()?;
            let left = runtime.block_on(left(&server.data))?;
            if !left.is_empty() {
                return Err(format!("{} has not delivered {left:?}", server.name));
            }
        }
        Ok(())
    }

    /// The ends of both logs.
    pub(crate) fn logs(&self) -> String {
        let tails = self.servers.iter().map(Server::log_tail);
        tails.collect::<Vec<_>>().join("\n")
    }
}

/// Deliveries that wait, or that have been given up.
async fn left(data: &Path) -> Result<Vec<String>, String> {
    let store = people::open(data).await;
    let mut left = Vec::new();
    for state in [
        DeliveryState::Due,
        DeliveryState::Leased,
        DeliveryState::Dead,
    ] {
        let list = ListDeliveries { state, limit: 10 };
        let listed = store.read(list).await.map_err(|error| error.to_string())?;
        left.extend(listed.iter().map(|delivery| format!("{delivery:?}")));
    }
    store.close().await;
    Ok(left)
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("there is room for a folder");
    for entry in fs::read_dir(from).expect("it is a folder") {
        let entry = entry.expect("it is a folder");
        let to = to.join(entry.file_name());
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).expect("there is room for a file");
        }
    }
}
