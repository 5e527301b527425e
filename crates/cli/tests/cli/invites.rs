//! `invite`, beside a running server.

use serde_json::json;

use crate::binary::{at, at_with_password};
use crate::web::Server;

#[test]
fn invitation_is_listed_without_its_secret_and_withdrawn_beside_a_running_server() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    at_with_password(data, &["user", "add", "bob", "--password-stdin"]).done();
    let server = Server::start(data, "cat");
    let (status, made) = server.send(
        "bob",
        "POST",
        "/api/v1/invites",
        Some(json!({ "note": "for carol", "uses": 1 })),
    );
    assert_eq!(status, 201, "{made}");

    let listed = at(data, &["invite", "list", "--json"]).done();
    assert!(!listed.stdout.contains(made["token"].as_str().unwrap()));
    let rows = listed.json();
    assert_eq!(rows[0]["id"], made["id"]);
    assert_eq!(rows[0]["user"], "bob");
    assert_eq!(rows[0]["note"], "for carol");
    assert_eq!(rows[0]["state"], "open");
    assert_eq!(rows[0]["limit"], 1);
    assert!(
        at(data, &["invite", "list", "--user", "bob"])
            .done()
            .stdout
            .contains("0 of 1")
    );
    at(data, &["invite", "list", "--user", "carol"]).ended_with(3);

    let id = made["id"].as_str().unwrap();
    at(data, &["invite", "withdraw", id]).done();
    let (_, seen) = server.send("bob", "GET", &format!("/api/v1/invites/{id}"), None);
    assert_eq!(seen["state"], "withdrawn", "{seen}");
    assert_eq!(
        at(data, &["invite", "list", "--open", "--json"])
            .done()
            .stdout
            .trim(),
        "[]"
    );
    at(data, &["invite", "withdraw", "nonsense"]).ended_with(3);
    server.stop();
}

#[test]
fn administrator_makes_an_invitation_and_gives_up_the_mail_that_would_carry_it() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    at_with_password(data, &["user", "add", "bob", "--password-stdin"]).done();
    let server = ["--dev", "--public-url", "http://cat.localhost:8080"];
    let create = |more: &[&str]| {
        let mut arguments = vec!["invite", "create", "--user", "bob", "--json"];
        arguments.extend(server);
        arguments.extend(more);
        at(data, &arguments)
    };
    let made = create(&["--uses", "anyone", "--days", "1"]).done().json();
    let link = made["link"].as_str().unwrap();
    assert!(
        link.starts_with("http://cat.localhost:8080/wayf?token="),
        "{made}"
    );
    assert!(made["mail_to"].is_null(), "{made}");
    let many = create(&["--uses", "many"]).ended_with(2);
    assert!(many.stderr.contains("anyone"), "{}", many.stderr);
    let off = create(&["--email", "carol@dog.example.org"]).ended_with(5);
    assert!(off.stderr.contains("sends no mail"), "{}", off.stderr);

    // Nobody listens there, and no server runs: the mail waits.
    let mail = [
        "--mail-server",
        "smtp+plain://localhost:9",
        "--mail-from",
        "symbolon@cat.example.org",
    ];
    let mailed = |address| {
        let mut more = mail.to_vec();
        more.extend(["--email", address]);
        create(&more)
    };
    let wrong = mailed("carol").ended_with(1);
    assert!(wrong.stderr.contains("e-mail"), "{}", wrong.stderr);
    let made = mailed("carol@dog.example.org").done().json();
    assert_eq!(made["mail_to"], "carol@dog.example.org");
    let rows = at(data, &["outbox", "list", "--json"]).done().json();
    assert_eq!(rows.as_array().map(Vec::len), Some(1), "{rows}");
    assert_eq!(rows[0]["kind"], "mail_invitation");
    assert_eq!(
        (&rows[0]["to"], &rows[0]["about"]),
        (&made["mail_to"], &made["id"])
    );
    let id = rows[0]["id"].as_str().unwrap();
    at(data, &["outbox", "give-up", id]).done();
    at(data, &["outbox", "give-up", id]).ended_with(3);
    let dead = at(data, &["outbox", "list", "--state", "dead", "--json"])
        .done()
        .json();
    assert_eq!(dead[0]["id"], id);
    let told = at(data, &["audit", "--json"]).done().stdout;
    for kind in ["invite.issued", "delivery.given_up", "invite.mail_failed"] {
        let line = told.lines().find(|line| line.contains(kind));
        let line = line.unwrap_or_else(|| panic!("{kind}: {told}"));
        let by_hand = line.contains("administrator");
        assert_eq!(by_hand, kind != "invite.mail_failed", "{line}");
    }
}
