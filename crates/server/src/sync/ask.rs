//! Comparing our halves with another server's, as the one who asks.

use std::collections::{HashMap, HashSet};

use symbolon_core::connections::Generation;
use symbolon_core::{Timestamp, UserId};
use symbolon_proto::address::Provider;
use symbolon_proto::limits;
use symbolon_proto::messages::{
    ConnectionSync, PairClaim, PairPhase, SyncAnswer, SyncFound, SyncStep,
};
use symbolon_proto::pairs::GROUP;
use symbolon_proto::problem::Code;
use symbolon_store::Error;
use symbolon_store::sync::claims::{ApplyClaims, ConfirmTold};
use symbolon_store::sync::digests::{Counted, LoadBuckets, LoadGroups, LoadLeaves, LoadRoot};

use super::words;
use super::{Report, note, prepared, recognises, tell};
use crate::app::App;
use crate::outbox::{post, refusal};

/// More messages than this are not sent in one go; the rest follows some minutes later.
pub(super) const MESSAGES_MAX: u32 = 250;

/// What changed here by an answer is told in turn, so often at most.
const ROUNDS_MAX: u32 = 3;

/// Why a comparison did not come to an end.
pub(super) struct Failure {
    pub(super) code: Code,
    /// What the other server said, all of it, cleaned and bounded.
    pub(super) said: Option<String>,
    pub(super) retry_after: Option<Timestamp>,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        tracing::error!(%error, "a comparison with another server stopped at the database");
        Code::Internal.into()
    }
}

impl From<Code> for Failure {
    fn from(code: Code) -> Self {
        Self {
            code,
            said: None,
            retry_after: None,
        }
    }
}

/// Compares with a server. One that does not know sync is nothing to compare with, and no failure.
pub(super) async fn ask(
    app: &App,
    provider: &Provider,
    reference: &str,
) -> Result<Report, Failure> {
    let discovery = app.peers.discover(provider).await;
    let discovery = discovery.map_err(|problem| Failure {
        said: problem.fact("said").map(str::to_owned),
        ..problem.code().into()
    })?;
    if !discovery.syncs() {
        return Ok(Report::default());
    }
    let mut conversation = Conversation {
        app,
        provider,
        reference,
        url: discovery.notifications_url(),
        ledger: prepared(app).await?.ledger,
        held: false,
        sent: 0,
        report: Report::default(),
    };
    let ended = conversation.compare().await;
    // What has been found and changed until it broke off is changed all the same.
    note(app, provider, conversation.report, reference).await?;
    let failure = ended.as_ref().err().map(|failure| failure.code);
    if failure != Some(Code::Internal) {
        app.peers.note_health(provider, failure).await;
    }
    ended.map(|()| conversation.report)
}

struct Conversation<'a> {
    app: &'a App,
    provider: &'a Provider,
    reference: &'a str,
    url: String,
    ledger: String,
    /// Nothing is acted on: one of the two does not recognise the other's memory.
    held: bool,
    sent: u32,
    report: Report,
}

