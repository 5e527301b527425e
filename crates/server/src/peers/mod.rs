//! What is known of other servers: where they take messages, and which keys they sign with.
//!
//! Documents are kept in memory for minutes and in the database for days, so that a message to a server that is down
//! fails at the message and not at its description, and so that a restart does not ask everybody at once.

mod acquaintances;
mod fetch;
pub mod notes;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use symbolon_core::Timestamp;
use symbolon_core::quirks::{self, Way};
use symbolon_core::trust::Unsigned;
use symbolon_proto::address::Provider;
use symbolon_proto::discovery::{Dialect, PeerDiscovery};
use symbolon_proto::keys::{Jwks, PublicPem};
use symbolon_proto::problem::{Code, Problem};
use symbolon_store::Store;
use symbolon_store::events::Moment;
use symbolon_store::notes::{Aspect, FindNotes};
use symbolon_store::peers::{
    FindPeer, FindSigning, ForgetKeys, NoteHealth, NoteSigns, SaveDiscovery, SaveKeys,
};
use tokio::sync::MutexGuard;

use self::acquaintances::Acquaintances;
use self::fetch::NoKeys;
pub(crate) use self::fetch::PATIENCE;
pub use self::notes::NotedBeliefs;
use crate::bounded::Bounded;
use crate::env::Env;
use crate::http::reference::{Reference, current};
use crate::pace::{Client, Strangers, Waiting, Waits};
use crate::transport::{OutboundResponse, Share, Transport};

/// How long a document is used without asking again, in milliseconds.
const FRESH_MS: i64 = 5 * 60 * 1_000;

/// How long a stored document stands in for a server that cannot be asked, in milliseconds.
const STALE_MS: i64 = 7 * 24 * 3_600 * 1_000;

/// Shortest time between two looks at one server because of messages in its name, in milliseconds: for its keys, and for how
/// it describes itself if it did not answer. A stranger who invents key ids must not make us hammer somebody else's server.
const KEY_REFETCH_MS: i64 = 10_000;

/// How many servers are remembered in memory; beyond that those that are least useful are read from the database again.
const REMEMBERED_MAX: usize = 10_000;

/// What an acceptance needs to be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Needs {
    /// The server's signature.
    Signature,
    /// The token alone.
    Token {
        /// The server was asked, and described itself.
        described: bool,
    },
}

/// For whom a server is asked that may be new to this one.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Asker {
    /// Somebody who is logged in. How many new servers they name is bounded where they name them.
    Person,
    /// Whoever comes from there, and has proved nothing.
    Client(Client),
}

/// What is known of other servers.
pub struct Peers {
    env: Env,
    store: Store,
    transport: Arc<dyn Transport>,
    dev: bool,
    known: Mutex<Bounded<Provider, Arc<Known>>>,
    strangers: Strangers,
    waiting: Waiting,
    acquaintances: Acquaintances,
}

/// One server, as far as memory goes. The lock is held while it is asked, so that a hundred requests ask once.
#[derive(Default)]
struct Known {
    /// Whether the database knows it.
    met: AtomicBool,
    state: tokio::sync::Mutex<State>,
}

#[derive(Default)]
struct State {
    discovery: Option<(Arc<PeerDiscovery>, Timestamp)>,
    keys: Option<(Arc<Jwks>, Timestamp)>,
    /// Why it could not be asked how it describes itself when somebody else's message made us ask, and when that was.
    undescribed: Failed,
    /// The same for its keys.
    keyless: Failed,
    signs: bool,
    /// The best way to sign that it has ever offered or used.
    dialect: Option<Dialect>,
    loaded: bool,
}

/// For whom a server is asked, while it is.
struct Turn {
    asker: Asker,
    share: Share,
    _waits: Option<Waits>,
}

/// Among whose names that of a server is looked up.
fn share(asker: Asker, acquainted: bool) -> Share {
    match (acquainted, asker) {
        (true, _) => Share::Known,
        (false, Asker::Person) => Share::People,
        (false, Asker::Client(_)) => Share::Anybody,
    }
}

type Failed = Option<(Problem, Timestamp)>;

/// How long a server that could not be asked is not asked again for messages in its name, in milliseconds. Short, since it
/// may have been restarted: its own first retries must find it described.
const ASK_AGAIN_MS: i64 = 1_000;

