//! What an account may be called.

use symbolon_proto::limits::{EMAIL_CHARS, NAME_CHARS};
use symbolon_proto::text::{check_text, is_email};
use symbolon_server::accounts::{NAME_CHARS_MAX, NameError, check_user_name};

use crate::errors::{Refused, text_failed};
use crate::language::say;
use crate::output::printable;

/// Checks a log-in name.
pub(crate) fn user_name(text: &str) -> Result<String, Refused> {
    let reason = match check_user_name(text) {
        Ok(()) => return Ok(text.to_owned()),
        Err(NameError::Empty) => say!("name-empty"),
        Err(NameError::Long) => say!("text-long", most = NAME_CHARS_MAX),
        Err(NameError::Upper(letter)) => {
            let (letter, lower) = (letter.to_string(), text.to_ascii_lowercase());
            say!("name-upper", letter = letter, lower = lower)
        }
        Err(NameError::Letter(letter)) => {
            let letter = printable(&letter.to_string());
            say!("name-letter", letter = letter)
        }
        Err(NameError::Begin) => say!("name-begin"),
    };
    Err(Refused(reason))
}

/// Checks what others see of an account.
pub(crate) fn display_name(text: &str) -> Result<String, Refused> {
    one_line(text, NAME_CHARS)
}

/// Checks that an e-mail address looks like one; whether it works is for the mail server to say.
pub(crate) fn email(text: &str) -> Result<String, Refused> {
    let text = one_line(text, EMAIL_CHARS)?;
    if is_email(&text) {
        Ok(text)
    } else {
        Err(Refused(say!("name-no-email")))
    }
}

/// Checks what is printed on one line of a listing.
pub(crate) fn one_line(text: &str, max: usize) -> Result<String, Refused> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Refused(say!("name-empty")));
    }
    check_text(text, max).map_err(|error| Refused(text_failed(error)))?;
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_names_are_accepted() {
        for name in [
            "bob",
            "carol.cat",
            "x_1",
            "0day",
            "bob@example.org",
            &"a".repeat(64),
        ] {
            assert_eq!(user_name(name), Ok(name.to_owned()));
        }
    }

    #[test]
    fn other_names_are_refused_with_the_reason() {
        for (name, reason) in [
            ("", "empty"),
            ("Bob", "write “bob”"),
            ("bob smith", "“ ” is not allowed"),
            ("bøb", "“ø” is not allowed"),
            ("-bob", "begin with"),
            ("bob\n", "not allowed"),
            (&*"a".repeat(65), "longer than 64"),
        ] {
            let Refused(refusal) = user_name(name).unwrap_err();
            assert!(refusal.contains(reason), "{name:?}: {refusal}");
        }
    }

    #[test]
    fn display_name_is_one_line_without_surprises() {
        assert_eq!(display_name("  Bob von Cat "), Ok("Bob von Cat".to_owned()));
        for name in ["", "  ", "Bob\nroot", "Bob\u{202e}"] {
            assert!(display_name(name).is_err(), "{name:?}");
        }
    }

    #[test]
    fn email_has_two_sides() {
        assert!(email("bob@example.org").is_ok());
        for text in ["bob", "@example.org", "bob@", "bob smith@example.org"] {
            assert!(email(text).is_err(), "{text:?}");
        }
    }
}
