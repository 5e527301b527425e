//! `peer check`, between running servers.

use serde_json::Value;

use crate::binary::{Ran, at};
use crate::web::Server;

/// Checks a server with the settings of another.
fn check(data: &std::path::Path, us: &Server, other: &str, more: &[&str]) -> Ran {
    let settings = ["peer", "check", other, "--dev", "--public-url", &us.url];
    at(data, &[&settings, more].concat())
}

/// Without the breaks of lines that are too long for a terminal.
fn unwrapped(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn every_step_to_a_running_server_is_told_with_times_and_every_member_of_its_description() {
    let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let cat = Server::start(here.path(), "cat");
    let dog = Server::start(there.path(), "dog");
    let name = &dog.url.replace("http://", "");
    let told = unwrapped(&check(here.path(), &cat, name, &[]).done().stdout);
    for line in [
        "[+] Name: The name",
        "[+] Our signature: It recognises our signature",
        "[+] Trusted there: It deals with this server",
        "[+] Kind of server: It seems to be Symbolon.",
        "enabled: true (Required: true or false",
        "(In later versions of the specification only: ",
        "Nothing that can be seen from here",
    ] {
        assert!(told.contains(line), "{line:?} is not in {told}");
    }
    let report = check(here.path(), &cat, name, &["--json"]).done().json();
    assert_eq!(report["level"], "ok", "{report}");
    let steps = report["steps"].as_array().unwrap();
    assert_eq!(steps.len(), 11);
    for stage in ["name", "connect", "description", "signature", "trusts_us"] {
        let step = steps.iter().find(|step| step["stage"] == stage).unwrap();
        assert!(step["took_ms"].is_i64(), "{step}");
        assert_eq!(step["remedy"], Value::Null);
    }
    let german = check(here.path(), &cat, name, &["--lang", "de"]).done();
    assert!(
        german
            .stdout
            .contains("Von hier aus gesehen spricht nichts"),
        "{}",
        german.stdout
    );
    for words in [
        "enabled: true (Verlangt: ",
        "ohne Signatur: ",
        "(Freiwillig: ",
    ] {
        assert!(
            unwrapped(&german.stdout).contains(words),
            "{}",
            german.stdout
        );
    }
    at(here.path(), &["peer", "block", name]).done();
    let blocked = check(here.path(), &cat, name, &[]).ended_with(6);
    assert!(
        blocked.stdout.contains("[x] Trusted here: "),
        "{}",
        blocked.stdout
    );
    assert!(
        unwrapped(&blocked.stdout)
            .contains("[-] Name: Not checked: the administrators here have blocked it"),
        "{}",
        blocked.stdout
    );
    at(here.path(), &["peer", "forget", name]).done();
    dog.stop();
    let gone = check(here.path(), &cat, name, &[]).ended_with(6);
    assert!(gone.stdout.contains("[x] Way there: "), "{}", gone.stdout);
    assert!(unwrapped(&gone.stdout).contains("What to do: Its administrators have to start it"));
    assert!(
        unwrapped(&gone.stdout).contains("cannot connect as things are"),
        "{}",
        gone.stdout
    );
    let own = &cat.url.replace("http://", "");
    let own = check(here.path(), &cat, own, &[]).ended_with(2);
    assert!(own.stderr.contains("symbolon doctor"), "{}", own.stderr);
    check(here.path(), &cat, "a b", &[]).ended_with(2);
    cat.stop();
}

#[test]
fn verdict_stands_once_on_a_terminal_whatever_was_found() {
    let here = tempfile::tempdir().unwrap();
    let cat = Server::start(here.path(), "cat");
    let ran = check(here.path(), &cat, "nobody.localhost:1", &[]).ended_with(6);
    let verdict = unwrapped(ran.stdout.lines().last().unwrap());
    assert!(!verdict.is_empty());
    assert!(!unwrapped(&ran.stderr).contains(&verdict), "{}", ran.stderr);
    assert!(ran.stderr.contains("found 1 problem"), "{}", ran.stderr);
}

#[test]
fn mistyped_data_folder_is_refused_and_is_no_server_that_keeps_nobody_away() {
    let here = tempfile::tempdir().unwrap();
    let mistyped = here.path().join("typo");
    let args = ["peer", "check", "dog.localhost:1", "--dev"];
    let more = ["--public-url", "http://cat.localhost:2"];
    let traced = at(&mistyped, &["trace", "--peer", "dog.localhost:1"]);
    for language in ["en", "de"] {
        let spoken = ["--lang", language];
        let checked = at(&mistyped, &[&args[..], &more, &spoken].concat());
        assert_eq!(checked.code, traced.code, "{}", checked.stderr);
        assert!(checked.stderr.contains("typo"), "{}", checked.stderr);
        assert_eq!(checked.stdout, "");
    }
    assert!(!mistyped.exists());
}
