//! `/errors`: the catalogue of problems for people. The `type` of every problem is an address on this page.

use askama::Template;
use axum::response::Response;
use symbolon_proto::problem::{Code, Culprit, Problem, Surface};

use super::frame::{Frame, Section, page};
use super::visitor::Guest;

/// By whose turn it is, nearest first.
const GROUPS: [(Culprit, &str); 5] = [
    (Culprit::You, "What you can mend yourself"),
    (Culprit::Inviter, "What the person who invited you can mend"),
    (Culprit::TheirServer, "The other server"),
    (Culprit::Network, "The way between the servers"),
    (Culprit::OurServer, "This server"),
];

/// What `templates/errors.html` needs.
#[derive(Template)]
#[template(path = "errors.html")]
pub(super) struct ErrorsPage {
    frame: Frame,
    groups: Vec<Group>,
}

struct Group {
    title: &'static str,
    entries: Vec<Entry>,
}

struct Entry {
    code: &'static str,
    title: String,
    detail: String,
    remedy: String,
    status: u16,
}

/// `GET /errors`
pub(super) async fn show(guest: Guest) -> Response {
    page(&ErrorsPage {
        frame: guest.frame(Section::Elsewhere),
        groups: groups(),
    })
}

fn groups() -> Vec<Group> {
    let group = |(culprit, title)| Group {
        title,
        entries: Code::all()
            .filter(|code| code.culprit() == culprit)
            .map(Entry::new)
            .collect(),
    };
    GROUPS.map(group).into()
}

impl Entry {
    fn new(code: Code) -> Self {
        let problem = Problem::new(code);
        Self {
            code: code.as_str(),
            title: problem.title(),
            detail: problem.detail(),
            remedy: problem.remedy(),
            status: problem.status(Surface::Page),
        }
    }
}

#[cfg(test)]
impl ErrorsPage {
    pub(super) fn sample() -> Self {
        Self {
            frame: Frame::sample("", Section::Elsewhere),
            groups: groups(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_problem_has_its_place_once() {
        let page = ErrorsPage::sample().render().unwrap();
        for code in Code::all() {
            let anchor = format!("id=\"{}\"", code.as_str());
            assert_eq!(page.matches(&anchor).count(), 1, "{}", code.as_str());
        }
    }
}
