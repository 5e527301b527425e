//! `probe`, against running servers.

use std::fs;

use serde_json::json;

use crate::binary::{at, at_with_password, at_with_stdin, run};
use crate::web::Server;

#[test]
fn server_is_held_against_the_draft_with_nothing_but_its_name_and_deeper_with_an_invitation() {
    let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    at_with_password(there.path(), &["user", "add", "carol", "--password-stdin"]).done();
    let cat = Server::start(here.path(), "cat");
    let dog = Server::start(there.path(), "dog");
    let name = &dog.url.replace("http://", "");

    // Ours has no shares yet, which the draft demands.
    let seen = run(&["probe", name, "--dev"]).ended_with(6);
    for line in [
        "OCM API Discovery, Fields",
        "  [+] D2.enabled MUST: `enabled` is a boolean.",
        "      fail: `resourceTypes` is empty",
        "      not observable: it takes an invitation of that server (--token)",
    ] {
        assert!(
            seen.stdout.lines().any(|one| one == line),
            "{line:?} is not in {}",
            seen.stdout
        );
    }
    assert!(
        seen.stderr.contains("1 MUST is not followed"),
        "{}",
        seen.stderr
    );

    let (status, invite) = dog.send("carol", "POST", "/api/v1/invites", Some(json!({})));
    assert_eq!(status, 201, "{invite}");
    let page = here.path().join("report.html");
    let page_name = page.to_str().unwrap();
    let arguments = [
        "probe",
        name,
        "--dev",
        "--public-url",
        &cat.url,
        "--token",
        "-",
        "--json",
        "--html",
        page_name,
    ];
    let code = invite["string"].as_str().unwrap();
    let seen = at_with_stdin(here.path(), &arguments, code).ended_with(6);
    let report = seen.json();
    assert_eq!(
        (&report["must"]["fail"], &report["should"]["fail"]),
        (&json!(1), &json!(0)),
        "{report}"
    );
    let findings = report["findings"].as_array().unwrap();
    for id in ["I1", "I8", "H6.old", "H8.two"] {
        let finding = findings.iter().find(|one| one["id"] == id).unwrap();
        assert_eq!(finding["outcome"], "pass", "{finding}");
    }
    let token = invite["token"].as_str().unwrap();
    let page = fs::read_to_string(page).unwrap();
    assert!(page.contains("<!DOCTYPE html>") && !page.contains(token));
    assert!(!seen.stdout.contains(token) && !seen.stderr.contains(token));

    let wrong = at(here.path(), &["probe", "bird.example.org", "--token", code]).ended_with(2);
    assert!(
        wrong.stderr.contains(&format!("is one of {name}")),
        "{}",
        wrong.stderr
    );
    cat.stop();
    dog.stop();
}
