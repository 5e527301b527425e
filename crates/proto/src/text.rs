//! Text that people will read: cleaned where it comes from other servers, refused where our own people typed it.

use std::borrow::Cow;

use crate::limits;
use crate::problem::{Code, Problem};

/// Why a text is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// More characters than allowed.
    #[error("it is longer than {0} characters")]
    TooLong(usize),
    /// Control characters, line breaks among them.
    #[error("it contains control characters")]
    Control,
    /// Characters that turn the direction of the text around them, which can make one name look like another.
    #[error("it contains characters that change the direction of writing")]
    Direction,
}

impl TextError {
    /// What whoever wrote it is told.
    pub fn problem(self, member: &str) -> Problem {
        let problem = Problem::new(Code::MemberInvalid).with("member", member);
        match self {
            Self::TooLong(limit) => problem
                .with("reason", "longer")
                .with("limit", &limit.to_string()),
            Self::Control => problem.with("reason", "control"),
            Self::Direction => problem.with("reason", "direction"),
        }
    }
}

/// A name as other servers send it, made fit to be shown: without control characters, direction overrides and invisible
/// characters, white space folded, at most [`limits::NAME_CHARS`] characters. Empty if nothing can be seen of it.
pub fn clean_name(text: &str) -> String {
    clean_line(text, limits::NAME_CHARS)
}

/// Any text of another server as one line, made fit to be shown like a name: at most `max_chars` characters.
pub fn clean_line(text: &str, max_chars: usize) -> String {
    let visible = text.chars().take(4 * max_chars).filter_map(|c| {
        if c.is_whitespace() {
            Some(' ')
        } else if c.is_control() || is_hidden(c) {
            None
        } else {
            Some(c)
        }
    });
    let visible: String = visible.collect();
    let words = visible.split_whitespace();
    let folded: Vec<&str> = words.filter(|word| !word.chars().all(is_joiner)).collect();
    let bounded: String = folded.join(" ").chars().take(max_chars).collect();
    bounded.trim_end().to_owned()
}

/// A text where there is room for `max_chars` characters: an ellipsis tells that there is more.
pub fn shortened(text: &str, max_chars: usize) -> Cow<'_, str> {
    if text.chars().nth(max_chars).is_none() {
        return Cow::Borrowed(text);
    }
    let kept: String = text.chars().take(max_chars.saturating_sub(1)).collect();
    Cow::Owned(format!("{}…", kept.trim_end()))
}

/// Checks a text that a person here typed; line breaks count as control characters.
pub fn check_text(text: &str, max_chars: usize) -> Result<(), TextError> {
    if text.chars().count() > max_chars {
        return Err(TextError::TooLong(max_chars));
    }
    if text.contains(char::is_control) {
        return Err(TextError::Control);
    }
    if text.contains(turns_direction) {
        return Err(TextError::Direction);
    }
    Ok(())
}

/// Whether a text has the form of an e-mail address that people have: something, an `@`, and the name of a machine (a part
/// of RFC 5321 §4.1.2, without quotes and address literals). Whether anybody reads it is for the mail server to say.
pub fn is_email(text: &str) -> bool {
    let Some((local, host)) = text.rsplit_once('@') else {
        return false;
    };
    let strange = |c: char| {
        c.is_whitespace() || c.is_control() || is_hidden(c) || "()<>[]:;,\\\"@".contains(c)
    };
    let label = |label: &str| {
        let inside = label.chars().all(|c| c.is_alphanumeric() || c == '-');
        !label.is_empty() && label.len() <= 63 && inside && !label.starts_with('-')
    };
    !local.is_empty()
        && local.len() <= 64
        && !local.contains(strange)
        && !local.split('.').any(str::is_empty)
        && host.len() <= 255
        && host.split('.').all(label)
}

/// Characters that change how a text looks, or hide in it, without being seen themselves.
pub(crate) fn is_hidden(c: char) -> bool {
    turns_direction(c) || is_invisible(c)
}

