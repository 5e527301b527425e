//! Mistakes at setting up, and what tells an administrator of each: the page, the log, the doctor.

use serde_json::{Value, json};
use symbolon_proto::language::Language;
use symbolon_server::doctor::{Finding, Level};
use symbolon_store::users::FindCredentials;

use super::double::{Double, Says};
use super::kit::{Browser, Service};
use super::{bob, problem};
use crate::doctor::findings;
use crate::support::{Key, Logged, Net, TestServer, keep_secret, logged};

/// The lines that say this.
fn said(logs: &Logged, message: &str) -> Vec<Value> {
    let mut lines = logs.lines();
    lines.retain(|line| line["fields"]["message"] == message);
    lines
}

#[tokio::test]
async fn what_the_service_does_not_accept_is_told_with_the_setting_to_look_at() {
    const SAID: &str = "the log-in service does not accept what this server asks for";
    let net = Net::default();
    for (word, setting) in [
        ("invalid_scope", "oidc_scopes"),
        ("unauthorized_client", "oidc_client_secret_file"),
        ("invalid_request", "PKCE"),
    ] {
        let (logs, _guard) = logged();
        let double = Double::start().await;
        let cat = double.server(&net, &[]).await;
        let mut browser = Browser::new(&cat);
        let mut back = double.sends_back(&mut browser).await;
        back.query_pairs_mut().append_pair("error", word);
        let answer = browser.comes_back(&back).await.assert(502);
        assert_eq!(problem(&answer), "log_in_set_up_wrong");
        assert!(answer.text.contains(word), "{}", answer.text);
        // A browser brought it, and may have written it itself.
        assert!(said(&logs, SAID).is_empty());
        let lines = said(&logs, "the log-in service let somebody not in");
        assert_eq!(lines[0]["level"], "INFO");
        let named = lines[0]["fields"]["setting"].as_str().unwrap();
        assert!(named.contains(setting), "{named}");
    }
    // What the service says itself is worth one.
    let (logs, _guard) = logged();
    let double = Double::start().await;
    let cat = double.server(&net, &[]).await;
    double.says(Says {
        instead: Some((401, json!({ "error": "invalid_client" }))),
        ..Says::default()
    });
    let answer = double.logs_in(&mut Browser::new(&cat)).await.assert(502);
    assert_eq!(problem(&answer), "log_in_set_up_wrong");
    let line = said(&logs, SAID).remove(0);
    assert_eq!(line["level"], "WARN");
    let named = line["fields"]["setting"].as_str().unwrap();
    assert!(named.contains("oidc_client_secret_file"), "{named}");
    // A service that is out of order is not one that is set up wrongly, nor one that lets somebody not in.
    let double = Double::start().await;
    let cat = double.server(&net, &[]).await;
    let mut browser = Browser::new(&cat);
    let mut back = double.sends_back(&mut browser).await;
    back.query_pairs_mut()
        .append_pair("error", "temporarily_unavailable");
    let answer = browser.comes_back(&back).await.assert(502);
    assert_eq!(problem(&answer), "log_in_service_unreachable");
}

#[tokio::test]
async fn a_clock_that_differs_is_in_the_log_with_the_seconds() {
    let (logs, _guard) = logged();
    let net = Net::default();
    let double = Double::start().await;
    let cat = double.server(&net, &[]).await;
    // The double says that it is still the start, and that it may be believed for five minutes.
    net.pass_ms(400_000);
    let answer = double.logs_in(&mut Browser::new(&cat)).await.assert(502);
    assert_eq!(problem(&answer), "log_in_answer_invalid");
    let lines = said(&logs, "what the log-in service says is not believed");
    let cause = lines[0]["fields"]["cause"].as_str().unwrap();
    assert!(
        cause.contains("100 s ago by the clock of this machine"),
        "{cause}"
    );
}

#[tokio::test]
async fn a_service_that_says_nothing_of_groups_is_in_the_log_where_groups_decide() {
    const SAID: &str = "the log-in service says nothing of groups";
    let (logs, _guard) = logged();
    let net = Net::default();
    let double = Double::start().await;
    let cat = double.server(&net, &[]).await;
    double.logs_in(&mut Browser::new(&cat)).await.assert(303);
    assert!(said(&logs, SAID).is_empty());
    let allowed = [(Key::OidcAllowedGroups, "staff")];
    let cat = double.server(&net, &allowed).await;
    let answer = double.logs_in(&mut Browser::new(&cat)).await.assert(403);
    assert_eq!(problem(&answer), "log_in_not_allowed");
    let lines = said(&logs, SAID);
    assert_eq!(
        (&lines[0]["level"], &lines[0]["fields"]["claim"]),
        (&json!("WARN"), &json!("groups"))
    );
    double.says(Says {
        spoilt: Some(("groups", json!(["students"]))),
        ..Says::default()
    });
    double.logs_in(&mut Browser::new(&cat)).await.assert(403);
    assert_eq!(said(&logs, SAID).len(), 1, "they are in other groups");
}

