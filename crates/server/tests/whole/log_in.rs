//! People log in by the service of their organisation: a real provider of OpenID Connect in a process of its own, and a
//! double for what no honest one says.

mod app_passwords;
mod double;
mod groups;
mod hostile;
mod kit;
mod known;
mod linking;
mod mistakes;
mod provider;
mod second_factor;
mod sessions;
mod tries;

use double::{Double, Says, Signed};
use http::header::SET_COOKIE;
use kit::{Browser, CAT, Service, path};
use serde_json::{Value, json};
use symbolon_core::UserId;
use symbolon_proto::problem::Code;
use symbolon_store::events::Event;
use symbolon_store::identities::{Identity, LinkIdentity, Linked};
use symbolon_store::users::{FindCredentials, User};

use crate::support::{Answer, Key, Net, TestServer, audit, logged};

/// The code of the problem that a page tells.
#[track_caller]
fn problem(answer: &Answer) -> String {
    let link = answer.text.split("/errors#").nth(1);
    let link = link.unwrap_or_else(|| panic!("no problem: {} {}", answer.status, answer.text));
    link.split('"').next().unwrap().to_owned()
}

async fn user(server: &TestServer, name: &str) -> Option<User> {
    let find = FindCredentials {
        name: name.to_owned(),
    };
    let found = server.app.store.read(find).await.unwrap();
    found.map(|found| found.user)
}

async fn link(server: &TestServer, issuer: &str, subject: &str, user: &UserId) {
    let link = LinkIdentity {
        identity: Identity {
            issuer: issuer.to_owned(),
            subject: subject.to_owned(),
        },
        user: user.clone(),
        moment: server.app.moment("test"),
    };
    assert_eq!(server.app.store.write(link).await, Ok(Linked::Done));
}

async fn refusals(server: &TestServer) -> Vec<Event> {
    let all = audit(server).await.into_iter();
    all.filter(|event| event.kind == "session.refused")
        .collect()
}

fn bob(groups: &[&str]) -> Value {
    json!({ "u-1": { "preferred_username": "Bob.Bauer", "name": "Bob Bauer", "email": "bob@example.org",
                     "email_verified": true, "groups": groups } })
}

#[tokio::test]
async fn somebody_of_the_provider_logs_in_and_comes_back_to_the_page_they_wanted() {
    for (more, service) in [
        ("user info", Service::start(&bob(&[]))),
        (
            "ID token",
            Service::start_with(&bob(&[]), &["--in-id-token"]),
        ),
    ] {
        let net = Net::default();
        let cat = service
            .server(&net, &[(Key::OidcCreateAccounts, "true")])
            .await;
        let mut browser = Browser::new(&cat);
        let wanted = "/accept?token=a%2Bb&providerDomain=dog.example.org";
        let answer = browser.logs_in(wanted, "u-1").await.assert(303);
        assert_eq!(path(&answer), wanted, "{more}");
        let me = browser.get("/settings").await.assert(200);
        assert!(me.text.contains("bob@example.org") && me.text.contains("bob.bauer"));
        let made = user(&cat, "bob.bauer").await.unwrap();
        assert_eq!(
            (made.display_name.as_str(), made.admin),
            ("Bob Bauer", false)
        );
        // Whoever comes again, from another browser, is the same person.
        let answer = Browser::new(&cat).logs_in("", "u-1").await.assert(303);
        assert_eq!(path(&answer), "/connections");
        let kinds: Vec<String> = audit(&cat)
            .await
            .into_iter()
            .map(|event| event.kind)
            .collect();
        let expected = [
            "user.added",
            "user.linked",
            "session.opened",
            "session.opened",
        ];
        assert_eq!(kinds, expected, "{more}");
    }
}

#[tokio::test]
async fn only_paths_of_this_server_are_gone_on_to() {
    let net = Net::default();
    let double = Double::start().await;
    let cat = double.server(&net, &[]).await;
    for next in [
        "https%3A%2F%2Fevil.example.org",
        "%2F%2Fevil.example.org",
        "%2F%5Cevil.example.org",
    ] {
        let mut browser = Browser::new(&cat);
        let back = double.sends_back_to(&mut browser, next).await;
        let answer = browser.comes_back(&back).await.assert(303);
        assert_eq!(path(&answer), "/connections");
        let mut browser = Browser::new(&cat);
        let page = browser.get(&format!("/login?next={next}")).await;
        assert!(!page.text.contains("evil"), "{}", page.text);
    }
}

