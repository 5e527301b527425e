//! The pages as a browser meets them: log-in, invitations, accepting, disconnecting, and what other sites cannot do.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod accounts;
mod admin;
mod check;
mod connections;
mod crowd;
mod forms;
mod handover;
mod invitations;
mod language;
mod overview;
mod people;
mod second_factor;
mod settings;
mod weights;
mod world;

use http::{Method, StatusCode};
use world::{ORIGIN_URL, Visitor, World};

/// Lets somebody create an invitation; gives the page with its link and code.
async fn invitation(by: &mut Visitor<'_>) -> world::Answer {
    let made = by
        .post(
            "/invitations",
            &[
                ("note", "for a <i>friend</i>"),
                ("people", "1"),
                ("valid", "604800"),
            ],
        )
        .await;
    let path = made.location().to_owned();
    by.get(&path).await
}

/// Accepts an invitation; gives the place of what came of it.
async fn accepts(by: &mut Visitor<'_>, invitation: &str) -> String {
    let sent = by.post("/accept", &[("invitation", invitation)]).await;
    sent.location().to_owned()
}

/// Connects carol with bob by an invitation of his; gives its code.
async fn connect(bob: &mut Visitor<'_>, carol: &mut Visitor<'_>) -> String {
    let code = invitation(bob).await.field("code").to_owned();
    let result = accepts(carol, &code).await;
    assert!(result.starts_with("/acceptances/"), "{result}");
    let told = carol.get(&result).await.body;
    assert!(told.contains("You and Bob Bauer are connected"), "{told}");
    // What is possible now, and where to go on.
    assert!(told.contains("can now share with each other"), "{told}");
    assert!(
        told.contains("class=\"button primary\" href=\"/connections\""),
        "{told}"
    );
    code
}

#[tokio::test]
async fn pages_are_closed_until_the_log_in_and_after_the_log_out() {
    let world = World::new().await;
    let mut bob = world.stranger();
    assert_eq!(bob.get("/").await.location(), "/connections");
    assert_eq!(
        bob.get("/connections").await.location(),
        "/login?next=%2Fconnections"
    );
    bob = world.visitor("bob").await;
    let page = bob.get("/connections").await;
    assert!(page.body.contains("No connections yet") && page.body.contains("Log out"));
    assert_eq!(bob.post("/logout", &[]).await.location(), "/login");
    assert_eq!(
        bob.get("/connections").await.location(),
        "/login?next=%2Fconnections"
    );
}

#[tokio::test]
async fn wrong_password_is_told_and_keeps_the_name_and_the_way_back() {
    let world = World::new().await;
    let mut bob = world.stranger();
    let fields = [
        ("name", "bob"),
        ("password", "guess"),
        ("next", "/accept?token=a"),
    ];
    let page = bob.post("/login", &fields).await;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED);
    assert!(
        page.body
            .contains("The user name or the password is wrong.")
    );
    assert_eq!(page.field("name"), "bob");
    assert!(
        page.body
            .contains("name=\"next\" value=\"/accept?token=a\"")
    );
    assert!(
        !page.headers.contains_key("www-authenticate"),
        "the browser would show a box of its own"
    );
}

#[tokio::test]
async fn deep_link_survives_the_log_in() {
    let world = World::new().await;
    let mut carol = world.stranger();
    let sent = carol
        .get("/accept?token=Zx81kd0aPq7Rt2uVw9bN4g&providerDomain=dog.localhost%3A8081")
        .await;
    let form = carol.get(sent.location()).await;
    assert!(form.body.contains("Log in to answer the invitation"));
    let next = "/accept?token=Zx81kd0aPq7Rt2uVw9bN4g&providerDomain=dog.localhost%3A8081";
    assert!(
        form.body
            .contains(&format!("value=\"{}\"", next.replace('&', "&#38;"))),
        "{}",
        form.body
    );
    let back = carol.log_in_as("carol", next).await;
    assert_eq!(back.location(), next);
    let page = carol.get(next).await;
    assert!(
        page.body
            .contains(">Zx81kd0aPq7Rt2uVw9bN4g@dog.localhost:8081</textarea>")
    );
    assert!(
        page.body.contains(
            "Leads to <strong>dog.localhost:8081</strong>, which does not answer just now."
        )
    );
}

