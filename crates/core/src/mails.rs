//! Mails: how many a person may cause, and when one is tried again.
//!
//! A mail is a delivery like any other, but who takes it is a mail server: it counts attempts, it may put strangers off for
//! some minutes on purpose, and a final "no" of it is final.

use crate::deliveries::Retry;
use crate::time::Timestamp;

/// One hour in milliseconds.
const HOUR_MS: i64 = 3_600_000;

/// One day in milliseconds.
pub const DAY_MS: i64 = 24 * HOUR_MS;

/// Invitations that one person may send by mail within an hour: a seminar, typed in one by one.
pub const PER_HOUR_MAX: u32 = 50;

/// The same within a day.
pub const PER_DAY_MAX: u32 = 200;

/// Confirmations of an e-mail address that one person may ask for within a day.
pub const CONFIRMATIONS_PER_DAY_MAX: u32 = 10;

/// Invitations and confirmations that one address may get from this server within a day, whoever causes them: whoever wants
/// none is not buried by many accounts.
pub const TO_ONE_PER_DAY_MAX: u32 = 5;

/// News that one person gets by mail within a day: an invitation for anyone can connect thousands.
pub const NEWS_PER_DAY_MAX: u32 = 50;

/// News that one address gets from this server within a day, whoever has it in their profile: an administrator may have
/// entered it for several, and what was entered while this server sent no mail was never confirmed.
pub const NEWS_TO_ONE_PER_DAY_MAX: u32 = 10;

/// How long after accepting a person is believed to see on the page what comes of it, in milliseconds. Nobody looks at it for
/// longer: the next attempts are minutes apart by then.
pub const WATCHED_MS: i64 = 5 * 60_000;

/// Pause before the second attempt, in milliseconds. Doubles with every further one.
const FIRST_PAUSE_MS: i64 = 15_000;

/// Longest pause between two attempts, in milliseconds.
const LONGEST_PAUSE_MS: i64 = HOUR_MS;

/// What has been sent lately, in one respect.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sent {
    /// How many.
    pub count: u32,
    /// When the oldest of them was written.
    pub oldest: Option<Timestamp>,
}

/// What is known when a person wants to send an invitation by mail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lately {
    /// By this person, within an hour.
    pub hour: Sent,
    /// By this person, within a day.
    pub day: Sent,
    /// To this address, by anybody here, within a day.
    pub to_address: Sent,
}

/// One more invitation would be too many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TooMany {
    /// Of this person's; after this moment one more is not.
    Yours(Timestamp),
    /// To this address.
    ToAddress(Timestamp),
}

/// Whether a person may send one more invitation by mail.
pub fn may_send(lately: &Lately, now: Timestamp) -> Result<(), TooMany> {
    let free = |sent: &Sent, window_ms| sent.oldest.unwrap_or(now).plus_millis(window_ms);
    if lately.day.count >= PER_DAY_MAX {
        return Err(TooMany::Yours(free(&lately.day, DAY_MS)));
    }
    if lately.hour.count >= PER_HOUR_MAX {
        return Err(TooMany::Yours(free(&lately.hour, HOUR_MS)));
    }
    if lately.to_address.count >= TO_ONE_PER_DAY_MAX {
        return Err(TooMany::ToAddress(free(&lately.to_address, DAY_MS)));
    }
    Ok(())
}

/// Whether a person may ask for one more confirmation of an address, by how many were within a day: of theirs, and of what
/// the address has got.
pub fn may_confirm(person: Sent, address: Sent, now: Timestamp) -> Result<(), TooMany> {
    let free = |sent: Sent| sent.oldest.unwrap_or(now).plus_millis(DAY_MS);
    if person.count >= CONFIRMATIONS_PER_DAY_MAX {
        return Err(TooMany::Yours(free(person)));
    }
    if address.count >= TO_ONE_PER_DAY_MAX {
        return Err(TooMany::ToAddress(free(address)));
    }
    Ok(())
}

/// Whether one more piece of news may be written, by how many were within a day: for this person, and to this address.
pub fn may_tell(person: Sent, address: Sent) -> bool {
    person.count < NEWS_PER_DAY_MAX && address.count < NEWS_TO_ONE_PER_DAY_MAX
}

/// Whether a person has waited so long for what they last asked for that they have to be told what came of it.
pub fn went_unseen(asked: Timestamp, now: Timestamp) -> bool {
    now.millis_since(asked) > WATCHED_MS
}

/// Since when [`Lately::hour`] and the others count.
pub fn windows(now: Timestamp) -> (Timestamp, Timestamp) {
    (now.plus_millis(-HOUR_MS), now.plus_millis(-DAY_MS))
}