/// A failure that is so recent that the server is not asked again.
fn lately(failed: &Failed, now: Timestamp) -> Option<Problem> {
    let (problem, at) = failed.as_ref()?;
    // Whoever has taken keys back is not in the middle of something.
    let gone = problem.code() == Code::SignatureUnknownKey;
    let pause = if gone { KEY_REFETCH_MS } else { ASK_AGAIN_MS };
    at.is_recent(now, pause).then(|| problem.clone())
}

impl State {
    /// The remembered keys, if they are not older than this.
    fn keys_since(&self, now: Timestamp, ms: i64) -> Option<Arc<Jwks>> {
        let (keys, at) = self.keys.as_ref()?;
        at.is_recent(now, ms).then(|| keys.clone())
    }
}

impl Peers {
    pub(crate) fn new(
        env: Env,
        store: Store,
        transport: Arc<dyn Transport>,
        strangers: Strangers,
        waiting: Waiting,
        dev: bool,
    ) -> Self {
        Self {
            env,
            acquaintances: Acquaintances::new(store.clone()),
            store,
            transport,
            dev,
            known: Mutex::new(Bounded::new(REMEMBERED_MAX)),
            strangers,
            waiting,
        }
    }

    /// The origin under which a server is asked: HTTPS always, except loopback names under `--dev`.
    pub fn origin(&self, provider: &Provider) -> String {
        origin(provider, self.dev)
    }

    /// Where another server takes messages, and what it can do. The error says why it cannot be known, with the
    /// server's name.
    pub async fn discover(&self, provider: &Provider) -> Result<Arc<PeerDiscovery>, Problem> {
        self.discover_among(provider, Share::Known).await
    }

    /// The same because somebody who is logged in has just named it, and nobody else may have to do with it.
    pub(crate) async fn discover_named(
        &self,
        provider: &Provider,
    ) -> Result<Arc<PeerDiscovery>, Problem> {
        let share = share(Asker::Person, self.is_acquainted(provider).await?);
        self.discover_among(provider, share).await
    }

    async fn discover_among(
        &self,
        provider: &Provider,
        share: Share,
    ) -> Result<Arc<PeerDiscovery>, Problem> {
        let known = self.known(provider);
        let mut state = known.state.lock().await;
        self.described(&known, provider, &mut state, share, FRESH_MS)
            .await
    }

    async fn described(
        &self,
        known: &Known,
        provider: &Provider,
        state: &mut State,
        share: Share,
        enough_ms: i64,
    ) -> Result<Arc<PeerDiscovery>, Problem> {
        self.load(known, state, provider).await?;
        let now = self.env.clock.now();
        if let Some((document, at)) = &state.discovery
            && at.is_recent(now, enough_ms)
        {
            return Ok(document.clone());
        }
        let origin = self.origin(provider);
        let fetched = fetch::discovery(&*self.transport, &origin, provider, share).await;
        match fetched {
            Ok((document, text)) => {
                let document = Arc::new(document);
                let offers = document.offers();
                let before = state.discovery.as_ref();
                let before = before.and_then(|(document, _)| document.offers());
                let weaker = before.filter(|before| Some(*before) > offers);
                if let Some(before) = weaker {
                    tracing::warn!(
                        peer = %provider, before = before.as_str(), now = offers.map_or("none", Dialect::as_str),
                        "a server describes itself with a weaker way to sign than before"
                    );
                }
                state.dialect = state.dialect.max(offers);
                state.discovery = Some((document.clone(), now));
                state.undescribed = None;
                known.met.store(true, Ordering::Relaxed);
                let save = SaveDiscovery {
                    provider: provider.clone(),
                    document: text,
                    offers,
                    weaker: weaker.map(|before| (before, self.moment())),
                    now,
                };
                let saved = self.store.write(save).await;
                if saved.map_err(|error| internal(&error))? {
                    answers_again(provider);
                }
                Ok(document)
            }
            Err(problem) => {
                self.note_health(provider, Some(problem.code())).await;
                self.stand_in(provider, state, now, problem).await
            }
        }
    }

    /// What a server said earlier, while it fails in a way that says nothing else about it.
    async fn stand_in(
        &self,
        provider: &Provider,
        state: &State,
        now: Timestamp,
        problem: Problem,
    ) -> Result<Arc<PeerDiscovery>, Problem> {
        match &state.discovery {
            Some((document, at))
                if stands_in(problem.code())
                    && at.is_recent(now, STALE_MS)
                    && self.counts_still(provider, *at).await =>
            {
                Ok(document.clone())
            }
            _ => Err(problem),
        }
    }

