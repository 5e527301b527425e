//! Accepting invitations.

mod told;

use std::panic::resume_unwind;
use std::sync::Arc;
use std::time::Duration;

use symbolon_core::AcceptanceId;
use symbolon_core::trust::{Direction, Mode, Proof};
use symbolon_proto::address::{AddressError, Provider};
use symbolon_proto::discovery::PeerDiscovery;
use symbolon_proto::invite::{InviteError, InviteToken, PastedInvite, invite_string};
use symbolon_proto::problem::{Code, Problem};
use symbolon_store::accept::{AcceptHere, BeginAcceptance, Begun, NoteRefused, RefusedHere};
use symbolon_store::acceptances::{
    Acceptance, CancelAcceptance, FindAcceptance, HurryAcceptance, ListAcceptances, State,
};
use symbolon_store::connections::{Connection, FindConnection};
use symbolon_store::redeem::Redeem;
use symbolon_store::users::User;
use tracing::Instrument;

use super::{not_found, storage_problem, trust};
use crate::app::App;
use crate::http::reference::within;
use crate::keys::token_hash;
use crate::outbox::post;
use crate::pace::Asks;
use crate::peers::is_transient;
use told::with_the_acceptance;

pub use told::{Heard, ended_with, heard, said, state_word, waits_for};

/// How long a person waits for the outcome before they are told that it is pending. The acceptance itself goes on.
const WAIT: Duration = Duration::from_secs(5);

/// How accepting went, as far as it is known.
#[expect(
    clippy::large_enum_variant,
    reason = "made once per request and taken apart at once"
)]
pub enum Accepted {
    /// The two are connected.
    Connected {
        /// The settled acceptance; `None` if nothing had to be done.
        acceptance: Option<Acceptance>,
        /// The half here.
        connection: Connection,
        /// The same two were connected before this gesture.
        already: bool,
    },
    /// The outcome is not known yet; it will be settled without anybody's help.
    Pending(Acceptance),
}

/// What a person accepts, and what they give away with it.
pub struct NewAcceptance<'a> {
    /// Whatever they pasted: a code, a link, a bare token.
    pub pasted: &'a str,
    /// The inviter's server, where `pasted` does not name it.
    pub provider: Option<&'a str>,
    /// Whether they keep their e-mail address to themselves.
    pub keeps_email: bool,
}

/// Accepts an invitation. Waits a bounded time for the outcome; the acceptance is on disk before anything is sent and
/// survives whatever happens to this request. What is refused before that is in the audit trail.
pub async fn accept(
    app: &App,
    user: &User,
    new: NewAcceptance<'_>,
    reference: &str,
) -> Result<Accepted, Problem> {
    match begin(app, user, new, reference).await {
        Ok(Started::Over(accepted)) => Ok(*accepted),
        Ok(Started::Pending(id)) => {
            app.outbox.wake();
            outcome(app, user, id).await
        }
        Err(problem) => {
            note_refused(app, user, &problem, reference).await;
            let quoted = problem.fact("said").map(|all| said(all).into_owned());
            Err(match quoted {
                Some(quoted) => problem.without("said").with("said", &quoted),
                None => problem,
            })
        }
    }
}

/// What a gesture to accept began.
enum Started {
    /// Nothing more has to be done.
    Over(Box<Accepted>),
    /// It is on disk, and has to be delivered.
    Pending(AcceptanceId),
}

/// Puts into the trail that a gesture came to nothing, and why, with all that the other server said. What this server itself
/// could not do is no refusal.
async fn note_refused(app: &App, user: &User, problem: &Problem, reference: &str) {
    let code = problem.code();
    if matches!(
        code,
        Code::Internal | Code::StorageFull | Code::ShuttingDown
    ) {
        return;
    }
    let said = problem.fact("said");
    let note = NoteRefused {
        user: user.id.clone(),
        provider: problem
            .fact("peer")
            .and_then(|peer| Provider::parse(peer).ok()),
        code,
        status: said.and_then(post::status_in),
        said: said.map(str::to_owned),
        chosen: problem.fact("chosen").map(str::to_owned),
        moment: app.moment(reference),
    };
    if let Err(error) = app.store.write(note).await {
        storage_problem(&error);
    }
}

