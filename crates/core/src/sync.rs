//! Rule 5 of `docs/protocol/connection-lifecycle.md`: what the other server's statement about its half does to ours.
//!
//! It is a join: generations only grow, and "connected" never comes out of it, so claims may be lost, doubled,
//! reordered and repeated at will, and two servers that exchange them until nothing changes have equal halves.

use crate::connections::{EndedBy, Generation, Half, Phase};

/// What the other server says of its half of a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Claim {
    /// The generation of its half.
    pub generation: Generation,
    /// Its phase.
    pub phase: ClaimedPhase,
}

/// The phase of the other server's half.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ClaimedPhase {
    /// The two may share, as far as that server knows.
    Connected,
    /// They may not.
    Disconnected(ClaimedEnd),
}

/// Whose gesture ended it, as the other server tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ClaimedEnd {
    /// Its own person's.
    Theirs,
    /// Our person's. If our half does not say so, we have forgotten it.
    Ours,
    /// Nobody's.
    Neither,
}

/// What comparing found where it ended one of our connections, for people to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Found {
    /// Their person had disconnected, and we had not heard.
    EndedThere,
    /// Our person had disconnected, and we had forgotten.
    EndedHere,
    /// The other server has no such connection.
    NotThere,
    /// The other server had a connection that we had no record of.
    NotHere,
}

impl Found {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::EndedThere,
        Self::EndedHere,
        Self::NotThere,
        Self::NotHere,
    ];

    /// The word for it in APIs, events and the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::EndedThere => "ended_there",
            Self::EndedHere => "ended_here",
            Self::NotThere => "not_there",
            Self::NotHere => "not_here",
        }
    }

    /// Reads the word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|found| found.as_str() == text)
    }
}

/// What becomes of our half.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It stays: equal to the claim, or above it. If above, the other server has to learn of it.
    Keep,
    /// It stays for now, since an acceptance under way may explain the claim; to be compared again later.
    Later,
    /// It becomes disconnected, or is written so if there was none.
    Disconnect {
        /// At this generation.
        generation: Generation,
        /// Whose gesture is on record for it afterwards.
        by: EndedBy,
        /// Whether this closes what our person began before, as their own disconnect does: they had disconnected, or may
        /// have, and we have forgotten it.
        renew_barrier: bool,
    },
}

/// Rule 5. `open` is whether an acceptance of our person towards that server may have been sent and is not settled.
///
/// A claim above our half that no acceptance under way explains is about something that this server has forgotten. What
/// else happened then nobody can tell any more, so that it is taken for a disconnect of our person.
pub fn compare(half: Option<&Half>, claim: &Claim, open: bool) -> Verdict {
    let ended = match claim.phase {
        ClaimedPhase::Connected => {
            if half.is_some_and(|half| half.generation >= claim.generation) {
                return Verdict::Keep;
            }
            if open {
                return Verdict::Later;
            }
            ClaimedEnd::Neither
        }
        ClaimedPhase::Disconnected(ended) => {
            let known = |half: &Half| {
                half.generation > claim.generation
                    || (half.generation == claim.generation && !half.is_connected())
            };
            if half.is_some_and(known) {
                return Verdict::Keep;
            }
            ended
        }
    };
    let forgotten = !open && half.is_none_or(|half| half.generation < claim.generation);
    let by = match (half.map(|half| half.phase), ended) {
        (Some(Phase::Disconnected(already)), _) => already,
        (_, ClaimedEnd::Theirs) => EndedBy::Them,
        (_, ClaimedEnd::Ours | ClaimedEnd::Neither) => EndedBy::Neither,
    };
    Verdict::Disconnect {
        generation: claim.generation,
        by,
        renew_barrier: ended == ClaimedEnd::Ours || forgotten,
    }
}

impl Claim {
    /// What we say of our half.
    pub fn of(half: &Half) -> Self {
        Self {
            generation: half.generation,
            phase: match half.phase {
                Phase::Connected => ClaimedPhase::Connected,
                Phase::Disconnected(EndedBy::Us) => ClaimedPhase::Disconnected(ClaimedEnd::Theirs),
                Phase::Disconnected(EndedBy::Them) => ClaimedPhase::Disconnected(ClaimedEnd::Ours),
                Phase::Disconnected(EndedBy::Neither) => {
                    ClaimedPhase::Disconnected(ClaimedEnd::Neither)
                }
            },
        }
    }

    /// What it means where it ends our half.
    pub fn finding(&self) -> Found {
        match self.phase {
            ClaimedPhase::Connected => Found::NotHere,
            ClaimedPhase::Disconnected(ClaimedEnd::Theirs) => Found::EndedThere,
            ClaimedPhase::Disconnected(ClaimedEnd::Ours) => Found::EndedHere,
            ClaimedPhase::Disconnected(ClaimedEnd::Neither) => Found::NotThere,
        }
    }

