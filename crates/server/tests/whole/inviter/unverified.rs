//! Acceptances that nobody signed: who may send them, and how they are shown.

use futures_util::future::BoxFuture;
use symbolon_core::trust::Proof;
use symbolon_server::transport::{OutboundRequest, OutboundResponse, Transport};

use super::*;
use crate::support::{Key, Stage};

/// Bob's server, and an open invitation of his.
macro_rules! stage {
    ($net:ident, $cat:ident, $bob:ident, $token:ident, $settings:expr) => {
        let $net = Net::default();
        let $cat = TestServer::with(&$net, CAT, $settings).await;
        let $bob = $cat.person("bob").await;
        let ($token, _id) = invited(&$bob, json!({ "uses": "anyone" })).await;
    };
}

async fn shown(bob: &Person<'_>) -> (Value, [String; 2]) {
    let listed = bob.call("GET", "/api/v1/connections", Value::Null).await;
    let one = listed.json()["items"][0].clone();
    let path = format!("/connections/{}", one["id"].as_str().unwrap());
    let list = bob.page("/connections", "en").await.assert(200).text;
    let page = bob.page(&path, "en").await.assert(200).text;
    (one, [list, page])
}

#[tokio::test]
async fn somebody_of_a_server_that_is_none_is_shown_as_of_an_unverified_one() {
    stage!(net, cat, bob, token, &[]);
    net.script(DOG, |_| answer(404, "text/html", "<h1>Not here</h1>"));
    let carol = json!({ "recipientProvider": DOG, "token": token, "userID": "carol",
        "email": "carol@example.org", "name": "Carol" });
    Message::json(ACCEPTED, &carol).to(&cat).await.assert(200);
    assert_eq!(halves(&cat).await[0].proof, Proof::Token);
    let (one, pages) = shown(&bob).await;
    assert_eq!(
        (&one["signed"], &one["verified"]),
        (&json!(false), &json!(false))
    );
    for page in pages {
        assert!(page.contains("unverified server"), "{page}");
    }
}

#[tokio::test]
async fn a_server_that_cannot_sign_is_verified_by_describing_itself_when_it_is_called_back() {
    stage!(net, cat, bob, token, &[]);
    let dog = Peer::plain(&net, DOG);
    let message = Message::json(ACCEPTED, &dog.acceptance(&token));
    message.to(&cat).await.assert(200);
    let (one, pages) = shown(&bob).await;
    assert_eq!(
        (&one["signed"], &one["verified"]),
        (&json!(false), &json!(true))
    );
    for page in pages {
        assert!(!page.contains("unverified server"), "{page}");
    }
}

#[tokio::test]
async fn a_host_that_describes_itself_later_does_not_make_what_was_said_in_its_name_true() {
    stage!(net, cat, bob, token, &[]);
    net.script(DOG, |_| answer(404, "text/html", "<h1>Being moved</h1>"));
    let forged = json!({ "recipientProvider": DOG, "token": token, "userID": "carol",
        "email": "evil@example.org", "name": "Carol" });
    Message::json(ACCEPTED, &forged).to(&cat).await.assert(200);
    let dog = Peer::signing(&net, DOG);
    net.pass_ms(60_000);
    // It signs, as it always did: nobody speaks for it unsigned any more, and what was said before stays unverified.
    let again = Message::json(ACCEPTED, &forged);
    again.refused(&cat, 401, "signature_missing", DOG).await;
    assert_eq!(shown(&bob).await.0["verified"], false);
    // Its own word makes the connection its own.
    let own = Message::json(ACCEPTED, &dog.acceptance(&token)).signed(&net, &dog.key);
    own.to(&cat).await.assert(200);
    let one = shown(&bob).await.0;
    assert_eq!(
        (&one["verified"], &one["email"]),
        (&json!(true), &json!("carol@example.org"))
    );
}

