//! `/accept`: one box that takes whatever the person has. Opening it, with or without an invitation in its address, accepts
//! nothing: mail scanners open links.

use askama::Template;
use axum::Extension;
use axum::response::{IntoResponse, Redirect, Response};
use symbolon_core::trust::Direction;
use symbolon_proto::address::Provider;
use symbolon_proto::limits;
use symbolon_proto::problem::{Code, Problem};

use super::at_field::AtField;
use super::fields::Fields;
use super::frame::{Frame, Section, page_telling};
use super::look::{By, Looks};
use super::told::{Field, Told};
use super::visitor::Visitor;
use super::waiting::Waiting;
use super::words::{Saying, Words};
use crate::actions::acceptances::{self, Accepted, NewAcceptance};
use crate::actions::trust;
use crate::http::problem::ApiProblem;

/// What `templates/accept.html` needs.
#[derive(Template)]
#[template(path = "accept.html")]
pub(super) struct AcceptPage {
    frame: Frame,
    told: Option<Told>,
    entered: Entered,
    leads: Leads,
    me: Me,
    waiting: Vec<Waiting>,
    waiting_more: bool,
    paste_max: usize,
}

/// What the person has filled in.
struct Entered {
    invitation: String,
    /// The server that they named, as far as the invitation does not.
    provider: String,
    keeps_email: bool,
}

/// Where the invitation leads.
enum Leads {
    /// Nothing is there yet.
    Nowhere,
    /// It is no invitation, or none that can be read.
    Unreadable(String),
    /// It does not say.
    Unnamed,
    To(There),
}

/// The server that it leads to.
struct There {
    server: String,
    /// What a look has found, in one line.
    seen: Saying,
    /// What to do about it.
    remedy: String,
    level: Level,
}

/// What comes of connecting, as far as it can be seen.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Level {
    Good,
    /// It may take a while.
    Wait,
    /// Nothing can come of it.
    Bad,
}

/// What the other server gets to know.
struct Me {
    name: String,
    server: String,
    email: Option<String>,
    stand_in: String,
    account: String,
}

/// `GET /accept`, also as the deep link `?token=…&providerDomain=…` of mails and "where are you from" pages, and as
/// `?again=…` after a disconnect.
pub(super) async fn form(
    visitor: Visitor,
    Extension(looks): Extension<Looks>,
    fields: Fields,
) -> Result<Response, ApiProblem> {
    let provider = fields
        .filled("providerDomain")
        .or_else(|| fields.filled("provider"));
    let provider = provider.unwrap_or_default();
    let mut entered = Entered {
        invitation: fields.text("invitation").to_owned(),
        provider: provider.to_owned(),
        keeps_email: false,
    };
    if let Some(id) = fields.filled("again") {
        let again = again(&visitor, id).await;
        (entered.invitation, entered.keeps_email) =
            again.map_err(|problem| visitor.fails(problem))?;
    } else if let Some(token) = fields.filled("token") {
        entered.invitation = whole(token, provider);
    }
    show(&visitor, &looks, entered, None).await
}

/// `POST /accept/look`: where what was pasted leads, before anything is sent there. Accepts nothing.
pub(super) async fn look(
    visitor: Visitor,
    Extension(looks): Extension<Looks>,
    fields: Fields,
) -> Result<Response, ApiProblem> {
    show(&visitor, &looks, Entered::new(&fields), None).await
}

/// `POST /accept`
pub(super) async fn accept(
    visitor: Visitor,
    Extension(looks): Extension<Looks>,
    fields: Fields,
) -> Result<Response, ApiProblem> {
    let entered = Entered::new(&fields);
    // Whoever changes the invitation after they were shown where it leads is shown again first.
    let shown = fields.filled("shown");
    let elsewhere = shown.is_some_and(|shown| {
        let found = acceptances::destination(&entered.invitation, entered.named());
        found.is_ok_and(|(_, provider)| provider.as_str() != shown)
    });
    if elsewhere {
        return show(&visitor, &looks, entered, None).await;
    }
    let (app, user, reference) = (&visitor.app, &visitor.user, visitor.reference.as_str());
    let new = NewAcceptance {
        pasted: &entered.invitation,
        provider: entered.named(),
        keeps_email: entered.keeps_email,
    };
    match acceptances::accept(app, user, new, reference).await {
        Ok(accepted) => Ok(Redirect::to(&result(&accepted)).into_response()),
        Err(problem) => show(&visitor, &looks, entered, Some(&problem)).await,
    }
}

