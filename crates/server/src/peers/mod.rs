//! What is known of other servers: where they take messages, and which keys they sign with.
//!
//! Documents are kept in memory for minutes and in the database for days, so that a message to a server that is down
//! fails at the message and not at its description, and so that a restart does not ask everybody at once.

mod fetch;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use symbolon_core::Timestamp;
use symbolon_proto::address::Provider;
use symbolon_proto::discovery::PeerDiscovery;
use symbolon_proto::keys::Jwks;
use symbolon_proto::problem::{Code, Problem};
use symbolon_store::Store;
use symbolon_store::events::Moment;
use symbolon_store::peers::{FindPeer, NoteHealth, NoteSigns, SaveDiscovery, SaveKeys};

use crate::env::Env;
use crate::http::reference::{Reference, current};
use crate::transport::{OutboundResponse, Transport};

/// How long a document is used without asking again, in milliseconds.
const FRESH_MS: i64 = 5 * 60 * 1_000;

/// How long a stored document stands in for a server that cannot be asked, in milliseconds.
const STALE_MS: i64 = 7 * 24 * 3_600 * 1_000;

/// Shortest time between two looks at one server because of messages in its name, in milliseconds: for its keys, and for how
/// it describes itself if it did not answer. A stranger who invents key ids must not make us hammer somebody else's server.
const KEY_REFETCH_MS: i64 = 10_000;

/// How many servers are remembered in memory; beyond that the memory starts anew and the database serves.
const REMEMBERED_MAX: usize = 10_000;

/// What is known of other servers.
pub struct Peers {
    env: Env,
    store: Store,
    transport: Arc<dyn Transport>,
    dev: bool,
    known: Mutex<HashMap<Provider, Arc<Known>>>,
}

/// One server, as far as memory goes. The lock is held while it is asked, so that a hundred requests ask once.
#[derive(Default)]
struct Known {
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
    loaded: bool,
}

type Failed = Option<(Problem, Timestamp)>;

/// How long a server that could not be asked is not asked again for messages in its name, in milliseconds. Short, since it
/// may have been restarted: its own first retries must find it described.
const ASK_AGAIN_MS: i64 = 1_000;

/// A failure that is so recent that the server is not asked again.
fn lately(failed: &Failed, now: Timestamp) -> Option<Problem> {
    let (problem, at) = failed.as_ref()?;
    let recent = (0..ASK_AGAIN_MS).contains(&now.millis_since(*at));
    recent.then(|| problem.clone())
}

impl State {
    /// The remembered keys, if they are not older than this.
    fn keys_since(&self, now: Timestamp, ms: i64) -> Option<Arc<Jwks>> {
        let (keys, at) = self.keys.as_ref()?;
        (now.millis_since(*at) < ms).then(|| keys.clone())
    }
}

impl Peers {
    pub(crate) fn new(env: Env, store: Store, transport: Arc<dyn Transport>, dev: bool) -> Self {
        Self {
            env,
            store,
            transport,
            dev,
            known: Mutex::default(),
        }
    }

    /// The origin under which a server is asked: HTTPS always, except loopback names under `--dev`.
    pub fn origin(&self, provider: &Provider) -> String {
        origin(provider, self.dev)
    }

    /// Where another server takes messages, and what it can do. The error says why it cannot be known, with the
    /// server's name.
    pub async fn discover(&self, provider: &Provider) -> Result<Arc<PeerDiscovery>, Problem> {
        let known = self.known(provider);
        let mut state = known.state.lock().await;
        self.described(provider, &mut state).await
    }

