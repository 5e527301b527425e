//! What stands in the mail of an invitation, and in whose words.

use axum::body::Body;
use http::Request;
use serde_json::{Value, json};

use super::{CAROL, CAT, DOG, one, post};
use crate::support::{Net, TestServer, audit, logged};

/// The line of a text behind another one.
fn line_after<'a>(text: &'a str, before: &str) -> &'a str {
    let mut lines = text.lines().skip_while(|line| !line.contains(before));
    lines.nth(1).unwrap()
}

#[tokio::test]
async fn link_and_code_of_a_mail_are_usable_as_they_are_and_opening_the_link_accepts_nothing() {
    let (net, mail, cat) = post().await;
    let dog = TestServer::new(&net, DOG).await;
    let (bob, carol) = (cat.person("bob").await, dog.person("carol").await);
    let _running = dog.run_outbox();
    let made = bob.mails_an_invite(CAROL).await;
    assert_eq!(
        (made["mail"]["state"].as_str(), made["mail"]["to"].as_str()),
        (Some("waiting"), Some(CAROL))
    );
    cat.drive().await;

    let taken = one(&mail);
    assert_eq!(taken.said["FROM"], "symbolon@cat.example.org");
    assert_eq!(
        (taken.said["TO"].as_str(), taken.said["HELLO"].as_str()),
        (CAROL, CAT)
    );
    assert_eq!(
        taken.head["from"],
        "\"Cat University\" <symbolon@cat.example.org>"
    );
    assert_eq!(taken.head["to"], CAROL);
    assert_eq!(
        taken.subject(),
        "Bob (cat.example.org) invites you to connect"
    );
    assert_eq!(taken.head["auto-submitted"], "auto-generated");
    let (link, code) = (
        line_after(&taken.text, "Open the invitation"),
        line_after(&taken.text, "copy this code"),
    );
    assert_eq!(
        (Some(link), Some(code)),
        (made["link"].as_str(), made["string"].as_str())
    );
    let in_html = link.replace('&', "&#38;");
    assert!(
        taken.html.contains(&format!("href=\"{in_html}\"")),
        "{}",
        taken.html
    );
    assert!(
        taken.html.contains(&format!(">{code}</pre>")),
        "{}",
        taken.html
    );

    // Scanners of mail open every link, again and again.
    let path = link.strip_prefix("https://cat.example.org").unwrap();
    for method in ["GET", "HEAD"] {
        for _ in 0..10 {
            let request = Request::builder().method(method).uri(path);
            cat.request(request.body(Body::empty()).unwrap())
                .await
                .assert(200);
        }
    }
    assert!(bob.lists().await.is_empty());
    for handed_over in [link, code] {
        carol.accepts(handed_over).await;
        dog.drive().await;
        assert_eq!(bob.lists().await, ["Carol"]);
    }
    let state = bob.mail_of(&made).await;
    assert_eq!(state["state"], "sent");
    assert!(
        state["settled_at"].is_string() && state.get("reason").is_none(),
        "{state}"
    );
}

#[tokio::test]
async fn mail_page_answer_event_and_log_carry_the_same_reference() {
    let (lines, _guard) = logged();
    let (_net, mail, cat) = post().await;
    let bob = cat.person("bob").await;
    let made = bob
        .call("POST", "/api/v1/invites", json!({ "email": CAROL }))
        .await
        .assert(201);
    let reference = made.headers["x-request-id"].to_str().unwrap().to_owned();
    // Another test may have met the line at the very moment at which this one began to listen.
    tracing::callsite::rebuild_interest_cache();
    cat.drive().await;
    let taken = one(&mail);
    assert_eq!(taken.head["symbolon-reference"], reference);
    assert!(
        taken.text.contains(&format!("Reference: {reference}")),
        "{}",
        taken.text
    );
    assert!(taken.html.contains(&reference));
    assert_eq!(made.json()["mail"]["reference"], reference.as_str());
    let id = made.json()["id"].as_str().unwrap().to_owned();
    let page = bob
        .page(&format!("/invitations/{id}"), "en")
        .await
        .assert(200);
    assert!(page.text.contains(&reference), "{}", page.text);
    let events = audit(&cat).await;
    let mailed = events
        .iter()
        .find(|event| event.kind == "invite.mailed")
        .unwrap();
    assert_eq!(mailed.reference.as_ref(), Some(&reference));
    assert_eq!(
        (mailed.object.as_ref(), mailed.result.as_deref()),
        (Some(&id), Some("done"))
    );
    let line = |line: &&Value| line["fields"]["event"] == "invite.mailed";
    let lines = lines.lines();
    assert_eq!(
        lines.iter().find(line).unwrap()["fields"]["reference"],
        reference.as_str()
    );
}

