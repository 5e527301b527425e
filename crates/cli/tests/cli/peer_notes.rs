//! `peer ca`, `pin`, `quirk` and `note`, on a data folder of its own.

use std::fs;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rcgen::{CertificateParams, KeyPair};
use serde_json::Value;

use crate::binary::{at, at_with_password};
use crate::web::Server;

const CAT: &str = "cat.example.org";

/// The digests of two keys that nobody has.
const KEYS: [&str; 2] = [
    "sha256/47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
    "sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
];

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let add = ["user", "add", "bob", "--password-stdin"];
    at_with_password(folder.path(), &add).done();
    folder
}

fn explained(data: &Path) -> String {
    at(data, &["peer", "explain", CAT]).done().stdout
}

fn notes(data: &Path) -> Value {
    let explain = ["peer", "explain", CAT, "--json"];
    at(data, &explain).done().json()["notes"].clone()
}

/// A file with certificates of issuers.
fn issuers(data: &Path, count: usize) -> String {
    let certificate = || {
        let params = CertificateParams::new(Vec::new()).expect("no name is a good list");
        let key = KeyPair::generate().expect("a key can be made");
        let made = params.self_signed(&key).expect("it can be signed");
        let encoded = STANDARD.encode(made.der());
        format!("-----BEGIN CERTIFICATE-----\n{encoded}\n-----END CERTIFICATE-----\n")
    };
    let all: String = (0..count).map(|_| certificate()).collect();
    let file = data.join(format!("{count}.pem"));
    fs::write(&file, all).expect("the folder can be written to");
    file.display().to_string()
}

