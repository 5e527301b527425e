//! Mails, taken by a real mail server.

mod kit;

use axum::body::Body;
use http::Request;
use serde_json::{Value, json};
use symbolon_proto::problem::Code;
use symbolon_store::attempts::Attempt;
use symbolon_store::departures::BeginDeparture;
use symbolon_store::mails::GiveUpMail;
use symbolon_store::outbox::{DeliveryState, ListDeliveries, RetryDelivery};
use symbolon_store::trace::{LoadTrace, Thread};

use crate::support::{Answer, Key, Net, Person, TestServer, audit, logged};
use kit::{ACCOUNT, MailServer, Taken, Way};

const CAT: &str = "cat.example.org";
const DOG: &str = "dog.example.org";
const CAROL: &str = "carol@dog.example.org";
const FROM: &str = "Cat University <symbolon@cat.example.org>";

/// Cat, which sends its mails to a mail server.
async fn cat(net: &Net, mail: &MailServer) -> TestServer {
    TestServer::with(
        net,
        CAT,
        &[(Key::MailServer, &mail.url()), (Key::MailFrom, FROM)],
    )
    .await
}

impl Person<'_> {
    async fn mails_an_invite(&self, to: &str) -> Value {
        let made = self
            .call("POST", "/api/v1/invites", json!({ "email": to }))
            .await;
        made.assert(201).json()
    }

    async fn mail_of(&self, invite: &Value) -> Value {
        let path = format!("/api/v1/invites/{}", invite["id"].as_str().unwrap());
        self.call("GET", &path, Value::Null)
            .await
            .assert(200)
            .json()["mail"]
            .clone()
    }

    async fn mails_again(&self, invite: &Value, body: Value) -> Answer {
        let path = format!("/api/v1/invites/{}/mail", invite["id"].as_str().unwrap());
        self.call("POST", &path, body).await
    }
}

/// The attempts of the only mail that waits.
async fn attempts(server: &TestServer) -> Vec<Attempt> {
    let list = ListDeliveries {
        state: DeliveryState::Due,
        limit: 10,
    };
    let waiting = server.app.store.read(list).await.unwrap().remove(0);
    let load = LoadTrace {
        thread: Thread::Reference(waiting.reference),
        only: None,
    };
    let mut trace = server.app.store.read(load).await.unwrap();
    let (_, attempts) = trace.deliveries.remove(0);
    attempts.into_iter().map(|(_, attempt)| attempt).collect()
}

/// What went wrong on the way at the last attempt, as administrators are told.
async fn fault(server: &TestServer) -> String {
    attempts(server).await.pop().unwrap().fault.unwrap()
}

fn one(mail: &MailServer) -> Taken {
    let taken = mail.taken();
    assert_eq!(taken.len(), 1, "{taken:#?}");
    taken[0].clone()
}

/// The line of a text behind another one.
fn line_after<'a>(text: &'a str, before: &str) -> &'a str {
    let mut lines = text.lines().skip_while(|line| !line.contains(before));
    lines.nth(1).unwrap()
}

