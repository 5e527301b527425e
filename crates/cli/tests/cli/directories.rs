//! `directory`, against something that serves one on this machine.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::thread;

use crate::binary::{Ran, at, at_with_password};

/// A directory of three entries, one of which names no server, and its key; made with OpenSSL.
pub(crate) const KEY: &str =
    r#"{"kty":"OKP","crv":"Ed25519","x":"631BDSF7KsSAwNk3wQThl-CT6L-CvtCFo885456Qnuk"}"#;

const DOCUMENT: &str = "eyJhbGciOiJFZERTQSJ9.eyJmZWRlcmF0aW9uIjoiVGhlIE1lc2giLCJzZXJ2ZXJzIjpbeyJ1cmwiOiJodHRwczovL2NhdC5leGFtcGxlLm9yZyIsImRpc3BsYXlOYW1lIjoiQ2F0In0seyJ1cmwiOiJodHRwczovL2RvZy5leGFtcGxlLm9yZzo4NDQzIiwiZGlzcGxheU5hbWUiOiJEb2cifSx7InVybCI6Imh0dHBzOi8vZW11LmV4YW1wbGUub3JnL29jbSIsImRpc3BsYXlOYW1lIjoiRW11In1dfQ.X5Bdez4YuT0t9YDNlfcbNJixErWczxGGvxjLsS_6MBy4NCM1n2u0AexOopQNEVJSg74z6vGFxxi5xMeMvvfADA";

/// Somebody else's key.
const OTHER_KEY: &str =
    r#"{"kty":"OKP","crv":"Ed25519","x":"JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs"}"#;

/// Serves the directory for as long as the test lasts; its URL.
pub(crate) fn serve() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let mut request = [0; 4096];
            let _: usize = stream.read(&mut request).unwrap_or(0);
            let length = DOCUMENT.len();
            let head =
                format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n");
            let _: Result<(), std::io::Error> = stream.write_all((head + DOCUMENT).as_bytes());
        }
    });
    format!("http://mesh.localhost:{port}/servers")
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let add = ["user", "add", "bob", "--password-stdin"];
    at_with_password(folder.path(), &add).done();
    folder
}

pub(crate) fn add(data: &Path, url: &str, key: &str, more: &[&str]) -> Ran {
    let file = data.join("mesh.jwk");
    fs::write(&file, key).expect("a file can be written");
    let file = file.display().to_string();
    let public = ["--public-url", "http://cat.localhost:8080", "--dev"];
    let arguments = ["directory", "add", url, "--key", &file];
    at(data, &[&arguments[..], &public[..], more].concat())
}

#[test]
fn a_directory_is_verified_before_it_is_followed() {
    let (folder, url) = (folder(), serve());
    let data = folder.path();
    let wrong = add(data, &url, OTHER_KEY, &[]).ended_with(1);
    assert!(
        wrong.stderr.contains("made by none of the keys"),
        "{}",
        wrong.stderr
    );
    assert!(
        wrong.stderr.contains("Nothing was added"),
        "{}",
        wrong.stderr
    );
    let none = at(data, &["directory", "list"]).done();
    assert!(
        none.stderr.contains("no directory is followed"),
        "{}",
        none.stderr
    );

    let added = add(data, &url, KEY, &[]).done().stdout;
    let told = format!(
        "{url} is followed: The Mesh, 2 servers, one entry left out that names no server\n"
    );
    assert_eq!(added, told);
    let list = at(data, &["directory", "list", "--json"]).done().json();
    assert_eq!(list[0]["url"], url);
    assert!(list[0]["fetched_at"].is_null(), "the server fetches it");
    at(data, &["directory", "remove", &url]).done();
    let again = at(data, &["directory", "remove", &url]).ended_with(3);
    assert!(again.stderr.contains("is not followed"), "{}", again.stderr);
}

#[test]
fn a_directory_that_is_away_can_be_added_for_later() {
    let folder = folder();
    let url = "http://mesh.localhost:9/servers";
    add(folder.path(), url, KEY, &[]).ended_with(1);
    let added = add(folder.path(), url, KEY, &["--later"]).done().stdout;
    assert!(added.contains("will be tried again"), "{added}");
}

#[test]
fn keys_that_cannot_verify_are_refused_with_the_reason() {
    let folder = folder();
    let url = "http://mesh.localhost:9/servers";
    for (key, reason) in [
        ("no json", "it is no JWK and no JWK set"),
        (r#"{"keys":[]}"#, "it has no key that can be read"),
        (
            r#"{"kty":"oct","k":"c2VjcmV0"}"#,
            "it has no key that can be read",
        ),
        (
            r#"{"kty":"OKP","crv":"Ed25519","x":"AAAA"}"#,
            "the key cannot be used",
        ),
    ] {
        let refused = add(folder.path(), url, key, &["--later"]).ended_with(1);
        assert!(refused.stderr.contains(reason), "{key}: {}", refused.stderr);
    }
    let plain = add(folder.path(), "ftp://mesh.localhost/", KEY, &["--later"]).ended_with(2);
    assert!(
        plain.stderr.contains("is not encrypted"),
        "{}",
        plain.stderr
    );
}
