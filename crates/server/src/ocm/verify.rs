//! Who speaks: the signature of a request, checked before anything is believed or written.

use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Uri};
use serde_json::Value;
use symbolon_core::Timestamp;
use symbolon_core::trust::Direction;
use symbolon_proto::address::Provider;
use symbolon_proto::discovery::Dialect;
use symbolon_proto::problem::{Code, Problem};
use symbolon_proto::signature::cavage::{CavageSignature, find_cavage};
use symbolon_proto::signature::{
    AGE_MAX_SECS, MessageParts, OcmSignature, SignatureError, VerifiedSignature, find_ocm,
};

use crate::actions::trust;
use crate::app::App;
use crate::outbox::post;
use crate::pace::{Client, Proof};
use crate::peers::{Asker, Needs, is_transient};
use symbolon_store::peers::{HasToDoWith, NoteRefused};
use symbolon_store::seen::Signature;

/// How far the clocks of processes on one database may differ, in seconds.
const CLOCKS_DIFFER_SECS: i64 = 60;

/// Who sent a request, as far as that is proved.
pub(super) enum Caller {
    /// The server that it names signed it.
    Signed(Signature),
    /// Nobody signed it, and the server that it names need not sign. Whether there is one that describes itself so.
    Unsigned {
        /// It was asked, and is a server that does not sign its acceptances.
        described: bool,
    },
}

/// Checks that a request which speaks for `claimed` comes from there. A request with a signature stands or falls with it; one
/// without passes only if the settings take unsigned ones, and that server neither publishes keys nor has ever signed; or if
/// administrators have noted that it may.
pub(super) async fn speaks_for(
    app: &App,
    request: &Parts,
    body: &[u8],
    claimed: &Provider,
) -> Result<Caller, Problem> {
    if claimed == app.provider() {
        // Nobody else may speak in our name, and we do not send ourselves messages.
        return Err(wrong_host(claimed, None));
    }
    if let Some((_, signature)) = signature(app, request, body, Some(claimed)).await? {
        return Ok(Caller::Signed(signature));
    }
    let missing = || Problem::new(Code::SignatureMissing).with("peer", claimed.as_str());
    let client = Client::carried(&request.extensions);
    app.pace.claimed(claimed, app.now())?;
    let asker = Asker::Client(client);
    let needs = app
        .peers
        .acceptances_need(claimed, asker, app.config.unsigned);
    match needs.await? {
        Needs::Signature => Err(missing()),
        Needs::Token { described } => Ok(Caller::Unsigned { described }),
    }
}

/// Who signed a request that names no server in its body: the server that the key id names.
pub(super) async fn signer(
    app: &App,
    request: &Parts,
    body: &[u8],
) -> Result<Option<(Provider, Signature)>, Problem> {
    signature(app, request, body, None).await
}

/// Puts into the trail that a request in the name of another server was not believed or not understood. What this server
/// itself could not do is no refusal.
pub(super) async fn note_refused(
    app: &App,
    provider: Option<Provider>,
    problem: &Problem,
    reference: &str,
) {
    let code = problem.code();
    if matches!(
        code,
        Code::Internal | Code::StorageFull | Code::ShuttingDown | Code::TooManyRequests
    ) {
        return;
    }
    let note = NoteRefused {
        provider,
        code,
        found: found(problem),
        moment: app.moment(reference),
    };
    if let Err(error) = app.store.write(note).await {
        crate::actions::storage_problem(&error);
    }
}

/// What was found beside the reason, for the administrators of this server: the other one is told it in its answer.
fn found(problem: &Problem) -> Value {
    // The reasons of other problems may quote what was sent, and that may be a secret.
    let reason = (problem.code() == Code::SignatureInvalid).then_some("reason");
    let facts = [
        "seconds", "key_id", "signer", "member", "url", "status", "cause",
    ];
    let facts = facts.into_iter().chain(reason);
    let found = facts.filter_map(|fact| {
        let text = post::bounded(problem.fact(fact)?);
        let value = match text.parse::<u64>() {
            Ok(number) if matches!(fact, "seconds" | "status") => number.into(),
            _ => text.into(),
        };
        Some((fact.to_owned(), value))
    });
    Value::Object(found.collect())
}

