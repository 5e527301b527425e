//! `peer`, on a data folder of its own.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};

use crate::binary::{Ran, at, at_with_password, command, ran};
use crate::web::Server;

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let add = ["user", "add", "bob", "--password-stdin"];
    at_with_password(folder.path(), &add).done();
    folder
}

fn explained(data: &Path, host: &str) -> String {
    at(data, &["peer", "explain", host]).done().stdout
}

#[test]
fn a_server_is_trusted_blocked_explained_and_forgotten_by_name() {
    let folder = folder();
    let data = folder.path();
    let nothing = explained(data, "cat.example.org");
    assert_eq!(
        nothing,
        "Invitations from cat.example.org are accepted: every server that is not blocked is accepted (invitations_in = open, \
         default).\nInvitations to cat.example.org are accepted: every server that is not blocked is accepted (invitations_out \
         = open, default).\n"
    );
    let mut block = command(&["peer", "block", "https://Cat.example.org/"]);
    block.args(["--note", "spam", "--data"]).arg(data);
    block.env("SUDO_USER", "ann");
    let blocked = ran(block).done().stdout;
    assert!(
        blocked.starts_with(
            "cat.example.org is blocked: nobody connects with it any more; no accepted"
        ),
        "{blocked}"
    );
    let why = explained(data, "cat.example.org");
    assert!(
        why.contains("are refused: the server is blocked by name."),
        "{why}"
    );
    assert!(why.contains(": spam. `symbolon peer forget"), "{why}");
    let list = at(data, &["peer", "list", "--json"]).done().json();
    assert_eq!(
        (&list[0]["server"], &list[0]["rule"]),
        (&"cat.example.org".into(), &"blocked".into())
    );
    assert_eq!(
        (&list[0]["note"], &list[0]["by"]),
        (&"spam".into(), &"ann".into())
    );
    let json = ["peer", "explain", "cat.example.org", "--json"];
    assert!(at(data, &json).done().stdout.contains("\"ann\""));
    at(data, &["peer", "trust", "cat.example.org"]).done();
    let json = ["peer", "explain", "cat.example.org", "--json"];
    let json = at(data, &json).done().json();
    assert_eq!(json["invitations_in"]["reason"], "trusted");
    assert_eq!(json["invitations_out"]["allowed"], true);
    at(data, &["peer", "forget", "cat.example.org"]).done();
    let again = at(data, &["peer", "forget", "cat.example.org"]).ended_with(3);
    assert!(
        again
            .stderr
            .contains("nothing has been decided about cat.example.org")
    );
    let events = at(data, &["audit", "--json", "--peer", "cat.example.org"])
        .done()
        .stdout;
    for kind in ["peer.blocked", "peer.trusted", "peer.forgotten"] {
        assert!(events.contains(kind), "{kind}: {events}");
    }
}

#[test]
fn an_explanation_takes_the_settings_that_a_server_was_given_as_flags() {
    let folder = folder();
    let explain = [
        "peer",
        "explain",
        "cat.example.org",
        "--invitations-in",
        "allowlist",
    ];
    let why = at(folder.path(), &explain).done().stdout;
    assert!(
        why.contains("Invitations from cat.example.org are refused")
            && why.contains("--invitations-in"),
        "{why}"
    );
}

#[test]
fn an_allowlist_is_explained_with_the_setting_and_where_it_was_written() {
    let folder = folder();
    let mut explain = command(&["peer", "explain", "cat.example.org"]);
    explain.env("SYMBOLON_DATA", folder.path());
    explain.env("SYMBOLON_INVITATIONS_OUT", "allowlist");
    let told = ran(explain).done().stdout;
    assert!(
        told.contains("Invitations from cat.example.org are accepted"),
        "{told}"
    );
    assert!(
        told.contains(
            "nor let in by the setting (invitations_out = allowlist, SYMBOLON_INVITATIONS_OUT)"
        ),
        "{told}"
    );
    assert!(
        told.contains("`symbolon peer trust cat.example.org` lets it in."),
        "{told}"
    );
}

