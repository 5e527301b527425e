//! Telling another server that a person here disconnected, and judging what its answer is worth.

use symbolon_core::ConnectionId;
use symbolon_core::connections::Generation;
use symbolon_proto::messages::{RemovalAnswer, UserRemoved};
use symbolon_proto::problem::Code;
use symbolon_store::Error;
use symbolon_store::attempts::Stage;
use symbolon_store::connections::{Connection, FindConnection, Told};
use symbolon_store::outbox::{Delivery, Lease};
use symbolon_store::removal::{RecordTelling, Telling};

use super::trying::Trying;
use super::{post, refusal};
use crate::app::App;
use crate::transport::OutboundResponse;

pub(super) async fn deliver(
    app: &App,
    delivery: &Delivery,
    id: &ConnectionId,
    generation: Generation,
    lease: &Lease,
) -> Result<(), Error> {
    let find = FindConnection {
        user: None,
        id: id.clone(),
    };
    let mut detail = None;
    let mut retry_after = None;
    let mut refused = None;
    let mut trying = Trying::new(app, delivery);
    let telling = match app.store.read(find).await? {
        None => Telling::Answered(Told::Confirmed),
        Some(connection) => match send(app, delivery, &connection, generation, &mut trying).await {
            Ok(response) => {
                detail = Some(post::words(&response, None));
                retry_after = post::retry_after(&response, app.now());
                let telling = read(&response);
                if telling == Telling::Answered(Told::NotUnderstood) {
                    refused = Some(refusal::of_a_notification(&response, Code::PeerRefused));
                }
                telling
            }
            Err(code) => {
                detail = trying.heard();
                Telling::Failed(code)
            }
        },
    };
    let failed = match telling {
        Telling::Failed(code) => Some(code),
        Telling::Answered(_) => None,
    };
    app.peers.note_health(&delivery.provider, failed).await;
    let record = RecordTelling {
        delivery: delivery.id.clone(),
        lease: lease.clone(),
        attempts: delivery.attempts,
        attempt: trying.end(app, delivery, failed.or(refused)),
        gives_up_at: delivery.gives_up_at,
        connection: id.clone(),
        generation,
        telling,
        detail,
        retry_after,
        jitter: u32::from_ne_bytes(app.env.random()),
        moment: app.moment(&delivery.reference),
    };
    app.store.write(record).await?;
    Ok(())
}

async fn send(
    app: &App,
    delivery: &Delivery,
    connection: &Connection,
    generation: Generation,
    trying: &mut Trying,
) -> Result<OutboundResponse, Code> {
    trying.reaches(Stage::Discovery);
    let discovery = app.peers.discover(&delivery.provider).await;
    let discovery = discovery.map_err(|problem| {
        trying.hears_instead(&problem);
        problem.code()
    })?;
    let message = UserRemoved {
        provider_id: connection.user.to_string(),
        grantee: Some(connection.contact.remote.verbatim().to_owned()),
        generation: Some(generation.0),
    };
    let url = discovery.notifications_url();
    trying.reaches(Stage::Network);
    let sent = post::signed(
        app,
        &delivery.provider,
        &url,
        message.to_json(),
        &delivery.reference,
    )
    .await;
    trying.hears(&sent);
    sent.map_err(|error| error.code())
}

/// Only an answer that speaks of the connection confirms anything: some servers answer 201 to whatever they are
/// sent and do nothing.
fn read(response: &OutboundResponse) -> Telling {
    match response.status {
        200..=299 if RemovalAnswer::parse(&response.body).is_some() => {
            Telling::Answered(Told::Confirmed)
        }
        200..=299 => Telling::Answered(Told::Unconfirmed),
        // Refused signatures and clocks are put right by people; until then we keep trying.
        401 | 403 => {
            let code = refusal::of_a_notification(response, Code::NotTrustedThere);
            Telling::Failed(code)
        }
        // A missing page, or a body of some hundred bytes that is too large: a server in the middle of something.
        404 | 413 if !post::is_json(response) => Telling::Failed(Code::PeerAnswerInvalid),
        501 => Telling::Answered(Told::NotUnderstood),
        _ => match refusal::unsettled(response) {
            Some(code) => Telling::Failed(code),
            None => Telling::Answered(Told::NotUnderstood),
        },
    }
}

#[cfg(test)]
#[path = "user_removed_tests.rs"]
mod tests;
