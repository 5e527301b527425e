//! `POST /ocm/notifications`: what other servers tell us (draft, "Share and Contact Notifications").

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use symbolon_core::connections::{Generation, Repeated};
use symbolon_proto::address::Provider;
use symbolon_proto::identity::RemoteId;
use symbolon_proto::messages::{ConnectionSync, Notification, RemovalAnswer, UserRemoved};
use symbolon_proto::problem::{Code, Problem};
use symbolon_store::removal::ReceiveRemoval;
use symbolon_store::seen::Signature;

use super::verify;
use crate::app::App;
use crate::http::body::{Kind, kind};
use crate::http::problem::ApiProblem;
use crate::http::reference::Reference;
use crate::pace::{PROXY, UnnamedProxy};
use crate::sync;

/// Answers 201, which is the only success that some servers know. Unsigned messages change nothing: only the
/// server that signs may take a connection away.
pub(super) async fn post(
    State(app): State<App>,
    reference: Reference,
    parts: Parts,
    body: Bytes,
) -> Result<Response, ApiProblem> {
    match receive(&app, reference.as_str(), &parts, &body).await {
        Ok(answer) => Ok(answer),
        Err(problem) => {
            let named = problem.fact("peer");
            let named = named.and_then(|name| Provider::parse(name).ok());
            verify::note_refused(&app, named, &problem, reference.as_str()).await;
            Err(ApiProblem::ocm(problem, &reference))
        }
    }
}

async fn receive(
    app: &App,
    reference: &str,
    parts: &Parts,
    body: &[u8],
) -> Result<Response, Problem> {
    if kind(&parts.headers) != Kind::Json {
        return Err(Problem::new(Code::UnsupportedMediaType));
    }
    let notification = Notification::parse(body).map_err(|error| error.problem())?;
    let Some((provider, signature)) = verify::signer(app, parts, body).await? else {
        return Err(Problem::new(Code::SignatureMissing));
    };
    if provider == *app.provider() {
        let problem = Problem::new(Code::SignatureWrongHost).with("peer", provider.as_str());
        // The doctor asks, who holds our key: nobody else learns what is in between.
        return Err(match parts.extensions.get() {
            Some(UnnamedProxy(proxy)) => problem.with_member(PROXY, proxy.to_string().into()),
            None => problem,
        });
    }
    let sync = ConnectionSync::from_notification(&notification);
    if let Some(sync) = sync.map_err(|error| error.problem())? {
        let answer = sync::answer(app, &provider, &sync, reference).await?;
        return Ok((StatusCode::CREATED, Json(answer.to_json())).into_response());
    }
    let removed = UserRemoved::from_notification(&notification);
    let Some(removed) = removed.map_err(|error| error.problem())? else {
        let kind = notification.notification_type.as_str();
        return Err(Problem::new(Code::NotificationUnknown).with("kind", kind));
    };
    user_removed(app, reference, (provider, signature), &removed).await
}

/// A person there removed somebody here. An unknown pair is answered like a known one: the sender wants to hear that we
/// agree, and strangers learn nothing.
async fn user_removed(
    app: &App,
    reference: &str,
    (provider, signature): (Provider, Signature),
    removed: &UserRemoved,
) -> Result<Response, Problem> {
    let remote = RemoteId::new(&removed.provider_id, &provider).map_err(|error| {
        Problem::new(Code::MemberInvalid)
            .with("member", "providerId")
            .with("reason", &error.to_string())
    })?;
    let user = removed
        .grantee
        .as_deref()
        .map(|grantee| app.local_user(grantee));
    let generation = removed.generation.map(Generation);
    if generation.is_some_and(|generation| generation > Generation::MAX) {
        let problem = Problem::new(Code::MemberInvalid);
        let problem = problem.with("member", "notification.connection.generation");
        return Err(problem.with("reason", "it is larger than 2^53"));
    }
    let known = match user {
        // Addressed to somebody whom this server has never had.
        Some(None) => None,
        user => {
            let receive = ReceiveRemoval {
                provider: provider.clone(),
                remote,
                user: user.flatten(),
                generation,
                signature: Some(signature),
                connection: app.env.id().into(),
                moment: app.moment(reference),
            };
            let received = app.store.write(receive).await;
            let received = received.map_err(|error| crate::actions::storage_problem(&error))?;
            received.map_err(|Repeated| {
                Problem::new(Code::SignatureRepeated).with("peer", provider.as_str())
            })?
        }
    };
    let answer = RemovalAnswer {
        generation: known.or(generation).map(|generation| generation.0),
    };
    Ok((StatusCode::CREATED, Json(answer.to_json())).into_response())
}
