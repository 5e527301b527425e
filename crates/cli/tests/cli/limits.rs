//! Limits, at a process that takes connections.

use serde_json::json;

use crate::web::{Server, send};

#[test]
fn a_server_counts_what_proves_nothing_by_the_address_that_connects() {
    let folder = tempfile::tempdir().unwrap();
    let limited = ["--requests-per-address", "5"];
    let server = Server::start_with(folder.path(), "cat", &limited);
    let garbage = || {
        let body = json!({ "token": "x" });
        let path = "/ocm/invite-accepted";
        let (status, answer) = send(server.address, ("", ""), "POST", path, Some(body));
        (status, answer["problem"].clone())
    };
    for _ in 0..5 {
        assert_eq!(garbage().0, 400);
    }
    assert_eq!(garbage(), (429, json!("too_many_requests")));
    // Whoever has business here is served.
    let (status, _) = send(server.address, ("", ""), "GET", "/.well-known/ocm", None);
    assert_eq!(status, 200);
}
