//! Mails that are refused, put off, given up, or too many.

use serde_json::json;
use symbolon_server::housekeeping;
use symbolon_store::giving_up::GiveUp;
use symbolon_store::outbox::{DeliveryState, ListDeliveries, RetryDelivery};

use super::kit::{MailServer, Way};
use super::{CAROL, CAT, DOG, FROM, lent, one, post};
use crate::support::{Key, Net, TestServer, audit, logged};

#[tokio::test]
async fn mail_that_fails_leaves_the_invitation_valid_and_says_so_on_its_page_in_every_language() {
    let (net, mail, cat) = post().await;
    let dog = TestServer::new(&net, DOG).await;
    let (bob, carol) = (cat.person("bob").await, dog.person("carol").await);
    let _running = dog.run_outbox();
    let quiet = json!({ "accepted": false });
    bob.call("PATCH", "/api/v1/me/notifications", quiet)
        .await
        .assert(200);
    for (address, code, status) in [
        ("unknown@dog.example.org", "mail_address_refused", "550"),
        ("busy@dog.example.org", "mail_refused", "554"),
    ] {
        let made = bob.mails_an_invite(address).await;
        cat.drive().await;
        let state = bob.mail_of(&made).await;
        assert_eq!(
            (&state["state"], &state["reason"]["code"]),
            (&json!("failed"), &json!(code))
        );
        assert!(state["said"].as_str().unwrap().contains(status), "{state}");
        let path = format!("/invitations/{}", made["id"].as_str().unwrap());
        for (language, says) in [
            ("en", "given up"),
            ("de", "aufgegeben"),
            ("zh-CN", "已放弃"),
        ] {
            let page = bob.page(&path, language).await.assert(200);
            assert!(
                page.text.contains(says) && page.text.contains(address),
                "{}",
                page.text
            );
            assert!(
                page.text.contains(made["string"].as_str().unwrap()),
                "the code is there still"
            );
            let list = bob.page("/invitations", language).await.assert(200);
            assert!(
                list.text.contains(says) && list.text.contains(address),
                "{}",
                list.text
            );
        }
        carol.accepts(made["string"].as_str().unwrap()).await;
        dog.drive().await;
        assert_eq!(bob.lists().await, ["Carol"]);
    }
    assert!(mail.taken().is_empty());
    let events = audit(&cat).await;
    let failed = events
        .iter()
        .filter(|event| event.kind == "invite.mail_failed");
    let results: Vec<_> = failed.map(|event| event.result.clone().unwrap()).collect();
    assert_eq!(results, ["mail_address_refused", "mail_refused"]);

    // The address is mended on the page, and the mail sent again.
    let made = bob.mails_an_invite("unknown@dog.example.org").await;
    cat.drive().await;
    let again = bob
        .mails_again(&made, json!({ "email": CAROL }))
        .await
        .assert(200);
    assert_eq!(again.json()["email"], CAROL);
    cat.drive().await;
    assert_eq!(one(&mail).said["TO"], CAROL);
    assert_eq!(bob.mail_of(&made).await["state"], "sent");
    bob.mails_again(&made, json!({})).await.assert(200);
    cat.drive().await;
    assert_eq!(
        mail.taken().len(),
        2,
        "without an address it goes to the same one"
    );
}

