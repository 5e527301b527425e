//! A person's gesture of accepting an invite, kept until it is settled.
//!
//! The server keeps the acceptance on disk before it sends anything, sends it again with the same token until the answer is
//! known, and only then says how it ended. What the other server answered is sorted into an [`Answer`] by the
//! OCM client; [`after`] says what follows.

use symbolon_proto::problem::Code;

use crate::connections::Generation;

/// How long an acceptance is tried before it is given up, in milliseconds: the time that peers are given
/// everywhere (72 hours).
pub const PATIENCE_MS: i64 = 72 * 3_600 * 1_000;

/// How many times in a row an acceptance asks again at once because the halves did not fit. Two honest servers need
/// one; a peer that always answers "stale" must not get a tight loop.
pub const ASK_AGAIN_AT_ONCE_MAX: u32 = 3;

/// How an acceptance ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Both halves are connected.
    Connected,
    /// The other side, or this one, said no.
    Refused(Code),
    /// The person cancelled; nobody is connected by it.
    Cancelled,
    /// The other server could not be asked for [`PATIENCE_MS`]; carries the last reason.
    OutOfTime(Code),
}

impl Outcome {
    /// The word for it in APIs and listings.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Connected => "connected",
            Self::Refused(_) => "refused",
            Self::Cancelled => "cancelled",
            Self::OutOfTime(_) => "out_of_time",
        }
    }
}

/// What the other server made of our request, as far as the rules are concerned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer<Contact> {
    /// Yes, and this is who invited. No generation: the server does not know of them.
    Yes {
        /// Who is at the other end.
        contact: Contact,
        /// The generation of their half.
        generation: Option<Generation>,
    },
    /// "Already accepted", without saying by whom: what servers answer that treat a repeat as a mistake. The code is the
    /// reason to tell where nobody remembers whom it connected.
    AlreadyTaken(Code),
    /// Our floor is below a disconnect that they have on record.
    Stale(Generation),
    /// No, and asking again will not help.
    No(Code),
    /// Nothing that settles it: the network, a server in trouble, an answer that makes no sense.
    /// The other side may or may not have acted on the request.
    Unsettled(Code),
}

/// The floor that an acceptance states, from what is on record and what the other server has demanded. One that is
/// cancelled asks what came of it, and must not connect anew whom a removal has parted.
pub fn floor(on_record: Generation, demanded: Generation, cancelled: bool) -> Generation {
    if cancelled {
        Generation::NONE
    } else {
        on_record.max(demanded)
    }
}

/// What follows from an answer that is no yes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Ask again now, with a floor of at least this generation.
    AskAgain(Generation),
    /// Ask again when the delivery is due.
    Wait(Code),
    /// It is over.
    Settle(Outcome),
}

/// Decides what follows from a no, a stale or no answer at all. `cancelled` tells whether the person has cancelled;
/// `disconnected_since` is the generation at which they have disconnected from the inviter since they accepted, or, if it is
/// not known who that is, the highest one with anybody at that server; `in_a_row` how often the acceptance has asked again at once; `last_chance` whether patience is over.
///
/// A cancelled acceptance whose outcome is unknown keeps asking: only an answer tells whether there is a connection to undo.
/// A stale answer to it means that there is none, and none is made. It means the same if the person has disconnected since.
pub fn after<C>(
    answer: &Answer<C>,
    cancelled: bool,
    disconnected_since: Generation,
    in_a_row: u32,
    last_chance: bool,
) -> Next {
    match answer {
        Answer::Yes { .. } => Next::Settle(Outcome::Connected),
        // Whoever cancelled is told that the other side may list them: nobody here can undo that.
        Answer::AlreadyTaken(code @ (Code::ListedThere | Code::PerhapsListedThere))
        | Answer::No(code @ (Code::ListedThere | Code::PerhapsListedThere))
            if cancelled =>
        {
            Next::Settle(Outcome::Refused(*code))
        }
        Answer::Stale(_) | Answer::No(_) | Answer::AlreadyTaken(_) if cancelled => {
            Next::Settle(Outcome::Cancelled)
        }
        Answer::Stale(generation) if *generation <= disconnected_since => {
            Next::Settle(Outcome::Cancelled)
        }
        Answer::Stale(generation) if in_a_row < ASK_AGAIN_AT_ONCE_MAX => {
            Next::AskAgain(*generation)
        }
        Answer::Stale(_) if last_chance => Next::Settle(Outcome::OutOfTime(Code::ConnectionStale)),
        Answer::Stale(_) => Next::Wait(Code::ConnectionStale),
        Answer::No(code) | Answer::AlreadyTaken(code) => Next::Settle(Outcome::Refused(*code)),
        Answer::Unsettled(code) if last_chance => Next::Settle(Outcome::OutOfTime(*code)),
        Answer::Unsettled(code) => Next::Wait(*code),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Reply = Answer<()>;

    #[test]
    fn stale_answer_is_asked_again_with_the_floor_it_names_but_not_for_ever_at_once() {
        let stale = Reply::Stale(Generation(4));
        assert_eq!(
            after(&stale, false, Generation::NONE, 0, false),
            Next::AskAgain(Generation(4))
        );
        assert_eq!(
            after(
                &stale,
                false,
                Generation::NONE,
                ASK_AGAIN_AT_ONCE_MAX,
                false
            ),
            Next::Wait(Code::ConnectionStale)
        );
    }

    #[test]
    fn stale_answer_ends_an_acceptance_that_a_disconnect_of_its_person_has_overtaken() {
        let stale = Reply::Stale(Generation(4));
        let ended = |since| after(&stale, false, Generation(since), 0, false);
        assert_eq!(ended(4), Next::Settle(Outcome::Cancelled));
        assert_eq!(ended(3), Next::AskAgain(Generation(4)));
    }

    #[test]
    fn no_settles_and_silence_waits_until_patience_is_over() {
        let no = Reply::No(Code::InvitationExpired);
        assert_eq!(
            after(&no, false, Generation::NONE, 0, false),
            Next::Settle(Outcome::Refused(Code::InvitationExpired))
        );
        let silence = Reply::Unsettled(Code::Timeout);
        assert_eq!(
            after(&silence, false, Generation::NONE, 0, false),
            Next::Wait(Code::Timeout)
        );
        assert_eq!(
            after(&silence, false, Generation::NONE, 0, true),
            Next::Settle(Outcome::OutOfTime(Code::Timeout))
        );
    }

    #[test]
    fn cancelled_acceptance_connects_nobody_anew_whatever_is_on_record_or_was_demanded() {
        let (record, demanded) = (Generation(3), Generation(5));
        assert_eq!(floor(record, demanded, false), demanded);
        assert_eq!(floor(demanded, record, false), demanded);
        assert_eq!(floor(record, demanded, true), Generation::NONE);
    }

    #[test]
    fn cancelled_acceptance_waits_for_the_outcome_before_it_is_over() {
        let silence = Reply::Unsettled(Code::ConnectionRefused);
        assert_eq!(
            after(&silence, true, Generation::NONE, 0, false),
            Next::Wait(Code::ConnectionRefused)
        );
        for settled in [
            Reply::No(Code::InvitationUnknown),
            Reply::Stale(Generation(2)),
            Reply::AlreadyTaken(Code::InvitationUsedUp),
        ] {
            assert_eq!(
                after(&settled, true, Generation::NONE, 0, false),
                Next::Settle(Outcome::Cancelled)
            );
        }
    }
}