    /// The keys that it had earlier, in the same way.
    async fn old_keys(
        &self,
        provider: &Provider,
        state: &State,
        now: Timestamp,
        problem: Problem,
    ) -> Result<Arc<Jwks>, Problem> {
        match &state.keys {
            Some((keys, at))
                if at.is_recent(now, STALE_MS) && self.counts_still(provider, *at).await =>
            {
                Ok(keys.clone())
            }
            _ => Err(problem),
        }
    }

    /// Whether what was said then can stand in for what is said now: whoever notes by what a server is recognised, or takes
    /// that back, may have been told things by another one before.
    async fn counts_still(&self, provider: &Provider, at: Timestamp) -> bool {
        let find = FindPeer {
            provider: provider.clone(),
        };
        match self.store.read(find).await {
            Ok(Some(peer)) => peer.recognised_since.is_none_or(|since| since <= at),
            // What was forgotten in the meantime stands in for nobody.
            Ok(None) | Err(_) => false,
        }
    }

    /// The same for somebody in front of a page who wants to know whether it is there: what it said once does not stand in
    /// for it, and one that did not answer a moment ago is not asked again.
    pub(crate) async fn look_at(
        &self,
        provider: &Provider,
        asker: Asker,
    ) -> Result<Arc<PeerDiscovery>, Problem> {
        let known = self.known(provider);
        let (mut state, turn) = self.turn(&known, provider, asker).await?;
        self.load(&known, &mut state, provider).await?;
        let document = self
            .described_for_others(&known, provider, &mut state, &turn, FRESH_MS)
            .await?;
        match &state.undescribed {
            Some((problem, _)) => Err(problem.clone()),
            None => Ok(document),
        }
    }

    /// How a server describes itself, for a message in its name: if it did not answer a moment ago, it is not asked again.
    async fn described_for_others(
        &self,
        known: &Known,
        provider: &Provider,
        state: &mut State,
        turn: &Turn,
        enough_ms: i64,
    ) -> Result<Arc<PeerDiscovery>, Problem> {
        let now = self.env.clock.now();
        if let Some(problem) = lately(&state.undescribed, now) {
            return self.stand_in(provider, state, now, problem).await;
        }
        let fresh = state.discovery.as_ref();
        let fresh = fresh.is_some_and(|(_, at)| at.is_recent(now, enough_ms));
        if let Asker::Client(client) = turn.asker
            && !fresh
            && !known.met.load(Ordering::Relaxed)
        {
            self.strangers.take(client, now)?;
        }
        let described = self
            .described(known, provider, state, turn.share, enough_ms)
            .await;
        // Whoever can make us ask may have put the words there: they do not come back on a page of ours, or in an answer.
        let described = described.map_err(|problem| problem.without("said"));
        let stood_in = state.discovery.as_ref();
        let stood_in = stood_in.is_some_and(|(_, at)| !at.is_recent(now, enough_ms));
        let failure = match &described {
            Err(problem) => Some(problem.clone()),
            Ok(_) if stood_in => Some(Problem::new(Code::Timeout).with("peer", provider.as_str())),
            Ok(_) => None,
        };
        // Asking may have taken longer than a failure is remembered.
        let now = self.env.clock.now();
        state.undescribed = failure.map(|problem| (problem, now));
        described
    }

