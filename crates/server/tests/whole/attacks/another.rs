//! The class of mistakes by which a server is taken for another one: by a part of its name, by what somebody else asked,
//! by a redirect, by its spelling, by its port, or by a second name.

use http::Method;
use serde_json::{Value, json};

use super::{are_not_let_in, trusts};
use crate::inviter::{ACCEPTED, CAT, DOG, Message, Peer, invited};
use crate::support::{Key, Net, Person, TestServer, answer, discovery};

async fn pastes(person: &Person<'_>, invite: &str, provider: &str) -> crate::support::Answer {
    let body = json!({ "invite": invite, "provider": provider });
    person.call("POST", "/api/v1/acceptances", body).await
}

/// Whom messages of a kind were sent to.
fn sent_to(net: &Net, path: &str) -> Vec<String> {
    let posted = net.posted(path);
    posted.iter().map(|request| request.url.clone()).collect()
}

#[tokio::test]
async fn t2_a_name_that_holds_a_trusted_one_or_none_at_all_is_not_trusted() {
    let net = Net::default();
    let cat = TestServer::with(&net, CAT, &[(Key::InvitationsOut, "allowlist")]).await;
    let bob = cat.person("bob").await;
    let (token, _) = invited(&bob, json!({})).await;
    trusts(&cat, DOG).await;
    let alike = [
        "dog.example.org.evil.example.org",
        "xdog.example.org",
        "dogxexample.org",
        "og.example.org",
        "example.org",
        "dog.example.org:8443",
    ];
    are_not_let_in(&net, &cat, &token, &alike).await;
    for nothing in [
        "https://",
        "",
        "//",
        ".*",
        "*.example.org",
        "dog.example.org|x",
    ] {
        let body = json!({ "recipientProvider": nothing, "token": token, "userID": "carol",
            "email": "carol@example.org", "name": "Carol" });
        let refused = Message::json(ACCEPTED, &body).to(&cat).await;
        assert_eq!(refused.status, 400, "{nothing:?}: {}", refused.text);
    }
    assert!(bob.lists().await.is_empty());
    let dog = Peer::signing(&net, DOG);
    let own = Message::json(ACCEPTED, &dog.acceptance(&token)).signed(&net, &dog.key);
    own.to(&cat).await.assert(200);
}

#[tokio::test]
async fn t3_who_asks_for_a_server_changes_nothing_about_another() {
    let net = Net::default();
    let dog = TestServer::with(&net, DOG, &[(Key::InvitationsIn, "allowlist")]).await;
    let cat = TestServer::new(&net, CAT).await;
    let (_cat, _dog) = (cat.run_outbox(), dog.run_outbox());
    let (bob, carol) = (cat.person("bob").await, dog.person("carol").await);
    trusts(&dog, CAT).await;
    let evil = "cat.example.org.evil.example.org";
    net.script(evil, move |_| {
        let document = discovery(evil, &["invites"]);
        let document =
            document.replace("\"provider\":\"Other\"", "\"provider\":\"cat.example.org\"");
        answer(200, "application/json", document)
    });
    let asked = pastes(&carol, "some-token-of-evil", evil).await;
    assert_eq!(asked.problem(), "not_trusted_here");
    let page = format!("/wayf?token=abcdefghijklmnopqrstuvwx&server={evil}");
    carol.page(&page, "en").await;
    carol.accepts(&bob.invites().await).await.assert(200);
    let sent = sent_to(&net, "/invite-accepted");
    assert_eq!(sent, ["https://cat.example.org/ocm/invite-accepted"]);
}