/// The server that the key id of a request names, which may be anybody's words.
pub(super) fn named(app: &App, request: &Request) -> Option<Provider> {
    let target = target_uri(app, request.uri());
    let headers = header_view(request.headers());
    let message = MessageParts::request(request.method().as_str(), &target, &headers);
    named_host(&find(&message).ok()??)
}

async fn signature(
    app: &App,
    request: &Parts,
    body: &[u8],
    claimed: Option<&Provider>,
) -> Result<Option<(Provider, Signature)>, Problem> {
    let target = target_uri(app, &request.uri);
    let headers = header_view(&request.headers);
    if let Some(field) = unreadable(&request.headers) {
        let reason = format!("{field} has bytes outside ASCII");
        let problem = Problem::new(Code::SignatureInvalid).with("reason", &reason);
        return Err(match claimed {
            Some(claimed) => problem.with("peer", claimed.as_str()),
            None => problem,
        });
    }
    let message = MessageParts::request(request.method.as_str(), &target, &headers);
    let found = find(&message).map_err(|error| problem(&error, claimed))?;
    let Some(signature) = found else {
        return Ok(None);
    };
    let named = named_host(&signature);
    let provider = match (claimed, named) {
        (Some(claimed), Some(named)) if named != *claimed => {
            return Err(wrong_host(claimed, Some(&named)));
        }
        (Some(claimed), _) => claimed.clone(),
        (None, Some(named)) => named,
        (None, None) => {
            return Err(unknown_key(&signature));
        }
    };
    if provider == *app.provider() {
        // Our own keys are at hand: nobody makes us ask ourselves, and the doctor learns what a proxy does to a request.
        let now = app.now();
        let keys = app.keys.published(now);
        let Found::Rfc9421(signature) = signature else {
            // We never sign in the older way where the newer is understood.
            return Err(unknown_key(&signature).with("peer", provider.as_str()));
        };
        let verified = signature.verify(&message, body, &keys, now.as_secs());
        let verified = verified.map_err(|error| problem(&error, Some(&provider)))?;
        return Ok(Some((provider, remembered(&verified))));
    }
    let heard = judge(app, &provider).await?;
    let asker = Asker::Client(Client::carried(&request.extensions));
    let verified = match &signature {
        Found::Rfc9421(found) => verify(app, found, &message, body, &provider, asker).await,
        Found::Cavage(found) => verify_cavage(app, found, &message, body, &provider, asker).await,
    };
    // Whoever only names a server that is not let in does not learn whether people here have to do with it.
    let verified = verified.map_err(|problem| match heard {
        Heard::AsEver => problem,
        Heard::ForWhatIsOver if is_passing(problem.code()) => problem,
        Heard::ForWhatIsOver => not_let_in(&provider),
    })?;
    Proof::hold(&request.extensions, app.pace.work_of(&provider)?);
    if app.peers.is_acquainted(&provider).await? {
        app.pace.server(&provider, app.now())?;
        Proof::note(&request.extensions);
    } else {
        app.pace.unacquainted(&provider, app.now())?;
    }
    let dialect = signature.dialect();
    app.peers.note_signs(&provider, dialect).await?;
    Ok(Some((provider, remembered(&verified))))
}

/// Why a message is heard at all.
#[derive(Clone, Copy)]
enum Heard {
    /// The server is let in.
    AsEver,
    /// It is not, but what it tells of people who had to do with each other still counts.
    ForWhatIsOver,
}

/// Whether a message that could not be checked may be checked later.
fn is_passing(code: Code) -> bool {
    is_transient(code) || matches!(code, Code::TooManyRequests | Code::Internal)
}

