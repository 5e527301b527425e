//! Which account belongs to somebody of the service, and what those do who have no password.

use serde_json::{Value, json};
use symbolon_store::events::Moment;
use symbolon_store::identities::{FindLink, UnlinkIdentity};
use symbolon_store::users::{SetAdmin, SetDisabled};

use super::double::Double;
use super::kit::{Browser, CAT, Service, path};
use super::{bob, link, problem, refusals, user};
use crate::support::{Key, Net, TestServer};

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
async fn an_administrator_links_an_account_on_its_page_and_unlinks_it_there() {
    let net = Net::default();
    let people =
        json!({ "u-1": { "preferred_username": "bob" }, "u-2": { "preferred_username": "bobby" } });
    let service = Service::start(&people);
    let cat = service.server(&net, &[]).await;
    let (bob, carol) = (cat.person("bob").await, cat.person("carol").await);
    let set = SetAdmin {
        id: carol.id.clone(),
        admin: true,
        moment: cat.app.moment("test"),
    };
    assert!(cat.app.store.write(set).await.unwrap());
    let page = format!("/admin/people/{}", bob.id);
    let link = format!("{page}/link");
    let shown = carol.page(&page, "en").await.assert(200).text;
    assert!(shown.contains(&format!("action=\"{link}\"")), "{shown}");
    for (subject, words) in [("", "It is one line"), ("%E9%B2%8D", "It is one line")] {
        let told = carol.posts(&link, &format!("subject={subject}")).await;
        assert!(told.assert(400).text.contains(words));
    }
    carol.posts(&link, "subject=u-1").await.assert(303);
    let mut browser = Browser::new(&cat);
    browser.logs_in("/", "u-1").await.assert(303);
    let me = browser.get("/settings").await.assert(200);
    assert!(me.text.contains(bob.id.as_str()));
    let other = carol.posts(&link, "subject=u-2").await.assert(400);
    assert!(other.text.contains("unlink it first"), "{}", other.text);
    carol.posts(&format!("{page}/unlink"), "").await.assert(303);
    browser.get("/settings").await.assert(303);
    let answer = Browser::new(&cat).logs_in("", "u-1").await.assert(403);
    assert_eq!(problem(&answer), "log_in_without_account");
    let trail = crate::support::audit(&cat).await;
    let by = |kind: &str| trail.iter().find(|event| event.kind == kind).unwrap();
    for kind in ["user.linked", "user.unlinked"] {
        assert_eq!(by(kind).data["by_user"], carol.id.as_str(), "{kind}");
    }
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
    assert_eq!(problem(&answer.assert(400)), "member_invalid");
    let answer = browser
        .post("/settings/leave", "password=bob")
        .await
        .assert(303);
    assert_eq!(path(&answer), "/left");
}

#[tokio::test]
async fn an_app_password_alone_closes_no_account() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let bob = cat.person("bob").await;
    let name = json!({ "current_password": "bob" });
    let refused = bob.call("DELETE", "/api/v1/me", name.clone()).await;
    assert_eq!(refused.assert(403).json()["code"], "password_wrong");
    bob.call("GET", "/api/v1/me", Value::Null).await.assert(200);
    // In a session it is its owner who says so.
    let leaves = http::Request::delete("/api/v1/me")
        .header("cookie", bob.cookie().await)
        .header("content-type", "application/json")
        .body(axum::body::Body::from(name.to_string()));
    cat.request(leaves.unwrap()).await.assert(202);
    bob.call("GET", "/api/v1/me", Value::Null).await.assert(401);
}