async fn begin(
    app: &App,
    user: &User,
    new: NewAcceptance<'_>,
    reference: &str,
) -> Result<Started, Problem> {
    let (token, provider) = destination(new.pasted, new.provider)?;
    let begin = BeginAcceptance {
        id: app.env.id().into(),
        delivery: app.env.id().into(),
        user: user.id.clone(),
        provider: provider.clone(),
        token_hash: token_hash(&token),
        token_sealed: app.keys.seal(&app.env, &token),
        keeps_email: new.keeps_email,
        mode: app.config.trust.mode(Direction::In),
        moment: app.moment(reference),
    };
    if provider == *app.provider() {
        let accepted = accept_here(app, user, begin).await?;
        return Ok(Started::Over(Box::new(accepted)));
    }
    trust::let_in(app, Direction::In, &provider).await?;
    // Before anything is written or sent: is that a server that takes invitations at all? One that cannot be asked
    // just now gets the benefit of the doubt, and the acceptance waits for it.
    let new = !app.peers.is_acquainted(&provider).await?;
    let place = new.then(|| app.pace.asks(&user.id)).transpose()?;
    match ask(app, &provider, place, reference).await {
        Ok(discovery) if !discovery.takes_invites() => {
            return Err(about(Code::NoInvitationsThere, &provider));
        }
        Ok(_) => {}
        Err(problem) if is_transient(problem.code()) => {}
        Err(problem) => return Err(problem),
    }
    let begun = app
        .store
        .write(begin)
        .await
        .map_err(|error| storage_problem(&error))?;
    match begun {
        Begun::AccountClosed => Err(Problem::new(Code::AccountDisabled)),
        Begun::NotTrusted => Err(about(Code::NotTrustedHere, &provider)),
        Begun::AlreadyConnected(connection) => {
            let accepted = Accepted::Connected {
                acceptance: None,
                connection: *connection,
                already: true,
            };
            Ok(Started::Over(Box::new(accepted)))
        }
        Begun::Pending(acceptance) => Ok(Started::Pending(acceptance.id)),
    }
}

/// What a server says of itself that somebody has named. One that is new is asked also for whoever does not wait, so that they
/// keep their place for as long.
async fn ask(
    app: &App,
    provider: &Provider,
    place: Option<Asks>,
    reference: &str,
) -> Result<Arc<PeerDiscovery>, Problem> {
    let Some(place) = place else {
        return app.peers.discover_named(provider).await;
    };
    let (app, provider) = (app.clone(), provider.clone());
    let reference = reference.to_owned();
    let asks = async move {
        let _place = place;
        within(&reference, app.peers.discover_named(&provider)).await
    };
    tokio::spawn(asks.in_current_span())
        .await
        .unwrap_or_else(|ended| match ended.try_into_panic() {
            Ok(panic) => resume_unwind(panic),
            Err(_) => Err(Problem::new(Code::Internal)),
        })
}

/// A person's acceptances, newest first.
pub async fn list(
    app: &App,
    user: &User,
    pending_only: bool,
    limit: u32,
) -> Result<Vec<Acceptance>, Problem> {
    let list = ListAcceptances {
        user: user.id.clone(),
        pending_only,
        limit,
    };
    app.store
        .read(list)
        .await
        .map_err(|error| storage_problem(&error))
}

/// One acceptance.
pub async fn find(app: &App, user: &User, id: &str) -> Result<Acceptance, Problem> {
    load(app, user, &parse(id)?).await
}

/// Cancels a pending acceptance. If a request may have reached the other server, its outcome is learnt first and what came
/// of it is undone.
pub async fn cancel(
    app: &App,
    user: &User,
    id: &str,
    reference: &str,
) -> Result<Acceptance, Problem> {
    let cancel = CancelAcceptance {
        user: user.id.clone(),
        id: parse(id)?,
        moment: app.moment(reference),
    };
    let cancelled = app
        .store
        .write(cancel)
        .await
        .map_err(|error| storage_problem(&error))?;
    app.outbox.wake();
    cancelled.ok_or_else(|| not_found("acceptance"))
}

/// Tries a pending acceptance again now.
pub async fn retry(app: &App, user: &User, id: &str, reference: &str) -> Result<Accepted, Problem> {
    let hurry = HurryAcceptance {
        user: user.id.clone(),
        id: parse(id)?,
        moment: app.moment(reference),
    };
    let found = app
        .store
        .write(hurry)
        .await
        .map_err(|error| storage_problem(&error))?;
    let found = found.ok_or_else(|| not_found("acceptance"))?;
    app.outbox.wake();
    outcome(app, user, found.id).await
}

/// Accepts the invitation of an earlier acceptance once more: the way back from an accidental disconnect.
pub async fn again(app: &App, user: &User, id: &str, reference: &str) -> Result<Accepted, Problem> {
    let earlier = find(app, user, id).await?;
    let string = string_of(app, &earlier)?;
    let new = NewAcceptance {
        pasted: &string,
        provider: None,
        keeps_email: earlier.keeps_email,
    };
    accept(app, user, new, reference).await
}

/// The invitation of an acceptance, as a code.
pub fn string_of(app: &App, acceptance: &Acceptance) -> Result<String, Problem> {
    let token = app.keys.unseal(&acceptance.token_sealed);
    let token = token.ok_or_else(|| Problem::new(Code::InvitationUnknown))?;
    Ok(invite_string(&token, &acceptance.provider))
}

