//! `--database postgres://…`: the same server on another database.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::binary::{at, at_with_password, eventually};
use crate::web::Server;

/// A database of its own on the server that the test command started, dropped at the end.
pub(crate) struct Throwaway {
    server: String,
    name: String,
}

impl Throwaway {
    pub(crate) fn new(what: &str) -> Self {
        let server = std::env::var("SYMBOLON_TEST_POSTGRES").expect(
            "this test needs a PostgreSQL server: run scripts/test, or start one with `scripts/postgres start DIR` \
             and put the URL that it prints into SYMBOLON_TEST_POSTGRES",
        );
        let made = Self {
            server,
            name: format!("symbolon_cli_{what}_{}", std::process::id()),
        };
        made.say(&format!("CREATE DATABASE {}", made.name));
        made
    }

    pub(crate) fn url(&self) -> String {
        let (origin, _) = self
            .server
            .rsplit_once('/')
            .expect("the URL names a database");
        format!("{origin}/{}", self.name)
    }

    /// The one value that a statement gives.
    fn ask(&self, sql: &str) -> String {
        let asked = Command::new("psql")
            .arg(&self.server)
            .args(["-tAc", sql])
            .output();
        let answer = asked.expect("psql comes with PostgreSQL").stdout;
        String::from_utf8(answer)
            .expect("it is text")
            .trim()
            .to_owned()
    }

    fn say(&self, sql: &str) {
        let said = Command::new("psql")
            .arg(&self.server)
            .args(["-q", "-c", sql])
            .status();
        assert!(said.expect("psql comes with PostgreSQL").success(), "{sql}");
    }
}

impl Drop for Throwaway {
    fn drop(&mut self) {
        self.say(&format!("DROP DATABASE {} WITH (FORCE)", self.name));
    }
}

fn names(server: &Server, user: &str) -> Vec<String> {
    let (status, page) = server.send(user, "GET", "/api/v1/connections", None);
    assert_eq!(status, 200, "{page}");
    let items = page["items"].as_array().expect("a page has items").iter();
    items
        .map(|item| item["name"].as_str().expect("a name is text").to_owned())
        .collect()
}

fn accept(server: &Server, invite: &Value) -> u16 {
    let body = json!({ "invite": invite["string"] });
    server
        .send("carol", "POST", "/api/v1/acceptances", Some(body))
        .0
}

fn add(data: &Path, name: &str, more: &[&str]) {
    at_with_password(
        data,
        &[&["user", "add", name, "--password-stdin"], more].concat(),
    )
    .done();
}

#[test]
fn a_server_on_postgresql_and_one_on_sqlite_connect_disconnect_and_connect_again() {
    let database = Throwaway::new("story");
    let url = database.url();
    let (cats, dogs) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    add(cats.path(), "bob", &["--database", &url]);
    add(dogs.path(), "carol", &[]);
    let cat = Server::start_with(cats.path(), "cat", &["--database", &url]);
    let dog = Server::start(dogs.path(), "dog");
    let (status, invite) = cat.send("bob", "POST", "/api/v1/invites", Some(json!({})));
    assert_eq!(status, 201, "{invite}");
    for _ in 0..2 {
        assert_eq!(accept(&dog, &invite), 200);
        assert_eq!(
            (names(&cat, "bob"), names(&dog, "carol")),
            (vec!["carol".to_owned()], vec!["bob".to_owned()])
        );
        let (_, page) = dog.send("carol", "GET", "/api/v1/connections", None);
        let path = format!(
            "/api/v1/connections/{}",
            page["items"][0]["id"].as_str().unwrap()
        );
        let (status, gone) = dog.send("carol", "DELETE", &path, None);
        assert_eq!((status, &gone["state"]), (200, &json!("disconnected")));
        eventually("bob lists nobody", || {
            names(&cat, "bob").is_empty().then_some(())
        });
    }
    assert!(!cats.path().join("symbolon.db").exists());

    // The doctor says of a PostgreSQL that may lose everything with the power that it does, as this one for tests.
    let listen = cat.address.to_string();
    let settings = ["doctor", "--json", "--dev", "--public-url", &cat.url];
    let more = ["--listen", &listen, "--database", &url];
    let report = at(cats.path(), &[&settings[..], &more[..]].concat());
    let safe = ["SHOW fsync", "SHOW full_page_writes"].map(|sql| database.ask(sql));
    let safe = safe.iter().all(|set| set == "on");
    let report = report.ended_with(6).json();
    let findings = report["findings"].as_array().expect("there are findings");
    let ill = findings.iter().filter(|one| one["remedy"].is_string());
    // That it is tried out with --dev is another matter.
    let ill = ill.filter(|one| one["check"] != "running.dev");
    let ill: Vec<&Value> = ill.collect();
    assert_eq!(ill.len(), usize::from(!safe), "{report}");
    assert!(
        ill.iter().all(|one| one["check"] == "storage.durable"),
        "{report}"
    );
    cat.stop();
    let cat = Server::start_with(cats.path(), "cat", &["--database", &url]);
    assert!(names(&cat, "bob").is_empty());
}
