//! `trace` and `audit`, beside running servers.

use std::path::Path;

use serde_json::{Value, json};

use crate::binary::{at, at_with_password};
use crate::web::Server;

/// The audit trail as JSON lines.
fn audit(data: &Path, filters: &[&str]) -> Vec<Value> {
    let printed = at(data, &[&["audit", "--json"], filters].concat())
        .done()
        .stdout;
    let lines = printed.lines();
    lines
        .map(|line| serde_json::from_str(line).expect("each line is JSON"))
        .collect()
}

fn kinds(data: &Path, filters: &[&str]) -> Vec<String> {
    let events = audit(data, filters).into_iter();
    events
        .map(|event| {
            event["kind"]
                .as_str()
                .expect("an event has a kind")
                .to_owned()
        })
        .collect()
}

#[test]
fn one_reference_tells_the_story_on_both_servers_beside_them() {
    let (cats, dogs) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    at_with_password(cats.path(), &["user", "add", "bob", "--password-stdin"]).done();
    at_with_password(dogs.path(), &["user", "add", "carol", "--password-stdin"]).done();
    let cat = Server::start(cats.path(), "cat");
    let dog = Server::start(dogs.path(), "dog");
    let (_, invite) = cat.send("bob", "POST", "/api/v1/invites", Some(json!({})));
    let accept = json!({ "invite": invite["string"] });
    let (status, accepted) = dog.send("carol", "POST", "/api/v1/acceptances", Some(accept));
    assert_eq!(status, 200, "{accepted}");
    let reference = accepted["acceptance"]["reference"].as_str().unwrap();

    let told = at(dogs.path(), &["trace", reference]).done().stdout;
    for words in [
        "carol accepted the invitation",
        "--> cat.localhost",
        "status 200",
        "made the connection",
    ] {
        assert!(told.contains(words), "{told}");
    }
    let german = at(dogs.path(), &["--lang", "de", "trace", reference]).done();
    for words in [
        "carol: Einladung angenommen",
        "Status 200",
        "--> cat.localhost",
    ] {
        assert!(german.stdout.contains(words), "{}", german.stdout);
    }
    let chinese = at(dogs.path(), &["trace", reference, "--lang", "zh_CN.UTF-8"]).done();
    assert!(
        chinese.stdout.contains("carol：接受了邀请"),
        "{}",
        chinese.stdout
    );
    let told = at(cats.path(), &["trace", reference]).done().stdout;
    assert!(told.contains("<-- dog.localhost"), "{told}");
    let told = at(cats.path(), &["trace", reference, "--json"])
        .done()
        .json();
    assert!(told["lines"].as_array().unwrap().len() >= 2, "{told}");
    let id = accepted["connection"]["id"].as_str().unwrap();
    let by_connection = at(dogs.path(), &["trace", "--connection", id])
        .done()
        .stdout;
    assert!(by_connection.contains(reference), "{by_connection}");
    let by_invite = ["trace", "--invite", invite["id"].as_str().unwrap()];
    let by_invite = at(cats.path(), &by_invite).done().stdout;
    assert!(
        by_invite.contains("bob created the invitation"),
        "{by_invite}"
    );
    for what in [["--peer", "cat.localhost:1"], ["--acceptance", id]] {
        at(dogs.path(), &[&["trace"], &what[..]].concat()).ended_with(3);
    }
    let by_user = at(dogs.path(), &["trace", "--user", "carol"]).done().stdout;
    assert!(by_user.contains(reference), "{by_user}");
    at(dogs.path(), &["trace"]).ended_with(2);
    // A script learns that there is nothing in the same way as a person.
    for arguments in [&["trace", "nonsense"][..], &["trace", "nonsense", "--json"]] {
        at(dogs.path(), arguments).ended_with(3);
    }
}

#[test]
fn audit_trail_names_administrators_and_is_filtered() {
    let data = tempfile::tempdir().unwrap();
    at_with_password(data.path(), &["user", "add", "bob", "--password-stdin"]).done();
    at_with_password(data.path(), &["user", "add", "carol", "--password-stdin"]).done();
    at(data.path(), &["user", "disable", "bob"]).done();
    let all = audit(data.path(), &[]);
    assert_eq!(all.len(), 3, "{all:?}");
    assert!(
        all.iter().all(|event| event["actor"] == "administrator"),
        "{all:?}"
    );
    assert!(
        all.iter()
            .all(|event| event["reference"].as_str().unwrap().len() == 26)
    );
    assert_eq!(
        kinds(data.path(), &["--user", "bob"]),
        ["user.added", "user.disabled"]
    );
    assert_eq!(
        kinds(data.path(), &["--kind", "user.disabled"]),
        ["user.disabled"]
    );
    assert_eq!(kinds(data.path(), &["--limit", "1"]), ["user.disabled"]);
    assert_eq!(
        kinds(data.path(), &["--since", "1h", "--kind", "user"]).len(),
        3
    );
    assert!(kinds(data.path(), &["--until", "1h"]).is_empty());
    let reference = all[2]["reference"].as_str().unwrap();
    assert_eq!(
        kinds(data.path(), &["--reference", reference]),
        ["user.disabled"]
    );
    let text = at(data.path(), &["audit", "--limit", "1"]).done().stdout;
    assert!(
        text.contains("user.disabled  by an administrator"),
        "{text}"
    );
    let text = at(data.path(), &["audit"]).done().stdout;
    for name in ["for bob", "for carol"] {
        assert!(text.contains(name), "{text}");
    }
    at(
        data.path(),
        &["peer", "block", "dog.example.org", "--note", "spam"],
    )
    .done();
    let text = at(data.path(), &["audit", "--limit", "1"]).done().stdout;
    assert!(
        text.contains("  note=spam") && text.contains("  stopped=0"),
        "{text}"
    );
    assert!(!text.contains("before="), "{text}");
    at(data.path(), &["audit", "--kind", "nonsense"]).ended_with(2);
    at(data.path(), &["audit", "--since", "yesterday"]).ended_with(2);
}
