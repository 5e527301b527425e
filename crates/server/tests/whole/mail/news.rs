//! Mails that tell people what has happened, and the pages where mail is asked for.

use serde_json::{Value, json};
use symbolon_store::outbox::{DeliveryState, ListDeliveries};

use super::kit::Taken;
use super::{CAROL, CAT, DOG, one, post};
use crate::support::{Net, Person, TestServer};

#[tokio::test]
async fn inviter_and_person_left_behind_are_told_in_their_language_if_they_want_it() {
    let (net, mail, cat) = post().await;
    let dog = TestServer::new(&net, DOG).await;
    let (bob, carol) = (cat.person("bob").await, dog.person("carol").await);
    let _running = dog.run_outbox();
    bob.call("PATCH", "/api/v1/me", json!({ "language": "de" }))
        .await
        .assert(200);
    carol.accepts(&bob.invites().await).await;
    dog.drive().await;
    cat.drive().await;
    let accepted = one(&mail);
    assert_eq!(accepted.said["TO"], "bob@example.org");
    assert_eq!(
        accepted.subject(),
        "Carol (dog.example.org) hat Ihre Einladung angenommen"
    );
    assert!(
        accepted
            .text
            .contains("https://cat.example.org/connections/"),
        "{}",
        accepted.text
    );
    assert!(
        accepted.text.contains("https://cat.example.org/settings"),
        "{}",
        accepted.text
    );
    assert!(!accepted.head.contains_key("reply-to"));

    carol.disconnects().await;
    dog.drive().await;
    cat.drive().await;
    let ended = mail.taken().remove(1);
    assert_eq!(
        ended.subject(),
        "Carol (dog.example.org) und Sie sind nicht mehr verbunden"
    );

    let switches = "/api/v1/me/notifications";
    let off = json!({ "accepted": false, "disconnected": false });
    let said = bob.call("PATCH", switches, off).await.assert(200).json();
    assert_eq!(
        said,
        json!({ "accepted": false, "connected": true, "disconnected": false, "replies": false })
    );
    carol.accepts(&bob.invites().await).await;
    dog.drive().await;
    carol.disconnects().await;
    dog.drive().await;
    cat.drive().await;
    assert_eq!(mail.taken().len(), 2);
    let page = bob.page("/settings", "en").await.assert(200).text;
    assert!(
        page.contains("name=\"accepted\"") && page.matches(" checked").count() == 1,
        "{page}"
    );
}

#[tokio::test]
async fn news_speak_whatever_language_a_person_has_set() {
    for (language, accepted, ended, see) in [
        (
            "en",
            "Carol (dog.example.org) has accepted your invitation",
            "Carol (dog.example.org) and you are no longer connected",
            "See what happened:",
        ),
        (
            "de",
            "Carol (dog.example.org) hat Ihre Einladung angenommen",
            "Carol (dog.example.org) und Sie sind nicht mehr verbunden",
            "Ansehen, was geschehen ist:",
        ),
        (
            "zh-CN",
            "Carol（dog.example.org）接受了您的邀请",
            "您与 Carol（dog.example.org）已不再连接",
            "查看发生了什么：",
        ),
    ] {
        let (net, mail, cat) = post().await;
        let dog = TestServer::new(&net, DOG).await;
        let (bob, carol) = (cat.person("bob").await, dog.person("carol").await);
        let set = json!({ "language": language });
        bob.call("PATCH", "/api/v1/me", set).await.assert(200);
        carol.accepts(&bob.invites().await).await;
        dog.drive().await;
        cat.drive().await;
        carol.disconnects().await;
        dog.drive().await;
        cat.drive().await;
        let taken = mail.taken();
        let subjects: Vec<_> = taken.iter().map(Taken::subject).collect();
        assert_eq!(subjects, [accepted, ended]);
        for mail in &taken {
            let whole = mail.text.contains("https://cat.example.org/connections/");
            assert!(whole, "{language}: {}", mail.text);
            assert!(mail.html.contains("https://cat.example.org/connections/"));
        }
        assert!(taken[1].text.contains(see), "{}", taken[1].text);
    }
}

#[tokio::test]
async fn server_without_a_mail_server_shows_no_field_for_it_and_says_so_when_asked() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let bob = cat.person("bob").await;
    let made = bob.mails_an_invite(CAROL).await;
    assert!(made.get("mail").is_none(), "{made}");
    let path = format!("/invitations/{}", made["id"].as_str().unwrap());
    for (path, field) in [
        ("/invitations", "name=\"email\""),
        (path.as_str(), "name=\"email\""),
        ("/settings", "name=\"accepted\""),
    ] {
        let page = bob.page(path, "en").await.assert(200);
        assert!(!page.text.contains(field), "{path}: {}", page.text);
    }
    let refused = bob.mails_again(&made, json!({})).await.assert(501);
    assert_eq!(refused.problem(), "mail_off");
    let refused = bob
        .call("GET", "/api/v1/me/notifications", Value::Null)
        .await
        .assert(501);
    assert_eq!(refused.problem(), "mail_off");
    let list = ListDeliveries {
        state: DeliveryState::Due,
        limit: 10,
    };
    assert!(cat.app.store.read(list).await.unwrap().is_empty());
}

