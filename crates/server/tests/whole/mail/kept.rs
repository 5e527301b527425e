//! What is kept of mails that did not arrive, who is told, and for how long.

use serde_json::Value;
use symbolon_store::departures::BeginDeparture;
use symbolon_store::outbox::{DeliveryState, ListDeliveries};
use symbolon_store::trace::{LoadTrace, Thread};

use super::{CAROL, attempts, post};
use crate::support::TestServer;

#[tokio::test]
async fn mails_that_wait_or_were_given_up_are_no_server_of_the_overview() {
    let (_net, _mail, cat) = post().await;
    let bob = cat.person("bob").await;
    let waiting = bob.mails_an_invite("later@dog.example.org").await;
    let given_up = bob.mails_an_invite("unknown@dog.example.org").await;
    cat.drive().await;
    assert_eq!(bob.mail_of(&waiting).await["state"], "waiting");
    assert_eq!(bob.mail_of(&given_up).await["state"], "failed");
    let links = symbolon_server::actions::servers::linked(&cat.app)
        .await
        .unwrap();
    let servers: Vec<_> = links.all.iter().map(|one| &one.server.provider).collect();
    assert!(servers.is_empty() && !links.more_servers, "{servers:?}");
    cat.meddle("UPDATE users SET admin = 1").await;
    let overview = bob.page("/admin", "en").await.assert(200).text;
    assert!(!overview.contains("mail.invalid"), "{overview}");
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
    let (net, mail, cat) = post().await;
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
    let (_net, _mail, cat) = post().await;
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
    let (net, mail, cat) = post().await;
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
