//! What whoever has proved nothing learns of the server that they name, and which servers they can make us ask.

use symbolon_core::trust::Rule;
use symbolon_server::transport::TlsFault;

use super::*;
use crate::support::{Key, audit};
use crate::trust::decide;

/// Servers that cannot be asked, each in another way, and how the trail calls it.
fn unfit(net: &Net) -> Vec<(&'static str, &'static str)> {
    let fails = |host: &'static str, error: TransportError| {
        let code = error.code();
        net.script(host, move |_| Err(error.clone()));
        (host, code.as_str())
    };
    let name = TransportError::NameNotFound {
        host: "unknown.example.org".to_owned(),
        reason: "no such name".to_owned(),
    };
    let tls = TransportError::Tls {
        fault: TlsFault::WrongName,
        reason: "another name".to_owned(),
    };
    let elsewhere = TransportError::Redirected {
        to: "https://log-in.corp.example.org".to_owned(),
    };
    let other = TransportError::NotHttp {
        reason: "SSH-2.0".to_owned(),
    };
    vec![
        fails("closed.example.org", TransportError::ConnectionRefused),
        fails("unknown.example.org", name),
        fails(
            "intranet.example.org",
            TransportError::AddressNotAllowed([10, 0, 0, 7].into()),
        ),
        fails("tls.example.org", tls),
        fails("elsewhere.example.org", elsewhere),
        fails("other.example.org", other),
    ]
}

/// Everything of an answer but the name and the reference.
fn told(answer: &Answer, host: &str) -> (u16, String, Vec<String>) {
    let reference = answer.headers["x-request-id"].to_str().unwrap();
    let text = answer.text.replace(reference, "").replace(host, "");
    let names = answer.headers.keys().map(ToString::to_string);
    (answer.status, text, names.collect())
}

#[tokio::test]
async fn a_stranger_who_names_servers_is_answered_the_same_whether_they_are_closed_unknown_or_inside()
 {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let bob = cat.person("bob").await;
    let (token, _) = invited(&bob, json!({ "uses": "anyone" })).await;
    let hosts = unfit(&net);
    let mut answers = Vec::new();
    // What is remembered of a look is told as well.
    for _ in 0..2 {
        for &(host, cause) in &hosts {
            let carol = json!({ "recipientProvider": host, "token": token, "userID": "carol",
                "email": "carol@example.org", "name": "Carol" });
            let removal = json!({ "notificationType": "USER_REMOVED", "providerId": "x", "notification": {} });
            let accepts = Message::json(ACCEPTED, &carol);
            let of_host = key(host, 1);
            let all = [
                accepts.to(&cat).await,
                accepts.clone().signed(&net, &of_host).to(&cat).await,
                accepts
                    .cavage(&net, &crate::cavage::rsa(0, host))
                    .to(&cat)
                    .await,
                Message::json(NOTIFICATIONS, &removal)
                    .signed(&net, &of_host)
                    .to(&cat)
                    .await,
            ];
            for answer in &all {
                assert_eq!(
                    (answer.status, answer.problem().as_str()),
                    (503, "peer_unreachable_for_keys")
                );
            }
            answers.push(all.map(|answer| told(&answer, host)));
            // The reason is for those who manage this server.
            let trail = audit(&cat).await;
            let refused = trail.iter().rfind(|event| event.kind == "peer.refused");
            assert_eq!(refused.unwrap().data["cause"], cause, "{host}");
        }
    }
    for (seen, (host, _)) in answers.iter().zip(hosts.iter().cycle()) {
        assert_eq!(seen, &answers[0], "{host}");
    }
    assert!(halves(&cat).await.is_empty());
}

