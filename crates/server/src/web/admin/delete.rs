//! `/admin/people/{id}/delete`: first what it would do, then the deed, which the user name confirms.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use symbolon_proto::problem::{Code, Problem};

use super::{Administrator, back};
use crate::accounts::NAME_CHARS_MAX;
use crate::actions::departures::Ends;
use crate::actions::people;
use crate::http::problem::ApiProblem;
use crate::web::at_field::AtField;
use crate::web::fields::Fields;
use crate::web::frame::{Frame, page, page_telling};
use crate::web::told::Told;

/// What `templates/admin_delete.html` needs.
#[derive(Template)]
#[template(path = "admin_delete.html")]
pub(in crate::web) struct DeletePage {
    frame: Frame,
    told: Option<Told>,
    id: String,
    log_in: String,
    shown_as: String,
    log_in_max: usize,
    people: u64,
    servers: u64,
    elsewhere: u64,
    invitations: u64,
    acceptances: u64,
}

/// `GET /admin/people/{id}/delete`
pub(super) async fn ask(
    administrator: Administrator,
    Path(id): Path<String>,
) -> Result<Response, ApiProblem> {
    let visitor = &administrator.0;
    let shown = DeletePage::load(&administrator, &id, None).await;
    let shown = shown.map_err(|problem| visitor.fails(problem))?;
    Ok(page(visitor.words, &shown))
}

/// `POST /admin/people/{id}/delete`
pub(super) async fn delete(
    administrator: Administrator,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, ApiProblem> {
    let visitor = &administrator.0;
    let (app, by, reference) = (&visitor.app, &visitor.user, visitor.reference.as_str());
    match people::remove(app, by, &id, fields.text("user"), reference).await {
        Ok(()) => Ok(back("/admin/people", "deleted")),
        Err(problem) if problem.code() == Code::MemberInvalid => {
            let shown = DeletePage::load(&administrator, &id, Some(&problem)).await;
            let shown = shown.map_err(|problem| visitor.fails(problem))?;
            Ok(page_telling(visitor.words, Some(&problem), &shown))
        }
        Err(problem) => Err(visitor.fails(problem)),
    }
}

impl DeletePage {
    async fn load(
        administrator: &Administrator,
        id: &str,
        problem: Option<&Problem>,
    ) -> Result<Self, Problem> {
        let visitor = &administrator.0;
        let (user, ends) = people::would_end(&visitor.app, &visitor.user, id).await?;
        Ok(Self {
            told: problem.map(|problem| visitor.told(problem)),
            id: user.id.to_string(),
            log_in: user.name,
            shown_as: user.display_name,
            ..Self::of(administrator.frame(), &ends)
        })
    }

    fn of(frame: Frame, ends: &Ends) -> Self {
        let count = |number| u64::try_from(number).unwrap_or(u64::MAX);
        Self {
            frame,
            told: None,
            id: String::new(),
            log_in: String::new(),
            shown_as: String::new(),
            log_in_max: NAME_CHARS_MAX,
            people: ends.people,
            servers: ends.servers,
            elsewhere: ends.elsewhere,
            invitations: count(ends.invitations),
            acceptances: count(ends.acceptances),
        }
    }
}

#[cfg(test)]
impl DeletePage {
    /// Somebody who would be missed, and somebody whom nobody knows.
    pub(in crate::web) fn samples(words: crate::web::words::Words, text: &str) -> [Self; 2] {
        let page = |all: usize| Self {
            told: (all > 0).then(|| Told::sample(words, text)),
            id: "01kk7v3q9d8zx5y2n4b6m8r0ta".to_owned(),
            log_in: "carol".to_owned(),
            shown_as: format!("Carol {text}"),
            ..Self::of(
                Frame::sample(words, text, crate::web::frame::Section::Admin),
                &Ends {
                    people: 3 * all as u64,
                    servers: 2 * all as u64,
                    elsewhere: 2 * all as u64,
                    invitations: all,
                    acceptances: all,
                },
            )
        };
        [page(1), page(0)]
    }
}
