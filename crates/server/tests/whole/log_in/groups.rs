//! What the groups of somebody make of them.

use serde_json::{Value, json};

use super::double::{Double, Says};
use super::kit::{Browser, Service, path};
use super::{bob, problem, user};
use crate::support::{Key, Net, audit};

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
    // An outage whose answer looks like one of somebody without groups.
    double.says(Says {
        more_status: 503,
        ..says(json!({ "sub": "u-1" }))
    });
    let answer = double.logs_in(&mut Browser::new(&cat)).await.assert(502);
    assert_eq!(problem(&answer), "log_in_service_unreachable");
    assert!(user(&cat, "bob").await.unwrap().admin);
    double.says(says(json!({ "sub": "u-1" })));
    double.logs_in(&mut Browser::new(&cat)).await.assert(303);
    assert!(!user(&cat, "bob").await.unwrap().admin, "in no group");
}
