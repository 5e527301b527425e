//! Two halves that always fit: the rules of `docs/protocol/connection-lifecycle.md` as pure functions.
//!
//! Each server keeps one [`Half`] of a connection. Halves are ordered by generation, then
//! connected before disconnected; every message that arrives is compared with that order, so a late, doubled or
//! reordered one changes nothing.

use serde::{Deserialize, Serialize};

/// How often this pair has been connected. Grows with every new connection of the same two people and
/// never falls on one server; 0 stands for "never".
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Generation(pub u64);

impl Generation {
    /// No connection on record.
    pub const NONE: Self = Self(0);

    /// Generations above this are refused where they arrive: a peer that lies about a generation must not
    /// be able to use up the numbers that both databases can hold (signed 64 bit).
    pub const MAX: Self = Self(1 << 53);

    /// The one after this.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

/// The place of a gesture (issuing an invite, accepting one, disconnecting) in this server's count of gestures.
/// A counter, not a clock: setting the clock back must not make an old invite look new.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Gesture(pub i64);

/// Whose gesture ended a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EndedBy {
    /// The person with the account here.
    Us,
    /// The person on the other server, or that server.
    Them,
    /// Neither: the two servers' records had come apart, and sync took the connection down.
    Neither,
}

/// Connected or disconnected; the second sorts higher at the same generation, since a removal
/// always wins over the connection that it removes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Phase {
    /// The two may share with each other.
    Connected,
    /// They may not, until a person connects them again.
    Disconnected(EndedBy),
}

/// One server's half of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Half {
    /// How often the pair has been connected.
    pub generation: Generation,
    /// Whether it is now.
    pub phase: Phase,
    /// The last time that *our* person disconnected; gestures up to it can no longer connect the two.
    /// Survives later generations.
    pub barrier: Gesture,
}

impl Half {
    /// Whether the two may share with each other now.
    pub fn is_connected(&self) -> bool {
        self.phase == Phase::Connected
    }
}

/// What the inviter's side makes of an acceptance (rule 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// The half becomes connected at this generation.
    Connect(Generation),
    /// It is connected already: a lost answer or a second click. Nothing changes, the generation is told again.
    Already(Generation),
    /// The request speaks of a time before the disconnect at this generation. A live acceptance asks again
    /// with that floor; a replayed or delayed copy cannot.
    Stale(Generation),
    /// Our own person disconnected after this invite was issued, so it no longer speaks for them.
    Closed,
}

/// The floor of an acceptance is the greatest of these over all halves that its person has with anybody at the inviter's
/// server: no answer at or below it connects them anew. A half that the person has disconnected since accepting counts
/// nothing: an acceptance that is overtaken must not say that it knows of the disconnect.
pub fn floor(half: &Half, acceptance: Gesture) -> Generation {
    match half.phase {
        Phase::Connected => Generation(half.generation.0.saturating_sub(1)),
        Phase::Disconnected(_) if half.barrier >= acceptance => Generation::NONE,
        Phase::Disconnected(_) => half.generation,
    }
}

/// Rule 2: an acceptance arrives at the inviter's side. `floor` is what the accepting server states of all that it has on
/// record between its person and anybody here, the greatest of: the generation of a half that is disconnected, and one less
/// for a half that is connected. Only an answer above it can connect the two anew. `None` from servers that do not send it;
/// `invite` is the gesture by which the invite was issued.
pub fn admit(half: Option<&Half>, floor: Option<Generation>, invite: Gesture) -> Admission {
    let Some(half) = half else {
        return Admission::Connect(floor.unwrap_or(Generation::NONE).next());
    };
    let outdated = invite <= half.barrier;
    match (half.phase, floor) {
        (Phase::Connected, None) => Admission::Already(half.generation),
        (Phase::Connected, Some(floor)) if half.generation > floor => {
            Admission::Already(half.generation)
        }
        _ if outdated => Admission::Closed,
        (Phase::Disconnected(_), Some(floor)) if half.generation > floor => {
            Admission::Stale(half.generation)
        }
        (_, Some(floor)) => Admission::Connect(floor.next()),
        (Phase::Disconnected(_), None) => Admission::Connect(half.generation.next()),
    }
}

/// What the accepter's side makes of a yes (rule 3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conclusion {
    /// The half becomes connected at this generation.
    Connect(Generation),
    /// It is connected at this generation already.
    Already(Generation),
    /// Our half knows of something later than the answer: ask again, with this floor.
    AskAgain(Generation),
    /// The person here has cancelled, or disconnected the same person meanwhile, and nothing else connects the two:
    /// what came of the acceptance is disconnected at this generation, and the other side is told. Cancelling was the
    /// gesture, and this is none: what the person has done since stays open.
    Undo(Generation),
    /// The same, but the other side has ended what came of it already: there is nothing to undo or to tell, and who
    /// ended it stays on record.
    Over,
}