    /// The keys of another server, of which one is looked for. With `anew`, asks even if they are remembered: for a key id that
    /// the remembered ones lack.
    /// Whoever sends us something can cause this, so that a server is asked no more often than every ten seconds, whether it
    /// had an answer or not.
    pub(crate) async fn keys(
        &self,
        provider: &Provider,
        key_id: &str,
        anew: bool,
        asker: Asker,
    ) -> Result<Arc<Jwks>, Problem> {
        let known = self.known(provider);
        let (mut state, turn) = self.turn(&known, provider, asker).await?;
        self.load(&known, &mut state, provider).await?;
        let now = self.env.clock.now();
        let enough = if anew { KEY_REFETCH_MS } else { FRESH_MS };
        if let Some(keys) = state.keys_since(now, enough) {
            return Ok(keys);
        }
        let discovery = self
            .described_for_others(&known, provider, &mut state, &turn, FRESH_MS)
            .await
            .map_err(|problem| for_strangers(problem, provider))?;
        if let Some(problem) = lately(&state.keyless, now) {
            return self.old_keys(provider, &state, now, problem).await;
        }
        let urls = discovery.jwks_uris(&self.origin(provider));
        match fetch::keys(&*self.transport, &urls, key_id, turn.share).await {
            Ok(keys) => {
                let keys = Arc::new(keys);
                state.keys = Some((keys.clone(), now));
                state.keyless = None;
                let save = SaveKeys {
                    provider: provider.clone(),
                    jwks: serde_json::to_string(&*keys).expect("keys are always JSON"),
                    now,
                };
                self.store
                    .write(save)
                    .await
                    .map_err(|error| internal(&error))?;
                Ok(keys)
            }
            Err(NoKeys::Unreachable(why)) => {
                let mut problem = unreachable(provider)
                    .with("url", &why.url)
                    .with("cause", &why.cause);
                if let Some(status) = why.status {
                    problem = problem.with("status", &status.to_string());
                }
                let known = state.keyless.as_ref();
                let known = known.is_some_and(|(known, _)| *known == problem);
                if !known {
                    tracing::warn!(
                        peer = %provider, url = why.url, status = why.status, error = why.cause,
                        "the keys of a server cannot be had"
                    );
                }
                let now = self.env.clock.now();
                state.keyless = Some((problem.clone(), now));
                self.old_keys(provider, &state, now, problem).await
            }
            Err(NoKeys::Gone) => {
                // It answers, and has taken its keys back: somebody else may have them.
                let problem = Problem::new(Code::SignatureUnknownKey);
                let problem = problem.with("peer", provider.as_str());
                state.keyless = Some((problem.clone(), self.env.clock.now()));
                if state.keys.take().is_some() {
                    let forget = ForgetKeys {
                        provider: provider.clone(),
                    };
                    let forgotten = self.store.write(forget).await;
                    forgotten.map_err(|error| internal(&error))?;
                    tracing::warn!(peer = %provider, "a server publishes its keys no more");
                }
                Err(problem)
            }
        }
    }

    /// The one key of a server that signs as before RFC 9421, from its description. With `anew`, asks even if that is
    /// remembered, no more often than every ten seconds: for a signature that the remembered one does not fit. A server that
    /// has ever offered or used RFC 9421 is not believed when it is signed for in the older way.
    pub(crate) async fn public_key(
        &self,
        provider: &Provider,
        anew: bool,
        asker: Asker,
    ) -> Result<PublicPem, Problem> {
        let known = self.known(provider);
        let (mut state, turn) = self.turn(&known, provider, asker).await?;
        self.remember(&known, &mut state, provider).await?;
        let enough_ms = if anew { KEY_REFETCH_MS } else { FRESH_MS };
        let document = self
            .described_for_others(&known, provider, &mut state, &turn, enough_ms)
            .await
            .map_err(|problem| for_strangers(problem, provider))?;
        let problem = |code| Problem::new(code).with("peer", provider.as_str());
        let noted = self.noted(provider, Aspect::Take).await?;
        if !quirks::takes_cavage(noted, state.dialect) {
            return Err(problem(Code::SignatureWeaker));
        }
        let key = document.public_key().cloned();
        key.ok_or_else(|| problem(Code::SignatureUnknownKey))
    }

    /// How messages to a server are signed: as is noted, or else in the best way that it has ever offered or used.
    pub(crate) async fn signed(&self, provider: &Provider) -> Way {
        let known = self.known(provider);
        let mut state = known.state.lock().await;
        // If the database cannot be read, the message will not get far.
        let loaded = self.remember(&known, &mut state, provider).await;
        let noted = self.noted(provider, Aspect::Sign).await;
        quirks::signed(noted.ok().flatten(), loaded.ok().and(state.dialect))
    }

    /// What administrators have noted about how messages are signed. Read each time, so that it holds at once.
    async fn noted(&self, provider: &Provider, aspect: Aspect) -> Result<Option<Way>, Problem> {
        let find = FindNotes {
            provider: provider.clone(),
        };
        let notes = self.store.read(find).await;
        let way = notes.and_then(|notes| notes.way(aspect));
        way.map_err(|error| internal(&error))
    }