fn not_let_in(provider: &Provider) -> Problem {
    Problem::new(Code::NotTrustedHere).with("peer", provider.as_str())
}

/// Whether the name of a server decides already: one that is not let in, either way, and whose people have never had to do
/// with anybody here, can tell nothing that would change anything. Nobody makes us ask it for its keys by its name, then.
async fn judge(app: &App, provider: &Provider) -> Result<Heard, Problem> {
    for direction in [Direction::Out, Direction::In] {
        if trust::decision(app, direction, provider).await?.allows() {
            return Ok(Heard::AsEver);
        }
    }
    let has = HasToDoWith {
        provider: provider.clone(),
    };
    let has = app.store.read(has).await;
    match has.map_err(|error| crate::actions::storage_problem(&error))? {
        true => Ok(Heard::ForWhatIsOver),
        false => Err(not_let_in(provider)),
    }
}

/// The signature of a request, of whichever kind.
enum Found {
    Rfc9421(OcmSignature),
    Cavage(CavageSignature),
}

impl Found {
    fn key_id(&self) -> &str {
        match self {
            Self::Rfc9421(found) => found.key_id(),
            Self::Cavage(found) => found.key_id(),
        }
    }

    fn authority(&self) -> Option<String> {
        match self {
            Self::Rfc9421(found) => found.authority(),
            Self::Cavage(found) => found.authority(),
        }
    }

    fn dialect(&self) -> Dialect {
        match self {
            Self::Rfc9421(_) => Dialect::Rfc9421,
            Self::Cavage(_) => Dialect::Cavage,
        }
    }
}

/// Finds the one that OCM means, or else one of the older kind.
fn find(message: &MessageParts<'_>) -> Result<Option<Found>, SignatureError> {
    match find_ocm(message)? {
        Some(found) => Ok(Some(Found::Rfc9421(found))),
        None => Ok(find_cavage(message)?.map(Found::Cavage)),
    }
}

/// Verifies with the keys at hand, and once more with fresh ones if the key is not among them.
async fn verify(
    app: &App,
    signature: &OcmSignature,
    message: &MessageParts<'_>,
    body: &[u8],
    provider: &Provider,
    asker: Asker,
) -> Result<VerifiedSignature, Problem> {
    let now = app.now().as_secs();
    let key_id = signature.key_id();
    let unknown = |problem: Problem| no_keys(&problem, key_id, provider);
    let keys = app.peers.keys(provider, key_id, false, asker).await;
    let keys = keys.map_err(unknown)?;
    match signature.verify(message, body, &keys, now) {
        Ok(verified) => return Ok(verified),
        Err(SignatureError::UnknownKey { .. }) => {}
        Err(error) => return Err(problem(&error, Some(provider))),
    }
    let keys = app.peers.keys(provider, key_id, true, asker).await;
    let keys = keys.map_err(unknown)?;
    let verified = signature.verify(message, body, &keys, now);
    verified.map_err(|error| problem(&error, Some(provider)))
}

/// The same for a signature of the older kind: its server has one key, and how the signature calls it tells nothing but the
/// server. One that does not fit is tried once more with the key as it is published now.
async fn verify_cavage(
    app: &App,
    signature: &CavageSignature,
    message: &MessageParts<'_>,
    body: &[u8],
    provider: &Provider,
    asker: Asker,
) -> Result<VerifiedSignature, Problem> {
    let now = app.now().as_secs();
    let key_id = signature.key_id();
    let known = app.peers.public_key(provider, false, asker).await;
    let known = match known {
        Ok(known) => Some(known),
        Err(problem) if problem.code() == Code::SignatureUnknownKey => None,
        Err(problem) => return Err(no_keys(&problem, key_id, provider)),
    };
    let mut misfit = None;
    if let Some(key) = &known {
        match signature.verify(message, body, key, now) {
            Ok(verified) => return Ok(verified),
            Err(error @ SignatureError::BadSignature { .. }) => misfit = Some(error),
            Err(error) => return Err(problem(&error, Some(provider))),
        }
    }
    let fresh = app.peers.public_key(provider, true, asker).await;
    let fresh = fresh.map_err(|problem| no_keys(&problem, key_id, provider))?;
    if let Some(error) = misfit.filter(|_| known.as_ref() == Some(&fresh)) {
        return Err(problem(&error, Some(provider)));
    }
    let verified = signature.verify(message, body, &fresh, now);
    verified.map_err(|error| problem(&error, Some(provider)))
}

