//! The way to the mail server: encryption, and the account there.

use serde_json::json;

use super::kit::{ACCOUNT, MailServer, Way};
use super::{CAROL, CAT, FROM, fault, lent, one, post};
use crate::support::{Key, Net, TestServer, keep_secret};

#[tokio::test]
async fn way_to_the_mail_server_is_as_secret_as_it_was_set_and_the_account_is_used() {
    for way in [Way::StartTls, Way::Implicit] {
        let (net, mail) = (Net::default(), MailServer::start(way, true));
        keep_secret(mail.file("password"), &format!("{}\n", ACCOUNT.1));
        keep_secret(mail.file("wrong"), "incorrect\n");
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
                let settings = lent(&settings);
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
    let settings = lent(&settings);
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
async fn mail_that_was_taken_is_not_sent_again_by_a_server_that_never_answers_the_farewell() {
    let (net, mail, cat) = post().await;
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
