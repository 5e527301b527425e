//! The same signed message twice: harmless repeats are answered, replays change nothing
//! (`docs/decisions/0016-a-message-acts-once.md`).

use super::*;
use symbolon_store::Database;

fn removal(net: &Net, dog: &Peer, key: &SigningKey) -> Message {
    let body = json!({ "notificationType": "USER_REMOVED", "resourceType": "user", "providerId": "carol" });
    assert_eq!(dog.host, DOG);
    Message::json(NOTIFICATIONS, &body).signed(net, key)
}

fn acceptance(net: &Net, dog: &Peer, token: &str) -> Message {
    Message::json(ACCEPTED, &dog.acceptance(token)).signed(net, &dog.key)
}

async fn connected(server: &TestServer) -> usize {
    let halves = halves(server).await;
    halves.iter().filter(|one| one.half.is_connected()).count()
}

#[tokio::test]
async fn a_removal_that_is_played_again_does_not_end_the_connection_that_was_made_since() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let bob = cat.person("bob").await;
    let (token, _id) = invited(&bob, json!({})).await;
    let dog = Peer::signing(&net, DOG);
    acceptance(&net, &dog, &token).to(&cat).await.assert(200);
    net.pass_ms(1_000);
    let gone = removal(&net, &dog, &dog.key);
    gone.to(&cat).await.assert(201);
    gone.to(&cat).await.assert(201);
    net.pass_ms(1_000);
    acceptance(&net, &dog, &token).to(&cat).await.assert(200);
    assert_eq!(connected(&cat).await, 1);
    for pass_ms in [0, 100_000, 190_000] {
        net.pass_ms(pass_ms);
        gone.refused(&cat, 425, "signature_repeated", "Sign the request anew")
            .await;
    }
    net.pass_ms(10_000);
    gone.refused(&cat, 401, "signature_clock", "").await;
    assert_eq!(connected(&cat).await, 1);
    let anew = removal(&net, &dog, &dog.key);
    anew.to(&cat).await.assert(201);
    assert_eq!(connected(&cat).await, 0);
}

#[tokio::test]
async fn an_acceptance_that_is_played_again_does_not_bring_back_whoever_has_left() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let bob = cat.person("bob").await;
    let (token, _id) = invited(&bob, json!({})).await;
    let dog = Peer::signing(&net, DOG);
    let accepted = acceptance(&net, &dog, &token);
    let first = accepted.to(&cat).await.assert(200);
    let again = accepted.to(&cat).await.assert(200);
    assert_eq!(
        first.text, again.text,
        "a repeat that changes nothing is answered alike"
    );
    net.pass_ms(1_000);
    removal(&net, &dog, &dog.key).to(&cat).await.assert(201);
    accepted
        .refused(&cat, 425, "signature_repeated", "came before")
        .await;
    assert_eq!(connected(&cat).await, 0);
    net.pass_ms(1_000);
    acceptance(&net, &dog, &token).to(&cat).await.assert(200);
    assert_eq!(connected(&cat).await, 1);
}

#[tokio::test]
async fn a_replay_is_found_by_another_process_and_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let file = format!("sqlite:{}", folder.path().join("cat.db").display());
    let database = Database::parse(&file).unwrap();
    let net = Net::default();
    let cat = TestServer::on(&net, CAT, &database).await;
    let bob = cat.person("bob").await;
    let (token, _id) = invited(&bob, json!({})).await;
    let dog = Peer::signing(&net, DOG);
    acceptance(&net, &dog, &token).to(&cat).await.assert(200);
    net.pass_ms(1_000);
    let gone = removal(&net, &dog, &dog.key);
    gone.to(&cat).await.assert(201);
    net.pass_ms(1_000);
    acceptance(&net, &dog, &token).to(&cat).await.assert(200);
    let another = TestServer::on(&net, CAT, &database).await;
    gone.refused(&another, 425, "signature_repeated", "").await;
    drop(cat);
    let restarted = TestServer::on(&net, CAT, &database).await;
    gone.refused(&restarted, 425, "signature_repeated", "")
        .await;
    assert_eq!(connected(&restarted).await, 1);
}