/// What is kept of a signature so that its message acts once: until it is too old for whichever process gets it again.
fn remembered(verified: &VerifiedSignature) -> Signature {
    let until = verified.created() + AGE_MAX_SECS + CLOCKS_DIFFER_SECS;
    Signature {
        digest: verified.digest(),
        until: Timestamp::from_secs(until),
    }
}

/// Why there are no keys, in words for the server that signed: it may come back later if it could not be asked, and must
/// publish its key if it answers and describes no OCM server.
fn no_keys(problem: &Problem, key_id: &str, provider: &Provider) -> Problem {
    let problem = match problem.code() {
        code @ (Code::Internal | Code::StorageFull | Code::ShuttingDown) => Problem::new(code),
        Code::TooManyRequests | Code::PeerUnreachableForKeys | Code::SignatureWeaker => {
            return problem.clone();
        }
        code if is_transient(code) => {
            Problem::new(Code::PeerUnreachableForKeys).with("cause", code.as_str())
        }
        _ => Problem::new(Code::SignatureUnknownKey).with("key_id", key_id),
    };
    problem.with("peer", provider.as_str())
}

fn unknown_key(signature: &Found) -> Problem {
    Problem::new(Code::SignatureUnknownKey).with("key_id", signature.key_id())
}

fn named_host(signature: &Found) -> Option<Provider> {
    Provider::parse(&signature.authority()?).ok()
}

fn wrong_host(claimed: &Provider, named: Option<&Provider>) -> Problem {
    let problem = Problem::new(Code::SignatureWrongHost).with("peer", claimed.as_str());
    match named {
        Some(named) => problem.with("signer", named.as_str()),
        None => problem,
    }
}

fn problem(error: &SignatureError, provider: Option<&Provider>) -> Problem {
    let problem = match error {
        SignatureError::UnknownKey { key_id, .. } => {
            Problem::new(Code::SignatureUnknownKey).with("key_id", key_id)
        }
        SignatureError::NotFresh { difference_secs } => {
            let seconds = difference_secs.unsigned_abs();
            Problem::new(Code::SignatureClock)
                .with("seconds", &seconds.to_string())
                .with_member("seconds", seconds.into())
        }
        SignatureError::Digest(_) | SignatureError::ContentLength { .. } => {
            Problem::new(Code::SignatureDigest)
        }
        other => Problem::new(Code::SignatureInvalid).with("reason", &other.to_string()),
    };
    match provider {
        Some(provider) => problem.with("peer", provider.as_str()),
        None => problem,
    }
}

/// The URI as the sender saw it: our public origin, whatever a proxy in between made of the scheme and host.
fn target_uri(app: &App, uri: &Uri) -> String {
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    format!("{}{path}", app.base_url())
}

/// The field of a signature that is no text in one of its lines, which must not be taken for one that is not there.
fn unreadable(headers: &HeaderMap) -> Option<&'static str> {
    ["signature", "signature-input"]
        .into_iter()
        .find(|name| headers.get_all(*name).iter().any(|it| it.to_str().is_err()))
}

/// Headers as text. Bytes outside ASCII cannot be part of a signature base and are left out: a signature that covers
/// such a field fails as one over an absent field. Those that hold the signature itself are looked at before
/// ([`unreadable`]).
fn header_view(headers: &HeaderMap) -> Vec<(&str, &str)> {
    headers
        .iter()
        .filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)))
        .collect()
}
