//! In which language commands speak: `--lang`, or the locale of the terminal. Names that programs read never change with it.

use std::env;
use std::sync::{LazyLock, OnceLock};

use symbolon_proto::language::Language;
use symbolon_proto::texts::{Texts, Value, Values};

use crate::errors::Refused;

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
    /// Language of what is said, other than by this help, JSON's names, and details of wrong settings: `en`, `zh-CN`
    /// or `de` [default: as LC_ALL, LC_MESSAGES or LANG say].
    #[arg(long, global = true, value_name = "LANGUAGE", value_parser = read)]
    // It counts before the arguments are read ([`wanted`]): what is wrong with them is told in it.
    lang: Option<Language>,
}

/// What the command line asks for, or else what the terminal speaks; English if that is none of ours.
pub(crate) fn wanted() -> Language {
    let arguments = env::args_os().map(|text| text.to_string_lossy().into_owned());
    asked_for(arguments).unwrap_or_else(|| spoken(|name| env::var(name).ok()))
}

fn asked_for(arguments: impl Iterator<Item = String>) -> Option<Language> {
    let mut arguments = arguments.take_while(|text| text != "--");
    let text = arguments.find_map(|text| match text.strip_prefix("--lang") {
        Some("") => Some(None),
        Some(rest) => rest.strip_prefix('=').map(|text| Some(text.to_owned())),
        None => None,
    })?;
    Language::parse(&text.or_else(|| arguments.next())?)
}

/// For flags that name a language.
pub(crate) fn read(text: &str) -> Result<Language, Refused> {
    Language::parse(text).ok_or_else(|| {
        let all = Language::ALL.map(Language::tag).join(", ");
        Refused(say!("lang-none", languages = all))
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

#[cfg(test)]
mod tests {
    use symbolon_proto::texts::check::{complaints, files, uses, without_tests};

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
    fn the_language_of_the_flag_is_known_before_the_rest_is_read() {
        let told = |arguments: &[&str]| asked_for(arguments.iter().map(ToString::to_string));
        for arguments in [
            &["symbolon", "--lang", "de", "user", "add", "Bob"][..],
            &["symbolon", "user", "add", "Bob", "--lang=de_DE.UTF-8"],
        ] {
            assert_eq!(told(arguments), Some(Language::De));
        }
        for arguments in [
            &["symbolon", "user", "list"][..],
            &["symbolon", "user", "add", "--", "--lang", "de"],
            &["symbolon", "--language", "de"],
            &["symbolon", "--lang"],
        ] {
            assert_eq!(told(arguments), None);
        }
    }

    #[test]
    fn every_language_says_everything_and_everything_is_said() {
        assert_eq!(complaints(SOURCES), Vec::<String>::new());
        let source = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let code = files(&source, ".rs").unwrap();
        assert_eq!(uses(SOURCES, &code, &[]), Vec::<String>::new());
    }

    /// What stands between a parenthesis that was just opened and the one that closes it.
    fn inside(code: &str) -> &str {
        let mut depth = 1_usize;
        for (place, character) in code.char_indices() {
            match character {
                '(' => depth += 1,
                ')' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return &code[..place];
            }
        }
        code
    }

    /// The calls of a file that say something to whoever reads, without what they take from the texts.
    fn said(code: &str) -> Vec<String> {
        let mut all = Vec::new();
        for call in [
            "Failure::error(",
            "output::say(",
            "eprintln!(",
            "println!(",
            "with_context(",
            "Refused(",
        ] {
            for (place, _) in code.match_indices(call) {
                let mut call = inside(&code[place + call.len()..]).to_owned();
                while let Some(text) = call.find("say!(") {
                    let end = text + "say!(".len();
                    let end = end + inside(&call[end..]).len() + 1;
                    call.replace_range(text..end.min(call.len()), "");
                }
                all.push(call);
            }
        }
        all
    }

    /// Words of a language in quotes, or the words of an error of the layers below.
    fn bypasses(call: &str) -> bool {
        let quoted = call.split('"').skip(1).step_by(2);
        let mut words = quoted.flat_map(|text| text.split(' ').zip(text.split(' ').skip(1)));
        let word = |text: &str| !text.is_empty() && text.chars().all(char::is_alphabetic);
        words.any(|(one, next)| word(one) && word(next)) || call.contains("error.to_string()")
    }

    #[test]
    fn no_command_says_anything_that_is_not_in_the_texts() {
        assert!(
            said(r#"output::say(&format!("{}: done", 1))"#)
                .iter()
                .all(|it| !bypasses(it))
        );
        for wrong in [
            r#"output::say("The database is not in it.")"#,
            "Failure::error(Exit::Usage, error.to_string())",
        ] {
            assert!(said(wrong).iter().any(|call| bypasses(call)), "{wrong}");
        }
        let source = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let wrong: Vec<String> = files(&source, ".rs")
            .unwrap()
            .iter()
            // What keeps the demo's servers from playing is for those who mend the program.
            .filter(|(name, _)| {
                let inside = ["server.rs", "http.rs", "world.rs", "people.rs", "steps.rs"];
                !name.starts_with("commands/demo") || !inside.iter().any(|it| name.ends_with(it))
            })
            .flat_map(|(_, code)| said(&without_tests(code)))
            .filter(|call| bypasses(call))
            .collect();
        assert_eq!(wrong, Vec::<String>::new());
    }
}
