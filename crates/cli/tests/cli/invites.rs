//! `invite`, beside a running server.

use serde_json::json;

use crate::binary::{at, at_with_password};
use crate::web::Server;

#[test]
fn invitation_is_listed_without_its_secret_and_withdrawn_beside_a_running_server() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    at_with_password(data, &["user", "add", "bob", "--password-stdin"]).done();
    let server = Server::start(data, "cat");
    let (status, made) = server.send(
        "bob",
        "POST",
        "/api/v1/invites",
        Some(json!({ "note": "for carol", "uses": 1 })),
    );
    assert_eq!(status, 201, "{made}");

    let listed = at(data, &["invite", "list", "--json"]).done();
    assert!(!listed.stdout.contains(made["token"].as_str().unwrap()));
    let rows = listed.json();
    assert_eq!(rows[0]["id"], made["id"]);
    assert_eq!(rows[0]["user"], "bob");
    assert_eq!(rows[0]["note"], "for carol");
    assert_eq!(rows[0]["state"], "open");
    assert_eq!(rows[0]["limit"], 1);
    assert!(
        at(data, &["invite", "list", "--user", "bob"])
            .done()
            .stdout
            .contains("0 of 1")
    );
    at(data, &["invite", "list", "--user", "carol"]).ended_with(3);

    let id = made["id"].as_str().unwrap();
    at(data, &["invite", "withdraw", id]).done();
    let (_, seen) = server.send("bob", "GET", &format!("/api/v1/invites/{id}"), None);
    assert_eq!(seen["state"], "withdrawn", "{seen}");
    assert_eq!(
        at(data, &["invite", "list", "--open", "--json"])
            .done()
            .stdout
            .trim(),
        "[]"
    );
    at(data, &["invite", "withdraw", "nonsense"]).ended_with(3);
    server.stop();
}
