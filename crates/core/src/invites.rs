//! Who may connect by an invite, and until when.

use symbolon_proto::problem::Code;

use crate::connections::{Admission, Generation, Gesture, Half, admit};
use crate::time::Timestamp;

/// How many people an invite may connect. People, not requests: the same person comes back by the
/// same invite as often as they like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Uses {
    /// At most this many.
    People(u32),
    /// Anyone with the link; what clients written for oCIS expect.
    Anyone,
}

/// What the rules need to know of an invite; its token, note and owner are the store's business.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// The gesture by which it was issued.
    pub issued: Gesture,
    /// How many people it may connect.
    pub uses: Uses,
    /// How many it has connected.
    pub people: u32,
    /// From this moment on it connects nobody new.
    pub expires_at: Timestamp,
    /// Whether its owner took it back.
    pub withdrawn: bool,
}

/// An invite's life as its owner sees it. Where several are true, the first of withdrawn, used up, expired is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InviteState {
    /// It can be accepted.
    Open,
    /// Its time is over; it can be renewed.
    Expired,
    /// Its owner took it back.
    Withdrawn,
    /// As many people as it allows have connected by it.
    UsedUp,
}

impl InviteState {
    /// The word for it in APIs and listings.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Expired => "expired",
            Self::Withdrawn => "withdrawn",
            Self::UsedUp => "used_up",
        }
    }
}

impl Terms {
    /// Where in its life the invite is at `now`.
    pub fn state(&self, now: Timestamp) -> InviteState {
        if self.withdrawn {
            InviteState::Withdrawn
        } else if self.is_used_up() {
            InviteState::UsedUp
        } else if now >= self.expires_at {
            InviteState::Expired
        } else {
            InviteState::Open
        }
    }

    fn is_used_up(&self) -> bool {
        match self.uses {
            Uses::People(limit) => self.people >= limit,
            Uses::Anyone => false,
        }
    }
}

/// Why an acceptance is refused at the inviter's side. Each has words of its own for the person who accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// No such invite, or its owner's account is gone or disabled; the two are not told apart to strangers.
    Unknown,
    /// Its time is over.
    Expired,
    /// Its owner took it back.
    Withdrawn,
    /// As many other people as it allows have connected by it.
    UsedUp,
    /// Its owner disconnected this person after issuing it.
    ClosedToYou,
    /// It is the accepting person's own.
    YourOwn,
    /// The administrators of this server do not let the other one in.
    NotTrusted,
    /// The request is older than a disconnect at this generation.
    Stale(Generation),
    /// The very same message came before, and would connect now.
    Repeated,
}

impl Refusal {
    /// The catalogue entry that tells it.
    pub fn code(self) -> Code {
        match self {
            Self::Unknown => Code::InvitationUnknown,
            Self::Expired => Code::InvitationExpired,
            Self::Withdrawn => Code::InvitationWithdrawn,
            Self::UsedUp => Code::InvitationUsedUp,
            Self::ClosedToYou => Code::InvitationClosedToYou,
            Self::YourOwn => Code::InvitationYourOwn,
            Self::NotTrusted => Code::NotTrustedHere,
            Self::Stale(_) => Code::ConnectionStale,
            Self::Repeated => Code::SignatureRepeated,
        }
    }
}

/// A yes of the inviter's side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Redeemed {
    /// The generation to answer.
    pub generation: Generation,
    /// Whether the half changes; otherwise this repeats an earlier yes.
    pub connects: bool,
    /// Whether the person is to be counted as a new user of the invite. Somebody who is connected, as far as both sides know,
    /// uses nothing up.
    pub counts: bool,
}

impl Redeemed {
    /// A message acts once: if this one came before (`again`), it may be answered, and connects nobody.
    pub fn once(self, again: bool) -> Result<Self, Refusal> {
        if again && self.connects {
            Err(Refusal::Repeated)
        } else {
            Ok(self)
        }
    }
}

impl Redeemed {
    /// A yes that repeats an earlier one to a half that is connected.
    pub(crate) fn unchanged(half: &Half) -> Self {
        Self {
            generation: half.generation,
            connects: false,
            counts: false,
        }
    }
}

/// Decides whether `terms` let a person in. `came_by_it` tells whether this person has connected by this invite
/// before; `half` and `floor` are those of [`admit`].
///
/// Nobody who is connected is turned away, even when the invite has ended meanwhile: the first answer may have been lost, and
/// the other half waits for it. The floor cannot tell, since it may have grown by a connection with somebody else here.
/// Nothing moves then, so that an invite that has ended does not bring back one whose removal is still on its way.
pub fn redeem(
    terms: &Terms,
    came_by_it: bool,
    half: Option<&Half>,
    floor: Option<Generation>,
    now: Timestamp,
) -> Result<Redeemed, Refusal> {
    let admission = admit(half, floor, terms.issued);
    let connected = half.filter(|half| half.is_connected());
    if let Some(refusal) = ended(terms, came_by_it, admission, now) {
        return connected.map(Redeemed::unchanged).ok_or(refusal);
    }
    let (generation, connects) = match admission {
        Admission::Connect(generation) => (generation, true),
        Admission::Already(generation) => (generation, false),
        Admission::Stale(generation) => return Err(Refusal::Stale(generation)),
        Admission::Closed => return Err(Refusal::ClosedToYou),
    };
    Ok(Redeemed {
        generation,
        connects,
        counts: !came_by_it && connects,
    })
}

