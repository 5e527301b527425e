//! `user`, on a data folder of its own.

use std::fs;
use std::path::Path;

use symbolon_core::{Timestamp, UserId};
use symbolon_store::events::Moment;
use symbolon_store::second_factors::{Shown, TurnOn};
use symbolon_store::{Database, Options, Store};

use crate::binary::{PASSWORD, at, at_with_password, at_with_stdin};

#[test]
fn account_is_added_listed_disabled_and_enabled() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let add = [
        "user",
        "add",
        "bob",
        "--name",
        "Bob von Cat",
        "--email",
        "bob@example.org",
        "--password-stdin",
    ];
    assert!(
        at_with_password(data, &add)
            .done()
            .stdout
            .starts_with("added bob (")
    );
    let users = at(data, &["user", "list", "--json"]).done().json();
    assert_eq!(users[0]["name"], "bob");
    assert_eq!(users[0]["display_name"], "Bob von Cat");
    assert_eq!(users[0]["email"], "bob@example.org");
    assert!(users[0]["disabled_at"].is_null());
    let table = at(data, &["user", "list"]).done().stdout;
    assert!(table.starts_with("NAME  SHOWN AS     E-MAIL"), "{table}");
    assert!(
        table.contains("bob   Bob von Cat  bob@example.org"),
        "{table}"
    );

    at(data, &["user", "disable", "bob"]).done();
    assert!(at(data, &["user", "list", "--json"]).done().json()[0]["disabled_at"].is_string());
    assert!(
        at(data, &["user", "disable", "bob"])
            .done()
            .stdout
            .contains("already")
    );
    at(data, &["user", "enable", "bob"]).done();
    assert!(at(data, &["user", "list", "--json"]).done().json()[0]["disabled_at"].is_null());
}

#[test]
fn taken_name_is_told_with_a_code_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let add = ["user", "add", "bob", "--password-stdin"];
    at_with_password(folder.path(), &add).done();
    let again = at_with_password(folder.path(), &add).ended_with(4);
    assert!(
        again.stderr.contains("the name bob is taken"),
        "{}",
        again.stderr
    );
    assert_eq!(count(folder.path()), 1);
}

#[test]
fn names_that_cannot_be_used_are_refused_with_the_reason() {
    let folder = tempfile::tempdir().unwrap();
    for (name, reason) in [
        ("Bob", "upper-case"),
        ("bob smith", "not allowed"),
        ("", "empty"),
    ] {
        let refused = at_with_password(folder.path(), &["user", "add", name, "--password-stdin"])
            .ended_with(2);
        assert!(refused.stderr.contains(reason), "{}", refused.stderr);
    }
    let bad_email = [
        "user",
        "add",
        "bob",
        "--email",
        "nowhere",
        "--password-stdin",
    ];
    at_with_password(folder.path(), &bad_email).ended_with(2);
}

#[test]
fn password_is_never_an_argument() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    for arguments in [
        &["user", "add", "bob", PASSWORD][..],
        &["user", "add", "bob", "--password", PASSWORD],
        &["user", "add", "bob", "--password-stdin", PASSWORD],
        &[
            "user",
            "add",
            "bob",
            &format!("--password-stdin={PASSWORD}"),
        ],
        &["user", "password", "bob", PASSWORD],
    ] {
        at_with_password(data, arguments).ended_with(2);
    }
    let no_terminal = at(data, &["user", "add", "bob"]).ended_with(2);
    assert!(
        no_terminal.stderr.contains("--password-stdin"),
        "{}",
        no_terminal.stderr
    );
}

#[test]
fn password_is_checked_and_kept_only_as_a_hash() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let add = ["user", "add", "bob", "--password-stdin"];
    let short = at_with_stdin(data, &add, "short\n").ended_with(2);
    assert!(short.stderr.contains("fewer than 8"), "{}", short.stderr);
    assert_eq!(count(data), 0);
    let added = at_with_password(data, &add).done();
    let changed = at_with_stdin(
        data,
        &["user", "password", "bob", "--password-stdin"],
        "another good one\n",
    )
    .done();
    assert!(changed.stdout.contains("sessions"), "{}", changed.stdout);
    for output in [added.stdout, added.stderr, changed.stdout, changed.stderr] {
        assert!(!output.contains(PASSWORD) && !output.contains("another good one"));
    }
    for entry in fs::read_dir(data).unwrap() {
        let bytes = fs::read(entry.unwrap().path()).unwrap();
        for secret in [PASSWORD, "another good one"] {
            assert!(
                !bytes
                    .windows(secret.len())
                    .any(|window| window == secret.as_bytes())
            );
        }
    }
}

