//! Telling the inviter's server that a person here accepts (draft, "Invite Acceptance"), and reading its answer.

use std::time::Duration;

use symbolon_core::AcceptanceId;
use symbolon_core::acceptances::Answer;
use symbolon_core::connections::Generation;
use symbolon_core::trust::Direction;
use symbolon_proto::address::Provider;
use symbolon_proto::identity::{RemoteId, stand_in};
use symbolon_proto::messages::{
    ConflictBody, ConnectionFloor, InviteAcceptedAnswer, InviteAcceptedRequest,
};
use symbolon_proto::problem::Code;
use symbolon_proto::text::clean_name;
use symbolon_store::Error;
use symbolon_store::attempts::Stage;
use symbolon_store::connections::Contact;
use symbolon_store::outbox::{Delivery, Lease};
use symbolon_store::settle::{AcceptanceToSend, LoadAcceptance, RecordAnswer};
use symbolon_store::stop::StopAcceptance;
use tokio::time::timeout;

use super::trying::Trying;
use super::{dialects, post, refusal};
use crate::app::App;
use crate::sync;
use crate::transport::OutboundResponse;

/// How long comparing first may take: with all that follows, less than a claim holds.
const COMPARING: Duration = Duration::from_secs(60);

pub(super) async fn deliver(
    app: &App,
    delivery: &Delivery,
    id: &AcceptanceId,
    lease: &Lease,
) -> Result<(), Error> {
    let mut trying = Trying::new(app, delivery);
    let mode = app.config.trust.mode(Direction::In);
    let load = || LoadAcceptance {
        id: id.clone(),
        mode,
    };
    let mut loaded = app.store.read(load()).await?;
    let mut over = Code::AcceptanceCancelled;
    if loaded.as_ref().is_some_and(AcceptanceToSend::is_to_stop) {
        let stop = StopAcceptance {
            id: id.clone(),
            mode,
            sent: delivery.attempts > 1,
            moment: app.moment(&delivery.reference),
        };
        if app.store.write(stop).await? {
            over = Code::NotTrustedHere;
        }
        loaded = app.store.read(load()).await?;
    }
    let mut allowed = Ok(());
    if let Some(old) = &loaded
        && sync::comes_first(app, &delivery.provider, old.acceptance.gesture).await?
    {
        let compared = timeout(COMPARING, sync::compare_first(app, &delivery.provider)).await;
        allowed = compared.unwrap_or(Err(Code::Timeout));
        loaded = app.store.read(load()).await?;
    }
    let mut retry_after = None;
    let mut inviter = None;
    let answer = match loaded {
        None => Answer::No(over),
        Some(_) if let Err(code) = allowed => Answer::Unsettled(code),
        Some(to_send) => match send(app, delivery, &to_send, &mut trying).await {
            Ok(response) => {
                // The database may be an older backup that knows less than was sent.
                let old = sync::is_older_than_the_start(app, to_send.acceptance.gesture).await?;
                let earlier = delivery.attempts > 1 && (delivery.may_have_arrived || old);
                retry_after = post::retry_after(&response, app.now());
                inviter = inviter_of(&response, &delivery.provider);
                let answer = read(&response, &delivery.provider);
                if let Answer::Unsettled(Code::PeerAnswerInvalid) = answer
                    && (200..300).contains(&response.status)
                {
                    trying.hears_nonsense(&response);
                }
                cautious(answer, &response, earlier)
            }
            Err(answer) => answer,
        },
    };
    let detail = trying.heard();
    let failure = match &answer {
        Answer::Unsettled(code) => Some(*code),
        _ => None,
    };
    let code = match &answer {
        Answer::Unsettled(code) | Answer::No(code) => Some(*code),
        Answer::Stale(_) => Some(Code::ConnectionStale),
        Answer::Yes { .. } | Answer::AlreadyTaken(_) => None,
    };
    app.peers.note_health(&delivery.provider, failure).await;
    let record = RecordAnswer {
        delivery: delivery.id.clone(),
        lease: lease.clone(),
        attempts: delivery.attempts,
        accounted: trying.is_accounted(),
        attempt: trying.end(app, delivery, code),
        gives_up_at: delivery.gives_up_at,
        acceptance: id.clone(),
        mode,
        answer,
        inviter,
        detail,
        retry_after,
        connection: app.env.id().into(),
        undo: app.env.id().into(),
        jitter: u32::from_ne_bytes(app.env.random()),
        moment: app.moment(&delivery.reference),
    };
    app.store.write(record).await?;
    Ok(())
}