    /// Whether the half is at this claim's place in the order; who ended it does not count.
    pub fn agrees_with(&self, half: &Half) -> bool {
        self.generation == half.generation
            && (self.phase == ClaimedPhase::Connected) == half.is_connected()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connections::Gesture;

    fn half(generation: u64, phase: Phase) -> Half {
        Half {
            generation: Generation(generation),
            phase,
            barrier: Gesture(0),
        }
    }

    fn claim(generation: u64, phase: ClaimedPhase) -> Claim {
        Claim {
            generation: Generation(generation),
            phase,
        }
    }

    const UP: ClaimedPhase = ClaimedPhase::Connected;

    fn down(by: ClaimedEnd) -> ClaimedPhase {
        ClaimedPhase::Disconnected(by)
    }

    fn disconnect(generation: u64, by: EndedBy, renew_barrier: bool) -> Verdict {
        Verdict::Disconnect {
            generation: Generation(generation),
            by,
            renew_barrier,
        }
    }

    fn every_half() -> impl Iterator<Item = Option<Half>> {
        let phases = [
            Phase::Connected,
            Phase::Disconnected(EndedBy::Us),
            Phase::Disconnected(EndedBy::Them),
            Phase::Disconnected(EndedBy::Neither),
        ];
        std::iter::once(None).chain((1..4).flat_map(move |generation| {
            phases
                .into_iter()
                .map(move |phase| Some(half(generation, phase)))
        }))
    }

    fn after(half: Option<Half>, claim: &Claim, open: bool) -> Option<Half> {
        match compare(half.as_ref(), claim, open) {
            Verdict::Keep | Verdict::Later => half,
            Verdict::Disconnect { generation, by, .. } => Some(Half {
                generation,
                phase: Phase::Disconnected(by),
                barrier: half.map_or(Gesture(0), |half| half.barrier),
            }),
        }
    }

    fn place(half: Option<Half>) -> (u64, bool) {
        half.map_or((0, false), |half| (half.generation.0, !half.is_connected()))
    }

    #[test]
    fn no_claim_connects_or_lowers_anything() {
        for ours in every_half() {
            for theirs in every_half().flatten() {
                for open in [false, true] {
                    let then = after(ours, &Claim::of(&theirs), open);
                    assert!(place(then) >= place(ours), "{ours:?} {theirs:?}");
                    if then.is_some_and(|half| half.is_connected()) {
                        assert_eq!(then, ours);
                    }
                }
            }
        }
    }

    #[test]
    fn the_same_claim_twice_is_the_same_as_once() {
        for ours in every_half() {
            for theirs in every_half().flatten() {
                let claim = Claim::of(&theirs);
                let once = after(ours, &claim, false);
                assert_eq!(after(once, &claim, false), once);
            }
        }
    }

    #[test]
    fn two_halves_that_tell_each_other_agree_after_two_rounds() {
        for mut ours in every_half() {
            for mut theirs in every_half() {
                for _ in 0..2 {
                    if let Some(half) = ours {
                        theirs = after(theirs, &Claim::of(&half), false);
                    }
                    if let Some(half) = theirs {
                        ours = after(ours, &Claim::of(&half), false);
                    }
                }
                assert_eq!(place(ours), place(theirs));
            }
        }
    }

    #[test]
    fn connection_that_we_have_forgotten_is_taken_down_and_not_put_up() {
        assert_eq!(
            compare(None, &claim(2, UP), false),
            disconnect(2, EndedBy::Neither, true)
        );
        let older = half(1, Phase::Connected);
        assert_eq!(
            compare(Some(&older), &claim(2, UP), false),
            disconnect(2, EndedBy::Neither, true)
        );
    }

    #[test]
    fn acceptance_under_way_is_waited_for_but_a_removal_is_not_put_off() {
        assert_eq!(compare(None, &claim(1, UP), true), Verdict::Later);
        assert_eq!(
            compare(None, &claim(1, down(ClaimedEnd::Theirs)), true),
            disconnect(1, EndedBy::Them, false)
        );
    }

    #[test]
    fn disconnect_of_our_own_person_that_we_have_forgotten_counts_as_a_gesture_again() {
        let connected = half(2, Phase::Connected);
        assert_eq!(
            compare(Some(&connected), &claim(2, down(ClaimedEnd::Ours)), false),
            disconnect(2, EndedBy::Neither, true)
        );
    }

    /// Found by the model check: what the other server says of a later time does not say that our person had disconnected
    /// before it.
    #[test]
    fn whatever_happened_while_we_have_forgotten_closes_what_our_person_began_before() {
        let older = half(1, Phase::Connected);
        for phase in [UP, down(ClaimedEnd::Theirs), down(ClaimedEnd::Neither)] {
            for ours in [None, Some(&older)] {
                let verdict = compare(ours, &claim(2, phase), false);
                let Verdict::Disconnect { renew_barrier, .. } = verdict else {
                    panic!("{verdict:?}");
                };
                assert!(renew_barrier, "{phase:?}");
            }
        }
    }

    #[test]
    fn who_had_disconnected_stays_on_record_when_only_the_generation_grows() {
        let ours = half(1, Phase::Disconnected(EndedBy::Us));
        assert_eq!(
            compare(Some(&ours), &claim(3, down(ClaimedEnd::Theirs)), true),
            disconnect(3, EndedBy::Us, false)
        );
    }

    #[test]
    fn claims_below_ours_change_nothing() {
        let ours = half(3, Phase::Connected);
        for phase in [UP, down(ClaimedEnd::Theirs)] {
            assert_eq!(compare(Some(&ours), &claim(2, phase), false), Verdict::Keep);
        }
        assert_eq!(compare(Some(&ours), &claim(3, UP), false), Verdict::Keep);
        assert!(Claim::of(&ours).agrees_with(&ours));
    }
}