#[tokio::test]
async fn an_address_that_nobody_has_verified_is_left_out_of_a_new_account_and_the_log_says_so() {
    const SAID: &str = "a new account has no e-mail address";
    let (logs, _guard) = logged();
    let net = Net::default();
    let double = Double::start().await;
    let cat = double.server(&net, &[]).await;
    double.says(Says {
        spoilt: Some(("email_verified", json!(false))),
        ..Says::default()
    });
    for _ in 0..2 {
        double.logs_in(&mut Browser::new(&cat)).await.assert(303);
    }
    let lines = said(&logs, SAID);
    assert_eq!(lines.len(), 1, "when it is made, and no more");
    assert_eq!(lines[0]["fields"]["cause"], "email_verified is not true");
    let find = FindCredentials {
        name: "bob".to_owned(),
    };
    let made = cat.app.store.read(find).await.unwrap().unwrap();
    assert_eq!(made.user.email, None);
}

/// What the doctor finds about the service.
async fn looked_at(net: &Net, server: &TestServer) -> Vec<Finding> {
    let mut found = findings(net, server).await;
    found.retain(|one| one.check.starts_with("log_in."));
    found
}

#[tokio::test]
async fn the_doctor_tries_out_with_a_real_service_whether_it_takes_this_server_for_its_client() {
    let net = Net::default();
    let service = Service::start(&bob(&[]));
    let folder = tempfile::tempdir().unwrap();
    let other = folder.path().join("secret");
    keep_secret(&other, "another secret");
    let cat = service.server(&net, &[]).await;
    let well = looked_at(&net, &cat).await;
    assert!(
        well.iter().all(|one| one.level == Level::Ok) && well.len() == 2,
        "{well:#?}"
    );
    for (key, text, named) in [
        (Key::OidcClientId, "nobody", "/login/oidc/callback"),
        (
            Key::OidcClientSecretFile,
            other.to_str().unwrap(),
            "oidc_client_secret_file",
        ),
    ] {
        let net = Net::default();
        let cat = service.server(&net, &[(key, text)]).await;
        let found = looked_at(&net, &cat).await.pop().unwrap();
        assert_eq!(
            (found.check, found.level),
            ("log_in.client", Level::Problem)
        );
        let remedy = found.remedy.unwrap().say(Language::En);
        assert!(remedy.contains(named), "{remedy}");
    }
}

#[tokio::test]
async fn settings_say_by_which_service_somebody_logs_in_and_the_log_out_that_it_goes_on_there() {
    let net = Net::default();
    let double = Double::start().await;
    let settings = [(Key::OidcName, "Cat University")];
    let cat = double.server(&net, &settings).await;
    let mut browser = Browser::new(&cat);
    double.logs_in(&mut browser).await.assert(303);
    let shown = browser.get("/settings").await.assert(200).text;
    for words in [
        "You log in with Cat University",
        "You have no password on this server",
    ] {
        assert!(shown.contains(words), "{shown}");
    }
    let out = browser.post("/logout", "").await.assert(303);
    let left = super::path(&out).to_owned();
    let page = browser.get(&left).await.assert(200).text;
    assert!(
        page.contains("still be logged in at Cat University"),
        "{page}"
    );
    assert!(!browser.get("/login").await.text.contains("still be logged"));
    // Nobody is sent to a service that they do not log in by.
    let carol = cat.person("carol").await;
    let shown = carol.page("/settings", "en").await.assert(200).text;
    assert!(!shown.contains("You log in with"), "{shown}");
    let out = carol.posts("/logout", "").await.assert(303);
    assert_eq!(super::path(&out), "/login");
}

#[tokio::test]
async fn an_account_of_a_service_of_before_shows_that_and_is_unlinked_first() {
    let net = Net::default();
    let double = Double::start().await;
    let cat = double.server(&net, &[]).await;
    let (bob, carol) = (cat.person("bob").await, cat.person("carol").await);
    cat.meddle("UPDATE users SET admin = 1 WHERE name = 'carol'")
        .await;
    super::link(&cat, "https://login.example.com", "u-1", &bob.id).await;
    // The same person under another issuer: neither let in nor given a second account.
    let answer = double.logs_in(&mut Browser::new(&cat)).await.assert(403);
    assert_eq!(problem(&answer), "log_in_name_taken");
    let page = format!("/admin/people/{}", bob.id);
    // The trail, to which the page of an account leads, shows by which name the service knows them.
    let trail = "/admin/audit?kind=session.refused";
    let refused = carol.page(trail, "en").await.assert(200).text;
    assert!(refused.contains("<code>u-1</code>"), "{refused}");
    let shown = carol.page(&page, "en").await.assert(200).text;
    assert!(
        shown.contains("Logged in at https://login.example.com"),
        "{shown}"
    );
    carol.posts(&format!("{page}/unlink"), "").await.assert(303);
    let shown = carol.page(&page, "en").await.assert(200).text;
    assert!(shown.contains(trail), "{shown}");
    let link = format!("{page}/link");
    carol.posts(&link, "subject=u-1").await.assert(303);
    double.logs_in(&mut Browser::new(&cat)).await.assert(303);
    let shown = carol.page(&page, "en").await.assert(200).text;
    assert!(!shown.contains("Logged in at"), "{shown}");
}
