//! Invite tokens, and every form in which people hand them over.

mod pasted;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret, SecretString};

pub use pasted::PastedInvite;

use crate::address::Provider;
use crate::limits;
use crate::problem::{Code, Problem};
use crate::text::is_hidden;

/// The secret of an invite: who has it may accept. Never printed.
#[derive(Clone)]
pub struct InviteToken(SecretString);

/// Why a text is no token, or no invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InviteError {
    /// Nothing is there.
    #[error("it is empty")]
    Empty,
    /// More than [`limits::PASTED_BYTES`] or [`limits::TOKEN_BYTES`].
    #[error("it is too long")]
    TooLong,
    /// Spaces or control characters inside.
    #[error("it contains spaces or unprintable characters")]
    Unprintable,
    /// A link without a `token` in it.
    #[error("the link contains no invitation")]
    NoToken,
    /// What stands for the server is none.
    #[error("the server that it names is not the name of a server")]
    BadProvider,
    /// A text with several invitations in it, and nobody can know which is meant.
    #[error("there is more than one invitation in it")]
    Several,
}

impl InviteError {
    /// What the person who pasted it is told.
    pub fn problem(self) -> Problem {
        let reason = match self {
            Self::Empty => "empty",
            Self::TooLong => "too-long",
            Self::Unprintable => "unprintable",
            Self::NoToken => "no-invitation",
            Self::BadProvider => "bad-server",
            Self::Several => "several",
        };
        Problem::new(Code::InvitationMalformed).with("reason", reason)
    }
}

/// Letters of our tokens: 32, without those that are mistaken for others. They stand for 26 and more in base64, so a token
/// that is taken for base64 never decodes to anything with an `@`; and no `token@host` encodes to one of the two
/// characters in which the alphabets differ. The tests go through all of them.
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

impl InviteToken {
    /// A new token from 160 random bits: 32 letters and digits that survive every mail program.
    pub fn from_random(random: [u8; 20]) -> Self {
        let mut text = String::with_capacity(32);
        for five in random.chunks_exact(5) {
            let bits = five
                .iter()
                .fold(0_u64, |all, byte| (all << 8) | u64::from(*byte));
            for place in (0..8).rev() {
                let digit = usize::try_from((bits >> (place * 5)) & 31).expect("five bits fit");
                text.push(char::from(LETTERS[digit]));
            }
        }
        Self(text.into())
    }

    /// Reads a token of any server. Surrounding white space is dropped: line breaks come along when people copy.
    pub fn parse(text: &str) -> Result<Self, InviteError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(InviteError::Empty);
        }
        if text.len() > limits::TOKEN_BYTES {
            return Err(InviteError::TooLong);
        }
        if text.contains(|c: char| c.is_whitespace() || c.is_control() || is_hidden(c)) {
            return Err(InviteError::Unprintable);
        }
        Ok(Self(text.to_owned().into()))
    }

    /// The secret itself. Called only where it is hashed, sealed, sent, or shown to its owner.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

/// The invite string of the draft: base64url of `token@provider`, without padding.
pub fn invite_string(token: &InviteToken, provider: &Provider) -> String {
    URL_SAFE_NO_PAD.encode(format!("{}@{provider}", token.expose()))
}

/// The same in standard base64 with padding, which is all that some web clients decode.
pub fn invite_string_std(token: &InviteToken, provider: &Provider) -> String {
    STANDARD.encode(format!("{}@{provider}", token.expose()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn token_with_anything_unseen_in_it_is_refused() {
        for text in ["a b", "a\nb", "a\u{0}b", "a\u{200B}b", "a\u{202E}b"] {
            assert_eq!(
                InviteToken::parse(text).err(),
                Some(InviteError::Unprintable),
                "{text:?}"
            );
        }
        assert_eq!(InviteToken::parse("\n").err(), Some(InviteError::Empty));
    }

    #[test]
    fn no_two_letters_of_a_token_decode_to_an_at() {
        for (first, second) in LETTERS.iter().flat_map(|a| LETTERS.map(|b| (*a, b))) {
            for place in 0..4 {
                let mut text = [b'a'; 8];
                text[place] = first;
                text[place + 1] = second;
                let bytes = STANDARD.decode(text).unwrap();
                assert!(!bytes.contains(&b'@'), "{text:?}");
            }
        }
    }

    proptest! {
        #[test]
        fn two_alphabets_differ_in_padding_alone(random in any::<[u8; 20]>(), host in "[a-z0-9.-]{1,20}org(:[1-9][0-9]{3})?") {
            let token = InviteToken::from_random(random);
            if let Ok(provider) = Provider::parse(&host) {
                let standard = invite_string_std(&token, &provider);
                prop_assert_eq!(standard.trim_end_matches('='), invite_string(&token, &provider));
            }
        }
    }
}
