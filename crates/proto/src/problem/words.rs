//! The words of the catalogue, which lie in `texts/` under the names of its entries.

use std::sync::LazyLock;

use super::Problem;
use crate::language::Language;
use crate::texts::{Texts, Values};

/// The files, in the order of [`Language::ALL`].
const SOURCES: [&str; 3] = [
    include_str!("../../texts/en.ftl"),
    include_str!("../../texts/zh-CN.ftl"),
    include_str!("../../texts/de.ftl"),
];

static TEXTS: LazyLock<Texts> = LazyLock::new(|| Texts::new(SOURCES));

/// Every fact that texts may name.
pub(super) const FACTS: [&str; 19] = [
    "peer", "inviter", "chosen", "signer", "reason", "what", "member", "choices", "line", "column",
    "seconds", "minutes", "hours", "limit", "key_id", "kind", "said", "expected", "seen",
];

/// Facts that no text names: they are for the audit trail alone.
pub(super) const NOTED: [&str; 3] = ["url", "status", "cause"];

/// Facts that are numbers.
const NUMBERS: [&str; 6] = ["line", "column", "seconds", "minutes", "hours", "limit"];

/// A text of a problem's entry: `part` is empty for the title, or `.detail` or `.remedy`.
pub(super) fn say(problem: &Problem, language: Language, part: &str) -> String {
    let id = format!("{}{part}", problem.code().as_str());
    let said = TEXTS.say(language, &id, &values(problem));
    match language {
        // The spaces around a name in Latin letters, where there is none.
        Language::ZhCn if problem.fact("peer").is_none() => close_up(said.trim()),
        Language::ZhCn => said.trim().to_owned(),
        _ => said,
    }
}

/// Without the spaces between two Chinese characters.
fn close_up(text: &str) -> String {
    let han = |c: &char| ('\u{4e00}'..='\u{9fff}').contains(c);
    let mut closed = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let between = c == ' ' && closed.chars().next_back().is_some_and(|c| han(&c));
        if !between || !rest.peek().is_some_and(han) {
            closed.push(c);
        }
    }
    closed
}

/// The other server's own words.
pub(super) fn said(problem: &Problem, language: Language) -> String {
    TEXTS.say(language, "said", &values(problem))
}

/// What is wrong with a member.
pub(super) fn reason(problem: &Problem, language: Language) -> String {
    TEXTS.say(language, "x-reason", &values(problem))
}

