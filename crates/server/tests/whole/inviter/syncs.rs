//! `CONNECTION_SYNC` from honest and other servers.

use symbolon_proto::messages::{
    ConnectionSync, EndedBySide, PairClaim, PairPhase, SyncAnswer, SyncFound, SyncStep,
};

use super::*;

/// Bob at cat and carol at dog, connected at generation 1 by signed messages.
async fn stage(net: &Net) -> (TestServer, Peer) {
    let cat = TestServer::new(net, CAT).await;
    let dog = Peer::signing(net, DOG);
    (cat, dog)
}

fn sync(step: SyncStep) -> Value {
    let message = ConnectionSync {
        ledger: "dog's".to_owned(),
        step,
    };
    serde_json::from_str(&message.to_json(DOG)).unwrap()
}

fn claims(claims: Vec<PairClaim>) -> Value {
    let buckets = Vec::new();
    sync(SyncStep::Claims { buckets, claims })
}

fn claim(mine: &str, yours: &str, generation: u64, phase: PairPhase) -> PairClaim {
    PairClaim {
        mine: mine.to_owned(),
        yours: yours.to_owned(),
        generation,
        phase,
    }
}

const fn down(by: EndedBySide) -> PairPhase {
    PairPhase::Disconnected { by }
}

impl Peer {
    async fn says(&self, cat: &TestServer, body: &Value) -> SyncFound {
        let message = Message::json(NOTIFICATIONS, body).signed(&self.net, &self.key);
        let answer = message.to(cat).await.assert(201);
        SyncAnswer::parse(answer.text.as_bytes()).unwrap().found
    }
}

#[tokio::test]
async fn peer_that_lies_in_a_sync_connects_nobody() {
    let net = Net::default();
    let (cat, dog) = stage(&net).await;
    let bob = cat.person("bob").await;
    let bob_id = bob.id.as_str();
    let lie = claims(vec![claim("carol", bob_id, 7, PairPhase::Connected)]);
    let SyncFound::Claims { claims, .. } = dog.says(&cat, &lie).await else {
        panic!("it answers with claims");
    };
    assert_eq!(
        claims,
        [claim(bob_id, "carol", 7, down(EndedBySide::Neither))]
    );
    assert!(bob.lists().await.is_empty());
    let (token, _) = invited(&bob, json!({})).await;
    let message = Message::json(ACCEPTED, &dog.acceptance(&token));
    message.signed(&net, &dog.key).to(&cat).await.assert(200);
    assert_eq!(bob.lists().await, ["Carol"], "and locks nobody out");
}

#[tokio::test]
async fn sync_speaks_of_the_people_of_the_two_servers_only() {
    let net = Net::default();
    let (cat, dog) = stage(&net).await;
    let emu = Peer::signing(&net, "emu.example.org");
    let bob = cat.person("bob").await;
    let (token, _) = invited(&bob, json!({})).await;
    let message = Message::json(ACCEPTED, &dog.acceptance(&token));
    message.signed(&net, &dog.key).to(&cat).await.assert(200);
    let bob_id = bob.id.as_str();
    for name in [
        "carol",
        "carol@dog.example.org",
        "carol@https://dog.example.org",
    ] {
        let taken = claims(vec![claim(name, bob_id, 1, down(EndedBySide::Sender))]);
        emu.says(&cat, &taken).await;
        assert_eq!(bob.lists().await, ["Carol"], "{name}");
    }
    let everything = sync(SyncStep::Claims {
        buckets: (0..256).collect(),
        claims: vec![],
    });
    let told = SyncFound::Claims {
        covered: 256,
        claims: vec![],
    };
    assert_eq!(emu.says(&cat, &everything).await, told);
    let taken = claims(vec![claim("carol", bob_id, 1, down(EndedBySide::Sender))]);
    dog.says(&cat, &taken).await;
    assert!(bob.lists().await.is_empty(), "its own server may");
}

#[tokio::test]
async fn people_who_do_not_exist_here_leave_no_rows_and_are_answered_like_others() {
    let net = Net::default();
    let (cat, dog) = stage(&net).await;
    let bob = cat.person("bob").await;
    let before = fingerprint(&cat).await;
    let nobody = "00000000000000000000000000";
    let asked = [nobody, "nobody at all"].map(|who| claim("carol", who, 3, PairPhase::Connected));
    let found = dog.says(&cat, &claims(asked.to_vec())).await;
    let end = down(EndedBySide::Neither);
    let claims_of = |found| match found {
        SyncFound::Claims { mut claims, .. } => {
            claims.sort_by(|a: &PairClaim, b| a.mine.cmp(&b.mine));
            claims
        }
        other => panic!("{other:?}"),
    };
    assert_eq!(
        claims_of(found),
        [nobody, "nobody at all"].map(|who| claim(who, "carol", 3, end))
    );
    assert_eq!(fingerprint(&cat).await, before);
    let real = claims(vec![claim(
        "carol",
        bob.id.as_str(),
        3,
        PairPhase::Connected,
    )]);
    assert_eq!(
        claims_of(dog.says(&cat, &real).await),
        [claim(bob.id.as_str(), "carol", 3, end)]
    );
}

#[tokio::test]
async fn unsigned_sync_is_refused_and_changes_nothing() {
    let net = Net::default();
    let (cat, _dog) = stage(&net).await;
    let bob = cat.person("bob").await;
    let body = claims(vec![claim(
        "carol",
        bob.id.as_str(),
        1,
        PairPhase::Connected,
    )]);
    let message = Message::json(NOTIFICATIONS, &body);
    message
        .refused(&cat, 401, "signature_missing", "Sign the request")
        .await;
}

#[tokio::test]
async fn sync_that_breaks_a_bound_is_refused_with_the_reason() {
    let net = Net::default();
    let (cat, dog) = stage(&net).await;
    for (body, reason) in [
        (
            sync(SyncStep::Leaves((0..17).collect())),
            "17 groups are more than 16",
        ),
        (
            claims(vec![claim("carol", "bob", 0, PairPhase::Connected)]),
            "between 1 and 2^53",
        ),
    ] {
        let message = Message::json(NOTIFICATIONS, &body).signed(&net, &dog.key);
        message.refused(&cat, 400, "member_invalid", reason).await;
    }
}

#[tokio::test]
async fn server_that_asks_too_often_is_told_when_to_come_again() {
    let net = Net::default();
    let (cat, dog) = stage(&net).await;
    let body = sync(SyncStep::Compare { root: 1, halves: 1 });
    let message = Message::json(NOTIFICATIONS, &body).signed(&net, &dog.key);
    let mut largest = 0;
    let refused = loop {
        let answer = message.to(&cat).await;
        if answer.status != 201 {
            break answer.assert(429);
        }
        largest = largest.max(answer.text.len());
    };
    assert_eq!(refused.problem(), "too_many_requests");
    assert_eq!(refused.headers["retry-after"], "1");
    assert!(
        largest < 3_000,
        "{largest} bytes to somebody with whom we share nothing"
    );
    let emu = Peer::signing(&net, "emu.example.org");
    Message::json(NOTIFICATIONS, &body)
        .signed(&net, &emu.key)
        .to(&cat)
        .await
        .assert(201);
}
