//! `POST /ocm/invite-accepted`: a person elsewhere accepts an invite of ours (draft, "Invite Acceptance").

use axum::Json;
use axum::extract::State;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use symbolon_core::UserId;
use symbolon_core::connections::{Generation, Gesture};
use symbolon_core::invites::Refusal;
use symbolon_core::trust::{Direction, Proof};
use symbolon_proto::address::Provider;
use symbolon_proto::identity::{RemoteId, stand_in};
use symbolon_proto::messages::{InviteAcceptedAnswer, InviteAcceptedRequest};
use symbolon_proto::problem::{Code, Problem, Surface};
use symbolon_proto::text::clean_name;
use symbolon_store::connections::Contact;
use symbolon_store::invites::IssuedAt;
use symbolon_store::redeem::{Admitted, IsConnectedWith, NoteTurnedAway, Redeem};

use super::verify::{Caller, note_refused, speaks_for};
use crate::actions::trust;
use crate::app::App;
use crate::http::body::{Kind, kind};
use crate::http::problem::ApiProblem;
use crate::http::reference::Reference;
use crate::keys::token_hash;
use crate::pace;
use crate::sync;
use crate::telemetry::Side;

/// Answers 200 with who invited; a repeat gets the same answer. JSON and form bodies.
pub(super) async fn post(
    State(app): State<App>,
    reference: Reference,
    parts: Parts,
    body: Bytes,
) -> Result<Response, ApiProblem> {
    let mut speaks = None;
    let answer = accept(&app, reference.as_str(), (&parts, &body), &mut speaks).await;
    let result = match &answer {
        Ok(_) => "connected",
        Err(_) => "refused",
    };
    app.metrics.accepted(Side::Inviter, result);
    match answer {
        Ok(answer) => Ok(answer),
        Err(problem) => {
            // What the invitation itself refused is in the trail already.
            if let Some(Speaks::AsTheySay(provider)) = speaks {
                note_refused(&app, provider, &problem, reference.as_str()).await;
            }
            Err(ApiProblem::ocm(problem, &reference))
        }
    }
}

/// How far a request has come.
enum Speaks {
    /// It names a server, and whether it comes from there is not known yet.
    AsTheySay(Option<Provider>),
    /// It was believed, or did not have to be.
    Believed,
}

async fn accept(
    app: &App,
    reference: &str,
    (parts, body): (&Parts, &[u8]),
    speaks: &mut Option<Speaks>,
) -> Result<Response, Problem> {
    let message = match kind(&parts.headers) {
        Kind::Json => InviteAcceptedRequest::parse_json(body),
        Kind::Form => InviteAcceptedRequest::parse_form(body),
        Kind::Other => return Err(Problem::new(Code::UnsupportedMediaType)),
    };
    *speaks = Some(Speaks::AsTheySay(None));
    let message = message.map_err(|error| error.problem())?;
    let provider = Provider::parse(&message.recipient_provider).map_err(|error| {
        Problem::new(Code::MemberInvalid)
            .with("member", "recipientProvider")
            .with("reason", &error.to_string())
    })?;
    *speaks = Some(Speaks::AsTheySay(Some(provider.clone())));
    let remote = RemoteId::new(&message.user_id, &provider).map_err(|error| {
        Problem::new(Code::MemberInvalid)
            .with("member", "userID")
            .with("reason", &error.to_string())
    })?;
    let token_hash = token_hash(&message.token);
    let contact = contact(&message, remote, &provider);
    if let Some(refusal) = turned_away(app, &provider).await? {
        *speaks = Some(Speaks::Believed);
        let note = NoteTurnedAway {
            token_hash,
            contact,
            moment: app.moment(reference),
        };
        let noted = app.store.write(note).await;
        noted.map_err(|error| crate::actions::storage_problem(&error))?;
        return Err(no(refusal, None));
    }
    let caller = speaks_for(app, parts, body, &provider).await?;
    let floor = floor(&message)?;
    *speaks = Some(Speaks::Believed);
    let issued = app.store.read(IssuedAt { token: token_hash }).await;
    let issued = issued.map_err(|error| crate::actions::storage_problem(&error))?;
    // Only who has proved who they are can make us ask somebody.
    if let Some((issued, _)) = issued
        && floor.is_some()
        && matches!(caller, Caller::Signed(_))
        && trust::decision(app, Direction::Out, &provider)
            .await?
            .allows()
    {
        compared(app, &provider, issued).await?;
    }
    let redeem = Redeem {
        token_hash,
        contact,
        floor,
        mode: app.config.trust.mode(Direction::Out),
        proof: match caller {
            Caller::Signed(_) => Proof::Signature,
            Caller::Unsigned { described: true } => Proof::Discovery,
            Caller::Unsigned { described: false } => Proof::Token,
        },
        signature: match caller {
            Caller::Signed(signature) => Some(signature),
            Caller::Unsigned { .. } => None,
        },
        connection: app.env.id().into(),
        moment: app.moment(reference),
    };
    let redeemed = app.store.write(redeem).await;
    match redeemed.map_err(|error| crate::actions::storage_problem(&error))? {
        Ok(admitted) => {
            pace::Proof::note(&parts.extensions);
            Ok(yes(app, &admitted))
        }
        Err(refusal) => Err(no(refusal, issued.as_ref().map(|(_, inviter)| inviter))),
    }
}