/// The secret and the server that it belongs to; `provider` is what the person says where the invitation says nothing.
pub fn destination(
    pasted: &str,
    provider: Option<&str>,
) -> Result<(InviteToken, Provider), Problem> {
    let pasted = PastedInvite::parse(pasted).map_err(InviteError::problem)?;
    let chosen = provider.map(str::trim).filter(|text| !text.is_empty());
    let chosen = chosen
        .map(Provider::parse)
        .transpose()
        .map_err(AddressError::problem)?;
    match (pasted.provider, chosen) {
        (Some(named), Some(chosen)) if named != chosen => {
            let problem = Problem::new(Code::ProviderMismatch).with("peer", named.as_str());
            Err(problem.with("chosen", chosen.as_str()))
        }
        (Some(provider), _) | (None, Some(provider)) => Ok((pasted.token, provider)),
        (None, None) => Err(Problem::new(Code::InvitationWithoutProvider)),
    }
}

async fn accept_here(app: &App, user: &User, begin: BeginAcceptance) -> Result<Accepted, Problem> {
    let mut contact = user.contact(app.provider());
    if begin.keeps_email {
        contact.email = user.stand_in(app.provider());
    }
    let redeem = Redeem {
        token_hash: begin.token_hash,
        contact,
        floor: None,
        mode: Mode::Open,
        proof: Proof::Signature,
        signature: None,
        connection: app.env.id().into(),
        moment: begin.moment.clone(),
    };
    let accept = AcceptHere {
        begin,
        redeem,
        connection: app.env.id().into(),
    };
    let accepted = app
        .store
        .write(accept)
        .await
        .map_err(|error| storage_problem(&error))?;
    match accepted.ok_or_else(|| Problem::new(Code::AccountDisabled))? {
        Ok((acceptance, connection)) => {
            let already = acceptance.is_none();
            Ok(Accepted::Connected {
                acceptance,
                connection,
                already,
            })
        }
        Err(refused) => Err(refused_here(app, &refused)),
    }
}

fn refused_here(app: &App, refused: &RefusedHere) -> Problem {
    let problem = about(refused.refusal.code(), app.provider());
    by(problem, refused.inviter.as_deref())
}

/// Names whoever invited, if that is known.
fn by(problem: Problem, inviter: Option<&str>) -> Problem {
    match inviter {
        Some(name) => problem.with("inviter", name),
        None => problem,
    }
}

/// Waits until the outcome is known, or until it is clear that it will take longer.
async fn outcome(app: &App, user: &User, id: AcceptanceId) -> Result<Accepted, Problem> {
    let mut committed = app.store.committed();
    let deadline = tokio::time::Instant::now() + WAIT;
    loop {
        committed.borrow_and_update();
        let acceptance = load(app, user, &id).await?;
        let settled = acceptance.state != State::Pending;
        let waits = acceptance.waits_for.is_some()
            && acceptance.next_try_at.is_some_and(|at| at > app.now());
        if settled || waits {
            return finish(app, user, acceptance).await;
        }
        tokio::select! {
            changed = committed.changed() => {
                changed.map_err(|_| Problem::new(Code::ShuttingDown))?;
            }
            () = tokio::time::sleep_until(deadline) => {
                return finish(app, user, load(app, user, &id).await?).await;
            }
        }
    }
}

async fn finish(app: &App, user: &User, acceptance: Acceptance) -> Result<Accepted, Problem> {
    if acceptance.state == State::Pending && acceptance.stopped.is_none() {
        return Ok(Accepted::Pending(acceptance));
    }
    if let Some(problem) = ended_with(&acceptance) {
        return Err(with_the_acceptance(problem, &acceptance));
    }
    let Some(id) = acceptance.connection.clone() else {
        return Err(Problem::new(Code::Internal));
    };
    let find = FindConnection {
        user: Some(user.id.clone()),
        id,
    };
    let connection = app
        .store
        .read(find)
        .await
        .map_err(|error| storage_problem(&error))?;
    let connection = connection.ok_or_else(|| not_found("connection"))?;
    if !connection.half.is_connected() {
        let problem = about(Code::DisconnectedMeanwhile, &acceptance.provider);
        return Err(by(problem, Some(&connection.contact.name)));
    }
    let already = connection.acceptance.as_ref() != Some(&acceptance.id);
    Ok(Accepted::Connected {
        acceptance: Some(acceptance),
        connection,
        already,
    })
}

async fn load(app: &App, user: &User, id: &AcceptanceId) -> Result<Acceptance, Problem> {
    let find = FindAcceptance {
        user: user.id.clone(),
        id: id.clone(),
    };
    let found = app
        .store
        .read(find)
        .await
        .map_err(|error| storage_problem(&error))?;
    found.ok_or_else(|| not_found("acceptance"))
}

fn parse(id: &str) -> Result<AcceptanceId, Problem> {
    AcceptanceId::parse(id).ok_or_else(|| not_found("acceptance"))
}

fn about(code: Code, provider: &Provider) -> Problem {
    Problem::new(code).with("peer", provider.as_str())
}