impl Conversation<'_> {
    async fn compare(&mut self) -> Result<(), Failure> {
        let provider = || self.provider.clone();
        let root = LoadRoot {
            provider: provider(),
        };
        let root = self.app.store.read(root).await?;
        let ours = LoadGroups {
            provider: provider(),
        };
        let step = SyncStep::Compare {
            root: root.digest,
            halves: root.halves,
        };
        let theirs = match self.exchange(step).await? {
            SyncFound::Equal => return Ok(()),
            SyncFound::Groups(theirs) => theirs,
            _ => return Err(Code::PeerAnswerInvalid.into()),
        };
        if self.held {
            return Ok(());
        }
        let ours = self.app.store.read(ours).await?;
        let groups: Vec<u8> = (0..=u8::MAX)
            .filter(|group| ours[usize::from(*group)] != theirs[usize::from(*group)])
            .collect();
        for groups in groups.chunks(limits::SYNC_GROUPS) {
            let mut buckets = self.differing(groups).await?;
            while !buckets.is_empty() && !self.held {
                if self.sent >= MESSAGES_MAX {
                    self.report.unfinished = true;
                    return Ok(());
                }
                let covered = self.settle(&buckets).await?;
                buckets.drain(..covered);
            }
        }
        Ok(())
    }

    /// The buckets of some groups that differ.
    async fn differing(&mut self, groups: &[u8]) -> Result<Vec<u16>, Failure> {
        let theirs = match self.exchange(SyncStep::Leaves(groups.to_vec())).await? {
            SyncFound::Leaves(theirs) => theirs.into_iter().collect::<HashMap<_, _>>(),
            _ => return Err(Code::PeerAnswerInvalid.into()),
        };
        let load = LoadLeaves {
            provider: self.provider.clone(),
            groups: groups.to_vec(),
        };
        let mut buckets = Vec::new();
        for (group, ours) in self.app.store.read(load).await? {
            let none = Box::new([0; GROUP]);
            let theirs = theirs.get(&group).unwrap_or(&none);
            let differing = (0..=u8::MAX).filter(|low| {
                let place = usize::from(*low);
                ours[place] != theirs[place]
            });
            buckets.extend(differing.map(|low| u16::from_be_bytes([group, low])));
        }
        Ok(buckets)
    }

    /// Tells what we have in the first of some buckets, applies the answer, and returns how many buckets that was.
    async fn settle(&mut self, buckets: &[u16]) -> Result<usize, Failure> {
        let buckets = &buckets[..buckets.len().min(limits::SYNC_BUCKETS)];
        let load = LoadBuckets {
            provider: self.provider.clone(),
            buckets: buckets.to_vec(),
        };
        let loaded = self.app.store.read(load).await?;
        let told = fitting(loaded);
        let step = SyncStep::Claims {
            buckets: buckets[..told.len()].to_vec(),
            claims: told.iter().flatten().map(words::say).collect(),
        };
        let (covered, mut answer) = self.claims(step).await?;
        if covered == 0 || covered > told.len() {
            return Err(Code::PeerAnswerInvalid.into());
        }
        if self.held {
            return Ok(covered);
        }
        self.report.found += answer.len() as u64;
        let told = told.iter().take(covered).flatten();
        let unconfirmed = told.filter(|one| one.unconfirmed && !one.half.is_connected());
        let agreed =
            unconfirmed.map(|one| (one.user.clone(), one.subject.clone(), one.half.generation));
        self.confirm(agreed.collect(), &answer).await?;
        for _ in 0..ROUNDS_MAX {
            let differs_still = self.apply(&answer).await?;
            if differs_still.is_empty() {
                return Ok(covered);
            }
            let step = SyncStep::Claims {
                buckets: Vec::new(),
                claims: differs_still.clone(),
            };
            answer = self.claims(step).await?.1;
            let ended = differs_still
                .iter()
                .filter(|one| one.phase != PairPhase::Connected);
            let agreed = ended.filter_map(|one| words::said_of(self.app, self.provider, one));
            self.confirm(agreed.collect(), &answer).await?;
        }
        self.report.unfinished = true;
        Ok(covered)
    }

    /// Applies what the other server says, and returns what we say to it where the two differ still.
    async fn apply(&mut self, answer: &[PairClaim]) -> Result<Vec<PairClaim>, Failure> {
        let mut differs_still = Vec::new();
        let mut claims = Vec::new();
        for said in answer {
            match words::read(self.app, self.provider, said) {
                Some(about) => claims.push((about, said)),
                None if said.phase == PairPhase::Connected => {
                    differs_still.push(words::nobody(said));
                }
                None => {}
            }
        }
        let apply = ApplyClaims {
            provider: self.provider.clone(),
            claims: claims.iter().map(|(about, _)| about.clone()).collect(),
            moment: self.app.moment(self.reference),
        };
        let applied = self.app.store.write(apply).await?;
        for ((about, said), applied) in claims.iter().zip(applied) {
            self.report.changed += u64::from(applied.changed);
            self.report.waiting += u64::from(applied.later);
            tell(self.provider, self.reference, about, &applied);
            match applied.half {
                _ if applied.later => {}
                Some(half) if about.claim.agrees_with(&half) => {}
                Some(half) => {
                    let (user, remote) = (about.user.as_str(), about.remote.verbatim());
                    differs_still.push(words::of(user, remote, &half));
                }
                None if said.phase == PairPhase::Connected => {
                    differs_still.push(words::nobody(said));
                }
                None => {}
            }
        }
        Ok(differs_still)
    }

    /// Halves that are disconnected, that the other server was told of and did not contradict: it has them so too.
    async fn confirm(
        &self,
        mut agreed: Vec<(UserId, String, Generation)>,
        answer: &[PairClaim],
    ) -> Result<(), Failure> {
        let contradicted: HashSet<_> = answer
            .iter()
            .filter_map(|said| words::read(self.app, self.provider, said))
            .map(|about| words::key(&about.user, about.remote.subject()))
            .collect();
        agreed.retain(|(user, subject, _)| !contradicted.contains(&words::key(user, subject)));
        if agreed.is_empty() || self.held {
            return Ok(());
        }
        let confirm = ConfirmTold {
            provider: self.provider.clone(),
            agreed,
            moment: self.app.moment(self.reference),
        };
        Ok(self.app.store.write(confirm).await?)
    }

    async fn claims(&mut self, step: SyncStep) -> Result<(usize, Vec<PairClaim>), Failure> {
        match self.exchange(step).await? {
            SyncFound::Claims { covered, claims } => Ok((covered, claims)),
            _ => Err(Code::PeerAnswerInvalid.into()),
        }
    }

    async fn exchange(&mut self, step: SyncStep) -> Result<SyncFound, Failure> {
        self.sent += 1;
        let message = ConnectionSync {
            ledger: self.ledger.clone(),
            step,
        };
        let body = message.to_json(self.app.provider().as_str());
        let sent = post::signed(self.app, self.provider, &self.url, body, self.reference).await;
        let response = sent.map_err(|error| Failure::from(error.code()))?;
        if !matches!(response.status, 200 | 201) {
            return Err(Failure {
                code: refusal::unsettled(&response)
                    .unwrap_or_else(|| refusal::of_a_notification(&response, Code::PeerRefused)),
                said: Some(post::words(&response, None)),
                retry_after: post::retry_after(&response, self.app.now()),
            });
        }
        let answer = SyncAnswer::parse(&response.body).map_err(|_| Failure {
            said: Some(post::words(&response, None)),
            ..Code::PeerAnswerInvalid.into()
        })?;
        let trusted = recognises(self.app, self.provider, &answer.ledger, self.reference).await?;
        self.held = answer.held || !trusted;
        Ok(answer.found)
    }
}

/// As many buckets as fit into one message, at least one; what is too much in that one is left out.
fn fitting(loaded: Vec<Vec<Counted>>) -> Vec<Vec<Counted>> {
    let mut bytes = 0;
    let mut fitting: Vec<Vec<Counted>> = Vec::new();
    for mut bucket in loaded {
        let size = |one: &Counted| words::say(one).bytes();
        let more: usize = bucket.iter().map(size).sum();
        if bytes + more > limits::SYNC_CLAIMS_BYTES {
            if !fitting.is_empty() {
                break;
            }
            let mut room = limits::SYNC_CLAIMS_BYTES;
            bucket.retain(|one| {
                let fits = size(one) <= room;
                room = room.saturating_sub(size(one));
                fits
            });
        }
        bytes += more;
        fitting.push(bucket);
    }
    fitting
}
