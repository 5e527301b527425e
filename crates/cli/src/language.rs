//! In which language commands tell people what happened: `--lang`, or the locale of the terminal.

use std::env;
use std::sync::LazyLock;

use symbolon_proto::language::Language;
use symbolon_proto::texts::{Texts, Values};

/// The files, in the order of [`Language::ALL`].
const SOURCES: [&str; 3] = [
    include_str!("../texts/en.ftl"),
    include_str!("../texts/zh-CN.ftl"),
    include_str!("../texts/de.ftl"),
];

static TEXTS: LazyLock<Texts> = LazyLock::new(|| Texts::new(SOURCES));

/// Where a terminal says its locale (POSIX.1-2024 §8.2): the first of these that is set counts.
const LOCALE: [&str; 3] = ["LC_ALL", "LC_MESSAGES", "LANG"];

/// The flag, on every command.
#[derive(Clone, Copy, Debug, Default, clap::Args)]
pub(crate) struct Lang {
    /// Language of problems and stories: `en`, `zh-CN` or `de` [default: as LC_ALL, LC_MESSAGES or LANG say].
    #[arg(long, global = true, value_name = "LANGUAGE", value_parser = read)]
    lang: Option<Language>,
}

impl Lang {
    /// What was asked for, or else what the terminal speaks; English if that is none of ours.
    pub(crate) fn language(self) -> Language {
        self.lang
            .unwrap_or_else(|| spoken(|name| env::var(name).ok()))
    }
}

fn read(text: &str) -> Result<Language, String> {
    Language::parse(text).ok_or_else(|| {
        let all = Language::ALL.map(Language::tag).join(", ");
        format!("it is none of {all}")
    })
}

fn spoken(variable: impl Fn(&str) -> Option<String>) -> Language {
    let mut set = LOCALE.iter().filter_map(|name| variable(name));
    let locale = set.find(|text| !text.is_empty());
    locale
        .as_deref()
        .and_then(Language::parse)
        .unwrap_or_default()
}

/// A text of the commands.
pub(crate) fn say(language: Language, id: &str, values: &[(&'static str, &str)]) -> String {
    let mut all = Values::NONE;
    for (name, value) in values {
        all.set(name, (*value).to_owned());
    }
    TEXTS.say(language, id, &all)
}

#[cfg(test)]
mod tests {
    use symbolon_proto::texts::check::{complaints, jargon, shapes};

    use super::*;

    #[test]
    fn the_first_locale_that_is_set_counts() {
        let told = |pairs: &[(&str, &str)]| {
            let pairs: Vec<_> = pairs
                .iter()
                .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
                .collect();
            spoken(|asked| {
                let found = pairs.iter().find(|(name, _)| name == asked);
                found.map(|(_, text)| text.clone())
            })
        };
        assert_eq!(told(&[("LANG", "de_DE.UTF-8")]), Language::De);
        assert_eq!(
            told(&[("LC_ALL", ""), ("LANG", "zh_CN.UTF-8")]),
            Language::ZhCn
        );
        assert_eq!(
            told(&[("LC_ALL", "C"), ("LANG", "de_DE.UTF-8")]),
            Language::En
        );
        assert_eq!(
            told(&[("LC_MESSAGES", "de"), ("LANG", "zh_CN")]),
            Language::De
        );
        assert_eq!(told(&[("LANG", "fr_FR.UTF-8")]), Language::En);
        assert_eq!(told(&[]), Language::En);
    }

    #[test]
    fn every_language_says_everything_and_everything_is_said() {
        assert_eq!(complaints(SOURCES), Vec::<String>::new());
        assert_eq!(jargon(SOURCES), Vec::<String>::new());
        let commands = include_str!("commands/trace.rs");
        for id in shapes(SOURCES[0]).unwrap().keys() {
            assert!(
                commands.contains(&format!("\"{id}\"")),
                "{id} is said nowhere"
            );
        }
    }
}