/// Rule 3: the inviter's side said yes, at generation `answered` if it speaks of generations. `acceptance` is the
/// gesture of accepting; `cancelled` whether the person has cancelled it since.
pub fn conclude(
    half: Option<&Half>,
    answered: Option<Generation>,
    acceptance: Gesture,
    cancelled: bool,
) -> Conclusion {
    let current = half.map_or(Generation::NONE, |half| half.generation);
    let connected = half.is_some_and(Half::is_connected);
    let overtaken = half.is_some_and(|half| acceptance <= half.barrier);
    let answered = match answered {
        Some(generation) => generation,
        None if connected => current,
        None => current.next(),
    };
    if !connected && (cancelled || overtaken) {
        let by_them = half.is_some_and(|half| half.phase == Phase::Disconnected(EndedBy::Them));
        if by_them && answered <= current {
            return Conclusion::Over;
        }
        return Conclusion::Undo(answered.max(current));
    }
    if answered < current || (answered == current && !connected) {
        return Conclusion::AskAgain(current);
    }
    if answered == current {
        Conclusion::Already(current)
    } else {
        Conclusion::Connect(answered)
    }
}

/// What becomes of a half when the other side says that it disconnected (rule 4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removal {
    /// The half becomes disconnected at this generation.
    Disconnect(Generation),
    /// We know that already; the answer is still a yes.
    Known(Generation),
    /// It speaks of a connection before the present one.
    OldNews(Generation),
}

/// Rule 4, arriving: the other side disconnected at `generation`, or at whatever we have if it does not speak of generations.
pub fn removed_by_peer(half: &Half, generation: Option<Generation>) -> Removal {
    let generation = generation.unwrap_or(half.generation);
    if generation < half.generation {
        return Removal::OldNews(half.generation);
    }
    if generation == half.generation && !half.is_connected() {
        return Removal::Known(generation);
    }
    Removal::Disconnect(generation)
}

/// A message that came before would change something now, so that something has happened since.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Repeated;