#[test]
fn what_is_no_server_is_refused_with_the_reason() {
    let folder = folder();
    for host in [
        "",
        "*.example.org",
        "cat.example.org:0",
        "bob@cat.example.org",
    ] {
        let refused = at(folder.path(), &["peer", "trust", host]).ended_with(2);
        assert!(refused.stderr.contains("HOST"), "{}", refused.stderr);
    }
    let mode = command_with_mode(folder.path(), "closed").ended_with(5);
    assert!(
        mode.stderr.contains("SYMBOLON_INVITATIONS_IN"),
        "{}",
        mode.stderr
    );
    assert!(
        mode.stderr.contains("Write open, directory"),
        "{}",
        mode.stderr
    );
}

fn command_with_mode(data: &Path, mode: &str) -> Ran {
    let mut explain = command(&["peer", "explain", "cat.example.org"]);
    explain.env("SYMBOLON_DATA", data);
    explain.env("SYMBOLON_INVITATIONS_IN", mode);
    ran(explain)
}

#[test]
fn a_command_decides_nothing_about_the_server_whose_data_it_is() {
    let folder = folder();
    let data = folder.path();
    let server = Server::start(data, "cat");
    let us = server.url.trim_start_matches("http://").to_owned();
    for decision in ["block", "trust"] {
        let refused = at(data, &["peer", decision, &us]).ended_with(1);
        let words = format!("{us} is this server itself");
        assert!(refused.stderr.contains(&words), "{}", refused.stderr);
    }
    at(data, &["peer", "forget", &us]).ended_with(3);
    let file = data.join("ocmproviders.json");
    let entry = format!(
        r#"[{{"domain":"{us}","services":[{{"endpoint":{{"type":{{"name":"OCM"}},"path":"https://x/ocm/"}}}}]}}]"#
    );
    fs::write(&file, entry).unwrap();
    let file = file.to_str().unwrap();
    for more in [&["--dry-run"][..], &[]] {
        let import = [&["peer", "import", file], more].concat();
        let left = at(data, &import).done().stdout;
        let words = format!("{us}: left out, it is this server itself\n");
        assert!(left.starts_with(&words), "{left}");
    }
    let list = at(data, &["peer", "list", "--json"]).done().json();
    assert_eq!(list, serde_json::json!([]));
    server.stop();
}

#[test]
fn a_provider_list_is_imported_without_its_patterns_and_over_no_block() {
    let folder = folder();
    let data = folder.path();
    let file = data.join("ocmproviders.json");
    let entry = |domain: &str| {
        format!(
            r#"{{"domain":"{domain}","services":[{{"endpoint":{{"type":{{"name":"OCM"}},"path":"https://x/ocm/"}}}}]}}"#
        )
    };
    let all = [
        "cat.example.org",
        "dog.example.org:8443",
        ".*example.org",
        "owl.example.org",
    ]
    .map(entry);
    fs::write(&file, format!("[{}]", all.join(","))).unwrap();
    at(data, &["peer", "block", "owl.example.org"]).done();
    let file = file.to_str().unwrap();
    let tried = at(data, &["peer", "import", file, "--dry-run"])
        .done()
        .stdout;
    assert!(
        tried.ends_with("2 would be trusted, 2 left as they are\n"),
        "{tried}"
    );
    assert_eq!(
        at(data, &["peer", "list", "--json"])
            .done()
            .json()
            .as_array()
            .unwrap()
            .len(),
        1
    );
    let done = at(data, &["peer", "import", file]).done().stdout;
    assert!(done.contains("cat.example.org: trusted\n"), "{done}");
    assert!(
        done.contains(".*example.org: left out, it is a pattern"),
        "{done}"
    );
    assert!(
        done.contains("owl.example.org: is blocked already, and stays so"),
        "{done}"
    );
    let list = at(data, &["peer", "list", "--json"]).done().json();
    let rules: Vec<_> = list
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["server"].as_str(), row["rule"].as_str()))
        .collect();
    assert_eq!(
        rules,
        [
            (Some("cat.example.org"), Some("trusted")),
            (Some("dog.example.org:8443"), Some("trusted")),
            (Some("owl.example.org"), Some("blocked")),
        ]
    );
    fs::write(file, "<html>").unwrap();
    let refused = at(data, &["peer", "import", file]).ended_with(1);
    assert!(
        refused
            .stderr
            .contains("ocmproviders.json: it is not an ocmproviders.json"),
        "{}",
        refused.stderr
    );
}

