//! A sentence that is said later, in the language of whoever reads it.

use jiff::tz::TimeZone;
use symbolon_core::Timestamp;
use symbolon_proto::language::Language;
use symbolon_proto::problem::Problem;
use symbolon_proto::texts::{Value, Values};

use crate::texts::TEXTS;

/// A text of `texts/`, or what the catalogue says of a problem.
#[derive(Clone, Debug)]
pub struct Said(Kind);

#[derive(Clone, Debug)]
enum Kind {
    Text(&'static str, &'static str, Vec<(&'static str, Argument)>),
    Problem(Problem),
    Title(Problem),
    Words(String),
}

impl Said {
    /// A text by its name.
    pub(crate) fn new(id: &'static str) -> Self {
        Self(Kind::Text(id, "", Vec::new()))
    }

    /// What happened, as the catalogue has it.
    pub(crate) fn problem(problem: Problem) -> Self {
        Self(Kind::Problem(problem))
    }

    /// The same in a few words.
    pub(crate) fn title(problem: Problem) -> Self {
        Self(Kind::Title(problem))
    }

    /// What somebody else said, as it is: a value, an address, another server's words.
    pub(crate) fn words(text: impl Into<String>) -> Self {
        Self(Kind::Words(text.into()))
    }

    /// Fills in a variable of a text.
    #[must_use]
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<Argument>) -> Self {
        if let Kind::Text(_, _, arguments) = &mut self.0 {
            arguments.push((name, value.into()));
        }
        self
    }

    /// Another part of the same text, such as `.mend`, with the same variables; a problem has no parts.
    #[must_use]
    pub(crate) fn part(&self, part: &'static str) -> Self {
        match &self.0 {
            Kind::Text(id, _, arguments) => Self(Kind::Text(id, part, arguments.clone())),
            Kind::Problem(_) | Kind::Title(_) | Kind::Words(_) => self.clone(),
        }
    }

    /// In a language, as plain text; times are in UTC and say so.
    pub fn say(&self, language: Language) -> String {
        self.say_in(language, &TimeZone::UTC)
    }

    /// In a language and a time zone, as plain text.
    pub fn say_in(&self, language: Language, zone: &TimeZone) -> String {
        match &self.0 {
            Kind::Text(id, part, arguments) => {
                let mut values = Values::NONE;
                for (name, argument) in arguments {
                    values.set(name, argument.value(language, zone));
                }
                TEXTS.say(language, &format!("{id}{part}"), &values)
            }
            Kind::Problem(problem) => problem.detail(language),
            Kind::Title(problem) => problem.title(language),
            Kind::Words(text) => text.clone(),
        }
    }
}

/// What may stand for a variable: words, a number, a time, or what is said later itself.
#[derive(Clone, Debug)]
pub(crate) enum Argument {
    Value(Value),
    Time(Timestamp),
    Said(Box<Said>),
}

impl Argument {
    fn value(&self, language: Language, zone: &TimeZone) -> Value {
        match self {
            Self::Value(value) => value.clone(),
            Self::Time(at) => minute(*at, zone).into(),
            Self::Said(said) => said.say_in(language, zone).into(),
        }
    }
}

/// A point in time to the minute, with the zone that it is told in.
fn minute(at: Timestamp, zone: &TimeZone) -> String {
    let at = jiff::Timestamp::from_second(at.as_secs()).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    let told = at.to_zoned_datetime(zone.clone());
    let zone = if told.offset().is_zero() {
        "UTC"
    } else {
        "%:z"
    };
    told.strftime(&format!("%Y-%m-%d %H:%M {zone}")).to_string()
}

/// A text by its name.
impl From<&'static str> for Said {
    fn from(id: &'static str) -> Self {
        Self::new(id)
    }
}

impl From<&str> for Argument {
    fn from(text: &str) -> Self {
        Self::Value(text.to_owned().into())
    }
}

impl From<String> for Argument {
    fn from(text: String) -> Self {
        Self::Value(text.into())
    }
}

impl From<Timestamp> for Argument {
    fn from(at: Timestamp) -> Self {
        Self::Time(at)
    }
}

impl From<Said> for Argument {
    fn from(said: Said) -> Self {
        Self::Said(Box::new(said))
    }
}

/// Numbers, which choose the plural.
macro_rules! numbers {
    ($($number:ty),+) => {
        $(impl From<$number> for Argument {
            fn from(number: $number) -> Self {
                Self::Value(number.into())
            }
        })+
    };
}
numbers!(i64, u64, usize, u16, u32);

#[cfg(test)]
mod tests {
    use symbolon_proto::texts::check::shapes;

    use super::*;
    use crate::texts::SOURCES;

    #[test]
    fn a_time_in_a_sentence_is_told_in_the_zone_of_the_reader_and_names_it() {
        let said =
            Said::new("doctor-halves-overdue").with("since", Timestamp::from_secs(1_795_478_400));
        let told = |zone| said.say_in(Language::En, &zone);
        assert!(told(TimeZone::UTC).contains("since 2026-11-24 00:00 UTC"));
        let ahead = TimeZone::fixed(jiff::tz::offset(8));
        assert!(told(ahead).contains("since 2026-11-24 08:00 +08:00"));
    }

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