async fn show(
    visitor: &Visitor,
    looks: &Looks,
    entered: Entered,
    problem: Option<&Problem>,
) -> Result<Response, ApiProblem> {
    let shown = AcceptPage::new(visitor, looks, entered, problem).await;
    let shown = shown.map_err(|problem| visitor.fails(problem))?;
    Ok(page_telling(visitor.words, problem, &shown))
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

/// The invitation of an earlier acceptance, as a code, and whether the person kept their e-mail address to themselves.
async fn again(visitor: &Visitor, id: &str) -> Result<(String, bool), Problem> {
    let acceptance = acceptances::find(&visitor.app, &visitor.user, id).await?;
    let code = acceptances::string_of(&visitor.app, &acceptance)?;
    Ok((code, acceptance.keeps_email))
}

/// Token and server as one text, if that is what they are.
fn whole(token: &str, provider: &str) -> String {
    match Provider::parse(provider) {
        Ok(provider) if !token.contains('@') => format!("{token}@{provider}"),
        _ => token.to_owned(),
    }
}

impl Entered {
    fn new(fields: &Fields) -> Self {
        Self {
            invitation: fields.text("invitation").to_owned(),
            provider: fields.text("provider").to_owned(),
            keeps_email: fields.text("email") == "none",
        }
    }

    fn named(&self) -> Option<&str> {
        Some(self.provider.as_str()).filter(|server| !server.is_empty())
    }
}

impl Leads {
    async fn of(visitor: &Visitor, looks: &Looks, entered: &Entered) -> Self {
        if entered.invitation.is_empty() {
            return Self::Nowhere;
        }
        match acceptances::destination(&entered.invitation, entered.named()) {
            Ok((_, provider)) => Self::To(There::of(visitor, looks, &provider).await),
            Err(problem) if problem.code() == Code::InvitationWithoutProvider => Self::Unnamed,
            Err(problem) => Self::Unreadable(problem.detail(visitor.words.0)),
        }
    }

    fn asks_for_the_server(&self, entered: &Entered) -> bool {
        let named = !entered.provider.is_empty();
        matches!(self, Self::Unnamed)
            || named && acceptances::destination(&entered.invitation, None).is_err()
    }
}

impl There {
    /// What can be seen of a server without telling it anything. Whom nobody here may connect with is not looked at.
    async fn of(visitor: &Visitor, looks: &Looks, provider: &Provider) -> Self {
        let app = &visitor.app;
        let said = |level, id, problem: Option<&Problem>| {
            Self::seen(visitor.words, provider, level, id, problem)
        };
        if provider == app.provider() {
            return said(Level::Good, "look-here", None);
        }
        if let Err(problem) = trust::let_in(app, Direction::In, provider).await {
            return said(Level::Bad, "look-refused", Some(&problem));
        }
        match looks.at(app, provider, By::Person(&visitor.user.id)).await {
            Ok(discovery) if discovery.takes_invites() => said(Level::Good, "look-answers", None),
            Ok(_) => {
                let problem = Problem::new(Code::NoInvitationsThere);
                let problem = problem.with("peer", provider.as_str());
                said(Level::Bad, "look-refused", Some(&problem))
            }
            Err(problem) if problem.code() == Code::TooManyRequests => {
                Self::not_now(visitor.words, provider, &problem)
            }
            Err(problem) if problem.code() == Code::Timeout => {
                said(Level::Wait, "look-silent", None)
            }
            Err(problem) => said(Level::Bad, "look-refused", Some(&problem)),
        }
    }

    fn not_now(words: Words, provider: &Provider, problem: &Problem) -> Self {
        let mut there = Self::seen(words, provider, Level::Wait, "look-not-now", None);
        let seconds = problem.fact("seconds").and_then(|text| text.parse().ok());
        there.seen = there.seen.with("seconds", seconds.unwrap_or(1_u64));
        there
    }

    fn seen(
        words: Words,
        provider: &Provider,
        level: Level,
        id: &'static str,
        problem: Option<&Problem>,
    ) -> Self {
        let seen = words.say(id).with("server", provider.as_str());
        let detail = problem.map(|problem| problem.detail(words.0));
        Self {
            server: provider.to_string(),
            seen: match detail {
                Some(why) => seen.with("why", why),
                None => seen,
            },
            remedy: problem
                .map(|problem| problem.remedy(words.0))
                .unwrap_or_default(),
            level,
        }
    }
}

impl AcceptPage {
    async fn new(
        visitor: &Visitor,
        looks: &Looks,
        entered: Entered,
        problem: Option<&Problem>,
    ) -> Result<Self, Problem> {
        let (here, user) = (visitor.app.provider(), &visitor.user);
        let (waiting, waiting_more) = Waiting::of(visitor).await?;
        let leads = Leads::of(visitor, looks, &entered).await;
        Ok(Self {
            frame: visitor.frame(Section::Accept),
            told: problem.map(|problem| {
                let told = visitor.told(problem);
                match problem.code() {
                    Code::InvitationMalformed => told.about(Field("invitation")),
                    Code::BadAddress | Code::InvitationWithoutProvider
                        if leads.asks_for_the_server(&entered) =>
                    {
                        told.about(Field("provider"))
                    }
                    _ => told,
                }
            }),
            leads,
            me: Me {
                name: user.display_name.clone(),
                server: here.to_string(),
                email: user.email.clone(),
                stand_in: user.stand_in(here),
                account: user.id.to_string(),
            },
            waiting,
            waiting_more,
            entered,
            paste_max: limits::PASTED_BYTES,
        })
    }

    /// The server, where connecting with it can come to something.
    fn there(&self) -> Option<&There> {
        match &self.leads {
            Leads::To(there) if there.level != Level::Bad => Some(there),
            _ => None,
        }
    }
}

#[cfg(test)]
impl AcceptPage {
    fn with(words: Words, text: &str, leads: Leads) -> Self {
        Self {
            frame: Frame::sample(words, text, Section::Accept),
            told: None,
            entered: Entered {
                invitation: format!("Zx81kd0aPq7Rt2uVw9bN4g@cat.example.org{text}"),
                provider: text.to_owned(),
                keeps_email: false,
            },
            leads,
            me: Me {
                name: format!("Carol {text}"),
                server: "dog.example.org".to_owned(),
                email: Some(format!("carol@example.org{text}")),
                stand_in: "01kk7v3q9d8zx5y2n4b6m8r0ta@dog.example.org".to_owned(),
                account: "01kk7v3q9d8zx5y2n4b6m8r0ta".to_owned(),
            },
            waiting: Vec::new(),
            waiting_more: false,
            paste_max: limits::PASTED_BYTES,
        }
    }

    /// One page for everything that a look can find, and for what can go wrong.
    pub(super) fn samples(words: Words, text: &str) -> Vec<Self> {
        let cat = Provider::parse("cat.example.org").expect("it is one");
        let to = |level, id, problem: Option<&Problem>| {
            let there = There::seen(words, &cat, level, id, problem);
            Self::with(words, text, Leads::To(there))
        };
        let refused = Problem::new(Code::NotTrustedHere).with("peer", text);
        let busy = Problem::new(Code::TooManyRequests).with("seconds", "3");
        let unreadable = Leads::Unreadable(text.to_owned());
        vec![
            to(Level::Good, "look-answers", None),
            Self {
                me: Me {
                    email: None,
                    ..Self::with(words, text, Leads::Nowhere).me
                },
                ..to(Level::Good, "look-here", None)
            },
            Self {
                waiting: Waiting::samples(words, text),
                waiting_more: true,
                ..to(Level::Wait, "look-silent", None)
            },
            Self::with(words, text, Leads::To(There::not_now(words, &cat, &busy))),
            Self {
                told: Some(Told::sample(words, text)),
                ..to(Level::Bad, "look-refused", Some(&refused))
            },
            Self {
                told: Some(Told::sample(words, text)),
                ..to(Level::Good, "look-answers", None)
            },
            Self::with(words, text, unreadable),
            Self::with(words, text, Leads::Unnamed),
        ]
    }

    pub(super) fn empty(words: Words) -> Self {
        let mut page = Self::with(words, "", Leads::Nowhere);
        page.entered.invitation.clear();
        page
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn while_a_refusal_is_told_nothing_else_looks_well_and_nothing_invites_to_do_the_same_again() {
        let pages = AcceptPage::samples(Words::default(), "");
        let (told, others): (Vec<_>, Vec<_>) =
            pages.into_iter().partition(|page| page.told.is_some());
        let connects = |pages: &[AcceptPage]| {
            let pages = pages.iter().filter(|page| page.there().is_some());
            pages.map(|page| page.render().unwrap()).collect::<Vec<_>>()
        };
        let (told, others) = (connects(&told), connects(&others));
        assert!(!told.is_empty() && !others.is_empty());
        for page in told {
            assert!(
                !page.contains("leads good") && !page.contains("class=\"primary\""),
                "{page}"
            );
            assert!(page.contains("</strong>, which answers"), "{page}");
        }
        for page in others {
            assert!(page.contains("class=\"primary\""), "{page}");
        }
    }
}