#[tokio::test]
async fn a_host_that_cannot_be_called_back_is_told_to_come_back_and_connects_nobody() {
    stage!(net, cat, _bob, token, &[]);
    let carol = json!({ "recipientProvider": DOG, "token": token, "userID": "carol",
        "email": "carol@example.org", "name": "Carol" });
    let message = Message::json(ACCEPTED, &carol);
    message
        .refused(&cat, 503, "peer_unreachable_for_keys", DOG)
        .await;
    assert!(halves(&cat).await.is_empty());
    drop(net);
}

#[tokio::test]
async fn what_a_host_said_earlier_is_no_call_back_while_it_is_away() {
    stage!(net, cat, bob, token, &[]);
    let dog = Peer::plain(&net, DOG);
    let message = Message::json(ACCEPTED, &dog.acceptance(&token));
    message.to(&cat).await.assert(200);
    dog.reachable.store(false, Ordering::SeqCst);
    net.pass_ms(24 * 3_600_000);
    let (token, _) = invited(&bob, json!({})).await;
    let dave = json!({ "recipientProvider": DOG, "token": token, "userID": "dave",
        "email": "dave@example.org", "name": "Dave" });
    let message = Message::json(ACCEPTED, &dave);
    message
        .refused(&cat, 503, "peer_unreachable_for_keys", DOG)
        .await;
    // Also while it is remembered that it did not answer.
    message
        .refused(&cat, 503, "peer_unreachable_for_keys", DOG)
        .await;
    dog.reachable.store(true, Ordering::SeqCst);
    net.pass_ms(60_000);
    message.to(&cat).await.assert(200);
}

/// The network, in which one server takes three seconds for everything, and is given up when its time is over.
struct Late(Net);

impl Transport for Late {
    fn send(
        &self,
        request: OutboundRequest,
    ) -> BoxFuture<'_, Result<OutboundResponse, TransportError>> {
        Box::pin(async move {
            let left = request.limits.total;
            let late = async {
                tokio::time::sleep(Duration::from_secs(3)).await;
                self.0.send(request).await
            };
            let timeout = TransportError::Timeout {
                stage: Stage::Answer,
            };
            tokio::time::timeout(left, late)
                .await
                .unwrap_or(Err(timeout))
        })
    }
}

#[tokio::test]
async fn a_server_that_waits_five_seconds_for_us_is_answered_however_slowly_it_describes_itself() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let cat = cat.with_transport(Arc::new(Late(net.clone())));
    let bob = cat.person("bob").await;
    let (token, _) = invited(&bob, json!({})).await;
    // At the old path alone, which is asked second.
    net.script(DOG, |request| {
        match request.url.ends_with("/ocm-provider") {
            true => answer(200, "application/json", discovery(DOG, &["invites"])),
            false => answer(404, "text/html", "<h1>Not here</h1>"),
        }
    });
    let carol = json!({ "recipientProvider": DOG, "token": token, "userID": "carol",
        "email": "carol@example.org", "name": "Carol" });
    let begun = tokio::time::Instant::now();
    let refused = Message::json(ACCEPTED, &carol).to(&cat).await.assert(503);
    assert_eq!(refused.problem(), "peer_unreachable_for_keys");
    let took = begun.elapsed();
    // Both paths would take six.
    assert!(took < Duration::from_millis(5_500), "{took:?}");
    assert!(
        halves(&cat).await.is_empty(),
        "nobody is connected on one side"
    );
}

#[tokio::test]
async fn a_setting_refuses_acceptances_that_are_not_signed() {
    stage!(
        net,
        cat,
        _bob,
        token,
        &[(Key::UnsignedAcceptances, "refuse")]
    );
    let dog = Peer::plain(&net, DOG);
    let message = Message::json(ACCEPTED, &dog.acceptance(&token));
    message.refused(&cat, 401, "signature_missing", DOG).await;
    assert!(net.sent.lock().unwrap().is_empty(), "nobody was asked");
    let emu = Peer::signing(&net, "emu.example.org");
    let signed = Message::json(ACCEPTED, &emu.acceptance(&token)).signed(&net, &emu.key);
    signed.to(&cat).await.assert(200);
}
