//! The real rules of `core`, and wrong ones in their place: each [`Mutation`] is a mistake that somebody could make.

use symbolon_core::acceptances::{self, Answer, Next, Outcome};
use symbolon_core::connections::{self, Conclusion, EndedBy, Generation, Gesture, Half, Removal};
use symbolon_core::invites::{self, Redeemed, Refusal, Terms};
use symbolon_core::sync::{self, Claim, ClaimedEnd, ClaimedPhase, Verdict};
use symbolon_core::{Timestamp, connections::Phase};

/// One wrong rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mutation {
    /// The accepter's server does not say what it has on record.
    NoFloor,
    /// An invite from before a disconnect of its owner still connects.
    OldInviteRuleDropped,
    /// `>=` for `>`: a half at the floor is taken for connected already.
    AlreadyAtTheFloor,
    /// A request from before the disconnect is admitted instead of called stale.
    StaleAdmitted,
    /// A stale answer settles the acceptance as refused.
    StaleRefuses,
    /// An answer at or below a disconnect connects instead of asking again.
    AnswerAlwaysConnects,
    /// `>` for `>=`: an acceptance made by the very gesture of the barrier is not overtaken.
    OvertakenIgnored,
    /// An acceptance that a disconnect of its person has overtaken asks again after a stale answer.
    OvertakenAsksAgain,
    /// An acceptance that a disconnect of its person has overtaken states the generation of that disconnect.
    OvertakenSpeaksOfIt,
    /// A cancelled acceptance connects.
    CancelIgnored,
    /// What came of a cancelled acceptance is undone here, and the other server is not told.
    UndoneWithoutTelling,
    /// Undoing what came of a cancelled acceptance counts as later than what the person has done since.
    UndoIsAGesture,
    /// An old removal ends a newer connection.
    OldRemovalBelieved,
    /// `>` for `>=`: a removal at the generation of the half is taken for old news.
    RemovalAtTheGenerationIgnored,
    /// A removal that comes before the answer to an acceptance is not remembered.
    EarlyRemovalForgotten,
    /// The uses of an invite are not counted.
    UsesNotCounted,
    /// A person who comes back by the same invite is turned away when its uses are spent.
    RepeatTurnedAway,
    /// Servers never compare.
    NoSync,
    /// A claim that two are connected connects them.
    GiveBelieved,
    /// `>` for `>=`: a claim of a disconnect at the generation of the half is not believed.
    ClaimAtTheGenerationIgnored,
    /// A disconnect of our own person that we have forgotten is no gesture.
    ForgottenGestureIgnored,
    /// What the other server says of a time that we have forgotten closes nothing.
    ForgottenTimeIgnored,
    /// A restored server sends acceptances of its backup before it has compared.
    OldAcceptanceSentBeforeSync,
    /// A restored server lets people in by invites of its backup before it has compared.
    OldInviteOpenBeforeSync,
}

impl Mutation {
    /// All of them.
    pub const ALL: [Self; 24] = [
        Self::NoFloor,
        Self::OldInviteRuleDropped,
        Self::AlreadyAtTheFloor,
        Self::StaleAdmitted,
        Self::StaleRefuses,
        Self::AnswerAlwaysConnects,
        Self::OvertakenIgnored,
        Self::OvertakenAsksAgain,
        Self::OvertakenSpeaksOfIt,
        Self::CancelIgnored,
        Self::UndoneWithoutTelling,
        Self::UndoIsAGesture,
        Self::OldRemovalBelieved,
        Self::RemovalAtTheGenerationIgnored,
        Self::EarlyRemovalForgotten,
        Self::UsesNotCounted,
        Self::RepeatTurnedAway,
        Self::NoSync,
        Self::GiveBelieved,
        Self::ClaimAtTheGenerationIgnored,
        Self::ForgottenGestureIgnored,
        Self::ForgottenTimeIgnored,
        Self::OldAcceptanceSentBeforeSync,
        Self::OldInviteOpenBeforeSync,
    ];
}

/// The rules, with at most one of them wrong.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rules {
    /// Which one.
    pub wrong: Option<Mutation>,
}

impl Rules {
    /// Whether this is the wrong one.
    pub fn is(&self, mutation: Mutation) -> bool {
        self.wrong == Some(mutation)
    }

