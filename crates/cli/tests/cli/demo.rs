//! `demo` and its story.

use std::fs;
use std::net::TcpStream;
use std::process::Stdio;

use rustix::process::Signal;
use serde_json::Value;

use crate::binary::{Process, command, eventually, ran, run};

#[test]
fn the_story_of_the_report_plays_to_its_end() {
    let temporary = tempfile::tempdir().unwrap();
    let mut story = command(&["demo", "--story"]);
    story.env("TMPDIR", temporary.path());
    let told = ran(story).done().stdout;
    assert_eq!(told.matches('✓').count(), 13, "{told}");
    assert!(!told.contains('✗'), "{told}");
    assert!(
        told.contains("bob at cat    lists Carol from dog.localhost:"),
        "{told}"
    );
    assert!(told.contains("carol at dog  lists nobody"), "{told}");
    assert_eq!(
        told.matches("bob at cat    cannot ask: cat is down")
            .count(),
        2
    );
    assert_eq!(
        fs::read_dir(temporary.path()).unwrap().count(),
        0,
        "the data folders are removed"
    );
}

#[test]
fn demo_speaks_the_language_of_the_reader() {
    for (language, first) in [
        ("de", "Zwei Server laufen auf diesem Rechner."),
        ("zh-CN", "这台机器上正在运行两台服务器。"),
    ] {
        let temporary = tempfile::tempdir().unwrap();
        let mut demo = command(&["demo", "--lang", language]);
        demo.env("TMPDIR", temporary.path()).stderr(Stdio::piped());
        let mut demo = Process::start(demo);
        assert_eq!(demo.line(), first);
        demo.signal(Signal::INT);
        let (code, rest) = demo.end();
        assert_eq!(code, Some(0));
        for english in ["password", "PASSWORD", "What to try", "running", "story by"] {
            assert!(!rest.contains(english), "{rest}");
        }
    }
}

#[test]
fn demo_is_ready_when_it_says_so_and_leaves_nothing_behind() {
    for signal in [Signal::TERM, Signal::INT] {
        let temporary = tempfile::tempdir().unwrap();
        let mut demo = command(&["demo", "--json"]);
        demo.env("TMPDIR", temporary.path()).stderr(Stdio::piped());
        let mut demo = Process::start(demo);
        let ready: Value = serde_json::from_str(&demo.line()).unwrap();
        let names = [&ready["users"][0]["name"], &ready["users"][1]["name"]];
        assert_eq!(names, ["bob", "carol"]);
        let mut addresses = Vec::new();
        for server in ["cat", "dog"] {
            let url = ready[server]["url"].as_str().unwrap();
            let port = url
                .strip_prefix(&format!("http://{server}.localhost:"))
                .unwrap();
            let address = format!("127.0.0.1:{port}");
            TcpStream::connect(&address).unwrap();
            addresses.push(address);
        }
        demo.signal(signal);
        assert_eq!(demo.end(), (Some(0), String::new()), "{signal:?}");
        assert!(
            addresses
                .iter()
                .all(|address| TcpStream::connect(address).is_err())
        );
        assert_eq!(
            fs::read_dir(temporary.path()).unwrap().count(),
            0,
            "the data folders are removed"
        );
    }
}

#[test]
fn servers_of_a_demo_that_was_killed_end_by_themselves() {
    let temporary = tempfile::tempdir().unwrap();
    let mut demo = command(&["demo", "--json"]);
    demo.env("TMPDIR", temporary.path()).stderr(Stdio::null());
    let mut demo = Process::start(demo);
    let ready: Value = serde_json::from_str(&demo.line()).unwrap();
    demo.signal(Signal::KILL);
    demo.end();
    for server in ["cat", "dog"] {
        let url = ready[server]["url"].as_str().unwrap();
        let port = url.rsplit(':').next().unwrap();
        eventually("both are gone", || {
            TcpStream::connect(format!("127.0.0.1:{port}")).err()
        });
    }
}

#[test]
fn json_and_story_do_not_go_together() {
    run(&["demo", "--json", "--story"]).ended_with(2);
}
