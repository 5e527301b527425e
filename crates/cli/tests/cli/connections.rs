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
