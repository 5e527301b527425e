//! `symbolon demo`: two real servers on this machine, with Bob and Carol.

mod http;
mod people;
mod server;
mod story;
mod words;

use std::path::Path;

use anyhow::{Context, Result};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::signal::unix::{Signal, SignalKind, signal};

use self::http::Client;
use self::people::Person;
use self::server::Server;
use crate::exit::{Exit, Failure};
use crate::language::say;
use crate::output;

/// Try it out: two servers on this machine, and two people on them.
///
/// Bob has an account on `cat.localhost`, carol on `dog.localhost`. Both are real server processes, with data folders
/// that are removed when they stop. Ctrl-C stops both.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Play the whole story by itself: invite, accept, delete, accept again, crashes and outages; exit 0 if all went as promised.
    #[arg(long)]
    story: bool,
    /// Print one line of JSON when both servers are ready, and nothing else.
    #[arg(long, conflicts_with = "story")]
    json: bool,
}

/// Runs the demo until it is over, or until somebody stops it; either way both servers and their folders are gone afterwards.
pub(crate) async fn run(args: &Args) -> Result<()> {
    let folder = tempfile::Builder::new().prefix("symbolon-demo-").tempdir();
    let folder = folder.context("cannot make a temporary folder")?;
    let mut stop = Stop::listen()?;
    let outcome = play(args, folder.path(), &mut stop).await;
    close(folder);
    outcome
}

async fn play(args: &Args, folder: &Path, stop: &mut Stop) -> Result<()> {
    let demo = tokio::select! {
        demo = Demo::start(folder) => demo?,
        () = stop.asked() => return Ok(()),
    };
    if args.story {
        return tokio::select! {
            told = story::tell(demo) => told,
            () = stop.asked() => {
                Err(Failure::error(Exit::Failed, say!("demo-story-stopped")))
            }
        };
    }
    demo.announce(args.json)?;
    demo.run_until(stop).await
}

/// Both servers, running, and the people on them.
struct Demo {
    cat: Server,
    dog: Server,
    bob: Account,
    carol: Account,
}

/// Somebody's account, as the demo made it.
struct Account {
    user: &'static str,
    name: &'static str,
    password: String,
    app_password: String,
}

impl Demo {
    async fn start(folder: &Path) -> Result<Self> {
        let mut cat = Server::new("cat", folder);
        let mut dog = Server::new("dog", folder);
        let (bob, carol) = tokio::try_join!(
            open(&mut cat, "bob", "Bob"),
            open(&mut dog, "carol", "Carol"),
        )?;
        Ok(Self {
            cat,
            dog,
            bob,
            carol,
        })
    }

    fn announce(&self, as_json: bool) -> Result<()> {
        if as_json {
            output::json(&self.described())
        } else {
            output::say(&self.introduction())
        }
    }

    fn described(&self) -> Value {
        json!({
            "cat": { "url": self.cat.url(), "data": self.cat.folder() },
            "dog": { "url": self.dog.url(), "data": self.dog.folder() },
            "users": [
                { "name": self.bob.user, "password": self.bob.password, "server": self.cat.name },
                { "name": self.carol.user, "password": self.carol.password, "server": self.dog.name },
            ],
        })
    }

    fn introduction(&self) -> String {
        let log_in = |server: &Server, account: &Account| {
            vec![
                server.url(),
                account.user.to_owned(),
                account.password.clone(),
            ]
        };
        let rows = [log_in(&self.cat, &self.bob), log_in(&self.dog, &self.carol)];
        let head = [
            say!("demo-open"),
            say!("demo-log-in"),
            say!("demo-password"),
        ];
        let table = output::table(&head, &rows);
        let curl = format!(
            "curl -u carol:{} {}/api/v1/connections",
            self.carol.password,
            self.dog.url()
        );
        let mut lines = vec![
            say!("demo-two"),
            String::new(),
            table,
            String::new(),
            say!("demo-try"),
        ];
        let steps = [
            say!("demo-try-invite"),
            say!("demo-try-accept"),
            say!("demo-try-delete"),
            say!("demo-try-again"),
            say!("demo-try-administer"),
        ];
        for (step, number) in steps.iter().zip(1..) {
            output::wrap(step, &format!("  {number}. "), "     ", &mut lines);
        }
        lines.push(String::new());
        lines.push(say!("demo-script", command = curl));
        lines.push(say!("demo-whole", command = "symbolon demo --story"));
        lines.push(String::new());
        lines.push(say!("demo-stop"));
        lines.join("\n")
    }

    async fn run_until(mut self, stop: &mut Stop) -> Result<()> {
        tokio::select! {
            error = self.cat.ended() => return Err(error),
            error = self.dog.ended() => return Err(error),
            () = stop.asked() => {}
        }
        let (cat, dog) = tokio::join!(self.cat.stop(), self.dog.stop());
        cat.and(dog)
    }
}

impl Account {
    /// The person at their server's API. The app password spares each request the slow hash of the account password.
    fn at(&self, server: &Server) -> Result<Person> {
        let client = Client::new(
            server.address()?,
            &server.authority(),
            self.user,
            &self.app_password,
        );
        Ok(Person::new(self.name, server.name, client))
    }
}

async fn open(server: &mut Server, user: &'static str, name: &'static str) -> Result<Account> {
    let password = words::password();
    let email = format!("{user}@example.org");
    let add = [
        "user",
        "add",
        user,
        "--name",
        name,
        "--email",
        &email,
        "--admin",
        "--password-stdin",
    ];
    server.administer(&add, &password).await?;
    let printed = server
        .administer(
            &["user", "app-password", user, "--label", "demo", "--json"],
            "",
        )
        .await?;
    let printed = serde_json::from_str::<Value>(&printed)?;
    let app_password = printed["password"]
        .as_str()
        .context("no app password was printed")?
        .to_owned();
    server.start().await?;
    Ok(Account {
        user,
        name,
        password,
        app_password,
    })
}

/// Ctrl-C, SIGTERM and the end of the terminal.
struct Stop {
    interrupt: Signal,
    terminate: Signal,
    hang_up: Signal,
}

impl Stop {
    fn listen() -> Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hang_up: signal(SignalKind::hangup())?,
        })
    }

    async fn asked(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
            _ = self.hang_up.recv() => {}
        }
    }
}

/// Removes the folder; a file that a killed server was still writing is worth a warning, not a failure.
fn close(folder: TempDir) {
    let path = folder.path().to_owned();
    if let Err(error) = folder.close() {
        let path = path.display().to_string();
        let left = say!("demo-left", path = path, error = error.to_string());
        eprintln!("symbolon: {left}");
    }
}
