//! What a server says of itself, and what it seems to be.

use serde_json::{Value, json};
use symbolon_proto::language::Language;
use symbolon_server::check::Stage;
use symbolon_server::doctor::Level;

use super::{CAT, DOG, description, ill, nothing, of, other, said, walk};
use crate::support::{Net, TestServer, answer};

#[tokio::test]
async fn what_is_wrong_with_a_description_is_told_by_reason_and_by_member() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let mut off = description(&["invites"]);
    off["enabled"] = json!(false);
    let mut elsewhere = description(&["invites"]);
    elsewhere["endPoint"] = json!("https://bird.example.org/ocm");
    for (described, words) in [
        (json!("<html>"), "not a server that people can connect with"),
        (off, "switched it off"),
        (elsewhere, "says that it is another one"),
    ] {
        other(&net, &described, nothing);
        let report = walk(&net, &cat, DOG).await;
        assert_eq!(
            ill(&report),
            [(Stage::Description, Level::Problem)],
            "{described}"
        );
        let told = said(of(&report, Stage::Description));
        assert!(told.contains(words), "{told}");
    }
    net.script(DOG, |_| answer(503, "text/plain", "later"));
    let report = walk(&net, &cat, DOG).await;
    assert!(said(of(&report, Stage::Description)).contains("Try again in a moment"));

    let mut flawed = description(&["/invites", "notifications"]);
    flawed["resourceTypes"][0]["shareTypes"] = json!([]);
    other(&net, &flawed, nothing);
    let report = walk(&net, &cat, DOG).await;
    let step = of(&report, Stage::Description);
    assert_eq!(step.level, Level::Ok);
    assert!(said(step).contains("2 things are not"), "{}", said(step));
    let note = |name: &str| {
        let fact = step.facts.iter().find(|fact| fact.name == name);
        let fact = fact.unwrap_or_else(|| panic!("nothing of {name}"));
        let notes = fact.notes.iter().map(|note| note.say(Language::En));
        notes.collect::<Vec<_>>().join("; ")
    };
    assert!(
        note("resourceTypes").contains("`file` has no `user`"),
        "{}",
        note("resourceTypes")
    );
    assert!(note("capabilities").contains("`/invites` is written `invites`"));
    assert!(
        note("enabled").starts_with("Required"),
        "{}",
        note("enabled")
    );
}

#[tokio::test]
async fn server_that_describes_itself_at_the_old_place_only_is_looked_at_there() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let mut old = description(&[]);
    old["apiVersion"] = json!("1.0-proposal1");
    net.script(DOG, move |request| {
        if request.url.ends_with("/ocm-provider") {
            return answer(200, "application/json", old.to_string());
        }
        nothing(request)
    });
    let report = walk(&net, &cat, DOG).await;
    assert_eq!(ill(&report), [(Stage::Invitations, Level::Problem)]);
    let kind = of(&report, Stage::Kind);
    assert!(said(kind).contains("Nextcloud"), "{}", said(kind));
    let quirks: Vec<String> = kind
        .notes
        .iter()
        .map(|said| said.say(Language::En))
        .collect();
    assert!(
        quirks
            .iter()
            .any(|quirk| quirk.contains("without a signature")),
        "{quirks:?}"
    );
}

#[tokio::test]
async fn server_without_invitations_is_told_so() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    other(&net, &description(&["notifications"]), nothing);
    let report = walk(&net, &cat, DOG).await;
    assert_eq!(ill(&report), [(Stage::Invitations, Level::Problem)]);
    assert!(said(of(&report, Stage::Invitations)).contains("switch invitations on"));
    assert_eq!(of(&report, Stage::Kind).level, Level::NotChecked);
}

#[tokio::test]
async fn kinds_of_servers_in_use_are_told_by_their_descriptions_with_what_is_peculiar_to_them() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let with = |members: Value| {
        let mut described = description(&["invites"]);
        for (name, value) in members.as_object().unwrap() {
            described[name] = value.clone();
        }
        described
    };
    let list = "put this server on their list";
    for (described, name, peculiar) in [
        (
            with(json!({ "provider": "oCIS" })),
            "ownCloud Infinite Scale",
            list,
        ),
        (
            with(json!({ "provider": "reva", "capabilities": ["/invite-accepted"] })),
            "CERNBox",
            list,
        ),
        (
            with(json!({ "provider": "Physics", "capabilities": ["/invite-accepted"] })),
            "Infinite Scale",
            list,
        ),
        (with(json!({ "provider": "OpenCloud" })), "OpenCloud", list),
        (
            with(json!({ "provider": "Physics", "capabilities": ["invites", "webdav-uri"] })),
            "OpenCloud",
            list,
        ),
        (
            with(
                json!({ "apiVersion": "1.0-proposal1", "version": "1.1.0", "publicKey": { "keyId": "a" } }),
            ),
            "Nextcloud",
            "come from there without a signature",
        ),
        (
            with(
                json!({ "apiVersion": "1.0-proposal1", "capabilities": ["invite-accepted", "http-sig"] }),
            ),
            "Nextcloud",
            "accepted once only",
        ),
        (
            with(
                json!({ "capabilities": ["http-sig", "invites"], "criteria": ["must-use-http-sig"],
                "jwksUri": format!("https://{DOG}/ocm/jwks") }),
            ),
            "OpenCloudMesh-Go",
            "accepted once only",
        ),
        (
            with(json!({ "publicKey": "-----BEGIN RSA PUBLIC KEY-----" })),
            "test stub",
            "made for tests",
        ),
        (
            with(json!({ "capabilities": ["invites", "connection-sync"] })),
            "Symbolon",
            "other side shows it",
        ),
    ] {
        other(&net, &described, nothing);
        let report = walk(&net, &cat, DOG).await;
        let kind = of(&report, Stage::Kind);
        assert!(said(kind).contains(name), "{described}: {}", said(kind));
        let notes: Vec<String> = kind
            .notes
            .iter()
            .map(|said| said.say(Language::En))
            .collect();
        assert!(
            notes.iter().any(|note| note.contains(peculiar)),
            "{name}: {notes:?}"
        );
    }
}
