//! `/errors`: the catalogue of problems for people. The `type` of every problem is an address on this page.

use askama::Template;
use axum::response::Response;
use symbolon_proto::problem::{Code, Culprit, Problem, Surface};

use super::frame::{Frame, Section, page};
use super::visitor::Guest;
use super::words::{Saying, Words};

/// By whose turn it is, nearest first.
const GROUPS: [(Culprit, &str); 5] = [
    (Culprit::You, "errors-you"),
    (Culprit::Inviter, "errors-inviter"),
    (Culprit::TheirServer, "errors-their-server"),
    (Culprit::Network, "errors-network"),
    (Culprit::OurServer, "errors-our-server"),
];

/// What `templates/errors.html` needs.
#[derive(Template)]
#[template(path = "errors.html")]
pub(super) struct ErrorsPage {
    frame: Frame,
    groups: Vec<Group>,
}

struct Group {
    title: Saying,
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
    let shown = ErrorsPage {
        frame: guest.frame(Section::Elsewhere),
        groups: groups(guest.words),
    };
    page(guest.words, &shown)
}

fn groups(words: Words) -> Vec<Group> {
    let group = |(culprit, title)| Group {
        title: words.say(title),
        entries: Code::all()
            .filter(|code| code.culprit() == culprit)
            .map(|code| Entry::new(words, code))
            .collect(),
    };
    GROUPS.map(group).into()
}

impl Entry {
    fn new(words: Words, code: Code) -> Self {
        let problem = Problem::new(code);
        Self {
            code: code.as_str(),
            title: problem.title(words.0),
            detail: problem.detail(words.0),
            remedy: problem.remedy(words.0),
            status: problem.status(Surface::Page),
        }
    }
}

#[cfg(test)]
impl ErrorsPage {
    pub(super) fn sample(words: Words) -> Self {
        Self {
            frame: Frame::sample(words, "", Section::Elsewhere),
            groups: groups(words),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_problem_has_its_place_once() {
        let page = ErrorsPage::sample(Words::default()).render().unwrap();
        for code in Code::all() {
            let anchor = format!("id=\"{}\"", code.as_str());
            assert_eq!(page.matches(&anchor).count(), 1, "{}", code.as_str());
        }
    }
}