/// What the mail server made of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attempted {
    /// It has taken the mail, and answers for it from here on.
    Taken,
    /// It said no for good, to this address or to this mail: asking again would not change that.
    Refused,
    /// It could not be reached, wants to be asked later, or does not let this server in, which administrators mend.
    NotYet,
}

/// What follows from an attempt; `None`: the mail is on its way. `jitter` is any random number, which spreads pauses over three
/// to five quarters of their length.
pub fn after(
    attempted: Attempted,
    attempts: u32,
    gives_up_at: Timestamp,
    now: Timestamp,
    jitter: u32,
) -> Option<Retry> {
    match attempted {
        Attempted::Taken => None,
        Attempted::Refused => Some(Retry::GiveUp),
        Attempted::NotYet if now >= gives_up_at => Some(Retry::GiveUp),
        Attempted::NotYet => {
            let doublings = attempts.saturating_sub(1).min(20);
            let nominal = (FIRST_PAUSE_MS << doublings).min(LONGEST_PAUSE_MS);
            let pause = nominal - nominal / 4 + i64::from(jitter) % (nominal / 2 + 1);
            Some(Retry::At(now.plus_millis(pause).min(gives_up_at)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_secs(1_000_000);

    fn sent(count: u32, oldest_secs_ago: i64) -> Sent {
        Sent {
            count,
            oldest: Some(NOW.plus_millis(-oldest_secs_ago * 1_000)),
        }
    }

    #[test]
    fn one_person_sends_no_more_than_their_share_and_hears_when_they_may_again() {
        let lately = |hour, day| Lately {
            hour: sent(hour, 600),
            day: sent(day, 7_200),
            ..Lately::default()
        };
        assert_eq!(may_send(&lately(49, 199), NOW), Ok(()));
        let in_50_minutes = NOW.plus_millis(3_000_000);
        assert_eq!(
            may_send(&lately(50, 50), NOW),
            Err(TooMany::Yours(in_50_minutes))
        );
        let in_22_hours = NOW.plus_millis(22 * HOUR_MS);
        assert_eq!(
            may_send(&lately(50, 200), NOW),
            Err(TooMany::Yours(in_22_hours))
        );
    }

    #[test]
    fn one_address_gets_no_more_than_its_share_from_all_people_together() {
        let lately = |count| Lately {
            to_address: sent(count, 0),
            ..Lately::default()
        };
        assert_eq!(may_send(&lately(4), NOW), Ok(()));
        let tomorrow = NOW.plus_millis(DAY_MS);
        assert_eq!(may_send(&lately(5), NOW), Err(TooMany::ToAddress(tomorrow)));
    }

    #[test]
    fn confirmations_are_bounded_for_a_person_and_for_an_address() {
        let nothing = Sent::default();
        let tomorrow = NOW.plus_millis(DAY_MS);
        assert_eq!(may_confirm(sent(9, 0), sent(4, 0), NOW), Ok(()));
        assert_eq!(
            may_confirm(sent(10, 0), nothing, NOW),
            Err(TooMany::Yours(tomorrow))
        );
        assert_eq!(
            may_confirm(nothing, sent(5, 0), NOW),
            Err(TooMany::ToAddress(tomorrow))
        );
    }

    #[test]
    fn news_are_bounded_for_a_person_and_for_an_address() {
        let nothing = Sent::default();
        assert!(may_tell(nothing, nothing));
        assert!(may_tell(sent(49, 0), sent(9, 0)));
        assert!(!may_tell(sent(50, 0), nothing));
        assert!(!may_tell(nothing, sent(10, 0)));
    }

    #[test]
    fn nobody_is_told_what_they_saw_on_the_page() {
        assert!(!went_unseen(NOW, NOW));
        assert!(!went_unseen(NOW, NOW.plus_millis(WATCHED_MS)));
        assert!(went_unseen(NOW, NOW.plus_millis(WATCHED_MS + 1)));
        // The clock was set back.
        assert!(!went_unseen(NOW, NOW.plus_millis(-DAY_MS)));
    }

    #[test]
    fn final_no_is_final_and_everything_else_is_tried_again_until_patience_ends() {
        let end = NOW.plus_millis(DAY_MS);
        let after = |attempted, attempts| after(attempted, attempts, end, NOW, 0);
        assert_eq!(after(Attempted::Taken, 1), None);
        assert_eq!(after(Attempted::Refused, 1), Some(Retry::GiveUp));
        let later = |ms| Some(Retry::At(NOW.plus_millis(ms)));
        assert_eq!(after(Attempted::NotYet, 1), later(FIRST_PAUSE_MS * 3 / 4));
        assert_eq!(
            after(Attempted::NotYet, 60),
            later(LONGEST_PAUSE_MS * 3 / 4)
        );
        let at_the_end = super::after(Attempted::NotYet, 60, NOW, NOW, 0);
        assert_eq!(at_the_end, Some(Retry::GiveUp));
    }
}
