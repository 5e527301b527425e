//! Text that people will read: cleaned where it comes from other servers, refused where our own people typed it.

use crate::limits;

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

/// A name as other servers send it, made fit to be shown: without control characters, direction overrides and invisible
/// characters, white space folded, at most [`limits::NAME_CHARS`] characters.
pub fn clean_name(text: &str) -> String {
    let visible = text.chars().take(4 * limits::NAME_CHARS).filter_map(|c| {
        if c.is_whitespace() {
            Some(' ')
        } else if c.is_control() || turns_direction(c) || is_invisible(c) {
            None
        } else {
            Some(c)
        }
    });
    let visible: String = visible.collect();
    let folded: Vec<&str> = visible.split_whitespace().collect();
    let bounded: String = folded.join(" ").chars().take(limits::NAME_CHARS).collect();
    bounded.trim_end().to_owned()
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

/// Embeddings, overrides and isolates of the bidirectional algorithm (UAX #9). Plain right-to-left letters are no
/// business of ours.
fn turns_direction(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200E}' | '\u{200F}' | '\u{061C}')
}

fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{200B}' | '\u{2060}'
            ..='\u{2064}' | '\u{FEFF}' | '\u{00AD}' | '\u{180E}' | '\u{2028}' | '\u{2029}'
    ) || ('\u{E0000}'..='\u{E007F}').contains(&c)
}

#[cfg(test)]
mod tests {
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
        assert_eq!(clean_name("\u{200B}\u{FEFF}"), "");
    }

    #[test]
    fn text_typed_here_is_refused_with_the_reason() {
        assert_eq!(check_text("for the physics group", 30), Ok(()));
        assert_eq!(check_text("four", 3), Err(TextError::TooLong(3)));
        assert_eq!(check_text("a\u{1b}b", 30), Err(TextError::Control));
        assert_eq!(check_text("a\u{202E}b", 30), Err(TextError::Direction));
    }
}