/// Why the invite connects this person no more.
fn ended(terms: &Terms, came_by_it: bool, admission: Admission, now: Timestamp) -> Option<Refusal> {
    if terms.withdrawn {
        Some(Refusal::Withdrawn)
    } else if now >= terms.expires_at {
        Some(Refusal::Expired)
    } else if admission == Admission::Closed {
        Some(Refusal::ClosedToYou)
    } else if !came_by_it && terms.is_used_up() {
        Some(Refusal::UsedUp)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connections::{EndedBy, Phase};

    const NOW: Timestamp = Timestamp::from_secs(1_000);

    fn terms() -> Terms {
        Terms {
            issued: Gesture(10),
            uses: Uses::People(1),
            people: 0,
            expires_at: Timestamp::from_secs(2_000),
            withdrawn: false,
        }
    }

    fn connected(generation: u64) -> Half {
        Half {
            generation: Generation(generation),
            phase: Phase::Connected,
            barrier: Gesture(0),
        }
    }

    #[test]
    fn open_invite_lets_one_person_in_and_counts_them_once() {
        let yes = redeem(&terms(), false, None, Some(Generation(0)), NOW);
        assert_eq!(
            yes,
            Ok(Redeemed {
                generation: Generation(1),
                connects: true,
                counts: true
            })
        );
        let used = Terms {
            people: 1,
            ..terms()
        };
        assert_eq!(
            redeem(&used, false, None, Some(Generation(0)), NOW),
            Err(Refusal::UsedUp)
        );
        let removed = Half {
            phase: Phase::Disconnected(EndedBy::Them),
            ..connected(1)
        };
        assert_eq!(
            redeem(&used, true, Some(&removed), Some(Generation(1)), NOW),
            Ok(Redeemed {
                generation: Generation(2),
                connects: true,
                counts: false
            })
        );
    }

    #[test]
    fn invite_for_anyone_is_never_used_up() {
        let open = Terms {
            uses: Uses::Anyone,
            people: 4_000,
            ..terms()
        };
        assert_eq!(open.state(NOW), InviteState::Open);
        assert!(redeem(&open, false, None, None, NOW).is_ok());
    }

    #[test]
    fn ended_invite_connects_nobody_new() {
        let expired = Terms {
            expires_at: NOW,
            ..terms()
        };
        assert_eq!(
            redeem(&expired, false, None, None, NOW),
            Err(Refusal::Expired)
        );
        let withdrawn = Terms {
            withdrawn: true,
            ..terms()
        };
        assert_eq!(
            redeem(&withdrawn, false, None, None, NOW),
            Err(Refusal::Withdrawn)
        );
    }

    #[test]
    fn lost_answer_is_repeated_even_after_the_invite_ended() {
        for ended in [
            Terms {
                expires_at: NOW,
                ..terms()
            },
            Terms {
                withdrawn: true,
                ..terms()
            },
        ] {
            let again = redeem(&ended, true, Some(&connected(3)), Some(Generation(2)), NOW);
            assert_eq!(
                again,
                Ok(Redeemed {
                    generation: Generation(3),
                    connects: false,
                    counts: false
                })
            );
        }
    }

    /// Found by the model check: her removal is still on its way, so that her half is connected here and not there.
    #[test]
    fn invite_that_connects_somebody_anew_is_used_up_though_the_half_is_connected() {
        let again = redeem(
            &terms(),
            false,
            Some(&connected(1)),
            Some(Generation(1)),
            NOW,
        );
        assert_eq!(
            again,
            Ok(Redeemed {
                generation: Generation(2),
                connects: true,
                counts: true
            })
        );
    }

    #[test]
    fn lost_answer_is_repeated_though_the_floor_has_grown_by_somebody_else_here() {
        let withdrawn = Terms {
            withdrawn: true,
            ..terms()
        };
        let again = redeem(
            &withdrawn,
            true,
            Some(&connected(3)),
            Some(Generation(9)),
            NOW,
        );
        assert_eq!(
            again,
            Ok(Redeemed {
                generation: Generation(3),
                connects: false,
                counts: false
            })
        );
    }

    #[test]
    fn invite_from_before_a_disconnect_is_closed_to_that_person() {
        let removed = Half {
            generation: Generation(1),
            phase: Phase::Disconnected(EndedBy::Us),
            barrier: Gesture(11),
        };
        assert_eq!(
            redeem(&terms(), true, Some(&removed), Some(Generation(1)), NOW),
            Err(Refusal::ClosedToYou)
        );
    }

    #[test]
    fn somebody_who_is_connected_uses_nothing_up_and_is_not_turned_away() {
        let fresh = redeem(
            &terms(),
            false,
            Some(&connected(3)),
            Some(Generation(2)),
            NOW,
        );
        assert_eq!(
            fresh,
            Ok(Redeemed {
                generation: Generation(3),
                connects: false,
                counts: false
            })
        );
        let used = Terms {
            people: 1,
            ..terms()
        };
        for floor in [None, Some(Generation(3))] {
            assert_eq!(
                redeem(&used, false, Some(&connected(3)), floor, NOW),
                Ok(Redeemed {
                    generation: Generation(3),
                    connects: false,
                    counts: false
                })
            );
        }
    }

    #[test]
    fn delayed_copy_is_stale_and_consumes_nothing() {
        let removed = Half {
            phase: Phase::Disconnected(EndedBy::Them),
            ..connected(2)
        };
        assert_eq!(
            redeem(&terms(), false, Some(&removed), Some(Generation(1)), NOW),
            Err(Refusal::Stale(Generation(2)))
        );
    }

    #[test]
    fn a_message_that_came_before_connects_nobody_and_is_answered_where_it_need_not() {
        let yes = |connects| Redeemed {
            generation: Generation(1),
            connects,
            counts: false,
        };
        assert_eq!(yes(true).once(true), Err(Refusal::Repeated));
        assert_eq!(yes(false).once(true), Ok(yes(false)));
        assert_eq!(yes(true).once(false), Ok(yes(true)));
    }
}