#[tokio::test]
async fn form_on_the_page_sends_the_mail_and_keeps_what_was_typed_when_it_cannot() {
    let (_net, mail, cat) = post().await;
    let bob = cat.person("bob").await;
    let page = bob.page("/invitations", "de").await.assert(200).text;
    assert!(
        page.contains("name=\"email\"") && page.contains("Sprache der E-Mail"),
        "{page}"
    );
    let made = bob
        .posts(
            "/invitations",
            &format!("email={CAROL}&mail-language=zh-CN&people=1"),
        )
        .await;
    assert_eq!(made.status, 303, "{}", made.text);
    cat.drive().await;
    assert_eq!(one(&mail).subject(), "Bob（cat.example.org）邀请您建立连接");
    let wrong = bob
        .posts("/invitations", "email=carol%40&note=The+workshop&people=5")
        .await;
    assert_eq!(wrong.status, 400);
    for kept in [
        "value=\"carol@\"",
        "value=\"The workshop\"",
        "value=\"5\" selected",
    ] {
        assert!(wrong.text.contains(kept), "{kept}: {}", wrong.text);
    }
    let place = made.headers["location"]
        .to_str()
        .unwrap()
        .split('?')
        .next()
        .unwrap()
        .to_owned();
    let again = bob
        .posts(
            &format!("{place}/mail"),
            &format!("email={CAROL}&mail-language=en"),
        )
        .await;
    assert_eq!(again.status, 303, "{}", again.text);
    cat.drive().await;
    assert_eq!(
        mail.taken().remove(1).subject(),
        "Bob (cat.example.org) invites you to connect"
    );
    let wrong = bob.posts(&format!("{place}/mail"), "email=nobody").await;
    assert_eq!(wrong.status, 400);
    assert!(wrong.text.contains("value=\"nobody\""), "{}", wrong.text);
    let saved = bob.posts("/settings/notifications", "replies=yes").await;
    assert_eq!(saved.status, 303);
    let wishes = bob
        .call("GET", "/api/v1/me/notifications", Value::Null)
        .await
        .assert(200)
        .json();
    assert_eq!(
        wishes,
        json!({ "accepted": false, "connected": false, "disconnected": false, "replies": true })
    );
}

/// Accepts an invitation while the other server is away; gives the acceptance.
async fn accepts_in_vain(net: &Net, by: &Person<'_>, invite: &str, away: &TestServer) -> String {
    net.down(away);
    let _running = by.server.run_outbox();
    let pending = by.accepts(invite).await.assert(202).json();
    pending["acceptance"]["id"].as_str().unwrap().to_owned()
}

/// The other server is back, and everything that waits for it is sent.
async fn back(net: &Net, here: &TestServer, there: &TestServer) {
    net.up(there);
    here.drive().await;
    there.drive().await;
}

#[tokio::test]
async fn whoever_accepted_while_the_other_server_was_away_is_told_when_it_connects() {
    let (net, mail, cat) = post().await;
    let dog = TestServer::new(&net, DOG).await;
    let (bob, carol) = (cat.person("bob").await, dog.person("carol").await);
    accepts_in_vain(&net, &bob, &carol.invites().await, &dog).await;
    net.pass_ms(26 * 60_000);
    back(&net, &cat, &dog).await;
    assert_eq!(bob.lists().await, ["Carol"]);
    let told = one(&mail);
    assert_eq!(told.said["TO"], "bob@example.org");
    assert_eq!(
        told.subject(),
        "You are connected with Carol (dog.example.org)"
    );
    for part in [&told.text, &told.html] {
        for said in [
            "https://cat.example.org/connections/",
            "https://cat.example.org/settings",
        ] {
            assert!(part.contains(said), "{part}");
        }
    }
}

#[tokio::test]
async fn nobody_gets_a_mail_for_what_they_saw_on_the_page() {
    let (net, mail, cat) = post().await;
    let dog = TestServer::new(&net, DOG).await;
    let (bob, carol) = (cat.person("bob").await, dog.person("carol").await);
    // The other server was away for a moment.
    accepts_in_vain(&net, &bob, &carol.invites().await, &dog).await;
    net.pass_ms(4 * 60_000);
    back(&net, &cat, &dog).await;
    assert_eq!(bob.lists().await, ["Carol"]);
    bob.disconnects().await;
    back(&net, &cat, &dog).await;
    // It was away for long, and bob has it tried at once.
    let id = accepts_in_vain(&net, &bob, &carol.invites().await, &dog).await;
    net.pass_ms(26 * 60_000);
    net.up(&dog);
    let running = cat.run_outbox();
    let retry = format!("/acceptances/{id}/retry");
    assert_eq!(bob.posts(&retry, "").await.status, 303);
    drop(running);
    back(&net, &cat, &dog).await;
    assert_eq!(bob.lists().await, ["Carol"]);
    assert!(mail.taken().is_empty(), "{:#?}", mail.taken());
}

#[tokio::test]
async fn news_written_for_an_address_do_not_go_to_the_next_one() {
    let (net, mail, cat) = post().await;
    let dog = TestServer::new(&net, DOG).await;
    let (bob, carol) = (cat.person("bob").await, dog.person("carol").await);
    let _running = dog.run_outbox();
    carol.accepts(&bob.invites().await).await;
    dog.drive().await;
    cat.meddle("UPDATE users SET email = 'victim@fox.example.org' WHERE name = 'bob'")
        .await;
    cat.drive().await;
    assert!(mail.taken().is_empty());
    let list = ListDeliveries {
        state: DeliveryState::Withdrawn,
        limit: 10,
    };
    assert_eq!(cat.app.store.read(list).await.unwrap().len(), 1);
    carol.disconnects().await;
    dog.drive().await;
    cat.drive().await;
    assert_eq!(one(&mail).said["TO"], "victim@fox.example.org");
}
