//! Asking another server to describe itself.

use std::time::Duration;

use bytes::Bytes;
use symbolon_proto::address::Provider;
use symbolon_proto::discovery::{DiscoveryError, PeerDiscovery};
use symbolon_proto::keys::Jwks;
use symbolon_proto::limits;
use symbolon_proto::problem::{Code, Problem};
use tokio::time::Instant;

use crate::outbox::post;
use crate::transport::{
    Limits, OutboundRequest, OutboundResponse, Redirects, Share, Transport, TransportError,
};

/// How long a server may take to describe itself, at both paths together: a person may be waiting, or a server that gives us
/// five seconds for an answer which depends on this one.
pub(crate) const PATIENCE: Duration = Duration::from_secs(4);

/// Fetches the discovery document: the well-known path first, then the old one that some servers alone have.
pub(super) async fn discovery(
    transport: &dyn Transport,
    origin: &str,
    provider: &Provider,
    share: Share,
) -> Result<(PeerDiscovery, String), Problem> {
    let mut best = Unusable {
        code: Code::NotAnOcmServer,
        said: None,
    };
    let until = Instant::now() + PATIENCE;
    for path in ["/.well-known/ocm", "/ocm-provider"] {
        let left = until.saturating_duration_since(Instant::now());
        let response = match get_within(left, transport, format!("{origin}{path}"), share).await {
            Ok(response) => response,
            // An answer, though none that can be used: the other path may have a better one.
            Err(error) if is_answer(&error) => {
                best.or(error.code(), None);
                continue;
            }
            // What the first path said is more than silence at the second, unless it said that there is no page.
            Err(TransportError::Timeout { .. }) if best.code != Code::NotAnOcmServer => break,
            Err(error) => return Err(error.problem(provider)),
        };
        let no = (response.status != 200).then(|| post::words(&response, None));
        match read(&response, origin, provider) {
            Ok(found) => return Ok(found),
            // The old path may have a better answer; if it has none, another name says more than no document.
            Err(code @ (Code::NotAnOcmServer | Code::PeerMisnamed)) => {
                best.or(code, no);
            }
            Err(code) => return Err(quoting(problem(code, provider), no)),
        }
    }
    Err(quoting(problem(best.code, provider), best.said))
}

/// The answer that says most, of those that describe no server: what it means, and its words.
struct Unusable {
    code: Code,
    said: Option<String>,
}

impl Unusable {
    /// Keeps the one that says more, code and words together; of two that say as much, the one that has words.
    fn or(&mut self, code: Code, said: Option<String>) {
        let says = |code, said: &Option<String>| {
            let rank = match code {
                Code::PeerMisnamed => 2,
                // A page that is not there is not there on most servers.
                Code::NotAnOcmServer => 0,
                _ => 1,
            };
            (rank, said.is_some())
        };
        if says(code, &said) > says(self.code, &self.said) {
            *self = Self { code, said };
        }
    }
}

/// A problem with what the other server said instead of describing itself.
fn quoting(problem: Problem, said: Option<String>) -> Problem {
    match said {
        Some(said) => problem.with("said", &said),
        None => problem,
    }
}

/// Why there are no keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum NoKeys {
    /// The server answers, and says of every place where they could be that there are none.
    Gone,
    /// Nothing can be said: it does not answer, or not about keys.
    Unreachable(Unfetched),
}

/// What stood between us and a key set, for administrators.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unfetched {
    /// Where the keys should be.
    pub(super) url: String,
    /// The status of the answer, if there was one.
    pub(super) status: Option<u16>,
    /// What is wrong.
    pub(super) cause: String,
}

/// Fetches the key set from the first place that has one. If that lacks the key that is looked for, those of the other
/// places are added: some servers name one place and fill another.
pub(super) async fn keys(
    transport: &dyn Transport,
    urls: &[String],
    key_id: &str,
    share: Share,
) -> Result<Jwks, NoKeys> {
    let mut last = NoKeys::Gone;
    let mut found: Option<Jwks> = None;
    for url in urls {
        match (keys_at(transport, url, share).await, &mut found) {
            (Ok(keys), None) => {
                let whole = keys.contains(key_id);
                found = Some(keys);
                if whole {
                    break;
                }
            }
            (Ok(keys), Some(found)) => found.add(keys),
            // One place is enough.
            (Err(_), Some(_)) => {}
            (Err(why), None) => match why {
                NoKeys::Gone => {}
                // What is said of the first place, which is the one that the server names.
                why if last == NoKeys::Gone => last = why,
                NoKeys::Unreachable(_) => {}
            },
        }
    }
    found.ok_or(last)
}

async fn keys_at(transport: &dyn Transport, url: &str, share: Share) -> Result<Jwks, NoKeys> {
    let unfetched = |status, cause: &str| {
        NoKeys::Unreachable(Unfetched {
            url: post::bounded(url),
            status,
            cause: post::bounded(cause),
        })
    };
    let response = get(transport, url.to_owned(), share).await;
    let response = response.map_err(|error| unfetched(None, &error.to_string()))?;
    match response.status {
        200 => {}
        404 | 410 => return Err(NoKeys::Gone),
        status => return Err(unfetched(Some(status), &post::words(&response, None))),
    }
    let keys = Jwks::parse(&response.body);
    keys.map_err(|error| unfetched(Some(200), &format!("no key set: {error}")))
}

pub(super) fn read(
    response: &OutboundResponse,
    origin: &str,
    provider: &Provider,
) -> Result<(PeerDiscovery, String), Code> {
    match response.status {
        200 => {}
        429 => return Err(Code::PeerBusy),
        500..=599 => return Err(Code::PeerFailed),
        _ => return Err(Code::NotAnOcmServer),
    }
    let document = PeerDiscovery::parse(&response.body, origin).map_err(|error| match error {
        DiscoveryError::Disabled => Code::OcmDisabledThere,
        _ => Code::NotAnOcmServer,
    })?;
    if document.check_authority(provider).is_err() {
        return Err(Code::PeerMisnamed);
    }
    Ok((document, text(&response.body)))
}

/// Whether somebody answered, and the answer is what is wrong.
fn is_answer(error: &TransportError) -> bool {
    matches!(
        error,
        TransportError::TooLarge { .. }
            | TransportError::Redirected { .. }
            | TransportError::NotHttp { .. }
    )
}

async fn get(
    transport: &dyn Transport,
    url: String,
    share: Share,
) -> Result<OutboundResponse, TransportError> {
    get_within(PATIENCE, transport, url, share).await
}

async fn get_within(
    patience: Duration,
    transport: &dyn Transport,
    url: String,
    share: Share,
) -> Result<OutboundResponse, TransportError> {
    let request = OutboundRequest {
        method: http::Method::GET,
        url,
        headers: vec![("accept".to_owned(), "application/json".to_owned())],
        body: Bytes::new(),
        limits: Limits {
            total: patience,
            response_bytes: limits::DISCOVERY_BYTES,
            share,
        },
        redirects: Redirects::SameHost(3),
    };
    transport.send(request).await
}

fn problem(code: Code, provider: &Provider) -> Problem {
    Problem::new(code).with("peer", provider.as_str())
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