#[tokio::test]
async fn a_log_in_that_took_longer_than_ten_minutes_is_begun_again() {
    let net = Net::default();
    let double = Double::start().await;
    let cat = double.server(&net, &[]).await;
    let mut browser = Browser::new(&cat);
    let back = double.sends_back(&mut browser).await;
    net.pass_ms(600_000);
    let answer = browser.comes_back(&back).await.assert(403);
    assert_eq!(problem(&answer), "log_in_not_begun_here");
    // Or if another was begun since.
    let back = double.sends_back(&mut browser).await;
    double.sends_back(&mut browser).await;
    let answer = browser.comes_back(&back).await.assert(403);
    assert_eq!(problem(&answer), "log_in_not_begun_here");
}

#[tokio::test]
async fn who_cancels_at_the_service_is_told_so_and_comes_back_to_the_log_in() {
    let net = Net::default();
    let double = Double::start().await;
    let cat = double.server(&net, &[]).await;
    let mut browser = Browser::new(&cat);
    let mut back = double.sends_back(&mut browser).await;
    let state = back
        .query_pairs()
        .find(|(name, _)| name == "state")
        .unwrap()
        .1
        .into_owned();
    back.query_pairs_mut()
        .clear()
        .append_pair("error", "access_denied")
        .append_pair("error_description", "<b>Eve</b> was here")
        .append_pair("state", &state);
    let answer = browser.comes_back(&back).await.assert(403);
    assert_eq!(problem(&answer), "log_in_service_refused");
    assert!(answer.text.contains("access_denied") && !answer.text.contains("Eve"));
    assert!(answer.text.contains("/login/oidc?next=%2Finvitations"));
}

#[tokio::test]
async fn without_a_service_there_is_no_way_to_one() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let mut browser = Browser::new(&cat);
    assert!(!browser.get("/login").await.text.contains("/login/oidc"));
    browser.get("/login/oidc").await.assert(404);
    browser
        .get("/login/oidc/callback?code=a&state=b")
        .await
        .assert(404);
}

#[tokio::test]
async fn passwords_open_no_page_when_they_are_off_and_app_passwords_go_on() {
    let net = Net::default();
    let double = Double::start().await;
    let cat = double.server(&net, &[(Key::PasswordLogin, "false")]).await;
    let bob = cat.person("bob").await;
    let mut browser = Browser::new(&cat);
    let page = browser.get("/login").await.assert(200);
    assert!(page.text.contains("/login/oidc") && !page.text.contains("name=\"password\""));
    let answer = browser
        .post("/login", "name=bob&password=correct+horse")
        .await
        .assert(403);
    assert_eq!(problem(&answer), "password_log_in_off");
    bob.call("GET", "/api/v1/me", Value::Null).await.assert(200);
}

#[tokio::test]
async fn administrators_hand_out_no_passwords_where_nobody_logs_in_by_one() {
    let net = Net::default();
    let double = Double::start().await;
    let cat = double.server(&net, &[(Key::PasswordLogin, "false")]).await;
    let (bob, carol) = (cat.person("bob").await, cat.person("carol").await);
    cat.meddle("UPDATE users SET admin = 1 WHERE name = 'bob'")
        .await;
    let form = bob.page("/admin/people/new", "en").await.assert(200).text;
    assert!(
        form.contains("who they are there is entered on the next page"),
        "{form}"
    );
    let made = bob
        .posts("/admin/people/new", "user=dave")
        .await
        .assert(200)
        .text;
    assert!(
        made.contains("/link\"") && !made.contains("id=\"fresh\""),
        "{made}"
    );
    let find = FindCredentials {
        name: "dave".to_owned(),
    };
    let dave = cat.app.store.read(find).await.unwrap().unwrap();
    assert!(dave.password_hash.is_none());
    let page = format!("/admin/people/{}", carol.id);
    let shown = bob.page(&page, "en").await.assert(200).text;
    assert!(!shown.contains(&format!("{page}/password")), "{shown}");
    assert!(shown.contains("Nobody logs in by password here"), "{shown}");
    bob.posts(&format!("{page}/password"), "").await.assert(404);
}

