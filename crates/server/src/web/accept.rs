//! `/accept`: one box that takes whatever the person has. Opening it, with or without an invitation in its address, accepts
//! nothing: mail scanners open links.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use symbolon_proto::address::Provider;
use symbolon_proto::invite::{PastedInvite, invite_string};
use symbolon_proto::limits;
use symbolon_proto::problem::{Code, Problem};

use super::fields::Fields;
use super::frame::{Frame, Section, page, page_telling};
use super::told::Told;
use super::visitor::Visitor;
#[cfg(test)]
use super::words::Words;
use crate::actions::acceptances::{self, Accepted};
use crate::http::problem::ApiProblem;

/// What `templates/accept.html` needs.
#[derive(Template)]
#[template(path = "accept.html")]
pub(super) struct AcceptPage {
    frame: Frame,
    told: Option<Told>,
    invitation: String,
    provider: String,
    /// Whether the person is asked for the server: the invitation does not name one.
    provider_asked: bool,
    leads_to: String,
    me: Me,
    paste_max: usize,
}

/// What the other server gets to know.
struct Me {
    name: String,
    server: String,
    email: String,
    email_is_made_up: bool,
    account: String,
}

/// `GET /accept`, also as the deep link `?token=…&providerDomain=…` of mails and "where are you from" pages, and as
/// `?again=…` after a disconnect.
pub(super) async fn form(visitor: Visitor, fields: Fields) -> Result<Response, ApiProblem> {
    let provider = fields
        .filled("providerDomain")
        .or_else(|| fields.filled("provider"));
    let provider = provider.unwrap_or_default();
    let invitation = match (fields.filled("again"), fields.filled("token")) {
        (Some(id), _) => again(&visitor, id)
            .await
            .map_err(|problem| visitor.fails(problem))?,
        (None, Some(token)) => whole(token, provider),
        (None, None) => fields.text("invitation").to_owned(),
    };
    let shown = AcceptPage::new(&visitor, invitation, provider.to_owned(), None);
    Ok(page(visitor.words, &shown))
}

/// `POST /accept`
pub(super) async fn accept(visitor: Visitor, fields: Fields) -> Result<Response, ApiProblem> {
    let (app, user, reference) = (&visitor.app, &visitor.user, visitor.reference.as_str());
    let (invitation, provider) = (fields.text("invitation"), fields.filled("provider"));
    match acceptances::accept(app, user, invitation, provider, reference).await {
        Ok(accepted) => Ok(Redirect::to(&result(&accepted)).into_response()),
        Err(problem) => {
            let provider = provider.unwrap_or_default().to_owned();
            let shown = AcceptPage::new(&visitor, invitation.to_owned(), provider, Some(&problem));
            Ok(page_telling(visitor.words, Some(&problem), &shown))
        }
    }
}

/// The page that shows how it went.
pub(super) fn result(accepted: &Accepted) -> String {
    match accepted {
        Accepted::Connected {
            connection,
            already: true,
            ..
        } => {
            format!("/connections?already={}", connection.id)
        }
        Accepted::Connected {
            acceptance: Some(acceptance),
            ..
        }
        | Accepted::Pending(acceptance) => {
            format!("/acceptances/{}", acceptance.id)
        }
        Accepted::Connected {
            acceptance: None, ..
        } => "/connections".to_owned(),
    }
}

/// The invitation of an earlier acceptance, as a code.
async fn again(visitor: &Visitor, id: &str) -> Result<String, Problem> {
    let acceptance = acceptances::find(&visitor.app, &visitor.user, id).await?;
    let token = visitor.app.keys.unseal(&acceptance.token_sealed);
    let token = token.ok_or_else(|| Problem::new(Code::InvitationUnknown))?;
    Ok(invite_string(&token, &acceptance.provider))
}

/// Token and server as one text, if that is what they are.
fn whole(token: &str, provider: &str) -> String {
    match Provider::parse(provider) {
        Ok(provider) if !token.contains('@') => format!("{token}@{provider}"),
        _ => token.to_owned(),
    }
}

impl AcceptPage {
    fn new(
        visitor: &Visitor,
        invitation: String,
        provider: String,
        problem: Option<&Problem>,
    ) -> Self {
        let (app, user) = (&visitor.app, &visitor.user);
        let pasted = PastedInvite::parse(&invitation);
        let named = pasted
            .as_ref()
            .ok()
            .and_then(|pasted| pasted.provider.clone());
        let leads_to = named.clone().or_else(|| Provider::parse(&provider).ok());
        let asks = problem.is_some_and(|problem| problem.code() == Code::InvitationWithoutProvider);
        Self {
            frame: visitor.frame(Section::Accept),
            told: problem.map(|problem| visitor.told(problem)),
            provider_asked: asks || (pasted.is_ok() && named.is_none()),
            invitation,
            provider,
            leads_to: leads_to
                .map(|server| server.to_string())
                .unwrap_or_default(),
            me: Me {
                name: user.display_name.clone(),
                server: app.provider().to_string(),
                email: user.email_or_address(app.provider()),
                email_is_made_up: user.email.is_none(),
                account: user.id.to_string(),
            },
            paste_max: limits::PASTED_BYTES,
        }
    }

    #[cfg(test)]
    pub(super) fn sample(words: Words, text: &str, told: bool) -> Self {
        Self {
            frame: Frame::sample(words, text, Section::Accept),
            told: told.then(|| Told::sample(words, text)),
            invitation: format!("Zx81kd0aPq7Rt2uVw9bN4g@cat.example.org{text}"),
            provider: text.to_owned(),
            provider_asked: told,
            leads_to: format!("cat.example.org{text}"),
            me: Me {
                name: format!("Carol {text}"),
                server: "dog.example.org".to_owned(),
                email: format!("carol@example.org{text}"),
                email_is_made_up: told,
                account: "01kk7v3q9d8zx5y2n4b6m8r0ta".to_owned(),
            },
            paste_max: limits::PASTED_BYTES,
        }
    }

    #[cfg(test)]
    pub(super) fn empty(words: Words) -> Self {
        Self {
            invitation: String::new(),
            provider: String::new(),
            leads_to: String::new(),
            ..Self::sample(words, "", false)
        }
    }
}
