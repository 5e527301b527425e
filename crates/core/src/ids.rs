//! Names of things: 26 lower-case characters that sort by the time they were made.
//!
//! An id is built from a time and randomness that are handed in, so that a run with the same seed
//! prints the same ids. The length is deliberate: a [`UserId`] goes to other servers as `userID`, and some
//! of them try to base64-decode what they get. 26 characters can never be padded base64, so they leave it alone
//! (`docs/decisions/0005-opaque-user-ids.md`).

use std::fmt;

use serde::{Deserialize, Serialize};

/// Crockford's base 32 in lower case: no `i`, `l`, `o`, `u`.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Length of every id in characters: 48 bits of time and 80 bits of randomness, five bits each.
pub const ID_CHARS: usize = 26;

/// An id of no particular kind yet; see [`UserId`] and its siblings.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Id(String);

impl Id {
    /// Builds an id from milliseconds since the epoch (the lowest 48 bits count) and 80 random bits.
    pub fn from_parts(millis: i64, random: [u8; 10]) -> Self {
        let time = u128::from(millis.cast_unsigned() & 0xffff_ffff_ffff);
        let chance = random
            .iter()
            .fold(0_u128, |all, byte| (all << 8) | u128::from(*byte));
        Self::from_bits((time << 80) | chance)
    }

    /// The id that prints these 128 bits.
    pub fn from_bits(value: u128) -> Self {
        let text = (0..ID_CHARS)
            .rev()
            .map(|place| {
                let digit = (value >> (place * 5)) & 0x1f;
                char::from(ALPHABET[usize::try_from(digit).expect("five bits fit")])
            })
            .collect();
        Self(text)
    }

    /// Reads an id as it was printed; `None` for anything else, whatever its origin.
    pub fn parse(text: &str) -> Option<Self> {
        let known = text.len() == ID_CHARS && text.bytes().all(|b| ALPHABET.contains(&b));
        known.then(|| Self(text.to_owned()))
    }

    /// The 128 bits that it prints; `None` for a text that has more, which no id of ours has.
    pub fn bits(&self) -> Option<u128> {
        let digit = |b: u8| ALPHABET.iter().position(|known| *known == b);
        let digits = self.0.bytes().filter_map(digit);
        let fits = self
            .0
            .as_bytes()
            .first()
            .is_some_and(|first| *first <= b'7');
        fits.then(|| digits.fold(0_u128, |all, digit| (all << 5) | digit as u128))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("not an id of this server"))
    }
}

macro_rules! kinds_of_id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Id);

        impl $name {
            /// Reads an id as it was printed; `None` for anything else.
            pub fn parse(text: &str) -> Option<Self> {
                Id::parse(text).map(Self)
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                self.0.as_str()
            }
        }

        impl From<Id> for $name {
            fn from(id: Id) -> Self {
                Self(id)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )+};
}

kinds_of_id! {
    /// A person with an account here. It is the `userID` that other servers get, and it never changes hands.
    UserId,
    /// An invite, as its owner sees it; not the secret token.
    InviteId,
    /// An acceptance under way or settled.
    AcceptanceId,
    /// One half of a connection. The other server's half has an id of its own.
    ConnectionId,
    /// One message that must reach another server.
    DeliveryId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn same_parts_give_the_same_id_and_it_reads_back() {
        let id = Id::from_parts(1_795_464_900_123, [7; 10]);
        assert_eq!(id, Id::from_parts(1_795_464_900_123, [7; 10]));
        assert_eq!(Id::parse(id.as_str()), Some(id));
    }

    #[test]
    fn an_id_and_its_bits_are_the_same() {
        for bits in [0, 1, u128::MAX, 0x0123_4567_89ab_cdef_0011_2233_4455_6677] {
            assert_eq!(Id::from_bits(bits).bits(), Some(bits));
        }
        assert_eq!(Id::parse(&"z".repeat(ID_CHARS)).unwrap().bits(), None);
    }

    #[test]
    fn later_ids_sort_later() {
        let earlier = Id::from_parts(1_000, [255; 10]);
        let later = Id::from_parts(1_001, [0; 10]);
        assert!(earlier < later);
    }

    #[test]
    fn foreign_text_is_no_id() {
        for text in [
            "",
            "bob",
            "0123456789abcdefghjkmnpqrU",
            "0123456789abcdefghjkmnpqrst",
        ] {
            assert_eq!(Id::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn an_id_is_never_padded_base64() {
        assert_ne!(ID_CHARS % 4, 0);
    }
}
