//! The functions of `core` one by one, with any numbers: what a lying server can say, and what a database can hold.

use symbolon_core::Timestamp;
use symbolon_core::acceptances::{self, Answer, Next};
use symbolon_core::connections::{
    Admission, Conclusion, EndedBy, Generation, Gesture, Half, Phase, Removal, admit, conclude,
    floor, removed_by_peer,
};
use symbolon_core::deliveries::{Retry, after_failure};
use symbolon_core::invites::{Terms, Uses, redeem};
use symbolon_core::sync::{Claim, ClaimedEnd, ClaimedPhase, Verdict, compare};
use symbolon_core::trust::{Mode, Rule, decide};
use symbolon_proto::problem::Code;

use super::Numbers;

pub(crate) fn play(bytes: &[u8]) {
    let mut numbers = Numbers(bytes);
    while !numbers.is_over() {
        match numbers.byte() % 7 {
            0 => admission(&mut numbers),
            1 => invitation(&mut numbers),
            2 => yes(&mut numbers),
            3 => removal(&mut numbers),
            4 => claim(&mut numbers),
            5 => delivery(&mut numbers),
            _ => answer(&mut numbers),
        }
    }
}

/// Everything that arrives is at most [`Generation::MAX`], and so is what is on record, but for the one above it that a
/// floor leads to.
fn generation(numbers: &mut Numbers<'_>) -> Generation {
    Generation(numbers.number().min(Generation::MAX.0))
}

fn maybe<T>(numbers: &mut Numbers<'_>, make: impl FnOnce(&mut Numbers<'_>) -> T) -> Option<T> {
    numbers.is().then(|| make(numbers))
}

fn half(numbers: &mut Numbers<'_>) -> Half {
    let phase = match numbers.byte() % 4 {
        0 => Phase::Disconnected(EndedBy::Us),
        1 => Phase::Disconnected(EndedBy::Them),
        2 => Phase::Disconnected(EndedBy::Neither),
        _ => Phase::Connected,
    };
    Half {
        generation: generation(numbers),
        phase,
        barrier: Gesture(numbers.signed()),
    }
}

fn admission(numbers: &mut Numbers<'_>) {
    let (half, floor) = (maybe(numbers, half), maybe(numbers, generation));
    let invite = Gesture(numbers.signed());
    let present = half.map_or(Generation::NONE, |half| half.generation);
    let barred = half.is_some_and(|half| invite <= half.barrier);
    match admit(half.as_ref(), floor, invite) {
        Admission::Connect(at) => {
            assert!(at > present && Some(at) > floor);
            assert!(!barred, "an invite from before a disconnect connects");
        }
        Admission::Already(at) | Admission::Stale(at) => assert_eq!(at, present),
        Admission::Closed => assert!(barred),
    }
}

fn invitation(numbers: &mut Numbers<'_>) {
    let limit = u32::from(numbers.byte());
    let uses = maybe(numbers, |_| Uses::People(limit)).unwrap_or(Uses::Anyone);
    let terms = Terms {
        issued: Gesture(numbers.signed()),
        uses,
        people: u32::from(numbers.byte()),
        expires_at: Timestamp::from_millis(numbers.signed()),
        withdrawn: numbers.is(),
    };
    let came = numbers.is();
    let (half, floor) = (maybe(numbers, half), maybe(numbers, generation));
    let now = Timestamp::from_millis(numbers.signed());
    let Ok(yes) = redeem(&terms, came, half.as_ref(), floor, now) else {
        return;
    };
    assert!(yes.connects || half.is_some_and(|half| half.is_connected()));
    if yes.connects {
        assert!(!terms.withdrawn && now < terms.expires_at);
        let room = terms.uses == Uses::Anyone || terms.people < limit;
        assert!(came || room || !yes.counts, "more people than it is for");
    }
    let mode = [Mode::Open, Mode::Directory, Mode::Allowlist][usize::from(numbers.byte() % 3)];
    let blocked = decide(mode, Some(Rule::Blocked), numbers.is());
    let over = blocked.over(Ok(yes), half.as_ref());
    assert!(
        over.is_err() || over.is_ok_and(|yes| !yes.connects),
        "blocked, and let in"
    );
}