#[test]
fn issuers_keys_ways_to_sign_and_words_are_noted_shown_and_taken_back() {
    let folder = folder();
    let data = folder.path();
    assert_eq!(notes(data), serde_json::json!([]));
    let file = issuers(data, 2);
    let done = at(data, &["peer", "ca", "https://Cat.example.org/", &file]).done();
    assert!(
        done.stdout
            .starts_with("noted about cat.example.org: issuers of its own: "),
        "{}",
        done.stdout
    );
    let done = at(data, &["peer", "pin", CAT, KEYS[0], KEYS[1]]).done();
    assert!(done.stdout.contains(KEYS[1]), "{}", done.stdout);
    assert!(done.stdout.contains("they alone decide"), "{}", done.stdout);
    let quirk = [
        "peer",
        "quirk",
        CAT,
        "--sign",
        "draft-cavage",
        "--take",
        "rfc9421",
    ];
    let done = at(data, &quirk).done().stdout;
    assert_eq!(done.matches("That is weaker").count(), 1, "{done}");
    let words = "Ann looks after it.\nCall her first.";
    at(data, &["peer", "note", CAT, words]).done();
    let noted = notes(data);
    let told: Vec<_> = noted.as_array().unwrap().iter().collect();
    let aspects: Vec<_> = told
        .iter()
        .map(|one| one["aspect"].as_str().unwrap())
        .collect();
    assert_eq!(aspects, ["ca", "pin", "sign", "take", "note"]);
    // Two fingerprints of 32 bytes, and what is between them.
    assert_eq!(told[0]["what"].as_str().unwrap().len(), 2 * 95 + 2);
    assert_eq!(told[1]["what"], format!("{}, {}", KEYS[1], KEYS[0]));
    assert_eq!(
        (&told[2]["what"], &told[4]["what"]),
        (&"cavage".into(), &words.into())
    );
    assert!(told.iter().all(|one| one["at"].is_string()), "{noted}");
    let text = explained(data);
    for part in [
        KEYS[0],
        "how messages to it are signed: cavage",
        "a note: Ann looks after it. Call her first.",
        "`symbolon peer quirk cat.example.org --remove` takes that back",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    // A server about which nothing was decided is listed for its notes.
    let list = at(data, &["peer", "list", "--json"]).done().json();
    assert_eq!(
        (&list[0]["server"], &list[0]["rule"]),
        (&CAT.into(), &Value::Null)
    );
    assert_eq!(list[0]["notes"], noted);
    let table = at(data, &["peer", "list"]).done().stdout;
    assert!(table.contains("ca, pin, sign, take, note"), "{table}");
    for aspect in ["ca", "pin", "note"] {
        at(data, &["peer", aspect, CAT, "--remove"]).done();
        at(data, &["peer", aspect, CAT, "--remove"]).ended_with(3);
    }
    at(data, &["peer", "quirk", CAT, "--sign", "auto"]).done();
    assert_eq!(notes(data)[0]["aspect"], "take");
    at(data, &["peer", "quirk", CAT, "--remove"]).done();
    assert_eq!(notes(data), serde_json::json!([]));
    let trail = at(data, &["audit", "--json", "--peer", CAT]).done().stdout;
    for (kind, times) in [
        ("peer.ca_changed", 2),
        ("peer.pin_changed", 2),
        ("peer.quirk_changed", 4),
        ("peer.note_changed", 2),
        ("\"weaker\":true", 1),
    ] {
        assert_eq!(trail.matches(kind).count(), times, "{kind}: {trail}");
    }
    assert!(!trail.contains("BEGIN CERTIFICATE"), "{trail}");
}

#[test]
fn what_cannot_be_noted_changes_nothing() {
    let folder = folder();
    let data = folder.path();
    at(data, &["peer", "note", CAT, "Ann looks after it."]).done();
    let before = notes(data);
    let many = issuers(data, 11);
    let empty = data.join("empty.pem");
    fs::write(&empty, "").unwrap();
    let long = "x".repeat(1_001);
    let wrong: [&[&str]; 9] = [
        &["ca", CAT, &many],
        &["ca", CAT, empty.to_str().unwrap()],
        &["ca", CAT],
        &["pin", CAT, "sha256/no"],
        &["pin", CAT, KEYS[0], "--remove"],
        // One of both is wrong, and so neither is noted.
        &["quirk", CAT, "--sign", "cavage", "--take", "rsa"],
        &["quirk", CAT],
        &["note", CAT, &long],
        &["note", CAT, ""],
    ];
    for arguments in wrong {
        at(data, &[&["peer"], arguments].concat()).ended_with(2);
    }
    at(data, &["peer", "ca", CAT, "/nowhere.pem"]).ended_with(1);
    assert_eq!(notes(data), before);
}

#[test]
fn forgetting_a_decision_leaves_the_notes_and_says_so() {
    let folder = folder();
    let data = folder.path();
    at(data, &["peer", "trust", CAT]).done();
    at(data, &["peer", "note", CAT, "Ann looks after it."]).done();
    let forgotten = at(data, &["peer", "forget", CAT]).done().stdout;
    assert!(
        forgotten.contains("What is noted about it stays"),
        "{forgotten}"
    );
    assert_eq!(notes(data)[0]["what"], "Ann looks after it.");
}

#[test]
fn nothing_is_noted_about_the_server_whose_data_it_is() {
    let folder = folder();
    let data = folder.path();
    let server = Server::start(data, "cat");
    let us = server.url.trim_start_matches("http://").to_owned();
    let refused = at(data, &["peer", "note", &us, "ours"]).ended_with(1);
    let words = format!("{us} is this server itself");
    assert!(refused.stderr.contains(&words), "{}", refused.stderr);
    server.stop();
}

#[test]
fn notes_are_in_a_backup() {
    let folder = folder();
    let data = folder.path();
    at(data, &["peer", "pin", CAT, KEYS[0]]).done();
    // Its first start makes the keys without which there is no backup.
    Server::start(data, "dog").stop();
    let backup = folder.path().join("backup");
    at(data, &["backup", backup.to_str().unwrap()]).done();
    let restored = tempfile::tempdir().unwrap();
    let to = restored.path().join("data");
    at(&to, &["restore", backup.to_str().unwrap()]).done();
    assert_eq!(notes(&to)[0]["what"], KEYS[0]);
}
