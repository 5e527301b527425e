//! `keys`, beside a running server.

use std::path::Path;

use serde_json::Value;

use crate::binary::{Ran, at, eventually};
use crate::web::{Server, send};

fn keys(data: &Path, server: &Server, command: &[&str]) -> Ran {
    let settings = ["--dev", "--public-url", &server.url];
    at(data, &[&["keys"], command, &settings].concat())
}

/// All keys but the RSA key.
fn listed(data: &Path, server: &Server) -> Vec<(String, String)> {
    let rows = keys(data, server, &["list", "--json"]).done().json();
    let rows = rows.as_array().expect("a list").clone();
    let text = |row: &Value, name: &str| row[name].as_str().unwrap_or_default().to_owned();
    rows.iter()
        .filter(|row| row["algorithm"] != "rsa")
        .map(|row| (text(row, "id"), text(row, "state")))
        .collect()
}

fn published(server: &Server) -> Vec<String> {
    let (status, keys) = send(
        server.address,
        ("", ""),
        "GET",
        "/.well-known/jwks.json",
        None,
    );
    assert_eq!(status, 200);
    let keys = keys["keys"].as_array().expect("a list").clone();
    let id = |key: &Value| key["kid"].as_str().expect("an id").to_owned();
    keys.iter().map(id).collect()
}

#[test]
fn keys_are_listed_replaced_and_retired_while_the_server_runs() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let server = Server::start(data, "cat");
    let first = listed(data, &server);
    assert_eq!(first.len(), 1);
    let (old, state) = &first[0];
    assert_eq!(state, "signing");
    assert_eq!(published(&server), [&**old]);
    keys(data, &server, &["retire", old]).ended_with(1);

    let told = keys(data, &server, &["rotate", "--key-lead", "2h"])
        .done()
        .stdout;
    assert!(told.contains(&format!("until then {old} does")), "{told}");
    let rows = listed(data, &server);
    assert_eq!(rows[0], first[0]);
    let (new, state) = &rows[1];
    assert_eq!(state, "next");
    let refused = keys(data, &server, &["rotate"]).ended_with(1);
    assert!(refused.stderr.contains("--at-once"), "{}", refused.stderr);
    eventually("the new key is published", || {
        (published(&server) == [&**old, &**new]).then_some(())
    });

    keys(data, &server, &["retire", "nonsense"]).ended_with(3);
    keys(data, &server, &["retire", new]).done();
    eventually("it is published no more", || {
        (published(&server) == [&**old]).then_some(())
    });
    let rows = listed(data, &server);
    assert_eq!(rows[1], (new.clone(), "retired".to_owned()));
    let table = keys(data, &server, &["list"]).done().stdout;
    assert!(
        table.starts_with("KEY") && table.contains("the start"),
        "{table}"
    );

    let trail = at(data, &["audit", "--kind", "keys", "--json"])
        .done()
        .stdout;
    let events: Vec<Value> = trail
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let kinds: Vec<_> = events.iter().map(|event| &event["kind"]).collect();
    assert_eq!(kinds, ["keys.rotated", "keys.retired"]);
    for event in &events {
        assert_eq!(event["object"], **new);
        assert_eq!(event["actor"], "administrator");
    }
    assert_eq!(events[0]["beside"], **old);
    let signs = events[0]["data"]["signs_from_ms"].as_i64().expect("a time");
    let made: jiff::Timestamp = events[0]["at"].as_str().unwrap().parse().expect("a time");
    let lead = signs - made.as_millisecond();
    let (hours, second) = (2 * 3_600_000, 1_000);
    assert!((hours - second..=hours + second).contains(&lead), "{lead}");
    server.stop();
}

#[test]
fn the_rsa_key_is_listed_described_and_replaced_while_the_server_runs() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let server = Server::start(data, "cat");
    let rsa = || {
        let rows = keys(data, &server, &["list", "--json"]).done().json();
        let rows = rows.as_array().expect("a list").clone();
        let rsa = rows.into_iter().find(|row| row["algorithm"] == "rsa");
        let rsa = rsa.expect("there is one");
        assert_eq!(rsa["state"], "signing");
        rsa["id"].as_str().expect("an id").to_owned()
    };
    let described = || {
        let path = "/.well-known/ocm";
        let (status, document) = send(server.address, ("", ""), "GET", path, None);
        assert_eq!(status, 200);
        let key = &document["publicKey"];
        let pem = key["publicKeyPem"].as_str().expect("a key").to_owned();
        (key["keyId"].as_str().expect("an id").to_owned(), pem)
    };
    let old = rsa();
    let (id, pem) = described();
    assert_eq!(id, old);
    assert!(pem.starts_with("-----BEGIN PUBLIC KEY-----\n"), "{pem}");
    keys(data, &server, &["retire", &old]).ended_with(3);
    let told = keys(data, &server, &["rotate", "--rsa"]).done().stdout;
    let new = rsa();
    assert!(told.contains(&new) && told.contains(&old), "{told}");
    eventually("the new key is described", || {
        let (id, other) = described();
        (id == new && other != pem).then_some(())
    });
    let trail = at(data, &["audit", "--kind", "keys", "--json"])
        .done()
        .stdout;
    assert!(trail.contains(&new) && trail.contains(&old), "{trail}");
    // The one before stays for those who know it alone, until it is retired, or not at all.
    let old_ones = || {
        let rows = keys(data, &server, &["list", "--json"]).done().json();
        let rows = rows.as_array().expect("a list").clone();
        let old = rows
            .into_iter()
            .filter(|row| row["algorithm"] == "rsa" && row["state"] == "old");
        old.map(|row| row["id"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(old_ones(), [&*old]);
    keys(data, &server, &["retire", &old]).done();
    assert!(old_ones().is_empty());
    keys(data, &server, &["rotate", "--rsa", "--at-once"]).done();
    assert!(old_ones().is_empty() && rsa() != new);
}