fn yes(numbers: &mut Numbers<'_>) {
    let (half, answered) = (maybe(numbers, half), maybe(numbers, generation));
    let gesture = Gesture(numbers.signed());
    let cancelled = numbers.is();
    let present = half.map_or(Generation::NONE, |half| half.generation);
    let overtaken = half.is_some_and(|half| gesture <= half.barrier);
    match conclude(half.as_ref(), answered, gesture, cancelled) {
        Conclusion::Connect(at) => {
            assert!(at > present);
            let connected = half.is_some_and(|half| half.is_connected());
            assert!(
                connected || !(cancelled || overtaken),
                "connected against a gesture"
            );
        }
        Conclusion::Already(at) | Conclusion::AskAgain(at) => assert_eq!(at, present),
        Conclusion::Undo(at) => assert!(at >= present && (cancelled || overtaken)),
        Conclusion::Over => assert!(cancelled || overtaken),
    }
    if let Some(half) = half {
        assert!(floor(&half, gesture) <= half.generation);
    }
}

fn removal(numbers: &mut Numbers<'_>) {
    let (half, said) = (half(numbers), maybe(numbers, generation));
    match removed_by_peer(&half, said) {
        Removal::Disconnect(at) => assert!(at >= half.generation),
        Removal::Known(at) => assert!(at == half.generation && !half.is_connected()),
        Removal::OldNews(at) => assert!(at == half.generation && said < Some(at)),
    }
}

fn claim(numbers: &mut Numbers<'_>) {
    let half = maybe(numbers, half);
    let phase = match numbers.byte() % 4 {
        0 => ClaimedPhase::Disconnected(ClaimedEnd::Ours),
        1 => ClaimedPhase::Disconnected(ClaimedEnd::Theirs),
        2 => ClaimedPhase::Disconnected(ClaimedEnd::Neither),
        _ => ClaimedPhase::Connected,
    };
    let said = Claim {
        generation: generation(numbers),
        phase,
    };
    let present = half.map_or(Generation::NONE, |half| half.generation);
    let open = numbers.is();
    // It has no way to connect anybody; what it takes away is never older than what is there.
    match compare(half.as_ref(), &said, open) {
        Verdict::Disconnect { generation, .. } => {
            assert!(generation >= present);
            if let Some(half) = half {
                let after = Half {
                    generation,
                    phase: Phase::Disconnected(EndedBy::Them),
                    ..half
                };
                let again = compare(Some(&after), &said, open);
                assert_eq!(again, Verdict::Keep, "a claim acts once");
            }
        }
        Verdict::Later => assert!(open),
        Verdict::Keep => assert!(half.is_some()),
    }
    if let Some(half) = half {
        assert!(Claim::of(&half).agrees_with(&half));
        assert_eq!(compare(Some(&half), &Claim::of(&half), open), Verdict::Keep);
    }
}

fn delivery(numbers: &mut Numbers<'_>) {
    let attempts = u32::try_from(numbers.number() & 0xffff_ffff).unwrap_or_default();
    let until = Timestamp::from_millis(numbers.signed());
    let now = Timestamp::from_millis(numbers.signed());
    let jitter = u32::try_from(numbers.number() & 0xffff_ffff).unwrap_or_default();
    let wish = maybe(numbers, |numbers| Timestamp::from_millis(numbers.signed()));
    match after_failure(attempts, until, now, jitter, wish) {
        Retry::At(at) => {
            assert!(at > now && at <= until, "{now:?} {at:?} {until:?}");
            let longest = 15 * 60 * 1_000;
            assert!(at.millis_since(now) <= longest);
        }
        Retry::GiveUp => assert!(now >= until),
    }
}

fn answer(numbers: &mut Numbers<'_>) {
    let code = Code::Timeout;
    let answer: Answer<()> = match numbers.byte() % 5 {
        0 => Answer::Yes {
            contact: (),
            generation: maybe(numbers, generation),
        },
        1 => Answer::AlreadyTaken(code),
        2 => Answer::Stale(generation(numbers)),
        3 => Answer::No(code),
        _ => Answer::Unsettled(code),
    };
    let (cancelled, since) = (numbers.is(), generation(numbers));
    let (in_a_row, last) = (u32::from(numbers.byte()), numbers.is());
    match acceptances::after(&answer, cancelled, since, in_a_row, last) {
        Next::AskAgain(at) => {
            assert!(
                in_a_row < acceptances::ASK_AGAIN_AT_ONCE_MAX,
                "no tight loop"
            );
            assert!(!cancelled && at > since);
        }
        Next::Wait(_) => assert!(!last, "it waits for ever"),
        Next::Settle(_) => {}
    }
}
