//! A problem as pages say it: what happened, what to do, and the reference that finds it in the logs.

use askama::Template;
use symbolon_proto::problem::Problem;

use super::frame::Frame;
use super::words::Words;

/// What `templates/told.html` needs.
pub(super) struct Told {
    pub(super) code: &'static str,
    pub(super) title: String,
    pub(super) detail: String,
    pub(super) remedy: String,
    pub(super) reference: String,
}

impl Told {
    pub(super) fn new(words: Words, problem: &Problem, reference: &str) -> Self {
        Self {
            code: problem.code().as_str(),
            title: problem.title(words.0),
            detail: problem.detail(words.0),
            remedy: problem.remedy(words.0),
            reference: reference.to_owned(),
        }
    }

    #[cfg(test)]
    pub(super) fn sample(words: Words, text: &str) -> Self {
        let problem = Problem::new(symbolon_proto::problem::Code::ConnectionRefused)
            .with("peer", "cat.example.org")
            .with("said", text);
        Self::new(words, &problem, "01kk7v3q9d8zx5y2n4b6m8r0ta")
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
    pub(super) fn sample(words: Words, text: &str) -> Self {
        Self {
            frame: Frame::sample(words, text, super::frame::Section::Elsewhere),
            told: Told::sample(words, text),
        }
    }
}
