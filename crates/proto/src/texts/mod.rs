//! Texts in every language, written in Fluent (<https://projectfluent.org>) and part of the binary. The texts of a crate
//! lie in its folder `texts`, one file for each language.

pub mod check;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::types::FluentValue;
use fluent_bundle::{FluentArgs, FluentResource};

use crate::language::Language;

/// What stands for a variable of a text: words, or a number that chooses the plural.
pub type Value = FluentValue<'static>;

/// The variables of a text.
#[derive(Clone, Debug, Default)]
pub struct Values(Vec<(&'static str, Value)>);

impl Values {
    /// No variables.
    pub const NONE: Self = Self(Vec::new());

    /// Adds a variable.
    pub fn set(&mut self, name: &'static str, value: impl Into<Value>) {
        self.0.push((name, value.into()));
    }

    /// Adds a variable.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.set(name, value);
        self
    }
}

/// The texts of one crate.
pub struct Texts(Vec<FluentBundle<FluentResource>>);

impl Texts {
    /// From the files of a crate, in the order of [`Language::ALL`]. Call it once, in a `LazyLock`.
    pub fn new(sources: [&str; 3]) -> Self {
        let bundle = |(language, source): (Language, &str)| {
            // A mistake in a file is found by the tests of its crate; a reader loses no more than the broken message.
            let resource = FluentResource::try_new(source.to_owned());
            let resource = resource.unwrap_or_else(|(readable, _)| readable);
            let mut bundle = FluentBundle::new_concurrent(vec![language.identifier()]);
            // No direction marks around variables: pages isolate names by `<bdi>`, and marks would get into what people copy.
            bundle.set_use_isolating(false);
            bundle.set_formatter(Some(match language {
                Language::En => |value, _| number(value, Language::En),
                Language::ZhCn => |value, _| number(value, Language::ZhCn),
                Language::De => |value, _| number(value, Language::De),
            }));
            bundle.add_resource_overriding(resource);
            bundle
        };
        Self(Language::ALL.into_iter().zip(sources).map(bundle).collect())
    }

    /// A message, or the attribute of a message as in `name.attribute`. What a language lacks is said in English, and what
    /// English lacks by its name; the tests of each crate see to it that neither happens.
    pub fn say(&self, language: Language, id: &str, values: &Values) -> String {
        let said = self.find(language, id, values);
        let said = said.or_else(|| self.find(Language::En, id, values));
        debug_assert!(said.is_some(), "there is no text {id}");
        said.unwrap_or_else(|| id.to_owned())
    }

    fn find(&self, language: Language, id: &str, values: &Values) -> Option<String> {
        let bundle = &self.0[language.place()];
        let (message, attribute) = match id.split_once('.') {
            Some((message, attribute)) => (message, Some(attribute)),
            None => (id, None),
        };
        let message = bundle.get_message(message)?;
        let pattern = match attribute {
            Some(attribute) => message.get_attribute(attribute)?.value(),
            None => message.value()?,
        };
        let values: FluentArgs<'_> = values.0.iter().cloned().collect();
        let mut errors = Vec::new();
        let said = bundle.format_pattern(pattern, Some(&values), &mut errors);
        debug_assert!(errors.is_empty(), "{id} in {}: {errors:?}", language.tag());
        Some(said.into_owned())
    }
}

/// Whole numbers, as the language writes them; everything else as Fluent does.
fn number(value: &FluentValue<'_>, language: Language) -> Option<String> {
    let FluentValue::Number(number) = value else {
        return None;
    };
    let whole = number.value.fract() == 0.0 && number.value.abs() < 9e15;
    #[expect(clippy::cast_possible_truncation, reason = "it is whole and fits")]
    whole.then(|| language.number(number.value as i64))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts() -> Texts {
        Texts::new([
            "people = { $count ->\n    [one] one person\n   *[other] { $count } people\n }\n    .note = Hello, { $name }\nonly = Only here",
            "people = { $count } 人\n    .note = 你好，{ $name }",
            "people = { $count ->\n    [one] eine Person\n   *[other] { $count } Personen\n }\n    .note = Hallo, { $name }",
        ])
    }

    #[test]
    fn plurals_and_numbers_follow_the_language() {
        let texts = texts();
        let say = |language, count: i64| {
            texts.say(language, "people", &Values::NONE.with("count", count))
        };
        assert_eq!(say(Language::En, 1), "one person");
        assert_eq!(say(Language::En, 1_000), "1,000 people");
        assert_eq!(say(Language::De, 1), "eine Person");
        assert_eq!(say(Language::De, 1_000), "1.000 Personen");
        assert_eq!(say(Language::ZhCn, 1), "1 人");
    }

    #[test]
    fn words_go_in_as_they_are_and_nothing_is_put_around_them() {
        let values = Values::NONE.with("name", "{ $count } 王");
        let said = texts().say(Language::ZhCn, "people.note", &values);
        assert_eq!(said, "你好，{ $count } 王");
    }

    #[test]
    fn what_a_language_lacks_is_said_in_english() {
        let said = texts().say(Language::De, "only", &Values::NONE);
        assert_eq!(said, "Only here");
    }
}