    /// What an acceptance in this server's name needs. It must be signed if the server has ever signed, or publishes keys,
    /// or did when it was last looked at; one product publishes keys, and leaves acceptances alone unsigned. An error if
    /// that cannot be found out just now. A server that is not there in any OCM sense need not sign, and is not verified.
    /// What administrators have noted about it stands over what it says and over the setting.
    pub(crate) async fn acceptances_need(
        &self,
        provider: &Provider,
        asker: Asker,
        setting: Unsigned,
    ) -> Result<Needs, Problem> {
        let noted = self.noted(provider, Aspect::Take).await?;
        let noted = quirks::must_sign(noted);
        if noted.unwrap_or(setting == Unsigned::Refuse) {
            return Ok(Needs::Signature);
        }
        let known = self.known(provider);
        let (mut state, turn) = self.turn(&known, provider, asker).await?;
        self.remember(&known, &mut state, provider).await?;
        let remembered = state
            .discovery
            .as_ref()
            .map(|(document, _)| document.clone());
        let described = self
            .described_for_others(&known, provider, &mut state, &turn, FRESH_MS)
            .await;
        let document = match (&described, state.signs) {
            (Ok(document), _) => Some(document.clone()),
            // What has signed must sign, whatever has become of it since.
            (Err(_), true) if noted.is_none() => remembered,
            (Err(problem), _) => match problem.code() {
                Code::NotAnOcmServer | Code::OcmDisabledThere => remembered,
                _ => return Err(for_strangers(problem.clone(), provider)),
            },
        };
        let unsigned = document.as_ref();
        let unsigned = unsigned.is_some_and(|document| document.leaves_acceptances_unsigned());
        let signs = state.signs || document.is_some_and(|document| document.signs());
        if noted.unwrap_or(signs && !unsigned) {
            return Ok(Needs::Signature);
        }
        // What it said earlier stands in for it while it is away, and is no call-back.
        if let (Ok(_), Some((problem, _))) = (&described, &state.undescribed) {
            return Err(for_strangers(problem.clone(), provider));
        }
        Ok(Needs::Token {
            described: described.is_ok(),
        })
    }

    /// Remembers that a server signs, and how; from now on it must, and in no weaker way.
    pub async fn note_signs(&self, provider: &Provider, dialect: Dialect) -> Result<(), Problem> {
        let known = self.known(provider);
        let mut state = known.state.lock().await;
        if state.signs && state.dialect >= Some(dialect) {
            return Ok(());
        }
        let note = NoteSigns {
            provider: provider.clone(),
            dialect,
            moment: self.moment(),
        };
        self.store
            .write(note)
            .await
            .map_err(|error| internal(&error))?;
        state.signs = true;
        state.dialect = state.dialect.max(Some(dialect));
        Ok(())
    }

    fn moment(&self) -> Moment {
        let reference = current().unwrap_or_else(|| Reference::fresh(&self.env));
        Moment::new(self.env.now(), reference.as_str())
    }

    /// Notes how a server has just been. Only for people to read: a failure to write it down is logged and forgotten.
    pub async fn note_health(&self, provider: &Provider, failure: Option<Code>) {
        let now = self.env.clock.now();
        let note = NoteHealth {
            provider: provider.clone(),
            failure,
            now,
        };
        match (self.store.write(note).await, failure) {
            (Ok(false), _) => {}
            (Ok(true), Some(code)) => {
                let code = code.as_str();
                tracing::warn!(peer = %provider, code, "a server cannot be dealt with");
            }
            (Ok(true), None) => answers_again(provider),
            (Err(error), _) => {
                tracing::warn!(peer = %provider, %error, "could not note the health of a server");
            }
        }
    }

    fn known(&self, provider: &Provider) -> Arc<Known> {
        let mut known = self.known.lock().expect("no holder of this lock panics");
        // Whoever is being asked just now stays, so that a hundred requests ask once.
        let rank = |one: &Arc<Known>| (Arc::strong_count(one) > 1, one.met.load(Ordering::Relaxed));
        known.or_insert(provider, Arc::default, rank).clone()
    }

