//! `connection`, beside running servers.

use std::path::Path;

use serde_json::{Value, json};

use crate::binary::{at, at_with_password, eventually};
use crate::web::Server;

fn server_with(data: &Path, name: &str, users: &[&str]) -> Server {
    for user in users {
        at_with_password(data, &["user", "add", user, "--password-stdin"]).done();
    }
    Server::start(data, name)
}

fn connect(bobs: &Server, carols: &Server) {
    let (status, invite) = bobs.send("bob", "POST", "/api/v1/invites", Some(json!({})));
    assert_eq!(status, 201, "{invite}");
    let accept = json!({ "invite": invite["string"] });
    let (status, accepted) = carols.send("carol", "POST", "/api/v1/acceptances", Some(accept));
    assert_eq!(status, 200, "{accepted}");
}

fn connections(server: &Server, user: &str) -> Vec<Value> {
    let (status, page) = server.send(user, "GET", "/api/v1/connections", None);
    assert_eq!(status, 200, "{page}");
    page["items"].as_array().expect("a page has items").clone()
}

#[test]
fn administrator_removes_a_connection_and_the_other_server_is_told() {
    let (cats, dogs) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let cat = server_with(cats.path(), "cat", &["bob"]);
    let dog = server_with(dogs.path(), "dog", &["carol"]);
    connect(&cat, &dog);

    let rows = at(cats.path(), &["connection", "list", "--json"])
        .done()
        .json();
    assert_eq!(rows.as_array().map(Vec::len), Some(1), "{rows}");
    assert_eq!(rows[0]["user"], "bob");
    assert_eq!(rows[0]["name"], "carol");
    assert_eq!(rows[0]["state"], "connected");
    let id = rows[0]["id"].as_str().unwrap();
    at(cats.path(), &["connection", "remove", id]).ended_with(5);

    let remove = [
        "connection",
        "remove",
        id,
        "--dev",
        "--public-url",
        &cat.url,
    ];
    let removed = at(cats.path(), &remove).done();
    assert!(
        removed.stdout.contains("will be told"),
        "{}",
        removed.stdout
    );
    assert_eq!(connections(&cat, "bob"), Vec::<Value>::new());
    eventually("carol lists nobody", || {
        connections(&dog, "carol").is_empty().then_some(())
    });
    assert!(at(cats.path(), &remove).done().stdout.contains("already"));
    assert_eq!(
        at(cats.path(), &["connection", "list", "--json"])
            .done()
            .stdout
            .trim(),
        "[]"
    );
    let all = at(cats.path(), &["connection", "list", "--all", "--json"])
        .done()
        .json();
    assert_eq!(all[0]["state"], "ended here");
    cat.stop();
    dog.stop();
}

#[test]
fn connection_between_two_people_of_one_server_ends_on_both_sides() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let server = server_with(data, "cat", &["bob", "carol"]);
    connect(&server, &server);
    let rows = at(data, &["connection", "list", "--user", "bob", "--json"])
        .done()
        .json();
    let id = rows[0]["id"].as_str().unwrap();
    let removed = at(
        data,
        &[
            "connection",
            "remove",
            id,
            "--dev",
            "--public-url",
            &server.url,
        ],
    )
    .done();
    assert!(removed.stdout.contains("both sides"), "{}", removed.stdout);
    assert!(connections(&server, "bob").is_empty() && connections(&server, "carol").is_empty());
    server.stop();
}

#[test]
fn unknown_connection_has_a_code_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    at_with_password(folder.path(), &["user", "add", "bob", "--password-stdin"]).done();
    let remove = [
        "connection",
        "remove",
        "nonsense",
        "--public-url",
        "https://cloud.example.org",
    ];
    at(folder.path(), &remove).ended_with(3);
    let listed = at(folder.path(), &["connection", "list"]).done();
    assert_eq!(listed.stdout, "");
    assert!(
        listed.stderr.contains("no connections"),
        "{}",
        listed.stderr
    );
}

