//! People log in by the service of their organisation: a real provider of OpenID Connect in a process of its own, and a
//! double for what no honest one says.

mod app_passwords;
mod double;
mod kit;
mod second_factor;
mod sessions;

use double::{Double, Says, Signed};
use http::header::SET_COOKIE;
use kit::{Browser, CAT, Service, path};
use serde_json::{Value, json};
use symbolon_core::UserId;
use symbolon_proto::problem::Code;
use symbolon_store::events::{Event, Moment};
use symbolon_store::identities::{FindLink, Identity, LinkIdentity, Linked, UnlinkIdentity};
use symbolon_store::users::{FindCredentials, SetDisabled, User};

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
async fn a_code_of_another_browser_logs_nobody_in() {
    let net = Net::default();
    let service = Service::start(&bob(&[]));
    let cat = service
        .server(&net, &[(Key::OidcCreateAccounts, "true")])
        .await;
    // Eve logs in, keeps the address that leads back, and has carol open it: carol would act as eve.
    let mut eve = Browser::new(&cat);
    let back = eve.comes_from_the_service("", "u-1").await;
    let mut carol = Browser::new(&cat);
    let answer = carol.comes_back(&back).await.assert(403);
    assert_eq!(problem(&answer), "log_in_not_begun_here");
    // So it is if carol has a log-in of her own under way, which goes on.
    carol.get("/login/oidc").await.assert(303);
    let under_way = carol.here.clone();
    let answer = carol.comes_back(&back).await.assert(403);
    assert_eq!(problem(&answer), "log_in_not_begun_here");
    assert_eq!(
        carol.here.get("__Host-symbolon-log-in"),
        under_way.get("__Host-symbolon-log-in")
    );
    assert!(carol.here.get("__Host-symbolon").is_none());
    // In eve's own browser it works, and once.
    let kept = eve.here.clone();
    eve.comes_back(&back).await.assert(303);
    eve.here = kept;
    let again = eve.comes_back(&back).await.assert(403);
    assert_eq!(problem(&again), "log_in_service_refused");
    assert_eq!(refusals(&cat).await.len(), 3);
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
async fn who_leaves_the_group_is_no_administrator_at_the_next_log_in() {
    let net = Net::default();
    let service = Service::start(&bob(&["it", "staff"]));
    let settings = [
        (Key::OidcCreateAccounts, "true"),
        (Key::OidcAdminGroups, "it; helpdesk"),
        (Key::OidcAllowedGroups, "staff"),
    ];
    let cat = service.server(&net, &settings).await;
    let mut browser = Browser::new(&cat);
    browser.logs_in("/admin", "u-1").await.assert(303);
    browser.get("/admin").await.assert(200);
    service.says(&bob(&["staff"]));
    Browser::new(&cat).logs_in("", "u-1").await.assert(303);
    browser.get("/admin").await.assert(404);
    // And who is in no group that may come in does not, and is out everywhere.
    service.says(&bob(&["students"]));
    let answer = Browser::new(&cat).logs_in("", "u-1").await.assert(403);
    assert_eq!(problem(&answer), "log_in_not_allowed");
    assert!(path(&browser.get("/settings").await.assert(303)).starts_with("/login"));
    let kinds: Vec<String> = audit(&cat)
        .await
        .into_iter()
        .map(|event| event.kind)
        .collect();
    assert!(kinds.contains(&"user.admin_granted".to_owned()));
    assert!(kinds.contains(&"user.admin_revoked".to_owned()));
    assert_eq!(kinds.last().unwrap(), "session.refused");
}

#[tokio::test]
async fn whoever_cannot_be_asked_for_groups_keeps_what_they_have() {
    let net = Net::default();
    let double = Double::start().await;
    let cat = double.server(&net, &[(Key::OidcAdminGroups, "it")]).await;
    let says = |more: Value| Says {
        more,
        ..Says::default()
    };
    double.says(says(json!({ "sub": "u-1", "groups": ["it"] })));
    double.logs_in(&mut Browser::new(&cat)).await.assert(303);
    assert!(user(&cat, "bob").await.unwrap().admin);
    for (more, code) in [
        (json!("not an object"), "log_in_answer_invalid"),
        (
            json!({ "sub": "u-2", "groups": [] }),
            "log_in_answer_invalid",
        ),
        (json!({ "groups": [] }), "log_in_answer_invalid"),
    ] {
        double.says(says(more));
        let answer = double.logs_in(&mut Browser::new(&cat)).await;
        assert_eq!(problem(&answer), code);
        assert!(user(&cat, "bob").await.unwrap().admin);
    }
    double.says(says(json!({ "sub": "u-1" })));
    double.logs_in(&mut Browser::new(&cat)).await.assert(303);
    assert!(!user(&cat, "bob").await.unwrap().admin, "in no group");
}

#[tokio::test]
async fn neither_a_name_nor_an_address_opens_an_account_that_nobody_has_linked() {
    let net = Net::default();
    let mut people = bob(&[]);
    people["u-1"]["preferred_username"] = json!("bob");
    people["u-2"] = json!({ "preferred_username": "robert", "email": "bob@example.org", "email_verified": true });
    let service = Service::start(&people);
    let cat = service.server(&net, &[]).await;
    let bob = cat.person("bob").await;
    for subject in ["u-1", "u-2"] {
        let answer = Browser::new(&cat)
            .logs_in("/invitations", subject)
            .await
            .assert(403);
        assert_eq!(problem(&answer), "log_in_without_account");
        assert!(
            answer.text.contains("/login/oidc?next=%2Finvitations"),
            "the way back is kept"
        );
    }
    // The trail says whom to link.
    let refused = refusals(&cat).await;
    assert_eq!(refused[0].data["subject"], "u-1");
    assert_eq!(refused[0].data["issuer"], service.issuer());
    link(&cat, &service.issuer(), "u-1", &bob.id).await;
    let mut browser = Browser::new(&cat);
    browser.logs_in("/", "u-1").await.assert(303);
    let me = browser.get("/settings").await.assert(200);
    assert!(me.text.contains(bob.id.as_str()));
    let unlink = UnlinkIdentity {
        user: bob.id.clone(),
        moment: cat.app.moment("test"),
    };
    assert!(cat.app.store.write(unlink).await.unwrap().is_some());
    browser.get("/settings").await.assert(303);
    let answer = Browser::new(&cat).logs_in("", "u-1").await.assert(403);
    assert_eq!(problem(&answer), "log_in_without_account");
}

#[tokio::test]
async fn an_account_is_made_with_a_name_of_its_own_or_not_at_all() {
    let net = Net::default();
    let people = json!({
        "u-1": { "preferred_username": "Bob" },
        "u-2": { "preferred_username": "bob" },
        "u-3": { "preferred_username": "carol" },
        "u-4": { "preferred_username": "鲍勃" },
        "u-5": { "name": "Nobody" },
    });
    let service = Service::start(&people);
    let cat = service
        .server(&net, &[(Key::OidcCreateAccounts, "true")])
        .await;
    let carol = cat.person("carol").await;
    for subject in ["u-1", "u-2", "u-1"] {
        Browser::new(&cat).logs_in("", subject).await.assert(303);
    }
    assert!(user(&cat, "bob").await.is_some() && user(&cat, "bob-2").await.is_some());
    assert!(user(&cat, "bob-3").await.is_none());
    for (subject, code) in [
        ("u-3", "log_in_name_taken"),
        ("u-4", "log_in_name_missing"),
        ("u-5", "log_in_name_missing"),
    ] {
        let answer = Browser::new(&cat).logs_in("", subject).await.assert(403);
        assert_eq!(problem(&answer), code);
    }
    let of_carol = FindLink { user: carol.id };
    assert_eq!(cat.app.store.read(of_carol).await, Ok(None));
}

#[tokio::test]
async fn a_disabled_account_stays_closed_whoever_vouches_for_its_owner() {
    let net = Net::default();
    let service = Service::start(&bob(&[]));
    let cat = service
        .server(&net, &[(Key::OidcCreateAccounts, "true")])
        .await;
    let mut browser = Browser::new(&cat);
    browser.logs_in("", "u-1").await.assert(303);
    let disable = SetDisabled {
        id: user(&cat, "bob.bauer").await.unwrap().id,
        disabled: true,
        moment: Moment::new(cat.app.now(), "test"),
    };
    assert!(cat.app.store.write(disable).await.unwrap());
    browser.get("/settings").await.assert(303);
    let answer = browser.logs_in("", "u-1").await.assert(403);
    assert_eq!(problem(&answer), "account_disabled");
    assert_eq!(
        refusals(&cat).await[0].result.as_deref(),
        Some("account_disabled")
    );
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
async fn an_answer_in_the_name_of_another_service_logs_nobody_in() {
    let net = Net::default();
    let double = Double::start().await;
    double.describes(
        "authorization_response_iss_parameter_supported",
        json!(true),
    );
    let cat = double.server(&net, &[]).await;
    let come = async |issuer: Option<&str>| {
        double.says(Says {
            issuer: issuer.map(str::to_owned),
            ..Says::default()
        });
        double.logs_in(&mut Browser::new(&cat)).await
    };
    for other in [Some("https://evil.example.org"), None] {
        let answer = come(other).await.assert(502);
        assert_eq!(problem(&answer), "log_in_answer_invalid");
    }
    come(Some(double.issuer())).await.assert(303);
}

#[tokio::test]
async fn a_token_that_is_forged_old_or_for_another_client_logs_nobody_in() {
    let net = Net::default();
    let double = Double::start().await;
    let cat = double.server(&net, &[]).await;
    let now = crate::support::START / 1_000;
    let spoilt = [
        (Signed::None, None),
        (Signed::PublicKeyAsSecret, None),
        (Signed::ByAnother, None),
        (Signed::Well, Some(("aud", json!("nextcloud")))),
        (
            Signed::Well,
            Some(("aud", json!(["symbolon", "nextcloud"]))),
        ),
        (Signed::Well, Some(("azp", json!("nextcloud")))),
        (
            Signed::Well,
            Some(("iss", json!("https://evil.example.org"))),
        ),
        (Signed::Well, Some(("nonce", json!("of another log-in")))),
        (Signed::Well, Some(("exp", json!(now - 61)))),
        (Signed::Well, Some(("iat", json!(now + 61)))),
        (Signed::Well, Some(("sub", json!(null)))),
    ];
    for (case, (signed, spoilt)) in spoilt.into_iter().enumerate() {
        double.says(Says {
            signed,
            spoilt,
            ..Says::default()
        });
        let mut browser = Browser::new(&cat);
        let answer = double.logs_in(&mut browser).await.assert(502);
        assert_eq!(problem(&answer), "log_in_answer_invalid", "case {case}");
        assert!(browser.here.get("__Host-symbolon").is_none(), "case {case}");
    }
    assert!(user(&cat, "bob").await.is_none());
    double.says(Says::default());
    let answer = double.logs_in(&mut Browser::new(&cat)).await.assert(303);
    assert_eq!(path(&answer), "/invitations");
    // Strangers cause ten of them at most.
    assert_eq!(refusals(&cat).await.len(), 10);
}

#[tokio::test]
async fn a_key_that_is_new_is_fetched_once_and_one_that_nobody_publishes_not_all_the_time() {
    let net = Net::default();
    let double = Double::start().await;
    let cat = double.server(&net, &[]).await;
    double.logs_in(&mut Browser::new(&cat)).await.assert(303);
    double.logs_in(&mut Browser::new(&cat)).await.assert(303);
    assert_eq!(double.key_fetches(), 1);
    double.changes_its_key();
    net.pass_ms(30_000);
    double.logs_in(&mut Browser::new(&cat)).await.assert(303);
    double.logs_in(&mut Browser::new(&cat)).await.assert(303);
    assert_eq!(double.key_fetches(), 2);
}

#[tokio::test]
async fn a_service_that_is_away_is_told_as_that_and_passwords_go_on() {
    let net = Net::default();
    let double = Double::start().await;
    let cat = double.server(&net, &[]).await;
    double.describes("issuer", json!("https://evil.example.org"));
    let answer = Browser::new(&cat)
        .get("/login/oidc?next=%2Finvitations")
        .await
        .assert(502);
    assert_eq!(problem(&answer), "log_in_answer_invalid");
    assert!(answer.text.contains("name=\"password\""));
    for (status, body, code) in [
        (503, json!({}), "log_in_service_unreachable"),
        (
            401,
            json!({ "error": "invalid_client" }),
            "log_in_answer_invalid",
        ),
        (200, json!({}), "log_in_answer_invalid"),
        (
            400,
            json!({ "error": "invalid_grant" }),
            "log_in_service_refused",
        ),
    ] {
        let double = Double::start().await;
        let cat = double.server(&net, &[]).await;
        double.says(Says {
            instead: Some((status, body)),
            ..Says::default()
        });
        let answer = double.logs_in(&mut Browser::new(&cat)).await;
        assert_eq!(problem(&answer), code);
    }
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
async fn whoever_has_no_password_leaves_by_their_name_and_sets_none() {
    let net = Net::default();
    let double = Double::start().await;
    let cat = double.server(&net, &[]).await;
    let mut browser = Browser::new(&cat);
    double.logs_in(&mut browser).await.assert(303);
    let settings = browser.get("/settings").await.assert(200);
    assert!(!settings.text.contains("/settings/password"));
    let form = "current=bob&new=correct+horse&again=correct+horse";
    let answer = browser.post("/settings/password", form).await;
    assert_eq!(problem(&answer), "password_wrong");
    let page = browser.get("/settings/leave").await.assert(200);
    assert!(
        page.text.contains("type your user name, bob"),
        "{}",
        page.text
    );
    let answer = browser.post("/settings/leave", "password=carol").await;
    assert_eq!(problem(&answer), "password_wrong");
    let answer = browser
        .post("/settings/leave", "password=bob")
        .await
        .assert(303);
    assert_eq!(path(&answer), "/left");
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
