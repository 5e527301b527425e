//! How messages to and from one server are signed: by what it has offered or used, or as an administrator has noted.

use symbolon_proto::discovery::Dialect;

/// How a message is signed, the weaker first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    /// Not at all.
    Unsigned,
    /// As before RFC 9421.
    Cavage,
    /// RFC 9421.
    Rfc9421,
}

impl Way {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Unsigned, Self::Cavage, Self::Rfc9421];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unsigned => "unsigned",
            Self::Cavage => "cavage",
            Self::Rfc9421 => "rfc9421",
        }
    }

    /// Reads the word for it.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.as_str() == text)
    }

    /// The best that a server has ever offered or used. One that offers nothing gets RFC 9421: whoever does not look at
    /// signatures is not hurt by one.
    pub fn remembered(best: Option<Dialect>) -> Self {
        match best {
            Some(Dialect::Cavage) => Self::Cavage,
            Some(Dialect::Rfc9421) | None => Self::Rfc9421,
        }
    }

    /// Whether an administrator who notes this lowers what would hold without the note.
    pub fn is_weaker(self, best: Option<Dialect>) -> bool {
        self < Self::remembered(best)
    }
}

/// How messages to a server are signed.
pub fn signed(noted: Option<Way>, best: Option<Dialect>) -> Way {
    noted.unwrap_or_else(|| Way::remembered(best))
}

/// Whether a message that is signed as before RFC 9421 is looked at.
pub fn takes_cavage(noted: Option<Way>, best: Option<Dialect>) -> bool {
    match noted {
        Some(least) => least <= Way::Cavage,
        None => best != Some(Dialect::Rfc9421),
    }
}

/// Whether an acceptance has to be signed, whatever the server says of itself; `None` if that decides.
pub fn must_sign(noted: Option<Way>) -> Option<bool> {
    noted.map(|least| least > Way::Unsigned)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEST: [Option<Dialect>; 3] = [None, Some(Dialect::Cavage), Some(Dialect::Rfc9421)];

    #[test]
    fn without_a_note_the_best_that_was_seen_counts_in_both_directions() {
        let ways = [Way::Rfc9421, Way::Cavage, Way::Rfc9421];
        let takes = [true, true, false];
        for ((best, way), takes) in BEST.into_iter().zip(ways).zip(takes) {
            assert_eq!(signed(None, best), way);
            assert_eq!(takes_cavage(None, best), takes);
            // What is remembered is never called weaker than itself.
            assert!(!way.is_weaker(best));
        }
        assert_eq!(must_sign(None), None);
    }

    #[test]
    fn a_note_stands_over_what_was_seen_and_says_if_it_is_less() {
        for best in BEST {
            for way in Way::ALL {
                assert_eq!(signed(Some(way), best), way);
                assert_eq!(takes_cavage(Some(way), best), way != Way::Rfc9421);
                assert_eq!(must_sign(Some(way)), Some(way != Way::Unsigned));
            }
            assert!(Way::Unsigned.is_weaker(best));
            assert!(!Way::Rfc9421.is_weaker(best));
        }
        assert!(Way::Cavage.is_weaker(Some(Dialect::Rfc9421)));
        assert!(Way::Cavage.is_weaker(None));
        assert!(!Way::Cavage.is_weaker(Some(Dialect::Cavage)));
    }

    #[test]
    fn a_way_is_read_by_its_word() {
        for way in Way::ALL {
            assert_eq!(Way::parse(way.as_str()), Some(way));
        }
        assert_eq!(Way::parse("RFC9421"), None);
    }
}