async fn send(
    app: &App,
    delivery: &Delivery,
    to_send: &AcceptanceToSend,
    trying: &mut Trying,
) -> Result<OutboundResponse, Answer<Contact>> {
    let AcceptanceToSend {
        acceptance,
        user,
        floor,
        decision: _,
    } = to_send;
    let token = app.keys.unseal(&acceptance.token_sealed);
    let token = token.ok_or(Answer::No(Code::Internal))?;
    trying.sends(token.expose());
    trying.reaches(Stage::Discovery);
    let discovery = app.peers.discover(&delivery.provider).await;
    // A server that answers nonsense while it is being restarted or moved is asked again until patience is over.
    let discovery = discovery.map_err(|problem| {
        trying.hears_instead(&problem);
        Answer::Unsettled(problem.code())
    })?;
    let request = InviteAcceptedRequest {
        recipient_provider: app.provider().to_string(),
        token,
        user_id: user.id.to_string(),
        email: match acceptance.keeps_email {
            true => user.stand_in(app.provider()),
            false => user.email_or_address(app.provider()),
        },
        name: user.display_name.clone(),
        connection: Some(ConnectionFloor {
            floor: Some(floor.0),
        }),
    };
    let url = discovery.invite_accepted_url();
    trying.reaches(Stage::Network);
    let sent = post::signed(
        app,
        &delivery.provider,
        &url,
        request.to_json(),
        &delivery.reference,
    )
    .await;
    trying.hears(&sent);
    sent.map_err(|error| Answer::Unsettled(error.code()))
}

/// Sorts an answer. What the known servers mean by their statuses: `wire` captures in the tests of `proto`.
fn read(response: &OutboundResponse, provider: &Provider) -> Answer<Contact> {
    match response.status {
        200 | 201 => match InviteAcceptedAnswer::parse(&response.body, provider) {
            Ok(answer) => yes(&answer, provider),
            // They may have acted on it; asking again with the same token tells.
            Err(_) => Answer::Unsettled(Code::PeerAnswerInvalid),
        },
        409 => conflict(response, provider),
        401 | 403 => Answer::No(refusal::no(response, Code::NotTrustedThere)),
        // The draft knows one reason for it, and most servers say no more.
        400 => Answer::No(refusal::no(response, Code::InvitationUnknown)),
        404 if post::is_json(response) => {
            Answer::No(refusal::no(response, Code::InvitationUnknown))
        }
        // A missing page is a server in the middle of something, not an answer about an invitation.
        404 => Answer::Unsettled(Code::PeerAnswerInvalid),
        status => match refusal::unsettled(response) {
            Some(code) => Answer::Unsettled(code),
            None if (400..500).contains(&status) => Answer::No(Code::PeerRefused),
            None => Answer::Unsettled(Code::PeerAnswerInvalid),
        },
    }
}