/// Whether the name alone decides: a server that is not let in is not asked for its keys either. Its message is looked at all
/// the same if somebody here is connected with somebody there, who may come again because an answer was lost.
async fn turned_away(app: &App, provider: &Provider) -> Result<Option<Refusal>, Problem> {
    let decided = provider != app.provider()
        && !trust::decision(app, Direction::Out, provider)
            .await?
            .allows();
    if !decided {
        return Ok(None);
    }
    let find = IsConnectedWith {
        provider: provider.clone(),
    };
    let connected = app.store.read(find).await;
    let connected = connected.map_err(|error| crate::actions::storage_problem(&error))?;
    Ok((!connected).then_some(Refusal::NotTrusted))
}

/// If the database is an older backup, the inviter may have disconnected from this person since, and what the other server
/// knows of it must be known here before an invite of the backup lets anybody in.
async fn compared(app: &App, provider: &Provider, issued: Gesture) -> Result<(), Problem> {
    let first = sync::comes_first(app, provider, issued).await;
    if !first.map_err(|error| crate::actions::storage_problem(&error))? {
        return Ok(());
    }
    match sync::compare_first(app, provider).await {
        Err(code) => {
            let problem = Problem::new(code).with("peer", provider.as_str());
            // What a server says for good does not keep its people out; what passes is asked again by their server.
            let passes = problem.status(Surface::Ocm) >= 500;
            if passes { Err(problem) } else { Ok(()) }
        }
        Ok(()) => Ok(()),
    }
}

fn contact(message: &InviteAcceptedRequest, remote: RemoteId, provider: &Provider) -> Contact {
    let or = |text: &str, otherwise: String| {
        let text = clean_name(text);
        if text.is_empty() { otherwise } else { text }
    };
    Contact {
        name: or(&message.name, remote.verbatim().to_owned()),
        email: or(&message.email, stand_in(remote.subject(), provider)),
        provider: provider.clone(),
        remote,
    }
}

/// The floor of servers that speak of generations; a number out of bounds is refused before it can do harm.
fn floor(message: &InviteAcceptedRequest) -> Result<Option<Generation>, Problem> {
    let Some(floor) = message.connection.as_ref().and_then(|claim| claim.floor) else {
        return Ok(None);
    };
    let floor = Generation(floor);
    if floor >= Generation::MAX {
        let problem = Problem::new(Code::MemberInvalid).with("member", "connection.floor");
        return Err(problem.with("reason", "it is larger than 2^53"));
    }
    Ok(Some(floor))
}

fn yes(app: &App, admitted: &Admitted) -> Response {
    let Admitted { owner, connection } = admitted;
    let answer = InviteAcceptedAnswer {
        user_id: owner.id.to_string(),
        email: owner.email_or_address(app.provider()),
        name: owner.display_name.clone(),
        generation: Some(connection.half.generation.0),
    };
    Json(answer.to_json()).into_response()
}

/// Whoever is stale is told of whose disconnect, or could take it for that of somebody else here.
fn no(refusal: Refusal, inviter: Option<&UserId>) -> Problem {
    let problem = Problem::new(refusal.code());
    match refusal {
        Refusal::Stale(generation) => problem.with_member(
            "connection",
            serde_json::json!({ "generation": generation, "userID": inviter }),
        ),
        _ => problem,
    }
}
