//! Around the doors for other servers: a message that is too much is refused before it is read, and none is worked on before
//! it is there.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::Method;
use symbolon_core::Timestamp;
use symbolon_proto::address::Provider;
use symbolon_proto::limits;

use super::verify;
use crate::app::App;
use crate::http::body;
use crate::http::problem::ApiProblem;
use crate::http::reference::Reference;
use crate::pace::{Charged, Client, Proof};

pub(super) async fn layer(State(app): State<App>, request: Request, next: Next) -> Response {
    let client = Client::carried(request.extensions());
    let reference = Reference::carried(request.extensions());
    let now = app.now();
    let fails = |problem| ApiProblem::ocm(problem, &reference).into_response();
    if request.method() != Method::POST {
        return match app.pace.document(client, now) {
            Ok(()) => next.run(request).await,
            Err(problem) => fails(problem),
        };
    }
    if let Err(problem) = app.pace.address(client, now) {
        return fails(problem);
    }
    let charged = match app.pace.unproved(client, now) {
        Ok(charged) => charged,
        Err(wait) => {
            let named = verify::named(&app, &request);
            match reserved(&app, named, now).await {
                Some(charged) => charged,
                None => return fails(app.pace.too_many_unproved(wait)),
            }
        }
    };
    let mut request = match body::read(request, limits::OCM_REQUEST_BYTES).await {
        Ok((parts, body)) => Request::from_parts(parts, body.into()),
        Err(problem) => return fails(problem),
    };
    let place = match app.pace.work(client) {
        Ok(place) => place,
        Err(problem) => return fails(problem),
    };
    let proof = Proof::default();
    request.extensions_mut().insert(proof.clone());
    let response = next.run(request).await;
    if proof.is_there() {
        app.pace.was_proved(client, &charged);
    }
    drop((proof, place));
    response
}

/// While strangers are too many, messages in the name of a server that somebody here has to do with live on what is kept for
/// that one.
async fn reserved(app: &App, named: Option<Provider>, now: Timestamp) -> Option<Charged> {
    let named = named?;
    if !app.peers.is_remembered_as_acquainted(&named).await {
        return None;
    }
    app.pace.reserved(named, now)
}