    /// Waits until nobody else asks a server. For messages only so many do, and may ask it then: those that never answer hold
    /// no more of the places in which messages are worked on.
    async fn turn<'k>(
        &self,
        known: &'k Known,
        provider: &Provider,
        asker: Asker,
    ) -> Result<(MutexGuard<'k, State>, Turn), Problem> {
        let acquainted = self.is_acquainted(provider).await?;
        let waits = match asker {
            Asker::Client(_) => Some(self.waiting.take(provider, acquainted)?),
            Asker::Person => None,
        };
        let turn = Turn {
            asker,
            share: share(asker, acquainted),
            _waits: waits,
        };
        Ok((known.state.lock().await, turn))
    }

    /// Whether somebody here has to do with a server, so that it may cost more than one that anybody can invent.
    pub(crate) async fn is_acquainted(&self, provider: &Provider) -> Result<bool, Problem> {
        let now = self.env.clock.now();
        self.acquaintances.have(provider, now).await
    }

    /// The same from memory, for when there is no time for each of those who ask.
    pub(crate) async fn is_remembered_as_acquainted(&self, provider: &Provider) -> bool {
        let now = self.env.clock.now();
        self.acquaintances.remember(provider, now).await
    }

    /// Fills the memory, with how the server is known to sign as of now: another process on the database may have learnt it since.
    async fn remember(
        &self,
        known: &Known,
        state: &mut State,
        provider: &Provider,
    ) -> Result<(), Problem> {
        if !state.loaded {
            return self.load(known, state, provider).await;
        }
        let find = FindSigning {
            provider: provider.clone(),
        };
        let found = self.store.read(find).await;
        let found = found.map_err(|error| internal(&error))?;
        state.signs |= found.signs;
        state.dialect = state.dialect.max(found.dialect);
        Ok(())
    }

    /// Fills the memory from the database, once.
    async fn load(
        &self,
        known: &Known,
        state: &mut State,
        provider: &Provider,
    ) -> Result<(), Problem> {
        if state.loaded {
            return Ok(());
        }
        let find = FindPeer {
            provider: provider.clone(),
        };
        if let Some(peer) = self
            .store
            .read(find)
            .await
            .map_err(|error| internal(&error))?
        {
            known.met.store(true, Ordering::Relaxed);
            state.signs = peer.signs;
            state.dialect = peer.dialect;
            state.discovery = peer.discovery.and_then(|(text, at)| {
                let document =
                    PeerDiscovery::parse(text.as_bytes(), &self.origin(provider)).ok()?;
                Some((Arc::new(document), at))
            });
            let offers = state.discovery.as_ref();
            let offers = offers.and_then(|(document, _)| document.offers());
            state.dialect = state.dialect.max(offers);
            state.keys = peer
                .jwks
                .and_then(|(text, at)| Some((Arc::new(Jwks::parse(text.as_bytes()).ok()?), at)));
        }
        state.loaded = true;
        Ok(())
    }
}

/// What an answer describes, if it is a server that people can be connected by.
pub(crate) fn read(
    answer: &OutboundResponse,
    origin: &str,
    provider: &Provider,
) -> Result<PeerDiscovery, Code> {
    fetch::read(answer, origin, provider).map(|(document, _)| document)
}

fn answers_again(provider: &Provider) {
    tracing::info!(peer = %provider, "a server can be dealt with again");
}

/// The same for those who have no [`Peers`].
pub fn origin(provider: &Provider, dev: bool) -> String {
    let plain = dev && provider.is_loopback_name();
    format!("{}://{provider}", if plain { "http" } else { "https" })
}

/// What whoever has proved nothing is told of a server that cannot be asked: one answer for what is closed, not there, inside,
/// or something else than a server like this one, since they chose the name, and could list the names inside a network
/// otherwise. The true reason is for the trail.
fn for_strangers(problem: Problem, provider: &Provider) -> Problem {
    match problem.code() {
        // What this server itself could not do.
        Code::Internal => problem,
        code @ (Code::AddressNotAllowed | Code::PeerRedirected | Code::PeerAnswerInvalid) => {
            unreachable(provider).with("cause", code.as_str())
        }
        code if is_transient(code) => unreachable(provider).with("cause", code.as_str()),
        _ => problem,
    }
}

fn unreachable(provider: &Provider) -> Problem {
    Problem::new(Code::PeerUnreachableForKeys).with("peer", provider.as_str())
}

/// Whether a failure says nothing about what the server is, only that it cannot be asked now.
pub fn is_transient(code: Code) -> bool {
    matches!(
        code,
        Code::ConnectionRefused
            | Code::Timeout
            | Code::NetworkFailed
            | Code::NameNotFound
            | Code::TlsWrongName
            | Code::TlsUnknownIssuer
            | Code::TlsExpired
            | Code::TlsOtherKey
            | Code::TlsFailed
            | Code::PeerFailed
            | Code::PeerBusy
            | Code::Internal
    )
}

/// Whether what a server said earlier counts while it fails in this way. Not if it has another key than the one that is
/// noted: what was said before that was noted may have come from somebody else.
fn stands_in(code: Code) -> bool {
    is_transient(code) && code != Code::TlsOtherKey
}

pub(crate) fn internal(error: &symbolon_store::Error) -> Problem {
    crate::actions::storage_problem(error)
}
