//! In which language commands speak: `--lang`, or the locale of the terminal. Names that programs read never change with it.

use std::env;
use std::sync::{LazyLock, OnceLock};

use symbolon_proto::language::Language;
use symbolon_proto::texts::{Texts, Value, Values};

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
    /// Language of everything but this help and JSON's names: `en`, `zh-CN` or `de` [default: as LC_ALL, LC_MESSAGES or LANG say].
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

/// For flags that name a language.
pub(crate) fn read(text: &str) -> Result<Language, String> {
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

/// In which language this process speaks: it has one reader.
static SPOKEN: OnceLock<Language> = OnceLock::new();

/// Settles the language, once, before anything is said.
pub(crate) fn speak(language: Language) {
    let _ = SPOKEN.set(language);
}

/// The language that was settled.
pub(crate) fn current() -> Language {
    SPOKEN.get().copied().unwrap_or_default()
}

/// A text of the commands; asked for by [`say!`].
pub(crate) fn text(id: &str, values: &Values) -> String {
    TEXTS.say(current(), id, values)
}

/// What may stand for a variable of a text.
pub(crate) trait Word {
    fn word(self) -> Value;
}

impl Word for &str {
    fn word(self) -> Value {
        self.to_owned().into()
    }
}

impl Word for &String {
    fn word(self) -> Value {
        self.clone().into()
    }
}

/// What is text already, and numbers, which choose the plural.
macro_rules! words {
    ($($kind:ty),+) => {
        $(impl Word for $kind {
            fn word(self) -> Value {
                self.into()
            }
        })+
    };
}
words!(String, u32, u64, usize, i64, u16);

/// A text of the commands, with its variables: `say!("keys-retired", key = id)`.
macro_rules! say {
    ($id:literal $(, $name:ident = $value:expr)* $(,)?) => {
        $crate::language::text(
            $id,
            &symbolon_proto::texts::Values::NONE
                $(.with(stringify!($name), $crate::language::Word::word($value)))*,
        )
    };
}
pub(crate) use say;

#[cfg(test)]
mod tests {
    use symbolon_proto::texts::check::{complaints, files, uses};

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
        let source = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let code = files(&source, ".rs").unwrap();
        assert_eq!(uses(SOURCES, &code, &[]), Vec::<String>::new());
    }
}