    async fn described(
        &self,
        provider: &Provider,
        state: &mut State,
    ) -> Result<Arc<PeerDiscovery>, Problem> {
        self.load(provider, state).await?;
        let now = self.env.clock.now();
        if let Some((document, at)) = &state.discovery
            && now.millis_since(*at) < FRESH_MS
        {
            return Ok(document.clone());
        }
        let fetched = fetch::discovery(&*self.transport, &self.origin(provider), provider).await;
        match fetched {
            Ok((document, text)) => {
                let document = Arc::new(document);
                state.discovery = Some((document.clone(), now));
                state.undescribed = None;
                let save = SaveDiscovery {
                    provider: provider.clone(),
                    document: text,
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
                match &state.discovery {
                    Some((document, at))
                        if is_transient(problem.code()) && now.millis_since(*at) < STALE_MS =>
                    {
                        Ok(document.clone())
                    }
                    _ => Err(problem),
                }
            }
        }
    }

    /// The same on behalf of people who are not logged in: a server that did not answer a moment ago is not asked again.
    pub async fn discover_for_others(
        &self,
        provider: &Provider,
    ) -> Result<Arc<PeerDiscovery>, Problem> {
        let known = self.known(provider);
        let mut state = known.state.lock().await;
        self.load(provider, &mut state).await?;
        self.described_for_others(provider, &mut state).await
    }

    /// How a server describes itself, for a message in its name: if it did not answer a moment ago, it is not asked again.
    async fn described_for_others(
        &self,
        provider: &Provider,
        state: &mut State,
    ) -> Result<Arc<PeerDiscovery>, Problem> {
        let now = self.env.clock.now();
        if let Some(problem) = lately(&state.undescribed, now) {
            return match &state.discovery {
                Some((document, at))
                    if is_transient(problem.code()) && now.millis_since(*at) < STALE_MS =>
                {
                    Ok(document.clone())
                }
                _ => Err(problem),
            };
        }
        let described = self.described(provider, state).await;
        // Whoever can make us ask may have put the words there: they do not come back on a page of ours, or in an answer.
        let described = described.map_err(|problem| problem.without("said"));
        let stood_in = state.discovery.as_ref();
        let stood_in = stood_in.is_some_and(|(_, at)| now.millis_since(*at) >= FRESH_MS);
        let failure = match &described {
            Err(problem) => Some(problem.clone()),
            Ok(_) if stood_in => Some(Problem::new(Code::Timeout).with("peer", provider.as_str())),
            Ok(_) => None,
        };
        state.undescribed = failure.map(|problem| (problem, now));
        described
    }

    /// The keys of another server. With `anew`, asks even if they are remembered: for a key id that the remembered ones lack.
    /// Whoever sends us something can cause this, so that a server is asked no more often than every ten seconds, whether it
    /// had an answer or not.
    pub async fn keys(&self, provider: &Provider, anew: bool) -> Result<Arc<Jwks>, Problem> {
        let known = self.known(provider);
        let mut state = known.state.lock().await;
        self.load(provider, &mut state).await?;
        let now = self.env.clock.now();
        let enough = if anew { KEY_REFETCH_MS } else { FRESH_MS };
        if let Some(keys) = state.keys_since(now, enough) {
            return Ok(keys);
        }
        let discovery = self.described_for_others(provider, &mut state).await?;
        if let Some(problem) = lately(&state.keyless, now) {
            return state.keys_since(now, STALE_MS).ok_or(problem);
        }
        let url = discovery.jwks_uri(&self.origin(provider));
        match fetch::keys(&*self.transport, &url, provider).await {
            Ok((keys, text)) => {
                let keys = Arc::new(keys);
                state.keys = Some((keys.clone(), now));
                state.keyless = None;
                let save = SaveKeys {
                    provider: provider.clone(),
                    jwks: text,
                    now,
                };
                self.store
                    .write(save)
                    .await
                    .map_err(|error| internal(&error))?;
                Ok(keys)
            }
            Err(problem) => {
                state.keyless = Some((problem.clone(), now));
                state.keys_since(now, STALE_MS).ok_or(problem)
            }
        }
    }

    /// Whether requests in this server's name must be signed: it has signed before, or publishes keys, or did when it was
    /// last looked at. An error if that
    /// cannot be found out just now; a server that is not there in any OCM sense need not sign.
    pub async fn must_sign(&self, provider: &Provider) -> Result<bool, Problem> {
        let known = self.known(provider);
        let mut state = known.state.lock().await;
        self.load(provider, &mut state).await?;
        if state.signs {
            return Ok(true);
        }
        let remembered = state.discovery.as_ref();
        let announced = remembered.is_some_and(|(document, _)| document.signs());
        match self.described_for_others(provider, &mut state).await {
            Ok(document) => Ok(document.signs()),
            Err(problem) => match problem.code() {
                Code::NotAnOcmServer | Code::OcmDisabledThere => Ok(announced),
                code if is_transient(code) => Err(unreachable(provider)),
                _ => Err(problem),
            },
        }
    }

    /// The same for acceptances, which one product leaves unsigned although it publishes keys and signs with them elsewhere.
    pub async fn must_sign_acceptances(&self, provider: &Provider) -> Result<bool, Problem> {
        if !self.must_sign(provider).await? {
            return Ok(false);
        }
        let known = self.known(provider);
        let state = known.state.lock().await;
        let document = state.discovery.as_ref().map(|(document, _)| document);
        Ok(!document.is_some_and(|document| document.leaves_acceptances_unsigned()))
    }

    /// Remembers that a server signs; from now on it must.
    pub async fn note_signs(&self, provider: &Provider) -> Result<(), Problem> {
        let known = self.known(provider);
        let mut state = known.state.lock().await;
        if state.signs {
            return Ok(());
        }
        let reference = current().unwrap_or_else(|| Reference::fresh(&self.env));
        let note = NoteSigns {
            provider: provider.clone(),
            moment: Moment::new(self.env.now(), reference.as_str()),
        };
        self.store
            .write(note)
            .await
            .map_err(|error| internal(&error))?;
        state.signs = true;
        Ok(())
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
        if known.len() >= REMEMBERED_MAX && !known.contains_key(provider) {
            known.clear();
        }
        known.entry(provider.clone()).or_default().clone()
    }

    /// Fills the memory from the database, once.
    async fn load(&self, provider: &Provider, state: &mut State) -> Result<(), Problem> {
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
            state.signs = peer.signs;
            state.discovery = peer.discovery.and_then(|(text, at)| {
                let document =
                    PeerDiscovery::parse(text.as_bytes(), &self.origin(provider)).ok()?;
                Some((Arc::new(document), at))
            });
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
            | Code::TlsFailed
            | Code::PeerFailed
            | Code::PeerBusy
            | Code::Internal
    )
}

pub(crate) fn internal(error: &symbolon_store::Error) -> Problem {
    crate::actions::storage_problem(error)
}
