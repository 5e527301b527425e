//! `CONNECTION_SYNC` from honest and other servers.

use symbolon_proto::address::Provider;
use symbolon_proto::limits;
use symbolon_proto::messages::{
    ConnectionSync, EndedBySide, PairClaim, PairPhase, SyncAnswer, SyncFound, SyncStep,
};
use symbolon_proto::pairs::Pair;
use symbolon_store::Database;

use super::*;
use crate::support::audit;

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
async fn sync_of_somebody_who_cannot_prove_who_they_are_gets_nothing() {
    let net = Net::default();
    let (cat, dog) = stage(&net).await;
    let emu = Peer::signing(&net, "emu.example.org");
    let bob = cat.person("bob").await;
    let (token, _) = invited(&bob, json!({})).await;
    let message = Message::json(ACCEPTED, &dog.acceptance(&token));
    message.signed(&net, &dog.key).to(&cat).await.assert(200);
    let forged = SigningKey::generate([9; 32], dog.key.key_id()).unwrap();
    let unpublished = key(DOG, 7);
    let nobody = key("gone.example.org", 1);
    for body in [
        sync(SyncStep::Compare { root: 1, halves: 1 }),
        sync(SyncStep::Leaves((0..16).collect())),
        sync(SyncStep::Claims {
            buckets: (0..256).collect(),
            claims: vec![claim(
                "carol",
                bob.id.as_str(),
                1,
                down(EndedBySide::Sender),
            )],
        }),
    ] {
        let message = Message::json(NOTIFICATIONS, &body);
        for (refused, code, words) in [
            (message.clone(), "signature_missing", "Sign the request"),
            (
                message.clone().signed(&net, &forged),
                "signature_invalid",
                "does not fit",
            ),
            (
                message.clone().signed(&net, &unpublished),
                "signature_unknown_key",
                "dog.example.org#7",
            ),
            (
                message.clone().signed_after(&net, &dog.key, -301),
                "signature_clock",
                "301 seconds",
            ),
        ] {
            refused.refused(&cat, 401, code, words).await;
        }
        let unreachable = message.clone().signed(&net, &nobody).to(&cat).await;
        assert!(unreachable.status >= 400, "{}", unreachable.text);
        assert!(!unreachable.text.contains("sync"), "{}", unreachable.text);
    }
    assert_eq!(bob.lists().await, ["Carol"]);
    emu.says(&cat, &sync(SyncStep::Leaves(vec![0]))).await;
}

#[tokio::test]
async fn digests_are_those_of_the_halves_with_the_asking_server_alone() {
    let net = Net::default();
    let (cat, dog) = stage(&net).await;
    let emu = Peer::signing(&net, "emu.example.org");
    let bob = cat.person("bob").await;
    let (token, _) = invited(&bob, json!({})).await;
    let mut accepting = dog.acceptance(&token);
    accepting["connection"] = json!({ "floor": 0 });
    let message = Message::json(ACCEPTED, &accepting);
    message.signed(&net, &dog.key).to(&cat).await.assert(200);

    let everything = sync(SyncStep::Compare { root: 1, halves: 1 });
    let nothing = SyncFound::Groups(Box::new([0; 256]));
    assert_eq!(emu.says(&cat, &everything).await, nothing);
    assert_ne!(dog.says(&cat, &everything).await, nothing);
    let mut seen = 0;
    for first in (0..=255_u8).step_by(limits::SYNC_GROUPS) {
        let groups = (first..=first + 15).collect();
        let leaves = sync(SyncStep::Leaves(groups));
        assert_eq!(emu.says(&cat, &leaves).await, SyncFound::Leaves(vec![]));
        if let SyncFound::Leaves(leaves) = dog.says(&cat, &leaves).await {
            seen += leaves.len();
        }
    }
    assert_eq!(seen, 1, "groups without a half are left out");
}

#[tokio::test]
async fn answer_to_a_sync_is_bounded_whatever_is_asked() {
    let net = Net::default();
    let (cat, dog) = stage(&net).await;
    let bob = cat.person("bob").await;
    let name = |number: usize| format!("person-{number}-{}", "x".repeat(180));
    let mut in_buckets = Vec::new();
    for hundred in 0..9 {
        let names: Vec<String> = (0..100).map(|one| name(100 * hundred + one)).collect();
        let id = bob.id.as_str();
        let planted = names
            .iter()
            .map(|name| claim(name, id, 1, PairPhase::Connected));
        let SyncFound::Claims { claims, .. } = dog.says(&cat, &claims(planted.collect())).await
        else {
            panic!("it answers with claims");
        };
        assert_eq!(claims.len(), 100);
        in_buckets.extend(names.iter().map(|name| bucket(&bob, name)));
    }
    in_buckets.sort_unstable();
    in_buckets.dedup();
    in_buckets.truncate(limits::SYNC_BUCKETS);
    let many = (0..limits::SYNC_CLAIMS)
        .map(|number| claim(&number.to_string(), "x", 1, PairPhase::Connected));
    let mut groups: Vec<u8> = in_buckets
        .iter()
        .map(|bucket| bucket.to_be_bytes()[0])
        .collect();
    groups.dedup();
    groups.truncate(limits::SYNC_GROUPS);
    for (asked, at_least) in [
        (sync(SyncStep::Compare { root: 1, halves: 1 }), 2_700),
        (sync(SyncStep::Leaves(groups)), 43_000),
        (
            sync(SyncStep::Claims {
                buckets: in_buckets,
                claims: vec![],
            }),
            40_000,
        ),
        (claims(many.collect()), 35_000),
    ] {
        let message = Message::json(NOTIFICATIONS, &asked).signed(&net, &dog.key);
        let answer = message.to(&cat).await.assert(201).text.len();
        assert!(answer >= at_least, "{answer} bytes are no test of a bound");
        assert!(answer <= limits::PEER_ANSWER_BYTES, "{answer} bytes");
    }
}