#[test]
fn the_entry_for_other_administrators_names_this_server() {
    let folder = folder();
    let export = [
        "peer",
        "export",
        "--ocmproviders",
        "--public-url",
        "https://cat.example.org",
        "--name",
        "Cat",
    ];
    let entry = at(folder.path(), &export).done().json();
    assert_eq!(entry[0]["domain"], "cat.example.org");
    assert_eq!(entry[0]["full_name"], "Cat");
    assert_eq!(
        entry[0]["services"][0]["endpoint"]["path"],
        "https://cat.example.org/ocm/"
    );
}

#[test]
fn what_is_decided_at_the_command_line_holds_at_once_on_a_server_that_runs() {
    let folder = folder();
    let data = folder.path();
    let server = Server::start(data, "cat");
    let accepts = |token: &str| {
        let invite = json!({ "invite": format!("{token}@dog.localhost:1") });
        server.send("bob", "POST", "/api/v1/acceptances", Some(invite))
    };
    let (status, told) = accepts("abcdefgh23456789");
    assert_eq!(status, 202, "{told}");
    at(data, &["peer", "block", "dog.localhost:1"]).done();
    let (status, told) = accepts("bcdefgh23456789a");
    assert_eq!(
        (status, &told["problem"]),
        (403, &"not_trusted_here".into())
    );
    at(data, &["peer", "forget", "dog.localhost:1"]).done();
    let (status, told) = accepts("cdefgh23456789ab");
    assert_eq!(status, 202, "{told}");
    server.stop();
}

#[test]
fn whatever_is_decided_or_noted_is_in_the_trail_with_who_did_it() {
    let folder = folder();
    let data = folder.path();
    let ann = |args: &[&str]| {
        let mut command = command(args);
        command.arg("--data").arg(data).env("SUDO_USER", "ann");
        ran(command).done();
    };
    ann(&["peer", "trust", "cat.example.org"]);
    ann(&["peer", "block", "cat.example.org"]);
    ann(&["peer", "forget", "cat.example.org"]);
    let pin = "sha256/47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
    ann(&["peer", "pin", "cat.example.org", pin]);
    ann(&["peer", "quirk", "cat.example.org", "--sign", "rfc9421"]);
    ann(&["peer", "note", "cat.example.org", "Ann looks after it."]);
    let told = at(data, &["audit", "--json", "--peer", "cat.example.org"]).done();
    let events: Vec<Value> = told
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert_eq!(events.len(), 6, "{}", told.stdout);
    for event in events {
        assert_eq!(event["data"]["by"], "ann", "{event}");
    }
}

#[test]
fn a_running_server_reaches_others_by_the_proxy_of_its_settings() {
    let folder = folder();
    let data = folder.path();
    let proxy = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}", proxy.local_addr().expect("it has one"));
    let server = Server::start_with(data, "cat", &["--proxy", &url]);
    let (tells, told) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let (mut stream, _) = proxy.accept().expect("it is asked");
        let mut line = String::new();
        let mut reader = BufReader::new(&mut stream);
        reader.read_line(&mut line).expect("a line");
        stream
            .write_all(b"HTTP/1.1 502 Bad Gateway\r\n\r\n")
            .expect("it reads");
        tells.send(line).expect("somebody waits for it");
    });
    // Addresses that were given back long ago: nobody is there, whatever this machine is connected with.
    let invite = json!({ "invite": "abcdefgh23456789@[3ffe::7]" });
    let (status, answer) = server.send("bob", "POST", "/api/v1/acceptances", Some(invite));
    assert!(matches!(status, 202 | 502), "{status} {answer}");
    let line = told.recv_timeout(Duration::from_secs(20));
    let line = line.expect("the proxy is asked");
    assert!(line.starts_with("CONNECT [3ffe::7]:443 "), "{line}");
    server.stop();
}