#[test]
fn app_password_is_shown_once_and_listed_without_its_text() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    at_with_password(data, &["user", "add", "bob", "--password-stdin"]).done();
    let made = at(
        data,
        &["user", "app-password", "bob", "--label", "backup script"],
    )
    .done();
    let password = made.stdout.trim();
    assert!(password.len() >= 20, "{password}");
    let listed = at(data, &["user", "app-password", "bob", "--list", "--json"]).done();
    assert!(!listed.stdout.contains(password));
    let rows = listed.json();
    assert_eq!(rows[0]["label"], "backup script");
    let id = rows[0]["id"].as_str().unwrap();
    at(data, &["user", "app-password", "bob", "--remove", id]).done();
    at(data, &["user", "app-password", "bob", "--remove", id]).ended_with(3);
    assert_eq!(
        at(data, &["user", "app-password", "bob", "--list", "--json"])
            .done()
            .stdout
            .trim(),
        "[]"
    );
}

#[test]
fn unknown_user_has_a_code_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    at_with_password(data, &["user", "add", "bob", "--password-stdin"]).done();
    for command in ["disable", "enable", "app-password"] {
        let missing = at(data, &["user", command, "carol"]).ended_with(3);
        assert!(
            missing.stderr.contains("no user carol"),
            "{}",
            missing.stderr
        );
    }
    at_with_password(data, &["user", "password", "carol", "--password-stdin"]).ended_with(3);
}

#[test]
fn mistyped_data_folder_is_told_and_not_made() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("mistyped");
    let refused = at(&data, &["user", "list"]).ended_with(5);
    assert!(refused.stderr.contains("--data"), "{}", refused.stderr);
    assert!(!data.exists());
}

fn count(data: &Path) -> usize {
    at(data, &["user", "list", "--json"])
        .done()
        .json()
        .as_array()
        .map_or(0, Vec::len)
}

#[test]
fn what_others_see_of_an_account_is_changed_and_checked() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    at_with_password(data, &["user", "add", "bob", "--password-stdin"]).done();
    let set = [
        "user",
        "set",
        "bob",
        "--name",
        "Bob Bauer",
        "--email",
        "bob@example.org",
    ];
    at(data, &set).done();
    let bob = || at(data, &["user", "list", "--json"]).done().json()[0].clone();
    assert_eq!(
        (bob()["display_name"].as_str(), bob()["email"].as_str()),
        (Some("Bob Bauer"), Some("bob@example.org"))
    );
    at(data, &["user", "set", "bob", "--no-email"]).done();
    assert!(bob()["email"].is_null());
    at(data, &["user", "set", "bob"]).ended_with(2);
    at(
        data,
        &["user", "set", "bob", "--email", "Bob <bob@example.org>"],
    )
    .ended_with(2);
}

#[test]
fn an_account_is_removed_only_when_one_insists_and_is_never_enabled_again() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    at_with_password(data, &["user", "add", "bob", "--password-stdin"]).done();
    let told = at(data, &["user", "remove", "bob"]).done().stdout;
    assert!(
        told.contains("no way back") && told.contains("--yes"),
        "{told}"
    );
    assert!(at(data, &["user", "list", "--json"]).done().json()[0]["disabled_at"].is_null());
    at(data, &["user", "remove", "bob", "--yes"]).done();
    assert!(at(data, &["user", "list", "--json"]).done().json()[0]["disabled_at"].is_string());
    let again = at(data, &["user", "remove", "bob", "--yes"]).ended_with(2);
    assert!(again.stderr.contains("already"), "{}", again.stderr);
    let enable = at(data, &["user", "enable", "bob"]).ended_with(2);
    assert!(enable.stderr.contains("no way back"), "{}", enable.stderr);
}

#[test]
fn a_copy_of_an_account_is_printed_without_secrets() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    at_with_password(data, &["user", "add", "bob", "--password-stdin"]).done();
    let password = at(data, &["user", "app-password", "bob", "--label", "phone"])
        .done()
        .stdout;
    let export = [
        "user",
        "export",
        "bob",
        "--public-url",
        "https://cat.example.org",
    ];
    let copy = at(data, &export).done();
    assert!(!copy.stdout.contains(password.trim()));
    let copy = copy.json();
    assert_eq!(copy["server"], "cat.example.org");
    assert_eq!(copy["account"]["name"], "bob");
    assert_eq!(copy["app_passwords"][0]["label"], "phone");
    assert_eq!(copy["told_by_mail"]["replies"], false);
    assert_eq!(copy["acceptances"], serde_json::json!([]));
    let trail = copy["trail"].as_array().unwrap();
    let kinds: Vec<_> = trail.iter().map(|event| &event["kind"]).collect();
    assert_eq!(
        kinds,
        ["user.exported", "user.app_password_added", "user.added"],
        "the newest first"
    );
    let cards = [&export[..], &["--as", "jscontact"]].concat();
    assert_eq!(at(data, &cards).done().json(), serde_json::json!([]));
    assert!(
        at(data, &["user", "sessions", "bob"])
            .done()
            .stderr
            .contains("logged in nowhere")
    );
}