    /// [`invites::redeem`].
    pub fn redeem(
        &self,
        terms: &Terms,
        came_by_it: bool,
        half: Option<&Half>,
        floor: Option<Generation>,
    ) -> Result<Redeemed, Refusal> {
        let now = Timestamp::from_millis(0);
        let without_barrier = half.map(|half| Half {
            barrier: Gesture(0),
            ..*half
        });
        let (mut half, mut floor, mut terms) = (half, floor, *terms);
        match self.wrong {
            Some(Mutation::OldInviteRuleDropped) => half = without_barrier.as_ref(),
            Some(Mutation::AlreadyAtTheFloor) => {
                if let (Some(at), Some(kept)) = (floor, half)
                    && kept.is_connected()
                    && kept.generation == at
                {
                    floor = Some(Generation(at.0.saturating_sub(1)));
                }
            }
            Some(Mutation::StaleAdmitted) => {
                if let (Some(at), Some(kept)) = (floor, half)
                    && !kept.is_connected()
                {
                    floor = Some(at.max(kept.generation));
                }
            }
            Some(Mutation::UsesNotCounted) => terms.people = 0,
            _ => {}
        }
        let came_by_it = came_by_it && !self.is(Mutation::RepeatTurnedAway);
        if self.is(Mutation::RepeatTurnedAway) && half.is_some_and(Half::is_connected) {
            half = None;
        }
        invites::redeem(&terms, came_by_it, half, floor, now)
    }

    /// [`connections::conclude`].
    pub fn conclude(
        &self,
        half: Option<&Half>,
        answered: Generation,
        acceptance: Gesture,
        cancelled: bool,
    ) -> Conclusion {
        let overtaken_is_not = half.map(|half| Half {
            barrier: Gesture(0),
            ..*half
        });
        let half = match self.wrong {
            Some(Mutation::OvertakenIgnored) => overtaken_is_not.as_ref(),
            _ => half,
        };
        let cancelled = cancelled && !self.is(Mutation::CancelIgnored);
        match connections::conclude(half, Some(answered), acceptance, cancelled) {
            Conclusion::AskAgain(current) if self.is(Mutation::AnswerAlwaysConnects) => {
                Conclusion::Connect(current.max(answered))
            }
            conclusion => conclusion,
        }
    }

    /// [`acceptances::after`], for an answer that is no yes. There is no end of patience in the model, and nobody counts
    /// how often a question was asked.
    pub fn after(&self, answer: &Answer<()>, cancelled: bool, since: Generation) -> Next {
        if self.is(Mutation::StaleRefuses) && matches!(answer, Answer::Stale(_)) {
            let code = symbolon_proto::problem::Code::ConnectionStale;
            return Next::Settle(Outcome::Refused(code));
        }
        let since = match self.wrong {
            Some(Mutation::OvertakenAsksAgain) => Generation::NONE,
            _ => since,
        };
        acceptances::after(answer, cancelled, since, 0, false)
    }

    /// [`connections::removed_by_peer`].
    pub fn removed_by_peer(&self, half: &Half, generation: Generation) -> Removal {
        match connections::removed_by_peer(half, Some(generation)) {
            Removal::OldNews(current) if self.is(Mutation::OldRemovalBelieved) => {
                Removal::Disconnect(current)
            }
            Removal::Disconnect(at)
                if self.is(Mutation::RemovalAtTheGenerationIgnored) && at == half.generation =>
            {
                Removal::OldNews(at)
            }
            removal => removal,
        }
    }

    /// [`sync::compare`]; the second value is whether the half is to be connected, which the real rule never says.
    pub fn compare(&self, half: Option<&Half>, claim: &Claim, open: bool) -> (Verdict, bool) {
        let verdict = sync::compare(half, claim, open);
        let given = claim.phase == ClaimedPhase::Connected && verdict != Verdict::Keep;
        match verdict {
            Verdict::Disconnect { generation, .. }
                if self.is(Mutation::ClaimAtTheGenerationIgnored)
                    && half.is_some_and(|half| half.generation == generation) =>
            {
                (Verdict::Keep, false)
            }
            Verdict::Disconnect { generation, by, .. }
                if self.is(Mutation::ForgottenGestureIgnored) =>
            {
                let renew_barrier = false;
                let verdict = Verdict::Disconnect {
                    generation,
                    by,
                    renew_barrier,
                };
                (verdict, false)
            }
            Verdict::Disconnect {
                generation,
                by,
                renew_barrier,
            } if self.is(Mutation::ForgottenTimeIgnored) => {
                let ours = ClaimedPhase::Disconnected(ClaimedEnd::Ours);
                let verdict = Verdict::Disconnect {
                    generation,
                    by,
                    renew_barrier: renew_barrier && claim.phase == ours,
                };
                (verdict, false)
            }
            verdict => (verdict, given && self.is(Mutation::GiveBelieved)),
        }
    }
}

/// Whose gesture ended it, as the halves have it.
pub fn ended_by(half: &Half) -> Option<EndedBy> {
    match half.phase {
        Phase::Connected => None,
        Phase::Disconnected(by) => Some(by),
    }
}
