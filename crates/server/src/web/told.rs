//! A problem as pages say it: what happened, what to do, and the reference that finds it in the logs.

use askama::Template;
use symbolon_proto::problem::{Code, Problem};

use super::frame::Frame;
use super::words::{Saying, Words};

/// What `templates/told.html` needs.
pub(super) struct Told {
    pub(super) code: &'static str,
    pub(super) title: String,
    pub(super) detail: String,
    pub(super) remedy: String,
    pub(super) reference: String,
    /// The field of the page that it is about.
    pub(super) field: Option<Field>,
}

/// A field of a form.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Field(pub(super) &'static str);

/// Members of requests, with the words that stand at their fields on pages, and the fields.
const FIELDS: [(&str, &str, Field); 10] = [
    ("display_name", "name", Field("name")),
    ("email", "e-mail", Field("email")),
    ("user_name", "user-name", Field("user")),
    ("new_password", "new-password", Field("new")),
    ("label", "app-password-label", Field("label")),
    ("subject", "admin-subject", Field("subject")),
    ("note", "note", Field("note")),
    ("nickname", "nickname", Field("nickname")),
    ("uses", "for-how-many", Field("people")),
    ("expires_in", "valid-for", Field("valid")),
];

impl Told {
    pub(super) fn new(words: Words, problem: &Problem, reference: &str) -> Self {
        let told = Self {
            code: problem.code().as_str(),
            title: problem.title(words.0),
            detail: problem.detail(words.0),
            remedy: problem.remedy(words.0),
            reference: reference.to_owned(),
            field: None,
        };
        match problem.code() {
            Code::MemberInvalid => told.of_a_form(words, problem),
            Code::MemberMissing => told.of_a_form(words, &problem.clone().with("reason", "empty")),
            _ => told,
        }
    }

    /// A person has filled in a form and knows of no request and of no members: the field is called what it is called
    /// there, and to be mended there.
    fn of_a_form(self, words: Words, problem: &Problem) -> Self {
        let known = FIELDS
            .iter()
            .find(|(member, ..)| problem.fact("member") == Some(member));
        let detail = problem.reason(words.0);
        match known {
            // Nothing that is entered there mends these.
            Some((_, label, field))
                if !matches!(problem.fact("reason"), Some("too-many" | "own-account")) =>
            {
                Self { detail, ..self }.at(words, &words.say(label), *field)
            }
            _ => Self {
                title: words.say("cannot-be-done").to_string(),
                detail,
                remedy: String::new(),
                ..self
            },
        }
    }

    /// The same about a field with this label.
    pub(super) fn at(self, words: Words, label: &Saying, field: Field) -> Self {
        Self {
            title: words.plain("field-wrong", &[("field", &label.to_string())]),
            remedy: words.say("field-remedy").to_string(),
            field: Some(field),
            ..self
        }
    }

    /// The same about this field, in the words of the catalogue.
    pub(super) fn about(self, field: Field) -> Self {
        Self {
            field: Some(field),
            ..self
        }
    }

    /// The same on a page with a field for a password or a code: the one with this `id` is meant, if it was what was wrong.
    pub(super) fn at_what_was_typed(self, code: Code, field: &'static str) -> Self {
        let is_meant = code.as_str() == self.code;
        Self {
            field: is_meant.then_some(Field(field)).or(self.field),
            ..self
        }
    }

    /// For templates: the field that it is about.
    pub(super) fn field(&self) -> Option<&'static str> {
        self.field.map(|field| field.0)
    }

    #[cfg(test)]
    pub(super) fn sample(words: Words, text: &str) -> Self {
        let problem = Problem::new(Code::ConnectionRefused)
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