#[tokio::test]
async fn log_in_leads_to_no_other_server() {
    let world = World::new().await;
    for next in ["//example.org/", "https://example.org/", "/\\example.org"] {
        assert_eq!(
            world.stranger().log_in_as("bob", next).await.location(),
            "/connections",
            "{next}"
        );
    }
}

#[tokio::test]
async fn forms_of_other_sites_are_refused_and_change_nothing() {
    let world = World::new().await;
    let mut bob = world.visitor("bob").await;
    for headers in [
        [
            ("sec-fetch-site", "cross-site"),
            ("origin", "https://example.org"),
        ],
        [
            ("sec-fetch-site", "same-site"),
            ("origin", "http://localhost:8080"),
        ],
        [("sec-fetch-site", ""), ("origin", "https://example.org")],
        [("sec-fetch-site", ""), ("origin", "null")],
    ] {
        for path in ["/invitations", "/accept", "/logout", "/login"] {
            let answer = bob.post_from(&headers, path, &[("people", "1")]).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path} {headers:?}");
            assert!(answer.body.contains("<h1>"), "{path} answers no page");
        }
    }
    assert!(
        bob.get("/invitations")
            .await
            .body
            .contains("You have not invited anybody yet.")
    );
    let trusted = [("sec-fetch-site", ""), ("origin", ORIGIN_URL)];
    let made = bob
        .post_from(&trusted, "/invitations", &[("people", "1")])
        .await;
    assert_eq!(
        made.status,
        StatusCode::SEE_OTHER,
        "an old browser on our own page"
    );
}

#[tokio::test]
async fn looking_at_an_invitation_accepts_nothing() {
    let world = World::new().await;
    let (mut bob, mut carol) = (world.visitor("bob").await, world.visitor("carol").await);
    let made = invitation(&mut bob).await;
    let link = made.field("link").replace("&#38;", "&");
    let query = link.split_once('?').unwrap().1;
    for method in [Method::GET, Method::HEAD] {
        for path in [format!("/wayf?{query}"), format!("/accept?{query}")] {
            let answer = carol.send(method.clone(), &path, &[], String::new()).await;
            assert_eq!(answer.status, StatusCode::OK);
        }
    }
    assert_eq!(bob.get("/connections").await.connected(), 0);
    assert_eq!(carol.get("/connections").await.connected(), 0);
    assert!(bob.get("/invitations").await.body.contains("open until"));
}

#[tokio::test]
async fn two_people_connect_and_their_names_stay_text() {
    let world = World::new().await;
    let (mut bob, mut carol) = (world.visitor("bob").await, world.visitor("carol").await);
    connect(&mut bob, &mut carol).await;
    let page = bob.get("/connections").await;
    assert_eq!(page.connected(), 1);
    assert!(
        page.body.contains("Carol &#60;b&#62;Lindqvist") && !page.body.contains("<b>Lindqvist")
    );
    assert!(page.body.contains("cat.localhost:8080") && page.body.contains("carol@example.org"));
    assert_eq!(carol.get("/connections").await.connected(), 1);
    let invitations = bob.get("/invitations").await;
    assert!(
        invitations
            .body
            .contains("for one person · accepted by <bdi>Carol")
            && invitations.body.contains("<span>accepted</span>")
    );
}

#[tokio::test]
async fn nobody_is_disconnected_before_they_confirmed_it() {
    let world = World::new().await;
    let (mut bob, mut carol) = (world.visitor("bob").await, world.visitor("carol").await);
    let code = connect(&mut bob, &mut carol).await;
    let page = carol.get("/connections").await;
    let ask = page.link("/connections/", "/disconnect").to_owned();
    let asked = carol.get(&ask).await;
    assert!(
        asked.body.contains("What this does")
            && asked.body.contains("accept the same invitation again")
    );
    assert_eq!(carol.get("/connections").await.connected(), 1);

    let done = carol.post(&ask, &[]).await;
    let told = carol.get(done.location()).await;
    assert!(told.body.contains(
        "You and Bob Bauer (cat.localhost:8080) are no longer connected. Both lists show it."
    ));
    assert_eq!(told.connected(), 0);
    assert_eq!(bob.get("/connections").await.connected(), 0);

    accepts(&mut carol, &code).await;
    assert_eq!(bob.get("/connections").await.connected(), 1);
}

