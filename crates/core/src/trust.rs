//! With which servers people may connect: what the administrator decided, and why a server is let in or not.
//!
//! Trust is asked for new connections alone. Whatever takes away (a disconnect, a comparison of halves) and whatever
//! repeats a yes that was lost is heard from every server: two halves fit also across a border that was closed meanwhile.

use symbolon_proto::problem::Code;

use crate::connections::Half;
use crate::invites::{Redeemed, Refusal};

/// Which way an invitation goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From another server to a person here, who accepts it.
    In,
    /// From a person here to another server, where somebody accepts it.
    Out,
}

/// Who is let in without having been named.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// Every server that is not blocked.
    #[default]
    Open,
    /// Servers that a directory lists, and those that are trusted by name.
    Directory,
    /// Only servers that are trusted by name.
    Allowlist,
}

impl Mode {
    /// The word for it in settings.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Directory => "directory",
            Self::Allowlist => "allowlist",
        }
    }

    /// Reads the word.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Open, Self::Directory, Self::Allowlist]
            .into_iter()
            .find(|mode| mode.as_str() == text)
    }
}

/// The modes of both directions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// For invitations from other servers.
    pub invitations_in: Mode,
    /// For invitations to other servers.
    pub invitations_out: Mode,
}

impl Policy {
    /// The mode of one direction.
    pub fn mode(self, direction: Direction) -> Mode {
        match direction {
            Direction::In => self.invitations_in,
            Direction::Out => self.invitations_out,
        }
    }
}

/// By what it is known that somebody belongs to the server that they name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// The server signed for them, or we asked it ourselves.
    Signature,
    /// They had the token, and the server that they name describes itself as one that does not sign.
    Discovery,
    /// They had the token, and there is nothing that describes itself under that name.
    Token,
}

impl Proof {
    /// Whether people may take the server for the one that is named.
    pub fn is_verified(self) -> bool {
        self != Self::Token
    }
}

/// What becomes of an acceptance in the name of a server that does not sign.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unsigned {
    /// The token of the invitation is its proof.
    #[default]
    Accept,
    /// It is refused: only servers that sign are let in.
    Refuse,
}

impl Unsigned {
    /// The word for it in settings.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Refuse => "refuse",
        }
    }

    /// Reads the word.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Accept, Self::Refuse]
            .into_iter()
            .find(|unsigned| unsigned.as_str() == text)
    }
}

/// What an administrator decided about one server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// People may connect with it, whatever the mode.
    Trusted,
    /// Nobody connects with it, whatever the mode.
    Blocked,
}

impl Rule {
    /// The word for it in listings and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Trusted => "trusted",
            Self::Blocked => "blocked",
        }
    }

    /// Reads the word.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Trusted, Self::Blocked]
            .into_iter()
            .find(|rule| rule.as_str() == text)
    }
}

/// Why a server is let in or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It is trusted by name.
    Trusted,
    /// It is not blocked, and the mode asks for no more.
    Open,
    /// It is not blocked, and a directory lists it.
    Listed,
    /// It is blocked by name.
    Blocked,
    /// The mode asks for servers that are trusted or listed, and it is neither.
    NotListed,
}

impl Decision {
    /// The word for it in machine-readable answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Trusted => "trusted",
            Self::Open => "open",
            Self::Listed => "listed",
            Self::Blocked => "blocked",
            Self::NotListed => "not_listed",
        }
    }

    /// Whether new connections are allowed.
    pub fn allows(self) -> bool {
        matches!(self, Self::Trusted | Self::Open | Self::Listed)
    }

    /// What becomes of the invitation rules' answer to a server. Nobody who is connected is turned away, as when an
    /// invitation has ended: the first answer may have been lost, and the other half waits for it. Nothing moves then.
    pub fn over(
        self,
        answer: Result<Redeemed, Refusal>,
        half: Option<&Half>,
    ) -> Result<Redeemed, Refusal> {
        if self.allows() {
            return answer;
        }
        let connected = half.filter(|half| half.is_connected());
        connected
            .map(Redeemed::unchanged)
            .ok_or(Refusal::NotTrusted)
    }

    /// The catalogue entry that tells a no.
    pub fn refusal(self) -> Option<Code> {
        (!self.allows()).then(|| Refusal::NotTrusted.code())
    }
}

