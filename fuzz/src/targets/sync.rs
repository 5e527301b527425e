//! `CONNECTION_SYNC`: the question and the answer.

use symbolon_core::connections::Generation;
use symbolon_proto::limits;
use symbolon_proto::messages::{
    ConnectionSync, Notification, PairClaim, SyncAnswer, SyncFound, SyncStep,
};

pub(crate) fn play(bytes: &[u8]) {
    if let Ok(notification) = Notification::parse(bytes)
        && let Ok(Some(sync)) = ConnectionSync::from_notification(&notification)
    {
        match &sync.step {
            SyncStep::Compare { .. } => {}
            SyncStep::Leaves(groups) => assert!(groups.len() <= limits::SYNC_GROUPS),
            SyncStep::Claims { buckets, claims } => {
                assert!(buckets.len() <= limits::SYNC_BUCKETS);
                are_sound(claims);
            }
        }
        let written = sync.to_json("dog.example.org");
        let again = Notification::parse(written.as_bytes());
        let again = again.and_then(|again| ConnectionSync::from_notification(&again));
        assert_eq!(again, Ok(Some(sync)), "{written}");
    }
    if let Ok(answer) = SyncAnswer::parse(bytes) {
        if let SyncFound::Claims { claims, .. } = &answer.found {
            are_sound(claims);
        }
        let written = answer.to_json().to_string();
        assert_eq!(SyncAnswer::parse(written.as_bytes()), Ok(answer));
    }
}

fn are_sound(claims: &[PairClaim]) {
    assert!(claims.len() <= limits::SYNC_CLAIMS);
    for claim in claims {
        let generation = Generation(claim.generation);
        assert!(generation > Generation::NONE && generation <= Generation::MAX);
        assert!(claim.mine.len() <= limits::IDENTIFIER_BYTES);
        assert!(claim.yours.len() <= limits::IDENTIFIER_BYTES);
    }
}
