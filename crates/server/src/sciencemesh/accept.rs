//! `accept-invite`.

use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use symbolon_proto::problem::{Code, Problem};

use super::answers::{fields, required};
use crate::accounts::Account;
use crate::actions::acceptances::{Accepted, NewAcceptance, accept as accept_invitation};
use crate::app::App;
use crate::http::problem::ApiProblem;
use crate::http::reference::Reference;

/// Accept: `{token, providerDomain}`. 200 without a body: connected, also if only the other side had to be mended. 202:
/// the other server could not be reached yet and it goes on by itself. 409: connected already, nothing was changed.
#[utoipa::path(post, path = "/sciencemesh/accept-invite", tag = "sciencemesh",
    responses((status = 200), (status = 202), (status = 409)))]
pub(super) async fn accept(
    State(app): State<App>,
    Account(user): Account,
    reference: Reference,
    request: Request,
) -> Result<Response, ApiProblem> {
    let accepted = async {
        let fields = fields(request).await?;
        let token = required(&fields, "token")?;
        let provider = required(&fields, "providerDomain")?;
        let new = NewAcceptance {
            pasted: token.as_str(),
            provider: Some(provider.as_str()),
            // Clients of this interface know of no such choice.
            keeps_email: false,
        };
        accept_invitation(&app, &user, new, reference.as_str()).await
    };
    let problem = match accepted.await {
        Ok(Accepted::Connected { already: false, .. }) => return Ok(().into_response()),
        Ok(Accepted::Connected { already: true, .. }) => Problem::new(Code::AlreadyConnected),
        Ok(Accepted::Pending(acceptance)) => {
            let peer = acceptance.provider.to_string();
            Problem::new(Code::AcceptancePending).with("peer", &peer)
        }
        Err(problem) => problem,
    };
    Err(ApiProblem::sciencemesh(problem, &reference))
}
