//! A problem as pages say it: what happened, what to do, and the reference that finds it in the logs.

use askama::Template;
use symbolon_proto::problem::Problem;

use super::frame::Frame;

/// What `templates/told.html` needs.
pub(super) struct Told {
    pub(super) code: &'static str,
    pub(super) title: String,
    pub(super) detail: String,
    pub(super) remedy: String,
    pub(super) reference: String,
}

impl Told {
    pub(super) fn new(problem: &Problem, reference: &str) -> Self {
        Self {
            code: problem.code().as_str(),
            title: problem.title(),
            detail: problem.detail(),
            remedy: problem.remedy(),
            reference: reference.to_owned(),
        }
    }

    #[cfg(test)]
    pub(super) fn sample(text: &str) -> Self {
        Self {
            code: "peer_unreachable",
            title: "cat.example.org cannot be reached".to_owned(),
            detail: format!("The server refused the connection. It said: {text}"),
            remedy: "Wait. It is tried again by itself.".to_owned(),
            reference: "01kk7v3q9d8zx5y2n4b6m8r0ta".to_owned(),
        }
    }
}

/// A page that says nothing but a problem.
#[derive(Template)]
#[template(path = "problem.html")]
pub(super) struct ProblemPage {
    pub(super) frame: Frame,
    pub(super) told: Told,
}

#[cfg(test)]
impl ProblemPage {
    pub(super) fn sample(text: &str) -> Self {
        Self {
            frame: Frame::sample(text, super::frame::Section::Elsewhere),
            told: Told::sample(text),
        }
    }
}
