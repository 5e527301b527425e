//! An invitation is handed over and accepted: what is shown before the click, and what another server is asked for it.

use http::{Method, StatusCode};

use crate::world::{Visitor, World};
use crate::{accepts, connect, invitation};

const TOKEN: &str = "Zx81kd0aPq7Rt2uVw9bN4g";

const DOG: &str = r#"{"enabled":true,"apiVersion":"1.1.0","endPoint":"http://dog.localhost:8081/ocm","provider":"dog",
    "resourceTypes":[],"capabilities":["invites"],"inviteAcceptDialog":"/accept"}"#;
const COW: &str = r#"{"enabled":true,"apiVersion":"1.1.0","endPoint":"http://cow.localhost:8082/ocm","provider":"cow",
    "resourceTypes":[],"capabilities":[]}"#;

async fn others() -> World {
    World::among(&[
        ("http://dog.localhost:8081/.well-known/ocm", DOG),
        ("http://cow.localhost:8082/.well-known/ocm", COW),
    ])
    .await
}

async fn look(visitor: &mut Visitor<'_>, pasted: &str) -> crate::world::Answer {
    visitor
        .post("/accept/look", &[("invitation", pasted)])
        .await
}

#[tokio::test]
async fn where_an_invitation_leads_is_shown_before_the_click_with_what_goes_there() {
    let world = others().await;
    let mut carol = world.visitor("carol").await;
    let page = look(
        &mut carol,
        &format!("Hi, it is {TOKEN}@dog.localhost:8081 (bob)"),
    )
    .await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(
        page.body
            .contains("<strong>dog.localhost:8081</strong>, which answers and takes invitations")
    );
    for said in [
        "Carol &#60;b&#62;Lindqvist",
        "carol@example.org",
        "cat.localhost:8080",
        "name=\"shown\" value=\"dog.localhost:8081\"",
        ">Connect<",
    ] {
        assert!(page.body.contains(said), "{said}: {}", page.body);
    }
    assert!(!carol.get("/connections").await.body.contains("waiting for"));
}