/// Whoever refuses the messenger has not looked at the invitation. That settles nothing if an earlier request may have been
/// acted on; and a key that is not known yet will be in some seconds. And who says at the first request that the invitation
/// has been accepted means that somebody else did, even if it names the inviter: it does so to everybody with the token. Who
/// says so after an `earlier` request that may have arrived, and does not name the inviter, may mean this person. So may who
/// says then that there is no such invitation, or not any more: many look at its end before they look for who has used it.
/// Whoever has words of ours looks the other way round.
fn cautious(
    answer: Answer<Contact>,
    response: &OutboundResponse,
    earlier: bool,
) -> Answer<Contact> {
    let status = response.status;
    match answer {
        Answer::Yes { .. } if status == 409 && !earlier => {
            Answer::AlreadyTaken(Code::InvitationUsedUp)
        }
        Answer::AlreadyTaken(Code::InvitationUsedUp) if earlier => {
            Answer::AlreadyTaken(Code::PerhapsListedThere)
        }
        Answer::No(Code::InvitationUnknown | Code::InvitationExpired)
            if earlier && matches!(status, 400 | 404) && !refusal::has_a_word(response) =>
        {
            Answer::No(Code::PerhapsListedThere)
        }
        Answer::No(code @ Code::SignatureUnknownKeyThere) => Answer::Unsettled(code),
        Answer::No(code) if earlier && turned_away(code, status) => Answer::Unsettled(code),
        answer => answer,
    }
}

/// Whether the messenger was refused: by the reason, or where there is none, by the status.
fn turned_away(code: Code, status: u16) -> bool {
    let by_status = matches!(status, 401 | 403) && !refusal::is_of_the_invitation(code);
    refusal::is_of_the_messenger(code) || by_status
}

/// Whose disconnect a stale answer speaks of, if it says so.
fn inviter_of(response: &OutboundResponse, provider: &Provider) -> Option<RemoteId> {
    let inviter = ConflictBody::parse(&response.body, provider).inviter?;
    RemoteId::new(&inviter, provider).ok()
}

fn conflict(response: &OutboundResponse, provider: &Provider) -> Answer<Contact> {
    let body = ConflictBody::parse(&response.body, provider);
    if let Some(answer) = body.identity {
        return yes(&answer, provider);
    }
    match (body.problem, body.generation) {
        (Some(Code::ConnectionStale) | None, Some(generation)) => match known(generation) {
            Some(generation) => Answer::Stale(generation),
            None => Answer::Unsettled(Code::PeerAnswerInvalid),
        },
        // Stale, but not below what: they have to say before anything can be done about it.
        (Some(Code::ConnectionStale), None) => Answer::Unsettled(Code::PeerAnswerInvalid),
        (Some(_), _) => match refusal::word(response) {
            Some(code) => Answer::No(code),
            None => Answer::AlreadyTaken(taken(response)),
        },
        (None, None) => Answer::AlreadyTaken(taken(response)),
    }
}

/// What a 409 means that does not say who invited: as a rule that the invitation is used; of some servers, that they keep
/// one list and have the person on it.
fn taken(response: &OutboundResponse) -> Code {
    let dialect = post::message(response).and_then(|message| dialects::reason(&message));
    dialect.unwrap_or(Code::InvitationUsedUp)
}

fn yes(answer: &InviteAcceptedAnswer, provider: &Provider) -> Answer<Contact> {
    let generation = match answer.generation.map(known) {
        Some(None) => return Answer::Unsettled(Code::PeerAnswerInvalid),
        Some(Some(generation)) => Some(generation),
        None => None,
    };
    let Ok(remote) = RemoteId::new(&answer.user_id, provider) else {
        return Answer::Unsettled(Code::PeerAnswerInvalid);
    };
    Answer::Yes {
        contact: Contact {
            name: seen(&answer.name).unwrap_or_else(|| remote.verbatim().to_owned()),
            email: seen(&answer.email).unwrap_or_else(|| stand_in(remote.subject(), provider)),
            provider: provider.clone(),
            remote,
        },
        generation,
    }
}

/// A text as people may see it; `None` if there is nothing to see.
fn seen(text: &str) -> Option<String> {
    Some(clean_name(text)).filter(|text| !text.is_empty())
}

/// A generation within bounds; zero is nobody's.
fn known(generation: u64) -> Option<Generation> {
    let generation = Generation(generation);
    (generation > Generation::NONE && generation <= Generation::MAX).then_some(generation)
}

#[cfg(test)]
#[path = "invite_accepted_tests.rs"]
mod tests;