#[tokio::test]
async fn mail_server_that_is_away_or_wants_to_be_asked_later_gets_the_mail_in_the_end() {
    let (lines, _guard) = logged();
    let (net, mail, cat) = post().await;
    let bob = cat.person("bob").await;
    let made = bob.mails_an_invite("later@dog.example.org").await;
    cat.drive().await;
    let state = bob.mail_of(&made).await;
    assert_eq!(
        (&state["state"], &state["reason"]["code"]),
        (&json!("waiting"), &json!("mail_put_off"))
    );
    assert!(
        state["next_try_at"].is_string() && mail.taken().is_empty(),
        "{state}"
    );
    net.pass_ms(20_000);
    cat.drive().await;
    assert_eq!(bob.mail_of(&made).await["state"], "sent");
    drop(mail);

    let made = bob.mails_an_invite(CAROL).await;
    for _ in 0..3 {
        cat.drive().await;
        net.pass_ms(3_600_000);
    }
    let state = bob.mail_of(&made).await;
    assert_eq!(
        (&state["state"], &state["reason"]["code"]),
        (&json!("waiting"), &json!("mail_server_unreachable"))
    );
    assert_eq!(state["attempts"], 3);
    let trouble = "the mail server takes no mail from here";
    let lines = lines
        .lines()
        .iter()
        .filter(|line| line["fields"]["message"] == trouble)
        .count();
    assert_eq!(lines, 1, "one line for a trouble, however often it is met");
    net.pass_ms(73 * 3_600_000);
    cat.drive().await;
    assert_eq!(bob.mail_of(&made).await["state"], "failed");
}

#[tokio::test]
async fn waiting_mail_survives_a_crash_and_holds_no_secret_meanwhile() {
    let (net, mail) = (Net::default(), MailServer::start(Way::Plain, false));
    let folder = tempfile::tempdir().unwrap();
    let settings = [
        (Key::MailServer, mail.url()),
        (Key::MailFrom, FROM.to_owned()),
    ];
    let settings = lent(&settings);
    let made = {
        let cat = TestServer::in_folder_with(&net, CAT, folder.path(), &settings).await;
        let bob = cat.person("bob").await;
        let made = bob.mails_an_invite(CAROL).await;
        cat.app.store.close().await;
        made
    };
    let file = folder.path().join("symbolon.db");
    let bytes = String::from_utf8_lossy(&std::fs::read(&file).unwrap()).into_owned();
    assert!(bytes.contains(CAROL), "the mail waits there");
    for secret in ["token", "string", "link"] {
        assert!(!bytes.contains(made[secret].as_str().unwrap()), "{secret}");
    }
    let cat = TestServer::in_folder_with(&net, CAT, folder.path(), &settings).await;
    let _running = cat.run_outbox();
    let taken = mail.takes(1).await;
    assert!(taken[0].text.contains(made["string"].as_str().unwrap()));
}

#[tokio::test]
async fn one_person_cannot_make_the_server_send_mail_without_end() {
    let (net, _mail, cat) = post().await;
    let bob = cat.person("bob").await;
    for number in 0..50 {
        bob.mails_an_invite(&format!("carol{number}@dog.example.org"))
            .await;
    }
    let refused = bob
        .call("POST", "/api/v1/invites", json!({ "email": CAROL }))
        .await
        .assert(429);
    assert_eq!(refused.headers["retry-after"], "3600");
    assert_eq!(refused.problem(), "mail_limit");
    bob.call("POST", "/api/v1/invites", json!({}))
        .await
        .assert(201);
    let refused = bob
        .call(
            "POST",
            "/sciencemesh/generate-invite",
            json!({ "recipient": CAROL }),
        )
        .await;
    assert_eq!(refused.status, 429);
    net.pass_ms(3_600_000);
    let made = bob.mails_an_invite(CAROL).await;
    for _ in 0..4 {
        bob.mails_again(&made, json!({})).await.assert(200);
    }
    let refused = bob.mails_again(&made, json!({})).await.assert(429).json();
    assert!(
        refused["detail"].as_str().unwrap().contains("nuisance"),
        "{refused}"
    );
}

