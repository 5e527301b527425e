//! Walks towards another server step by step, as for an invitation, and tells where the way ends, how long each step
//! took, and whose turn it is.
//!
//! It changes nothing here, and leaves nothing there but lines in logs and trails: what it asks in the end is a message
//! that no server understands and an invitation that nobody made, so that the refusals tell how far they came. The
//! words are texts, in every language; the facts under them are for administrators.

mod clock;
mod description;
mod invitations;
mod keys;
mod kind;
mod signature;
mod trust;
mod way;

use std::sync::Arc;

use std::time::Duration;

use serde::Serialize;
use symbolon_core::Timestamp;
use symbolon_core::quirks::{self, Way};
use symbolon_core::trust::Policy;
use symbolon_proto::address::Provider;
use symbolon_proto::discovery::{Dialect, PeerDiscovery};
use symbolon_proto::keys::{RsaKey, SigningKey};
use symbolon_store::Store;
use symbolon_store::notes::{Aspect, FindNotes, Notes};
use symbolon_store::peers::{FindPeer, Peer};

pub use crate::said::Said;

use crate::doctor::Level;
use crate::env::Env;
use crate::peers;
use crate::probe::{Field, Seen, Target, look};
use crate::transport::Transport;
use crate::transport::ask::Signer;
use trust::Standing;

/// How long one question may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long the whole walk may take, in milliseconds; what has not begun by then is left.
const TOTAL_MS: i64 = 25_000;

/// Who walks.
pub struct Walker<'a> {
    /// This server's name.
    pub us: Provider,
    /// Which servers are let in without having been named.
    pub trust: Policy,
    /// Whether loopback names are asked without TLS.
    pub dev: bool,
    /// Clock and entropy.
    pub env: &'a Env,
    /// The way out.
    pub transport: &'a dyn Transport,
    /// The database, for what is known of the other server already.
    pub store: Option<&'a Store>,
    /// This server's key; without it nothing is signed, and nothing sent.
    pub key: Option<Arc<SigningKey>>,
    /// The one for servers that know nothing newer.
    pub rsa: Option<RsaKey>,
}

/// A step, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Whether this server deals with it.
    TrustedHere,
    /// Its name leads to an address.
    Name,
    /// Something answers there.
    Connect,
    /// It proves who it is.
    Tls,
    /// It describes itself.
    Description,
    /// It publishes keys.
    Keys,
    /// Its clock.
    Clock,
    /// It recognises this server's signature.
    Signature,
    /// Its people can invite and be invited.
    Invitations,
    /// Whether it deals with this server.
    TrustsUs,
    /// What it is, and what is peculiar to it.
    Kind,
}

impl Stage {
    /// Every step, in order.
    pub const ALL: [Self; 11] = [
        Self::TrustedHere,
        Self::Name,
        Self::Connect,
        Self::Tls,
        Self::Description,
        Self::Keys,
        Self::Clock,
        Self::Signature,
        Self::Invitations,
        Self::TrustsUs,
        Self::Kind,
    ];

    /// Its heading.
    pub fn heading(self) -> Said {
        Said::new(match self {
            Self::Name => "check-stage-name",
            Self::Connect => "check-stage-connect",
            Self::Tls => "check-stage-tls",
            Self::Description => "check-stage-description",
            Self::Keys => "check-stage-keys",
            Self::Clock => "check-stage-clock",
            Self::Signature => "check-stage-signature",
            Self::Invitations => "check-stage-invitations",
            Self::TrustedHere => "check-stage-trusted-here",
            Self::TrustsUs => "check-stage-trusts-us",
            Self::Kind => "check-stage-kind",
        })
    }
}