/// The people in a list that is narrowed by these arguments.
fn listed(data: &Path, arguments: &[&str]) -> Vec<String> {
    let all = [
        &["connection", "list", "--user", "bob", "--json"],
        arguments,
    ]
    .concat();
    let rows = at(data, &all).done().json();
    let rows = rows.as_array().expect("a list is an array").iter();
    let mut names: Vec<_> = rows
        .map(|row| {
            row["name"]
                .as_str()
                .expect("everybody has a name")
                .to_owned()
        })
        .collect();
    names.sort();
    names
}

#[test]
fn a_list_is_narrowed_to_a_server_a_state_and_what_was_before_a_moment() {
    let (cats, dogs) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let cat = server_with(cats.path(), "cat", &["bob", "erin"]);
    let dog = server_with(dogs.path(), "dog", &["carol"]);
    let data = cats.path();
    connect(&cat, &dog);
    let (status, invite) = cat.send("bob", "POST", "/api/v1/invites", Some(json!({})));
    assert_eq!(status, 201, "{invite}");
    let accept = json!({ "invite": invite["string"] });
    let (status, accepted) = cat.send("erin", "POST", "/api/v1/acceptances", Some(accept));
    assert_eq!(status, 200, "{accepted}");
    let here = cat.url.strip_prefix("http://").unwrap();
    let there = dog.url.strip_prefix("http://").unwrap();
    assert_eq!(listed(data, &[]), ["carol", "erin"]);
    assert_eq!(listed(data, &["--peer", there]), ["carol"]);
    assert_eq!(listed(data, &["--peer", &here.to_uppercase()]), ["erin"]);
    assert!(listed(data, &["--peer", "owl.example.org"]).is_empty());
    assert!(listed(data, &["--state", "ended"]).is_empty());

    let bobs = connections(&cat, "bob");
    let carol = bobs.iter().find(|one| one["name"] == "carol").unwrap();
    let path = format!("/api/v1/connections/{}", carol["id"].as_str().unwrap());
    assert_eq!(cat.send("bob", "DELETE", &path, None).0, 200);
    assert_eq!(listed(data, &["--state", "connected"]), ["erin"]);
    assert_eq!(listed(data, &["--state", "ended"]), ["carol"]);
    assert_eq!(listed(data, &["--all"]), ["carol", "erin"]);
    assert!(listed(data, &["--state", "ended", "--peer", here]).is_empty());
    for (before, people) in [
        ("0s", ["carol", "erin"].as_slice()),
        ("2999-01-01", &["carol", "erin"]),
        ("1d", &[]),
        ("2020-01-01T00:00:00Z", &[]),
    ] {
        assert_eq!(
            listed(data, &["--all", "--before", before]),
            people,
            "{before}"
        );
    }
    let told = at(data, &["connection", "list", "--before", "tomorrow"]).ended_with(2);
    assert!(
        told.stderr.contains("“tomorrow” is no time"),
        "{}",
        told.stderr
    );
    let told = at(data, &["connection", "list", "--peer", "not a name"]).ended_with(2);
    assert!(
        told.stderr.contains("no name of a server"),
        "{}",
        told.stderr
    );
    at(data, &["connection", "list", "--state", "ended", "--all"]).ended_with(2);
    cat.stop();
    dog.stop();
}

#[test]
fn what_has_ended_counts_by_when_it_ended() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let server = server_with(data, "cat", &["bob", "carol"]);
    connect(&server, &server);
    let id = connections(&server, "bob")[0]["id"].clone();
    let path = format!("/api/v1/connections/{}", id.as_str().unwrap());
    // Times are printed by the second.
    std::thread::sleep(std::time::Duration::from_millis(1_100));
    assert_eq!(server.send("bob", "DELETE", &path, None).0, 200);
    let rows = at(
        data,
        &["connection", "list", "--all", "--user", "bob", "--json"],
    );
    let rows = rows.done().json();
    let ended_at = rows[0]["ended_at"].as_str().unwrap();
    assert!(
        rows[0]["connected_at"].as_str().unwrap() < ended_at,
        "{rows}"
    );
    assert!(listed(data, &["--all", "--before", ended_at]).is_empty());
    server.stop();
}