/// Where a half of bob's is counted.
fn bucket(bob: &Person<'_>, name: &str) -> u16 {
    let (cat, dog) = (Provider::parse(CAT).unwrap(), Provider::parse(DOG).unwrap());
    Pair::new((&cat, bob.id.as_str()), (&dog, name)).bucket()
}

#[tokio::test]
async fn unsigned_acceptance_sets_off_no_comparison() {
    let folder = tempfile::tempdir().unwrap();
    let database = format!("sqlite:{}", folder.path().join("cat.db").display());
    let database = Database::parse(&database).unwrap();
    let net = Net::default();
    let cat = TestServer::on(&net, CAT, &database).await;
    let bob = cat.person("bob").await;
    let (token, _) = invited(&bob, json!({ "uses": "anyone" })).await;
    cat.app.store.close().await;
    net.pass_ms(1_000);
    let cat = TestServer::on(&net, CAT, &database).await;
    for (host, signs) in [(DOG, false), ("emu.example.org", true)] {
        let key = key(host, 1);
        let keys = serde_json::to_string(&Jwks::from_iter([key.public_jwk()])).unwrap();
        net.script(host, move |request| {
            let capabilities: &[&str] = match signs {
                true => &["invites", "connection-sync", "http-sig"],
                false => &["invites", "connection-sync"],
            };
            let body = match request.url.rsplit('/').next() {
                Some("ocm") => discovery(host, capabilities),
                Some("jwks.json") => keys.clone(),
                _ => json!({ "sync": { "ledger": "its own", "equal": true } }).to_string(),
            };
            answer(200, "application/json", body)
        });
        let accepting = json!({ "recipientProvider": host, "token": token, "userID": "carol",
            "email": "carol@example.org", "name": "Carol", "connection": { "floor": 0 } });
        let message = Message::json(ACCEPTED, &accepting);
        let message = if signs {
            message.signed(&net, &key)
        } else {
            message
        };
        message.to(&cat).await.assert(200);
        let compared = net.posted(NOTIFICATIONS).len();
        assert_eq!(compared, usize::from(signs), "{host}");
    }
}

#[tokio::test]
async fn server_that_asks_too_often_is_told_when_to_come_again() {
    let net = Net::default();
    let (cat, dog) = stage(&net).await;
    let body = sync(SyncStep::Compare { root: 1, halves: 1 });
    let steps = [
        body.clone(),
        sync(SyncStep::Leaves((0..16).collect())),
        sync(SyncStep::Claims {
            buckets: (0..256).collect(),
            claims: vec![],
        }),
    ];
    let steps = steps.map(|body| Message::json(NOTIFICATIONS, &body).signed(&net, &dog.key));
    let mut largest = 0;
    let mut steps = steps.iter().cycle();
    let refused = loop {
        let answer = steps.next().unwrap().to(&cat).await;
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

#[tokio::test]
async fn a_comparison_that_is_played_again_after_the_two_have_parted_and_met_again_changes_nothing()
{
    let net = Net::default();
    let (cat, dog) = stage(&net).await;
    let bob = cat.person("bob").await;
    let (token, _) = invited(&bob, json!({})).await;
    let meet = async |floor: u64| {
        net.pass_ms(1_000);
        let mut acceptance = dog.acceptance(&token);
        acceptance["connection"] = json!({ "floor": floor });
        let message = Message::json(ACCEPTED, &acceptance);
        let met = message.signed(&net, &dog.key).to(&cat).await.assert(200);
        net.pass_ms(1_000);
        met.json()["connection"]["generation"].as_u64().unwrap()
    };
    // Whoever records what dog says has all of these, as they were sent and answered.
    let mut recorded = Vec::new();
    let says = async |recorded: &mut Vec<Message>, body: &Value| {
        let message = Message::json(NOTIFICATIONS, body).signed(&net, &dog.key);
        message.to(&cat).await.assert(201);
        recorded.push(message);
    };
    let bob_id = bob.id.as_str();
    let about = |generation, phase| claims(vec![claim("carol", bob_id, generation, phase)]);
    let nobody = sync(SyncStep::Claims {
        buckets: vec![bucket(&bob, "carol")],
        claims: Vec::new(),
    });
    says(&mut recorded, &nobody).await;
    let first = meet(0).await;
    says(&mut recorded, &about(first, PairPhase::Connected)).await;
    for by in [
        EndedBySide::Sender,
        EndedBySide::Receiver,
        EndedBySide::Neither,
    ] {
        says(&mut recorded, &about(first, down(by))).await;
    }
    assert!(bob.lists().await.is_empty(), "the first of them ended it");
    says(&mut recorded, &nobody).await;

    let second = meet(first).await;
    assert_eq!(second, first + 1);
    assert_eq!(bob.lists().await, ["Carol"]);
    let seen = async || {
        // That something differed is noted, within bounds.
        let told = audit(&cat).await.into_iter().map(|event| event.kind);
        let told = told.filter(|kind| !kind.starts_with("sync."));
        (halves(&cat).await, told.collect::<Vec<_>>())
    };
    let before = seen().await;
    for message in recorded.iter().chain(recorded.iter().rev()) {
        message.to(&cat).await.assert(201);
    }
    assert_eq!(seen().await, before);
    // The same claims about what is now are heard.
    says(&mut recorded, &about(second, down(EndedBySide::Sender))).await;
    assert!(bob.lists().await.is_empty());
}
