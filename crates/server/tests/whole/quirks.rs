//! What administrators have noted about how messages to and from one server are signed.

use serde_json::json;
use symbolon_store::notes::Aspect;

use crate::cavage::{Older, carol, sent, way};
use crate::certificates::note;
use crate::inviter::{ACCEPTED, CAT, DOG, Message, Peer, invited};
use crate::support::{Key, Net, TestServer, answer, discovery};

#[tokio::test]
async fn messages_to_a_server_are_signed_as_is_noted_from_the_next_one_on() {
    let net = Net::default();
    let data = tempfile::tempdir().unwrap();
    let dog = TestServer::in_folder(&net, DOG, data.path()).await;
    net.script(CAT, |request| {
        if request.url.ends_with("/.well-known/ocm") {
            let document = discovery(CAT, &["invites", "http-sig"]);
            return answer(200, "application/json", document);
        }
        answer(
            200,
            "application/json",
            r#"{"userID":"bob","email":"b@example.org","name":"Bob"}"#,
        )
    });
    for (noted, expected) in [
        (None, "rfc9421"),
        (Some("cavage"), "cavage"),
        (Some("rfc9421"), "rfc9421"),
        (Some("unsigned"), "unsigned"),
        (None, "rfc9421"),
    ] {
        if noted.is_some() || !net.posted("/invite-accepted").is_empty() {
            note(&dog, CAT, Aspect::Sign, noted).await;
        }
        let message = sent(&net, &dog).await;
        let signed = message
            .headers
            .iter()
            .any(|(name, _)| name.starts_with("signature"));
        let found = match signed {
            true => way(&message, &dog).await,
            false => "unsigned",
        };
        assert_eq!(found, expected, "{noted:?}");
    }
}

#[tokio::test]
async fn a_server_that_was_set_back_is_believed_again_only_when_that_is_noted() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let bob = cat.person("bob").await;
    let (token, _) = invited(&bob, json!({})).await;
    let dog = Older::new(&net, DOG);
    dog.says("capabilities", json!(["invite-accepted", "http-sig"]));
    let message = Message::json(ACCEPTED, &carol(&token));
    let weak = || message.clone().cavage(&net, &dog.key);
    weak().refused(&cat, 401, "signature_weaker", DOG).await;
    dog.says("capabilities", json!(["invite-accepted"]));
    net.pass_ms(6 * 60_000);
    weak().refused(&cat, 401, "signature_weaker", DOG).await;
    note(&cat, DOG, Aspect::Take, Some("cavage")).await;
    // It is still a signature that is asked for, and the right one.
    let unsigned = message.clone();
    unsigned.refused(&cat, 401, "signature_missing", DOG).await;
    net.pass_ms(1_000);
    weak().to(&cat).await.assert(200);
    note(&cat, DOG, Aspect::Take, None).await;
    net.pass_ms(1_000);
    weak().refused(&cat, 401, "signature_weaker", DOG).await;
}

#[tokio::test]
async fn an_acceptance_of_one_server_may_be_unsigned_or_must_be_signed_as_is_noted() {
    for (setting, publishes_keys, noted, status) in [
        ("accept", false, None, 200),
        ("accept", false, Some("cavage"), 401),
        ("accept", false, Some("rfc9421"), 401),
        ("accept", true, None, 401),
        ("accept", true, Some("unsigned"), 200),
        ("refuse", false, None, 401),
        ("refuse", false, Some("unsigned"), 200),
    ] {
        let net = Net::default();
        let cat = TestServer::with(&net, CAT, &[(Key::UnsignedAcceptances, setting)]).await;
        let bob = cat.person("bob").await;
        let (token, _) = invited(&bob, json!({})).await;
        let dog = match publishes_keys {
            true => Peer::signing(&net, DOG),
            false => Peer::plain(&net, DOG),
        };
        if noted.is_some() {
            note(&cat, DOG, Aspect::Take, noted).await;
        }
        let message = Message::json(ACCEPTED, &dog.acceptance(&token));
        let answered = message.to(&cat).await;
        assert_eq!(
            answered.status, status,
            "{setting} {publishes_keys} {noted:?}: {}",
            answered.text
        );
    }
}