/// What became of a step.
#[derive(Clone, Debug)]
pub struct Step {
    /// Which.
    pub stage: Stage,
    /// How it went.
    pub level: Level,
    /// What was found, in a sentence.
    pub what: Said,
    /// What to do now, and who; only where something has to be done.
    pub remedy: Option<Said>,
    /// More sentences, such as what is peculiar to this kind of server.
    pub notes: Vec<Said>,
    /// Milliseconds that it took, if that could be told apart.
    pub took_ms: Option<i64>,
    /// What exactly was seen, for administrators.
    pub facts: Vec<Fact>,
    /// The description, member by member; empty for every other step.
    pub fields: Vec<Field>,
    /// Whether the walk came so far.
    pub reached: bool,
}

/// One thing that was seen.
#[derive(Clone, Debug)]
pub struct Fact {
    /// What it is, by a name for scripts.
    pub name: String,
    /// What it was.
    pub value: Said,
    /// What is to be said of it.
    pub notes: Vec<Said>,
}

impl Fact {
    /// What it is, as people read it. Members of the description are called as they are.
    pub fn heading(&self) -> Said {
        match self.name.strip_prefix(KEY) {
            Some(kid) => Said::new("check-fact-key").with("key", kid),
            None => Said::new("check-fact")
                .with("fact", self.name.replace(' ', "-"))
                .with("name", self.name.as_str()),
        }
    }
}

/// How the fact about a key is called, before its id.
const KEY: &str = "key ";

/// The whole walk.
#[derive(Clone, Debug)]
pub struct Report {
    /// Towards whom.
    pub server: Provider,
    /// When.
    pub at: Timestamp,
    /// Every step, in order.
    pub steps: Vec<Step>,
}

impl Report {
    /// The most urgent of the steps.
    pub fn level(&self) -> Level {
        let levels = self.steps.iter().map(|step| step.level);
        levels.max().unwrap_or(Level::Ok).max(Level::Ok)
    }

    /// What stands before the remedy of a step.
    pub fn what_to_do() -> Said {
        Said::new("what-to-do")
    }

    /// What it means for people.
    pub fn verdict(&self) -> Said {
        let here = |step: &&Step| step.stage == Stage::TrustedHere && step.level == Level::Problem;
        let id = match self.level() {
            _ if self.steps.iter().any(|step| here(&step)) => "check-verdict-not-trusted",
            Level::NotChecked | Level::Ok => "check-verdict-ok",
            Level::Attention => "check-verdict-attention",
            Level::Problem => "check-verdict-problem",
        };
        Said::new(id).with("server", self.server.as_str())
    }
}

impl Step {
    fn new(stage: Stage, level: Level, what: Said) -> Self {
        Self {
            stage,
            level,
            what,
            remedy: None,
            notes: Vec::new(),
            took_ms: None,
            facts: Vec::new(),
            fields: Vec::new(),
            reached: true,
        }
    }

    fn ok(stage: Stage, what: Said) -> Self {
        Self::new(stage, Level::Ok, what)
    }

    fn unseen(stage: Stage, what: Said) -> Self {
        Self::new(stage, Level::NotChecked, what)
    }

    fn attention(stage: Stage, what: Said, remedy: Said) -> Self {
        let step = Self::new(stage, Level::Attention, what);
        Self {
            remedy: Some(remedy),
            ..step
        }
    }

    fn problem(stage: Stage, what: Said, remedy: Said) -> Self {
        let step = Self::new(stage, Level::Problem, what);
        Self {
            remedy: Some(remedy),
            ..step
        }
    }

    /// Something in nobody's language, such as an address.
    fn fact(self, name: &str, value: impl Into<String>) -> Self {
        self.told(name, Said::words(value))
    }

    fn told(mut self, name: &str, value: Said) -> Self {
        self.facts.push(Fact {
            name: name.to_owned(),
            value,
            notes: Vec::new(),
        });
        self
    }

    fn took(self, millis: i64) -> Self {
        Self {
            took_ms: Some(millis),
            ..self
        }
    }
}

/// What is known once the other server has described itself.
struct Known<'a> {
    walker: &'a Walker<'a>,
    server: &'a Provider,
    seen: Seen,
    discovery: PeerDiscovery,
    /// What the database remembers.
    peer: Option<Peer>,
    /// What administrators have noted about it.
    notes: Notes,
    kind: kind::Kind,
}

