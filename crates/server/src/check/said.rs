//! A sentence that is said later, in the language of whoever reads it.

use symbolon_proto::language::Language;
use symbolon_proto::problem::Problem;
use symbolon_proto::texts::{Value, Values};

use crate::texts::TEXTS;

/// A text of `texts/`, or what the catalogue says of a problem.
#[derive(Clone, Debug)]
pub struct Said(Kind);

#[derive(Clone, Debug)]
enum Kind {
    Text(&'static str, Values),
    Problem(Problem),
}

impl Said {
    /// A text by its name.
    pub(crate) fn new(id: &'static str) -> Self {
        Self(Kind::Text(id, Values::NONE))
    }

    /// What happened, as the catalogue has it.
    pub(super) fn problem(problem: Problem) -> Self {
        Self(Kind::Problem(problem))
    }

    /// Fills in a variable of a text.
    #[must_use]
    pub(crate) fn with(self, name: &'static str, value: impl Into<Argument>) -> Self {
        match self.0 {
            Kind::Text(id, values) => Self(Kind::Text(id, values.with(name, value.into().0))),
            problem @ Kind::Problem(_) => Self(problem),
        }
    }

    /// In a language, as plain text.
    pub fn say(&self, language: Language) -> String {
        match &self.0 {
            Kind::Text(id, values) => TEXTS.say(language, id, values),
            Kind::Problem(problem) => problem.detail(language),
        }
    }
}

/// What may stand for a variable.
pub(crate) struct Argument(Value);

impl From<&str> for Argument {
    fn from(text: &str) -> Self {
        Self(text.to_owned().into())
    }
}

impl From<i64> for Argument {
    fn from(number: i64) -> Self {
        Self(number.into())
    }
}

#[cfg(test)]
mod tests {
    use symbolon_proto::texts::check::shapes;

    use super::*;
    use crate::texts::SOURCES;

    #[test]
    fn texts_of_the_check_speak_to_people_in_every_language() {
        let shapes = shapes(SOURCES[0]).unwrap();
        let ids = shapes.iter().filter(|(id, _)| id.starts_with("check-"));
        for (id, shape) in ids {
            let mut values = Values::NONE;
            for name in &shape.variables {
                let name: &'static str = name.clone().leak();
                match name {
                    "count" | "seconds" | "n" => values.set(name, 2_i64),
                    _ => values.set(name, "dog.example.org".to_owned()),
                }
            }
            for language in Language::ALL {
                let text = TEXTS.say(language, id, &values).to_lowercase();
                for jargon in [
                    "token",
                    "provider",
                    "ocm",
                    "federat",
                    "föderation",
                    "令牌",
                    "提供商",
                    "联邦",
                    "<",
                ] {
                    assert!(!text.contains(jargon), "{id} says {jargon}: {text}");
                }
            }
        }
    }
}
