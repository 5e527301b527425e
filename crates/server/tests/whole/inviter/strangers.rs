//! What whoever has proved nothing learns of the server that they name, and which servers they can make us ask.

use symbolon_server::transport::TlsFault;

use super::*;
use crate::support::audit;

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
            // The reason is for those who look after this server.
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
