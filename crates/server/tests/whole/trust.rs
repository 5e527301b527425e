//! Which servers people may connect with.

use serde_json::{Value, json};
use symbolon_core::trust::Rule;
use symbolon_proto::address::Provider;
use symbolon_store::events::Moment;
use symbolon_store::trust::{Decide, Decided, Forget};

use crate::support::{Key, Net, Person, TestServer, audit};

pub(crate) const CAT: &str = "cat.example.org";

pub(crate) const DOG: &str = "dog.example.org";

fn named(host: &str) -> Provider {
    Provider::parse(host).unwrap()
}

fn moment(server: &TestServer) -> Moment {
    Moment {
        administrator: true,
        ..server.app.moment("a decision")
    }
}

pub(crate) async fn decide(server: &TestServer, host: &str, rule: Rule) -> Decided {
    let decide = Decide {
        provider: named(host),
        rule,
        note: Some("asked for by the data protection officer".to_owned()),
        by: Some("root".to_owned()),
        moment: moment(server),
    };
    server.app.store.write(decide).await.unwrap().unwrap()
}

async fn forget(server: &TestServer, host: &str) {
    let forget = Forget {
        provider: named(host),
        by: None,
        moment: moment(server),
    };
    assert!(server.app.store.write(forget).await.unwrap().is_some());
}

#[tokio::test]
async fn nobody_accepts_an_invitation_of_a_blocked_server_and_it_hears_nothing() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let dog = TestServer::new(&net, DOG).await;
    let (_cat, _dog) = (cat.run_outbox(), dog.run_outbox());
    let (bob, carol) = (cat.person("bob").await, dog.person("carol").await);
    let invite = bob.invites().await;
    decide(&dog, CAT, Rule::Blocked).await;
    let sent = net.sent.lock().unwrap().len();
    let refused = carol.accepts(&invite).await.assert(403);
    assert_eq!(refused.problem(), "not_trusted_here");
    assert_eq!(net.sent.lock().unwrap().len(), sent);
    // At once, and without a restart.
    forget(&dog, CAT).await;
    carol.accepts(&invite).await.assert(200);
}

#[tokio::test]
async fn nobody_on_a_blocked_server_accepts_our_invitation_and_their_person_is_told_why() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let dog = TestServer::new(&net, DOG).await;
    let (_cat, _dog) = (cat.run_outbox(), dog.run_outbox());
    let (bob, carol) = (cat.person("bob").await, dog.person("carol").await);
    let invite = bob.invites().await;
    decide(&cat, DOG, Rule::Blocked).await;
    let refused = carol.accepts(&invite).await;
    assert_eq!(refused.problem(), "not_trusted_there");
    assert!(bob.lists().await.is_empty() && carol.lists().await.is_empty());
    // The trail of the server that refused says whom and why.
    let events = audit(&cat).await;
    let event = events.iter().find(|event| event.kind == "invite.refused");
    let event = event.unwrap();
    assert_eq!(event.result.as_deref(), Some("not_trusted_here"));
    assert_eq!(event.peer.as_deref(), Some(DOG));
    // An invitation that there is not gets the same answer: a blocked server cannot find out which there are.
    let other = "wrong-token@cat.example.org";
    let refused = carol.accepts(other).await;
    assert_eq!(refused.problem(), "not_trusted_there");
    decide(&cat, DOG, Rule::Trusted).await;
    // Within the same second it would be the very message that was refused, which does not act when it comes again.
    net.pass_ms(1_000);
    carol.accepts(&invite).await.assert(200);
}

#[tokio::test]
async fn an_allowlist_lets_in_only_servers_that_are_trusted_by_name_in_its_own_direction() {
    let net = Net::default();
    let cat = TestServer::with(&net, CAT, &[(Key::InvitationsIn, "allowlist")]).await;
    let dog = TestServer::new(&net, DOG).await;
    let (_cat, _dog) = (cat.run_outbox(), dog.run_outbox());
    let (bob, carol) = (cat.person("bob").await, dog.person("carol").await);
    let from_dog = carol.invites().await;
    let refused = bob.accepts(&from_dog).await.assert(403);
    assert_eq!(refused.problem(), "not_trusted_here");
    // The other direction is open.
    let from_cat = bob.invites().await;
    carol.accepts(&from_cat).await.assert(200);
    carol.disconnects().await.assert(200);
    let from_dog = carol.invites().await;
    // A name is one server: neither its subdomains nor what begins or ends like it.
    for other in [
        "example.org",
        "og.example.org",
        "dog.example.org.test",
        "dog.example.org:8443",
    ] {
        decide(&cat, other, Rule::Trusted).await;
        bob.accepts(&from_dog).await.assert(403);
    }
    decide(&cat, DOG, Rule::Trusted).await;
    bob.accepts(&from_dog).await.assert(200);
}

