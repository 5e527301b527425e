//! What an account may be called: the same by whichever way it is made.

use symbolon_proto::problem::{Code, Problem};

/// Longest log-in name in characters.
pub const NAME_CHARS_MAX: usize = 64;

/// Why a text cannot be a log-in name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Nothing is there.
    #[error("it is empty")]
    Empty,
    /// Nobody types so much.
    #[error("it is longer than {NAME_CHARS_MAX} characters")]
    Long,
    /// Names are in lower case, so that nobody has to remember how they spelled theirs.
    #[error("“{0}” is an upper-case letter")]
    Upper(char),
    /// It is typed in many places, so it has nothing that looks like something else.
    #[error("“{0}” is not allowed")]
    Letter(char),
    /// Of commands, it would look like an option.
    #[error("it does not begin with a letter or a digit")]
    Begin,
}

impl NameError {
    /// What whoever chose it is told.
    pub fn problem(self, member: &str) -> Problem {
        let problem = Problem::new(Code::MemberInvalid).with("member", member);
        match self {
            Self::Empty => problem.with("reason", "empty"),
            Self::Long => problem
                .with("reason", "longer")
                .with("limit", &NAME_CHARS_MAX.to_string()),
            Self::Upper(_) | Self::Letter(_) | Self::Begin => problem.with("reason", "user-name"),
        }
    }
}

/// Checks that a text can be a log-in name.
pub fn check_user_name(text: &str) -> Result<(), NameError> {
    if text.is_empty() {
        return Err(NameError::Empty);
    }
    if text.chars().count() > NAME_CHARS_MAX {
        return Err(NameError::Long);
    }
    if let Some(letter) = text.chars().find(char::is_ascii_uppercase) {
        return Err(NameError::Upper(letter));
    }
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || ".-_@".contains(c);
    if let Some(letter) = text.chars().find(|c| !allowed(*c)) {
        return Err(NameError::Letter(letter));
    }
    if !text.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        return Err(NameError::Begin);
    }
    Ok(())
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
            assert_eq!(check_user_name(name), Ok(()));
        }
    }

    #[test]
    fn other_names_are_refused_with_the_reason() {
        for (name, reason) in [
            ("", NameError::Empty),
            ("Bob", NameError::Upper('B')),
            ("bob smith", NameError::Letter(' ')),
            ("bøb", NameError::Letter('ø')),
            ("-bob", NameError::Begin),
            ("bob\n", NameError::Letter('\n')),
            (&*"a".repeat(65), NameError::Long),
        ] {
            assert_eq!(check_user_name(name), Err(reason), "{name:?}");
        }
    }
}