#[tokio::test]
async fn own_invitation_is_refused_with_words_and_what_was_pasted() {
    let world = World::new().await;
    let mut bob = world.visitor("bob").await;
    let code = invitation(&mut bob).await.field("code").to_owned();
    let page = bob.post("/accept", &[("invitation", &code)]).await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
    assert!(
        page.body.contains("This is your own invitation") && page.body.contains("Reference <code>")
    );
    assert!(page.body.contains(&format!(">{code}</textarea>")));
    assert_eq!(bob.get("/connections").await.connected(), 0);
}

#[tokio::test]
async fn accepting_twice_says_that_nothing_changed() {
    let world = World::new().await;
    let (mut bob, mut carol) = (world.visitor("bob").await, world.visitor("carol").await);
    let code = connect(&mut bob, &mut carol).await;
    let again = carol.post("/accept", &[("invitation", &code)]).await;
    let page = carol.get(again.location()).await;
    assert!(
        page.body
            .contains("were connected already. Nothing has changed."),
        "{}",
        page.body
    );
    assert_eq!(page.connected(), 1);
}

#[tokio::test]
async fn invitation_without_a_server_is_asked_for_it() {
    let world = World::new().await;
    let mut carol = world.visitor("carol").await;
    let page = carol
        .post("/accept", &[("invitation", "Zx81kd0aPq7Rt2uVw9bN4g")])
        .await;
    assert!(page.body.contains("Server of the person who invited you"));
}

#[tokio::test]
async fn acceptance_that_waits_is_listed_with_its_gestures() {
    let world = World::new().await;
    let mut carol = world.visitor("carol").await;
    let sent = carol
        .post(
            "/accept",
            &[("invitation", "Zx81kd0aPq7Rt2uVw9bN4g@dog.localhost:8081")],
        )
        .await;
    let result = sent.location().to_owned();
    let list = carol.get("/connections").await;
    for page in [carol.get(&result).await, list] {
        assert!(
            page.body
                .contains("connecting: waiting for dog.localhost:8081 since")
        );
        assert!(page.body.contains("Try now") && page.body.contains("Cancel"));
    }
    let cancelled = carol.post(&format!("{result}/cancel"), &[]).await;
    assert!(
        carol
            .get(cancelled.location())
            .await
            .body
            .contains("nobody is connected by it")
    );
    assert!(!carol.get("/connections").await.body.contains("waiting for"));
}

#[tokio::test]
async fn invitation_can_be_renewed_and_taken_back_by_its_owner_only() {
    let world = World::new().await;
    let (mut bob, mut carol) = (world.visitor("bob").await, world.visitor("carol").await);
    let made = bob
        .post("/invitations", &[("people", "anyone"), ("valid", "86400")])
        .await;
    let path = made.location().split('?').next().unwrap().to_owned();
    assert_eq!(carol.get(&path).await.status, StatusCode::NOT_FOUND);
    for gesture in ["withdraw", "renew"] {
        let answer = carol.post(&format!("{path}/{gesture}"), &[]).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
    }
    let renewed = bob
        .post(&format!("{path}/renew"), &[("valid", "2592000")])
        .await;
    assert!(
        bob.get(renewed.location())
            .await
            .body
            .contains("Its time starts again from now.")
    );
    let taken = bob.post(&format!("{path}/withdraw"), &[]).await;
    let page = bob.get(taken.location()).await;
    assert!(page.body.contains("Withdrawn.") && !page.body.contains("id=\"link\""));
}

#[tokio::test]
async fn problems_are_pages_in_the_same_frame() {
    let world = World::new().await;
    let mut bob = world.visitor("bob").await;
    let unknown = bob.get("/no-such-page").await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    assert!(unknown.header("content-type").starts_with("text/html"));
    assert!(
        unknown.body.contains("Log out") && unknown.body.contains(unknown.header("x-request-id"))
    );
    let wrong = bob.post("/wayf", &[]).await;
    assert_eq!(wrong.status, StatusCode::METHOD_NOT_ALLOWED);
    assert!(wrong.header("allow").contains("GET") && wrong.body.contains("<h1>"));
    let api = bob.get("/api/v1/no-such-thing").await;
    assert!(
        api.header("content-type")
            .starts_with("application/problem+json")
    );
}