/// Decides about a server by the mode of the direction, what was decided about it by name, and whether a directory lists
/// it.
pub fn decide(mode: Mode, rule: Option<Rule>, listed: bool) -> Decision {
    match (rule, mode) {
        (Some(Rule::Blocked), _) => Decision::Blocked,
        (Some(Rule::Trusted), _) => Decision::Trusted,
        (None, Mode::Open) => Decision::Open,
        (None, Mode::Directory) if listed => Decision::Listed,
        (None, Mode::Directory | Mode::Allowlist) => Decision::NotListed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connections::{EndedBy, Generation, Gesture, Phase};

    const YES: Redeemed = Redeemed {
        generation: Generation(1),
        connects: true,
        counts: true,
    };

    const HALF: Half = Half {
        generation: Generation(5),
        phase: Phase::Connected,
        barrier: Gesture(0),
    };

    #[test]
    fn a_block_stands_over_every_mode_and_trust_opens_the_allowlist() {
        for mode in [Mode::Open, Mode::Directory, Mode::Allowlist] {
            for listed in [true, false] {
                assert_eq!(decide(mode, Some(Rule::Blocked), listed), Decision::Blocked);
                assert_eq!(decide(mode, Some(Rule::Trusted), listed), Decision::Trusted);
            }
        }
        assert_eq!(decide(Mode::Open, None, false), Decision::Open);
        assert_eq!(decide(Mode::Allowlist, None, false), Decision::NotListed);
    }

    #[test]
    fn a_directory_counts_only_where_the_mode_says_so() {
        assert_eq!(decide(Mode::Directory, None, true), Decision::Listed);
        assert_eq!(decide(Mode::Directory, None, false), Decision::NotListed);
        assert_eq!(decide(Mode::Allowlist, None, true), Decision::NotListed);
    }

    #[test]
    fn a_server_that_is_not_trusted_learns_nothing_of_the_invitation() {
        for decision in [Decision::Blocked, Decision::NotListed] {
            for refusal in [Refusal::Unknown, Refusal::UsedUp, Refusal::Expired] {
                assert_eq!(decision.over(Err(refusal), None), Err(Refusal::NotTrusted));
            }
            assert_eq!(decision.over(Ok(YES), None), Err(Refusal::NotTrusted));
            let ended = Half {
                phase: Phase::Disconnected(EndedBy::Them),
                ..HALF
            };
            assert_eq!(
                decision.over(Ok(YES), Some(&ended)),
                Err(Refusal::NotTrusted)
            );
            assert_eq!(decision.refusal(), Some(Code::NotTrustedHere));
        }
    }

    #[test]
    fn a_lost_yes_is_repeated_to_a_server_that_was_blocked_since() {
        let again = Ok(Redeemed {
            generation: Generation(5),
            connects: false,
            counts: false,
        });
        // Also where the rules would go up a generation: the floor may have grown by somebody else here.
        for answer in [again, Ok(YES), Err(Refusal::Expired)] {
            assert_eq!(Decision::Blocked.over(answer, Some(&HALF)), again);
        }
    }

    #[test]
    fn a_server_that_is_let_in_gets_the_answer_of_the_rules() {
        for decision in [Decision::Open, Decision::Listed, Decision::Trusted] {
            assert_eq!(decision.over(Ok(YES), Some(&HALF)), Ok(YES));
            let expired = Err(Refusal::Expired);
            assert_eq!(decision.over(expired, None), expired);
            assert_eq!(decision.refusal(), None);
        }
    }
}