#[test]
fn an_account_is_made_an_administrator_by_name_alone_and_can_be_none_again() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let add = |name: &'static str| ["user", "add", name, "--password-stdin"];
    at_with_password(data, &add("bob")).done();
    at_with_password(data, &[&add("carol")[..], &["--admin"]].concat()).done();
    let admins = || {
        let users = at(data, &["user", "list", "--json"]).done().json();
        [users[0]["admin"].clone(), users[1]["admin"].clone()]
    };
    assert_eq!(admins(), [false, true], "the first is none by coming first");
    at(data, &["user", "set", "carol", "--no-admin"]).done();
    let set = at(data, &["user", "set", "bob", "--admin"]).done();
    assert!(set.stdout.contains("/admin"), "{}", set.stdout);
    assert_eq!(admins(), [true, false]);
    at(data, &["user", "set", "bob", "--admin", "--no-admin"]).ended_with(2);
    let trail = at(data, &["audit", "--kind", "user"]).done().stdout;
    assert_eq!(trail.matches("user.admin_granted").count(), 2, "{trail}");
    assert_eq!(trail.matches("user.admin_revoked").count(), 1, "{trail}");
}

#[test]
fn an_account_is_linked_with_one_person_of_the_log_in_service_and_listed_so() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    for name in ["bob", "carol"] {
        at_with_password(data, &["user", "add", name, "--password-stdin"]).done();
    }
    let issuer = "https://login.example.org";
    let link = |name, subject| at(data, &["user", "link", name, subject, "--issuer", issuer]);
    assert!(
        at(data, &["user", "link", "bob"])
            .done()
            .stdout
            .contains("nobody")
    );
    let refused = at(data, &["user", "link", "bob", "u-1"]).ended_with(5);
    assert!(refused.stderr.contains("oidc_issuer"), "{}", refused.stderr);
    let linked = link("bob", "u-1").done().stdout;
    assert!(
        linked.contains("u-1 of https://login.example.org"),
        "{linked}"
    );
    assert!(link("bob", "u-1").done().stdout.contains("already"));
    link("bob", "u-2").ended_with(4);
    link("carol", "u-1").ended_with(4);
    link("carol", " u-2").ended_with(2);
    link("nobody", "u-3").ended_with(3);
    let users = at(data, &["user", "list", "--json"]).done().json();
    assert_eq!(users[0]["logs_in_with"]["subject"], "u-1");
    assert!(users[1]["logs_in_with"].is_null());
    let known = at(data, &["user", "link", "bob", "--json"]).done().json();
    assert_eq!(known["issuer"], issuer);
    let add = ["user", "app-password", "bob", "--label", "sync"];
    at(data, &add).done();
    let unlinked = at(data, &["user", "unlink", "bob"]).done().stdout;
    assert!(unlinked.contains("that stay: 1"), "{unlinked}");
    assert!(unlinked.contains("user app-password"), "{unlinked}");
    link("carol", "u-1").done();
    let trail = at(data, &["audit", "--kind", "user"]).done().stdout;
    assert_eq!(trail.matches("user.linked").count(), 2, "{trail}");
    assert_eq!(trail.matches("user.unlinked").count(), 1, "{trail}");
}

#[test]
fn a_second_factor_is_shown_and_an_administrator_turns_it_off() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    for name in ["bob", "carol"] {
        at_with_password(data, &["user", "add", name, "--password-stdin"]).done();
    }
    let shown = at(data, &["user", "totp", "bob"]).done().stdout;
    assert!(shown.contains("the password alone"), "{shown}");
    let users = at(data, &["user", "list", "--json"]).done().json();
    let bob = UserId::parse(users[0]["id"].as_str().unwrap()).unwrap();
    // What only bob does, with his app.
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let file = format!("sqlite:{}", data.join("symbolon.db").display());
        let database = Database::parse(&file).unwrap();
        let store = Store::open(&database, Options::default()).await.unwrap();
        let now = Timestamp::from_secs(1_795_521_600);
        let on = TurnOn {
            user: bob,
            secret_sealed: vec![7; 48],
            step: 1,
            recovery_codes: vec![[1; 32], [2; 32]],
            keep: None,
            moment: Moment::new(now, "test"),
        };
        assert_eq!(store.write(on).await.unwrap(), Shown::Counts);
    });
    let shown = at(data, &["user", "totp", "bob"]).done().stdout;
    assert!(shown.contains("codes left: 2"), "{shown}");
    let shown = at(data, &["user", "totp", "bob", "--json"]).done().json();
    assert_eq!(shown["totp_since"], "2026-11-24T12:00:00Z");
    assert_eq!(shown["recovery_codes_left"], 2);
    let users = at(data, &["user", "list"]).done().stdout;
    assert_eq!(
        users.matches("active, two-step log-in").count(),
        1,
        "{users}"
    );
    let users = at(data, &["user", "list", "--json"]).done().json();
    assert_eq!(users[0]["totp_since"], "2026-11-24T12:00:00Z");
    assert!(users[1]["totp_since"].is_null());
    at(data, &["user", "totp", "nobody", "--off"]).ended_with(3);
    let off = at(data, &["user", "totp", "bob", "--off"]).done().stdout;
    assert!(off.contains("alone again"), "{off}");
    at(data, &["user", "totp", "bob", "--off"]).done();
    let trail = at(data, &["audit", "--kind", "user"]).done().stdout;
    assert_eq!(trail.matches("user.totp_disabled").count(), 1, "{trail}");
    assert!(trail.contains("administrator"), "{trail}");
}