#[tokio::test]
async fn an_invitation_that_can_lead_to_nothing_cannot_be_accepted() {
    let world = others().await;
    let mut carol = world.visitor("carol").await;
    for (pasted, said) in [
        (format!("{TOKEN}@cow.localhost:8082"), "cow.localhost:8082"),
        ("https://example.org/".to_owned(), "no invitation"),
        (TOKEN.to_owned(), "Server of the person who invited you"),
        (String::new(), "the whole message with it"),
    ] {
        let page = look(&mut carol, &pasted).await;
        assert!(page.body.contains(said), "{pasted}: {}", page.body);
        assert!(!page.body.contains(">Connect<"), "{pasted}");
    }
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_said_to_and_why_is_not() {
    let world = others().await;
    let mut carol = world.visitor("carol").await;
    let page = look(&mut carol, &format!("{TOKEN}@down.localhost:8083")).await;
    assert!(
        page.body
            .contains("<strong>down.localhost:8083</strong>, which does not answer just now")
    );
    assert!(!page.body.contains("not running") && page.body.contains(">Connect<"));
}

#[tokio::test]
async fn a_server_that_never_answers_holds_up_a_page_for_two_seconds_and_once() {
    let world = others().await;
    let mut carol = world.visitor("carol").await;
    let deep_link = format!("/accept?token={TOKEN}&providerDomain=slow.localhost:8084");
    for most in [2_500, 500] {
        let most = std::time::Duration::from_millis(most);
        let page = tokio::time::timeout(most, carol.get(&deep_link)).await;
        let page = page.expect("the page is there in time");
        assert!(page.body.contains("which does not answer just now"));
    }
}

#[tokio::test]
async fn nobody_can_look_around_by_naming_many_servers() {
    let world = others().await;
    let mut carol = world.visitor("carol").await;
    let mut refused = 0;
    for port in 9_000..9_040 {
        let page = look(&mut carol, &format!("{TOKEN}@dog.localhost:{port}")).await;
        refused += u32::from(page.body.contains("could not be looked at just now"));
    }
    // Twelve new servers at once are enough; one more comes every five seconds.
    assert!((20..=28).contains(&refused), "{refused}");
}

#[tokio::test]
async fn whoever_plays_keeps_nobody_from_a_server_that_is_known() {
    let world = others().await;
    let mut carol = world.visitor("carol").await;
    let wayf = |port: u32| format!("/wayf?token={TOKEN}&server=dog.localhost:{port}");
    assert_eq!(carol.get(&wayf(8_081)).await.status, StatusCode::OK);
    let mut refused = 0;
    for port in 9_100..9_140 {
        let status = carol.get(&wayf(port)).await.status;
        refused += u32::from(status == StatusCode::TOO_MANY_REQUESTS);
    }
    assert!(refused >= 20, "{refused}");
    assert_eq!(carol.get(&wayf(8_081)).await.status, StatusCode::OK);
}

#[tokio::test]
async fn an_invitation_changed_after_the_look_is_shown_again_before_anything_is_sent() {
    let world = others().await;
    let mut carol = world.visitor("carol").await;
    let pasted = format!("{TOKEN}@down.localhost:8083");
    let fields = [
        ("invitation", pasted.as_str()),
        ("shown", "dog.localhost:8081"),
    ];
    let page = carol.post("/accept", &fields).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(
        page.body
            .contains("name=\"shown\" value=\"down.localhost:8083\"")
    );
    assert!(!carol.get("/connections").await.body.contains("waiting for"));
    let fields = [
        ("invitation", pasted.as_str()),
        ("shown", "down.localhost:8083"),
    ];
    carol.post("/accept", &fields).await.location();
    assert!(carol.get("/connections").await.body.contains("waiting for"));
}

#[tokio::test]
async fn an_email_that_is_kept_does_not_reach_the_other_side() {
    let world = World::new().await;
    let (mut bob, mut carol) = (world.visitor("bob").await, world.visitor("carol").await);
    let code = invitation(&mut bob).await.field("code").to_owned();
    let shown = look(&mut carol, &code).await;
    assert!(shown.body.contains("the server that you are on"));
    let fields = [("invitation", code.as_str()), ("email", "none")];
    carol.post("/accept", &fields).await.location();
    let page = bob.get("/connections").await;
    assert_eq!(page.connected(), 1);
    assert!(!page.body.contains("carol@example.org"), "{}", page.body);

    let (mut bob, mut carol) = (world.visitor("bob").await, world.visitor("carol").await);
    connect_again(&mut bob, &mut carol).await;
    assert!(
        bob.get("/connections")
            .await
            .body
            .contains("carol@example.org")
    );
}

/// Carol disconnects and accepts a fresh invitation with her own e-mail.
async fn connect_again(bob: &mut Visitor<'_>, carol: &mut Visitor<'_>) {
    let list = carol.get("/connections").await;
    let end = list.link("/connections/", "/disconnect").to_owned();
    carol.post(&end, &[]).await;
    connect(bob, carol).await;
}

#[tokio::test]
async fn acceptances_that_wait_are_on_the_accept_page_with_what_can_be_done() {
    let world = others().await;
    let mut carol = world.visitor("carol").await;
    let pasted = format!("{TOKEN}@down.localhost:8083");
    let result = accepts(&mut carol, &pasted).await;
    let page = carol.get("/accept").await;
    assert!(page.body.contains("waiting for down.localhost:8083 since"));
    assert!(page.body.contains("trying again"), "{}", page.body);
    for gesture in ["retry", "cancel"] {
        assert!(
            page.body
                .contains(&format!("action=\"{result}/{gesture}\""))
        );
    }
    carol.post(&format!("{result}/cancel"), &[]).await;
    assert!(!carol.get("/accept").await.body.contains("waiting for"));
}

#[tokio::test]
async fn a_hundred_looks_of_a_mail_scanner_accept_nothing_and_ask_nobody() {
    let world = World::new().await;
    let (mut bob, mut carol) = (world.visitor("bob").await, world.visitor("carol").await);
    let made = invitation(&mut bob).await;
    let link = made.field("link").replace("&#38;", "&");
    let query = link.split_once('?').unwrap().1;
    let mut scanner = world.stranger();
    for round in 0..100 {
        let method = [Method::GET, Method::HEAD][round % 2].clone();
        for path in [format!("/wayf?{query}"), format!("/accept?{query}")] {
            let answer = scanner
                .send(method.clone(), &path, &[], String::new())
                .await;
            assert!(answer.status.is_success() || answer.status.is_redirection());
        }
    }
    assert!(bob.get("/invitations").await.body.contains("open until"));
    let code = made.field("code").to_owned();
    accepts(&mut carol, &code).await;
    assert_eq!(bob.get("/connections").await.connected(), 1);
}

#[tokio::test]
async fn an_open_invitation_is_drawn_for_a_camera_and_a_past_one_is_not() {
    let world = World::new().await;
    let mut bob = world.visitor("bob").await;
    let made = bob.post("/invitations", &[("people", "5")]).await;
    let path = made.location().split('?').next().unwrap().to_owned();
    assert!(
        bob.get(&path)
            .await
            .body
            .contains("aria-label=\"QR code of the link\"")
    );
    bob.post(&format!("{path}/withdraw"), &[]).await;
    assert!(!bob.get(&path).await.body.contains("class=\"qr\""));
}

#[tokio::test]
async fn whoever_renews_an_invitation_of_their_own_that_is_over_is_not_told_to_ask_somebody_else() {
    let world = World::new().await;
    let mut bob = world.visitor("bob").await;
    let made = bob.post("/invitations", &[]).await;
    let path = made.location().split('?').next().unwrap().to_owned();
    bob.post(&format!("{path}/withdraw"), &[]).await;
    let page = bob.post(&format!("{path}/renew"), &[]).await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
    for words in ["You withdrew the invitation.", "Create a new one."] {
        assert!(page.body.contains(words), "{}", page.body);
    }
    assert!(!page.body.contains("the person who invited you"));
}

#[tokio::test]
async fn a_server_without_an_accept_page_is_told_with_the_code_at_hand() {
    let world = others().await;
    let mut carol = world.stranger();
    for (server, said) in [
        ("cow.localhost:8082", "cow.localhost:8082"),
        ("down.localhost:8083", "down.localhost:8083"),
    ] {
        let path = format!("/wayf?token={TOKEN}&providerDomain=cat.localhost:8080&server={server}");
        let page = carol.get(&path).await;
        assert!(page.status.is_client_error() || page.status.is_server_error());
        assert!(page.body.contains(said) && page.body.contains("use the code below"));
        assert!(page.body.contains("<details class=\"card fold\" open>"));
        assert!(!page.field("code").is_empty());
    }
}

#[tokio::test]
async fn a_link_of_an_invitation_that_is_over_says_so_and_whom_to_ask_before_anybody_logs_in() {
    let world = others().await;
    let mut bob = world.visitor("bob").await;
    let made = bob.post("/invitations", &[]).await;
    let path = made.location().split('?').next().unwrap().to_owned();
    let shown = bob.get(&path).await;
    let link = shown.field("link").replace("&#38;", "&");
    let link = format!("/wayf?{}", link.split_once('?').unwrap().1);
    let over = "The invitation was withdrawn";
    let open = world.stranger().get(&link).await;
    assert_eq!(open.status, StatusCode::OK);
    assert!(!open.body.contains(over), "{}", open.body);
    bob.post(&format!("{path}/withdraw"), &[]).await;
    for link in [link.clone(), format!("{link}&server=dog.localhost:8081")] {
        let page = world.stranger().get(&link).await;
        assert!(page.status.is_client_error(), "{}", page.status);
        assert!(page.body.contains(over), "{}", page.body);
        assert!(
            page.body
                .contains("Ask the person who invited you for a new one"),
            "{}",
            page.body
        );
        // Whoever it has connected before may go on.
        assert!(page.body.contains("dog.localhost:8081") || page.body.contains("id=\"server\""));
    }
    // What nobody here has issued is nobody's business here.
    let unknown = format!("/wayf?token={TOKEN}&providerDomain=cat.localhost:8080");
    assert_eq!(world.stranger().get(&unknown).await.status, StatusCode::OK);
    let elsewhere = link.replace("cat.localhost", "emu.localhost");
    assert_eq!(
        world.stranger().get(&elsewhere).await.status,
        StatusCode::OK
    );
}