#[tokio::test]
async fn every_page_keeps_the_same_strict_headers() {
    let world = World::new().await;
    let mut bob = world.visitor("bob").await;
    for path in [
        "/connections",
        "/invitations",
        "/accept",
        "/errors",
        "/settings",
        "/settings/leave",
        "/settings/copy/vcard",
        "/left",
        "/wayf?token=abcdefgh",
        "/nowhere",
    ] {
        let page = bob.get(path).await;
        let policy = page.header("content-security-policy");
        for part in [
            "default-src 'none'",
            "script-src 'self';",
            "form-action 'self'",
            "frame-ancestors 'none'",
        ] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(page.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(page.header("referrer-policy"), "same-origin", "{path}");
        assert_eq!(page.header("cache-control"), "no-store", "{path}");
        assert_eq!(
            page.header("cross-origin-opener-policy"),
            "same-origin",
            "{path}"
        );
    }
}

#[tokio::test]
async fn style_and_script_are_kept_for_ever_under_their_hash() {
    let world = World::new().await;
    let mut bob = world.stranger();
    let page = bob.get("/login").await;
    let style = page.link("/assets/style.css?", "").to_owned();
    let found = bob.get(&style).await;
    assert!(found.header("content-type").starts_with("text/css"));
    assert!(found.header("cache-control").contains("immutable"));
    assert_eq!(
        bob.get("/assets/style.css").await.header("cache-control"),
        "no-cache"
    );
    let tag = [("if-none-match", found.header("etag"))];
    let known = bob
        .send(Method::GET, "/assets/style.css", &tag, String::new())
        .await;
    assert_eq!(
        (known.status, known.body.as_str()),
        (StatusCode::NOT_MODIFIED, "")
    );
    assert_eq!(
        bob.get("/assets/../style.css").await.status,
        StatusCode::NOT_FOUND
    );
}

const DOG: &str = r#"{"enabled":true,"apiVersion":"1.1.0","endPoint":"http://dog.localhost:8081/ocm","provider":"dog",
    "resourceTypes":[],"capabilities":["invites"],"inviteAcceptDialog":"http://dog.localhost:8081/accept"}"#;
const EVIL: &str = r#"{"enabled":true,"apiVersion":"1.1.0","endPoint":"http://evil.localhost:8082/ocm","provider":"evil",
    "resourceTypes":[],"capabilities":["invites"],"inviteAcceptDialog":"javascript:alert(1)"}"#;

#[tokio::test]
async fn link_leads_strangers_to_their_own_server() {
    let world = World::among(&[
        ("http://dog.localhost:8081/.well-known/ocm", DOG),
        ("http://evil.localhost:8082/.well-known/ocm", EVIL),
    ])
    .await;
    let mut carol = world.stranger();
    let link = "/wayf?token=Zx81kd0aPq7Rt2uVw9bN4g&providerDomain=cat.localhost%3A8080";
    let page = carol.get(link).await;
    assert!(
        page.body
            .contains("A person on <strong>cat.localhost:8080</strong> invites you")
    );
    assert!(!page.field("code").is_empty());

    let found = carol
        .get(&format!("{link}&server=carol@dog.localhost:8081"))
        .await;
    let there = found
        .link("http://dog.localhost:8081/accept?", "")
        .replace("&#38;", "&");
    assert!(
        there.ends_with("?token=Zx81kd0aPq7Rt2uVw9bN4g&providerDomain=cat.localhost%3A8080"),
        "{there}"
    );

    let own = carol
        .get(&format!("{link}&server=cat.localhost:8080"))
        .await;
    own.link(&format!("{ORIGIN_URL}/accept?token="), "");

    let evil = carol
        .get(&format!("{link}&server=evil.localhost:8082"))
        .await;
    assert!(!evil.body.contains("javascript:"), "{}", evil.body);
    assert!(evil.status.is_client_error() || evil.status.is_server_error());

    let down = carol
        .get(&format!("{link}&server=cow.localhost:8083"))
        .await;
    assert_eq!(down.status, StatusCode::GATEWAY_TIMEOUT);
    assert!(
        down.body.contains("cow.localhost:8083 does not answer")
            && down.body.contains("use the code below")
    );
}