impl Removal {
    /// A message acts once: if this one came before (`again`), it may be answered, and changes nothing.
    pub fn once(self, again: bool) -> Result<Self, Repeated> {
        match self {
            Self::Disconnect(_) if again => Err(Repeated),
            _ => Ok(self),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn half(generation: u64, phase: Phase, barrier: i64) -> Half {
        Half {
            generation: Generation(generation),
            phase,
            barrier: Gesture(barrier),
        }
    }

    const FRESH: Gesture = Gesture(100);
    const BY_US: Phase = Phase::Disconnected(EndedBy::Us);
    const BY_THEM: Phase = Phase::Disconnected(EndedBy::Them);

    fn floor(generation: u64) -> Option<Generation> {
        Some(Generation(generation))
    }

    #[test]
    fn first_acceptance_connects_one_above_the_floor() {
        assert_eq!(
            admit(None, floor(0), FRESH),
            Admission::Connect(Generation(1))
        );
        assert_eq!(
            admit(None, floor(7), FRESH),
            Admission::Connect(Generation(8))
        );
        assert_eq!(admit(None, None, FRESH), Admission::Connect(Generation(1)));
    }

    #[test]
    fn second_click_and_lost_answer_change_nothing() {
        let half = half(4, Phase::Connected, 0);
        assert_eq!(
            admit(Some(&half), floor(3), FRESH),
            Admission::Already(Generation(4))
        );
        assert_eq!(
            admit(Some(&half), None, FRESH),
            Admission::Already(Generation(4))
        );
    }

    #[test]
    fn accepter_who_removed_us_is_let_in_again_above_its_own_floor() {
        let connected = half(4, Phase::Connected, 0);
        assert_eq!(
            admit(Some(&connected), floor(4), FRESH),
            Admission::Connect(Generation(5))
        );
        let removed = half(4, BY_THEM, 0);
        assert_eq!(
            admit(Some(&removed), floor(4), FRESH),
            Admission::Connect(Generation(5))
        );
        assert_eq!(
            admit(Some(&removed), None, FRESH),
            Admission::Connect(Generation(5))
        );
    }

    #[test]
    fn replayed_acceptance_after_a_disconnect_is_stale() {
        let removed = half(4, BY_THEM, 0);
        assert_eq!(
            admit(Some(&removed), floor(3), FRESH),
            Admission::Stale(Generation(4))
        );
    }

    #[test]
    fn invite_from_before_our_own_disconnect_is_closed_and_a_later_one_opens() {
        let removed = half(4, BY_US, 50);
        assert_eq!(
            admit(Some(&removed), floor(4), Gesture(50)),
            Admission::Closed
        );
        assert_eq!(admit(Some(&removed), None, Gesture(49)), Admission::Closed);
        assert_eq!(
            admit(Some(&removed), floor(4), Gesture(51)),
            Admission::Connect(Generation(5))
        );
    }

    #[test]
    fn barrier_outlives_a_later_connection() {
        let removed_later = half(6, BY_THEM, 50);
        assert_eq!(
            admit(Some(&removed_later), floor(6), Gesture(40)),
            Admission::Closed
        );
        let connected = half(6, Phase::Connected, 50);
        assert_eq!(
            admit(Some(&connected), floor(6), Gesture(40)),
            Admission::Closed
        );
        assert_eq!(
            admit(Some(&connected), floor(5), Gesture(40)),
            Admission::Already(Generation(6))
        );
    }

    #[test]
    fn answer_connects_at_its_generation() {
        assert_eq!(
            conclude(None, floor(1), FRESH, false),
            Conclusion::Connect(Generation(1))
        );
        let removed = half(3, BY_THEM, 0);
        assert_eq!(
            conclude(Some(&removed), floor(4), FRESH, false),
            Conclusion::Connect(Generation(4))
        );
        assert_eq!(
            conclude(Some(&removed), None, FRESH, false),
            Conclusion::Connect(Generation(4))
        );
        let connected = half(3, Phase::Connected, 0);
        assert_eq!(
            conclude(Some(&connected), floor(4), FRESH, false),
            Conclusion::Connect(Generation(4))
        );
        assert_eq!(
            conclude(Some(&connected), floor(3), FRESH, false),
            Conclusion::Already(Generation(3))
        );
        assert_eq!(
            conclude(Some(&connected), None, FRESH, false),
            Conclusion::Already(Generation(3))
        );
    }

    /// Found by the model check: taken for our own disconnect, the other person's would be forgotten by both servers when theirs
    /// is restored from a backup.
    #[test]
    fn cancelled_acceptance_does_not_claim_a_disconnect_of_the_other_side() {
        let removed = half(1, BY_THEM, 0);
        assert_eq!(
            conclude(Some(&removed), floor(1), FRESH, true),
            Conclusion::Over
        );
        assert_eq!(
            conclude(Some(&removed), floor(2), FRESH, true),
            Conclusion::Undo(Generation(2))
        );
    }

    /// Found by the model check: the inviter's server would take it for an acceptance of after the disconnect.
    #[test]
    fn acceptance_that_a_disconnect_of_its_person_has_overtaken_does_not_speak_of_it() {
        let removed = half(3, Phase::Disconnected(EndedBy::Us), 7);
        assert_eq!(super::floor(&removed, Gesture(7)), Generation::NONE);
        assert_eq!(super::floor(&removed, Gesture(8)), Generation(3));
        assert_eq!(
            super::floor(&half(3, Phase::Connected, 7), Gesture(1)),
            Generation(2)
        );
    }

    #[test]
    fn answer_that_a_removal_overtook_never_connects_by_itself() {
        let removed = half(3, BY_THEM, 0);
        assert_eq!(
            conclude(Some(&removed), floor(3), FRESH, false),
            Conclusion::AskAgain(Generation(3))
        );
        assert_eq!(
            conclude(Some(&removed), floor(2), FRESH, false),
            Conclusion::AskAgain(Generation(3))
        );
    }

    #[test]
    fn cancelled_or_overtaken_acceptance_is_undone_and_not_connected() {
        assert_eq!(
            conclude(None, floor(1), FRESH, true),
            Conclusion::Undo(Generation(1))
        );
        let removed_by_us = half(3, BY_US, 120);
        assert_eq!(
            conclude(Some(&removed_by_us), floor(2), FRESH, false),
            Conclusion::Undo(Generation(3))
        );
        assert_eq!(
            conclude(Some(&removed_by_us), floor(4), FRESH, false),
            Conclusion::Undo(Generation(4))
        );
    }

    #[test]
    fn cancelling_an_acceptance_leaves_an_older_connection_alone() {
        let connected = half(3, Phase::Connected, 0);
        assert_eq!(
            conclude(Some(&connected), floor(4), FRESH, true),
            Conclusion::Connect(Generation(4))
        );
        assert_eq!(
            conclude(Some(&connected), None, FRESH, true),
            Conclusion::Already(Generation(3))
        );
    }

    #[test]
    fn peer_takes_a_connection_away_but_old_news_does_not() {
        let connected = half(4, Phase::Connected, 0);
        assert_eq!(
            removed_by_peer(&connected, floor(4)),
            Removal::Disconnect(Generation(4))
        );
        assert_eq!(
            removed_by_peer(&connected, floor(5)),
            Removal::Disconnect(Generation(5))
        );
        assert_eq!(
            removed_by_peer(&connected, floor(3)),
            Removal::OldNews(Generation(4))
        );
        assert_eq!(
            removed_by_peer(&connected, None),
            Removal::Disconnect(Generation(4))
        );
        let removed = half(4, BY_US, 0);
        assert_eq!(
            removed_by_peer(&removed, floor(4)),
            Removal::Known(Generation(4))
        );
        assert_eq!(
            removed_by_peer(&removed, floor(6)),
            Removal::Disconnect(Generation(6))
        );
    }

    #[test]
    fn a_message_that_came_before_ends_nothing_and_is_answered_where_it_need_not() {
        let at = Generation(3);
        assert_eq!(Removal::Disconnect(at).once(true), Err(Repeated));
        for removal in [Removal::Known(at), Removal::OldNews(at)] {
            assert_eq!(removal.once(true), Ok(removal));
        }
        assert_eq!(
            Removal::Disconnect(at).once(false),
            Ok(Removal::Disconnect(at))
        );
    }
}