/// The facts of the case; what is not known is 0, for which the texts have words.
fn values(problem: &Problem) -> Values {
    let mut values = Values::NONE;
    for fact in FACTS {
        match problem.fact(fact) {
            Some(text) => match text.parse::<i64>() {
                Ok(number) if NUMBERS.contains(&fact) => values.set(fact, number),
                _ => values.set(fact, text.to_owned()),
            },
            None => values.set(fact, 0),
        }
    }
    values
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::problem::Code;
    use crate::texts::check::{JARGON, complaints, shapes};

    #[test]
    fn every_language_says_everything_with_the_same_facts() {
        assert_eq!(complaints(SOURCES), Vec::<String>::new());
    }

    #[test]
    fn every_entry_has_a_title_what_happened_and_what_to_do_in_every_language() {
        for source in SOURCES {
            let shapes = shapes(source).unwrap();
            for code in Code::all() {
                for part in ["", ".detail", ".remedy"] {
                    let id = format!("{}{part}", code.as_str());
                    assert!(shapes.contains_key(&id), "{id}");
                }
            }
        }
    }

    #[test]
    fn every_text_is_of_an_entry_or_part_of_one_and_names_only_facts() {
        for source in SOURCES {
            let shapes = shapes(source).unwrap();
            let parts: BTreeSet<_> = shapes.values().flat_map(|shape| &shape.messages).collect();
            for (name, shape) in &shapes {
                let message = name.split('.').next().unwrap();
                let used = Code::parse(message).is_some()
                    || parts.contains(&message.to_owned())
                    || message == "said";
                assert!(used, "{name} is said nowhere");
                for variable in &shape.variables {
                    assert!(FACTS.contains(&variable.as_str()), "{name}: {variable}");
                }
            }
        }
    }

    /// Every problem twice: with all facts, and with none.
    fn all() -> impl Iterator<Item = Problem> {
        Code::all().flat_map(|code| {
            let mut full = Problem::new(code);
            for fact in FACTS {
                let number = NUMBERS.contains(&fact);
                full = full.with(fact, if number { "400" } else { "cat.example.org" });
            }
            [full, Problem::new(code)]
        })
    }

    #[test]
    fn every_text_is_whole_sentences_without_jargon_whatever_is_known() {
        for language in Language::ALL {
            for problem in all() {
                let (title, detail) = (problem.title(language), problem.detail(language));
                let remedy = problem.remedy(language);
                let code = problem.code().as_str();
                for text in [&title, &detail, &remedy] {
                    assert!(
                        !text.contains(['{', '}', '\n']) && !text.contains("  "),
                        "{text}"
                    );
                    // The tag of RFC 9421 is its name, and stands where only programmers look.
                    let plain = text
                        .to_lowercase()
                        .replace("“ocm”", "")
                        .replace("\"ocm\"", "");
                    let plain = plain.replace("„ocm“", "");
                    let met = JARGON.iter().find(|word| plain.contains(**word));
                    assert_eq!(met, None, "{code} in {}: {text}", language.tag());
                }
                for text in [&detail, &remedy] {
                    let whole = text.ends_with(['.', '。', '”']);
                    assert!(whole, "{code} in {}: {text}", language.tag());
                }
            }
        }
    }

    /// Where a name stands in a sentence for which what it names cannot stand: words after which a name comes, and in
    /// Chinese also before which.
    const NOT_FOR_A_NAME: [(Language, &[&str], &[&str]); 3] = [
        (
            Language::En,
            &[
                "name {}",
                "named {}",
                "called {}",
                "answers as {}",
                "key {}",
            ],
            &["the other server", "the person who"],
        ),
        (
            Language::ZhCn,
            &[
                "名称{}",
                "名称 {}",
                "名为{}",
                "名为 {}",
                "{}的服务器",
                "密钥{}",
            ],
            &["对方服务器", "邀请您的人"],
        ),
        (
            Language::De,
            &[
                "Name {}",
                "Namen {}",
                "Wer als {}",
                "der als {}",
                "kein Server für {}",
                "Schlüssel {}",
            ],
            &[
                "der andere Server",
                "dem anderen Server",
                "den anderen Server",
                "die Person, die",
            ],
        ),
    ];

    #[test]
    fn what_stands_for_a_name_that_is_not_known_stands_nowhere_that_only_a_name_fits() {
        for (language, places, nouns) in NOT_FOR_A_NAME {
            for problem in Code::all().map(Problem::new) {
                let (title, detail) = (problem.title(language), problem.detail(language));
                for text in [title, detail, problem.remedy(language)] {
                    for noun in nouns {
                        for place in places {
                            let broken = place.replace("{}", noun);
                            assert!(!text.contains(&broken), "{text}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn words_name_the_server_the_person_and_what_was_said() {
        let problem = Problem::new(Code::InvitationUnknown)
            .with("peer", "cat.example.org")
            .with("inviter", "Bob")
            .with("said", "400: no such thing");
        assert_eq!(
            problem.title(Language::En),
            "cat.example.org does not know this invitation"
        );
        assert!(
            problem
                .detail(Language::En)
                .ends_with("It said: “400: no such thing”.")
        );
        assert_eq!(
            problem.remedy(Language::En),
            "Ask Bob to send it again, and check that you chose the server that they use."
        );
        assert_eq!(
            problem.title(Language::De),
            "cat.example.org kennt diese Einladung nicht"
        );
        assert_eq!(
            problem.title(Language::ZhCn),
            "cat.example.org 不认识这份邀请"
        );
    }

    #[test]
    fn what_is_not_known_has_words_that_fit_the_sentence() {
        let title = |language| Problem::new(Code::PeerFailed).title(language);
        assert_eq!(title(Language::En), "The other server has a problem");
        assert_eq!(
            title(Language::De),
            "Bei dem anderen Server gibt es ein Problem"
        );
        assert_eq!(title(Language::ZhCn), "对方服务器出了问题");
    }

    #[test]
    fn facts_are_words_and_no_instructions() {
        let braces = Problem::new(Code::Timeout).with("peer", "{ $said }");
        assert_eq!(braces.title(Language::En), "{ $said } does not answer");
        let quoted = Problem::new(Code::Timeout).with("said", "no");
        assert_eq!(
            quoted.title(Language::En),
            "The other server does not answer"
        );
    }

    #[test]
    fn seconds_are_written_as_the_reader_writes_numbers() {
        let clock = Problem::new(Code::SignatureClock).with("seconds", "86400");
        let detail = |language| clock.detail(language);
        assert!(detail(Language::En).contains("86,400 seconds"));
        assert!(detail(Language::De).contains("86.400 Sekunden"));
        let one = Problem::new(Code::SignatureClock).with("seconds", "1");
        assert!(one.detail(Language::De).contains("eine Sekunde neben"));
    }

    #[test]
    fn both_servers_say_in_every_language_by_how_much_their_clocks_differ() {
        for code in [Code::SignatureClock, Code::SignatureClockThere] {
            let problem = Problem::new(code).with("peer", "cat.example.org");
            let known = problem.clone().with("seconds", "412");
            for language in Language::ALL {
                assert!(known.title(language).contains("412"), "{code:?}");
                assert!(known.detail(language).contains("412"), "{code:?}");
                assert!(!problem.title(language).contains('0'), "{code:?}");
            }
            let detail = problem.detail(Language::ZhCn);
            assert!(detail.contains("相差太多"), "{detail}");
            assert!(known.detail(Language::ZhCn).contains("相差 412 秒"));
        }
    }
}