#[tokio::test]
async fn t15_a_redirect_gets_nobody_the_acceptance() {
    for status in [301, 302, 303, 307, 308] {
        let net = Net::default();
        let dog = TestServer::new(&net, DOG).await;
        let carol = dog.person("carol").await;
        let evil = "evil.example.org";
        net.script(evil, |_| answer(200, "application/json", "{}"));
        net.script(CAT, move |request| {
            if request.method == Method::GET {
                return answer(200, "application/json", discovery(CAT, &["invites"]));
            }
            let mut there = answer(status, "text/plain", "")?;
            let location = format!("https://{evil}/ocm/invite-accepted");
            there.headers.push(("location".to_owned(), location));
            Ok(there)
        });
        let _running = dog.run_outbox();
        carol.accepts(&format!("some-token-of-cat@{CAT}")).await;
        let sent = net.sent.lock().unwrap();
        assert!(
            sent.iter().all(|request| !request.url.contains(evil)),
            "{status}"
        );
    }
}

#[tokio::test]
async fn t16_a_server_is_the_same_in_every_spelling_of_its_name() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let dog = TestServer::with(&net, DOG, &[(Key::InvitationsIn, "allowlist")]).await;
    let (_cat, _dog) = (cat.run_outbox(), dog.run_outbox());
    let (bob, carol) = (cat.person("bob").await, dog.person("carol").await);
    trusts(&dog, "https://CAT.Example.ORG:443/").await;
    let (token, _) = invited(&bob, json!({})).await;
    for spelling in [
        "Cat.Example.Org",
        "https://CAT.example.org/",
        "cat.example.org.",
        "cat.example.org:443",
    ] {
        let own = pastes(&bob, &token, spelling).await;
        assert_eq!(own.problem(), "invitation_your_own", "{spelling}");
        let there = pastes(&carol, &token, spelling).await;
        assert_eq!(there.status, 200, "{spelling}: {}", there.text);
    }
    assert_eq!(carol.lists().await, ["Bob"]);
    assert_eq!(bob.lists().await, ["Carol"]);
}

#[tokio::test]
async fn t17_a_port_goes_all_the_way_from_the_invitation_to_the_connection() {
    let net = Net::default();
    let host = "cat.example.org:9200";
    let cat = TestServer::new(&net, host).await;
    let dog = TestServer::new(&net, DOG).await;
    let without = TestServer::new(&net, CAT).await;
    let (_cat, _dog) = (cat.run_outbox(), dog.run_outbox());
    let (bob, carol) = (cat.person("bob").await, dog.person("carol").await);
    let (token, _) = invited(&bob, json!({})).await;
    let wayf = format!("/wayf?token={token}&server={DOG}");
    let page = bob.page(&wayf, "en").await.assert(200).text;
    let link = page
        .split('"')
        .find(|text| text.starts_with("https://dog.example.org/accept?"));
    let link = link.unwrap().replace("&amp;", "&").replace("&#38;", "&");
    assert!(
        link.contains("providerDomain=cat.example.org%3A9200"),
        "{link}"
    );
    carol.accepts(&link).await.assert(200);
    assert_eq!(carol.lists().await, ["Bob"]);
    let listed = carol
        .call("GET", "/api/v1/connections", Value::Null)
        .await
        .json();
    assert_eq!(listed["items"][0]["server"], host);
    let sent = sent_to(&net, "/invite-accepted");
    assert_eq!(sent, ["https://cat.example.org:9200/ocm/invite-accepted"]);
    drop(without);
}

#[tokio::test]
async fn t18_a_second_name_of_this_server_connects_nobody_with_themselves() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let _running = cat.run_outbox();
    let bob = cat.person("bob").await;
    let (token, _) = invited(&bob, json!({ "uses": "anyone" })).await;
    let alias = "files.example.org";
    net.also(alias, &cat);
    let refused = pastes(&bob, &token, alias).await;
    assert_eq!(refused.problem(), "peer_misnamed");
    // Nor does a message in that name, which the server itself would have to sign.
    let body = json!({ "recipientProvider": alias, "token": token, "userID": bob.id, "email": "bob@example.org",
        "name": "Bob" });
    let message = Message::json(ACCEPTED, &body);
    assert!(message.to(&cat).await.status >= 400);
    assert!(bob.lists().await.is_empty());
}