impl Known<'_> {
    /// The best way to sign that it offers now, or is remembered by.
    fn dialect(&self) -> Option<Dialect> {
        let remembered = self.peer.as_ref().and_then(|peer| peer.dialect);
        self.discovery.offers().max(remembered)
    }

    /// How messages to it are signed.
    fn signed(&self) -> Way {
        // One that cannot be read is no reason for a weaker one.
        let noted = self.notes.way(Aspect::Sign).ok().flatten();
        quirks::signed(noted, self.dialect())
    }

    /// What messages to it are signed with; `None` without a key, or if they are not.
    fn signer(&self) -> Option<Signer<'_>> {
        let key = self.walker.key.as_deref();
        Signer::of(self.signed(), key, self.walker.rsa.as_ref())
    }
}

/// Walks the whole way.
pub async fn check(walker: &Walker<'_>, server: &Provider) -> Report {
    let at = walker.env.now();
    let mut steps = Vec::new();
    let rest = walk(walker, server, at, &mut steps).await;
    for stage in Stage::ALL {
        if !steps.iter().any(|step| step.stage == stage) {
            let step = Step::unseen(stage, rest.clone());
            steps.push(Step {
                reached: false,
                ..step
            });
        }
    }
    steps.sort_by_key(|step| step.stage);
    Report {
        server: server.clone(),
        at,
        steps,
    }
}

/// As far as it goes; gives what is to be said of the steps that are not there then.
///
/// A server that was blocked is not asked for anything, and one that is merely not on the list for nothing but what it
/// shows to everybody: whoever decides about it wants to see that first, and nothing is sent to it in our name.
async fn walk(
    walker: &Walker<'_>,
    server: &Provider,
    at: Timestamp,
    steps: &mut Vec<Step>,
) -> Said {
    let (step, standing) = trust::here(walker, server).await;
    steps.push(step);
    if standing == Standing::Blocked {
        return Said::new("check-blocked");
    }
    let ends = || Said::new("check-not-reached");
    let origin = peers::origin(server, walker.dev);
    let reach = walker.transport.reach(&origin, PATIENCE).await;
    let notes = noted(walker, server).await;
    if !way::tell(&reach, server, &origin, &notes, steps) {
        return ends();
    }
    let target = Target {
        provider: server.clone(),
        origin,
        transport: walker.transport,
        env: walker.env,
        patience: peers::PATIENCE,
    };
    let seen = look(&target).await;
    steps.push(clock::tell(&seen));
    let (step, discovery) = description::tell(&seen, server);
    steps.push(step);
    let Some(discovery) = discovery else {
        return ends();
    };
    let kind = kind::Kind::of(&seen);
    steps.push(kind::tell(kind, &seen));
    let known = Known {
        walker,
        server,
        peer: remembered(walker, server).await,
        notes,
        seen,
        discovery,
        kind,
    };
    steps.push(keys::tell(&known));
    steps.push(invitations::tell(&known));
    for stage in [Stage::Signature, Stage::TrustsUs] {
        if standing == Standing::NotListed {
            steps.push(Step::unseen(stage, Said::new("check-unasked")));
            continue;
        }
        if walker.env.now().millis_since(at) >= TOTAL_MS {
            steps.push(Step::unseen(stage, Said::new("check-no-time")));
            continue;
        }
        steps.push(match stage {
            Stage::Signature => signature::tell(&known).await,
            _ => trust::there(&known).await,
        });
    }
    ends()
}

/// What is noted about it; nothing if the database cannot be read, which the first step tells.
async fn noted(walker: &Walker<'_>, server: &Provider) -> Notes {
    let find = FindNotes {
        provider: server.clone(),
    };
    match walker.store {
        Some(store) => store.read(find).await.unwrap_or_default(),
        None => Notes::default(),
    }
}

async fn remembered(walker: &Walker<'_>, server: &Provider) -> Option<Peer> {
    let find = FindPeer {
        provider: server.clone(),
    };
    walker.store?.read(find).await.ok().flatten()
}