/// Embeddings, overrides and isolates of the bidirectional algorithm (UAX #9). Plain right-to-left letters are no
/// business of ours.
fn turns_direction(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200E}' | '\u{200F}' | '\u{061C}')
}

/// Zero-width characters, and letters that are drawn as nothing.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{00AD}' | '\u{034F}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}' | '\u{200B}'
            | '\u{2028}' | '\u{2029}' | '\u{2060}'..='\u{2065}' | '\u{206A}'..='\u{206F}' | '\u{2800}' | '\u{3164}'
            | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}'
    )
}

/// Joiners and selectors that Persian, Indic scripts and emoji need between other characters, and that are nothing alone.
fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200C}' | '\u{200D}' | '\u{FE00}'..='\u{FE0F}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn name_from_elsewhere_is_cleaned_and_bounded() {
        assert_eq!(clean_name("  Marie\n\tCurie\u{0} "), "Marie Curie");
        assert_eq!(clean_name("gro.\u{202E}elpmaxe"), "gro.elpmaxe");
        assert_eq!(clean_name("居里夫人"), "居里夫人");
        assert_eq!(
            clean_name(&"x".repeat(100_000)).chars().count(),
            limits::NAME_CHARS
        );
    }

    #[test]
    fn a_text_that_is_cut_says_so_and_is_no_longer_than_allowed() {
        assert_eq!(shortened("no such thing", 13), "no such thing");
        assert_eq!(shortened("no such thing", 12), "no such thi…");
        assert_eq!(shortened("no such thing", 4), "no…");
        assert_eq!(shortened("邀请已过期", 4), "邀请已…");
    }

    #[test]
    fn name_of_which_nothing_is_seen_is_empty() {
        for text in [
            "",
            " \t",
            "\u{200B}\u{FEFF}",
            "\u{3164}",
            "\u{2800} \u{200D}",
            "\u{FE0F}",
        ] {
            assert_eq!(clean_name(text), "", "{text:?}");
        }
    }

    #[test]
    fn name_keeps_the_joiners_that_its_script_needs() {
        for text in [
            "می\u{200C}خواهم",
            "क्\u{200D}ष",
            "👩\u{200D}🔬 Ada",
            "❤\u{FE0F}",
        ] {
            assert_eq!(clean_name(text), text);
        }
    }

    #[test]
    fn text_typed_here_is_refused_with_the_reason() {
        assert_eq!(check_text("for the physics group", 30), Ok(()));
        assert_eq!(check_text("four", 3), Err(TextError::TooLong(3)));
        assert_eq!(check_text("a\u{1b}b", 30), Err(TextError::Control));
        assert_eq!(check_text("a\u{202E}b", 30), Err(TextError::Direction));
    }

    #[test]
    fn an_email_address_has_a_person_and_a_machine() {
        for text in [
            "carol@example.org",
            "carol.l+x@mail.example.org",
            "émile@exämple.org",
            "bob@localhost",
        ] {
            assert!(is_email(text), "{text}");
        }
        for text in [
            "",
            "carol",
            "@example.org",
            "carol@",
            "carol l@example.org",
            "carol@example..org",
            "carol@-a.org",
            "a@b@example.org",
            "<carol@example.org>",
            "carol@example.org>",
            "Carol <carol@example.org>",
            ".a@example.org",
            "carol\n@example.org",
            "carol@example.org,bob@example.org",
            "carol\u{202e}@example.org",
        ] {
            assert!(!is_email(text), "{text:?}");
        }
        assert!(!is_email(&format!("{}@example.org", "a".repeat(65))));
    }

    proptest! {
        #[test]
        fn cleaning_twice_is_cleaning_once(text in any::<String>()) {
            let once = clean_name(&text);
            prop_assert_eq!(clean_name(&once), once.clone());
            prop_assert_eq!(check_text(&once, limits::NAME_CHARS), Ok(()));
        }
    }
}