#[tokio::test]
async fn administrator_sends_a_mail_again_or_gives_it_up() {
    let (net, mail, cat) = post().await;
    let bob = cat.person("bob").await;
    let (first, second) = (
        bob.mails_an_invite("later@dog.example.org").await,
        bob.mails_an_invite("later@fox.example.org").await,
    );
    cat.drive().await;
    let list = ListDeliveries {
        state: DeliveryState::Due,
        limit: 10,
    };
    let waiting = cat.app.store.read(list).await.unwrap();
    let id = |to: &str| {
        waiting
            .iter()
            .find(|one| one.to() == to)
            .unwrap()
            .id
            .clone()
    };
    let moment = cat.app.moment("by hand");
    let retry = RetryDelivery {
        id: id("later@dog.example.org"),
        moment: moment.clone(),
    };
    assert!(cat.app.store.write(retry).await.unwrap().is_some());
    let give_up = GiveUp {
        id: id("later@fox.example.org"),
        moment,
    };
    assert!(cat.app.store.write(give_up).await.unwrap().is_some());
    cat.drive().await;
    assert_eq!(one(&mail).said["TO"], "later@dog.example.org");
    assert_eq!(bob.mail_of(&first).await["state"], "sent");
    assert_eq!(bob.mail_of(&second).await["state"], "failed");
    net.pass_ms(3_600_000);
    cat.drive().await;
    assert_eq!(mail.taken().len(), 1);
}

#[tokio::test]
async fn mail_waits_for_the_administrators_where_the_mail_server_refuses_the_sender() {
    let (lines, _guard) = logged();
    let (net, mail) = (Net::default(), MailServer::start(Way::Plain, false));
    let folder = tempfile::tempdir().unwrap();
    let url = mail.url();
    let from = async |from: &str| {
        let settings = [(Key::MailServer, url.as_str()), (Key::MailFrom, from)];
        TestServer::in_folder_with(&net, CAT, folder.path(), &settings).await
    };
    let cat = from("wrong@cat.example.org").await;
    let bob = cat.person("bob").await;
    let made = bob.mails_an_invite(CAROL).await;
    for _ in 0..3 {
        cat.drive().await;
        net.pass_ms(3_600_000);
    }
    let state = bob.mail_of(&made).await;
    assert_eq!(
        (&state["state"], &state["reason"]["code"]),
        (&json!("waiting"), &json!("mail_refused")),
        "{state}"
    );
    let lines = lines.lines();
    let told = lines.iter().filter(|line| {
        line["fields"]["message"] == "the mail server takes no mail from here"
            && line["fields"]["code"] == "mail_refused"
    });
    assert_eq!(told.count(), 1, "one line for a trouble");
    cat.app.store.close().await;
    let credentials = bob.credentials();

    // The administrators mend the setting.
    let mended = from(FROM).await;
    let bob = credentials.at(&mended);
    mended.drive().await;
    assert_eq!(one(&mail).said["TO"], CAROL);
    assert_eq!(bob.mail_of(&made).await["state"], "sent");

    // So it is where the mail server takes nothing for others, as long as it is not this mail that it minds.
    let relayed = bob.mails_an_invite("relay@dog.example.org").await;
    let minded = bob.mails_an_invite("busy@dog.example.org").await;
    mended.drive().await;
    let state = bob.mail_of(&relayed).await;
    assert_eq!(
        (&state["state"], &state["reason"]["code"]),
        (&json!("waiting"), &json!("mail_refused")),
        "{state}"
    );
    assert_eq!(bob.mail_of(&minded).await["state"], "failed");
}

#[tokio::test]
async fn mail_that_waits_for_its_hour_is_left_alone_and_one_that_a_wrong_clock_put_off_is_not() {
    let (net, mail, cat) = post().await;
    let bob = cat.person("bob").await;
    drop(mail);
    let made = bob.mails_an_invite(CAROL).await;
    for _ in 0..12 {
        cat.drive().await;
        net.pass_ms(4_500_000);
    }
    cat.drive().await;
    let next = async || {
        housekeeping::call_back(&cat.app).await.unwrap();
        bob.mail_of(&made).await["next_try_at"].clone()
    };
    let due = bob.mail_of(&made).await["next_try_at"].clone();
    assert!(due.is_string());
    assert_eq!(next().await, due, "an hour is no wrong clock's work");
    net.pass_ms(-24 * 3_600_000);
    let called = next().await;
    assert!(called.as_str() < due.as_str(), "{called} and {due}");
    let state = bob.mail_of(&made).await;
    assert_eq!(state["state"], "waiting");
    cat.drive().await;
    let tried = bob.mail_of(&made).await;
    assert_ne!(tried["attempts"], state["attempts"], "it is not due");
}