#[tokio::test]
async fn nothing_secret_of_a_log_in_is_in_any_log_line_or_event() {
    let (logs, guard) = logged();
    let net = Net::default();
    let service = Service::start(&bob(&["it"]));
    let settings = [
        (Key::OidcCreateAccounts, "true"),
        (Key::OidcAdminGroups, "it"),
    ];
    let cat = service.server(&net, &settings).await;
    let mut browser = Browser::new(&cat);
    let back = browser
        .comes_from_the_service("/accept?token=invited-by-link", "u-1")
        .await;
    let attempt = browser
        .here
        .get("__Host-symbolon-log-in")
        .unwrap()
        .to_owned();
    let kept = browser.here.clone();
    let answer = browser.comes_back(&back).await.assert(303);
    assert!(answer.headers.get_all(SET_COOKIE).iter().count() == 2);
    let session = browser.here.get("__Host-symbolon").unwrap().to_owned();
    browser.here = kept;
    browser.comes_back(&back).await.assert(403);
    drop(guard);
    let mut secrets = vec![attempt, session, "invited-by-link".to_owned()];
    secrets.extend(
        [
            "secret of symbolon",
            "secret+of+symbolon",
            "Bearer ey",
            "Basic ",
        ]
        .map(str::to_owned),
    );
    let query = back
        .query_pairs()
        .filter(|(name, _)| name == "code" || name == "state");
    secrets.extend(query.map(|(_, value)| value.into_owned()));
    let lines = logs.lines();
    let met = |words: &str| lines.iter().any(|line| line["fields"]["message"] == words);
    for words in ["a log-in failed", "the log-in service let somebody not in"] {
        assert!(met(words), "{words}: {lines:#?}");
    }
    let events = audit(&cat)
        .await
        .into_iter()
        .map(|event| format!("{event:?}"));
    for text in lines.iter().map(Value::to_string).chain(events) {
        for secret in &secrets {
            assert!(!text.contains(secret.as_str()), "{secret} in {text}");
        }
    }
}

/// What the catalogue says about logging in, met on the page of a server that logs people in by a service.
pub(crate) async fn provoked(code: Code) -> Answer {
    if code == Code::SecondFactorWrong {
        return second_factor::refused().await;
    }
    let net = Net::default();
    let double = Double::start().await;
    let settings: &[(Key, &str)] = match code {
        Code::LogInNotAllowed => &[(Key::OidcAllowedGroups, "staff")],
        Code::LogInWithoutAccount => &[(Key::OidcCreateAccounts, "false")],
        Code::PasswordLogInOff => &[(Key::PasswordLogin, "false")],
        _ => &[],
    };
    let cat = double.server(&net, settings).await;
    let mut browser = Browser::new(&cat);
    let says = match code {
        Code::LogInServiceUnreachable => Says {
            instead: Some((500, json!({}))),
            ..Says::default()
        },
        Code::LogInServiceRefused => Says {
            instead: Some((400, json!({ "error": "invalid_grant" }))),
            ..Says::default()
        },
        Code::LogInSetUpWrong => Says {
            instead: Some((401, json!({ "error": "invalid_client" }))),
            ..Says::default()
        },
        Code::LogInAnswerInvalid => Says {
            signed: Signed::None,
            ..Says::default()
        },
        Code::LogInNameMissing => Says {
            spoilt: Some(("preferred_username", json!(null))),
            ..Says::default()
        },
        _ => Says::default(),
    };
    double.says(says);
    match code {
        Code::PasswordLogInOff => return browser.post("/login", "name=bob&password=x").await,
        Code::LogInNotBegunHere => {
            return browser.get("/login/oidc/callback?code=a&state=b").await;
        }
        Code::LogInNameTaken => drop(cat.person("bob").await),
        _ => {}
    }
    double.logs_in(&mut browser).await
}