#[tokio::test]
async fn a_server_that_is_not_let_in_is_turned_away_by_its_name_and_never_asked() {
    let net = Net::default();
    let blocks = TestServer::new(&net, CAT).await;
    decide(&blocks, DOG, Rule::Blocked).await;
    let settings = |mode| [(Key::InvitationsOut, mode)];
    let list = TestServer::with(&net, "list.example.org", &settings("allowlist")).await;
    let directory = TestServer::with(&net, "directory.example.org", &settings("directory")).await;
    let dog = Peer::signing(&net, DOG);
    for cat in [&blocks, &list, &directory] {
        let bob = cat.person("bob").await;
        let (token, id) = invited(&bob, json!({ "uses": "anyone" })).await;
        let message = Message::json(ACCEPTED, &dog.acceptance(&token));
        let wrong = Message::json(ACCEPTED, &dog.acceptance("abcdefghijklmnopqrstuvwx"));
        for message in [
            message.clone(),
            message.clone().signed(&net, &dog.key),
            message.clone().cavage(&net, &crate::cavage::rsa(0, DOG)),
            wrong.signed(&net, &dog.key),
        ] {
            message.refused(cat, 403, "not_trusted_here", "").await;
        }
        assert!(net.sent.lock().unwrap().is_empty(), "nobody was asked");
        assert_eq!(used(&bob, &id).await, 0);
        let trail = audit(cat).await;
        let refused = trail.iter().filter(|event| event.kind == "invite.refused");
        let refused: Vec<_> = refused.collect();
        assert_eq!(refused.len(), 4);
        assert_eq!(refused[0].user.as_ref(), Some(&bob.id));
        assert_eq!(refused[0].data["address"], "carol@dog.example.org");
        assert_eq!(refused[3].user, None);
    }
}

#[tokio::test]
async fn no_message_in_the_name_of_a_server_that_is_not_let_in_makes_us_ask_it_unless_people_have_to_do_with_it()
 {
    let net = Net::default();
    let blocks = TestServer::new(&net, CAT).await;
    decide(&blocks, DOG, Rule::Blocked).await;
    let settings = [
        (Key::InvitationsIn, "allowlist"),
        (Key::InvitationsOut, "allowlist"),
    ];
    let list = TestServer::with(&net, "list.example.org", &settings).await;
    let dog = Peer::signing(&net, DOG);
    let removal = json!({ "notificationType": "USER_REMOVED", "providerId": "carol",
        "notification": { "grantee": "bob" } });
    let unknown =
        json!({ "notificationType": "UNKNOWN", "providerId": "carol", "notification": {} });
    for cat in [&blocks, &list] {
        let forged = SigningKey::generate([9; 32], dog.key.key_id()).unwrap();
        for message in [
            Message::json(NOTIFICATIONS, &removal).signed(&net, &dog.key),
            Message::json(NOTIFICATIONS, &removal).signed(&net, &forged),
            Message::json(NOTIFICATIONS, &removal).cavage(&net, &crate::cavage::rsa(0, DOG)),
            Message::json(NOTIFICATIONS, &unknown).signed(&net, &dog.key),
        ] {
            message.refused(cat, 403, "not_trusted_here", "").await;
        }
        assert!(net.sent.lock().unwrap().is_empty(), "nobody was asked");
        let trail = audit(cat).await;
        assert!(trail.iter().any(|event| event.kind == "peer.refused"));
    }
}

#[tokio::test]
async fn whoever_is_connected_hears_so_again_and_disconnects_although_their_server_is_blocked_since()
 {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let bob = cat.person("bob").await;
    let (token, _) = invited(&bob, json!({})).await;
    let dog = Peer::signing(&net, DOG);
    let message = || Message::json(ACCEPTED, &dog.acceptance(&token)).signed(&net, &dog.key);
    message().to(&cat).await.assert(200);
    decide(&cat, DOG, Rule::Blocked).await;
    net.pass_ms(6 * 60_000);
    // The answer was lost.
    message().to(&cat).await.assert(200);
    let mallory = json!({ "recipientProvider": DOG, "token": token, "userID": "mallory",
        "email": "", "name": "Mallory" });
    let mallory = Message::json(ACCEPTED, &mallory).signed(&net, &dog.key);
    mallory.refused(&cat, 403, "not_trusted_here", "").await;
    let removal = json!({ "notificationType": "USER_REMOVED", "providerId": "carol",
        "notification": { "grantee": bob.id, "connection": { "generation": 1 } } });
    let removal = Message::json(NOTIFICATIONS, &removal).signed(&net, &dog.key);
    removal.to(&cat).await.assert(201);
    assert!(bob.lists().await.is_empty());
}
