//! `config check` and `config show`, and what `serve` says to settings that make no sense.

use std::fs;

use crate::binary::{command, ran, run};

#[test]
fn config_show_tells_origins_and_no_secret() {
    let mut show = command(&[
        "config",
        "show",
        "--public-url",
        "https://cloud.example.org",
    ]);
    show.env(
        "SYMBOLON_DATABASE",
        "postgres://symbolon:hush-hush@db.example.org/symbolon",
    );
    let shown = ran(show).done().stdout;
    assert!(!shown.contains("hush-hush"), "{shown}");
    let origin = |key: &str, origin: &str| {
        let line = shown.lines().find(|line| line.starts_with(key));
        assert!(
            line.is_some_and(|line| line.ends_with(&format!("# {origin}"))),
            "{key}: {shown}"
        );
    };
    origin("database", "SYMBOLON_DATABASE");
    origin("public_url", "--public-url");
    origin("listen", "default");
}

#[test]
fn config_show_as_json_tells_origins_and_no_secret() {
    let mut show = command(&[
        "config",
        "show",
        "--json",
        "--public-url",
        "https://cloud.example.org",
    ]);
    show.env(
        "SYMBOLON_DATABASE",
        "postgres://symbolon:hush-hush@db.example.org/symbolon",
    );
    let shown = ran(show).done();
    assert!(!shown.stdout.contains("hush-hush"), "{}", shown.stdout);
    let shown = shown.json();
    assert_eq!(shown["public_url"]["value"], "https://cloud.example.org");
    assert_eq!(shown["public_url"]["origin"], "--public-url");
    assert_eq!(shown["database"]["origin"], "SYMBOLON_DATABASE");
    assert_eq!(shown["drain_seconds"]["value"], 20);
    assert_eq!(shown["audit_retention"]["value"], "365d");
    assert_eq!(shown["key_lead"]["value"], "24h");
}

#[test]
fn flags_go_before_the_environment_and_that_before_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("symbolon.toml");
    fs::write(
        &file,
        "public_url = \"https://file.example.org\"\nname = \"File\"\nlog = \"warn\"\n",
    )
    .unwrap();
    let mut show = command(&[
        "config",
        "show",
        "--json",
        "--public-url",
        "https://flag.example.org",
    ]);
    show.arg("--config").arg(&file);
    show.env("SYMBOLON_PUBLIC_URL", "https://variable.example.org")
        .env("SYMBOLON_NAME", "Variable");
    let shown = ran(show).done().json();
    assert_eq!(shown["public_url"]["value"], "https://flag.example.org");
    assert_eq!(shown["name"]["value"], "Variable");
    assert_eq!(shown["log"]["value"], "warn");
}

#[test]
fn config_check_says_whether_a_server_could_start() {
    let fine = run(&[
        "config",
        "check",
        "--public-url",
        "https://cloud.example.org",
    ])
    .done();
    assert!(fine.stdout.contains("cloud.example.org"), "{}", fine.stdout);
    let unsafe_one = run(&[
        "config",
        "check",
        "--dev",
        "--public-url",
        "http://cat.localhost:8080",
    ])
    .done();
    assert!(
        unsafe_one.stdout.starts_with("unsafe: "),
        "{}",
        unsafe_one.stdout
    );
    let wrong = run(&[
        "config",
        "check",
        "--public-url",
        "https://cloud.example.org",
        "--drain-seconds",
        "long",
    ]);
    assert!(
        wrong
            .ended_with(5)
            .stderr
            .contains("drain_seconds (--drain-seconds)")
    );
    let missing = run(&["config", "check", "--config", "/nonexistent.toml"]).ended_with(5);
    assert!(
        missing.stderr.contains("/nonexistent.toml"),
        "{}",
        missing.stderr
    );
}

#[test]
fn serve_without_a_public_url_says_what_to_set() {
    let refused = run(&["serve"]).ended_with(5);
    assert!(
        refused.stderr.contains("SYMBOLON_PUBLIC_URL"),
        "{}",
        refused.stderr
    );
    assert_eq!(refused.stdout, "");
}

#[test]
fn dev_is_refused_where_others_can_reach_the_server() {
    let refused = run(&[
        "serve",
        "--dev",
        "--public-url",
        "https://cloud.example.org",
    ])
    .ended_with(5);
    assert!(refused.stderr.contains("unsafe"), "{}", refused.stderr);
}
