//! Answering another server that compares its halves with ours.

use std::collections::{BTreeSet, HashMap, HashSet};

use symbolon_proto::address::Provider;
use symbolon_proto::limits;
use symbolon_proto::messages::{
    ConnectionSync, PairClaim, PairPhase, SyncAnswer, SyncFound, SyncStep,
};
use symbolon_proto::problem::Problem;
use symbolon_store::Error;
use symbolon_store::peers::NoteBack;
use symbolon_store::sync::claims::ApplyClaims;
use symbolon_store::sync::digests::{Counted, LoadBuckets, LoadGroups, LoadLeaves, LoadRoot, Root};

use super::words;
use super::{Report, note, prepared, recognises, tell};
use crate::actions::storage_problem;
use crate::app::App;
use crate::pace::Limit;

/// Answers one message; `provider` has signed it.
pub(crate) async fn answer(
    app: &App,
    provider: &Provider,
    sync: &ConnectionSync,
    reference: &str,
) -> Result<SyncAnswer, Problem> {
    if let Err(wait) = app.sync.pace.take(provider, app.now()) {
        return Err(app.pace.refuse(Limit::Server, wait));
    }
    let answered = found(app, provider, sync, reference).await;
    answered.map_err(|error| storage_problem(&error))
}

async fn found(
    app: &App,
    provider: &Provider,
    sync: &ConnectionSync,
    reference: &str,
) -> Result<SyncAnswer, Error> {
    let trusted = recognises(app, provider, &sync.ledger, reference).await?;
    let to = || provider.clone();
    let found = match &sync.step {
        SyncStep::Compare { root, halves } => {
            let back = NoteBack {
                provider: to(),
                now: app.now(),
            };
            app.store.write(back).await?;
            app.outbox.wake();
            let theirs = Root {
                digest: *root,
                halves: *halves,
            };
            if app.store.read(LoadRoot { provider: to() }).await? == theirs {
                SyncFound::Equal
            } else {
                SyncFound::Groups(app.store.read(LoadGroups { provider: to() }).await?)
            }
        }
        SyncStep::Leaves(groups) => {
            let groups: BTreeSet<u8> = groups.iter().copied().collect();
            let load = LoadLeaves {
                provider: to(),
                groups: groups.into_iter().collect(),
            };
            let mut leaves = app.store.read(load).await?;
            // What is left out is all zero, and whoever shares nothing with us gets nothing.
            leaves.retain(|(_, digests)| digests.iter().any(|digest| *digest != 0));
            SyncFound::Leaves(leaves)
        }
        SyncStep::Claims { buckets, .. } if !trusted => SyncFound::Claims {
            covered: buckets.len(),
            claims: Vec::new(),
        },
        SyncStep::Claims { buckets, claims } => {
            hear(app, provider, buckets, claims, reference).await?
        }
    };
    Ok(SyncAnswer {
        ledger: prepared(app).await?.ledger,
        held: !trusted,
        found,
    })
}

/// Applies what differs, and says what differs still.
async fn hear(
    app: &App,
    provider: &Provider,
    buckets: &[u16],
    said: &[PairClaim],
    reference: &str,
) -> Result<SyncFound, Error> {
    let load = LoadBuckets {
        provider: provider.clone(),
        buckets: buckets.to_vec(),
    };
    let ours = app.store.read(load).await?;
    let by_pair: HashMap<_, &Counted> = ours
        .iter()
        .flatten()
        .map(|one| (words::key(&one.user, &one.subject), one))
        .collect();

    let mut mentioned = HashSet::new();
    let mut answer = Answer::default();
    let (mut differing, mut differing_as_said) = (Vec::new(), Vec::new());
    for claim in said {
        let Some(about) = words::read(app, provider, claim) else {
            contradict(&mut answer, claim);
            continue;
        };
        let key = words::key(&about.user, about.remote.subject());
        let agreed = by_pair
            .get(&key)
            .is_some_and(|ours| about.claim.agrees_with(&ours.half) && !ours.unconfirmed);
        if mentioned.insert(key) && !agreed {
            differing.push(about);
            differing_as_said.push(claim);
        }
    }
    let mut report = Report {
        found: answer.claims.len() as u64,
        ..Report::default()
    };
    if !differing.is_empty() {
        let about = differing.clone();
        let apply = ApplyClaims {
            provider: provider.clone(),
            claims: differing,
            moment: app.moment(reference),
        };
        let applied = app.store.write(apply).await?;
        for ((about, said), applied) in about.iter().zip(differing_as_said).zip(applied) {
            report.changed += u64::from(applied.changed);
            report.waiting += u64::from(applied.later);
            tell(provider, reference, about, &applied);
            match applied.half {
                // What we have would make it take its own half down, while an acceptance of ours is under way.
                _ if applied.later => report.found += 1,
                Some(half) if about.claim.agrees_with(&half) => {
                    report.found += u64::from(applied.changed);
                }
                Some(half) => {
                    report.found += 1;
                    let (user, remote) = (about.user.as_str(), about.remote.verbatim());
                    answer.add(words::of(user, remote, &half));
                }
                None => contradict(&mut answer, said),
            }
        }
    }

    let mut covered = 0;
    for bucket in &ours {
        let unmentioned = bucket
            .iter()
            .filter(|one| !mentioned.contains(&words::key(&one.user, &one.subject)))
            .map(words::say);
        let unmentioned: Vec<PairClaim> = unmentioned.collect();
        let more: usize = unmentioned.iter().map(PairClaim::bytes).sum();
        if answer.bytes + more > limits::SYNC_CLAIMS_BYTES && covered > 0 {
            break;
        }
        covered += 1;
        for one in unmentioned {
            report.found += u64::from(answer.add(one));
        }
    }
    if buckets.is_empty() {
        // The other server comes back to what was found before.
        report.found = 0;
    }
    note(app, provider, report, reference).await?;
    Ok(SyncFound::Claims {
        covered,
        claims: answer.claims,
    })
}

/// What is said in one answer.
#[derive(Default)]
struct Answer {
    claims: Vec<PairClaim>,
    bytes: usize,
}

impl Answer {
    /// Adds a claim if there is room. What does not fit differs still, and comes next time.
    fn add(&mut self, claim: PairClaim) -> bool {
        let fits = self.bytes + claim.bytes() <= limits::SYNC_CLAIMS_BYTES;
        if fits {
            self.bytes += claim.bytes();
            self.claims.push(claim);
        }
        fits
    }
}

/// Says of somebody who is not here that nobody is connected with them, unless the other server says so itself.
fn contradict(answer: &mut Answer, said: &PairClaim) {
    if said.phase == PairPhase::Connected {
        answer.add(words::nobody(said));
    }
}
