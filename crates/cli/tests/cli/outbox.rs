//! `outbox`: what waits for a server that is down.

use serde_json::json;

use crate::binary::{at, at_with_password};
use crate::web::Server;

#[test]
fn message_for_a_server_that_is_down_is_listed_and_sent_again() {
    let (cats, dogs) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    at_with_password(cats.path(), &["user", "add", "bob", "--password-stdin"]).done();
    at_with_password(dogs.path(), &["user", "add", "carol", "--password-stdin"]).done();
    let cat = Server::start(cats.path(), "cat");
    let dog = Server::start(dogs.path(), "dog");
    let (_, invite) = cat.send("bob", "POST", "/api/v1/invites", Some(json!({})));
    cat.stop();
    let accept = json!({ "invite": invite["string"] });
    let (status, pending) = dog.send("carol", "POST", "/api/v1/acceptances", Some(accept));
    assert_eq!(status, 202, "{pending}");

    let rows = at(dogs.path(), &["outbox", "list", "--json"]).done().json();
    assert_eq!(rows.as_array().map(Vec::len), Some(1), "{rows}");
    assert_eq!(rows[0]["kind"], "invite_accepted");
    assert_eq!(rows[0]["user"], "carol", "{rows}");
    assert!(
        rows[0]["to"].as_str().unwrap().starts_with("cat.localhost"),
        "{rows}"
    );
    let id = rows[0]["id"].as_str().unwrap();
    let table = at(dogs.path(), &["outbox", "list"]).done().stdout;
    assert!(table.starts_with("ID") && table.contains(id), "{table}");
    assert!(table.contains("carol"), "it names nobody: {table}");
    dog.stop();
    // What administrators see on the overview and on the page of servers.
    let links = at(dogs.path(), &["peer", "links", "--json"]).done().json();
    assert_eq!(links[0]["link"], "silent", "{links}");
    assert_eq!(
        (
            &links[0]["connections"],
            &links[0]["waiting"],
            &links[0]["given_up"]
        ),
        (&json!(0), &json!(1), &json!(0)),
        "{links}"
    );
    assert_eq!(links[0]["why"], "connection_refused", "{links}");
    for time in ["silent_since", "undelivered_since"] {
        assert!(links[0][time].is_string(), "{links}");
    }
    let table = at(dogs.path(), &["peer", "links"]).done().stdout;
    assert!(table.contains("does not answer"), "{table}");
    let retried = at(dogs.path(), &["outbox", "retry", id]).done();
    assert!(
        retried.stdout.contains("cat.localhost"),
        "{}",
        retried.stdout
    );
    at(dogs.path(), &["outbox", "retry", "nonsense"]).ended_with(3);
    assert_eq!(
        at(
            dogs.path(),
            &["outbox", "list", "--state", "dead", "--json"]
        )
        .done()
        .stdout
        .trim(),
        "[]"
    );
}
