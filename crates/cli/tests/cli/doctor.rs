//! `doctor`, beside running servers and ones that do not run.

use std::fs;
use std::net::TcpListener;
use std::path::Path;

use serde_json::{Value, json};

use crate::binary::{Ran, at, at_with_password, eventually};
use crate::web::Server;

/// Runs the doctor with the settings of a server.
fn doctor(data: &Path, server: &Server, more: &[&str]) -> Ran {
    examine(data, &server.url, &server.address.to_string(), more)
}

fn examine(data: &Path, url: &str, listen: &str, more: &[&str]) -> Ran {
    let settings = ["doctor", "--dev", "--public-url", url, "--listen", listen];
    at(data, &[&settings, more].concat())
}

/// A server is tried out with `--dev`, which is the one thing that needs attention.
fn tried_out(ran: Ran) -> Ran {
    ran.ended_with(6)
}

/// What it says about one thing.
fn of(report: &Value, check: &str) -> Value {
    let findings = report["findings"].as_array().expect("there are findings");
    let found = findings.iter().find(|one| one["check"] == check);
    found
        .unwrap_or_else(|| panic!("nothing about {check} in {report}"))
        .clone()
}

#[test]
fn healthy_server_is_well_for_people_and_for_scripts() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path(), "cat");
    let told = tried_out(doctor(folder.path(), &server, &[])).stdout;
    for line in [
        "Storage",
        "Data folder and keys",
        "This server",
        "Public address",
        "Proxy",
        "Clock",
        "Messages to other servers",
        "Connections, compared with other servers",
        "  [+] ok: A signed request arrives as it was sent",
        "  [!] attention: It is started with --dev: plain HTTP and servers on this machine are let in, and",
    ] {
        assert!(
            told.lines().any(|one| one == line),
            "{line:?} is not in {told}"
        );
    }
    assert!(!told.contains('\u{1b}'), "{told}");
    assert_eq!(told.matches("To mend it").count(), 1, "{told}");
    let report = tried_out(doctor(folder.path(), &server, &["--json"])).json();
    assert_eq!(report["level"], "attention", "{report}");
    assert_eq!(of(&report, "running.dev")["level"], "attention");
    assert_eq!(of(&report, "public.keys")["level"], "ok");
    assert_eq!(of(&report, "public.keys")["remedy"], Value::Null);
    server.stop();
}

#[test]
fn server_that_does_not_run_is_told_with_how_to_start_it_and_a_code_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path(), "cat");
    let (url, listen) = (server.url.clone(), server.address.to_string());
    server.stop();
    let ill = examine(folder.path(), &url, &listen, &[]).ended_with(6);
    assert!(
        ill.stdout.contains("[x] problem: No server runs at"),
        "{}",
        ill.stdout
    );
    assert!(
        ill.stdout.contains("To mend it: Start it"),
        "{}",
        ill.stdout
    );
    assert!(
        ill.stderr.contains("found 2 problems, and 1 thing"),
        "{}",
        ill.stderr
    );
    let ill = examine(folder.path(), &url, &listen, &["--json"]).ended_with(6);
    assert_eq!(ill.json()["level"], "problem");
    let offline = examine(folder.path(), &url, &listen, &["--offline", "--json"]);
    let offline = tried_out(offline);
    assert_eq!(
        of(&offline.json(), "public.reached")["level"],
        "not_checked"
    );
}

#[test]
fn wrong_folder_and_wrong_name_are_told_and_nothing_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let (url, listen) = ("http://cat.localhost:1", "127.0.0.1:1");
    let empty = examine(folder.path(), url, listen, &["--offline"]).ended_with(6);
    assert!(
        empty.stdout.contains("There is no database at"),
        "{}",
        empty.stdout
    );
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);

    let server = Server::start(folder.path(), "cat");
    let other = server.url.replace("cat.", "dog.");
    let listen = server.address.to_string();
    let moved = examine(folder.path(), &other, &listen, &["--offline", "--json"]).ended_with(6);
    let name = of(&moved.json(), "folder.name");
    assert_eq!(name["level"], "problem");
    assert!(
        name["what"]
            .as_str()
            .unwrap()
            .contains("belongs to cat.localhost"),
        "{name}"
    );
    server.stop();
    at(folder.path(), &["doctor"]).ended_with(5);
}

#[test]
fn what_a_restored_server_had_forgotten_is_found_and_told_by_log_list_and_doctor() {
    let (cats, dogs) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let data = cats.path();
    at_with_password(data, &["user", "add", "bob", "--password-stdin"]).done();
    at_with_password(dogs.path(), &["user", "add", "carol", "--password-stdin"]).done();
    // The name of a server is its port, so it must come back at the same one.
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let start = || Server::start_at(data, "cat", port);
    let cat = start();
    let dog = Server::start(dogs.path(), "dog");
    let (_, invite) = cat.send("bob", "POST", "/api/v1/invites", Some(json!({})));
    let accept = json!({ "invite": invite["string"] });
    let (status, accepted) = dog.send("carol", "POST", "/api/v1/acceptances", Some(accept));
    assert_eq!(status, 200, "{accepted}");
    cat.stop();
    let (database, backup) = (data.join("symbolon.db"), data.join("backup"));
    fs::copy(&database, &backup).unwrap();

    let cat = start();
    let (_, page) = cat.send("bob", "GET", "/api/v1/connections", None);
    let path = format!(
        "/api/v1/connections/{}",
        page["items"][0]["id"].as_str().unwrap()
    );
    assert_eq!(cat.send("bob", "DELETE", &path, None).0, 200);
    eventually("carol lists nobody", || {
        let (_, page) = dog.send("carol", "GET", "/api/v1/connections", None);
        page["items"].as_array()?.is_empty().then_some(())
    });
    cat.stop();
    fs::rename(&backup, &database).unwrap();

    let cat = start();
    let found = eventually("the two have compared", || {
        let list = ["connection", "list", "--found", "--json"];
        let rows = at(data, &list).done().json();
        rows.as_array()?.first().cloned()
    });
    assert_eq!(found["found"], "ended_here", "{found}");
    assert_eq!(found["state"], "was found ended here before");
    let (_, page) = cat.send("bob", "GET", "/api/v1/connections?state=disconnected", None);
    assert_eq!(page["items"][0]["found"], "ended_here", "{page}");
    let report = tried_out(doctor(data, &cat, &["--json"])).json();
    let told = of(&report, "halves.found");
    assert_eq!(told["level"], "ok", "{told}");
    let what = told["what"].as_str().unwrap();
    assert!(
        what.contains("1 difference") && what.contains("1 connection ended here"),
        "{what}"
    );
    cat.stop();
    let log = fs::read_to_string(data.join("cat.log")).unwrap();
    let line = log.lines().find(|line| line.contains("halves differed"));
    let line: Value = serde_json::from_str(line.expect("the log says so")).unwrap();
    assert_eq!(
        (&line["level"], &line["found"], &line["changed"]),
        (&json!("INFO"), &json!(1), &json!(1))
    );
    let pair = log
        .lines()
        .find(|line| line.contains("taken down by comparing"));
    let pair: Value = serde_json::from_str(pair.expect("at debug, each pair")).unwrap();
    assert_eq!(pair["connection"], found["id"], "{pair}");
    assert_eq!(pair["found"], "ended_here");
    dog.stop();
}