#[tokio::test]
async fn mail_speaks_the_language_that_its_sender_chose() {
    let (_net, mail, cat) = post().await;
    let bob = cat.person("bob").await;
    for (tag, subject, says) in [
        (
            "en",
            "Bob (cat.example.org) invites you to connect",
            "Opening the link accepts nothing",
        ),
        (
            "de",
            "Bob (cat.example.org) lädt Sie ein, sich zu verbinden",
            "verbindet niemanden",
        ),
        (
            "zh-CN",
            "Bob（cat.example.org）邀请您建立连接",
            "打开链接不会接受任何内容",
        ),
    ] {
        let before = mail.taken().len();
        let body = json!({ "email": CAROL, "mail_language": tag, "uses": 3 });
        bob.call("POST", "/api/v1/invites", body).await.assert(201);
        cat.drive().await;
        let taken = mail.taken().remove(before);
        assert_eq!(taken.subject(), subject);
        assert!(
            taken.text.contains(says) && taken.html.contains(says),
            "{}",
            taken.text
        );
        assert_eq!(taken.head["content-language"], tag);
        assert!(taken.html.contains(&format!("<html lang=\"{tag}\">")));
        assert!(
            taken.text.contains('3') && taken.text.contains("2026"),
            "{}",
            taken.text
        );
    }
    let body = json!({ "email": CAROL, "mail_language": "tlh" });
    let refused = bob.call("POST", "/api/v1/invites", body).await.assert(400);
    assert_eq!(refused.problem(), "member_invalid");
}

#[tokio::test]
async fn address_of_the_inviter_stands_in_a_mail_only_if_they_wish_for_answers() {
    let (_net, mail, cat) = post().await;
    let bob = cat.person("bob").await;
    bob.mails_an_invite(CAROL).await;
    cat.drive().await;
    let quiet = one(&mail);
    assert!(!quiet.raw.contains("bob@example.org"), "{}", quiet.raw);
    assert!(
        quiet.text.contains("Nobody reads answers"),
        "{}",
        quiet.text
    );
    bob.call(
        "PATCH",
        "/api/v1/me/notifications",
        json!({ "replies": true }),
    )
    .await
    .assert(200);
    bob.mails_an_invite("dave@dog.example.org").await;
    cat.drive().await;
    let open = mail.taken().remove(1);
    assert_eq!(open.head["reply-to"], "Bob <bob@example.org>");
    assert!(
        open.text.contains("Answers to this mail go to Bob"),
        "{}",
        open.text
    );
}

#[tokio::test]
async fn names_cannot_write_into_the_head_of_a_mail_nor_send_people_anywhere() {
    let (net, mail, cat) = post().await;
    let dog = TestServer::new(&net, DOG).await;
    let (bob, carol) = (cat.person("bob").await, dog.person("carol").await);
    let _running = dog.run_outbox();
    let hostile = "Bob\r\nBcc: everybody@dog.example.org\r\n\r\n<script>alert(1)</script>";
    let named = hostile.replace('\'', "''");
    cat.meddle(&format!("UPDATE users SET display_name = '{named}'"))
        .await;
    bob.call(
        "PATCH",
        "/api/v1/me/notifications",
        json!({ "replies": true }),
    )
    .await
    .assert(200);
    bob.mails_an_invite(CAROL).await;
    cat.drive().await;
    let taken = one(&mail);
    assert_eq!(taken.said["TO"], CAROL);
    assert!(!taken.head.contains_key("bcc"), "{:?}", taken.head);
    assert!(!taken.html.contains("<script>"), "{}", taken.html);

    dog.meddle("UPDATE users SET display_name = 'Your account ends, see evil.example.net'")
        .await;
    carol.accepts(&bob.invites().await).await;
    dog.drive().await;
    cat.drive().await;
    let told = mail.taken().remove(1);
    assert!(!told.raw.contains("evil"), "{}", told.raw);
    assert_eq!(
        told.subject(),
        "Somebody (dog.example.org) has accepted your invitation"
    );
    for address in [
        "carol",
        "carol@dog example.org",
        "carol@dog.example.org\r\nBcc: x@y.example.org",
        "a@b, c@d",
    ] {
        let body = json!({ "email": address });
        let refused = bob.call("POST", "/api/v1/invites", body).await.assert(400);
        assert_eq!(refused.problem(), "member_invalid", "{address}");
    }
}

#[tokio::test]
async fn clients_of_ocis_send_their_invitations_by_mail_too() {
    let (_net, mail, cat) = post().await;
    let bob = cat.person("bob").await;
    let body = json!({ "description": "for carol", "recipient": CAROL });
    let made = bob
        .call("POST", "/sciencemesh/generate-invite", body)
        .await
        .assert(200)
        .json();
    cat.drive().await;
    let taken = one(&mail);
    assert!(
        taken.text.contains(made["invite_link"].as_str().unwrap()),
        "{}",
        taken.text
    );
    assert!(!taken.raw.contains("for carol"), "a note is for oneself");
}

#[tokio::test]
async fn an_invitation_is_for_an_address_that_a_profile_would_take() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let bob = cat.person("bob").await;
    for (address, status) in [
        (CAROL, 201),
        ("carol@münchen.example.org", 201),
        ("carol", 400),
        ("<carol@dog.example.org>", 400),
        ("carol@dog..example.org", 400),
        ("carol@-dog.example.org", 400),
        ("carol@dog.example.org,dave@dog.example.org", 400),
        (".carol@dog.example.org", 400),
    ] {
        let invite = json!({ "email": address });
        let made = bob.call("POST", "/api/v1/invites", invite).await;
        assert_eq!(made.status, status, "{address}: {}", made.text);
        let profile = json!({ "email": address });
        let changed = bob.call("PATCH", "/api/v1/me", profile).await;
        assert_eq!(changed.status == 200, status == 201, "{address}");
    }
}