#[tokio::test]
async fn a_block_leaves_connections_alone_and_both_sides_can_end_them() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let dog = TestServer::new(&net, DOG).await;
    let (_cat, _dog) = (cat.run_outbox(), dog.run_outbox());
    let (bob, carol) = (cat.person("bob").await, dog.person("carol").await);
    let dora = dog.person("dora").await;
    for person in [&carol, &dora] {
        person.accepts(&bob.invites().await).await.assert(200);
    }
    decide(&cat, DOG, Rule::Blocked).await;
    decide(&dog, CAT, Rule::Blocked).await;
    assert_eq!(bob.lists().await.len(), 2);
    carol.disconnects().await.assert(200);
    assert_eq!(bob.lists().await, ["Dora"]);
    let done = bob.disconnects().await.assert(200).json();
    assert_eq!(done["told"], "confirmed");
    assert!(dora.lists().await.is_empty());
}

/// Carol accepts an invitation of bob's: his server lets her in, and its answer is lost. Gives the invitation.
pub(crate) async fn accepts_and_hears_nothing(
    net: &Net,
    bob: &Person<'_>,
    carol: &Person<'_>,
) -> String {
    let invite = bob.invites().await;
    net.loses_answers(bob.server, async || {});
    let running = carol.server.run_outbox();
    carol.accepts(&invite).await.assert(202);
    drop(running);
    assert_eq!(bob.lists().await, ["Carol"]);
    invite
}

#[tokio::test]
async fn a_yes_that_was_lost_is_repeated_to_a_server_that_was_blocked_since() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let dog = TestServer::new(&net, DOG).await;
    let (bob, carol) = (cat.person("bob").await, dog.person("carol").await);
    accepts_and_hears_nothing(&net, &bob, &carol).await;
    decide(&cat, DOG, Rule::Blocked).await;
    net.up(&cat);
    net.pass_ms(3_600 * 1_000);
    dog.drive().await;
    assert_eq!(
        (bob.lists().await, carol.lists().await),
        (vec!["Carol".to_owned()], vec!["Bob".to_owned()])
    );
}

#[tokio::test]
async fn what_is_on_its_way_to_a_server_when_it_is_blocked_connects_nobody() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let dog = TestServer::new(&net, DOG).await;
    let (bob, carol) = (cat.person("bob").await, dog.person("carol").await);
    let invite = accepts_and_hears_nothing(&net, &bob, &carol).await;
    assert_eq!(decide(&dog, CAT, Rule::Blocked).await.stopped, 1);
    // Accepting again does not bring it back.
    carol.accepts(&invite).await.assert(403);
    net.up(&cat);
    net.pass_ms(3_600 * 1_000);
    dog.drive().await;
    dog.drive().await;
    assert!(bob.lists().await.is_empty() && carol.lists().await.is_empty());
    let events = audit(&dog).await;
    let stopping = events.iter().find(|e| e.kind == "acceptance.stopping");
    assert_eq!(stopping.unwrap().actor.as_str(), "administrator");
}

#[tokio::test]
async fn whoever_invites_where_no_other_server_is_let_in_yet_is_told_before_and_after() {
    let said = "Nobody on another server can accept an invitation from here yet";
    for (mode, decided, is_closed) in [
        ("open", None, false),
        ("allowlist", None, true),
        ("directory", None, true),
        ("allowlist", Some(Rule::Blocked), true),
        ("allowlist", Some(Rule::Trusted), false),
        ("directory", Some(Rule::Trusted), false),
    ] {
        let net = Net::default();
        let cat = TestServer::with(&net, CAT, &[(Key::InvitationsOut, mode)]).await;
        let bob = cat.person("bob").await;
        if let Some(rule) = decided {
            decide(&cat, DOG, rule).await;
        }
        let page = bob.page("/invitations", "en").await.assert(200).text;
        assert_eq!(page.contains(said), is_closed, "{mode} {decided:?}: {page}");
        let made = bob.call("POST", "/api/v1/invites", json!({})).await;
        let closed = made.assert(201).json()["closed"]["code"].clone();
        let expected = if is_closed {
            json!("nobody_trusted_here")
        } else {
            Value::Null
        };
        assert_eq!(closed, expected, "{mode} {decided:?}");
    }
}
