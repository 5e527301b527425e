//! How many messages of others are worked on at a time.

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;

use super::*;
use crate::support::addresses::{ANOTHER, SOMEBODY, figure, seconds};

/// A second server that signs, for what the first one leaves.
const BIRD: &str = "bird.example.org";

/// How many are told to come again in a second, before all others wait.
async fn refused(sent: &mut FuturesUnordered<impl Future<Output = Answer>>) -> usize {
    let mut refused = 0;
    // What is refused is refused at once; the rest waits for the database.
    while let Ok(answer) = tokio::time::timeout(Duration::from_millis(700), sent.next()).await {
        let answer = answer.expect("the others wait").assert(429);
        assert_eq!(answer.problem(), "too_many_requests");
        assert_eq!(seconds(&answer), 1);
        refused += 1;
    }
    refused
}

async fn counted(cat: &TestServer) -> String {
    let name = "symbolon_limited_total{limit=\"under_way\"}";
    figure(cat, name).await.to_string()
}

#[tokio::test]
async fn one_server_has_sixty_four_messages_worked_on_at_a_time_from_however_many_addresses() {
    let net = Net::default();
    let data = tempfile::tempdir().unwrap();
    let cat = TestServer::in_folder(&net, CAT, data.path()).await;
    let bob = cat.person("bob").await;
    let (dog, bird) = (Peer::signing(&net, DOG), Peer::signing(&net, BIRD));
    let message = async |peer: &Peer| {
        let (token, _) = invited(&bob, json!({})).await;
        Message::json(ACCEPTED, &peer.acceptance(&token)).signed(&net, &peer.key)
    };
    for peer in [&dog, &bird] {
        message(peer).await.to(&cat).await.assert(200);
    }
    let (of_dog, of_bird) = (message(&dog).await, message(&bird).await);
    let from: Vec<_> = (0..100)
        .map(|number| format!("198.51.100.{number}"))
        .collect();

    let held = cat.hold_writes().await;
    let mut sent = FuturesUnordered::new();
    let mut told = 0;
    // Not all at once: no more than thirty-two may wait until it is known who signed them.
    for some in from.chunks(16) {
        sent.extend(some.iter().map(|from| of_dog.from(from, &cat)));
        told += refused(&mut sent).await;
    }
    assert_eq!(told, 36);
    assert_eq!(counted(&cat).await, "36");
    let another = of_bird.from(ANOTHER, &cat);
    let (another, ()) = tokio::join!(another, async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        drop(held);
    });
    another.assert(200);
    while let Some(answer) = sent.next().await {
        assert_ne!(answer.status, 429, "{}", answer.text);
    }
    of_dog.from(SOMEBODY, &cat).await.assert(200);
}

#[tokio::test]
async fn one_address_has_thirty_two_messages_worked_on_at_a_time_in_however_many_names() {
    let net = Net::default();
    let data = tempfile::tempdir().unwrap();
    let cat = TestServer::in_folder(&net, CAT, data.path()).await;
    let bob = cat.person("bob").await;
    let (dog, bird) = (Peer::signing(&net, DOG), Peer::signing(&net, BIRD));
    let mut messages = Vec::new();
    for peer in [&dog, &bird] {
        let (token, _) = invited(&bob, json!({})).await;
        let message = Message::json(ACCEPTED, &peer.acceptance(&token)).signed(&net, &peer.key);
        message.to(&cat).await.assert(200);
        messages.push(message);
    }

    let held = cat.hold_writes().await;
    let both = messages.iter().cycle().take(40);
    let mut sent: FuturesUnordered<_> = both.map(|one| one.from(SOMEBODY, &cat)).collect();
    assert_eq!(refused(&mut sent).await, 8);
    assert_eq!(counted(&cat).await, "8");
    let elsewhere = messages[0].from(ANOTHER, &cat);
    let (elsewhere, ()) = tokio::join!(elsewhere, async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        drop(held);
    });
    assert_ne!(elsewhere.status, 429, "{}", elsewhere.text);
}