#[tokio::test]
async fn link_and_code_of_a_mail_are_usable_as_they_are_and_opening_the_link_accepts_nothing() {
    let (net, mail) = (Net::default(), MailServer::start(Way::Plain, false));
    let (cat, dog) = (cat(&net, &mail).await, TestServer::new(&net, DOG).await);
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
    let (net, mail) = (Net::default(), MailServer::start(Way::Plain, false));
    let cat = cat(&net, &mail).await;
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
    let (net, mail) = (Net::default(), MailServer::start(Way::Plain, false));
    let cat = cat(&net, &mail).await;
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
async fn mail_that_fails_leaves_the_invitation_valid_and_says_so_on_its_page_in_every_language() {
    let (net, mail) = (Net::default(), MailServer::start(Way::Plain, false));
    let (cat, dog) = (cat(&net, &mail).await, TestServer::new(&net, DOG).await);
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
    let (net, mail) = (Net::default(), MailServer::start(Way::Plain, false));
    let cat = cat(&net, &mail).await;
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
    let settings: Vec<_> = settings
        .iter()
        .map(|(key, text)| (*key, text.as_str()))
        .collect();
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
async fn inviter_and_person_left_behind_are_told_in_their_language_if_they_want_it() {
    let (net, mail) = (Net::default(), MailServer::start(Way::Plain, false));
    let (cat, dog) = (cat(&net, &mail).await, TestServer::new(&net, DOG).await);
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
        json!({ "accepted": false, "disconnected": false, "replies": false })
    );
    carol.accepts(&bob.invites().await).await;
    dog.drive().await;
    carol.disconnects().await;
    dog.drive().await;
    cat.drive().await;
    assert_eq!(mail.taken().len(), 2);
    let page = bob.page("/settings", "en").await.assert(200).text;
    assert!(
        page.contains("name=\"accepted\"") && !page.contains("checked"),
        "{page}"
    );
}

#[tokio::test]
async fn address_of_the_inviter_stands_in_a_mail_only_if_they_wish_for_answers() {
    let (net, mail) = (Net::default(), MailServer::start(Way::Plain, false));
    let cat = cat(&net, &mail).await;
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
    let (net, mail) = (Net::default(), MailServer::start(Way::Plain, false));
    let (cat, dog) = (cat(&net, &mail).await, TestServer::new(&net, DOG).await);
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
async fn one_person_cannot_make_the_server_send_mail_without_end() {
    let (net, mail) = (Net::default(), MailServer::start(Way::Plain, false));
    let cat = cat(&net, &mail).await;
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
async fn clients_of_ocis_send_their_invitations_by_mail_too() {
    let (net, mail) = (Net::default(), MailServer::start(Way::Plain, false));
    let cat = cat(&net, &mail).await;
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
async fn way_to_the_mail_server_is_as_secret_as_it_was_set_and_the_account_is_used() {
    for way in [Way::StartTls, Way::Implicit] {
        let (net, mail) = (Net::default(), MailServer::start(way, true));
        std::fs::write(mail.file("password"), format!("{}\n", ACCOUNT.1)).unwrap();
        std::fs::write(mail.file("wrong"), "incorrect\n").unwrap();
        let (url, ca) = (mail.url(), mail.file("ca.pem"));
        let (password, wrong) = (mail.file("password"), mail.file("wrong"));
        let server = |ca: bool, password: String| {
            let mut settings = vec![
                (Key::MailServer, url.clone()),
                (Key::MailFrom, FROM.to_owned()),
                (Key::MailUser, ACCOUNT.0.to_owned()),
                (Key::MailPasswordFile, password),
            ];
            if ca {
                settings.push((Key::MailCa, mail.file("ca.pem")));
            }
            let net = net.clone();
            async move {
                let settings: Vec<_> = settings
                    .iter()
                    .map(|(key, text)| (*key, text.as_str()))
                    .collect();
                TestServer::with(&net, CAT, &settings).await
            }
        };
        let reason = async |cat: &TestServer| {
            let bob = cat.person("bob").await;
            let made = bob.mails_an_invite(CAROL).await;
            cat.drive().await;
            let state = bob.mail_of(&made).await;
            (
                state["state"].clone(),
                state["reason"]["code"].clone(),
                state["said"].clone(),
            )
        };
        let strict = server(false, password.clone()).await;
        let (state, code, said) = reason(&strict).await;
        assert_eq!(
            (state, code),
            (json!("waiting"), json!("mail_server_unreachable")),
            "{way:?} {said}"
        );
        let fault = fault(&strict).await;
        assert!(fault.to_lowercase().contains("certificate"), "{fault}");
        let (state, code, said) = reason(&server(true, wrong).await).await;
        assert_eq!(
            (state, code),
            (json!("waiting"), json!("mail_log_in_refused")),
            "{said}"
        );
        assert!(!said.to_string().contains("incorrect"), "{said}");
        assert!(mail.taken().is_empty());

        let cat = server(true, password).await;
        let (state, ..) = reason(&cat).await;
        assert_eq!(state, json!("sent"));
        let taken = one(&mail);
        assert_eq!(
            (taken.said["WAY"].as_str(), taken.said["USER"].as_str()),
            ("tls", ACCOUNT.0)
        );
        let shown = cat.app.config.show();
        assert!(shown.contains(&ca) && !shown.contains(ACCOUNT.1), "{shown}");
    }
}

#[tokio::test]
async fn mail_server_without_encryption_gets_nothing_where_encryption_was_set() {
    let (net, mail) = (Net::default(), MailServer::start(Way::Plain, false));
    let settings = [
        (Key::MailServer, mail.url_as(Way::StartTls)),
        (Key::MailFrom, FROM.to_owned()),
    ];
    let settings: Vec<_> = settings
        .iter()
        .map(|(key, text)| (*key, text.as_str()))
        .collect();
    let cat = TestServer::with(&net, CAT, &settings).await;
    let bob = cat.person("bob").await;
    let made = bob.mails_an_invite(CAROL).await;
    cat.drive().await;
    let state = bob.mail_of(&made).await;
    assert_eq!(state["reason"]["code"], "mail_server_unreachable");
    let fault = fault(&cat).await;
    assert!(fault.contains("STARTTLS"), "{fault}");
    assert!(mail.taken().is_empty());
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
async fn administrator_sends_a_mail_again_or_gives_it_up() {
    let (net, mail) = (Net::default(), MailServer::start(Way::Plain, false));
    let cat = cat(&net, &mail).await;
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
    let give_up = GiveUpMail {
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
async fn form_on_the_page_sends_the_mail_and_keeps_what_was_typed_when_it_cannot() {
    let (net, mail) = (Net::default(), MailServer::start(Way::Plain, false));
    let cat = cat(&net, &mail).await;
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
        json!({ "accepted": false, "disconnected": false, "replies": true })
    );
}

/// Meets a problem with mail, for the test of the whole catalogue: as an answer, or as the reason why a mail is not sent.
pub(crate) async fn provoked(code: Code) -> Result<Answer, String> {
    let net = Net::default();
    let log_in = code == Code::MailLogInRefused;
    let mail = MailServer::start(if log_in { Way::Implicit } else { Way::Plain }, log_in);
    let mut settings = vec![
        (Key::MailServer, mail.url()),
        (Key::MailFrom, FROM.to_owned()),
    ];
    if log_in {
        std::fs::write(mail.file("password"), "incorrect").unwrap();
        settings.push((Key::MailUser, ACCOUNT.0.to_owned()));
        settings.push((Key::MailPasswordFile, mail.file("password")));
        settings.push((Key::MailCa, mail.file("ca.pem")));
    }
    let settings: Vec<_> = settings
        .iter()
        .map(|(key, text)| (*key, text.as_str()))
        .collect();
    let cat = TestServer::with(&net, CAT, &settings).await;
    let bob = cat.person("bob").await;
    let to = match code {
        Code::MailPutOff => "later@dog.example.org",
        Code::MailAddressRefused => "unknown@dog.example.org",
        Code::MailRefused => "relay@dog.example.org",
        _ => CAROL,
    };
    let made = bob.mails_an_invite(to).await;
    if code == Code::MailLimit {
        for _ in 0..4 {
            bob.mails_again(&made, json!({})).await.assert(200);
        }
        return Ok(bob.mails_again(&made, json!({})).await);
    }
    if code == Code::MailServerUnreachable {
        drop(mail);
    }
    cat.drive().await;
    let reason = &bob.mail_of(&made).await["reason"]["code"];
    Err(reason.as_str().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn mail_that_was_taken_is_not_sent_again_by_a_server_that_never_answers_the_farewell() {
    let (net, mail) = (Net::default(), MailServer::start(Way::Plain, false));
    let cat = cat(&net, &mail).await;
    let bob = cat.person("bob").await;
    let made = bob.mails_an_invite("silent@dog.example.org").await;
    let patient = std::time::Duration::from_secs(20);
    let driven = tokio::time::timeout(patient, cat.drive()).await;
    driven.expect("nobody waits for a farewell until patience is over");
    assert_eq!(bob.mail_of(&made).await["state"], "sent");
    net.pass_ms(3_600_000);
    cat.drive().await;
    one(&mail);
}

#[tokio::test]
async fn mails_that_wait_or_were_given_up_are_no_server_of_the_overview() {
    let (net, mail) = (Net::default(), MailServer::start(Way::Plain, false));
    let cat = cat(&net, &mail).await;
    let bob = cat.person("bob").await;
    let waiting = bob.mails_an_invite("later@dog.example.org").await;
    let given_up = bob.mails_an_invite("unknown@dog.example.org").await;
    cat.drive().await;
    assert_eq!(bob.mail_of(&waiting).await["state"], "waiting");
    assert_eq!(bob.mail_of(&given_up).await["state"], "failed");
    let (servers, more) = symbolon_server::actions::servers::linked(&cat.app)
        .await
        .unwrap();
    let servers: Vec<_> = servers.iter().map(|one| &one.server.provider).collect();
    assert!(servers.is_empty() && !more, "{servers:?}");
    cat.meddle("UPDATE users SET admin = 1").await;
    let overview = bob.page("/admin", "en").await.assert(200).text;
    assert!(!overview.contains("mail.invalid"), "{overview}");
}

#[tokio::test]
async fn news_written_for_an_address_do_not_go_to_the_next_one() {
    let (net, mail) = (Net::default(), MailServer::start(Way::Plain, false));
    let (cat, dog) = (cat(&net, &mail).await, TestServer::new(&net, DOG).await);
    let (bob, carol) = (cat.person("bob").await, dog.person("carol").await);
    let _running = dog.run_outbox();
    carol.accepts(&bob.invites().await).await;
    dog.drive().await;
    let victim = json!({ "email": "victim@fox.example.org" });
    bob.call("PATCH", "/api/v1/me", victim).await.assert(200);
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

/// How many mails are given up and kept.
async fn given_up(server: &TestServer) -> usize {
    let list = ListDeliveries {
        state: DeliveryState::Dead,
        limit: 10,
    };
    server.app.store.read(list).await.unwrap().len()
}

#[tokio::test]
async fn mails_that_were_given_up_are_forgotten_after_a_month() {
    let (net, mail) = (Net::default(), MailServer::start(Way::Plain, false));
    let cat = cat(&net, &mail).await;
    let bob = cat.person("bob").await;
    bob.mails_an_invite("unknown@dog.example.org").await;
    cat.drive().await;
    const DAY_MS: i64 = 24 * 3_600 * 1_000;
    for (days, left) in [(29, 1), (2, 0)] {
        net.pass_ms(days * DAY_MS);
        let _running = cat.run_outbox();
        // What is old is removed before the loop looks for what is due.
        let marker = bob.mails_an_invite(CAROL).await;
        mail.takes(mail.taken().len() + 1).await;
        assert_eq!(bob.mail_of(&marker).await["to"], CAROL);
        assert_eq!(given_up(&cat).await, left, "after {days} more days");
    }
}

#[tokio::test]
async fn whoever_leaves_leaves_no_address_in_what_the_mail_server_said() {
    let (net, mail) = (Net::default(), MailServer::start(Way::Plain, false));
    let cat = cat(&net, &mail).await;
    let bob = cat.person("bob").await;
    let made = bob.mails_an_invite("unknown@dog.example.org").await;
    cat.drive().await;
    let said = bob.mail_of(&made).await["said"].clone();
    assert_eq!(
        said.as_str().map(|said| said.contains("<***>")),
        Some(true),
        "{said}"
    );
    // As rows of an older version have it.
    let repeats = "550 5.1.1 <unknown@dog.example.org>: no such person here";
    cat.meddle(&format!("UPDATE deliveries SET last_detail = '{repeats}'"))
        .await;
    cat.meddle(&format!(
        "UPDATE delivery_attempts SET said = '{repeats}', fault = '{repeats}'"
    ))
    .await;
    let leaves = BeginDeparture {
        user: bob.id.clone(),
        moment: cat.app.moment("bob leaves"),
    };
    assert!(cat.app.store.write(leaves).await.unwrap());
    symbolon_server::departures::drive(&cat.app).await.unwrap();
    let load = LoadTrace {
        thread: Thread::User(bob.id.clone()),
        only: None,
    };
    let list = ListDeliveries {
        state: DeliveryState::Withdrawn,
        limit: 10,
    };
    let withdrawn = cat.app.store.read(list).await.unwrap();
    assert_eq!(withdrawn.len(), 1, "its invitation was taken back");
    assert_eq!((withdrawn[0].to(), &withdrawn[0].last_detail), ("", &None));
    let trace = cat.app.store.read(load).await.unwrap();
    let (_, attempts) = &trace.deliveries[0];
    assert_eq!(attempts.len(), 1);
    assert!(
        attempts
            .iter()
            .all(|(_, one)| one.said.is_none() && one.fault.is_none())
    );
}

#[tokio::test]
async fn what_went_wrong_on_the_way_to_the_mail_server_is_not_told_as_its_words() {
    let (net, mail) = (Net::default(), MailServer::start(Way::Plain, false));
    let cat = cat(&net, &mail).await;
    let bob = cat.person("bob").await;
    let made = bob.mails_an_invite("later@dog.example.org").await;
    cat.drive().await;
    let state = bob.mail_of(&made).await;
    let said = state["said"].as_str().unwrap();
    assert!(said.contains("greylisted"), "{state}");
    drop(mail);
    net.pass_ms(3_600_000);
    cat.drive().await;
    let state = bob.mail_of(&made).await;
    assert_eq!(state["reason"]["code"], "mail_server_unreachable");
    assert!(state.get("said").is_none_or(Value::is_null), "{state}");
    let attempts = attempts(&cat).await;
    let told: Vec<_> = attempts
        .iter()
        .map(|one| (one.said.is_some(), one.fault.is_some()))
        .collect();
    assert_eq!(told, [(true, false), (false, true)]);
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
